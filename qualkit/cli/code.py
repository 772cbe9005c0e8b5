"""qualkit code"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening
from qualkit.errors import refuse_errors

if TYPE_CHECKING:
    from qualkit.tui.desk import Desk


def code(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="A source's id; none = where you left last time.")] = "",
    plain: Annotated[
        bool, typer.Option("--plain", help="Line by line, without a full screen; ? lists what it can.")
    ] = False,
    coder: opening.CoderName = "",
) -> None:
    """Code a source on the screen: read, choose words, put codes on them, accept suggestions, correct the text."""
    if plain:
        from qualkit.cli.plain import run
    else:
        from qualkit.tui.app import run
    run(_desk(ctx, source, coder))


def _desk(ctx: typer.Context, source: str, coder: str) -> Desk:
    from qualkit.store.settings import FILE
    from qualkit.tui.desk import Desk
    from qualkit.tui.keys import problems

    opened = opening.open_here(ctx)
    found = [*opened.problems, *problems(opened.study.settings.keys, FILE)]
    refuse_errors(found, "the study has errors, so that nothing was opened")
    desk = Desk(opened, opening.coder_name(opened, coder))
    desk.open(opening.chosen(opened, [source])[0] if source else desk.where_left())
    return desk
