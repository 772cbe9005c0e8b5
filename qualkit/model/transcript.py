"""A source's text: segments in order, each one stretch of one speaker or one paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word: times in seconds of the recording, confidence from 0 to 1."""

    text: str  # as it stands in the segment, leading space included
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of one speaker (a WebVTT cue) or one paragraph; times in seconds, None in documents."""

    id: str
    text: str
    speaker: str | None = None
    start: float | None = None
    end: float | None = None

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading of a document, as Markdown writes one: one to six # and a blank."""
        words = self.text.lstrip("#")
        return self.start is None and 1 <= len(self.text) - len(words) <= 6 and words[:1].isspace()


@dataclass(frozen=True)
class Transcript:
    """The segments of one source, in order. Segment ids are unique within it."""

    source: str
    segments: tuple[Segment, ...]

    @cached_property
    def index(self) -> dict[str, int]:
        """Segment id -> its position in `segments`."""
        return {segment.id: position for position, segment in enumerate(self.segments)}

    @property
    def speakers(self) -> tuple[str, ...]:
        """Speaker labels in order of first appearance."""
        return tuple(dict.fromkeys(s.speaker for s in self.segments if s.speaker is not None))
