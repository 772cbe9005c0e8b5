"""Documents: a paragraph, a heading or a list is a segment. In a spoken transcript without times, so is a turn.

WebVTT cannot hold a transcript without times, and qualkit invents none. Such a transcript is Markdown that says what it
is: its first line is the comment MARK, which no reader of Markdown shows, and a paragraph that begins with `**Name:** `
is a turn of that speaker. The marker is not part of the segment's text: offsets begin behind it, and it is no word of
the interview. Without MARK nothing of the kind is looked for: `**Öppettider:** 10-18` on a web page is no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qualkit.model.transcript import Segment

MARK = "<!-- transcript: a paragraph that begins with **Name:** is a turn of that speaker -->"
_MARK = re.compile(r"\s*<!--\s*transcript\b[^\n]*-->[^\S\n]*(?:\n|\Z)")
_TURN = re.compile(r"\*\*([^*\n]*):\*\*\s*")
_HEADING = re.compile(r"#{1,6}\s")


def parse_markdown(text: str) -> tuple[Segment, ...]:
    """The blocks between empty lines, exactly as written, with ids p1, p2, ...; a heading is a block of its own."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    mark = _MARK.match(text)
    blocks: list[list[str]] = [[]]
    for line in text[mark.end() if mark else 0 :].split("\n"):
        if not line.strip():
            blocks.append([])
        elif _HEADING.match(line):
            blocks += [[line], []]
        else:
            blocks[-1].append(line)
    kept = ("\n".join(block).strip() for block in blocks if block)
    return tuple(_segment(f"p{number}", block, spoken=bool(mark)) for number, block in enumerate(kept, start=1))


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
    words = " ".join(segment.text.split())
    speaker = " ".join((segment.speaker or "").replace("*", "").split())
    return f"**{speaker}:** {words}".strip() if speaker or _TURN.match(words) else words
