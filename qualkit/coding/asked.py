"""Where guide questions may be asked: what moderators say, by its likeness to a question's text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qualkit.coding.ngrams import ngram_space
from qualkit.coding.sentences import sentences
from qualkit.model.codebook import GuideQuestion
from qualkit.model.transcript import Segment, Transcript

# Chosen on the first half of tests/guide_questions.py (docs/questions.md).
LIKELY = 0.22  # likeness from which a place is shown
SURE = 0.4  # and from which nobody needs to look
MOST = 3  # places of a question in one source


@dataclass(frozen=True, slots=True)
class Likely:
    """A segment, by its position, that may ask a question; likeness from 0 to 1."""

    question: str
    position: int
    likeness: float


def likely_places(
    transcript: Transcript, questions: Sequence[GuideQuestion], asks: Callable[[Segment], bool]
) -> list[Likely]:
    """The segments that may ask these questions, of those in which somebody `asks`; in the order of the text.

    Compared are each sentence, and each two in a row that are more alike together, which may go on in the speaker's
    next segment: the cosine of their letters in a row (`ngrams.py`). Of neighbouring segments
    of a speaker the best one stands for both.
    """
    said = _said(transcript, asks)
    if not said or not questions:
        return []
    positions, texts, asked = [at for at, _ in said], [text for _, text in said], [one.text for one in questions]
    pairs = [(n, n + 1) for n in range(len(said) - 1) if _go_on(transcript.segments, positions[n], positions[n + 1])]
    both = [f"{texts[one]} {texts[other]}" for one, other in pairs]
    space = ngram_space([*texts, *both, *asked])
    alike = (space([*texts, *both], "query") @ space(asked, "passage").T).toarray()
    found = []
    for number, question in enumerate(questions):
        likeness = alike[:, number]
        best: dict[int, float] = {}
        for n, position in enumerate(positions):
            best[position] = max(best.get(position, 0.0), likeness[n])
        for (one, other), together in zip(pairs, likeness[len(texts) :], strict=True):
            if together > max(likeness[one], likeness[other]):
                best[positions[one]] = max(best[positions[one]], together)
        found += _best(question.id, best, transcript.segments)
    return sorted(found, key=lambda one: (one.position, -one.likeness, one.question))


def _said(transcript: Transcript, asks: Callable[[Segment], bool]) -> list[tuple[int, str]]:
    """(position of its segment, text) of each sentence of those who ask."""
    return [
        (position, segment.text[start:end])
        for position, segment in enumerate(transcript.segments)
        if asks(segment)
        for start, end in sentences(segment.text)
    ]


def _go_on(segments: Sequence[Segment], one: int, other: int) -> bool:
    """Whether a segment is the same as the other, or its neighbour and of the same speaker."""
    return abs(one - other) <= 1 and segments[one].speaker == segments[other].speaker


def _best(question: str, alike: Mapping[int, float], segments: Sequence[Segment]) -> list[Likely]:
    kept: list[Likely] = []
    for position, likeness in sorted(alike.items(), key=lambda pair: (-pair[1], pair[0])):
        if likeness < LIKELY or len(kept) == MOST:
            break
        if not any(_go_on(segments, position, one.position) for one in kept):
            kept.append(Likely(question, position, round(float(min(likeness, 1.0)), 2)))
    return kept
