"""A summary: the researcher's own words for one cell of a theme matrix (the framework method)."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 32_000  # UTF-16 units, as spreadsheets count: a cell holds 32,767


@dataclass(frozen=True, slots=True)
class CellName:
    """Which cell: (what, which) for each level of its row and of its column.

    A row is ("case", its id), or a column's noun and name with its value: ("source.kind", "interview").
    A column is ("theme" or "code" or "kind", its id).
    """

    row: tuple[tuple[str, str], ...]
    column: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """An excerpt that a summary rests on: ids of its codings, and the digest of its source and words."""

    codings: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What one coder says of a cell. `id` and `time` (ISO 8601, UTC) are those of the act that wrote it."""

    id: str
    cell: CellName
    text: str
    coder: str
    time: str
    rests: tuple[Ground, ...] = ()
