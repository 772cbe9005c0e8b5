"""The codings of one transcript where they stand today: by segment, each in a margin lane of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from qualkit.model.coding import Anchor, Coding
from qualkit.model.noun import replace

Place = tuple[int, int]  # a segment's position, and an offset of its text


@dataclass(frozen=True, slots=True)
class Placed:
    """A coding and its stretch, half-open; `lane` is the column in which its bar is drawn, from 0."""

    coding: Coding
    start: Place
    end: Place
    lane: int = field(default=0, compare=False)

    @property
    def span(self) -> tuple[Place, Place]:
        """What makes two codings one excerpt."""
        return self.start, self.end

    @property
    def order(self) -> tuple[Place, Place, str, str]:
        """In the order of the text; the longer one first, as the outer of two boxes."""
        return self.start, (-self.end[0], -self.end[1]), self.coding.code, self.coding.id

    def inside(self, segment: int, length: int) -> tuple[int, int]:
        """From where to where it covers a segment of that many code points."""
        return (
            self.start[1] if segment == self.start[0] else 0,
            self.end[1] if segment == self.end[0] else length,
        )

    def covers(self, segment: int, start: int, end: int) -> bool:
        """Whether it covers some of a stretch of a segment."""
        return self.start < (segment, end) and (segment, start) < self.end


class Codings:
    """Codings that come and go; what one change costs does not depend on how many there are.

    `index`: segment id -> its position. Two codings that share a row of the screen never share a lane.
    """

    def __init__(self, index: Mapping[str, int]) -> None:
        self._index = index
        self._row_of: Callable[[int, int], int] = lambda segment, _: segment
        self.by_id: dict[str, Placed] = {}
        self.segments: dict[int, dict[str, Placed]] = {}
        self._sorted: list[Placed] | None = None

    def put(self, codings: Iterable[tuple[Coding, Anchor]]) -> set[int]:
        """Take in codings with the anchors of today, in the place of those with their ids; gives their segments."""
        made = []
        for coding, anchor in codings:
            self.drop(coding.id)
            start = self._index[anchor.first], anchor.first_offset
            made.append(Placed(coding, start, (self._index[anchor.last], anchor.last_offset)))
        for one in sorted(made, key=lambda one: one.order):
            self._add(one)
        return {segment for one in made for segment in range(one.start[0], one.end[0] + 1)}

    def drop(self, id: str) -> set[int]:
        """Take one out, if it is in; gives its segments."""
        if (one := self.by_id.pop(id, None)) is None:
            return set()
        for segment in range(one.start[0], one.end[0] + 1):
            del self.segments[segment][id]
            if not self.segments[segment]:
                del self.segments[segment]
        self._sorted = None
        return set(range(one.start[0], one.end[0] + 1))

    def _add(self, one: Placed) -> None:
        segments = range(one.start[0], one.end[0] + 1)
        first, last = self._rows(one)
        taken = set()
        for other in {
            id: other for segment in segments for id, other in self.segments.get(segment, {}).items()
        }.values():
            begins, ends = self._rows(other)
            if begins <= last and first <= ends:
                taken.add(other.lane)
        one = replace(one, lane=next(lane for lane in range(len(taken) + 1) if lane not in taken))
        self.by_id[one.coding.id] = one
        for segment in segments:
            self.segments.setdefault(segment, {})[one.coding.id] = one
        self._sorted = None

    def _rows(self, one: Placed) -> tuple[int, int]:
        return self._row_of(*one.start), self._row_of(one.end[0], max(one.end[1] - 1, 0))

    def arrange(self, row_of: Callable[[int, int], int]) -> None:
        """Share out the lanes anew; `row_of` gives the row of the screen that shows an offset of a segment."""
        self._row_of = row_of
        found = self.in_order()
        self.by_id, self.segments = {}, {}
        for one in found:
            self._add(one)

    def within(self, segment: int) -> list[Placed]:
        """The codings that touch a segment, in the order of the text."""
        return sorted(self.segments.get(segment, {}).values(), key=lambda one: one.order)

    def at(self, segment: int, start: int, end: int) -> list[Placed]:
        """The codings on a stretch of a segment, the shortest first."""
        found = [one for one in self.within(segment) if one.covers(segment, start, end)]
        return sorted(found, key=lambda one: (one.end[0] - one.start[0], one.end[1] - one.start[1]))

    def in_order(self) -> list[Placed]:
        """All of them in the order of the text."""
        if self._sorted is None:
            self._sorted = sorted(self.by_id.values(), key=lambda one: one.order)
        return self._sorted
