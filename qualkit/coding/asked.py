"""Where guide questions may be asked: what moderators say, by its likeness to a question's text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

    Compared are each sentence and each two in a row, which may go on in the speaker's next segment: the cosine of their
    letters in a row (`ngrams.py`). Of neighbouring segments the best one stands for both.
    """
    import numpy as np

    pieces = _pieces(transcript, asks)
    if not pieces or not questions:
        return []
    texts, asked = [text for _, text in pieces], [question.text for question in questions]
    space = ngram_space([*texts, *asked])
    alike = (space(texts, "query") @ space(asked, "passage").T).toarray()
    positions = np.array([position for position, _ in pieces])
    found = []
    for number, question in enumerate(questions):
        best = {int(at): float(alike[positions == at, number].max()) for at in np.unique(positions)}
        found += _best(question.id, best)
    return sorted(found, key=lambda one: (one.position, -one.likeness, one.question))


def _pieces(transcript: Transcript, asks: Callable[[Segment], bool]) -> list[tuple[int, str]]:
    """(position of the segment in which it begins, a sentence or two)."""
    found: list[tuple[int, str]] = []
    before: tuple[int, str] | None = None
    for position, segment in enumerate(transcript.segments):
        if not asks(segment):
            before = None
            continue
        if before and segment.speaker != transcript.segments[before[0]].speaker:
            before = None
        for start, end in sentences(segment.text):
            here = position, segment.text[start:end]
            found.append(here)
            if before:
                found.append((before[0], f"{before[1]} {here[1]}"))
            before = here
    return found


def _best(question: str, alike: dict[int, float]) -> list[Likely]:
    kept: list[Likely] = []
    for position, likeness in sorted(alike.items(), key=lambda pair: (-pair[1], pair[0])):
        if likeness < LIKELY or len(kept) == MOST:
            break
        if not any(abs(position - one.position) <= 1 for one in kept):
            kept.append(Likely(question, position, round(min(likeness, 1.0), 2)))
    return kept
