"""Whether an excerpt still stands where it stood, where it stands now, or where it might."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qualkit.coding.anchor import around, quote_at
from qualkit.coding.bearings import CLOSE, Bearings, Pillar
from qualkit.coding.flow import Flow
from qualkit.coding.search import exact, near, overlap, search
from qualkit.coding.weigh import HOLD, Found, Wanted, beyond_chance, doubled, weighed
from qualkit.model.act import Act
from qualkit.model.coding import Anchor, Coding
from qualkit.model.noun import replace
from qualkit.model.transcript import Transcript, Word

UNCHANGED, MOVED, UNCERTAIN = "unchanged", "moved", "uncertain"

LONG = 40  # code points of a quote that stands for itself where it is the only one
ENOUGH = 2.5  # what must speak for a place: a long quote alone, or a short one (1) with both its neighbours (1 each)
AHEAD = 0.6  # by how much the best place must lead
ALIKE = 0.6  # likeness (0 to 1) that corrected words must keep
BESIDE = 0.5  # likeness of one neighbour that short words need
SURE = 0.9  # likeness of words that need nothing else than their neighbours
HERE, HOME, EXPECTED, ELSEWHERE = 1.25, 1.0, 0.5, -2.0  # same offset in the same segment; same segment; time or order
SHOWN = 5  # candidates kept


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where an excerpt may stand, and what speaks for it and against it, in words."""

    anchor: Anchor
    reason: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an anchor stands now, how sure that is, and the places that were weighed, best first."""

    anchor: Anchor
    certainty: str
    candidates: tuple[Candidate, ...] = field(default=(), compare=False)


def place_anchor(
    transcript: Transcript, anchor: Anchor, words: Mapping[str, Sequence[Word]] | None = None
) -> Placement:
    """Where one excerpt is in the transcript as it is now; see `place_all`."""
    return place_all(transcript, [anchor], words)[0]


def place_all(
    transcript: Transcript, anchors: Sequence[Anchor], words: Mapping[str, Sequence[Word]] | None = None
) -> list[Placement]:
    """Where the excerpts are in the transcript as it is now, one placement for each anchor.

    Unchanged: the quote stands where the anchor says, between the same words. Otherwise every place that holds
    the quote or most of it, and every place that holds the words around it, is weighed by its words, its neighbours,
    its segment, and whether it is where the time or the excerpts around it let it be expected. A place is taken where
    enough speaks for it and nothing comparable speaks for another. Everything else is uncertain and stays for a
    person: it may be another person's answer to the same question. `words` (segment id -> words) give the anchors
    of moved excerpts the times of their words; they change no decision.
    """
    flow = Flow(transcript, words)
    alone = Bearings(flow, ())
    if all(_untouched(flow, anchor, alone) for anchor in anchors):
        return [Placement(anchor, UNCHANGED) for anchor in anchors]
    cases = {anchor: _case(flow, anchor, alone) for anchor in dict.fromkeys(anchors)}
    bearings = Bearings(flow, (pillar for case in cases.values() if (pillar := case.pillar())))
    placed = {
        anchor: Placement(anchor, UNCHANGED) if case.unchanged else _Choice(flow, case, bearings).placement()
        for anchor, case in cases.items()
    }
    return [placed[anchor] for anchor in anchors]


def acts_to_follow(codings: Sequence[Coding], placed: Sequence[Placement]) -> list[Act]:
    """The acts that write down where the words of these codings have moved; each for its own coder's journal."""
    return [
        Act("", "", coding.coder, "place", anchor=where.anchor, target=coding.id, reason="followed")
        for coding, where in zip(codings, placed, strict=True)
        if where.certainty == MOVED
    ]


@dataclass(slots=True)
class _Case:
    """An excerpt with the places that were found for it."""

    anchor: Anchor
    found: list[Found]
    here: Found | None = None  # the quote still stands at its place
    unchanged: bool = False  # ... between the same words
    whole: bool = False  # there is one place where it stands with all that was kept of its surroundings
    wanted: Wanted | None = None

    def pillar(self) -> Pillar | None:
        """Its place, if that is sure without its time and order."""
        sure = [one for one in self.found if one.alike > SURE and one.around > HOLD]
        if len(sure) != 1 or (len(self.anchor.quote) < LONG and not self.unchanged):
            return None
        return Pillar(self.anchor, sure[0].start, sure[0].end)


