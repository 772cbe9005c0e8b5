"""OpenAI's own package as the second engine, for real: on a checkpoint that the test makes, tiny and of chance."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from qualkit.errors import QualkitError
from qualkit.transcribe.engines import hearing_settings, start
from qualkit.transcribe.machine import Way
from tests.conftest import StudyHere
from tests.sound import talk

HERE = importlib.util.find_spec("whisper") is not None
installed = pytest.mark.skipif(not HERE, reason="openai-whisper is not installed (extra openai)")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the right shape that has learnt nothing."""
    return made(tmp_path_factory.mktemp("model") / "tiny.pt", 51_865)


def made(path: Path, vocabulary: int) -> Path:
    """With a word less than that, it knows English only."""
    import torch
    from whisper.model import ModelDimensions, Whisper

    torch.manual_seed(3)
    sizes = ModelDimensions(80, 1500, 32, 2, 1, vocabulary, 448, 32, 2, 2)
    model = Whisper(sizes)
    torch.nn.init.normal_(model.decoder.positional_embedding, std=0.02)  # it is left as memory had it
    torch.save({"dims": sizes.__dict__, "model_state_dict": model.state_dict()}, path)
    return path


@installed
@pytest.mark.filterwarnings("ignore")
def test_it_hears_with_the_same_segments_as_the_first_engine(checkpoint: Path) -> None:
    hear = start(hearing_settings(checkpoint, "sv", "tiny", engine="openai", quality="fast", way=Way()))
    sound = np.sin(np.arange(5 * 16_000) / 20).astype(np.float32) * 0.3
    heard = hear(sound)
    assert heard == hear(sound)
    assert heard
    for one in heard:
        assert one.log_probability < 0 and 0 <= one.no_speech <= 1 and one.compression > 0
        for word in one.words:
            assert 0 <= word.start <= word.end <= 30 and 0 <= word.confidence <= 1


@installed
@pytest.mark.filterwarnings("ignore")
def test_a_checkpoint_that_knows_only_english_is_refused_for_swedish(study: StudyHere, tmp_path: Path) -> None:
    path = made(tmp_path / "tiny.en.pt", 51_864)
    study.sources("a;;interview;Huddinge;;sv;audio/a.wav;")
    talk(study.root / "audio" / "a.wav")
    before = study.files()
    ran = study.run("transcribe", "--engine", "openai", "--model", str(path), "--jobs", "1", "--speakers", "none")
    assert ran.code == 1 and "knows English only, and the recordings are in 'sv'" in ran.err and "tiny.en.pt" in ran.err
    assert study.files() == before


@installed
@pytest.mark.filterwarnings("ignore")
def test_the_command_takes_it(study: StudyHere, checkpoint: Path) -> None:
    study.sources("a;;interview;Huddinge;;;audio/a.wav;")
    talk(study.root / "audio" / "a.wav")
    done = study.run(
        "transcribe", "--engine", "openai", "--model", str(checkpoint), "--jobs", "1", "--speakers", "none"
    )
    assert done.code == 0 or "no speech was found" in done.err, done.text
    wrong = study.run("transcribe", "--engine", "openai", "--model", str(study.root), "--jobs", "1", "--again")
    assert wrong.code == 1 and "lacks model.bin" not in wrong.err and ".pt" in wrong.err


def test_unknown_names_and_a_missing_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(QualkitError, match="there is no engine 'whisperer'"):
        hearing_settings(tmp_path, "sv", "m", engine="whisperer", quality="balanced", way=Way())
    with pytest.raises(QualkitError, match="there is no quality 'perfect'"):
        hearing_settings(tmp_path, "sv", "m", engine="openai", quality="perfect", way=Way())
    monkeypatch.setitem(__import__("sys").modules, "whisper", None)
    with pytest.raises(QualkitError, match="OpenAI's own package is not installed"):
        start(hearing_settings(tmp_path, "sv", "m", engine="openai", quality="fast", way=Way()))
