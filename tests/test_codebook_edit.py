"""The codebook's file changed: only the lines that are meant, with every comment, quote and line end as it was."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualkit.errors import QualkitError
from qualkit.model.codebook import Code
from qualkit.model.keyword import parse_keyword
from qualkit.store.codebook_edit import CodebookFile, code_id, new_code, next_version
from qualkit.store.codebooks import parse_codebook
from qualkit.store.line_changes import line_changes, reversed_lines
from qualkit.store.yaml_text import quote, scalar

ROOT = Path(__file__).resolve().parents[1]
DAY = "2026-03-01"

BOOK = """\
# Överst.
title: Prov
version: 4   # räknas upp
themes:

  # om id
  - id: id
    name: 'Vem''s'
    codes:
      # före bankid
      - id: id.bankid      # fast
        name: "BankID"     # kort
        definition: |
          Rad ett.

          Rad två.
        keywords: ["bankid*",
                   "e-leg", ]  # två
        # inne i bankid

      - id: id.losen
        name: Lösenord
        definition: Glömda
          lösenord.
        examples:
        - "Jag minns inte."   # ett
        - Nej
        keywords: lösen*
  - id: ut
    name: Utskrift
    codes:
    -   id: ut.skriva
        definition: >-
          Få ut
          papper.
    # sist i ut
  - id: tom
    codes: []    # ännu inga
  - id: bar
questions:
  - id: q
    text: Vad?
    themes: [id]
    # sist
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "bok.yaml").write_bytes(BOOK.encode())
    return tmp_path / "bok.yaml"


def edited(path: Path, edit: Callable[[CodebookFile], object]) -> bytes:
    file = CodebookFile(path, "bok.yaml")
    edit(file)
    return file.new_content().content


def difference(before: bytes, after: bytes) -> list[str]:
    """The lines taken away and put in, in their order."""
    lines = difflib.ndiff(before.decode().splitlines(keepends=True), after.decode().splitlines(keepends=True))
    return [line.replace("\r", "").rstrip("\n") for line in lines if line[0] in "+-"]


