"""The theme matrix: cases x themes (or codes), with zeros that say why they are zero."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.frame import COLUMN, MEASURES, ROW, Atom, Counted
from qualkit.analysis.rows import NONE, Rows, matrix_rows
from qualkit.coding.fold import State
from qualkit.errors import QualkitError
from qualkit.model.codebook import KINDS, Code
from qualkit.model.coding import APPLIED
from qualkit.model.source import Source
from qualkit.model.study import Material, Study

# The four zeros in the order in which they are tried, and how they are shown.
NO_MATERIAL, NOT_CODED, NOT_ASKED, NOT_MENTIONED = "no material", "not yet coded", "not asked", "not mentioned"
ZEROS = {NO_MATERIAL: "–", NOT_CODED: "…", NOT_ASKED: "/", NOT_MENTIONED: "0"}
UNFINISHED_MARK = "…"
NOBODY, NOBODY_SIGN = "no speaker", "·"  # excerpts are there, but what is counted is people and nobody speaks


@dataclass(frozen=True, slots=True)
class MatrixRequest:
    """What is asked of the matrix."""

    measure: str = "excerpts"
    by: str = ""  # empty = the case
    codes: bool = False  # codes instead of themes as columns
    kinds: tuple[str, ...] = ()  # empty = all
    statuses: tuple[str, ...] = (APPLIED,)
    coders: tuple[str, ...] = ()  # empty = all
    moderator: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure; `zero` says why it is zero, `unfinished` that some source behind it is not finished.

    `excerpts` are the numbers of the excerpts behind it (positions in the list given to `theme_matrix`).
    """

    value: int
    zero: str | None = None
    unfinished: bool = False
    excerpts: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The cell as people read it."""
        if self.zero:
            return ZEROS[self.zero]
        if not self.value:
            return NOBODY_SIGN
        return f"{self.value}{UNFINISHED_MARK if self.unfinished else ''}"


@dataclass(frozen=True)
class Matrix:
    """Figures by (row key, column key). `sums` add up cells, `uniques` count what lies behind them once.

    Both are by (row key, None), (None, column key) and (None, None).
    """

    request: MatrixRequest
    by: str
    rows: Mapping[str, str]
    columns: Mapping[str, str]
    cells: Mapping[tuple[str, str], Cell]
    sums: Mapping[tuple[str | None, str | None], int]
    uniques: Mapping[tuple[str | None, str | None], int]
    sources: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)  # row: all, with text, finished
    left_out: tuple[int, ...] = ()  # excerpts whose words were not found again


def theme_matrix(
    study: Study, material: Material, folded: Mapping[str, State], excerpts: Sequence[Excerpt], request: MatrixRequest
) -> Matrix:
    """The matrix of these excerpts. QualkitError where the question names what the study does not have."""
    _check(request)
    rows = matrix_rows(study, request.by)
    column_of = _columns(study, request)
    counted = _counted(excerpts, rows, column_of, moderator=request.moderator)
    values, behind = counted.figures(request.measure, ROW, COLUMN), counted.behind()
    labels = dict(rows.labels)
    if any(row not in labels for row, _ in behind):
        labels[NONE] = f"(no {rows.by})"
    finished = _finished(folded, excerpts, request)
    heads = _heads(study, request, {column for _, column in behind})
    zeros = _Zeros(study, material, finished, request.codes)
    cells = {
        (row, column): _cell(values, behind, row, column, zeros, rows.sources.get(row, ()))
        for row in labels
        for column in heads
    }
    return Matrix(
        request,
        rows.by,
        labels,
        heads,
        cells,
        _sums(cells, labels, heads),
        _uniques(counted, request.measure),
        {row: zeros.material_of(rows.sources.get(row, ())) for row in labels},
        tuple(n for n, excerpt in enumerate(excerpts) if excerpt.uncertain),
    )


def _finished(folded: Mapping[str, State], excerpts: Sequence[Excerpt], request: MatrixRequest) -> set[str]:
    """The sources that were coded to the end, by any of the coders asked for.

    A source with an excerpt that lost its words is not, for that excerpt may belong to any cell; and where other
    codings than the applied ones are counted, none is, for their absence says nothing about the material.
    """
    if APPLIED not in request.statuses:
        return set()
    open_again = {excerpt.source.id for excerpt in excerpts if excerpt.uncertain}
    return {
        source
        for source, state in folded.items()
        if source not in open_again and (state.finished & set(request.coders) if request.coders else state.finished)
    }


def _check(request: MatrixRequest) -> None:
    if request.measure not in MEASURES:
        raise QualkitError(f"there is no measure '{request.measure}'", hint=f"one of: {', '.join(MEASURES)}")
    for kind in request.kinds:
        if kind not in KINDS:
            raise QualkitError(f"there is no kind '{kind}' of code", hint=f"one of: {', '.join(KINDS)}")


def _chosen(study: Study, request: MatrixRequest) -> list[Code]:
    return [code for code in study.codebook.codes.values() if not request.kinds or code.kind in request.kinds]


def _columns(study: Study, request: MatrixRequest) -> dict[str, str]:
    """Code id -> the column that it counts in."""
    return {code.id: code.id if request.codes else code.theme for code in _chosen(study, request)}


def _heads(study: Study, request: MatrixRequest, used: Collection[str]) -> dict[str, str]:
    """Column key -> its name, in the codebook's order; themes without a code of the chosen kinds are left out.

    So are retired codes that nothing is coded with: nobody could have found them, and a zero would say that somebody
    looked.
    """
    chosen = _chosen(study, request)
    if request.codes:
        return {code.id: code.name for code in chosen if not code.retired or code.id in used}
    kept = {code.theme for code in chosen}
    return {theme.id: theme.name for theme in study.codebook.themes if theme.id in kept}


def _counted(excerpts: Sequence[Excerpt], rows: Rows, column_of: Mapping[str, str], *, moderator: bool) -> Counted:
    """What counts: excerpts that stand on their words, moderators' own only where they are asked for."""
    atoms: list[Atom] = []
    columns: list[tuple[int, str]] = []
    for n, excerpt in enumerate(excerpts):
        if excerpt.uncertain or (excerpt.moderated and not moderator):
            continue
        columns += [(n, key) for key in dict.fromkeys(column_of[c] for c in excerpt.codes if c in column_of)]
        for number, voice in enumerate(excerpt.voices):
            for row in rows.keys(excerpt.source, voice):
                atoms.append((n, number, row, excerpt.source.id, voice.participant, voice.words))
    return Counted(atoms, columns)


