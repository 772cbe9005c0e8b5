"""What the commands of summaries share: the framework of a study, the cell that is meant, and what coders say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import moment, opening
from qualkit.errors import QualkitError, refuse_errors

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.analysis.framework import Framework
    from qualkit.analysis.matrix import Matrix
    from qualkit.cli.opening import CodedStudy
    from qualkit.coding.summaries import Summaries
    from qualkit.model.codebook import Codebook

By = Annotated[
    list[str] | None,
    typer.Option(help="Rows: a column of cases, sources or participants; else the case. Twice for two levels."),
]
Columns = Annotated[list[str] | None, typer.Option(help="theme, code or kind; twice for two levels.")]


@dataclass(frozen=True)
class Frame:
    """A study with the cells of one shape of its matrix."""

    coded: CodedStudy
    cells: Framework

    @property
    def codebook(self) -> Codebook:
        """The study's codebook."""
        return self.coded.opened.study.codebook

    def label(self, row: str, column: str) -> str:
        """A cell as people read it."""
        return f"{self.cells.matrix.rows[row]}: {self.cells.matrix.columns[column]}"

    def row(self, written: str) -> str:
        """The key of a row, given by its name or id. QualkitError for an unknown one."""
        rows = self.cells.matrix.rows
        found = _known(rows, written)
        if found is None and self.cells.levels == ("case",):
            found = self.coded.opened.cases.named(written)
        if found is None or found not in rows:
            raise _unknown("row", written, rows.values())
        return found

    def column(self, written: str) -> str:
        """The key of a column, given by its name or id. QualkitError for an unknown one."""
        columns = self.cells.matrix.columns
        found = _known(columns, written)
        if found is None:
            raise _unknown("column", written, (key.replace("\x1f", " / ") for key in columns))
        return found


def open_frame(ctx: typer.Context, by: Sequence[str] | None, columns: Sequence[str] | None) -> Frame:
    """The study and its cells. QualkitError where an error in its files would make them wrong."""
    from qualkit.analysis.framework import framework
    from qualkit.store.tables import heading_name

    coded = opening.open_coded(ctx)
    study, names = coded.opened.study, [heading_name(name) for name in by or ()]
    summaries = read_summaries(coded)
    found = framework(study, coded.material, coded.folded, summaries, names, columns or ["theme"])
    return Frame(coded, found)


def read_summaries(coded: CodedStudy, at: str = "") -> Summaries:
    """What every coder says of every cell; with `at`, what they said then."""
    from qualkit.analysis.history import when
    from qualkit.coding.summaries import fold_summaries
    from qualkit.store.revisions import read_revisions

    acts, problems = read_revisions(coded.opened)
    refuse_errors(problems, "a journal has errors, so summaries may be missing")
    end = moment.ends(at) if at else None
    return fold_summaries(act for act in acts if end is None or when(act) < end)


def in_matrix(coded: CodedStudy, matrix: Matrix, excerpts: Sequence[Excerpt], at: str) -> Matrix:
    """A matrix whose cells show their summaries."""
    from qualkit.analysis.framework import framework, framework_of, is_whole, with_summaries

    study, summaries, request = coded.opened.study, read_summaries(coded, at), matrix.request
    if request.groups:
        hint = "leave --difference out, or take another measure"
        raise QualkitError("summaries of two groups have no difference", hint=hint)
    if is_whole(request):
        return with_summaries(matrix, framework_of(study, coded.material, matrix, excerpts, summaries))
    whole = framework(study, coded.material, coded.folded, summaries, request.by, request.columns)
    return with_summaries(matrix, whole)


def head_of(book: Codebook, written: str) -> str:
    """Whether a theme, a code or a kind is called so. QualkitError where nothing is."""
    from qualkit.model.codebook import KINDS

    named = {
        "theme": {theme.id: theme.name for theme in book.themes},
        "code": {code.id: code.name for code in book.codes.values()},
        "kind": dict.fromkeys(KINDS, ""),
    }
    for head, names in named.items():
        if _known(names, written) is not None:
            return head
    raise _unknown("theme, code or kind", written, (id for names in named.values() for id in names))


def _known(names: Mapping[str, str], written: str) -> str | None:
    """The key with this id, or this name; capital letters do not matter."""
    wanted = written.strip().casefold()
    ids = (key for key in names if key.replace("\x1f", " / ").casefold() == wanted)
    return next(ids, None) or next((key for key, name in names.items() if name.casefold() == wanted), None)


def _unknown(what: str, written: str, known: Iterable[str]) -> QualkitError:
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(written, names, n=3) or names[:12]
    return QualkitError(f"there is no {what} '{written}'", hint=f"one of: {', '.join(near)}")
