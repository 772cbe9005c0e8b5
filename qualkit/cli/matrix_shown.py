"""A theme matrix in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualkit.cli import output

if TYPE_CHECKING:
    from qualkit.analysis.matrix import Matrix


def show(result: Matrix, all_rows: bool, remark: str) -> None:
    """The matrix with its totals, and what its signs mean; rows without material only if asked for, or alone."""
    from qualkit.analysis.measures import MEASURES

    result = result if all_rows or not result.within else _used(result)
    empty = [row for row in result.rows if not result.sources[row][1] and not result.sums[row, None]]
    hidden = [] if all_rows or len(empty) == len(result.rows) or result.differences else empty
    rows = [
        [name, *(result.cells[row, key].text for key in result.columns), *_totals(result, row)]
        for row, name in result.rows.items()
        if row not in hidden
    ]
    rows += _last_rows(result)
    heads, legend = _headings(result, max(len(row[0]) for row in rows))
    by = " / ".join(result.by)
    what = f"excerpts that meet, within one {result.within}" if result.within else result.request.measure
    output.say(f"{what} by {by}{f' ({remark})' if remark else ''}", indent=4)
    _table([by, *heads, "sum", "unique"], rows, wordy=MEASURES[result.request.measure].wordy)
    for line in legend:
        output.say(line)
    _show_notes(result, hidden)


def _used(result: Matrix) -> Matrix:
    """Codes x codes without the codes that have no excerpts."""
    from qualkit.model.noun import replace

    names = {key: name for key, name in result.rows.items() if result.uniques.get((key, None), 0)}
    return replace(result, rows=names or result.rows, columns=names or result.columns)


def _table(headings: list[str], rows: list[list[str]], *, wordy: bool) -> None:
    if wordy:
        output.table(headings, rows)
    else:
        output.figures(headings, rows)


def _totals(result: Matrix, row: str) -> list[str]:
    from qualkit.analysis.matrix import shown

    return [shown(result.sums[row, None]), shown(result.uniques.get((row, None), 0))]


def _last_rows(result: Matrix) -> list[list[str]]:
    from qualkit.analysis.matrix import shown

    rows = []
    if result.differences:
        rows.append(["difference", *(_difference(result, key) for key in result.columns), "", ""])
    rows.append(["sum", *(shown(result.sums[None, key]) for key in result.columns), shown(result.sums[None, None]), ""])
    uniques = [shown(result.uniques.get((None, key), 0)) for key in result.columns]
    return [*rows, ["unique", *uniques, "", shown(result.uniques[None, None])]]


def _difference(result: Matrix, column: str) -> str:
    """With its sign, and the mark where one of the two may change."""
    from qualkit.analysis.matrix import UNFINISHED_MARK, shown

    difference = result.differences[column]
    if difference is None:
        return ""
    written = shown(difference).lstrip("-")
    sign = "" if not float(written) else "+" if difference > 0 else "-"
    unfinished = any(result.cells[row, column].unfinished for row in result.rows)
    return f"{sign}{written}{UNFINISHED_MARK if unfinished else ''}"


def _headings(result: Matrix, first: int) -> tuple[list[str], list[str]]:
    """Column headings that fit the terminal: ids, else numbers with a list of what they mean."""
    keys = {key.replace("\x1f", " / ") or name: name for key, name in result.columns.items()}
    room = output.width() - first - 20
    if sum(len(key) + 2 for key in keys) <= room:
        if result.request.columns == ("code",):
            return list(keys), []
        return list(keys), [f"{key}: {name}" for key, name in keys.items() if key != name]
    numbered = [str(number) for number in range(1, len(keys) + 1)]
    return numbered, [f"{n:>3} {key}: {name}" for n, (key, name) in zip(numbered, keys.items(), strict=True)]


def _show_notes(result: Matrix, hidden: list[str]) -> None:
    from qualkit.analysis.matrix import NOBODY_SIGN, UNFINISHED_MARK
    from qualkit.analysis.measures import MEASURES
    from qualkit.analysis.zeros import HELD_BACK, HELD_BACK_SIGN, ZEROS

    if hidden:
        output.say()
        output.say(f"no material: {', '.join(result.rows[row] for row in hidden)}")
    output.say()
    nothing = MEASURES[result.request.measure].nothing
    signs = {**ZEROS, nothing: NOBODY_SIGN} if nothing else ZEROS
    signs |= {HELD_BACK: HELD_BACK_SIGN} if any(cell.zero == HELD_BACK for cell in result.cells.values()) else {}
    output.say("   ".join(f"{sign} {zero}" for zero, sign in signs.items()))
    output.say(f"3{UNFINISHED_MARK} three so far: some source is not finished")
    if MEASURES[result.request.measure].summaries:
        output.say("a number: so many excerpts, and no summary yet; qualkit summary lists these cells", indent=4)
    if result.request.where.text:
        output.say(f"only: {result.request.where.text}", indent=4)
    if result.left_out:
        output.note(f"{output.count(len(result.left_out), 'excerpt')} uncertain and not counted: qualkit anchors")
