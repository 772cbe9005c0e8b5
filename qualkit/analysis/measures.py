"""What a figure of a matrix can be: one table that help, pages, exports and tests read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    summaries: bool = False  # what coders say of the cell is shown; totals count excerpts

    @property
    def wordy(self) -> bool:
        """Whether its cells are words."""
        return self.quotes or self.summaries


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
        nothing="only in documents",
    ),
    "quotes": Measure("the excerpts that are most like the others of the cell, in their words", quotes=True),
    "summary": Measure("the researcher's own words for each cell (qualkit summary)", summaries=True),
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
    times = 1 if measure.of == "hours" else 100
    return {key: times * _part(count, _whole(measure, key, sums, hours)) for key, count in counts.items()}


def based(measure: Measure, sums: Figures, hours: Mapping[str | None, float]) -> Callable[[tuple[str, str]], bool]:
    """Whether a cell has something to be divided by."""
    return lambda key: not measure.of or _whole(measure, key, sums, hours) > 0


def _whole(
    measure: Measure, key: tuple[str | None, str | None], sums: Figures, hours: Mapping[str | None, float]
) -> float:
    if measure.of == "hours":
        return hours.get(key[0], 0.0)
    return sums[(key[0], None) if measure.of == "row" else (None, key[1])]


def _part(count: float, whole: float) -> float:
    return count / whole if whole else 0.0
