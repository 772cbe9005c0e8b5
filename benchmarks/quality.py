"""Doubtful stretches: how many planted faults are found, and how many marks stand in clean speech.

    python benchmarks/quality.py [--json FILE]

Needs the extra offline-model and the annotated recordings in ../shared/data/audio. The made recordings are of seeds
on which no figure in qualkit/transcribe/quality.py was chosen. A mark counts as false where it lies in speech
without a fault; a fault counts as found where a mark shares a second with it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from harness import Figures, report

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests import faults
from tests.faults import ENGLISH, RATE, SWEDISH, Planted, Sound, Tried

MADE = {
    "made 101, Swedish": (101, SWEDISH, "sv"),
    "made 102, Swedish": (102, SWEDISH, "sv"),
    "made 103, English": (103, ENGLISH, "en"),
}
CLEAN = {
    "clean: Swedish, four voices": ("swedish_four_voices", "sv"),
    "clean: English, read": ("english_read", "en"),
    "clean: English, four readers": ("libri_4spk", "en"),
}


def around(middle: Sound) -> tuple[Sound, list[Planted]]:
    """Something between two stretches of Swedish speech."""
    chance = np.random.default_rng(7)
    before, after = (faults.speech(SWEDISH.own, chance, 15) for _ in range(2))
    start = len(before) / RATE
    return np.concatenate([before, middle, after]), [Planted("it", start, start + len(middle) / RATE)]


def hard() -> dict[str, tuple[Sound, list[Planted]]]:
    """What people's recordings hold: a recorder left on, music in a break, a guest who speaks another language."""
    chance = np.random.default_rng(8)
    return {
        "ten minutes of silence": around(faults.room(chance, 600)),
        "ten minutes of digital silence": around(np.zeros(600 * RATE, np.float32)),
        "two minutes of music": around(faults.loud(faults.band(chance, 120), faults.LEVEL)),
        "two minutes of soft music": around(faults.loud(faults.band(chance, 120), faults.LEVEL - 20)),
        "a minute of English": around(faults.speech(SWEDISH.other, chance, 60)),
    }


def row(tried: Tried) -> dict[str, float]:
    """The figures of one recording; `unmarked` are words in a fault that no mark covers."""
    inside = [(word, doubts) for one, doubts in tried.found for word in tried.words_in(one)]
    unmarked = [
        word for word, doubts in inside if not any(d.start <= (word.start + word.end) / 2 <= d.end for d in doubts)
    ]
    return {
        "minutes": tried.seconds / 60,
        "faults": len(tried.found),
        "found": sum(bool(doubts) for _, doubts in tried.found),
        "false marks": len(tried.false),
        "words in faults": len(inside),
        "unmarked": len(unmarked),
    }


def tell(name: str, tried: Tried) -> None:
    """Each fault, what was marked, and what was written there."""
    print(f"\n{name}")
    for one, doubts in tried.found:
        kinds = ", ".join(sorted({" ".join([doubt.kind, doubt.detail]).strip() for doubt in doubts})) or "-"
        written = "".join(word.text for word in tried.words_in(one)).strip()
        print(f"  {one.start:6.0f} s  {one.kind:24} {kinds:32} {written[:60] or '(no words)'}")
    for doubt in tried.false:
        print(f"  {doubt.start:6.0f} s  FALSE  {doubt.kind} {doubt.detail} to {doubt.end:.0f} s")


def main() -> None:
    figures: Figures = {}
    for name, (seed, material, language) in MADE.items():
        sound, planted = faults.made(seed, material)
        figures[name] = run(name, sound, planted, language)
    for name, (recording, language) in CLEAN.items():
        figures[name] = run(name, faults.recording(recording), [], language)
    for name, (sound, planted) in hard().items():
        figures[name] = run(name, sound, planted, "sv")
    report("Doubtful stretches (Whisper base, balanced): planted faults found, marks in clean speech", figures)


def run(name: str, sound: Sound, planted: list[Planted], language: str) -> dict[str, float]:
    tried = faults.tried(sound, planted, language)
    tell(name, tried)
    return row(tried)


if __name__ == "__main__":
    if not faults.AUDIO.is_dir():
        sys.exit(f"the annotated recordings are not here: {faults.AUDIO}")
    main()
