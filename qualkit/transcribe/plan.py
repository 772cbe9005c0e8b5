"""What a recording is heard in: clips of at most 30 seconds of speech, silence left out, cut at pauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from qualkit.model.transcript import Word
from qualkit.transcribe.audio import RATE

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

LONGEST = 30.0  # seconds of speech in a clip: what a Whisper model hears at once
PAUSE = 160  # milliseconds of silence between two spans of speech


@dataclass(frozen=True)
class Clip:
    """Spans of speech, (start, end) in seconds of the recording, that are heard one after the other without a gap."""

    spans: tuple[tuple[float, float], ...]

    @property
    def start(self) -> float:
        """Where it begins, in seconds of the recording."""
        return self.spans[0][0]

    @property
    def end(self) -> float:
        """Where it ends, in seconds of the recording."""
        return self.spans[-1][1]

    @cached_property
    def _edges(self) -> tuple[tuple[float, float, float], ...]:
        """(end in the clip, what to add for the recording's time, end in the recording) of each span."""
        edges, within = [], 0.0
        for start, end in self.spans:
            shift = start - within
            within += end - start
            edges.append((within, shift, end))
        return tuple(edges)

    def in_recording(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """Words with the clip's times -> the same with the recording's; a word stays in the span of its middle."""
        return tuple(self._moved(word) for word in words)

    def _moved(self, word: Word) -> Word:
        middle = (word.start + word.end) / 2
        within = 0.0
        for edge, shift, end in self._edges:
            if middle <= edge or end == self.end:
                start = max(word.start, within) + shift
                return Word(
                    word.text, round(start, 3), round(max(min(word.end + shift, end), start), 3), word.confidence
                )
            within = edge
        return word


def plan(sound: Samples, begins: float) -> list[Clip]:
    """The clips of a stretch of the recording that begins at `begins` seconds."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(max_speech_duration_s=LONGEST, min_silence_duration_ms=PAUSE)
    found = get_speech_timestamps(sound, options)
    spans = [(begins + span["start"] / RATE, begins + span["end"] / RATE) for span in found]
    return [Clip(tuple(group)) for group in _packed(spans)]


def _packed(spans: Sequence[tuple[float, float]]) -> Iterator[list[tuple[float, float]]]:
    """Neighbouring spans together, as many as fit."""
    group: list[tuple[float, float]] = []
    for span in spans:
        if group and sum(end - start for start, end in [*group, span]) > LONGEST:
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def cut(sound: Samples, begins: float, clip: Clip) -> Samples:
    """The samples of a clip, from the stretch that begins at `begins` seconds."""
    import numpy as np

    return np.concatenate([sound[round((a - begins) * RATE) : round((b - begins) * RATE)] for a, b in clip.spans])
