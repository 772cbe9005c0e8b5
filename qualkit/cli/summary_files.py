"""qualkit summary export | import"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import framing, opening, output
from qualkit.cli.book import agreed
from qualkit.cli.codebook_change import Yes
from qualkit.cli.matrix import made_at
from qualkit.errors import ExitCode, QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.framework import Framework
    from qualkit.analysis.summary_lines import Change, Incoming, Line
    from qualkit.model.summary import CellName

_LONG, _MANY = 300, 40  # characters of a text, and changes, that a preview shows


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.xlsx or FILE.csv", show_default=False)],
    by: framing.By = None,
    columns: framing.Columns = None,
    every: Annotated[bool, typer.Option("--all", help="Cells without excerpts, too.")] = False,
    coder: opening.CoderName = "",
) -> None:
    """Write your summaries to a table, a line a cell beside its excerpts, to edit in Excel or LibreOffice."""
    from qualkit.formats.summaries import summary_format, summary_table
    from qualkit.store.exports import write_export

    render = summary_format(file)
    frame = framing.open_frame(ctx, by, columns)
    opened = frame.coded.opened
    name, settings = opening.coder_name(opened, coder), opened.study.settings
    table = summary_table(
        frame.cells, name, settings.language, settings.title, made_at(), settings.delimiter, empty=every
    )
    write_export(opened.folder, file, render(table))
    output.say(f"written: {file} ({output.count(len(table.lines), 'cell')}; summaries of {name})", indent=4)
    output.say(f"edit it, save it, then: qualkit summary import {file}", indent=4)


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.xlsx, FILE.ods or FILE.csv", show_default=False)],
    yes: Yes = False,
    coder: opening.CoderName = "",
) -> None:
    """Take edited summaries back: shows what changes, asks, and never overwrites what was changed here since."""
    from qualkit.analysis.summary_lines import incoming
    from qualkit.coding.summaries import digest
    from qualkit.store.files import read_bytes

    content = read_bytes(file)
    lines = _lines(content, file)
    coded = opening.open_coded(ctx)
    name = opening.coder_name(coded.opened, coder)
    frames = _frames(coded, lines)
    reason = f"import {file.name} {digest(content.decode('latin-1'))}"
    found = incoming(frames, lines, name, reason)
    _preview(frames, found)
    _take_in(coded, found, name, yes=yes)
    if found.refused:
        raise typer.Exit(ExitCode.FAILED)


def _lines(content: bytes, file: Path) -> list[Line]:
    """The lines of the first sheet that is a table of ours."""
    from qualkit.formats.sheets import sheets_of
    from qualkit.formats.summaries import lines_in

    refused = QualkitError("this workbook is empty", where=str(file))
    for rows in sheets_of(content, file):
        try:
            return lines_in(rows, file.name)
        except QualkitError as error:
            refused = error
            if any("qualkit:cell" in row for row in rows):
                break
    raise refused


def _frames(coded: opening.CodedStudy, lines: Sequence[Line]) -> list[Framework]:
    """A framework for each shape that the lines have: one, where nobody put two files together."""
    from qualkit.analysis.framework import framework

    summaries, frames = framing.read_summaries(coded), []
    shapes = {(tuple(w for w, _ in line.cell.row), tuple(w for w, _ in line.cell.column)) for line in lines}
    for by, columns in sorted(shapes):
        study = coded.opened.study
        frames.append(framework(study, coded.material, coded.folded, summaries, by, columns))
    return frames


def _preview(frames: Sequence[Framework], found: Incoming) -> None:
    """All that would change, from what to what, and all that would not."""
    for one in found.changes[:_MANY]:
        _show(frames, one)
    if len(found.changes) > _MANY:
        output.say(f"... and {len(found.changes) - _MANY} more")
    if found.moved:
        texts = "text stood" if found.moved == 1 else "texts stood"
        output.note(f"{found.moved} {texts} at another cell before: were some columns sorted, and others not?")
    for one in found.conflicts:
        output.say("changed here since it was exported, so it is not taken in:")
        _show(frames, one, here="here", there="file")
        output.say(f"  to settle it: qualkit summary {_asked_for(one.line.cell)} --edit", indent=4)
    for line, what in _refused(found):
        output.say(f"line {line.number}: {what}: {output.short(line.text, _LONG)}", indent=4)


def _asked_for(cell: CellName) -> str:
    """How a cell is named on the command line."""
    import shlex

    row, column = (" / ".join(which for _, which in part) for part in (cell.row, cell.column))
    shape = [word for what, _ in cell.row if what != "case" or len(cell.row) > 1 for word in ("--by", what)]
    shape += [word for what, _ in cell.column if len(cell.column) > 1 for word in ("--columns", what)]
    return shlex.join([row, column, *shape])


def _refused(found: Incoming) -> Iterator[tuple[Line, str]]:
    yield from ((line, "the study has no such row, theme or code any more") for line in found.strangers)
    yield from ((line, "the cell stands twice and says two things") for line in found.twice)


def _show(frames: Sequence[Framework], one: Change, here: str = "was", there: str = "now") -> None:
    frame = next(frame for frame in frames if one.line.cell in frame.cells)
    row, column = frame.cells[one.line.cell]
    output.say(f"{frame.matrix.rows[row]}: {frame.matrix.columns[column]}", indent=4)
    for what, text in ((here, one.now), (there, one.line.text)):
        output.say(f"  {what + ':':<6}{output.short(text, _LONG) or '-'}", indent=8)


def _take_in(coded: opening.CodedStudy, found: Incoming, name: str, *, yes: bool) -> None:
    from qualkit.coding.summaries import overtaken
    from qualkit.store.revisions import codebook_writer

    acts = [one.act for one in found.changes if one.act]
    gone = sum(not act.text for act in acts)
    if found.refused:
        output.note(f"{output.count(found.refused, 'line')} not taken in, see above")
    if not acts:
        output.say("nothing to take in: every other line says what the study says")
        return
    taken = f" ({gone} taken away)" if gone else ""
    if agreed(f"Take in {output.count(len(acts), 'change')}{taken}?", yes):
        with codebook_writer(coded.opened, name) as journal:
            if later := overtaken(journal.acts, acts):
                what = f"{output.count(len(later), 'cell')} changed here while you were asked: nothing was taken in"
                raise QualkitError(what, hint="import the file again: it shows them")
            journal.append(acts)
        output.say(f"{output.count(len(acts), 'change')} taken in; to take them back: qualkit summary undo", indent=4)
