"""Several files that are one interview: one row, one transcript, times that run on over all of them."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import QualkitError
from qualkit.store.parts import common_name, in_natural_order, join_parts, split_parts
from qualkit.store.transcripts import read_words
from qualkit.transcribe import audio, run
from qualkit.transcribe import clip as clips
from qualkit.transcribe.audio import RATE, decode, native, probe, stretches
from qualkit.transcribe.plan import Window
from qualkit.transcribe.speakers import Turn, turns_beside
from tests.conftest import StudyHere
from tests.sound import FORMATS, FakeEngine, Sound, cut, engine, talk, tone, write_sound, write_video

__all__ = ["engine"]

MOST_OFF = 0.05  # seconds that a border between two files may be off, once each


def rise(first: int, seconds: int, rate: int = 48_000) -> Sound:
    """A tone that rises by 100 Hz each second from 300 + 100 * `first` on: it tells which second one hears."""
    at = np.arange(seconds * rate) / rate
    hertz = 300 + 100 * (first + np.arange(seconds * rate) // rate)
    return np.asarray(8000 * np.sin(2 * np.pi * hertz * at), np.int16)


def second(sound: audio.Samples, at: float, rate: int = RATE) -> int:
    part = sound[int((at - 0.1) * rate) : int((at + 0.1) * rate)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), rate))
    return round((int(np.argmax(spectrum)) - 300) / 100)


def row(study: StudyHere) -> dict[str, str]:
    content = (study.root / "transcripts" / "sources.csv").read_text(encoding="utf-8-sig")
    found = list(csv.DictReader(content.splitlines(), delimiter=";"))
    assert len(found) == 1
    return found[0]


# names and the cell


@pytest.mark.parametrize(
    ("names", "common"),
    [
        (["Möte del 1.m4a", "Möte del 2.m4a", "Möte del 10.m4a"], "Möte"),
        (["Möte (part 1).mp3", "Möte (part 2).mp3"], "Möte"),
        (["Möte.m4a", "Möte 2.m4a", "Möte 10.m4a"], "Möte"),
        (["R09_0009.wav", "R09_0010.wav"], "R09"),
        (["2026-03-01 09.59.m4a", "2026-03-01 10.15.m4a", "2026-03-01 11.02.m4a"], "2026-03-01"),
        (["Samtal-fortsättning.m4a", "Samtal-förmiddag.m4a"], "Samtal"),
        (["Grupp a.m4a", "Grupp b.wav"], "Grupp"),
        (["model 1.m4a", "model 2.m4a"], "model"),
        (["del 1.m4a", "del 2.m4a"], "del 1"),
        (["en.m4a", "två.m4a"], "en"),
        (["Möte del 1.m4a"], "Möte del 1"),
    ],
)
def test_the_order_of_parts_and_their_common_name(names: list[str], common: str) -> None:
    files = [Path("in") / name for name in names]
    for given_order in (files, files[::-1]):
        assert in_natural_order(given_order) == tuple(files)
    assert common_name(files) == common


file_names = st.text(st.characters(exclude_characters="|/\\\n\r\0", exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: name.strip() == name
)


@given(st.lists(file_names, min_size=1))
def test_a_cell_says_what_was_written_into_it(names: list[str]) -> None:
    parts = tuple(f"audio/{name}" for name in names)
    assert split_parts(join_parts(parts)) == parts


def test_a_cell_as_people_write_it() -> None:
    assert split_parts("audio\\a + b.m4a|audio/c, d.m4a\n audio/e.m4a | ") == (
        "audio/a + b.m4a", "audio/c, d.m4a", "audio/e.m4a",
    )  # fmt: skip
    assert split_parts("") == ()


# sound


@pytest.mark.parametrize("kind", FORMATS)
def test_parts_follow_each_other_without_a_gap(tmp_path: Path, kind: str) -> None:
    """A tone that rises each second tells where one is; rate and channels differ from part to part."""
    rate = 8_000 if kind == "amr" else 48_000 if "opus" in FORMATS[kind][0] else 44_100
    one = write_sound(tmp_path / f"1.{kind}", rise(0, 4, rate), rate, stereo=True)
    two = write_sound(tmp_path / "2.wav", rise(4, 3, 8_000), 8_000)
    three = write_sound(tmp_path / "3.flac", rise(7, 4, 48_000), 48_000, stereo=True)
    files = (one, two, three)
    sound = np.concatenate(list(decode(files)))
    assert len(sound) / RATE == pytest.approx(11, abs=0.1)
    assert [second(sound, at + 0.5) for at in range(11)] == list(range(11))
    recording = probe(files)
    assert recording.paths == files and recording.seconds == pytest.approx(11, abs=0.1)
    assert recording.begins == pytest.approx((0, 4, 7), abs=0.1)
    whole = np.concatenate([np.concatenate(list(decode(file))) for file in files])
    assert np.array_equal(sound, whole), "nothing is put between them, nothing is left out"
    loud = np.abs(sound[: len(sound) // 400 * 400]).reshape(-1, 400).max(axis=1)
    silent = loud < 0.1
    assert silent.sum() * 400 / RATE < 0.15, "not even 25 ms of silence more than an encoder's own"


@pytest.mark.parametrize("kind", FORMATS)
def test_a_jump_into_any_part_finds_its_second(tmp_path: Path, kind: str) -> None:
    first = write_sound(tmp_path / f"1.{kind}", rise(0, 4))
    files = (first, write_sound(tmp_path / f"2.{kind}", rise(4, 4)), write_video(tmp_path / "3.mp4", 4, rise(8, 4)))
    whole = np.concatenate(list(decode(files)))
    for start in (0.0, 0.7, 3.9, 4.0, 4.1, 6.5, 8.0, 10.9):
        part = np.concatenate(list(decode(files, start=start)))
        assert abs(len(whole) / RATE - start - len(part) / RATE) < 2 * MOST_OFF
        for at in np.arange(np.ceil(start - 0.3) + 0.5, 11.9):
            assert second(part, at - start) == int(at)


def test_an_end_that_cannot_be_decoded_does_not_move_what_follows(tmp_path: Path) -> None:
    """The table behind the sound says that six seconds are there; the last two are zeros."""
    one = write_sound(tmp_path / "1.m4a", rise(0, 6))
    content = bytearray(one.read_bytes())
    ends = content.index(b"moov") - 4
    content[ends * 2 // 3 : ends] = bytes(ends - ends * 2 // 3)
    one.write_bytes(bytes(content))
    two = write_sound(tmp_path / "2.wav", rise(6, 3, RATE), RATE)
    assert sum(map(len, decode(one))) / RATE < 4.5
    sound = np.concatenate(list(decode((one, two))))
    assert [second(sound, at) for at in (0.5, 2.5, 6.5, 8.5)] == [0, 2, 6, 8]
    assert not sound[int(4.6 * RATE) : int(5.9 * RATE)].any()
    assert second(np.concatenate(list(decode((one, two), start=7.0))), 0.5) == 7


def test_stretches_run_on_over_a_border(tmp_path: Path) -> None:
    files = [write_sound(tmp_path / f"{n}.wav", tone(25.0, 8_000, [(10, 10.6)]), 8_000) for n in range(4)]
    parts = list(stretches(files, 40.0))
    assert sum(len(sound) for _, sound in parts) == 100 * RATE
    cuts = [begins for begins, _ in parts[1:]]
    assert [begins for begins in cuts if any(n * 25 + 10 <= begins <= n * 25 + 10.6 for n in range(4))] == cuts


def test_the_best_rate_and_the_most_channels_of_all_parts(tmp_path: Path) -> None:
    one = write_sound(tmp_path / "1.wav", tone(1.0, 8_000), 8_000, stereo=True)
    two = write_sound(tmp_path / "2.wav", tone(1.0, 44_100), 44_100)
    assert native(one) == (8_000, 2) and native((one, two)) == (44_100, 2)


@pytest.mark.parametrize("made", [".wav", ".mp3"])
def test_a_clip_goes_across_a_border(tmp_path: Path, made: str) -> None:
    files = (
        write_sound(tmp_path / "1.m4a", rise(0, 5, 44_100), 44_100),
        write_sound(tmp_path / "2.wav", rise(5, 5, 8_000), 8_000),
    )
    file = tmp_path / f"c{made}"
    file.write_bytes(clips.clip(files, 4.0, 6.0, made))
    sound = np.concatenate(list(decode(file)))
    assert len(sound) / RATE == pytest.approx(2.6, abs=0.06)
    assert [second(sound, at) for at in (0.15, 0.8, 1.8, 2.45)] == [3, 4, 5, 6]
    with pytest.raises(QualkitError, match="ends before 0:00:15") as caught:
        clips.clip(files, 11.0, 15.0, made)
    assert "it is 0:00:10 long" in caught.value.hint and "1.m4a" in caught.value.where


# the study


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    """Part 10 and part 2, as a phone and a recorder made them."""
    ten = write_sound(tmp_path / "in" / "Samtal Åsa del 10.wav", tone(5.0, 8_000), 8_000)
    return [ten, write_sound(tmp_path / "in" / "Samtal Åsa del 2.m4a", tone(10.0), stereo=True)]


def test_add_as_one_copies_orders_and_says_the_order(study: StudyHere, parts: list[Path]) -> None:
    ran = study.run("add", *map(str, parts), "--as-one", "-m", "Huddinge")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[:3] == [
        "added samtal-asa: 2 files as one (interview), in this order",
        "  audio/Samtal Åsa del 2.m4a",
        "  audio/Samtal Åsa del 10.wav",
    ]
    assert "column recording" in ran.out
    made = row(study)
    assert made["recording"] == "audio/Samtal Åsa del 2.m4a | audio/Samtal Åsa del 10.wav"
    assert (made["id"], made["title"]) == ("samtal-asa", "Samtal Åsa")
    for file in parts:
        assert (study.root / "audio" / file.name).read_bytes() == file.read_bytes()
    assert study.run("check").code == 0
    before = study.files()
    again = study.run("add", str(parts[1]), "--id", "other")
    assert again.code == 1 and "'samtal-asa' has a recording called Samtal Åsa del 2.m4a already" in again.err
    assert study.files() == before


def test_parts_may_come_to_a_source_that_has_no_recording(study: StudyHere, parts: list[Path]) -> None:
    study.sources("a;A;interview;Huddinge;;;;")
    study.spoken("a", "S1: Hej.")
    ran = study.run("add", *map(str, parts), "--as-one", "--to", "a")
    placed = "audio/Samtal Åsa del 2.m4a | audio/Samtal Åsa del 10.wav"
    assert ran.code == 0 and ran.out == f"a: has the recording {placed} now\n", "it has a text already"
    assert row(study)["recording"] == placed and (study.root / "audio" / parts[0].name).exists()
    before = study.files()
    assert "has a recording already" in study.run("add", *map(str, parts), "--as-one", "--to", "a").err
    assert "--to takes one file" in study.run("add", *map(str, parts), "--to", "a").err
    assert study.files() == before


def test_parts_may_be_given_an_id_and_a_title(study: StudyHere, parts: list[Path]) -> None:
    assert study.run("add", *map(str, parts), "--as-one", "--id", "g1", "--title", "Grupp ett").code == 0
    assert (row(study)["id"], row(study)["title"]) == ("g1", "Grupp ett")


@pytest.mark.parametrize("what", ["text", "the same name", "the same file", "the sign", "broken", "missing"])
def test_what_cannot_be_parts_is_not_added(study: StudyHere, tmp_path: Path, parts: list[Path], what: str) -> None:
    files = list(parts)
    if what == "text":
        files.append(tmp_path / "in" / "Samtal Åsa del 3.txt")
        files[-1].write_text("Anteckningar.\n", encoding="utf-8")
        says = ["this is no recording", "del 3.txt", "by themselves"]
    elif what == "the same name":
        files.append(talk(tmp_path / "other" / parts[0].name.upper().replace(".WAV", ".wav")))
        says = ["two of the parts are called", "rename one"]
    elif what == "the same file":
        files.append(parts[0])
        says = ["this file is named twice", "name each file once"]
    elif what == "the sign":
        try:
            files.append(talk(tmp_path / "in" / "Samtal | Åsa.wav"))
        except OSError:
            pytest.skip("this system has no such file names")
        says = ["the sign | stands between", "rename the file"]
    elif what == "broken":
        files.append(tmp_path / "in" / "Samtal Åsa del 11.wav")
        files[-1].write_bytes(b"")
        says = ["empty (0 bytes)", "del 11.wav"]
    else:
        files.append(tmp_path / "in" / "none.wav")
        says = ["there is no such file", "none.wav"]
    before = study.files()
    ran = study.run("add", *map(str, files), "--as-one")
    assert ran.code == 1 and all(said in ran.err for said in says), ran.err
    assert study.files() == before


def test_a_copy_that_fails_leaves_no_part(study: StudyHere, parts: list[Path]) -> None:
    study.write(f"audio/{parts[0].name}", b"another")
    before = study.files()
    assert study.run("add", *map(str, parts), "--as-one").code == 1
    assert study.files() == before


@pytest.fixture
def two(study: StudyHere) -> StudyHere:
    """A source in two parts, ten seconds and five."""
    study.sources("a;A;interview;Huddinge;;;audio/1.m4a | audio/2.wav;")
    write_sound(study.root / "audio" / "1.m4a", tone(10.0), stereo=True)
    write_sound(study.root / "audio" / "2.wav", tone(5.0, 8_000), 8_000)
    return study


def in_windows(monkeypatch: pytest.MonkeyPatch, length: float = 2.5) -> None:
    """Windows of that many seconds, so that one of them lies in the second part alone."""

    def plan(sound: audio.Samples, begins: float) -> list[Window]:
        edges = [*np.arange(0, len(sound) / RATE - 0.1, length).tolist(), len(sound) / RATE]
        return [Window(begins + a, begins + b) for a, b in pairwise(edges)]

    monkeypatch.setattr(run, "plan", plan)


def test_times_run_on_in_the_transcript(two: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    in_windows(monkeypatch, 5.0)
    ran = two.run("transcribe")
    assert ran.code == 0, ran.err
    assert "a: 0.2 minutes" in ran.out
    said = [word for words in read_words(two.root / "transcripts" / "a.words.jsonl").values() for word in words]
    assert [word.start for word in said if word.text == " Jag"] == [0.0, 5.0, 10.0]
    text = (two.root / "transcripts" / "a.vtt").read_text(encoding="utf-8")
    assert "Times run on over: 1.m4a (from 0:00:00), 2.wav (from 0:00:10)" in text.split("\n\n")[1]
    assert not two.run("transcribe").err


def test_it_goes_on_in_the_second_part(two: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    in_windows(monkeypatch)
    assert two.run("transcribe").code == 0
    whole = {name: content for name, content in two.files().items() if "transcripts/a." in name}
    for name in whole:
        (two.root / name).unlink()
    engine.fails, engine.heard = lambda _: KeyboardInterrupt() if engine.heard == 6 else None, 0
    assert two.run("transcribe").code == 130
    engine.fails, engine.heard = lambda _: None, 0
    assert two.run("transcribe").code == 0
    assert engine.heard == 1, "five of six windows were on disk, one of them of the second part"
    assert {name: content for name, content in two.files().items() if "transcripts/a." in name} == whole
    engine.fails, engine.heard = lambda _: KeyboardInterrupt() if engine.heard == 6 else None, 0
    assert two.run("transcribe", "--again").code == 130
    talk(two.root / "audio" / "2.wav", 5.0)  # another second part: what was heard of the old one is worth nothing
    engine.fails, engine.heard = lambda _: None, 0
    assert two.run("transcribe", "--again").code == 0 and engine.heard == 6


RTTM = "SPEAKER x 1 {} {} <NA> <NA> {} <NA> <NA>\n"


def test_speakers_beside_each_part_are_moved_to_its_time(two: StudyHere) -> None:
    two.write("audio/1.rttm", RTTM.format(0, 6, "S1") + RTTM.format(6, 4, "S2"))
    two.write("audio/2.rttm", RTTM.format(0.5, 2, "S2"))
    turns = turns_beside(probe(two.open().folder.recording(two.open().study.sources[0])))
    assert turns[:2] == [Turn("S1", 0, 6), Turn("S2", 6, 10)]
    assert [turn.speaker for turn in turns[2:]] == ["S2"]
    assert (turns[2].start, turns[2].end) == pytest.approx((10.5, 12.5), abs=MOST_OFF)


def test_speakers_beside_one_part_only_are_refused(two: StudyHere, engine: FakeEngine) -> None:
    two.write("audio/2.rttm", RTTM.format(0, 5, "S1"))
    ran = two.run("transcribe")
    assert ran.code == 1 and "1.rttm: who speaks in this part of the recording is not said" in ran.err
    assert "2.rttm is here" in ran.err and engine.heard == 0
    assert "1.rttm: who speaks" in two.run("check").out


def test_a_missing_part_and_one_named_twice_are_told(two: StudyHere, engine: FakeEngine) -> None:
    assert two.run("check").code == 0
    (two.root / "audio" / "2.wav").unlink()
    checked = two.run("check")
    assert checked.code == 1 and "sources.csv:2: the recording audio/2.wav is missing" in checked.out
    assert "1.m4a" not in checked.out
    ran = two.run("transcribe")
    assert ran.code == 1 and "2.wav: the recording is missing" in ran.err and engine.heard == 0
    assert "recording missing: a  (qualkit check)" in two.run("status").out
    two.sources("a;A;interview;Huddinge;;;audio/1.m4a | audio/1.m4a;")
    assert "names audio/1.m4a twice" in two.run("check").out


def test_a_part_that_is_cut_off_is_named(two: StudyHere, engine: FakeEngine) -> None:
    cut(two.root / "audio" / "2.wav")
    ran = two.run("transcribe")
    assert ran.code == 1 and "2.wav: this recording is cut off: it says 5 s" in ran.err and engine.heard == 0
    assert two.run("transcribe", "--incomplete").code == 0


def test_a_clip_by_the_command_is_in_running_time(two: StudyHere) -> None:
    write_sound(two.root / "audio" / "1.m4a", rise(0, 10))
    write_sound(two.root / "audio" / "2.wav", rise(10, 5, 8_000), 8_000)
    file = two.root / "exports" / "c.wav"
    assert two.run("clip", "a", "0:09", "0:12", "--to", str(file)).code == 0
    sound = np.concatenate(list(decode(file)))
    assert [second(sound, at) for at in (0.8, 1.8, 2.8)] == [9, 10, 11]
