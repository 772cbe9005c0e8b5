"""Write docs/commands.md, keys.md and plain.md from the program itself, or with --check say whether they are true."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import typer.main

from qualkit.cli.main import app
from qualkit.cli.plain.commands import COMMANDS, NOT_HERE
from qualkit.errors import ExitCode
from qualkit.store.schema import FILES, schema_text
from qualkit.tui import keys

EXITS = {
    ExitCode.DONE: "done",
    ExitCode.FAILED: "the act could not be done, or `check` found errors; the message says what and where",
    ExitCode.USAGE: "the words of the command line are off",
    ExitCode.BUG: "a mistake in qualkit itself: please report it",
    ExitCode.INTERRUPTED: "stopped with Ctrl+C",
}


def page() -> str:
    """The whole page."""
    lines = ["# Commands", "", "Made from the program by `make docs`; a check compares it. Do not edit.", ""]
    lines += [
        "Every command takes `--study DIR` before its name; without it the study around the current folder is meant.",
        "",
    ]
    lines += _commands(typer.main.get_command(app), "qualkit")
    lines += ["## Exit codes", "", "| code | meaning |", "|---|---|"]
    lines += [f"| {code.value} | {meaning} |" for code, meaning in EXITS.items()]
    return "\n".join(lines) + "\n"


def _commands(group: Any, name: str) -> list[str]:
    lines = []
    for short, command in group.commands.items():
        full = f"{name} {short}"
        if hasattr(command, "commands"):
            lines += _commands(command, full)
            continue
        arguments = [param for param in command.params if param.param_type_name == "argument"]
        options = [param for param in command.params if param.param_type_name == "option" and param.name != "help"]
        shown = " ".join(_argument(param) for param in arguments)
        lines += [f"## {full}", "", f"`{full}{' ' + shown if shown else ''}`", "", _one_line(command.help), ""]
        rows = [(f"`{_argument(param)}`", param.help) for param in arguments if param.help]
        rows += [(f"`{', '.join(param.opts + param.secondary_opts)}`", param.help) for param in options]
        if rows:
            lines += ["| | |", "|---|---|", *(f"| {left} | {_one_line(right)} |" for left, right in rows), ""]
    return lines


def _argument(param: Any) -> str:
    name = param.metavar or param.name.upper() + ("..." if param.nargs == -1 else "")
    return str(name if param.required else f"[{name}]")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def page_of_keys() -> str:
    """Every key of the coding screen, from its one table."""
    lines = [
        "# Keys of the coding screen",
        "",
        "Made from the program by `make docs`; a check compares it. Do not edit.",
        "",
    ]
    lines += [
        "A key is moved in qualkit.yaml by its name: `keys: {undo: ctrl+k}`. Names of keys are written as in the",
        "last column; several keys are written with commas between them. A capital letter puts the code on that has",
        "this letter as its `shortcut` in the codebook, a digit likewise.",
        "",
    ]
    for group, found in keys.groups(keys.KEYS).items():
        lines += [f"## {group}", "", "| key | what it does | name | as written |", "|---|---|---|---|"]
        for key in found:
            pressed = " ".join(f"`{one}`" for one in keys.shown(key.keys))
            lines.append(f"| {pressed} | {key.what} | {key.id} | `{key.keys}` |")
        lines.append("")
    return "\n".join(lines)


def page_of_plain() -> str:
    """Every command of `qualkit code --plain`, from its one table."""
    lines = [
        "# Commands of `qualkit code --plain`",
        "",
        "Made from the program by `make docs`; a check compares it. Do not edit. How to work with it, and what a",
        "script may rely on: [coding.md](coding.md#without-a-full-screen). The last column names keys of the screen",
        "([keys.md](keys.md)) that do the same.",
        "",
    ]
    for group, found in COMMANDS.items():
        lines += [f"## {group}", "", "| command | what it does | keys |", "|---|---|---|"]
        for one in found:
            words = " ".join(f"`{word}`" for word in one.words)
            takes = f" {one.takes}" if one.takes else ""
            lines.append(f"| {words}{takes} | {one.what} | {', '.join(one.keys)} |")
        lines.append("")
    lines += ["## Keys without a command", "", "| key | why |", "|---|---|"]
    lines += [f"| {key} | {why} |" for key, why in NOT_HERE.items()]
    return "\n".join(lines) + "\n"


PAGES = {
    "docs/commands.md": page,
    "docs/keys.md": page_of_keys,
    "docs/plain.md": page_of_plain,
    **{f"qualkit/data/{name}": partial(schema_text, noun) for noun, name in FILES.items()},
}

if __name__ == "__main__":
    for name, made in PAGES.items():
        file = Path(__file__).resolve().parents[1] / name
        if "--check" not in sys.argv:
            file.write_text(made(), encoding="utf-8", newline="\n")
        elif not file.exists() or file.read_text(encoding="utf-8") != made():
            sys.exit(f"{name} is not what the program says: make docs")
