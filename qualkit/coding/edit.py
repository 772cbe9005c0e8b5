"""Correcting a transcript inside qualkit: the change is known, so every excerpt is carried and none is searched for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from qualkit.coding.align import Alignment, run_of, same_words
from qualkit.coding.anchor import JOIN, make_anchor
from qualkit.coding.spoken import corrected, cut, joined
from qualkit.errors import QualkitError
from qualkit.model.coding import Anchor
from qualkit.model.label import new_label
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment, Transcript, Word

DISTANT = 0.1  # within one segment, words that are the same are the same words, however far they were moved

Words = Mapping[str, Sequence[Word]]
Span = tuple[int, int, int, int]  # first segment's position and offset, last segment's position and offset


@dataclass(frozen=True)
class Edited:
    """A transcript after one change, the times of its words, and the way from every old place to the new one."""

    transcript: Transcript
    words: dict[str, tuple[Word, ...]]
    _before: Transcript
    _now: Callable[[Span], Span]

    def carry(self, anchor: Anchor) -> Anchor | None:
        """The anchor of the same words, for an anchor that stood in the transcript before; None where none is left."""
        index = self._before.index
        if anchor.first not in index or anchor.last not in index:
            return None
        first, start, last, end = self._now(
            (index[anchor.first], anchor.first_offset, index[anchor.last], anchor.last_offset)
        )
        if (first, start) >= (last, end):
            return None
        made = make_anchor(self.transcript, first, start, last, end, self.words)
        same = made.quote.replace(JOIN, " ") == anchor.quote.replace(JOIN, " ")
        return replace(made, start=anchor.start, end=anchor.end) if same else made


def correct(transcript: Transcript, words: Words, id: str, text: str) -> Edited:
    """Other text in one segment. Words that stay keep their times, a word put for another takes that one's.

    Raises QualkitError where a paragraph of a document would be empty, for it would not be there any more.
    """
    at, old = _segment(transcript, id)
    new = _tidy(text, spoken=old.start is not None)
    if not new and old.start is None:
        raise QualkitError("a paragraph cannot be empty", hint="join it with the one above, or take it out of the file")
    mine, its = run_of(old.text), run_of(new)
    alignment = Alignment(mine, its, same_words(mine, its, distant=DISTANT), whole=True)

    def now(span: Span) -> Span:
        first, start, last, end = span
        if first == last == at:
            start, end = alignment.span(start, end)
        elif first == at:
            start = alignment.start(start)
        elif last == at:
            end = alignment.end(end)
        return first, start, last, end

    times = {id: corrected(words[id], old.text, new)} if id in words else {}
    return _edited(transcript, words, at, at + 1, [replace(old, text=new)], times, now)


def split(transcript: Transcript, words: Words, id: str, offset: int, taken: Collection[str] = ()) -> Edited:
    """One segment made two at an offset (code points). The first keeps the id; the second gets one that is in no one's.

    `taken` are ids that were once used, in anchors of journals say: an id is for life and never comes back. The time
    of the cut is that between the two words where the words are known, else in proportion to the letters. Raises
    QualkitError where one of the two would be empty.
    """
    at, old = _segment(transcript, id)
    left, right = old.text[:offset].rstrip(), old.text[offset:].lstrip()
    if not left or not right or not 0 < offset < len(old.text):
        raise QualkitError(
            f"'{id}' cannot be split there: one part would be empty", hint="choose a place between words"
        )
    begins = len(old.text) - len(right)
    ends, starts, times = cut(old, words.get(id, ()), len(left))
    new = _free_id(id, {*transcript.index, *words, *taken})
    parts = [replace(old, text=left, end=ends), replace(old, id=new, text=right, start=starts)]

    def now(span: Span) -> Span:
        first, start, last, end = span
        if first == at:
            first, start = (at, start) if start < len(left) else (at + 1, max(start - begins, 0))
        elif first > at:
            first += 1
        if last == at:
            last, end = (at, min(end, len(left))) if end <= begins else (at + 1, end - begins)
        elif last > at:
            last += 1
        return first, start, last, end

    return _edited(transcript, words, at, at + 1, parts, dict(zip((id, new), times, strict=False)), now)


def join(transcript: Transcript, words: Words, id: str) -> Edited:
    """One segment made of this one and the next; it keeps the first one's id and speaker. QualkitError for the last."""
    at, old = _segment(transcript, id)
    if at + 1 == len(transcript.segments):
        raise QualkitError(f"'{id}' is the last segment: there is none to join it with")
    other = transcript.segments[at + 1]
    between = " " if old.text and other.text else ""
    ahead = len(old.text) + len(between)
    end = max((time for time in (old.end, other.end) if time is not None), default=None)
    whole = replace(old, text=old.text + between + other.text, end=end, speaker=old.speaker or other.speaker)

    def now(span: Span) -> Span:
        first, start, last, stop = span
        first, start = (at, start + ahead) if first == at + 1 else (first - (first > at + 1), start)
        last, stop = (at, stop + ahead) if last == at + 1 else (last - (last > at + 1), stop)
        return first, start, last, stop

    known = id in words and other.id in words
    times = {id: joined(words[id], words[other.id], whole.text)} if known else {}
    return _edited(transcript, words, at, at + 2, [whole], times, now)


def change_speaker(transcript: Transcript, words: Words, id: str, speaker: str | None) -> Edited:
    """Another speaker of one segment; None for nobody. QualkitError for a label with signs that nobody sees."""
    at, old = _segment(transcript, id)
    name = new_label(speaker) if speaker and speaker.strip() else None
    times = {id: tuple(words[id])} if id in words else {}
    return _edited(transcript, words, at, at + 1, [replace(old, speaker=name)], times, lambda span: span)


def _segment(transcript: Transcript, id: str) -> tuple[int, Segment]:
    if id not in transcript.index:
        raise QualkitError(f"there is no segment '{id}' in '{transcript.source}'")
    at = transcript.index[id]
    return at, transcript.segments[at]


def _edited(
    transcript: Transcript,
    words: Words,
    low: int,
    high: int,
    parts: Sequence[Segment],
    times: Mapping[str, Sequence[Word]],
    now: Callable[[Span], Span],
) -> Edited:
    """The transcript with other segments from `low` to before `high`; paragraphs are numbered anew."""
    segments = [*transcript.segments[:low], *parts, *transcript.segments[high:]]
    if parts[0].start is None:
        segments = [replace(segment, id=f"p{number}") for number, segment in enumerate(segments, start=1)]
    gone = {segment.id for segment in transcript.segments[low:high]}
    kept = {id: tuple(said) for id, said in words.items() if id not in gone}
    kept |= {id: tuple(said) for id, said in times.items() if said}
    return Edited(Transcript(transcript.source, tuple(segments)), kept, transcript, now)


def _free_id(id: str, taken: Collection[str]) -> str:
    return next(new for number in count(1) if (new := f"{id}-{number}") not in taken)


def _tidy(text: str, *, spoken: bool) -> str:
    """Text as a file can hold it: composed letters; in cues one line, in paragraphs no empty ones."""
    text = unicodedata.normalize("NFC", text)
    if spoken:
        return " ".join(text.split())
    return re.sub(r"\n\s*\n", "\n", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
