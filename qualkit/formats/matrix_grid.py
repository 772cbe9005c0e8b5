"""A theme matrix as lines of cells in the study's language: what every format shows, each in its own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qualkit.analysis.heads import NO_KIND
from qualkit.analysis.matrix import NOBODY_SIGN, UNFINISHED_MARK, Cell, shown
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.rows import SEPARATOR
from qualkit.analysis.summary import in_words
from qualkit.analysis.zeros import HELD_BACK, HELD_BACK_SIGN, NOT_MENTIONED, ZEROS
from qualkit.formats.headings import SWEDISH
from qualkit.formats.matrix import MatrixExport

_FIXED = ("kind", "role", "status")  # columns whose values are ours, too
_WORDY = 40  # characters of a column of quotes
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell. `text` is what people read; `value` stands where it is a figure; `why` says why it is none, in words.

    `key` is that of a cell of the matrix with excerpts behind it. `open`: the figure may grow.
    """

    text: str
    value: float | None = None
    why: str = ""
    key: Key | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the matrix (`total` is False) or of totals below it: names, cells, and what stands behind the row."""

    names: Sequence[str]
    cells: Sequence[Shown]
    tail: Sequence[Shown]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Headings of the names, of the matrix's columns and of the tail (sums and material), and the lines."""

    heads: Sequence[str]
    columns: Sequence[str]
    tail: Sequence[str]
    lines: Sequence[Line]


def grid_of(export: MatrixExport) -> Grid:
    """The whole matrix with its totals."""
    say = export.say
    tail = [say("sum"), say("unique"), say("sources"), say("with transcript"), say("finished")]
    tail += [say("participants"), say("hours recorded")]
    return Grid(heads(export), list(column_names(export).values()), tail, [*_rows(export), *_totals(export)])


def heads(export: MatrixExport) -> list[str]:
    """The headings above the names of rows."""
    return [_ours(export, name) for name in ["code"] * export.case_ids + list(export.matrix.by)]


def names(export: MatrixExport, row: str) -> list[str]:
    """What stands under these headings: ids of cases, and the row's label on each level."""
    levels = zip(export.matrix.by, export.matrix.levels[row], strict=True)
    labels = [_ours(export, label) if by in _FIXED or label.startswith("(") else label for by, label in levels]
    return [row] * export.case_ids + labels


def row_name(export: MatrixExport, row: str) -> str:
    """The row's labels in one."""
    return " / ".join(names(export, row)[export.case_ids :])


def column_names(export: MatrixExport) -> dict[str, str]:
    """Key -> name of each column; kinds of code are ours, themes and codes the study's."""
    levels, columns = export.matrix.request.columns, export.matrix.columns
    if "kind" not in levels:
        return dict(columns)
    at = levels.index("kind")
    found = {}
    for key, name in columns.items():
        kind = key.split(SEPARATOR)[at] or NO_KIND
        ours = export.say(kind) if kind in SWEDISH else kind
        rest = name.removeprefix(f"{kind} / ") if at == 0 else name.removesuffix(f" / {kind}")
        found[key] = ours if len(levels) == 1 else " / ".join([ours, rest] if at == 0 else [rest, ours])
    return found


def widths(grid: Grid) -> list[int]:
    """Characters that the columns need: names on a line, of headings the longest word, and room for quotes."""
    longest = [max((len(line.names[at]) for line in grid.lines), default=0) for at in range(len(grid.heads))]
    wordy = any(cell.value is None and not cell.why and cell.text for line in grid.lines for cell in line.cells)
    columns = [max((len(word) for word in heading.split()), default=0) for heading in (*grid.columns, *grid.tail)]
    least = [_WORDY if wordy else 16] * len(grid.columns) + [11] * len(grid.tail)
    names = [min(max(length + 2, 8), 40) for length in longest]
    return [*names, *(min(max(length + 2, few), _WORDY) for length, few in zip(columns, least, strict=True))]


def legend(export: MatrixExport) -> list[tuple[str, str]]:
    """(sign, what it means) for each sign that the matrix may hold."""
    say, measure = export.say, MEASURES[export.matrix.request.measure]
    nothing = measure.nothing
    signs = [(sign, say(zero)) for zero, sign in ZEROS.items()]
    signs += [(NOBODY_SIGN, say(nothing))] if nothing else []
    hidden = any(cell.zero == HELD_BACK for cell in export.matrix.cells.values())
    signs += [(HELD_BACK_SIGN, say(HELD_BACK))] if hidden else []
    signs += [("3", say("a number: so many excerpts, and no summary yet"))] if measure.summaries else []
    return [*signs, (f"3{UNFINISHED_MARK}", say("three so far: some source of the row is not finished"))]


def figure(export: MatrixExport, value: float) -> str:
    """A figure as people write it: whole, or with one decimal."""
    return shown(value).replace(".", export.decimal)


def _ours(export: MatrixExport, name: str) -> str:
    """A name in the study's language where it is one of ours; what the study itself says stays as it is."""
    return export.say(name) if name in SWEDISH else name


def _rows(export: MatrixExport) -> Iterator[Line]:
    matrix = export.matrix
    for row in matrix.rows:
        cells = [_cell(export, (row, column), matrix.cells[row, column]) for column in matrix.columns]
        basis = matrix.basis[row]
        totals = [matrix.sums[row, None], matrix.uniques.get((row, None), 0)]
        yield Line(names(export, row), cells, [_figure(export, value) for value in (*totals, *basis)])


def _cell(export: MatrixExport, key: Key, cell: Cell) -> Shown:
    measure = MEASURES[export.matrix.request.measure]
    if cell.summaries:
        return Shown(in_words(cell.summaries, export.say), None, "", key if cell.excerpts else None, cell.unfinished)
    if cell.zero or not cell.value:
        why = cell.zero or measure.nothing
        value = 0 if why == NOT_MENTIONED else None
        return Shown(cell.text, value, export.say(why), key if cell.excerpts else None)
    behind = key if cell.excerpts else None
    if measure.quotes:
        return Shown(cell.text, None, "", behind, cell.unfinished)
    text = figure(export, cell.value) + (UNFINISHED_MARK if cell.unfinished else "")
    return Shown(text, cell.value, "", behind, cell.unfinished)


def _figure(export: MatrixExport, value: float | None) -> Shown:
    return Shown("") if value is None else Shown(figure(export, value), value)


def _totals(export: MatrixExport) -> Iterator[Line]:
    matrix, say = export.matrix, export.say
    blank = [""] * (len(heads(export)) - 1)
    if matrix.differences:
        cells = [_figure(export, value) for value in matrix.differences.values()]
        yield Line([*blank, say("difference")], cells, [], total=True)
    sums = [_figure(export, matrix.sums[None, column]) for column in matrix.columns]
    yield Line([*blank, say("sum")], sums, [_figure(export, matrix.sums[None, None])], total=True)
    uniques = [_figure(export, matrix.uniques.get((None, column), 0)) for column in matrix.columns]
    last = [_figure(export, None), _figure(export, matrix.uniques[None, None])]
    yield Line([*blank, say("unique")], uniques, last, total=True)
