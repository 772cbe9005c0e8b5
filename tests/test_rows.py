"""Rows of the three tables become nouns, with every problem at its line."""

from __future__ import annotations

import pytest

from qualkit.errors import Problem
from tests.conftest import StudyHere


def problems(study: StudyHere) -> list[tuple[str, str, str]]:
    return [(p.where, p.message, p.hint) for p in study.open().problems]


def only(study: StudyHere) -> Problem:
    (problem,) = study.open().problems
    return problem


def cases_of(study: StudyHere) -> dict[str, tuple[str, ...]]:
    return {source.id: source.cases for source in study.open().study.sources}


@pytest.mark.parametrize("written", ["Haninge", "haninge", "HANINGE", "Haninge kommun", "0136", " Haninge "])
def test_a_municipality_by_name_official_name_and_code(study: StudyHere, written: str) -> None:
    study.sources(f"a;A;interview;{written};;;;")
    assert cases_of(study) == {"a": ("0136",)}
    assert problems(study) == []


@pytest.mark.parametrize("written", ["Stockholm", "stockholms stad", "Stockholms kommun", "0180"])
def test_a_city_by_either_official_name(study: StudyHere, written: str) -> None:
    study.cases(f"{written};", headings="namn;skr")
    assert [(case.id, case.name) for case in study.open().study.cases] == [("0180", written)]
    assert problems(study) == []


def test_letters_written_as_two_characters_are_the_same_name(study: StudyHere) -> None:
    study.sources("a;A;interview;Nyna\u0308shamn;;;;")
    assert cases_of(study) == {"a": ("0192",)}


def test_a_dropped_zero_gets_the_hint(study: StudyHere) -> None:
    study.sources("a;A;interview;140;;;;")
    assert problems(study) == [
        (
            "transcripts/sources.csv:2",
            "unknown municipality '140'",
            "a spreadsheet dropped the zero: write 0140, in a column formatted as text",
        )
    ]
    assert cases_of(study) == {"a": ()}


def test_a_dropped_zero_in_cases_is_forgiven_beside_the_name_and_told_without_it(study: StudyHere) -> None:
    study.cases("140;Nykvarn", "136;", "999;Gnesta", "136;Huddinge")
    opened = study.open()
    assert (opened.study.cases[0].id, opened.study.cases[0].name) == ("0140", "Nykvarn")
    found = {p.where: p for p in opened.problems}
    assert list(found) == [f"codebooks/cases.csv:{line}" for line in (3, 4, 5)]
    assert "0136" in found["codebooks/cases.csv:3"].hint
    assert "999" in found["codebooks/cases.csv:4"].message and "Gnesta" in found["codebooks/cases.csv:4"].message
    assert "136" in found["codebooks/cases.csv:5"].message and "Huddinge" in found["codebooks/cases.csv:5"].message


def test_a_misspelt_name_gets_the_nearest(study: StudyHere) -> None:
    study.sources("a;A;interview;Hanninge;;;;", "b;B;interview;Xyzzy;;;;")
    first, second = study.open().problems
    assert first.where == "transcripts/sources.csv:2" and "did you mean Haninge" in first.hint
    assert second.hint == "use a name or code of codebooks/cases.csv"


def test_a_municipality_outside_the_study(study: StudyHere) -> None:
    study.sources("a;A;interview;Åre;;;;")
    problem = only(study)
    assert problem.message == "Åre is not among the cases of this study"
    assert problem.hint == "add a row to codebooks/cases.csv for code 2321 and name Åre"


@pytest.mark.parametrize("cell", ["Haninge, Huddinge", "Haninge| 0126", '"Haninge; Huddinge"', '"Haninge\nHuddinge"'])
def test_several_municipalities_in_a_cell(study: StudyHere, cell: str) -> None:
    study.sources(f"a;A;interview;{cell};;;;")
    assert cases_of(study) == {"a": ("0136", "0126")}


def test_the_same_municipality_twice_counts_once_and_one_bad_name_leaves_the_others(study: StudyHere) -> None:
    study.sources("a;A;interview;Haninge, 0136, Haninge kommun;;;;", "b;B;interview;Huddinge, Nowhere;;;;")
    assert cases_of(study) == {"a": ("0136",), "b": ("0126",)}
    assert only(study).message == "unknown municipality 'Nowhere'"


