"""The matrix as a workbook: figures that lead to their excerpts, and a sheet that says how it was made."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from qualkit.analysis.matrix import UNFINISHED_MARK, Cell
from qualkit.analysis.zeros import ZEROS
from qualkit.formats.matrix import EXCERPT_HEADINGS, MatrixExport, excerpt_lines, method_lines

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = (22, 28, 30, 80, 26, 13, 14, 9, 10, 12, 11, 30)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_COLUMN = 17  # characters wide
_LINE, _TALLEST = 15, 409  # points
_LONGEST = 32_767  # characters that a cell can hold


def render(export: MatrixExport) -> bytes:
    """The file's bytes: sheets Matrix, Excerpts and Method. No cell holds a formula."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, options) as book:
        book.set_properties({"title": export.study.settings.title, "created": created(export.made)})
        sheet, excerpts, method = (book.add_worksheet(name) for name in ("Matrix", "Excerpts", "Method"))
        links = _Excerpts(book, excerpts).write(export)
        _Matrix(book, sheet).write(export, links)
        _write_method(book, method, export)
    return out.getvalue()


def created(made: str) -> datetime:
    """The time of making (ISO 8601) as a workbook keeps it: in UTC, without saying so."""
    return datetime.fromisoformat(made).astimezone(UTC).replace(tzinfo=None)


