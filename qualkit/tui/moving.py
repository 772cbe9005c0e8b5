"""What keys do: moving the cursor and choosing words."""

from __future__ import annotations

from qualkit.tui.acts import Acting
from qualkit.tui.asking import Ask


class Moving(Acting):
    """Moving the cursor and choosing words."""

    searched = ""

    def action_move(self, unit: str, by: int, extend: bool = False) -> None:
        """To the next or previous word, sentence, segment or turn."""
        if self.session.text.total:
            with self.moving():
                self.session.selection.move(unit, by, extend=extend)

    def action_page(self, by: int) -> None:
        """A screenful on."""
        with self.moving():
            self.session.selection.to(self.view.page(by))

    def action_ends(self, end: int) -> None:
        """To the first or last word."""
        with self.moving():
            self.session.selection.to(self.session.text.total - 1 if end else 0)

    def action_next_uncoded(self) -> None:
        """To the next segment without a code."""
        with self.moving():
            if not self.session.next_uncoded():
                self.say("every segment has a code")

    def action_next_suggestion(self, by: int) -> None:
        """To the next suggestion."""
        with self.moving():
            if not self.session.next_suggestion(by):
                self.say("no suggestion waits")

    def action_next_doubtful(self) -> None:
        """To the next doubtful segment."""
        with self.moving():
            if not self.session.next_doubtful():
                self.say("nothing doubtful is known")

    def action_search(self) -> None:
        """Ask for words and go to them."""
        self.app.push_screen(Ask("search", ""), self._search)

    def _search(self, words: str | None) -> None:
        if words is not None:
            self.searched = words.strip() or self.searched
            self.action_search_on(1)

    def action_search_on(self, by: int) -> None:
        """To the next place of the words searched for."""
        with self.moving():
            selection = self.session.selection
            found = self.session.text.find(self.searched, selection.span[by > 0], by) if self.searched else None
            if found:
                selection.drop()
                selection.choose(found)
            self.say("" if found else f"'{self.searched}' does not stand here" if self.searched else "search for what?")

    def action_hold(self) -> None:
        """Let every move extend, or not any more."""
        selection = self.session.selection
        with self.moving():
            selection.hold = not selection.hold
            self.say("every move extends now; v: no longer" if selection.hold else "")

    def action_grow(self) -> None:
        """Choose the sentence, the segment, the turn."""
        if self.session.text.total:
            with self.moving():
                self.session.selection.grow()

    def action_choose_excerpt(self) -> None:
        """Choose the excerpt under the cursor."""
        with self.moving():
            self.session.choose_excerpt()

    def action_swap(self) -> None:
        """Move the other end."""
        with self.moving():
            self.session.selection.swap()

    def action_drop(self) -> None:
        """Choose nothing."""
        with self.moving():
            self.session.selection.drop()
