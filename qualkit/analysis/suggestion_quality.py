"""How good suggestions are: each known passage gets those of a model that has not seen its part of the study.

Cross-validation (Stone 1974, Journal of the Royal Statistical Society B 36: 111-147) in the parts of
`coding/suggest.py`: whole sources where there are five or more. Shares have Wilson's intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualkit.coding.evidence import Reader
from qualkit.coding.intervals import wilson
from qualkit.coding.labelled import Labelled
from qualkit.coding.suggest import MOST, PARTS, chosen, cross_scores, examples_of, lesson, parts_of, thinned
from qualkit.coding.thresholds import thresholds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FIRST = 3  # "the right code is among the first three"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval."""
        return wilson(self.hits, self.of)


@dataclass(frozen=True, slots=True)
class CodeQuality:
    """One code: of its suggestions, how many are right; of its passages, how many got it suggested."""

    code: str
    precision: Share
    recall: Share


@dataclass(frozen=True, slots=True)
class Quality:
    """All codes with a passage or a suggestion, and figures over all passages.

    `first` and `among` ask for the right code at the top and among the first three, however unlikely; `found` for a
    right one that is really suggested: shares of the passages with a code. `drawn` and `disturbed` are the passages
    with and without a code that got a suggestion at all.
    """

    codes: tuple[CodeQuality, ...]
    precision: Share
    recall: Share
    first: Share
    among: Share
    found: Share
    drawn: Share
    disturbed: Share
    sources: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A known passage, the codes in the order of their scores, and those that would have been suggested."""

    known: Labelled
    order: tuple[str, ...]
    suggested: tuple[str, ...]


def judged(
    reader: Reader, known: Sequence[Labelled], most: int = MOST, done: Callable[[float], None] = lambda _: None
) -> list[Judged]:
    """Each passage by scores and thresholds of all parts but its own; `done` hears the passages so far."""
    import numpy as np

    kept, ids = thinned(known), [code.id for code in reader.codes]
    every = parts_of(kept, examples_of(reader))
    scores, parts = cross_scores(*lesson(reader, kept), every, done)[: len(kept)], np.array(every[: len(kept)])
    found = []
    for part in range(PARTS):
        own, others = np.flatnonzero(parts == part), np.flatnonzero(parts != part)
        least = thresholds(scores[others], [kept[row] for row in others], ids)
        found += judge(ids, [kept[row] for row in own], scores[own], least, most)
    return found


def judge(
    ids: Sequence[str], known: Sequence[Labelled], scores: Floats, least: Floats, most: int = MOST
) -> list[Judged]:
    """What scores (passages, codes) say to passages."""
    return [
        Judged(
            one,
            tuple(ids[at] for at in sorted(range(len(ids)), key=lambda at: (-row[at], at))),
            tuple(ids[at] for at in chosen(row, least)[:most]),
        )
        for one, row in zip(known, scores, strict=True)
    ]


def quality(found: Sequence[Judged]) -> Quality:
    """The figures of judged passages."""
    coded = [one for one in found if one.known.codes]
    nothing = [one for one in found if not one.known.codes]
    ids = dict.fromkeys(code for one in found for code in (*sorted(one.known.codes), *one.suggested))
    codes = tuple(_of_code(code, found) for code in ids)
    return Quality(
        codes,
        _added([one.precision for one in codes]),
        _added([one.recall for one in codes]),
        Share(sum(one.order[0] in one.known.codes for one in coded), len(coded)),
        Share(sum(bool(one.known.codes & {*one.order[:FIRST]}) for one in coded), len(coded)),
        Share(sum(bool(one.known.codes & {*one.suggested}) for one in coded), len(coded)),
        Share(sum(bool(one.suggested) for one in coded), len(coded)),
        Share(sum(bool(one.suggested) for one in nothing), len(nothing)),
        len({one.known.source for one in found}),
    )


def _of_code(code: str, found: Sequence[Judged]) -> CodeQuality:
    has = [code in one.known.codes for one in found]
    suggested = [code in one.suggested for one in found]
    right = sum(a and b for a, b in zip(has, suggested, strict=True))
    return CodeQuality(code, Share(right, sum(suggested)), Share(right, sum(has)))


def _added(shares: Sequence[Share]) -> Share:
    return Share(sum(share.hits for share in shares), sum(share.of for share in shares))
