"""Bars: one for each theme, or for each row of one theme."""

from __future__ import annotations

from collections.abc import Sequence

from qualkit.analysis.matrix import Cell
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.zeros import NOT_CODED, NOT_MENTIONED
from qualkit.report.drawing import SIZE, box, breadth, lines, text
from qualkit.report.frame import Body, framed, notes, signs
from qualkit.report.palette import LIGHT
from qualkit.report.view import View

_NAME, _LONG = 260, 420  # pixels of the names, and of the longest bar
_HIGH = 34


def bars(view: View, column: str = "") -> str:
    """A bar for each column, each excerpt (source, ...) counted once; with a column, a bar for each of its rows."""
    matrix = view.export.matrix
    if column:
        found = [(view.names[row], matrix.cells[row, column]) for row in view.rows]
        heading = f"{view.columns[column]}: {view.unit}"
    else:
        found = [(name, _total(view, key)) for key, name in view.columns.items()]
        heading = view.say("{unit}, by {rows}").format(unit=_counted(view), rows=view.across)
    most = max((cell.value for _, cell in found), default=0)
    return framed(view.title, heading, _drawn(view, found, most), [signs(view)], notes(view))


def _counted(view: View) -> str:
    """What totals count: of shares, the excerpts that they rest on."""
    measure = MEASURES[view.export.matrix.request.measure]
    return view.say(MEASURES["excerpts"].meaning) if measure.of in ("row", "column") else view.unit


def _total(view: View, column: str) -> Cell:
    """A column as one figure. It may grow while some row is not finished."""
    matrix = view.export.matrix
    cells = [matrix.cells[row, column] for row in view.rows]
    figure = matrix.uniques.get((None, column), 0)
    unfinished = any(cell.unfinished or cell.zero == NOT_CODED for cell in cells)
    zeros = {cell.zero for cell in cells}
    why = None if figure else next(iter(zeros)) if len(zeros) == 1 else NOT_CODED if unfinished else NOT_MENTIONED
    return Cell(figure, why, unfinished)


def _drawn(view: View, found: Sequence[tuple[str, Cell]], most: float) -> Body:
    left = min(_NAME, max((breadth(name) for name, _ in found), default=0)) + 10
    parts = []
    for number, (name, cell) in enumerate(found):
        y, look = _HIGH * number, view.look_of(cell, most)
        words = lines(name, left - 10, 2)
        first = y + _HIGH / 2 + 4 - 7 * (len(words) - 1)
        parts += [text(left - 10, first + 14 * i, line, anchor="end") for i, line in enumerate(words)]
        long = _LONG * cell.value / most if most and not cell.zero else 0.0
        if long:
            parts.append(box(left, y + 5, long, _HIGH - 10, LIGHT.steps[4][0]))
        parts.append(text(left + long + 6, y + _HIGH / 2 + 4, look.sign, fill="" if long else LIGHT.faint))
    height = _HIGH * len(found)
    parts.append(box(left - 1, 0, 1, height, LIGHT.rule))
    largest = max(found, key=lambda one: one[1].value, default=("", Cell(0)))
    described = view.say("{n} bars.").format(n=len(found))
    if largest[1].value:
        longest = {"name": largest[0], "figure": view.number(largest[1].value)}
        described += " " + view.say("The longest is {name}: {figure}.").format(**longest)
    return Body(left + _LONG + 5 * SIZE, height, parts, described)
