"""A speech model's folder: what must be in it, and whether its weights were cut off on the way."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import IO

from qualkit.errors import QualkitError
from qualkit.store.files import explained

NEEDED = ("model.bin", "config.json", "tokenizer.json")
WANTED = (*NEEDED, "preprocessor_config.json", "vocabulary.*")  # what faster-whisper takes from a hub's repository
_COPY_WHOLE = "a model folder in CTranslate2 form holds model.bin, config.json and tokenizer.json; copy it whole"
_NEWEST = 6  # version of CTranslate2's weights whose make-up is known here


def whole(folder: Path) -> Path:
    """The folder. QualkitError where one of the files without which nothing is heard is missing."""
    _refuse_lacking(folder, [name for name in NEEDED if not (folder / name).is_file()])
    return folder


def check_closely(folder: Path) -> None:
    """QualkitError where a model's folder lacks a file, or where a file was cut off while it was copied."""
    whole(folder)
    _refuse_lacking(folder, [] if list(folder.glob("vocabulary.*")) else ["vocabulary.json or vocabulary.txt"])
    damaged = [name for name in NEEDED if not _reads_to_its_end(folder / name)]
    if damaged:
        raise QualkitError(f"{' and '.join(damaged)} is damaged or cut off", where=str(folder), hint=_COPY_WHOLE)


def files_of(folder: Path) -> list[Path]:
    """The files of a model's folder that are worth copying."""
    return [path for pattern in WANTED for path in sorted(folder.glob(pattern)) if path.is_file()]


def _refuse_lacking(folder: Path, lacking: list[str]) -> None:
    if lacking:
        raise QualkitError(f"this model folder lacks {' and '.join(lacking)}", where=str(folder), hint=_COPY_WHOLE)


def _reads_to_its_end(file: Path) -> bool:
    with explained(file), open(file, "rb") as opened:
        try:
            if file.suffix == ".json":
                json.load(opened)
                return True
            return _walks(opened, file.stat().st_size)
        except (ValueError, struct.error):
            return False


def _walks(weights: IO[bytes], size: int) -> bool:
    """Whether each weight named in the file lies in it. A version that is not known here is not judged."""

    def numbers(kind: str) -> tuple[int, ...]:
        return struct.unpack(f"<{kind}", weights.read(struct.calcsize(f"<{kind}")))

    def name() -> bytes:
        return weights.read(numbers("H")[0])

    if (version := numbers("I")[0]) != _NEWEST:
        return 0 < version < 100 and size > 1_000
    name()  # of the kind of model
    _, count = numbers("II")
    for _ in range(count):
        name()
        numbers(f"{numbers('B')[0]}I")  # its dimensions
        weights.seek(numbers("BI")[1], 1)
        if weights.tell() > size:
            return False
    for _ in range(numbers("I")[0]):  # other names of the same weights
        name(), name()
    return weights.tell() == size
