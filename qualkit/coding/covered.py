"""Which stretches of a transcript have a code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from qualkit.model.coding import Anchor
from qualkit.model.transcript import Transcript

_END = 1 << 60  # beyond the end of any segment


class Covered:
    """Stretches of segments by code; a code may be any word that the asker knows them by."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._spans: dict[str, list[tuple[str, int, int]]] = defaultdict(list)  # by segment: code, start, end

    def add(self, code: str, anchor: Anchor) -> None:
        """Take in an anchor with its code; all segments between its first and last, too."""
        for segment, start, end in self._parts(anchor):
            self._spans[segment].append((code, start, end))

    def touch(self, code: str, anchor: Anchor) -> bool:
        """Whether the code already stands on some of the anchor's words."""
        return any(code == other for other in self._on(anchor))

    def codes(self, anchor: Anchor) -> set[str]:
        """The codes that stand on some of the anchor's words."""
        return set(self._on(anchor))

    def _on(self, anchor: Anchor) -> Iterator[str]:
        for segment, start, end in self._parts(anchor):
            for code, first, last in self._spans.get(segment, ()):
                if max(start, first) < min(end, last):
                    yield code

    def _parts(self, anchor: Anchor) -> Iterator[tuple[str, int, int]]:
        if anchor.first == anchor.last:
            yield anchor.first, anchor.first_offset, anchor.last_offset
            return
        index = self._transcript.index
        yield anchor.first, anchor.first_offset, _END
        for segment in self._transcript.segments[index.get(anchor.first, 0) + 1 : index.get(anchor.last, 0)]:
            yield segment.id, 0, _END
        yield anchor.last, 0, anchor.last_offset
