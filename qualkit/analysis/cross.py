"""Problems that no file shows by itself: what one file says against another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from qualkit.analysis.excerpts import Excerpt
from qualkit.coding.fold import State
from qualkit.errors import Problem, place
from qualkit.model.codebook import Code
from qualkit.model.coding import REJECTED, Coding
from qualkit.model.study import Material, Study


def cross_problems(
    study: Study,
    material: Material,
    folded: Mapping[str, State],
    excerpts: Sequence[Excerpt],
    participants_line: Callable[[Mapping[str, str]], str] = str,
    where: Callable[[Coding], str] = lambda coding: f"transcripts/{coding.source}.{coding.coder}.jsonl",
) -> list[Problem]:
    """Speakers without a row, sources without a case, codings with unknown codes, excerpts that lost their words.

    `participants_line` writes cells (by qualkit's heading) as a line of the study's own participants.csv; `where` says
    where a coding stands.
    """
    return [
        *_speakers(study, material, participants_line),
        *_cases(study),
        *_codes(study, folded, where),
        *_questions(study, folded),
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


def _codes(study: Study, folded: Mapping[str, State], where: Callable[[Coding], str]) -> Iterator[Problem]:
    """Codings whose code the codebook does not have, or has retired for others to stand in its place."""
    codes = study.codebook.codes
    found: dict[str, list[Coding]] = {}
    for state in folded.values():
        for coding in state.codings.values():
            if coding.code not in codes or (codes[coding.code].replaced_by and coding.status != REJECTED):
                found.setdefault(coding.code, []).append(coding)
    for code, codings in found.items():
        yield _lost(code, codings, where) if code not in codes else _left(codes[code], codings, where)


def _questions(study: Study, folded: Mapping[str, State]) -> Iterator[Problem]:
    """Marks of guide questions that the codebook does not have: they end an answer, and are asked for by nobody."""
    known = {question.id for question in study.codebook.questions}
    for source, state in folded.items():
        strange = {(one.question, one.coder) for one in state.askings.values() if one.question not in known}
        for question, coder in sorted(strange):
            yield Problem(
                f"transcripts/{source}.{coder}.jsonl",
                f"'{question}' is marked as asked in '{source}', and is no guide question of the codebook",
                f"put it back under `questions:`, or: qualkit questions {source} --unmark {question} SEGMENT",
                warning=True,
            )


def _lost(code: str, codings: Sequence[Coding], where: Callable[[Coding], str]) -> Problem:
    statuses = Counter(coding.status for coding in codings)
    count = ", ".join(f"{number} {status}" for status, number in statuses.items())
    return Problem(
        where(codings[0]),
        f"{count} coding(s) with the code '{code}', which the codebook does not have ({_who(codings)})",
        f"put '{code}' back into the codebook, for a code's id is for life; or give its codings another code:"
        f" qualkit codebook merge {code} --into CODE",
    )


def _left(code: Code, codings: Sequence[Coding], where: Callable[[Coding], str]) -> Problem:
    others = code.replaced_by
    way = "merge" if len(others) == 1 else "split"
    return Problem(
        where(codings[0]),
        f"{len(codings)} coding(s) still with the code '{code.id}', in whose place there is {' or '.join(others)}"
        f" ({_who(codings)})",
        f"they count as before; to give them {'it' if way == 'merge' else 'one of these'}:"
        f" qualkit codebook {way} {code.id} --into {','.join(others)}",
        warning=True,
    )


def _who(codings: Sequence[Coding]) -> str:
    """Whose they are, and in which sources: the first and how many more."""
    coders = Counter(coding.coder for coding in codings)
    sources = list(dict.fromkeys(coding.source for coding in codings))
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return f"{', '.join(f'{coder} {number}' for coder, number in coders.items())}; {sources[0]}{more}"


def _uncertain(excerpts: Sequence[Excerpt]) -> Iterator[Problem]:
    for excerpt in excerpts:
        if excerpt.uncertain:
            yield Problem(
                f"transcripts/{excerpt.source.id}.{excerpt.codings[0].coder}.jsonl",
                f"the words of excerpt {excerpt.codings[0].id} were not found again at {excerpt.anchor.first};"
                " it is kept, and left out of the figures",
                f"see where it may stand, and decide: qualkit anchors {excerpt.source.id}",
                warning=True,
            )
