"""What a recording is heard in: windows of at most 25 seconds, cut where it is quiet.

Speech is not picked out beforehand: a detector of speech drops quiet voices, and with them words (measured in
docs/transcription.md). Only a window in which it finds nothing at all, at its most willing, is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from qualkit.model.transcript import Word
from qualkit.transcribe.audio import RATE, quietest

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

LONGEST = 25.0  # seconds of a window; Whisper hears 30 at once
SEARCH = 8.0  # seconds before a window's end in which its quietest moment is sought
WILLING = 0.1  # probability from which the detector calls it speech


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


def plan(sound: Samples, begins: float) -> list[Window]:
    """The windows of a stretch of the recording that begins at `begins` seconds; those without any speech left out."""
    edges = [0]
    while len(sound) - edges[-1] > LONGEST * RATE:
        latest = edges[-1] + int(LONGEST * RATE)
        edges.append(quietest(sound, latest - int(SEARCH * RATE), latest))
    edges.append(len(sound))
    return [
        Window(begins + start / RATE, begins + end / RATE)
        for start, end in pairwise(edges)
        if has_speech(sound[start:end])
    ]


def has_speech(sound: Samples) -> bool:
    """Whether anything in it may be speech."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    return bool(get_speech_timestamps(sound, VadOptions(threshold=WILLING)))


def cut(sound: Samples, begins: float, window: Window) -> Samples:
    """The samples of a window, from the stretch that begins at `begins` seconds."""
    return sound[round((window.start - begins) * RATE) : round((window.end - begins) * RATE)]
