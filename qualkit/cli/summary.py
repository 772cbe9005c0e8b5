"""qualkit summary list | cell | undo, and the round trip through a spreadsheet"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from qualkit.cli import framing, moment, opening, output, summary_files
from qualkit.cli.book import beginning
from qualkit.cli.codebook_change import Yes
from qualkit.cli.framing import Frame
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.summary import CellSummary
    from qualkit.model.act import Act

_MARK = "# ---- Your summary stands above this line; nothing below it is kept. ----"
_SHOWN = 5  # excerpts that came or changed, of a summary in the list


class _Cells(TyperGroup):
    """`qualkit summary Haninge skills` is short for `qualkit summary cell Haninge skills`; alone it lists."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in where it is left out."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["list", *args]
        elif args[0] != "--help" and args[0] not in self.commands:
            args = ["cell", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Cells, help="Your own words for a cell of the matrix: write them here, or in a spreadsheet and back."
)


@app.command("list")
def list_(ctx: typer.Context, by: framing.By = None, columns: framing.Columns = None) -> None:
    """Which cells have excerpts and no summary, and which summaries do not know all excerpts of today."""
    frame = framing.open_frame(ctx, by, columns)
    matrix = frame.cells.matrix
    shown = {key: frame.cells.shown(*key) for key in matrix.cells}
    stale = [(key, one) for key, those in shown.items() for one in those if one.since]
    if stale:
        output.say("Excerpts came, changed or went since these were written:")
        for key, one in stale:
            _show_stale(frame, key, one)
        output.say("still right? qualkit summary ROW COLUMN --holds; or write it anew", indent=2)
        output.say()
    _show_missing(frame, [key for key, cell in matrix.cells.items() if cell.excerpts and not shown[key]])
    full = [key for key, cell in matrix.cells.items() if cell.excerpts]
    written = output.count(sum(bool(shown[key]) for key in full), "summary").replace("summarys", "summaries")
    cells = output.count(len(full), "cell")
    output.say(f"{written} for {cells} with excerpts ({' / '.join(matrix.by)} x {' / '.join(matrix.request.columns)})")
    _show_elsewhere(frame)


def _show_stale(frame: Frame, key: tuple[str, str], one: CellSummary) -> None:
    output.say(f"  {frame.label(*key)} ({one.summary.coder}): {one.since.words()}", indent=4)
    excerpts = [("new", n) for n in one.since.new] + [("changed", n) for n in one.since.changed]
    for what, number in excerpts[:_SHOWN]:
        output.say(f"      {what:<7}  {_where(frame, number)}: {_quote(frame, number)}", indent=15)
    if len(excerpts) > _SHOWN:
        output.say(f"      ... and {len(excerpts) - _SHOWN} more")


def _show_missing(frame: Frame, keys: Sequence[tuple[str, str]]) -> None:
    if not keys:
        return
    output.say("Excerpts, and no summary yet (how many excerpts):")
    matrix = frame.cells.matrix
    rows: dict[str, list[str]] = {}
    for row, column in keys:
        count = len(matrix.cells[row, column].excerpts)
        rows.setdefault(row, []).append(f"{column.replace(chr(31), ' / ')} ({count})")
    for row, those in rows.items():
        output.say(f"  {matrix.rows[row]}: {', '.join(those)}", indent=4)
    output.say()


def _show_elsewhere(frame: Frame) -> None:
    """Summaries that this shape does not show: of other rows or columns, or of rows and codes that are gone."""
    from collections import Counter

    from qualkit.analysis.framework import elsewhere

    shapes = Counter(
        (" / ".join(what for what, _ in name.row), " / ".join(what for what, _ in name.column))
        for name in elsewhere(frame.cells)
    )
    for (rows, columns), number in shapes.items():
        cells = output.count(number, "cell")
        output.note(f"{cells} of {rows} x {columns} with a summary are not shown here (--by, --columns, or gone)")


def cell(
    ctx: typer.Context,
    row: Annotated[str, typer.Argument(help="A municipality, or the value of another row.", show_default=False)],
    column: Annotated[str, typer.Argument(help="A theme, code or kind.", show_default=False)],
    text: Annotated[str | None, typer.Option(help='What to write; "" takes your summary away.')] = None,
    edit: Annotated[bool, typer.Option("--edit", "-e", help="Write in your editor ($EDITOR).")] = False,
    holds: Annotated[bool, typer.Option("--holds", help="Your summary is right with the excerpts of today.")] = False,
    history: Annotated[bool, typer.Option("--history", help="What was said of the cell before, too.")] = False,
    by: framing.By = None,
    columns: framing.Columns = None,
    coder: opening.CoderName = "",
) -> None:
    """Show a cell with its excerpts and summaries, and write your own. `cell` may be left out."""
    frame, name, key = _open_cell(ctx, row, column, by, columns, coder)
    if text is None:
        _show(frame, key)
    if history:
        _show_history(frame, key)
    new = _new_text(frame, key, name, text, edit=edit, holds=holds)
    if new is not None:
        try:
            _write(frame, key, name, new)
        except (QualkitError, OSError):
            output.say(f"This is not kept, so that you can copy it:\n{new}")
            raise


def undo(ctx: typer.Context, yes: Yes = False, coder: opening.CoderName = "") -> None:
    """Take back the last summary that you wrote, or all that came in with an import; then the one before."""
    from qualkit.coding.summaries import taken_back
    from qualkit.model.act import Act
    from qualkit.store.revisions import codebook_writer

    opened = opening.open_here(ctx)
    name = opening.coder_name(opened, coder)
    with codebook_writer(opened, name) as journal:
        acts = taken_back(journal.acts)
        for act in acts:
            output.say(f"{moment.local(act.time)}  {_told(act)}", indent=4)
        if yes or output.agreed("Take this back?"):
            journal.append([Act("", "", name, "undo", target=act.id) for act in acts])
            output.say("taken back")
        else:
            output.say("nothing was changed")


