"""The matrix as CSV: plain figures, zeros in words, UTF-8 with BOM and the study's delimiter."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from qualkit.analysis.matrix import Cell
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.zeros import NOT_MENTIONED
from qualkit.formats.matrix import MatrixExport
from qualkit.formats.safe import safe


def render(export: MatrixExport) -> bytes:
    """The file's bytes. Figures stay numbers; whether a row's sources are finished stands in columns of its own.

    Where cells are parted by semicolons, decimals have a comma: spreadsheets that expect the one expect the other, and
    take 2.5 for a day in May.
    """
    matrix = export.matrix
    out = io.StringIO(newline="")
    delimiter = export.study.settings.delimiter
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")

    def write(cells: Sequence[str | float | None]) -> None:
        writer.writerow([_number(cell, delimiter) if isinstance(cell, float) else cell for cell in cells])

    tail = ["sum", "unique", "sources", "with transcript", "finished"]
    write([safe(cell) for cell in [*export.heads, *matrix.columns.values(), *tail]])
    for row in matrix.rows:
        figures = [_cell(export, matrix.cells[row, column]) for column in matrix.columns]
        sums = [matrix.sums[row, None], matrix.uniques.get((row, None), 0), *matrix.sources[row]]
        write([*(safe(name) for name in export.names(row)), *figures, *sums])
    blank = [""] * (len(export.heads) - 1)
    if matrix.differences:
        write([*blank, "difference", *matrix.differences.values()])
    write([*blank, "sum", *(matrix.sums[None, c] for c in matrix.columns), matrix.sums[None, None]])
    uniques = [matrix.uniques.get((None, column), 0) for column in matrix.columns]
    write([*blank, "unique", *uniques, "", matrix.uniques[None, None]])
    if matrix.left_out:
        write([*blank, "left out as uncertain", len(matrix.left_out)])
    for remark in (export.remark, export.matrix.request.where.text and f"filter: {export.matrix.request.where.text}"):
        if remark:
            write([*blank, safe(remark)])
    return out.getvalue().encode("utf-8-sig")


def _cell(export: MatrixExport, cell: Cell) -> str | float:
    why = cell.zero if cell.zero or cell.value else MEASURES[export.matrix.request.measure].nothing
    if why and why != NOT_MENTIONED:
        return why
    return safe("\n".join(cell.quotes)) if cell.quotes else cell.value


def _number(figure: float, delimiter: str) -> str:
    return f"{figure:.2f}".replace(".", "," if delimiter == ";" else ".")
