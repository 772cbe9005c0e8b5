"""Reading and writing whole files so that nothing is half-written and nobody's change is lost."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from qualkit.errors import QualkitError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class LockedError(QualkitError):
    """Somebody else is writing there now."""


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


def read_head(path: Path, size: int = 4096) -> bytes:
    """The file's first bytes: enough to tell text from sound, however long the recording."""
    with explained(path), open(path, "rb") as file:
        return file.read(size)


def decode(content: bytes) -> str:
    """Text as people's programs save it: UTF-8 with or without BOM, UTF-16 with BOM, else cp1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def encode_like(text: str, content: bytes) -> bytes:
    """Text in the encoding and with the BOM that `decode` found in `content`; in UTF-8 where that one lacks a sign."""
    for bom, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if content.startswith(bom):
            return bom + text.encode(name)
    try:
        content.decode("utf-8")
        return text.encode("utf-8")
    except UnicodeDecodeError:
        try:
            return text.encode("cp1252")
        except UnicodeEncodeError:
            return text.encode("utf-8-sig")


def read_text(path: Path) -> str:
    """The file as text, with line ends as \\n."""
    return decode(read_bytes(path)).replace("\r\n", "\n").replace("\r", "\n")


def write_atomically(path: Path, content: bytes, *, expected: Stamp | None = None) -> None:
    """Replace the file in one step: after a crash it holds the old or the new bytes, never a mixture.

    With `expected`, refuse when another program changed the file since it was read.
    """
    refuse_changed(path, expected)
    with explained(path, "write"):
        path = path.resolve()  # a link stays a link: what it leads to is written
        name = _beside(path, content)
        try:
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        fsync_folder(path.parent)


@dataclass(frozen=True, slots=True)
class NewContent:
    """What is to stand in a file, and what stood there when it was read."""

    path: Path
    content: bytes
    expected: Stamp


def write_together(files: Sequence[NewContent], lock: Path) -> None:
    """Replace several files: all, or none where one of them cannot be or was changed since it was read.

    The lock is held from the look at what stands there to the last file: of two who change the same files in the same
    moment, one is refused. New and old bytes lie beside the files before the first is replaced, so that a full disk
    cannot stop it half-way.
    """
    if files:
        busy, hint = "another qualkit is writing to this file now; nothing was written", "run the command again"
        with locked(lock, what=files[0].path, busy=busy, hint=hint):
            _replace_together(files)


def _replace_together(files: Sequence[NewContent]) -> None:
    for file in files:
        refuse_changed(file.path, file.expected)
    places = [file.path.resolve() for file in files]
    made: list[str] = []
    replaced: list[tuple[Path, str]] = []
    try:
        for file, place in zip(files, places, strict=True):
            with explained(file.path, "write"):
                made.append(_beside(place, file.content))
                made.append(_beside(place, read_bytes(place)))
        for file, place, new, old in zip(files, places, made[::2], made[1::2], strict=True):
            with explained(file.path, "write"):
                replaced.append((place, old))
                os.replace(new, place)
    except BaseException:
        for place, old in replaced:
            with contextlib.suppress(OSError):
                os.replace(old, place)
        raise
    finally:
        for name in made:
            with contextlib.suppress(OSError):
                os.unlink(name)
        for parent in {place.parent for place in places}:
            fsync_folder(parent)


def refuse_changed(path: Path, expected: Stamp | None) -> None:
    """QualkitError where the file does not hold what it held when it was read."""
    if expected is not None and stamp_of(path) != expected:
        raise QualkitError(
            "another program changed this file meanwhile; nothing was written",
            where=str(path),
            hint="save and close it there, then run the command again",
        )


def _beside(path: Path, content: bytes) -> str:
    """The content on the disk under another name beside the file, with the file's rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            sync(file.fileno())
        _keep_mode(path, name)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    return name


def sync(descriptor: int) -> None:
    """Put a file's bytes on the disk; on macOS the drive itself has to be asked."""
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):  # network drives do not know it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


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


def stamp_of(path: Path) -> Stamp:
    """What the file holds now."""
    with explained(path):
        return Stamp.of(path.read_bytes() if path.exists() else None)


@contextlib.contextmanager
def put_back(path: Path) -> Iterator[Path]:
    """A file that is as it was before when what is done with it fails; at worst it is gone, never wrong."""
    before = read_bytes(path) if path.exists() else None
    try:
        yield path
    except BaseException:
        if before is not None and stamp_of(path) != Stamp.of(before):
            with contextlib.suppress(QualkitError):
                write_atomically(path, before)
        if stamp_of(path) not in (Stamp.of(before), Stamp(None)):
            path.unlink()
        raise


def keep_old(path: Path) -> None:
    """Copy a file that will be replaced to <name>.<time>.old beside it; the same content is kept once."""
    if not path.exists():
        return
    content = read_bytes(path)
    if any(read_bytes(old) == content for old in path.parent.glob(f"{path.name}.*.old")):
        return
    stamp = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (path.with_name(f"{path.name}.{stamp}{number}.old") for number in chain([""], (f"-{n}" for n in count(2))))
    write_atomically(next(name for name in names if not name.exists()), content)


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
def locked(
    lock: Path,
    *,
    what: Path,
    busy: str = "another qualkit is writing to this journal now",
    hint: str = "finish or close it there, then run the command again",
) -> Iterator[None]:
    """Hold the lock of `what` alone, or say at once who else may hold it. The system lets go of it after a kill."""
    from filelock import FileLock, Timeout

    with explained(lock, "write"):
        lock.parent.mkdir(parents=True, exist_ok=True)
        guard = FileLock(lock, timeout=0)
        try:
            guard.acquire()
        except Timeout as error:
            raise LockedError(busy, where=str(what), hint=hint) from error
    try:
        yield
    finally:
        guard.release()
