"""The transcript on the screen: a widget that draws only rows that are seen, and of these only those that changed."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qualkit.coding.session import Session
from qualkit.model.codebook import Codebook
from qualkit.tui.geometry import Layout, columns, lay_out, that_fit
from qualkit.tui.paint import Painter

_MARGIN = 2  # rows that stay in sight above and below the cursor
_KEPT = 600  # drawn rows that are kept


class TranscriptView(ScrollView, can_focus=True, inherit_bindings=False):
    """One source's text with its codings, and the cursor."""

    DEFAULT_CSS = """
    TranscriptView { height: 1fr; width: 1fr; overflow-x: hidden; overflow-y: scroll; scrollbar-size: 1 1; }
    """

    class Pointed(Message):
        """The mouse has put the cursor somewhere."""

    def __init__(self, session: Session, codebook: Codebook) -> None:
        super().__init__()
        self.layout_of_rows: Layout | None = None
        self._drawn: LRUCache[tuple[Any, ...], Strip] = LRUCache(_KEPT)
        self._dragging = False
        self.take(session, codebook)

    def take(self, session: Session, codebook: Codebook) -> None:
        """Show this session from now on."""
        self.session = session
        self.painter = Painter(session, codebook)
        if self.is_attached:
            self._restyle()
            self.fit(anew=True)

    # geometry

    def on_resize(self) -> None:
        self.fit()

    def fit(self, *, anew: bool = False) -> None:
        """Divide the screen and wrap the text, where the width or the text has changed."""
        width = self.scrollable_content_region.width
        wanted = columns(width, self.session.text.segments)
        if not anew and self.layout_of_rows is not None and self.layout_of_rows.columns == wanted:
            return
        self.layout_of_rows = lay_out(self.session.text.segments, wanted)
        self.session.codings.arrange(self.layout_of_rows.row_of)
        self.virtual_size = Size(width, len(self.layout_of_rows.rows))
        self.look_again()
        self.reveal()

    # drawing

    def look_again(self, segments: set[int] | None = None) -> None:
        """Draw these segments anew, or all."""
        self.painter.forget(segments)
        if segments is None or self.layout_of_rows is None:
            self._drawn.clear()
            self.refresh()
            return
        rows = {row for segment in segments for row in range(*self.layout_of_rows.rows_of(segment))}
        for key in [key for key in self._drawn.keys() if key[0] in rows]:  # noqa: SIM118 (no dictionary)
            self._drawn.discard(key)
        self._refresh_rows(rows)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn.clear()
        self._restyle()

    def _restyle(self) -> None:
        colourless = self.app.no_color or self.app.console.color_system is None
        self.painter.restyle(self.rich_style, self.background_colors[1].rgb, colourless=colourless)

    def render_line(self, y: int) -> Strip:
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        layout = self.layout_of_rows
        if layout is None or number >= len(layout.rows):
            return Strip.blank(width, self.rich_style)
        row = layout.rows[number]
        low, high = self._chosen(row.segment)
        low, high = max(low, row.start), min(high, row.end)
        chosen = (low, high) if low < high else (0, 0)
        here = row.segment == self._segment()
        key = (number, width, chosen, here)
        if (strip := self._drawn.get(key)) is None:
            pieces = self.painter.pieces(layout, number, chosen, here)
            strip = self._drawn[key] = Strip(pieces).adjust_cell_length(width, self.rich_style)
        return strip

    def _segment(self) -> int:
        text = self.session.text
        return text.segment_of(self.session.selection.cursor) if text.total else -1

    def _chosen(self, segment: int) -> tuple[int, int]:
        """The code points of a segment that are chosen."""
        text = self.session.text
        if segment < 0 or not text.total:
            return 0, 0
        first, last = self.session.selection.span
        low, high = text.place(first), text.place(last)
        if not low[0] <= segment <= high[0]:
            return 0, 0
        start = low[1] if segment == low[0] else 0
        return start, high[2] if segment == high[0] else len(text.segments[segment].text)

    # moving

    def state(self) -> tuple[Any, ...]:
        """What of the cursor shows on the screen; `moved` needs the one before."""
        return (self._segment(), self.session.selection.span)

    def moved(self, before: tuple[Any, ...]) -> None:
        """Show that the cursor or the choice is another one than before: scroll there, or draw the rows that differ."""
        if before != self.state() and not self.reveal():
            self._refresh_rows(self._differing(before))

    def _differing(self, before: tuple[Any, ...]) -> set[int]:
        """The rows that look different after a move."""
        layout, text = self.layout_of_rows, self.session.text
        if layout is None or not text.total:
            return set()
        rows: set[int] = set()
        segment, span = self.state()
        if segment != before[0]:
            rows |= {row for one in (segment, before[0]) for row in range(*layout.rows_of(one))}
        for old, new in zip(before[1], span, strict=True):  # only what lies between an old and a new end differs
            low, high = (text.place(word) for word in sorted((old, new)))
            rows |= set(range(layout.row_of(low[0], low[1]), layout.row_of(high[0], high[2] - 1) + 1))
        return rows

    def _refresh_rows(self, rows: set[int]) -> None:
        top, height, width = self.scroll_offset.y, self.size.height, self.size.width
        seen = sorted(row - top for row in rows if top <= row < top + height)
        self.refresh(*(Region(0, row, width, 1) for row in seen)) if seen else None

    def reveal(self) -> bool:
        """Scroll so that the cursor is in sight, with all of what is chosen where it fits; whether that was needed."""
        layout, text = self.layout_of_rows, self.session.text
        if layout is None or not text.total:
            return False
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        segment, start, _ = text.place(self.session.selection.cursor)
        row = layout.row_of(segment, start)
        first = text.place(self.session.selection.span[0])
        begins = layout.row_of(first[0], first[1])
        low = begins if row - begins < height - 2 * _MARGIN else row
        margin = min(_MARGIN, max(height // 4, 0))
        if top + min(margin, low) <= low and row < top + height - margin:
            return False
        target = low - height // 3 if row >= top else row - 2 * height // 3
        target = max(min(target, len(layout.rows) - height), 0)
        if target == top:
            return False
        self.scroll_to(y=target, animate=False, force=True)
        return True

    def page(self, by: int) -> int:
        """The word a screenful further on (1) or back (-1)."""
        layout, text = self.layout_of_rows, self.session.text
        if layout is None or not text.total:
            return 0
        segment, start, _ = text.place(self.session.selection.cursor)
        row = layout.row_of(segment, start) + by * max(self.size.height - 2 * _MARGIN, 1)
        row = max(0, min(row, len(layout.rows) - 1))
        found = layout.rows[row]
        if found.segment < 0:  # the blank row above a segment
            found = layout.rows[row + 1]
        return text.word_at(found.segment, found.start)

    # the mouse

    def word_under(self, x: int, y: int) -> int | None:
        """The word at a point of the widget."""
        layout, number = self.layout_of_rows, y + self.scroll_offset.y
        if layout is None or not self.session.text.total or not 0 <= number < len(layout.rows):
            return None
        row = layout.rows[number]
        if row.segment < 0:
            return None
        text = self.session.text.segments[row.segment].text[row.start : row.end]
        cells = x - layout.columns.gutter
        offset = that_fit(text, cells) if cells > 0 else 0
        return self.session.text.word_at(row.segment, row.start + min(offset, max(len(text) - 1, 0)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._point(event, extend=event.shift)
        self._dragging = True
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging and event.button:
            self._point(event, extend=True)

    def on_mouse_up(self) -> None:
        self._dragging = False
        self.release_mouse()

    def _point(self, event: events.MouseEvent, *, extend: bool) -> None:
        word = self.word_under(event.x, event.y)
        if word is None or (extend and word == self.session.selection.cursor):
            return
        before = self.state()
        if not extend:
            self.session.selection.drop()
        self.session.selection.to(word, extend=extend)
        self.moved(before)
        self.post_message(self.Pointed())
