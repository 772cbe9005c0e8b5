"""Coded excerpts: codings that stand on the same words, with everything that leads back to the voice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise, takewhile

import msgspec

from qualkit.analysis.asked import marked_answers
from qualkit.analysis.attribution import Known, Voice, voices
from qualkit.coding.answers import Answers
from qualkit.coding.fold import State, fold
from qualkit.coding.place import MOVED, UNCERTAIN, Candidate, Placement, place_all
from qualkit.errors import QualkitError
from qualkit.model.coding import APPLIED, Anchor, Coding
from qualkit.model.source import Source
from qualkit.model.study import Material, Study
from qualkit.model.transcript import Transcript

LEAST = 8  # letters of a coding's id that name it


class Excerpt(msgspec.Struct, frozen=True, gc=False):
    """An anchored span of one source with all codings that stand on it."""

    source: Source
    anchor: Anchor
    codings: tuple[Coding, ...]
    voices: tuple[Voice, ...] = ()
    moderated: bool = False  # only a moderator speaks in it
    uncertain: bool = False  # its words were not found again
    moved: tuple[Coding, ...] = ()  # those of its codings whose new place is not recorded yet
    candidates: tuple[Candidate, ...] = ()  # where its words were looked for, best first
    questions: tuple[str, ...] = ()  # ids of the guide questions that it answers, by where it begins

    @property
    def codes(self) -> tuple[str, ...]:
        """Code ids, each once, in the order in which they were put on."""
        return tuple(dict.fromkeys(coding.code for coding in self.codings))

    @property
    def participants(self) -> tuple[str, ...]:
        """The participants who speak in it."""
        return tuple(dict.fromkeys(voice.participant for voice in self.voices if voice.participant))

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases for which it counts."""
        return tuple(dict.fromkeys(case for voice in self.voices for case in voice.cases))


def states(study: Study, material: Material) -> dict[str, State]:
    """The state of every source's journals, by source id."""
    return {source.id: fold(source.id, material.acts.get(source.id, ())) for source in study.sources}


def coded_excerpts(
    study: Study,
    material: Material,
    folded: Mapping[str, State],
    *,
    statuses: Collection[str] = (APPLIED,),
    coders: Collection[str] = (),
) -> list[Excerpt]:
    """The excerpts with a coding of these statuses (and coders, unless empty), in the order of the material.

    Anchors are placed in the transcripts as they are now, all of a source together, whichever are asked for; where
    that is uncertain, the excerpt stays and says so.
    """
    found: list[Excerpt] = []
    answers = marked_answers(material, folded)
    for source in study.sources:
        transcript = material.transcripts.get(source.id)
        codings = list(folded[source.id].codings.values())
        spans: dict[tuple[str, int, str, int, bool], list[tuple[Coding, Placement]]] = {}
        for coding, placed in zip(codings, _placed(transcript, codings), strict=True):
            if coding.status in statuses and (not coders or coding.coder in coders):
                anchor = placed.anchor
                place = anchor.first, anchor.first_offset, anchor.last, anchor.last_offset
                spans.setdefault((*place, placed.certainty == UNCERTAIN), []).append((coding, placed))
        index = transcript.index if transcript else {}
        known: Known = {}
        of_source = [
            _excerpt(study, source, transcript, group, (known, answers.get(source.id))) for group in spans.values()
        ]
        found += sorted(of_source, key=lambda one: _order(one.anchor, index))
    return found


def _order(anchor: Anchor, index: Mapping[str, int]) -> tuple[int, int, str, int]:
    return index.get(anchor.first, -1), anchor.first_offset, anchor.last, anchor.last_offset


def _placed(transcript: Transcript | None, codings: Sequence[Coding]) -> list[Placement]:
    anchors = [coding.anchor for coding in codings]
    return place_all(transcript, anchors) if transcript else [Placement(anchor, UNCERTAIN) for anchor in anchors]


def _excerpt(
    study: Study,
    source: Source,
    transcript: Transcript | None,
    group: Sequence[tuple[Coding, Placement]],
    told: tuple[Known, Answers | None],
) -> Excerpt:
    """The excerpt of codings that stand at one place."""
    codings, placed = tuple([coding for coding, _ in group]), group[0][1]
    if transcript is None or placed.certainty == UNCERTAIN:
        return Excerpt(source, placed.anchor, codings, uncertain=True, candidates=placed.candidates)
    known, answers = told
    who, moderated = voices(study, transcript, source, placed.anchor, known)
    asked = answers.at(placed.anchor) if answers else ()
    moved = tuple([coding for coding, one in group if one.certainty == MOVED])
    return Excerpt(source, placed.anchor, codings, who, moderated, False, moved, placed.candidates, asked)


def beginnings(folded: Mapping[str, State]) -> dict[str, str]:
    """Id of each coding -> its shortest beginning, of eight letters or more, that no other coding's id has."""
    ids = sorted(id for state in folded.values() for id in state.codings)
    shared = [_alike(*pair) for pair in pairwise(ids)]
    return {
        id: id[: max(LEAST, 1 + max(before, after))]
        for id, before, after in zip(ids, [0, *shared], [*shared, 0], strict=False)
    }


def _alike(first: str, second: str) -> int:
    """How many letters both begin with."""
    return sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(first, second, strict=False)))


def excerpt_of(found: Iterable[Excerpt], beginning: str) -> Excerpt:
    """The one excerpt with a coding whose id begins so. QualkitError where there is none, or more than one."""
    wanted = beginning.strip().lower()
    if len(wanted) < LEAST:
        hint = f"give {LEAST} letters or more, as `qualkit excerpts` shows them"
        raise QualkitError(f"'{beginning}' is neither a source nor enough of a coding's id", hint=hint)
    named = {c.id: excerpt for excerpt in found for c in excerpt.codings if c.id.lower().startswith(wanted)}
    if not named:
        hint = "`qualkit excerpts` shows each coding's id, with --status suggested those that wait"
        raise QualkitError(f"there is no coding whose id begins with '{beginning}'", hint=hint)
    if len({id(excerpt) for excerpt in named.values()}) > 1:
        raise QualkitError(f"the ids of {len(named)} codings begin with '{beginning}'", hint="give more of its letters")
    return next(iter(named.values()))