def _cell(
    values: Mapping[tuple[str, ...], int],
    behind: Mapping[tuple[str, str], tuple[int, ...]],
    row: str,
    column: str,
    zeros: _Zeros,
    sources: Collection[Source],
) -> Cell:
    found = behind.get((row, column), ())
    if found:
        return Cell(values.get((row, column), 0), None, zeros.unfinished(sources), found)
    return Cell(0, zeros.why(sources, column))


class _Zeros:
    """Why a cell is zero, from the sources behind its row."""

    def __init__(self, study: Study, material: Material, finished: Collection[str], codes: bool) -> None:
        self._material = material
        self._finished = finished
        book = study.codebook
        self._questions = {theme.id: {q.id for q in book.questions_about(theme.id)} for theme in book.themes}
        self._theme = {code.id: code.theme for code in book.codes.values()} if codes else {}

    def unfinished(self, sources: Collection[Source]) -> bool:
        return any(source.id not in self._finished for source in sources)

    def why(self, sources: Collection[Source], column: str) -> str:
        if not any(source.id in self._material.transcripts for source in sources):
            return NO_MATERIAL
        if self.unfinished(sources):
            return NOT_CODED
        questions = self._questions[self._theme.get(column, column)]
        asked = any(not source.asked or questions & set(source.asked) for source in sources)
        return NOT_MENTIONED if asked or not questions else NOT_ASKED

    def material_of(self, sources: Collection[Source]) -> tuple[int, int, int]:
        read = sum(source.id in self._material.transcripts for source in sources)
        return len(sources), read, sum(source.id in self._finished for source in sources)


def _sums(
    cells: Mapping[tuple[str, str], Cell], rows: Mapping[str, str], columns: Mapping[str, str]
) -> dict[tuple[str | None, str | None], int]:
    sums: dict[tuple[str | None, str | None], int] = {(None, None): 0}
    sums |= {(row, None): 0 for row in rows} | {(None, column): 0 for column in columns}
    for (row, column), cell in cells.items():
        for key in ((row, None), (None, column), (None, None)):
            sums[key] += cell.value
    return sums


def _uniques(counted: Counted, measure: str) -> dict[tuple[str | None, str | None], int]:
    uniques: dict[tuple[str | None, str | None], int] = {(None, None): counted.figures(measure)[()]}
    uniques |= {(key[0], None): value for key, value in counted.figures(measure, ROW).items()}
    uniques |= {(None, key[0]): value for key, value in counted.figures(measure, COLUMN).items()}
    return uniques
