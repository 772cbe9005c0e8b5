"""Excerpts after edits of their transcript, and after another transcription of the same recording.

    python benchmarks/edits.py [--json FILE]

Per cent of the excerpts, and seconds of the processor to place those of one transcript. Made-up interviews of about
three hours with 500 excerpts each; what is tested in tests/test_edits.py is the first row, with 200 runs. The rows
"inside" count only excerpts whose own words were changed. The last rows need the extra offline-model and the annotated
recordings in ../shared/data/audio.
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from pathlib import Path

from harness import report

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests import heard_again
from tests.edits import GONE, LOST, PARTLY, RIGHT, UNSURE, USUAL, WRONG, Rates, tried
from tests.faults import AUDIO

RUNS = 20
BESIDE = {
    "edits beside the excerpts": {},
    "... of a text without times": {"times": False},
    "... half of the sentences are phrases": {"phrase": 0.5},
}
INSIDE = {
    "inside: a word of 20 is another": Rates(replaced_inside=0.05),
    "inside: a sentence put in": Rates(inserted_inside=0.3),
    "inside: up to half of the words taken out": Rates(deleted_inside=0.3),
    "inside: all words taken out": Rates(deleted_whole=0.3),
}
RECORDINGS = {"Swedish, four voices": ("swedish_four_voices", "sv"), "English, read": ("english_read", "en")}


def row(counted: Counter[str], seconds: float) -> dict[str, float]:
    """The figures of one situation."""
    whole = sum(counted.values())
    shares = {name: 100 * counted[name] / whole for name in (RIGHT, UNSURE, GONE, PARTLY, WRONG, LOST)}
    return {
        "excerpts": whole,
        "right": shares[RIGHT],
        "uncertain": shares[UNSURE] + shares[GONE],
        "partly": shares[PARTLY],
        "wrong": shares[WRONG],
        "lost": shares[LOST],
        "seconds": seconds,
    }


def twice(name: str, language: str) -> dict[str, dict[str, float]]:
    """A recording heard with beam 1 and with beam 5."""
    one, five = (heard_again.heard(AUDIO / f"{name}.flac", language, beam=beam) for beam in (1, 5))
    found = {}
    for told, first, second in (("beam 1, then 5", one, five), ("beam 5, then 1", five, one)):
        seconds: list[float] = []
        counted = heard_again.tried(first, second, seconds)
        found[told] = row(counted, statistics.median(seconds))
    return found


if __name__ == "__main__":
    figures = {}
    for title, how in BESIDE.items():
        seconds: list[float] = []
        figures[title] = row(tried(range(RUNS), USUAL, seconds=seconds, **how), statistics.median(seconds))
    for title, rates in INSIDE.items():
        seconds = []
        counted = tried(range(RUNS), rates, seconds=seconds, only_changed=True)
        figures[title] = row(counted, statistics.median(seconds))
    for title, (name, language) in RECORDINGS.items() if AUDIO.is_dir() else ():
        figures |= {f"{title}: {told}": found for told, found in twice(name, language).items()}
    report("Where excerpts are after edits (per cent), and seconds for those of one transcript", figures)
