"""The one doorway to pandas: excerpts, voices and columns as one long table, and the measures on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Atom = tuple[int, int, str, str, str | None, int]
"""(excerpt, voice, row, source, participant, words): one voice of one excerpt in one row."""

ROW, COLUMN = "row", "column"


def _distinct(table: pd.DataFrame, keys: list[str], *what: str) -> pd.DataFrame:
    return table.drop_duplicates([*keys, *what])


def _present(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return table.drop_duplicates(keys) if keys else table.head(1)


MEASURES: Mapping[str, tuple[str, Callable[[pd.DataFrame, list[str]], pd.DataFrame], str]] = {
    # name: (what a figure means, the lines that count once, the column to add up or "" to count lines)
    "excerpts": ("coded excerpts", lambda t, k: _distinct(t, k, "excerpt"), ""),
    "sources": ("sources with a coded excerpt", lambda t, k: _distinct(t, k, "source"), ""),
    "participants": (
        "participants who speak in a coded excerpt",
        lambda t, k: _distinct(t[t["participant"].notna()], k, "participant"),
        "",
    ),
    "words": ("words in coded excerpts", lambda t, k: _distinct(t, k, "excerpt", "voice"), "words"),
    "presence": ("1 where there is a coded excerpt", _present, ""),
}


class Counted:
    """One line for each voice of an excerpt, row and column: the table that every measure counts on."""

    def __init__(self, atoms: Sequence[Atom], columns: Sequence[tuple[int, str]]) -> None:
        """`columns` are (excerpt, column) pairs, each once."""
        import pandas as pd

        spoken = pd.DataFrame(atoms, columns=["excerpt", "voice", ROW, "source", "participant", "words"])
        coded = pd.DataFrame(columns, columns=["excerpt", COLUMN])
        self._table = spoken.merge(coded, on="excerpt", sort=False)

    def figures(self, measure: str, *keys: str) -> dict[tuple[str, ...], int]:
        """The measure for each combination of keys (of ROW and COLUMN); without keys one figure under ()."""
        _, lines, add = MEASURES[measure]
        counted = lines(self._table, list(keys))
        if not keys:
            return {(): int(counted[add].sum() if add else len(counted))}
        groups = counted.groupby(list(keys), sort=False)
        result = groups[add].sum() if add else groups.size()
        return {key if isinstance(key, tuple) else (key,): int(value) for key, value in result.items()}

    def behind(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """(row, column) -> the excerpts behind that cell, in their order."""
        found: dict[tuple[str, str], list[int]] = {}
        lines = self._table[["excerpt", ROW, COLUMN]].drop_duplicates().sort_values("excerpt")
        for n, row, column in lines.itertuples(index=False):
            found.setdefault((row, column), []).append(int(n))
        return {key: tuple(excerpts) for key, excerpts in found.items()}
