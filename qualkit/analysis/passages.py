"""What was said, segment by segment, with who says it and for which case: what exploring a study counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qualkit.analysis.columns import Column, Known, study_columns
from qualkit.analysis.where import Where
from qualkit.model.keyword import count_words
from qualkit.model.source import Participant, Source
from qualkit.model.study import Material, Study
from qualkit.model.transcript import Segment, Transcript

NOBODY, EMPTY = "(nobody)", "(empty)"  # the groups of what no speaker says, and of what has no value


@dataclass(frozen=True, slots=True)
class Passage:
    """One segment. `groups` are its values of the column that is counted by: several, where it counts for several."""

    source: Source
    transcript: Transcript
    position: int  # in the transcript
    language: str
    groups: tuple[str, ...] = ()

    @property
    def segment(self) -> Segment:
        """The segment itself."""
        return self.transcript.segments[self.position]


def passages(
    study: Study, material: Material, where: Where | None = None, *, by: Column | None = None, moderator: bool = False
) -> list[Passage]:
    """The segments that a filter lets through, in the order of the material; `by` makes groups of them.

    What moderators say is left out unless `moderator`: their questions hold the words that are looked for.
    """
    where, found = where or Where(), []
    for source in study.sources:
        transcript = material.transcripts.get(source.id)
        language = source.language or study.settings.language
        for position, segment in enumerate(transcript.segments if transcript else ()):
            if transcript is None or (not moderator and study.is_moderator(source.id, segment.speaker)):
                continue
            lines = [line for line in _lines(study, source, segment) if where.holds(line)]
            if lines:
                groups = dict.fromkeys(_group(by, line) for line in lines) if by else {}
                found.append(Passage(source, transcript, position, language, tuple(groups)))
    return found


def _lines(study: Study, source: Source, segment: Segment) -> Iterator[Known]:
    """What is known of a segment, once for each case that it counts for."""
    person = None
    if segment.speaker is not None:
        stranger = Participant(source.id, segment.speaker, f"{source.id}/{segment.speaker}")
        person = study.speakers.get((source.id, segment.speaker), stranger)
    homes = (person.case,) if person and person.case else source.cases
    for home in homes or (None,):
        case = study.case_by_id.get(home) if home else None
        yield {"case": case, "source": source, "participant": person}


def _group(by: Column, line: Known) -> str:
    value = by.of(line)
    if not value or not value[-1]:
        silent = by.noun == "participant" and line["participant"] is None
        return NOBODY if silent else f"(no {by.name})" if by.noun == "case" and line["case"] is None else EMPTY
    return value[-1]


def column(study: Study, material: Material, name: str) -> Column:
    """The column of cases, sources or participants that is counted by. QualkitError for an unknown one."""
    return study_columns(study, material).named(name, ("case", "source", "participant"), "to count by")


def words_said(found: Sequence[Passage]) -> tuple[int, Counter[str]]:
    """How many words there are, and how many of each group."""
    total, groups = 0, Counter[str]()
    for passage in found:
        words = count_words(passage.segment.text)
        total += words
        groups.update(dict.fromkeys(passage.groups, words))
    return total, groups
