"""Workbooks: what every sheet needs, and long tables whose lines are put in as they are made.

XlsxWriter holds a sheet in memory, or, in its constant-memory mode, writes 100,000 lines of text in nine seconds and to
the disk, where an interview has no business. So it makes the workbook with everything but the lines of the tables, and
these go straight into the archive, a few hundred at a time.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from qualkit.errors import QualkitError
from qualkit.formats.table import Table, column_letters

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOST_LINES = 1_048_575  # below the headings: what a sheet can hold
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # a spreadsheet takes _x0041_ for A
_LINE, _TALLEST = 15, 409  # points
_LONGEST = 32_767  # characters that a cell can hold, as UTF-16 counts them
_AT_ONCE = 500  # lines
_SHORT, _REMEMBERED = 60, 10_000  # signs of a text that may come again, and how many of them are remembered
_QUICK = 1  # of nine: how hard the file is packed; harder takes longer than all else, and saves a quarter
_PATTERN = re.compile(rb'<row r="2"[^>]*>(.*?)</row>')


def created(made: str) -> datetime:
    """The time of making (ISO 8601) as a workbook keeps it: in UTC, without saying so."""
    return datetime.fromisoformat(made).astimezone(UTC).replace(tzinfo=None)


def clean(text: str) -> str:
    """Text that a cell can hold: no control characters, line breaks of one kind, not longer than a cell."""
    text = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) <= _LONGEST // 2 or len(units := text.encode("utf-16-le")) <= 2 * _LONGEST:
        return text
    return units[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


def height(texts: Sequence[str], widths: Sequence[int]) -> float:
    """Points that a row of wrapped texts needs in columns of these widths (characters): not every program finds out."""
    lines = max((_wrapped(text, width) for text, width in zip(texts, widths, strict=False)), default=1)
    return float(min(_LINE * lines, _TALLEST))


def _wrapped(text: str, width: int) -> int:
    return sum(1 + int(len(part) / (1.1 * width)) for part in text.split("\n"))


def for_paper(sheet: Worksheet, headings: int = 0) -> None:
    """A4, lying, as wide as a page, with the headings (up to this line) on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(headings)


class Tables:
    """The tables of a workbook: `add` makes each a sheet without its lines, `fill` puts them all in."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._sheets = book, dict[int, Table]()
        look = {"bold": True, "bg_color": "#E7E6E6", "bottom": 1, "text_wrap": True, "valign": "top"}
        self._head = book.add_format(look)
        self._text = book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, table: Table) -> None:
        """A sheet with frozen headings and a filter on each. QualkitError where it cannot hold the lines."""
        if table.count > MOST_LINES:
            what = f"the sheet {table.name} would have {table.count} lines; a workbook has room for {MOST_LINES}"
            raise QualkitError(what, hint="narrow it with --where, or write a .csv file, which holds the matrix alone")
        sheet = self._book.add_worksheet(table.name)
        self._sheets[len(self._book.worksheets())] = table
        for column, (heading, width) in enumerate(table.headings):
            sheet.write_string(0, column, clean(heading), self._head)
            sheet.set_column(column, column, width)
            sheet.write_blank(1, column, None, self._text)  # a pattern: the lines take its look
        sheet.freeze_panes(1, 0)
        for_paper(sheet)
        if table.filters:
            sheet.autofilter(0, 0, max(table.count, 1), len(table.headings) - 1)

    def fill(self, workbook: bytes) -> bytes:
        """The workbook with all lines in it."""
        out = io.BytesIO()
        packed = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK)
        with zipfile.ZipFile(io.BytesIO(workbook)) as made, packed as whole:
            sheets = {f"xl/worksheets/sheet{number}.xml": table for number, table in self._sheets.items()}
            for name in made.namelist():
                content = made.read(name)
                with whole.open(name, "w", force_zip64=True) as file:  # its time is that of no clock, in 1980
                    for part in _filled(content, sheets[name]) if name in sheets else (content,):
                        file.write(part)
        return out.getvalue()


def _filled(sheet: bytes, table: Table) -> Iterator[bytes]:
    """A sheet's XML with the lines in place of its pattern."""
    pattern = _PATTERN.search(sheet)
    if pattern is None:
        raise ValueError("`add` wrote a second row, and the sheet has none")
    styles = re.findall(rb's="(\d+)"', pattern[1])
    last = sheet[: pattern.start()].rpartition(b'<dimension ref="')[2].split(b'"')[0]
    whole = re.sub(rb"\d+$", b"%d" % (table.count + 1), last)
    yield sheet[: pattern.start()].replace(b'ref="' + last, b'ref="' + whole, 1)
    lines = _lines(table, [style.decode() for style in styles])
    while some := "".join(islice(lines, _AT_ONCE)):
        yield some.encode("utf-8")
    yield sheet[pattern.end() :]


def _lines(table: Table, styles: Sequence[str]) -> Iterator[str]:
    """The rows of a table. What a cell says again and again (a name, a code) is written once and remembered."""
    widths = [width for _, width in table.headings]
    begins = [f'<c r="{column_letters(column)}' for column in range(len(widths))]
    ends = [f'" s="{style}"' for style in styles]
    known: dict[str, str] = {}
    for number, line in enumerate(table.lines, start=2):
        cells, lines = [], 1
        for begin, end, width, content in zip(begins, ends, widths, line, strict=True):
            if isinstance(content, int):
                cells.append(f"{begin}{number}{end}><v>{content}</v></c>")
            elif content:
                if len(content) > width or "\n" in content:
                    lines = max(lines, _wrapped(content, width))
                words = known.get(content) or _words(content, known)
                cells.append(f"{begin}{number}{end}{words}")
        tall = min(_LINE * lines, _TALLEST)
        yield f'<row r="{number}" ht="{tall}" customHeight="1">{"".join(cells)}</row>'


def _words(text: str, known: dict[str, str]) -> str:
    """A text as it stands in a cell: always words, never a formula."""
    written = clean(text) if len(text) > _SHORT or not text.isprintable() else text
    if not written.isalnum():
        written = _ESCAPE.sub("_x005F_", written).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    written = f' t="inlineStr"><is><t{kept}>{written}</t></is></c>'
    if len(text) <= _SHORT and len(known) < _REMEMBERED:
        known[text] = written
    return written
