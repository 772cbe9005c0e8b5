"""The program around the coding screen: what a crash may say, and how it begins."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App
from textual.filter import LineFilter

from qualkit.tui.desk import Desk
from qualkit.tui.screen import CodingScreen, coding_screen
from qualkit.tui.signs import PlainSigns

_PLAIN = PlainSigns()


class CodingApp(App[None]):
    """The coding screen as a program of its own."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { layout: vertical; }"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.coding: CodingScreen | None = None

    def on_mount(self) -> None:
        self.theme = "textual-light" if self.desk.places.light else "textual-dark"
        self.coding = coding_screen(self.desk, self.desk.opened.study.settings.keys)
        self.push_screen(self.coding)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What is done to every line that is drawn."""
        return [*super().get_line_filters(), _PLAIN]

    def action_help_quit(self) -> None:
        """Ctrl+C: say how to leave."""
        if isinstance(self.screen, type(self.screen_stack[1])):
            self.screen.say("q quits; all is on the disk already")  # type: ignore[attr-defined]
            self.screen.tell()  # type: ignore[attr-defined]

    async def action_quit(self) -> None:
        """Ctrl+Q: as q; where a window is open, it is closed first, so that no note is lost."""
        if isinstance(self.screen, type(self.screen_stack[1])):
            self.screen.action_quit()  # type: ignore[attr-defined]
        else:
            self.bell()

    def _fatal_error(self) -> None:
        """Leave without Textual's report: it prints local variables, and with them people's words."""
        self._close_messages_no_wait()


def run(desk: Desk) -> None:
    """Code until the coder leaves. What went wrong inside is raised, for the one place that reports it."""
    app = CodingApp(desk)
    try:
        app.run()
    finally:
        if app.coding is not None:
            app.coding.silence()
        desk.close()
    if app._exception is not None:
        raise app._exception
