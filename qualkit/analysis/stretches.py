"""Which words of which segments have which codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.passages import Passage
from qualkit.model.coding import Coding
from qualkit.model.study import Material


@dataclass(frozen=True, slots=True)
class Stretch:
    """A coding on a part of one segment: start and end in code points, half-open."""

    start: int
    end: int
    coding: Coding


class Stretches:
    """The codings of excerpts, by segment; excerpts whose place is uncertain have none."""

    def __init__(self, material: Material, excerpts: Iterable[Excerpt]) -> None:
        self._found: dict[tuple[str, int], list[Stretch]] = defaultdict(list)
        for excerpt in excerpts:
            transcript = material.transcripts.get(excerpt.source.id)
            if transcript is None or excerpt.uncertain:
                continue
            anchor = excerpt.anchor
            first, last = transcript.index[anchor.first], transcript.index[anchor.last]
            for position in range(first, last + 1):
                start = anchor.first_offset if position == first else 0
                end = anchor.last_offset if position == last else len(transcript.segments[position].text)
                if start < end:
                    here = self._found[excerpt.source.id, position]
                    here += [Stretch(start, end, coding) for coding in excerpt.codings]

    def of_segments(self) -> Iterator[list[Stretch]]:
        """What stands on each segment that has a coding."""
        yield from self._found.values()

    def touch(self, passage: Passage) -> bool:
        """Whether a coding stands on some of the segment's words."""
        return bool(self._found.get((passage.source.id, passage.position)))

    def sources(self) -> set[str]:
        """The sources in which there are codings."""
        return {source for source, _ in self._found}

    def statuses(self, passage: Passage, start: int, end: int, code: str) -> set[str]:
        """The statuses of a code's codings between two places of a segment."""
        here = self._found.get((passage.source.id, passage.position), ())
        return {one.coding.status for one in here if one.coding.code == code and one.start < end and start < one.end}
