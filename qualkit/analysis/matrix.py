"""The theme matrix: cases x themes (or codes), with zeros that say why they are zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from qualkit.analysis.asked import asked_in
from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.frame import COLUMN, ROW, Atoms, Behind, Counted
from qualkit.analysis.heads import Heads, matrix_heads
from qualkit.analysis.measures import HOUR, Figures, added_up, based, divided, measure_named
from qualkit.analysis.quotes import Quotes
from qualkit.analysis.rows import Line, Rows, Voices, group_rows, matrix_rows, refuse_moderators
from qualkit.analysis.summary import CellSummary, in_words
from qualkit.analysis.where import CODED, QUESTION, Where
from qualkit.analysis.zeros import HELD_BACK_SIGN, NOT_MENTIONED, ZEROS, Basis, Zeros, coding_known, finished_sources
from qualkit.coding.fold import State
from qualkit.model.codebook import Codebook
from qualkit.model.coding import APPLIED, Coding
from qualkit.model.source import Source
from qualkit.model.study import Material, Study

UNFINISHED_MARK = "…"
NOBODY_SIGN = "·"  # excerpts are there, but nothing of what is counted


@dataclass(frozen=True, slots=True)
class MatrixRequest:
    """What is asked of the matrix."""

    measure: str = "excerpts"
    by: tuple[str, ...] = ()  # one or two columns; empty = the case
    columns: tuple[str, ...] = ("theme",)  # one or two of heads.HEADS
    kinds: tuple[str, ...] = ()  # empty = all
    statuses: tuple[str, ...] = (APPLIED,)
    coders: tuple[str, ...] = ()  # empty = all
    moderator: bool = False
    where: Where = field(default_factory=Where)
    groups: tuple[Where, ...] = ()  # two groups as rows, and the difference between them
    quotes: int = 3  # of a cell, at most
    chosen: frozenset[str] = frozenset()  # ids of codings whose quotes come first
    without: frozenset[str] = frozenset()  # keys of rows that are left out, and not counted
    without_columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure; `zero` says why it is zero, `unfinished` that some source behind it is not finished.

    `excerpts` are the numbers of the excerpts behind it (positions in the list given to `theme_matrix`), and
    `voices`, of each of them, the numbers of the voices that count for the row.
    """

    value: float
    zero: str | None = None
    unfinished: bool = False
    excerpts: tuple[int, ...] = ()
    voices: tuple[tuple[int, ...], ...] = ()
    quotes: tuple[str, ...] = ()
    summaries: tuple[CellSummary, ...] = ()

    @property
    def text(self) -> str:
        """The cell as people read it."""
        if self.summaries:
            return in_words(self.summaries)
        if self.zero:
            return ZEROS.get(self.zero, HELD_BACK_SIGN)
        if not self.value:
            return NOBODY_SIGN
        mark = UNFINISHED_MARK if self.unfinished else ""
        return "\n".join([*self.quotes, *([mark] if mark else [])]) if self.quotes else f"{shown(self.value)}{mark}"


def shown(value: float) -> str:
    """A figure as people read it: whole numbers whole, others with one decimal."""
    return str(value) if isinstance(value, int) else f"{value:.1f}"


@dataclass(frozen=True)
class Matrix:
    """Figures by (row key, column key). `sums` add up cells, `uniques` count what lies behind them once.

    Both are by (row key, None), (None, column key) and (None, None). Of shares, the uniques are the excerpts that they
    are shares of. `differences`, by column, are the first row less the second; None where one of them is not known.
    """

    request: MatrixRequest
    by: tuple[str, ...]
    rows: Mapping[str, str]
    columns: Mapping[str, str]
    cells: Mapping[tuple[str, str], Cell]
    sums: Figures
    uniques: Figures
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # row: its label on each level
    basis: Mapping[str, Basis] = field(default_factory=dict)  # row: what its figures rest on
    left_out: tuple[int, ...] = ()  # excerpts whose words were not found again
    column_of: Mapping[str, str] = field(default_factory=dict)  # code: the column that it counts in
    differences: Mapping[str, float | None] = field(default_factory=dict)
    within: str = ""  # of codes x codes: what they have in common (cooccurrence.WITHIN)

    @property
    def sources(self) -> dict[str, tuple[int, int, int]]:
        """Of each row, how many sources there are, have a transcript, and are finished."""
        return {row: basis[:3] for row, basis in self.basis.items()}


