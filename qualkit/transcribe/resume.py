"""What was heard so far, on disk as it is heard, so that the same command goes on from there."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from qualkit.store.files import explained, sync
from qualkit.transcribe.audio import Recording
from qualkit.transcribe.engines import Heard, HearingSettings
from qualkit.transcribe.plan import Window
from qualkit.transcribe.profile import Profile

VERSION = 3
NOTHING = Profile()


class _Head(msgspec.Struct):
    """The first line: whose results these are. Anything else than the same makes them worthless."""

    fingerprint: str


class _Line(msgspec.Struct):
    """One window, what was heard in it, and how it sounds."""

    start: float
    end: float
    heard: list[Heard]
    profile: Profile


class Partial:
    """.qualkit/partial/<source>.jsonl: a window a line, appended and put on the disk at once."""

    def __init__(self, path: Path, recording: Recording, settings: HearingSettings) -> None:
        self._path = path
        self.done: dict[Window, list[Heard]] = {}
        self.profiles: dict[Window, Profile] = {}
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
                    window = Window(read.start, read.end)
                    self.done[window], self.profiles[window] = read.heard, read.profile
                whole += len(line)
        return whole

    def add(self, window: Window, heard: list[Heard], profile: Profile = NOTHING) -> None:
        """Keep what was heard in a window, and how it sounds."""
        self.done[window], self.profiles[window] = heard, profile
        with explained(self._path, "write"), open(self._path, "ab") as file:
            file.write(msgspec.json.encode(_Line(window.start, window.end, heard, profile)) + b"\n")
            file.flush()
            sync(file.fileno())

    def parts(self) -> Iterator[tuple[Window, list[Heard], Profile]]:
        """All that is known, window by window."""
        for window, heard in self.done.items():
            yield window, heard, self.profiles[window]

    def clear(self) -> None:
        """Everything is in the transcript now."""
        self._path.unlink(missing_ok=True)


def _fingerprint(recording: Recording, settings: HearingSettings) -> str:
    """The same recording heard in the same way."""
    stamps = [number for part in recording.parts for number in part.stamp]
    asked = (settings.name, settings.language, settings.engine, settings.beam, settings.compute_type)
    parts = [VERSION, *stamps, *asked, settings.hints]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
