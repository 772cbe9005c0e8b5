"""Case attribution, rule by rule (DESIGN section 6), and the four zeros; expected tables are written by hand."""

from __future__ import annotations

import csv
import io

import pytest

from qualkit.analysis.excerpts import Excerpt, coded_excerpts, states
from qualkit.analysis.matrix import Matrix, MatrixRequest, theme_matrix
from qualkit.coding.anchor import make_anchor
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.store.material import read_material
from qualkit.store.project import Folder
from tests.conftest import StudyHere


def code(study: StudyHere, source: str, code: str, first: int, last: int | None = None, coder: str = "anna") -> None:
    """Code whole segments, by position, as a person would."""
    transcript = study.transcript(source)
    last = first if last is None else last
    anchor = make_anchor(transcript, first, 0, last, len(transcript.segments[last].text))
    study.act(source, Act("", "", coder, "code", anchor=anchor, code=code), coder=coder)


def finish(study: StudyHere, *sources: str) -> None:
    for source in sources:
        study.act(source, Act("", "", "anna", "finish"))


def matrix(study: StudyHere, **request: object) -> tuple[Matrix, list[Excerpt]]:
    opened = study.open()
    assert not opened.problems
    material, problems = read_material(Folder(study.root), opened.study.sources)
    assert not problems
    folded = states(opened.study, material)
    found = coded_excerpts(opened.study, material, folded)
    return theme_matrix(opened.study, material, folded, found, MatrixRequest(**request)), found  # type: ignore[arg-type]


def shown(result: Matrix) -> dict[str, list[str]]:
    return {name: [result.cells[row, c].text for c in result.columns] for row, name in result.rows.items()}


@pytest.fixture
def focus(study: StudyHere) -> StudyHere:
    """A focus group in Huddinge: a moderator, one from Huddinge, one from Haninge, one without a municipality."""
    study.sources("fg;Fokusgrupp;focus group;Huddinge;2026-01-01;sv;;")
    study.participants(
        "fg;S1;M1;moderator;", "fg;S2;P1;participant;Huddinge", "fg;S3;P2;deltagare;0136", "fg;S4;P3;participant;"
    )
    study.spoken(
        "fg",
        "S1: Hur går det med BankID?",
        "S2: Det är svårt.",
        "S3: Mycket svårt hos oss.",
        "S4: Vi hjälper alla.",
        "S9: Jag kom sent.",
    )
    return study


def test_a_speakers_case_is_the_participants_and_without_one_the_sources(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 1)  # Huddinge
    code(focus, "fg", "id.bankid", 2)  # Haninge
    code(focus, "fg", "id.bankid", 3)  # no municipality: the source's, Huddinge
    code(focus, "fg", "ut.skriva", 4)  # a speaker without a row: the source's, Huddinge
    finish(focus, "fg")
    result, _ = matrix(focus)
    assert shown(result) == {"Huddinge": ["2", "1"], "Haninge": ["1", "0"], "Nynäshamn": ["–", "–"]}


def test_an_excerpt_counts_once_for_each_case_and_totals_say_so(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 0, 3)  # moderator, Huddinge, Haninge, Huddinge
    code(focus, "fg", "id.losen", 0, 3)  # the same words with another code of the same theme
    finish(focus, "fg")
    result, found = matrix(focus)
    assert len(found) == 1
    assert shown(result) == {"Huddinge": ["1", "0"], "Haninge": ["1", "0"], "Nynäshamn": ["–", "–"]}
    assert result.sums[None, "id"] == 2
    assert result.uniques[None, "id"] == 1
    assert (result.sums[None, None], result.uniques[None, None]) == (2, 1)
    by_code, _ = matrix(focus, columns=("code",))
    assert shown(by_code)["Huddinge"] == ["1", "1", "0"]
    assert (by_code.sums["0126", None], by_code.uniques["0126", None]) == (2, 1)


def test_a_moderator_alone_counts_only_when_asked_for_and_for_the_sources_case(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 0)
    finish(focus, "fg")
    without, _ = matrix(focus)
    assert shown(without) == {"Huddinge": ["0", "0"], "Haninge": ["0", "0"], "Nynäshamn": ["–", "–"]}
    with_moderator, _ = matrix(focus, moderator=True)
    assert shown(with_moderator) == {"Huddinge": ["1", "0"], "Haninge": ["0", "0"], "Nynäshamn": ["–", "–"]}


