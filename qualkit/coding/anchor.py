"""Where an excerpt stands, and whether it still stands there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from qualkit.model.coding import CONTEXT, Anchor
from qualkit.model.transcript import Segment, Transcript, Word

JOIN = "\n"  # between the texts of neighbouring segments, in quotes and context
NEAR = 12  # code points beside a quote that must be the same on a side
LONG = 40  # code points of a quote that stands for itself where it is the only one

ALIKE, VERY_ALIKE = 0.6, 0.75  # likeness (0 to 1) that a corrected quote must keep, long or short

UNCHANGED, MOVED, UNCERTAIN = "unchanged", "moved", "uncertain"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an anchor stands now, and how sure that is."""

    anchor: Anchor
    certainty: str


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
    return replace(
        anchor,
        before=_before(transcript, first, first_offset),
        after=_after(transcript, last, last_offset),
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


def place_anchor(transcript: Transcript, anchor: Anchor) -> Placement:
    """Where the excerpt's words are in the transcript as it is now.

    Unchanged: the quote stands where the anchor says, between the same words. Otherwise the places that
    hold the quote are weighed by the words around them, and the one best place is where it moved if both of its
    neighbours are the same, or one of them in the same segment, or the quote is long. Everything else is uncertain
    and stays for a person: a place elsewhere while the words still stand at their own, a short answer in another
    segment with one neighbour in common, and, unless the quote is long and between the same words, one that is
    heard at another time. It may be another person's answer to the same question.
    """
    first, last = transcript.index.get(anchor.first), transcript.index.get(anchor.last)
    here = False
    if first is not None and last is not None and first <= last:
        here = quote_at(transcript, first, anchor.first_offset, last, anchor.last_offset) == anchor.quote
        if here and _context_holds(transcript, first, last, anchor):
            return Placement(anchor, UNCHANGED)
    found = _search(transcript, anchor)
    if here and found.anchor.span != anchor.span:
        return Placement(anchor, UNCERTAIN)
    if found.certainty == UNCERTAIN and not here and first is not None and last is not None and first <= last:
        return _corrected(transcript, anchor, first, last) or found
    return found


def _context_holds(transcript: Transcript, first: int, last: int, anchor: Anchor) -> bool:
    before = _before(transcript, first, anchor.first_offset)
    return before == anchor.before and _after(transcript, last, anchor.last_offset) == anchor.after


def _search(transcript: Transcript, anchor: Anchor) -> Placement:
    text = _in_one_line(JOIN.join(segment.text for segment in transcript.segments))
    scores = {at: _neighbours(text, at, anchor) for at in _occurrences(text, _in_one_line(anchor.quote))}
    best = max(scores.values(), default=0)
    found = [at for at, score in scores.items() if score == best]
    if len(found) != 1 or (best == 0 and len(anchor.quote) < LONG):
        return Placement(anchor, UNCERTAIN)
    starts, position = [], 0
    for segment in transcript.segments:
        starts.append(position)
        position += len(segment.text) + len(JOIN)
    first, first_offset = _locate(starts, found[0])
    last, last_offset = _locate(starts, found[0] + len(anchor.quote) - 1)
    moved = make_anchor(transcript, first, first_offset, last, last_offset + 1)
    if moved.first != anchor.first and _may_be_another(moved, anchor, best):
        return Placement(anchor, UNCERTAIN)
    return Placement(moved, UNCHANGED if moved.span == anchor.span else MOVED)


def _corrected(transcript: Transcript, anchor: Anchor, first: int, last: int) -> Placement | None:
    """The excerpt when its own words were corrected, in the segments where it stood (positions `first` to `last`).

    The same words must stand before and after it, once each in the neighbourhood, and what now stands between them
    must be nearly what was said: a corrected word or two, not another answer.
    """
    low, high = max(first - 1, 0), min(last + 1, len(transcript.segments) - 1)
    segments = transcript.segments[low : high + 1]
    text = _in_one_line(JOIN.join(segment.text for segment in segments))
    before, after = _in_one_line(anchor.before[-NEAR:]), _in_one_line(anchor.after[:NEAR])
    begins = [at + len(before) for at in _occurrences(text, before)]
    ends = _occurrences(text, after)
    if len(begins) != 1 or len(ends) != 1 or begins[0] >= ends[0]:
        return None
    likeness = SequenceMatcher(None, _in_one_line(anchor.quote), text[begins[0] : ends[0]], autojunk=False).ratio()
    if likeness < (ALIKE if len(anchor.quote) >= LONG else VERY_ALIKE):
        return None
    starts = [0]
    for segment in segments:
        starts.append(starts[-1] + len(segment.text) + len(JOIN))
    head, head_offset = _locate(starts[:-1], begins[0])
    tail, tail_offset = _locate(starts[:-1], ends[0] - 1)
    if (low + head, low + tail) != (first, last):  # something was put in between, not corrected
        return None
    return Placement(make_anchor(transcript, first, head_offset, last, tail_offset + 1), MOVED)


def _may_be_another(moved: Anchor, anchor: Anchor, neighbours: int) -> bool:
    """Whether the same words in another segment may be said by somebody else or at another time."""
    if len(anchor.quote) < LONG and neighbours < 2:
        return True
    if len(anchor.quote) >= LONG and neighbours == 2:
        return False
    if moved.start is None or moved.end is None or anchor.start is None or anchor.end is None:
        return False
    return moved.start >= anchor.end or moved.end <= anchor.start


def _occurrences(text: str, quote: str) -> list[int]:
    found, at = [], text.find(quote) if quote else -1
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def _neighbours(text: str, at: int, anchor: Anchor) -> int:
    """How many sides of a place (0 to 2) have the same words next to them as the anchor had."""
    end, left = at + len(anchor.quote), text[max(0, at - NEAR) : at]
    before, after = _in_one_line(anchor.before[-NEAR:]), _in_one_line(anchor.after[:NEAR])
    return (left == before) + (text[end : end + NEAR] == after)


def _in_one_line(text: str) -> str:
    """The same words where a segment was split in two or two were made one."""
    return text.replace(JOIN, " ")


def _locate(starts: list[int], position: int) -> tuple[int, int]:
    at = bisect_right(starts, position) - 1
    return at, position - starts[at]


def _before(transcript: Transcript, position: int, offset: int) -> str:
    text = transcript.segments[position].text[:offset]
    while len(text) < CONTEXT and position > 0:
        position -= 1
        text = transcript.segments[position].text + JOIN + text
    return text[-CONTEXT:]


def _after(transcript: Transcript, position: int, offset: int) -> str:
    text = transcript.segments[position].text[offset:]
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
