"""The municipalities coloured by a theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

from qualkit.analysis.zeros import HELD_BACK, NO_MATERIAL, NOT_ASKED, NOT_CODED, NOT_MENTIONED
from qualkit.errors import QualkitError
from qualkit.report.boundaries import Ring, boundaries, in_counties
from qualkit.report.drawing import box, cut, outline, plain, shape, text
from qualkit.report.frame import SMALL, Body, framed, notes, signs, steps
from qualkit.report.palette import LIGHT
from qualkit.report.view import NOBODY, Look, View, whole_numbers

WIDTH, HEIGHT = 560, 640  # pixels that a map fills at most
SOURCE = "Boundaries: Statistics Sweden (SCB), simplified"
_LISTED = 40  # municipalities with their figures beside the map
_ROOM = 30  # pixels that a figure needs inside a municipality

# how a municipality without a figure is filled: the lines of its pattern, 8 x 8 pixels
_PATTERNS = {
    NO_MATERIAL: "M4,4h1",
    NOT_CODED: "M0,2h4M4,6h4",
    NOT_ASKED: "M0,8L8,0M-2,2L2,-2M6,10L10,6",
    NOT_MENTIONED: "",
    NOBODY: "M0,4H8M4,0V8",
    HELD_BACK: "M2,2L6,6M6,2L2,6",
}


@dataclass(frozen=True)
class Place:
    """A municipality on the map: the d of its path, and where a figure fits into it (None: nowhere)."""

    outline: str
    label: tuple[float, float] | None


@dataclass(frozen=True)
class Ground:
    """Every municipality that is drawn, by row, and those around them."""

    width: float
    height: float
    places: Mapping[str, Place]
    around: str


def ground(view: View) -> Ground | None:
    """Where the rows lie; None where they are no municipalities that the map knows."""
    if not view.export.case_ids:
        return None
    known = boundaries(in_counties(list(view.export.matrix.rows)))
    rows = [row for row in view.export.matrix.rows if row in known]
    if not rows:
        return None
    drawn = _projected(known)
    edge = [point for rings in drawn.values() for ring in rings for point in ring]
    width, height = max(x for x, _ in edge), max(y for _, y in edge)
    places = {row: Place(outline(drawn[row]), _label(drawn[row])) for row in rows}
    others = [ring for code, rings in drawn.items() if code not in places for ring in rings]
    return Ground(width, height, places, outline(others))


def map_picture(view: View, column: str = "") -> str:
    """The map for a column, or for all of them together. QualkitError where rows have no place on it."""
    found = ground(view)
    if found is None:
        hint = "rows are municipalities where cases.csv has SCB's codes and --by is left out"
        raise QualkitError("there is no map of these rows", hint=hint)
    matrix = view.export.matrix
    cells = {row: matrix.cells[row, column] if column else view.whole(row) for row in found.places}
    most = view.most if column else max(cell.value for cell in cells.values())
    looks = {row: view.look_of(cell, most) for row, cell in cells.items()}
    listed = [row for row in cells if cells[row].zero != NO_MATERIAL]
    listed = sorted(listed, key=lambda row: -cells[row].value)[:_LISTED]
    sea = box(-8, -8, found.width + 16, found.height + 16, LIGHT.raised)
    parts = [sea, *shapes(view, found, looks), *_list(view, found.width + 24, listed, looks)]
    heading = f"{view.columns[column] if column else view.say('All columns')}: {view.unit}"
    described = "; ".join(f"{view.names[row]} {looks[row].words}" for row in listed)
    body = Body(found.width + 24 + 230, max(found.height + 8, 18.0 * len(listed)), parts, described)
    fills = {zero: colours(Look("", 0, zero))[0] for zero in _PATTERNS}
    legend = steps(view, most, whole=whole_numbers(cells.values())), signs(view, fills)
    return framed(view.title, heading, body, legend, [*notes(view), view.say(SOURCE)])


def page_map(view: View, found: Ground) -> str:
    """The map as a part of the page, with the column that has most; the page's script exchanges it."""
    matrix = view.export.matrix
    column = max(matrix.columns, key=lambda key: matrix.uniques.get((None, key), 0))
    looks = {row: view.look(row, column) for row in found.places}
    return "\n".join(
        [
            f'<svg viewBox="-8 -8 {found.width + 16:.0f} {found.height + 16:.0f}" role="img"'
            ' aria-labelledby="map-title map-text">',
            f'<title id="map-title">{plain(view.columns[column])}</title><desc id="map-text"></desc>',
            *shapes(view, found, looks),
            "</svg>",
        ]
    )


