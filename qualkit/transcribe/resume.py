"""What was heard so far, on disk as it is heard, so that the same command goes on from there."""

from __future__ import annotations

import contextlib
import hashlib
import os
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
    """The first line: whose results these are. Those of another recording or way of hearing are kept beside."""

    fingerprint: str


class _Line(msgspec.Struct):
    """One window, what was heard in it, and how it sounds."""

    start: float
    end: float
    heard: list[Heard]
    profile: Profile


class Partial:
    """.qualkit/partial/<source>.jsonl: a window a line, appended and put on the disk at once.

    What was heard in another way, hours perhaps, lies beside it until the source is finished: a run with another model,
    or with words that were written into the codebook meanwhile, must not cost it.
    """

    def __init__(self, path: Path, recording: Recording, settings: HearingSettings) -> None:
        self._path = path
        self.done: dict[Window, list[Heard]] = {}
        self.profiles: dict[Window, Profile] = {}
        fingerprint = _fingerprint(recording, settings)
        with explained(path, "write"):
            self._exchange(fingerprint)
        whole = self._read(fingerprint)
        with explained(path, "write"):
            path.parent.mkdir(parents=True, exist_ok=True)
            if whole == 0:
                path.write_bytes(msgspec.json.encode(_Head(fingerprint)) + b"\n")
            else:
                with open(path, "r+b") as file:
                    file.truncate(whole)

    def _exchange(self, fingerprint: str) -> None:
        """Put what lies here aside where it was heard in another way, and take back what was put aside before."""
        if (here := _whose(self._path)) == fingerprint:
            return
        if here:
            os.replace(self._path, self._aside(here))
        if (before := self._aside(fingerprint)).exists():
            os.replace(before, self._path)

    def _aside(self, fingerprint: str) -> Path:
        return self._path.with_name(f"{self._path.stem}.{fingerprint[:16]}.jsonl")

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
        for path in (self._path, *self._path.parent.glob(f"{self._path.stem}.*.jsonl")):  # ids hold no dots
            path.unlink(missing_ok=True)


def _whose(path: Path) -> str:
    """The fingerprint in a file's first line; "" where there is none."""
    with contextlib.suppress(FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError), open(path, "rb") as file:
        return msgspec.json.decode(file.readline(), type=_Head).fingerprint
    return ""


def _fingerprint(recording: Recording, settings: HearingSettings) -> str:
    """The same recording heard in the same way."""
    stamps = [number for part in recording.parts for number in part.stamp]
    asked = (settings.name, settings.language, settings.engine, settings.beam, settings.halves, settings.compute_type)
    parts = [VERSION, *stamps, *asked, settings.hints]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
