"""A row of the transcript as styled text: gutter, words, bars, names of codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment as Piece
from rich.style import Style

from qualkit.coding.placed import Placed
from qualkit.coding.session import Session
from qualkit.coding.text import guessed
from qualkit.model.codebook import Codebook
from qualkit.model.coding import SUGGESTED
from qualkit.tui.colours import RGB, blended, colours_of
from qualkit.tui.geometry import Layout, Row, Run, cut_to, labels, runs

# begins, goes on, ends, begins and ends on this row
BARS = {"own": "┏┃┗╺", "suggested": "╭┆╰╶", "other": "┌╎└╴"}
MORE = "+"  # there are more codings than lanes
CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")  # a terminal would obey them
UNKNOWN: RGB = (128, 128, 128)  # the colour of a code that the codebook does not have


def clock(seconds: float) -> str:
    """1:02:03, as the gutter shows it."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


@dataclass
class _Look:
    """What a segment looks like, computed once until something about it changes."""

    runs: list[Run]
    codings: list[Placed]
    labels: dict[int, list[str]]
    guessed: list[tuple[int, int]]
    bare: list[tuple[int, int]]  # blanks around excerpts
    memo: bool


def blanks_around(codings: Iterable[Placed], segment: int, text: str) -> list[tuple[int, int]]:
    """The blank before and the blank behind each excerpt of a segment, as code points."""
    spans = [one.inside(segment, len(text)) for one in codings]
    edges = {edge for start, end in spans for edge in (start - 1, end)}
    return [(edge, edge + 1) for edge in sorted(edges) if 0 <= edge < len(text) and text[edge].isspace()]


