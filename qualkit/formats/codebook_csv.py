"""A codebook as CSV: a row a code, for spreadsheets and for MAXQDA."""

from __future__ import annotations

import csv
import io

from qualkit.errors import QualkitError
from qualkit.formats.codebook_rows import rows_of, tree_of
from qualkit.formats.codebook_tree import Tree
from qualkit.formats.codebooks import CodebookExport
from qualkit.formats.safe import safe, unsafe
from qualkit.store.files import decode


def render(export: CodebookExport) -> bytes:
    """The file's bytes: UTF-8 with BOM, no cell that a spreadsheet would run."""
    out = io.StringIO(newline="")
    rows = [[safe(cell) for cell in row] for row in rows_of(export.codebook)]
    csv.writer(out, delimiter=export.delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def read(content: bytes, name: str) -> Tree:
    """What the file says, whatever its delimiter. QualkitError where it is no table of codes."""
    text = decode(content)
    first, _, rest = text.partition("\n")
    text, signs = (rest, first.strip()[4:5]) if first.strip().lower().startswith("sep=") else (text, ";,\t")
    failed = QualkitError("this file is not readable as a table", where=name, hint="save it as CSV (UTF-8)")
    for delimiter in sorted(signs or ";,\t", key=lambda sign: -text.partition("\n")[0].count(sign)):
        try:
            found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            return tree_of([[unsafe(cell) for cell in row] for row in found], name)
        except QualkitError as error:
            failed = error
        except csv.Error as error:
            raise failed from error
    raise failed
