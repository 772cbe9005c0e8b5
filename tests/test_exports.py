"""Spreadsheets that people receive: read again with another program's eyes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from qualkit.coding.anchor import make_anchor
from qualkit.formats.matrix import MATRIX_FORMATS, matrix_format
from qualkit.formats.safe import safe
from qualkit.model.act import Act
from tests.conftest import StudyHere

TOP = 5  # the line of the headings
HARD = [
    "=1+1 är en formel",
    "+46 70 påhittat nummer",
    '-minus och "citat"; semikolon, komma',
    "@handle och emoji 🙂 och עברית",
    "BankID <b>fet</b> & åäö",
]


@pytest.fixture
def hard(study: StudyHere) -> StudyHere:
    """A study whose names, titles and words are as awkward as real ones."""
    study.cases("0126;Huddinge", "0136;Haninge", "0192;Nynäshamn")
    study.sources("d;=cmd()|' /C calc'!A0;document;Huddinge;;;;", "f;Fokus;focus group;Haninge;;;;")
    study.document("d", "\n\n".join(HARD) + "\n")
    study.spoken("f", "S1: Ja, BankID är svårt.", "S2: Radbrytning kommer här.")
    for source, places in {"d": range(len(HARD)), "f": range(2)}.items():
        transcript = study.transcript(source)
        acts = [
            Act(
                "",
                "",
                "anna",
                "code",
                anchor=make_anchor(transcript, at, 0, at, len(transcript.segments[at].text)),
                code=code,
            )
            for at in places
            for code in ("id.bankid", "ut.skriva")[: 1 + at % 2]
        ]
        study.act(source, *acts)
    study.act("d", Act("", "", "anna", "finish"))
    return study


def workbook(study: StudyHere, *words: str) -> openpyxl.Workbook:
    file = study.root / "exports" / "m.xlsx"
    done = study.run("matrix", *words, "--to", str(file))
    assert done.code == 0, done.text
    return openpyxl.load_workbook(file)


def test_every_figure_leads_to_as_many_excerpts(hard: StudyHere) -> None:
    for words in ([], ["--codes"], ["--by", "kind"], ["--by", "source"]):
        book = workbook(hard, *words)
        sheet, excerpts = book["Matris"], book["Utdrag"]
        links = 0
        for row in sheet.iter_rows(min_row=TOP + 1):
            for cell in row:
                if cell.hyperlink is None:
                    continue
                links += 1
                sheet_name, _, cells = cell.hyperlink.location.partition("!")
                assert sheet_name.strip("'") == "Utdrag"
                lines = excerpts[cells]
                assert len(lines) == cell.value
                heading, name = (
                    sheet.cell(TOP, cell.column).value,
                    row[1 if sheet.cell(TOP, 1).value == "Kod" else 0].value,
                )
                assert {(line[0].value, line[1].value) for line in lines} == {(name, heading)}
        assert links >= 3


def test_the_workbook_holds_words_not_formulas(hard: StudyHere) -> None:
    book = workbook(hard)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert set(HARD) <= {row[3].value for row in book["Utdrag"].iter_rows(min_row=2)}
    assert book["Matris"].freeze_panes == "C6" and book["Utdrag"].freeze_panes == "A2"
    assert book["Utdrag"].auto_filter.ref.startswith("A1:")
    assert book["Matris"].conditional_formatting


def test_the_zeros_are_visible_in_both_formats(hard: StudyHere) -> None:
    book = workbook(hard)
    cells = {row[1].value: [c.value for c in row[2:4]] for row in book["Matris"].iter_rows(min_row=6, max_row=8)}
    assert cells == {"Huddinge": [5, 2], "Haninge": [2, 1], "Nynäshamn": ["–", "–"]}
    unfinished = next(row for row in book["Matris"].iter_rows(min_row=6) if row[1].value == "Haninge")
    assert unfinished[2].number_format == '0"…"'
    method = {row[0].value: row[1].value for row in book["Metod"].iter_rows()}
    assert method["–  inget material"] == "ingen källa på raden har någon transkription"
    assert method["Kodningarnas status"] == "tillagd"


def test_the_same_study_gives_the_same_bytes(hard: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    made = {}
    for name in ("a", "b"):
        for suffix in MATRIX_FORMATS:
            file = hard.root / "exports" / f"{name}{suffix}"
            assert hard.run("matrix", "--to", str(file)).code == 0
            made[name, suffix] = file.read_bytes()
    for suffix in MATRIX_FORMATS:
        assert made["a", suffix] == made["b", suffix]


def test_names_that_begin_like_formulas_are_made_safe_in_csv(study: StudyHere) -> None:
    study.write(
        "codebooks/codebook.yaml",
        'themes:\n  - id: t\n    name: "=SUM(A1)"\n    codes:\n      - {id: c, name: "+c", definition: "d"}\n',
    )
    file = study.root / "exports" / "m.csv"
    assert study.run("matrix", "--to", str(file)).code == 0
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig")), delimiter=";"))
    assert rows[0][2] == "'=SUM(A1)"
    assert [safe(text) for text in ("=a", "+a", "-a", "@a", "\ta", "\ra", "a=", "–")] == [
        "'=a", "'+a", "'-a", "'@a", "'\ta", "'\ra", "a=", "–",
    ]  # fmt: skip


def test_an_unknown_format_is_refused_before_any_work(study: StudyHere) -> None:
    done = study.run("matrix", "--to", "m.pdf")
    assert done.code == 1
    assert "no format is known for 'm.pdf'" in done.err and ".csv, .xlsx, .ods, .docx, .html, .md" in done.err
    assert all(callable(matrix_format(Path(f"x{suffix.upper()}"))) for suffix in MATRIX_FORMATS)
