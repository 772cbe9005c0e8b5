"""How codes are used: never, always beside another one, and what no code touches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.passages import Passage
from qualkit.analysis.stretches import Stretches
from qualkit.model.codebook import Code, Codebook
from qualkit.model.keyword import count_words

LEAST_TOGETHER = 2  # codings: what happens once is no habit


@dataclass(frozen=True, slots=True)
class CodeUse:
    """How often a code stands: codings, excerpts, sources, cases and coders."""

    code: Code
    codings: int
    excerpts: int
    sources: int
    cases: int
    coders: int


def code_use(codebook: Codebook, excerpts: Iterable[Excerpt]) -> list[CodeUse]:
    """All codes in the codebook's order, those that nobody uses too."""
    codings: Counter[str] = Counter()
    of_code: dict[str, list[Excerpt]] = defaultdict(list)
    coders: dict[str, set[str]] = defaultdict(set)
    for excerpt in excerpts:
        for code in excerpt.codes:
            of_code[code].append(excerpt)
        for coding in excerpt.codings:
            codings[coding.code] += 1
            coders[coding.code].add(coding.coder)
    return [
        CodeUse(
            code,
            codings[code.id],
            len(of_code[code.id]),
            len({excerpt.source.id for excerpt in of_code[code.id]}),
            len({case for excerpt in of_code[code.id] for case in excerpt.cases}),
            len(coders[code.id]),
        )
        for code in codebook.codes.values()
    ]


@dataclass(frozen=True, slots=True)
class Together:
    """Two codes of which one, or both, never stands without the other: how many of its codings the other touches."""

    first: str
    second: str
    first_with: int
    first_all: int
    second_with: int
    second_all: int

    @property
    def both(self) -> bool:
        """Whether neither stands without the other."""
        return self.first_with == self.first_all and self.second_with == self.second_all


def always_together(
    codebook: Codebook, excerpts: Sequence[Excerpt], stretches: Stretches, least: int = LEAST_TOGETHER
) -> list[Together]:
    """Codes that share words with another wherever the same coder puts them, `least` times or more.

    Of two coders' codings of the same words the comparison of coders tells (`qualkit agree`). What is uncertain stands
    nowhere, so it does not count.
    """
    order = {id: number for number, id in enumerate(codebook.codes)}
    totals = Counter(c.code for e in excerpts if not e.uncertain for c in e.codings if c.code in order)
    touched: dict[tuple[str, str], set[str]] = defaultdict(set)  # (code, other code) -> ids of the first one's codings
    for here in stretches.of_segments():
        for one, other in combinations(here, 2):
            a, b = one.coding, other.coding
            shared = one.start < other.end and other.start < one.end
            if shared and a.coder == b.coder and a.code != b.code and a.code in order and b.code in order:
                touched[a.code, b.code].add(a.id)
                touched[b.code, a.code].add(b.id)
    found = []
    for first, second in touched:
        if order[first] < order[second]:
            ours, theirs = len(touched[first, second]), len(touched[second, first])
            pair = Together(first, second, ours, totals[first], theirs, totals[second])
            if max(ours * (ours == pair.first_all), theirs * (theirs == pair.second_all)) >= least:
                found.append(pair)
    return sorted(found, key=lambda pair: (not pair.both, -pair.first_with - pair.second_with, order[pair.first]))


@dataclass(frozen=True, slots=True)
class Untouched:
    """What no code touches in a source; `words` of how many."""

    source: str
    passages: tuple[Passage, ...]
    words: int
    all_words: int
    all_segments: int
    begun: bool  # whether anything in it is coded


def untouched(found: Iterable[Passage], stretches: Stretches, least: int = 1) -> list[Untouched]:
    """By source, the segments of `least` words or more that no code touches."""
    by_source: dict[str, list[tuple[Passage, int]]] = defaultdict(list)
    for passage in found:
        if (words := count_words(passage.segment.text)) >= least:
            by_source[passage.source.id].append((passage, words))
    begun = stretches.sources()
    return [_untouched(source, those, stretches, source in begun) for source, those in by_source.items()]


def _untouched(source: str, those: Sequence[tuple[Passage, int]], stretches: Stretches, begun: bool) -> Untouched:
    bare = [(passage, words) for passage, words in those if not stretches.touch(passage)]
    return Untouched(
        source,
        tuple(passage for passage, _ in bare),
        sum(words for _, words in bare),
        sum(words for _, words in those),
        len(those),
        begun,
    )
