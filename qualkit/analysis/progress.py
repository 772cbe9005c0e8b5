"""How far the work has come: what is transcribed, coded and finished, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from qualkit.analysis.asked import is_spoken, marked_answers
from qualkit.analysis.attribution import sources_of
from qualkit.analysis.excerpts import coded_excerpts
from qualkit.coding.fold import State
from qualkit.model.coding import APPLIED, STATUSES, SUGGESTED
from qualkit.model.source import Source
from qualkit.model.study import Material, Study


@dataclass(frozen=True, slots=True)
class SourceProgress:
    """One source: its segments (None without a transcript), codings by status, and who has finished it."""

    source: Source
    segments: int | None
    applied: int
    suggested: int
    uncertain: int  # excerpts whose words were not found again
    moved: int  # excerpts whose words were found elsewhere, which is not recorded yet
    finished: tuple[str, ...]
    asking: bool = False  # whether somebody speaks in it, who may ask guide questions
    marked: int = 0  # places where one is asked
    lost: int = 0  # such places whose words were not found again


@dataclass(frozen=True, slots=True)
class Progress:
    """All sources, and the names of the cases without material."""

    sources: tuple[SourceProgress, ...]
    without_material: tuple[str, ...]


def progress(study: Study, material: Material, folded: Mapping[str, State]) -> Progress:
    """Where each source stands."""
    excerpts = coded_excerpts(study, material, folded, statuses=STATUSES)
    uncertain = Counter(excerpt.source.id for excerpt in excerpts if excerpt.uncertain)
    moved = Counter(excerpt.source.id for excerpt in excerpts if excerpt.moved)
    rows, answers = [], marked_answers(material, folded)
    for source in study.sources:
        transcript, state = material.transcripts.get(source.id), folded[source.id]
        count = {status: sum(c.status == status for c in state.codings.values()) for status in (APPLIED, SUGGESTED)}
        segments = len(transcript.segments) if transcript else None
        finished = tuple(sorted(state.finished))
        where = uncertain[source.id], moved[source.id]
        asking = transcript is not None and is_spoken(transcript)
        found = answers.get(source.id)
        marks = (len(found.askings), len(found.lost)) if found else (0, 0)
        rows.append(
            SourceProgress(source, segments, count[APPLIED], count[SUGGESTED], *where, finished, asking, *marks)
        )
    read = set(material.transcripts)
    without = (case.name for case in study.cases if not any(s.id in read for s in sources_of(study, case.id)))
    return Progress(tuple(rows), tuple(without))