def test_two_sources_with_one_id_even_in_capitals(study: StudyHere) -> None:
    study.sources("a;A;interview;;;;;", "b;B;interview;;;;;", "A;C;interview;;;;;", "a;D;interview;;;;;")
    assert [source.title for source in study.open().study.sources] == ["A", "B"]
    assert [where for where, _, _ in problems(study)] == ["transcripts/sources.csv:4", "transcripts/sources.csv:5"]
    assert all("first on line 2" in message for _, message, _ in problems(study))


@pytest.mark.parametrize("id", ["", "a b", "a.b", "a/b", "..", "-", "con", "NUL", "lpt1", "a\\b", "*"])
def test_an_id_that_cannot_be_a_file_name(study: StudyHere, id: str) -> None:
    study.sources(f"{id};A;interview;;;;;")
    assert study.open().study.sources == ()
    assert only(study).where == "transcripts/sources.csv:2"


@pytest.mark.parametrize("id", ["a", "å-1", "2026_03", "intervju-asa-1", "contact"])
def test_an_id_that_can(study: StudyHere, id: str) -> None:
    study.sources(f"{id};A;interview;;;;;")
    assert [source.id for source in study.open().study.sources] == [id]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Intervju", "interview"), ("FOKUSGRUPP", "focus group"), ("Focus Group", "focus group"),
        ("studiebesök", "study visit"), ("webbsida", "web page"), ("dokument", "document"), ("", "document"),
    ],
)  # fmt: skip
def test_kinds_in_either_language(study: StudyHere, written: str, kind: str) -> None:
    study.sources(f"a;A;{written};;;;;")
    assert study.open().study.sources[0].kind == kind
    assert problems(study) == []


def test_a_kind_left_out_is_guessed_and_an_unknown_one_told(study: StudyHere) -> None:
    study.sources("a;A;;;;;audio\\ljud.m4a;", "b;B;samtal;;;;;")
    first, second = study.open().study.sources
    assert (first.kind, first.recording, second.kind) == ("interview", ("audio/ljud.m4a",), "document")
    assert "unknown kind 'samtal'" in only(study).message and "focus group" in only(study).hint


@pytest.mark.parametrize(
    ("cell", "asked"),
    [("", ()), ("q-id", ("q-id",)), ("q-id, q-annat", ("q-id", "q-annat")), ("q-annat q-id,", ("q-annat", "q-id"))],
)
def test_asked(study: StudyHere, cell: str, asked: tuple[str, ...]) -> None:
    study.sources(f"a;A;interview;;;;;{cell}")
    assert study.open().study.sources[0].asked == asked
    assert problems(study) == []


def test_asked_names_a_question_that_is_not_there(study: StudyHere) -> None:
    study.sources("a;A;interview;;;;;q-id q-nej")
    assert only(study).where == "transcripts/sources.csv:2"
    assert "'q-nej'" in only(study).message and "q-id, q-annat" in only(study).hint


@pytest.mark.parametrize("day", ["1 mars 2026", "2026-02-30", "2026-3-1", "01/03/2026", "2026"])
def test_a_bad_date_is_kept_and_told(study: StudyHere, day: str) -> None:
    study.sources(f"a;A;interview;;{day};;;")
    assert study.open().study.sources[0].date == day
    assert only(study).message == f"'{day}' is no date"


def test_a_good_date(study: StudyHere) -> None:
    study.sources("a;A;interview;;2026-03-01;;;")
    assert problems(study) == []


def test_own_columns_become_variables_under_their_own_names(study: StudyHere) -> None:
    study.sources("a;x;0140;ja", headings="id;Omgång;Kod;har IT-hjälp")
    assert study.open().study.sources[0].variables == {"Omgång": "x", "code": "0140", "har IT-hjälp": "ja"}
    study.cases("0136;Haninge;A2", headings="Kommunkod;Namn;skr_group")
    case = study.open().study.cases[0]
    assert (case.id, case.name, case.variables) == ("0136", "Haninge", {"skr_group": "A2"})


