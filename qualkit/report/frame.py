"""What stands around every picture: what it shows, and below it what its colours and signs mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qualkit.report.drawing import LINE, SIZE, box, breadth, cut, document, lines, text
from qualkit.report.palette import LIGHT, ranges
from qualkit.report.view import View

MARGIN = 24
TITLE, SMALL = 18, 12
_ROW = 20  # between lines of the legend


@dataclass(frozen=True)
class Body:
    """The picture itself, drawn from (0, 0), and a sentence that says it to those who do not see it."""

    width: float
    height: float
    parts: Sequence[str]
    description: str


@dataclass(frozen=True, slots=True)
class _Sign:
    """A line of the legend; `fill`: of the little box before it, "" for none."""

    words: str
    fill: str = ""


def framed(
    view: View,
    heading: str,
    body: Body,
    *,
    most: float = 0,
    whole: bool = True,
    zeros: bool = True,
    fills: Mapping[str, str] | None = None,
    source: str = "",
) -> str:
    """The picture with the study's title, a heading, and a legend.

    `most`: the largest figure of its steps of colour, and whether figures are whole; `fills`: how zeros are filled;
    `source`: where the drawing itself comes from.
    """
    width = max(body.width, 460)
    titles = lines(view.title, width, 2, TITLE)
    heads = lines(heading, width, 3)
    parts = [text(0, TITLE * (1 + LINE * i), line, size=TITLE, bold=True) for i, line in enumerate(titles)]
    top = TITLE * LINE * len(titles) + 4
    parts += [text(0, top + SIZE * (1 + LINE * i), line, fill=LIGHT.faint) for i, line in enumerate(heads)]
    top += SIZE * LINE * len(heads) + 16
    parts += [f'<g transform="translate(0 {top:.1f})">', *body.parts, "</g>"]
    steps, signs = _steps(view, most, whole), _signs(view, width, fills or {}) if zeros else []
    foot, height = _legend(view, width, source, steps, signs)
    top += body.height + 20
    parts += [f'<g transform="translate(0 {top:.1f})">', *foot, "</g>"]
    inside = [f'<g transform="translate({MARGIN} {MARGIN})">', *parts, "</g>"]
    title = f"{view.title}: {heading}"
    return document(width + 2 * MARGIN, top + height + 2 * MARGIN, title, body.description, inside)


def _steps(view: View, most: float, whole: bool) -> list[_Sign]:
    """Each step of colour with its figures."""
    steps = ranges(most, whole=whole)
    spans = {step: (view.number(low), view.number(high)) for step, (low, high) in steps.items()}
    return [
        _Sign(low if low == high else f"{low}–{high}", LIGHT.steps[step - 1][0]) for step, (low, high) in spans.items()
    ]


def _signs(view: View, width: float, fills: Mapping[str, str]) -> list[_Sign]:
    return [
        _Sign(cut(f"{sign}  {words}", width - 40, SMALL), fills.get(zero, "")) for zero, sign, words in view.zeros()
    ]


def _legend(view: View, width: float, source: str, *groups: Sequence[_Sign]) -> tuple[list[str], float]:
    """The signs, line by line, and below them the notes; and how high that is."""
    parts: list[str] = []
    y = 0.0
    for group in groups:
        x = 0.0
        for sign in group:
            room = breadth(sign.words, SMALL) + (28 if sign.fill else 0)
            if x and x + room > width:
                x, y = 0.0, y + _ROW
            if sign.fill:
                parts.append(box(x, y, 22, 14, sign.fill, line=LIGHT.faint))
            parts.append(text(x + (28 if sign.fill else 0), y + 12, sign.words, size=SMALL))
            x += room + 18
        y += _ROW if group else 0
    for note in [*notes(view, rows=bool(groups[-1])), *([source] if source else [])]:
        for line in lines(note, width, 4, SMALL):
            parts.append(text(0, y + 12, line, size=SMALL, fill=LIGHT.faint))
            y += SMALL * LINE
    return parts, y


def notes(view: View, *, rows: bool = True) -> list[str]:
    """What a reader must know beside the figures."""
    export, say = view.export, view.say
    names = [view.names[row] for row in view.empty if row not in view.rows]
    found = [say("No material: {names}").format(names=", ".join(names))] if names and rows else []
    if export.matrix.request.where.text:
        found.append(say("Only: {filter}").format(filter=export.matrix.request.where.text))
    if export.remark:
        found.append(export.remark)
    return [*found, say("Made {day} with qualkit {version}").format(day=export.made[:10], version=export.version)]


def material_words(view: View, row: str) -> str:
    """The material behind a row in a few words."""
    say, known = view.say, view.export.matrix.basis[row]
    found = [say("finished sources: {n} of {total}").format(n=known.finished, total=known.sources)]
    if known.participants:
        found.append(say("participants: {n}").format(n=known.participants))
    if known.hours:
        found.append(duration(view, known.hours))
    return " · ".join(found)


def duration(view: View, hours: float) -> str:
    """1.5 h, and minutes where it is less than an hour."""
    if hours < 1:
        return view.say("{n} min").format(n=max(1, round(hours * 60)))
    return view.say("{n} h").format(n=view.number(round(hours, 1)))
