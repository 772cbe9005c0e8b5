"""What suggestions are learned from in a study, and which of its texts tell what is usual."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qualkit.coding.apply import codings_before
from qualkit.coding.evidence import told
from qualkit.coding.fold import fold
from qualkit.coding.labelled import Labelled, Sentence, labelled_texts, whole_sentences
from qualkit.model.act import Act
from qualkit.model.study import Material, Study

MOST_USUAL = 500  # texts that tell what is usual: more change nothing but the time


@dataclass(frozen=True)
class Lesson:
    """Who is learned from. What is `open` counts as unfinished whatever was said: it is to get suggestions."""

    coder: str
    others: bool = False  # also from what others coded
    open: Collection[str] = ()  # ids of sources
    moderator: bool = False  # also what moderators say

    def acts(self, acts: Sequence[Act]) -> list[Act]:
        """The acts that are learned from."""
        return [act for act in acts if self.others or act.coder == self.coder]


def known_in(study: Study, material: Material, lesson: Lesson) -> list[Labelled]:
    """What was coded so far and what was read without a code, source by source."""
    found: list[Labelled] = []
    for source, transcript in material.transcripts.items():
        acts = lesson.acts(material.acts.get(source, ()))
        read = sentences_in(study, material, source, lesson)
        if source in lesson.open or not fold(source, acts).finished:
            read = []
        found += labelled_texts(transcript, codings_before(transcript, acts), study.codebook.open_codes, read)
    return found


def sentences_in(study: Study, material: Material, source: str, lesson: Lesson) -> list[Sentence]:
    """The sentences of a source that may have codes."""
    return whole_sentences(
        material.transcripts[source], study.moderates(source) if not lesson.moderator else lambda _: False
    )


def usual_texts(study: Study, material: Material, lesson: Lesson) -> list[str]:
    """Some sentences from all of the study, evenly, and the codebook's examples: the same ones each time."""
    said = [one.text for source in material.transcripts for one in sentences_in(study, material, source, lesson)]
    step = max(1.0, len(said) / MOST_USUAL)
    some = [said[int(at * step)] for at in range(min(len(said), MOST_USUAL))]
    codes = study.codebook.open_codes.values()
    return [*some, *(text for code in codes for text in code.examples)] or [told(code) for code in codes]