def test_participants_in_either_language(study: StudyHere) -> None:
    study.sources("a;A;interview;;;;;")
    study.participants(
        "a;S1;Samtalsledaren;Samtalsledare;;", "a;S2;Bo;deltagare;Haninge kommun;70", "a;S3;;;;",
        headings="Källa;Talare;Deltagare;Roll;Kommun;Ålder",
    )  # fmt: skip
    first, second, third = study.open().study.participants
    assert (first.moderator, first.case, first.id) == (True, None, "Samtalsledaren")
    assert (second.moderator, second.case, second.variables) == (False, "0136", {"Ålder": "70"})
    assert (third.id, third.role) == ("a/S3", "participant")
    assert problems(study) == []


def test_what_can_be_wrong_with_participants_all_at_once(study: StudyHere) -> None:
    study.sources("a;A;interview;;;;;")
    study.participants("a;S1;P1;chef;;", "a;S1;P2;;;", "b;S1;P3;;;", "a;;P4;;;", "a;S2;P5;;0140;", "a;S3;P6;;Gnäst;")
    assert [(where.rpartition(":")[2], message) for where, message, _ in problems(study)] == [
        ("2", "unknown role 'chef'"),
        ("3", "speaker S1 of 'a' stands twice, first on line 2"),
        ("4", "there is no source 'b'"),
        ("5", "this row names no speaker"),
        ("6", "Nykvarn is not among the cases of this study"),
        ("7", "unknown municipality 'Gnäst'"),
    ]
    assert [person.id for person in study.open().study.participants] == ["P1", "P5", "P6"]


def test_cases_that_stand_twice_or_contradict_themselves(study: StudyHere) -> None:
    study.cases("0126;Huddinge", "0126;Huddinge kommun", "0136;Nynäshamn", ";Botkyrka", ";;x", "9999;Nowhere")
    assert [(where.rpartition(":")[2], message) for where, message, _ in problems(study)] == [
        ("6", "this row has 3 cells, the first row has 2 headings"),
        ("3", "Huddinge kommun stands twice"),
        ("4", "code 0136 is not 'Nynäshamn': 0136 is Haninge"),
        ("6", "unknown municipality ''"),
        ("7", "unknown municipality '9999'"),
    ]
    assert [case.id for case in study.open().study.cases] == ["0126", "0136", "0127"]


@pytest.mark.parametrize(
    ("unit", "column"), [("library", "library"), ("bibliotek", "Bibliotek"), ("Library", "LIBRARY")]
)
def test_another_case_unit(study: StudyHere, unit: str, column: str) -> None:
    study.write("qualkit.yaml", f"codebook: codebooks/codebook.yaml\ncase: {unit}\n")
    study.cases("hb;Huvudbiblioteket", "f1;Filialen", headings="id;name")
    study.sources("a;A;interview;hb, filialen;Haninge", headings=f"id;title;kind;{column};municipality")
    study.participants("a;S1;P1;F1", headings=f"source;speaker;participant;{column}")
    opened = study.open()
    assert opened.problems == ()
    assert opened.study.sources[0].cases == ("hb", "f1")
    assert opened.study.participants[0].case == "f1"
    assert opened.study.sources[0].variables == {"municipality": "Haninge"}


def test_another_case_unit_knows_no_register(study: StudyHere) -> None:
    study.write("qualkit.yaml", "codebook: codebooks/codebook.yaml\ncase: library\n")
    study.cases("hb;Biblioteket", "f1;Biblioteket", headings="id;name")
    study.sources("a;A;interview;Haninge", headings="id;title;kind;library")
    assert [(where, message) for where, message, _ in problems(study)] == [
        ("codebooks/cases.csv:3", "Biblioteket stands twice"),
        ("transcripts/sources.csv:2", "unknown library 'Haninge'"),
    ]


def test_region_gotland_is_a_municipality_too(study: StudyHere) -> None:
    study.cases("Region Gotland", headings="namn")
    assert [case.id for case in study.open().study.cases] == ["0980"]


def test_the_case_unit_in_swedish_is_the_municipality(study: StudyHere) -> None:
    study.write("qualkit.yaml", "codebook: codebooks/codebook.yaml\ncase: kommun\n")
    study.sources("a;A;interview;Haninge;;;;")
    assert cases_of(study) == {"a": ("0136",)}
    assert problems(study) == []
