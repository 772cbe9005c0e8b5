"""qualkit excerpts"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
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
    status: Annotated[str, typer.Option(help="applied, suggested, rejected; several with commas.")] = "applied",
    coder: Annotated[str, typer.Option(help="Only this coder's codings.")] = "",
) -> None:
    """List coded excerpts: where, who, which codes, the words."""
    from qualkit.analysis.excerpts import coded_excerpts
    from qualkit.analysis.select import Selection, select

    coded = opening.open_coded(ctx)
    study = coded.opened.study
    if source:
        opening.chosen(coded.opened, [source])
    found = coded_excerpts(
        study, coded.material, coded.folded, statuses=statuses(status), coders=[coder] if coder else []
    )
    kept = select(study, coded.material, found, Selection(code, _case(coded, municipality), source, speaker))
    for excerpt in kept:
        _show(study, excerpt)
    output.say(f"{len(kept)} excerpts")


def statuses(text: str) -> tuple[str, ...]:
    """The statuses named with commas. QualkitError for an unknown one."""
    from qualkit.model.coding import STATUSES

    named = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in named:
        if name not in STATUSES:
            raise QualkitError(f"there is no status '{name}'", hint=f"one of: {', '.join(STATUSES)}")
    return named


def _case(coded: opening.CodedStudy, written: str) -> str:
    from qualkit.store.rows import Cases

    if not written:
        return ""
    cases = Cases(coded.opened.study.settings.case)
    cases.read(coded.opened.tables["cases"], "codebooks/cases.csv")
    if (id := cases.find(written, "")) is None:
        raise QualkitError(cases.problems[-1].message, hint=cases.problems[-1].hint)
    return id


def _show(study: Study, excerpt: Excerpt) -> None:
    from qualkit.formats.matrix import clock

    names = [study.case_by_id[case].name for case in excerpt.cases if case in study.case_by_id]
    who = ", ".join([*excerpt.participants, *names])
    where = " ".join(part for part in (excerpt.source.id, clock(excerpt.anchor.start), excerpt.anchor.first) if part)
    output.say(f"{where}  {who}{'  (uncertain: its words were not found again)' if excerpt.uncertain else ''}")
    for coding in excerpt.codings:
        reason = f"  [{coding.reason}]" if coding.reason else ""
        output.say(f"    {coding.code}  {coding.status}  {coding.coder}{reason}")
    output.say("    " + excerpt.anchor.quote.replace("\n", "\n    "))
    output.say()
