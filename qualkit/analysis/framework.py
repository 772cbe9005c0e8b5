"""The framework method: the excerpts that every cell has, and what coders say of them, in a matrix.

A summary is of a whole cell: the applied codings of all coders, moderators' own left out. A filter chooses what to look
at; it does not make other cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qualkit.analysis.excerpts import Excerpt, coded_excerpts
from qualkit.analysis.matrix import Matrix, MatrixRequest, theme_matrix
from qualkit.analysis.rows import is_case, parts, row_levels
from qualkit.analysis.summary import CellSummary, since
from qualkit.coding.fold import State
from qualkit.coding.summaries import Summaries, digest
from qualkit.model.noun import replace
from qualkit.model.study import Material, Study
from qualkit.model.summary import CellName, Ground

CASE = "case"


@dataclass(frozen=True)
class Framework:
    """A matrix of one shape with every excerpt of its cells, and the summaries of the study."""

    matrix: Matrix
    excerpts: Sequence[Excerpt]
    levels: tuple[str, ...]  # what its rows are, as names of cells say it
    summaries: Summaries

    def name(self, row: str, column: str) -> CellName:
        """The name of a cell (by its keys), the same in every matrix that has it."""
        columns = self.matrix.request.columns
        return CellName(
            tuple(zip(self.levels, parts(row), strict=True)), tuple(zip(columns, parts(column), strict=True))
        )

    @cached_property
    def cells(self) -> Mapping[CellName, tuple[str, str]]:
        """Name of each cell -> its keys."""
        return {self.name(row, column): (row, column) for row, column in self.matrix.cells}

    def grounds(self, row: str, column: str) -> list[tuple[int, Ground]]:
        """(number of the excerpt, what a summary would know of it) for each excerpt of a cell."""
        column_of, found = self.matrix.column_of, []
        cell = self.matrix.cells.get((row, column))
        for number in cell.excerpts if cell else ():
            excerpt = self.excerpts[number]
            codings = tuple(coding.id for coding in excerpt.codings if column_of.get(coding.code) == column)
            found.append((number, Ground(codings, self._said[number])))
        return found

    def rests(self, row: str, column: str) -> tuple[Ground, ...]:
        """What a summary that is written now rests on."""
        return tuple(ground for _, ground in self.grounds(row, column))

    def shown(self, row: str, column: str) -> tuple[CellSummary, ...]:
        """Each coder's summary of a cell, and what came or went since."""
        those = self.summaries.get(self.name(row, column), ())
        grounds = self.grounds(row, column) if those else []
        return tuple(CellSummary(one, since(one, grounds)) for one in those)

    @cached_property
    def _said(self) -> Sequence[str]:
        return [digest(f"{one.source.id} {' '.join(one.anchor.quote.split())}") for one in self.excerpts]


def framework(
    study: Study,
    material: Material,
    folded: Mapping[str, State],
    summaries: Summaries,
    by: Sequence[str] = (),
    columns: Sequence[str] = ("theme",),
) -> Framework:
    """The cells of these rows and columns with all that they have. QualkitError for unknown rows or columns."""
    excerpts = coded_excerpts(study, material, folded)
    matrix = theme_matrix(study, material, folded, excerpts, _whole(tuple(by), tuple(columns)))
    return framework_of(study, material, matrix, excerpts, summaries)


def framework_of(
    study: Study, material: Material, matrix: Matrix, excerpts: Sequence[Excerpt], summaries: Summaries
) -> Framework:
    """The same from a matrix that was made already of all excerpts (`is_whole`)."""
    levels = [
        CASE if is_case(level, study) else f"{level.noun}.{level.name}"
        for level in row_levels(study, material, matrix.request.by)
    ]
    return Framework(matrix, excerpts, tuple(levels), summaries)


def is_whole(request: MatrixRequest) -> bool:
    """Whether a matrix shows all that its cells have."""
    return request == replace(_whole(request.by, request.columns), quotes=request.quotes, chosen=request.chosen)


def _whole(by: tuple[str, ...], columns: tuple[str, ...]) -> MatrixRequest:
    return MatrixRequest("summary", by, columns)


def with_summaries(matrix: Matrix, frame: Framework) -> Matrix:
    """A matrix (of the framework's shape, filtered or not) whose cells show their summaries."""
    cells = {key: replace(cell, summaries=frame.shown(*key)) for key, cell in matrix.cells.items()}
    return replace(matrix, cells=cells)


def elsewhere(frame: Framework) -> list[CellName]:
    """Cells with a summary that this matrix does not have: of other rows or columns, or of what is gone."""
    return [name for name in frame.summaries if name not in frame.cells]
