"""transcripts/<source>.<coder>.jsonl: append-only, on disk before an act counts as done."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from qualkit.errors import Problem, QualkitError, place
from qualkit.model.act import ACTS, VERSION, Act
from qualkit.model.noun import replace
from qualkit.store.files import explained, fsync_folder, locked, read_bytes, sync

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Act)
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: sorts as bytes, no look-alikes
_ID = re.compile(rf"[0-7][{_LETTERS}]{{25}}")


class _Head(msgspec.Struct):
    """What every version of a line has."""

    v: int = 0
    act: str = ""


@dataclass(frozen=True)
class Journal:
    """The acts of one file in its order, and their lines; `torn` are the bytes of an unfinished last line."""

    acts: tuple[Act, ...] = ()
    problems: tuple[Problem, ...] = ()
    torn: bytes = b""
    size: int = 0
    lines: Sequence[int] = field(default=(), compare=False)


def read_journal(path: Path, name: str) -> Journal:
    """Every act that can be read, and a problem for each line that cannot. Never waits for a writer."""
    content = (read_bytes(path) if path.exists() else b"").removeprefix(b"\xef\xbb\xbf")
    if whole := _whole(content):
        return whole
    acts: list[Act] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    lines = content.split(b"\n")
    torn = b""
    for number, line in enumerate(lines, start=1):
        if not line.strip(b"\r \x00"):
            continue
        try:
            acts.append(_act(line))
            numbers.append(number)
        except (msgspec.DecodeError, UnicodeDecodeError):
            if number == len(lines) and not _newer(line):
                torn = line
                message = "the last line is torn (power loss?); the acts before it are whole"
                hint = "nothing to do: the next act sets the torn piece aside in a file beside it"
                problems.append(Problem(place(name, number), message, hint, warning=True))
            else:
                problems.append(_unreadable(line, place(name, number)))
    return Journal(tuple(acts), tuple(problems), torn, len(content), tuple(numbers))


def _whole(content: bytes) -> Journal | None:
    """A journal without a flaw, read in one go; None where some line needs to be looked at."""
    try:
        acts = _DECODER.decode_lines(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    if len(acts) != lines or any(act.v > VERSION or act.act not in ACTS for act in acts):
        return None
    for act in acts:
        _share(act)
    return Journal(tuple(acts), size=len(content), lines=range(1, lines + 1))


def _share(act: Act) -> None:
    """Names that a hundred thousand acts have are kept once."""
    give, share, anchor = msgspec.structs.force_setattr, sys.intern, act.anchor
    give(act, "coder", share(act.coder))
    give(act, "act", share(act.act))
    give(act, "code", share(act.code))
    give(act, "origin", share(act.origin))
    if anchor is not None:
        give(anchor, "first", share(anchor.first))
        give(anchor, "last", share(anchor.last))


def contradictions(journals: Mapping[str, Journal]) -> list[Problem]:
    """Acts of one source (file name -> journal) that have the same id and do not say the same: damage, or a forgery."""
    ids = [act.id for journal in journals.values() for act in journal.acts]
    if len(set(ids)) == len(ids):
        return []
    first: dict[str, tuple[Act, str, int]] = {}
    problems: list[Problem] = []
    for name, journal in journals.items():
        for act, line in zip(journal.acts, journal.lines, strict=True):
            known, file, at = first.setdefault(act.id, (act, name, line))
            if known is not act and known != act:
                message = f"this act has the id of the one in {place(file, at)}, but does not say the same"
                hint = "one of the two lines was changed: take the right one from a backup, and delete the other"
                problems.append(Problem(place(name, line), message, hint))
    return problems


@contextlib.contextmanager
def writing(path: Path, name: str, lock: Path) -> Iterator[Writer]:
    """Open a journal for appending: one writer at a time, torn tail set aside."""
    with locked(lock, what=path):
        journal = read_journal(path, name)
        broken = [problem for problem in journal.problems if not problem.warning]
        if broken:
            raise QualkitError(broken[0].message, where=broken[0].where, hint=broken[0].hint)
        yield Writer(path, journal)


class Writer:
    """Appends acts; each call returns when they are on the disk."""

    def __init__(self, path: Path, journal: Journal) -> None:
        self._path = path
        self._last_id = max((act.id for act in journal.acts), default="")
        self._torn = journal.torn
        self.acts = list(journal.acts)

    def follow(self, acts: Iterable[Act]) -> None:
        """What is appended from now on is later than these acts, even where another coder's clock is ahead of ours."""
        self._last_id = max([self._last_id, *(act.id for act in acts)])

    def append(self, make: Sequence[Act]) -> list[Act]:
        """Write the acts with ids and times of now, all or none; gives them back as written.

        An act comes after its target, too, which may stand in another coder's journal, from a clock that is ahead.
        """
        done = []
        for act in make:
            now = datetime.now(UTC)
            self._last_id = act_id(int(now.timestamp() * 1000), after=max(self._last_id, _known_id(act.target)))
            done.append(replace(act, id=self._last_id, time=now.isoformat(timespec="milliseconds")))
        self._write(done)
        return done

    def take_in(self, acts: Iterable[Act]) -> list[Act]:
        """Write acts of another copy of this journal as they are, those that are not here yet; gives these back."""
        here = {act.id for act in self.acts}
        done = list({act.id: act for act in acts if act.id not in here}.values())
        self._last_id = max([self._last_id, *(act.id for act in done)])
        self._write(done)
        return done

    def _write(self, acts: Sequence[Act]) -> None:
        if acts:
            _append(self._path, b"".join(_encode(act) + b"\n" for act in acts), self._torn)
            self._torn = b""
            self.acts += acts


