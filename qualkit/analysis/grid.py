"""The table behind agreement: the units of all sources, and what each coder gave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qualkit.analysis.compared import Compared
from qualkit.coding.agreement import LEVELS, MISSING, NOMINAL, Sums, tally
from qualkit.coding.units import CHARACTER, SEGMENT, UNITS
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measuring:
    """How agreement is measured.

    `uncoded`: units that nobody coded with any code of the codebook count, too. `count`: a unit's value is how many
    excerpts of the code it holds, not whether it holds one. `level`: of Krippendorff's alpha. `overlap`: per cent of
    two excerpts' letters that make them match.
    """

    unit: str = SEGMENT
    uncoded: bool = True
    count: bool = False
    level: str = NOMINAL
    overlap: float = 50


def check_measuring(measuring: Measuring) -> None:
    """QualkitError for what there is not."""
    if measuring.unit not in UNITS:
        raise QualkitError(f"there is no unit '{measuring.unit}'", hint=f"one of: {', '.join(UNITS)}")
    if measuring.level not in LEVELS:
        raise QualkitError(f"alpha has no level '{measuring.level}'", hint=f"one of: {', '.join(LEVELS)}")
    if not 0 < measuring.overlap <= 100:
        raise QualkitError(f"excerpts cannot overlap by {measuring.overlap:g} %", hint="a number from 1 to 100")


@dataclass(frozen=True, slots=True)
class Coded:
    """One code's table, as what it changes in the sums of a text in which nobody coded anything.

    `where` are the groups that somebody coded in, `change` their sums less the plain ones: (where, width).
    """

    plain: Sums
    where: Ints
    change: Floats
    coded: tuple[int, ...]  # units, by each coder
    by_all: int
    by_any: int

    def sums(self) -> Sums:
        """The sums of all units."""
        return self._with(self.plain.lines.sum(axis=0) + self.change.sum(axis=0))

    def drawn(self, times: Floats, plain: Floats) -> Sums:
        """The sums of each draw: `times` (draws, groups), `plain` = the plain sums of each draw."""
        return self._with(plain + added_up(times[:, self.where], self.change))

    def _with(self, lines: Floats) -> Sums:
        return Sums(lines, self.plain.coders, self.plain.values)


def added_up(times: Floats, lines: Floats) -> Floats:
    """times @ lines, in one thread: many small products wait longer for each other's threads than they take."""
    product: Floats = np.einsum("dg,wg->dw", times, np.ascontiguousarray(lines.T))
    return product


class Grid:
    """Units (n of them) with where they begin and end, their weights, and the group in which each is drawn anew.

    Characters are not listed one by one: between two neighbouring ends of excerpts all have the same values, so such a
    run is one unit with its length as the weight, and is drawn with its segment.
    """

    def __init__(self, compared: Compared, measuring: Measuring) -> None:
        self.compared, self.count = compared, measuring.count
        spans = [
            (begin + start, end + start)
            for line, start in zip(compared.lines, compared.borders[:-1].tolist(), strict=True)
            for begin, end in UNITS[measuring.unit][1](line)
        ]
        self.begins, self.ends = np.array(spans, np.int64).reshape(-1, 2).T
        groups = np.arange(len(self.begins))
        if measuring.unit == CHARACTER and spans:
            cuts = np.unique(np.concatenate([self.begins, self.ends, *compared.marks[:, 2:].T]))
            groups = np.searchsorted(self.begins, cuts[:-1], side="right") - 1
            self.begins, self.ends = cuts[:-1], cuts[1:]
        if not measuring.uncoded:
            coded = self._counts(compared.marks).any(axis=0)
            self.begins, self.ends, groups = self.begins[coded], self.ends[coded], groups[coded]
        self.groups = np.unique(groups, return_inverse=True)[1]
        lengths = (self.ends - self.begins).astype(np.float64)
        self.weights = lengths if measuring.unit == CHARACTER else np.ones_like(lengths)
        here = np.searchsorted(compared.borders, self.begins, side="right") - 1
        self.nothing = np.where(compared.worked[:, here], 0, MISSING)
        self.values = np.arange(1 + max(1, self._most()), dtype=np.float64)

    def _most(self) -> int:
        """The highest value that a unit has for a code that was asked for."""
        if not self.count:
            return 1
        marks = self.compared.marks
        rows = range(len(self.compared.rows))
        return max((int(self._counts(marks[marks[:, 1] == row]).max(initial=0)) for row in rows), default=1)

    def _counts(self, marks: Ints) -> Ints:
        """(coders, n): how many of the marks have a letter in each unit."""
        steps = np.zeros((len(self.compared.coders), len(self.begins) + 1), np.int64)
        np.add.at(steps, (marks[:, 0], np.searchsorted(self.ends, marks[:, 2], side="right")), 1)
        np.add.at(steps, (marks[:, 0], np.searchsorted(self.begins, marks[:, 3], side="left")), -1)
        return steps.cumsum(axis=1)[:, :-1]

    def plain(self, coders: Sequence[int]) -> Sums:
        """The sums of these coders (positions) had they coded nothing, a line for each group."""
        return tally(self.nothing[coders], self.values, self.weights, self.groups)

    def coded(self, marks: Ints, coders: Sequence[int], plain: Sums) -> Coded:
        """What these coders did with the code of these marks: whether they coded a unit, or how often."""
        counts = self._counts(marks)[coders]
        here = counts.any(axis=0)
        nothing, weights, groups = self.nothing[coders][:, here], self.weights[here], self.groups[here]
        given = counts[:, here] if self.count else np.minimum(counts[:, here], 1)
        table = np.where(nothing == MISSING, MISSING, given)
        change = tally(table, self.values, weights, groups).lines - tally(nothing, self.values, weights, groups).lines
        everyone = ((table > 0) | (table == MISSING)).all(axis=0)
        each = tuple(int(units) for units in (table > 0) @ weights)
        return Coded(plain, np.unique(groups), change, each, int(everyone @ weights), int(weights.sum()))
