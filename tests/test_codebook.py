"""The codebook: every problem with its line, all at once, and the two codebooks that ship."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.errors import Problem
from qualkit.model.codebook import Codebook
from qualkit.model.keyword import Term, Word, parse_keyword, words_in
from qualkit.store.codebooks import parse_codebook, read_codebook

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = [ROOT / "codebooks" / "digital-service.yaml", ROOT / "qualkit" / "data" / "codebook.yaml"]

HEAD = """\
title: Prov
themes:
  - id: t
    name: Tema
    codes:
      - id: t.a
        name: A
        definition: Första.
"""  # a line added to it is line 9


def read(text: str) -> tuple[Codebook, list[Problem]]:
    return parse_codebook(text, "codebooks/prov.yaml")


def told(text: str) -> list[tuple[int, str]]:
    return [(int(problem.where.removeprefix("codebooks/prov.yaml:")), problem.message) for problem in read(text)[1]]


def only(text: str) -> tuple[int, Problem]:
    (problem,) = read(text)[1]
    return int(problem.where.removeprefix("codebooks/prov.yaml:")), problem


def test_a_sound_codebook_has_no_problems_and_keeps_its_order() -> None:
    codebook, problems = read(HEAD + "      - id: t.b\n        name: B\n        definition: Andra.\n")
    assert problems == []
    assert (codebook.title, codebook.language, codebook.version) == ("Prov", "sv", "1")
    assert list(codebook.codes) == ["t.a", "t.b"]
    assert codebook.codes["t.b"].theme == "t"


def test_everything_a_code_can_say() -> None:
    codebook, problems = read(
        HEAD
        + """\
        name_en: The A
        kind: need
        include: x
        exclude: y
        examples: ["Ja, tack.", Nej]
        keywords: ["bankid*", cv, "söka jobb"]
        shortcut: å
        colour: "#00Aa9f"
        note: free
        references: [S1]
questions:
  - {id: q, text: "Hur, då?", themes: [t]}
"""
    )
    code = codebook.codes["t.a"]
    assert problems == []
    assert (code.names, code.kind, code.include, code.exclude) == ({"en": "The A"}, "need", "x", "y")
    assert code.examples == ("Ja, tack.", "Nej")
    assert [keyword.text for keyword in code.keywords] == ["bankid*", "cv", "söka jobb"]
    assert (code.shortcut, code.colour) == ("å", "#00Aa9f")
    assert codebook.questions_about("t") == codebook.questions
    assert codebook.questions[0].text == "Hur, då?"


@pytest.mark.parametrize("value", ["0140", "no", "on", "yes", "1.10", "2026-03-01", "0x1F", "1_000", ".5", "12:30:00"])
def test_values_are_the_text_that_was_written(value: str) -> None:
    text = HEAD.replace("name: A", f"name: {value}").replace("id: t.a", f"id: {value.replace(':', '.').lstrip('.')}")
    codebook, problems = read(text + f"        examples: [{value}]\n        keywords: [x]\n")
    (code,) = codebook.codes.values()
    assert problems == []
    assert (code.name, code.id, code.examples) == (value, value.replace(":", ".").lstrip("."), (value,))


def test_letters_written_as_two_characters_are_made_one() -> None:
    codebook, _ = read(HEAD.replace("name: A", "name: La\u030as") + '        keywords: ["la\u030as*"]\n')
    assert codebook.codes["t.a"].name == "Lås"
    assert codebook.codes["t.a"].keywords[0].term == Term(((Word("lås", prefix=True),),))


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("        keyword: [a]", "code 't.a' has the unknown key 'keyword'", "did you mean 'keywords'?"),
        ("        xyz: a", "code 't.a' has the unknown key 'xyz'", "known here: id"),
        ("        name_svenska: a", "unknown key 'name_svenska'", ""),
        ("        name: B", "a code has 'name' twice", "delete one"),
        ("        kind: behov", "unknown kind 'behov'", "one of: need, question"),
        ('        colour: "red"', "'red' is no colour", "#0072B2"),
        ('        colour: "#fff"', "'#fff' is no colour", "#0072B2"),
        ("        shortcut: ab", "shortcut 'ab' is not one letter or digit", ""),
        ('        shortcut: "+"', "shortcut '+' is not one letter or digit", ""),
        ('        keywords: ["+++"]', "the keyword '+++' can never match", "README"),
        ('        keywords: ["*"]', "the keyword '*' can never match: a star needs", ""),
        ('        keywords: ["bank*id"]', "the star must stand at the beginning or the end", ""),
        ('        keywords: ["bankid NOT bank*"]', "can never match: what stands behind NOT shuts out all", "README"),
        ('        keywords: ["bankid,"]', "is not one word", ""),
        ('        keywords: [""]', "can never match: it is empty", ""),
        ("        keywords: {a: b}", "'keywords' must be a list", "dash"),
        ("        include: [a, b]", "'include' must be text", "quotes"),
        ("        examples: [{a: b}]", "'examples' must be a list of texts", "colon"),
    ],
)
def test_what_can_be_wrong_in_a_code_at_its_line(line: str, message: str, hint: str) -> None:
    where, problem = only(HEAD + line + "\n")
    assert where == 9
    assert message in problem.message and hint in problem.hint and not problem.warning


@pytest.mark.parametrize("line", ["keywords: [*dosa]", "keywords: [bankid, *dosa*]", "keywords: *dosa"])
def test_a_star_that_yaml_takes_for_its_own_says_so(line: str) -> None:
    where, problem = only(HEAD + f"        {line}\n")
    assert where == 9 and "a star at the beginning" in problem.message and '"*dosa"' in problem.hint


def test_a_near_that_yaml_cuts_at_its_commas_says_so() -> None:
    _, problems = read(HEAD + "        keywords: [NEAR(skriva, ut, 3)]\n")
    assert [problem.where.endswith(":9") for problem in problems] == [True, True]
    assert "'NEAR(skriva' can never match" in problems[0].message and "in quotes" in problems[0].message


def test_inflections_are_known_in_some_languages() -> None:
    for language, known in (("sv", True), ("en-GB", True), ("tlh", False)):
        text = f"language: {language}\n{HEAD}" + '        keywords: ["biljett+", "x"]\n'
        codebook, problems = read(text)
        assert len(codebook.codes["t.a"].keywords) == 1 + known and bool(problems) != known
    assert "inflections in 'tlh' are not known" in problems[0].message and problems[0].where.endswith(":10")


def test_a_problem_in_a_long_list_stands_at_its_own_line() -> None:
    assert only(HEAD + '        keywords:\n          - "a"\n          - "b"\n          - "c d !"\n')[0] == 12


def test_a_missing_definition() -> None:
    where, problem = only(HEAD.replace("        definition: Första.\n", ""))
    assert (where, problem.message) == (6, "code 't.a' has no definition")
    where, _ = only(HEAD.replace("definition: Första.", "definition:"))
    assert where == 6


def test_duplicate_ids_of_codes_themes_questions_and_shortcuts() -> None:
    text = (
        HEAD
        + """\
        shortcut: a
      - id: t.a
        name: B
        definition: x
      - id: t.c
        definition: x
        shortcut: a
  - id: t
    name: Igen
