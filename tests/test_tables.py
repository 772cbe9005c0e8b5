"""CSV as people's spreadsheets write it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualkit.errors import ContentError, QualkitError
from qualkit.store.files import Stamp
from qualkit.store.tables import Table, heading_name, read_table, write_table


def table(folder: Path, content: bytes | str) -> Table:
    path = folder / "sources.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_table(path, "transcripts/sources.csv")


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).replace("\r\n", "\n").replace("\r", "\n").strip()


def cells(one: Table) -> list[dict[str, str]]:
    return [dict(row.cells) for row in one.rows]


KNOWN = [{"id": "a", "municipality": "Södertälje", "note": "x"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_encoding_and_line_end_is_the_same_table(
    tmp_path: Path, delimiter: str, encoding: str, end: str
) -> None:
    text = end.join([delimiter.join(["id", "Kommun", "anteckning"]), delimiter.join(["a", "Södertälje", "x"]), ""])
    read = table(tmp_path, text.encode(encoding))
    assert (cells(read), read.problems, tuple(map(heading_name, read.headings))) == (
        KNOWN,
        (),
        ("id", "municipality", "note"),
    )


def test_utf16_of_either_byte_order(tmp_path: Path) -> None:
    text = "\ufeffid;kommun;note\r\na;Södertälje;x\r\n"
    assert cells(table(tmp_path, text.encode("utf-16-be"))) == KNOWN
    assert cells(table(tmp_path, text.encode("utf-16-le"))) == KNOWN


@pytest.mark.parametrize("first", ["sep=;\r\n", "\ufeffsep=;\n", "SEP=;\n"])
def test_the_line_of_excel_is_no_row_but_counts_as_a_line(tmp_path: Path, first: str) -> None:
    read = table(tmp_path, first + "id;title\na;A\nb;B;C\n")
    assert [dict(row.cells)["id"] for row in read.rows] == ["a", "b"]
    assert [row.line for row in read.rows] == [3, 4]
    assert [problem.where for problem in read.problems] == ["transcripts/sources.csv:4"]


def test_the_line_of_excel_decides_the_delimiter(tmp_path: Path) -> None:
    assert cells(table(tmp_path, "sep=|\nid|title, in full\na|b;c\n")) == [{"id": "a", "title, in full": "b;c"}]
    assert cells(table(tmp_path, "sep=\t\nid\ttitle\na\tb;c\n")) == [{"id": "a", "title": "b;c"}]


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    read = table(tmp_path, 'id;title;note\r\na;"En; två, ""tre""";"rad 1\r\nrad 2"\r\nb;B;\r\n')
    assert cells(read)[0] == {"id": "a", "title": 'En; två, "tre"', "note": "rad 1\nrad 2"}
    assert [row.line for row in read.rows] == [2, 4]


def test_commas_in_a_heading_do_not_make_them_the_delimiter(tmp_path: Path) -> None:
    read = table(tmp_path, "id;title;Kön, ålder, ort, bakgrund\na;A;kvinna, 70, Gnesta, ny\n")
    assert cells(read) == [{"id": "a", "title": "A", "Kön, ålder, ort, bakgrund": "kvinna, 70, Gnesta, ny"}]


def test_headings_over_several_lines(tmp_path: Path) -> None:
    read = table(tmp_path, 'id,"antal\nbesök"\na,12\n')
    assert cells(read) == [{"id": "a", "antal\nbesök": "12"}]
    assert read.rows[0].line == 3


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Kommun", "municipality"), ("KÄLLA", "source"), ("Ställda frågor", "asked"), ("Talare", "speaker"),
        ("Deltagare", "participant"), ("roll", "role"), ("Kommunkod", "code"), ("Namn", "name"), ("ID", "id"),
        ("Inspelning", "recording"), ("Språk", "language"), ("Spra\u030ak", "language"), ("Datum", "date"),
        ("Typ", "kind"), ("Ålder", "Ålder"), ("ålder", "ålder"), (" Date ", "date"),
    ],
)  # fmt: skip
def test_swedish_headings_beside_english_ones(written: str, name: str) -> None:
    assert heading_name(written) == name


def test_leading_zeros_and_dates_stay_text(tmp_path: Path) -> None:
    read = table(tmp_path, "code;name;telefon;datum\n0140;Nykvarn;0700;2026-03-01\n")
    assert cells(read) == [{"code": "0140", "name": "Nykvarn", "telefon": "0700", "date": "2026-03-01"}]


def test_blank_rows_count_as_lines_but_are_no_rows(tmp_path: Path) -> None:
    read = table(tmp_path, "\n;;\nid;title\n\na;A\n;\n   \nb;B\n")
    assert [(row.line, row.get("id")) for row in read.rows] == [(5, "a"), (8, "b")]
    assert read.problems == ()


def test_short_rows_are_fine_and_long_rows_are_a_problem_at_their_line(tmp_path: Path) -> None:
    read = table(tmp_path, 'id;title;note\na;A\n"b\n";B;x;y\nc;C;z;;\n')
    assert [row.get("note") for row in read.rows] == ["", "x", "z"]
    assert [(p.where, p.warning) for p in read.problems] == [("transcripts/sources.csv:3", False)]
    assert "4 cells" in read.problems[0].message and "3 headings" in read.problems[0].message


