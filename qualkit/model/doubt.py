"""Doubts: stretches in which a transcript may be wrong. They are marked, never hidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qualkit.model.transcript import Transcript

KINDS = {  # in the order in which a stretch with several of them tells them
    "missing": "somebody speaks, but no words are written",
    "language": "sounds like another language",
    "silence": "words where it is silent",
    "noise": "words where no voice is found: music, noise, or somebody far away",
    "loop": "the same words again and again",
    "fast": "more words than anybody can say in that time",
    "unsure": "words that are mostly guessed",
    "loud": "loud, but no words are written: music or noise",
}
NEAR = 3.0  # seconds between two stretches that people would listen to together


@dataclass(frozen=True, slots=True)
class Doubt:
    """From when to when (seconds of the recording) the text may be wrong, and of what kind (KINDS).

    `segment` is the segment that it is about, empty where no words stand; `detail` is the code of the language heard.
    """

    kind: str
    start: float
    end: float
    segment: str = ""
    detail: str = ""

    @property
    def in_words(self) -> str:
        """What is doubtful, as a person is told."""
        return f"{KINDS.get(self.kind, self.kind)}{f' ({self.detail})' if self.detail else ''}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Doubts that lie together, from when to when, each told once."""

    start: float
    end: float
    told: tuple[str, ...]


def together(doubts: Iterable[Doubt]) -> list[Stretch]:
    """Doubts as stretches to listen to, in the order of time: those that overlap or are NEAR are one."""
    groups: list[list[Doubt]] = []
    end = 0.0
    for doubt in sorted(doubts, key=lambda doubt: (doubt.start, doubt.end)):
        if not groups or doubt.start > end + NEAR:
            groups.append([])
            end = doubt.end
        groups[-1].append(doubt)
        end = max(end, doubt.end)
    return [_stretch(group) for group in groups]


def _stretch(group: list[Doubt]) -> Stretch:
    known = list(KINDS)
    order = sorted(group, key=lambda doubt: known.index(doubt.kind) if doubt.kind in known else len(known))
    told = tuple(dict.fromkeys(doubt.in_words for doubt in order))
    return Stretch(group[0].start, max(doubt.end for doubt in group), told)


def standing(doubts: Iterable[Doubt], said: dict[str, str], transcript: Transcript) -> list[Doubt]:
    """The doubts that nobody has seen to yet. `said`: segment id -> its text as it was heard.

    A segment whose text is not what was heard has been corrected or is gone, and so are its doubts; a stretch without
    words has been seen to once a segment stands in its middle.
    """
    now = {segment.id: " ".join(segment.text.split()) for segment in transcript.segments}
    kept = []
    for doubt in doubts:
        if doubt.segment:
            stands = now.get(doubt.segment) == " ".join(said.get(doubt.segment, "").split())
        else:
            middle = (doubt.start + doubt.end) / 2
            stands = not any(
                one.start is not None and one.end is not None and one.start <= middle < one.end
                for one in transcript.segments
            )
        if stands:
            kept.append(doubt)
    return kept
