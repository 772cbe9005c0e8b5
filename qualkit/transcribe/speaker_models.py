"""The two models that hear who speaks when: 34 MB that come from a folder, checked byte for byte."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.store.files import explained, read_bytes, write_atomically
from qualkit.transcribe import models

NAME = "speakers"
# SHA-256 and size; anything else is not used.
_PINNED = {
    "segmentation-3.0.onnx": ("e8cb17352ed56d4e79d9d254c656b04a1197a87a87862d32d5fbafd8c33223bc", 5_916_569),
    "campplus_zh_en_advanced.onnx": ("0f2fcadbc5293df1b5ec7c009d8faeef23a09b38b1f82fcd0aa7598e23708f6b", 28_284_345),
}
_HOW = (
    "they come from a folder, for no hub has them in this form: they were exported for qualkit from pyannote's\n"
    "    segmentation 3.0 (MIT) and 3D-Speaker's CAM++ (Apache-2.0). Take the folder with the two files\n"
    f"    {' and '.join(_PINNED)}\n"
    "    from a machine that has them, or from whoever gave you qualkit, for example on a memory stick, then:\n"
    f"    qualkit models get {NAME} --from FOLDER"
)


def folder() -> Path:
    """Where the two models are kept."""
    return models.cache_folder() / "models" / NAME


def are_here() -> bool:
    """Whether both files lie there, whatever is in them."""
    return all((folder() / name).is_file() for name in _PINNED)


def find_speaker_models() -> Path:
    """The folder with both models. QualkitError where they are not here, or are not the published ones."""
    if not are_here():
        raise missing()
    for name in _PINNED:
        _genuine(folder() / name)
    return folder()


def missing() -> QualkitError:
    """That the models are not here, and how to get them."""
    return QualkitError("the models that hear who speaks are not on this machine", hint=_HOW)


def take_speaker_models(given: Path) -> Path:
    """Copy both models from a folder, all or nothing. QualkitError where one is missing or not the published one."""
    if not given.is_dir():
        raise QualkitError("there is no such folder", where=str(given), hint="name the folder that holds both files")
    contents = {name: _genuine(given / name) for name in _PINNED}
    fresh = [name for name in _PINNED if not (folder() / name).exists()]
    try:
        for name, content in contents.items():
            write_atomically(folder() / name, content)
    except BaseException:
        for name in fresh:
            with contextlib.suppress(OSError):
                (folder() / name).unlink()
        raise
    return folder()


def _genuine(file: Path) -> bytes:
    """The file's bytes, if they are the pinned ones; the size is looked at before 28 MB are read."""
    sha256, size = _PINNED[file.name]
    if not file.is_file():
        raise QualkitError(f"this folder lacks {file.name}", where=str(file.parent), hint=_HOW)
    with explained(file):
        there = file.stat().st_size
    content = read_bytes(file) if there == size else b""
    if hashlib.sha256(content).hexdigest() == sha256:
        return content
    why = "its SHA-256 differs" if content else f"it has {there:,} bytes, not {size:,}"
    raise QualkitError(
        f"{file.name} is not the published model ({why}); it is not used",
        where=str(file.parent),
        hint=f"copy it again whole, then: qualkit models get {NAME} --from FOLDER",
    )
