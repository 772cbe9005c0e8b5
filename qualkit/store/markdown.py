"""Documents: a paragraph, a heading or a list is a segment. In a spoken transcript without times, so is a turn.

WebVTT cannot hold a transcript without times, and qualkit invents none. Such a transcript is Markdown that says what it
is: its first line is the comment MARK, which no reader of Markdown shows, and a paragraph that begins with `**Name:** `
is a turn of that speaker. The marker is not part of the segment's text: offsets begin behind it, and it is no word of
the interview. Without MARK nothing of the kind is looked for: `**Öppettider:** 10-18` on a web page is no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qualkit.errors import QualkitError
from qualkit.model.transcript import Segment
from qualkit.store.labels import Label, line_starts

MARK = "<!-- transcript: a paragraph that begins with **Name:** is a turn of that speaker -->"
_MARK = re.compile(r"\s*<!--\s*transcript\b[^\n]*-->[^\S\n]*(?:\n|\Z)")
_TURN = re.compile(r"\*\*([^*\n]*):\*\*\s*")
_HEADING = re.compile(r"#{1,6}\s")


def parse_markdown(text: str) -> tuple[Segment, ...]:
    """The blocks between empty lines, exactly as written, with ids p1, p2, ...; a heading is a block of its own."""
    spoken, blocks = _blocks(text)
    kept = ("\n".join(lines).strip() for _, lines in blocks)
    return tuple(_segment(f"p{number}", block, spoken=spoken) for number, block in enumerate(kept, start=1))


def labels_in_markdown(text: str) -> Iterator[Label]:
    """The speaker label of each turn, in the order of the file; none where it is no transcript."""
    spoken, blocks = _blocks(text)
    starts = line_starts(text)
    for number, (line, lines) in enumerate(blocks if spoken else (), start=1):
        indent = len(lines[0]) - len(lines[0].lstrip())
        turn = _TURN.match(lines[0], indent)
        if turn and (speaker := turn.group(1).strip()):
            start = starts[line] + turn.start(1) + turn.group(1).index(speaker)
            yield Label(f"p{number}", speaker, start, start + len(speaker))


def markdown_label(speaker: str) -> str:
    """A label as it is written between `**` and `:**`. QualkitError where it holds a star."""
    if "*" in speaker:
        hint = "choose a label without it"
        raise QualkitError(f"a star ends the label '{speaker}' in a Markdown transcript", hint=hint)
    return speaker


def _blocks(text: str) -> tuple[bool, list[tuple[int, list[str]]]]:
    """Whether it is a transcript, and the blocks between empty lines: (number of the first line from 0, lines)."""
    bare = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    mark = _MARK.match(bare)
    begins = mark.end() if mark else 0
    blocks: list[tuple[int, list[str]]] = []
    above = False  # whether the line above belongs to a block that can go on
    for number, line in enumerate(bare[begins:].split("\n"), start=bare.count("\n", 0, begins)):
        heading = bool(_HEADING.match(line))
        if not line.strip():
            above = False
        elif above and not heading:
            blocks[-1][1].append(line)
        else:
            blocks.append((number, [line]))
            above = not heading
    return bool(mark), blocks


def paragraphs_in(text: str) -> list[tuple[int, int]]:
    """The first and last line of each block, counted from 1."""
    return [(line + 1, line + len(lines)) for line, lines in _blocks(text)[1]]


def written_paragraph(segment: Segment, *, spoken: bool) -> str:
    """A block as it is written: in a transcript with its speaker's marker, in a document as it is."""
    return _turn(markdown_label(segment.speaker or ""), segment.text) if spoken else segment.text


def is_spoken(text: str) -> bool:
    """Whether this Markdown says that it is a transcript."""
    return _MARK.match(text.removeprefix("\ufeff")) is not None


def write_turns(segments: Iterable[Segment]) -> str:
    """A spoken transcript without times; a turn of nobody gets a marker only where its words look like one."""
    return "\n\n".join([MARK, *(_paragraph(segment) for segment in segments)]) + "\n"


def _segment(id: str, block: str, *, spoken: bool) -> Segment:
    if spoken and (turn := _TURN.match(block)):
        return Segment(id, block[turn.end() :], turn.group(1).strip() or None)
    return Segment(id, block)


def _paragraph(segment: Segment) -> str:
    return _turn(" ".join((segment.speaker or "").replace("*", "").split()), " ".join(segment.text.split()))


def _turn(speaker: str, words: str) -> str:
    return f"**{speaker}:** {words}".strip() if speaker or _TURN.match(words) else words