def test_moderators_words_are_left_out_of_a_mixed_excerpt(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 0, 1)
    finish(focus, "fg")
    result, _ = matrix(focus, measure="words")
    assert shown(result)["Huddinge"] == ["3", "0"]  # "Det är svårt."
    with_moderator, _ = matrix(focus, measure="words", moderator=True)
    assert shown(with_moderator)["Huddinge"] == ["3", "0"]


def test_a_document_of_several_municipalities_counts_for_each(study: StudyHere) -> None:
    study.sources("not;Besök;study visit;Huddinge, 0136;;;;")
    study.document("not", "BankID krånglar.\n\nInget mer.\n")
    code(study, "not", "id.bankid", 0)
    finish(study, "not")
    result, _ = matrix(study)
    assert shown(result) == {"Huddinge": ["1", "0"], "Haninge": ["1", "0"], "Nynäshamn": ["–", "–"]}
    assert (result.sums[None, None], result.uniques[None, None]) == (2, 1)
    people, _ = matrix(study, measure="participants")
    assert shown(people)["Huddinge"] == ["·", "0"]  # an excerpt is there, and nobody speaks in a document


def test_measures_by_hand(focus: StudyHere) -> None:
    focus.sources("fg;Fokusgrupp;focus group;Huddinge;2026-01-01;sv;;", "iv;Intervju;interview;Haninge;;sv;;")
    focus.participants(
        "fg;S1;M1;moderator;",
        "fg;S2;P1;participant;Huddinge",
        "fg;S3;P2;participant;0136",
        "fg;S4;P3;participant;",
        "iv;S1;P2;participant;Haninge",
    )
    focus.spoken("iv", "S1: BankID är svårt för många här.", "S1: Vi kan skriva ut.")
    for at in (1, 2, 3):
        code(focus, "fg", "id.bankid", at)
    code(focus, "iv", "id.bankid", 0)
    code(focus, "iv", "id.losen", 0)
    code(focus, "iv", "ut.skriva", 1)
    finish(focus, "fg", "iv")
    #                 Huddinge      Haninge       (id, ut)
    expected = {
        "excerpts": (["2", "0"], ["2", "1"]),
        "sources": (["1", "0"], ["2", "1"]),
        "participants": (["2", "0"], ["1", "1"]),  # Haninge: P2 speaks in both sources
        "words": (["6", "0"], ["10", "4"]),
        "presence": (["1", "0"], ["1", "1"]),
    }
    for measure, (huddinge, haninge) in expected.items():
        result, _ = matrix(focus, measure=measure)
        assert (shown(result)["Huddinge"], shown(result)["Haninge"]) == (huddinge, haninge), measure
    people, _ = matrix(focus, measure="participants")
    assert (people.sums["0136", None], people.uniques["0136", None]) == (2, 1)
    assert people.uniques[None, None] == 3


def test_two_coders_on_the_same_words_are_one_excerpt(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 1)
    code(focus, "fg", "id.bankid", 1, coder="bo")
    finish(focus, "fg")
    result, found = matrix(focus)
    assert shown(result)["Huddinge"] == ["1", "0"]
    assert {coding.coder for coding in found[0].codings} == {"anna", "bo"}


def test_the_four_zeros_in_their_order(study: StudyHere) -> None:
    """id has a guide question, ut has none. Rows: no text; open; finished, not asked; finished, asked."""
    study.cases("0126;Huddinge", "0136;Haninge", "0192;Nynäshamn", "0128;Salem", "0138;Tyresö")
    study.sources(
        "a;A;interview;Haninge;;;audio/a.wav;",  # no transcript yet
        "b;B;document;Nynäshamn;;;;q-annat",  # with text, not finished
        "c;C;document;Salem;;;;q-annat",  # finished, nothing about id was asked
        "d;D;document;Tyresö;;;;",  # finished, asked everything
    )
    for source in "bcd":
        study.document(source, "Ingenting här.\n")
    finish(study, "c", "d")
    result, _ = matrix(study)
    assert shown(result) == {
        "Huddinge": ["–", "–"],  # no source at all: no material
        "Haninge": ["–", "–"],  # a recording without a transcript: no material
        "Nynäshamn": ["…", "…"],  # not yet coded, before "not asked"
        "Salem": ["/", "0"],  # not asked about id; ut needs no question
        "Tyresö": ["0", "0"],  # not mentioned
    }


