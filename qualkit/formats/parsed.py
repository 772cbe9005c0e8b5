"""What a reader of foreign transcripts gives, and small things that the readers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qualkit.errors import Problem, place
from qualkit.model.transcript import Segment, Word


@dataclass(frozen=True, slots=True)
class Parsed:
    """Segments in order, what could not be placed (warnings) or read (errors), and what has no place in a cue."""

    segments: tuple[Segment, ...]
    problems: tuple[Problem, ...] = ()
    note: str = ""  # text before the first turn of a transcript with times
    words: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)  # segment id -> its words

    @property
    def timed(self) -> bool:
        """Whether the segments have times, so that they can be WebVTT."""
        return any(segment.start is not None for segment in self.segments)


def numbered(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments with the ids that a transcript made here has: s0001, s0002, ..."""
    return tuple(
        Segment(f"s{number:04d}", one.text, one.speaker, one.start, one.end)
        for number, one in enumerate(segments, start=1)
    )


def nobody(name: str, line: int) -> Problem:
    """The warning for words that no speaker stands before: they are kept, and given to nobody."""
    hint = "if it belongs to a turn, write the name before it (Anna: ...) and add it again, or correct it in the study"
    return Problem(place(name, line), "no speaker stands before this text; it is kept without one", hint, warning=True)
