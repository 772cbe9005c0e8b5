"""Recordings: length, soundness, and stretches that lose nothing."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from qualkit.errors import QualkitError
from qualkit.transcribe import audio
from qualkit.transcribe.audio import RATE, decode, probe, stretches
from qualkit.transcribe.selftest import decodes
from tests.sound import FORMATS, cut, talk, tone, write_sound, write_video

RATES = [(8_000, False), (44_100, True), (48_000, False), (16_000, False)]
EVERY = [
    (kind, rate, stereo)
    for kind in FORMATS
    for rate, stereo in RATES
    if "opus" not in FORMATS[kind][0] or rate != 44_100
]


@pytest.mark.parametrize(("kind", "rate", "stereo"), EVERY)
def test_every_format_and_rate_gives_its_length_and_its_silence(
    tmp_path: Path, kind: str, rate: int, stereo: bool
) -> None:
    path = write_sound(tmp_path / f"a.{kind}", tone(6.0, rate, [(2.0, 4.0)]), rate, stereo=stereo)
    recording = probe(path)
    assert recording.seconds == pytest.approx(6.0, abs=0.1 if rate > 8000 else 0.2)
    assert not recording.cut_off
    sound = np.concatenate(list(decode(path)))
    assert sound.dtype == np.float32
    assert len(sound) / RATE == pytest.approx(6.0, abs=0.1 if rate > 8000 else 0.2)
    loud = [float(np.abs(sound[int(a * RATE) : int((a + 1) * RATE)]).max()) for a in (0.5, 2.5, 4.7)]
    assert loud[0] > 0.15 and loud[2] > 0.15 and loud[1] < 0.02
    assert np.abs(sound).max() <= 1.0


def test_a_second_comes_back_on_this_machine() -> None:
    assert decodes() == dict.fromkeys(["wav", "mp3", "m4a", "ogg", "flac"], True)


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "webm"])
def test_a_file_that_is_cut_says_so_and_gives_what_is_there(tmp_path: Path, kind: str) -> None:
    path = cut(write_sound(tmp_path / f"a.{kind}", tone(10.0)))
    recording = probe(path)
    assert recording.cut_off is not None
    assert recording.cut_off.stated == pytest.approx(10.0, abs=0.1)
    assert recording.seconds == pytest.approx(5.0, abs=0.7)
    assert "it says 10 s and holds" in recording.cut_off.how_cut_off
    assert sum(len(part) for part in decode(path)) / RATE == pytest.approx(recording.seconds, abs=0.3)


def test_an_m4a_with_its_table_first_is_seen_to_be_cut(tmp_path: Path) -> None:
    path = cut(write_sound(tmp_path / "a.m4a", tone(10.0), options={"movflags": "faststart"}))
    assert probe(path).cut_off
    assert sum(len(part) for part in decode(path)) / RATE == pytest.approx(5.0, abs=0.7)


def test_an_m4a_with_its_table_last_cannot_be_read_when_cut(tmp_path: Path) -> None:
    with pytest.raises(QualkitError, match="damaged, cut off") as caught:
        probe(cut(write_sound(tmp_path / "a.m4a", tone(10.0))))
    assert caught.value.where.endswith("a.m4a")
    assert "copy it again" in caught.value.hint


@pytest.mark.parametrize("kind", ["ogg", "aac"])
def test_formats_that_never_say_their_length_are_taken_as_far_as_they_go(tmp_path: Path, kind: str) -> None:
    recording = probe(cut(write_sound(tmp_path / f"a.{kind}", tone(10.0))))
    assert recording.seconds == pytest.approx(5.0, abs=0.3)
    assert not recording.cut_off  # nothing in the file tells


@pytest.mark.parametrize("name", ["film.mp4", "film.webm"])
def test_sound_that_ends_before_the_pictures_is_whole(tmp_path: Path, name: str) -> None:
    recording = probe(write_video(tmp_path / name, 12.0, tone(6.0)))
    assert recording.seconds == pytest.approx(6.0, abs=0.1)
    assert not recording.cut_off


@pytest.mark.parametrize("name", ["film.mp4", "film.webm"])
def test_a_video_that_is_cut_says_so(tmp_path: Path, name: str) -> None:
    whole = write_video(tmp_path / name, 12.0, tone(12.0))
    assert not probe(whole).cut_off
    assert probe(cut(whole)).cut_off


@pytest.mark.parametrize(("kind", "options"), [("mp3", {"write_xing": "0"}), ("aac", {})])
def test_a_length_reckoned_from_the_bit_rate_is_no_claim(tmp_path: Path, kind: str, options: dict[str, str]) -> None:
    rate = 44_100
    noise = np.random.default_rng(1).normal(0, 6000, rate * 10)
    sound = np.concatenate([np.zeros(rate * 20), noise]).astype(np.int16)
    codec = {"flags": "+qscale", "global_quality": "300"}
    recording = probe(write_sound(tmp_path / f"a.{kind}", sound, rate, options=options, codec=codec))
    assert recording.seconds == pytest.approx(30.0, abs=0.1)
    assert not recording.cut_off


@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_wav_written_to_a_pipe_does_not_know_its_length_and_is_whole(tmp_path: Path, size: int) -> None:
    path = talk(tmp_path / "a.wav", 5.0)
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = size.to_bytes(4, "little")
    path.write_bytes(bytes(content))
    assert not probe(path).cut_off
    assert probe(path).seconds == pytest.approx(5.0, abs=0.1)


def test_parts_of_different_shape_in_one_file_are_all_heard(tmp_path: Path) -> None:
    plain = {"write_xing": "0", "id3v2_version": "0"}
    one = write_sound(tmp_path / "one.mp3", tone(3.0, 44_100), 44_100, options=plain)
    two = write_sound(tmp_path / "two.mp3", tone(3.0), stereo=True, options=plain)
    both = tmp_path / "both.mp3"
    both.write_bytes(one.read_bytes() + two.read_bytes())
    assert sum(len(part) for part in decode(both)) / RATE == pytest.approx(6.0, abs=0.2)


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "ogg", "webm", "aac"])
def test_damage_in_the_middle_is_passed_over(tmp_path: Path, kind: str) -> None:
    path = write_sound(tmp_path / f"a.{kind}", tone(8.0))
    content = bytearray(path.read_bytes())
    chance = np.random.default_rng(3)
    for _ in range(10):
        at = int(chance.integers(len(content) // 3, len(content) - 200))
        content[at : at + 100] = chance.bytes(100)
    path.write_bytes(bytes(content))
    probe(path)
    assert sum(len(part) for part in decode(path)) / RATE > 2


@pytest.mark.parametrize("kind", ["flac", "ogg"])
def test_what_follows_a_damaged_place_keeps_its_time(tmp_path: Path, kind: str) -> None:
    noise = np.random.default_rng(5).normal(0, 4000, 16_000 * 10).astype(np.int16)
    noise[16_000 * 7 : 16_000 * 8] = 0
    path = write_sound(tmp_path / f"a.{kind}", noise, 16_000)
    content = bytearray(path.read_bytes())
    content[len(content) * 3 // 10 : len(content) * 5 // 10] = bytes(len(content) * 5 // 10 - len(content) * 3 // 10)
    path.write_bytes(bytes(content))
    sound = np.concatenate(list(decode(path)))
    loud = np.abs(sound).reshape(-1)[: len(sound) // 1600 * 1600].reshape(-1, 1600).max(axis=1) > 0.05
    assert not loud[32:45].all(), "the damaged place"
    assert loud[62:68].all() and not loud[72:78].any() and loud[82:95].all()


def test_stretches_join_up_to_the_whole_and_are_cut_where_it_is_quiet(tmp_path: Path) -> None:
    quiet = [(33.0, 34.0), (60.0, 61.0), (82.0, 83.0)]
    path = write_sound(tmp_path / "long.wav", tone(100.0, 8_000, quiet), 8_000)
    blocks = list(decode(path))
    limit = 40.0
    parts = list(stretches(path, limit))
    assert np.array_equal(np.concatenate([sound for _, sound in parts]), np.concatenate(blocks))
    begins = 0
    for start, sound in parts:
        assert start == begins / RATE
        begins += len(sound)
        assert len(sound) <= limit * RATE + max(map(len, blocks))
    cuts = [start for start, _ in parts[1:]]
    assert cuts
    for moment in cuts:
        assert any(start < moment < end for start, end in quiet), cuts


@pytest.mark.parametrize("seconds", [1.0, 31.0, 600.0])
def test_stretches_without_any_pause_still_join_up(tmp_path: Path, seconds: float) -> None:
    path = write_sound(tmp_path / "a.wav", tone(45.0, 8_000), 8_000)
    whole = np.concatenate(list(decode(path)))
    parts = [sound for _, sound in stretches(path, seconds)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert all(len(part) for part in parts)
    assert len(parts) == 1 or seconds < 45


def test_a_stretch_may_end_exactly_with_the_sound(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tone(62.0, 16_000), 16_000)
    assert sum(len(sound) for _, sound in stretches(path, 31.0)) == 62 * RATE


@pytest.mark.parametrize("text", ["Anteckningar från besöket\n", "WEBVTT\n\n00:01.000 --> 00:02.000\nhej\n", "1\n2\n"])
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a"])
def test_text_named_as_sound_is_called_text(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QualkitError, match="this is a text file") as caught:
        probe(path)
    assert ".md" in caught.value.hint


def test_a_recording_without_sound_inside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QualkitError, match="this video has no sound"):
        probe(write_video(tmp_path / "film.mp4", 1.0))
    with pytest.raises(QualkitError, match="holds no sound"):
        with wave.open(str(tmp_path / "nothing.wav"), "wb") as made:
            made.setparams((1, 2, 16_000, 0, "NONE", ""))
        probe(tmp_path / "nothing.wav")
    with pytest.raises(QualkitError, match="a folder"):
        probe(tmp_path)
    with pytest.raises(QualkitError, match="missing"):
        probe(tmp_path / "none.wav")


def test_a_recording_that_may_not_be_read_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import av

    def refuse(*_: object, **__: object) -> None:
        raise av.error.PermissionError(13, "Permission denied")

    path = talk(tmp_path / "a.wav")
    monkeypatch.setattr(av, "open", refuse)
    with pytest.raises(QualkitError, match="not allowed to read"):
        probe(path)
    assert audio.RATE == 16_000
