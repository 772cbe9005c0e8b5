"""The one-line widgets: what source this is, what stands under the cursor, which keys there are."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment as Piece
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from qualkit.tui.geometry import cut_to, that_fit

Part = tuple[str, bool]  # a text, and whether it is bold


class Line(Widget):
    """One row of text, cut at the screen's edge; `right` stands at its right end. Drawn anew only where it differs."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; background: $surface; }
    """

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._whole = False  # a part that does not fit is left out, instead of being cut
        self._parts: tuple[Part, ...] = ()
        self._right = ""

    def show(self, *parts: Part, right: str = "", whole: bool = False) -> None:
        """Another text from now on."""
        if (parts, right, whole) != (self._parts, self._right, self._whole):
            self._parts, self._right, self._whole = parts, right, whole
            self.refresh()

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(text for text, _ in self._parts) + (f"  {self._right}" if self._right else "")

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        room = max(width - len(self._right) - 2, 0) if self._right else width
        pieces, used = [Piece(" ", base)], 1
        for text, bold in self._parts:
            if self._whole and used + len(text.rstrip()) > room:
                break
            cut = text if used + cell_len(text) <= room else cut_to(text, room - used)
            pieces.append(Piece(cut, base + Style(bold=bold or None)))
            used += cell_len(cut)
            if used >= room:
                break
        strip = Strip(pieces).adjust_cell_length(room, base)
        return Strip([*strip, Piece(f" {self._right}", base)]).adjust_cell_length(width, base)


def in_two(text: str, width: int) -> tuple[str, str]:
    """A text as two rows, the first of at most so many cells; the second is empty where one will do."""
    if cell_len(text) <= width:
        return text, ""
    first = text[: that_fit(text, width) + 1].rpartition(" ")[0] or text[: that_fit(text, width)]
    return first, text[len(first) :].lstrip()