def _open_cell(
    ctx: typer.Context, row: str, column: str, by: Sequence[str] | None, columns: Sequence[str] | None, coder: str
) -> tuple[Frame, str, tuple[str, str]]:
    opened = opening.open_here(ctx)
    name = opening.coder_name(opened, coder)
    frame = framing.open_frame(ctx, by, columns or [framing.head_of(opened.study.codebook, column)])
    return frame, name, (frame.row(row), frame.column(column))


def _show(frame: Frame, key: tuple[str, str]) -> None:
    """The excerpts of a cell, and under them what coders say of it."""
    excerpts, shown = frame.cells.matrix.cells[key].excerpts, frame.cells.shown(*key)
    output.say(frame.label(*key), indent=4)
    for number in excerpts:
        output.say(f"  {_where(frame, number)}{_news(number, shown)}", indent=4)
        output.say("    " + frame.cells.excerpts[number].anchor.quote.replace("\n", "\n    "), indent=4)
    if not excerpts:
        output.say(f"  no excerpts ({frame.cells.matrix.cells[key].zero})")
    output.say()
    for one in shown:
        since = f"  (since then: {one.since.words()})" if one.since else ""
        output.say(f"{one.summary.coder}, {moment.local(one.summary.time)}{since}", indent=4)
        output.say("  " + one.summary.text.replace("\n", "\n  "), indent=2)
    if not shown:
        output.say("No summary yet.")


def _news(number: int, shown: Sequence[CellSummary]) -> str:
    news = [f"new to {one.summary.coder}" for one in shown if number in one.since.new]
    news += [f"changed since {one.summary.coder} wrote" for one in shown if number in one.since.changed]
    return f"  ({', '.join(news)})" if news else ""


def _where(frame: Frame, number: int) -> str:
    from qualkit.formats.matrix import clock

    excerpt = frame.cells.excerpts[number]
    parts = (excerpt.source.id, clock(excerpt.anchor.start), excerpt.anchor.first, ", ".join(excerpt.participants))
    return " ".join(part for part in parts if part)


def _quote(frame: Frame, number: int) -> str:
    return f"“{beginning(frame.cells.excerpts[number].anchor.quote, 80)}”"


def _show_history(frame: Frame, key: tuple[str, str]) -> None:
    from qualkit.coding.fold import standing
    from qualkit.store.revisions import read_revisions

    acts, name = read_revisions(frame.coded.opened)[0], frame.cells.name(*key)
    stand = {act.id for act in standing(acts)}
    output.say("Before:")
    for act in sorted((act for act in acts if act.cell == name), key=lambda act: act.id):
        mark = "" if act.id in stand else "  (taken back)"
        output.say(f"  {moment.local(act.time)}  {act.coder}: {act.text or '(taken away)'}{mark}", indent=4)


def _new_text(
    frame: Frame, key: tuple[str, str], name: str, text: str | None, *, edit: bool, holds: bool
) -> str | None:
    """What the coder says of the cell from now on; None where that is not to change."""
    from qualkit.coding.summaries import own

    mine = own(frame.cells.summaries, frame.cells.name(*key), name)
    if holds and mine is None:
        raise QualkitError(f"{name} has no summary of this cell", hint="write one with --text or --edit")
    if holds or text is not None:
        return mine.text if holds and mine else text
    if edit:
        return _edited(frame, key, mine.text if mine else "")
    return _asked() if output.someone_types() else None


def _edited(frame: Frame, key: tuple[str, str], text: str) -> str | None:
    """What was written in the editor; None where it is the same."""
    from qualkit.tui.editor import edited

    below = [_MARK, f"# {frame.label(*key)}", "#"]
    for number in frame.cells.matrix.cells[key].excerpts:
        below += [f"# {_where(frame, number)}", f"#     {frame.cells.excerpts[number].anchor.quote}", "#"]
    new = edited("\n".join([text, "", *below]))
    if new is None:
        raise QualkitError("no editor could be started", hint="set EDITOR to its name, or use --text")
    ours = {line for line in below if line != "#"}  # whichever of them still stands ends the summary
    kept = "\n".join(takewhile(lambda line: line not in ours, new.split("\n")))
    return None if kept.strip() == text else kept


def _asked() -> str | None:
    """Lines that a person types, up to an empty one; None where there are none."""
    output.note("Your summary, an empty line ends it (nothing: it stays as it is; --edit for your editor):")
    lines = list(iter(lambda: output.read_line("> ") or "", ""))
    return "\n".join(lines) or None


def _write(frame: Frame, key: tuple[str, str], name: str, text: str) -> None:
    from qualkit.coding.summaries import overtaken, written
    from qualkit.store.revisions import codebook_writer

    act = written(frame.cells.summaries, frame.cells.name(*key), name, text, frame.cells.rests(*key))
    if act is None:
        output.say("nothing was changed: it says so already")
        return
    with codebook_writer(frame.coded.opened, name) as journal:
        later = overtaken(journal.acts, [act])
        journal.append([act])
    if later:
        output.note("it was changed while you wrote; yours stands now, and --history shows the other")
    done = f"kept ({name})" if act.text else f"taken away ({name})"
    output.say(f"{done}; to take it back: qualkit summary undo")


def _told(act: Act) -> str:
    """A summary's act in a line."""
    cell = [which for _, which in (*act.cell.row, *act.cell.column)] if act.cell else []
    return f"{' / '.join(cell)}: {beginning(act.text, 80) or '(taken away)'}"


for _command in (cell, summary_files.export, summary_files.import_, undo):
    app.command(_command.__name__.strip("_"))(_command)
