"""qualkit codebook check | show, and the commands that change it, hand it on or take one over"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import codebook_change, codebook_exchange, codebook_fix, codebook_split, explore, opening, output
from qualkit.cli.codebook_change import Yes
from qualkit.cli.opening import CoderName
from qualkit.errors import ExitCode, Problem, QualkitError, errors_of

if TYPE_CHECKING:
    from qualkit.model.codebook import Code, Codebook, Theme
    from qualkit.store.project import OpenStudy

app = typer.Typer(no_args_is_help=True, help="The codebook: check it, show it, change it.")


def _problems(opened: OpenStudy) -> list[Problem]:
    written = opened.study.settings.codebook
    names = {written, opened.folder.name(opened.folder.root / written)}
    return [p for p in opened.problems if any(p.where == name or p.where.startswith(f"{name}:") for name in names)]


@app.command("check")
def check(
    ctx: typer.Context,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can mean only one thing: shown first; comments stay.")
    ] = False,
    yes: Yes = False,
    coder: CoderName = "",
) -> None:
    """Show every problem in the codebook, with line and column."""
    if fix:
        codebook_fix.fix(ctx, coder, yes)
    opened = opening.open_here(ctx)
    codebook, problems = opened.study.codebook, _problems(opened)
    output.problems(problems)
    keywords = sum(len(code.keywords) for code in codebook.codes.values())
    parts = (f"{len(codebook.themes)} themes", f"{len(codebook.codes)} codes", f"{keywords} keywords")
    output.say(f"{codebook.title or 'The codebook'}: {', '.join(parts)}, {len(codebook.questions)} guide questions.")
    output.say(f"{output.count(len(problems), 'problem')}." if problems else "No problems.")
    if not fix:
        codebook_fix.offer(opened)
    if errors_of(problems):
        raise typer.Exit(ExitCode.FAILED)


@app.command("show")
def show(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help="A code's or theme's id, to see all of it; none = the whole list.")] = "",
) -> None:
    """Show the codebook, or one code with its definition and keywords."""
    opened = opening.open_here(ctx)
    codebook, problems = opened.study.codebook, _problems(opened)
    if code in codebook.codes:
        _show_code(codebook.codes[code])
        return
    themes = [theme for theme in codebook.themes if code in ("", theme.id)]
    if not codebook.themes:
        raise QualkitError("the codebook has no themes that can be read", hint="qualkit codebook check says why")
    if not themes:
        raise QualkitError(f"there is no code or theme '{code}'", hint="qualkit codebook show lists them")
    for theme in themes:
        _show_theme(codebook, theme)
    if problems:
        output.note(f"{len(problems)} problems: qualkit codebook check")


def _show_theme(codebook: Codebook, theme: Theme) -> None:
    output.say(f"{theme.id}: {theme.name}")
    for code in theme.codes:
        remarks = ", ".join(filter(None, [code.kind, "retired" if code.retired else ""]))
        output.say(f"    {code.id:<34} {code.name}{f' ({remarks})' if remarks else ''}")
    asked = [question.id for question in codebook.questions_about(theme.id)]
    if asked:
        output.say(f"    asked by: {', '.join(asked)}")


def _show_code(code: Code) -> None:
    output.say(f"{code.id}: {code.name}")
    rows = {
        "kind": code.kind,
        "definition": code.definition,
        "include": code.include,
        "exclude": code.exclude,
        "examples": " | ".join(code.examples),
        "keywords": ", ".join(keyword.text for keyword in code.keywords),
        "shortcut": code.shortcut,
        "retired": code.retired and " -> ".join([code.retired, *filter(None, [", ".join(code.replaced_by)])]),
    }
    for label, text in rows.items():
        if text:
            output.say(f"  {label + ':':<12} {text}")


for _command in (
    codebook_change.add,
    codebook_change.rename,
    codebook_change.move,
    codebook_change.merge,
    codebook_split.split,
    codebook_change.retire,
    codebook_change.undo,
):
    app.command(_command.__name__)(_command)
app.add_typer(explore.app, name="explore")
app.command("export")(codebook_exchange.export)
app.command("import")(codebook_exchange.take_in)
