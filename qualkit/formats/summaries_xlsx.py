"""Summaries as a workbook to write in: one column is open, the others are kept from slips (without a password)."""

from __future__ import annotations

import io
from typing import Any

from qualkit.formats.summaries import OURS, SummaryTable
from qualkit.formats.workbook import OPTIONS, clean, created, for_paper, height

_NARROW = 3  # columns that only qualkit reads
_WIDTHS = (22, 26, 60, 10, 70, 18, 40)


def render(table: SummaryTable) -> bytes:
    """The file's bytes: every cell is a text, so none holds a formula, and none becomes one when it is edited."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, dict(OPTIONS)) as book:
        book.set_properties({"title": table.title, "created": created(table.made)})
        sheet = book.add_worksheet(table.headings[table.summary])
        _write(book, sheet, table)
        _shape(sheet, table)
    return out.getvalue()


def _write(book: Any, sheet: Any, table: SummaryTable) -> None:
    plain: dict[str, Any] = {"text_wrap": True, "valign": "top", "num_format": "@"}
    head = book.add_format({"bold": True, "bg_color": "#E7E6E6", "bottom": 1, "valign": "top", "text_wrap": True})
    text, open_ = book.add_format(plain), book.add_format(plain | {"locked": False, "bg_color": "#FFFBE6", "border": 1})
    ours = book.add_format({"num_format": "@", "valign": "top", "font_color": "#A6A6A6"})
    styles = [text] * len(_WIDTHS) + [ours] * len(OURS)
    styles[table.summary] = open_
    for column, heading in enumerate(table.headings):
        sheet.write_string(0, column, heading, head)
        sheet.set_column(column, column, _WIDTHS[column] if column < table.ours else _NARROW)
    sheet.write_comment(0, table.summary, table.remark)
    for number, line in enumerate(table.lines, start=1):
        sheet.set_row(number, height(line[: table.ours], _WIDTHS))
        for column, cell in enumerate(line):
            if cell:
                sheet.write_string(number, column, clean(cell), styles[column])
            elif column == table.summary:
                sheet.write_blank(number, column, None, open_)


def _shape(sheet: Any, table: SummaryTable) -> None:
    sheet.freeze_panes(1, table.summary)
    sheet.autofilter(0, 0, max(len(table.lines), 1), len(table.headings) - 1)
    sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True, "format_cells": True})
    for_paper(sheet)
    sheet.print_area(0, 0, max(len(table.lines), 1), table.ours - 1)
