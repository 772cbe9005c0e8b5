"""A theme matrix as something to hand on, and the table of formats that hold one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath

from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.matrix import NOBODY_SIGN, UNFINISHED_MARK, Matrix
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.zeros import ZEROS
from qualkit.errors import QualkitError
from qualkit.model.study import Study


@dataclass(frozen=True)
class MatrixExport:
    """A matrix with the excerpts behind its figures and what a reader must know; `made` is ISO 8601."""

    matrix: Matrix
    excerpts: Sequence[Excerpt]
    study: Study
    made: str
    version: str
    remark: str = ""  # what else a reader must know of where the codings come from

    @property
    def case_ids(self) -> bool:
        """Whether rows are cases, so that their ids (SCB codes) stand beside the names."""
        return self.matrix.by in ((self.study.settings.case,), ("case",))

    @property
    def heads(self) -> list[str]:
        """The headings above the names of rows."""
        return ["code"] * self.case_ids + list(self.matrix.by)

    def names(self, row: str) -> list[str]:
        """What stands under these headings."""
        return [row] * self.case_ids + list(self.matrix.levels[row])


EXCERPT_HEADINGS = (
    "Row", "Column", "Codes", "Quote", "Source", "Kind", "Speakers", "Start", "Segment", "Coders", "Status", "Reason",
)  # fmt: skip


def excerpt_lines(export: MatrixExport) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """((row, column), cells under EXCERPT_HEADINGS) for each excerpt behind each figure, cell by cell."""
    matrix = export.matrix
    for row, row_name in matrix.rows.items():
        for column, column_name in matrix.columns.items():
            for number in matrix.cells[row, column].excerpts:
                yield (row, column), (row_name, column_name, *excerpt_cells(export, column, export.excerpts[number]))


def excerpt_cells(export: MatrixExport, column: str, excerpt: Excerpt) -> tuple[str, ...]:
    """One excerpt under EXCERPT_HEADINGS from Codes on; only the codings that count in the column."""
    codes, column_of = export.study.codebook.codes, export.matrix.column_of
    codings = [coding for coding in excerpt.codings if column_of.get(coding.code) == column]
    return (
        "; ".join(dict.fromkeys(codes[coding.code].name for coding in codings)),
        excerpt.anchor.quote,
        excerpt.source.title,
        excerpt.source.kind,
        ", ".join(excerpt.participants),
        clock(excerpt.anchor.start),
        excerpt.anchor.first,
        ", ".join(dict.fromkeys(coding.coder for coding in codings)),
        ", ".join(dict.fromkeys(coding.status for coding in codings)),
        "; ".join(dict.fromkeys(coding.reason for coding in codings if coding.reason)),
    )


def method_lines(export: MatrixExport) -> list[tuple[str, str]]:
    """How the matrix was made, in words: what a methods section and a doubting colleague need."""
    matrix, request = export.matrix, export.matrix.request
    measure = MEASURES[request.measure]
    by_zero = {zero: f"{sign}  {zero}" for zero, sign in ZEROS.items()}
    return [
        ("Study", export.study.settings.title or "(no title)"),
        ("Codebook", f"{export.study.codebook.title}, version {export.study.codebook.version}"),
        ("Figures", f"{request.measure}: {measure.meaning}"),
        ("Rows", " / ".join(matrix.by)),
        ("Columns", " / ".join(request.columns)),
        *([("Filter", request.where.text)] if request.where.text else []),
        *([("Difference", _DIFFERENCE)] if request.groups else []),
        ("Kinds of code", ", ".join(request.kinds) or "all"),
        ("Status of codings", ", ".join(request.statuses)),
        ("Coders", ", ".join(request.coders) or "all"),
        ("Excerpts of moderators alone", "counted for the source's case" if request.moderator else "not counted"),
        *_TOTALS[measure.of],
        ("Attribution", "an excerpt counts for the case of each person who speaks in it, else for its source's case"),
        *((by_zero[zero], text) for zero, text in _ZERO_WORDS.items()),
        *([(f"{NOBODY_SIGN}  {measure.nothing}", _NOTHING)] if measure.nothing else []),
        (f"a figure with {UNFINISHED_MARK}", "some source of the row is not marked as finished: the figure may grow"),
        ("Excerpts left out as uncertain", str(len(matrix.left_out))),
        *([("Codings", export.remark)] if export.remark else []),
        ("Made", f"{export.made} with qualkit {export.version}"),
    ]


_NOTHING = "there are excerpts, but all of them are from documents: nobody speaks in them, and nothing was recorded"
_DIFFERENCE = "the first row less the second; empty where one of them is not known (no material, not coded, not asked)"
_ONCE = "each excerpt, source or participant once, however many cells it stands in; words once an excerpt"
_SHARE = ("Sum", "of the row (column) whose shares these are: 100; elsewhere its share of all cells together")
_BASE = ("Unique", "how many excerpts there are, each once: what a share rests on")
_TOTALS = {  # by what a measure is divided by
    "": [("Sum", "adds up the cells of a row or column"), ("Unique", f"counts {_ONCE}")],
    "row": [_SHARE, _BASE],
    "column": [_SHARE, _BASE],
    "hours": [
        ("Sum", "the excerpts of the cells, added up, for each hour of the rows, added up"),
        ("Unique", "each excerpt once, for each hour of recording, each once"),
        ("Hours of recording", "up to the last word of the transcripts of the row's sources"),
    ],
}

_ZERO_WORDS = {
    "no material": "no source of the row has a transcript",
    "not yet coded": "some source of the row is not marked as finished by any coder",
    "not asked": "the interview guide asks about the theme, but no source of the row was asked",
    "not mentioned": "asked or open, read to the end, and not mentioned",
}


def clock(seconds: float | None) -> str:
    """Seconds as h:mm:ss; "" for None."""
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


MATRIX_FORMATS: Mapping[str, str] = {
    ".csv": "qualkit.formats.matrix_csv",
    ".xlsx": "qualkit.formats.matrix_xlsx",
}


def matrix_format(file: PurePath) -> Callable[[MatrixExport], bytes]:
    """The function that makes a matrix of the format that a file's name ends in. QualkitError for others."""
    module = MATRIX_FORMATS.get(file.suffix.lower())
    if module is None:
        known = ", ".join(MATRIX_FORMATS)
        raise QualkitError(f"no format is known for '{file.name}'", hint=f"end the name in one of: {known}")
    render: Callable[[MatrixExport], bytes] = import_module(module).render
    return render
