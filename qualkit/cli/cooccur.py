"""qualkit cooccur"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qualkit.cli import filtering, opening
from qualkit.cli.excerpts import statuses
from qualkit.cli.matrix import deliver


def cooccur(
    ctx: typer.Context,
    within: Annotated[str, typer.Option(help="excerpt (the same words), overlap or turn.")] = "excerpt",
    themes: Annotated[bool, typer.Option("--themes", help="Themes instead of codes.")] = False,
    to: Annotated[
        list[Path] | None,
        typer.Option(help="Write it to FILE.xlsx, .ods, .docx, .html, .md, .csv, .svg or .png; may be repeated."),
    ] = None,
    where: filtering.Option = "",
    status: Annotated[str, typer.Option(help="applied, suggested, rejected; several with commas.")] = "applied",
    coder: Annotated[str, typer.Option(help="Only this coder's codings.")] = "",
    moderator: Annotated[bool, typer.Option("--moderator", help="Count excerpts of moderators alone, too.")] = False,
    at: opening.At = "",
    all_rows: Annotated[bool, typer.Option("--all", help="In the terminal, show codes without excerpts, too.")] = False,
) -> None:
    """Which codes come together: for each two, the excerpts of the row's code that meet the column's."""
    from qualkit.analysis.cooccurrence import cooccurrence
    from qualkit.analysis.matrix import MatrixRequest
    from qualkit.report.pictures import matrix_maker

    for file in to or ():
        matrix_maker(file)
    coded = opening.open_coded(ctx, at)
    only = filtering.read(coded, where)
    which = filtering.which(only, statuses(status)), opening.known_coders(coded, coder)
    request = MatrixRequest("excerpts", (), ("theme" if themes else "code",), (), *which, moderator, only)
    found = filtering.excerpts(coded, *which, only)
    result = cooccurrence(coded.opened.study, coded.material, coded.folded, found, request, within)
    deliver(coded, result, found, to or (), at, all_rows=all_rows)
