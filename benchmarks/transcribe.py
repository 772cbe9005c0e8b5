"""Transcription on the same audio in one run: our qualities, faster-whisper's own defaults, openai-whisper.

    python benchmarks/transcribe.py [--json FILE] [--place N]

Needs the extra offline-model and the annotated recordings in ../shared/data/audio; openai-whisper is measured where it
is installed, on the same weights. Words wrong are counted on lower-case words without punctuation, with numbers up to
twelve as words.

Where a recording begins decides where every engine cuts it, and moves the words wrong by several points: with --place 1
to 5 each is begun at another of its sentences, and what was before comes last.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import os
import re
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from harness import Figures, held, report
from openai_weights import write_checkpoint

from qualkit.transcribe.models import find_model

AUDIO = Path(__file__).resolve().parents[2] / "shared" / "data" / "audio"
CHECKPOINT = "QUALKIT_BENCH_CHECKPOINT"  # tells the processes where OpenAI's form of the weights lies
PLACES = 6  # at which a recording may begin
RECORDINGS = {"swedish": ("swedish_four_voices", "sv"), "english": ("english_read", "en")}


NUMBERS = {  # what one engine writes as a figure and another as a word
    "sv": "noll en två tre fyra fem sex sju åtta nio tio elva tolv",
    "en": "zero one two three four five six seven eight nine ten eleven twelve",
}


def words_of(text: str, language: str) -> list[str]:
    names = dict(enumerate(NUMBERS[language].split()))
    words = re.findall(r"\w+", text.lower())
    return [names.get(int(word), word) if word.isdecimal() else word for word in words]


def wrong(said: list[str], heard: list[str]) -> float:
    """Word error rate: the fewest words changed, put in or left out, as a share of what was said."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(said, heard) / len(said)


def ours(quality: str, jobs: int) -> Callable[[Path, str], str]:
    def run(path: Path, language: str) -> str:
        from qualkit.transcribe.audio import probe
        from qualkit.transcribe.engines import hearing_settings
        from qualkit.transcribe.machine import Way
        from qualkit.transcribe.resume import Partial
        from qualkit.transcribe.run import hear_words
        from qualkit.transcribe.workers import Workers

        settings = hearing_settings(
            find_model("offline-base"),
            language,
            "offline-base",
            engine="faster-whisper",
            quality=quality,
            way=Way(jobs=jobs),
        )
        with tempfile.TemporaryDirectory() as place, Workers(settings) as workers:
            recording = probe(path)
            partial = Partial(Path(place) / "p.jsonl", recording, settings)
            return "".join(word.text for word in hear_words(recording, workers, partial, lambda _: None))

    return run


def plain(path: Path, language: str) -> str:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(find_model("offline-base")), device="cpu", local_files_only=True)
    segments, _ = model.transcribe(str(path), language=language)
    return "".join(segment.text for segment in segments)


def openai(path: Path, language: str) -> str:
    import whisper

    from qualkit.transcribe.audio import decode

    model = whisper.load_model(os.environ[CHECKPOINT], device="cpu")
    sound = np.concatenate(list(decode(path)))  # its own way asks for an ffmpeg program
    tries = tuple(np.arange(0, 1.01, 0.2))
    return str(
        model.transcribe(sound, language=language, temperature=tries, beam_size=5, best_of=5, fp16=False)["text"]
    )


RUNS: dict[str, Callable[[Path, str], str]] = {
    "qualkit balanced (default)": ours("balanced", 2),
    "qualkit balanced, --jobs 1": ours("balanced", 1),
    "qualkit fast": ours("fast", 2),
    "qualkit best": ours("best", 2),
    "faster-whisper, its own defaults": plain,
    "openai-whisper, its command line's defaults": openai,
}


def measure(name: str, path: Path, language: str, pipe: Any) -> None:
    """In a process of its own, so that its memory is its own; model loading counts."""
    begun = time.perf_counter()
    try:
        text = RUNS[name](path, language)
    except ImportError as error:
        pipe.send(f"not installed: {error.name}")
        return
    taken = time.perf_counter() - begun
    pipe.send((text, taken, held(os.getpid())))


def begun_at(place: int, recording: str, folder: Path) -> tuple[Path, list[dict[str, Any]]]:
    """A recording that begins at another of its sentences, what was before behind it, and what is said in it."""
    from qualkit.transcribe.audio import RATE, decode

    path = AUDIO / f"{recording}.flac"
    said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if not place:
        return path, said
    first = len(said) * place // PLACES
    sound = np.concatenate(list(decode(path)))
    made = np.roll(sound, -int((said[first]["start"] - 0.1) * RATE))
    path = folder / f"{recording}.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(made), "NONE", ""))
        file.writeframes((np.clip(made, -1, 1) * 32_767).astype("<i2").tobytes())
    return path, said[first:] + said[:first]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--place", type=int, choices=range(PLACES), default=0)
    place = parser.parse_known_args()[0].place
    with tempfile.TemporaryDirectory() as folder:
        if importlib.util.find_spec("whisper"):
            os.environ[CHECKPOINT] = str(write_checkpoint(find_model("offline-base"), Path(folder) / "base.pt"))
        files = {
            label: (*begun_at(place, recording, Path(folder)), language)
            for label, (recording, language) in RECORDINGS.items()
        }
        figures = {row: found for name in RUNS for row, found in measured(name, files).items()}
    title = "Seconds of sound for a second of work, words wrong, peak memory (Whisper base, model loading included)"
    report(title, figures)


def measured(name: str, files: dict[str, tuple[Path, list[dict[str, Any]], str]]) -> Figures:
    """The figures of a run on each recording, and on both together; none where it is not installed."""
    figures: Figures = {}
    wrong_words = said_words = seconds = work = 0.0
    context = multiprocessing.get_context("spawn")
    for label, (path, reference, language) in files.items():
        ours_end, theirs = context.Pipe()
        process = context.Process(target=measure, args=(name, path, language, theirs))
        process.start()
        answer = ours_end.recv()
        process.join()
        if isinstance(answer, str):
            print(f"{name}: {answer}")
            return {}
        text, taken, memory = answer
        said = words_of(" ".join(part["text"] for part in reference), language)
        errors, length = wrong(said, words_of(text, language)), max(part["end"] for part in reference)
        figures[f"{name}, {label}"] = {"x real time": length / taken, "words wrong %": 100 * errors, "MB": memory}
        wrong_words, said_words = wrong_words + errors * len(said), said_words + len(said)
        seconds, work = seconds + length, work + taken
    both = {"x real time": seconds / work, "words wrong %": 100 * wrong_words / said_words, "MB": memory}
    return figures | {f"{name}, both": both}


if __name__ == "__main__":
    if not AUDIO.is_dir():
        sys.exit(f"the annotated recordings are not here: {AUDIO}")
    main()
