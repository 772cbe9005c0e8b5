"""The excerpts that speak for a cell of a matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from math import log, sqrt

from qualkit.analysis.excerpts import Excerpt
from qualkit.model.keyword import words_in


class Quotes:
    """Chooses excerpts of a cell: those that a person chose, then the most central ones.

    Central means: most like the others of the cell in its words. Each excerpt is a vector of its words, weighted by
    tf-idf over all excerpts (Salton and Buckley 1988, Information Processing & Management 24:513-523, weights "nfc"
    without its factor of a half: count of the word x ln(number of excerpts / excerpts with the word)) and of length 1.
    Its centrality is the mean of its cosines with the other excerpts of the cell, as in a centroid summary (Radev and
    others 2004, Information Processing & Management 40:919-938). Of two that are as central the earlier one is taken.
    A short "yes" shares no weighty word with anything, so it is not central; whether a quote is a good one, people say.
    """

    def __init__(self, excerpts: Sequence[Excerpt], most: int, chosen: Collection[str] = ()) -> None:
        """`most`: quotes of a cell; 0 for none. `chosen`: ids of codings whose excerpts come first."""
        self._excerpts, self._most, self._chosen = excerpts, most, chosen
        self._counts = [Counter(word for word, _, _ in words_in(e.anchor.quote)) for e in excerpts] if most else []
        self._having = Counter(word for counts in self._counts for word in counts)
        self._made: dict[int, dict[str, float]] = {}

    def of(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """The numbers of the excerpts that speak for these, best first."""
        if not self._most:
            return ()
        mine = [n for n in numbers if any(coding.id in self._chosen for coding in self._excerpts[n].codings)]
        rest = [n for n in numbers if n not in mine]
        if len(mine) < self._most < len(numbers):
            near = self._centrality(numbers)
            rest.sort(key=lambda n: -near[n])
        return (*mine, *rest)[: self._most]

    def words(self, number: int) -> str:
        """An excerpt as a quote, with the person who speaks or its source."""
        excerpt = self._excerpts[number]
        who = ", ".join(excerpt.participants) or excerpt.source.id
        return f"“{' '.join(excerpt.anchor.quote.split())}” ({who})"

    def _centrality(self, numbers: Sequence[int]) -> dict[int, float]:
        """The mean cosine of each with the others: the sum of all vectors gives them in one step."""
        total: Counter[str] = Counter()
        for n in numbers:
            total.update(self._vector(n))
        found = {}
        for n in numbers:
            vector = self._vector(n)
            own = sum(weight * weight for weight in vector.values())
            shared = sum(weight * total[word] for word, weight in vector.items())
            found[n] = round((shared - own) / max(len(numbers) - 1, 1), 9)
        return found

    def _vector(self, number: int) -> dict[str, float]:
        if number not in self._made:
            weights = {
                word: count * log(len(self._excerpts) / self._having[word])
                for word, count in self._counts[number].items()
            }
            length = sqrt(sum(weight * weight for weight in weights.values()))
            self._made[number] = {word: weight / length for word, weight in weights.items()} if length else {}
        return self._made[number]
