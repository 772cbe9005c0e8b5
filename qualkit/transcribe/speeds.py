"""How fast each model was on this machine, remembered from run to run in the user's cache."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.store.files import write_text
from qualkit.transcribe import models

LEAST = 30.0  # seconds of sound; from less no speed is told


def known() -> dict[str, float]:
    """Model -> seconds of sound that it hears in one second; empty where nothing is known yet."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(_file().read_text(encoding="utf-8"))
        return {str(name): float(speed) for name, speed in found.items() if isinstance(speed, float | int)}
    return {}


def remember(model: str, *, sound: float, work: float) -> None:
    """Keep the speed of a run: seconds of sound heard in seconds of work. Nothing fails when it cannot be kept."""
    if sound < LEAST or work <= 0 or not math.isfinite(sound / work):
        return
    speeds = known() | {model: round(sound / work, 2)}
    with contextlib.suppress(QualkitError):
        write_text(_file(), json.dumps(speeds, indent=1, sort_keys=True) + "\n")


def _file() -> Path:
    return models.cache_folder() / "speeds.json"
