"""How far coders agree on a table of values: a row a coder, a column a unit, gaps where a coder gave no value.

Every coefficient here is 1 - observed / expected disagreement. They differ in what they expect of chance, and
Krippendorff's in how it counts: so each is one function from `Sums` to those two figures. Sums add up over units,
which makes weights (a run of characters), resampling (`intervals`) and pooling over codes additions, too.

Sources: Cohen 1960 (Educ. Psychol. Meas. 20:37-46); Scott 1955 (Public Opinion Q. 19:321-325); Brennan and Prediger
1981 (Educ. Psychol. Meas. 41:687-699); Fleiss 1971 (Psychol. Bull. 76:378-382); Conger 1980 (Psychol. Bull.
88:322-328); Gwet 2008 (Br. J. Math. Stat. Psychol. 61:29-48) and 2014 (Handbook of Inter-Rater Reliability, 4th ed.)
for more than two coders and missing values; Krippendorff 2004 (Content Analysis, 2nd ed., ch. 11) and 2011 (Computing
Krippendorff's Alpha-Reliability); de Vries et al. 2008 (Field Methods 20:272-282) for pooling.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NOMINAL, ORDINAL, INTERVAL = "nominal", "ordinal", "interval"
LEVELS = (NOMINAL, ORDINAL, INTERVAL)
MISSING = -1
UNDEFINED = "-"
NO_PAIRS = "no unit has values of two coders"
ONE_CATEGORY = "there is one category only"
ALL_ALIKE = "every coder gave every unit the same value, so there is nothing to tell apart"


@dataclass(frozen=True, slots=True)
class Figure:
    """A coefficient, or None and why; the ends of its 95 % interval, or None and why."""

    value: float | None
    why: str = ""
    low: float | None = None
    high: float | None = None
    why_no_interval: str = ""

    @property
    def text(self) -> str:
        """Two decimals, as people read it."""
        return decimals(self.value)

    @property
    def interval(self) -> str:
        """The interval as people read it."""
        return UNDEFINED if self.low is None else f"{decimals(self.low)} to {decimals(self.high)}"


def decimals(value: float | None) -> str:
    """Two decimals, "-" for None; never minus nothing."""
    return UNDEFINED if value is None else f"{round(value, 2) + 0:.2f}"


@dataclass(frozen=True, slots=True)
class Sums:
    """What the coefficients need of a table, added up over units: (..., width); one line for each set of units.

    A unit counts with its weight. `values` are the categories as numbers, for distances.
    """

    lines: Floats
    coders: int
    values: Floats

    @property
    def pairable(self) -> Floats:
        """Units with values of two coders or more: (...)."""
        return self.lines[..., 0]

    @property
    def valued(self) -> Floats:
        """Units with a value of any coder: (...)."""
        return self.lines[..., 1]

    @property
    def differing(self) -> Floats:
        """Share of the pairs of coders that differ, added up over pairable units: (...)."""
        return self.lines[..., 2]

    @property
    def shares(self) -> Floats:
        """Share of the coders that chose a category, added up over valued units: (..., categories)."""
        return self.lines[..., 3 : 3 + len(self.values)]

    @property
    def chosen(self) -> Floats:
        """Units to which a coder gave a category: (..., coders, categories)."""
        start, wide = 3 + len(self.values), self.coders * len(self.values)
        return self.lines[..., start : start + wide].reshape(*self.lines.shape[:-1], self.coders, len(self.values))

    @property
    def coincidences(self) -> Floats:
        """Pairs of values in the same unit, each unit counting as often as it has values: (..., categories, same)."""
        start = 3 + (1 + self.coders) * len(self.values)
        return self.lines[..., start:].reshape(*self.lines.shape[:-1], len(self.values), len(self.values))


def tally(table: Ints, values: Floats, weights: Floats | None = None, groups: Ints | None = None) -> Sums:
    """The sums of a table (coders, units) of positions in `values`, MISSING where there is none.

    `groups` (ascending, (units,)) asks for a line for each group of units that occurs, instead of one for all.
    """
    (coders, units), q = table.shape, len(values)
    given = table[:, :, None] == np.arange(q)
    counts = given.sum(axis=0).astype(np.float64)
    total = counts.sum(axis=1)[:, None]
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(q)
    alike = np.trace(pairs, axis1=1, axis2=2)[:, None]
    columns = [
        total >= 2,
        total >= 1,
        np.where(total >= 2, 1 - alike / np.maximum(total * (total - 1), 1), 0),
        counts / np.maximum(total, 1),
        given.transpose(1, 0, 2).reshape(units, coders * q),
        pairs.reshape(units, q * q) / np.maximum(total - 1, 1),
    ]
    lines = np.concatenate(columns, axis=1, dtype=np.float64)
    if weights is not None:
        lines *= weights[:, None]
    if groups is None:
        return Sums(lines.sum(axis=0), coders, values)
    firsts = np.flatnonzero(np.diff(groups, prepend=groups[0] - 1)) if len(groups) else np.array([], np.int64)
    return Sums(np.add.reduceat(lines, firsts, axis=0) if len(firsts) else lines, coders, values)


Disagreement = tuple["Floats", "Floats"]
"""Observed and expected disagreement, each (...); not a number where they are not defined."""


def _per(part: Floats, whole: Floats) -> Floats:
    out: Floats = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    return np.divide(part, whole, out=out, where=whole > 0)


def percent(sums: Sums) -> Disagreement:
    """Share of the pairs of coders that agree, unit by unit; chance is left out of it.

    Units with one value do not count (Gwet 2014). With two coders: units on which they agree / all units.
    """
    return _per(sums.differing, sums.pairable), np.ones(sums.pairable.shape)


def kappa(sums: Sums) -> Disagreement:
    """Cohen's kappa: each coder has a habit of their own; expected agreement is sum_k p_1k p_2k (Cohen 1960).

    p_ck: share of coder c's values that are category k. More than two coders: the mean over all pairs of coders,
    observed and expected (Conger 1980; Gwet 2014 where values are missing).
    """
    each = sums.chosen.sum(axis=-1)
    habits = np.where(each[..., None] > 0, np.nan_to_num(_per(sums.chosen, each[..., None])), 0.0)
    coders = (each > 0).sum(axis=-1).astype(np.float64)
    alike = (habits.sum(axis=-2) ** 2).sum(axis=-1) - (habits**2).sum(axis=(-2, -1))
    return percent(sums)[0], 1 - _per(alike, coders * (coders - 1))


def pi(sums: Sums) -> Disagreement:
    """Scott's pi: the coders have one habit together; expected agreement is sum_k P_k^2 (Scott 1955).

    P_k: mean share of the coders that chose category k. More than two coders: Fleiss' kappa (Fleiss 1971).
    """
    habit = _per(sums.shares, sums.valued[..., None])
    return percent(sums)[0], 1 - (habit**2).sum(axis=-1)


def brennan_prediger(sums: Sums) -> Disagreement:
    """Brennan and Prediger's kappa_n (1981): chance picks each of the q categories alike; expected agreement is 1/q."""
    return percent(sums)[0], np.full(sums.pairable.shape, 1 - 1 / max(len(sums.values), 1))


