"""When a word is said, and which word is said when; from the times of words where they fit, else by the letters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from qualkit.coding.standing import Standing
from qualkit.model.transcript import Segment, Word


def second_of(session: Standing, word: int) -> float:
    """The second of the recording at which a word begins; 0 where the text has no times."""
    at, start, _ = session.text.place(word) if session.text.total else (0, 0, 0)
    if not session.text.total:
        return 0.0
    segment = session.text.segments[at]
    begins = _beginnings(segment, session.words.get(segment.id, ()))
    known = [time for offset, time in begins if offset <= start]
    if known:
        return known[-1]
    return _by_letters(segment, start)


def word_at(session: Standing, second: float) -> int:
    """The word that is said at a second of the recording, or was said last."""
    segments = session.text.segments
    at = max(bisect_right(segments, second, key=lambda segment: segment.start or 0.0) - 1, 0)
    segment = segments[at]
    begins = _beginnings(segment, session.words.get(segment.id, ()))
    if begins:
        offset = max((offset for offset, time in begins if time <= second), default=0)
    else:
        start, end = segment.start or 0.0, segment.end or 0.0
        share = min(max((second - start) / (end - start), 0.0), 1.0) if end > start else 0.0
        offset = int(share * len(segment.text))
    return session.text.word_at(at, min(offset, max(len(segment.text) - 1, 0)))


def _by_letters(segment: Segment, offset: int) -> float:
    start, end = segment.start or 0.0, segment.end or 0.0
    return start + (end - start) * offset / max(len(segment.text), 1)


def _beginnings(segment: Segment, words: Sequence[Word]) -> list[tuple[int, float]]:
    """(offset in the text, second) of each word; empty where the words are not those of the text."""
    if not words or "".join(word.text for word in words).strip() != segment.text:
        return []
    found, at = [], len(words[0].text.lstrip()) - len(words[0].text)
    for word in words:
        found.append((at + len(word.text) - len(word.text.lstrip()), word.start))
        at += len(word.text)
    return found
