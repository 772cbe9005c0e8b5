"""The study's codebook of 57 codes applied to 100 hours of made-up interviews: 100 sources, 1,000,000 words.

    python benchmarks/keywords.py [--json FILE]

A tenth of the sentences are the codebook's own examples, so about every tenth gets a suggestion; the rest are words
of chance, of which there are 40,000, as unevenly spread as in speech. The second row has the same codebook with a plus,
a NEAR and a NOT in every code. The third run finds nothing new.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harness import QUALKIT, report, time_commands

from qualkit.coding.keywords import Keywords
from qualkit.model.codebook import Codebook
from qualkit.store.codebooks import parse_codebook
from qualkit.store.new import make_study

CODEBOOK = Path(__file__).resolve().parents[1] / "codebooks" / "digital-service.yaml"
SOURCES, SEGMENTS, LONG = 100, 770, 13  # 13 words a segment
MORE = '        keywords: ["NEAR(boka*, tid+, 4)", "hjälpa+ NOT inte hjälpa", '


def sentences(chance: random.Random, book: Codebook, number: int) -> Iterator[str]:
    """Sentences of an interview."""
    letters = "aaeeiourstnlkdmgv"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(40_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    examples = [example for code in book.codes.values() for example in code.examples]
    drawn = iter(chance.choices(words, weights, k=number * LONG))
    for _ in range(number):
        said = " ".join(next(drawn) for _ in range(LONG)).capitalize() + "."
        yield chance.choice(examples) if chance.random() < 0.1 else said


def make(root: Path, book: str) -> int:
    """The study; gives its number of words."""
    chance = random.Random(1)
    folder = make_study(root, title="Made-up interviews", county="Stockholms län")
    (root / "codebooks" / "codebook.yaml").write_text(book, encoding="utf-8")
    rows, said = ["id;title;kind;municipality"], 0
    every = sentences(chance, parse_codebook(book, "")[0], SOURCES * SEGMENTS)
    for number in range(SOURCES):
        cues = ["WEBVTT"]
        for at in range(SEGMENTS):
            sentence = next(every)
            said += len(sentence.split())
            times = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.000" for s in (at * 4, at * 4 + 4)]
            cues.append(f"s{at + 1:04}\n{times[0]} --> {times[1]}\n<v S{at // 9 % 2 + 1}>{sentence}")
        folder.transcripts.joinpath(f"i{number:03}.vtt").write_text("\n\n".join(cues) + "\n", encoding="utf-8")
        rows.append(f"i{number:03};Intervju {number};interview;Haninge")
    folder.sources.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return said


def matching(root: Path, book: str) -> float:
    """Seconds of the processor to look for all keywords, files and journals aside."""
    texts = [line.partition(">")[2] for p in root.glob("transcripts/*.vtt") for line in p.open(encoding="utf-8")]
    keywords = Keywords(parse_codebook(book, "")[0])
    begun = time.process_time()
    sum(1 for text in texts for _ in keywords.hits(text))
    return time.process_time() - begun


if __name__ == "__main__":
    plain = CODEBOOK.read_text(encoding="utf-8")
    rich = plain.replace("        keywords: [", MORE)
    figures = {}
    with tempfile.TemporaryDirectory() as place:
        for name, book in {"57 codes": plain, "57 codes, with plus, NEAR and NOT": rich}.items():
            words = make(root := Path(place) / "study", book)
            figures[f"{name}: matching alone"] = dict.fromkeys(("min", "median", "max"), matching(root, book))
            fresh = [sys.executable, "-c", "import pathlib;[p.unlink() for p in pathlib.Path().rglob('*.jsonl')]"]
            times = time_commands({"fresh": fresh, "first": [*QUALKIT, "apply"]}, runs=3, cwd=root)
            figures[f"{name}: qualkit apply"] = times["first"]
            again = time_commands({f"{name}: the same again": [*QUALKIT, "apply"]}, runs=3, cwd=root)
            figures |= again
            shutil.rmtree(root)
    report(f"Seconds to apply a codebook to {words:,} words (target: at most 10 s)", figures)