def act_id(milliseconds: int, *, after: str = "", random: Callable[[int], int] = secrets.randbits) -> str:
    """26 letters and digits that sort by time (48 bits of time, 80 of chance), always later than `after`.

    Where the clock stands behind `after`, chance comes on top of it: two copies of a journal that go on from the
    same act must not give different acts the same id.
    """
    number = milliseconds << 80 | random(80)
    if after and number <= (last := _number(after)):
        number = last + 1 + random(64)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


def _known_id(target: str) -> str:
    """The id that an act is aimed at; "" for what is none of ours."""
    return target if _ID.fullmatch(target) else ""


def _number(id: str) -> int:
    number = 0
    for letter in id:
        number = number << 5 | max(_LETTERS.find(letter), 0)
    return number


def _encode(act: Act) -> bytes:
    """The line of an act; fields that it does not use are left out."""
    whole = msgspec.to_builtins(act)
    kept = ("v", "id", "time", "coder", "act")
    return _ENCODER.encode({key: whole[key] for key in kept} | {
        key: value for key, value in whole.items() if key not in kept and value not in (None, "", ())
    })  # fmt: skip


def _act(line: bytes) -> Act:
    act = _DECODER.decode(line)
    if act.v > VERSION or act.act not in ACTS:
        raise msgspec.ValidationError("newer")
    return act


def _newer(line: bytes) -> bool:
    try:
        head = msgspec.json.decode(line, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return head.v > VERSION or (bool(head.act) and head.act not in ACTS)


def _unreadable(line: bytes, where: str) -> Problem:
    if _newer(line):
        message = "this act was written by a newer qualkit and cannot be read by this one"
        return Problem(where, message, "install the newest qualkit; nothing is lost, and nothing was changed")
    if line.startswith((b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>")):
        return Problem(where, "git left a conflict mark here", "delete the lines with <<<, === and >>>, keep the rest")
    return Problem(where, "this line is not a whole act", "take the line from a backup or delete it; the rest is fine")


def _append(path: Path, lines: bytes, torn: bytes) -> None:
    with explained(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        if torn:
            _set_aside(path, torn)
        new = not path.exists()
        with open(path, "ab", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            rest = memoryview(lines if _ends_a_line(path) else b"\n" + lines)
            try:
                while rest:
                    rest = rest[file.write(rest) :]
                sync(file.fileno())
            except BaseException:
                with contextlib.suppress(OSError):
                    os.truncate(path, size)
                if new:
                    file.close()
                    path.unlink(missing_ok=True)
                raise
        if new:
            fsync_folder(path.parent)


def _ends_a_line(path: Path) -> bool:
    with open(path, "rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _set_aside(path: Path, torn: bytes) -> None:
    """Keep the torn bytes beside the journal, then cut them off; nothing where the journal ends otherwise by now."""
    if not path.read_bytes().endswith(torn):
        return
    with open(path.with_suffix(".torn"), "ab") as file:
        file.write(torn + b"\n")
        file.flush()
        sync(file.fileno())
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) - len(torn))
        file.flush()
        sync(file.fileno())
