"""Coded excerpts: codings that stand on the same words, with everything that leads back to the voice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise, takewhile

from qualkit.analysis.attribution import Voice, voices
from qualkit.coding.anchor import UNCERTAIN, place_anchor
from qualkit.coding.fold import State, fold
from qualkit.errors import QualkitError
from qualkit.model.coding import APPLIED, Anchor, Coding
from qualkit.model.source import Source
from qualkit.model.study import Material, Study

LEAST = 8  # letters of a coding's id that name it


@dataclass(frozen=True, slots=True)
class Excerpt:
    """An anchored span of one source with all codings that stand on it."""

    source: Source
    anchor: Anchor
    codings: tuple[Coding, ...]
    voices: tuple[Voice, ...] = ()
    moderated: bool = False  # only a moderator speaks in it
    uncertain: bool = False  # its words were not found again

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

    Anchors are placed in the transcripts as they are now; where that is uncertain, the excerpt stays and
    says so.
    """
    found: list[Excerpt] = []
    for source in study.sources:
        spans: dict[tuple[str, int, str, int, bool], list[Coding]] = {}
        anchors: dict[tuple[str, int, str, int, bool], Anchor] = {}
        transcript = material.transcripts.get(source.id)
        for coding in folded[source.id].codings.values():
            if coding.status not in statuses or (coders and coding.coder not in coders):
                continue
            placed = place_anchor(transcript, coding.anchor) if transcript else None
            anchor = placed.anchor if placed else coding.anchor
            key = (*anchor.span, placed is None or placed.certainty == UNCERTAIN)
            anchors.setdefault(key, anchor)
            spans.setdefault(key, []).append(coding)
        of_source = []
        for key, codings in spans.items():
            uncertain = key[-1]
            if uncertain or transcript is None:
                of_source.append(Excerpt(source, anchors[key], tuple(codings), uncertain=True))
            else:
                who, moderated = voices(study, transcript, source, anchors[key])
                of_source.append(Excerpt(source, anchors[key], tuple(codings), who, moderated))
        index = transcript.index if transcript else {}
        of_source.sort(key=lambda e: (index.get(e.anchor.first, -1), e.anchor.first_offset, e.anchor.span))
        found += of_source
    return found


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
