"""Codebooks in and out: what a format can hold comes back, what it cannot is said, nothing is overwritten unasked."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.errors import QualkitError
from qualkit.formats.codebook_rows import tree_of
from qualkit.formats.codebook_tree import guid_of
from qualkit.formats.codebooks import (
    CODEBOOK_FORMATS,
    CodebookExport,
    for_readers,
    read_codebook_file,
    write_codebook_file,
)
from qualkit.formats.docx_text import docx_blocks
from qualkit.formats.safe import safe, unsafe
from qualkit.model.act import Act
from qualkit.model.codebook import KINDS, Change, Code, Codebook, GuideQuestion, Theme
from qualkit.model.coding import Anchor
from qualkit.model.keyword import parse_keyword
from qualkit.store.codebook_text import codebook_text
from qualkit.store.codebooks import parse_codebook, read_codebook
from tests.conftest import StudyHere

REFI = Path(__file__).resolve().parents[2] / "shared" / "data" / "refi-qda"
SHIPPED = Path(__file__).resolve().parents[1] / "codebooks" / "digital-service.yaml"
needs_refi = pytest.mark.skipif(not REFI.is_dir(), reason="the official REFI-QDA schemas are not here (shared/data)")

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\u2028\u2029")
LINES = (
    st.lists(st.text(LETTERS, max_size=12), min_size=1, max_size=3)
    .map("\n".join)
    .filter(
        lambda text: "x005F_" not in text  # openpyxl takes these six letters out of every workbook that it reads
    )
)


def nfc(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", text).strip()


TEXT = st.one_of(
    LINES.map(nfc), st.sampled_from(["=SUM(A1)", "'=x", "+46", "@a", "-", "Å, ä; ö", '"ja"', "a: b", "#x", "no"])
)
SAID = TEXT.filter(bool)
PLAIN = SAID.map(lambda text: " ".join(text.split())).filter(bool)
WORDS = st.sampled_from(["bankid*", "cv", "söka jobb", "skriv* ut", "e-leg", "å*", "NEAR(a b, c+, 3) NOT *d*"])
DAYS = st.sampled_from(["2026-03-01", "2025-12-31", "true"])
COLOURS = st.sampled_from(["", "#0072B2", "#00aa9f"])
NAMES = st.dictionaries(st.sampled_from(["en", "fi", "smj"]), PLAIN, max_size=2)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    count = iter(range(1000))
    shortcuts = iter(draw(st.permutations("abcåäö123")))
    themes = []
    for _ in range(draw(st.integers(1, 3))):
        theme = f"t{next(count)}"
        codes = tuple(
            Code(
                id=f"{theme}.{next(count)}",
                name=draw(PLAIN),
                theme=theme,
                kind=draw(st.sampled_from(["", *KINDS])),
                definition=draw(SAID),
                include=draw(TEXT),
                exclude=draw(TEXT),
                examples=tuple(draw(st.lists(PLAIN, max_size=3))),
                keywords=tuple(map(parse_keyword, draw(st.lists(WORDS, max_size=3, unique=True)))),
                shortcut=next(shortcuts) if draw(st.booleans()) else "",
                colour=draw(COLOURS),
                names=draw(NAMES),
                retired=(retired := draw(st.one_of(st.just(""), DAYS))),
                replaced_by=("t0",) if retired else (),
            )
            for _ in range(draw(st.integers(0, 3)))
        )
        themes.append(Theme(theme, draw(PLAIN), draw(TEXT), draw(COLOURS), codes, draw(NAMES)))
    questions = tuple(
        GuideQuestion(f"q{number}", draw(SAID), tuple(theme.id for theme in themes[:number])) for number in range(3)
    )
    changes = tuple(Change("2026-03-01", str(number), "anna", draw(PLAIN)) for number in range(2))
    return Codebook(draw(PLAIN), draw(st.sampled_from(["sv", "en"])), "3", tuple(themes), questions, changes)


def export(codebook: Codebook, suffix: str) -> tuple[bytes, list[str]]:
    made = CodebookExport(codebook, "2026-03-01T12:00:00+01:00", "1.0")
    return write_codebook_file(made, f"bok{suffix}")


def again(codebook: Codebook, suffix: str) -> Codebook:
    found, _, problems = read_codebook_file(export(codebook, suffix)[0], f"bok{suffix}")
    assert [problem for problem in problems if not problem.warning] == []
    return found


def only_codes(codebook: Codebook) -> Codebook:
    """What a single table holds."""
    return Codebook(themes=codebook.themes)


def shipped() -> Codebook:
    return read_codebook(SHIPPED, SHIPPED.name)[0]


@given(codebooks())
@settings(max_examples=60, deadline=None)
def test_a_codebook_written_as_yaml_reads_as_itself(codebook: Codebook) -> None:
    assert parse_codebook(codebook_text(codebook), "x.yaml")[0] == codebook


@given(codebooks())
@settings(max_examples=40, deadline=None)
def test_a_table_holds_every_field_of_every_code(codebook: Codebook) -> None:
    assert again(codebook, ".csv") == only_codes(codebook)


@given(codebooks())
@settings(max_examples=15, deadline=None)
def test_a_workbook_holds_the_whole_codebook(codebook: Codebook) -> None:
    assert again(codebook, ".xlsx") == codebook
    assert export(codebook, ".xlsx")[1] == []


def in_refi(codebook: Codebook) -> list[object]:
    return [
        (theme.name, theme.definition, theme.colour, [
            (code.name, code.definition, code.include, code.exclude, code.examples, code.colour)
            for code in theme.codes
        ])
        for theme in codebook.themes
    ]  # fmt: skip


@given(codebooks())
@settings(max_examples=40, deadline=None)
def test_refi_holds_names_definitions_examples_and_colours(codebook: Codebook) -> None:
    assert in_refi(again(codebook, ".qdc")) == in_refi(codebook)


@given(codebooks(), st.sampled_from([".csv", ".qdc", ".xlsx"]))
@settings(max_examples=20, deadline=None)
def test_what_comes_back_into_its_own_study_is_the_same_codebook(codebook: Codebook, suffix: str) -> None:
    found, _, _ = read_codebook_file(export(codebook, suffix)[0], f"bok{suffix}", codebook)
    assert found == codebook


@given(st.text())
def test_what_is_made_safe_is_got_back(text: str) -> None:
    assert unsafe(safe(text)) == text
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@needs_refi
@given(codebook=codebooks())
@settings(max_examples=25, deadline=None)
def test_what_is_written_is_valid_by_the_official_schema(codebook: Codebook) -> None:
    assert list(schema().iter_errors(io.BytesIO(export(codebook, ".qdc")[0]))) == []


def schema():  # type: ignore[no-untyped-def]
    import xmlschema

    if not hasattr(schema, "read"):
        schema.read = xmlschema.XMLSchema(str(REFI / "Codebook-mrt2019.xsd"))
    return schema.read


@needs_refi
def test_the_standards_own_example_reads() -> None:
    book, remarks, problems = read_codebook_file((REFI / "annexA_example1.qdc").read_bytes(), "annexA_example1.qdc")
    assert problems == []
    assert [(theme.name, len(theme.codes)) for theme in book.themes] == [
        ("Topics", 0), ("Values", 0), ("Codes without a theme", 4) if book.language == "en" else ("Koder utan tema", 4),
    ]  # fmt: skip
    economy = book.codes["economy"]
    assert (economy.name, economy.colour) == ("Economy", "#ffff00")
    assert economy.definition == "Anything about jobs or taxes or business"
    assert any("under no theme: 4" in remark for remark in remarks)


@needs_refi
def test_what_taguette_writes_against_the_schema_reads() -> None:
    content = (REFI / "taguette-1.5.2_codebook.qdc").read_bytes()
    assert list(schema().iter_errors(io.BytesIO(content)))
    book, remarks, problems = read_codebook_file(content, "taguette.qdc")
    assert problems == []
    assert [code.name for code in book.codes.values()] == [
        "interesting",
        "öppettider2",
        "medier.samiska2",
        "transport2",
    ]
    assert any("4 codes have no definition" in remark for remark in remarks)


@pytest.mark.parametrize("space", ['xmlns="urn:QDA-XML:codebook:1:0"', 'xmlns="http://x/"', ""])
@pytest.mark.parametrize("guid", ["{%s}", "%s"])
def test_namespaces_and_guids_of_other_programs(space: str, guid: str) -> None:
    here = Codebook(themes=(Theme("t", "T", codes=(Code("t.a", "A", "t", definition="Def."),)),))
    theme, code = (guid % guid_of(id).upper() for id in ("t", "t.a"))
    text = (
        f'<CodeBook {space} origin="X"><Codes><Code guid="{theme}" name="Tema" isCodable="0">'
        f'<Code guid="{code}" name="Nytt namn" isCodable="1" color="#ABC"><Code guid="1" name="Djup"/></Code>'
        '</Code></Codes><Sets><Set guid="2" name="Mängd"/></Sets></CodeBook>'
    )
    book, remarks, problems = read_codebook_file(text.encode("utf-16"), "x.qdc", here)
    assert problems == []
    assert [(one.id, one.name) for one in book.codes.values()] == [
        ("t.a", "Nytt namn"),
        ("nytt-namn-djup", "Nytt namn > Djup"),
    ]
    assert (book.codes["t.a"].colour, book.codes["t.a"].definition, book.themes[0].id) == ("#AABBCC", "Def.", "t")
    assert any("'Mängd' is not read" in one for one in remarks) and any("deeper" in one for one in remarks)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<CodeBook",
        b"<CodeBook/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><CodeBook><Codes>&b;</Codes></CodeBook>',
        b"\0",
    ],
)
def test_damaged_refi_files_are_said_to_be_so(content: bytes) -> None:
    with pytest.raises(QualkitError) as caught:
        read_codebook_file(content, "x.qdc")
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"no zip"])
def test_damaged_workbooks_are_said_to_be_so(content: bytes) -> None:
    with pytest.raises(QualkitError, match="damaged"):
        read_codebook_file(content, "x.xlsx")


TABLES = {
    "Code;Memo\nBehov > BankID;Skaffa.\nBehov > Lösen;Glömt.\nUtskrift > Papper;Få ut.\n",
    "Code,Memo\nBehov\\BankID,Skaffa.\nBehov\\Lösen,Glömt.\nUtskrift\\Papper,Få ut.\n",
    "Tema\tKod\tBeskrivning\nBehov\tBankID\tSkaffa.\nBehov\tLösen\tGlömt.\nUtskrift\tPapper\tFå ut.\n",
    "sep=;\nKod;Definition\nBehov;\nBehov > BankID;Skaffa.\nBehov > Lösen;Glömt.\nUtskrift > Papper;Få ut.\n",
}


@pytest.mark.parametrize("text", sorted(TABLES))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_tables_that_people_made(text: str, encoding: str) -> None:
    book, _, problems = read_codebook_file(text.encode(encoding), "bok.csv")
    assert problems == []
    assert [(theme.name, [code.name for code in theme.codes]) for theme in book.themes] == [
        ("Behov", ["BankID", "Lösen"]), ("Utskrift", ["Papper"]),
    ]  # fmt: skip
    assert book.codes["losen"].definition == "Glömt."


def test_keywords_in_a_cell_are_parted_by_commas_outside_brackets() -> None:
    rows = [["Theme", "Code", "Keywords"], ["T", "A", "a*, söka jobb; c\nNEAR(skriv*, ut, 3)"]]
    (theme,) = tree_of(rows, "bok.csv").nodes
    assert [one.text for one in theme.children[0].fields["keywords"]] == ["a*", "söka jobb", "c", "NEAR(skriv*, ut, 3)"]


def test_what_is_not_read_of_a_table_is_said() -> None:
    text = "Code;Memo;Antal\nA > B > C;Def.;3\nEnsam;;1\n"
    book, remarks, problems = read_codebook_file(text.encode(), "bok.csv")
    assert problems == []
    assert [code.name for code in book.codes.values()] == ["B", "B > C", "Ensam"]
    said = "\n".join(remarks)
    for part in ("'Antal' is not read", "'B > C' lies deeper", "under no theme: 1", "2 codes have no definition"):
        assert part in said


def test_a_table_with_errors_tells_all_of_them() -> None:
    text = "Theme;Code;Keywords;Kind;Colour\nT;A;+++;behov;red\n"
    problems = read_codebook_file(text.encode(), "bok.csv")[2]
    assert [problem.where for problem in problems] == ["bok.csv"] * 3


def test_no_cell_of_the_table_is_a_formula() -> None:
    evil = "=HYPERLINK(1)"
    code = Code("t.a", evil, "t", definition="+46", include="@x", examples=("-1",), keywords=())
    book = Codebook(themes=(Theme("t", "=T", codes=(code,)),))
    rows = csv.reader(io.StringIO(export(book, ".csv")[0].decode("utf-8-sig")), delimiter=";")
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    from openpyxl import load_workbook

    cells = [c for s in load_workbook(io.BytesIO(export(book, ".xlsx")[0])) for row in s.iter_rows() for c in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_what_a_format_cannot_hold_is_listed() -> None:
    book = shipped()
    assert export(book, ".xlsx")[1] == []
    assert set(export(book, ".csv")[1]) == {"title", "guide questions"}
    assert export(book, ".md")[1] == export(book, ".docx")[1]
    assert {line.split(" of ")[0] for line in export(book, ".md")[1]} == {"colours", "shortcuts"}
    lost = {line.split(" of ")[0] for line in export(book, ".qdc")[1]}
    assert {"title", "guide questions", "kinds", "keywords", "shortcuts", "ids", "names in other languages"} <= lost
    assert not {"names", "definitions", "include", "exclude", "examples"} & lost
    long = replace(book.themes[0].codes[0], include="x" * 40_000)
    theme = replace(book.themes[0], codes=(long,))
    assert export(Codebook(themes=(theme,)), ".xlsx")[1] == ["include of 1 code"]


def large() -> Codebook:
    codes = tuple(
        Code(f"t.{n}", f"Kod {n} åäö ÅÄÖ", "t", "need", f"Rad ett å\nRad två ä\n\nRad fyra ö {n}", "=1+1", "+46",
             ("Ja, tack.", "Nej\noch nej"), (parse_keyword("bankid*"), parse_keyword("söka jobb")))
        for n in range(200)
    )  # fmt: skip
    return Codebook(
        "Åäö", "sv", "1.10", (Theme("t", "Témat", "x\ny", "#0072B2", codes),), (GuideQuestion("q", "Hur?", ("t",)),)
    )


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_two_hundred_codes_come_back(suffix: str) -> None:
    assert again(large(), suffix).themes == large().themes


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_a_workbook_saved_by_libreoffice_is_the_same_codebook(tmp_path: Path) -> None:
    (tmp_path / "bok.xlsx").write_bytes(export(large(), ".xlsx")[0])
    own = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    words = ["soffice", own, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved")]
    subprocess.run([*words, str(tmp_path / "bok.xlsx")], check=True, timeout=180, capture_output=True)
    saved = (tmp_path / "saved" / "bok.xlsx").read_bytes()
    assert b"LibreOffice" in zipfile.ZipFile(io.BytesIO(saved)).read("docProps/app.xml")
    assert read_codebook_file(saved, "bok.xlsx")[0] == large()


def test_the_appendix_says_every_word_of_the_codebook() -> None:
    book = shipped()
    word = " ".join(row for _, rows in docx_blocks(export(book, ".docx")[0], "x.docx")[0] for row in rows)
    markdown = export(book, ".md")[0].decode("utf-8").replace("\\", "")
    for code in for_readers(book).codes.values():
        for text in (code.id, code.name, code.definition, code.include, code.exclude, *code.examples):
            assert text in word and text in markdown
        for keyword in code.keywords:
            assert keyword.text in word and keyword.text in markdown
    assert all(question.text in word and question.text in markdown for question in book.questions)


@pytest.mark.parametrize(("language", "words"), [("sv", "Används inte längre"), ("en", "Retired"), ("fi", "Retired")])
def test_the_appendix_speaks_the_language_of_the_codebook(language: str, words: str) -> None:
    code = Code("t.a", "A", "t", retired="2026-03-01", names={"en": "A"})
    change = Change("2026-03-01", "2", "anna", "x")
    book = Codebook("", language, "2", (Theme("t", "T", codes=(code,)),), (GuideQuestion("q", "Hur?"),), (change,))
    assert f"**{words}:** 2026-03-01" in export(book, ".md")[0].decode("utf-8")


def test_markdown_of_a_name_with_signs_of_markdown() -> None:
    code = Code("t.a", "# *A* [b](c) <i>", "t", definition="ett\n- två\n3. tre")
    text = export(Codebook("T", themes=(Theme("t", "_T_", codes=(code,)),)), ".md")[0].decode("utf-8")
    assert "\n### \\# \\*A\\* \\[b\\](c) \\<i\\>\n" in text
    assert "ett\\\n\\- två\\\n3\\. tre" in text


@pytest.mark.parametrize("suffix", sorted(CODEBOOK_FORMATS))
def test_the_same_codebook_gives_the_same_bytes(suffix: str) -> None:
    assert export(shipped(), suffix) == export(shipped(), suffix)


@pytest.mark.parametrize("suffix", sorted(CODEBOOK_FORMATS))
def test_export_writes_the_file_and_says_what_is_not_in_it(study: StudyHere, suffix: str) -> None:
    study.write("codebooks/codebook.yaml", "# Min.\n" + (study.root / "codebooks/codebook.yaml").read_text("utf-8"))
    ran = study.run("codebook", "export", str(study.root / f"exports/bok{suffix}"))
    assert ran.code == 0 and "2 themes, 3 codes" in ran.out and "comments (1 line)" in ran.err
    assert (study.root / f"exports/bok{suffix}").stat().st_size > 100


def test_other_names_are_refused_with_the_known_ones(study: StudyHere) -> None:
    ran = study.run("codebook", "export", "x.pdf")
    assert ran.code == 1 and ".xlsx, .csv, .qdc, .md, .docx" in ran.err
    ran = study.run("codebook", "import", "x.docx")
    assert ran.code == 1 and "not for importing" in ran.err
    assert study.run("codebook", "import", str(study.root / "x.csv")).code == 1


def test_an_error_in_a_table_names_no_place_that_the_table_does_not_have(study: StudyHere) -> None:
    file = study.write("bok.csv", "Code;Memo;Keywords\nBehov > BankID;Skaffa.;cv, bank*id\n")
    ran = study.run("codebook", "import", str(file), "--yes")
    assert ran.code == 1 and "bok.csv: the keyword 'bank*id' can never match" in ran.err


def test_import_makes_a_new_file_and_never_writes_over_one(study: StudyHere) -> None:
    file = study.write("Min bok.csv", "Code;Memo\nBehov > BankID;Skaffa.\n")
    before = study.files()
    study.run("codebook", "import", str(file))  # nobody said yes
    assert study.files() == before
    ran = study.run("codebook", "import", str(file), "--yes")
    assert ran.code == 0 and "codebook: codebooks/Min-bok.yaml" in ran.out
    schemas = {"codebooks/codebook.schema.json", "codebooks/settings.schema.json"}
    assert study.files().keys() - before.keys() == {"codebooks/Min-bok.yaml", *schemas}
    first, *_ = (study.root / "codebooks/Min-bok.yaml").read_text("utf-8").splitlines()
    assert first == "# yaml-language-server: $schema=codebook.schema.json"
    again = study.run("codebook", "import", str(file), "--yes")
    assert again.code == 1 and "already" in again.err
    assert study.run("codebook", "import", str(file), "--to", "codebook", "--yes").code == 1


def test_replace_keeps_ids_and_the_old_file_and_can_be_undone(study: StudyHere) -> None:
    study.run("codebook", "export", str(study.root / "exports/bok.qdc"))
    old = (study.root / "codebooks/codebook.yaml").read_bytes()
    text = (study.root / "exports/bok.qdc").read_text("utf-8").replace('name="BankID"', 'name="E-legitimation"')
    file = study.write("exports/bok.qdc", text)
    ran = study.run("codebook", "import", str(file), "--replace", "--yes")
    assert ran.code == 0 and "changed: id.bankid" in ran.out
    book = study.open().study.codebook
    assert book.codes["id.bankid"].name == "E-legitimation"
    assert [keyword.text for keyword in book.codes["id.bankid"].keywords] == ["bankid*"]
    assert len(book.questions) == 2 and book.version == "2" and book.changes[-1].what == "imported bok.qdc"
    (kept,) = (study.root / "codebooks").glob("codebook.yaml.*.old")
    assert kept.read_bytes() == old
    assert study.run("check").code == 0
    assert study.run("codebook", "undo", "--yes").code == 0
    assert (study.root / "codebooks/codebook.yaml").read_bytes() == old


def test_a_code_that_codings_have_does_not_go(study: StudyHere) -> None:
    study.sources("a;Ett;interview;Huddinge;;;;")
    study.spoken("a", "S1: Vi har BankID.")
    anchor = Anchor("s0001", 0, "s0001", 2, "Vi", "", "", None, None)
    study.act("a", Act("", "", "anna", "code", code="id.losen", anchor=anchor))
    file = study.write("bok.csv", "Theme;Code;Memo\nIdentitet;BankID;x\n")
    before = study.files()
    ran = study.run("codebook", "import", str(file), "--replace", "--yes")
    assert ran.code == 1 and "id.losen" in ran.err and study.files() == before


def test_replace_says_what_of_a_code_is_another_now(study: StudyHere) -> None:
    file = study.root / "exports" / "bok.csv"
    study.run("codebook", "export", str(file))
    with open(file, encoding="utf-8-sig", newline="") as opened:
        headings, *rows = csv.reader(opened, delimiter=";")
    cleared = [["" if head == "Keywords" else cell for head, cell in zip(headings, row, strict=True)] for row in rows]
    study.write("exports/bok.csv", "\n".join(";".join(row) for row in [headings, *cleared]) + "\n")
    before = study.files()
    ran = study.run("codebook", "import", str(file), "--replace")
    assert "changed: " in ran.out and "id.bankid (keywords)" in ran.out
    assert study.files() == before, "nobody said yes"


def test_replace_with_the_same_changes_nothing(study: StudyHere) -> None:
    study.run("codebook", "export", str(study.root / "exports/bok.xlsx"))
    before = study.files()
    ran = study.run("codebook", "import", str(study.root / "exports/bok.xlsx"), "--replace", "--yes")
    assert "nothing is different" in ran.out and study.files() == before