RENAMED = ['-         name: "BankID"     # kort', '+         name: "E-leg"     # kort']
MOVED = [
    "-       # före bankid",
    "-       - id: id.bankid      # fast",
    '-         name: "BankID"     # kort',
    "-         definition: |",
    "-           Rad ett.",
    "- ",
    "-           Rad två.",
    '-         keywords: ["bankid*",',
    '-                    "e-leg", ]  # två',
    "-         # inne i bankid",
    "+     # före bankid",
    "+     - id: id.bankid      # fast",
    '+       name: "BankID"     # kort',
    "+       definition: |",
    "+         Rad ett.",
    "+ ",
    "+         Rad två.",
    '+       keywords: ["bankid*",',
    '+                  "e-leg", ]  # två',
    "+       # inne i bankid",
]
EDITS: dict[str, tuple[Callable[[CodebookFile], object], list[str]]] = {
    "rename, in its quotes": (lambda f: f.rename("id.bankid", "E-leg"), RENAMED),
    "rename, plain": (
        lambda f: f.rename("id.losen", "Lösen och konto"),
        ["-         name: Lösenord", "+         name: Lösen och konto"],
    ),
    "rename, to what needs quotes": (
        lambda f: f.rename("id.losen", 'Lösen: "allt" # ja'),
        ["-         name: Lösenord", '+         name: "Lösen: \\"allt\\" # ja"'],
    ),
    "rename, to what others take for something else": (
        lambda f: f.rename("id.losen", "yes"),
        ["-         name: Lösenord", '+         name: "yes"'],
    ),
    "rename, without a name before": (lambda f: f.rename("ut.skriva", "Skriva ut"), ["+         name: Skriva ut"]),
    "retire": (lambda f: f.retire("id.bankid", DAY), ["+         retired: 2026-03-01"]),
    "retire for another": (
        lambda f: (f.retire("id.bankid", DAY, ["id.losen"]), f.retire("id.bankid", DAY, ["id.losen", "ut.skriva"])),
        ["+         retired: 2026-03-01", '+         replaced_by: [id.losen, "ut.skriva"]'],
    ),
    "retire, without a name": (lambda f: f.retire("ut.skriva", DAY), ["+         retired: 2026-03-01"]),
    "move": (lambda f: f.move("id.bankid", "ut"), MOVED),
    "move to a theme with an empty list": (
        lambda f: f.move("ut.skriva", "tom"),
        [
            "-     -   id: ut.skriva",
            "-         definition: >-",
            "-           Få ut",
            "-           papper.",
            "-     codes: []    # ännu inga",
            "+     codes:    # ännu inga",
            "+       -   id: ut.skriva",
            "+           definition: >-",
            "+             Få ut",
            "+             papper.",
        ],
    ),
    "add": (
        lambda f: f.add(Code("id.ny", "Ny: kod", "id", "need", "Vad den är.")),
        [
            "+       - id: id.ny",
            '+         name: "Ny: kod"',
            "+         kind: need",
            "+         definition: Vad den är.",
        ],
    ),
    "add to a theme without codes": (
        lambda f: f.add(Code("bar.ny", "Ny", "bar", "", "Vad.")),
        ["+     codes:", "+       - id: bar.ny", "+         name: Ny", "+         definition: Vad."],
    ),
    "words, in brackets and none": (
        lambda f: f.take_words("id.bankid", "id.losen"),
        [
            '-                    "e-leg", ]  # två',
            '+                    "e-leg", "lösen*", ]  # två',
            '+         examples: ["Jag minns inte.", "Nej"]',
        ],
    ),
    "words, one alone": (
        lambda f: f.take_words("id.losen", "id.bankid"),
        ["-         keywords: lösen*", '+         keywords: ["lösen*", "bankid*", "e-leg"]'],
    ),
    "log": (
        lambda f: f.log(DAY, "anna", 'sade "ja"'),
        [
            "- version: 4   # räknas upp",
            "+ version: 5   # räknas upp",
            "+ changes:",
            "+   - date: 2026-03-01",
            "+     version: 5",
            "+     coder: anna",
            '+     what: "sade \\"ja\\""',
        ],
    ),
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize(("newline", "bom"), [("\n", b""), ("\r\n", b"\xef\xbb\xbf")])
def test_an_edit_touches_only_its_lines(path: Path, name: str, newline: str, bom: bytes) -> None:
    edit, wanted = EDITS[name]
    before = bom + BOOK.replace("\n", newline).encode()
    path.write_bytes(before)
    after = edited(path, edit)
    assert sorted(difference(before, after)) == sorted(wanted)
    assert after.startswith(bom) and after.count(b"\r") == (after.count(b"\n") if newline == "\r\n" else 0)


def test_a_log_goes_on_below_its_last_line(path: Path) -> None:
    first = edited(path, lambda f: f.log(DAY, "anna", "ett"))
    path.write_bytes(first + b"# slut\n")
    second = edited(path, lambda f: f.log("2026-03-02", "bo", "tv\u00e5"))
    changes = parse_codebook(second.decode(), "b")[0].changes
    assert [(c.date, c.version, c.coder, c.what) for c in changes] == [
        (DAY, "5", "anna", "ett"),
        ("2026-03-02", "6", "bo", "två"),
    ]
    assert second.endswith(b"# slut\n")


def test_a_file_without_a_last_line_end_gets_one(path: Path) -> None:
    path.write_bytes(BOOK.rstrip("\n").replace("\n    # sist", "").encode())
    after = edited(path, lambda f: f.log(DAY, "anna", "x"))
    assert b"themes: [id]\nchanges:\n" in after


def test_windows_files_of_old_programs_stay_in_their_encoding(path: Path) -> None:
    path.write_bytes(BOOK.encode("cp1252"))
    after = edited(path, lambda f: f.rename("id.losen", "Lås"))
    assert after.decode("cp1252") == BOOK.replace("name: Lösenord", "name: Lås")


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        (BOOK.replace("id: ut.skriva", "id: &x ut.skriva"), "&x makes YAML repeat", 32),
        (BOOK.replace("keywords: lösen*", "keywords: !!str lösen*"), "the tag", 28),
        (BOOK.replace("    codes:\n    -   id", "    codes:\n\t-   id"), "a tab stands", 32),
        ("themes: [{id: t, codes: [{id: id.losen, definition: d}]}]\n", "is not written as", 1),
        ("themes:\n  - {id: t, codes: [{id: id.losen, definition: d}]}\n", "a theme is not written as lines", 2),
        ("themes:\n  - id: t\n    codes: [{id: id.losen, definition: d}]\n", "list with dashes", 3),
        ("themes:\n  - id: t\n    codes:\n      - {id: id.losen, definition: d}\n", "code 'id.losen' is not", 4),
        (BOOK + "---\na: b\n", "document", 45),
    ],
)
def test_yaml_that_cannot_be_changed_line_by_line_is_refused(path: Path, text: str, says: str, line: int) -> None:
    path.write_bytes(text.encode())
    with pytest.raises(QualkitError) as refused:
        edited(path, lambda f: f.rename("id.losen", "X"))
    error = refused.value
    where = error.where or error.problems[0].where  # type: ignore[attr-defined]
    assert says in error.what + "".join(p.message for p in getattr(error, "problems", ()))
    assert where == f"bok.yaml:{line}" and error.hint
    assert path.read_bytes() == text.encode()


