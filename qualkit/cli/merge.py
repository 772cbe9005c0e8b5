"""qualkit merge"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output

if TYPE_CHECKING:
    from qualkit.store.merging import MergePlan
    from qualkit.store.what_differs import Difference

_SHOWN = 5  # cells or segments of one difference
_NAMED = 8  # rows, texts and recordings named
_LONG = 200  # signs of a text that are shown


def merge(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="The other copy's folder; none = conflict copies of journals that a shared drive left in this study.",
            show_default=False,
        ),
    ] = None,
    theirs: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Take what is there, by the name the preview gives; `all` of it."),
    ] = None,
    recordings: Annotated[bool, typer.Option("--recordings", help="Copy recordings that are missing here.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Take in another copy of the study: a colleague's, or the conflict copies of a shared drive.

    Acts and rows that only the other has come in. Where both say something else, what is here stays unless --theirs
    names it. First everything is shown, and nothing is written before a yes.
    """
    from qualkit.store.merging import carry_out, plan_beside, plan_merge

    opened = opening.open_here(ctx)
    plan = plan_merge(opened, folder, theirs or ()) if folder else plan_beside(opened)
    _show(plan, folder, theirs or (), recordings)
    if plan.empty and not (recordings and plan.recordings):
        output.say(f"Nothing to merge: {_nothing(folder)}")
    elif yes or output.agreed("Merge?"):
        carry_out(plan, recordings=recordings)
        output.say("Merged. Next: qualkit check")
    else:
        output.say("Nothing was written.")


def _nothing(folder: Path | None) -> str:
    if folder:
        return "all that only the other copy had is here."
    return "there are no conflict copies of journals here. To take in another copy: qualkit merge FOLDER"


def _show(plan: MergePlan, folder: Path | None, theirs: Sequence[str], recordings: bool) -> None:
    """All that would happen, and all that would not."""
    if folder:
        output.say(f"{folder} -> {plan.opened.folder.root}")
    for line in (*_journals(plan), *_coming(plan)):
        output.say(line)
    if plan.differences:
        output.say()
        output.say("What differs (what is here stays, unless what is there is taken):")
    for difference in plan.differences:
        _show_difference(difference)
    for line in (*_codings(plan), *_recordings(plan, recordings), *_unmet(plan, theirs)):
        output.say(line)
    output.problems(plan.warnings)
    output.say()


def _journals(plan: MergePlan) -> Iterator[str]:
    """A line for each journal: acts that come in, by kind."""
    for one in plan.journals:
        name = plan.opened.folder.name(one.path)
        kinds = Counter(act.act for act in one.acts)
        of = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
        what = f"{_come_in(len(one.acts), 'act')} ({of})" if one.acts else "all acts are here already"
        new = "" if one.path.exists() else ", a new journal"
        aside = f"; {one.theirs.name} is then kept as .old" if one.beside else ""
        yield f"{name}{new}: {what}{aside}"


def _coming(plan: MergePlan) -> Iterator[str]:
    """Rows and texts that come in."""
    for table, ids in plan.rows.items():
        if ids:
            yield f"{table}: {_come_in(len(ids), 'row')}: {_few(ids)}"
    if plan.texts:
        yield f"texts that come in: {_few(plan.texts)}"


def _show_difference(one: Difference) -> None:
    name = f"{one.file}, {one.key}" if one.key else one.file
    output.say(f"  {name}: {one.summary or output.count(len(one.cells), 'difference')}")
    for what, here, there in one.cells[:_SHOWN]:
        output.say(f"    {what}")
        shorter = min(len(here), len(there))
        at = next((n for n in range(shorter) if here[n] != there[n]), shorter)
        output.say(f"      here   {_around(here, at)}", indent=13)
        output.say(f"      there  {_around(there, at)}", indent=13)
    if len(one.cells) > _SHOWN:
        output.say(f"    ... and {len(one.cells) - _SHOWN} more")
    if not one.choice:
        output.say("    each copy keeps its own; to change it here, edit the file")
    else:
        output.say(f"    {'what is there is taken' if one.taken else f'to take what is there: --theirs {one.name}'}")


def _codings(plan: MergePlan) -> Iterator[str]:
    """Codings that will miss their words or their code."""
    from qualkit.analysis.outlook import outlook

    sources = [PurePosixPath(one.file).stem for one in plan.differences if one.file.startswith("transcripts/")]
    found = outlook(plan.material, plan.codebook, sources)
    for source, lost in found.lost.items():
        codings = output.count(found.codings[source], "coding")
        words = f"{lost} will not find their words (kept: qualkit check)" if lost else "all find their words"
        yield f"{source}: of {codings} in the text that stays, {words}"
    if found.unknown:
        named = _few([f"{code} ({number})" for code, number in found.unknown.items()])
        yield f"codings with codes that the codebook will not have, so that figures must wait: {named}"


def _recordings(plan: MergePlan, copied: bool) -> Iterator[str]:
    if plan.recordings:
        names = _few(list(plan.recordings))
        yield f"recordings that come in: {names}" if copied else f"recordings only there: {names}  (--recordings)"


def _unmet(plan: MergePlan, theirs: Sequence[str]) -> Iterator[str]:
    from qualkit.store.what_differs import EVERYTHING, takes

    for name in theirs:
        if name != EVERYTHING and not any(takes([name], one.file, one.key) for one in plan.differences):
            yield f"--theirs {name}: nothing of that name differs"


def _come_in(number: int, what: str) -> str:
    return f"{output.count(number, what)} {'comes' if number == 1 else 'come'} in"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _around(text: str, at: int) -> str:
    """A text in one line; of a long one what stands around the place where it differs from the other."""
    begin = max(0, min(at - _LONG // 3, len(text) - _LONG))
    cut = " ".join(text[begin : begin + _LONG].split()) or "-"
    return f"{'…' if begin else ''}{cut}{'…' if begin + _LONG < len(text) else ''}"