def test_duplicate_headings_are_a_problem_even_in_two_languages(tmp_path: Path) -> None:
    read = table(tmp_path, "id;note;Anteckning;Id;Ålder;ålder\n")
    assert [p.where for p in read.problems] == ["transcripts/sources.csv:1"] * 2
    assert "'id'" in read.problems[0].message and "'note'" in read.problems[1].message


def test_empty_columns_without_heading_are_fine_but_not_text_in_two_of_them(tmp_path: Path) -> None:
    assert table(tmp_path, "id;;title;;\na;;A;;\n").problems == ()
    assert table(tmp_path, "id;;title\na;kept;A\n").problems == ()
    (problem,) = table(tmp_path, "id;;title;;\na;lost?;A;;\n").problems
    assert problem.where.endswith(":2") and "without heading" in problem.message


def test_a_missing_or_empty_file_is_an_empty_table(tmp_path: Path) -> None:
    assert read_table(tmp_path / "none.csv", "none.csv").rows == ()
    assert (table(tmp_path, b"").rows, table(tmp_path, b"\xef\xbb\xbf").headings) == ((), ())


def test_an_endless_cell_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    read = table(tmp_path, 'id;note\na;b\nc;"' + "x" * 200_000 + "\n")
    assert [row.get("id") for row in read.rows] == ["a"]
    assert [p.where for p in read.problems] == ["transcripts/sources.csv:3"]


def test_written_as_utf8_with_bom_and_the_delimiter_of_the_study(tmp_path: Path) -> None:
    read = table(tmp_path, "id,Kommun,Ålder\na,Gnesta,70\n")
    rows = [*(dict(row.cells) for row in read.rows), {"id": "b", "municipality": "Åre; Berg", "Ålder": 'x "y"'}]
    write_table(read, rows, read.headings, ";")
    expected = 'id;Kommun;Ålder\na;Gnesta;70\nb;"Åre; Berg";"x ""y"""\n'
    assert read.path.read_bytes() == b"\xef\xbb\xbf" + expected.encode()


def test_a_table_changed_on_disk_is_not_overwritten(tmp_path: Path) -> None:
    read = table(tmp_path, "id;title\na;A\n")
    read.path.write_bytes(b"id;title\na;B\n")
    with pytest.raises(QualkitError, match="another program changed this file"):
        write_table(read, [], read.headings, ";")
    assert read.path.read_bytes() == b"id;title\na;B\n"


def test_a_table_that_appeared_or_went_since_is_not_overwritten(tmp_path: Path) -> None:
    new = read_table(tmp_path / "new.csv", "new.csv")
    new.path.write_bytes(b"id\nx\n")
    with pytest.raises(QualkitError, match="another program"):
        write_table(new, [], ["id"], ";")
    gone = table(tmp_path, "id\na\n")
    gone.path.unlink()
    with pytest.raises(QualkitError, match="another program"):
        write_table(gone, [], ["id"], ";")
    assert not gone.path.exists()


@pytest.mark.parametrize("text", ["id;note;anteckning\na;1;2\n", "id;note\na;1;2\n", "id;;\na;1;2\n"])
def test_a_table_that_was_not_read_whole_is_not_rewritten(tmp_path: Path, text: str) -> None:
    read = table(tmp_path, text)
    with pytest.raises(ContentError):
        write_table(read, [dict(row.cells) for row in read.rows], read.headings, ";")
    assert read.path.read_text("utf-8") == text


TEXT = st.text(
    st.one_of(
        st.sampled_from("åÄö;,\t\"\n\r'=| 09"), st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    ),
    max_size=12,
)
HEADING = TEXT.map(str.strip).filter(lambda text: bool(text) and heading_name(text) not in ("id", "title"))


@given(
    headings=st.lists(HEADING, max_size=4, unique_by=lambda text: heading_name(text.replace("\r", "\n"))),
    rows=st.lists(st.lists(TEXT, min_size=6, max_size=6), max_size=5),
    first=st.sampled_from([",", ";", "\t"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reading_what_was_written_gives_the_same_table(
    tmp_path: Path, headings: list[str], rows: list[list[str]], first: str, delimiter: str
) -> None:
    """Whatever the study's own columns hold: read -> write -> read is the same, and a second write the same bytes."""
    path = tmp_path / "t.csv"
    path.unlink(missing_ok=True)
    names = ["id", "title", *headings]
    given_rows = [{heading_name(name): cell for name, cell in zip(names, row, strict=False)} for row in rows]
    write_table(Table(path), given_rows, names, first)
    before = read_table(path, "t.csv")
    if before.problems:  # headings that become the same once line breaks and composed letters are made plain
        assert all("two columns" in problem.message for problem in before.problems)
        return
    assert [[row.get(name) for name in tuple(map(heading_name, before.headings))] for row in before.rows] == [
        plain for row in rows if any(plain := [_plain(cell) for cell in row[: len(names)]])
    ]
    names = list(map(heading_name, before.headings))
    write_table(before, [dict(row.cells) for row in before.rows], before.headings, delimiter)
    after = read_table(path, "t.csv")
    assert (tuple(map(heading_name, after.headings)), after.problems) == (tuple(map(heading_name, before.headings)), ())
    assert [[row.get(n) for n in names] for row in after.rows] == [[row.get(n) for n in names] for row in before.rows]
    content = path.read_bytes()
    write_table(after, [dict(row.cells) for row in after.rows], after.headings, delimiter)
    assert path.read_bytes() == content


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_reading_crash(tmp_path: Path, content: bytes) -> None:
    read = table(tmp_path, content)
    assert read.stamp == Stamp.of(content)
