"""qualkit excerpts"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import filtering, moment, opening, output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.model.study import Study


def excerpts(
    ctx: typer.Context,
    code: Annotated[str, typer.Option(help="A code's or theme's id.")] = "",
    municipality: Annotated[str, typer.Option("--municipality", "-m", help="Name or code of a case.")] = "",
    source: Annotated[str, typer.Option(help="A source's id.")] = "",
    speaker: Annotated[str, typer.Option(help="A speaker's label (S2) or a participant's pseudonym (P1).")] = "",
    where: filtering.Option = "",
    status: Annotated[str, typer.Option(help="applied, suggested, rejected; several with commas.")] = "applied",
    coder: Annotated[str, typer.Option(help="Only this coder's codings.")] = "",
    at: opening.At = "",
) -> None:
    """List coded excerpts: where, who, which codes, the words; each coding with the beginning of its id."""
    from qualkit.analysis.excerpts import beginnings
    from qualkit.analysis.select import Selection, select

    coded = opening.open_coded(ctx, at)
    study = coded.opened.study
    if source:
        opening.chosen(coded.opened, [source])
    case = coded.opened.cases.named(municipality) if municipality else ""
    only = filtering.read(coded, where)
    which = filtering.which(only, statuses(status)), opening.known_coders(coded, coder)
    found = filtering.excerpts(coded, *which, only)
    kept = select(study, coded.material, found, Selection(code, case, source, speaker))
    ids = beginnings(coded.folded)
    for excerpt in kept:
        _show(study, excerpt, ids)
    output.say(f"{output.count(len(kept), 'excerpt')}{f' ({moment.told(at)})' if at else ''}", indent=4)


def statuses(text: str) -> tuple[str, ...]:
    """The statuses named with commas. QualkitError for an unknown one."""
    from qualkit.model.coding import STATUSES

    named = tuple(part.strip() for part in text.split(",") if part.strip())
    if not named:
        raise QualkitError("no status is named", hint=f"one or more of: {', '.join(STATUSES)}")
    for name in named:
        if name not in STATUSES:
            raise QualkitError(f"there is no status '{name}'", hint=f"one of: {', '.join(STATUSES)}")
    return named


def _show(study: Study, excerpt: Excerpt, ids: Mapping[str, str]) -> None:
    from qualkit.formats.matrix import clock

    names = [study.case_by_id[case].name for case in excerpt.cases if case in study.case_by_id]
    who = ", ".join([*excerpt.participants, *names])
    where = " ".join(part for part in (excerpt.source.id, clock(excerpt.anchor.start), excerpt.anchor.first) if part)
    remark = "  (uncertain: its words were not found again)" if excerpt.uncertain else ""
    remark = "  (moderator: counts only with --moderator)" if excerpt.moderated else remark
    output.say(f"{where}  {who}{remark}")
    for coding in excerpt.codings:
        reason = f"  [{coding.reason}]" if coding.reason else ""
        output.say(f"    {coding.code}  {coding.status}  {coding.coder}{reason}  {ids[coding.id]}")
    output.say("    " + excerpt.anchor.quote.replace("\n", "\n    "))
    output.say()
