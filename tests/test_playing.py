"""The voice: what is cut and handed to the player, when words are said, and a machine without sound."""

from __future__ import annotations

import sys
import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from qualkit.coding.spoken_at import second_of, word_at
from qualkit.coding.standing import Standing
from qualkit.model.transcript import Segment, Transcript, Word
from qualkit.tui import playing
from qualkit.tui.playing import RATE, Player, Voice, paced
from tests import sound
from tests.conftest import StudyHere
from tests.test_screen import coded, drive, line, quote  # noqa: F401 (a fixture)

KEEP = "import sys,shutil,time,pathlib; p=pathlib.Path(sys.argv[2]); time.sleep(float(sys.argv[3])); "
KEEP += "shutil.copy(sys.argv[1], p / f'{len(list(p.iterdir()))}.wav')"


def keeping(folder: Path, seconds: float = 0.0) -> Player:
    """A player that keeps what it was given."""
    folder.mkdir(exist_ok=True)
    return Player((sys.executable, "-c", KEEP, "{}", str(folder), str(seconds)))


def seconds_in(folder: Path) -> list[float]:
    found = []
    for path in sorted(folder.iterdir()):
        with wave.open(str(path)) as file:
            found.append(file.getnframes() / file.getframerate())
    return found


def wait(voice: Voice) -> None:
    limit = time.monotonic() + 30
    while voice.playing and time.monotonic() < limit:
        time.sleep(0.02)


def test_the_whole_rest_is_played_in_stretches_that_end_with_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "LEAST", 0.0)  # a player that plays nothing is done at once
    file = sound.talk(tmp_path / "a.wav", 40.0)
    voice = Voice((file,), keeping(tmp_path / "kept"), [5.0, 9.0, 20.0, 36.0, 39.0, 40.0])
    voice.play(2.0)
    wait(voice)
    assert not voice.failed and seconds_in(tmp_path / "kept") == pytest.approx([7.0, 27.0, 4.0], abs=0.1)


def test_slower_is_longer_at_the_same_pitch() -> None:
    tone = (np.sin(np.arange(RATE * 2) * 2 * np.pi * 440 / RATE) * 9000).astype(np.int16)
    slow = paced(tone, 0.5)
    assert len(slow) == pytest.approx(2 * len(tone), rel=0.05)
    middle = slow[RATE : 2 * RATE].astype(float)
    assert np.argmax(np.abs(np.fft.rfft(middle))) == pytest.approx(440, abs=5)


def test_stop_is_at_once_and_the_position_stays(tmp_path: Path) -> None:
    file = sound.talk(tmp_path / "a.wav", 20.0)
    voice = Voice((file,), keeping(tmp_path / "kept", 60.0), [20.0])
    voice.play(3.0)
    limit = time.monotonic() + 30
    while voice.position() <= 3.0 and time.monotonic() < limit:
        time.sleep(0.02)
    voice.stop()
    assert not voice.playing and 3.0 < voice.position() < 20.0


def test_stop_does_not_wait_for_what_is_just_being_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = sound.talk(tmp_path / "a.wav", 40.0)
    voice = Voice((file,), keeping(tmp_path / "kept", 60.0), [10.0, 40.0])
    begun, go_on, cut = threading.Event(), threading.Event(), voice._cut

    def slowly(path: Path, start: float, end: float) -> bool:
        if start > 0:
            begun.set()
            go_on.wait(30)
        return cut(path, start, end)

    monkeypatch.setattr(voice, "_cut", slowly)
    voice.play(0.0)
    assert begun.wait(30)
    thread, process = voice._now.thread, voice._now.process
    assert thread and process
    voice.stop()
    assert thread.is_alive() and process.wait(30) and not voice.playing
    go_on.set()
    thread.join(30)
    assert not thread.is_alive() and voice._now.process is process and not voice.failed


def test_a_player_that_cannot_play_is_told() -> None:
    missing = Voice((Path("nowhere.wav"),), Player((sys.executable, "-c", "raise SystemExit(1)", "{}")), [1.0])
    missing.play(0.0)
    wait(missing)
    assert missing.failed


