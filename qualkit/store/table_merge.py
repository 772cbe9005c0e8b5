"""Two copies of a table made one, by the id of each row: sources.csv, participants.csv and cases.csv."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from qualkit.errors import Problem, place, refuse_errors
from qualkit.store.register import find_municipality
from qualkit.store.tables import Row, Table, heading_name, table_content
from qualkit.store.what_differs import Difference, takes

KeyOf = Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class MergedTable:
    """The table as it is to stand (None: as it is), the rows that come in, and the rows that differ."""

    content: bytes | None
    added: tuple[str, ...]
    differences: tuple[Difference, ...]


def source_key(row: Row) -> str:
    """A source's id."""
    return row.get("id") or row.get("source")


def participant_key(row: Row) -> str:
    """A speaker of a source."""
    return f"{row.get('source')}/{row.get('speaker')}" if row.get("source") and row.get("speaker") else ""


def case_key(unit: str) -> KeyOf:
    """A case's id: of a municipality its code, however the row names it."""

    def key(row: Row) -> str:
        written = row.get("code") or row.get("id") or row.get("name") or row.get(unit)
        known = find_municipality(written) or find_municipality(row.get("name")) if unit == "municipality" else None
        return known.code if known else written

    return key


def merge_tables(
    ours: Table, theirs: Table, names: tuple[str, str], key: KeyOf, take: Collection[str], delimiter: str
) -> MergedTable:
    """Our rows, then those that only they have. `names`: how problems call the two files; `take` as in `takes`.

    ContentError where one of them cannot be read whole, or a row has no id or that of another.
    """
    here, there = _by_key(ours, names[0], key), _by_key(theirs, names[1], key)
    headings = list(ours.headings or theirs.headings)
    known = {heading_name(heading).casefold(): heading_name(heading) for heading in headings}
    theirs_as_ours = {
        id: {known.get(name.casefold(), name): cell for name, cell in row.cells.items() if name}
        for id, row in there.items()
    }
    rows = {id: dict(row.cells) for id, row in here.items()}
    differences = []
    for id, cells in theirs_as_ours.items():
        if id not in rows:
            continue
        different = tuple(
            (name, rows[id].get(name, ""), cell) for name, cell in cells.items() if _differ(rows[id], name, cell)
        )
        if different:
            taken = takes(take, names[0], key(here[id]))
            differences.append(Difference(names[0], key(here[id]), different, taken))
            rows[id] |= {name: cell for name, _, cell in different} if taken else {}
    added = [id for id in there if id not in here]
    rows |= {id: theirs_as_ours[id] for id in added}
    if not added and not any(difference.taken for difference in differences):
        return MergedTable(None, (), tuple(differences))
    headings += _new_columns(rows.values(), known)
    return MergedTable(
        table_content(rows.values(), headings, delimiter), tuple(key(there[id]) for id in added), tuple(differences)
    )


def _differ(cells: Mapping[str, str], name: str, cell: str) -> bool:
    return cells.get(name, "") != cell


def _new_columns(rows: Collection[Mapping[str, str]], known: Mapping[str, str]) -> Sequence[str]:
    """The columns that only they have, where a row that is to stand has something in them."""
    return list(
        dict.fromkeys(name for row in rows for name, cell in row.items() if cell and name.casefold() not in known)
    )


def _by_key(table: Table, name: str, key: KeyOf) -> dict[str, Row]:
    problems = list(table.problems)
    found: dict[str, Row] = {}
    for row in table.rows:
        where, id = place(name, row.line), key(row)
        if not id:
            problems.append(Problem(where, "this row has no id", "give it one, or delete the row"))
        elif (before := found.setdefault(id.casefold(), row)) is not row:
            problems.append(
                Problem(where, f"'{id}' stands twice, first on line {before.line}", "delete one of the rows")
            )
    refuse_errors(problems, f"nothing was merged: {name} has errors")
    return found
