"""What was heard so far, on disk as it is heard, so that the same command goes on from there."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import msgspec

from qualkit.store.files import explained, sync
from qualkit.transcribe.audio import Recording
from qualkit.transcribe.engines import Heard, HearingSettings
from qualkit.transcribe.plan import Window

VERSION = 1


class _Head(msgspec.Struct):
    """The first line: whose results these are. Anything else than the same makes them worthless."""

    fingerprint: str


class _Line(msgspec.Struct):
    """One window and what was heard in it."""

    start: float
    end: float
    heard: list[Heard]


class Partial:
    """.qualkit/partial/<source>.jsonl: a window a line, appended and put on the disk at once."""

    def __init__(self, path: Path, recording: Recording, settings: HearingSettings) -> None:
        self._path = path
        self.done: dict[Window, list[Heard]] = {}
        fingerprint = _fingerprint(recording, settings)
        whole = self._read(fingerprint)
        with explained(path, "write"):
            path.parent.mkdir(parents=True, exist_ok=True)
            if whole == 0:
                path.write_bytes(msgspec.json.encode(_Head(fingerprint)) + b"\n")
            else:
                with open(path, "r+b") as file:
                    file.truncate(whole)

    def _read(self, fingerprint: str) -> int:
        """Take in what is there; gives the length of its whole lines, 0 where it is worthless."""
        if not self._path.exists():
            return 0
        whole = 0
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            for number, line in enumerate(self._path.read_bytes().splitlines(keepends=True)):
                if not line.endswith(b"\n"):
                    break
                if number == 0:
                    if msgspec.json.decode(line, type=_Head).fingerprint != fingerprint:
                        return 0
                else:
                    read = msgspec.json.decode(line, type=_Line)
                    self.done[Window(read.start, read.end)] = read.heard
                whole += len(line)
        return whole

    def add(self, window: Window, heard: list[Heard]) -> None:
        """Keep what was heard in a window."""
        self.done[window] = heard
        with explained(self._path, "write"), open(self._path, "ab") as file:
            file.write(msgspec.json.encode(_Line(window.start, window.end, heard)) + b"\n")
            file.flush()
            sync(file.fileno())

    def clear(self) -> None:
        """Everything is in the transcript now."""
        self._path.unlink(missing_ok=True)


def _fingerprint(recording: Recording, settings: HearingSettings) -> str:
    """The same recording heard in the same way."""
    stamps = [number for part in recording.parts for number in part.stamp]
    asked = (settings.name, settings.language, settings.engine, settings.beam, settings.compute_type)
    parts = [VERSION, *stamps, *asked, settings.hints]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
