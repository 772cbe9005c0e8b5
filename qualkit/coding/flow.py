"""A transcript as one run of words, with the way back to segments, offsets and times."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from qualkit.coding.align import Run, run_of
from qualkit.coding.anchor import JOIN, make_anchor
from qualkit.model.coding import Anchor
from qualkit.model.transcript import Transcript, Word

Pair = tuple[str, str]


class Flow:
    """The text of all segments in a row; places are code points of it. What searching needs is made when asked for."""

    def __init__(self, transcript: Transcript, words: Mapping[str, Sequence[Word]] | None = None) -> None:
        self.transcript = transcript
        self._times = words
        self.text = JOIN.join(segment.text for segment in transcript.segments)
        self._starts, position = [], 0
        for segment in transcript.segments:
            self._starts.append(position)
            position += len(segment.text) + len(JOIN)

    @cached_property
    def in_one_line(self) -> str:
        """The text without borders between segments; places are the same."""
        return self.text.replace(JOIN, " ")

    @cached_property
    def run(self) -> Run:
        """Its words."""
        return run_of(self.text)

    @cached_property
    def pairs(self) -> dict[Pair, list[int]]:
        """Two words in a row -> the positions of the first."""
        found: dict[Pair, list[int]] = defaultdict(list)
        for position, pair in enumerate(pairwise(self.run.words)):
            found[pair].append(position)
        return found

    @cached_property
    def singles(self) -> dict[str, list[int]]:
        """A word -> its positions."""
        found: dict[str, list[int]] = defaultdict(list)
        for position, word in enumerate(self.run.words):
            found[word].append(position)
        return found

    @cached_property
    def columns(self) -> list[int]:
        """Where each word begins in the line of folded words."""
        found, position = [], 1
        for word in self.run.words:
            found.append(position)
            position += len(word) + 1
        return found

    def occurrences(self, words: Sequence[str]) -> list[int]:
        """The positions of the first word wherever these words stand in a row."""
        if len(words) < 2:
            return self.singles.get(words[0], []) if words else []
        places = ((self.pairs.get(pair, []), i) for i, pair in enumerate(pairwise(words)))
        rarest, i = min(places, key=lambda one: len(one[0]))
        wanted, size = list(words), len(words)
        return [at - i for at in rarest if at >= i and self.run.words[at - i : at - i + size] == wanted]

    def position(self, segment: int, offset: int) -> int:
        """The place of an offset in a segment."""
        return self._starts[segment] + offset

    def segments(self, start: int, end: int) -> tuple[int, int]:
        """The positions of the first and last segment of a stretch."""
        return self._locate(start)[0], self._locate(max(start, end - 1))[0]

    def times(self, first: int, last: int) -> tuple[float | None, float | None]:
        """Seconds from the beginning of one segment to the end of another."""
        return self.transcript.segments[first].start, self.transcript.segments[last].end

    def during(self, start: float, end: float) -> list[tuple[int, int]]:
        """The first and last segment that are heard between two seconds, as a row; empty where none is."""
        heard = [
            position
            for position, segment in enumerate(self.transcript.segments)
            if segment.start is not None and segment.end is not None and segment.start <= end and start <= segment.end
        ]
        return [(heard[0], heard[-1])] if heard else []

    def anchor(self, start: int, end: int) -> Anchor:
        """The anchor of a stretch that holds at least one code point."""
        first, first_offset = self._locate(start)
        last, last_offset = self._locate(end - 1)
        return make_anchor(self.transcript, first, first_offset, last, last_offset + 1, self._times)

    def _locate(self, position: int) -> tuple[int, int]:
        at = bisect_right(self._starts, position) - 1
        return at, position - self._starts[at]
