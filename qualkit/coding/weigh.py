"""An excerpt's words with those around them, and how alike a place of a transcript is to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qualkit.coding.align import Run, run_of
from qualkit.coding.anchor import JOIN
from qualkit.coding.flow import Flow
from qualkit.model.coding import CONTEXT, Anchor

HOLD = 1.5  # neighbours (of 2) that say "it stood here", whatever stands there now
EDGE = 0.5  # likeness of an outermost word, or of what is beside it, that tells where an excerpt begins or ends
ALMOST = 0.95  # likeness of words whose edges need no other proof
COPY = 0.8  # likeness of a quote that is said a second time
REACH = 200  # code points beside a place in which its neighbours are looked for
FAR = 0.9  # how much a neighbour counts that stands not right beside it
SENTENCE = 3  # words more than there were that may be a sentence put beside it
FIRST, LAST = slice(0, 1), slice(-1, None)
SHORT = 12  # code points of a neighbour too short to be looked for farther away


@dataclass(frozen=True, slots=True)
class Found:
    """A place (code points of the flow; empty where only the words around it are) and how alike it is, from 0 to 1."""

    start: int
    end: int
    alike: float  # the words themselves
    before: float = 0.0  # the words right before it, and right behind it
    after: float = 0.0
    near: float = 0.0  # the words before and behind it, from 0 to 2, also where something was put between
    corrected: bool = False  # no more than one letter of the words is another
    clear: bool = True  # where it begins and ends is plain

    @property
    def beside(self) -> float:
        """The words right beside it, from 0 to 2."""
        return self.before + self.after

    @property
    def around(self) -> float:
        """The words around it, from 0 to 2."""
        return max(self.beside, self.near)


class Wanted:
    """An anchor's words with those around them."""

    def __init__(self, anchor: Anchor) -> None:
        self.anchor = anchor
        self.text = anchor.before + anchor.quote + anchor.after
        self.start, self.end = len(anchor.before), len(anchor.before) + len(anchor.quote)
        run = run_of(self.text)
        first, last = run.held(self.start, self.end)
        low = 1 if len(anchor.before) >= CONTEXT and first else 0  # cut off in the middle of a word
        high = len(run.words) - (1 if len(anchor.after) >= CONTEXT and last < len(run.words) else 0)
        self.run: Run = run.part(low, high)
        self.first, self.last = first - low, last - low

    @cached_property
    def quote(self) -> str:
        """The excerpt's own words, folded; as written where it has none."""
        return " ".join(self.run.words[self.first : self.last]) or " ".join(self.anchor.quote.split())

    @cached_property
    def again(self) -> bool:
        """Whether the same words, but for a slip or two, stand among those around it, too, or go on beside it."""
        words, first, last = self.run.words, self.first, self.last
        return (
            _holds(self.before, self.quote)
            or _holds(self.after, self.quote)
            or any(_same_row(words[first - n : last - n], words[first:last]) for n in range(1, first + 1))
            or any(_same_row(words[first + n : last + n], words[first:last]) for n in range(1, len(words) - last + 1))
        )

    @cached_property
    def again_within(self) -> bool:
        """... and in its own segment, so that its segment and its time say nothing."""
        begin = self.anchor.before.rfind("\n") + 1
        end = self.end + len(self.anchor.after.partition("\n")[0])
        words, run = self.run.words, self.run
        before = [word for word, at in zip(words[: self.first], run.begins, strict=False) if at >= begin]
        after = [word for word, at in zip(words[self.last :], run.ends[self.last :], strict=False) if at <= end]
        return _holds(" ".join(before), self.quote) or _holds(" ".join(after), self.quote)

    @cached_property
    def doubled(self) -> bool:
        """Whether the same words, but for a slip or two, stand right before or behind it."""
        return _twice(self.run.words, self.first, self.last)

    @cached_property
    def begins_twice(self) -> bool:
        """Whether the words right before it are those it begins with."""
        words, at = self.run.words, self.first
        return any(_same_row(words[at - n : at], words[at : at + n]) for n in range(1, min(at, self.last - at) + 1))

    @cached_property
    def ends_twice(self) -> bool:
        """Whether the words right behind it are those it ends with."""
        words, at = self.run.words, self.last
        most = min(len(words) - at, at - self.first)
        return any(_same_row(words[at - n : at], words[at : at + n]) for n in range(1, most + 1))

    @cached_property
    def before(self) -> str:
        """The words before it, folded."""
        return " ".join(self.run.words[: self.first])

    @cached_property
    def after(self) -> str:
        """The words behind it, folded."""
        return " ".join(self.run.words[self.last :])