def theme_matrix(
    study: Study, material: Material, folded: Mapping[str, State], excerpts: Sequence[Excerpt], request: MatrixRequest
) -> Matrix:
    """The matrix of these excerpts (see `select.narrowed`). QualkitError where the question names what is not there."""
    measure, heads = measure_named(request.measure), matrix_heads(study, request.columns, request.kinds, request.where)
    heads, rows = heads.without(request.without_columns), _rows(study, material, request).without(request.without)
    lengths = recorded(material)
    counted = _counted(study, material, excerpts, rows, heads, request, lengths)
    behind = counted.behind()
    columns = heads.shown({column for _, column in behind})
    finished = finished_sources(folded, excerpts, counting_coder(request), request.statuses)
    zeros = Zeros(study.codebook, material, finished, request.where, heads.codes, asked_in(study, material, folded))
    labels = rows.labels | {row: (row or "(empty)",) for row, _ in behind if row not in rows.labels}
    sources = {row: zeros.sources(rows.lines.get(row, ())) for row in labels}
    sums = added_up(counted.figures(measure.counts, ROW, COLUMN), labels, columns)
    hours = _hours(sources, lengths, once=False)
    values = divided(measure, sums, sums, hours)
    quotes = Quotes(excerpts, request.quotes if measure.quotes else 0, request.chosen)
    cells = {
        (row, column): _cell(
            values, behind.get((row, column), ((), ())), (row, column), zeros, rows.lines.get(row, ()), quotes
        )
        for row in labels
        for column in columns
    }
    return Matrix(
        request,
        rows.by,
        {row: " / ".join(label) for row, label in labels.items()},
        columns,
        cells,
        {key: value for key, value in values.items() if None in key},
        _uniques(counted, request, sources, lengths),
        labels,
        {row: zeros.basis(rows.lines.get(row, ()), lengths) for row in labels},
        tuple(n for n, excerpt in enumerate(excerpts) if excerpt.uncertain),
        heads.column_of,
        _differences(cells, list(labels), columns, based(measure, sums, hours)) if request.groups else {},
    )


def recorded(material: Material) -> dict[str, float]:
    """Seconds of recording of each source whose transcript has times: up to the end of its last segment."""
    ends = {
        source: max((segment.end for segment in transcript.segments if segment.end is not None), default=0.0)
        for source, transcript in material.transcripts.items()
    }
    return {source: end for source, end in ends.items() if end > 0}


def _rows(study: Study, material: Material, request: MatrixRequest) -> Rows:
    for one in (request.where, *request.groups):
        if not request.moderator:
            refuse_moderators(study, material, one)
    if request.groups:
        return group_rows(study, material, request.groups, request.where, moderator=request.moderator)
    return matrix_rows(study, material, request.by, request.where, moderator=request.moderator)


def counting_coder(request: MatrixRequest) -> Callable[[str], bool]:
    """Whether a coder's codings are asked for."""
    return lambda coder: not request.coders or coder in request.coders


def _counted(
    study: Study,
    material: Material,
    excerpts: Sequence[Excerpt],
    rows: Rows,
    heads: Heads,
    request: MatrixRequest,
    lengths: Mapping[str, float],
) -> Counted:
    """What counts: excerpts that stand on their words, moderators' own only where they are asked for."""
    atoms, voices, passes = Atoms(), Voices(study, material), _Passes(study.codebook, request.where, heads.column_of)
    add = atoms.numbers.extend
    known: dict[int, list[tuple[Line, int, int, int]]] = {}  # by the id of lines that `voices` keeps: one for each kind
    for n, excerpt in enumerate(excerpts):
        if excerpt.uncertain or (excerpt.moderated and not request.moderator):
            continue
        source = excerpt.source
        for number, voice in enumerate(excerpt.voices):
            lines = voices.lines(source, voice, moderated=excerpt.moderated)
            if (those := known.get(id(lines))) is None:  # most voices are of a kind that was met before
                of, person = atoms.number("source", source.id), atoms.number("participant", voice.participant)
                those = [(line, atoms.number(ROW, row), of, person) for line in lines for row in rows.keys(line)]
                known[id(lines)] = those
            for line, row, of, person in those:
                key = atoms.key(passes.columns(line, excerpt))
                add((key, n, number, row, of, person, voice.words, source.id in lengths))
    return Counted(atoms)


