"""Summaries as lines that people edit in a spreadsheet, and what such lines say when they come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qualkit.analysis.framework import Framework
from qualkit.coding.summaries import digest, own, plain, written
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.summary import CellName, Ground


@dataclass(frozen=True, slots=True)
class Line:
    """A cell and what one coder says of it. `version` is the digest of the text that went out, `said` are those of the
    excerpts that the reader had before them; `number` is the line's place in a file."""

    cell: CellName
    coder: str
    text: str
    version: str
    said: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A line that says something else than the study: from what to what. An act where it is to be taken in."""

    line: Line
    now: str
    act: Act | None = None


@dataclass
class Incoming:
    """What a file brings: changes; conflicts, where the study changed since as well; and what has no place."""

    changes: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    strangers: list[Line] = field(default_factory=list)  # edited lines of cells that the study does not have
    twice: list[Line] = field(default_factory=list)  # lines of one cell that do not say the same
    moved: int = 0  # texts that stood at another line when they went out

    @property
    def refused(self) -> int:
        """How many edited lines are not taken in."""
        return len(self.conflicts) + len(self.strangers) + len(self.twice)


def lines_of(frame: Framework, coder: str, *, empty: bool = False) -> Iterator[tuple[tuple[str, str], Line]]:
    """(keys of the cell, line) of every cell with excerpts or a summary; with `empty`, of all cells."""
    for (row, column), cell in frame.matrix.cells.items():
        name = frame.name(row, column)
        if empty or cell.excerpts or frame.summaries.get(name):
            mine = own(frame.summaries, name, coder)
            text = mine.text if mine else ""
            said = tuple(ground.said for ground in frame.rests(row, column))
            yield (row, column), Line(name, coder, text, digest(text), said)


def incoming(frames: Sequence[Framework], lines: Sequence[Line], coder: str, reason: str) -> Incoming:
    """What these lines would change in a coder's summaries. A line that nobody edited changes nothing.

    `frames`: one for each shape of cells in the file. QualkitError where the lines are another coder's, or too long.
    """
    _refuse_others(lines, coder)
    found = Incoming()
    by_cell: dict[CellName, list[Line]] = {}
    for line in lines:
        if digest(plain(line.text)) != line.version:
            by_cell.setdefault(line.cell, []).append(line)
    sent = Counter(line.version for line in lines if line.version != digest(""))
    for cell, those in by_cell.items():
        frame = next((one for one in frames if cell in one.cells), None)
        if frame is None:
            found.strangers += those
        elif len({plain(line.text) for line in those}) > 1:
            found.twice += those
        else:
            _take(found, frame, those[0], coder, reason)
    found.moved = sum(bool(sent[digest(plain(one.line.text))]) for one in (*found.changes, *found.conflicts))
    return found


def _take(found: Incoming, frame: Framework, line: Line, coder: str, reason: str) -> None:
    mine = own(frame.summaries, line.cell, coder)
    now, text = mine.text if mine else "", plain(line.text)
    if text == now:
        return
    if digest(now) != line.version:
        found.conflicts.append(Change(line, now))
        return
    act = written(frame.summaries, line.cell, coder, text, _rests(frame, line), reason)
    found.changes.append(Change(line, now, act))


def _rests(frame: Framework, line: Line) -> tuple[Ground, ...]:
    """The excerpts that whoever edited the line could see. Those that are gone since stay, without codings."""
    seen, rests = Counter(line.said), []
    for ground in frame.rests(*frame.cells[line.cell]):
        if seen[ground.said]:
            seen[ground.said] -= 1
            rests.append(ground)
    return (*rests, *(Ground((), said) for said in seen.elements()))


def _refuse_others(lines: Sequence[Line], coder: str) -> None:
    for line in lines:
        if line.coder != coder:
            what = f"line {line.number} is a summary of {line.coder or 'nobody'}, and you are {coder}"
            hint = f"--coder {line.coder}, if this is what {line.coder} says" if line.coder else "export it anew"
            raise QualkitError(what, hint=hint)
