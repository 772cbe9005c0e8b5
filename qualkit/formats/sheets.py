"""Tables that people edited, as texts: workbooks of Excel and LibreOffice, and CSV."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from qualkit.errors import QualkitError
from qualkit.formats.endings import by_ending
from qualkit.formats.safe import unsafe
from qualkit.store.files import decode

Rows = list[list[str]]
_MOST = 500_000_000  # bytes of a workbook, unpacked
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")  # _x0041_ as a workbook writes it
_WIDEST = 1000  # columns and lines that may be empty in a row: more of them are the rest of the sheet
_HINT = "open it in Excel or LibreOffice, save it again as .xlsx, and take that"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def sheets_of(content: bytes, file: PurePath) -> list[Rows]:
    """The sheets of a file, by the end of its name; every cell as a text. QualkitError where it cannot be read."""
    read = by_ending(file, _READERS)
    try:
        return read(content)
    except QualkitError:
        raise
    except Exception as error:  # what a damaged file raises has many kinds, and the libraries list none
        raise QualkitError("this file is damaged, or has a password", where=str(file), hint=_HINT) from error


def _xlsx(content: bytes) -> list[Rows]:
    from openpyxl import load_workbook

    _refuse_huge(content)
    book = load_workbook(io.BytesIO(content), read_only=True)
    return [[[_value(cell) for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets]


def _value(cell: Any) -> str:
    if cell.data_type == "f":
        _refuse_formula(f"{cell.column_letter}{cell.row}")
    value = cell.value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else _ESCAPED.sub("_", str(value))


def _ods(content: bytes) -> list[Rows]:
    from defusedxml.ElementTree import fromstring

    _refuse_huge(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = fromstring(archive.read("content.xml"))
    return [_ods_rows(table) for table in root.iter(f"{_TABLE}table")]


def _ods_rows(table: Any) -> Rows:
    rows: Rows = []
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row:
            if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                if cell.get(f"{_TABLE}formula"):
                    _refuse_formula(f"column {len(cells) + 1}, line {len(rows) + 1}")
                text = "\n".join(_ods_text(part) for part in cell if part.tag == f"{_TEXT}p")
                cells += [text] * _times(cell, "columns", text)
        rows += [cells] * _times(row, "rows", "".join(cells))
    return rows


def _times(element: Any, what: str, text: str) -> int:
    """How often a cell or row stands there; the empty rest of a sheet is said to be a million of them."""
    times = int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
    return times if text or times <= _WIDEST else 0


def _ods_text(element: Any) -> str:
    """The text of a paragraph, with its blanks, tabs and line breaks; notes in it are not part of it."""
    parts = [element.text or ""]
    for child in element:
        signs = {f"{_TEXT}s": " " * int(child.get(f"{_TEXT}c", "1")), f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
        if not child.tag.startswith(_OFFICE):
            parts.append(signs.get(child.tag) or _ods_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _csv(content: bytes) -> list[Rows]:
    text = decode(content)
    first, _, rest = text.partition("\n")
    text, signs = (rest, first.strip()[4:5]) if first.strip().lower().startswith("sep=") else (text, ";,\t")
    head = text.partition("\n")[0]
    delimiter = max(signs or ";,\t", key=head.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    return [[[unsafe(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]]


def _refuse_huge(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(one.file_size for one in archive.infolist()) > _MOST:
            raise QualkitError("this workbook is too large to be read", hint=_HINT)


def _refuse_formula(where: str) -> None:
    hint = "put an apostrophe before what is meant as a text, or take the formula out"
    raise QualkitError("this cell holds a formula, and nobody knows what it means to say", where=where, hint=hint)


_READERS: Mapping[str, Callable[[bytes], list[Rows]]] = {".xlsx": _xlsx, ".ods": _ods, ".csv": _csv}