@dataclass
class Painter:
    """Turns rows into pieces of styled text. `base` is the screen's style, `ground` its background.

    Where there are no colours (`colourless`), coded words are bold and underlined, and the blanks around each excerpt
    are not, so that every word of it can be told, and where one begins within another.
    """

    session: Session
    codebook: Codebook
    base: Style = field(default_factory=Style.null)
    ground: RGB = (0, 0, 0)
    colourless: bool = False

    def __post_init__(self) -> None:
        self._colours = colours_of(self.codebook)
        self._looks: dict[int, _Look] = {}
        self._styles: dict[tuple[object, ...], Style] = {}
        self._memos: set[str] = set()
        self.forget()

    def forget(self, segments: set[int] | None = None) -> None:
        """Look anew at these segments, or at all."""
        memos = self.session.state.memos.values()
        self._memos = {memo.about for memo in memos if self.session.sees(memo.coder)}
        for segment in list(self._looks) if segments is None else segments:
            self._looks.pop(segment, None)

    def restyle(self, base: Style, ground: RGB, *, colourless: bool = False) -> None:
        """Other colours of the screen, or none."""
        self.base, self.ground, self.colourless = base, ground, colourless
        self._styles.clear()
        self._looks.clear()

    def name(self, one: Placed) -> str:
        """What the margin calls a coding."""
        coding = one.coding
        code = self.codebook.codes.get(coding.code)
        mark = "*" if f"coding:{coding.id}" in self._memos else ""
        sign = "?" if coding.status == SUGGESTED else ""
        who = "" if self.session.is_own(one) else f"{coding.coder}: "
        return f"{sign}{who}{code.name if code else coding.code}{mark}"

    def pieces(self, layout: Layout, number: int, chosen: tuple[int, int], here: bool) -> list[Piece]:
        """The row of that number; `chosen` are code points of its segment, `here`: the cursor is in that segment."""
        row = layout.rows[number]
        if row.segment < 0:
            return [Piece(" ", self.base)]
        look = self._look(layout, row.segment)
        pieces = list(self._gutter(layout, row, number == layout.first[row.segment], look, here))
        pieces += self._words(row, look, chosen)
        used = cell_len(self._text(row))
        pieces.append(Piece(" " * (layout.columns.text + 1 - used), self.base))
        pieces += self._margin(layout, row, number, look)
        return pieces

    def _look(self, layout: Layout, segment: int) -> _Look:
        if segment not in self._looks:
            text = self.session.text.segments[segment]
            codings = self.session.codings.within(segment)
            self._looks[segment] = _Look(
                runs(len(text.text), segment, codings),
                codings,
                labels(layout, segment, [(one, self.name(one)) for one in codings]),
                guessed(self.session.words.get(text.id, ()), text.text),
                blanks_around(filter(self.session.is_own, codings), segment, text.text) if self.colourless else [],
                f"segment:{text.id}" in self._memos,
            )
        return self._looks[segment]

    def _text(self, row: Row) -> str:
        return self.session.text.segments[row.segment].text[row.start : row.end].translate(CONTROLS)

    def _gutter(self, layout: Layout, row: Row, first: bool, look: _Look, here: bool) -> Iterator[Piece]:
        columns, segments = layout.columns, self.session.text.segments
        segment = segments[row.segment]
        yield Piece("▌" if here else " ", self._style("here") if here else self.base)
        time = clock(segment.start) if first and segment.start is not None else ""
        yield Piece(f"{time:>{columns.time - 1}} " if columns.time else "", self._style("now" if here else "dim"))
        turn = first and (row.segment == 0 or segments[row.segment - 1].speaker != segment.speaker)
        yield Piece(cut_to((segment.speaker or "") if turn else "", columns.speaker - 1) + " " * bool(columns.speaker),
                    self._style("now"))  # fmt: skip
        doubtful = first and row.segment in self.session.doubtful
        yield Piece(f"{'?' if doubtful else ' '}{'*' if first and look.memo else ' '} ", self._style("now"))

    def _words(self, row: Row, look: _Look, chosen: tuple[int, int]) -> Iterator[Piece]:
        text = self._text(row)
        heading = self.session.text.segments[row.segment].is_heading
        for run in look.runs:
            start, end = max(run.start, row.start), min(run.end, row.end)
            edges = [edge for pair in (chosen, *look.guessed, *look.bare) for edge in pair if start < edge < end]
            cuts = sorted({start, *edges, end})
            for low, high in pairwise(cuts):
                marked = any(begin <= low < stop for begin, stop in look.guessed)
                codings = () if any(begin <= low < stop for begin, stop in look.bare) else run.codings
                style = self._word_style(codings, chosen[0] <= low < chosen[1], marked, heading)
                yield Piece(text[low - row.start : high - row.start], style)

    def _margin(self, layout: Layout, row: Row, number: int, look: _Look) -> Iterator[Piece]:
        lanes = layout.columns.lanes
        bars: list[Piece] = [Piece(" ", self.base)] * lanes
        for one in look.codings:
            begin, end = one.inside(row.segment, max(row.end, len(self.session.text.segments[row.segment].text)))
            if end <= row.start or begin >= row.end:
                continue
            lane = min(one.lane, lanes - 1)
            begins = one.start[0] == row.segment and row.start <= begin
            ends = one.end[0] == row.segment and end <= row.end
            kind = "suggested" if one.coding.status == SUGGESTED else "own" if self.session.is_own(one) else "other"
            sign = (
                MORE if one.lane >= lanes else BARS[kind][3 if begins and ends else 0 if begins else 2 if ends else 1]
            )
            bars[lane] = Piece(sign, self._style("bar", one.coding.code))
        yield from bars
        name = ", ".join(look.labels.get(number, ()))
        yield Piece(" " + cut_to(name, layout.columns.label), self._style("name"))

    def _style(self, kind: str, code: str = "") -> Style:
        if (kind, code) not in self._styles:
            extra = {
                "dim": Style(dim=True),
                "now": Style(bold=True),
                "here": Style(bold=True),
                "bar": Style(bold=True, color=Color.from_rgb(*self._colours.get(code, UNKNOWN))),
                "name": Style(),
            }[kind]
            self._styles[kind, code] = self.base + extra
        return self._styles[kind, code]

    def _word_style(self, codings: tuple[Placed, ...], chosen: bool, guess: bool, heading: bool) -> Style:
        codes = tuple(one.coding.code for one in codings if one.coding.status != SUGGESTED and self.session.is_own(one))
        suggested = any(one.coding.status == SUGGESTED for one in codings)
        key = (codes, suggested, chosen, guess, heading)
        if key not in self._styles:
            style = self.base
            if codes:
                ground = blended(self.ground, [self._colours.get(code, UNKNOWN) for code in codes])
                style += Style(bgcolor=Color.from_rgb(*ground))
            bare = bool(codes) and self.colourless
            style += Style(underline=suggested or bare or None, italic=guess or None, bold=heading or bare or None)
            self._styles[key] = style + Style(reverse=chosen or None)
        return self._styles[key]
