"""qualkit saturation"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import filtering, opening, output
from qualkit.cli.matrix import made_at
from qualkit.formats.endings import by_ending

if TYPE_CHECKING:
    from qualkit.analysis.saturation import Coded, Event
    from qualkit.model.study import Study
    from qualkit.store.project import OpenStudy


def saturation(
    ctx: typer.Context,
    base: Annotated[int, typer.Option(min=1, help="Base size: how many sources the first ones are.")] = 4,
    run: Annotated[int, typer.Option(min=1, help="Run length: how many sources in a row are looked at.")] = 2,
    threshold: Annotated[float, typer.Option(min=0, help="New information, in percent of the base's codes.")] = 5.0,
    themes: Annotated[bool, typer.Option("--themes", help="Themes instead of codes.")] = False,
    where: filtering.Option = "",
    to: Annotated[Path | None, typer.Option(help="Write the curve to FILE.csv, .svg or .png.")] = None,
) -> None:
    """Whether new sources still bring new codes (Guest, Namey and Chen 2020). Only finished sources count, by date."""
    from qualkit.analysis.saturation import curve, reached
    from qualkit.store.exports import write_export

    if to:
        by_ending(to, dict.fromkeys((".csv", ".svg", ".png")))
    opened, found = _coded(ctx, where, themes=themes)
    events = curve(list(found.codes.values()))
    _show_curve(opened.study, found, events, base, run)
    output.say(f"base {base}, run {run}, at most {threshold:g} %: {reached(events, base, run, threshold).text}")
    _show_sensitivity(events)
    if to:
        write_export(opened.folder, to, _made(to, found, opened.study, (base, run, threshold)))
        output.say(f"written: {to}")


def _coded(ctx: typer.Context, where: str, *, themes: bool) -> tuple[OpenStudy, Coded]:
    """The study, and its finished sources with their codes; says which are not finished."""
    from qualkit.analysis.saturation import in_order
    from qualkit.model.coding import APPLIED

    coded = opening.open_coded(ctx)
    only = filtering.read(coded, where)
    excerpts = filtering.excerpts(coded, filtering.which(only, (APPLIED,)), (), only)
    found = in_order(coded.opened.study, coded.material, coded.folded, excerpts, only, themes=themes)
    if found.left_out:
        output.note(f"not finished, so left out: {', '.join(found.left_out)}")
    return coded.opened, found


def _made(to: Path, found: Coded, study: Study, choice: tuple[int, int, float]) -> bytes:
    """The bytes of the file, as its name ends."""
    if to.suffix.lower() == ".csv":
        from qualkit.formats import saturation_csv

        return saturation_csv.render(found, study, *choice[:2])
    from qualkit.report.pictures import drawn
    from qualkit.report.saturation import Choice, saturation_picture

    return drawn(saturation_picture(found, study, Choice(*choice), made_at(), __version__), to)


def _show_curve(study: Study, found: Coded, events: list[Event], base: int, length: int) -> None:
    from qualkit.analysis.saturation import runs

    made = {run.first: run for run in runs(events, base, length)}
    rows = []
    for number, (source, event) in enumerate(zip(found.codes, events, strict=True), start=1):
        run = made.get(number)
        percent = "" if run is None or run.percent is None else f"{run.percent:.1f}"
        counts = [str(len(event.new)), str(event.total), str(run.new) if run else "", percent]
        rows.append([source, study.source_by_id[source].date, *counts])
    output.table(["source", "date", "new", "in all", "run: new", "run: %"], rows, numbers=(2, 3, 4, 5))
    output.say()


def _show_sensitivity(events: list[Event]) -> None:
    from qualkit.analysis.saturation import sensitivity

    output.say()
    rows = [[str(one.base), str(one.run), f"{one.threshold:g} %", one.text] for one in sensitivity(events)]
    output.table(["base", "run", "at most", "reached"], rows, numbers=(0, 1, 2))
