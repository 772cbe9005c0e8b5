"""The matrix as an OpenDocument spreadsheet, with the same sheets as the workbook.

A cell of this format holds a number or a link, so figures stay numbers and their excerpts are found by row and column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualkit.formats.matrix import MatrixExport
from qualkit.formats.matrix_grid import Grid, Line, Shown, grid_of, widths
from qualkit.formats.matrix_method import about
from qualkit.formats.matrix_tables import tables
from qualkit.formats.ods import Cell, Sheet, spreadsheet
from qualkit.formats.table import Table, capital, column_letters


def render(export: MatrixExport) -> bytes:
    """The file's bytes. No cell holds a formula."""
    grid, top = grid_of(export), about(export)
    frozen = len(grid.heads), len(top) + 1
    last = column_letters(len(grid.heads) + len(grid.columns) - 1), len(top) + 1 + len(export.matrix.rows)
    coloured = f"{column_letters(len(grid.heads))}{len(top) + 2}:{last[0]}{last[1]}" if grid.columns else ""
    first = Sheet(export.say("Matrix"), widths(grid), _rows(grid, top), frozen, coloured=coloured)
    sheets = [first, *map(_sheet, tables(export))]
    return spreadsheet(sheets, export.study.settings.title, export.made)


def _rows(grid: Grid, top: Sequence[str]) -> Iterator[list[Cell]]:
    looks = ("title", "warning", *["plain"] * len(top))
    yield from ([Cell(text, look=look)] for text, look in zip(top, looks, strict=False))
    headings = [*map(capital, grid.heads), *grid.columns, *map(capital, grid.tail)]
    yield [Cell(heading, look="head") for heading in headings]
    for line in grid.lines:
        names = [Cell(name, look="total" if line.total else "name") for name in line.names]
        yield [*names, *(_figure(line, cell) for cell in line.cells), *(_figure(line, cell) for cell in line.tail)]


def _figure(line: Line, cell: Shown) -> Cell:
    if cell.value is None:
        return Cell(cell.text, None, "total" if line.total else "zero" if cell.why else "words")
    look = "total" if line.total else "figure"
    if not isinstance(cell.value, int):
        look = "total decimal" if line.total else "decimal"
    return Cell(cell.text, cell.value, f"{look} open" if cell.open else look)


def _sheet(table: Table) -> Sheet:
    last = f"{column_letters(len(table.headings) - 1)}{table.count + 1}"
    return Sheet(
        table.name, [width for _, width in table.headings], _lines(table), filters=f"A1:{last}" if table.filters else ""
    )


def _lines(table: Table) -> Iterator[list[Cell]]:
    yield [Cell(heading, look="head") for heading, _ in table.headings]
    for line in table.lines:
        yield [Cell(str(one), one if isinstance(one, int) else None) for one in line]
