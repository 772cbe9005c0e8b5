"""One text against another: which words are the same, and where a place in the one is in the other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import category

from qualkit.model.keyword import words_in

WITHIN, BEYOND = (
    3,
    2,
)  # a letter too many in an excerpt weighs more than one outside: what was put in beside it is not its
MANY = 4000  # pairs of a beginning and an end that are tried together
SLACK = 16  # code points beyond the length of a stretch in which its other end is looked for

DISTANT = 1.0  # letters by which a row of words counts less for each word that it is farther away
_SIGNS = str.maketrans("“”„«»‘’‚–—,;:!?…\n", '"""""\'\'\'--...... ')  # signs that stand for each other

Pair = tuple[int, int]
_Part = tuple[int, int, int, int, int | None, int | None]


@dataclass(frozen=True)
class Run:
    """A text as its words: folded, and where each begins and ends (code points)."""

    text: str
    words: list[str]
    begins: list[int]
    ends: list[int]
    since: int = 0  # where the text begins and ends that is meant: up to the words beside it
    until: int = 0

    @cached_property
    def line(self) -> str:
        """The folded words with a blank on both sides of each."""
        return f" {' '.join(self.words)} " if self.words else " "

    def part(self, first: int, last: int) -> Run:
        """The words from position `first` to before `last`, in the same text."""
        since = self.ends[first - 1] if 0 < first <= len(self.ends) else self.since
        until = self.begins[last] if last < len(self.begins) else self.until
        return Run(self.text, self.words[first:last], self.begins[first:last], self.ends[first:last], since, until)

    def edge_before(self, wanted: int, latest: int) -> int:
        """The end of the last word that ends at or before `wanted`, at most `latest`; else where the run begins."""
        at = bisect_right(self.ends, wanted)
        return min(self.ends[at - 1] if at else self.since, latest)

    def edge_after(self, wanted: int, earliest: int) -> int:
        """The beginning of the first word that begins at or after `wanted`; else where the run ends."""
        at = bisect_left(self.begins, wanted)
        return max(self.begins[at] if at < len(self.begins) else self.until, earliest)

    def held(self, start: int, end: int) -> tuple[int, int]:
        """Which words (from, to before) a stretch of the text holds at least one letter of."""
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.begins, end))


def run_of(text: str) -> Run:
    """The words of a text; a symbol that is no punctuation, such as an emoji, is one, too."""
    found: list[tuple[str, int, int]] = []
    done = 0
    for word in [*words_in(text), ("", len(text), len(text))]:
        if word[1] - done > 1:
            found += [(text[at], at, at + 1) for at in range(done, word[1]) if category(text[at])[0] == "S"]
        found.append(word)
        done = word[2]
    words, begins, ends = map(list, zip(*found[:-1], strict=True)) if found[:-1] else ([], [], [])
    return Run(text, words, begins, ends, 0, len(text))


@dataclass(frozen=True, slots=True)
class _Gap:
    """What lies between two pairs of equal words: code points of the old and the new text, and which ends are known."""

    old_from: int
    old_to: int
    new_from: int
    new_to: int
    known: tuple[bool, bool] = (True, True)


