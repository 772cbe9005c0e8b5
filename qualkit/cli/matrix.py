"""qualkit matrix"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import moment, opening, output
from qualkit.cli.excerpts import statuses

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.analysis.matrix import Matrix
    from qualkit.model.study import Study
    from qualkit.store.project import Folder


def matrix(
    ctx: typer.Context,
    to: Annotated[list[Path] | None, typer.Option(help="Write it to FILE.csv or FILE.xlsx; may be repeated.")] = None,
    measure: Annotated[str, typer.Option(help="excerpts, sources, participants, words or presence.")] = "excerpts",
    codes: Annotated[bool, typer.Option("--codes", help="Codes as columns instead of themes.")] = False,
    by: Annotated[str, typer.Option(help="Rows: a column of cases.csv or sources.csv; else the case.")] = "",
    kind: Annotated[
        str, typer.Option(help="Only codes of these kinds: need, question, ...; several with commas.")
    ] = "",
    status: Annotated[str, typer.Option(help="applied, suggested, rejected; several with commas.")] = "applied",
    coder: Annotated[str, typer.Option(help="Only this coder's codings.")] = "",
    moderator: Annotated[bool, typer.Option("--moderator", help="Count excerpts of moderators alone, too.")] = False,
    at: opening.At = "",
    all_rows: Annotated[bool, typer.Option("--all", help="In the terminal, show rows without material, too.")] = False,
) -> None:
    """The theme matrix: municipalities x themes, in the terminal and as a file. Files hold every row."""
    from qualkit.analysis.excerpts import coded_excerpts
    from qualkit.analysis.matrix import MatrixRequest, theme_matrix
    from qualkit.formats.matrix import matrix_format
    from qualkit.store.tables import heading_name

    for file in to or ():
        matrix_format(file)
    coded = opening.open_coded(ctx, at)
    study = coded.opened.study
    kinds = tuple(part.strip() for part in kind.split(",") if part.strip())
    coders = opening.known_coders(coded, coder)
    request = MatrixRequest(measure, heading_name(by), codes, kinds, statuses(status), coders, moderator)
    found = coded_excerpts(study, coded.material, coded.folded, statuses=request.statuses, coders=coders)
    result = theme_matrix(study, coded.material, coded.folded, found, request)
    _show(result, all_rows, moment.told(at) if at else "")
    for file in to or ():
        _write(coded.opened.folder, file, result, found, study, at)


def made_at() -> str:
    """The time of making, ISO 8601 in UTC; SOURCE_DATE_EPOCH fixes it for reproducible files."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return now.isoformat(timespec="seconds")


def _write(folder: Folder, file: Path, result: Matrix, found: list[Excerpt], study: Study, at: str) -> None:
    from qualkit.formats.matrix import MatrixExport, matrix_format
    from qualkit.store.exports import write_export

    export = MatrixExport(result, found, study, made_at(), __version__, moment.told(at) if at else "")
    write_export(folder, file, matrix_format(file)(export))
    output.say(f"written: {file}")


def _show(result: Matrix, all_rows: bool, remark: str) -> None:
    empty = [row for row in result.rows if not result.sources[row][1] and not result.sums[row, None]]
    hidden = [] if all_rows or len(empty) == len(result.rows) else empty
    keys = list(result.columns)
    rows = [
        [name, *(result.cells[row, key].text for key in keys), *_totals(result, row)]
        for row, name in result.rows.items()
        if row not in hidden
    ]
    rows.append(["sum", *(str(result.sums[None, key]) for key in keys), str(result.sums[None, None]), ""])
    rows.append(["unique", *(str(result.uniques.get((None, k), 0)) for k in keys), "", str(result.uniques[None, None])])
    heads, legend = _headings(result, max(len(row[0]) for row in rows))
    output.say(f"{result.request.measure} by {result.by}{f' ({remark})' if remark else ''}", indent=4)
    output.figures([result.by, *heads, "sum", "unique"], rows)
    for line in legend:
        output.say(line)
    _show_notes(result, hidden)


def _totals(result: Matrix, row: str) -> list[str]:
    return [str(result.sums[row, None]), str(result.uniques.get((row, None), 0))]


def _headings(result: Matrix, first: int) -> tuple[list[str], list[str]]:
    """Column headings that fit the terminal: ids, else numbers with a list of what they mean."""
    keys = list(result.columns)
    room = output.width() - first - 20
    if sum(len(key) + 2 for key in keys) <= room:
        return keys, [f"{key}: {name}" for key, name in result.columns.items()] if not result.request.codes else []
    numbered = [str(number) for number in range(1, len(keys) + 1)]
    return numbered, [f"{n:>3} {key}: {name}" for n, (key, name) in zip(numbered, result.columns.items(), strict=True)]


def _show_notes(result: Matrix, hidden: list[str]) -> None:
    from qualkit.analysis.matrix import NOBODY, NOBODY_SIGN, UNFINISHED_MARK, ZEROS

    if hidden:
        output.say()
        output.say(f"no material: {', '.join(result.rows[row] for row in hidden)}")
    output.say()
    signs = {**ZEROS, NOBODY: NOBODY_SIGN} if result.request.measure == "participants" else ZEROS
    output.say("   ".join(f"{sign} {zero}" for zero, sign in signs.items()))
    output.say(f"3{UNFINISHED_MARK} three so far: some source is not finished")
    if result.left_out:
        output.note(f"{output.count(len(result.left_out), 'excerpt')} uncertain and not counted: qualkit anchors")
