"""qualkit models"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qualkit.cli import output
from qualkit.errors import QualkitError

app = typer.Typer(no_args_is_help=True, help="Speech models: which are here, and how to get one.")
SPEAKERS = "speakers"


@app.command("list")
def list_models() -> None:
    """Which models are on this machine, how large and how fast; and which ones there are."""
    from qualkit.transcribe import speaker_models, speeds
    from qualkit.transcribe.models import here, size_of

    found, speed = dict(here()), speeds.known()
    for name, folder in found.items():
        fast = f", {speed[name]:.1f} times as fast as the sound" if name in speed else ""
        output.say(f"{name}: {folder} ({output.size(size_of(name, folder))}{fast})")
    if speaker_models.are_here():
        output.say(f"{SPEAKERS}: {speaker_models.folder()} (who speaks when)")
    if not found:
        output.say("No speech model is here yet. For Swedish: qualkit models get KBLab/kb-whisper-small")
    _say_known(set(found))


def _say_known(here: set[str]) -> None:
    from qualkit.transcribe.hub import KNOWN

    rows = [
        [name, model.language, output.size(model.megabytes * 1e6)]
        for name, model in KNOWN.items()
        if name not in here and not name.startswith("distil")
    ]
    output.say()
    output.say("To be had: qualkit models get NAME")
    output.table(["name", "for", "download, about"], rows, numbers=(2,))


@app.command("get")
def get(
    name: Annotated[str, typer.Argument(help="For example KBLab/kb-whisper-small (Swedish), small, or speakers.")],
    folder: Annotated[
        Path | None, typer.Option("--from", help="For speakers: the folder that holds their two models.")
    ] = None,
) -> None:
    """Download a speech model once. This is the only act of qualkit that opens a network connection."""
    from qualkit.transcribe.hub import ALIASES, KNOWN
    from qualkit.transcribe.models import get_model

    if name == SPEAKERS:
        _get_speakers(folder)
        return
    if folder:
        raise QualkitError("--from is for the models of speakers", hint=f"qualkit models use {folder}")
    known = KNOWN.get(ALIASES.get(name, name))
    size = f"{output.size(known.megabytes * 1e6)}, about" if known else "half a gigabyte or more"
    output.note(f"looking for {name}; if it has to be downloaded ({size}), that takes a while")
    output.say(f"{name} is here: {get_model(name)}")


def _get_speakers(folder: Path | None) -> None:
    from qualkit.transcribe.speaker_models import are_here, find_speaker_models, missing, take_speaker_models

    if not folder and not are_here():
        raise missing()
    found = take_speaker_models(folder) if folder else find_speaker_models()
    output.say(f"{SPEAKERS} are here: {found}")


@app.command("use")
def use(
    folder: Annotated[Path, typer.Argument(help="A model's folder, for example on a memory stick.")],
    name: Annotated[str, typer.Option(help="What to call it; else as the folder is called.")] = "",
) -> None:
    """Copy a model's folder to this machine; after that --model NAME finds it."""
    from qualkit.transcribe.models import bytes_to_copy, use_folder

    total = bytes_to_copy(folder)
    with output.progress(f"copying {output.size(total)}", total) as done:
        called = use_folder(folder, name, done)
    output.say(f"{called} is here: qualkit transcribe --model {called}")


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="A name that `qualkit models list` shows.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove a model that was downloaded or copied here; never a folder of your own."""
    from qualkit.store.folders import size_on_disk
    from qualkit.transcribe.models import removable, remove_model

    folder, _ = removable(name)
    size = output.size(size_on_disk(folder))
    if not yes and not output.agreed(f"Remove {name} ({size}) from {folder}?"):
        output.say(f"{name} stays")
        return
    remove_model(name)
    output.say(f"removed: {name} ({size})")
