"""Summaries as a table for a spreadsheet: a line a cell, out and in again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from qualkit.analysis.framework import Framework
from qualkit.analysis.matrix import Cell
from qualkit.analysis.summary_lines import Line, lines_of
from qualkit.errors import QualkitError
from qualkit.formats.endings import writer
from qualkit.formats.headings import SWEDISH, in_language
from qualkit.formats.table import capital
from qualkit.model.summary import CellName

SUMMARY = "Summary"  # the one column that comes back
_CELL, _VERSION, _SAID, _CODER = OURS = ("qualkit:cell", "qualkit:version", "qualkit:excerpts", "qualkit:coder")
_MOST = 30_000  # characters of excerpts in a cell
_HEAD = 30  # lines in which the headings are looked for

FORMATS: Mapping[str, str] = {".xlsx": "qualkit.formats.summaries_xlsx", ".csv": "qualkit.formats.summaries_csv"}


@dataclass(frozen=True)
class SummaryTable:
    """Headings and lines of texts. `summary` is the number of the column that people write in; `ours` those behind it
    from which qualkit knows the cell again."""

    title: str
    made: str  # ISO 8601
    delimiter: str
    headings: Sequence[str]
    lines: Sequence[Sequence[str]]
    summary: int
    remark: str

    @property
    def ours(self) -> int:
        """The number of the first column that is qualkit's own."""
        return len(self.headings) - len(OURS)


def summary_table(
    frame: Framework, coder: str, language: str, title: str, made: str, delimiter: str, *, empty: bool = False
) -> SummaryTable:
    """A coder's summaries beside the excerpts of each cell; `empty`: cells without excerpts, too."""
    say, matrix = in_language(language), frame.matrix
    names = [" / ".join(say(name) if name in SWEDISH else name for name in matrix.by), say("column")]
    others = [say("excerpts"), say("In their words"), say("since then"), say("what others say")]
    headings = [*map(capital, names), say(SUMMARY), *map(capital, others), *OURS]
    lines = []
    for (row, column), line in lines_of(frame, coder, empty=empty):
        shown = frame.shown(row, column)
        mine = next((one for one in shown if one.summary.coder == coder), None)
        rest = "\n\n".join(f"{one.summary.coder}: {one.summary.text}" for one in shown if one != mine)
        cell = matrix.cells[row, column]
        news = mine.since.words(say) if mine else ""
        lines.append([matrix.rows[row], matrix.columns[column], line.text, str(len(cell.excerpts)),
                      _words(frame, cell), news, rest, *_ours(line)])  # fmt: skip
    remark = say("Write in this column only; then: qualkit summary import FILE")
    return SummaryTable(title, made, delimiter, headings, lines, 2, remark)


def _words(frame: Framework, cell: Cell) -> str:
    """The excerpts of a cell, a line each: who, and what they say."""
    said: list[str] = []
    room = _MOST
    for number in cell.excerpts:
        one = frame.excerpts[number]
        who = ", ".join(one.participants) or one.source.id
        line = f"{who}: “{' '.join(one.anchor.quote.split())}”"
        if len(line) + 1 > room:
            return "\n".join([*said, "…"])
        said.append(line)
        room -= len(line) + 1
    return "\n".join(said)


def _ours(line: Line) -> list[str]:
    """What a line is known by when it comes back."""
    name = json.dumps([line.cell.row, line.cell.column], ensure_ascii=False, separators=(",", ":"))
    return [name, line.version, " ".join(line.said), line.coder]


def lines_in(rows: Sequence[Sequence[str]], file: str) -> list[Line]:
    """The lines of a table that came back. QualkitError where it is not one of ours."""
    at = next((n for n, row in enumerate(rows[:_HEAD]) if _CELL in row), None)
    if at is None:
        what = f"this is no table of summaries: no column is called {_CELL}"
        raise QualkitError(what, where=file, hint="write one with: qualkit summary export FILE.xlsx")
    heads = [heading.strip() for heading in rows[at]]
    summary = next((heading for heading in (SUMMARY, SWEDISH[SUMMARY]) if heading in heads), None)
    missing = [name for name in (*([] if summary else [SUMMARY]), *OURS) if name not in heads and name != summary]
    if missing or summary is None:
        what = f"the column {missing[0]} is missing: nobody knows what its lines were"
        raise QualkitError(what, where=file, hint="put it back, or export the table anew and copy what was written")
    places = [heads.index(name) for name in (*OURS, summary)]
    return list(_lines(rows[at + 1 :], places, at + 2, file))


def _lines(rows: Sequence[Sequence[str]], places: Sequence[int], first: int, file: str) -> Iterator[Line]:
    for number, row in enumerate(rows, start=first):
        cells = [row[place] if place < len(row) else "" for place in places]
        name, version, said, coder, text = cells
        if name.strip():
            cell, seen = _name(name, f"{file}:{number}"), tuple(said.split())
            yield Line(cell, coder.strip(), text, version.strip(), seen, number)
        elif text.strip():
            what = f"line {number} has a summary and no {_CELL}: nobody knows what it is of"
            raise QualkitError(what, where=file, hint="move the text to the line of its cell")


def _name(written: str, where: str) -> CellName:
    try:
        row, column = (tuple((str(what), str(which)) for what, which in part) for part in json.loads(written))
        return CellName(row, column)
    except (ValueError, TypeError) as error:
        hint = "undo the change there, or export the table anew and copy what was written"
        raise QualkitError(f"what stands under {_CELL} was changed", where=where, hint=hint) from error


def summary_format(file: PurePath) -> Callable[[SummaryTable], bytes]:
    """The function that writes the format that a file's name ends in. QualkitError for others."""
    render: Callable[[SummaryTable], bytes] = writer(file, FORMATS)
    return render
