"""What holds for one coder in one transcript: codings where they stand, doubts, progress; acts bring it up to date."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence

from qualkit.coding.fold import State, fold, go_on
from qualkit.coding.place import UNCERTAIN, place_all
from qualkit.coding.placed import Codings, Placed
from qualkit.coding.selection import Selection
from qualkit.coding.text import Span, Text
from qualkit.model.act import Act
from qualkit.model.coding import APPLIED, REJECTED, SUGGESTED, Anchor, Coding
from qualkit.model.doubt import Doubt
from qualkit.model.transcript import Segment, Transcript, Word

REFOLDED = ("undo", "edit")  # acts after which what holds is told anew from the journal


class Standing:
    """One coder and one transcript. `acts` are the coder's own, `others` those of other coders, whom it is blind to."""

    def __init__(
        self,
        transcript: Transcript,
        coder: str,
        acts: Sequence[Act] = (),
        *,
        others: Sequence[Act] = (),
        words: Mapping[str, Sequence[Word]] | None = None,
        doubts: Iterable[Doubt] = (),
        leave_out: Callable[[Segment], bool] = lambda _: False,
    ) -> None:
        self.transcript, self.coder, self.words = transcript, coder, words or {}
        self.text = Text(transcript)
        self.selection = Selection(self.text)
        self.with_others = False
        self.passed: set[str] = set()  # acts that an undo or redo goes past, for it cannot take them back
        self._acts, self._others = list(acts), tuple(others)
        self._placed: dict[Anchor, Anchor | None] = {}
        self.doubts = tuple(doubts)
        self.doubtful = _by_segment(transcript, self.doubts)
        self._asking = {
            n
            for n, segment in enumerate(transcript.segments)
            if segment.text and not segment.is_heading and not leave_out(segment)
        }
        self._coded: set[int] = set()  # of the segments that ask for a code
        self._waiting: set[str] = set()  # own suggestions
        self.state = State()
        self.codings = Codings(transcript.index)
        self.uncertain: set[str] = set()  # own codings whose words were not found again
        self._fold()

    # what holds

    def done(self, written: Sequence[Act]) -> set[int]:
        """Take in acts that are on the disk; gives the segments that look different now."""
        self._acts += written
        self._placed |= {act.anchor: act.anchor for act in written if act.anchor}  # made in this very text
        if any(act.act in REFOLDED for act in written):
            return self._fold()
        go_on(self.state, self.transcript.source, written)
        return self._show({act.target or act.id for act in written})

    def show_others(self, shown: bool) -> None:
        """Other coders' applied codings beside one's own, or not."""
        self.with_others = shown
        self._show([id for id, coding in self.state.codings.items() if coding.coder != self.coder])

    def _fold(self) -> set[int]:
        before = self.state.codings
        self.state = fold(self.transcript.source, self.all_acts)
        now = self.state.codings
        return self._show([id for id in {**now, **before} if before.get(id) != now.get(id)])

    def _show(self, ids: Iterable[str]) -> set[int]:
        """Let these codings be shown where they stand, or not any more; gives the segments that this touches."""
        ids = list(ids)
        self._look_for([one.anchor for id in ids if (one := self.state.codings.get(id)) and self._visible(one)])
        shown: list[tuple[Coding, Anchor]] = []
        touched: set[int] = set()
        for id in ids:
            coding = self.state.codings.get(id)
            touched |= self.codings.drop(id)
            self.uncertain.discard(id)
            self._waiting.discard(id)
            if coding is None or not self._visible(coding):
                continue
            if (anchor := self.place(coding.anchor)) is None:
                self.uncertain.add(id)
                continue
            shown.append((coding, anchor))
            if coding.status == SUGGESTED:
                self._waiting.add(id)
        touched |= self.codings.put(shown)
        for segment in touched:
            (self._coded.add if self._is_coded(segment) else self._coded.discard)(segment)
        return touched

    def _visible(self, coding: Coding) -> bool:
        if coding.coder == self.coder:
            return coding.status != REJECTED
        return self.sees(coding.coder) and coding.status == APPLIED

    def sees(self, coder: str) -> bool:
        """Whether what that coder made is shown: one's own, and others' only when asked for."""
        return coder == self.coder or self.with_others

    def place(self, anchor: Anchor) -> Anchor | None:
        """Where an anchor stands today; None where that is uncertain."""
        self._look_for([anchor])
        return self._placed[anchor]

    def _look_for(self, anchors: Iterable[Anchor]) -> None:
        """Find the places of anchors that are not known yet, all together: the sure ones tell where others may be."""
        if fresh := [anchor for anchor in dict.fromkeys(anchors) if anchor not in self._placed]:
            for anchor, placed in zip(fresh, place_all(self.transcript, fresh, self.words), strict=True):
                self._placed[anchor] = None if placed.certainty == UNCERTAIN else placed.anchor

    @property
    def acts(self) -> Sequence[Act]:
        """The coder's own acts, in their order."""
        return self._acts

    @property
    def all_acts(self) -> Sequence[Act]:
        """The coder's own acts and those of others."""
        return (*self._acts, *self._others)

    @property
    def finished(self) -> bool:
        """Whether this coder has finished the source."""
        return self.coder in self.state.finished

    def is_own(self, one: Placed) -> bool:
        """Whether it is this coder's coding."""
        return one.coding.coder == self.coder

    @property
    def held(self) -> str | None:
        """The coding that was jumped to, as long as its words, or what became of them, are chosen."""
        return self.selection.held

    def here(self) -> list[Placed]:
        """The codings on the cursor's word, the shortest first; the one jumped to comes first."""
        found = self.codings.at(*self.text.place(self.selection.cursor)) if self.text.total else []
        return sorted(found, key=lambda one: one.coding.id != self.held)

    def span_of(self, one: Placed) -> Span | None:
        """The words of a coding."""
        return self.text.between(*one.start, *one.end)

    def progress(self) -> tuple[int, int, int]:
        """(segments with an own applied coding, segments that ask for one, own suggestions that wait)."""
        return len(self._coded), len(self._asking), len(self._waiting)

    def _is_coded(self, segment: int) -> bool:
        codings = self.codings.segments.get(segment, {}).values() if segment in self._asking else ()
        return any(one.coding.status == APPLIED and self.is_own(one) for one in codings)


def _by_segment(transcript: Transcript, doubts: Iterable[Doubt]) -> dict[int, list[str]]:
    """Segment -> its doubts, in words; one about a stretch without words lies with the segment before it."""
    found: dict[int, list[str]] = {}
    begins = [segment.start or 0.0 for segment in transcript.segments]
    for doubt in doubts:
        at = transcript.index.get(doubt.segment, max(bisect_right(begins, doubt.start) - 1, 0))
        found.setdefault(at, []).append(doubt.in_words)
    return found
