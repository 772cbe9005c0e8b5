"""How long a person waits for help: seconds of the whole command, beside an empty Python and a bare typer program."""

from __future__ import annotations

import sys

from harness import EMPTY, QUALKIT, report, time_commands

BARE = "import typer\napp = typer.Typer()\n@app.command()\ndef a(x: int = 1): ...\napp()\n"

if __name__ == "__main__":
    figures = time_commands(
        {
            "python -c pass": EMPTY,
            "a typer program of one command, --help": [sys.executable, "-c", BARE, "--help"],
            "qualkit --version": [*QUALKIT, "--version"],
            "qualkit --help": [*QUALKIT, "--help"],
        },
        runs=9,
    )
    report("Seconds to start (target: --help at most 0.2 s more than python -c pass)", figures)
