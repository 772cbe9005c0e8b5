"""Matrices for publication: nobody is named, few people are not shown, what is held back cannot be computed."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from qualkit.analysis.excerpts import coded_excerpts, states
from qualkit.analysis.matrix import MatrixRequest, theme_matrix
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.publishing import BESIDE, SMALL, SMALL_COLUMN, SMALL_ROW, Published, published
from qualkit.analysis.suppression import Counts
from qualkit.analysis.zeros import HELD_BACK, HELD_BACK_SIGN
from qualkit.errors import QualkitError
from qualkit.formats.matrix import MATRIX_FORMATS
from qualkit.formats.publication import words_found, words_in_list
from qualkit.model.act import Act
from qualkit.store.material import read_material
from tests.conftest import CODEBOOK, StudyHere
from tests.test_shapes import code
from tests.test_suppression import exactly, intervals

PEOPLE = {"Huddinge": 7, "Haninge": 6, "Nynäshamn": 2}
SECRET = ("Annika Påhittsson", "intervju-med-annika", "annikas-röst.mp3", "hemlig minnesanteckning", "Titel med Annika")


@pytest.fixture
def many(study: StudyHere) -> StudyHere:
    """Three focus groups of seven, six and two; each theme with few in one row and many in the other."""
    rows, people = [], []
    for number, (case, count) in enumerate(PEOPLE.items()):
        source = f"fg{number}" if number else "intervju-med-annika"
        rows.append(f"{source};Titel med Annika {number};focus group;{case};2026-01-0{number + 1};sv;annikas-röst.mp3;")
        people += [f"{source};S{one};{case[:3]}{one};participant;" for one in range(1, count + 1)]
        study.spoken(source, *(f"S{one}: BankID och papper {one} {case}." for one in range(1, count + 1)),
                     "Annika Påhittsson: Jag har inget eget namn här.")  # fmt: skip
    study.write("audio/annikas-röst.mp3", b"")
    example = "definition: Skaffa BankID.\n        examples: [Annika Påhittsson sade så]"
    study.write("codebooks/codebook.yaml", CODEBOOK.replace("definition: Skaffa BankID.", example))
    study.sources(*rows, "wb;Webb;web page;Haninge;2026-02-01;sv;;")
    study.document("wb", "Vi hjälper med BankID.\n\nSkriv ut hos oss.\n")
    study.participants(*people)
    for source, id_, ut, losen in (("intervju-med-annika", 7, 7, 6), ("fg1", 6, 6, 2), ("fg2", 2, 2, 1)):
        for name, count in (("id.bankid", id_), ("ut.skriva", ut), ("id.losen", losen)):
            for at in range(count):
                code(study, source, name, at)
    code(study, "intervju-med-annika", "id.bankid", 7)
    code(study, "wb", "id.losen", 0)
    for source in ("intervju-med-annika", "fg1", "fg2", "wb"):
        study.act(source, Act("", "", "anna", "memo", about="source", text="hemlig minnesanteckning"))
        study.act(source, Act("", "", "anna", "finish"))
    return study


def publish(study: StudyHere, threshold: int = 5, **request: object) -> Published:
    opened = study.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded = states(opened.study, material)
    found = coded_excerpts(opened.study, material, folded)
    quotes = bool(request.pop("with_quotes", False))
    asked = MatrixRequest(**request)  # type: ignore[arg-type]
    return published(opened.study, material, folded, found, asked, threshold, quotes=quotes)


def shown(result: Published) -> dict[str, list[str]]:
    matrix = result.matrix
    return {name: [matrix.cells[row, c].text for c in matrix.columns] for row, name in matrix.rows.items()}


def test_rows_of_few_people_are_left_out_and_not_counted(many: StudyHere) -> None:
    result = publish(many)
    assert shown(result) == {"Huddinge": ["8", "7"], "Haninge": ["7", "6"]}
    assert result.matrix.sums[None, "id"] == 15 and result.matrix.uniques[None, None] == 7 + 1 + 6 + 1
    assert [(one.what, one.row) for one in result.held] == [(SMALL_ROW, "Nynäshamn")]


def test_rows_of_few_people_are_left_out_also_where_they_said_nothing(many: StudyHere) -> None:
    acts = read_material(many.open().folder, many.open().study.sources)[0].acts["fg2"]
    many.act("fg2", *(Act("", "", "anna", "remove", target=act.id) for act in acts if act.act == "code"))
    assert shown(publish(many)) == {"Huddinge": ["8", "7"], "Haninge": ["7", "6"]}


def test_behind_a_visit_stands_somebody_behind_a_web_page_nobody(many: StudyHere) -> None:
    assert shown(publish(many, 3, columns=("code",)))["Haninge"][1] == HELD_BACK_SIGN
    sources = many.root / "transcripts" / "sources.csv"
    sources.write_text(sources.read_text("utf-8").replace("web page", "study visit"), "utf-8")
    assert shown(publish(many, 3, columns=("code",)))["Haninge"] == [
        "6",
        "3",
        "6",
    ]  # two people, and whoever was visited


def test_small_cells_are_held_back_and_others_with_them(many: StudyHere) -> None:
    result = publish(many, columns=("code",))
    x = HELD_BACK_SIGN
    assert shown(result) == {"Huddinge": ["8", x, x], "Haninge": ["6", x, x]}
    held = {(one.what, one.row, one.column) for one in result.held}
    assert (SMALL, "Haninge", "Lösenord") in held and (BESIDE, "Huddinge", "Lösenord") in held
    assert result.matrix.sums["0136", None] == 6 + 6 + 3  # the sums are those of before
    assert all(not cell.excerpts for cell in result.matrix.cells.values())


def test_columns_of_few_people_are_left_out(many: StudyHere) -> None:
    for source in ("intervju-med-annika", "fg1"):
        acts = read_material(many.open().folder, many.open().study.sources)[0].acts[source]
        gone = [act for act in acts if act.code == "ut.skriva" and act.anchor and act.anchor.first != "s0001"]
        many.act(source, *(Act("", "", "anna", "remove", target=act.id) for act in gone))
    result = publish(many)
    assert shown(result) == {"Huddinge": ["8"], "Haninge": ["7"]}
    assert (SMALL_COLUMN, "Utskrift") in [(one.what, one.column) for one in result.held]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    "shape", [{"columns": ("code",)}, {"columns": ("theme",)}, {"columns": ("code",), "by": ("kind",)}]
)
def test_nothing_that_is_held_back_can_be_computed_from_the_figures_that_are_shown(
    many: StudyHere, measure: str, shape: dict[str, tuple[str, ...]]
) -> None:
    """What a reader of the published table has: its cells, sums and uniques, of a table that they know to be counts."""
    result = publish(many, 4, measure=measure, **shape)
    whole = whole_table(many, result)
    hidden = frozenset(
        (r, c)
        for r, row in enumerate(result.matrix.rows)
        for c, column in enumerate(result.matrix.columns)
        if result.matrix.cells[row, column].zero == HELD_BACK
    )
    assert hidden or len(result.held) > 1 or shape != {"columns": ("code",)}
    known = intervals(whole, hidden)
    assert all(most - least >= 1 - 1e-6 for least, most in known.values())
    assert not exactly(whole, hidden)


def whole_table(study: StudyHere, result: Published) -> Counts:
    """The excerpts of each cell as they are, and the most that the shown unique counts let them be."""
    opened = study.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded = states(opened.study, material)
    found = coded_excerpts(opened.study, material, folded)
    measure = MEASURES[result.matrix.request.measure]
    counted = "excerpts" if measure.of in ("row", "column") or measure.wordy else result.matrix.request.measure
    matrix = theme_matrix(opened.study, material, folded, found, replace(result.matrix.request, measure=counted))
    timed = measure.of == "hours"

    def figure(row: str, column: str) -> int:
        cell = matrix.cells[row, column]
        return sum(found[n].anchor.start is not None for n in cell.excerpts) if timed else int(cell.value)

    counts = np.array([[figure(row, column) for column in matrix.columns] for row in matrix.rows])
    if timed:
        most = np.full(counts.shape, counts.sum())
    else:
        most = np.array([[min(matrix.uniques.get((row, None), 0), matrix.uniques.get((None, column), 0))
                          for column in matrix.columns] for row in matrix.rows])  # fmt: skip
    return Counts(counts, counts, most, np.full(counts.shape, True))


@pytest.mark.parametrize("suffix", MATRIX_FORMATS)
@pytest.mark.parametrize("measure", ["excerpts", "quotes", "summary"])
def test_no_file_names_anybody_or_anything_that_leads_to_them(many: StudyHere, measure: str, suffix: str) -> None:
    for coder in ("anna", "xenofon"):
        assert many.run("summary", "Huddinge", "id", "--text", f"Sammanfattat {len(coder)}", "--coder", coder).code == 0
    many.write("withheld.txt", "# namn\n" + "\n".join([*SECRET, "xenofon"]))
    file = many.root / "exports" / f"p{suffix}"
    done = many.run("matrix", "--publish", "--measure", measure, "--with-quotes", "--to", str(file))
    assert done.code == 0, done.text
    content = file.read_bytes()
    assert words_found(content, [*SECRET, "xenofon", "anna", "s0001", "Nynäshamn 1"]) == []
    assert words_found(content, ["Huddinge", "För publicering"]) == ["Huddinge", "För publicering"]
    assert words_found(content, ["personuppgifter"]) == []
    if measure == "summary":
        assert words_found(content, ["Sammanfattat 4", "Sammanfattat 7"]) == ["Sammanfattat 4", "Sammanfattat 7"]
    if measure == "quotes" or suffix == ".xlsx":
        assert words_found(content, ["BankID och papper 1 Huddinge", "Hud1"]) == [
            "BankID och papper 1 Huddinge",
            "Hud1",
        ]
    many.run("matrix", "--to", str(file))
    assert bool(words_found(file.read_bytes(), ["personuppgifter"])) == (suffix != ".csv")


def test_excerpts_are_listed_only_where_asked_for_and_only_of_cells_that_are_shown(many: StudyHere) -> None:
    assert not publish(many, columns=("code",)).excerpts
    result = publish(many, columns=("code",), with_quotes=True)
    cell = result.matrix.cells["0126", "id.bankid"]
    assert len(cell.excerpts) == len(result.matrix.cells["0136", "id.bankid"].excerpts) + 2 == 8
    assert {code for one in result.excerpts for code in one.codes} == {"id.bankid"}
    assert {one.source.title for one in result.excerpts} == {""}
    assert not result.matrix.cells["0136", "id.losen"].excerpts


def test_a_word_that_must_not_be_in_it_stops_all_files(many: StudyHere) -> None:
    many.write("withheld.txt", "papper 1 Huddinge\n")
    file = many.root / "exports" / "p"
    written = ("--to", f"{file}.csv", "--to", f"{file}.xlsx")
    done = many.run("matrix", "--publish", "--with-quotes", *written)
    assert done.code == 1 and "it would hold papper 1 Huddinge" in done.err
    assert not list((many.root / "exports").iterdir())
    assert many.run("matrix", "--publish", *written).code == 0  # figures alone do not hold it


@pytest.mark.parametrize(
    ("text", "found"),
    [("Anna sade", True), ("ANNAS bok", True), ("Annat", False), ("Johanna", False), ("<b>An</b>na", True),
     ("<t>Anna</t><t>n</t>", True), ("&#65;nna", True), ("anna:s", True), ("A\u030anna", False),
     (r'<script type="application/json">["sade hon.\nAnna svarade"]</script>', True), (r'["\u003cAnna\u003e"]', True),
     ('<td title="Anna">', True), ("<anna>", False), ('<cfvo type="anna"/>', False), ("<style>anna</style>", False),
     ("<style:a>Anna</style:a>", True), ("1 < Anna > 2", True), ("An\xadna", True),
     ("rad<br>Anna<br>", True)],
)  # fmt: skip
def test_a_word_is_found_however_it_is_written(text: str, found: bool) -> None:
    assert words_found(text.encode("utf-8"), ["Anna"]) == (["Anna"] if found else [])


def test_a_list_of_words_has_one_a_line() -> None:
    assert words_in_list("# namn\nAnna  Ek\n\n Bo # chef\nAnna Ek\n") == ["Anna Ek", "Bo"]
    assert words_found(b"hej Anna\n  Ek", ["Anna Ek"]) == ["Anna Ek"]
    assert words_found("A\u030asa O’Brien, Åsas".encode(), ["Åsa", "O'Brien"]) == ["Åsa", "O'Brien"]


def test_what_was_held_back_is_told_to_those_who_publish_and_the_rule_to_readers(many: StudyHere) -> None:
    file = many.root / "exports" / "p.csv"
    done = many.run("matrix", "--publish", "--columns", "code", "--to", str(file))
    assert "rows left out (few people, or it could be computed): Nynäshamn" in done.out
    assert "cells held back (few people): Haninge: Lösenord" in done.out
    assert "× held back" in done.out
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig")), delimiter=";"))
    assert rows[2][3:5] == ["visas inte"] * 2 and any("1 till 4 personer" in cell for row in rows for cell in row)
    assert "Nynäshamn" not in file.read_text("utf-8-sig")


def test_what_cannot_be_published_is_refused(many: StudyHere) -> None:
    with pytest.raises(QualkitError, match="protects nobody"):
        publish(many, 2)
    with pytest.raises(QualkitError, match="no row and column has 99 people"):
        publish(many, 99)
    for by, name in (
        ("source", "source"),
        ("participant", "participant"),
        ("source.title", "title"),
        ("TITEL", "title"),
    ):
        assert f"rows by {name} cannot be published" in many.run("matrix", "--publish", "--by", by).err
    assert "cannot be published" in many.run("matrix", "--publish", "--by", "källa").err


def test_a_difference_with_a_cell_that_is_held_back_is_not_shown(many: StudyHere) -> None:
    done = many.run("matrix", "--publish", "--columns", "code", "--difference", "municipality = Huddinge",
                    "municipality = Haninge")  # fmt: skip
    assert done.code == 0, done.text
    line = next(line for line in done.out.splitlines() if line.startswith("difference"))
    assert line.split() == ["difference", "+2"]


def test_the_same_study_gives_the_same_file(many: StudyHere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    files = [many.root / "exports" / name for name in ("a.xlsx", "b.xlsx")]
    for file in files:
        assert many.run("matrix", "--publish", "--to", str(file)).code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert openpyxl.load_workbook(files[0]).sheetnames == ["Matris", "Kodbok", "Metod"]


FILTER = ("--coder", "anna", "--where", 'coder = anna and not title = "Titel med Annika 2"')


@pytest.mark.parametrize("suffix", [*MATRIX_FORMATS, ".svg", "report.html"])
def test_what_was_asked_for_names_nobody_either(many: StudyHere, suffix: str) -> None:
    file = many.root / "exports" / f"p{suffix}"
    done = many.run("report" if suffix == "report.html" else "matrix", "--publish", *FILTER, "--to", str(file))
    assert done.code == 0, done.text
    assert words_found(file.read_bytes(), ["anna", "Titel med Annika"]) == []
    assert words_found(file.read_bytes(), ["ett urval av personer"]) == ["ett urval av personer"]
    many.run("matrix", "--publish", "--where", 'kind = interview or kind = "focus group"', "--to", f"{file}.md")
    assert "focus group" in (many.root / "exports" / f"p{suffix}.md").read_text("utf-8")


def test_words_are_looked_for_in_a_picture_that_only_people_can_read(many: StudyHere) -> None:
    many.write("withheld.txt", "Huddinge\n")
    file = many.root / "exports" / "p.png"
    for command in (("matrix",), ("report", "--picture", "heatmap")):
        done = many.run(*command, "--publish", "--to", str(file))
        assert done.code == 1 and "it would hold Huddinge" in done.err and not file.exists()


@pytest.mark.parametrize("suffix", MATRIX_FORMATS)
def test_names_that_formats_use_themselves_are_no_names(many: StudyHere, suffix: str) -> None:
    many.write("withheld.txt", "Max\nLi\nMark\nBo\n")
    file = many.root / "exports" / f"p{suffix}"
    assert many.run("matrix", "--publish", "--with-quotes", "--to", str(file)).code == 0
    assert many.run("report", "--publish", "--with-quotes").code == 0


def test_groups_of_which_one_less_the_other_is_somebody_are_refused(many: StudyHere) -> None:
    """Seven and six people may be shown; fifteen less thirteen are two."""
    all_, but = "kind = 'focus group'", "municipality in (Huddinge, Haninge)"
    done = many.run("matrix", "--publish", "--difference", all_, but)
    assert done.code == 1 and "people in common" in done.err
    done = many.run("matrix", "--publish", "--difference", "source = fg1", "source = intervju-med-annika")
    assert "rows by source cannot be published" in done.err


def test_summaries_of_whole_cells_are_not_published_beside_a_part_of_them(many: StudyHere) -> None:
    """A web page alone has nobody behind it; the summary of its cell tells of two people."""
    many.run("summary", "Haninge", "id.losen", "--text", "Två personer berättar.")
    asked = ("matrix", "--publish", "--columns", "code", "--measure", "summary")
    for more in (("--where", "kind = 'web page'"), ("--kind", "need"), ("--coder", "anna"), ("--moderator",)):
        done = many.run(*asked, *more)
        assert done.code == 1 and "summaries are of whole cells" in done.err, done.text
    assert "Två personer" not in many.run(*asked).text


def test_a_summary_of_excerpts_that_are_gone_is_not_published(many: StudyHere) -> None:
    many.run("summary", "Haninge", "id.losen", "--text", "Två personer berättar.")
    acts = read_material(many.open().folder, many.open().study.sources)[0].acts
    for source in ("fg1", "wb"):
        gone = [act for act in acts[source] if act.code == "id.losen"]
        many.act(source, *(Act("", "", "anna", "remove", target=act.id) for act in gone))
    asked = ("matrix", "--columns", "code", "--measure", "summary")
    assert "Två personer" in many.run(*asked).text and "Två personer" not in many.run(*asked, "--publish").text


@pytest.mark.parametrize("measure", ["excerpts", "quotes"])
def test_words_of_people_who_are_left_out_are_not_shown_where_others_speak_with_them(
    many: StudyHere, measure: str
) -> None:
    """Somebody of a row that is left out speaks in an excerpt that counts for a row that is shown."""
    people = many.root / "transcripts" / "participants.csv"
    text = people.read_text("utf-8")
    people.write_text(text.replace("fg1;S6;Han6;participant;", "fg1;S6;Han6;participant;Nynäshamn"), "utf-8")
    code(many, "fg1", "id.bankid", 4, 5)
    many.act("fg1", Act("", "", "anna", "finish"))
    result = publish(many, 5, measure=measure, with_quotes=True)
    row = next(row for row, name in result.matrix.rows.items() if name == "Haninge")
    cells = [result.matrix.cells[row, column] for column in result.matrix.columns]
    assert not [one for one in result.excerpts if "papper 6 Haninge" in one.anchor.quote]
    assert not [words for cell in cells for words in cell.quotes if "papper 6 Haninge" in words]
    assert (SMALL_ROW, "Nynäshamn") in [(one.what, one.row) for one in result.held]
    whole = next(cell for cell in cells if cell.excerpts)
    assert whole.value == len(whole.excerpts) + 1  # it is counted, for somebody speaks who may be shown


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_list_of_words_may_come_from_any_editor(many: StudyHere, encoding: str) -> None:
    many.write("withheld.txt", "Huddinge\r\n".encode(encoding))
    done = many.run("matrix", "--publish", "--to", str(many.root / "exports" / "p.csv"))
    assert done.code == 1 and not (many.root / "exports" / "p.csv").exists(), done.text


AWKWARD = (
    "Anna-Karin",
    "O'Brien",
    "a_b@c.se",
    "070-123 45 67",
    "Ek & Co",
    "<Bo>",
    'Nisse "Anna" Ek',
    "[Ulf]",
    "+46 70",
    "A|B",
)


@pytest.mark.parametrize("suffix", [*MATRIX_FORMATS, "report.html"])
def test_words_with_signs_that_a_format_writes_otherwise_are_found(many: StudyHere, suffix: str) -> None:
    lines = [f"S{one}: BankID, {', '.join(AWKWARD)}." for one in range(1, 8)]
    many.spoken("intervju-med-annika", *lines, "X: Annat.")
    for at in range(7):
        code(many, "intervju-med-annika", "id.bankid", at)
    many.write("withheld.txt", "\n".join(AWKWARD))
    asked = ("report",) if suffix == "report.html" else ("matrix", "--measure", "quotes")
    done = many.run(*asked, "--publish", "--with-quotes", "--to", str(many.root / "exports" / f"p{suffix}"))
    assert done.code == 1 and f"it would hold {', '.join(AWKWARD)}\n" in done.err
