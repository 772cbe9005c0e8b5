"""The matrix as CSV: plain figures, zeros in words, UTF-8 with BOM and the study's delimiter."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from qualkit.analysis.zeros import NOT_MENTIONED
from qualkit.formats.matrix import MatrixExport
from qualkit.formats.matrix_grid import Shown, grid_of
from qualkit.formats.safe import safe


def render(export: MatrixExport) -> bytes:
    """The file's bytes. Figures stay numbers; whether a row's sources are finished stands in columns of its own.

    Where cells are parted by semicolons, decimals have a comma: spreadsheets that expect the one expect the other, and
    take 2.5 for a day in May.
    """
    grid, say = grid_of(export), export.say
    out = io.StringIO(newline="")
    delimiter = export.study.settings.delimiter
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    headings = [*grid.heads, *grid.columns, *grid.tail]

    def write(cells: Sequence[str | float]) -> None:
        filled = [*cells, *[""] * (len(headings) - len(cells))]
        writer.writerow([safe(cell) if isinstance(cell, str) else _number(cell, delimiter) for cell in filled])

    write(headings)
    for line in grid.lines:
        write([*line.names, *(_plain(export, cell) for cell in (*line.cells, *line.tail))])
    blank = [""] * (len(grid.heads) - 1)
    if export.matrix.left_out:
        write([*blank, say("left out as uncertain"), len(export.matrix.left_out)])
    told = {"filter": export.matrix.request.where.text, "codings": export.remark, "Note": export.note}
    for label, remark in ((say(label), remark) for label, remark in told.items()):
        if remark:
            write([*blank, f"{label}: {remark}"])
    return out.getvalue().encode("utf-8-sig")


def _plain(export: MatrixExport, cell: Shown) -> str | float:
    if cell.why and cell.why != export.say(NOT_MENTIONED):
        return cell.why
    return cell.text if cell.value is None else cell.value


def _number(figure: float, delimiter: str) -> str:
    return str(figure) if isinstance(figure, int) else f"{figure:.2f}".replace(".", "," if delimiter == ";" else ".")
