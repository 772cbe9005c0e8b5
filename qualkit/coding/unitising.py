"""Krippendorff's alpha-U: do coders mark the same stretches of a text, from the same first letter to the same last?

The form is that of Krippendorff 1995 (Sociological Methodology 25:47-76) as corrected in Krippendorff 2004 (Content
Analysis, 2nd ed., pp. 251-256): units on a continuum and the gaps between them, for one category. It is neither the
u-alpha of the 3rd edition (2013) nor the family of Krippendorff, Mathet, Bouvry and Widlöcher 2016. With m coders, a
continuum of length L, N units v (length l) of all coders together, and gaps g:

    D_o = sum over pairs of coders, both ways, of the squared differences / (m (m - 1) L^2)
    D_e = 2/L * sum_v [(N - 1) (2 l^3 - 3 l^2 + l) / 3 + l^2 * sum over gaps g >= l of (g - l + 1)]
          / (m L (m L - 1) - sum_v l (l - 1))

Two units that overlap differ by (difference of beginnings)^2 + (difference of ends)^2; a unit that lies in a gap of
the other coder differs by l^2. Several texts are one continuum, laid end to end, but no gap reaches across a border,
because no unit does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qualkit.coding.agreement import Disagreement, Figure, coefficient

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NOTHING_MARKED = "nobody marked anything in the texts that all of them worked on"
ONE_CODER = "fewer than two coders"
NOWHERE_ELSE = "what is marked leaves chance no other place"


@dataclass(frozen=True, slots=True)
class Parts:
    """What alpha-U adds up, text by text: (texts,), `reach` (texts of the units, texts of the gaps)."""

    coders: int
    lengths: Floats
    differing: Floats  # squared differences, each pair of coders once
    units: Floats
    cubes: Floats  # (2 l^3 - 3 l^2 + l) / 3
    squares: Floats  # l (l - 1)
    reach: Floats


def unit_parts(marked: Sequence[tuple[Ints, Ints]], borders: Ints) -> Parts:
    """The parts of alpha-U for one category.

    `marked`: for each coder where units begin and end on the continuum, half-open. Overlapping ones of the same coder
    are joined, touching ones stay two. `borders`: where each text begins, and where the last one ends.
    """
    units = [_joined(*spans) for spans in marked]
    texts, lengths = len(borders) - 1, np.diff(borders).astype(np.float64)
    differing = np.zeros(texts)
    for first in range(len(units)):
        for second in range(first + 1, len(units)):
            differing += _differences(units[first], units[second], borders)
    begins, ends = (np.concatenate([spans[side] for spans in units]) for side in (0, 1))
    long, where = (ends - begins).astype(np.float64), _text(begins, borders)
    each = (np.ones(len(long)), (2 * long**3 - 3 * long**2 + long) / 3, long * (long - 1))
    count, cubes, squares = (_by_text(where, part, texts) for part in each)
    reach = _reach(long, where, [_gaps(*spans, borders) for spans in units], texts)
    return Parts(len(units), lengths, differing, count, cubes, squares, reach)


def unit_disagreement(parts: Parts, drawn: Floats | None = None) -> Disagreement:
    """D_o and D_e. `drawn` (draws, texts) says how often each text counts; without it, once."""
    times = np.ones((1, len(parts.lengths))) if drawn is None else drawn
    whole, coders = times @ parts.lengths, parts.coders
    pairs = coders * (coders - 1) * whole**2
    units = times @ parts.units
    within = ((times @ parts.reach) * times).sum(axis=1)
    least = coders * whole * (coders * whole - 1) - times @ parts.squares
    expected = 2 * ((units - 1) * (times @ parts.cubes) + within)
    with np.errstate(divide="ignore", invalid="ignore"):
        both = np.array([2 * (times @ parts.differing) / pairs, expected / (whole * least)])
    both[~np.isfinite(both)] = np.nan
    return (both[0, 0], both[1, 0]) if drawn is None else (both[0], both[1])


def why_no_alpha_u(parts: Parts, texts: Floats | None = None) -> str:
    """Why alpha-U is not defined on these texts (1, others 0), or on all."""
    if parts.coders < 2:
        return ONE_CODER
    units = parts.units if texts is None else parts.units * texts
    return NOWHERE_ELSE if units.sum() else NOTHING_MARKED


def alpha_u(marked: Sequence[Sequence[tuple[int, int]]], begin: int, length: int) -> Figure:
    """alpha-U of one category on one continuum; `marked` holds (begin, length) of each unit, a list for each coder."""
    spans = [np.array(units, np.int64).reshape(-1, 2) for units in marked]
    parts = unit_parts([(both[:, 0], both.sum(axis=1)) for both in spans], np.array([begin, begin + length]))
    value = float(coefficient(*unit_disagreement(parts)))
    return Figure(None, why_no_alpha_u(parts)) if np.isnan(value) else Figure(value)


def _joined(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Units in order, those of the same coder that overlap made one."""
    order = np.argsort(begins, kind="stable")
    begins, ends = begins[order], ends[order]
    if not len(begins):
        return begins, ends
    reached = np.maximum.accumulate(ends)
    new = np.concatenate([[True], begins[1:] >= reached[:-1]])
    return begins[new], np.maximum.reduceat(ends, np.flatnonzero(new))


