"""What stands around every picture: what it shows, and below it what its colours and signs mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
class Sign:
    """A part of the legend; `fill`: of the little box before it, "" for none."""

    words: str
    fill: str = ""


def framed(title: str, heading: str, body: Body, legend: Sequence[Sequence[Sign]], remarks: Sequence[str]) -> str:
    """The picture under a title and a heading, and over its legend (each group on lines of its own) and remarks."""
    width = max(body.width, 460)
    titles = lines(title, width, 2, TITLE)
    heads = lines(heading, width, 3)
    parts = [text(0, TITLE * (1 + LINE * i), line, size=TITLE, bold=True) for i, line in enumerate(titles)]
    top = TITLE * LINE * len(titles) + 4
    parts += [text(0, top + SIZE * (1 + LINE * i), line, fill=LIGHT.faint) for i, line in enumerate(heads)]
    top += SIZE * LINE * len(heads) + 16
    parts += [f'<g transform="translate(0 {top:.1f})">', *body.parts, "</g>"]
    foot, height = _foot(width, legend, remarks)
    top += body.height + 20
    parts += [f'<g transform="translate(0 {top:.1f})">', *foot, "</g>"]
    inside = [f'<g transform="translate({MARGIN} {MARGIN})">', *parts, "</g>"]
    size = width + 2 * MARGIN, top + height + 2 * MARGIN
    return document(*size, f"{title}: {heading}", body.description, inside)


def steps(view: View, most: float, *, whole: bool) -> list[Sign]:
    """Each step of colour with its figures; `most`: the largest, `whole`: whether figures are whole."""
    found = ranges(most, whole=whole)
    spans = {step: (view.number(low), view.number(high)) for step, (low, high) in found.items()}
    return [
        Sign(low if low == high else f"{low}–{high}", LIGHT.steps[step - 1][0]) for step, (low, high) in spans.items()
    ]


def signs(view: View, fills: Mapping[str, str] | None = None) -> list[Sign]:
    """What the signs mean; `fills`: how zeros are filled on the map."""
    return [Sign(f"{sign}  {words}", (fills or {}).get(zero, "")) for zero, sign, words in view.zeros()]


def _foot(width: float, legend: Sequence[Sequence[Sign]], remarks: Sequence[str]) -> tuple[list[str], float]:
    """The legend and the remarks, line by line, and how high that is."""
    parts: list[str] = []
    y = 0.0
    for group in legend:
        x = 0.0
        for sign in group:
            before = 28 if sign.fill else 0
            words = cut(sign.words, width - before, SMALL)
            if x and x + before + breadth(words, SMALL) > width:
                x, y = 0.0, y + _ROW
            if sign.fill:
                parts.append(box(x, y, 22, 14, sign.fill, line=LIGHT.faint))
            parts.append(text(x + before, y + 12, words, size=SMALL))
            x += before + breadth(words, SMALL) + 18
        y += _ROW if group else 0
    for remark in remarks:
        for line in lines(remark, width, 4, SMALL):
            parts.append(text(0, y + 12, line, size=SMALL, fill=LIGHT.faint))
            y += SMALL * LINE
    return parts, y


def notes(view: View) -> list[str]:
    """What a reader must know beside the figures."""
    export, say = view.export, view.say
    names = [view.names[row] for row in view.empty if row not in view.rows and not export.matrix.within]
    found = [say("No material: {names}").format(names=", ".join(names))] if names else []
    if export.matrix.request.where.text:
        found.append(say("Only: {filter}").format(filter=export.matrix.request.where.text))
    found += [text for text in (export.remark, export.note) if text]
    return [*found, made(say, export.made, export.version)]


def made(say: Callable[[str], str], when: str, version: str) -> str:
    """When and with what a picture was made."""
    return say("Made {day} with qualkit {version}").format(day=when[:10], version=version)


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