def test_one_asked_source_is_enough_and_one_unfinished_is_not(study: StudyHere) -> None:
    study.sources(
        "a;A;document;Huddinge;;;;q-annat",
        "b;B;document;Huddinge;;;;q-id",
        "c;C;document;Haninge;;;;",
        "e;E;document;0136;;;;",
    )
    for source in "abce":
        study.document(source, "Vi skriver ut.\n")
    code(study, "c", "ut.skriva", 0)
    finish(study, "a", "b", "c")
    result, _ = matrix(study)
    assert shown(result)["Huddinge"] == ["0", "0"]
    assert shown(result)["Haninge"] == ["…", "1…"]  # source e is open: the figure may grow
    assert result.sources["0136"] == (2, 2, 1)


def test_a_source_belongs_to_a_case_through_its_participants(focus: StudyHere) -> None:
    result, _ = matrix(focus)
    assert shown(result) == {"Huddinge": ["…", "…"], "Haninge": ["…", "…"], "Nynäshamn": ["–", "–"]}


def test_what_belongs_to_no_case_has_a_row_of_its_own(study: StudyHere) -> None:
    study.sources("x;X;document;;;;;")
    study.document("x", "BankID igen.\n")
    code(study, "x", "id.bankid", 0)
    result, _ = matrix(study)
    assert shown(result)["(no municipality)"] == ["1…", "…"]
    assert result.uniques[None, None] == 1


def test_rows_by_columns_of_cases_and_sources(focus: StudyHere) -> None:
    focus.cases("0126;Huddinge;A1", "0136;Haninge;A2", "0192;Nynäshamn;A2", headings="code;name;skr_group")
    focus.sources(
        "fg;Fokusgrupp;focus group;Huddinge;2026-01-01;sv;;;ute",
        headings="id;title;kind;municipality;date;language;recording;asked;Plats",
    )
    code(focus, "fg", "id.bankid", 1, 2)
    finish(focus, "fg")
    by_group, _ = matrix(focus, by=("skr_group",))
    assert shown(by_group) == {"A1": ["1", "0"], "A2": ["1", "0"]}
    assert by_group.uniques[None, "id"] == 1
    by_kind, _ = matrix(focus, by=("kind",))
    assert shown(by_kind) == {"focus group": ["1", "0"]}
    by_place, _ = matrix(focus, by=("Plats",), measure="words")
    assert shown(by_place) == {"ute": ["7", "0"]}
    with pytest.raises(QualkitError, match="no column 'väder'") as caught:
        matrix(focus, by=("väder",))
    assert "skr_group" in caught.value.hint


def test_kinds_choose_codes_and_leave_empty_themes_out(focus: StudyHere) -> None:
    code(focus, "fg", "id.losen", 1)
    finish(focus, "fg")
    questions, _ = matrix(focus, kinds=("question",))
    assert list(questions.columns) == ["id"]
    assert shown(questions)["Huddinge"] == ["1"]
    needs, _ = matrix(focus, kinds=("need",))
    assert shown(needs)["Huddinge"] == ["0", "0"]


def test_a_removed_or_undone_coding_does_not_count(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 1)
    code(focus, "fg", "id.bankid", 3)
    opened = focus.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    first, second = (act for act in material.acts["fg"] if act.act == "code")
    focus.act("fg", Act("", "", "anna", "remove", target=first.id), Act("", "", "anna", "undo", target=second.id))
    result, found = matrix(focus)
    assert found == [] and shown(result)["Huddinge"] == ["…", "…"]


def test_an_excerpt_whose_words_are_gone_is_left_out_and_named(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 1)
    focus.spoken("fg", "S1: Helt andra ord.", "S2: Allt är nytt.")
    opened = focus.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded = states(opened.study, material)
    found = coded_excerpts(opened.study, material, folded)
    assert [excerpt.uncertain for excerpt in found] == [True]
    result = theme_matrix(opened.study, material, folded, found, MatrixRequest())
    assert result.left_out == (0,) and result.uniques[None, None] == 0
    assert "not found again" in focus.run("check").out
    assert "1 excerpt uncertain" in focus.run("matrix").err


