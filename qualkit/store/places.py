"""Where each coder left off, and notes that are being typed, in .qualkit/: it may be deleted at any time."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from qualkit.errors import QualkitError
from qualkit.store.files import write_atomically
from qualkit.store.project import Folder


class Places(msgspec.Struct):
    """The source a coder was in, and for each source the segment and the offset (code points) of the cursor."""

    source: str = ""
    cursors: dict[str, tuple[str, int]] = {}
    light: bool = False


def _path(folder: Folder, coder: str) -> Path:
    return folder.hidden / "coding" / f"{coder}.json"


def read_places(folder: Folder, coder: str) -> Places:
    """Where the coder left off; nowhere where that is not known."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(_path(folder, coder).read_bytes(), type=Places)
    return Places()


def write_places(folder: Folder, coder: str, places: Places) -> None:
    """Remember it; where the disk does not let us, it is forgotten, and nothing else is lost."""
    with contextlib.suppress(QualkitError, OSError):
        write_atomically(_path(folder, coder), msgspec.json.encode(places))


def _drafts_path(folder: Folder, coder: str, source: str) -> Path:
    return folder.hidden / "coding" / f"{source}.{coder}.drafts.json"


def read_drafts(folder: Folder, coder: str, source: str) -> dict[str, str]:
    """Notes that were being typed in that source when the program ended, by what they are about."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(_drafts_path(folder, coder, source).read_bytes(), type=dict[str, str])
    return {}


def write_drafts(folder: Folder, coder: str, source: str, drafts: dict[str, str]) -> None:
    """Remember them; where there are none, nothing is left."""
    path = _drafts_path(folder, coder, source)
    with contextlib.suppress(QualkitError, OSError):
        if drafts:
            write_atomically(path, msgspec.json.encode(drafts))
        else:
            path.unlink(missing_ok=True)
