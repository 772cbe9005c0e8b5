"""What `qualkit codebook check --fix` mends: what can mean only one thing, letter by letter, with a way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from qualkit.cli.main import app
from qualkit.errors import errors_of
from qualkit.store.codebook_mend import mended
from qualkit.store.codebooks import parse_codebook
from qualkit.store.schema import CODEBOOK_LINE, old_schemas, with_line
from tests.conftest import CODEBOOK, StudyHere

BOOKS = Path(__file__).with_name("codebooks")
ROOT = Path(__file__).resolve().parents[1]

HEAD = """\
# Min kodbok.
title:   Prov   # med avsikt
themes:
  - id: t
    name: 'Tema'

    # här börjar koderna
    codes:
      - id: t.a
        name: A
        definition: Första.
"""

SLIPS = {
    "colour without quotes": ("colour: #0072B2", 'colour: "#0072B2"'),
    "colour with a remark": ("colour: #0072B2   # blå", 'colour: "#0072B2"   # blå'),
    "colour without #": ("colour: 0072b2", 'colour: "#0072b2"'),
    "colour of three digits": ("colour: '#09f'", 'colour: "#0099ff"'),
    "lost colour of three": ("colour: #09f", 'colour: "#0099ff"'),
    "kind": ("kind: Need", "kind: need"),
    "kind in quotes": ("kind: 'NEED'", "kind: 'need'"),
    "key": ("keyword: [a]", "keywords: [a]"),
    "English of America": ('color: "#0072B2"', 'colour: "#0072B2"'),
    "colon in a text": ("include: Behov: det här # ja", 'include: "Behov: det här" # ja'),
    "colon at the end": ("include: det här:", 'include: "det här:"'),
    "two colons": ("include: a: b\n        exclude: c: d", 'include: "a: b"\n        exclude: "c: d"'),
    "colon in an example": ("examples:\n          - Hon sa: nej", 'examples:\n          - "Hon sa: nej"'),
    "keywords in a row": ("keywords: bankid*, cv, söka jobb", 'keywords: ["bankid*", "cv", "söka jobb"]'),
    "comma in braces": (
        "include: x\n      - {id: t.b, name: Oro, skam, sorg, definition: x, y}  # så",
        'include: x\n      - {id: t.b, name: "Oro, skam, sorg", definition: "x, y"}  # så',
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("slip", SLIPS)
def test_what_can_mean_only_one_thing_is_mended(slip: str, newline: str) -> None:
    wrong, right = (f"{HEAD}        {line}\n".replace("\n", newline) for line in SLIPS[slip])
    assert parse_codebook(wrong, "x")[1] != []
    assert mended(wrong) == right
    assert parse_codebook(right, "x")[1] == []


def test_all_at_once() -> None:
    slips = [SLIPS[name] for name in SLIPS if name not in ("two colons", "comma in braces")]
    codes = "".join(f"      - id: t.{n}\n        definition: x\n        {{}}\n" for n in range(len(slips)))
    wrong, right = (HEAD + codes.format(*lines) for lines in zip(*slips, strict=True))
    assert mended(wrong) == right


LEFT = {
    "a word that is no kind": "kind: behov",
    "a colour by name": "colour: blå",
    "an id that codings may have": "x: 1\n      - id: t b\n        definition: x",
    "a key that is there already": "definiton: Andra.",
    "a key of another word": "description: x",
    "a keyword that nobody can guess": 'keywords: "+++, cv"',
    "a text that goes on": "include: a: b\n          mer",
    "a word behind a #": "include: om #metoo",
    "a tab": "\tinclude: x",
    "several shortcuts": "shortcut: ab",
    "a question in a list": "examples:\n          - Anna: hon sa: nej",
    "no definition": "include: x\n      - id: t.b",
    "twice": "include: x\n      - id: t.a\n        definition: x",
}


@pytest.mark.parametrize("slip", LEFT)
def test_what_could_mean_something_else_is_left_to_the_person(slip: str) -> None:
    wrong = f"{HEAD}        {LEFT[slip]}\n"
    assert parse_codebook(wrong, "x")[1] != []
    assert mended(wrong) == wrong


@pytest.mark.parametrize("path", sorted(BOOKS.glob("*/*.yaml")), ids=lambda path: path.stem)
def test_nothing_gets_worse_and_what_is_good_stays(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    after = mended(text)
    assert mended(after) == after and with_line(with_line(after)) == with_line(after)
    assert len(errors_of(parse_codebook(after, "x")[1])) <= len(errors_of(parse_codebook(text, "x")[1]))
    if path.parent.name == "good":
        assert after == text and parse_codebook(with_line(text), "x") == parse_codebook(text, "x")


BITS = st.sampled_from(
    ["themes:", "codes:", "- id: t", "- id: t.a", "name: a: b", "colour: #0072B2", "kind: Need", "definiton: x",
     "[", "}", "{id: b, name: x, y}", "keywords: a, b", "- x: y", "*", "&a b", "'", '"', "|", "?", ": ",
     "#", "\t", "å", "\r", "\u2028"]
)  # fmt: skip
LINES = st.lists(st.tuples(st.integers(0, 8), BITS, BITS | st.just("")), max_size=9)


@given(LINES)
@settings(max_examples=60, deadline=None)
def test_no_text_makes_mending_crash_or_worse(lines: list[tuple[int, str, str]]) -> None:
    text = "\n".join(" " * indent + first + second for indent, first, second in lines)
    after = mended(text)
    assert after.count("\n") == text.count("\n") and mended(after) == after
    if after != text:
        before, left = (errors_of(parse_codebook(one, "x")[1]) for one in (text, after))
        assert len(left) <= len(before) or "YAML" in before[0].message


def test_a_line_for_editors_comes_first_where_none_is() -> None:
    assert with_line("# a\r\ntitle: x\r\n") == f"{CODEBOOK_LINE}\r\n# a\r\ntitle: x\r\n"
    theirs = "# a\n\n# yaml-language-server: $schema=../x.json\ntitle: x\n"
    assert with_line(theirs) == theirs


WRONG = CODEBOOK.replace("kind: question", "kind: Question").replace("definition: Papper.", "colour: #0072B2")


def test_fix_shows_first_mends_and_can_be_undone(study: StudyHere) -> None:
    path = study.root / "codebooks/codebook.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + WRONG.replace("\n", "\r\n").encode("utf-8"))
    before = study.files()
    words = ["--study", str(study.root), "codebook", "check", "--fix"]
    said_no = CliRunner().invoke(app, words, input="n\n")
    assert "line 17: kind: Question" in said_no.stdout and "nothing was changed" in said_no.stdout
    assert "2 problems" in said_no.stdout
    assert "2 lines can be mended" in study.run("codebook", "check").err
    assert said_no.exit_code == 1 and study.files() == before

    ran = study.run("codebook", "check", "--fix", "--yes")
    assert ran.code == 0 and "No problems." in ran.out
    assert 'line 22: colour: #0072B2\n           colour: "#0072B2"' in ran.out
    expected = WRONG.replace("Question", "question").replace("#0072B2", '"#0072B2"')
    assert path.read_bytes() == f"\ufeff{CODEBOOK_LINE}\n{expected}".replace("\n", "\r\n").encode("utf-8")
    assert old_schemas(path.parent) == []
    assert study.run("check").code == 0
    assert "mended" in study.run("history").out

    assert "nothing that can be mended" in study.run("codebook", "check", "--fix", "--yes").out
    assert study.run("codebook", "undo", "--yes").code == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + WRONG.replace("\n", "\r\n").encode("utf-8")


def test_schemas_of_another_version_are_renewed(study: StudyHere) -> None:
    study.run("codebook", "check", "--fix", "--yes")
    assert study.run("codebook", "check").err == ""
    study.write("codebooks/codebook.schema.json", "{}")
    assert "--fix puts a new codebook.schema.json beside it" in study.run("codebook", "check").err
    ran = study.run("codebook", "check", "--fix", "--yes")
    assert "codebook.schema.json" in ran.out and "settings" not in ran.out
    assert old_schemas(study.root / "codebooks") == []


def test_a_codebook_that_names_another_schema_gets_no_copies(study: StudyHere) -> None:
    head = "# yaml-language-server: $schema=../x.json\n"
    study.write("codebooks/codebook.yaml", head + CODEBOOK.replace("kind: question", "kind: Question"))
    before = study.files()
    assert "mended" in study.run("codebook", "check", "--fix", "--yes").out
    assert study.files().keys() - before.keys() == {"codebooks/codebook.anna.jsonl"}
    before = study.files()
    assert "nothing that can be mended" in study.run("codebook", "check", "--fix", "--yes").out
    assert study.files() == before
