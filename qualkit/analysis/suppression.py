"""Small cells of a table of counts held back, and as many others that nobody can compute them from what is shown.

A cell behind which stand 1 to threshold-1 people is held back (primary suppression); the sums of rows and columns and
the total are shown, so others have to be held back with it (secondary suppression). Every cell that is held back looks
the same, and it may be a zero: so somebody who knows the rules knows no more than that it is at least 0, at most the
unique count of its row and column, and that rows and columns add up.

What such a reader can compute of a cell is an interval: how far it can grow and shrink when others of its row and
column give way. In a table of two dimensions that is a flow in the graph whose nodes are rows and columns and whose
edges are the cells held back (Gusfield 1988, SIAM Journal on Computing 17:552-571). It must not be a point, and is to
hold as many values as the threshold, and of large figures a fifth of them (the p% rule: Hundepool and others 2012,
Statistical Disclosure Control, chapter 4), where the table has room for that. Cells are chosen a cycle of four corners
at a time, as in the hypercube method (Repsilber 1994), the cheapest that gives enough; the flow checks what it gives.

Swedish practice is a threshold of at least 3 people, often 5 (Statistics Sweden, Handbok i statistisk
röjandekontroll).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

_FEW = 6
_PART = 5  # as the p% rule has it: nobody may come nearer to a figure than a part of it
LEAST, THRESHOLD = 3, 5  # people behind a cell: the smallest threshold that may be asked for, and the usual one
Place = tuple[int, int]


@dataclass(frozen=True)
class Suppression:
    """Places (row, column) that are held back: because few people stand behind them, or to protect those.

    `narrow`: those of which the sums leave fewer values than that. `unsafe`: those that can be computed whatever
    is held back; their row or column has to go.
    """

    primary: frozenset[Place]
    secondary: frozenset[Place]
    narrow: frozenset[Place] = frozenset()
    unsafe: frozenset[Place] = frozenset()

    @property
    def all(self) -> frozenset[Place]:
        """Every place that is held back."""
        return self.primary | self.secondary


@dataclass(frozen=True)
class Counts:
    """A table: `counts` and `people` of each cell, the `most` that a reader knows it can be, which are `free` to go."""

    counts: Ints
    people: Ints
    most: Ints
    free: Flags


def protected(table: Counts, threshold: int = THRESHOLD) -> Suppression:
    """What to hold back of a table whose row sums, column sums and total are shown."""
    import numpy as np

    small = (table.people > 0) & (table.people < threshold)  # also where nothing of what is counted is there
    primary = {(int(row), int(column)) for row, column in np.argwhere(small)}
    hidden = _Hidden(table, primary)
    doubtful: list[Place] = []
    waiting = deque(sorted(primary, key=lambda place: (int(table.counts[place]), place)))
    while waiting:
        place = waiting.popleft()
        added = hidden.protect(place, _spread(table, place, threshold) if place in primary else 1)
        if added is None:
            doubtful.append(place)
        elif added:
            waiting.extend(sorted(added))
            waiting.appendleft(place)
    goals = {place: _spread(table, place, threshold) for place in doubtful}
    widths = {place: hidden.width(place, goal) for place, goal in goals.items()}  # with all that was hidden for others
    narrow = {place for place, width in widths.items() if 0 < width < goals[place] and place in primary}
    unsafe = {place for place, width in widths.items() if not width}
    return Suppression(frozenset(primary), frozenset(hidden.places - primary), frozenset(narrow), frozenset(unsafe))


def _spread(table: Counts, place: Place, threshold: int) -> int:
    """How many values beside the true one a reader must think possible: of large figures, such as words, a fifth."""
    return max(threshold - 1, int(table.counts[place]) // _PART)


class _Hidden:
    """The places that are held back so far, and how well they protect each other: the more, the better."""

    def __init__(self, table: Counts, places: Iterable[Place]) -> None:
        import numpy as np

        self.counts = table.counts
        self.room = np.maximum(
            table.most - table.counts, 0
        )  # how far a cell can grow, and `counts` how far it can shrink
        self._counts: list[list[int]] = self.counts.tolist()
        self._room: list[list[int]] = self.room.tolist()
        self.free = table.free
        self.flags = np.zeros(table.counts.shape, dtype=bool)
        self.cost = 1 + np.log1p(table.counts) / 10
        self.places: set[Place] = set()
        self.rows: dict[int, set[int]] = {}
        self.columns: dict[int, set[int]] = {}
        self.hide(places)

    def hide(self, places: Iterable[Place]) -> None:
        for row, column in places:
            self.places.add((row, column))
            self.flags[row, column] = True
            self.rows.setdefault(row, set()).add(column)
            self.columns.setdefault(column, set()).add(row)

    def protect(self, place: Place, goal: int) -> list[Place] | None:
        """Hide what a cell needs: places that were hidden for it, none where it is safe, None where nothing helps."""
        now = self.width(place, goal)
        if now >= goal:
            return []
        chosen = self._cycle(place, goal, now) or (self._all_around(place) if now == 0 else [])
        if not chosen:
            return None
        self.hide(chosen)
        return chosen

    def width(self, place: Place, goal: int) -> int:
        """How many values beside the true one a reader must think possible, counted up to `goal`."""
        found = self._nearby(place)
        if found >= goal:
            return goal
        up = self._flow(place, goal, grows=True)
        down = self._flow(place, goal - up, grows=False) if up < goal else 0
        return max(found, up + down)

    def _nearby(self, place: Place) -> int:
        """What the best of a few cycles of hidden corners gives a cell: mostly enough, and found fast."""
        best, (row, column) = 0, place
        for far, other in product(islice(self.columns[column], _FEW), islice(self.rows[row], _FEW)):
            if far != row and other != column and (far, other) in self.places:
                up = min(self._room[row][column], self._counts[row][other], self._counts[far][column],
                         self._room[far][other])  # fmt: skip
                down = min(self._counts[row][column], self._room[row][other], self._room[far][column],
                           self._counts[far][other])  # fmt: skip
                best = max(best, up + down)
        return best

    def _by_cycles(self, place: Place, allowed: Flags) -> Ints:
        """What each cycle of four corners alone gives a cell: an array by the row and column of the opposite corner."""
        import numpy as np

        row, column = place
        beside, below = np.ix_([row], range(self.counts.shape[1])), np.ix_(range(self.counts.shape[0]), [column])
        up = np.minimum.reduce(
            np.broadcast_arrays(self.room[place], self.counts[beside], self.counts[below], self.room)
        )
        down = np.minimum.reduce(
            np.broadcast_arrays(self.counts[place], self.room[beside], self.room[below], self.counts)
        )
        whole = allowed & allowed[beside] & allowed[below]
        whole[row, :] = False
        whole[:, column] = False
        return np.where(whole, up + down, 0)

    def _cycle(self, place: Place, goal: int, now: int) -> list[Place]:
        """The corners to hide of the cheapest cycle that reaches the goal, else of the one that comes nearest."""
        import numpy as np

        gains = np.minimum(self._by_cycles(place, self.free | self.flags), goal)
        best = gains.max(initial=0)
        if best <= now:
            return []
        row, column = place
        cost = np.where(self.flags, 0, self.cost)
        total = cost + cost[row, :][np.newaxis, :] + cost[:, column][:, np.newaxis]
        far, other = np.unravel_index(np.where(gains == best, total, np.inf).argmin(), gains.shape)
        corners = [(row, int(other)), (int(far), column), (int(far), int(other))]
        return [corner for corner in corners if corner not in self.places]

    def _all_around(self, place: Place) -> list[Place]:
        """Everything else of its row and column: the last way, where no cycle of four corners is there."""
        row, column = place
        around = [(row, other) for other in range(self.counts.shape[1])]
        around += [(other, column) for other in range(self.counts.shape[0])]
        return [one for one in around if self.free[one] and one not in self.places]

    def _flow(self, place: Place, goal: int, *, grows: bool) -> int:
        """How far a cell can grow (or shrink), up to `goal`: what the others of its row and column can give way.

        Augmenting paths from its column to its row: each cell on the way to a row changes against it, each on the way
        to a column with it.
        """
        against, along = (self._counts, self._room) if grows else (self._room, self._counts)
        moved: dict[Place, int] = {}  # how much each cell has moved along

        def left(at: Place, *, ahead: bool) -> int:
            row, column = at
            so_far = moved.get(at, 0)
            return along[row][column] - so_far if ahead else against[row][column] + so_far

        goal = min(goal, along[place[0]][place[1]])
        total = 0
        while total < goal and (path := self._path(place, left)):
            step = min(goal - total, *(left(at, ahead=ahead) for at, ahead in path))
            for at, ahead in path:
                moved[at] = moved.get(at, 0) + (step if ahead else -step)
            total += step
        return total

    def _path(self, place: Place, left: Callable[..., int]) -> list[tuple[Place, bool]]:
        """A shortest way on which every cell can still move: (cell, whether it moves along); empty where none is."""
        row, start = place
        before: dict[int, tuple[int, int]] = {}  # column: by which row it was reached, from which column
        rows, waiting = {row}, deque([start])
        while waiting:
            column = waiting.popleft()
            for far in self.columns[column]:
                if far in rows or not left((far, column), ahead=False):
                    continue
                rows.add(far)
                for other in self.rows[far]:
                    if other == start or other in before or not left((far, other), ahead=True):
                        continue
                    before[other] = far, column
                    if other in self.rows[row] and left((row, other), ahead=False):
                        return self._way(before, place, other)
                    waiting.append(other)
        return []

    @staticmethod
    def _way(before: dict[int, tuple[int, int]], place: Place, last: int) -> list[tuple[Place, bool]]:
        """The cells of a way, from the last one back."""
        row, start = place
        way: list[tuple[Place, bool]] = [((row, last), False)]
        while last != start:
            far, column = before[last]
            way += [((far, last), True), ((far, column), False)]
            last = column
        return way
