"""Speech models: the packaged one joined from its parts, and folders that are none."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from qualkit.errors import QualkitError
from qualkit.transcribe import models
from tests.conftest import run

FILES = {"config.json": b'{"a": 1}', "tokenizer.json": b'{"b": 2}', "vocabulary.txt": b"hej\n"}
HALVES = (b"first half " * 100, b"second half " * 90)


@dataclass
class Parts:
    """Two made-up packages with half a model each, and an empty cache."""

    root: Path
    cache: Path

    @property
    def model(self) -> Path:
        return self.cache / "models" / models.PACKAGED

    def half(self, number: int) -> Path:
        return self.root / f"fake_model_part{number}" / "data" / f"model.bin.part{number}"

    def cached(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.cache.rglob("*") if path.is_file()}


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parts:
    made = Parts(tmp_path / "site", tmp_path / "cache")
    for number, half in enumerate(HALVES, start=1):
        made.half(number).parent.mkdir(parents=True)
        made.half(number).write_bytes(half)
        (made.half(number).parents[1] / "__init__.py").write_text("")
    for name, content in FILES.items():
        (made.half(1).parent / name).write_bytes(content)
    whole = {**FILES, "model.bin": b"".join(HALVES)}
    known = {name: (hashlib.sha256(content).hexdigest(), len(content)) for name, content in whole.items()}
    monkeypatch.setattr(models, "_KNOWN", known)
    monkeypatch.setattr(models, "_PARTS", ("fake_model_part1", "fake_model_part2"))
    monkeypatch.setattr(models, "cache_folder", lambda: made.cache)
    monkeypatch.syspath_prepend(str(made.root))
    for name in [name for name in sys.modules if name.startswith("fake_model_part")]:
        monkeypatch.delitem(sys.modules, name)
    return made


def test_the_parts_are_joined_once(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = models.find_model(models.PACKAGED)
    assert folder == parts.model
    assert parts.cached() == {**FILES, "model.bin": b"".join(HALVES)}
    monkeypatch.setattr(models, "write_atomically", None)  # not called again
    assert models.find_model(models.PACKAGED) == folder
    assert (models.PACKAGED, folder) in list(models.here())
    assert f"{models.PACKAGED}: {folder}" in run("models", "list").out


@pytest.mark.parametrize("name", ["model.bin", "config.json", "vocabulary.txt"])
def test_a_flipped_byte_is_refused_and_not_kept(parts: Parts, name: str) -> None:
    path = parts.half(2) if name == "model.bin" else parts.half(1).parent / name
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(QualkitError, match=rf"{name} is not the published one") as caught:
        models.find_model(models.PACKAGED)
    assert "install it anew" in caught.value.hint
    assert name not in parts.cached()
    assert not [left for left in parts.cached() if left.endswith(".part")]
    assert not [found for found, _ in models.here() if found == models.PACKAGED]


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json"])
@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_a_damaged_copy_in_the_cache_is_mended(parts: Parts, name: str, damage: bytes | None) -> None:
    folder = models.find_model(models.PACKAGED)
    if damage is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(damage + (folder / name).read_bytes()[1:])
    assert models.find_model(models.PACKAGED) == folder
    assert parts.cached() == {**FILES, "model.bin": b"".join(HALVES)}


def test_a_part_that_lacks_its_file_is_explained(parts: Parts) -> None:
    parts.half(2).unlink()
    with pytest.raises(QualkitError) as caught:
        models.find_model(models.PACKAGED)
    assert caught.value.where and caught.value.hint
    assert "model.bin" not in parts.cached()


def test_a_full_disk_leaves_no_half_model(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QualkitError, match="disk is full"):
        models.find_model(models.PACKAGED)
    assert parts.cached() == {}


@pytest.mark.parametrize("missing", [1, 2])
def test_missing_packages_give_the_three_ways(parts: Parts, monkeypatch: pytest.MonkeyPatch, missing: int) -> None:
    names = [f"fake_model_part{number}" for number in (1, 2)]
    names[missing - 1] = "no_such_package_at_all"
    monkeypatch.setattr(models, "_PARTS", tuple(names))
    with pytest.raises(QualkitError, match="is not on this machine") as caught:
        models.find_model(models.PACKAGED)
    assert "three ways" in caught.value.hint and ".[offline-model]" in caught.value.hint
    assert not parts.cached()


@pytest.mark.parametrize(
    ("there", "lacks"),
    [((), "model.bin and config.json"), (("config.json",), "lacks model.bin"), (("model.bin",), "lacks config.json")],
)
def test_a_folder_that_is_no_model(tmp_path: Path, there: tuple[str, ...], lacks: str) -> None:
    for name in there:
        (tmp_path / name).write_text("{}")
    with pytest.raises(QualkitError, match=lacks) as caught:
        models.find_model(str(tmp_path))
    assert caught.value.where == str(tmp_path) and "copy it whole" in caught.value.hint


def test_a_folder_is_looked_for_from_the_study(tmp_path: Path) -> None:
    folder = tmp_path / "modeller" / "min"
    folder.mkdir(parents=True)
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    assert models.find_model("modeller/min", tmp_path) == folder
    assert models.get_model(str(folder)) == folder


def test_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert models.model_name("", "sv") == "KBLab/kb-whisper-small"
    assert models.model_name("", "fi") == "small"
    assert models.model_name("mine", "sv") == "mine"
    with pytest.raises(QualkitError, match="no speech model called 'smal'") as caught:
        models.find_model("smal")
    assert "small" in caught.value.hint and models.PACKAGED in caught.value.hint