questions:
  - {id: q, text: x, themes: []}
  - {id: q, text: y, themes: []}
"""
    )
    codebook, _ = read(text)
    assert told(text) == [
        (10, "code 't.a' stands twice, first on line 6"),
        (15, "shortcut 'a' stands twice, first on line 9"),
        (16, "theme 't' stands twice, first on line 3"),
        (20, "question 'q' stands twice, first on line 19"),
    ]
    assert codebook.codes["t.a"].name == "A"
    assert codebook.codes["t.c"].shortcut == ""


def test_the_same_code_in_two_themes_stands_twice() -> None:
    text = HEAD + "  - id: u\n    codes:\n      - {id: t.a, definition: x}\n"
    assert told(text) == [(11, "code 't.a' stands twice, first on line 6")]


def test_an_id_with_a_space() -> None:
    where, problem = only(HEAD.replace("id: t.a", "id: t a b"))
    assert where == 6
    assert problem.hint.startswith("write 't-a-b'")


@pytest.mark.parametrize("id", ["a,b", '"-a"', '".a"', "_a", "a/b", "a:b"])
def test_other_ids_that_cannot_be(id: str) -> None:
    assert only(HEAD.replace("id: t.a", f"id: {id}"))[0] == 6


def test_a_code_a_theme_and_a_question_without_id() -> None:
    text = "themes:\n  - name: x\n  - id: t\n    codes:\n      - name: y\nquestions:\n  - text: z\n"
    assert told(text) == [(2, "this theme has no id"), (5, "this code has no id"), (7, "this question has no id")]


def test_an_unquoted_comma_that_makes_a_key() -> None:
    text = HEAD + "      - {id: t.b, name: Oro, skam, definition: x}\n"
    where, problem = only(text)
    assert (where, problem.message) == (9, "code 't.b' has the unknown key 'skam'")
    assert "comma" in problem.hint and "quotes" in problem.hint
    where, problem = only(HEAD + "      - {id: t.b, name: Oro, skam och rädsla, definition: x}\n")
    assert "comma" in problem.hint


def test_a_question_that_names_an_unknown_theme() -> None:
    text = HEAD + "questions:\n  - id: q\n    text: x\n    themes: [t, u]\n"
    codebook, _ = read(text)
    assert only(text)[0] == 12
    assert "unknown theme 'u'" in only(text)[1].message
    assert codebook.questions[0].themes == ("t",)


def test_questions_may_stand_above_the_themes() -> None:
    assert told("questions:\n  - {id: q, text: x, themes: [t]}\n" + HEAD) == []


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("title: x\nthemes:\n\t- id: a\n", 3, "tab"),
        ("title: x\nthemes:\n  - id: a\n\t  name: b\n", 4, "tab"),
        ("title: Ett: två\n", 1, "colon"),
        ('title: "x\nthemes: []\n', 3, "not readable"),
        ("- a\n- b\n", 1, "must be a list of `key: value` lines"),
        ("title: x\n", 1, "no themes"),
        ("themes: [a]\n", 1, "a theme must be"),
        ("title: a\ntitle: b\nthemes: [{id: t}]\n", 2, "'title' twice"),
        ("titel: a\nthemes: [{id: t}]\n", 1, "unknown key 'titel'"),
    ],
)
def test_what_can_be_wrong_with_the_file(text: str, line: int, word: str) -> None:
    where, problem = only(text)
    assert where == line
    assert word in problem.message


def test_an_empty_file_and_one_that_is_no_text_are_no_crash() -> None:
    assert read("")[0] == Codebook()
    assert [problem.message[:12] for problem in read("a\0b")[1]] == ["not readable"]


def test_several_problems_all_at_once_in_the_order_of_the_lines() -> None:
    text = (
        HEAD
        + """\
        kind: behov
        keywords: ["*", "+"]
        color: red
      - id: t b
        name: B
      - id: t.a
        definition: igen
