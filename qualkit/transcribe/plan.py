"""What a recording is heard in: windows of at most 28 seconds, cut where it is quiet.

Speech is not picked out beforehand: a detector of speech drops quiet voices, and with them words (measured in
docs/transcription.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from qualkit.model.transcript import Word
from qualkit.transcribe.audio import RATE, quietest

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

LONGEST = 28.0  # seconds of a window; Whisper hears 30 at once
SHORTEST = 8.0  # seconds of a last window: what comes before it tells an engine what a word is
SEARCH = 12.0  # seconds before a window's end in which its quietest moment is sought


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch that is heard at once, in seconds of the recording."""

    start: float
    end: float

    def in_recording(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """Words with the window's times -> the same with the recording's."""
        return tuple(
            Word(w.text, round(self.start + w.start, 3), round(self.start + w.end, 3), w.confidence) for w in words
        )


def plan(sound: Samples, begins: float) -> Iterator[Window]:
    """The windows of a stretch of the recording that begins at `begins` seconds; together they are all of it."""
    for start, end in pairwise(_edges(sound)):
        yield Window(begins + start / RATE, begins + end / RATE)


def _edges(sound: Samples) -> Iterator[int]:
    """Where windows meet, as indices: in the quietest moments, and none so near the end that little is left."""
    edge = 0
    yield edge
    while (left := len(sound) - edge) > LONGEST * RATE:
        latest = edge + int(min(LONGEST * RATE, left - SHORTEST * RATE))
        edge = quietest(sound, latest - int(SEARCH * RATE), latest)
        yield edge
    yield len(sound)


def cut(sound: Samples, begins: float, window: Window) -> Samples:
    """The samples of a window, from the stretch that begins at `begins` seconds."""
    return sound[round((window.start - begins) * RATE) : round((window.end - begins) * RATE)]
