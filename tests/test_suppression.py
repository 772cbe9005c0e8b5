"""Small cells held back: nobody can compute one from what is shown. Checked by solving what a reader could solve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from qualkit.analysis.suppression import Counts, Suppression, protected

NONE = np.iinfo(np.int64).max // 4
ROW = frozenset({(0, 0), (0, 1), (0, 2)})


@st.composite
def tables(draw: st.DrawFn, most: int = 6) -> Counts:
    """Counts with people behind them, many small; some cells that are no figures, and limits that uniques give."""
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))
    size = rows * columns
    counts = np.array(draw(st.lists(st.sampled_from([0, 0, 1, 1, 2, 3, 5, 9, 30]), min_size=size, max_size=size)))
    people = np.minimum(counts, draw(st.lists(st.integers(0, 12), min_size=size, max_size=size)))
    solid = np.array(draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))) == 0
    counts, people, solid = (one.reshape(rows, columns) for one in (counts, people, solid))
    free = ~(solid & (counts == 0))
    beyond = draw(st.sampled_from([0, 1, 3, 100]))  # how much more than its largest cell the unique count of a line is
    return Counts(counts, people, np.minimum(*bounds(counts, beyond)), free)


def bounds(counts: np.ndarray, beyond: int) -> tuple[np.ndarray, np.ndarray]:
    down = np.minimum(counts.max(axis=1, keepdims=True) + beyond, counts.sum(axis=1, keepdims=True))
    across = np.minimum(counts.max(axis=0, keepdims=True) + beyond, counts.sum(axis=0, keepdims=True))
    return np.broadcast_to(down, counts.shape), np.broadcast_to(across, counts.shape)


def intervals(table: Counts, hidden: frozenset[tuple[int, int]]) -> dict[tuple[int, int], tuple[float, float]]:
    """What a reader can compute of each hidden cell: the least and most that rows, columns, uniques and 0 allow."""
    places = sorted(hidden)
    lines = np.zeros((sum(table.counts.shape), len(places)))
    rest = np.zeros(sum(table.counts.shape))
    for number, (row, column) in enumerate(places):
        for line in (row, table.counts.shape[0] + column):
            lines[line, number] = 1
            rest[line] += table.counts[row, column]
    limits = [(0, int(table.most[place])) for place in places]
    found = {}
    for number, place in enumerate(places):
        wanted = np.eye(len(places))[number]
        least, most = (
            linprog(sign * wanted, A_eq=lines, b_eq=rest, bounds=limits, method="highs").fun * sign for sign in (1, -1)
        )
        found[place] = (least, most)
    return found


def exactly(table: Counts, hidden: frozenset[tuple[int, int]]) -> set[tuple[int, int]]:
    """The hidden cells that rows and columns alone give: those that every solution of the equations has alike."""
    places = sorted(hidden)
    lines = np.zeros((sum(table.counts.shape), len(places)))
    for number, (row, column) in enumerate(places):
        lines[row, number] = lines[table.counts.shape[0] + column, number] = 1
    if not places:
        return set()
    _, sizes, vectors = np.linalg.svd(lines)
    free = vectors[int((sizes > 1e-9).sum()) :]
    return {place for number, place in enumerate(places) if not np.abs(free[:, number]).max(initial=0) > 1e-9}


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from([3, 5]))
def test_nobody_can_compute_what_is_held_back(table: Counts, threshold: int) -> None:
    found = protected(table, threshold)
    assert found.primary == small(table, threshold)
    assert not found.primary & found.secondary and all(table.free[place] for place in found.secondary)
    safe = found.all - found.unsafe
    known = intervals(table, found.all)
    for place, (least, most) in known.items():
        assert least <= table.counts[place] + 1e-6 and most >= table.counts[place] - 1e-6
        if place in safe:
            assert most - least >= 1 - 1e-6, place
        else:
            assert most - least < 1e-6, place  # it is really so
        if place in found.primary - found.narrow - found.unsafe:
            assert most - least >= max(threshold - 1, table.counts[place] // 5) - 1e-6, place
    assert not exactly(table, found.all) & safe


def small(table: Counts, threshold: int) -> frozenset[tuple[int, int]]:
    rows, columns = table.counts.shape
    return frozenset(
        (row, column) for row in range(rows) for column in range(columns) if 0 < table.people[row, column] < threshold
    )


def table(counts: list[list[int]], people: list[list[int]] | None = None, free: object = True) -> Counts:
    made = np.array(counts)
    return Counts(
        made, made if people is None else np.array(people), np.full(made.shape, NONE), np.full(made.shape, free)
    )


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (table([[9, 9], [9, 9]]), Suppression(frozenset(), frozenset())),
        (table([[2, 9], [9, 9]]), Suppression(frozenset({(0, 0)}), frozenset({(0, 1), (1, 0), (1, 1)}))),
        (table([[9, 9], [9, 0]]), Suppression(frozenset(), frozenset())),  # a zero is shown
        (table([[9, 9], [9, 4]], [[9, 9], [9, 0]]), Suppression(frozenset(), frozenset())),  # documents: nobody speaks
        # the cheapest corners are taken, and a zero may be one of them
        (table([[2, 90, 9], [9, 90, 0], [80, 80, 80]]),
         Suppression(frozenset({(0, 0)}), frozenset({(0, 2), (1, 0), (1, 2)}))),
        # one row: a column's sum is its cell
        (table([[2, 9, 9]]), Suppression(frozenset({(0, 0)}), frozenset({(0, 1), (0, 2)}), unsafe=ROW)),
    ],
)  # fmt: skip
def test_what_is_held_back_of_small_tables(given_: Counts, expected: Suppression) -> None:
    assert protected(given_, 5) == expected


def test_a_sum_that_leaves_little_room_is_told() -> None:
    found = protected(table([[1, 1], [1, 1]]), 5)
    assert found.narrow == found.primary and not found.unsafe
    assert intervals(table([[1, 1], [1, 1]]), found.all)[0, 0] == (0, 2)


def test_unique_counts_are_reckoned_with() -> None:
    """A column whose unique count is its largest cell: that cell cannot grow, so it is no help to one that shrinks."""
    counts = np.array([[2, 9, 9], [3, 9, 9], [3, 9, 9]])
    people = np.array([[2, 9, 9], [9, 9, 9], [9, 9, 9]])
    limits = np.array([[3, 9, 11], [3, 9, 11], [3, 9, 11]])
    tight = Counts(counts, people, limits, np.full(counts.shape, True))
    found = protected(tight, 5)
    assert intervals(tight, found.all)[0, 0][1] <= 3 and found.narrow == {(0, 0)}
    loose = Counts(counts, people, np.full(counts.shape, NONE), np.full(counts.shape, True))
    assert len(protected(loose, 5).all) == 4 and not protected(loose, 5).narrow


def test_the_same_table_gives_the_same_cells() -> None:
    made = np.random.default_rng(7).integers(0, 12, (26, 10))
    assert protected(table(made.tolist())) == protected(table(made.tolist()))


def test_of_large_figures_a_part_stays_unknown() -> None:
    """Words that few people said: to know them but for four would be to know them."""
    words = table([[400, 6, 500], [6, 6, 400], [300, 300, 300]], [[2, 9, 9], [9, 9, 9], [9, 9, 9]])
    found = protected(words, 5)
    known = intervals(words, found.all)[0, 0]
    assert (0, 0) not in found.narrow and known[1] - known[0] >= 80


def test_a_cell_of_few_people_of_whom_nothing_is_counted_is_held_back() -> None:
    """Excerpts without a time are no excerpts per hour, but the sign for that says that they are there."""
    found = protected(table([[0, 9], [9, 9]], [[2, 9], [9, 9]]), 5)
    assert found.all == {(0, 0), (0, 1), (1, 0), (1, 1)} and found.primary == {(0, 0)}
