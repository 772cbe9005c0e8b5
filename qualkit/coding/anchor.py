"""Where an excerpt stands: its words, its place, the words around it, its times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qualkit.model.coding import CONTEXT, Anchor
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment, Transcript, Word

JOIN = "\n"  # between the texts of neighbouring segments, in quotes and context


def make_anchor(
    transcript: Transcript,
    first: int,
    first_offset: int,
    last: int,
    last_offset: int,
    words: Mapping[str, Sequence[Word]] | None = None,
) -> Anchor:
    """The anchor of a span: positions of the first and last segment, offsets in code points, half-open.

    Times are those of the first and last word where `words` (segment id -> words) knows them, else those
    of the segments.
    """
    head, tail = transcript.segments[first], transcript.segments[last]
    anchor = Anchor(
        head.id, first_offset, tail.id, last_offset, quote_at(transcript, first, first_offset, last, last_offset)
    )
    words = words or {}
    before, after = around(transcript, first, first_offset, last, last_offset)
    return replace(
        anchor,
        before=before,
        after=after,
        start=_time(head, words.get(head.id, ()), first_offset, 0),
        end=_time(tail, words.get(tail.id, ()), last_offset, 1),
    )


def quote_at(transcript: Transcript, first: int, first_offset: int, last: int, last_offset: int) -> str:
    """The words between two places."""
    if first == last:
        return transcript.segments[first].text[first_offset:last_offset]
    head = transcript.segments[first].text[first_offset:]
    middle = [segment.text for segment in transcript.segments[first + 1 : last]]
    return JOIN.join([head, *middle, transcript.segments[last].text[:last_offset]])


def around(transcript: Transcript, first: int, first_offset: int, last: int, last_offset: int) -> tuple[str, str]:
    """The words before and behind a span, as an anchor keeps them."""
    return _before(transcript, first, first_offset), _after(transcript, last, last_offset)


def _before(transcript: Transcript, position: int, offset: int) -> str:
    text = transcript.segments[position].text
    if CONTEXT <= offset <= len(text):
        return text[offset - CONTEXT : offset]
    text = text[:offset]
    while len(text) < CONTEXT and position > 0:
        position -= 1
        text = transcript.segments[position].text + JOIN + text
    return text[-CONTEXT:]


def _after(transcript: Transcript, position: int, offset: int) -> str:
    text = transcript.segments[position].text[offset : offset + CONTEXT]
    if len(text) == CONTEXT:
        return text
    while len(text) < CONTEXT and position + 1 < len(transcript.segments):
        position += 1
        text += JOIN + transcript.segments[position].text
    return text[:CONTEXT]


def _time(segment: Segment, words: Sequence[Word], offset: int, end: int) -> float | None:
    """Seconds of the word that begins at or holds the offset; the segment's own where words do not fit its text."""
    fallback = segment.end if end else segment.start
    if "".join(word.text for word in words).strip() != segment.text or not words:
        return fallback
    position = len(words[0].text.lstrip()) - len(words[0].text)
    for word in words:
        position += len(word.text)
        if offset < position or (end and offset <= position):
            return word.end if end else word.start
    return fallback
