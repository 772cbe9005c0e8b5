"""A codebook as a workbook: codes, guide questions, changes and what the codebook is called, a sheet each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qualkit.errors import QualkitError
from qualkit.formats.codebook_rows import COLUMNS, WIDTHS, rows_of, tree_of
from qualkit.formats.codebook_tree import Tree
from qualkit.formats.codebooks import CodebookExport
from qualkit.formats.workbook import clean, created, for_paper, height
from qualkit.model.codebook import Change, GuideQuestion

_MOST = 200_000_000  # bytes; a codebook of 200 codes has one million
_QUESTIONS, _CHANGES, _ABOUT = "Guide questions", "Changes", "Codebook"
_HINT = "open it in Excel or LibreOffice, save it again as .xlsx, and import that"


def render(export: CodebookExport) -> bytes:
    """The file's bytes. Every cell is a text, so none holds a formula."""
    from xlsxwriter import Workbook

    book, out = export.codebook, io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, options) as workbook:
        workbook.set_properties({"title": book.title, "created": created(export.made)})
        _sheet(workbook, "Codes", rows_of(book), [WIDTHS.get(name, 12) for name in COLUMNS])
        questions = [[one.id, one.text, "\n".join(one.themes)] for one in book.questions]
        _sheet(workbook, _QUESTIONS, [["Id", "Text", "Themes"], *questions], [16, 80, 30])
        changes = [[one.date, one.version, one.coder, one.what] for one in book.changes]
        _sheet(workbook, _CHANGES, [["Date", "Version", "Coder", "What"], *changes], [12, 10, 14, 90])
        about = [["title", book.title], ["language", book.language], ["version", book.version]]
        _sheet(workbook, _ABOUT, [["What", "Text"], *about], [14, 60])
    return out.getvalue()


def _sheet(workbook: Any, name: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    sheet = workbook.add_worksheet(name)
    head = workbook.add_format({"bold": True, "bg_color": "#E7E6E6", "bottom": 1, "valign": "top"})
    text = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})  # what is typed stays a text
    widths = [*widths, *([26] * (len(rows[0]) - len(widths)))]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, text)
    for line, row in enumerate(rows):
        sheet.set_row(line, height(row, widths))
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(line, column, clean(cell), text if line else head)
    sheet.freeze_panes(1, 0)
    for_paper(sheet)


def read(content: bytes, name: str) -> Tree:
    """What the workbook says: its first sheet with a column of codes, and our other sheets. QualkitError for others."""
    sheets = _sheets(content, name)
    tree, refused = None, QualkitError("this workbook is empty", where=name, hint=_HINT)
    for title, rows in sheets.items():
        if title not in (_QUESTIONS, _CHANGES, _ABOUT):
            try:
                tree = tree or tree_of(rows, name)
            except QualkitError as error:
                refused = error
    if tree is None:
        raise refused
    if _QUESTIONS in sheets:
        tree.questions = tuple(GuideQuestion(a, b, tuple(c.split())) for a, b, c in _cells(sheets[_QUESTIONS], 3))
    if _CHANGES in sheets:
        tree.changes = tuple(Change(*cells) for cells in _cells(sheets[_CHANGES], 4))
    about = _cells(sheets.get(_ABOUT, []), 2)
    tree.said = {key: text for key, text in about if key in ("title", "language", "version")}
    return tree


def _cells(rows: Sequence[Sequence[str]], count: int) -> list[list[str]]:
    """The cells below the headings, so many a row; empty rows are none."""
    padded = [[cell.strip() for cell in [*row, *[""] * count][:count]] for row in rows[1:]]
    return [row for row in padded if any(row)]


def _sheets(content: bytes, name: str) -> dict[str, list[list[str]]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _MOST:
                raise QualkitError("this workbook is too large to be a codebook", where=name, hint=_HINT)
        book = load_workbook(io.BytesIO(content), data_only=True)
        rows = {sheet.title: sheet.iter_rows(values_only=True) for sheet in book.worksheets}
        return {title: [[_text(cell) for cell in row] for row in those] for title, those in rows.items()}
    except QualkitError:
        raise
    except Exception as error:  # what a damaged workbook raises has many kinds, and openpyxl lists none
        raise QualkitError("this workbook is damaged, or has a password", where=name, hint=_HINT) from error


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