def _text(begins: Ints, borders: Ints) -> Ints:
    return np.searchsorted(borders, begins, side="right") - 1


def _by_text(where: Ints, part: Floats, texts: int) -> Floats:
    return np.bincount(where, part, texts).astype(np.float64)


def _differences(one: tuple[Ints, Ints], other: tuple[Ints, Ints], borders: Ints) -> Floats:
    """Squared differences between the units of two coders, by text."""
    texts = len(borders) - 1
    first = np.searchsorted(other[1], one[0], side="right")  # the first that ends behind the beginning
    last = np.searchsorted(other[0], one[1], side="left")  # behind the last that begins before the end
    met = last - first
    here = np.repeat(np.arange(len(met)), met)
    there = np.arange(len(here)) + np.repeat(first - (np.cumsum(met) - met), met)
    apart = [(one[side][here] - other[side][there]).astype(np.float64) ** 2 for side in (0, 1)]
    found = _by_text(_text(one[0][here], borders), apart[0] + apart[1], texts)
    alone = met == 0
    lonely = np.ones(len(other[0]), bool)
    lonely[there] = False
    for spans, those in ((one, alone), (other, lonely)):
        long = (spans[1] - spans[0])[those].astype(np.float64)
        found += _by_text(_text(spans[0][those], borders), long**2, texts)
    return found


def _gaps(begins: Ints, ends: Ints, borders: Ints) -> tuple[Floats, Ints]:
    """Length and text of each gap of a coder: it begins where a unit ends or a text begins."""
    starts = np.sort(np.concatenate([ends, borders[:-1]]))
    stops = np.sort(np.concatenate([begins, borders[1:]]))
    real = stops > starts
    return (stops - starts)[real].astype(np.float64), _text(starts[real], borders)


def _reach(long: Floats, where: Ints, gaps: Sequence[tuple[Floats, Ints]], texts: int) -> Floats:
    """l^2 * the places that a unit of length l has in gaps, added up by text of the unit and text of the gap."""
    sizes, homes = (np.concatenate([both[side] for both in gaps]) for side in (0, 1))
    reach = np.zeros((texts, texts))
    for text in range(texts):
        room = np.sort(sizes[homes == text])
        behind = np.concatenate([room[::-1].cumsum()[::-1], [0.0]])
        fits = np.searchsorted(room, long, side="left")
        places = behind[fits] - (long - 1) * (len(room) - fits)
        reach[:, text] = _by_text(where, long**2 * places, texts)
    return reach
