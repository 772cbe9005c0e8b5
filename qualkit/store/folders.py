"""Whole folders in qualkit's own cache: copied in one step, and removed only from where they may be removed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.store.files import explained, fsync_folder, sync

_BLOCK = 4 * 1024 * 1024


def size_on_disk(folder: Path) -> int:
    """Bytes of all files in a folder; what links lead to counts, once."""
    files = {path.resolve() for path in folder.rglob("*") if path.is_file()}
    return sum(file.stat().st_size for file in files)


def copy_files(files: Sequence[Path], to: Path, done: Callable[[float], None] = lambda _: None) -> None:
    """Copy files into the folder `to`, which holds them all or is as it was; `done` hears the bytes so far."""
    with explained(to, "write"):
        to.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=to.parent, prefix=".", suffix=".part"))
        try:
            made.chmod(0o755)
            copied = 0
            (made / "new").mkdir()
            for file in files:
                with open(made / "new" / file.name, "wb") as copy:
                    for block in _blocks(file):
                        copy.write(block)
                        copied += len(block)
                        done(copied)
                    copy.flush()
                    sync(copy.fileno())
            if to.exists():
                os.replace(to, made / "old")
            os.replace(made / "new", to)
            fsync_folder(to.parent)
        finally:
            if not to.exists() and (made / "old").exists():
                os.replace(made / "old", to)
            shutil.rmtree(made, ignore_errors=True)


def _blocks(file: Path) -> Iterator[bytes]:
    """A file in parts; what fails while it is read is said of it, not of its copy."""
    at = 0
    while True:
        with explained(file), open(file, "rb") as opened:
            opened.seek(at)
            block = opened.read(_BLOCK)
        if not block:
            return
        at += len(block)
        yield block


def remove_folder(folder: Path, *, within: Path) -> None:
    """Remove a folder and what is in it; a link is only unlinked. QualkitError where it does not lie in `within`."""
    place = folder.parent.resolve() / folder.name
    if not place.is_relative_to(within.resolve()) or place == within.resolve() or ".." in folder.parts:
        raise QualkitError("only what qualkit fetched itself is removed", where=str(folder), hint="remove it yourself")
    with explained(folder, "remove"):
        if folder.is_symlink():
            folder.unlink()
        else:
            shutil.rmtree(folder)
