"""Where the coder is in a text: a cursor on a word, and the words chosen from there to an anchor."""

from __future__ import annotations

from dataclasses import dataclass

from qualkit.coding.text import Span, Text

GROWING = ("sentence", "segment", "turn")


@dataclass
class Selection:
    """The cursor and the other end of what is chosen, as numbers of words; no anchor: nothing is chosen.

    With `hold`, every move of the cursor goes on choosing. `held`: whose words were chosen, as long as anything is.
    """

    text: Text
    cursor: int = 0
    anchor: int | None = None
    hold: bool = False
    held: str | None = None

    @property
    def span(self) -> Span:
        """The first and last word chosen; the cursor's word where nothing is."""
        other = self.cursor if self.anchor is None else self.anchor
        return min(self.cursor, other), max(self.cursor, other)

    @property
    def unit(self) -> Span:
        """What an act is about: the words chosen, or the sentence at the cursor."""
        return self.span if self.anchor is not None else self.text.unit("sentence", self.cursor)

    def drop(self) -> None:
        """Choose nothing; the cursor stays."""
        self.anchor, self.hold, self.held = None, False, None

    def choose(self, span: Span, held: str | None = None) -> None:
        """Choose these words, those of `held` say; the cursor is on the last of them."""
        self.anchor, self.cursor = span
        self.held = held

    def to(self, word: int, *, extend: bool = False) -> None:
        """Put the cursor on a word, and with it the moving end of what is chosen."""
        if not (extend or self.hold):
            self.anchor, self.held = None, None
        elif self.anchor is None:
            self.anchor = self.cursor
        self.cursor = max(0, min(word, self.text.total - 1))

    def move(self, unit: str, by: int, *, extend: bool = False) -> None:
        """Go to the next (1) or previous (-1) word, sentence, segment or turn, or extend and shrink by it."""
        if extend or self.hold:
            self.to(self._end(unit, by), extend=True)
        else:
            self.to(self.text.step(unit, self.cursor, by))

    def swap(self) -> None:
        """Let the other end of what is chosen be the one that moves."""
        if self.anchor is not None:
            self.cursor, self.anchor = self.anchor, self.cursor

    def grow(self) -> None:
        """Choose the sentence; if that is chosen, the segment; then the speaker's turn."""
        first, last = self.span
        for name in GROWING:
            wider = self.text.unit(name, first)[0], self.text.unit(name, last)[1]
            if wider != (first, last) or (self.anchor is None and first == last):
                return self.choose(wider, self.held)
        return None

    def _end(self, unit: str, by: int) -> int:
        """Where the moving end goes: to ends of units right of the anchor, beginnings left of it, not past it."""
        anchor = self.cursor if self.anchor is None else self.anchor
        rightwards = self.cursor > anchor or (self.cursor == anchor and by > 0)
        first, last = self.text.unit(unit, self.cursor)
        if rightwards and by > 0:
            fresh = self.anchor is None and unit != "word"
            at_end = self.cursor == last and not fresh
            return self.text.unit(unit, min(last + 1, self.text.total - 1))[1] if at_end else last
        if rightwards:
            return max(anchor, first - 1)
        if by < 0:
            fresh = self.anchor is None and unit != "word"
            at_start = self.cursor == first and not fresh
            return self.text.unit(unit, max(first - 1, 0))[0] if at_start else first
        return min(anchor, last + 1)
