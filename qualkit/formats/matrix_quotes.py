"""The words behind a matrix, theme by theme: for formats that are read from beginning to end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.quotes import Quotes
from qualkit.formats.matrix import MatrixExport, clock
from qualkit.formats.matrix_grid import Key, column_names, row_name


@dataclass(frozen=True, slots=True)
class Said:
    """The quotes of one cell: the row's name, how many excerpts there are, and (words, where they are from) of some."""

    key: Key
    row: str
    count: int
    quotes: tuple[tuple[str, str], ...]


def quotes_by_column(export: MatrixExport, *, every: bool = False) -> Iterator[tuple[str, list[Said]]]:
    """(a column's name, the quotes of each of its cells), for columns with excerpts.

    Of a cell as many as the matrix was asked for, chosen ones first, then the most central ones; or every one.
    """
    request = export.matrix.request
    chooser = Quotes(export.excerpts, 0 if every else request.quotes, request.chosen)
    for column, name in column_names(export).items():
        found = []
        for row in export.matrix.rows:
            numbers = export.matrix.cells[row, column].excerpts
            shown = numbers if every else chooser.of(numbers)
            quotes = tuple(quote(export.excerpts[number]) for number in shown)
            if numbers:
                found.append(Said((row, column), row_name(export, row), len(numbers), quotes))
        if found:
            yield name, found


def quote(excerpt: Excerpt) -> tuple[str, str]:
    """An excerpt's words, and who says them, in which source, when."""
    place = excerpt.source.title or excerpt.source.id, clock(excerpt.anchor.start) or excerpt.anchor.first
    return excerpt.anchor.quote, ", ".join([*excerpt.participants, *place])


def how_many(export: MatrixExport, said: Said) -> str:
    """ "3 of 12 excerpts", or "12 excerpts" where all are shown."""
    if len(said.quotes) < said.count:
        return export.say("{n} of {total} excerpts").format(n=len(said.quotes), total=said.count)
    return export.say("{n} excerpts").format(n=said.count) if said.count > 1 else export.say("1 excerpt")
