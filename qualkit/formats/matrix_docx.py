"""The matrix as a Word document: the table, the quotes theme by theme, and how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from qualkit.formats.matrix import MatrixExport
from qualkit.formats.matrix_grid import Grid, grid_of
from qualkit.formats.matrix_method import about, method_lines, warning
from qualkit.formats.matrix_quotes import how_many, quotes_by_column
from qualkit.formats.table import capital
from qualkit.formats.word import document, heading, paragraph, table

_ABREAST = 8  # columns of figures on a page, at most; a wider matrix becomes several tables


def render(export: MatrixExport) -> bytes:
    """The file's bytes."""
    settings = export.study.settings
    return document(_parts(export), title=settings.title, language=settings.language, made=export.made, lying=True)


def _parts(export: MatrixExport) -> Iterator[str]:
    say = export.say
    title, _, figures, signs = about(export)
    yield from (heading(title, 1), paragraph(warning(export), style="Warning"), paragraph(figures), paragraph(signs))
    yield from _tables(grid_of(export))
    yield heading(say("Quotes"), 2)
    for name, cells in quotes_by_column(export):
        yield heading(name, 3)
        for said in cells:
            yield paragraph(f"({how_many(export, said)})", said.row)
            yield from (paragraph(f"“{words}” ({where})", style="Quote") for words, where in said.quotes)
    yield heading(say("Method"), 2)
    yield table([[capital(say("what")), capital(say("how"))], *method_lines(export)], [1, 3])


def _tables(grid: Grid) -> Iterator[str]:
    """As many columns abreast as a page holds; sums and material in a table of their own."""
    count = max(len(grid.columns), 1)
    abreast = ceil(count / ceil(count / _ABREAST))
    parts = [(grid.columns[at : at + abreast], at) for at in range(0, len(grid.columns), abreast)]
    parts.append((list(map(capital, grid.tail)), len(grid.columns)))
    for headings, at in parts:
        rows = [[*map(capital, grid.heads), *headings]]
        for line in grid.lines:
            cells = [cell.text for cell in (*line.cells, *line.tail)]
            cells += [""] * (len(grid.columns) + len(grid.tail) - len(cells))
            rows.append([*line.names, *cells[at : at + len(headings)]])
        yield table(
            rows,
            [*(1 if head == grid.heads[0] and len(grid.heads) > 1 else 2 for head in grid.heads), *[2] * len(headings)],
        )
