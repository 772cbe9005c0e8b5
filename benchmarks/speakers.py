"""Who speaks when: errors, speakers found and speed of the prototype and of qualkit on the annotated recordings.

    python benchmarks/speakers.py [--json FILE]

Needs pyannote.metrics (and the sketch soundfile), and ../shared: prototypes/speakers, data/models, data/audio.
"""

from __future__ import annotations

import importlib.util
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from harness import Figures, report
from pyannote.core import Annotation, Segment
from pyannote.metrics.diarization import DiarizationErrorRate

from qualkit.model.transcript import Word
from qualkit.transcribe.audio import RATE, decode
from qualkit.transcribe.diarize import find_turns
from qualkit.transcribe.speakers import Turn, read_rttm, speaker_of

SHARED = Path(__file__).resolve().parents[2] / "shared"
THREADS = 2
NAMES = ("swedish_four_voices", "libri_4spk", "ami_dev_2spk", "ami_trn78_4spk")
COLLARS = (0.0, 0.5)  # pyannote counts a collar's whole width: 0.5 is 0.25 s on either side
Find = Callable[[Any, int | None], list[Turn]]


def annotation(turns: list[Turn]) -> Annotation:
    made = Annotation()
    for number, turn in enumerate(turns):
        made[Segment(turn.start, turn.end), number] = turn.speaker
    return made


def prototype(shared: Path, threads: int) -> Find:
    spec = importlib.util.spec_from_file_location("prototype", shared / "prototypes/speakers/diarize_onnx.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    models = shared / "data/models"
    lite = module.Lite(
        str(models / "campplus_zh_en_advanced.onnx"), str(models / "segmentation-3.0.onnx"), threads=threads
    )

    def find(sound: Any, count: int | None) -> list[Turn]:
        return [Turn(who, start, end) for start, end, who in lite(sound, k=count, method="spectral")[0]]

    return find


def ours(shared: Path, threads: int) -> Find:
    def find(sound: Any, count: int | None) -> list[Turn]:
        blocks = (sound[at : at + 4096] for at in range(0, len(sound), 4096))
        given = (count, count) if count else None
        return find_turns(blocks, shared / "data/models", speakers=given, threads=threads)

    return find


def words_right(path: Path, turns: list[Turn]) -> float:
    """Share of the words, spread evenly over their segments, that go to the right speaker (best pairing of names)."""
    from scipy.optimize import linear_sum_assignment

    pairs = []
    for segment in json.loads(path.read_text(encoding="utf-8")):
        texts = segment["text"].split()
        step = (segment["end"] - segment["start"]) / len(texts)
        for number, text in enumerate(texts):
            start = segment["start"] + number * step
            pairs.append((segment["speaker"], speaker_of(Word(text, start, start + step, 1.0), turns)))
    true, said = sorted({a for a, _ in pairs}), sorted({b for _, b in pairs if b})
    table = [[pairs.count((a, b)) for b in said] for a in true]
    rows, columns = linear_sum_assignment(table, maximize=True)
    return sum(table[i][j] for i, j in zip(rows, columns, strict=True)) / len(pairs)


def main() -> None:
    warnings.filterwarnings("ignore")
    figures: Figures = {}
    for system, made in (("prototype", prototype), ("qualkit", ours)):
        find = made(SHARED, THREADS)
        for how, given in (("found", False), ("given", True)):
            rates = [DiarizationErrorRate(collar=collar) for collar in COLLARS]
            for name in NAMES:
                figures[f"{system}, {how}: {name}"] = row = measured(find, given, name, rates)
            totals = dict(zip(("error %", "with collar %"), (100 * abs(rate) for rate in rates), strict=True))
            figures[f"{system}, {how}: all four"] = dict.fromkeys(row, float("nan")) | totals
    report("Diarization error without / with a collar of 0.25 s, the number of speakers found or given", figures)


def measured(find: Find, given: bool, name: str, rates: list[Any]) -> dict[str, float]:
    """The figures of one recording; its errors count into the rates."""
    path = SHARED / "data/audio" / f"{name}.flac"
    sound = np.concatenate(list(decode(path)))
    reference = read_rttm(path.with_suffix(".rttm"))
    count = len({turn.speaker for turn in reference})
    begun = time.perf_counter()
    turns = find(sound, count if given else None)
    took = time.perf_counter() - begun
    errors = [100 * rate(annotation(reference), annotation(turns)) for rate in rates]
    words = path.with_suffix(".json")
    return {
        "error %": errors[0],
        "with collar %": errors[1],
        "speakers": len({turn.speaker for turn in turns}),
        "of": count,
        "words right %": 100 * words_right(words, turns) if words.exists() else float("nan"),
        "x real time": len(sound) / RATE / took,
    }


if __name__ == "__main__":
    main()
