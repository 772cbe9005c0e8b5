"""Saturation after Guest, Namey and Chen (2020): the paper's example, and tables worked out by hand."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.analysis.saturation import curve, reached, runs, sensitivity
from qualkit.coding.anchor import make_anchor
from qualkit.model.act import Act
from tests.conftest import StudyHere

# The paper's own example, as far as it tells its figures: 37 themes in the first four interviews; 7 new ones in
# interviews 5 and 6 (19 %), then a quotient of 11 %, then one new theme; so saturation at 5 % is reached at 6+2,
# and with runs of three at 7+3.
NEW = [12, 9, 8, 8, 4, 3, 1, 0, 1, 0, 0, 0]


def interviews(new: list[int]) -> list[set[str]]:
    """Interviews that bring so many new codes each, and repeat one that is known."""
    made, number = [], 0
    for count in new:
        made.append({f"c{n}" for n in range(number, number + count)} | ({"c0"} if number else set()))
        number += count
    return made


def test_the_example_of_the_paper() -> None:
    events = curve(interviews(NEW))
    assert [event.total for event in events] == [12, 21, 29, 37, 41, 44, 45, 45, 46, 46, 46, 46]
    found = [(run.first, run.last, run.new, round(run.percent or 0)) for run in runs(events, 4, 2)]
    assert found[:3] == [(5, 6, 7, 19), (6, 7, 4, 11), (7, 8, 1, 3)]
    assert found[3:] == [(8, 9, 1, 3), (9, 10, 1, 3), (10, 11, 0, 0), (11, 12, 0, 0)]
    assert reached(events, 4, 2, 5).text == "6+2" and reached(events, 4, 2, 0).text == "9+2"


def test_the_sensitivity_table_by_hand() -> None:
    """Bases: 37, 41, 44. Runs of three from interview 5, 6, 7, 8 on bring 8, 4, 2, 1: 2 of 37 is 5.4 %, of 41 4.9 %."""
    shown = {(one.base, one.run, one.threshold): one.text for one in sensitivity(curve(interviews(NEW)))}
    assert shown == {
        (4, 2, 5): "6+2", (4, 2, 0): "9+2", (4, 3, 5): "7+3", (4, 3, 0): "9+3",
        (5, 2, 5): "6+2", (5, 2, 0): "9+2", (5, 3, 5): "6+3", (5, 3, 0): "9+3",
        (6, 2, 5): "6+2", (6, 2, 0): "9+2", (6, 3, 5): "6+3", (6, 3, 0): "9+3",
    }  # fmt: skip


def test_a_threshold_counts_when_it_is_met_and_an_empty_base_never() -> None:
    assert reached(curve(interviews([20, 0, 0, 0, 1, 0])), 4, 2, 5).text == "4+2"
    assert reached(curve(interviews([0, 0, 0, 0, 0, 0])), 4, 2, 5).text == "not reached"
    assert reached(curve(interviews([5, 1, 1, 1, 1])), 4, 2, 5).text == "not reached"


@given(st.lists(st.sets(st.sampled_from("abcdefgh")), max_size=12))
def test_the_curve_never_falls_and_ends_at_all_codes(sources: list[set[str]]) -> None:
    events = curve(sources)
    assert [event.total for event in events] == [len(set().union(*sources[: n + 1])) for n in range(len(sources))]
    for run in runs(events, 1, 2):
        assert run.new == events[run.last - 1].total - events[run.first - 2].total


def test_only_finished_sources_count_by_their_date(study: StudyHere) -> None:
    dates = {"a": "2026-03-01", "b": "2026-01-01", "c": "2026-02-01", "d": "2026-04-01"}
    study.sources(*(f"{name};{name};document;Huddinge;{day};;;" for name, day in dates.items()))
    codes = {"a": ["id.bankid", "id.losen"], "b": ["id.bankid"], "c": ["id.bankid"], "d": ["ut.skriva"]}
    for source, those in codes.items():
        study.document(source, "BankID och papper.\n")
        anchor = make_anchor(study.transcript(source), 0, 0, 0, 6)
        study.act(source, *(Act("", "", "anna", "code", anchor=anchor, code=code) for code in those))
        if source != "d":
            study.act(source, Act("", "", "anna", "finish"))
    file = study.root / "exports" / "s.csv"
    done = study.run("saturation", "--base", "1", "--run", "1", "--to", str(file))
    assert done.code == 0, done.text
    assert "not finished, so left out: d" in done.err and "base 1, run 1, at most 5 %: 1+1" in done.out
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["källa", "datum", "nya koder"] and rows[5] == ["bas", "följd", "högst, procent", "uppnått"]
    assert rows[6] == ["4", "2", "5", "inte uppnått"] and len(rows) == 6 + 12
    assert rows[1:4] == [
        ["b", "2026-01-01", "1", "1", "", ""],
        ["c", "2026-02-01", "0", "1", "0", "0,0"],
        ["a", "2026-03-01", "1", "2", "1", "100,0"],
    ]
    assert "reached" in study.run("saturation", "--themes", "--where", "kind = document").out
    assert study.run("saturation", "--to", "s.xlsx").code == 1


@pytest.mark.parametrize("words", [["--base", "0"], ["--run", "0"]])
def test_a_base_and_a_run_have_a_source(study: StudyHere, words: list[str]) -> None:
    assert study.run("saturation", *words).code == 2
