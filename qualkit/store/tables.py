"""CSV as people's spreadsheets write it: read leniently, written in one way, unknown columns kept."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qualkit.errors import Problem, place, refuse_errors
from qualkit.store.files import Stamp, decode, read_bytes, write_atomically

# Swedish headings beside the English ones: what is written in the first row -> qualkit's name.
HEADINGS = {
    "källa": "source", "kalla": "source", "titel": "title", "rubrik": "title", "typ": "kind", "slag": "kind",
    "kommun": "municipality", "kommuner": "municipality", "municipalities": "municipality", "datum": "date",
    "språk": "language", "sprak": "language", "inspelning": "recording", "ljudfil": "recording", "fil": "recording",
    "frågat": "asked", "ställda frågor": "asked", "ställda": "asked", "anteckning": "note", "anmärkning": "note",
    "talare": "speaker", "deltagare": "participant", "pseudonym": "participant", "roll": "role",
    "kod": "code", "kommunkod": "code", "namn": "name", "kommunnamn": "name",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first and last line in the file, and its cells by qualkit's heading."""

    line: int
    cells: Mapping[str, str]
    last: int

    def get(self, heading: str) -> str:
        """The cell without blanks around it; "" where the table has no such column."""
        return self.cells.get(heading, "") if heading in self.cells else self._whatever_case(heading)

    def _whatever_case(self, heading: str) -> str:
        folded = heading.casefold()
        return next((cell for name, cell in self.cells.items() if name.casefold() == folded), "")


@dataclass(frozen=True)
class Table:
    """A CSV file as it was read. `headings` are as written; `heading_name` says what they mean."""

    path: Path
    headings: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    stamp: Stamp = field(default_factory=lambda: Stamp(None))
    delimiter: str = ";"
    problems: tuple[Problem, ...] = ()


def heading_name(written: str) -> str:
    """What a heading means: `Kommun` and `municipality` are the same column."""
    name = unicodedata.normalize("NFC", written).strip()
    folded = name.casefold()
    return HEADINGS.get(folded, folded if folded in _KNOWN else name)


_KNOWN = {
    *HEADINGS.values(),
    *("id", "note"),
}
_HEAD_HINT = "write a heading above it in the first row"


def read_table(path: Path, name: str) -> Table:
    """The table at `path`, empty when there is no file. `name` is how problems call the file."""
    if not path.exists():
        return Table(path)
    content = read_bytes(path)
    delimiter = _delimiter(text := decode(content))
    lines = csv.reader(io.StringIO(_without_sep(text), newline=""), delimiter=delimiter)
    shift = text.count("\n", 0, len(text) - len(_without_sep(text)))
    headings: tuple[str, ...] = ()
    rows: list[Row] = []
    problems: list[Problem] = []
    end = shift
    try:
        for cells in lines:
            begin, end = end + 1, lines.line_num + shift
            cells = [_plain(cell) for cell in cells]
            if not any(cells):
                continue
            if not headings:
                headings = tuple(cells)
                problems += _heading_problems(headings, name, begin)
                continue
            if len(cells) > len(headings) and any(cells[len(headings) :]):
                problems.append(
                    Problem(
                        place(name, begin),
                        f"this row has {len(cells)} cells, the first row has {len(headings)} headings",
                        "put text that holds a comma or semicolon in quotes",
                    )
                )
            if headings.count("") > 1 and any(cell for cell, over in zip(cells, headings, strict=False) if not over):
                problems.append(Problem(place(name, begin), "a cell stands in a column without heading", _HEAD_HINT))
            rows.append(Row(begin, dict(zip(map(heading_name, headings), cells, strict=False)), end))
    except csv.Error as error:
        problems.append(Problem(place(name, lines.line_num + shift), f"not readable as a table: {error}"))
    return Table(path, headings, tuple(rows), Stamp.of(content), delimiter, tuple(problems))


def line_of(table: Table, cells: Mapping[str, str], headings: Sequence[str]) -> str:
    """One row as it would stand in that file: its own headings and delimiter, or these where there is no file yet."""
    out = io.StringIO(newline="")
    names = [heading_name(heading) for heading in table.headings or headings]
    csv.writer(out, delimiter=table.delimiter, lineterminator="").writerow([cells.get(name, "") for name in names])
    return out.getvalue()


def write_table(table: Table, rows: Iterable[Mapping[str, str]], headings: Iterable[str], delimiter: str) -> None:
    """Write rows (cells by qualkit's heading) under `headings`.

    Refuses when the file changed since it was read, and when it could not be read whole: what was not read
    would be lost.
    """
    refuse_errors(table.problems, f"{table.path.name} was not written: it has errors")
    write_atomically(table.path, table_content(rows, headings, delimiter), expected=table.stamp)


def table_content(rows: Iterable[Mapping[str, str]], headings: Iterable[str], delimiter: str) -> bytes:
    """Rows (cells by qualkit's heading) under `headings`, as the bytes of a file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    headings = list(headings)
    writer.writerow(map(_plain, headings))
    for row in rows:
        writer.writerow([_plain(row.get(heading_name(heading), "")) for heading in headings])
    return out.getvalue().encode("utf-8-sig")


def _heading_problems(headings: tuple[str, ...], name: str, line: int) -> list[Problem]:
    named = [heading_name(heading) for heading in headings if heading]
    return [
        Problem(place(name, line), f"two columns are both headed '{heading}'", "rename or delete one of them")
        for heading in dict.fromkeys(named)
        if named.count(heading) > 1
    ]


def _without_sep(text: str) -> str:
    """Excel's own first line `sep=;` is no row of the table."""
    first, end, rest = text.partition("\n")
    return rest if end and first.strip().lower().startswith("sep=") else text


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first row into most headings that qualkit knows, then into most cells at all;
    semicolon when it has a single column.
    """
    first = text.partition("\n")[0].strip()
    if first.lower().startswith("sep=") and len(first) > 4:
        return first[4]
    return max(";,\t", key=lambda delimiter: _fitting(_without_sep(text), delimiter))


def _fitting(text: str, delimiter: str) -> tuple[int, int]:
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        headings = next((cells for cells in rows if any(cell.strip() for cell in cells)), [])
    except csv.Error:
        return 0, 0
    return sum(heading_name(heading) in _KNOWN for heading in headings), len(headings)


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).replace("\r\n", "\n").replace("\r", "\n").strip()
