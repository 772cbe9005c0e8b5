"""Where guide questions are asked in a transcript, and where the answers to them stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from qualkit.coding.fold import State
from qualkit.coding.place import UNCERTAIN, place_all
from qualkit.coding.placed import Place
from qualkit.model.coding import Anchor, Asking
from qualkit.model.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Answer:
    """A stretch, half-open: from where questions (ids) are asked to where the next ones are, or to the end.

    The asking itself is part of it, for excerpts often begin with the question.
    """

    questions: tuple[str, ...]
    begin: Place
    end: Place


@dataclass(frozen=True)
class Answers:
    """The answers in a transcript, in its order, without gaps; `lost` are askings whose words were not found again."""

    transcript: Transcript
    found: tuple[Answer, ...] = ()
    askings: tuple[tuple[Asking, Anchor], ...] = ()  # with where each stands today, in order
    lost: tuple[Asking, ...] = ()

    def at(self, anchor: Anchor) -> tuple[str, ...]:
        """The questions that are answered where an excerpt of today's text begins; before the first one none."""
        place = self.transcript.index[anchor.first], anchor.first_offset
        number = bisect_right(self.found, place, key=lambda answer: answer.begin)
        return self.found[number - 1].questions if number else ()


def answers_in(transcript: Transcript, state: State) -> Answers:
    """The answers by what all coders marked: where they do not agree, all their places count."""
    askings = list(state.askings.values())
    placed = place_all(transcript, [asking.anchor for asking in askings])
    both = list(zip(askings, placed, strict=True))
    index = transcript.index
    stand = [(asking, one.anchor) for asking, one in both if one.certainty != UNCERTAIN]
    stand.sort(key=lambda pair: (index[pair[1].first], pair[1].first_offset, pair[0].question, pair[0].id))
    lost = tuple(asking for asking, one in both if one.certainty == UNCERTAIN)
    return Answers(transcript, answers(transcript, [(one.question, at) for one, at in stand]), tuple(stand), lost)


def answers(transcript: Transcript, asked: Iterable[tuple[str, Anchor]]) -> tuple[Answer, ...]:
    """The answers to questions that are asked at these places of today's text.

    Questions in one breath (in one segment, or in segments of one speaker with none between) are answered together.
    """
    index, segments = transcript.index, transcript.segments
    begins: list[tuple[Place, list[str]]] = []
    until = -1  # the last segment of the questions before
    for question, anchor in sorted(asked, key=lambda pair: (index[pair[1].first], pair[1].first_offset, pair[0])):
        first = index[anchor.first]
        speakers = {segments[at].speaker for at in (until, first)} if first == until + 1 else {None}
        if not begins or (first > until and (len(speakers) > 1 or None in speakers)):
            begins.append(((first, anchor.first_offset), []))
        if question not in begins[-1][1]:
            begins[-1][1].append(question)
        until = max(until, index[anchor.last])
    ends = [*(begin for begin, _ in begins[1:]), (len(segments), 0)]
    return tuple(Answer(tuple(ids), begin, end) for (begin, ids), end in zip(begins, ends, strict=False))
