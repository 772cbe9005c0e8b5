"""The matrix as a picture: the larger a figure, the darker its cell."""

from __future__ import annotations

from math import radians, sin, tan

from qualkit.report.drawing import SIZE, box, breadth, cut, text
from qualkit.report.frame import SMALL, Body, framed, material_words, notes, signs, steps
from qualkit.report.palette import LIGHT
from qualkit.report.view import Look, View, whole_numbers

_HIGH = 26  # a row
_TURN = 45  # degrees by which headings of columns rise
_NAME, _HEAD = 280, 280  # the longest names of rows and columns, in pixels


def heatmap(view: View) -> str:
    """The rows that have material, with figures, signs and what stands behind them."""
    matrix, columns = view.export.matrix, view.across_shown
    looks = {(row, column): view.look(row, column) for row in view.rows for column in columns}
    wide = max([38.0, *(breadth(look.sign) + 12 for look in looks.values())])
    left = min(_NAME, max(breadth(view.names[row]) for row in view.rows)) + 12
    top = min(_HEAD, max(breadth(view.columns[column]) for column in columns)) * sin(radians(_TURN)) + 18
    behind = {} if matrix.within else {row: material_words(view, row) for row in view.rows}
    end = left + wide * len(columns)
    parts = [
        text(left + wide * (i + 0.5) + 4, top - 8, cut(view.columns[column], _HEAD), turn=-_TURN)
        for i, column in enumerate(columns)
    ]
    for j, row in enumerate(view.rows):
        y = top + _HIGH * j
        parts.append(text(left - 10, y + 18, cut(view.names[row], _NAME), anchor="end"))
        for i, column in enumerate(columns):
            parts += _cell(looks[row, column], left + wide * i, y, wide)
        if row in behind:
            parts.append(text(end + 10, y + 18, behind[row], size=SMALL, fill=LIGHT.faint))
    beside = max([top / tan(radians(_TURN)), *(breadth(words, SMALL) + 10 for words in behind.values())])
    body = Body(end + beside, top + _HIGH * len(view.rows), parts, describe(view))
    heading = view.unit if matrix.within else view.say("{unit}, by {rows}").format(unit=view.unit, rows=view.by)
    legend = steps(view, view.most, whole=whole_numbers(matrix.cells.values())), signs(view)
    itself = [view.say("A code (or theme) with itself has no colour: all its excerpts are there.")]
    return framed(view.title, heading, body, legend, [*(itself if matrix.within else []), *notes(view)])


def describe(view: View) -> str:
    """What the picture shows, in a sentence: how large it is and where its largest figure stands."""
    matrix = view.export.matrix
    size = {"rows": len(view.rows), "columns": len(view.across_shown)}
    sentence = view.say("{rows} rows and {columns} columns.").format(**size)
    if not view.most:
        return sentence
    two = (key for key in matrix.cells if not matrix.within or key[0] != key[1])
    row, column = max(two, key=lambda key: matrix.cells[key].value)
    place = {"row": view.names[row], "column": view.columns[column], "figure": view.number(view.most)}
    return f"{sentence} {view.say('The largest figure is {figure}: {row}, {column}.').format(**place)}"


def _cell(look: Look, x: float, y: float, wide: float) -> list[str]:
    ground, ink = LIGHT.steps[look.level - 1] if look.level else (LIGHT.ground, LIGHT.faint)
    middle = x + wide / 2
    return [
        box(x, y, wide - 1, _HIGH - 1, ground, line=LIGHT.rule),
        text(middle, y + SIZE + 5, look.sign, anchor="middle", fill=ink),
    ]
