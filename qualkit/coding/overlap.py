"""Excerpts of two coders that are the same but for their edges.

Two excerpts with the same code match where the letters that both of them hold are at least a chosen share of the
letters that either holds: |A and B| / |A or B|, the index of Jaccard 1912 (New Phytologist 11:37-50).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def matches(marked: Sequence[tuple[Ints, Ints]], percent: float) -> tuple[int, int]:
    """Excerpts with a match in the other coder's, and all excerpts, added up over the pairs of coders.

    `marked`: for each coder where excerpts of one code begin and end, half-open. `percent`: above 0, at most 100.
    """
    spans = [(begins[order], ends[order]) for begins, ends in marked for order in [np.argsort(begins, kind="stable")]]
    matched = total = 0
    for first in range(len(spans)):
        for second in range(first + 1, len(spans)):
            here, there = _alike(spans[first], spans[second], percent / 100)
            matched += len(np.unique(here)) + len(np.unique(there))
            total += len(spans[first][0]) + len(spans[second][0])
    return matched, total


def _alike(one: tuple[Ints, Ints], other: tuple[Ints, Ints], share: float) -> tuple[Ints, Ints]:
    """Positions in one and in other of each two excerpts that match."""
    if not len(one[0]) or not len(other[0]):
        return np.array([], np.int64), np.array([], np.int64)
    first = np.searchsorted(np.maximum.accumulate(other[1]), one[0], side="right")
    last = np.maximum(np.searchsorted(other[0], one[1], side="left"), first)
    met = last - first
    here = np.repeat(np.arange(len(met)), met)
    there = np.arange(len(here)) + np.repeat(first - (np.cumsum(met) - met), met)
    both = np.minimum(one[1][here], other[1][there]) - np.maximum(one[0][here], other[0][there])
    either = np.maximum(one[1][here], other[1][there]) - np.minimum(one[0][here], other[0][there])
    alike = both >= share * either - 1e-9
    return here[alike], there[alike]
