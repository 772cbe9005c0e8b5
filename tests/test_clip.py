"""Clips: the right second, silent ends, every format, no ffmpeg program, and no more decoded than is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.coding import Anchor
from qualkit.transcribe import audio
from qualkit.transcribe import clip as clips
from qualkit.transcribe.audio import RATE, decode, probe
from tests.conftest import StudyHere
from tests.sound import FORMATS, tone, write_sound, write_video

SOUND = ("wav", "flac", "mp3", "ogg", "m4a")


def ladder(seconds: int, rate: int = 48_000) -> npt.NDArray[np.int16]:
    """A tone that rises by 100 Hz each second, from 300 Hz up to 1,200 and again: it tells which second one hears."""
    at = np.arange(seconds * rate) / rate
    hertz = 300 + 100 * (np.arange(seconds * rate) // rate % 10)
    return np.asarray(8000 * np.sin(2 * np.pi * hertz * at), np.int16)


def heard(path: Path) -> npt.NDArray[np.float32]:
    return np.concatenate(list(decode(path)))


def second(sound: npt.NDArray[np.float32], at: float) -> int:
    """Which second of the ladder sounds at this time of a clip."""
    part = sound[int((at - 0.1) * RATE) : int((at + 0.1) * RATE)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), RATE))
    return round((int(np.argmax(spectrum)) - 300) / 100)


@pytest.fixture
def talk(study: StudyHere) -> StudyHere:
    """A study with a recording of twenty seconds and a document."""
    study.sources("a;A;interview;Huddinge;;;audio/a.flac;", "n;N;document;Huddinge;;;;")
    write_sound(study.root / "audio" / "a.flac", ladder(20))
    study.document("n", "De ville ha BankID.\n")
    return study


@pytest.mark.parametrize("made", SOUND)
def test_every_kind_comes_back_with_the_right_second_and_silent_ends(talk: StudyHere, made: str) -> None:
    file = talk.root / "exports" / f"c.{made}"
    ran = talk.run("clip", "a", "7", "0:09.0", "--to", str(file))
    assert ran.code == 0 and ran.out == f"written: {file} (a, 0:00:07 to 0:00:09)\n"
    sound = heard(file)
    assert len(sound) / RATE == pytest.approx(2.0 + 2 * clips.AIR, abs=0.05)
    assert [second(sound, at) for at in (0.15, 0.8, 1.8, 2.45)] == [6, 7, 8, 9]
    assert max(np.abs(sound[:40]).max(), np.abs(sound[-40:]).max()) < 0.02
    assert np.abs(sound[int(0.4 * RATE) : int(2.2 * RATE)]).max() > 0.2
    before = file.read_bytes()
    assert talk.run("clip", "a", "7", "9", "--to", str(file)).code == 0
    assert file.read_bytes() == before, "the same clip gives the same bytes"


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000])
@pytest.mark.parametrize("made", SOUND)
def test_every_rate_and_two_channels(tmp_path: Path, made: str, rate: int) -> None:
    path = write_sound(tmp_path / "a.wav", ladder(4, rate), rate, stereo=rate > 20_000)
    file = tmp_path / f"c.{made}"
    file.write_bytes(clips.clip(path, 1.0, 2.0, f".{made}"))
    assert probe(file).seconds == pytest.approx(1.6, abs=0.1)
    assert second(heard(file), 0.8) == 1


def test_two_channels_stay_apart(tmp_path: Path) -> None:
    left, right = ladder(4), np.zeros(4 * 48_000, np.int16)
    path = tmp_path / "a.wav"
    both = np.stack([left, right], axis=1)
    import wave

    with wave.open(str(path), "wb") as made:
        made.setnchannels(2)
        made.setsampwidth(2)
        made.setframerate(48_000)
        made.writeframes(both.tobytes())
    sound = clips.stretch(path, 1.0, 2.0, rate=48_000, channels=2).reshape(-1, 2)
    assert np.array_equal(sound, both[48_000:96_000]), "not a bit is changed on the way"


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("start", "end"), [(0.0, 1.5), (1.0, 2.0), (33.4, 36.1), (58.0, 60.0)])
def test_a_jump_finds_what_reading_from_the_beginning_finds(
    tmp_path: Path, kind: str, start: float, end: float
) -> None:
    chance = np.random.default_rng(7)
    noise = np.convolve(chance.normal(0, 3000, 60 * 16_000), np.hanning(9) / 4.0, "same").astype(np.int16)
    path = write_sound(tmp_path / f"a.{kind}", noise, 16_000)
    whole, part = heard(path), clips.stretch(path, start, end, rate=RATE, channels=1).astype(np.float32)
    near = whole[max(0, int((start - 0.2) * RATE)) : int((end + 0.2) * RATE)]
    lag = int(np.argmax(np.correlate(near, part[: int(0.9 * RATE)], "valid")))
    assert (min(start, 0.2) * RATE - lag) / RATE == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_a_videos_times_are_a_players(tmp_path: Path, kind: str) -> None:
    path = write_video(tmp_path / f"a.{kind}", 12, ladder(12))
    file = tmp_path / "c.wav"
    file.write_bytes(clips.clip(path, 9.0, 10.0, ".wav"))
    assert second(heard(file), 0.8) == 9


@pytest.mark.slow
def test_an_hour_is_not_decoded_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rate = 8_000
    path = write_sound(tmp_path / "a.mp3", np.tile(ladder(10, rate), 360), rate)
    frames, counted = audio._frames, [0, 0.0]

    def counting(container: Any, stream: Any) -> Iterator[Any]:
        for frame in frames(container, stream):
            counted[0] += 1
            counted[1] += frame.samples / frame.sample_rate
            yield frame

    monkeypatch.setattr(audio, "_frames", counting)
    file = tmp_path / "c.wav"
    file.write_bytes(clips.clip(path, 3333.0, 3335.0, ".wav"))
    assert counted[1] < 6.0 and counted[0] < 100
    monkeypatch.undo()
    assert [second(heard(file), at) for at in (0.8, 1.8)] == [3, 4]


def test_no_ffmpeg_program_is_needed(talk: StudyHere) -> None:
    for kind in SOUND:
        command = ["--study", str(talk.root), "clip", "a", "3", "4", "--to", str(talk.root / "exports" / f"c.{kind}")]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "qualkit", *command],
            env=os.environ | {"PATH": ""},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0 and done.stderr == ""


def test_the_beginning_and_the_end_have_less_air(talk: StudyHere) -> None:
    file = talk.root / "exports" / "c.wav"
    assert talk.run("clip", "a", "0", "1", "--to", str(file)).code == 0
    assert len(heard(file)) / RATE == pytest.approx(1.3, abs=0.01)
    assert talk.run("clip", "a", "19", "20.4", "--to", str(file)).code == 0
    assert len(heard(file)) / RATE == pytest.approx(1.3, abs=0.01)


def test_without_a_name_it_lies_in_exports(talk: StudyHere) -> None:
    assert talk.run("clip", "a", "0:07.5", "8").code == 0
    assert second(heard(talk.root / "exports" / "a-0-00-07.5.mp3"), 0.5) == 7


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["a", "7", "7"], "cannot begin at 0:00:07 and end at 0:00:07"),
        (["a", "8", "7"], "cannot begin"),
        (["a", "21", "22"], "ends before 0:00:22"),
        (["a", "18", "25"], "it is 0:00:20 long"),
        (["a", "100", "101"], "it is 0:00:20 long"),
        (["a", "0", "2:00:00"], "too long for a clip"),
        (["a", "x", "7"], "'x' is no time"),
        (["a", "1:75", "3:00"], "'1:75' is no time"),
        (["a", "7"], "needs two times"),
        (["a"], "which stretch of 'a'"),
        (["aa", "1", "2"], "no source 'aa'"),
        (["n", "1", "2"], "has no sound"),
        (["0123"], "8 letters or more"),
        (["0123456789"], "no coding whose id begins with"),
        (["a", "1", "2", "--to", "c.aiff"], ".m4a"),
        (["a", "1", "2", "--to", "audio/a.flac"], "study's own files"),
    ],
)
def test_what_cannot_be_cut_is_said(
    talk: StudyHere, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    monkeypatch.chdir(talk.root)
    before = talk.files()
    ran = talk.run("clip", *words)
    assert ran.code == 1 and says in ran.err, ran.err
    assert talk.files() == before


def test_a_recording_that_is_missing_or_broken(talk: StudyHere) -> None:
    (talk.root / "audio" / "a.flac").write_bytes(b"\0" * 500)
    assert "this recording holds no sound" in talk.run("clip", "a", "1", "2").err
    (talk.root / "audio" / "a.flac").unlink()
    assert "the recording is missing" in talk.run("clip", "a", "1", "2").err


def test_times() -> None:
    read = ("12.5", "1:02", "0:01:02.5", "90", "1:00:00", "12,5", "00:00:03")
    assert [clips.seconds_of(text) for text in read] == [12.5, 62, 62.5, 90, 3600, 12.5, 3]
    for text in ("", "1:2:3:4", "-1", "1:60", "1:60:00", "nan", "1e3", ":30"):
        with pytest.raises(QualkitError, match="is no time"):
            clips.seconds_of(text)
    assert [clips.clock(at) for at in (0, 59.96, 3661.25)] == ["0:00:00", "0:01:00", "1:01:01.2"]


def test_a_clip_shorter_than_its_fades(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tone(0.05))
    file = tmp_path / "c.wav"
    file.write_bytes(clips.clip(path, 0.0, 0.04, ".wav"))
    assert 0.04 <= probe(file).seconds <= 0.06


# by an excerpt's id


def code(study: StudyHere, segment: str, quote: str, start: float, end: float) -> str:
    anchor = Anchor(segment, 0, segment, len(quote), quote, start=start, end=end)
    return study.act("a", Act("", "", "anna", "code", anchor=anchor, code="id.bankid"))[0].id


def test_an_excerpts_id_is_enough(talk: StudyHere) -> None:
    talk.spoken("a", "S1: Hej och välkommen.", "S2: Jag vill ha BankID.", "S1: Jaha.")
    first, last = code(talk, "s0001", "Hej och välkommen.", 2, 3.5), code(talk, "s0002", "Jag vill ha BankID.", 4, 5.5)
    shown = talk.run("excerpts").out
    short = [line.split()[-1] for line in shown.splitlines() if "id.bankid" in line]
    assert len(set(short)) == 2 and first.startswith(short[0]) and last.startswith(short[1])
    assert all(len(beginning) >= 8 for beginning in short)
    for name in (last, short[1], short[1].upper()):
        ran = talk.run("clip", name, "--to", str(talk.root / "exports" / "c.wav"))
        assert ran.code == 0 and "0:00:04 to 0:00:05.5" in ran.out, ran.err
    assert [second(heard(talk.root / "exports" / "c.wav"), at) for at in (0.8, 1.5)] == [4, 5]
    if first[:8] == last[:8]:
        assert "give more of its letters" in talk.run("clip", first[:8]).err


def test_an_excerpt_whose_words_are_gone_keeps_its_time(talk: StudyHere) -> None:
    talk.spoken("a", "S1: Hej och välkommen.")
    made = code(talk, "s0001", "Något helt annat sades.", 6, 7)
    ran = talk.run("clip", made)
    assert ran.code == 0 and "not found again" in ran.err and "0:00:06 to 0:00:07" in ran.out


def test_an_excerpt_of_a_document_has_no_sound(talk: StudyHere) -> None:
    talk.run("apply")
    shown = talk.run("excerpts", "--status", "suggested").out
    name = next(line.split()[-1] for line in shown.splitlines() if "id.bankid" in line)
    ran = talk.run("clip", name)
    assert ran.code == 1 and "no sound" in ran.err
