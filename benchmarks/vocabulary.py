"""Do words of the study, told to the engine, help, and do they harm? Whisper base, in three ways on the same windows.

    python benchmarks/vocabulary.py [--json FILE]

The ways: no hints; a list of words told before every window; qualkit's (qualkit/transcribe/hints.py). Help is measured
on made sentences and on the sample study with the sample study's own words (most of them are not said), and on a real
recording with words said in it; harm with words that are not said, and where nobody speaks. Needs the extra
offline-model and the annotated recordings in ../shared/data/audio; the made sentences need what audio/make_sample.py
needs, and are left out without it. Columns: words wrong, words of the study that came out right, words of the study
that nobody said, and seconds of work of one process.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import sys
import tempfile
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from harness import Figures, report
from transcribe import AUDIO, words_of, wrong

ROOT = Path(__file__).resolve().parents[1]
RATE = 16_000
TEXTS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
WRITTEN, SAID, UNSAID, SENTENCES = (TEXTS[name] for name in ("written", "said", "unsaid", "sentences"))
VOICES = [
    {"voice": "jm_kumo", "speed": 0.93, "pitch": 1.0},
    {"voice": "jf_gongitsune+jm_kumo", "speed": 0.95, "pitch": 1.05},
    {"voice": "jf_alpha+jm_kumo", "speed": 0.9, "pitch": 1.2},
    {"voice": "jm_kumo", "speed": 0.95, "pitch": 1.18},
]

Task = tuple[str, Path, str, str, list[str], str, int]
"""(its name, recording, language, what was said, words that are counted, way, how many of them are told)."""


def hearing(language: str, way: str, words: list[str]) -> Callable[[Any], Any]:
    from qualkit.transcribe.engines import HearingSettings, start
    from qualkit.transcribe.models import find_model

    settings = HearingSettings(find_model("offline-base"), language)
    if way == "qualkit":
        return start(HearingSettings(settings.model, language, hints=", ".join(words)))
    hear = start(settings)
    return lambda clip: hear(clip, hints=", ".join(words) if way == "always" else "")


def windows(recording: Path) -> Iterator[Any]:
    from qualkit.transcribe.audio import stretches
    from qualkit.transcribe.plan import cut, plan

    for begins, sound in stretches(recording):
        if recording.stem == "nobody":  # the engine hears it all, as it would if something in it sounded like speech
            yield from np.split(sound, 4)
        else:
            yield from (cut(sound, begins, window) for window in plan(sound, begins))


def measure(task: Task) -> tuple[str, dict[str, float]]:
    from qualkit.transcribe.listen import listen

    name, recording, language, said, words, way, told = task
    clips = list(windows(recording))
    hear = hearing(language, way, words[:told])
    begun = time.process_time()
    text = " ".join("".join(word.text for one in listen(hear, clip) for word in one.words) for clip in clips)
    taken = time.process_time() - begun
    spoken, heard = counted(said, words), counted(text, words)
    return name, {
        "words wrong %": 100 * wrong(words_of(said, language), words_of(text, language)) if said else 0.0,
        "right": sum((spoken & heard).values()),
        "of": sum(spoken.values()),
        "invented": sum((heard - spoken).values()),
        "seconds": taken,
    }


def counted(text: str, words: list[str]) -> Counter[str]:
    return Counter({word: len(re.findall(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)) for word in words})


def sample_words() -> list[str]:
    """What qualkit takes from the sample study, were WRITTEN in its settings."""
    from dataclasses import replace

    from qualkit.model.vocabulary import study_words
    from qualkit.store.project import Folder, open_study

    study = open_study(Folder(ROOT)).study
    return list(study_words(replace(study, settings=replace(study.settings, vocabulary=tuple(WRITTEN)))))


def made(path: Path) -> Path | None:
    """The sentences spoken; nothing where the voice is not here."""
    sys.path.insert(0, str(ROOT / "audio"))
    try:
        from make_sample import phonemes, speak

        sounds = yaml.safe_load((ROOT / "audio" / "sample.yaml").read_text("utf-8"))["sounds"]
        parts = [speak(phonemes(text, sounds), **VOICES[at % 4]) for at, text in enumerate(SENTENCES)]
    except (ImportError, FileNotFoundError) as error:
        print(f"the made sentences are left out: {error}")
        return None
    silence = np.zeros(12_000, np.float32)
    return write(path, np.concatenate([part for spoken in parts for part in (silence, spoken)]), 24_000)


def nobody(path: Path) -> Path:
    """25 seconds each of silence, noise, a chord and a tune."""
    at = np.arange(25 * RATE) / RATE
    chord = sum(0.08 * np.sin(2 * np.pi * tone * at) * (1 + np.sin(2 * np.pi * at)) for tone in (220.0, 277.2, 329.6))
    note = np.exp(-np.arange(RATE // 2) / 4000)
    tones = [262, 294, 330, 349, 392, 440, 494, 523] * 7
    tune = np.concatenate([0.3 * note * np.sin(2 * np.pi * tone * at[: RATE // 2]) for tone in tones])[: len(at)]
    return write(path, np.concatenate([0 * at, np.random.default_rng(1).normal(0, 0.05, len(at)), chord, tune]), RATE)


def write(path: Path, sound: Any, rate: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32_000).astype("<i2").tobytes())
    return path


def tasks(folder: Path) -> Iterator[Task]:
    study = sample_words()
    spoken = made(folder / "made.wav")
    script = yaml.safe_load((ROOT / "audio" / "sample.yaml").read_text("utf-8"))["recordings"][1]
    group = " ".join(turn["text"] for turn in script["turns"])
    for name, path, text in (
        *([("made sentences", spoken, " ".join(SENTENCES))] if spoken else []),
        ("sample focus group", ROOT / "audio" / script["file"], group),
    ):
        yield from ways(name, path, "sv", text, study, (10, 30, len(study)))
    for name, file, language in (("real Swedish", "swedish_four_voices", "sv"), ("English", "english_read", "en")):
        path = AUDIO / f"{file}.flac"
        text = " ".join(part["text"] for part in json.loads(path.with_suffix(".json").read_text("utf-8")))
        if language == "sv":
            yield from ways(f"{name}, words said", path, language, text, SAID, (len(SAID),))
        yield from ways(f"{name}, not said", path, language, text, UNSAID, (10, 30, len(UNSAID)))
    yield from ways("nobody speaks", nobody(folder / "nobody.wav"), "sv", "", UNSAID, (10, len(UNSAID)))


def ways(name: str, path: Path, language: str, said: str, words: list[str], counts: tuple[int, ...]) -> Iterator[Task]:
    yield f"{name}: no hints", path, language, said, words, "none", 0
    for count in counts:
        yield f"{name}: always {count}", path, language, said, words, "always", count
    yield f"{name}: qualkit, {len(words)}", path, language, said, words, "qualkit", len(words)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        todo = list(tasks(Path(place)))
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            figures: Figures = dict(pool.map(measure, todo))
    report("Words of the study told to the engine: help and harm (Whisper base, beam 5, int8)", figures)


if __name__ == "__main__":
    if not AUDIO.is_dir():
        sys.exit(f"the annotated recordings are not here: {AUDIO}")
    main()
