"""Problems that no file shows by itself: what one file says against another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from qualkit.analysis.excerpts import Excerpt
from qualkit.coding.fold import State
from qualkit.errors import Problem, place
from qualkit.model.study import Material, Study


def cross_problems(
    study: Study,
    material: Material,
    folded: Mapping[str, State],
    excerpts: Sequence[Excerpt],
    participants_line: Callable[[Mapping[str, str]], str] = str,
) -> list[Problem]:
    """Speakers without a row, sources without a case, codings with unknown codes, excerpts that lost their words.

    `participants_line` writes cells (by qualkit's heading) as a line of the study's own participants.csv.
    """
    return [
        *_speakers(study, material, participants_line),
        *_cases(study),
        *_codes(study, folded),
        *_uncertain(excerpts),
    ]


def _speakers(study: Study, material: Material, line: Callable[[Mapping[str, str]], str]) -> Iterator[Problem]:
    for source in study.sources:
        transcript = material.transcripts.get(source.id)
        unknown = [s for s in transcript.speakers if (source.id, s) not in study.speakers] if transcript else []
        for speaker in unknown:  # the label may be a person's name, so the pseudonym is a number
            pseudonym = f"{source.id}-{transcript.speakers.index(speaker) + 1 if transcript else ''}"
            row = {"source": source.id, "speaker": speaker, "participant": pseudonym, "role": "participant"}
            yield Problem(
                "transcripts/participants.csv",
                f"speaker {speaker} of '{source.id}' has no row, so counts as a participant of the source's own case",
                f"add a line, and who it is: {line(row)}",
                warning=True,
            )


def _cases(study: Study) -> Iterator[Problem]:
    speaking = {person.source for person in study.participants if person.case}
    for source in study.sources:
        if not source.cases and source.id not in speaking:
            unit = study.settings.case
            yield Problem(
                place("transcripts/sources.csv", source.line),
                f"source '{source.id}' belongs to no {unit}, so it counts for none",
                f"fill in the column {unit}, here or for its participants",
                warning=True,
            )


def _codes(study: Study, folded: Mapping[str, State]) -> Iterator[Problem]:
    known = study.codebook.codes
    lost: dict[tuple[str, str, str], int] = {}
    for source, state in folded.items():
        for coding in state.codings.values():
            if coding.code not in known:
                key = (f"transcripts/{source}.{coding.coder}.jsonl", coding.code, coding.status)
                lost[key] = lost.get(key, 0) + 1
    for (where, code, status), count in lost.items():
        yield Problem(
            where,
            f"{count} {status} coding(s) with the code '{code}', which the codebook does not have",
            f"put '{code}' back into the codebook: a code's id is for life, only its name may change",
        )


def _uncertain(excerpts: Sequence[Excerpt]) -> Iterator[Problem]:
    for excerpt in excerpts:
        if excerpt.uncertain:
            yield Problem(
                f"transcripts/{excerpt.source.id}.{excerpt.codings[0].coder}.jsonl",
                f"the words of excerpt {excerpt.codings[0].id} were not found again at {excerpt.anchor.first};"
                " it is kept, and left out of the figures",
                "were the words changed or taken out? undo the change in the transcript, or code the place anew",
                warning=True,
            )