def ac1(sums: Sums) -> Disagreement:
    """Gwet's AC1 (2008): only some units are left to chance; expected agreement is sum_k P_k (1 - P_k) / (q - 1)."""
    habit = _per(sums.shares, sums.valued[..., None])
    others = max(len(sums.values) - 1, 0)
    chance = (habit * (1 - habit)).sum(axis=-1) / others if others else np.full(sums.valued.shape, np.nan)
    return percent(sums)[0], 1 - chance


def alpha(sums: Sums, level: str = NOMINAL) -> Disagreement:
    """Krippendorff's alpha: any coders, missing values, and a distance between values (2004, 2011).

    D_o = sum_ck o_ck d_ck / n, D_e = sum_ck n_c n_k d_ck / (n (n - 1)); o_ck: coincidences, n_c = sum_k o_ck,
    n = sum_c n_c. The squared distance d_ck is nominal: 0 or 1; interval: (c - k)^2; ordinal: (n_c/2 + the n of the
    categories between them + n_k/2)^2.
    """
    margins = sums.coincidences.sum(axis=-1)
    n = margins.sum(axis=-1)
    apart = _distances(level, sums.values, margins)
    observed = (sums.coincidences * apart).sum(axis=(-2, -1))
    expected = (margins[..., :, None] * margins[..., None, :] * apart).sum(axis=(-2, -1))
    return _per(observed, n), _per(expected, n * (n - 1))


