"""The summaries of a matrix, a line each: for the workbook of the matrix."""

from __future__ import annotations

from qualkit.formats.matrix import MatrixExport
from qualkit.formats.matrix_grid import column_names, heads, row_name
from qualkit.formats.table import Table


def summary_tables(export: MatrixExport) -> list[Table]:
    """Who says what of which cell, and what came or went since; none where the matrix shows no summaries."""
    say, cells, columns = export.say, export.matrix.cells, column_names(export)
    headings = [
        (" / ".join(heads(export)[export.case_ids :]), 20),
        (" / ".join(say(name) for name in export.matrix.request.columns), 26),
        (say("Summary"), 80), (say("coder"), 12), (say("date"), 12), (say("since then"), 20), (say("excerpts"), 10),
    ]  # fmt: skip
    lines = [
        (row_name(export, row), columns[column], one.summary.text, one.summary.coder, one.summary.time[:10],
         one.since.words(say), len(cell.excerpts))
        for (row, column), cell in cells.items()
        for one in cell.summaries
    ]  # fmt: skip
    return [Table(say("Summaries"), headings, lines, len(lines))] if lines else []
