"""qualkit matrix"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.analysis.measures import MEASURES
from qualkit.cli import filtering, framing, matrix_shown, moment, opening, output, publishing
from qualkit.cli.excerpts import statuses
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.analysis.matrix import Matrix, MatrixRequest
    from qualkit.cli.opening import CodedStudy

GROUPS = ("case", "source", "participant")  # nouns that a group may be made of


def matrix(
    ctx: typer.Context,
    to: Annotated[
        list[Path] | None,
        typer.Option(help="Write it to FILE.xlsx, .ods, .docx, .html, .md, .csv, .svg or .png; may be repeated."),
    ] = None,
    measure: Annotated[str, typer.Option(help=f"One of: {', '.join(MEASURES)}.")] = "excerpts",
    columns: Annotated[list[str] | None, typer.Option(help="theme, code or kind; twice for two levels.")] = None,
    codes: Annotated[bool, typer.Option("--codes", help="Codes as columns: the same as --columns code.")] = False,
    by: Annotated[
        list[str] | None,
        typer.Option(help="Rows: a column of cases, sources or participants; else the case. Twice for two levels."),
    ] = None,
    where: filtering.Option = "",
    difference: Annotated[
        tuple[str, str] | None, typer.Option(help="Two filters: a row for each, and the first less the second.")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="Only codes of these kinds: need, question, ...; several with commas.")
    ] = "",
    status: Annotated[str, typer.Option(help="applied, suggested, rejected; several with commas.")] = "applied",
    coder: Annotated[str, typer.Option(help="Only this coder's codings.")] = "",
    moderator: Annotated[bool, typer.Option("--moderator", help="Count excerpts of moderators alone, too.")] = False,
    sort: Annotated[str, typer.Option(help="Rows by name, sum, unique or a column.")] = "",
    sort_columns: Annotated[str, typer.Option(help="Columns by name, sum, unique or a row.")] = "",
    quotes: Annotated[int, typer.Option(min=1, help="With --measure quotes: how many of a cell.")] = 3,
    quote: Annotated[
        list[str] | None, typer.Option(help="A coding's id: its quote comes first in its cells; may be repeated.")
    ] = None,
    at: opening.At = "",
    all_rows: Annotated[bool, typer.Option("--all", help="In the terminal, show rows without material, too.")] = False,
    publish: publishing.Publish = False,
    threshold: publishing.Threshold = 5,
    with_quotes: publishing.WithQuotes = False,
) -> None:
    """The theme matrix: municipalities x themes, in the terminal and as a file. Files hold every row."""
    from qualkit.analysis.matrix import MatrixRequest
    from qualkit.report.pictures import matrix_maker
    from qualkit.store.tables import heading_name

    _refuse_contradictions(to or [], by or [], difference, sort)
    coded = opening.open_coded(ctx, at)
    filters = filtering.read(coded, where), tuple(filtering.read(coded, text, GROUPS) for text in difference or ())
    shape = tuple(map(heading_name, by or ())), tuple(columns or (["code"] if codes else ["theme"]))
    kinds = tuple(part.strip() for part in kind.split(",") if part.strip())
    which = filtering.which(filters[0], statuses(status)), opening.known_coders(coded, coder)
    chosen = filtering.chosen(coded, quote or ())
    request = MatrixRequest(measure, *shape, kinds, *which, moderator, *filters, quotes, chosen)
    found = filtering.excerpts(coded, *which, filters[0])
    if publish:
        wanted = publishing.Publication(threshold, with_quotes, (sort, sort_columns), matrix_maker)
        publishing.publish(coded, found, request, wanted, to or (), at, made_at())
    else:
        result = _made(coded, found, request, (sort, sort_columns), at)
        deliver(coded, result, found, to or (), at, all_rows=all_rows)


def _made(
    coded: CodedStudy, found: Sequence[Excerpt], request: MatrixRequest, order: tuple[str, str], at: str
) -> Matrix:
    """The matrix in this order of rows and columns, with summaries in its cells where these are asked for."""
    from qualkit.analysis.matrix import theme_matrix
    from qualkit.analysis.sorting import sorted_matrix

    result = theme_matrix(coded.opened.study, coded.material, coded.folded, found, request)
    result = framing.in_matrix(coded, result, found, at) if MEASURES[request.measure].summaries else result
    return sorted_matrix(result, *order)


def deliver(
    coded: CodedStudy, result: Matrix, found: list[Excerpt], to: Sequence[Path], at: str, *, all_rows: bool
) -> None:
    """Show a matrix and write it to files."""
    from qualkit.formats.headings import in_language
    from qualkit.formats.matrix import MatrixExport
    from qualkit.report.pictures import matrix_maker
    from qualkit.store.exports import write_export

    study = coded.opened.study
    matrix_shown.show(result, all_rows, moment.told(at) if at else "")
    remark = moment.told(at, in_language(study.settings.language)) if at else ""
    about = study, made_at(), __version__, remark
    export = MatrixExport(result, found, *about, coded.material, coded.folded)
    for file in to:
        write_export(coded.opened.folder, file, matrix_maker(file)(export))
        output.say(f"written: {file}")


def made_at() -> str:
    """The time of making, ISO 8601 in UTC; SOURCE_DATE_EPOCH fixes it for reproducible files."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return now.isoformat(timespec="seconds")


def _refuse_contradictions(
    to: Sequence[Path], by: Sequence[str], difference: tuple[str, str] | None, sort: str
) -> None:
    from qualkit.report.pictures import matrix_maker

    for file in to:
        matrix_maker(file)
    if len(by) > 2:
        raise QualkitError("rows have one or two levels", hint="give --by once or twice")
    if difference and by:
        raise QualkitError("--difference makes the rows, so --by has no place", hint="leave one of them out")
    if difference and sort:
        raise QualkitError("the rows of a difference stand as you give them", hint="leave --sort out, or turn them")
    if difference and (not all(difference) or difference[0].strip() == difference[1].strip()):
        raise QualkitError("a difference needs two groups", hint="for example: --difference 'g = A1' 'g = A2'")