def _distances(level: str, values: Floats, margins: Floats) -> Floats:
    if level == NOMINAL:
        return 1 - np.eye(len(values))
    if level == INTERVAL:
        return (values[:, None] - values[None, :]) ** 2
    middle = margins.cumsum(axis=-1) - margins / 2
    return (middle[..., :, None] - middle[..., None, :]) ** 2


COEFFICIENTS: Mapping[str, tuple[str, Callable[[Sums], Disagreement]]] = {
    "percent": ("percent agreement", percent),
    "kappa": ("Cohen's kappa", kappa),
    "pi": ("Scott's pi", pi),
    "bp": ("Brennan and Prediger", brennan_prediger),
    "ac1": ("Gwet's AC1", ac1),
    "alpha": ("Krippendorff's alpha", alpha),
}


def disagreement(name: str, sums: Sums, level: str = NOMINAL) -> Disagreement:
    """Observed and expected disagreement of the coefficient of that name; `level` is alpha's."""
    return alpha(sums, level) if name == "alpha" else COEFFICIENTS[name][1](sums)


def coefficient(observed: Floats, expected: Floats) -> Floats:
    """1 - observed / expected; not a number where chance leaves nothing to disagree on."""
    return 1 - _per(observed, expected)


def pooled(observed: Floats, expected: Floats) -> Floats:
    """One coefficient for many codes (last axis): 1 - the sum of observed / the sum of expected disagreement.

    De Vries et al. 2008 for kappa, Krippendorff 2004, pp. 251-256, for alpha-U: coefficients are not averaged, for a
    rare code would then weigh as much as a common one, and an undefined one could not be counted at all.
    """
    return coefficient(observed.sum(axis=-1), expected.sum(axis=-1))


def why_undefined(name: str, sums: Sums) -> str:
    """Why a coefficient of this one table is not defined."""
    if not sums.pairable > 0:
        return NO_PAIRS
    if name in ("bp", "ac1") and len(sums.values) < 2:
        return ONE_CATEGORY
    return ALL_ALIKE


def agreement(
    table: Sequence[Sequence[Hashable]],
    name: str = "alpha",
    *,
    level: str = NOMINAL,
    categories: Sequence[Hashable] | None = None,
    weights: Sequence[float] | None = None,
) -> Figure:
    """One coefficient of a table, a row a coder and a column a unit, None for a missing value; without interval.

    `categories` are all that could have been chosen, in their order; without it those that were, sorted. Levels
    above nominal need an order, interval needs numbers. ValueError for rows of different lengths.
    """
    known = list(dict.fromkeys(value for row in table for value in row if value is not None))
    known = list(categories) if categories is not None else sorted(known, key=_order)
    position = {value: number for number, value in enumerate(known)} | {None: MISSING}
    places = np.array([[position[value] for value in row] for row in table], np.int64).reshape(len(table), -1)
    numbers = [float(str(value)) for value in known] if level == INTERVAL else list(range(len(known)))
    sums = tally(places, np.array(numbers, np.float64), None if weights is None else np.array(weights, np.float64))
    value = float(coefficient(*disagreement(name, sums, level)))
    return Figure(None, why_undefined(name, sums)) if np.isnan(value) else Figure(value)


def _order(value: Hashable) -> tuple[bool, float, str]:
    number = isinstance(value, int | float)
    return not number, float(str(value)) if number else 0.0, str(value)
