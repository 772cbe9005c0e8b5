"""Where an excerpt is to be expected: from its time, or, where there are no times, from the excerpts around it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qualkit.coding.flow import Flow
from qualkit.model.coding import Anchor

CLOSE = 1.0  # seconds between two stretches that may still be the same words
FEW, SHIFTED = 5, 3.0  # so many sure places, so many seconds away, tell that the recording's clock was changed
ENOUGH, IN_ORDER = 10, 0.95  # sure places, and the share of them in the old order, that make an order to go by
WIDE = 4000  # code points between two sure places that still say much about what stands between them
BESIDE = 300  # code points beyond a sure place that say nothing against a place


@dataclass(frozen=True, slots=True)
class Pillar:
    """An excerpt whose place (code points of the flow) is sure without its time and order."""

    anchor: Anchor
    start: int
    end: int


class Bearings:
    """What the sure places of one transcript say about the others."""

    def __init__(self, flow: Flow, pillars: Iterable[Pillar]) -> None:
        self._flow = flow
        found = list(pillars)
        self._shifts = sorted(shift for pillar in found if (shift := _shift(flow, pillar)))
        ordered = sorted((key, pillar.start) for pillar in found if (key := _key(pillar.anchor)))
        kept = _rising([start for _, start in ordered])
        known = len(kept) >= ENOUGH and len(kept) >= IN_ORDER * len(ordered)
        self._order = [ordered[at] for at in kept] if known else []

    def agree(self, anchor: Anchor, start: int, end: int) -> bool | None:
        """Whether a place is where the excerpt is to be expected; None where nothing speaks for or against it."""
        if heard := self._heard(anchor):
            begin, finish = self._flow.times(*self._flow.segments(start, end))
            if begin is not None and finish is not None:
                return _touch(heard, (begin, finish))
        if not (stretch := self._between(anchor)):
            return None
        low, high = stretch
        if not low - BESIDE <= start <= high + BESIDE:
            return False
        return True if low <= start <= high <= low + WIDE else None

    def ordered(self, anchor: Anchor) -> bool:
        """Whether the others' order says where the excerpt is; then the number of its paragraph says nothing."""
        return anchor.start is None and self._between(anchor) is not None

    def rows(self, anchor: Anchor) -> list[tuple[int, int]]:
        """The segments (first and last position) where it is to be expected; empty where that is not known."""
        if heard := self._heard(anchor):
            return self._flow.during(heard[0] - CLOSE, heard[1] + CLOSE)
        stretch = self._between(anchor)
        return [self._flow.segments(*stretch)] if stretch and stretch[1] <= stretch[0] + WIDE else []

    def later(self, anchor: Anchor) -> float:
        """How much later (seconds) it is heard than when it was coded: the least that fits the sure places near it."""
        if anchor.start is None or len(self._shifts) < FEW:
            return 0.0
        at = bisect_left(self._shifts, (anchor.start,)) - FEW
        at = min(max(at, 0), max(len(self._shifts) - 2 * FEW, 0))
        _, lows, highs = zip(*self._shifts[at : at + 2 * FEW], strict=True)
        low, high = sorted(lows)[-2], sorted(highs)[1]  # one of them may be mistaken
        shift = min(max(low, 0.0), high) if low <= high else (low + high) / 2
        return shift if abs(shift) > SHIFTED else 0.0

    def _heard(self, anchor: Anchor) -> tuple[float, float] | None:
        if anchor.start is None or anchor.end is None:
            return None
        later = self.later(anchor)
        return anchor.start + later, anchor.end + later

    def _between(self, anchor: Anchor) -> tuple[int, int] | None:
        """The places of the sure ones before and behind it."""
        if not self._order or not (key := _key(anchor)):
            return None
        before, behind = bisect_left(self._order, (key, 0)), bisect_right(self._order, (key, len(self._flow.text)))
        low = self._order[before - 1][1] if before else 0
        return low, self._order[behind][1] if behind < len(self._order) else len(self._flow.text)


def _touch(heard: tuple[float, float], times: tuple[float, float]) -> bool | None:
    """Whether two stretches of time have some in common; None where they only lie side by side."""
    common = min(heard[1], times[1]) - max(heard[0], times[0])
    if common > 0 or (common == 0 and (heard[0] == heard[1] or times[0] == times[1])):
        return True
    return None if common >= -CLOSE else False


def _shift(flow: Flow, pillar: Pillar) -> tuple[float, float, float] | None:
    """(when it was said, how much later it is now at least, and at most): somewhere within the segments it is in."""
    start, end = flow.times(*flow.segments(pillar.start, pillar.end))
    if start is None or end is None or pillar.anchor.start is None or pillar.anchor.end is None:
        return None
    shifts = start - pillar.anchor.start, end - pillar.anchor.end
    return pillar.anchor.start, min(shifts), max(shifts)


def _key(anchor: Anchor) -> tuple[int, int] | None:
    """What orders the excerpts of a text without times: the number of the paragraph, and the offset."""
    number = anchor.first.removeprefix("p")
    if anchor.start is not None or not number.isdecimal():
        return None
    return int(number), anchor.first_offset


def _rising(numbers: Sequence[int]) -> list[int]:
    """The positions of the longest row of numbers that never falls."""
    ends: list[int] = []  # the smallest last number of a row of each length
    at: list[int] = []
    before: list[int] = []
    for position, number in enumerate(numbers):
        length = bisect_right(ends, number)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        at[length : length + 1] = [position]
    found, last = [], at[-1] if at else -1
    while last >= 0:
        found.append(last)
        last = before[last]
    return found[::-1]
