"""qualkit agree"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import moment, opening, output
from qualkit.cli.matrix import made_at
from qualkit.formats.endings import by_ending

if TYPE_CHECKING:
    from qualkit.analysis.reliability import Reliability, Row
    from qualkit.model.study import Study
    from qualkit.store.project import Folder

_SHORT = {"percent": "agree", "kappa": "kappa", "pi": "pi", "bp": "BP", "ac1": "AC1", "alpha": "alpha"}
_SHORT |= {"alpha_u": "alpha-U"}
_MAIN = ("percent", "alpha", "kappa")
_MORE = ("alpha_u",)  # where the screen is wide enough
_SHOWN = 5  # codes named with a reason


def agree(
    ctx: typer.Context,
    coders: Annotated[
        list[str] | None, typer.Argument(help="Coders; none = all who have finished a source.", show_default=False)
    ] = None,
    unit: Annotated[str, typer.Option(help="character, segment, turn, sentence or source.")] = "segment",
    code: Annotated[list[str] | None, typer.Option(help="A code's or theme's id; may be repeated.")] = None,
    themes: Annotated[bool, typer.Option("--themes", help="Themes instead of codes as rows.")] = False,
    source: Annotated[list[str] | None, typer.Option(help="A source's id; may be repeated.")] = None,
    uncoded: Annotated[
        bool, typer.Option("--with-uncoded/--without-uncoded", help="Count units that nobody coded, too, or not.")
    ] = True,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Sources in which two or more coded, finished or not.")
    ] = False,
    overlap: Annotated[float, typer.Option(help="Excerpts match that overlap by so many per cent.")] = 50,
    count: Annotated[
        bool, typer.Option("--count", help="Compare how many excerpts a unit holds, not whether.")
    ] = False,
    level: Annotated[str, typer.Option(help="Alpha of counts: nominal, ordinal or interval.")] = "nominal",
    at: opening.At = "",
    every: Annotated[bool, typer.Option("--all", help="In the terminal, show every coefficient and interval.")] = False,
    to: Annotated[list[Path] | None, typer.Option(help="Write it to FILE.xlsx, with everything.")] = None,
) -> None:
    """How far coders agree, code by code and overall, on the sources that they have all finished."""
    from qualkit.analysis.compared import Wanted, compare
    from qualkit.analysis.grid import Measuring, check_measuring
    from qualkit.analysis.reliability import reliability

    _refuse_other_files(to or ())
    measuring = Measuring(unit, uncoded, count, level, overlap)
    check_measuring(measuring)
    coded = opening.open_coded(ctx, at)
    names = [name for given in coders or () for name in opening.known_coders(coded, given)]
    sources = [one.id for one in opening.chosen(coded.opened, source)] if source else []
    wanted = Wanted(names, code or (), themes, sources, unfinished)
    study = coded.opened.study
    found = reliability(compare(study, coded.material, coded.folded, wanted), measuring, pairs=bool(to))
    if at:
        output.say(moment.told(at), indent=4)
    _show(found, every)
    for file in to or ():
        _write(coded.opened.folder, file, found, study, at)


def _refuse_other_files(files: Sequence[Path]) -> None:
    for file in files:
        by_ending(file, {".xlsx": "agreement"})


def _write(folder: Folder, file: Path, found: Reliability, study: Study, at: str) -> None:
    from qualkit.formats.agreement import AgreementExport
    from qualkit.formats.agreement_xlsx import render
    from qualkit.formats.headings import in_language
    from qualkit.store.exports import write_export

    remark = moment.told(at, in_language(study.settings.language)) if at else ""
    write_export(folder, file, render(AgreementExport(found, study, made_at(), __version__, remark)))
    output.say(f"written: {file}")


def _show(found: Reliability, every: bool) -> None:
    """The table, and what a reader must know of it."""
    for line in _heading(found):
        output.say(line)
    output.say()
    names = list(_SHORT) if every else [*_MAIN, *_MORE]
    lines = _table(found, names, every)
    if not every and not output.fits(lines):
        names, lines = list(_MAIN), [line[:-2] for line in lines]
    output.figures(lines[0], lines[1:])
    output.say()
    for line in _legend(found, names, every):
        output.say(line)
    opening.tell_left_out(found.compared)


def _table(found: Reliability, names: Sequence[str], every: bool) -> list[list[str]]:
    """Headings, and a line for each row."""
    lines = [
        [
            found.compared.kind,
            f"{_everyone(found)}/any",
            *(head for name in names for head in _heads(name, every)),
            "match",
        ]
    ]
    for row in found.rows:
        figures = [cell for name in names for cell in _cells(row, name, every)]
        share = row.matched / row.excerpts if row.excerpts else None
        lines.append([row.key, f"{row.by_all}/{row.by_any}", *figures, _percent(share)])
    return lines


def _everyone(found: Reliability) -> str:
    return "both" if len(found.compared.coders) == 2 else "all"


def _heading(found: Reliability) -> Iterator[str]:
    from qualkit.coding.units import UNITS

    measuring = found.measuring
    yield f"agreement of {', '.join(found.compared.coders)}"
    yield f"unit: {measuring.unit} ({UNITS[measuring.unit][0]})"
    which = "coded or not" if measuring.uncoded else "those that somebody coded, with whatever code"
    yield f"{output.count(len(found.compared.sources), 'source')}, {output.count(found.units, 'unit')}: {which}"
    if measuring.count:
        yield "value: how many excerpts of the code a unit holds"
    if measuring.level != "nominal":
        yield f"alpha: {measuring.level}"


def _heads(name: str, every: bool) -> list[str]:
    return [_SHORT[name], "95 %"] if every or name == "alpha" else [_SHORT[name]]


def _cells(row: Row, name: str, every: bool) -> list[str]:
    figure = row.figures[name]
    text = _percent(figure.value) if name == "percent" else figure.text
    return [text, figure.interval] if every or name == "alpha" else [text]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _legend(found: Reliability, names: Sequence[str], every: bool) -> Iterator[str]:
    """What the columns mean, and why a figure is missing."""
    everyone, drawn = _everyone(found), "segments" if found.measuring.unit == "character" else "units"
    yield f"{everyone}/any: units that {everyone} of them coded / that any of them did"
    yield f"95 %: the interval of {'each figure' if every else 'alpha'}, from {drawn} drawn anew"
    if "alpha_u" in names:
        yield f"match: excerpts that overlap by {found.measuring.overlap:g} % or more with one of the other coder"
    yield f"overall: figures pooled, units and excerpts added up over the {found.compared.kind}s"
    yield f"which figure to report, and what each means: docs/agreement.md{'' if every else '; more of them: --all'}"
    missing: dict[tuple[str, str], list[str]] = {}
    for row in found.rows:
        for what, why in _undefined(row, names, every):
            missing.setdefault((what, why), []).append(row.key)
    for (what, why), keys in missing.items():
        more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
        yield f"- {what} of {', '.join(keys[:_SHOWN])}{more}: {why}"
    if found.unused:
        yield f"used by nobody, and left out: {', '.join(found.unused)}"


def _undefined(row: Row, names: Sequence[str], every: bool) -> Iterator[tuple[str, str]]:
    """(figures, reason) of what has no value, each reason once."""
    by_reason: dict[str, list[str]] = {}
    for name in names:
        figure = row.figures[name]
        if figure.value is None:
            by_reason.setdefault(figure.why, []).append(_SHORT[name])
        elif figure.low is None and (every or name == "alpha"):
            by_reason.setdefault(figure.why_no_interval, []).append(f"95 % of {_SHORT[name]}")
    yield from ((", ".join(figures), why) for why, figures in by_reason.items())
