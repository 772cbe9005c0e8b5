"""The one doorway to pandas: excerpts, voices and columns as one long table, and what is counted in it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Voices = tuple[int, ...]
Behind = tuple[tuple[int, ...], tuple[Voices, ...]]
"""Numbers of excerpts, and of each the numbers of its voices."""

ROW, COLUMN = "row", "column"
_KEY = "key"
_NAMES = (_KEY, "excerpt", "voice", ROW, "source", "participant", "words", "timed")
NOBODY = -1  # the number of no participant


class Atoms:
    """One voice of one excerpt in one row, again and again, as numbers in the order of _NAMES.

    What the codings of an excerpt count in is a key: many excerpts have the same columns.
    """

    def __init__(self) -> None:
        self.numbers = array("l")
        self.names: dict[str, dict[str, int]] = {name: {} for name in (ROW, "source", "participant", COLUMN)}
        self.keys: dict[tuple[str, ...], int] = {}
        self.pairs: list[tuple[int, int]] = []  # (key, number of a column)

    def key(self, columns: tuple[str, ...]) -> int:
        """The key of these columns."""
        found = self.keys.get(columns)
        if found is None:
            found = self.keys[columns] = len(self.keys)
            self.pairs += [(found, self.number(COLUMN, column)) for column in columns]
        return found

    def number(self, kind: str, name: str | None) -> int:
        """The number of a row, source, participant or column."""
        if name is None:
            return NOBODY
        known = self.names[kind]
        return known.setdefault(name, len(known))


def _distinct(table: pd.DataFrame, keys: list[str], *what: str) -> pd.DataFrame:
    return table.drop_duplicates([*keys, *what])


def _present(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return table.drop_duplicates(keys) if keys else table.head(1)


COUNTS: Mapping[str, tuple[Callable[[pd.DataFrame, list[str]], pd.DataFrame], str]] = {
    # name: (the lines that count once, the column to add up or "" to count lines)
    "excerpts": (lambda t, k: _distinct(t, k, "excerpt"), ""),
    "timed excerpts": (lambda t, k: _distinct(t[t["timed"]], k, "excerpt"), ""),
    "sources": (lambda t, k: _distinct(t, k, "source"), ""),
    "participants": (lambda t, k: _distinct(t[t["participant"] != NOBODY], k, "participant"), ""),
    "words": (lambda t, k: _distinct(t, k, "excerpt", "voice"), "words"),
    "presence": (_present, ""),
}


class Counted:
    """One line for each voice of an excerpt, row and column: the table that every measure counts on."""

    def __init__(self, atoms: Atoms) -> None:
        import numpy as np
        import pandas as pd

        numbers = np.frombuffer(atoms.numbers, dtype="l").reshape(-1, len(_NAMES)).astype("int32")
        spoken = pd.DataFrame({name: numbers[:, at] for at, name in enumerate(_NAMES)}).astype({"timed": bool})
        coded = pd.DataFrame(atoms.pairs, columns=[_KEY, COLUMN])
        self._table = spoken.merge(coded, on=_KEY, sort=False).drop(columns=_KEY)
        self._names = {kind: list(names) for kind, names in atoms.names.items()}

    def figures(self, what: str, *keys: str) -> dict[tuple[str, ...], int]:
        """The count for each combination of keys (of ROW and COLUMN); without keys one figure under ()."""
        lines, add = COUNTS[what]
        counted = lines(self._table, list(keys))
        if not keys:
            return {(): int(counted[add].sum() if add else len(counted))}
        groups = counted.groupby(list(keys), sort=False)
        result = groups[add].sum() if add else groups.size()
        found = ((key if isinstance(key, tuple) else (key,), int(value)) for key, value in result.items())
        return {tuple(self._names[kind][at] for kind, at in zip(keys, key, strict=True)): n for key, n in found}

    def behind(self) -> dict[tuple[str, str], Behind]:
        """(row, column) -> the excerpts behind that cell, in their order, and of each the voices that count there."""
        found: dict[tuple[str, str], tuple[list[int], list[Voices]]] = {}
        names = ["excerpt", "voice", ROW, COLUMN]
        lines = self._table[names].drop_duplicates().sort_values(names[:2], kind="stable")
        once: dict[Voices, Voices] = {}  # a hundred thousand excerpts have a handful of them
        rows, columns = self._names[ROW], self._names[COLUMN]
        for n, voice, row, column in zip(*(lines[name].tolist() for name in names), strict=True):
            excerpts, voices = found.setdefault((rows[row], columns[column]), ([], []))
            if excerpts and excerpts[-1] == n:
                both = (*voices[-1], voice)
                voices[-1] = once.setdefault(both, both)
            else:
                excerpts.append(n)
                voices.append(once.setdefault((voice,), (voice,)))
        return {key: (tuple(excerpts), tuple(voices)) for key, (excerpts, voices) in found.items()}
