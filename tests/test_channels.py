"""Two channels: a person in each, one sound in both, or noise in one; on made voices and on mixtures of real ones."""

from __future__ import annotations

import tracemalloc
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from qualkit.model.transcript import Word
from qualkit.transcribe import audio, diarize, speaker_models
from qualkit.transcribe.audio import RATE, decode
from qualkit.transcribe.channels import apart, by_channel
from qualkit.transcribe.speakers import Turn, named_turns, read_rttm, speakers_of
from tests.conftest import AUDIO, StudyHere
from tests.sound import FakeEngine, engine

__all__ = ["engine"]
Floats = npt.NDArray[np.float32]
Truth = list[tuple[float, float, int]]  # from, to, 0 left or 1 right

SAMPLE = Path(__file__).resolve().parents[1] / "audio"
with_audio = pytest.mark.skipif(not AUDIO.is_dir(), reason=f"no annotated recordings in {AUDIO}")


def times(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def voice(seconds: float, seed: int) -> Floats:
    """Noise in syllables and phrases, as loud and as uneven as speech."""
    random = np.random.default_rng(seed)
    sound = np.zeros(int(seconds * RATE), np.float32)
    at = 0
    while at < len(sound):
        length = min(int(random.uniform(0.1, 0.3) * RATE), len(sound) - at)
        shape = np.hanning(length) * times(random.uniform(-15, 0))
        sound[at : at + length] = 0.3 * shape * random.standard_normal(length)
        at += length + int(random.choice([0.02, 0.05, 0.4], p=[0.6, 0.3, 0.1]) * RATE)
    return sound


def person(recording: Path, who: str, seconds: float) -> Floats:
    """What one person says in an annotated recording, over and over."""
    sound = np.concatenate(list(decode(recording)))
    turns = [turn for turn in read_rttm(recording.with_suffix(".rttm")) if turn.speaker == who]
    said = np.concatenate([sound[int(turn.start * RATE) : int(turn.end * RATE)] for turn in turns])
    return np.resize(0.1 * said / np.sqrt(np.square(said).mean()), int(seconds * RATE)).astype(np.float32)


def talk(seconds: float, voices: tuple[Floats, Floats], seed: int = 3) -> tuple[Floats, Truth]:
    """(samples, 2): two voices in turns of one to six seconds, each in its own channel, and who speaks when."""
    random = np.random.default_rng(seed)
    sound = np.zeros((int(seconds * RATE), 2), np.float32)
    truth: Truth = []
    at, who = 0.4, 0
    while at < seconds - 2:
        length = min(random.uniform(1.0, 6.0), seconds - at - 0.4)
        begin, end = int(at * RATE), int((at + length) * RATE)
        sound[begin:end, who] = voices[who][begin:end]
        truth.append((at, at + length, who))
        at, who = at + length + random.uniform(0.0, 0.6), 1 - who
    return sound, truth


def hiss(sound: Floats, level: float) -> Floats:
    """The sound with hiss in both channels."""
    made = np.random.default_rng(9).standard_normal(sound.shape) * times(level)
    return (sound + made).astype(np.float32)


def spill(sound: Floats, level: float | None) -> Floats:
    """Each voice in the other's microphone too, a little later."""
    return sound if level is None else sound + times(level) * np.roll(sound[:, ::-1], 20, axis=0)


def late(sound: Floats, milliseconds: float) -> Floats:
    made = np.zeros_like(sound)
    by = int(milliseconds * RATE / 1000)
    made[by:] = sound[: len(sound) - by]
    return made


def room(sound: Floats, near: float) -> Floats:
    """Both voices in one room: `near` decibels louder in their own microphone, with an echo of a third of a second."""
    made = np.zeros_like(sound)
    tail = np.exp(-20 * np.arange(RATE // 3) / RATE)
    for who in (0, 1):
        for side in (0, 1):
            echo = np.random.default_rng(10 * who + side).standard_normal(len(tail)) * tail
            echo *= 0.4 / np.sqrt(np.square(echo).sum())
            echo[0] += 1.0 if side == who else times(-near)
            size = 1 << (len(sound) + len(echo)).bit_length()
            both = np.fft.irfft(np.fft.rfft(sound[:, who], size) * np.fft.rfft(echo, size), size)[: len(sound)]
            made[:, side] += (0.6 * both).astype(np.float32)
    return made


def melody(seconds: float, seed: int) -> Floats:
    """Notes of one instrument."""
    random = np.random.default_rng(seed)
    notes = []
    for _ in range(int(seconds / 0.3)):
        at = np.arange(int(0.3 * RATE)) / RATE
        hertz = 220 * 2 ** (random.integers(0, 24) / 12)
        notes.append(sum(np.sin(2 * np.pi * hertz * n * at) / n for n in (1, 2, 3)) * np.exp(-10 * at) * 0.2)
    return np.resize(np.concatenate(notes), int(seconds * RATE)).astype(np.float32)


def bursts(seconds: float) -> Floats:
    """A loose contact: crackling for a second, again and again."""
    random = np.random.default_rng(2)
    made = np.zeros(int(seconds * RATE), np.float32)
    for at in random.uniform(0, seconds - 2, int(seconds / 2)):
        made[int(at * RATE) :][: int(random.uniform(0.5, 1.5) * RATE)] = 1
    return (made * random.standard_normal(len(made)) * (random.random(len(made)) < 0.2) * 0.3).astype(np.float32)


def blocks(sound: Floats, size: int = 4096) -> Iterator[Floats]:
    flat = np.ascontiguousarray(sound, np.float32).reshape(-1)
    return (flat[at : at + 2 * size] for at in range(0, len(flat), 2 * size))


def right(turns: list[Turn], sound: Floats, truth: Truth) -> float:
    """Share of the loud thirds of a second of one voice alone that get the right speaker."""
    names = {truth[0][2]: "S1", 1 - truth[0][2]: "S2"}
    loud = np.sqrt(np.square(sound).mean(axis=0))
    told = []
    for begin, end, who in truth:
        for at in np.arange(begin, end - 0.3, 0.3):
            part = sound[int(at * RATE) : int((at + 0.3) * RATE)]
            if np.sqrt(np.square(part[:, who]).mean()) > loud[who] * times(-18):
                told.append(speakers_of([Word(" x", at, at + 0.3, 1.0)], turns)[0] == names[who])
    return sum(told) / len(told)


@pytest.fixture(scope="module")
def made() -> tuple[Floats, Truth]:
    return talk(40.0, (voice(40, 1), voice(40, 2)))


@pytest.fixture(scope="module")
def real() -> tuple[Floats, Truth]:
    swedish = AUDIO / "swedish_four_voices.flac"
    return talk(60.0, (person(swedish, "mouse", 60), person(swedish, "panda", 60)))


@pytest.fixture(params=["made", pytest.param("real", marks=with_audio)])
def conversation(request: pytest.FixtureRequest) -> tuple[Floats, Truth]:
    found: tuple[Floats, Truth] = request.getfixturevalue(request.param)
    return found


# A person in each


@pytest.mark.parametrize("crosstalk", [None, -40, -30, -20, -12])
def test_one_person_a_channel(conversation: tuple[Floats, Truth], crosstalk: float | None) -> None:
    sound, truth = conversation
    turns = named_turns(apart(blocks(hiss(spill(sound, crosstalk), -65))))
    assert {turn.speaker for turn in turns} == {"S1", "S2"} and turns[0].speaker == "S1"
    assert right(turns, sound, truth) >= 0.985


@pytest.mark.parametrize("gain", [-15, 10])
def test_microphones_of_different_gain(conversation: tuple[Floats, Truth], gain: float) -> None:
    sound, truth = conversation
    heard = hiss(spill(sound, -20) * np.array([0.5, 0.5 * times(gain)], np.float32), -70)
    assert right(named_turns(apart(blocks(heard))), sound, truth) >= 0.98


def test_a_quiet_person_beside_a_loud_one(conversation: tuple[Floats, Truth]) -> None:
    sound = conversation[0] * np.array([1, times(-12)], np.float32)
    assert right(named_turns(apart(blocks(hiss(spill(sound, -20), -70)))), *conversation) >= 0.98


def test_each_persons_own_microphone_in_one_room(conversation: tuple[Floats, Truth]) -> None:
    sound, truth = conversation
    close = room(sound, 18) * 0.25 + 0.75 * spill(sound, -18)
    assert right(named_turns(apart(blocks(hiss(close, -65)))), sound, truth) >= 0.98


def test_a_call_with_an_echo(conversation: tuple[Floats, Truth]) -> None:
    sound, truth = conversation
    heard = sound.copy()
    heard[:, 0] += times(-25) * late(sound[:, 1], 300)
    assert right(named_turns(apart(blocks(hiss(heard, -65)))), sound, truth) >= 0.93


def test_the_one_who_speaks_first_is_s1_whichever_the_channel(made: tuple[Floats, Truth]) -> None:
    heard = spill(made[0], -20)
    assert named_turns(apart(blocks(heard[:, ::-1]))) == named_turns(apart(blocks(heard))) != []


def test_one_who_says_little_and_one_who_is_switched_off_between(made: tuple[Floats, Truth]) -> None:
    sound = np.concatenate([np.stack([voice(160, 5), np.zeros(160 * RATE, np.float32)], axis=1), made[0]])
    truth = [(begin + 160, end + 160, who) for begin, end, who in made[1]]
    heard = hiss(spill(sound, -20), -65)
    heard[20 * RATE : 60 * RATE] = 0
    assert right(named_turns(apart(blocks(heard))), sound, truth) >= 0.985


def test_both_at_once_are_two_turns(made: tuple[Floats, Truth]) -> None:
    sound = made[0].copy()
    sound[20 * RATE : 24 * RATE] = np.stack([voice(4, 5), voice(4, 6)], axis=1)
    turns = named_turns(apart(blocks(spill(sound, -20))))
    assert {turn.speaker for turn in turns if turn.start < 23 and turn.end > 21} == {"S1", "S2"}


@pytest.mark.parametrize("size", [37, 16_000, 10_000_000])
def test_blocks_of_any_size_say_the_same(made: tuple[Floats, Truth], size: int) -> None:
    sound = spill(made[0], -20)[: 40 * RATE - 123]
    assert apart(blocks(sound, size)) == apart(blocks(sound)) != []


# One sound in both, or none in one


@pytest.mark.parametrize("near", [0, 3, 6, 8])
def test_a_room_in_stereo(conversation: tuple[Floats, Truth], near: float) -> None:
    assert apart(blocks(hiss(room(conversation[0], near), -65))) == []


@pytest.mark.parametrize("level", [0, -10, -25])
@pytest.mark.parametrize("noise", [-90, -60])
def test_the_same_sound_twice(conversation: tuple[Floats, Truth], level: float, noise: float) -> None:
    mixed = conversation[0].sum(axis=1)
    for sign in (1, -1):
        twice = np.stack([mixed, sign * mixed * times(level)], axis=1)
        assert apart(blocks(hiss(twice, noise))) == []


@pytest.mark.parametrize("milliseconds", [1, 15, 60, 100, 300, 1000, 2500])
def test_the_same_sound_later(conversation: tuple[Floats, Truth], milliseconds: float) -> None:
    mixed = conversation[0].sum(axis=1)
    copies = np.stack([mixed, 0.7 * late(mixed, milliseconds)], axis=1)
    for heard in (copies, copies[:, ::-1], hiss(copies, -60)):
        assert apart(blocks(heard)) == []


@pytest.mark.parametrize("noise", [None, -70, -40, -20, "hum"])
def test_a_dead_channel(conversation: tuple[Floats, Truth], noise: float | str | None) -> None:
    mixed = conversation[0].sum(axis=1)
    sound = np.zeros((len(mixed), 2), np.float32)
    if noise == "hum":
        sound[:, 1] = 0.1 * np.sign(np.sin(2 * np.pi * 50 * np.arange(len(mixed)) / RATE))
    elif noise is not None:
        sound = hiss(sound, float(noise))
    sound[:, 0] = mixed
    assert apart(blocks(sound)) == apart(blocks(sound[:, ::-1])) == []


@pytest.mark.parametrize("near", [None, 4])
def test_a_microphone_that_drops_out_or_dies(conversation: tuple[Floats, Truth], near: float | None) -> None:
    sound = conversation[0]
    both = np.repeat(sound.sum(axis=1), 2).reshape(-1, 2) if near is None else room(sound, near)
    dies, drops = both.copy(), both.copy()
    dies[len(both) // 2 :, 1] = 0
    for at in range(0, len(both), 5 * RATE):
        drops[at : at + 2 * RATE, 1] = 0
    assert apart(blocks(hiss(dies, -65))) == apart(blocks(hiss(drops, -65))) == []


def test_a_switch_from_one_microphone_to_the_other(conversation: tuple[Floats, Truth]) -> None:
    sound = np.repeat(conversation[0].sum(axis=1), 2).reshape(-1, 2)
    for at in range(0, len(sound), 20 * RATE):
        sound[at : at + 10 * RATE, 0] = sound[at + 10 * RATE : at + 20 * RATE, 1] = 0
    assert apart(blocks(hiss(sound, -65))) == []


def test_one_who_speaks_alone_into_two_open_microphones() -> None:
    sound = np.stack([voice(40, 1), np.zeros(40 * RATE, np.float32)], axis=1)
    assert apart(blocks(hiss(spill(sound, -20), -65))) == []


def test_bumps_are_no_voice() -> None:
    sound = hiss(np.zeros((60 * RATE, 2), np.float32), -60)
    sound[:, 0] += voice(60, 1)
    for at in range(0, 60 * RATE, 3 * RATE):
        sound[at : at + RATE // 10, 1] += 0.2
    assert apart(blocks(sound)) == []


@pytest.mark.parametrize("samples", [0, 160, 8_000, 60 * RATE])
@pytest.mark.parametrize("level", [-200, -40])
def test_nobody(samples: int, level: float) -> None:
    assert apart(blocks(hiss(np.zeros((samples, 2), np.float32), level))) == []


def test_memory_does_not_grow_with_the_sound(made: tuple[Floats, Truth]) -> None:
    sound = np.ascontiguousarray(spill(made[0], -20)).reshape(-1)
    peaks = []
    for times_over in (6, 60):  # 4 and 40 minutes: 31 and 307 MB of samples
        tracemalloc.start()
        assert apart(sound for _ in range(times_over))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 20e6, "36 minutes more are 276 MB of samples, and 0.4 MB of levels"


# In files


def stereo(path: Path, sound: Floats) -> Path:
    """A WAV file; one column is one channel."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sound.ndim)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def call() -> Floats:
    """Half a minute of two voices, four seconds each in turn: the left begins."""
    voices = person(SAMPLE / "intervju-salem.m4a", "S2", 32), person(SAMPLE / "fokusgrupp-sodertorn.opus", "S2", 32)
    sound = np.stack(voices, axis=1)
    for at in range(0, len(sound), 8 * RATE):
        sound[at : at + 4 * RATE, 1] = sound[at + 4 * RATE : at + 8 * RATE, 0] = 0
    return hiss(spill(sound, -20), -70)


def test_turns_of_a_file_and_of_files_that_are_one_interview(tmp_path: Path, call: Floats) -> None:
    whole = by_channel(stereo(tmp_path / "a.wav", call))
    parts = stereo(tmp_path / "1.wav", call[: 17 * RATE]), stereo(tmp_path / "2.wav", call[17 * RATE :])
    assert by_channel(parts) == whole
    middles = [Word(" x", at + 1.5, at + 2.5, 1.0) for at in range(0, 32, 4)]
    assert speakers_of(middles, whole) == ["S1", "S2"] * 4


def test_one_channel_and_a_mixture_of_one_and_two(tmp_path: Path, call: Floats) -> None:
    alone = stereo(tmp_path / "1.wav", call.sum(axis=1))
    assert by_channel(alone) == by_channel([alone, stereo(tmp_path / "2.wav", call[: 8 * RATE])]) == []


@pytest.mark.parametrize("other", [melody(32, 1), bursts(32)], ids=["music", "crackling"])
def test_what_is_no_voice_is_nobody(tmp_path: Path, call: Floats, other: Floats) -> None:
    """Where the left one is silent, or as well while they speak."""
    instead, as_well = call.copy(), call.copy()
    for at in range(0, len(call), 8 * RATE):
        instead[at + 4 * RATE : at + 8 * RATE, 1] = other[at + 4 * RATE : at + 8 * RATE]
    as_well[:, 1] = other
    assert apart(blocks(instead))
    assert by_channel(stereo(tmp_path / "a.wav", instead)) == by_channel(stereo(tmp_path / "b.wav", as_well)) == []


# In the command

BY_CHANNEL = [("S1", "Jag glömde mitt lösenord igen. Hur skaffar man BankID här?"), ("S2", "Det vet jag inte.")]


@pytest.fixture
def two(study: StudyHere, engine: FakeEngine, call: Floats) -> StudyHere:
    """A source whose words go on over the first change of channels, at four seconds."""
    study.sources("a;A;interview;Huddinge;;;audio/a.wav;")
    stereo(study.root / "audio" / "a.wav", call)
    return study


def told(study: StudyHere) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in study.transcript("a").segments]


@pytest.mark.parametrize("asked", ["", "2", "2-2"])
def test_channels_say_who_speaks_without_models(two: StudyHere, asked: str) -> None:
    ran = two.run("transcribe", "--speakers", asked)
    assert ran.code == 0 and "2 speakers" in ran.out, ran.text
    assert ran.err.count("a.wav: one person in each channel") == 1 and "RTTM" not in ran.err
    assert told(two) == BY_CHANNEL


def test_none_stays_none_and_a_file_beside_the_recording_wins(two: StudyHere) -> None:
    ran = two.run("transcribe", "--speakers", "none")
    assert ran.code == 0 and {speaker for speaker, _ in told(two)} == {None} and "channel" not in ran.err
    two.write("audio/a.rttm", "SPEAKER a 1 0 2 <NA> <NA> Bo <NA> <NA>\nSPEAKER a 1 2 6 <NA> <NA> Eva <NA> <NA>\n")
    ran = two.run("transcribe", "--again")
    assert ran.code == 0 and {speaker for speaker, _ in told(two)} == {"Bo", "Eva"} and "channel" not in ran.err


@pytest.mark.parametrize(("asked", "by_voice"), [("", False), ("2", False), ("2-6", True), ("3", True), ("1", True)])
def test_other_numbers_are_found_by_voice(
    two: StudyHere, monkeypatch: pytest.MonkeyPatch, asked: str, by_voice: bool
) -> None:
    calls: list[Any] = []

    def find_turns(sound: Iterator[Floats], models: Path, *, speakers: Any, **_: Any) -> list[Turn]:
        calls.append((sum(map(len, sound)), speakers))
        return []

    monkeypatch.setattr(speaker_models, "find_speaker_models", lambda: Path("/models"))
    monkeypatch.setattr(diarize, "find_turns", find_turns)
    assert two.run("transcribe", "--speakers", asked).code == 0
    assert (len(calls) == 1) == by_voice and (told(two) == BY_CHANNEL) != by_voice


@pytest.mark.parametrize("asked", ["2", "3", "2-6"])
def test_models_that_are_lacking_are_told_before_anything_is_heard(
    two: StudyHere, engine: FakeEngine, call: Floats, asked: str
) -> None:
    if asked == "2":
        stereo(two.root / "audio" / "a.wav", np.repeat(call.sum(axis=1), 2).reshape(-1, 2))
    ran = two.run("transcribe", "--speakers", asked)
    assert ran.code == 1 and "the two networks for it are not here" in ran.err and not engine.heard


def test_a_voice_in_both_channels_is_as_before(two: StudyHere, call: Floats) -> None:
    stereo(two.root / "audio" / "a.wav", np.repeat(call.sum(axis=1), 2).reshape(-1, 2))
    ran = two.run("transcribe")
    assert ran.code == 0 and "one person in each channel" not in ran.err and "RTTM" in ran.err
    assert {speaker for speaker, _ in told(two)} == {None}


def test_a_stop_in_the_middle_changes_nothing(
    two: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "SEARCH", 5.0)
    monkeypatch.setattr(audio.stretches, "__defaults__", (12.0,))
    assert two.run("transcribe").code == 0
    path = two.root / "transcripts" / "a.vtt"
    whole, heard = path.read_bytes(), engine.heard
    assert heard >= 3 and {speaker for speaker, _ in told(two)} == {"S1", "S2"}
    path.unlink()
    engine.fails = lambda seconds: KeyboardInterrupt() if engine.heard == heard + 2 else None
    assert two.run("transcribe").code == 130 and not path.exists()
    engine.fails = lambda seconds: None
    assert two.run("transcribe").code == 0 and path.read_bytes() == whole
