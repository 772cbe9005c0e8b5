"""Which guide questions were asked in which source, by sources.csv and by what coders marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qualkit.coding.answers import Answers, answers_in
from qualkit.coding.fold import State
from qualkit.model.source import Source
from qualkit.model.study import Material, Study
from qualkit.model.transcript import Segment, Transcript


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the questions of one source."""

    questions: frozenset[str] | None  # those that were asked; None = all
    answers: frozenset[tuple[str, ...]]  # what the stretches of its text answer; () for what comes before a question
    unmarked: frozenset[str]  # asked, as far as is known, but nobody marked where

    @property
    def possible(self) -> tuple[tuple[str, ...], ...]:
        """What an excerpt may answer, once every place is marked."""
        return *sorted(self.answers), *((question,) for question in sorted(self.unmarked))


def marked_answers(material: Material, folded: Mapping[str, State]) -> dict[str, Answers]:
    """The answers of each source with a transcript in which somebody marked a question."""
    marked = ((id, transcript, folded[id]) for id, transcript in material.transcripts.items() if id in folded)
    return {id: answers_in(transcript, state) for id, transcript, state in marked if state.askings}


def asked_in(study: Study, material: Material, folded: Mapping[str, State]) -> dict[str, Asked]:
    """What is known of each source of the study."""
    answers = marked_answers(material, folded)
    guide = frozenset(question.id for question in study.codebook.questions)
    return {
        source.id: _asked(source, guide, material.transcripts.get(source.id), answers.get(source.id))
        for source in study.sources
    }


def _asked(source: Source, guide: frozenset[str], transcript: Transcript | None, answers: Answers | None) -> Asked:
    """What sources.csv says counts; where it says nothing, what is marked; where nothing is, all were asked."""
    found = {question for answer in answers.found for question in answer.questions} if answers else set()
    lost = {asking.question for asking in answers.lost} if answers else set()
    named = source.asked or (found | lost) & guide  # `check` tells of marks of questions that are no longer there
    here = frozenset(named) if named else None
    unknown = guide if here is None else here
    if here is None and transcript is not None and not is_spoken(transcript):
        unknown = frozenset()
    parts = frozenset(answer.questions for answer in answers.found) if answers else frozenset()
    return Asked(here, parts | {()}, (unknown - found) | (lost & guide))


def who_asks(study: Study, transcript: Transcript) -> Callable[[Segment], bool]:
    """Whether a segment may ask a question: one of a moderator; of anybody where none is known; none of a document."""
    moderates = study.moderates(transcript.source)
    known, spoken = any(map(moderates, transcript.segments)), is_spoken(transcript)
    return lambda segment: spoken and (moderates(segment) or not known)


def is_spoken(transcript: Transcript) -> bool:
    """Whether somebody speaks in it: nobody asks in a document."""
    return any(segment.speaker is not None or segment.start is not None for segment in transcript.segments)