def shapes(view: View, found: Ground, looks: Mapping[str, Look]) -> list[str]:
    """The map itself. Each municipality has an id by which the page finds it: m-CODE, its figure l-CODE."""
    parts = [_patterns(), shape(found.around, LIGHT.ground, line=LIGHT.rule, width=0.5, kind="around")]
    for row, place in found.places.items():
        says = f"{view.names[row]}: {looks[row].words}"
        fill, _ = colours(looks[row])
        parts.append(shape(place.outline, fill, line=LIGHT.faint, width=0.7, kind=kind(looks[row]), says=says,
                           id=f"m-{row}"))  # fmt: skip
    for row, place in found.places.items():
        if place.label:
            x, y = place.label
            ink = colours(looks[row])[1]
            parts.append(text(x, y, looks[row].sign, anchor="middle", fill=ink, size=SMALL,
                              kind=f"figure {kind(looks[row])}", id=f"l-{row}"))  # fmt: skip
    return parts


def kind(look: Look) -> str:
    """The class of a municipality: its step of colour, or which zero it is."""
    return f"step{look.level}" if look.level else f"zero-{look.zero.replace(' ', '-')}"


def colours(look: Look) -> tuple[str, str]:
    """What fills a municipality, and the ink on it."""
    if look.level:
        return LIGHT.steps[look.level - 1]
    return (f"url(#{kind(look)})" if _PATTERNS[look.zero] else LIGHT.ground), LIGHT.text


def _patterns() -> str:
    made = (
        f'<pattern id="zero-{zero.replace(" ", "-")}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{LIGHT.ground}" class="plain"/>'
        f'<path d="{drawn}" stroke="{LIGHT.faint}" fill="none" class="mark"/></pattern>'
        for zero, drawn in _PATTERNS.items()
        if drawn
    )
    return f"<defs>{''.join(made)}</defs>"


def _list(view: View, x: float, rows: Sequence[str], looks: Mapping[str, Look]) -> list[str]:
    parts = []
    for number, row in enumerate(rows):
        name = cut(view.names[row], 170)
        parts.append(text(x + 36, 13 + 18 * number, name))
        parts.append(text(x + 26, 13 + 18 * number, looks[row].sign, anchor="end", bold=bool(looks[row].level)))
    return parts


def _projected(known: Mapping[str, Sequence[Ring]]) -> dict[str, list[list[tuple[float, float]]]]:
    """Pixels. A degree of longitude is cos(latitude) of one of latitude, so x is scaled by that in the middle."""
    corners = [corner for rings in known.values() for ring in rings for corner in ring]
    west, south = min(x for x, _ in corners), min(y for _, y in corners)
    east, north = max(x for x, _ in corners), max(y for _, y in corners)
    narrow = cos(radians((south + north) / 2))
    scale = min(WIDTH / ((east - west) * narrow), HEIGHT / (north - south))
    return {
        code: [[((x - west) * narrow * scale, (north - y) * scale) for x, y in ring] for ring in rings]
        for code, rings in known.items()
    }


def _label(rings: Sequence[Sequence[tuple[float, float]]]) -> tuple[float, float] | None:
    """The middle of the widest of nine level lines through the shape, for a figure's foot; None where it is narrow."""
    heights = [y for ring in rings for _, y in ring]
    low, high = min(heights), max(heights)
    best = (0.0, 0.0, 0.0)
    for part in range(1, 10):
        y = low + (high - low) * part / 10
        crossed = sorted(
            a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
            for ring in rings
            for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
            if (a[1] > y) != (b[1] > y)
        )
        inside = zip(crossed[::2], crossed[1::2], strict=True)
        best = max([best, *((right - left, (left + right) / 2, y) for left, right in inside)])
    return (best[1], best[2] + SMALL / 3) if best[0] >= _ROOM and high - low >= SMALL else None
