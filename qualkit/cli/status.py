"""qualkit status"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from qualkit.cli import opening, output

if TYPE_CHECKING:
    from qualkit.analysis.progress import Progress, SourceProgress
    from qualkit.model.study import Study
    from qualkit.store.project import Folder


def status(ctx: typer.Context) -> None:
    """Sources, transcripts, coding progress, and what is missing."""
    from qualkit.analysis.excerpts import states
    from qualkit.analysis.progress import progress
    from qualkit.store.material import read_material

    opened = opening.open_here(ctx)
    study = opened.study
    material, problems = read_material(opened.folder, study.sources)
    found = progress(study, material, states(study, material))
    output.say(study.settings.title or str(opened.folder.root))
    if found.sources:
        headings = ["source", "kind", study.settings.case, "transcript", "applied", "suggested", "finished by"]
        output.table(headings, [_row(study, one) for one in found.sources], numbers=(4, 5))
    _show_missing(opened.folder, study, found)
    if count := len(opened.problems) + len(problems):
        output.say(f"{output.count(count, 'problem')}: qualkit check")


def _row(study: Study, one: SourceProgress) -> list[str]:
    names = ", ".join(study.case_by_id[case].name for case in one.source.cases)
    text = "none yet" if one.segments is None else output.count(one.segments, "segment")
    figures = [str(one.applied), str(one.suggested), ", ".join(one.finished) or "-"]
    return [one.source.id, one.source.kind, names, text, *figures]


def _show_missing(folder: Folder, study: Study, found: Progress) -> None:
    """What to do next, a line each."""
    if not found.sources:
        output.say("No sources yet: qualkit add FILES --municipality NAME")
    read = [one for one in found.sources if one.segments is not None]
    unread = [one for one in found.sources if one.source.recording and one.segments is None]
    lost = [one for one in unread if not all(path.is_file() for path in folder.recording(one.source))]
    lists = {
        "recording missing: {}  (qualkit check)": lost,
        "not transcribed: {}  (qualkit transcribe)": [one for one in unread if one not in lost],
        "not coded: {}  (qualkit apply)": [one for one in read if not one.applied + one.suggested],
        "words not found again, left out of figures: {}  (qualkit check)": [one for one in read if one.uncertain],
        "not finished: {}  (qualkit finish SOURCE)": [one for one in read if not one.finished],
    }
    for sentence, those in lists.items():
        if those:
            output.paragraph(sentence.format(", ".join(one.source.id for one in those)))
    if found.without_material:
        count = f"{len(found.without_material)} of {len(study.cases)} cases"
        output.paragraph(f"no material: {count}: {', '.join(found.without_material)}")
