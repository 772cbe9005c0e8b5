"""Models on the hub: their names and sizes, what of them lies in the hub's cache, and fetching one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.transcribe.model_files import WANTED, whole


@dataclass(frozen=True, slots=True)
class OnHub:
    """A known model: its repository, about how many megabytes are fetched, and what it is for."""

    repository: str
    megabytes: int
    language: str = "many languages"


_SIZES = {"tiny": 78, "base": 148, "small": 487, "medium": 1_530, "large": 3_090}
_SWEDISH = {f"KBLab/kb-whisper-{size}": OnHub(f"KBLab/kb-whisper-{size}", mb, "Swedish") for size, mb in _SIZES.items()}
_OPENAI = {size: OnHub(f"Systran/faster-whisper-{size}", mb) for size, mb in _SIZES.items() if size != "large"}
_LARGE = {f"large-{version}": OnHub(f"Systran/faster-whisper-large-{version}", 3_090) for version in ("v3", "v2", "v1")}
_ENGLISH = {
    f"{size}.en": OnHub(f"Systran/faster-whisper-{size}.en", mb, "English")
    for size, mb in _SIZES.items()
    if size != "large"
}
_DISTILLED = {
    "distil-small.en": OnHub("Systran/faster-distil-whisper-small.en", 336, "English"),
    "distil-medium.en": OnHub("Systran/faster-distil-whisper-medium.en", 792, "English"),
    "distil-large-v2": OnHub("Systran/faster-distil-whisper-large-v2", 1_520, "English"),
    "distil-large-v3": OnHub("Systran/faster-distil-whisper-large-v3", 1_520, "English"),
    "distil-large-v3.5": OnHub("distil-whisper/distil-large-v3.5-ct2", 1_520, "English"),
}
_TURBO = {"large-v3-turbo": OnHub("mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1_620)}
KNOWN = _SWEDISH | _OPENAI | _TURBO | _LARGE | _ENGLISH | _DISTILLED
_CODES = {"Swedish": "sv", "English": "en"}
ALIASES = {"large": "large-v3", "turbo": "large-v3-turbo"}


def repository(name: str) -> str:
    """The repository behind a model's name. QualkitError for a name that can be none."""
    if found := KNOWN.get(ALIASES.get(name, name)):
        return found.repository
    if "/" in name:
        return name
    known = ", ".join(short for short in [*KNOWN, *ALIASES] if "/" not in short)
    hint = f"a folder, offline-base, a name such as KBLab/kb-whisper-small, or one of: {known}"
    raise QualkitError(f"there is no speech model called '{name}'", hint=hint)


def made_for_other(name: str, language: str) -> str:
    """The language that a known model was made for, where it is another one than this (sv, en, ...); else ""."""
    known = KNOWN.get(ALIASES.get(name, name))
    return known.language if known and _CODES.get(known.language, language) != language else ""


def cached(name: str) -> Path | None:
    """The model's folder in the hub's cache; None where it is not there whole. Opens no network connection."""
    from huggingface_hub import snapshot_download

    wanted = repository(name)
    try:
        with _network(False):
            return whole(Path(snapshot_download(wanted, allow_patterns=list(WANTED), local_files_only=True)))
    except Exception:  # the hub's library raises many kinds; all mean that the model is not here, or not whole
        return None


def download(name: str) -> Path:
    """The model, fetched or brought up to date, with the hub's own bars: the one act that opens a connection."""
    from huggingface_hub import snapshot_download

    wanted = repository(name)
    try:
        with _network(True):
            return whole(Path(snapshot_download(wanted, allow_patterns=list(WANTED))))
    except QualkitError:
        raise
    except Exception as error:  # the hub's library raises many kinds; all mean that the model cannot be had
        raise QualkitError(
            f"the model '{name}' could not be downloaded ({type(error).__name__})",
            hint="check the name and the network; what was fetched so far is kept, so run it again",
        ) from error


def cache() -> Path:
    """The hub's own cache folder."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def folder_of(name: str) -> Path:
    """Where the hub's cache keeps a model, whether it is there or not."""
    return cache() / f"models--{repository(name).replace('/', '--')}"


def names_in_cache() -> list[str]:
    """The speech models in the hub's cache by the names they are asked for: the known ones, then others."""
    there = {weights.parents[2].name for weights in cache().glob("models--*/snapshots/*/model.bin")}
    repositories = {name: f"models--{model.repository.replace('/', '--')}" for name, model in KNOWN.items()}
    known = [name for name, folder in repositories.items() if folder in there]
    others = sorted(there - set(repositories.values()))
    return [*known, *(folder.removeprefix("models--").replace("--", "/", 1) for folder in others)]


@contextlib.contextmanager
def _network(allowed: bool) -> Iterator[None]:
    """The hub's client is offline (see qualkit/__init__.py) except while a person has asked for a download."""
    from huggingface_hub import constants

    before, constants.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE, not allowed
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