class Alignment:
    """Two runs of words side by side, as pairs of words (position in the old run, in the new one) that belong together.

    `whole`: the beginnings and ends of the two texts belong together, too. Otherwise `new` is a part of a longer text.
    """

    def __init__(self, old: Run, new: Run, pairs: Sequence[Pair], *, whole: bool = False) -> None:
        self._old, self._new, self._pairs, self._whole = old, new, pairs, whole
        self._ends = [old.ends[i] for i, _ in pairs]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the old text is in the new one; empty where nothing of it is left."""
        gap = self._gap(start)
        if gap != self._gap(end):
            start, end = self.start(start), self.end(end)
            return (start, end) if start < end else (end, end)
        old, new = self._texts(gap)
        low, high = _cut_out(old, start - gap.old_from, end - gap.old_from, new, gap.known)
        return gap.new_from + low, gap.new_from + high

    def start(self, position: int) -> int:
        """Where in the new text a stretch begins that begins here in the old one."""
        return self._place(position, end=False)

    def end(self, position: int) -> int:
        """Where in the new text a stretch ends that ends here in the old one."""
        return self._place(position, end=True)

    def _place(self, position: int, *, end: bool) -> int:
        gap = self._gap(position)
        old, new = self._texts(gap)
        return gap.new_from + _cut(old, position - gap.old_from, new, end=end, known=gap.known)

    def _texts(self, gap: _Gap) -> tuple[str, str]:
        old, new = self._old.text[gap.old_from : gap.old_to], self._new.text[gap.new_from : gap.new_to]
        return _plain(old), _plain(new)

    def _gap(self, position: int) -> _Gap:
        """The gap that holds a position; inside a word, that word."""
        after = bisect_right(self._ends, position)
        before = self._pairs[after - 1] if after else None
        behind = self._pairs[after] if after < len(self._pairs) else None
        if behind and self._old.begins[behind[0]] < position:
            i, j = behind
            return _Gap(self._old.begins[i], self._old.ends[i], self._new.begins[j], self._new.ends[j])
        old_from = self._old.ends[before[0]] if before else 0
        old_to = self._old.begins[behind[0]] if behind else len(self._old.text)
        new_from, new_to = self._between(before, behind, 2 * (old_to - old_from) + SLACK)
        known = (before is not None or self._whole, behind is not None or self._whole)
        return _Gap(old_from, old_to, new_from, new_to, known)

    def _between(self, before: Pair | None, behind: Pair | None, reach: int) -> tuple[int, int]:
        """The stretch of the new text between two pairs; where one is missing, as far as `reach` from the other."""
        new = self._new
        start = new.ends[before[1]] if before else None
        stop = new.begins[behind[1]] if behind else None
        if start is None:
            start = new.since if self._whole or stop is None else new.edge_before(stop - reach, stop)
        if stop is None:
            stop = new.until if self._whole else new.edge_after(start + reach, start)
        return start, stop


def same_words(old: Run, new: Run, *, distant: float = DISTANT) -> list[Pair]:
    """The pairs of equal words: the row of most letters first, then what is left on its two sides.

    A row counts less, the more words lie between it and the one beside it: an "och" three sentences farther on is
    another one. `distant`: how much less, in letters for each word.
    """
    places: dict[str, list[int]] = {}
    for at, word in enumerate(new.words):
        places.setdefault(word, []).append(at)
    pairs: list[Pair] = []
    parts: list[_Part] = [(0, len(old.words), 0, len(new.words), None, None)]
    while parts:
        i_low, i_high, j_low, j_high, left, right = part = parts.pop()
        i, j, size = _heaviest(old.words, places, part, distant)
        if size:
            pairs += [(i + n, j + n) for n in range(size)]
            parts.append((i_low, i, j_low, j, left, j - i))
            parts.append((i + size, i_high, j + size, j_high, j - i, right))
    return sorted(pairs)


def _heaviest(words: list[str], places: dict[str, list[int]], part: _Part, distant: float) -> tuple[int, int, int]:
    """(position in the old run, in the new one, length) of the row of equal words that counts most in a part."""
    i_low, i_high, j_low, j_high, *beside = part
    shifts = [shift for shift in beside if shift is not None]
    best, found = 0.0, (0, 0, 0)
    rows: dict[int, tuple[int, int]] = {}
    for i in range(i_low, i_high) if j_low < j_high else ():
        longer: dict[int, tuple[int, int]] = {}
        for j in places.get(words[i], ()):
            if j_low <= j < j_high:
                size, letters = rows.get(j - 1, (0, 0))
                size, letters = longer[j] = size + 1, letters + len(words[i]) + 1
                weight = letters - distant * min((abs(j - i - shift) for shift in shifts), default=0)
                if weight > best:
                    best, found = weight, (i - size + 1, j - size + 1, size)
        rows = longer
    return found


def _cut(old: str, at: int, new: str, *, end: bool, known: tuple[bool, bool]) -> int:
    """Where a text falls in two that fell in two at `at` when it was `old`: what is left and right of it stays alike.

    `end`: an excerpt ends there, so its words are on the left; else it begins there. `known`: whether the two texts
    begin, and end, at the same place.
    """
    from rapidfuzz.distance import Indel

    if old == new:
        return at
    left, right = old[:at], old[at:]
    weights = (WITHIN, BEYOND) if end else (BEYOND, WITHIN)

    def cost(k: int) -> int:
        on_left = weights[0] * Indel.distance(left, new[:k]) if known[0] else 0
        return on_left + (weights[1] * Indel.distance(right, new[k:]) if known[1] else 0)

    return min(_edges(old, at, new, end=end), key=lambda k: (cost(k), k if end else -k))


def _cut_out(old: str, start: int, end: int, new: str, known: tuple[bool, bool]) -> tuple[int, int]:
    """Where an excerpt is now that stood in `old` from `start` to `end`; see `_cut`."""
    from rapidfuzz.distance import Indel

    if old == new:
        return start, end
    lows, highs = _edges(old, start, new, end=False), _edges(old, end, new, end=True)
    if len(lows) * len(highs) > MANY:
        low = _cut(old, start, new, end=False, known=known)
        return low, low + _cut(old[start:], end - start, new[low:], end=True, known=(True, known[1]))
    left = {k: BEYOND * Indel.distance(old[:start], new[:k]) if known[0] else 0 for k in lows}
    right = {k: BEYOND * Indel.distance(old[end:], new[k:]) if known[1] else 0 for k in {*lows, *highs}}
    spans = [(low, low) for low in lows] + [(low, high) for low in lows for high in highs if low < high]
    cost = {span: WITHIN * Indel.distance(old[start:end], new[span[0] : span[1]]) for span in spans}
    return min(spans, key=lambda span: (left[span[0]] + cost[span] + right[span[1]], span[1] - span[0]))


def _edges(old: str, at: int, new: str, *, end: bool) -> Sequence[int]:
    """Where an excerpt may begin (or have its `end`): inside a word, at a sign or a blank only where it did before.

    Where there are as many words as before, one stands for one.
    """
    words, its = list(words_in(old)), list(words_in(new))
    if any(begin < at < stop for _, begin, stop in words):
        return range(len(new) + 1)
    same = bool(words) and len(words) == len(its)
    before = sum(stop <= at for _, _, stop in words)
    edges: list[int] = []
    done = 0
    for number, (_, begin, stop) in enumerate([*its, ("", len(new), len(new))]):
        if not same or number == before:
            edges += range(done, begin + 1)
        done = stop
    mine = _outermost(old, at, end=end)
    if mine.isspace():
        return edges
    signs = bool(mine) and not mine.isalnum()
    outer = {k: _outermost(new, k, end=end) for k in edges}
    return [k for k, sign in outer.items() if not sign or sign.isalnum() or (signs and not sign.isspace())]


def _outermost(text: str, at: int, *, end: bool) -> str:
    """The first code point of an excerpt that begins at a place, or the last of one that ends there."""
    return text[max(at - 1, 0) : at] if end else text[at : at + 1]


def _plain(text: str) -> str:
    """The text in small letters and with plain signs, code point for code point."""
    low = text.lower()
    return (low if len(low) == len(text) else text).translate(_SIGNS)
