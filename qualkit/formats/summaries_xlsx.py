"""Summaries as a workbook to write in: one column is open, the others are kept from slips (without a password)."""

from __future__ import annotations

import io
from typing import Any

from qualkit.formats.summaries import OURS, SummaryTable
from qualkit.formats.table import Table
from qualkit.formats.workbook import OPTIONS, Tables, created

_NARROW = 3  # columns that only qualkit reads
_WIDTHS = (22, 26, 60, 10, 70, 18, 40)
_TEXT: dict[str, Any] = {"text_wrap": True, "valign": "top", "num_format": "@"}  # what is typed stays a text
_OPEN = _TEXT | {"locked": False, "bg_color": "#FFFBE6", "border": 1, "border_color": "#BFBFBF"}
_OURS = {"valign": "top", "num_format": "@", "font_color": "#A6A6A6"}
_ALLOWED = {"autofilter": True, "format_columns": True, "format_rows": True, "format_cells": True}


def render(table: SummaryTable) -> bytes:
    """The file's bytes: every cell is a text, so none holds a formula, and none becomes one when it is edited."""
    from xlsxwriter import Workbook

    widths = [*_WIDTHS, *[_NARROW] * len(OURS)]
    headings = list(zip(table.headings, widths, strict=True))
    out = io.BytesIO()
    with Workbook(out, dict(OPTIONS)) as book:
        book.set_properties({"title": table.title, "created": created(table.made)})
        tables = Tables(book)
        tables.add(Table(table.headings[table.summary], headings, table.lines, len(table.lines)))
        (sheet,) = book.worksheets()
        looks = [book.add_format(look) for look in (_TEXT, _OPEN, _OURS)]
        for column, width in enumerate(widths):
            look = looks[1 if column == table.summary else 2 * (column >= table.ours)]
            sheet.set_column(column, column, width, look)  # empty cells have the look of their column
            sheet.write_blank(1, column, None, look)  # and the others that of the table's pattern
        sheet.write_comment(0, table.summary, table.remark)
        sheet.freeze_panes(1, table.summary)
        sheet.protect("", _ALLOWED)
        sheet.print_area(0, 0, max(len(table.lines), 1), table.ours - 1)
    return tables.fill(out.getvalue())
