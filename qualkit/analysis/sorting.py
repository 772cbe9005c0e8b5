"""The order of a matrix's rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qualkit.analysis.matrix import Matrix
from qualkit.errors import QualkitError
from qualkit.model.noun import replace

_SWEDISH = str.maketrans("åäö", "{|}")  # the three letters that come after z


def sorted_matrix(matrix: Matrix, rows: str = "", columns: str = "") -> Matrix:
    """The matrix with its rows (columns) by name, sum, unique, or the figures of a column (row), named by key or name.

    Names go from a to ö, figures from the largest; those that are as large stay in their order. Empty = as they are.
    QualkitError for a name that is not there.
    """
    if rows:
        order = _order(rows, matrix.rows, matrix.columns, matrix, lambda key, other: (key, other))
        matrix = replace(matrix, rows={key: matrix.rows[key] for key in order})
    if columns:
        order = _order(columns, matrix.columns, matrix.rows, matrix, lambda key, other: (other, key))
        matrix = replace(matrix, columns={key: matrix.columns[key] for key in order})
        matrix = replace(matrix, differences={k: matrix.differences[k] for k in order} if matrix.differences else {})
    return matrix


def _order(
    by: str, keys: Mapping[str, str], others: Mapping[str, str], matrix: Matrix, place: Callable[[str, Any], Any]
) -> list[str]:
    if by == "name":
        return sorted(keys, key=lambda key: keys[key].casefold().translate(_SWEDISH))
    if by in ("sum", "unique"):
        figures = matrix.sums if by == "sum" else matrix.uniques
        return sorted(keys, key=lambda key: -figures.get(place(key, None), 0))
    other = next((key for key, name in others.items() if by.casefold() in (key.casefold(), name.casefold())), None)
    if other is None:
        known = ", ".join(["name", "sum", "unique", *others])
        raise QualkitError(f"nothing can be sorted by '{by}'", hint=f"one of: {known}")
    return sorted(keys, key=lambda key: -matrix.cells[place(key, other)].value)