class _Passes:
    """Which codings of an excerpt count for a line; without a filter on codings or questions, all or none."""

    def __init__(self, book: Codebook, where: Where, column_of: Mapping[str, str]) -> None:
        self._book, self._where, self._column_of = book, where, column_of
        self._asks = where.asks(*CODED, QUESTION)
        self._found: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._lines: dict[int, tuple[Line, bool]] = {}  # the lines are kept, so that their ids stay theirs

    def columns(self, line: Line, excerpt: Excerpt) -> tuple[str, ...]:
        """The columns of the codings that count."""
        if not self._asks:
            codes = tuple([coding.code for coding in excerpt.codings]) if self._whole(line) else ()
        else:
            codes = tuple(
                coding.code for coding in excerpt.codings if self._where.holds(self._known(line, excerpt, coding))
            )
        found = self._found.get(codes)
        if found is None:
            known = (self._column_of[code] for code in codes if code in self._column_of)
            found = self._found[codes] = tuple(dict.fromkeys(known))
        return found

    def _whole(self, line: Line) -> bool:
        if id(line) not in self._lines:
            self._lines[id(line)] = line, self._where.holds(line.known)
        return self._lines[id(line)][1]

    def _known(self, line: Line, excerpt: Excerpt, coding: Coding) -> dict[str, object]:
        code = self._book.codes.get(coding.code)
        known = coding_known(coding.status, coding.coder, coding.time, code)
        return {**line.known, **known, QUESTION: excerpt.questions}


def _cell(
    values: Figures,
    behind: Behind,
    key: tuple[str, str],
    zeros: Zeros,
    lines: Sequence[Line],
    quotes: Quotes,
) -> Cell:
    if not behind[0]:
        return Cell(0, zeros.why(lines, key[1]))
    words = tuple(quotes.words(number) for number in quotes.of(behind[0]))
    return Cell(values.get(key, 0), None, bool(zeros.unfinished(lines, key[1])), *behind, words)


def _uniques(
    counted: Counted, request: MatrixRequest, sources: Mapping[str, Sequence[Source]], lengths: Mapping[str, float]
) -> Figures:
    measure = measure_named(request.measure)
    uniques: Figures = {(None, None): counted.figures(measure.counts)[()]}
    uniques |= {(key[0], None): value for key, value in counted.figures(measure.counts, ROW).items()}
    uniques |= {(None, key[0]): value for key, value in counted.figures(measure.counts, COLUMN).items()}
    if measure.of != "hours":
        return uniques
    return divided(measure, uniques, uniques, _hours(sources, lengths, once=True))


def _hours(
    sources: Mapping[str, Sequence[Source]], lengths: Mapping[str, float], *, once: bool
) -> dict[str | None, float]:
    """Hours of each row, and under None of all of them: added up, or each source once."""
    hours: dict[str | None, float] = {
        row: sum(lengths.get(source.id, 0.0) for source in those) / HOUR for row, those in sources.items()
    }
    distinct = {source.id for those in sources.values() for source in those}
    hours[None] = sum(lengths.get(source, 0.0) for source in distinct) / HOUR if once else sum(hours.values())
    return hours


def _differences(
    cells: Mapping[tuple[str, str], Cell],
    rows: Sequence[str],
    columns: Mapping[str, str],
    has_base: Callable[[tuple[str, str]], bool],
) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for column in columns:
        first, second = (cells[row, column] for row in rows[:2])
        known = all(cell.value or cell.zero == NOT_MENTIONED for cell in (first, second))
        known = known and all(has_base((row, column)) for row in rows[:2])
        found[column] = first.value - second.value if known else None
    return found
