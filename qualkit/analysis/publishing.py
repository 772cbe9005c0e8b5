"""A matrix that may leave the house: small cells held back, nobody named, and a list of what was taken out.

Rows and columns behind which stand 1 to threshold-1 people are left out first, and nothing is counted of them: so the
sums that remain are of threshold people or more, and can be shown. A zero says something of nobody in particular and
is shown; a figure from documents and web pages alone has nobody behind it. Where nobody is known to speak in a
conversation or a visit, one person is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qualkit.analysis.attribution import Voice
from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.matrix import Cell, Matrix, MatrixRequest, theme_matrix
from qualkit.analysis.measures import measure_named
from qualkit.analysis.quotes import Quotes
from qualkit.analysis.rows import group_rows, row_levels
from qualkit.analysis.suppression import LEAST, Counts, Place, Suppression, protected
from qualkit.analysis.zeros import HELD_BACK, NOT_MENTIONED
from qualkit.coding.fold import State
from qualkit.errors import QualkitError
from qualkit.model.coding import APPLIED, Anchor
from qualkit.model.noun import replace
from qualkit.model.source import Source
from qualkit.model.study import Material, Study

NOBODY = ("document", "web page")  # kinds of source in which nobody speaks
PERSONAL = frozenset({"source.source", "source.title", "participant.participant", "coder.coder"})  # columns that name
SMALL_ROW, SMALL_COLUMN, SMALL, BESIDE = "row", "column", "few people", "so that others cannot be computed"


@dataclass(frozen=True, slots=True)
class Held:
    """What was held back, and why: one of the words above."""

    what: str
    row: str = ""
    column: str = ""


@dataclass(frozen=True)
class Published:
    """A matrix, the excerpts behind it and the study as they may be shown; and for those who made it, what was held."""

    matrix: Matrix
    excerpts: Sequence[Excerpt]
    study: Study
    held: tuple[Held, ...]


def published(
    study: Study,
    material: Material,
    folded: Mapping[str, State],
    excerpts: Sequence[Excerpt],
    request: MatrixRequest,
    threshold: int,
    *,
    quotes: bool = False,
    dress: Callable[[Matrix], Matrix] = lambda matrix: matrix,
) -> Published:
    """The matrix of these excerpts for publication; `quotes`: with the excerpts of the cells that are shown.

    `dress` gives its cells their summaries. QualkitError where the threshold is too low, or nothing could be shown.
    """
    if threshold < LEAST:
        raise QualkitError(f"a threshold of {threshold} protects nobody", hint=f"{LEAST} people or more")
    _refuse_rows(study, material, request)
    _refuse_parts(request)
    held: list[Held] = []
    while True:
        matrix = theme_matrix(study, material, folded, excerpts, request)
        if not matrix.rows or not matrix.columns:
            hint = "make larger groups: --by COLUMN, --columns kind"
            raise QualkitError(f"no row and column has {threshold} people behind it", hint=hint)
        table = _Table(matrix, excerpts, threshold)
        found = protected(table.counts, threshold)
        rows, columns = table.small_rows(), table.small_columns()
        if not rows and not columns:
            rows = table.rows_of(found)
        if not rows and not columns:
            break
        held += [Held(SMALL_ROW, matrix.rows[row]) for row in rows]
        held += [Held(SMALL_COLUMN, column=matrix.columns[column]) for column in columns]
        request = replace(
            request, without=request.without | {*rows}, without_columns=request.without_columns | {*columns}
        )
    shown, listed = _Shown(study, excerpts, quotes=quotes).of(dress(matrix), table.keys(found.all))
    for what, places in ((SMALL, found.primary), (BESIDE, found.secondary)):
        held += [Held(what, matrix.rows[row], matrix.columns[column]) for row, column in table.keys(sorted(places))]
    return Published(shown, listed, _without_names(study), tuple(held))


def _refuse_rows(study: Study, material: Material, request: MatrixRequest) -> None:
    """QualkitError for rows that name somebody or a recording, and for groups from which a third can be computed."""
    levels = [] if request.groups else row_levels(study, material, request.by)
    asked = {f"{level.noun}.{level.name}" for level in levels}.union(*(group.columns for group in request.groups))
    if personal := sorted(PERSONAL & asked):
        hint = "rows of cases, or of groups: --by COLUMN"
        raise QualkitError(f"rows by {personal[0].partition('.')[2]} cannot be published: each is somebody", hint=hint)
    if request.groups:
        rows = group_rows(study, material, request.groups, request.where, moderator=request.moderator).lines
        first, second = ({id(line) for line in rows[group.text]} for group in request.groups)
        if first & second:
            hint = "make them apart: add 'and not (...)' to one of them"
            what = "two groups with people in common cannot be published: one less the other may be a single person"
            raise QualkitError(what, where="--difference", hint=hint)


def _refuse_parts(request: MatrixRequest) -> None:
    """QualkitError where summaries, which are of whole cells, would stand in a matrix of parts of them."""
    measure = measure_named(request.measure)
    parts = request.where.text or request.kinds or request.coders or request.statuses != (APPLIED,) or request.moderator
    if measure.summaries and parts:
        what = "summaries are of whole cells, so they cannot be published of a part of them"
        raise QualkitError(what, hint="leave out --where, --kind, --status, --coder and --moderator")


class _Table:
    """A matrix as counts with people behind them."""

    def __init__(self, matrix: Matrix, excerpts: Sequence[Excerpt], threshold: int) -> None:
        import numpy as np

        self._matrix, self._excerpts, self._threshold = matrix, excerpts, threshold
        self._rows, self._columns = list(matrix.rows), list(matrix.columns)
        self._people = {key: self._who(cell) for key, cell in matrix.cells.items()}
        across = {row: self._unique([(row, column) for column in self._columns], (row, None)) for row in self._rows}
        down = {column: self._unique([(row, column) for row in self._rows], (None, column)) for column in self._columns}

        def grid(of: Callable[[str, str], int]) -> list[list[int]]:
            return [[of(row, column) for column in self._columns] for row in self._rows]

        self.counts = Counts(
            np.array(grid(lambda row, column: self._count(matrix.cells[row, column])), dtype=np.int64),
            np.array(grid(lambda row, column: len(self._people[row, column])), dtype=np.int64),
            np.array(grid(lambda row, column: min(across[row], down[column])), dtype=np.int64),
            np.array(grid(lambda row, column: matrix.cells[row, column].zero in (None, NOT_MENTIONED)), dtype=bool),
        )

    def small_rows(self) -> list[str]:
        """Rows of whose material, or of whose excerpts, few people speak."""
        found = {row: set[str]().union(*(self._people[row, column] for column in self._columns)) for row in self._rows}
        basis = self._matrix.basis
        return [row for row, who in found.items() if self._few(len(who)) or self._few(basis[row].participants)]

    def small_columns(self) -> list[str]:
        """Columns of which few people speak."""
        found = {
            column: set[str]().union(*(self._people[row, column] for row in self._rows)) for column in self._columns
        }
        return [column for column, who in found.items() if self._few(len(who))]

    def rows_of(self, found: Suppression) -> list[str]:
        """The row that has to go where a cell could be computed whatever is held back: of the fewest people."""
        rows = {self._rows[row] for row, _ in found.unsafe}
        return sorted(rows, key=lambda row: (sum(len(self._people[row, c]) for c in self._columns), row))[:1]

    def keys(self, places: Sequence[Place] | frozenset[Place]) -> list[tuple[str, str]]:
        """The keys of cells at these places."""
        return [(self._rows[row], self._columns[column]) for row, column in places]

    def _few(self, people: int) -> bool:
        return 0 < people < self._threshold

    def _who(self, cell: Cell) -> set[str]:
        found = set()
        for number, voices in zip(cell.excerpts, cell.voices, strict=True):
            excerpt = self._excerpts[number]
            for voice in voices:
                who = excerpt.voices[voice].participant
                if who or excerpt.source.kind not in NOBODY:
                    found.add(who or f"?{excerpt.source.id}")
        return found

    def _count(self, cell: Cell) -> int:
        """What a reader can know of a shown cell: its figure, or the excerpts that it is a share of."""
        measure = measure_named(self._matrix.request.measure)
        if measure.of == "hours":
            return sum(self._excerpts[number].anchor.start is not None for number in cell.excerpts)
        return len(cell.excerpts) if measure.of or measure.wordy else int(cell.value)

    def _unique(self, keys: Sequence[tuple[str, str]], total: tuple[str | None, str | None]) -> int:
        measure = measure_named(self._matrix.request.measure)
        if measure.of != "hours":
            return int(self._matrix.uniques.get(total, 0))
        numbers = {number for key in keys for number in self._matrix.cells[key].excerpts}
        return sum(self._excerpts[number].anchor.start is not None for number in numbers)


class _Shown:
    """Cells, quotes and excerpts without what is held back and without names but pseudonyms."""

    def __init__(self, study: Study, excerpts: Sequence[Excerpt], *, quotes: bool) -> None:
        self._excerpts, self._listing = excerpts, quotes
        self._pseudonyms = {person.id for person in study.participants}
        self._sources = {
            source.id: Source(f"{source.kind} {number}", "", source.kind)
            for number, source in enumerate(study.sources, start=1)
        }
        self._listed: list[Excerpt] = []

    def of(self, matrix: Matrix, hidden: Sequence[tuple[str, str]]) -> tuple[Matrix, list[Excerpt]]:
        """The matrix as it may be shown, and the excerpts that its cells lead to."""
        self._matrix = matrix
        self._quotes = Quotes(self._excerpts, matrix.request.quotes, matrix.request.chosen)
        gone = set(hidden)
        self._heard: dict[tuple[str, int], set[int]] = {}  # (column, excerpt): the voices that count in shown cells
        for key, cell in matrix.cells.items():
            for number, voices in zip(cell.excerpts, cell.voices, strict=True) if key not in gone else ():
                self._heard.setdefault((key[1], number), set()).update(voices)
        cells = {
            key: Cell(0, HELD_BACK) if key in gone else self._cell(key[1], cell) for key, cell in matrix.cells.items()
        }
        lost = {column for _, column in hidden}
        differences = {key: None if key in lost else value for key, value in matrix.differences.items()}
        return replace(matrix, cells=cells, differences=differences), self._listed

    def _cell(self, column: str, cell: Cell) -> Cell:
        behind = {
            number: self._named(column, number, voices)
            for number, voices in zip(cell.excerpts, cell.voices, strict=True)
            if len(self._heard[column, number]) == len(self._excerpts[number].voices)  # else words of others are in it
        }
        told = list(behind.values())
        if cell.quotes:
            numbers = [list(behind).index(number) for number in self._quotes.of(tuple(behind))]
            cell = replace(cell, quotes=tuple(Quotes(told, 0).words(number) for number in numbers))
        told_of = cell.summaries if cell.excerpts else ()  # else they rest on excerpts whose people nobody counted
        summaries = tuple(replace(one, summary=replace(one.summary, coder="", time="")) for one in told_of)
        cell = replace(cell, summaries=summaries, excerpts=(), voices=())
        if not self._listing:
            return cell
        first = len(self._listed)
        self._listed += told
        voices = tuple(tuple(range(len(one.voices))) for one in told)
        return replace(cell, excerpts=tuple(range(first, first + len(told))), voices=voices)

    def _named(self, column: str, number: int, voices: Sequence[int]) -> Excerpt:
        """An excerpt as one cell shows it: the codings of its column, the voices of its row, by pseudonym."""
        excerpt = self._excerpts[number]
        anchor, source = Anchor("", 0, "", 0, excerpt.anchor.quote), self._sources[excerpt.source.id]
        column_of = self._matrix.column_of
        codings = tuple(
            replace(coding, source=source.id, anchor=anchor, coder="", time="", origin="", reason="")
            for coding in excerpt.codings
            if column_of.get(coding.code) == column
        )
        said = (excerpt.voices[voice] for voice in voices)
        who = tuple(
            Voice(one.participant if one.participant in self._pseudonyms else None, (), one.words) for one in said
        )
        return Excerpt(source, anchor, codings, who)


def _without_names(study: Study) -> Study:
    """The study with its cases and codes; the codebook's examples may be somebody's words."""
    book = study.codebook
    themes = tuple(
        replace(theme, codes=tuple(replace(code, examples=()) for code in theme.codes)) for theme in book.themes
    )
    shown = replace(book, themes=themes, changes=())  # who changed what stands in changes
    return Study(replace(study.settings, coder="", vocabulary=()), shown, (), (), study.cases)
