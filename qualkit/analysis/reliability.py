"""Codings of several coders -> how far they agree, code by code and over all codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from qualkit.analysis.compared import Compared
from qualkit.analysis.grid import Coded, Grid, Measuring, added_up, check_measuring
from qualkit.coding.agreement import COEFFICIENTS, Figure, Sums, coefficient, disagreement, pooled, why_undefined
from qualkit.coding.intervals import FEWEST, drawn, interval
from qualkit.coding.overlap import matches
from qualkit.coding.unitising import Parts, unit_disagreement, unit_parts, why_no_alpha_u
from qualkit.coding.units import CHARACTER
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Both = tuple[Floats, Floats]  # observed and expected disagreement

ALPHA_U = "alpha_u"
FIGURES: Mapping[str, str] = {
    **{name: words for name, (words, _) in COEFFICIENTS.items()},
    ALPHA_U: "Krippendorff's alpha-U",
}
OVERALL = "overall"
NOT_ALL = "no source was coded by all of them"
TOO_FEW = "it takes {least} {what} or more to draw from, not {there}"
TOO_RARE = "coded too seldom: more than one draw in twenty has nothing to tell apart"


@dataclass(frozen=True, slots=True)
class Row:
    """One code (or theme, or all): its figures by name, the units that coders coded, the excerpts that match."""

    key: str
    name: str
    figures: Mapping[str, Figure]
    coded: tuple[int, ...]  # units, by each coder
    by_all: int
    by_any: int
    matched: int
    excerpts: int


@dataclass(frozen=True)
class Reliability:
    """Agreement by code, in the codebook's order, and overall; `pairs` holds each two of more than two coders."""

    compared: Compared
    measuring: Measuring
    units: int
    rows: tuple[Row, ...]  # the last one is overall
    unused: tuple[str, ...]  # codes that nobody used: they have no row, and do not count overall
    pairs: Mapping[tuple[str, str], tuple[Row, ...]] = field(default_factory=dict)  # without intervals


def reliability(compared: Compared, measuring: Measuring, *, pairs: bool = False) -> Reliability:
    """The agreement of coders. QualkitError for what cannot be measured so, or where nobody coded anything.

    Overall is pooled over the codes (`coding.agreement.pooled`). A coder who is not at work in a source has no values
    there; for alpha-U such a source does not count. `pairs`: of more than two coders, each two as well.
    """
    check_measuring(measuring)
    used = set(compared.marks[:, 1].tolist())
    marks = {key: compared.marks[compared.marks[:, 1] == row] for row, key in enumerate(compared.rows) if row in used}
    if not marks:
        what = f"{', '.join(compared.coders)} have coded nothing of this in the sources compared"
        hint = "leave out --code, or compare other sources; `qualkit status` shows what is coded"
        raise QualkitError(what, hint=hint)
    grid = Grid(compared, measuring)
    everyone = list(range(len(compared.coders)))
    twos = combinations(everyone, 2) if pairs and len(everyone) > 2 else ()
    return Reliability(
        compared,
        measuring,
        int(grid.weights.sum()),
        _rows(grid, marks, measuring, everyone, intervals=True),
        tuple(key for key in compared.rows if key not in marks),
        {(compared.coders[one], compared.coders[two]): _pair(grid, marks, measuring, [one, two]) for one, two in twos},
    )


def _pair(grid: Grid, marks: Mapping[str, Ints], measuring: Measuring, coders: list[int]) -> tuple[Row, ...]:
    """The rows of two of the coders: of the codes that one of them used, without intervals."""
    theirs = {key: those for key, those in marks.items() if np.isin(those[:, 0], coders).any()}
    return _rows(grid, theirs, measuring, coders) if theirs else ()


def _rows(
    grid: Grid, marks: Mapping[str, Ints], measuring: Measuring, coders: Sequence[int], *, intervals: bool = False
) -> tuple[Row, ...]:
    """The rows of these coders (positions), the last one overall."""
    compared, plain = grid.compared, grid.plain(coders)
    coded = [grid.coded(those, coders, plain) for those in marks.values()]
    drawn_as = ("segments" if measuring.unit == CHARACTER else "units") if intervals else ""
    figures = _figures(plain, coded, measuring.level, drawn_as)
    spans = [[those[those[:, 0] == coder][:, 2:].T for coder in coders] for those in marks.values()]
    parts = [unit_parts(one, compared.borders) for one in spans]
    texts = np.logical_and.reduce(compared.worked[coders]).astype(np.float64)
    for found, one in zip(figures, _alpha_u(parts, texts, "sources" if intervals else ""), strict=True):
        found[ALPHA_U] = one
    rows = [
        Row(key, compared.rows[key], found, one.coded, one.by_all, one.by_any, *matches(places, measuring.overlap))
        for key, found, one, places in zip(marks, figures, coded, spans, strict=False)
    ]
    return (*rows, _overall(rows, figures[-1]))


