"""Coded excerpts: codings that stand on the same words, with everything that leads back to the voice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from qualkit.analysis.attribution import Voice, voices
from qualkit.coding.anchor import UNCERTAIN, place_anchor
from qualkit.coding.fold import State, fold
from qualkit.model.coding import APPLIED, Anchor, Coding
from qualkit.model.source import Source
from qualkit.model.study import Material, Study


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
