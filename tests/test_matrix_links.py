"""Every figure of the sample study's matrix is the count of the rows that its link leads to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from qualkit.analysis.measures import MEASURES
from tests.conftest import StudyHere
from tests.sample import FINISHED, sample_study

BYS = ["municipality", "kind", "group"]  # an attribute of cases, of sources and of participants
TOP = 5  # the line of the headings
NAME, COLUMN, QUOTE, SOURCE, WHO, WORDS, TIME = 0, 1, 3, 5, 7, 8, 9


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> StudyHere:
    return sample_study(tmp_path_factory.mktemp("sample") / "study")


def workbook(study: StudyHere, *words: str) -> openpyxl.Workbook:
    file = study.root / "exports" / "m.xlsx"
    done = study.run("matrix", *words, "--to", str(file))
    assert done.code == 0, done.text
    return openpyxl.load_workbook(file)


def linked(book: openpyxl.Workbook) -> dict[tuple[str, str], tuple[Any, list[tuple[Any, ...]]]]:
    """(row, column) -> the cell, and the lines of the sheet of excerpts that its link leads to."""
    sheet, found = book.worksheets[0], {}
    names = [cell.value for cell in sheet[TOP]]
    first = 1 if names[0] == "Kod" else 0
    for line in sheet.iter_rows(min_row=TOP + 1):
        for cell in line:
            if cell.hyperlink:
                place, _, cells = cell.hyperlink.location.partition("!")
                lines = [tuple(one.value for one in row) for row in book[place.strip("'")][cells]]
                found[line[first].value, names[cell.column - 1]] = cell, lines
    return found


def named(book: openpyxl.Workbook) -> dict[tuple[str, str], tuple[Any, list[tuple[Any, ...]]]]:
    """The same for quotes, which are no links: the lines that have the names of their row and column."""
    sheet, found = book.worksheets[0], {}
    names = [cell.value for cell in sheet[TOP]]
    for line in book["Utdrag"].iter_rows(min_row=2, values_only=True):
        found.setdefault((line[NAME], line[COLUMN]), []).append(line)
    rows = {row[1 if names[0] == "Kod" else 0].value: row for row in sheet.iter_rows(min_row=TOP + 1)}
    return {(row, column): (rows[row][names.index(column)], lines) for (row, column), lines in found.items()}


def expected(measure: str, lines: Sequence[tuple[Any, ...]], row: int, column: int, hours: float) -> float:
    """The figure, from the lines alone; `row` and `column`: the lines behind all cells of its row and column."""
    people = {who for line in lines for who in (line[WHO] or "").split(", ") if who}
    return {
        "excerpts": len(lines),
        "quotes": len(lines),
        "summary": len(lines),
        "sources": len({line[SOURCE] for line in lines}),
        "participants": len(people),
        "words": sum(line[WORDS] for line in lines),
        "presence": 1,
        "row-share": 100 * len(lines) / row,
        "column-share": 100 * len(lines) / column,
        "per-hour": sum(line[TIME] is not None for line in lines) / hours if hours else 0,
    }[measure]


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("measure", MEASURES)
def test_every_figure_is_the_count_of_its_rows(sample: StudyHere, measure: str, by: str) -> None:
    book = workbook(sample, "--measure", measure, "--by", by)
    sheet, cells = book.worksheets[0], named(book) if measure == "quotes" else linked(book)
    assert len(cells) >= 15
    headings = [cell.value for cell in sheet[TOP]]
    hours = {row[1 if headings[0] == "Kod" else 0].value: row[-1].value for row in sheet.iter_rows(min_row=TOP + 1)}
    listed = [line for _, lines in cells.values() for line in lines]
    for (row, column), (cell, lines) in cells.items():
        assert {(line[NAME], line[COLUMN]) for line in lines} == {(row, column)}
        whole = sum(line[NAME] == row for line in listed), sum(line[COLUMN] == column for line in listed)
        figure = expected(measure, lines, *whole, hours[row])
        if measure == "quotes":
            assert cell.value.count("“") == min(3, figure) and not cell.hyperlink and cell.alignment.wrap_text
            assert set(_quotes(cell.value)) <= {" ".join(line[QUOTE].split()) for line in lines}
        elif figure:
            assert cell.value == pytest.approx(figure), (row, column)
        else:
            assert cell.value == "·"
    excerpts = book["Utdrag"]
    assert len(listed) == excerpts.max_row - 1, "every line belongs to a cell, and to one alone"


def _quotes(text: str) -> list[str]:
    return [part.partition("”")[0] for part in text.split("“")[1:]]


def test_what_has_no_link_says_why_it_is_nothing(sample: StudyHere) -> None:
    sheet = workbook(sample).worksheets[0]
    cells = [
        cell for row in sheet.iter_rows(min_row=TOP + 1, max_row=sheet.max_row - 2, max_col=12) for cell in row[2:]
    ]
    assert {cell.value for cell in cells if not cell.hyperlink} == {"–", "…", "/", 0}
    assert all(isinstance(cell.value, int) and cell.value > 0 for cell in cells if cell.hyperlink)


def test_what_stands_behind_each_row_is_told(sample: StudyHere) -> None:
    sheet = workbook(sample).worksheets[0]
    headings = [cell.value for cell in sheet[TOP]]
    assert headings[-7:] == ["Summa", "Unika", "Källor", "Med transkription", "Färdiga", "Deltagare", "Timmar inspelat"]
    rows = {row[1]: row[-5:] for row in sheet.iter_rows(min_row=TOP + 1, values_only=True)}
    seconds = {
        name: _ends(sample.root / "transcripts" / f"{name}.vtt") for name in ("intervju-salem", "fokusgrupp-sodertorn")
    }
    assert rows["Salem"] == (1, 1, 1, 1, pytest.approx(seconds["intervju-salem"] / 3600))
    assert rows["Haninge"] == (1, 1, 0, 1, pytest.approx(seconds["fokusgrupp-sodertorn"] / 3600))
    assert rows["Sigtuna"] == (1, 1, 0, 0, 0) and rows["Täby"] == (0, 0, 0, 0, 0)
    asked = workbook(sample, "--moderator").worksheets[0]
    again = {row[1]: row[-5:] for row in asked.iter_rows(min_row=TOP + 1, values_only=True)}
    assert again == rows, "who asks is no participant"


def _ends(vtt: Path) -> float:
    hours, minutes, rest = vtt.read_text("utf-8").rpartition("--> ")[2].split("\n")[0].split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


def test_a_colleague_needs_no_other_file(sample: StudyHere) -> None:
    book = workbook(sample)
    assert book.sheetnames == ["Matris", "Utdrag", "Kodbok", "Källor", "Deltagare", "Metod"]
    sheet = book["Matris"]
    assert "personuppgifter" in sheet["A2"].value and sheet.freeze_panes == "C6" and sheet.conditional_formatting
    noted = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    assert len(noted) == len(linked(book)) and noted[0].comment.text.startswith("1 utdrag")
    for name in book.sheetnames[1:-1]:
        assert book[name].auto_filter.ref and book[name].freeze_panes == "A2"
    finished = {row[0].value: row[9].value for row in book["Källor"].iter_rows(min_row=2)}
    assert {name for name, who in finished.items() if who == "anna"} == set(FINISHED)
    assert [row[1] for row in book["Deltagare"].iter_rows(min_row=2, values_only=True)] == [
        "P3",
        "P4",
        "P1",
        "P2",
        "P5",
    ]


def test_excerpts_are_filtered_as_matrices_are(sample: StudyHere) -> None:
    book = workbook(sample, "--where", "kind = interview and theme = identitet")
    listed = {row[QUOTE].value for row in book["Utdrag"].iter_rows(min_row=2)}
    done = sample.run("excerpts", "--where", "kind = interview and theme = identitet")
    assert done.code == 0 and f"{len(listed)} excerpts" in done.out
    assert all(quote in done.out for quote in listed) and "studiebesok" not in done.out
    assert sample.run("excerpts", "--where", "kind = intervju").code == 1
    assert "Filter: kind = interview" in book["Matris"]["A3"].value