def test_a_finished_source_with_a_lost_excerpt_never_says_not_mentioned(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 1)
    code(focus, "fg", "id.bankid", 2)
    finish(focus, "fg")
    assert shown(matrix(focus)[0])["Huddinge"] == ["1", "0"]
    lines = ["S1: Hur går det med BankID?", "S2: Nej, tvärtom!", "S3: Mycket svårt hos oss.", "S4: Vi hjälper alla."]
    focus.spoken("fg", *lines)
    assert shown(matrix(focus)[0]) == {"Huddinge": ["…", "…"], "Haninge": ["1…", "…"], "Nynäshamn": ["–", "–"]}
    focus.run("matrix", "--to", str(focus.root / "exports" / "m.csv"))
    assert "utelämnade som osäkra;1" in (focus.root / "exports" / "m.csv").read_text("utf-8-sig")
    assert "words not found again, left out of figures: fg" in focus.run("status").out


def test_a_corrected_word_keeps_the_figure(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 2)
    finish(focus, "fg")
    path = focus.root / "transcripts" / "fg.vtt"
    path.write_text(path.read_text("utf-8").replace("Mycket svårt hos oss", "Mycket svart hos oss"), "utf-8")
    assert shown(matrix(focus)[0])["Haninge"] == ["1", "0"]


def test_finished_means_finished_by_the_coder_asked_for(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 1)
    code(focus, "fg", "ut.skriva", 1, coder="bo")
    finish(focus, "fg")
    assert shown(matrix(focus, coders=("anna",))[0])["Haninge"] == ["0", "0"]
    assert shown(matrix(focus, coders=("bo",))[0])["Haninge"] == ["…", "…"]
    assert shown(matrix(focus, statuses=("suggested",))[0])["Haninge"] == ["…", "…"]
    ran = focus.run("matrix", "--coder", "bosse")
    assert ran.code == 1 and "no coder is called 'bosse'" in ran.err and "anna, bo" in ran.err
    assert focus.run("matrix", "--status", "").code == 1


def test_a_source_without_a_case_stands_behind_the_row_of_none(focus: StudyHere) -> None:
    focus.cases("0126;Huddinge;A1", "0136;Haninge;A2", headings="code;name;skr_group")
    focus.sources("fg;Fokusgrupp;focus group;Huddinge;;;;", "x;X;document;;;;;")
    focus.document("x", "BankID igen.\n")
    code(focus, "x", "id.bankid", 0)
    finish(focus, "x")
    result, _ = matrix(focus, by=("skr_group",))
    assert shown(result)["(empty)"] == ["1", "0"]
    assert result.sources[""] == (1, 1, 1)


def test_totals_are_what_lies_behind_the_cells(focus: StudyHere) -> None:
    for at in range(1, 5):
        code(focus, "fg", "id.bankid", at)
        code(focus, "fg", "ut.skriva", 1, at)
    result, found = matrix(focus)
    everything = {n for cell in result.cells.values() for n in cell.excerpts}
    assert result.uniques[None, None] == len(everything) == len(found)
    for (row, column), cell in result.cells.items():
        assert cell.value == len(cell.excerpts)
        for n in cell.excerpts:
            assert row in found[n].cases
            assert column in {focus.open().study.codebook.codes[c].theme for c in found[n].codes}


def test_the_files_hold_the_same_figures(focus: StudyHere) -> None:
    code(focus, "fg", "id.bankid", 1, 2)
    finish(focus, "fg")
    done = focus.run("matrix", "--to", str(focus.root / "exports/m.csv"), "--to", str(focus.root / "exports/m.xlsx"))
    assert done.code == 0, done.text
    text = (focus.root / "exports/m.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
    material = ["källor", "med transkription", "färdiga", "deltagare", "timmar inspelat"]
    assert rows[0] == ["kod", "kommun", "Identitet", "Utskrift", "summa", "unika", *material]
    assert rows[1] == ["0126", "Huddinge", "1", "0", "1", "1", "1", "1", "1", "3", "0,00"]
    assert rows[3] == ["0192", "Nynäshamn", "inget material", "inget material", *["0"] * 6, "0,00"]
    assert rows[4] == ["", "summa", "2", "0", "2", *[""] * 6]
    assert rows[5] == ["", "unika", "1", "0", "", "1", *[""] * 5]
    focus.write("qualkit.yaml", "title: Prov\ncodebook: codebooks/codebook.yaml\nlanguage: en\ndelimiter: comma\n")
    assert focus.run("matrix", "--to", str(focus.root / "exports/m.csv")).code == 0
    english = (focus.root / "exports/m.csv").read_text("utf-8-sig").splitlines()
    assert english[0].startswith("code,municipality,Identitet,Utskrift,sum,unique,sources,with transcript,finished,")
    assert english[3] == "0192,Nynäshamn,no material,no material,0,0,0,0,0,0,0.00"