def _untouched(flow: Flow, anchor: Anchor, alone: Bearings) -> bool:
    """Whether the quote stands where it stood, between the same words, and at its time."""
    index = flow.transcript.index
    first, last = index.get(anchor.first), index.get(anchor.last)
    if first is None or last is None or first > last:
        return False
    place = first, anchor.first_offset, last, anchor.last_offset
    if quote_at(flow.transcript, *place) != anchor.quote:
        return False
    if around(flow.transcript, *place) != (anchor.before, anchor.after):
        return False
    if anchor.start is None:
        return True
    start, end = flow.position(first, anchor.first_offset), flow.position(last, anchor.last_offset)
    return alone.agree(anchor, start, end) is not False


def _case(flow: Flow, anchor: Anchor, alone: Bearings) -> _Case:
    index = flow.transcript.index
    first, last = index.get(anchor.first), index.get(anchor.last)
    place = None
    if first is not None and last is not None and _stands(flow.transcript, first, last, anchor):
        place = flow.position(first, anchor.first_offset), flow.position(last, anchor.last_offset)
        if _untouched(flow, anchor, alone):
            return _unchanged(anchor, place)
    wanted = Wanted(anchor)
    only = exact(flow, wanted)
    if only and (only.start, only.end) == place:
        return _unchanged(anchor, place)
    here = weighed(flow, wanted, *place) if place else None
    found = [only] if only else search(flow, wanted)
    places = [here, *(one for one in found if one != here)] if here else found
    return _Case(anchor, places, here, whole=only is not None, wanted=wanted)


def _unchanged(anchor: Anchor, place: tuple[int, int]) -> _Case:
    here = Found(*place, 1.0, 1.0, 1.0, 2.0, corrected=True)
    return _Case(anchor, [here], here, unchanged=True)


def _stands(transcript: Transcript, first: int, last: int, anchor: Anchor) -> bool:
    """Whether the quote is at its place, and no word that it begins or ends with has become a longer one."""
    place = first, anchor.first_offset, last, anchor.last_offset
    if first > last or quote_at(transcript, *place) != anchor.quote:
        return False
    before, after = around(transcript, *place)
    return before[-1:].isalnum() == anchor.before[-1:].isalnum() and after[:1].isalnum() == anchor.after[:1].isalnum()


