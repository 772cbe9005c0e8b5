"""Write docs/commands.md from the commands themselves, or with --check say whether it is true."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer.main

from qualkit.cli.main import app
from qualkit.errors import ExitCode

PAGE = Path(__file__).with_name("commands.md")
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


if __name__ == "__main__":
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit("docs/commands.md is not what the commands say: make docs")
    else:
        PAGE.write_text(page(), encoding="utf-8")
