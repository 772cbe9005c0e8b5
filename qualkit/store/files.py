"""Reading and writing whole files so that nothing is half-written and nobody's change is lost."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qualkit.errors import QualkitError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file held when it was read; None stands for "was not there"."""

    sha256: str | None

    @classmethod
    def of(cls, content: bytes | None) -> Stamp:
        """The stamp of these bytes."""
        return cls(None if content is None else hashlib.sha256(content).hexdigest())


@contextlib.contextmanager
def explained(path: Path, act: str = "read") -> Iterator[None]:
    """Turn what the operating system refuses into a message with the file and what to do."""
    try:
        yield
    except FileNotFoundError as error:
        raise QualkitError("there is no such file", where=str(path), hint="check the name and the folder") from error
    except IsADirectoryError as error:
        raise QualkitError("this is a folder, not a file", where=str(path), hint="name a file in it") from error
    except PermissionError as error:
        raise QualkitError(
            f"not allowed to {act} this file",
            where=str(path),
            hint="is it open in another program, or the folder read-only? close it, or ask for the right to change it",
        ) from error
    except OSError as error:
        if error.errno in _FULL:
            raise QualkitError(
                "the disk is full; nothing was changed", where=str(path), hint="free some space and run it again"
            ) from error
        if error.errno == errno.EROFS:
            raise QualkitError(
                f"not allowed to {act} this file: the disk is read-only",
                where=str(path),
                hint="copy the study to a folder where you may write",
            ) from error
        raise QualkitError(f"could not {act} this file: {error.strerror or error}", where=str(path)) from error


def read_bytes(path: Path) -> bytes:
    """The file's bytes."""
    with explained(path):
        return path.read_bytes()


def decode(content: bytes) -> str:
    """Text as people's programs save it: UTF-8 with or without BOM, UTF-16 with BOM, else cp1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_text(path: Path) -> str:
    """The file as text, with line ends as \\n."""
    return decode(read_bytes(path)).replace("\r\n", "\n").replace("\r", "\n")


def write_atomically(path: Path, content: bytes, *, expected: Stamp | None = None) -> None:
    """Replace the file in one step: after a crash it holds the old or the new bytes, never a mixture.

    With `expected`, refuse when another program changed the file since it was read.
    """
    if expected is not None and _stamp_on_disk(path) != expected:
        raise QualkitError(
            "another program changed this file meanwhile; nothing was written",
            where=str(path),
            hint="save and close it there, then run the command again",
        )
    with explained(path, "write"):
        path = path.resolve()  # a link stays a link: what it leads to is written
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _keep_mode(path, name)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Put a new or replaced name on the disk, where the system lets folders be opened (Windows does it by itself)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_text(path: Path, text: str, *, expected: Stamp | None = None) -> None:
    """Write UTF-8 with \\n line ends, atomically."""
    write_atomically(path, text.encode("utf-8"), expected=expected)


def _stamp_on_disk(path: Path) -> Stamp:
    with explained(path):
        return Stamp.of(path.read_bytes() if path.exists() else None)


def _keep_mode(path: Path, temporary: str) -> None:
    """mkstemp makes private files; a new file gets the usual rights, a replaced one keeps its own."""
    if path.exists():
        mode = path.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    Path(temporary).chmod(mode)


@contextlib.contextmanager
def locked(lock: Path, *, what: Path) -> Iterator[None]:
    """Hold the lock of `what` alone, or say at once who else may hold it."""
    from filelock import FileLock, Timeout

    with explained(lock, "write"):
        lock.parent.mkdir(parents=True, exist_ok=True)
        guard = FileLock(lock, timeout=0)
        try:
            guard.acquire()
        except Timeout as error:
            raise QualkitError(
                "another qualkit is writing to this journal now",
                where=str(what),
                hint="finish or close it there, then run the command again",
            ) from error
    try:
        yield
    finally:
        guard.release()
