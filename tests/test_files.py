"""Whole files are written in one step, or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import pytest

from qualkit.errors import QualkitError
from qualkit.store.files import (
    NewContent,
    Stamp,
    decode,
    encode_like,
    locked,
    read_bytes,
    read_text,
    write_atomically,
    write_text,
    write_together,
)

posix = pytest.mark.skipif(os.name != "posix", reason="rights of files as POSIX knows them")


def refusing(code: int) -> Any:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return refuse


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_writes_and_makes_folders(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "å.txt"
    write_text(path, "rad\nåäö\n")
    assert path.read_bytes() == "rad\nåäö\n".encode()
    assert names(path.parent) == ["å.txt"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, call, refusing(code))
    with pytest.raises(QualkitError, match="the disk is full; nothing was changed") as caught:
        write_atomically(path, b"new")
    assert caught.value.where == str(path)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.csv"]


def test_a_failed_write_of_a_new_file_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOSPC))
    with pytest.raises(QualkitError):
        write_atomically(tmp_path / "a.csv", b"new")
    assert names(tmp_path) == []


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    (tmp_path / "a.csv").write_bytes(b"old")
    monkeypatch.setattr(os, call, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.csv", b"new")
    assert names(tmp_path) == ["a.csv"] and read_bytes(tmp_path / "a.csv") == b"old"


def test_the_new_bytes_are_on_disk_before_they_take_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    replace = os.replace

    def replaced(old: str, new: Path) -> None:
        done.append("replace")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", lambda _: done.append("fsync"))
    monkeypatch.setattr(os, "replace", replaced)
    write_atomically(tmp_path / "a", b"x")
    assert done[:2] == ["fsync", "replace"]
    assert done[2:] in (["fsync"], [])  # the folder's list of names; some systems do not let it be opened


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_a_replaced_file_keeps_its_rights(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes() == b"new"


@posix
def test_a_new_file_gets_the_usual_rights(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a", b"new")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_file_changed_since_it_was_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"read")
    stamp = Stamp.of(read_bytes(path))
    path.write_bytes(b"changed")
    with pytest.raises(QualkitError, match="another program changed this file"):
        write_atomically(path, b"new", expected=stamp)
    assert path.read_bytes() == b"changed"
    write_atomically(path, b"new", expected=Stamp.of(b"changed"))
    assert path.read_bytes() == b"new"


def test_a_stamp_of_nothing_is_no_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    with pytest.raises(QualkitError, match="another program"):
        write_atomically(path, b"new", expected=Stamp.of(None))
    path.unlink()
    write_atomically(path, b"new", expected=Stamp.of(None))
    assert path.read_bytes() == b"new"


@posix
def test_a_read_only_folder(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere; the next test stands in for this one")
    (tmp_path / "a").write_bytes(b"old")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(QualkitError, match="not allowed to write"):
            write_atomically(tmp_path / "a", b"new")
    finally:
        tmp_path.chmod(0o700)
    assert read_bytes(tmp_path / "a") == b"old"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EACCES, "not allowed to write this file"),
        (errno.EPERM, "not allowed to write this file"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, "could not write this file"),
    ],
)
def test_what_the_system_refuses_is_said_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    monkeypatch.setattr(tempfile, "mkstemp", refusing(code))
    with pytest.raises(QualkitError, match=words) as caught:
        write_atomically(tmp_path / "a", b"new")
    assert caught.value.where == str(tmp_path / "a")


def test_what_cannot_be_read_is_said_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(QualkitError, match="no such file"):
        read_bytes(tmp_path / "none")
    with pytest.raises(QualkitError, match=r"folder|not allowed"):
        read_bytes(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_as_programs_save_it(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a").write_bytes("Södertälje – ”ja”\r\nrad\rrad".encode(encoding))
    assert read_text(tmp_path / "a") == "Södertälje – ”ja”\nrad\nrad"


def test_any_bytes_are_some_text() -> None:
    assert decode(b"\x81\xe5") == "\ufffdå"
    assert decode(b"\xff\xfea") == "\ufffd"


def test_a_lock_is_held_by_one_and_let_go(tmp_path: Path) -> None:
    lock, what = tmp_path / "locks" / "a.lock", tmp_path / "a"
    with locked(lock, what=what):
        with pytest.raises(QualkitError, match="another qualkit is writing") as caught, locked(lock, what=what):
            raise AssertionError
        assert caught.value.where == str(what)
    with pytest.raises(ZeroDivisionError), locked(lock, what=what):
        raise ZeroDivisionError
    with locked(lock, what=what):
        pass


# Several files as one step


def lock(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def two(folder: Path) -> list[NewContent]:
    made = []
    for name in ("a", "b"):
        (folder / name).write_bytes(b"old " + name.encode())
        (folder / name).chmod(0o640)
        made.append(NewContent(folder / name, b"new " + name.encode(), Stamp.of(b"old " + name.encode())))
    return made


def test_several_files_are_replaced_together(tmp_path: Path) -> None:
    write_together(two(tmp_path), lock(tmp_path))
    assert [read_bytes(tmp_path / name) for name in names(tmp_path)] == [b"new a", b"new b"]
    write_together([], lock(tmp_path))


@posix
def test_their_rights_and_links_stay(tmp_path: Path) -> None:
    files = two(tmp_path)
    (tmp_path / "a").rename(tmp_path / "c")
    (tmp_path / "a").symlink_to("c")
    write_together(files, lock(tmp_path))
    assert (tmp_path / "a").is_symlink() and read_bytes(tmp_path / "c") == b"new a"
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "bc"} == {0o640}


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("which", [1, 2, 3, 4])
def test_where_one_fails_none_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, which: int
) -> None:
    files, real, calls = two(tmp_path), getattr(os, call), []

    def sometimes(*args: Any) -> None:
        calls.append(args)
        if len(calls) == which:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(*args)

    monkeypatch.setattr(os, call, sometimes)
    if call == "replace" and which > 2:
        write_together(files, lock(tmp_path))
        return
    with pytest.raises(QualkitError, match="the disk is full; nothing was changed"):
        write_together(files, lock(tmp_path))
    assert [read_bytes(tmp_path / name) for name in names(tmp_path)] == [b"old a", b"old b"]


@pytest.mark.parametrize("name", ["a", "b"])
def test_none_is_replaced_where_one_was_changed_since(tmp_path: Path, name: str) -> None:
    files = two(tmp_path)
    (tmp_path / name).write_bytes(b"theirs")
    before = [read_bytes(tmp_path / each) for each in names(tmp_path)]
    with pytest.raises(QualkitError, match="another program changed this file"):
        write_together(files, lock(tmp_path))
    assert [read_bytes(tmp_path / each) for each in names(tmp_path)] == before


def test_nobody_comes_between_the_look_and_the_replacing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, replace, refused = two(tmp_path), os.replace, []

    def another_comes_first(old: str, new: Path) -> None:
        monkeypatch.setattr(os, "replace", replace)
        theirs = [NewContent(file.path, b"theirs", file.expected) for file in files]
        with pytest.raises(QualkitError, match="another qualkit is writing") as caught:
            write_together(theirs, lock(tmp_path))
        refused.append(caught.value)
        replace(old, new)

    monkeypatch.setattr(os, "replace", another_comes_first)
    write_together(files, lock(tmp_path))
    assert refused and [read_bytes(tmp_path / name) for name in names(tmp_path)] == [b"new a", b"new b"]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_goes_back_into_the_encoding_that_it_came_from(code: str) -> None:
    content = "Åsa – “hej”\r\n".encode(code)
    assert encode_like(decode(content), content) == content
    assert decode(encode_like("Łódź å", content)) == "Łódź å"
