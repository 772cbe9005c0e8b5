"""A matrix as pages and pictures show it: signs, steps of colour and words, in the study's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from qualkit.analysis.matrix import NOBODY_SIGN, UNFINISHED_MARK, Cell
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.zeros import HELD_BACK, HELD_BACK_SIGN, NOT_MENTIONED, ZEROS
from qualkit.errors import QualkitError
from qualkit.formats.matrix import MatrixExport
from qualkit.formats.matrix_grid import column_names, figure, heads, legend, row_name
from qualkit.formats.matrix_method import figures
from qualkit.model.noun import replace
from qualkit.report.palette import level

NOBODY = "nobody"  # excerpts are there, but nothing of what is counted


@dataclass(frozen=True, slots=True)
class Look:
    """How a figure is shown: its sign, its step of colour (0: none), which zero it is, and what it says in words."""

    sign: str
    level: int = 0
    zero: str = ""
    words: str = ""


@dataclass(frozen=True)
class View:
    """A matrix with the excerpts behind it. QualkitError for measures without figures."""

    export: MatrixExport

    def __post_init__(self) -> None:
        if MEASURES[self.export.matrix.request.measure].wordy:
            hint = "leave --measure out: the excerpts are behind each figure"
            raise QualkitError("words have no colour and no length: a report shows figures", hint=hint)
        if not self.export.matrix.rows or not self.export.matrix.columns:
            hint = "qualkit check; a filter may let no case or no code through"
            raise QualkitError("there is nothing to show: the matrix has no rows or no columns", hint=hint)

    @cached_property
    def say(self) -> Callable[[str], str]:
        """English into the study's language."""
        return self.export.say

    @cached_property
    def most(self) -> float:
        """The largest figure of all cells; of codes x codes, those of two different codes."""
        cells, within = self.export.matrix.cells, self.export.matrix.within
        return max((cell.value for (row, column), cell in cells.items() if not within or row != column), default=0)

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each row."""
        return {row: row_name(self.export, row) for row in self.export.matrix.rows}

    @cached_property
    def columns(self) -> dict[str, str]:
        """The name of each column."""
        return column_names(self.export)

    @cached_property
    def by(self) -> str:
        """What the rows are."""
        return " / ".join(heads(self.export)[self.export.case_ids :])

    @cached_property
    def across(self) -> str:
        """What the columns are."""
        return " / ".join(self.say(name) for name in self.export.matrix.request.columns)

    @cached_property
    def empty(self) -> tuple[str, ...]:
        """The rows of which there is nothing to read and nothing found; of codes x codes, those without excerpts."""
        matrix = self.export.matrix
        without = [row for row in matrix.rows if not matrix.sums[row, None]]
        return tuple(row for row in without if matrix.within or not matrix.basis[row].read)

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """The rows that have material; all, where none has."""
        hidden = set(self.empty)
        return tuple(row for row in self.names if row not in hidden) or tuple(self.names)

    @cached_property
    def across_shown(self) -> tuple[str, ...]:
        """The columns of a picture: all; of codes x codes, those of the rows."""
        return self.rows if self.export.matrix.within else tuple(self.columns)

    def look(self, row: str, column: str) -> Look:
        """How a cell is shown. A code with itself has no colour: all its excerpts are there."""
        cell = self.export.matrix.cells[row, column]
        whole = self.export.matrix.within and row == column
        return replace(self.look_of(cell, self.most), level=0) if whole else self.look_of(cell, self.most)

    def look_of(self, cell: Cell, most: float) -> Look:
        """How a figure is shown where `most` is the largest."""
        if cell.zero:
            return Look(ZEROS.get(cell.zero, HELD_BACK_SIGN), 0, cell.zero, self.say(cell.zero))
        if not cell.value:
            return Look(NOBODY_SIGN, 0, NOBODY, self.say(MEASURES[self.export.matrix.request.measure].nothing))
        words = self.number(cell.value)
        if not cell.unfinished:
            return Look(words, level(cell.value, most), "", words)
        so_far = self.say("{figure} so far").format(figure=words)
        return Look(f"{words}{UNFINISHED_MARK}", level(cell.value, most), "", so_far)

    def whole(self, row: str) -> Cell:
        """All columns of a row as one figure, each excerpt (source, ...) once; of shares, the excerpts they rest on."""
        cells = [self.export.matrix.cells[row, column] for column in self.columns]
        value = self.export.matrix.uniques.get((row, None), 0)
        found = tuple(sorted({number for cell in cells for number in cell.excerpts}))
        zeros = {cell.zero for cell in cells}
        why = None if value or found else next(iter(zeros)) if len(zeros) == 1 else NOT_MENTIONED
        return Cell(value, why, any(cell.unfinished for cell in cells), found)

    def number(self, value: float) -> str:
        """A figure as people write it."""
        return figure(self.export, value)

    @property
    def title(self) -> str:
        """What the study is called."""
        return self.export.study.settings.title or self.say("(no title)")

    @property
    def unit(self) -> str:
        """What a figure counts."""
        if self.export.matrix.within:
            return figures(self.export)
        return self.say(MEASURES[self.export.matrix.request.measure].meaning)

    def zeros(self) -> list[tuple[str, str, str]]:
        """(which, sign, words) of each zero, and of a figure that may grow."""
        which = {sign: zero for zero, sign in ZEROS.items()} | {NOBODY_SIGN: NOBODY, HELD_BACK_SIGN: HELD_BACK}
        return [(which.get(sign, ""), sign, words) for sign, words in legend(self.export)]


def whole_numbers(cells: Iterable[Cell]) -> bool:
    """Whether all figures are whole."""
    return all(isinstance(cell.value, int) for cell in cells)
