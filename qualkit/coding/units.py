"""Where the units of agreement begin and end, on a transcript's text laid in one line.

Positions are code points of the segments' texts, one after the other, nothing between them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate, groupby

from qualkit.coding.sentences import sentences
from qualkit.model.coding import Anchor
from qualkit.model.transcript import Transcript

CHARACTER, SEGMENT, TURN, SENTENCE, SOURCE = "character", "segment", "turn", "sentence", "source"
Span = tuple[int, int]
"""Begin and end, half-open."""


@dataclass(frozen=True, slots=True)
class Line:
    """The text of a transcript in one line, and where each of its segments begins."""

    transcript: Transcript
    text: str
    starts: tuple[int, ...]


def in_line(transcript: Transcript) -> Line:
    """The transcript's segments, end to end."""
    starts = accumulate((len(segment.text) for segment in transcript.segments), initial=0)
    return Line(transcript, "".join(segment.text for segment in transcript.segments), tuple(starts)[:-1])


def span_of(line: Line, anchor: Anchor) -> Span | None:
    """Where an excerpt stands in the line, without the blanks at its ends; None where it holds nothing else."""
    index = line.transcript.index
    begin = line.starts[index[anchor.first]] + anchor.first_offset
    words = line.text[begin : line.starts[index[anchor.last]] + anchor.last_offset]
    begin += len(words) - len(words.lstrip())
    return (begin, begin + len(words.strip())) if words.strip() else None


def _segments(line: Line) -> list[Span]:
    return [
        (start, start + len(segment.text))
        for start, segment in zip(line.starts, line.transcript.segments, strict=True)
        if segment.text
    ]


def _turns(line: Line) -> list[Span]:
    placed = zip(line.transcript.segments, line.starts, strict=True)
    turns = []
    for _, run in groupby(enumerate(placed), lambda one: one[1][0].speaker or one[0]):
        said = [(segment, start) for _, (segment, start) in run]
        last, start = said[-1]
        turns.append((said[0][1], start + len(last.text)))
    return [(begin, end) for begin, end in turns if end > begin]


def _sentences(line: Line) -> list[Span]:
    placed = zip(line.starts, line.transcript.segments, strict=True)
    return [(at + begin, at + end) for at, segment in placed for begin, end in sentences(segment.text)]


def _source(line: Line) -> list[Span]:
    return [(0, len(line.text))] if line.text else []


UNITS: Mapping[str, tuple[str, Callable[[Line], list[Span]]]] = {
    # name: (what it is, the stretches of text that are drawn anew for an interval)
    CHARACTER: ("letters, signs and blanks", _segments),
    SEGMENT: ("stretches of a transcript as they were cut, paragraphs of a document", _segments),
    TURN: ("what a speaker says until the next one speaks, paragraphs of a document", _turns),
    SENTENCE: ("sentences within a segment or paragraph", _sentences),
    SOURCE: ("whole recordings and documents", _source),
}
