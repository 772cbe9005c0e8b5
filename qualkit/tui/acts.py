"""What keys do: coding, suggestions, notes, undo. Each wish that writes goes through `do`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.screen import Screen

from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.coding import SUGGESTED
from qualkit.tui import choices
from qualkit.tui.asking import Write
from qualkit.tui.chooser import NEW, Chooser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qualkit.coding.placed import Placed
    from qualkit.coding.session import Session
    from qualkit.tui.desk import Desk
    from qualkit.tui.view import TranscriptView


class Acting(Screen[None]):
    """What all acts need: the desk, the view, and a place to say what happened."""

    desk: Desk
    view: TranscriptView

    @property
    def session(self) -> Session:
        """The work on the source that is open."""
        return self.desk.session

    def say(self, text: str) -> None:
        """Tell what happened, until the next key."""
        raise NotImplementedError

    def tell(self) -> None:
        """Bring the lines above and below the text up to date."""
        raise NotImplementedError

    def tell_of(self, text: str) -> None:
        """Tell something now."""
        self.say(text)
        self.tell()

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Whatever moves the cursor or the choice; the screen follows."""
        before = self.view.state()
        self.say("")
        try:
            yield
        except QualkitError as error:
            self.say(error.what)
        self.view.moved(before)
        self.tell()

    def do(self, wish: Callable[[], Sequence[Act]], said: str = "") -> bool:
        """Write what a wish becomes and show it; what cannot be done is said, with what to do."""
        try:
            acts = wish()
            changed = self.desk.do(acts) if acts else set[int]()
        except QualkitError as error:
            self.say(" - ".join(filter(None, (error.what, error.hint))))
            self.tell()
            return False
        if changed is None:
            self.view.take(self.session, self.desk.opened.study.codebook)
        else:
            self.view.look_again(changed)
        self.say(said if acts else "nothing has changed")
        self.tell()
        return True


class Coding(Acting):
    """Putting codes on, taking them away, suggestions, notes."""

    def action_code(self) -> None:
        """Find a code and put it on; what was typed and is no code yet may become one."""
        codebook = self.desk.opened.study.codebook
        window = Chooser(
            "code",
            choices.codes(codebook),
            recent=choices.recent(self.session),
            new="a new code",
            about=self.words(),
        )
        self.app.push_screen(window, self._put)

    def words(self) -> str:
        """The words that an act is about."""
        return self.session.text.text(self.session.selection.unit) if self.session.text.total else ""

    def _put(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None and chosen[0] == NEW:
            self.coin(chosen[1])
        elif chosen is not None:
            self.put(chosen[0])

    def coin(self, name: str) -> None:
        """Make a new code of that name."""
        raise NotImplementedError

    def put(self, code: str) -> None:
        """Put a code on what is chosen; one that is retired gets no new codings."""
        codebook = self.desk.opened.study.codebook
        name = choices.name_of(codebook, code)
        if code in codebook.open_codes:
            self.do(lambda: self.session.code(code), name)
        else:
            self.tell_of(f"{name}: this code is retired, so that no new codings are made with it")

    def action_code_again(self) -> None:
        """The last code once more."""
        recent = choices.recent(self.session)
        if recent:
            self.put(recent[0])
        else:
            self.tell_of("no code was used here yet")

    def action_remove(self) -> None:
        """Take a code away; with several here, ask which."""
        own = [one for one in self.session.here() if self.session.is_own(one)]
        if not own:
            self.tell_of("no code of yours here")
        elif len(own) == 1:
            self._remove(own[0])
        else:
            codebook = self.desk.opened.study.codebook
            self.app.push_screen(
                Chooser("take away", choices.codings(codebook, own)),
                lambda chosen: self._remove(self.session.codings.by_id[chosen[0]]) if chosen else None,
            )

    def _remove(self, one: Placed) -> None:
        gone = "rejected" if one.coding.status == SUGGESTED else "taken away"
        name = choices.name_of(self.desk.opened.study.codebook, one.coding.code)
        self.do(lambda: self.session.remove(one), f"{gone}: {name}")

    def action_answer(self, yes: bool) -> None:
        """Accept or reject the suggestion here, and go to the next."""
        wish = self.session.accept if yes else self.session.reject
        if self.do(lambda: wish(self.session.suggestion())):
            with self.moving():
                self.session.next_suggestion()
                self.say("accepted" if yes else "rejected")

    def action_move_ends(self) -> None:
        """Let the excerpt stand on what is chosen."""
        self.do(self.session.move_ends, "the excerpt stands here now")

    def action_undo(self) -> None:
        """Take back the last act."""
        self._back(self.session.undo, "taken back")

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._back(self.session.redo, "done again")

    def _back(self, wish: Callable[[], Sequence[Act]], said: str) -> None:
        acts: list[Act] = []

        def found() -> Sequence[Act]:
            acts.extend(wish())
            return acts

        if self.do(found):
            codebook = self.desk.opened.study.codebook
            what = choices.told(codebook, self.session.acts, self.session.state, acts[0].target)
            with self.moving():
                self._go_where_it_was(acts[0].target)
                self.say(f"{said}: {what}")

    def _go_where_it_was(self, act: str) -> None:
        """The cursor goes to the words that an undo was about."""
        anchor = choices.place_of(self.session.acts, act)
        if anchor is not None and anchor.first in self.session.transcript.index:
            at = self.session.transcript.index[anchor.first]
            self.session.selection.drop()
            self.session.selection.to(self.session.text.word_at(at, anchor.first_offset))

    def action_finish(self) -> None:
        """Finished, or open again."""
        self.do(self.session.finish, "open again" if self.session.finished else "finished")

    def action_memo(self) -> None:
        """Choose what a note is about, and write it."""
        if self.desk.read_only:
            self.tell_of("read-only here: notes cannot be written")
            return
        codebook = self.desk.opened.study.codebook
        window = Chooser("a note on", choices.to_note(codebook, self.session, self.desk.drafts))
        self.app.push_screen(window, lambda chosen: self._write_memo(chosen[0]) if chosen else None)

    def _write_memo(self, about: str) -> None:
        mine = [memo.text for memo in self.session.memos(about) if memo.coder == self.session.coder]
        theirs = [
            f"{memo.coder}: {memo.text}"
            for memo in self.session.memos(about)
            if memo.coder != self.session.coder and self.session.sees(memo.coder)
        ]
        what = choices.about_in_words(self.desk.opened.study.codebook, self.session, about)
        written = self.desk.drafts.get(about, mine[-1] if mine else "")
        window = Write(
            f"a note on {what}", written, above="\n".join(theirs), typed=lambda text: self.desk.draft(about, text)
        )
        self.app.push_screen(window, lambda text: self._keep_memo(about, text or ""))

    def _keep_memo(self, about: str, text: str) -> None:
        self.desk.draft(about, text)  # what cannot be written now is not lost
        if self.do(lambda: self.session.memo(about, text), "noted"):
            self.desk.draft(about, None)
            self.view.look_again()
