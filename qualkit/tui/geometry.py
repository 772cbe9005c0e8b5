"""Where everything lies on a screen of some width: columns, rows of wrapped text, runs of overlapping codings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from qualkit.coding.placed import Placed
from qualkit.model.transcript import Segment

WIDEST_TEXT = 100  # cells; longer lines are hard to follow
SPEAKER, LABEL = 12, 40  # the most cells for a label of a speaker, and for names of codes
TIME = 8  # "1:02:03 "
MARKS = 3  # doubt, memo, blank


class Row(NamedTuple):
    """One row of the screen: code points [start, end) of a segment; a blank row has segment -1."""

    segment: int
    start: int
    end: int


class Run(NamedTuple):
    """A stretch of one segment under the same codings."""

    start: int
    end: int
    codings: tuple[Placed, ...]


BLANK = Row(-1, 0, 0)


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each column: mark of the cursor, time, speaker, marks, text, bars of codings, names of codes."""

    time: int
    speaker: int
    text: int
    lanes: int
    label: int

    @property
    def gutter(self) -> int:
        """Cells before the text."""
        return 1 + self.time + self.speaker + MARKS


def columns(width: int, segments: Sequence[Segment]) -> Columns:
    """How a screen of that width is divided. The bars have a fixed number of lanes, so that coding moves no text."""
    timed = any(segment.start is not None for segment in segments[:1])
    longest = max((cell_len(segment.speaker) for segment in segments if segment.speaker), default=0)
    time = (TIME if timed else 0) if width >= 50 else 0
    speaker = min(longest + 1, SPEAKER if width >= 100 else 7) if longest else 0
    lanes = 3 if width < 100 else 4 if width < 160 else 6
    label = max(min((width - 60) // 2, LABEL), 12) if width >= 60 else 0
    room = width - 1 - time - speaker - MARKS - lanes - 2 - label
    text = max(min(room, WIDEST_TEXT), 10)
    return Columns(time, speaker, text, lanes, max(0, min(label + room - text, LABEL)))


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """[start, end) in code points of each row of a text; a row takes the blanks behind it, a long word is cut."""
    rows: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        rows += _wrap_line(text, start, start + len(line), width)
        start += len(line) + 1
    return rows


def _wrap_line(text: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    rows = []
    narrow = max(text[start:end], default="") < "\u0300"  # every sign is one cell wide
    while start < end:
        fits = start + width if narrow else start + that_fit(text[start:end], width)
        if fits >= end:
            break
        cut = fits if text[fits].isspace() else text.rfind(" ", start, fits) + 1
        if cut <= start:
            cut = fits
        while cut < end and text[cut] == " ":
            cut += 1
        rows.append((start, cut))
        start = cut
    if start < end or not rows:
        rows.append((start, end))
    return rows


def that_fit(text: str, width: int) -> int:
    """How many code points fit in so many cells; at least one, and marks stay with their letter."""
    cells = 0
    for number, sign in enumerate(text):
        cells += cell_len(sign)
        if cells > width:
            return max(number, 1)
    return len(text)


@dataclass(frozen=True, slots=True)
class Layout:
    """Every row of a transcript at one width, and the first row of each segment."""

    columns: Columns
    rows: list[Row]
    first: list[int]

    def row_of(self, segment: int, offset: int) -> int:
        """The row that shows an offset of a segment."""
        low, high = self.rows_of(segment)
        return max(low, bisect_right(self.rows, offset, low, high, key=lambda row: row.start) - 1)

    def rows_of(self, segment: int) -> tuple[int, int]:
        """The rows of a segment: [first, end), without the blank one behind it."""
        low = self.first[segment]
        high = self.first[segment + 1] if segment + 1 < len(self.first) else len(self.rows)
        return low, high - 1 if self.rows[high - 1] is BLANK else high


def lay_out(segments: Sequence[Segment], columns: Columns) -> Layout:
    """The rows of a transcript: a blank one where the speaker changes, and between paragraphs."""
    rows: list[Row] = []
    first: list[int] = []
    before: Segment | None = None
    for number, segment in enumerate(segments):
        if before is not None and (segment.start is None or segment.speaker != before.speaker):
            rows.append(BLANK)
        first.append(len(rows))
        rows += [Row(number, start, end) for start, end in wrap(segment.text, columns.text)]
        before = segment
    return Layout(columns, rows, first)


def runs(length: int, segment: int, codings: Sequence[Placed]) -> list[Run]:
    """A segment's text cut where codings begin and end: disjoint runs that cover it."""
    spans = [(*one.inside(segment, length), one) for one in codings]
    cuts = sorted({0, length, *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    return [
        Run(start, end, tuple(one for low, high, one in spans if low <= start and end <= high))
        for start, end in pairwise(cuts)
    ]


def labels(layout: Layout, segment: int, names: Sequence[tuple[Placed, str]]) -> dict[int, list[str]]:
    """Row -> the names that stand there: each where its coding begins, or on a free row of it below."""
    low, high = layout.rows_of(segment)
    found: dict[int, list[str]] = {}
    for one, name in names:
        if one.start[0] != segment:
            continue
        begins = layout.row_of(segment, one.start[1])
        ends = layout.row_of(segment, max(one.end[1] - 1, 0)) if one.end[0] == segment else high - 1
        row = next((row for row in range(max(begins, low), ends + 1) if row not in found), begins)
        found.setdefault(row, []).append(name)
    return found


def cut_to(text: str, width: int) -> str:
    """A text in exactly so many cells; what was cut off shows as an ellipsis."""
    if width <= 0:
        return ""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"