def _overall(rows: Sequence[Row], figures: Mapping[str, Figure]) -> Row:
    def total(of: Callable[[Row], int]) -> int:
        return sum(of(row) for row in rows)

    coded = tuple(sum(units) for units in zip(*(row.coded for row in rows), strict=True))
    counts = (total(lambda r: r.by_all), total(lambda r: r.by_any), total(lambda r: r.matched))
    return Row(OVERALL, OVERALL, figures, coded, *counts, total(lambda r: r.excerpts))


def _figures(plain: Sums, coded: Sequence[Coded], level: str, drawn_as: str) -> list[dict[str, Figure]]:
    """The figures of each code, and of all of them last; without `drawn_as` (units) no intervals."""
    units = len(plain.lines)
    again: dict[str, list[Both]] = {name: [] for name in COEFFICIENTS}
    for times in drawn(units) if drawn_as and units >= FEWEST else ():
        base = added_up(times, plain.lines)
        for name, both in _all([one.drawn(times, base) for one in coded], level).items():
            again[name].append(both)
    totals = [one.sums() for one in coded]
    found: list[dict[str, Figure]] = [{} for _ in range(len(coded) + 1)]
    for name, both in _all(totals, level).items():
        whys = [why_undefined(name, total) for total in totals]
        for one, figure in zip(found, _finished(both, whys, again[name], _too_few(units, drawn_as)), strict=True):
            one[name] = figure
    return found


def _all(sums: Sequence[Sums], level: str) -> dict[str, Both]:
    """Every coefficient's disagreement, the codes side by side: (..., codes)."""
    return {name: _columns(disagreement(name, one, level) for one in sums) for name in COEFFICIENTS}


def _columns(disagreements: Iterator[Both]) -> Both:
    observed, expected = zip(*disagreements, strict=True)
    return np.stack(observed, axis=-1), np.stack(expected, axis=-1)


def _alpha_u(parts: Sequence[Parts], texts: Floats, drawn_as: str) -> list[Figure]:
    """alpha-U of each code, and of all of them last, on the texts (1, others 0) that all coders worked on."""
    there = np.flatnonzero(texts)
    if not len(there):
        return [Figure(None, NOT_ALL, why_no_interval=NOT_ALL)] * (len(parts) + 1)
    again = []
    for times in drawn(len(there)) if drawn_as and len(there) >= FEWEST else ():
        spread = np.zeros((len(times), len(texts)))
        spread[:, there] = times
        again.append(_columns(unit_disagreement(one, spread) for one in parts))
    both = _columns(unit_disagreement(one, texts[None]) for one in parts)
    whys = [why_no_alpha_u(one, texts) for one in parts]
    return _finished((both[0][0], both[1][0]), whys, again, _too_few(len(there), drawn_as))


def _too_few(units: int, drawn_as: str) -> str:
    return TOO_FEW.format(least=FEWEST, what=drawn_as, there=units) if drawn_as else ""


def _finished(both: Both, whys: Sequence[str], again: Sequence[Both], too_few: str) -> list[Figure]:
    """Each code's figure with its interval, and the pooled one last."""
    values = [*coefficient(*both), pooled(*both)]
    draws: Sequence[Floats | None] = [None] * len(values)
    if again:
        observed, expected = (np.concatenate([draw[side] for draw in again]) for side in (0, 1))
        draws = [*coefficient(observed, expected).T, pooled(observed, expected)]
    each = zip(values, [*whys, whys[0]], draws, strict=True)
    return [_figure(float(value), why, draw, too_few) for value, why, draw in each]


def _figure(value: float, why: str, draws: Floats | None, too_few: str) -> Figure:
    if np.isnan(value):
        return Figure(None, why, why_no_interval=why)
    if draws is None:
        return Figure(value, why_no_interval=too_few)
    ends = interval(draws)
    return Figure(value, "", *ends) if ends else Figure(value, why_no_interval=TOO_RARE)
