"""The matrix as a picture: the larger a figure, the darker its cell."""

from __future__ import annotations

from math import cos, radians, sin

from qualkit.report.drawing import SIZE, box, breadth, cut, text
from qualkit.report.frame import SMALL, Body, framed, material_words
from qualkit.report.palette import LIGHT
from qualkit.report.view import Look, View, whole_numbers

_HIGH = 26  # a row
_TURN = 45  # degrees by which headings of columns rise
_NAME, _HEAD = 230, 280  # the longest names of rows and columns, in pixels


def heatmap(view: View) -> str:
    """The rows that have material, with figures, signs and what stands behind them."""
    matrix = view.export.matrix
    looks = {(row, column): view.look(row, column) for row in view.rows for column in matrix.columns}
    wide = max([38.0, *(breadth(look.sign) + 12 for look in looks.values())])
    left = min(_NAME, max(breadth(view.names[row]) for row in view.rows)) + 12
    top = min(_HEAD, max(breadth(name) for name in view.columns.values())) * sin(radians(_TURN)) + 18
    behind = {row: material_words(view, row) for row in view.rows}
    parts: list[str] = []
    for i, name in enumerate(view.columns.values()):
        x = left + wide * (i + 0.5) + 4
        parts.append(text(x, top - 8, cut(name, _HEAD), turn=-_TURN))
    for j, row in enumerate(view.rows):
        y = top + _HIGH * j
        parts.append(text(left - 10, y + 18, cut(view.names[row], _NAME), anchor="end"))
        for i, column in enumerate(matrix.columns):
            parts += _cell(looks[row, column], left + wide * i, y, wide)
        x = left + wide * len(matrix.columns) + 10
        parts.append(text(x, y + 18, behind[row], size=SMALL, fill=LIGHT.faint))
    width = left + wide * len(matrix.columns) + max(
        [top * cos(radians(_TURN)) / sin(radians(_TURN)), *(breadth(words, SMALL) + 10 for words in behind.values())]
    )  # fmt: skip
    heading = view.say("{unit}, by {rows}").format(unit=view.unit, rows=view.by)
    body = Body(width, top + _HIGH * len(view.rows), parts, describe(view))
    return framed(view, heading, body, most=view.most, whole=whole_numbers(matrix.cells.values()))


def describe(view: View) -> str:
    """What the picture shows, in a sentence: how large it is and where its largest figure stands."""
    matrix = view.export.matrix
    size = {"rows": len(view.rows), "columns": len(matrix.columns)}
    sentence = view.say("{rows} rows and {columns} columns.").format(**size)
    if not view.most:
        return sentence
    row, column = max(matrix.cells, key=lambda key: matrix.cells[key].value)
    place = {"row": view.names[row], "column": view.columns[column], "figure": view.number(view.most)}
    return f"{sentence} {view.say('The largest figure is {figure}: {row}, {column}.').format(**place)}"


def _cell(look: Look, x: float, y: float, wide: float) -> list[str]:
    ground, ink = LIGHT.steps[look.level - 1] if look.level else (LIGHT.ground, LIGHT.faint)
    middle = x + wide / 2
    return [
        box(x, y, wide - 1, _HIGH - 1, ground, line=LIGHT.rule),
        text(middle, y + SIZE + 5, look.sign, anchor="middle", fill=ink),
    ]
