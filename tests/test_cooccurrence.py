"""Codes that come together, counted by hand."""

from __future__ import annotations

import openpyxl
import pytest

from qualkit.analysis.cooccurrence import WITHIN, cooccurrence
from qualkit.analysis.excerpts import coded_excerpts, states
from qualkit.analysis.matrix import Matrix, MatrixRequest
from qualkit.coding.anchor import make_anchor
from qualkit.errors import QualkitError
from qualkit.formats.headings import SWEDISH
from qualkit.model.act import Act
from qualkit.store.material import read_material
from tests.conftest import StudyHere


@pytest.fixture
def meeting(study: StudyHere) -> StudyHere:
    """bankid: all of 1 (turn 1), all of 3; losen: all of 1, and a word of 4; skriva: first half of 1, segment 2."""
    study.sources("a;A;interview;Huddinge;;;;")
    study.participants("a;S1;M1;moderator;", "a;S2;P1;participant;")
    study.spoken("a", "S1: Hur går det?", "S2: BankID och papper.", "S2: Och mer.", "S1: Jaha?", "S2: Lösenord också.")
    transcript = study.transcript("a")
    for code, at, start, end in (
        ("id.bankid", 1, 0, 17), ("id.losen", 1, 0, 17), ("ut.skriva", 1, 0, 6), ("ut.skriva", 1, 7, 10),
        ("ut.skriva", 2, 0, 7), ("id.losen", 4, 0, 8), ("id.bankid", 4, 8, 14), ("id.bankid", 3, 0, 5),
    ):  # fmt: skip
        study.act("a", Act("", "", "anna", "code", anchor=make_anchor(transcript, at, start, at, end), code=code))
    study.act("a", Act("", "", "anna", "finish"))
    return study


def table(study: StudyHere, within: str, columns: tuple[str, ...] = ("code",)) -> tuple[Matrix, dict[str, list[str]]]:
    opened = study.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded = states(opened.study, material)
    found = coded_excerpts(opened.study, material, folded)
    result = cooccurrence(opened.study, material, folded, found, MatrixRequest(columns=columns), within)
    for (row, column), cell in result.cells.items():
        assert cell.value == len(set(cell.excerpts))
        for n in cell.excerpts:
            assert row in {result.column_of[code] for code in found[n].codes}
            assert within != "excerpt" or column in {result.column_of[code] for code in found[n].codes}
    return result, {row: [result.cells[row, column].text for column in result.columns] for row in result.rows}


@pytest.mark.parametrize(
    ("within", "bankid", "losen", "skriva"),
    [  # the moderator's "Jaha?" does not count; "Lösenord" and " också" touch and share no letter
        ("excerpt", ["2", "1", "0"], ["1", "2", "0"], ["0", "0", "3"]),
        ("overlap", ["2", "1", "1"], ["1", "2", "1"], ["2", "2", "3"]),
        ("turn", ["2", "2", "1"], ["2", "2", "1"], ["3", "3", "3"]),
    ],
)
def test_by_hand(meeting: StudyHere, within: str, bankid: list[str], losen: list[str], skriva: list[str]) -> None:
    result, shown = table(meeting, within)
    assert shown == {"id.bankid": bankid, "id.losen": losen, "ut.skriva": skriva}
    assert result.uniques[None, None] == 6 and result.uniques["ut.skriva", None] == 3


def test_themes_and_zeros(meeting: StudyHere) -> None:
    assert table(meeting, "overlap", ("theme",))[1] == {"id": ["3", "1"], "ut": ["2", "3"]}
    meeting.act("a", Act("", "", "anna", "reopen"))
    assert table(meeting, "excerpt")[1]["ut.skriva"] == ["…", "…", "3…"]
    with pytest.raises(QualkitError) as caught:
        table(meeting, "page")
    assert "overlap" in caught.value.hint


def test_every_figure_of_the_workbook_leads_to_its_excerpts(meeting: StudyHere) -> None:
    file = meeting.root / "exports" / "c.xlsx"
    for within in WITHIN:
        done = meeting.run("cooccur", "--within", within, "--to", str(file), "--to", str(file.with_suffix(".csv")))
        assert done.code == 0, done.text
        book = openpyxl.load_workbook(file)
        linked = [cell for row in book["Matris"].iter_rows() for cell in row if cell.hyperlink]
        assert len(linked) >= 5
        for cell in linked:
            lines = book["Utdrag"][cell.hyperlink.location.partition("!")[2]]
            assert len(lines) == cell.value and all(line[2].value for line in lines)
        assert SWEDISH[WITHIN[within]] in {row[0].value: row[1].value for row in book["Metod"].iter_rows()}["Siffrorna"]
    only = meeting.run("cooccur", "--where", "theme = id")
    assert only.code == 0 and "ut.skriva" not in only.out
