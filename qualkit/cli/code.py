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
    plain: Annotated[bool, typer.Option("--plain", help="Line by line: for a screen reader, or a script.")] = False,
    go_on: Annotated[
        bool, typer.Option("--go-on", help="With --plain and a script: go on after a line that cannot be done.")
    ] = False,
    coder: opening.CoderName = "",
) -> None:
    """Code a source on the screen: read, choose words, put codes on them, accept suggestions, correct the text."""
    desk = _desk(ctx, source, coder)
    if plain:
        from qualkit.cli.plain.lines import run

        run(desk, go_on=go_on)
    else:
        from qualkit.tui.app import run as run_screen

        run_screen(desk)


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
