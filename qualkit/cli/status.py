"""qualkit status"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import doubtful, opening, output

if TYPE_CHECKING:
    from qualkit.analysis.progress import Progress, SourceProgress
    from qualkit.model.doubt import Stretch
    from qualkit.model.study import Study
    from qualkit.store.project import Folder

HEADINGS = ["source", "kind", "segments", "doubtful", "applied", "suggested", "finished by"]
FEW = 5  # names of cases shown; --cases shows all


def status(
    ctx: typer.Context,
    sources: opening.Sources = None,
    cases: Annotated[bool, typer.Option("--cases", help="Name every case that has no material.")] = False,
) -> None:
    """Sources, transcripts, coding progress, and what is missing; of named sources, every doubtful stretch too."""
    from qualkit.analysis.excerpts import states
    from qualkit.analysis.progress import progress
    from qualkit.store.material import read_all_doubts, read_material

    opened = opening.open_here(ctx)
    study, shown = opened.study, [source.id for source in opening.chosen(opened, sources)]
    material, problems = read_material(opened.folder, study.sources)
    doubts, unread = read_all_doubts(opened.folder, material)
    found = progress(study, material, states(study, material))
    output.say(study.settings.title or str(opened.folder.root))
    _show_sources(study, [one for one in found.sources if one.source.id in shown], doubts)
    if sources and not doubtful.show({source: doubts.get(source, []) for source in shown}):
        output.say("No doubtful stretches are known.")
    if not sources:
        _show_missing(opened.folder, study, found, doubts)
    if cases or not sources:
        _show_cases(study, found.without_material, all_of_them=cases)
    if count := len(opened.problems) + len(problems) + len(unread):
        output.say(f"{output.count(count, 'problem')}: qualkit check")


def _show_sources(study: Study, those: Sequence[SourceProgress], doubts: Mapping[str, Sequence[Stretch]]) -> None:
    if rows := [_row(study, one, len(doubts.get(one.source.id, ()))) for one in those]:
        output.table([*HEADINGS[:2], study.settings.case, *HEADINGS[2:]], rows, numbers=(3, 4, 5, 6), least=(1, 2))


def _row(study: Study, one: SourceProgress, doubts: int) -> list[str]:
    names = ", ".join(study.case_by_id[case].name for case in one.source.cases)
    segments = "none yet" if one.segments is None else str(one.segments)
    figures = [segments, str(doubts), str(one.applied), str(one.suggested)]
    return [one.source.id, one.source.kind, names, *figures, ", ".join(one.finished) or "-"]


def _waiting(folder: Folder, found: Progress, doubts: Mapping[str, Sequence[Stretch]]) -> dict[str, list[str]]:
    """What is to be done -> the sources that wait for it."""
    read = [one for one in found.sources if one.segments is not None]
    unread = [one for one in found.sources if one.source.recording and one.segments is None]
    lost = [one for one in unread if not all(path.is_file() for path in folder.recording(one.source))]
    return {
        "recording missing: {}  (qualkit check)": _ids(lost),
        "not transcribed: {}  (qualkit transcribe)": _ids(one for one in unread if one not in lost),
        "doubtful stretches, to be listened to: {}  (qualkit status SOURCE)": _ids(
            one for one in read if doubts.get(one.source.id)
        ),
        "not coded: {}  (qualkit apply)": _ids(one for one in read if not one.applied + one.suggested),
        "words not found again, left out of figures: {}  (qualkit anchors)": [
            f"{one.source.id} ({one.uncertain})" for one in found.sources if one.uncertain
        ],
        "words found at another place: {}  (qualkit anchors --record)": [
            f"{one.source.id} ({one.moved})" for one in found.sources if one.moved
        ],
        **_unmarked(read),
        "not finished: {}  (qualkit finish SOURCE)": _ids(one for one in read if not one.finished),
    }


def _unmarked(read: Sequence[SourceProgress]) -> dict[str, list[str]]:
    """What is to be done about guide questions, once somebody has begun to mark where they are asked."""
    begun = any(one.marked for one in read)
    return {
        "no guide question marked: {}  (qualkit questions SOURCE)": _ids(
            one for one in read if begun and one.asking and not one.marked
        ),
        "guide questions whose words were not found again: {}  (qualkit questions SOURCE)": _ids(
            one for one in read if one.lost
        ),
    }


def _ids(those: Iterable[SourceProgress]) -> list[str]:
    return [one.source.id for one in those]


def _show_missing(folder: Folder, study: Study, found: Progress, doubts: Mapping[str, Sequence[Stretch]]) -> None:
    """What to do next, a line each."""
    if not found.sources:
        output.say("No sources yet: qualkit add FILES --municipality NAME")
    for sentence, those in _waiting(folder, found, doubts).items():
        if those:
            output.say(sentence.format(", ".join(those)))


def _show_cases(study: Study, without: Sequence[str], *, all_of_them: bool) -> None:
    """The cases without material; of more than a few only the first."""
    if not without:
        return
    more = 0 if all_of_them or len(without) <= FEW + 1 else len(without) - FEW
    names = ", ".join(without[: len(without) - more])
    rest = f" and {more} more  (qualkit status --cases)" if more else ""
    output.say(f"no material: {len(without)} of {len(study.cases)} cases: {names}{rest}")
