"""qualkit check"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import typer

from qualkit.cli import opening, output
from qualkit.errors import ExitCode, Problem, errors_of

if TYPE_CHECKING:
    from qualkit.store.project import OpenStudy


def check(ctx: typer.Context) -> None:
    """Show every problem in the study, with file and line, all at once. Changes nothing."""
    problems = _problems(opening.open_here(ctx))
    errors = errors_of(problems)
    output.problems(problems)
    if problems:
        warnings = output.count(len(problems) - len(errors), "warning")
        output.say(f"{output.count(len(errors), 'error')}, {warnings}.")
    else:
        output.say("No problems.")
    if errors:
        raise typer.Exit(ExitCode.FAILED)


def _problems(opened: OpenStudy) -> list[Problem]:
    from qualkit.analysis.cross import cross_problems
    from qualkit.analysis.excerpts import coded_excerpts, states
    from qualkit.model.coding import STATUSES
    from qualkit.store.checks import file_problems
    from qualkit.store.material import read_all_doubts, read_material
    from qualkit.store.new import PARTICIPANT_HEADINGS
    from qualkit.store.tables import line_of
    from qualkit.transcribe.speakers import rttm_problems

    study = opened.study
    material, found = read_material(opened.folder, study.sources)
    found += read_all_doubts(opened.folder, material)[1]
    folded = states(study, material)
    excerpts = coded_excerpts(study, material, folded, statuses=STATUSES)
    line = partial(line_of, opened.tables["participants"], headings=PARTICIPANT_HEADINGS)
    across = cross_problems(study, material, folded, excerpts, line)
    return [*opened.problems, *file_problems(opened), *rttm_problems(opened.folder, study.sources), *found, *across]