def weighed(flow: Flow, wanted: Wanted, start: int, end: int) -> Found:
    """How alike a place is."""
    from rapidfuzz.distance import OSA

    run, columns = flow.run, flow.columns
    first, last = run.held(start, end) if start < end else (run.held(start, start)[0],) * 2
    quote, here = wanted.quote, " ".join(run.words[first:last])
    if not here or end - start < 3:  # no words, or a letter of a word: as they are written
        quote, here = wanted.anchor.quote.strip(), flow.text[start:end].strip()
    left = columns[first] - 1 if first < len(columns) else len(run.line)
    right = columns[last - 1] + len(run.words[last - 1]) if last else 0
    on_left, on_right = run.line[max(0, left - REACH) : left].strip(), run.line[right : right + REACH].strip()
    before, far_before = _side(wanted.before, on_left, from_end=True)
    after, far_after = _side(wanted.after, on_right, from_end=False)
    alike = OSA.normalized_similarity(quote, here) if here else 0.0
    corrected = bool(here) and OSA.distance(quote, here) <= 1
    return Found(
        start,
        end,
        alike,
        before,
        after,
        max(before, far_before) + max(after, far_after),
        corrected=corrected,
        clear=corrected or first == last or _clear(flow, wanted, (start, end), alike, (before, after)),
    )


def _clear(flow: Flow, wanted: Wanted, place: tuple[int, int], alike: float, beside: tuple[float, float]) -> bool:
    """Whether a place begins and ends with about the same words, or right beside the words that it stood beside.

    These tell nothing where the excerpt's own words are the same as they, or where it took in words of another segment
    or, where its outermost word is another, a sentence that may have been put beside it.
    """
    first, last = flow.run.held(*place)
    mine, its = wanted.run.words[wanted.first : wanted.last], flow.run.words[first:last]
    more = len(its) > len(mine) and flow.text.count(JOIN, *place) > wanted.anchor.quote.count(JOIN)
    grown = len(its) >= len(mine) + SENTENCE
    begins, ends = (not more and (not grown or _about(mine[at], its[at], alike)) for at in (FIRST, LAST))
    begins = _about(mine[:2], its[:2], alike) or (beside[0] > EDGE and begins and not wanted.begins_twice)
    return begins and (_about(mine[-2:], its[-2:], alike) or (beside[1] > EDGE and ends and not wanted.ends_twice))


def doubled(flow: Flow, one: Found) -> bool:
    """Whether the words of a place stand right before or behind it once more, but for a slip or two."""
    return _twice(flow.run.words, *flow.run.held(one.start, one.end))


def beyond_chance(likeness: float) -> float:
    """Likeness from 0 to 1 where two texts that have nothing to do with each other count nothing."""
    return max(0.0, 2 * likeness - 1)


def _side(known: str, text: str, *, from_end: bool) -> tuple[float, float]:
    """How alike the words on one side are: right beside the place, and within reach of it."""
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Levenshtein

    if known == text or not known or not text:  # from there to the beginning or end of the whole text
        return (float(known == text),) * 2
    beside = Levenshtein.normalized_similarity(known, text[-len(known) :] if from_end else text[: len(known)])
    if len(known) < SHORT:
        return beyond_chance(beside) * len(known) / SHORT, 0.0
    within = FAR * fuzz.partial_ratio(known, text) / 100 if beside <= FAR else 0.0
    return beyond_chance(beside), beyond_chance(within)


def _about(mine: Sequence[str], its: Sequence[str], alike: float) -> bool:
    """Whether the two outermost words of an excerpt are about the same as those of a place."""
    from rapidfuzz.distance import OSA

    least = EDGE if alike > ALMOST else EDGE + 0.01
    return len(mine) == len(its) and all(
        OSA.normalized_similarity(*pair) >= least for pair in zip(mine, its, strict=True)
    )


def _same_row(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two rows of words are word for word the same, but for a slip or two."""
    from rapidfuzz.distance import OSA

    return bool(words) and sum(map(OSA.normalized_similarity, words, others)) >= COPY * len(words)


def _twice(words: Sequence[str], first: int, last: int) -> bool:
    """Whether the words from `first` to before `last` stand right before or behind these once more."""
    row = words[first:last]
    before, behind = words[max(2 * first - last, 0) : first], words[last : 2 * last - first]
    return any(len(beside) == len(row) and _same_row(beside, row) for beside in (before, behind))


def _holds(text: str, quote: str) -> bool:
    """Whether a quote stands in a text, but for a slip or two."""
    from rapidfuzz import fuzz

    return len(text) >= len(quote) and fuzz.partial_ratio(quote, text) >= 100 * COPY
