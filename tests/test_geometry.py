"""Where everything lies on the coding screen: rows, runs, names, columns."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from qualkit.coding.placed import Codings, Placed
from qualkit.model.coding import Anchor, Coding
from qualkit.model.transcript import Segment
from qualkit.tui import geometry
from qualkit.tui.geometry import BLANK, columns, labels, lay_out, runs, wrap

TEXT = st.text("ab å界\u0301\n", max_size=60)
SEGMENTS = st.lists(
    st.tuples(st.text("ab å", max_size=40), st.sampled_from(["S1", "S2", None])), min_size=1, max_size=6
).map(lambda rows: [Segment(f"s{n}", text, who, n * 1.0, n + 1.0) for n, (text, who) in enumerate(rows)])


def placed(id: str, start: tuple[int, int], end: tuple[int, int], code: str = "a") -> Placed:
    anchor = Anchor(f"s{start[0]}", start[1], f"s{end[0]}", end[1], "")
    return Placed(Coding(id, "x", anchor, code, "anna", ""), start, end)


@given(TEXT, st.integers(2, 20))
def test_wrapped_rows_hold_the_whole_text_in_order_and_fit(text: str, width: int) -> None:
    rows = wrap(text, width)
    assert rows[0][0] == 0 and rows[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(rows):
        assert start - end == (text[end:start] == "\n")
    for start, end in rows:
        assert cell_len(text[start:end].rstrip()) <= width and "\n" not in text[start:end]


def test_words_stay_whole_where_they_fit() -> None:
    text = "Biblioteket hjälper besökare"
    assert [text[start:end] for start, end in wrap(text, 12)] == ["Biblioteket ", "hjälper ", "besökare"]
    assert [end - start for start, end in wrap("e-legitimation", 6)] == [6, 6, 2]


@given(SEGMENTS, st.integers(20, 220))
def test_every_offset_is_on_a_row_that_shows_it(segments: list[Segment], width: int) -> None:
    layout = lay_out(segments, columns(width, segments))
    for number, segment in enumerate(segments):
        low, high = layout.rows_of(number)
        assert all(layout.rows[row].segment == number for row in range(low, high))
        for offset in range(len(segment.text)):
            row = layout.rows[layout.row_of(number, offset)]
            assert row.segment == number and row.start <= offset < row.end
    turns = sum(a.speaker != b.speaker for a, b in pairwise(segments))
    assert sum(row is BLANK for row in layout.rows) == turns


@given(st.integers(20, 220))
def test_columns_fill_the_screen_and_never_more(width: int) -> None:
    segments = [Segment("s1", "x", "Moderatorn", 0.0, 1.0)]
    found = columns(width, segments)
    assert found.text >= 10
    if width >= 40:
        assert found.gutter + found.text + 1 + found.lanes + 1 + found.label <= width


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), max_size=6))
def test_runs_are_disjoint_cover_all_and_know_their_codings(spans: list[tuple[int, int]]) -> None:
    length = 30
    codings = [
        placed(str(n), (0, start), (0, min(start + size, length)))
        for n, (start, size) in enumerate(spans)
        if start < length
    ]
    found = runs(length, 0, codings)
    assert [offset for run in found for offset in range(run.start, run.end)] == list(range(length))
    for run in found:
        for offset in (run.start, run.end - 1):
            assert set(run.codings) == {one for one in codings if one.start[1] <= offset < one.end[1]}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 3), st.integers(1, 9)), max_size=9))
def test_codings_that_share_a_row_never_share_a_lane(spans: list[tuple[int, int, int, int]]) -> None:
    board = Codings({f"s{n}": n for n in range(8)})
    made = [placed(str(n), (a, b), (a + c, d)) for n, (a, b, c, d) in enumerate(spans)]
    board.put((one.coding, one.coding.anchor) for one in made[::2] if one.start < one.end)
    board.arrange(lambda segment, offset: segment * 3 + offset // 4)
    board.put((one.coding, one.coding.anchor) for one in made[1::2] if one.start < one.end)
    for row in range(24):
        here = [
            one.lane
            for one in board.by_id.values()
            if one.start[0] * 3 + one.start[1] // 4 <= row <= one.end[0] * 3 + (one.end[1] - 1) // 4
        ]
        assert len(here) == len(set(here))
    for one in list(board.by_id.values()):
        board.drop(one.coding.id)
    assert not board.segments and not board.in_order()


def test_names_of_codes_go_to_free_rows_of_their_excerpt_else_stand_together() -> None:
    segments = [Segment("s0", "ett två tre fyra fem sex sju åtta", "S1", 0.0, 1.0)]
    layout = lay_out(segments, geometry.Columns(0, 0, 10, 2, 10))
    assert len(layout.rows) == 4
    both = [
        (placed("1", (0, 0), (0, 20)), "a"),
        (placed("2", (0, 0), (0, 20)), "b"),
        (placed("3", (0, 0), (0, 3)), "c"),
    ]
    assert labels(layout, 0, both) == {0: ["a", "c"], 1: ["b"]}
