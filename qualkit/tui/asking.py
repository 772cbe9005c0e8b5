"""Asking for a line (words to search, a speaker's name), and writing a note or a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widgets import TextArea

_SOON = 0.5  # seconds between a key and the draft on the disk


class Ask(ModalScreen["str | None"]):
    """One line; gives None where it was left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "")]
    DEFAULT_CSS = """
    Ask { align: center bottom; background: transparent; }
    Ask > Input, Ask > Input:focus { height: 3; border: round $primary; background: $surface; }
    """

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        box = Input(self._text)
        box.border_title = Text(self._title)
        yield box

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Give nothing."""
        self.dismiss(None)


class Write(ModalScreen["str | None"]):
    """A note in several lines; Esc keeps what was written, for undo takes it back."""

    HOW = "Esc keeps it; F4: in your own editor"

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "stop", ""), ("ctrl+s", "keep", ""), ("f4", "elsewhere", "")]
    DEFAULT_CSS = """
    Write { align: center bottom; background: transparent; }
    Write > Vertical { width: 90; max-width: 100%; }
    Write > Vertical { height: auto; max-height: 90%; margin-bottom: 2; background: $surface; border: round $primary; }
    Write TextArea { height: auto; min-height: 4; max-height: 14; }
    Write TextArea, Write TextArea:focus { border: none; background: $surface; }
    Write Static { height: auto; padding: 0 1; }
    """

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        above: str = "",
        at: int | None = None,
        typed: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._text, self._above = title, text, above
        self._typed = typed  # who is told of what is typed, after a moment
        self._soon: Timer | None = None
        self._at = len(text) if at is None else at

    def compose(self) -> ComposeResult:
        from textual.widgets import TextArea

        with Vertical() as box:
            box.border_title = Text(self._title)
            box.border_subtitle = self.HOW
            if self._above:
                yield Static(Text(self._above))
            area = TextArea(self._text, soft_wrap=True, tab_behavior="focus")
            area.move_cursor(_location(self._text, self._at))
            yield area

    @property
    def _area(self) -> TextArea:
        from textual.widgets import TextArea

        return self.query_one(TextArea)

    @property
    def _written(self) -> str:
        return self._area.text

    def on_text_area_changed(self) -> None:
        if self._typed is not None and self._soon is None and self._written != self._text:
            self._soon = self.set_timer(_SOON, self._tell_typed)

    def _tell_typed(self) -> None:
        self._soon = None
        if self._typed is not None:
            self._typed(self._written)

    def action_keep(self) -> None:
        """Keep what was written."""
        self._close(self._written)

    def action_stop(self) -> None:
        """Close the window: a note is kept."""
        self._close(self._written)

    def _close(self, text: str | None) -> None:
        self._typed = None  # a moment that ends after this must not tell of what is kept by then
        self.dismiss(text)

    def action_elsewhere(self) -> None:
        """Write on in $EDITOR; what was saved there stands in the window then."""
        from textual.app import SuspendNotSupported

        from qualkit.tui.editor import edited

        box, text, said = self.query_one(Vertical), self._written, self.HOW
        try:
            with self.app.suspend():
                try:
                    text = edited(text)
                except QualkitError as error:  # caught in here, for the screen has to come back
                    said = " - ".join(filter(None, (error.what, error.hint)))
        except SuspendNotSupported:
            said = "no other program can be opened from this terminal"
        box.border_subtitle = Text(said)
        self._area.load_text(text)
        self._area.move_cursor(self._area.document.end)


class Rewrite(Write):
    """A text of the transcript: Enter keeps it, Esc leaves it as it was."""

    HOW = "Enter keeps it, Esc leaves it as it was"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "keep", priority=True)]

    def action_stop(self) -> None:
        """Leave the text as it was."""
        self._close(None)


def _location(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset].split("\n")
    return len(before) - 1, len(before[-1])
