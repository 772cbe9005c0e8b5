"""Correcting the text without leaving the screen: words, segments, speakers."""

from __future__ import annotations

from qualkit.coding.correcting import correction
from qualkit.tui.acts import Acting
from qualkit.tui.asking import Ask, Rewrite


class Texting(Acting):
    """Every coding stays on its words."""

    def action_correct(self) -> None:
        """Write the words of the segment at the cursor anew."""
        if not self._can_correct():
            return
        segment, offset, _ = self.session.text.place(self.session.selection.cursor)
        window = Rewrite("correct the words", self.session.text.segments[segment].text, at=offset)
        self.app.push_screen(window, lambda text: self._correct("text", text, "corrected"))

    def action_split(self) -> None:
        """Two segments: the second begins with the cursor's word."""
        self._correct("split", "", "two segments now")

    def action_join(self) -> None:
        """One segment of this one and the next."""
        self._correct("join", "", "one segment now")

    def action_speaker(self) -> None:
        """Another speaker for the segment at the cursor."""
        if not self._can_correct():
            return
        one = self.session.text.segments[self.session.text.segment_of(self.session.selection.cursor)]
        known = ", ".join(self.session.transcript.speakers)
        window = Ask(f"who says this? so far: {known}" if known else "who says this?", one.speaker or "")
        self.app.push_screen(window, lambda name: self._correct("speaker", name, "another speaker"))

    def _can_correct(self) -> bool:
        if self.desk.read_only or not self.session.text.total:
            self.say(
                "read-only here: the text cannot be corrected" if self.desk.read_only else "there are no words here"
            )
            self.tell()
            return False
        return True

    def _correct(self, kind: str, what: str | None, said: str) -> None:
        if what is not None:
            self.do(lambda: [correction(self.session, kind, what)], said)
