"""qualkit status"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from qualkit.cli import opening, output
from qualkit.model.coding import APPLIED, SUGGESTED

if TYPE_CHECKING:
    from qualkit.coding.fold import State
    from qualkit.model.source import Source
    from qualkit.model.study import Study
    from qualkit.model.transcript import Transcript


def status(ctx: typer.Context) -> None:
    """Sources, transcripts, coding progress, and what is missing."""
    from qualkit.analysis.excerpts import states
    from qualkit.store.project import read_material

    opened = opening.open_here(ctx)
    study = opened.study
    material, problems = read_material(opened.folder, study.sources)
    folded = states(study, material)
    output.say(study.settings.title or str(opened.folder.root))
    if study.sources:
        headings = ["source", "kind", study.settings.case, "transcript", "applied", "suggested", "finished by"]
        rows = [_row(study, s, material.transcripts.get(s.id), folded[s.id]) for s in study.sources]
        output.table(headings, rows, numbers=(4, 5))
    _show_missing(study, set(material.transcripts), folded)
    count = len(opened.problems) + len(problems)
    if count:
        output.say(f"{count} problems: qualkit check")


def _row(study: Study, source: Source, transcript: Transcript | None, state: State) -> list[str]:
    names = [study.case_by_id[case].name for case in source.cases]
    text = f"{len(transcript.segments)} segments" if transcript else "none yet"
    count = {wanted: sum(c.status == wanted for c in state.codings.values()) for wanted in (APPLIED, SUGGESTED)}
    finished = ", ".join(sorted(state.finished)) or "-"
    return [source.id, source.kind, ", ".join(names), text, str(count[APPLIED]), str(count[SUGGESTED]), finished]


def _show_missing(study: Study, read: set[str], folded: dict[str, State]) -> None:
    """What to do next, one line each."""
    from qualkit.analysis.attribution import sources_of

    if not study.sources:
        output.say("No sources yet: qualkit add FILES --municipality NAME")
    to_hear = [source.id for source in study.sources if source.recording and source.id not in read]
    if to_hear:
        output.paragraph(f"not transcribed: {', '.join(to_hear)}  (qualkit transcribe)")
    uncoded = [source for source in read if not folded[source].codings]
    if uncoded:
        output.paragraph(f"not coded: {', '.join(sorted(uncoded))}  (qualkit apply)")
    open_still = [source for source in read if not folded[source].finished]
    if open_still:
        output.paragraph(f"not finished: {', '.join(sorted(open_still))}  (qualkit finish SOURCE)")
    without = [case.name for case in study.cases if not any(s.id in read for s in sources_of(study, case.id))]
    if without:
        output.paragraph(f"no material: {len(without)} of {len(study.cases)} cases: {', '.join(without)}")
