"""qualkit check"""

from __future__ import annotations

import typer

from qualkit.cli import opening, output
from qualkit.errors import ExitCode, errors_of


def check(ctx: typer.Context) -> None:
    """Show every problem in the study, with file and line, all at once. Changes nothing."""
    from qualkit.analysis.cross import cross_problems
    from qualkit.analysis.excerpts import coded_excerpts, states
    from qualkit.model.coding import STATUSES
    from qualkit.store.checks import file_problems
    from qualkit.store.project import read_material

    opened = opening.open_here(ctx)
    material, found = read_material(opened.folder, opened.study.sources)
    folded = states(opened.study, material)
    excerpts = coded_excerpts(opened.study, material, folded, statuses=STATUSES)
    problems = [*opened.problems, *file_problems(opened), *found]
    problems += cross_problems(opened.study, material, folded, excerpts)
    output.problems(problems)
    errors = errors_of(problems)
    if not problems:
        output.say("No problems.")
    else:
        output.say(f"{len(errors)} errors, {len(problems) - len(errors)} warnings.")
    if errors:
        raise typer.Exit(ExitCode.FAILED)