questions:
  - {id: q, text: x, themes: [x]}
"""
    )
    lines = [line for line, _ in told(text)]
    assert sorted(lines) == [9, 10, 10, 11, 12, 12, 14, 17]


def test_a_question_without_text_or_without_themes() -> None:
    assert told(HEAD + "questions:\n  - id: q\n    themes: []\n") == [(10, "question 'q' has no text")]
    (problem,) = read(HEAD + "questions:\n  - id: q\n    text: x\n")[1]
    assert problem.warning and "does not say which themes it asks about" in problem.message


def test_a_theme_and_a_code_cannot_share_an_id() -> None:
    assert told(HEAD.replace("id: t.a", "id: t")) == [(6, "code 't' has the id of the theme on line 3")]


def test_a_keyword_twice_is_a_warning_and_counts_once() -> None:
    codebook, (problem,) = read(HEAD + '        keywords: [cv, "CV", "cv*"]\n')
    assert problem.warning
    assert [keyword.text for keyword in codebook.codes["t.a"].keywords] == ["cv", "cv*"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_shipped_codebooks_have_no_problems(path: Path) -> None:
    codebook, problems = read_codebook(path, path.name)
    assert problems == []
    assert codebook.themes and codebook.codes and codebook.questions


def test_the_size_of_the_studys_codebook() -> None:
    codebook, _ = read_codebook(SHIPPED[0], "x")
    assert (len(codebook.themes), len(codebook.codes)) == (10, 57)
    assert all(codebook.questions_about(theme.id) for theme in codebook.themes)
    assert len({theme.colour for theme in codebook.themes}) == 10


def test_every_keyword_of_the_studys_codebook_matches_something() -> None:
    from qualkit.coding.keywords import Keywords

    codebook, _ = read_codebook(SHIPPED[0], "x")
    keywords = Keywords(codebook)
    for code in codebook.codes.values():
        assert code.keywords, code.id
        for keyword in code.keywords:
            (phrase,) = keyword.term.phrases
            said = "Jag vill " + " ".join(word.text + "en" * word.prefix for word in phrase).upper() + ", tack."
            assert (code.id, keyword.text) in {(hit.id, met.text) for hit, met, _, _ in keywords.hits(said)}, said


def test_every_example_of_the_studys_codebook_is_text() -> None:
    codebook, _ = read_codebook(SHIPPED[0], "x")
    assert all(len(list(words_in(example))) > 2 for code in codebook.codes.values() for example in code.examples)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_reading_crash(text: str) -> None:
    for whole in (text, HEAD + "        include: " + text, HEAD.replace("t.a", text)):
        codebook, problems = read(whole)
        assert isinstance(codebook, Codebook) and all(problem.where and problem.message for problem in problems)


def test_a_keyword_keeps_what_was_written_for_the_screen() -> None:
    assert parse_keyword('  "Söka jobb" ').text == '"Söka jobb"'
