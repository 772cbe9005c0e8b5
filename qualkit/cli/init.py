"""qualkit init"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from qualkit.cli import output


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make the study in.")],
    title: Annotated[str, typer.Option(help="The study's title; else the folder's name.")] = "",
    county: Annotated[str, typer.Option(help="Fill cases.csv with the municipalities of this county (län).")] = "",
) -> None:
    """Make a new study: folders, settings, a codebook to fill in, and empty tables with headings."""
    from qualkit.store.new import make_study

    made = make_study(folder, title=title, county=county)
    output.say(f"A new study is in {made.root}:")
    output.say("  qualkit.yaml                 settings")
    output.say("  codebooks/codebook.yaml      themes and codes: write your own here")
    output.say("  codebooks/*.schema.json      for editors such as VS Code, which complete and check with them")
    output.say("  codebooks/cases.csv          the municipalities of the study, a row each")
    output.say("  transcripts/sources.csv      filled by: qualkit add FILES --municipality NAME")
    output.say("  transcripts/participants.csv who speaks: one row a speaker")
    output.say(f"Next: cd {_quoted(str(folder))}, then qualkit add your recordings and notes.")


def _quoted(name: str) -> str:
    """A folder's name as this system's terminal takes it."""
    return f'"{name}"' if os.name == "nt" else shlex.quote(name)
