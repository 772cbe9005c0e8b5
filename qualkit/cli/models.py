"""qualkit models"""

from __future__ import annotations

from typing import Annotated

import typer

from qualkit.cli import output

app = typer.Typer(no_args_is_help=True, help="Speech models: which are here, and how to get one.")


@app.command("list")
def list_models() -> None:
    """Which of the known models are on this machine."""
    from qualkit.transcribe.models import here

    found = list(here())
    for name, folder in found:
        output.say(f"{name}: {folder}")
    if not found:
        output.say("No speech model is here yet. For Swedish: qualkit models get KBLab/kb-whisper-small")


@app.command("get")
def get(name: Annotated[str, typer.Argument(help="For example KBLab/kb-whisper-small (Swedish) or small.")]) -> None:
    """Download a speech model once. This is the only act of qualkit that opens a network connection."""
    from qualkit.transcribe.models import get_model

    output.note(f"looking for {name}; if it has to be downloaded, half a gigabyte or more takes a while")
    output.say(f"{name} is here: {get_model(name)}")
