"""How much each speaker of a transcript says, and where one hears them best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qualkit.model.keyword import count_words
from qualkit.model.transcript import Segment, Transcript

FIRST = 8  # words that show how a speaker begins
LISTEN = 10.0  # seconds that are enough to know a voice


@dataclass(frozen=True, slots=True)
class Speaking:
    """One speaker; None = segments without a label. `seconds` is None where the transcript has no times."""

    speaker: str | None
    segments: int
    words: int
    seconds: float | None
    share: float  # of all speaking time, from 0 to 1; of all words where there are no times
    first_words: str
    listen: tuple[float, float] | None  # seconds of the recording: their longest stretch, least talked into


def speaking(transcript: Transcript) -> list[Speaking]:
    """The speakers in the order in which they first speak, nobody last."""
    timed = any(segment.end for segment in transcript.segments)
    lengths = _lengths(transcript.segments)
    by_speaker: dict[str | None, list[Segment]] = {speaker: [] for speaker in (*transcript.speakers, None)}
    for segment in transcript.segments:
        by_speaker[segment.speaker].append(segment)
    seconds = {who: sum(lengths[one.id] for one in said) for who, said in by_speaker.items()}
    words = {who: sum(count_words(one.text) for one in said) for who, said in by_speaker.items()}
    amount: dict[str | None, float] = seconds if sum(seconds.values()) else {who: float(n) for who, n in words.items()}
    total = sum(amount.values()) or 1.0
    return [
        Speaking(
            speaker=who,
            segments=len(said),
            words=words[who],
            seconds=seconds[who] if timed else None,
            share=amount[who] / total,
            first_words=_first_words(said),
            listen=_best_stretch(said, transcript.segments),
        )
        for who, said in by_speaker.items()
        if said
    ]


def _lengths(segments: Sequence[Segment]) -> dict[str, float]:
    """Seconds of each segment, by id; turns of which only a common span is known share it by their words."""
    shared: Counter[tuple[float, float]] = Counter()
    for one in segments:
        shared[_span(one)] += max(count_words(one.text), 1)
    return {
        one.id: max(end - start, 0.0) * max(count_words(one.text), 1) / shared[start, end]
        for one in segments
        for start, end in [_span(one)]
    }


def _span(segment: Segment) -> tuple[float, float]:
    return segment.start or 0.0, segment.end or 0.0


def _first_words(said: Sequence[Segment]) -> str:
    words: list[str] = []
    for segment in said:
        words += segment.text.split()
        if len(words) > FIRST:
            return " ".join(words[:FIRST]) + " …"
    return " ".join(words)


def _best_stretch(said: Sequence[Segment], everyone: Sequence[Segment]) -> tuple[float, float] | None:
    """At most LISTEN seconds from the beginning of a segment."""
    found: tuple[float, float] | None = None
    most = 0.0
    for segment in said:
        start, end = _span(segment)
        end = min(end, start + LISTEN)
        if end - start <= most:
            continue
        alone = end - start - _talked_into(segment, start, end, everyone)
        if alone > most:
            found, most = (start, end), alone
    return found


def _talked_into(segment: Segment, start: float, end: float, everyone: Sequence[Segment]) -> float:
    """Seconds of a stretch in which somebody else speaks too."""
    others = [_span(other) for other in everyone if other.speaker != segment.speaker]
    return sum(max(0.0, min(end, ends) - max(start, begins)) for begins, ends in others)
