"""What suggestions are made for, and what they are learned from: sentences, and what a coder said about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qualkit.coding.anchor import make_anchor
from qualkit.coding.apply import Before
from qualkit.coding.covered import Covered
from qualkit.coding.sentences import sentences
from qualkit.model.coding import APPLIED, KEYWORD, LIKENESS, REJECTED, Anchor, Coding
from qualkit.model.keyword import count_words
from qualkit.model.transcript import Segment, Transcript, Word

SHORTEST = 3  # words: "Ja, precis." is about nothing


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a transcript; offsets in code points of the segment at `position`."""

    text: str
    position: int
    start: int
    end: int

    def anchor(self, transcript: Transcript, words: Mapping[str, Sequence[Word]] | None = None) -> Anchor:
        """Where it stands."""
        return make_anchor(transcript, self.position, self.start, self.position, self.end, words)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text that a coder has read, the codes that it has, and what was said to suggestions for it (code -> yes).

    Texts of a source that share words have the same `stretch`; -1: it shares none.
    """

    source: str
    text: str
    codes: frozenset[str] = frozenset()
    answers: Mapping[str, bool] = field(default_factory=dict)
    stretch: int = -1


def whole_sentences(transcript: Transcript, leave_out: Callable[[Segment], bool] = lambda _: False) -> list[Sentence]:
    """The sentences of SHORTEST words or more; segments to leave out have none."""
    return [
        Sentence(text, position, start, end)
        for position, segment in enumerate(transcript.segments)
        if not leave_out(segment)
        for start, end in sentences(segment.text)
        if count_words(text := segment.text[start:end]) >= SHORTEST
    ]


def labelled_texts(
    transcript: Transcript, before: Before, codes: Collection[str], read: Iterable[Sentence]
) -> list[Labelled]:
    """What a coder's codings say about texts of a source, and about the passages that were read to the end.

    An excerpt has the codes that stand on it; one whose suggestion was rejected has those that stand on some of its
    words. A passage that was read and that no coding touches has none. What keywords applied by themselves says
    nothing: it would only show that keywords are like themselves. Codes that no longer make codings count for
    nothing, and an excerpt with only those is left out.
    """
    covered, applied = Covered(transcript), Covered(transcript)
    excerpts: dict[tuple[str, int, str, int], _Excerpt] = {}
    for coding in before.codings:
        covered.add(coding.code, coding.anchor)
        if coding.id in before.here and coding.id not in before.unread and coding.status in (APPLIED, REJECTED):
            excerpts.setdefault(coding.anchor.span, _Excerpt(coding.anchor)).take(coding)
            if coding.status == APPLIED:
                applied.add(coding.code, coding.anchor)
    found, stretches = [], _stretches(transcript, [one.anchor for one in excerpts.values()])
    for excerpt, stretch in zip(excerpts.values(), stretches, strict=True):
        has = excerpt.codes or applied.codes(excerpt.anchor)
        if not has or has & set(codes):
            said = {code: yes for code, yes in excerpt.answers.items() if code in codes}
            found.append(Labelled(transcript.source, excerpt.anchor.quote, frozenset(has & set(codes)), said, stretch))
    nothing = (one for one in read if not covered.codes(one.anchor(transcript)))
    return [*found, *(Labelled(transcript.source, one.text) for one in nothing)]


def _stretches(transcript: Transcript, anchors: Sequence[Anchor]) -> list[int]:
    """A number for each: the same for those that share words, if only by way of another."""
    index = transcript.index
    begins = [(index.get(one.first, 0), one.first_offset) for one in anchors]
    ends = [(index.get(one.last, 0), one.last_offset) for one in anchors]
    found, last, number = [0] * len(anchors), (-1, 0), -1
    for at in sorted(range(len(anchors)), key=begins.__getitem__):
        number += begins[at] >= last
        found[at], last = number, max(last, ends[at])
    return found


@dataclass(slots=True)
class _Excerpt:
    """A place with the codes applied there, and what was said to suggestions."""

    anchor: Anchor
    codes: set[str] = field(default_factory=set)
    answers: dict[str, bool] = field(default_factory=dict)

    def take(self, coding: Coding) -> None:
        """Take a coding in that is applied or was rejected."""
        if coding.status == APPLIED:
            self.codes.add(coding.code)
        if coding.origin in (KEYWORD, LIKENESS):
            self.answers[coding.code] = coding.status == APPLIED
