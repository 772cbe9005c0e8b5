"""The coding screen: the transcript, a line above it, two below, and the keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding

from qualkit.coding.placed import Placed
from qualkit.errors import QualkitError
from qualkit.model.coding import SUGGESTED
from qualkit.tui import choices, keys
from qualkit.tui.chooser import Chooser
from qualkit.tui.coining import Coining
from qualkit.tui.desk import ELSEWHERE, Desk
from qualkit.tui.lines import Line, in_two
from qualkit.tui.listening import Listening
from qualkit.tui.moving import Moving
from qualkit.tui.texting import Texting
from qualkit.tui.view import TranscriptView

_QUIET = 2.0  # seconds without a key after which the place is remembered


class CodingScreen(Moving, Coining, Texting, Listening):
    """One source after the other."""

    AUTO_FOCUS = "TranscriptView"

    def __init__(self, desk: Desk, table: list[keys.Key]) -> None:
        super().__init__()
        self.desk, self.table = desk, table
        self._footer = [(f"{key} {name}  ", False) for key, name in keys.footer(table)]
        self.view = TranscriptView(desk.session, desk.opened.study.codebook)
        self._message = self._remarks()
        self._timer: Any = None
        codes = desk.opened.study.codebook.codes.values()
        self._shortcuts = {code.shortcut.upper(): code.id for code in codes if code.shortcut}

    def compose(self) -> ComposeResult:
        yield Line("above")
        yield self.view
        yield Line("below")
        yield Line("keys")

    def on_mount(self) -> None:
        self.tell()

    def on_resize(self) -> None:
        self._show_below()

    def on_key(self, event: events.Key) -> None:
        if event.character and (code := self._shortcuts.get(event.character)):
            event.stop()
            self.put(code)

    def _remarks(self) -> str:
        """What was odd when the source was opened, and that a note was being written when the program ended."""
        found = [choices.about_in_words(self.desk.opened.study.codebook, self.session, one) for one in self.desk.drafts]
        told = f"the note on {', '.join(found)} was not finished: m goes on with it" if found else ""
        return "; ".join(filter(None, [told, *self.desk.remarks]))

    # the lines

    def say(self, text: str) -> None:
        self._message = text

    def tell(self) -> None:
        session, source = self.session, self.desk.source
        coded, asking, waiting = session.progress()
        here = session.text.segment_of(session.selection.cursor) + 1 if session.text.total else 0
        told = [
            f"{here}/{len(session.text.segments)}",
            f"coded {coded}/{asking}",
            f"{waiting} suggested" if waiting else "",
            f"{len(session.uncertain)} not found again" if session.uncertain else "",
            "others shown" if session.with_others else "",
            "finished" if session.finished else "",
            ELSEWHERE if self.desk.read_only else "",
        ]
        right = " · ".join(filter(None, told))
        self.query_one("#above", Line).show((source.id, True), (f"  {source.title}", False), right=right + " ")
        self._show_below()
        if self._timer is not None:
            self._timer.reset()
        else:
            self._timer = self.set_timer(_QUIET, self._remember)

    def _show_below(self) -> None:
        """What was done or stands here, and the keys; a message that is too long goes on where the keys stand."""
        below, under = self.query_one("#below", Line), self.query_one("#keys", Line)
        first, rest = in_two(self._message, max(self.size.width - 2, 20))
        below.show(*([(first, True)] if first else self._below()))
        if rest:
            under.show((rest, True))
        else:
            under.show(*self._footer, whole=True)

    def _remember(self) -> None:
        self._timer = None
        self.desk.remember()

    def _below(self) -> list[tuple[str, bool]]:
        """What stands under the cursor: codes in full, doubts, how much is chosen."""
        session = self.session
        if not session.text.total:
            return [("this source holds no words", False)]
        first, last = session.selection.span
        count = last - first + 1
        chosen = f"{count} word{'s' if count > 1 else ''} chosen  " if session.selection.anchor is not None else ""
        if session.selection.hold:
            chosen += "(every move extends)  "
        codes = ", ".join(self._named(one) for one in session.here())
        doubts = "; ".join(session.doubtful.get(session.text.segment_of(session.selection.cursor), ()))
        return [(chosen, True), (codes, False), (f"  ? {doubts}" if doubts else "", False)]

    def _named(self, one: Placed) -> str:
        name = choices.name_of(self.desk.opened.study.codebook, one.coding.code)
        if not self.session.is_own(one):
            return f"{name} ({one.coding.coder})"
        return f"{name} (suggested: {one.coding.reason})" if one.coding.status == SUGGESTED else name

    def on_transcript_view_pointed(self) -> None:
        self.say("")
        self.tell()

    # sources

    def action_go_to_source(self, by: int) -> None:
        """The next or previous source."""
        found = self.desk.sources()
        ids = [source.id for source in found]
        at = ids.index(self.desk.source.id) + by if self.desk.source.id in ids else 0
        if not 0 <= at < len(found):
            self.say("this is the last source" if by > 0 else "this is the first source")
            self.tell()
        else:
            self._open(found[at].id)

    def action_choose_source(self) -> None:
        """Find a source by typing."""
        self.app.push_screen(
            Chooser("source", choices.sources(self.desk.sources(), set())),
            lambda chosen: self._open(chosen[0]) if chosen else None,
        )

    def _open(self, id: str) -> None:
        self.quiet()
        self.desk.remember()
        try:
            self.desk.open(self.desk.opened.study.source_by_id[id])
        except QualkitError as error:
            self.say(error.what)
        else:
            self.say(self._remarks())
            self.view.take(self.session, self.desk.opened.study.codebook)
        self.tell()

    # the screen

    def action_others(self) -> None:
        """Other coders' codings, shown or not."""
        self.session.show_others(not self.session.with_others)
        self.view.fit()
        self.view.look_again()
        self.say("")
        self.tell()

    def action_light(self) -> None:
        """Light or dark, and remembered."""
        self.desk.places.light = not self.desk.places.light
        self.app.theme = "textual-light" if self.desk.places.light else "textual-dark"
        self.tell()

    def action_help(self) -> None:
        """All keys."""
        from qualkit.tui.help import Help

        self.app.push_screen(Help(self.table))

    def action_quit(self) -> None:
        """Leave; all is on the disk."""
        self.quiet()
        self.desk.remember()
        self.app.exit()


def coding_screen(desk: Desk, chosen: Mapping[str, str]) -> CodingScreen:
    """The screen with its keys, where the user has moved some of them."""
    table = keys.moved(chosen)

    class Keyed(CodingScreen):
        BINDINGS = [Binding(key.keys, key.act, key.what, id=key.id) for key in table]  # noqa: RUF012

    return Keyed(desk, table)