def test_a_player_that_ends_at_once_and_calls_that_well_is_told(tmp_path: Path) -> None:
    file = sound.talk(tmp_path / "a.wav", 40.0)
    voice = Voice((file,), keeping(tmp_path / "kept"), [20.0, 40.0])
    voice.play(2.0)
    wait(voice)
    assert "no sound came" in voice.failed and len(seconds_in(tmp_path / "kept")) == 1


def test_words_are_found_by_their_times_and_else_by_their_letters() -> None:
    segments = (Segment("s1", "ett två", "A", 0.0, 2.0), Segment("s2", "tre fyra fem", "A", 4.0, 7.0))
    words = {"s1": (Word("ett", 0.5, 0.9, 1.0), Word(" två", 1.5, 2.0, 1.0))}
    one = Standing(Transcript("a", segments), "anna", words=words)
    assert [second_of(one, word) for word in range(5)] == [0.5, 1.5, 4.0, 5.0, 6.25]
    assert [word_at(one, second) for second in (0.0, 0.6, 1.6, 3.0, 4.1, 5.2, 6.9, 99.0)] == [0, 0, 1, 1, 2, 3, 4, 4]


# the keys


@pytest.fixture
def heard(coded: StudyHere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StudyHere:  # noqa: F811
    coded.sources("a;Ett samtal;interview;Huddinge;;;audio/a.wav;", "b;En sida;web page;Haninge;;;;")
    sound.talk(coded.root / "audio" / "a.wav", 16.0)
    monkeypatch.setattr(playing, "find_player", lambda: keeping(tmp_path / "kept", 30.0))
    return coded


def test_space_plays_from_the_cursor_and_stops(heard: StudyHere) -> None:
    def look(screen: object) -> tuple[bool, float]:
        voice = screen.voice  # type: ignore[attr-defined]
        found = voice.playing, voice.position()
        screen.action_play()  # type: ignore[attr-defined]
        assert not voice.playing
        return found

    playing_now, second = drive(heard, "j", "space", look=look)
    assert playing_now and 4.0 <= second < 12.0


def test_the_cursor_follows_the_voice_until_it_is_moved(heard: StudyHere) -> None:
    def look(screen: object) -> tuple[str, str]:
        voice = screen.voice  # type: ignore[attr-defined]
        voice.position = lambda: 10.2
        screen._look()  # type: ignore[attr-defined]
        followed = quote(screen)  # type: ignore[arg-type]
        screen.action_ends(0)  # type: ignore[attr-defined]
        screen._look()  # type: ignore[attr-defined]
        screen.quiet()  # type: ignore[attr-defined]
        return followed, quote(screen)  # type: ignore[arg-type]

    assert drive(heard, "space", look=look) == ("Och", "Hur")


def test_slower_faster_and_back(heard: StudyHere) -> None:
    def look(screen: object) -> tuple[float, bool, float]:
        voice = screen.voice  # type: ignore[attr-defined]
        found = voice.speed, voice.playing, voice.position()
        screen.quiet()  # type: ignore[attr-defined]
        return found

    speed, plays, second = drive(heard, "end", "space", "comma", "comma", "semicolon", "b", look=look)
    assert speed == 0.8 and plays and 7.0 < second < 12.5


def test_where_there_is_no_sound_the_keys_say_so(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for key in ("space", "b", "comma"):
        assert "no recording" in drive(coded, key, look=line("below"))
    coded.sources("a;Ett samtal;interview;Huddinge;;;audio/a.wav;")
    assert "not there" in drive(coded, "space", look=line("below"))
    sound.talk(coded.root / "audio" / "a.wav", 16.0)
    monkeypatch.setattr(playing, "find_player", lambda: None)
    assert "no player" in drive(coded, "space", look=line("below"))


def test_players_are_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}" if name in ("mpv", "aplay") else None)
    found = playing.find_player()
    assert found and found.words[0] == "/bin/mpv"
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert playing.find_player() is None
