"""The one doorway to pandas: excerpts, voices and columns as one long table, and what is counted in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Atom = tuple[int, int, int, str, str, str | None, int, bool]
"""(key of its columns, excerpt, voice, row, source, participant, words, whether the source has times): one voice of one
excerpt in one row."""

Voices = tuple[int, ...]
Behind = tuple[tuple[int, ...], tuple[Voices, ...]]
"""Numbers of excerpts, and of each the numbers of its voices."""

ROW, COLUMN = "row", "column"
_NAMES = ["key", "excerpt", "voice", ROW, "source", "participant", "words", "timed"]


def _distinct(table: pd.DataFrame, keys: list[str], *what: str) -> pd.DataFrame:
    return table.drop_duplicates([*keys, *what])


def _present(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return table.drop_duplicates(keys) if keys else table.head(1)


COUNTS: Mapping[str, tuple[Callable[[pd.DataFrame, list[str]], pd.DataFrame], str]] = {
    # name: (the lines that count once, the column to add up or "" to count lines)
    "excerpts": (lambda t, k: _distinct(t, k, "excerpt"), ""),
    "timed excerpts": (lambda t, k: _distinct(t[t["timed"]], k, "excerpt"), ""),
    "sources": (lambda t, k: _distinct(t, k, "source"), ""),
    "participants": (lambda t, k: _distinct(t[t["participant"].notna()], k, "participant"), ""),
    "words": (lambda t, k: _distinct(t, k, "excerpt", "voice"), "words"),
    "presence": (_present, ""),
}


class Counted:
    """One line for each voice of an excerpt, row and column: the table that every measure counts on."""

    def __init__(self, atoms: Sequence[Atom], columns: Sequence[tuple[int, str]]) -> None:
        """`columns` are (key, column) pairs, each once."""
        import pandas as pd

        spoken = pd.DataFrame(atoms, columns=_NAMES).astype({"timed": bool})
        coded = pd.DataFrame(columns, columns=["key", COLUMN])
        self._table = spoken.merge(coded, on="key", sort=False)

    def figures(self, what: str, *keys: str) -> dict[tuple[str, ...], int]:
        """The count for each combination of keys (of ROW and COLUMN); without keys one figure under ()."""
        lines, add = COUNTS[what]
        counted = lines(self._table, list(keys))
        if not keys:
            return {(): int(counted[add].sum() if add else len(counted))}
        groups = counted.groupby(list(keys), sort=False)
        result = groups[add].sum() if add else groups.size()
        return {key if isinstance(key, tuple) else (key,): int(value) for key, value in result.items()}

    def behind(self) -> dict[tuple[str, str], Behind]:
        """(row, column) -> the excerpts behind that cell, in their order, and of each the voices that count there."""
        found: dict[tuple[str, str], tuple[list[int], list[Voices]]] = {}
        names = ["excerpt", "voice", ROW, COLUMN]
        lines = self._table[names].drop_duplicates().sort_values(names[:2], kind="stable")
        once: dict[Voices, Voices] = {}  # a hundred thousand excerpts have a handful of them
        for n, voice, row, column in zip(*(lines[name].tolist() for name in names), strict=True):
            excerpts, voices = found.setdefault((row, column), ([], []))
            if excerpts and excerpts[-1] == n:
                both = (*voices[-1], voice)
                voices[-1] = once.setdefault(both, both)
            else:
                excerpts.append(n)
                voices.append(once.setdefault((voice,), (voice,)))
        return {key: (tuple(excerpts), tuple(voices)) for key, (excerpts, voices) in found.items()}