def test_what_would_not_mean_what_was_asked_for_is_never_written(path: Path) -> None:
    file = CodebookFile(path, "bok.yaml")
    file.yaml.put(file.yaml.text.index("- Nej"), file.yaml.text.index("- Nej") + 5, "- Ja ")
    file.rename("id.bankid", "X")
    with pytest.raises(QualkitError, match="in a way that qualkit cannot change safely"):
        file.new_content()


def test_unknown_and_double_ids(path: Path) -> None:
    for edit, says in (
        (lambda f: f.rename("id.nej", "X"), "no code 'id.nej'"),
        (lambda f: f.move("id.losen", "nej"), "no theme 'nej'"),
        (lambda f: f.add(Code("id.losen", "X", "id", "", "Y")), "'id.losen' already"),
        (lambda f: f.add(Code("ut", "X", "id", "", "Y")), "'ut' already"),
        (lambda f: f.add(Code("id.x", "X", "id", "", " ")), "needs a name and a definition"),
    ):
        with pytest.raises(QualkitError, match=says):
            edited(path, edit)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() and text == " ".join(text.split())
)


@given(
    NAMES, NAMES, st.sampled_from(["id.bankid", "id.losen", "ut.skriva"]), st.sampled_from(["id", "ut", "tom", "bar"])
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_and_definition_come_back(path: Path, name: str, definition: str, id: str, theme: str) -> None:
    import unicodedata

    name, definition = (unicodedata.normalize("NFC", text) for text in (name, definition))
    path.write_bytes(BOOK.encode())
    before = parse_codebook(BOOK, "b")[0]
    code = new_code(before, theme, name, definition)

    def edit(file: CodebookFile) -> None:
        file.rename(id, name)
        if theme != file.code(id).theme:
            file.move(id, theme)
        file.add(code)

    after, problems = parse_codebook(edited(path, edit).decode(), "b")
    assert not problems and after.codes[code.id] == code
    assert after.codes[id] == replace(before.codes[id], name=name, theme=theme)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_quoted_texts_come_back(text: str) -> None:
    import yaml

    assert yaml.safe_load(f"k: {quote(text)}")["k"] == text
    if text.isprintable() and text == " ".join(text.split()):
        for style in (None, "", "'", '"'):
            assert yaml.safe_load(f"k: {scalar(text, style)}")["k"] == text


def test_every_code_of_the_sample_can_be_moved_and_back(tmp_path: Path) -> None:
    source = (ROOT / "codebooks" / "digital-service.yaml").read_bytes()
    path = tmp_path / "b.yaml"
    path.write_bytes(source)
    book = parse_codebook(source.decode(), "b")[0]
    last = {theme.codes[-1].id: theme for theme in book.themes}
    for code, theme in last.items():
        other = next(one.id for one in book.themes if one != theme)
        path.write_bytes(edited(path, lambda f, code=code, other=other: f.move(code, other)))
        path.write_bytes(edited(path, lambda f, code=code, theme=theme: f.move(code, theme.id)))
        assert path.read_bytes() == source, code


# Ids, versions


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Ny kod åäö", "ny-kod-aao"),
        ("  Œuvre & Ærø ", "oeuvre-aero"),
        ("BankID 2.0 / mobil", "bankid-2-0-mobil"),
        ("Код", "код"),
        ("—", "code"),
        ("Losen", "losen-2"),
    ],
)
def test_ids_are_made_from_names(name: str, id: str) -> None:
    assert code_id(name, ["losen", "andra"]) == id


