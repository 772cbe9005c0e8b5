"""Who speaks when: errors, speakers found and speed of the prototype and of qualkit on the annotated recordings.

    python benchmarks/speakers.py [shared folder] [--threads 2]

Needs soundfile, pyannote.metrics and the shared folder: prototypes/speakers, data/models, data/audio.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import soundfile
from pyannote.core import Annotation, Segment
from pyannote.metrics.diarization import DiarizationErrorRate

from qualkit.model.transcript import Word
from qualkit.transcribe.diarize import find_turns
from qualkit.transcribe.speakers import Turn, read_rttm, speaker_of

RATE = 16_000
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
    parser = argparse.ArgumentParser()
    parser.add_argument("shared", nargs="?", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    audio = options.shared / "data/audio"
    print("diarization error, % (no collar / 0.25 s collar)\n")
    print(f"{'system':10} {'number':7} {'recording':20} {'error':>13} {'found':>8} {'speed':>7}")
    for system, made in (("prototype", prototype), ("qualkit", ours)):
        find = made(options.shared, options.threads)
        for given in (False, True):
            rates = [DiarizationErrorRate(collar=collar) for collar in COLLARS]
            seconds = spent = 0.0
            for name in NAMES:
                sound, _ = soundfile.read(audio / f"{name}.flac", dtype="float32")
                reference = read_rttm(audio / f"{name}.rttm")
                count = len({turn.speaker for turn in reference})
                begun = time.perf_counter()
                turns = find(sound, count if given else None)
                took = time.perf_counter() - begun
                seconds, spent = seconds + len(sound) / RATE, spent + took
                errors = [100 * rate(annotation(reference), annotation(turns)) for rate in rates]
                found = f"{len({turn.speaker for turn in turns})} of {count}"
                speed = len(sound) / RATE / took
                how = "given" if given else "found"
                print(f"{system:10} {how:7} {name:20} {errors[0]:5.1f} / {errors[1]:5.1f} {found:>8} {speed:6.1f}x")
                if name == NAMES[0]:
                    share = words_right(audio / f"{name}.json", turns)
                    print(f"{'':18} {'  words right':20} {100 * share:5.1f} %")
            total = [100 * abs(rate) for rate in rates]
            print(f"{'':18} {'total':20} {total[0]:5.1f} / {total[1]:5.1f} {'':8} {seconds / spent:6.1f}x\n")


if __name__ == "__main__":
    main()
