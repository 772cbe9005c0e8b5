"""Choosing one of many by typing some letters of it: codes, themes, sources, what a note is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from qualkit.tui.finding import Choice, find

NEW = "\0new"  # the id of "make a new one of what was typed"
_WIDTH = 96  # cells, as the style below says
_FRAME = 6  # rows: above the window one, its frame two, what is typed, two below the window
_LEAST, _MOST = 4, 10  # rows of the list


class Chooser(ModalScreen["tuple[str, str] | None"]):
    """Gives (id, what was typed); nothing where it was left. With `new`, what was typed may become a new one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", ""),
        ("down,ctrl+n,tab", "go(1)", ""),
        ("up,ctrl+p,shift+tab", "go(-1)", ""),
        ("pagedown", "go(8)", ""),
        ("pageup", "go(-8)", ""),
    ]
    DEFAULT_CSS = """
    Chooser { align: center bottom; background: transparent; }
    Chooser > Vertical { width: 96; max-width: 100%; }
    Chooser > Vertical { height: auto; margin-bottom: 2; background: $surface; border: round $primary; }
    Chooser Input, Chooser Input:focus { border: none; height: 1; padding: 0 1; background: $surface; }
    Chooser Static { height: auto; padding: 0 1; }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        recent: Sequence[str] = (),
        new: str = "",
        about: str = "",
    ) -> None:
        super().__init__()
        self._title, self._choices, self._recent = title, choices, recent
        self._new, self._about = new, about
        self._found: list[Choice] = []
        self._at = 0
        self._seen = range(0)  # those that are on the screen

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Text(self._title)
            if self._about:
                yield Static(Text(self._about, no_wrap=True, overflow="ellipsis", style="italic"))
            yield Input(placeholder="type to find")
            yield Static(id="found")

    def on_mount(self) -> None:
        self._search("")

    def on_resize(self) -> None:
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._search(event.value)

    def on_input_submitted(self) -> None:
        typed = self.query_one(Input).value.strip()
        self.dismiss((self._found[self._at].id, typed) if self._found else None)

    def on_click(self, event: events.Click) -> None:
        """The mouse chooses the one it points at."""
        list_of = self.query_one("#found", Static)
        offset = event.get_content_offset(list_of) if event.widget is list_of else None
        if offset is not None and offset.y < len(self._seen):
            self._at = self._seen[offset.y]
            self.on_input_submitted()

    def on_mouse_scroll_down(self) -> None:
        self.action_go(1)

    def on_mouse_scroll_up(self) -> None:
        self.action_go(-1)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    def action_go(self, by: int) -> None:
        """Another of those that were found."""
        self._at = max(min(self._at + by, len(self._found) - 1), 0)
        self._show()

    def _search(self, typed: str) -> None:
        self._found = find(typed, self._choices, self._recent)
        words = " ".join(typed.split())
        if self._new and words and words.casefold() not in {one.name.casefold() for one in self._choices}:
            self._found.append(Choice(NEW, f"{self._new}: {words}"))
        self._at = 0
        self._show()

    def _show(self) -> None:
        """As many of those found as there is room for beside the definition; at least a few, then it is cut."""
        room = self.size.height - _FRAME - bool(self._about)
        told = self._detail()
        rows = max(min(room - len(told) - 1, room // 2, _MOST), _LEAST)
        top = max(0, min(self._at - rows // 2, len(self._found) - rows))
        self._seen = range(top, min(top + rows, len(self._found)))
        most = max(room - min(rows, max(len(self._found), 1)) - 1, 1)
        if len(told) > most:
            told = [*told[: most - 1], Text("…")]
        detail = [Padding(Group(*told), (1, 1, 0, 1))] if told else []
        self.query_one("#found", Static).update(Group(self._list(), *detail))

    def _list(self) -> RenderableType:
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column(width=1)
        grid.add_column(ratio=3, no_wrap=True, overflow="ellipsis")
        grid.add_column(ratio=2, no_wrap=True, overflow="ellipsis", justify="right")
        for number in self._seen:
            one, here = self._found[number], number == self._at
            grid.add_row(">" if here else "", Text(one.name), Text(one.beside), style="reverse" if here else "")
        if not self._found:
            grid.add_row("", "nothing is called so", "")
        return grid

    def _detail(self) -> list[Text]:
        """The lines of definition, include, exclude and examples of the one that the cursor is on."""
        if not self._found:
            return []
        text = Text()
        for heading, words in self._found[self._at].detail:
            text.append(f"{heading}: ", "bold").append(f"{words}\n")
        text.rstrip()
        width = min(self.size.width, _WIDTH) - 6  # the frame, and a blank at both sides twice
        return list(text.wrap(self.app.console, max(width, 10))) if text else []
