"""Summaries as CSV, for programs that read no workbooks."""

from __future__ import annotations

import csv
import io

from qualkit.formats.safe import safe
from qualkit.formats.summaries import SummaryTable


def render(table: SummaryTable) -> bytes:
    """The file's bytes: UTF-8 with BOM, no cell that a spreadsheet would run."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.delimiter, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in line] for line in (table.headings, *table.lines))
    return out.getvalue().encode("utf-8-sig")
