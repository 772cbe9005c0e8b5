"""How sure a figure is: 95 % intervals, from units drawn anew, or of a share by its formula.

The percentile bootstrap (Efron and Tibshirani 1993, An Introduction to the Bootstrap, ch. 13): as many units as there
are, drawn with replacement, DRAWS times; the figure of each draw; the middle 95 % of them. The same study gives the
same interval, for the draws begin at a fixed seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DRAWS = 1000
SEED = 20040101
FEWEST = 5  # units, below which draws say next to nothing
SURE = 95  # per cent
_AT_ONCE = 2_000_000  # counts held in memory


def drawn(units: int) -> Iterator[Floats]:
    """How often each unit is drawn: (some draws, units) at a time, DRAWS in all."""
    chance = np.random.default_rng(SEED)
    step = max(1, min(DRAWS, _AT_ONCE // max(units, 1)))
    for begin in range(0, DRAWS, step):
        draws = min(step, DRAWS - begin)
        hits = chance.integers(0, units, size=(draws, units)) + np.arange(draws)[:, None] * units
        yield np.bincount(hits.ravel(), minlength=draws * units).reshape(draws, units).astype(np.float64)


def interval(figures: Floats) -> tuple[float, float] | None:
    """The ends between which the middle 95 % of the draws' figures lie.

    None where more than one draw in twenty has none (not a number): the rest would not be 95 % of all.
    """
    known = figures[~np.isnan(figures)]
    if len(known) * 100 < len(figures) * SURE or not len(known):
        return None
    low, high = np.percentile(known, [(100 - SURE) / 2, (100 + SURE) / 2])
    return float(low), float(high)


def wilson(hits: int, of: int) -> tuple[float, float] | None:
    """The interval of a share, `hits` of `of`; None of nothing. Good for small numbers and shares near 0 or 1, too.

    Wilson 1927, Journal of the American Statistical Association 22: 209-212; recommended by Brown, Cai and DasGupta
    2001, Statistical Science 16: 101-133.
    """
    if not of:
        return None
    z = 1.959963984540054  # the normal quantile that leaves 2.5 % above
    share, more = hits / of, z * z / of
    middle, half = share + more / 2, z * math.sqrt(share * (1 - share) / of + more / (4 * of))
    low, high = (middle - half) / (1 + more), (middle + half) / (1 + more)
    return low if hits else 0.0, high if hits < of else 1.0  # exactly, as they are but for rounding