class _Choice:
    """One excerpt's places, weighed against each other."""

    def __init__(self, flow: Flow, case: _Case, bearings: Bearings) -> None:
        self._flow, self._case, self._bearings, self._anchor = flow, case, bearings, case.anchor
        self._wanted = case.wanted or Wanted(case.anchor)
        self._long = len(self._anchor.quote) >= LONG
        self._weight = 1 + (ENOUGH - 1) * min(1.0, len(self._anchor.quote) / LONG)
        here = case.here
        self._here = here if here and bearings.agree(self._anchor, here.start, here.end) is not False else None
        self._rank()

    def placement(self) -> Placement:
        """The one place that is sure, else none."""
        if not self._settled() and self._look_closer():
            self._rank()
        if not self._sure():
            return Placement(self._anchor, UNCERTAIN, self._candidates())
        moved = self._made(self._ranked[0])
        same = moved.span == self._anchor.span and moved.quote == self._anchor.quote
        return Placement(moved, UNCHANGED if same else MOVED, self._candidates())

    def _rank(self) -> None:
        self._ranked = sorted(self._case.found, key=lambda one: (-self._score(one), one.start, one.end))

    def _settled(self) -> bool:
        """Whether it is sure, and nothing in its own segment could speak against it."""
        return self._sure() and (self._long or self._case.whole or self._where(self._ranked[0]) >= HOME)

    def _sure(self) -> bool:
        if not self._ranked or self._ranked[0].start == self._ranked[0].end:
            return False
        best, *others = self._ranked
        if self._here and best != self._here:
            return False
        if self._confusable(best):
            return False
        if best != self._here and not self._accompanied(best):
            return False
        holds = best.clear and self._words_hold(best) and self._score(best) >= ENOUGH
        return holds and all(self._leads(best, other) for other in others)

    def _confusable(self, one: Found) -> bool:
        """Whether it may be the same words said once more close by: only both neighbours tell the two apart.

        Of words that stood twice in a row and stand once, nobody knows which went.
        """
        where, twice = self._where(one), doubled(self._flow, one)
        if self._wanted.doubled and not twice:
            return True
        if self._wanted.again and where < EXPECTED:
            return min(one.before, one.after) < SURE
        again = self._wanted.again_within or (self._wanted.again and where < HOME)
        return one.beside < HOLD and (again or twice)

    def _accompanied(self, one: Found) -> bool:
        """Whether a neighbour stands right beside it, or both not far; or its words and its place say enough alone."""
        alone = self._weight * beyond_chance(one.alike) + self._where(one) >= ENOUGH
        return alone or max(one.before, one.after) >= BESIDE or one.near >= HOLD

    def _words_hold(self, one: Found) -> bool:
        """Whether it is nearly what was said: a corrected word or two, not another answer."""
        return one.alike >= ALIKE or (one.corrected and one.beside >= HOLD)

    def _leads(self, best: Found, other: Found) -> bool:
        """Whether nothing comparable speaks for the other place: neither its words nor those around it."""
        held = best.beside >= HOLD
        ahead = (best.beside - other.beside) if held else (best.around - other.around)
        if self._anchor.start is not None or self._bearings.ordered(self._anchor):
            ahead += self._where(best) - self._where(other)
        stood = other.beside if self._where(other) < HOME else other.around
        if stood >= HOLD and ahead < AHEAD:
            return False
        words = self._weight * (beyond_chance(best.alike) - beyond_chance(other.alike))
        return other.alike < ALIKE or ahead + words >= AHEAD

    def _score(self, one: Found) -> float:
        return self._weight * beyond_chance(one.alike) + one.around + self._where(one)

    def _where(self, one: Found) -> float:
        """Whether it is where it is to be expected, and in its own segment; paragraphs are numbered anew each time."""
        agrees = self._bearings.agree(self._anchor, one.start, one.end)
        if not agrees:
            return 0.0 if agrees is None else ELSEWHERE
        if self._bearings.ordered(self._anchor):
            return EXPECTED
        first, _ = self._flow.segments(one.start, one.end)
        home = self._flow.transcript.segments[first].id == self._anchor.first
        return HERE if one == self._here else HOME if home else EXPECTED

    def _look_closer(self) -> bool:
        """Whether something else may be meant in its own segments, or where it is to be expected."""
        index, known = self._flow.transcript.index, len(self._case.found)
        first, last = index.get(self._anchor.first), index.get(self._anchor.last)
        rows = [(first, last)] if first is not None and last is not None and first <= last else []
        for row in rows + self._bearings.rows(self._anchor):
            for one in near(self._flow, self._wanted, *row):
                if not any(overlap(self._flow, one, other) for other in self._case.found):
                    self._case.found.append(one)
        return len(self._case.found) > known

    def _made(self, one: Found) -> Anchor:
        """The anchor of a place; times of its words are kept where they still fit, for the sound has not changed."""
        made, old = self._flow.anchor(one.start, one.end), self._anchor
        if made.start is None or made.end is None or old.start is None or old.end is None:
            return made
        fits = made.start - CLOSE <= old.start and old.end <= made.end + CLOSE
        return replace(made, start=old.start, end=old.end) if fits else made

    def _candidates(self) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(self._made(one), self._reason(one)) for one in self._ranked[:SHOWN] if one.start < one.end
        )

    def _reason(self, one: Found) -> str:
        """What speaks for a place and against it, in words."""
        said = "the same words" if one.alike == 1 else f"{one.alike:.0%} the same words"
        before, after = one.before > 0.5, one.after > 0.5
        between = {(True, True): "between", (True, False): "behind", (False, True): "before"}.get((before, after))
        beside = (
            f"{between} the same words" if between else "the words around it nearby" if one.near > 1 else "among others"
        )
        made = self._flow.anchor(one.start, one.end)
        place = "in the same segment" if made.first == self._anchor.first and self._anchor.start is not None else ""
        return ", ".join(part for part in (said, beside, place, self._told_time(made)) if part)

    def _told_time(self, made: Anchor) -> str:
        if made.start is None or made.end is None or self._anchor.start is None or self._anchor.end is None:
            return ""
        later = self._bearings.later(self._anchor)
        away = max(made.start - self._anchor.end - later, 0.0) - max(self._anchor.start + later - made.end, 0.0)
        return "at its time" if abs(away) <= CLOSE else f"{abs(away):.0f} s {'later' if away > 0 else 'earlier'}"
