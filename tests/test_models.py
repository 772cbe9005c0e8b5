"""Speech models: the packaged one joined from its parts, the hub, folders taken in, and those of speakers."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub
import pytest
from typer.testing import CliRunner

from qualkit.cli.main import app
from qualkit.errors import QualkitError
from qualkit.store.folders import remove_folder
from qualkit.transcribe import hub, models, speaker_models, speeds
from tests.conftest import AUDIO, run

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
    assert f"{models.PACKAGED}: {folder} (0 MB" in run("models", "list").out


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


# the hub, our own cache, and the models of speakers


def weights(*sizes: int) -> bytes:
    """model.bin as CTranslate2 writes it, with weights of these sizes."""
    out = struct.pack("<IH", 6, 12) + b"WhisperSpec\0" + struct.pack("<II", 3, len(sizes))
    for number, size in enumerate(sizes):
        name = f"w{number}\0".encode()
        out += struct.pack("<H", len(name)) + name + struct.pack("<BIBI", 1, size, 1, size) + b"x" * size
    return out + struct.pack("<I", 0)


def model_folder(folder: Path, content: bytes = b"") -> Path:
    folder.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "preprocessor_config.json", "vocabulary.json"):
        (folder / name).write_text("{}")
    (folder / "model.bin").write_bytes(content or weights(1000, 500))
    return folder


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without models: an empty cache of ours and an empty one of the hub; stands in tmp_path."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(models, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(models, "_PARTS", ("no_such_part_1", "no_such_part_2"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def fake_hub(machine: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """`snapshot_download` that makes the snapshot itself; notes how it was asked, and whether it might go out."""
    asked: list[dict[str, object]] = []

    def snapshot_download(repo: str, **words: object) -> str:
        asked.append({"repo": repo, "offline": huggingface_hub.constants.HF_HUB_OFFLINE, **words})
        there = machine / "hub" / f"models--{repo.replace('/', '--')}" / "snapshots" / "abc"
        if repo == "no/network":
            raise ConnectionError("no route")
        if not there.exists():
            if words.get("local_files_only"):
                raise FileNotFoundError(repo)
            model_folder(there)
        return str(there)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    return asked


def test_our_table_of_names_is_that_of_faster_whisper() -> None:
    from faster_whisper import utils

    ours = {name: hub.repository(name) for name in [*hub.KNOWN, *hub.ALIASES] if "/" not in name}
    assert ours == utils._MODELS


def test_getting_goes_out_with_the_hubs_own_progress_and_looking_does_not(fake_hub: list[dict[str, object]]) -> None:
    ran = run("models", "get", "small")
    assert ran.code == 0 and "487 MB, about" in ran.err and "small is here: " in ran.out
    assert fake_hub[0]["repo"] == "Systran/faster-whisper-small" and fake_hub[0]["offline"] is False
    assert "tqdm_class" not in fake_hub[0] and not fake_hub[0].get("local_files_only")
    assert set(fake_hub[0]["allow_patterns"]) == {  # type: ignore[call-overload]
        "config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*",
    }  # fmt: skip
    assert models.find_model("small").name == "abc"
    assert fake_hub[-1]["offline"] is True and fake_hub[-1]["local_files_only"] is True
    assert huggingface_hub.constants.HF_HUB_OFFLINE is True


def test_a_download_that_fails_is_explained_and_goes_offline_again(fake_hub: list[dict[str, object]]) -> None:
    ran = run("models", "get", "no/network")
    assert ran.code == 1 and "could not be downloaded (ConnectionError)" in ran.err
    assert huggingface_hub.constants.HF_HUB_OFFLINE is True


def test_list_shows_what_is_here_and_what_there_is(machine: Path, fake_hub: list[dict[str, object]]) -> None:
    for name in ("KBLab/kb-whisper-tiny", "some/other-model", "large-v3"):
        assert run("models", "get", name).code == 0
    speeds.remember("large-v3", sound=90, work=60)
    speeds.remember("large-v3", sound=5, work=1)  # too short to tell
    out = run("models", "list").out
    first = out.splitlines()[:3]
    assert [line.split(": ")[0] for line in first] == ["KBLab/kb-whisper-tiny", "large-v3", "some/other-model"]
    assert first[1].endswith("(0 MB, 1.5 times as fast as the sound)")
    assert "1.5 times" not in first[0] + first[2]
    table = out.split("To be had", 1)[1]
    assert "KBLab/kb-whisper-large" in table and "3.1 GB" in table and "large-v3-turbo" in table
    assert "kb-whisper-tiny" not in table


def test_speeds_that_cannot_be_read_or_kept_stop_nothing(machine: Path) -> None:
    assert speeds.known() == {}
    (machine / "cache").mkdir()
    (machine / "cache" / "speeds.json").write_text("[1, 2")
    assert speeds.known() == {}
    (machine / "cache" / "speeds.json").unlink()
    (machine / "cache" / "speeds.json").mkdir()
    speeds.remember("small", sound=100, work=10)
    assert speeds.known() == {}


def test_a_folder_from_a_memory_stick_becomes_a_model(machine: Path) -> None:
    stick = model_folder(machine / "stick" / "kb-whisper-small")
    (stick / "README.md").write_text("not needed")
    ran = run("models", "use", str(stick))
    assert ran.code == 0 and "--model kb-whisper-small" in ran.out
    shutil.rmtree(machine / "stick")
    found = models.find_model("kb-whisper-small")
    assert found == machine / "cache" / "models" / "kb-whisper-small"
    assert not (found / "README.md").exists() and (found / "vocabulary.json").exists()
    assert models.get_model("kb-whisper-small") == found
    assert [path.name for path in (machine / "cache" / "models").iterdir()] == ["kb-whisper-small"]
    assert "kb-whisper-small: " in run("models", "list").out


def test_a_folder_may_be_given_the_name_that_the_study_uses(machine: Path) -> None:
    stick = model_folder(machine / "stick" / "model")
    assert run("models", "use", str(stick), "--name", "KBLab/kb-whisper-small").code == 0
    assert models.find_model(models.model_name("", "sv")).name == "KBLab--kb-whisper-small"
    (stick / "config.json").write_text('{"newer": 1}')
    assert run("models", "use", str(stick), "--name", "KBLab/kb-whisper-small").code == 0
    assert "newer" in (models.find_model("KBLab/kb-whisper-small") / "config.json").read_text()
    copied = machine / "stick" / "models--KBLab--kb-whisper-base"
    model_folder(copied / "snapshots" / "f00")
    assert run("models", "use", str(copied)).code == 0
    assert models.find_model("KBLab/kb-whisper-base").is_dir()
    assert [name for name, _ in models.here()] == ["KBLab/kb-whisper-base", "KBLab/kb-whisper-small"]


@pytest.mark.parametrize("lost", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
@pytest.mark.parametrize("how", ["missing", "cut"])
def test_a_folder_that_was_not_copied_whole_is_refused(machine: Path, lost: str, how: str) -> None:
    stick = model_folder(machine / "stick" / "m")
    if how == "missing":
        (stick / lost).unlink()
    else:
        (stick / lost).write_bytes((stick / lost).read_bytes()[:-1])
    ran = run("models", "use", str(stick))
    if (how, lost) == ("cut", "vocabulary.json"):
        assert ran.code == 0
        return
    assert ran.code == 1 and lost in ran.err and "copy it whole" in ran.err
    assert not (machine / "cache").exists()


@pytest.mark.parametrize("name", ["speakers", models.PACKAGED, "../x", "a b", ".hidden", "a/b/c", "a--b"])
def test_names_that_no_model_can_have(machine: Path, name: str) -> None:
    ran = run("models", "use", str(model_folder(machine / "stick" / "m")), "--name", name)
    assert ran.code == 1 and "cannot be a model's name" in ran.err
    assert not (machine / "cache").exists()


def test_a_full_disk_leaves_the_model_as_it_was(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stick = model_folder(machine / "stick" / "m")
    assert run("models", "use", str(stick)).code == 0
    before = {path: path.read_bytes() for path in (machine / "cache").rglob("*") if path.is_file()}

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (stick / "model.bin").write_bytes(weights(2000))
    monkeypatch.setattr(os, "fsync", full)
    ran = run("models", "use", str(stick))
    assert ran.code == 1 and "disk is full" in ran.err
    assert {path: path.read_bytes() for path in (machine / "cache").rglob("*") if path.is_file()} == before


def answer(text: str, *words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, list(words), input=text)
    return ran.exit_code, ran.output


def test_remove_asks_and_takes_only_what_was_fetched(machine: Path, fake_hub: list[dict[str, object]]) -> None:
    own = model_folder(machine / "mine")
    run("models", "get", "base")
    run("models", "use", str(own), "--name", "copied")
    for name in ("base", "copied"):
        code, out = answer("n\n", "models", "remove", name)
        assert code == 0 and f"{name} stays" in out and models.find_model(name)
    assert answer("y\n", "models", "remove", "base")[0] == 0
    assert run("models", "remove", "copied", "--yes").out.startswith("removed: copied")
    assert not list((machine / "hub").iterdir()) and not list((machine / "cache" / "models").iterdir())
    for name in (str(own), "mine", "./mine", "base", "nothing", "..", "/", str(machine / "cache")):
        ran = run("models", "remove", name, "--yes")
        assert ran.code == 1 and ("own folder" in ran.err or "there is no model" in ran.err), name
    assert len(list(own.iterdir())) == 5


def test_a_link_in_our_cache_is_removed_and_not_what_it_leads_to(machine: Path) -> None:
    own = model_folder(machine / "mine")
    (machine / "cache" / "models").mkdir(parents=True)
    try:
        (machine / "cache" / "models" / "linked").symlink_to(own, target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    assert run("models", "remove", "linked", "--yes").code == 0
    assert len(list(own.iterdir())) == 5 and not list((machine / "cache" / "models").iterdir())
    with pytest.raises(QualkitError, match="fetched itself"):
        remove_folder(own, within=machine / "cache")


VOICES = {"segmentation-3.0.onnx": b"segments" * 50, "campplus_zh_en_advanced.onnx": b"voices" * 90}


@pytest.fixture
def voices(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two made-up models of speakers whose sums are the pinned ones."""
    pinned = {name: (hashlib.sha256(content).hexdigest(), len(content)) for name, content in VOICES.items()}
    monkeypatch.setattr(speaker_models, "_PINNED", pinned)
    (machine / "stick").mkdir()
    for name, content in VOICES.items():
        (machine / "stick" / name).write_bytes(content)
    return machine / "stick"