def clean(text: str) -> str:
    """Text that a cell can hold: no control characters, not longer than a cell."""
    text = _CONTROL.sub("\ufffd", text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def height(texts: Sequence[str], widths: Sequence[int]) -> float:
    """Points that a row of wrapped texts needs in columns of these widths (characters): not every program finds out."""
    lines = (
        sum(1 + int(len(part) / (1.1 * width)) for part in text.split("\n"))
        for text, width in zip(texts, widths, strict=False)
    )
    return float(min(_LINE * max(lines, default=1), _TALLEST))


def for_paper(sheet: Worksheet) -> None:
    """A4, lying, as wide as a page, with the headings on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


class _Excerpts:
    """The second sheet: a line for each excerpt behind each figure, cell by cell."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.head = book.add_format({"bold": True, "bg_color": "#E7E6E6", "bottom": 1, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self, export: MatrixExport) -> dict[tuple[str, str], str]:
        """Write all lines; gives the link to the lines of each cell of the matrix."""
        for column, (heading, width) in enumerate(zip(EXCERPT_HEADINGS, _WIDTHS, strict=True)):
            self.sheet.write_string(0, column, heading, self.head)
            self.sheet.set_column(column, column, width)
        where: dict[tuple[str, str], list[int]] = {}
        line = 0
        for line, (cell, texts) in enumerate(excerpt_lines(export), start=1):
            where.setdefault(cell, []).append(line + 1)
            self.sheet.set_row(line, height(texts, _WIDTHS))
            for column, text in enumerate(texts):
                self.sheet.write_string(line, column, clean(text), self.text)
        self.sheet.freeze_panes(1, 0)
        for_paper(self.sheet)
        self.sheet.autofilter(0, 0, max(line, 1), len(EXCERPT_HEADINGS) - 1)
        last = chr(ord("A") + len(EXCERPT_HEADINGS) - 1)
        return {cell: f"internal:'Excerpts'!A{lines[0]}:{last}{lines[-1]}" for cell, lines in where.items()}


class _Matrix:
    """The first sheet."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self.sheet = sheet
        grid: dict[str, Any] = {"border": 1, "border_color": "#BFBFBF"}
        centre = grid | {"align": "center"}
        head = grid | {"bold": True, "bg_color": "#E7E6E6", "text_wrap": True, "valign": "vcenter"}
        self.head = book.add_format(head)
        self.name = book.add_format(grid | {"bold": True})
        self.number = book.add_format(centre | {"font_color": "#000000"})
        self.unfinished = book.add_format(centre | {"font_color": "#000000", "num_format": f'0"{UNFINISHED_MARK}"'})
        self.decimal = book.add_format(centre | {"font_color": "#000000", "num_format": "0.0"})
        mark = {"font_color": "#000000", "num_format": f'0.0"{UNFINISHED_MARK}"'}
        self.decimal_unfinished = book.add_format(centre | mark)
        self.quotes = book.add_format(grid | {"font_color": "#000000", "text_wrap": True, "valign": "top"})
        self.total_decimal = book.add_format(centre | {"bold": True, "bg_color": "#F2F2F2", "num_format": "0.0"})
        self.zero = book.add_format(centre | {"font_color": "#595959"})
        self.total = book.add_format(centre | {"bold": True, "bg_color": "#F2F2F2"})
        self.small = book.add_format({"font_color": "#595959", "italic": True})

    def write(self, export: MatrixExport, links: dict[tuple[str, str], str]) -> None:
        matrix, sheet = export.matrix, self.sheet
        first = len(export.heads)
        heads = [*(head.capitalize() for head in export.heads), *matrix.columns.values()]
        heads += ["Sum", "Unique", "Sources", "With transcript", "Finished"]
        for column, heading in enumerate(heads):
            sheet.write_string(0, column, clean(heading), self.head)
        for line, row in enumerate(matrix.rows, start=1):
            for column, text in enumerate(export.names(row)):
                sheet.write_string(line, column, clean(text), self.name)
            for column, key in enumerate(matrix.columns, start=first):
                self.cell(line, column, matrix.cells[row, key], links.get((row, key)))
            totals = [matrix.sums[row, None], matrix.uniques.get((row, None), 0), *matrix.sources[row]]
            for column, figure in enumerate(totals, start=first + len(matrix.columns)):
                self.figure(line, column, figure)
        self.totals(export, first, len(matrix.rows) + 1)
        self.shape(export, first)

    def cell(self, line: int, column: int, cell: Cell, link: str | None) -> None:
        """A figure with the link to its excerpts, or the sign that says why it is zero."""
        if cell.zero or not cell.value:
            if cell.text == "0":
                self.sheet.write_number(line, column, 0, self.zero)
            else:
                if link:
                    self.sheet.write_url(line, column, link, self.zero, cell.text)
                self.sheet.write_string(line, column, cell.text, self.zero)
            return
        style = self.style(cell)
        if link:
            words = clean(cell.text) if cell.quotes else str(cell.value)
            self.sheet.write_url(line, column, link, style, words, "Show the excerpts behind this figure")
        if cell.quotes:
            self.sheet.write_string(line, column, clean(cell.text), style)
        else:
            self.sheet.write_number(line, column, cell.value, style)

    def style(self, cell: Cell) -> Format:
        """How a figure looks."""
        if cell.quotes:
            return self.quotes
        if isinstance(cell.value, int):
            return self.unfinished if cell.unfinished else self.number
        return self.decimal_unfinished if cell.unfinished else self.decimal

    def figure(self, line: int, column: int, figure: float) -> None:
        """A total."""
        style = self.total if isinstance(figure, int) else self.total_decimal
        self.sheet.write_number(line, column, figure, style)

    def totals(self, export: MatrixExport, first: int, line: int) -> None:
        matrix = export.matrix
        if matrix.differences:
            self.sheet.write_string(line, first - 1, "Difference", self.total)
            for column, difference in enumerate(matrix.differences.values(), start=first):
                if difference is None:
                    self.sheet.write_blank(line, column, None, self.total)
                else:
                    self.figure(line, column, difference)
            line += 1
        for offset, (label, figures) in enumerate((("Sum", matrix.sums), ("Unique", matrix.uniques))):
            self.sheet.write_string(line + offset, first - 1, label, self.total)
            for column, key in enumerate(matrix.columns, start=first):
                self.figure(line + offset, column, figures.get((None, key), 0))
            self.figure(line + offset, first + len(matrix.columns) + offset, figures[None, None])
        for offset, (zero, sign) in enumerate(ZEROS.items()):
            self.sheet.write_string(line + 3 + offset, first - 1, f"{sign}  {zero}", self.small)
        legend = f"3{UNFINISHED_MARK}  three so far: some source of the row is not finished"
        self.sheet.write_string(line + 3 + len(ZEROS), first - 1, legend, self.small)

    def shape(self, export: MatrixExport, first: int) -> None:
        matrix, sheet = export.matrix, self.sheet
        if export.case_ids:
            sheet.set_column(0, 0, 7)
        widest = max((len(name) for name in matrix.rows.values()), default=10)
        sheet.set_column(first - 1, first - 1, min(max(widest + 2, 14), 40))
        sheet.set_column(first, first + len(matrix.columns) - 1, _COLUMN)
        sheet.set_column(first + len(matrix.columns), first + len(matrix.columns) + 4, 10)
        sheet.set_row(0, height(list(matrix.columns.values()), [_COLUMN] * len(matrix.columns)))
        sheet.freeze_panes(1, first)
        if matrix.rows and matrix.columns:
            scale: dict[str, Any] = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#7FB2D9"}
            scale |= {"min_type": "num", "min_value": 0}
            sheet.conditional_format(1, first, len(matrix.rows), first + len(matrix.columns) - 1, scale)
        for_paper(sheet)


def _write_method(book: Workbook, sheet: Worksheet, export: MatrixExport) -> None:
    bold = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    warning = "Holds quotes from interviews: personal data. Do not pass it on without checking."
    for line, (label, words) in enumerate([("Note", warning), *method_lines(export)]):
        sheet.write_string(line, 0, clean(label), bold)
        sheet.write_string(line, 1, clean(words), text)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    for_paper(sheet)
