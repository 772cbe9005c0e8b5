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
    from qualkit.store.material import coding_place, read_all_doubts, read_material
    from qualkit.store.new import PARTICIPANT_HEADINGS
    from qualkit.store.tables import line_of
    from qualkit.transcribe.speakers import rttm_problems

    study = opened.study
    material, found = read_material(opened.folder, study.sources)
    found += read_all_doubts(opened.folder, material)[1]
    folded = states(study, material)
    excerpts = coded_excerpts(study, material, folded, statuses=STATUSES)
    line = partial(line_of, opened.tables["participants"], headings=PARTICIPANT_HEADINGS)
    across = cross_problems(study, material, folded, excerpts, line, partial(coding_place, opened.folder))
    found += [*file_problems(opened), *rttm_problems(opened.folder, study.sources), *revision_problems(opened)]
    return [*opened.problems, *found, *across]


def revision_problems(opened: OpenStudy) -> list[Problem]:
    """What is wrong with the journals of the codebook, and a change that did not reach its file."""
    from qualkit.coding.recoding import last_revision
    from qualkit.store.revisions import codebook_path, is_unwritten, read_revisions

    acts, problems = read_revisions(opened)
    last = last_revision(acts)
    if last and is_unwritten(opened, last):
        message = f"the codebook is as it was before this change, which {last.coder} began: {last.text}"
        hint = "qualkit codebook undo takes all of it back; then make the change again, if you want it"
        problems.append(Problem(opened.folder.name(codebook_path(opened)), message, hint, warning=True))
    return problems
