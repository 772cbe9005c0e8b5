"""Transcription on the same audio in one run: our qualities, faster-whisper's own defaults, openai-whisper.

    python benchmarks/transcribe.py [--json FILE]

Needs the extra offline-model and the annotated recordings in ../shared/data/audio; openai-whisper is measured where it
is installed, on the same weights. Words wrong are counted on lower-case words without punctuation, with numbers up to
twelve as words.
"""

from __future__ import annotations

import importlib.util
import json
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness import Figures, held, report
from openai_weights import write_checkpoint

from qualkit.transcribe.models import find_model

AUDIO = Path(__file__).resolve().parents[2] / "shared" / "data" / "audio"
CHECKPOINT = "QUALKIT_BENCH_CHECKPOINT"  # tells the processes where OpenAI's form of the weights lies
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
    costs = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        above, costs[0] = costs[0], i
        for j, other in enumerate(heard, 1):
            above, costs[j] = costs[j], min(costs[j] + 1, costs[j - 1] + 1, above + (word != other))
    return costs[-1] / len(said)


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
    import numpy as np
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


def measure(name: str, recording: str, language: str, pipe: Any) -> None:
    """In a process of its own, so that its memory is its own; model loading counts."""
    path = AUDIO / f"{recording}.flac"
    begun = time.perf_counter()
    try:
        text = RUNS[name](path, language)
    except ImportError as error:
        pipe.send(f"not installed: {error.name}")
        return
    taken = time.perf_counter() - begun
    pipe.send((text, taken, held(os.getpid())))


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        if importlib.util.find_spec("whisper"):
            os.environ[CHECKPOINT] = str(write_checkpoint(find_model("offline-base"), Path(place) / "base.pt"))
        figures = {name: found for name in RUNS for name, found in measured(name).items()}
    title = "Seconds of sound for a second of work, words wrong, peak memory (Whisper base, model loading included)"
    report(title, figures)


def measured(name: str) -> Figures:
    """The figures of a run on each recording; none where it is not installed."""
    figures: Figures = {}
    context = multiprocessing.get_context("spawn")
    for label, (recording, language) in RECORDINGS.items():
        reference = json.loads((AUDIO / f"{recording}.json").read_text(encoding="utf-8"))
        ours_end, theirs = context.Pipe()
        process = context.Process(target=measure, args=(name, recording, language, theirs))
        process.start()
        answer = ours_end.recv()
        process.join()
        if isinstance(answer, str):
            print(f"{name}: {answer}")
            break
        text, taken, memory = answer
        errors = 100 * wrong(words_of(" ".join(part["text"] for part in reference), language), words_of(text, language))
        speed = reference[-1]["end"] / taken
        figures[f"{name}, {label}"] = {"x real time": speed, "words wrong %": errors, "MB": memory}
    return figures


if __name__ == "__main__":
    if not AUDIO.is_dir():
        sys.exit(f"the annotated recordings are not here: {AUDIO}")
    main()
