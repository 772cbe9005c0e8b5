"""For whom an excerpt counts: the case of the person who spoke, not only of the file."""

from __future__ import annotations

from dataclasses import dataclass

from qualkit.model.coding import Anchor
from qualkit.model.keyword import count_words
from qualkit.model.source import Source
from qualkit.model.study import Study
from qualkit.model.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker's part of an excerpt: who (None in documents), for which cases, how many words."""

    participant: str | None
    cases: tuple[str, ...]
    words: int


Spoken = tuple[tuple[str | None, int], ...]
"""(speaker, words) of each segment that an excerpt touches."""
Known = dict[Spoken, tuple[tuple[Voice, ...], bool]]


def voices(
    study: Study, transcript: Transcript, source: Source, anchor: Anchor, known: Known | None = None
) -> tuple[tuple[Voice, ...], bool]:
    """The voices of an excerpt, and whether only moderators speak in it.

    Moderators are left out. A speaker's case is the participant's municipality, without one the source's;
    a source may name several and counts for each. Where only a moderator speaks, the excerpt has one
    voice of nobody, for the source's cases. `known`: what was found for this source before; most excerpts are alike.
    """
    spoken = _spoken(transcript, anchor)
    if known is None:
        return _voices(study, source, spoken)
    found = known.get(spoken)
    if found is None:
        found = known[spoken] = _voices(study, source, spoken)
    return found


def _voices(study: Study, source: Source, spoken: Spoken) -> tuple[tuple[Voice, ...], bool]:
    said: dict[str | None, int] = {}
    moderated = 0
    for speaker, words in spoken:
        if study.is_moderator(source.id, speaker):
            moderated += words
        else:
            said[speaker] = said.get(speaker, 0) + words
    if not said:
        return (Voice(None, source.cases, moderated),), True
    return tuple(_voice(study, source, speaker, words) for speaker, words in said.items()), False


def _spoken(transcript: Transcript, anchor: Anchor) -> Spoken:
    """(speaker, words) of each segment that the excerpt touches with at least one word or sign."""
    first, last = transcript.index[anchor.first], transcript.index[anchor.last]
    if first == last:
        segment = transcript.segments[first]
        part = segment.text[anchor.first_offset : anchor.last_offset]
        return () if not part or part.isspace() else ((segment.speaker, count_words(part)),)
    spoken = []
    for position in range(first, last + 1):
        segment = transcript.segments[position]
        start = anchor.first_offset if position == first else 0
        end = anchor.last_offset if position == last else len(segment.text)
        if (part := segment.text[start:end]).strip():
            spoken.append((segment.speaker, count_words(part)))
    return tuple(spoken)


def _voice(study: Study, source: Source, speaker: str | None, words: int) -> Voice:
    if speaker is None:
        return Voice(None, source.cases, words)
    person = study.speakers.get((source.id, speaker))
    if person is None:
        return Voice(f"{source.id}/{speaker}", source.cases, words)
    return Voice(person.id, (person.case,) if person.case else source.cases, words)


def sources_of(study: Study, case: str) -> tuple[Source, ...]:
    """The sources of a case: those that name it, and those in which one of its participants speaks."""
    speaking = {person.source for person in study.participants if person.case == case and not person.moderator}
    return tuple(source for source in study.sources if case in source.cases or source.id in speaking)