def test_a_new_code_is_called_as_its_neighbours_are() -> None:
    book = parse_codebook(BOOK, "b")[0]
    assert new_code(book, "id", "Lösen", "x").id == "id.losen-2"
    assert new_code(book, "bar", "Lösen", "x").id == "losen"
    assert new_code(book, "ut", " Två  ord ", " x \n y ").name == "Två ord"


def test_a_new_code_is_written_behind_its_neighbours(path: Path) -> None:
    file, code = CodebookFile(path, path.name), Code("ut.ny", "Ny åäö", "ut", "", "Vad den är: detta.")
    file.add(code)
    written = file.new_content().content
    assert parse_codebook(written.decode(), "b")[0].codes["ut.ny"] == code
    assert difference(BOOK.encode(), written) == [
        "+     - id: ut.ny", "+       name: Ny åäö", '+       definition: "Vad den är: detta."',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "next"),
    [
        ("1", "2"), ("1.9", "1.10"), ("v3-utkast", "v4-utkast"), ("utkast", "utkast 2"), ("", "2"),
        ("2026-02-11", DAY), (DAY, f"{DAY}.2"), (f"{DAY}.2", f"{DAY}.3"),
    ],
)  # fmt: skip
def test_the_next_version(version: str, next: str) -> None:
    assert next_version(version, DAY) == next


# Reading what was written


def test_retired_codes_and_changes_are_read(path: Path) -> None:
    text = BOOK.replace("keywords: lösen*", "retired: true\n        replaced_by: [id.bankid, id.nej]")
    book, problems = parse_codebook(text + "changes:\n  - date: 2026-01-02\n    vad: x\n", "b")
    assert (book.codes["id.losen"].retired, book.codes["id.losen"].replaced_by) == ("true", ("id.bankid", "id.nej"))
    assert list(book.open_codes) == ["id.bankid", "ut.skriva"]
    assert [(p.where, p.message, p.warning) for p in problems] == [
        ("b:48", "a change has the unknown key 'vad'", False),
        ("b:29", "there is no code 'id.nej'", True),
    ]
    for written, retired in (("false", ""), ("yes", "yes"), ("2026-01-02", "2026-01-02"), ("", "")):
        again = parse_codebook(text.replace("retired: true", f"retired: {written}"), "b")[0]
        assert again.codes["id.losen"].retired == retired
    assert "does not say since when" in parse_codebook(text.replace("d: true", "d: snart"), "b")[1][0].message


def test_an_empty_list_is_no_entry() -> None:
    code = "      - id: a\n        definition: d\n        keywords:\n"
    text = f"themes:\n  - id: t\n    codes:\n{code}  - id: u\n    codes:\n"
    book, problems = parse_codebook(text, "b")
    assert not problems and book.codes["a"].keywords == ()


def test_a_code_lacks_what_the_other_has() -> None:
    one = Code("a", "A", "t", keywords=(parse_keyword("x*"),), examples=("1",))
    two = Code("b", "B", "t", keywords=(parse_keyword("X*"), parse_keyword("y")), examples=("1", "2"))
    assert one.lacks(two) == ((parse_keyword("y"),), ("2",))


# Lines taken back

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "d\n", "\n"]), max_size=12).map("".join)


@given(LINES, LINES)
def test_changes_of_lines_are_taken_back_exactly(before: str, after: str) -> None:
    assert reversed_lines(after, line_changes(before, after)) == before


def test_lines_are_found_again_where_others_were_put_in_or_changed() -> None:
    before, after = "1\n2\n3\n4\n5\n", "1\n2\nX\n4\n5\n"
    changes = line_changes(before, after)
    assert reversed_lines("0\n" + after, changes) == "0\n" + before
    assert reversed_lines("1\nzwei\nX\n4\n5\n", changes) == "1\nzwei\n3\n4\n5\n"
    assert reversed_lines(before, changes) == before
    assert reversed_lines("1\n2\nY\n4\n5\n", changes) is None
