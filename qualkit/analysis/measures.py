"""What a figure of a matrix can be: one table that help, pages, exports and tests read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qualkit.errors import QualkitError

HOUR = 3600  # seconds
Figures = dict[tuple[str | None, str | None], float]
"""By (row, column), (row, None), (None, column) and (None, None)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`counts`: what is counted (a name in frame.COUNTS); `of`: row, column, hours or "" by which it is divided."""

    meaning: str
    counts: str = "excerpts"
    of: str = ""
    nothing: str = ""  # why a figure can be 0 though there are excerpts
    quotes: bool = False  # excerpts are shown in their words; totals count them


MEASURES: Mapping[str, Measure] = {
    "excerpts": Measure("coded excerpts"),
    "sources": Measure("sources with a coded excerpt", "sources"),
    "participants": Measure("participants who speak in a coded excerpt", "participants", nothing="no speaker"),
    "words": Measure("words in coded excerpts", "words"),
    "presence": Measure("1 where there is a coded excerpt", "presence"),
    "row-share": Measure("percent of the excerpts in the cells of the row", of="row"),
    "column-share": Measure("percent of the excerpts in the cells of the column", of="column"),
    "per-hour": Measure(
        "excerpts for each hour of recording of the row's sources; documents are left out",
        "timed excerpts",
        "hours",
        nothing="no recording",
    ),
    "quotes": Measure("the excerpts that are most like the others of the cell, in their words", quotes=True),
}


def measure_named(name: str) -> Measure:
    """The measure of that name. QualkitError with the known names."""
    if name not in MEASURES:
        raise QualkitError(f"there is no measure '{name}'", hint=f"one of: {', '.join(MEASURES)}")
    return MEASURES[name]


def added_up(counts: Mapping[tuple[str, ...], int], rows: Mapping[str, object], columns: Mapping[str, str]) -> Figures:
    """The counts of all cells, of each row and column, and of all, added up."""
    sums: Figures = {(None, None): 0}
    sums |= {(row, None): 0 for row in rows} | {(None, column): 0 for column in columns}
    cells: Figures = {}
    for (row, column), count in counts.items():
        cells[row, column] = count
        for key in ((row, None), (None, column), (None, None)):
            sums[key] += count
    return cells | sums


def divided(measure: Measure, counts: Figures, sums: Figures, hours: Mapping[str | None, float]) -> Figures:
    """Counts as the measure shows them. `hours`: of each row's sources, and under None those that (None, ...) rest on.

    A share is of the sums of the cells, in percent, so that shares of a row (or column) add up to 100. What has nothing
    to be divided by is 0.
    """
    if not measure.of:
        return counts
    if measure.of == "hours":
        return {key: _part(count, hours.get(key[0], 0.0)) for key, count in counts.items()}
    at = 0 if measure.of == "row" else 1
    return {key: 100 * _part(count, sums[_total(key, at)]) for key, count in counts.items()}


def _total(key: tuple[str | None, str | None], at: int) -> tuple[str | None, str | None]:
    return (key[0], None) if at == 0 else (None, key[1])


def _part(count: float, whole: float) -> float:
    return count / whole if whole else 0.0