def test_the_models_of_speakers_come_from_a_folder(voices: Path, machine: Path) -> None:
    ran = run("models", "get", "speakers")
    assert ran.code == 1 and "come from a folder" in ran.err and "qualkit models get speakers --from FOLDER" in ran.err
    assert "ok    speakers: models are not here (optional)" in run("doctor").out
    with pytest.raises(QualkitError, match="not on this machine"):
        speaker_models.find_speaker_models()
    assert run("models", "get", "speakers", "--from", str(voices)).code == 0
    assert run("models", "get", "speakers").code == 0
    found = speaker_models.find_speaker_models()
    assert found == machine / "cache" / "models" / "speakers"
    assert {path.name: path.read_bytes() for path in found.iterdir()} == VOICES
    assert "ok    speakers: models are here" in run("doctor").out
    assert "speakers: " in run("models", "list").out and not list(models.here())
    (found / "segmentation-3.0.onnx").write_bytes(b"segmentS" * 50)
    with pytest.raises(QualkitError, match="SHA-256 differs"):
        speaker_models.find_speaker_models()
    assert "LOOK  speakers" in run("doctor").out
    assert run("models", "remove", "speakers", "--yes").code == 0 and not speaker_models.are_here()


@pytest.mark.parametrize("name", VOICES)
@pytest.mark.parametrize(
    ("damage", "says"), [(None, "lacks"), (b"short", "bytes, not"), (b"", "bytes, not"), (b"x", "SHA-256")]
)
def test_speaker_models_that_are_not_the_published_ones(
    voices: Path, machine: Path, name: str, damage: bytes | None, says: str
) -> None:
    if damage is None:
        (voices / name).unlink()
    else:
        (voices / name).write_bytes(damage + VOICES[name][1:] if damage == b"x" else damage)
    ran = run("models", "get", "speakers", "--from", str(voices))
    assert ran.code == 1 and says in ran.err and name in ran.err
    assert not (machine / "cache").exists()


def test_a_disk_that_fills_leaves_no_half_of_the_speaker_models(
    voices: Path, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote = speaker_models.write_atomically

    def second_fails(path: Path, content: bytes) -> None:
        if path.name.startswith("campplus"):
            raise QualkitError("the disk is full")
        wrote(path, content)

    monkeypatch.setattr(speaker_models, "write_atomically", second_fails)
    assert run("models", "get", "speakers", "--from", str(voices)).code == 1
    assert not [path for path in (machine / "cache").rglob("*") if path.is_file()]


def test_from_is_for_speakers_only(machine: Path) -> None:
    ran = run("models", "get", "small", "--from", str(machine))
    assert ran.code == 1 and "qualkit models use" in ran.err


@pytest.mark.skipif(not (AUDIO.parent / "models").is_dir(), reason="shared/data/models is not here")
def test_the_real_models_of_speakers_are_the_pinned_ones(machine: Path) -> None:
    assert run("models", "get", "speakers", "--from", str(AUDIO.parent / "models")).code == 0
    assert sum(path.stat().st_size for path in speaker_models.find_speaker_models().iterdir()) == 34_200_914
