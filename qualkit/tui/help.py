"""The help: every key and what it does, from the one table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from qualkit.tui.keys import Key, groups, shown


class Help(ModalScreen[None]):
    """Every key; closed with any of those that people try."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,enter,question_mark,f1", "leave", "")]
    DEFAULT_CSS = """
    Help { align: center middle; background: $background 40%; }
    Help > VerticalScroll { width: 90; max-width: 100%; }
    Help > VerticalScroll { height: 90%; background: $surface; border: round $primary; padding: 0 1; }
    """

    def __init__(self, table: Iterable[Key]) -> None:
        super().__init__()
        self._table = table

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "keys"
            box.border_subtitle = "Esc closes; the arrows scroll"
            yield Static(self._keys())

    def _keys(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(width=22)
        grid.add_column()
        for group, found in groups(self._table).items():
            grid.add_row(Text(f"\n{group}", "bold"), "")
            for key in found:
                grid.add_row("  " + "  ".join(shown(key.keys)), Text(key.what))
        grid.add_row(Text("\nCodes", "bold"), "")
        grid.add_row("  a capital letter", Text("the code with that letter as its shortcut in the codebook"))
        return grid

    def action_leave(self) -> None:
        """Close the help."""
        self.dismiss(None)
