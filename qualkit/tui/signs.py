"""Signs that a terminal obeys, or that turn the letters around them: none reaches it, whoever wrote them."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LEFT_OUT = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029, *_DIRECTIONS))  # none of them takes a cell


def plain(text: str) -> str:
    """The text without them."""
    return text if text.isprintable() else text.translate(_LEFT_OUT)


class PlainSigns(LineFilter):
    """Leaves them out of everything that is drawn: text, names of codes, notes, what is typed."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            piece if piece.text.isprintable() else Segment(plain(piece.text), piece.style, piece.control)
            for piece in segments
        ]
