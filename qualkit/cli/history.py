"""qualkit history"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import moment, opening, output
from qualkit.formats.endings import by_ending

if TYPE_CHECKING:
    from qualkit.analysis.history import Asked, Entry
    from qualkit.model.act import Act
    from qualkit.model.study import Study
    from qualkit.store.project import OpenStudy

_SHOWN = 50  # acts in the terminal, where nothing else is asked for


def history(
    ctx: typer.Context,
    sources: opening.Sources = None,
    coder: Annotated[list[str] | None, typer.Option(help="Only what this coder did; may be repeated.")] = None,
    code: Annotated[list[str] | None, typer.Option(help="A code's or theme's id; may be repeated.")] = None,
    codebook: Annotated[bool, typer.Option("--codebook", help="Changes of the codebook, and notes on it.")] = False,
    since: Annotated[str, typer.Option(help=moment.HELP)] = "",
    until: Annotated[str, typer.Option(help=f"{moment.HELP} What was done in it counts.")] = "",
    most: Annotated[
        int | None, typer.Option(min=1, help=f"The last so many; else {_SHOWN} in the terminal, all in a file.")
    ] = None,
    to: Annotated[list[Path] | None, typer.Option(help="Write it to FILE.csv; may be repeated.")] = None,
) -> None:
    """Who did what when, newest last: codings, decisions, memos, changes of speakers and of the codebook."""
    from qualkit.analysis.history import history as acts_asked_for

    for file in to or ():
        by_ending(file, {".csv": "history"})
    opened = opening.open_here(ctx)
    asked = _asked(opened, (sources or (), codebook), coder or (), code or (), (since, until))
    found = acts_asked_for(_acts(opened), asked)
    shown = found[-(most or _SHOWN) :]
    _show(shown, opened.study)
    if len(shown) < len(found):
        output.note(
            f"{output.count(len(found) - len(shown), 'act')} before these: --most {len(found)}, or --to FILE.csv"
        )
    for file in to or ():
        _write(opened, file, found[-most:] if most else found)


def _acts(opened: OpenStudy) -> dict[str, Sequence[Act]]:
    """Every act that can be read, by source, and those on the codebook."""
    from qualkit.analysis.history import CODEBOOK
    from qualkit.store.material import read_material
    from qualkit.store.revisions import read_revisions

    material, problems = read_material(opened.folder, opened.study.sources)
    revisions, more = read_revisions(opened)
    if unread := [problem for problem in [*problems, *more] if ".jsonl" in problem.where]:
        output.note(f"{output.count(len(unread), 'problem')} in the journals, so acts may be missing: qualkit check")
    return {**material.acts, CODEBOOK: revisions}


def _asked(
    opened: OpenStudy,
    where: tuple[Sequence[str], bool],
    coders: Sequence[str],
    codes: Sequence[str],
    times: tuple[str, str],
) -> Asked:
    from qualkit.analysis.history import CODEBOOK, Asked

    book = opened.study.codebook
    for name in coders:
        opening.refuse_unknown_coder(opened, name)
    in_themes = [code.id for code in book.codes.values() if code.theme in codes]
    (sources, codebook), (since, until) = where, times
    return Asked(
        [*(one.id for one in opening.chosen(opened, sources) if sources), *([CODEBOOK] if codebook else [])],
        coders,
        {*codes, *in_themes},
        moment.begins(since) if since else None,
        moment.ends(until) if until else None,
    )


def _show(entries: Sequence[Entry], study: Study) -> None:
    """The acts, under a heading for each day, coder and source."""
    heading = ""
    for entry in entries:
        head = f"{moment.local(entry.act.time, '%Y-%m-%d')}  {entry.act.coder}  {entry.source}"
        if head != heading:
            output.say(f"{chr(10) if heading else ''}{head}")
            heading = head
        output.say(_line(entry, study))
    if not entries:
        output.say("Nothing was done that this asks for.")


def _line(entry: Entry, study: Study) -> str:
    """One act in one line: the time, what was done, the code, the beginning of the words."""
    from qualkit.cli.book import beginning

    start = f"  {moment.local(entry.act.time, '%H:%M')}  {entry.did:<12} "
    mark = "  (taken back)" if entry.undone else ""
    room = max(output.width() - len(start) - len(mark), 20)
    quote = entry.anchor.quote if entry.anchor else ""
    detail = "" if entry.act.anchor else entry.detail
    what = beginning(": ".join(filter(None, [detail, _codes(entry, study)])), room * 3 // 5 if quote else room)
    if quote:
        what += f'{": " if what else ""}"{beginning(quote, room - len(what) - 4)}"'
    return f"{start}{what}{mark}".rstrip()


def _codes(entry: Entry, study: Study) -> str:
    """The name of the code; of a coding that got another one, that one first, for the line may be cut."""
    from qualkit.formats.history_csv import names

    if entry.act.act == "revise" or not entry.codes:
        return ""
    *before, now = names(entry, study)
    return f"{now} (was {before[0]})" if before else now


def _write(opened: OpenStudy, file: Path, entries: Sequence[Entry]) -> None:
    from qualkit.formats.history_csv import render
    from qualkit.store.exports import write_export

    write_export(
        opened.folder, file, render(entries, opened.study, lambda time: moment.local(time, "%Y-%m-%d %H:%M:%S"))
    )
    output.say(f"written: {file}")
