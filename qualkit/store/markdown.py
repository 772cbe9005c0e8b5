"""Documents: a paragraph, a heading or a list is a segment."""

from __future__ import annotations

import re

from qualkit.model.transcript import Segment

_HEADING = re.compile(r"#{1,6}\s")


def parse_markdown(text: str) -> tuple[Segment, ...]:
    """The blocks between empty lines, exactly as written, with ids p1, p2, ...; a heading is a block of its own."""
    blocks: list[list[str]] = [[]]
    for line in text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line.strip():
            blocks.append([])
        elif _HEADING.match(line):
            blocks += [[line], []]
        else:
            blocks[-1].append(line)
    kept = ("\n".join(block).strip() for block in blocks if block)
    return tuple(Segment(f"p{number}", block) for number, block in enumerate(kept, start=1))
