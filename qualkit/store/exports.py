"""Files that are made for other people: anywhere but over the study itself."""

from __future__ import annotations

from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.store.files import write_atomically
from qualkit.store.project import Folder


def write_export(folder: Folder, file: Path, content: bytes) -> None:
    """Write an export. QualkitError where it would lie among the study's own files or in no folder."""
    place, root = file.resolve(), folder.root.resolve()
    own = [root / name for name in ("audio", "codebooks", "transcripts", ".qualkit")]
    if place == folder.settings.resolve() or any(place.is_relative_to(part) for part in own):
        hint = f"name a file in exports/: --to exports/{file.name}"
        raise QualkitError("exports are not written among the study's own files", where=str(file), hint=hint)
    if not place.parent.is_dir() and place.parent != root / "exports":
        hint = "check its name; exports/ in the study's folder is made for this"
        raise QualkitError("there is no such folder to write to", where=str(file.parent), hint=hint)
    write_atomically(file, content)
