"""Choosing excerpts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.rows import Voices
from qualkit.analysis.where import QUESTION, Where
from qualkit.analysis.zeros import coding_known
from qualkit.errors import QualkitError
from qualkit.model.noun import replace
from qualkit.model.study import Material, Study


@dataclass(frozen=True, slots=True)
class Selection:
    """What an excerpt must have; an empty field asks for nothing. `code` may be a theme's id."""

    code: str = ""
    case: str = ""
    source: str = ""
    speaker: str = ""  # label or pseudonym


def select(study: Study, material: Material, excerpts: Sequence[Excerpt], wanted: Selection) -> list[Excerpt]:
    """The excerpts that have all of it, with only the codings that were asked for."""
    codes = _codes(study, wanted.code)
    if wanted.speaker:
        _refuse_unknown_speaker(study, material, wanted.speaker)
    kept = []
    for excerpt in excerpts:
        codings = tuple(coding for coding in excerpt.codings if not codes or coding.code in codes)
        if not codings or (wanted.source and excerpt.source.id != wanted.source):
            continue
        if wanted.case and wanted.case not in excerpt.cases:
            continue
        if wanted.speaker and wanted.speaker not in {*excerpt.participants, *speakers(material, excerpt)}:
            continue
        kept.append(replace(excerpt, codings=codings))
    return kept


def narrowed(study: Study, material: Material, excerpts: Sequence[Excerpt], where: Where) -> list[Excerpt]:
    """The excerpts with a line that the filter lets through, with only the codings of such lines.

    Of an excerpt whose words were not found again nobody knows who speaks: it stays where it could be meant.
    """
    if not where.nouns:
        return list(excerpts)
    voices, codes, kept = Voices(study, material), study.codebook.codes, []
    for excerpt in excerpts:
        lines = [
            line.known
            for voice in excerpt.voices
            for line in voices.lines(excerpt.source, voice, moderated=excerpt.moderated)
        ]
        answered = {} if excerpt.uncertain else {QUESTION: excerpt.questions}
        codings = tuple(
            coding
            for coding in excerpt.codings
            for known in [coding_known(coding.status, coding.coder, coding.time, codes.get(coding.code))]
            if any(where.possible({**line, **known, **answered}) for line in lines or [{"source": excerpt.source}])
        )
        if codings:
            kept.append(replace(excerpt, codings=codings))
    return kept


def _refuse_unknown_speaker(study: Study, material: Material, speaker: str) -> None:
    known = {person.id for person in study.participants} | {person.speaker for person in study.participants}
    known |= {label for transcript in material.transcripts.values() for label in transcript.speakers}
    if speaker not in known:
        raise QualkitError(
            f"nobody is called '{speaker}'", hint=f"one of: {', '.join(sorted(known)) or '(nobody speaks)'}"
        )


def speakers(material: Material, excerpt: Excerpt) -> set[str]:
    """The labels of all who speak in an excerpt, moderators too."""
    transcript = material.transcripts.get(excerpt.source.id)
    if transcript is None or excerpt.uncertain:
        return set()
    first, last = transcript.index[excerpt.anchor.first], transcript.index[excerpt.anchor.last]
    return {segment.speaker for segment in transcript.segments[first : last + 1] if segment.speaker}


def _codes(study: Study, code: str) -> set[str]:
    if not code:
        return set()
    codes = {one.id for one in study.codebook.codes.values() if code in (one.id, one.theme)}
    if not codes:
        raise QualkitError(f"there is no code or theme '{code}'", hint="qualkit codebook show lists them")
    return codes
