"""A transcript as one row of words: where each word stands, and the sentence, segment and turn around it.

A place is the number of a word, counted from the first word of the transcript, so that to go on by a word, over the
border of a segment too, is to add one. A word here is what stands between blanks: what a person points at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from qualkit.coding.sentences import sentences
from qualkit.model.transcript import Transcript, Word

_WORD = re.compile(r"\S+")
_AROUND = 12  # segments of a turn, before and behind, in which a sentence is looked for
GUESS = 0.4  # confidence below which a word is marked; rows of such words are doubts
UNITS = ("word", "sentence", "segment", "turn")

Span = tuple[int, int]  # first and last word, both in it


class Text:
    """The words of a transcript, by number."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.segments = transcript.segments
        self._first = [0, *accumulate(len(segment.text.split()) for segment in self.segments)]
        self.total = self._first[-1]
        self.spans = lru_cache(512)(self._spans)  # (start, end) of each word of a segment, in code points

    def _spans(self, segment: int) -> tuple[tuple[int, int], ...]:
        return tuple(found.span() for found in _WORD.finditer(self.segments[segment].text))

    def segment_of(self, word: int) -> int:
        """The position of the segment that holds a word."""
        return bisect_right(self._first, word, hi=len(self._first) - 1) - 1

    def place(self, word: int) -> tuple[int, int, int]:
        """The segment of a word, and where it begins and ends in the segment's text (code points, half-open)."""
        segment = self.segment_of(word)
        return segment, *self.spans(segment)[word - self._first[segment]]

    def word_at(self, segment: int, offset: int) -> int:
        """The word that holds an offset of a segment, or the next one there, or the segment's last."""
        spans = self.spans(segment)
        if not spans:
            return max(0, min(self._first[segment], self.total - 1))
        at = next((n for n, (_, end) in enumerate(spans) if offset < end), len(spans) - 1)
        return self._first[segment] + at

    def between(self, first: int, start: int, last: int, end: int) -> Span | None:
        """The words that a stretch touches: from an offset of one segment to before an offset of another."""
        low, high = self.word_at(first, start), self.word_at(last, max(end - 1, 0))
        return (low, high) if low <= high and self.total else None

    def text(self, span: Span) -> str:
        """The words of a span, with a blank between segments."""
        first, start, _ = self.place(span[0])
        last, _, end = self.place(span[1])
        if first == last:
            return self.segments[first].text[start:end]
        middle = [segment.text for segment in self.segments[first + 1 : last]]
        return " ".join([self.segments[first].text[start:], *middle, self.segments[last].text[:end]])

    def unit(self, name: str, word: int) -> Span:
        """The word, sentence, segment or turn (one of UNITS) that holds a word."""
        if name == "word":
            return word, word
        if name == "sentence":
            return self._sentence(word)
        segment = self.segment_of(word)
        if name == "segment":
            return self.words_of(segment)
        return self._first[self._turn_end(segment, -1)], self._first[self._turn_end(segment, 1) + 1] - 1

    def words_of(self, segment: int) -> Span:
        """The first and last word of a segment; of one without words, the next word twice."""
        first = min(self._first[segment], max(self.total - 1, 0))
        return first, max(first, self._first[segment + 1] - 1)

    def step(self, name: str, word: int, by: int) -> int:
        """The first word of the next (`by` 1) or previous (-1) unit; of this one where there is none."""
        first, last = self.unit(name, word)
        if by > 0:
            return last + 1 if last + 1 < self.total else (first if name != "word" else word)
        if first == 0:
            return 0
        return self.unit(name, first - 1)[0]

    def find(self, words: str, word: int, by: int = 1) -> Span | None:
        """The next words that hold a text, behind (or, with -1, before) a word; from the other end after the last.

        Case does not matter, and blanks are all the same; a place over two segments is not found.
        """
        wanted = " ".join(words.split())
        if not wanted or not self.total:
            return None
        pattern = re.compile(r"\s+".join(map(re.escape, wanted.split())), re.IGNORECASE)
        here, start, end = self.place(word)
        count = len(self.segments)
        for away in range(count + 1):
            segment = (here + by * away) % count
            hits = [found.span() for found in pattern.finditer(self.segments[segment].text)]
            if away == 0:
                hits = [hit for hit in hits if (hit[0] >= end if by > 0 else hit[1] <= start)]
            if hits:
                hit = hits[0] if by > 0 else hits[-1]
                return self.between(segment, hit[0], segment, hit[1])
        return None

    def _sentence(self, word: int) -> Span:
        """The sentence that holds a word; it may go over segments, not over turns."""
        here, offset, _ = self.place(word)
        low = self._turn_end(here, -1, _AROUND)
        high = self._turn_end(here, 1, _AROUND)
        whole, begins = "", []
        for segment in self.segments[low : high + 1]:
            begins.append(len(whole))
            whole += segment.text + " "
        at = begins[here - low] + offset
        start, end = next((span for span in sentences(whole) if at < span[1]), (at, at + 1))
        first, last = (bisect_right(begins, place) - 1 for place in (start, end - 1))
        return (
            self.word_at(low + first, start - begins[first]),
            self.word_at(low + last, end - 1 - begins[last]),
        )

    def _turn_end(self, segment: int, by: int, most: int | None = None) -> int:
        """The outermost segment of the same speaker in a row; a paragraph of nobody is a turn of its own."""
        speaker, end = self.segments[segment].speaker, segment

        def same(at: int) -> bool:
            return speaker is not None and 0 <= at < len(self.segments) and self.segments[at].speaker == speaker

        while same(end + by) and (most is None or abs(end - segment) < most):
            end += by
        return end


def guessed(words: Sequence[Word], text: str) -> list[tuple[int, int]]:
    """Where the words stand that the engine guessed; nowhere if they are not the words of this text any more."""
    if not words or "".join(word.text for word in words).strip() != text:
        return []
    found, at = [], len(words[0].text.lstrip()) - len(words[0].text)
    for word in words:
        end = at + len(word.text)
        if word.confidence < GUESS:
            found.append((end - len(word.text.lstrip()), end))
        at = end
    return found
