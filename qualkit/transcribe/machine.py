"""How this machine hears fastest: found by trying once, in a few seconds, and remembered in the user's cache."""

from __future__ import annotations

import contextlib
import os
import platform
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from qualkit.errors import QualkitError
from qualkit.store.files import write_text
from qualkit.transcribe import models

MOST = 2  # windows at once: a kill costs those that are being heard, at most 60 seconds of sound
LARGEST = 1_000_000_000  # bytes of a model that is tried; with a larger one int8 is right, for its memory alone
BETTER = 0.85  # share of the time from which something else than the usual way is taken


class Way(msgspec.Struct, frozen=True):
    """A way to hear: on which device, in which numbers, and how many windows at once."""

    device: str = "cpu"
    compute_type: str = "int8"
    jobs: int = MOST

    @property
    def threads(self) -> int:
        """Those that each window may use, of all that the processor has."""
        return max(1, _cores() // self.jobs)


class _Remembered(msgspec.Struct):
    machine: str
    way: Way


def fastest(model: Path) -> Way:
    """The fastest way to hear with a model; the same from the first answer on, so that stopped work can go on.

    Tries on sound of chance what a window costs, in two kinds of numbers and one or two windows at once, or on the
    graphics card where one can be used. Where nothing can be tried or remembered: int8 and two windows at once.
    """
    if (known := _known()) is not None:
        return known
    usual = Way(jobs=min(MOST, _cores()))
    try:
        if (model / "model.bin").stat().st_size > LARGEST and not _graphics_cards():
            return usual
        best = _try_all(model, usual)
    except (OSError, RuntimeError, ValueError):  # a damaged model is told by the engine
        return usual
    with contextlib.suppress(QualkitError):
        write_text(_file(), msgspec.json.encode(_Remembered(_name(), best)).decode() + "\n")
    return _known() or usual


def _try_all(model: Path, usual: Way) -> Way:
    if _graphics_cards():
        with contextlib.suppress(RuntimeError, ValueError):  # its libraries may be missing
            card = Way("cuda", "float16", 1)
            seconds_a_window(model, card)
            return card
    ways = [usual, *(Way("cpu", kind, jobs) for kind in ("int8", "float32") for jobs in (1, usual.jobs))]
    took = {way: seconds_a_window(model, way) for way in dict.fromkeys(ways)}
    best = min(took, key=lambda way: took[way])
    return best if took[best] < BETTER * took[usual] else usual


def seconds_a_window(model: Path, way: Way) -> float:
    """Seconds of work for half a window of chance and a few words, the better of two tries."""
    import ctranslate2
    import numpy as np

    engine = ctranslate2.models.Whisper(
        str(model), device=way.device, compute_type=way.compute_type, inter_threads=way.jobs, intra_threads=way.threads
    )
    chance = np.random.default_rng(0).standard_normal((1, engine.n_mels, 1500), np.float32)
    ends = 50257 if engine.is_multilingual else 50256  # the word at which it would stop; the next one begins

    def hear(_: int) -> None:
        sound = engine.encode(ctranslate2.StorageView.from_array(chance))
        engine.generate(sound, [[ends + 1]], beam_size=5, max_length=16, suppress_tokens=[-1, ends])

    times = []
    with ThreadPoolExecutor(way.jobs) as pool:
        for _ in range(2):
            begun = time.perf_counter()
            list(pool.map(hear, range(MOST)))
            times.append((time.perf_counter() - begun) / MOST)
    return min(times)


def _known() -> Way | None:
    with contextlib.suppress(OSError, msgspec.DecodeError):
        found = msgspec.json.decode(_file().read_bytes(), type=_Remembered)
        return found.way if found.machine == _name() else None
    return None


def _name() -> str:
    """What must be the same for an answer to hold."""
    import ctranslate2

    return f"{platform.machine()} {platform.processor()} {_cores()} {_graphics_cards()} {ctranslate2.__version__}"


def _graphics_cards() -> int:
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count())


def _cores() -> int:
    return os.cpu_count() or 1


def _file() -> Path:
    return models.cache_folder() / "machine.json"
