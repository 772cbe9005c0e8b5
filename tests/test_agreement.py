"""Coefficients of agreement against published values, another program, and what must always hold."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import random
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.coding.agreement import (
    COEFFICIENTS,
    LEVELS,
    MISSING,
    Sums,
    agreement,
    coefficient,
    decimals,
    disagreement,
    pooled,
    tally,
)
from qualkit.coding.intervals import DRAWS, drawn, interval
from qualkit.coding.overlap import matches
from qualkit.coding.unitising import alpha_u, unit_disagreement, unit_parts

ORACLES = Path(__file__).resolve().parents[2] / "shared" / "data" / "agreement_oracles.json"
Table = list[list[Any]]

# Published values

NAMES = {
    "percent agreement": ("percent", "nominal"),
    "Cohen kappa": ("kappa", "nominal"),
    "char-level kappa": ("kappa", "nominal"),
    "char-level pi": ("pi", "nominal"),
    "kappa_n (BP)": ("bp", "nominal"),
    "Gwet AC1": ("ac1", "nominal"),
    "char-level alpha": ("alpha", "nominal"),
    "alpha nominal": ("alpha", "nominal"),
    "alpha ordinal": ("alpha", "ordinal"),
    "alpha interval": ("alpha", "interval"),
}


def parts_of(marked: Table, begin: int, length: int):
    spans = [np.array(units, np.int64).reshape(-1, 2) for units in marked]
    return unit_parts([(both[:, 0], both.sum(axis=1)) for both in spans], np.array([begin, begin + length]))


def oracle(one: dict[str, Any]) -> float | None:
    """Our figure for one of the shared published values."""
    name, data = one["coefficient"], one["data"]
    if name in NAMES:
        key, level = NAMES[name]
        if one["name"].startswith(("Cohen 1960", "Brennan-Prediger")):  # first, second, how often
            table = [[line[0] for line in data], [line[1] for line in data]]
            return agreement(table, key, level=level, weights=[line[2] for line in data]).value
        by_unit = one["name"].startswith("Hayes")
        return agreement([list(row) for row in zip(*data, strict=True)] if by_unit else data, key, level=level).value
    if one["name"].startswith("K1995"):
        marked = [[[begin * 50_000, length * 50_000] for begin, length in units] for units in data.values()]
        return alpha_u(marked, 0, 24 * 50_000).value
    both = {category: unit_disagreement(parts_of(marked, 150, 300)) for category, marked in data.items()}
    if "total" in name:
        return float(pooled(*(np.array([pair[side] for pair in both.values()]) for side in (0, 1))))
    observed, expected = both["k" if "category k" in one["name"] else "c"]
    if "D_" in name:
        return float(expected if name.endswith("D_e") else observed)
    return alpha_u(data["k" if name.endswith("(k)") else "c"], 150, 300).value


def test_every_shared_published_value_is_reproduced() -> None:
    if not ORACLES.exists():
        pytest.skip("the shared published values are not here")
    published = json.loads(ORACLES.read_text(encoding="utf-8"))
    assert len(published) >= 21
    for one in published:
        ours = oracle(one)
        assert ours is not None and abs(ours - one["published"]) <= one["tolerance"], (one["name"], one["citation"])


# Gwet's package irrCAC 1.3 for R, its README (data of Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed.)
ABSTRACTORS = [(1, 1, 13), (2, 2, 20), (2, 3, 7), (3, 2, 4), (3, 3, 56)]
FOUR_RATERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, None],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
SIX_RATERS = [
    (0, 0, 0, 6, 0), (0, 3, 0, 0, 3), (0, 1, 4, 0, 1), (0, 0, 0, 0, 6), (0, 3, 0, 3, 0),
    (2, 0, 4, 0, 0), (0, 0, 4, 0, 2), (2, 0, 3, 1, 0), (2, 0, 0, 4, 0), (0, 0, 0, 0, 6),
    (1, 0, 0, 5, 0), (1, 1, 0, 4, 0), (0, 3, 3, 0, 0), (1, 0, 0, 5, 0), (0, 2, 0, 3, 1),
]  # fmt: skip


def from_counts(lines: list[tuple[int, int, int]]) -> tuple[Table, list[float]]:
    return [[line[0] for line in lines], [line[1] for line in lines]], [line[2] for line in lines]


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("percent", 0.89),
        ("kappa", 0.7964094),
        ("pi", 0.7962397),
        ("ac1", 0.8493305),
        ("bp", 0.835),
        ("alpha", 0.7972585),
    ],
)
def test_two_abstractors_of_gwet(name: str, published: float) -> None:
    table, weights = from_counts(ABSTRACTORS)
    assert agreement(table, name, weights=weights).value == pytest.approx(published, abs=5e-8)


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("percent", 0.8181818),
        ("kappa", 0.76282),
        ("pi", 0.76117),
        ("ac1", 0.77544),
        ("bp", 0.77273),
        ("alpha", 0.74342),
    ],
)
def test_four_raters_with_missing_values_of_gwet(name: str, published: float) -> None:
    assert agreement(FOUR_RATERS, name).value == pytest.approx(published, abs=5e-6)


@pytest.mark.parametrize(
    ("name", "published"), [("ac1", 0.4448007), ("pi", 0.4139265), ("alpha", 0.4204384), ("bp", 0.4388889)]
)
def test_six_raters_of_gwet(name: str, published: float) -> None:
    units = [[value for value, count in enumerate(line) for _ in range(count)] for line in SIX_RATERS]
    table = [list(row) for row in zip(*units, strict=True)]
    assert agreement(table, name).value == pytest.approx(published, abs=5e-8)


def test_other_published_tables() -> None:
    # Krippendorff 2004, p. 227: three categories, 12 units
    two = [list("aabbbbbccccc"), list("abbbbbcccccc")]
    assert agreement(two).value == pytest.approx(0.734, abs=0.001)
    # Krippendorff 2004, p. 246: the second table has the same percent, and a kappa that rewards unlike habits
    alike = [("a", "a", 12), ("b", "b", 14), ("c", "c", 20)]
    even = [(x, y, 9) for x, y in itertools.permutations("abc", 2)]
    skew = [(x, y, 18) for x, y in itertools.combinations("abc", 2)]
    for lines, kappa in ((even, 0.186), (skew, 0.258)):
        table, weights = from_counts([*alike, *lines])
        assert agreement(table, "percent", weights=weights).value == pytest.approx(0.46, abs=0.001)
        assert agreement(table, "bp", weights=weights).value == pytest.approx(0.19, abs=0.001)
        assert agreement(table, "pi", weights=weights).value == pytest.approx(0.186, abs=0.001)
        assert agreement(table, "kappa", weights=weights).value == pytest.approx(kappa, abs=0.001)
    # Brennan and Prediger 1981, p. 691
    table, weights = from_counts([(1, 1, 50), (1, 3, 10), (2, 2, 10), (2, 3, 10), (3, 1, 10), (3, 2, 10)])
    assert agreement(table, "kappa", weights=weights).value == pytest.approx(0.29, abs=0.01)
    assert agreement(table, "bp", weights=weights).value == pytest.approx(0.40, abs=0.001)


@pytest.mark.parametrize(
    ("one", "other", "observed", "expected", "published"),
    [  # Krippendorff 1995, p. 57, pairs A to D; its D_e has a known slip, hence the tolerance
        ([[2, 8], [14, 6]], [[4, 4], [15, 2]], 0.03125, 0.06990, 0.553),
        ([[0, 18]], [[0, 2], [2, 1], [3, 1], [4, 1], [5, 1], [6, 3], [9, 1]], 2.26736, 1.17731, -0.926),
        ([[2, 6], [10, 2], [14, 4], [20, 2]], [[0, 2], [4, 4], [10, 4], [16, 2], [20, 2]], 0.02777, 0.08642, 0.679),
        ([[0, 2], [2, 8], [10, 4], [14, 6], [20, 4]], [[0, 4], [4, 4], [8, 7], [15, 2], [17, 7]],
         0.38715, 0.41445, 0.066),
    ],
)  # fmt: skip
def test_alpha_u_on_krippendorffs_four_pairs(
    one: Table, other: Table, observed: float, expected: float, published: float
) -> None:
    wide = [[[begin * 50_000, length * 50_000] for begin, length in units] for units in (one, other)]
    d_o, d_e = unit_disagreement(parts_of(wide, 0, 24 * 50_000))
    assert d_o == pytest.approx(observed, abs=1e-5)
    assert d_e == pytest.approx(expected, abs=0.005)
    assert alpha_u(wide, 0, 24 * 50_000).value == pytest.approx(published, abs=0.02)


# Another program


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_agrees_with_the_package_krippendorff_on_random_tables(level: str) -> None:
    chance = random.Random(4)
    compared = 0
    while compared < 200:
        coders, units, most = chance.randint(2, 5), chance.randint(2, 25), chance.randint(1, 5)
        gaps = chance.choice([0, 0.1, 0.5])
        table = [
            [None if chance.random() < gaps else chance.randint(0, most) for _ in range(units)] for _ in range(coders)
        ]
        ours, theirs = agreement(table, level=level).value, math.nan
        data = [[math.nan if value is None else value for value in row] for row in table]
        with np.errstate(all="ignore"), contextlib.suppress(ValueError):  # where it is not defined
            theirs = krippendorff.alpha(data, level_of_measurement=level)
        if ours is None:
            assert not math.isfinite(theirs), table
        else:
            assert ours == pytest.approx(theirs, abs=1e-9), table
            compared += 1


# What must always hold

tables = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.sampled_from([0, 1, 2, None]), min_size=coders, max_size=coders), min_size=1, max_size=12
    ).map(lambda units: [list(row) for row in zip(*units, strict=True)])
)
whole_tables = st.integers(2, 4).flatmap(
    lambda coders: st.lists(st.lists(st.integers(0, 2), min_size=coders, max_size=coders), min_size=1, max_size=12).map(
        lambda units: [list(row) for row in zip(*units, strict=True)]
    )
)


def same(one: float | None, other: float | None) -> bool:
    return one is other if one is None or other is None else one == pytest.approx(other, abs=1e-9)


@settings(deadline=None)
@given(tables, st.randoms())
def test_no_coefficient_asks_who_was_who(table: Table, chance: random.Random) -> None:
    mixed = list(table)
    chance.shuffle(mixed)
    for name in COEFFICIENTS:
        assert same(agreement(table, name).value, agreement(mixed, name).value), name


@settings(deadline=None)
@given(tables, st.permutations([0, 1, 2]))
def test_names_of_categories_do_not_matter(table: Table, names: list[int]) -> None:
    renamed = [[None if value is None else names[value] for value in row] for row in table]
    for name in COEFFICIENTS:
        assert same(agreement(table, name).value, agreement(renamed, name).value), name


@settings(deadline=None)
@given(tables)
def test_a_coder_without_values_changes_nothing(table: Table) -> None:
    more = [*table, [None] * len(table[0])]
    for name in COEFFICIENTS:
        for level in LEVELS if name == "alpha" else ("nominal",):
            assert same(agreement(table, name, level=level).value, agreement(more, name, level=level).value), name


@settings(deadline=None)
@given(tables)
def test_a_unit_without_values_changes_nothing(table: Table) -> None:
    more = [[*row, None] for row in table]
    for name in COEFFICIENTS:
        assert same(agreement(table, name).value, agreement(more, name).value), name


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.integers(2, 4))
def test_perfect_agreement_is_one_or_says_why_not(values: list[int], coders: int) -> None:
    for name in COEFFICIENTS:
        figure = agreement([values] * coders, name)
        if len(set(values)) > 1 or name == "percent":
            assert figure.value == pytest.approx(1)
        else:
            assert figure.value is None and figure.why
        assert figure.value is None or figure.value <= 1


@settings(deadline=None)
@given(tables, st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_a_weight_is_so_many_units(table: Table, weights: list[int]) -> None:
    kept = weights[: len(table[0])]
    long = [[value for value, weight in zip(row, kept, strict=True) for _ in range(weight)] for row in table]
    values = sorted({value for row in table for value in row if value is not None})
    for name in COEFFICIENTS:
        if long[0]:
            short = agreement(table, name, weights=kept, categories=values)
            assert same(short.value, agreement(long, name, categories=values).value), name


@settings(deadline=None)
@given(whole_tables)
def test_levels_are_the_same_where_there_are_two_values(table: Table) -> None:
    table = [[min(value, 1) for value in row] for row in table]
    figures = [agreement(table, level=level).value for level in LEVELS]
    assert same(figures[0], figures[1]) and same(figures[0], figures[2])


@settings(deadline=None)
@given(whole_tables)
def test_coefficients_are_what_their_definitions_say(table: Table) -> None:
    """Kappa, pi, BP and AC1 once more, pair by pair and in plain Python, without missing values."""
    coders, units = len(table), len(table[0])
    values = sorted({value for row in table for value in row})
    pairs = list(itertools.combinations(range(coders), 2))
    observed = sum(table[i][u] == table[j][u] for i, j in pairs for u in range(units)) / (len(pairs) * units)
    share = {value: sum(row.count(value) for row in table) / (coders * units) for value in values}
    kappa = sum(table[i].count(v) * table[j].count(v) for i, j in pairs for v in values) / (len(pairs) * units**2)
    chance = {"percent": 0.0, "kappa": kappa, "pi": sum(p * p for p in share.values()), "bp": 1 / len(values)}
    if len(values) > 1:
        chance["ac1"] = sum(p * (1 - p) for p in share.values()) / (len(values) - 1)
    for name, expected in chance.items():
        figure = agreement(table, name)
        if expected > 1 - 1e-12:
            assert figure.value is None
        else:
            assert figure.value == pytest.approx((observed - expected) / (1 - expected), abs=1e-9), name


@pytest.mark.parametrize(
    ("table", "defined"),
    [
        ([[1, 1, 1], [1, 1, 1]], {"percent"}),  # one category only
        ([[1, 1, 1], [0, 0, 0]], {"percent", "kappa", "pi", "bp", "ac1", "alpha"}),  # each coder one of their own
        ([[1], [0]], {"percent", "kappa", "pi", "bp", "ac1", "alpha"}),  # one unit
        ([[1], [1]], {"percent"}),
        ([[0, 0, 1], [0, 0, 0]], {"percent", "kappa", "pi", "bp", "ac1", "alpha"}),  # a category of one coder only
        ([[1, 0, 1], [None, None, None]], set()),  # a coder with nothing
        ([[1, None], [None, 0]], set()),
        ([[], []], set()),
        ([[1, 0]], set()),  # one coder
    ],
)
def test_what_is_not_defined_says_why(table: Table, defined: set[str]) -> None:
    for name in COEFFICIENTS:
        figure = agreement(table, name)
        assert (figure.value is not None) == (name in defined), name
        assert bool(figure.why) == (figure.value is None)
        assert figure.text == ("-" if figure.value is None else f"{figure.value:.2f}")


def test_more_categories_than_occur_count_for_bp_and_ac1() -> None:
    table = [[1, 1, 1], [1, 1, 1]]
    assert agreement(table, "bp", categories=[0, 1]).value == 1
    assert agreement(table, "ac1", categories=[0, 1]).value == 1
    assert agreement(table, "kappa", categories=[0, 1]).value is None
    assert agreement([[1, 1, 0, 0], [1, 1, 0, 1]], "bp", categories=[0, 1, 2]).value == pytest.approx(
        1 - 0.25 / (2 / 3)
    )


def test_pooling_adds_up_disagreement() -> None:
    first, second = [[1, 1, 0, 0], [1, 0, 0, 0]], [[1, 0, 0, 0], [1, 0, 0, 0]]
    sums = [tally(np.array(table), np.array([0.0, 1.0])) for table in (first, second)]
    both = [disagreement("kappa", one) for one in sums]
    # kappa: 1 - 1/4 / 1/2 and 1 - 0 / 3/8; pooled 1 - 1/4 / 7/8
    assert [float(coefficient(*one)) for one in both] == pytest.approx([0.5, 1])
    assert pooled(*(np.array([one[side] for one in both]) for side in (0, 1))) == pytest.approx(1 - 0.25 / 0.875)


def test_decimals_have_no_minus_nothing() -> None:
    assert [decimals(value) for value in (-0.001, 0.005, -0.126, 1.0, None)] == ["0.00", "0.01", "-0.13", "1.00", "-"]


# Intervals


@settings(deadline=None)
@given(whole_tables, st.randoms())
def test_sums_of_a_draw_are_those_of_the_units_drawn(table: Table, chance: random.Random) -> None:
    places, values = np.array(table), np.arange(3.0)
    each = tally(places, values, groups=np.arange(len(table[0])))
    times = [chance.randint(0, 2) for _ in table[0]]
    again = np.repeat(places, times, axis=1)
    assert np.allclose(np.array(times) @ each.lines, tally(again, values).lines)
    assert np.allclose(each.lines.sum(axis=0), tally(places, values).lines)


def test_draws_are_of_all_units_and_the_same_each_time() -> None:
    first = np.concatenate(list(drawn(7)))
    assert first.shape == (DRAWS, 7) and (first.sum(axis=1) == 7).all()
    assert (first == np.concatenate(list(drawn(7)))).all()
    assert len(np.unique(first, axis=0)) > 100
    many = list(drawn(50_000))
    assert len(many) > 1 and sum(len(part) for part in many) == DRAWS
    assert all((part.sum(axis=1) == 50_000).all() for part in many)


def test_an_interval_is_the_middle_of_the_draws() -> None:
    assert interval(np.arange(1001.0)) == pytest.approx((25, 975))
    few = np.arange(1000.0)
    few[:50] = np.nan
    assert interval(few) is not None
    few[:51] = np.nan
    assert interval(few) is None
    assert interval(np.full(10, np.nan)) is None


def test_an_interval_covers_what_it_should() -> None:
    """Coders who agree as often as we say: the interval holds the true percent about 95 times of 100."""
    chance = np.random.default_rng(8)
    held = 0
    for _ in range(200):
        table = np.array([np.zeros(80, np.int64), (chance.random(80) > 0.7).astype(np.int64)])
        each = tally(table, np.array([0.0, 1.0]), groups=np.arange(80))
        draws = np.concatenate([times @ each.lines for times in drawn(80)])
        ends = interval(coefficient(*disagreement("percent", Sums(draws, 2, each.values))))
        assert ends is not None
        held += ends[0] <= 0.7 <= ends[1]
    assert 180 <= held <= 199


# alpha-U

spans = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8)), max_size=4).map(
    lambda found: [[begin, min(length, 24 - begin)] for begin, length in found]
)


def joined(units: Table) -> list[tuple[int, int]]:
    """Begin and end of the units, overlapping ones made one, letter by letter."""
    found: list[tuple[int, int]] = []
    for begin, length in sorted(units):
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], begin + length))
        else:
            found.append((begin, begin + length))
    return found


def plain_alpha_u(marked: list[Table], length: int) -> float | None:
    """alpha-U from its definition, with every unit against every unit and gap."""
    units = [joined(one) for one in marked]
    gaps = []
    for one in units:
        edges = [0, *(edge for unit in one for edge in unit), length]
        gaps.append([(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a])
    m, whole = len(units), [unit for one in units for unit in one]
    found = 0
    for i, j in itertools.permutations(range(m), 2):
        for a, b in units[i]:
            for c, d in units[j]:
                if a < d and c < b:
                    found += (a - c) ** 2 + (b - d) ** 2
            if any(c <= a and b <= d for c, d in gaps[j]):
                found += 2 * (b - a) ** 2  # from i to j, and from j to i
    observed = found / (m * (m - 1) * length**2)
    lengths = [b - a for a, b in whole]
    places = [sum(max(0, d - c - size + 1) for one in gaps for c, d in one) for size in lengths]
    top = sum(
        (len(whole) - 1) / 3 * (2 * size**3 - 3 * size**2 + size) + size**2 * room
        for size, room in zip(lengths, places, strict=True)
    )
    bottom = m * length * (m * length - 1) - sum(size * (size - 1) for size in lengths)
    expected = 2 / length * top / bottom if bottom else 0
    return 1 - observed / expected if expected else None


@settings(deadline=None)
@given(st.lists(spans, min_size=2, max_size=3))
def test_alpha_u_is_what_its_definition_says(marked: list[Table]) -> None:
    assert same(alpha_u(marked, 0, 24).value, plain_alpha_u(marked, 24))
    assert same(alpha_u(marked, 0, 24).value, alpha_u(marked[::-1], 0, 24).value)
    moved = [[[begin + 100, length] for begin, length in one] for one in marked]
    assert same(alpha_u(marked, 0, 24).value, alpha_u(moved, 100, 24).value)


@settings(deadline=None)
@given(spans, spans, spans, spans)
def test_alpha_u_of_texts_drawn_again_is_that_of_the_texts_laid_end_to_end(
    a: Table, b: Table, c: Table, d: Table
) -> None:
    def texts(*order: tuple[Table, Table]):
        marked = []
        for coder in (0, 1):
            units = [
                (n * 24 + begin, n * 24 + begin + long) for n, text in enumerate(order) for begin, long in text[coder]
            ]
            marked.append(tuple(np.array(units, np.int64).reshape(-1, 2).T))
        return unit_parts(marked, np.arange(len(order) + 1) * 24)

    one, other = (a, b), (c, d)
    again = unit_disagreement(texts(one, other), np.array([[2.0, 1.0], [0.0, 1.0]]))
    twice, second = unit_disagreement(texts(one, one, other)), unit_disagreement(texts(other))
    for side in (0, 1):
        assert again[side] == pytest.approx(np.array([twice[side], second[side]]), abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("marked", "value"),
    [
        ([[], []], None),
        ([[[0, 3]], [[0, 3]]], 1),
        ([[[0, 10]], [[0, 10]]], 1),  # everything
        ([[[0, 3]]], None),  # one coder
        ([[[0, 1]], [[0, 1]]], 1),
    ],
)
def test_alpha_u_at_its_limits(marked: list[Table], value: float | None) -> None:
    figure = alpha_u(marked, 0, 10)
    assert same(figure.value, value) and bool(figure.why) == (value is None)
    assert alpha_u([[[0, 4]], []], 0, 10).value < 0
    assert alpha_u([[[0, 1]], [[0, 1]]], 0, 1).why  # a text of one letter leaves no choice


# Matches

some = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8)), max_size=5)


@settings(deadline=None)
@given(st.lists(some, min_size=2, max_size=3), st.integers(1, 100))
def test_matches_are_found_as_if_every_excerpt_met_every_other(
    coders: list[list[tuple[int, int]]], percent: int
) -> None:
    letters = [[set(range(begin, begin + length)) for begin, length in sorted(one)] for one in coders]
    matched = total = 0
    for one, other in itertools.combinations(letters, 2):
        for mine, theirs in ((one, other), (other, one)):
            total += len(mine)
            matched += sum(
                any(len(a & b) > 0 and 100 * len(a & b) >= percent * len(a | b) for b in theirs) for a in mine
            )
    arrays = [np.array([(b, b + n) for b, n in one], np.int64).reshape(-1, 2).T for one in coders]
    assert matches(arrays, percent) == (matched, total)


def test_missing_is_no_category() -> None:
    sums = tally(np.array([[0, MISSING], [1, 1]]), np.array([0.0, 1.0]))
    assert (sums.pairable, sums.valued, sums.differing) == (1, 2, 1)
    assert sums.shares.tolist() == [0.5, 1.5] and sums.chosen.tolist() == [[1, 0], [0, 2]]
    assert sums.coincidences.tolist() == [[0, 1], [1, 0]]
