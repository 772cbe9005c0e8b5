"""qualkit compare"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import deciding, opening, output
from qualkit.cli.matrix import made_at

if TYPE_CHECKING:
    from qualkit.analysis.differences import Comparison, Mark, Passage
    from qualkit.model.study import Study
    from qualkit.store.project import Folder

_LONG = 240  # signs of a quote that are shown: its beginning and its end


def compare(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="A coder.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another coder.")],
    source: Annotated[list[str] | None, typer.Option(help="A source's id; may be repeated.")] = None,
    code: Annotated[list[str] | None, typer.Option(help="A code's or theme's id; may be repeated.")] = None,
    unfinished: Annotated[
        bool, typer.Option("--all", "--unfinished", help="Sources in which both coded, finished or not.")
    ] = False,
    most: Annotated[int, typer.Option(min=1, help="How many passages the terminal shows; files hold all.")] = 50,
    to: Annotated[list[Path] | None, typer.Option(help="Write it to FILE.xlsx or FILE.html; may be repeated.")] = None,
    decide: Annotated[
        bool, typer.Option("--decide", help="Ask about each passage: a third coder gets what holds.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last decision, then the one before.")] = False,
    coder: Annotated[str, typer.Option(help="Who gets the decisions.")] = "consensus",
) -> None:
    """Show where two coders differ, side by side, the largest difference first, and decide what holds."""
    from qualkit.analysis.compared import Wanted
    from qualkit.analysis.differences import differences
    from qualkit.formats.comparison import comparison_format

    for file in to or ():
        comparison_format(file)
    coded = opening.open_coded(ctx)
    names = [name for given in (first, second) for name in opening.known_coders(coded, given)]
    sources = [one.id for one in opening.chosen(coded.opened, source)] if source else []
    study = coded.opened.study
    wanted = Wanted(names, code or (), False, sources, unfinished)
    found = differences(study, coded.material, coded.folded, wanted)
    if undo:
        deciding.undo(coded, found, coder)
    elif decide:
        deciding.decide(coded, found, coder, show_passages)
    else:
        _show(found, most)
    for file in to or ():
        _write(coded.opened.folder, file, found, study)


def _write(folder: Folder, file: Path, found: Comparison, study: Study) -> None:
    from qualkit.formats.comparison import ComparisonExport, comparison_format
    from qualkit.store.exports import write_export

    write_export(folder, file, comparison_format(file)(ComparisonExport(found, study, made_at(), __version__)))
    output.say(f"written: {file}")


def _show(found: Comparison, most: int) -> None:
    """The largest passages, and what a reader must know of them."""
    if shown := list(enumerate(found.passages[:most], 1)):
        show_passages(found, shown)
    if len(shown) < len(found.passages):
        output.say(f"shown: the largest {len(shown)}; all of them: --most {len(found.passages)}, or --to FILE.xlsx")
    names = " and ".join(found.coders)
    agreed = output.count(len(found.agreed), "place")
    output.say(f"{names} differ on {output.count(len(found.passages), 'passage')} and agree on {agreed}")
    opening.tell_left_out(found.compared)


def show_passages(found: Comparison, passages: Sequence[tuple[int, Passage]]) -> None:
    """Passages, with their numbers, as a table: where they are, and what each coder has there."""
    rows = [["\n".join(_where(number, one)), *_both(one)] for number, one in passages]
    output.table(["passage", *found.coders], rows)


def _where(number: int, passage: Passage) -> Iterator[str]:
    from qualkit.formats.comparison import where

    yield f"{number}. {passage.source.id}"
    yield where(passage)
    if passage.speakers:
        yield ", ".join(passage.speakers)
    yield passage.kind
    yield output.count(passage.size, "letter")
    if passage.shared:
        yield f"both: {', '.join(passage.shared)}"
    yield ""


def _both(passage: Passage) -> list[str]:
    from qualkit.formats.comparison import by_coder

    return ["\n".join(map(_marked, groups)) or "-" for groups in by_coder(passage)]


def _marked(marks: Sequence[Mark]) -> str:
    """The codes, and under them the words."""
    quote = marks[0].quote
    shown = quote if len(quote) <= _LONG else f"{quote[: _LONG // 2].rstrip()} … {quote[-_LONG // 2 :].lstrip()}"
    return f"{', '.join(mark.code for mark in marks)}\n{shown}\n"
