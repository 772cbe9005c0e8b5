"""A coder's work on one source: where the coder is, and the acts that each wish becomes.

Nothing here writes. A method gives the acts that are to be written; `done` takes them in once they are on the disk, so
that what the coder sees is never ahead of the journal. A wish that cannot be met is a QualkitError in a few words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qualkit.coding.anchor import make_anchor
from qualkit.coding.placed import Placed
from qualkit.coding.standing import Standing
from qualkit.coding.text_change import ids_made, standing_now, text_change
from qualkit.coding.undoing import to_redo, to_undo
from qualkit.errors import QualkitError
from qualkit.model.act import Act, TextChange
from qualkit.model.coding import SUGGESTED, Anchor, Memo
from qualkit.model.noun import replace


class Session(Standing):
    """One coder and one transcript."""

    _round: Sequence[str] = ()  # the codings, one for each excerpt, that stood where an excerpt was first chosen

    def choose(self, one: Placed) -> None:
        """Choose a coding's words."""
        if (span := self.span_of(one)) is not None:
            self.selection.drop()
            self.selection.choose(span, one.coding.id)

    def choose_excerpt(self) -> None:
        """Choose the excerpt under the cursor; again, the next one that was there, round and round."""
        by_id = self.codings.by_id
        chosen = self.held in by_id and self.selection.span == self.span_of(by_id[self.held])
        if not (chosen and self.held in self._round and all(id in by_id for id in self._round)):
            self._round = [one.coding.id for one in {one.span: one for one in self.here()[::-1]}.values()][::-1]
        if not self._round:
            raise QualkitError("no excerpt here")
        at = self._round.index(self.held) + 1 if chosen and self.held in self._round else 0
        self.choose(by_id[self._round[at % len(self._round)]])

    def next_suggestion(self, by: int = 1) -> bool:
        """Choose the next own suggestion, or the previous one; False where there is none."""
        found = [one for one in self.codings.in_order() if one.coding.status == SUGGESTED and self.is_own(one)]
        if not found:
            return False
        ids = [one.coding.id for one in found]
        if self.held in ids and self.selection.span == self.span_of(self.codings.by_id[self.held]):
            at = ids.index(self.held) + by
        else:
            segment, start, _ = self.text.place(self.selection.span[0])
            ahead = sum(one.start < (segment, start) for one in found)
            at = ahead if by > 0 else ahead - 1
        self.choose(found[at % len(found)])
        return True

    def next_uncoded(self) -> bool:
        """Go to the next segment without an own applied coding, from the beginning again after the last."""
        return self._go_on(lambda n: n in self._asking and not self._is_coded(n))

    def next_doubtful(self) -> bool:
        """Go to the next segment in which something is doubtful."""
        return self._go_on(self.doubtful.__contains__)

    def _go_on(self, wanted: Callable[[int], bool]) -> bool:
        count = len(self.text.segments)
        here = self.text.segment_of(self.selection.cursor)
        found = next((n % count for n in range(here + 1, here + count + 1) if wanted(n % count)), None)
        if found is None:
            return False
        self.go_to(found)
        return True

    def go_to(self, segment: int) -> None:
        """Put the cursor on the first word of a segment."""
        self.selection.drop()
        self.selection.to(self.text.words_of(segment)[0])

    # wishes that become acts

    def anchor(self) -> Anchor:
        """The anchor of what is chosen, or of the sentence at the cursor."""
        if not self.text.total:
            raise QualkitError("there are no words here to code")
        low, high = self.selection.unit
        first, start, _ = self.text.place(low)
        last, _, end = self.text.place(high)
        return make_anchor(self.transcript, first, start, last, end, self.words)

    def code(self, code: str) -> list[Act]:
        """Put a code on what is chosen; a suggestion of it on exactly these words is accepted."""
        anchor = self.anchor()
        for one in self.codings.at(*self._stretch(anchor)):
            if one.coding.code == code and self.is_own(one) and self._span(anchor) == one.span:
                if one.coding.status == SUGGESTED:
                    return self.accept(one)
                raise QualkitError("these words have that code already")
        return [self._act("code", anchor=anchor, code=code)]

    def remove(self, one: Placed) -> list[Act]:
        """Take a code away; a suggestion is rejected instead, so that it does not come back."""
        self._refuse_others(one)
        return self.reject(one) if one.coding.status == SUGGESTED else [self._act("remove", target=one.coding.id)]

    def accept(self, one: Placed) -> list[Act]:
        """Let a suggestion be applied."""
        return [self._act("accept", target=self._suggestion(one).coding.id)]

    def reject(self, one: Placed) -> list[Act]:
        """Turn a suggestion down."""
        return [self._act("reject", target=self._suggestion(one).coding.id)]

    def suggestion(self) -> Placed:
        """The suggestion that an answer is about: the one jumped to, or the shortest here."""
        found = [one for one in self.here() if one.coding.status == SUGGESTED and self.is_own(one)]
        if not found:
            raise QualkitError("no suggestion here; Tab goes to the next one")
        return found[0]

    def _suggestion(self, one: Placed) -> Placed:
        self._refuse_others(one)
        if one.coding.status != SUGGESTED:
            raise QualkitError("this is no suggestion")
        return one

    def move_ends(self) -> list[Act]:
        """Let an excerpt, with all its own codes, stand on what is chosen: the one jumped to, else the one met."""
        anchor = self.anchor()
        if self.selection.anchor is None:
            raise QualkitError("first choose the words that the excerpt is to hold")
        own = [one for one in self.codings.in_order() if self.is_own(one)]
        meant = [one for one in own if one.coding.id == self.held]
        meant = meant or [one for one in own if _meet(one, self._span(anchor))]
        if len({one.span for one in meant}) != 1:
            raise QualkitError("choose one excerpt first (w), then its new words" if meant else "no excerpt here")
        old = meant[0].span
        if old == self._span(anchor):
            raise QualkitError("the excerpt stands on exactly these words already")
        return [
            self._act("place", anchor=anchor, target=one.coding.id, reason="moved") for one in own if one.span == old
        ]

    def memos(self, about: str) -> list[Memo]:
        """The notes about something ("coding:<id>", "segment:<id>", "source", "code:<id>", "study"), all coders'."""
        return [memo for memo in self.state.memos.values() if memo.about == about]

    def memo(self, about: str, text: str) -> list[Act]:
        """This coder's note about something, in the place of the one before; without text it goes."""
        text = text.strip()
        old = next((memo for memo in self.memos(about)[::-1] if memo.coder == self.coder), None)
        if text == (old.text if old else ""):
            return []
        return [self._act("memo", about=about, text=text, target=old.id if old else "")]

    def finish(self) -> list[Act]:
        """Mark the source as finished, or open it again."""
        return [self._act("reopen" if self.finished else "finish")]

    def undo(self) -> list[Act]:
        """Take back this coder's last act that stands."""
        return self._back(to_undo(self._acts, self.passed), "undo again takes back the act before it")

    def redo(self) -> list[Act]:
        """Do again what was taken back last."""
        return self._back(to_redo(self._acts, self.passed), "redo again goes on to the next one")

    def _back(self, those: Sequence[Act], otherwise: str) -> list[Act]:
        acts = [self._act("undo", target=act.id) for act in those]
        try:
            self.text_change(acts)
        except QualkitError as error:
            self.passed |= {act.id for act in those}
            raise QualkitError(f"a correction is passed over: {error.what}", hint=otherwise) from error
        return acts

    def text_change(self, acts: Sequence[Act]) -> TextChange | None:
        """What acts do to the text as it stands today. QualkitError where that cannot be done any more."""
        if (found := text_change(acts, self._acts)) is None:
            return None
        made, change = found
        return standing_now(self.transcript, change, ids_made(self._others, after=made.id))

    def _act(self, act: str, **what: str | Anchor) -> Act:
        return replace(Act("", "", self.coder, act), **what)  # type: ignore[arg-type]

    def _refuse_others(self, one: Placed) -> None:
        if not self.is_own(one):
            raise QualkitError(f"this is a coding of {one.coding.coder}; nobody decides for another")

    def _span(self, anchor: Anchor) -> tuple[tuple[int, int], tuple[int, int]]:
        index = self.transcript.index
        return (index[anchor.first], anchor.first_offset), (index[anchor.last], anchor.last_offset)

    def _stretch(self, anchor: Anchor) -> tuple[int, int, int]:
        return self.transcript.index[anchor.first], anchor.first_offset, anchor.first_offset + 1


def _meet(one: Placed, span: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    return one.start < span[1] and span[0] < one.end
