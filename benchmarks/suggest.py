"""Suggestions for an hour of transcript, learned from five finished hours with 400 codings; and how good they are.

    python benchmarks/suggest.py [--json FILE]

The interviews are made up: words of the study's codebook in any order, 700 sentences an hour. The first table is that
of docs/suggestions.md: sentences of tests/suggestions.yaml, learned from one half and tried on the other. Without the
extra `embed`, the rows of the language model are left out.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import QUALKIT, held, report

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from qualkit.coding.anchor import make_anchor
from qualkit.model.act import Act
from qualkit.store.codebooks import read_codebook
from qualkit.store.embeddings import can_embed
from qualkit.store.journals import Writer, read_journal
from qualkit.store.new import make_study
from qualkit.store.project import Folder
from qualkit.store.transcripts import read_transcript
from tests.suggestion_set import NOTHING, sentences_of
from tests.test_suggest_command import tried

CODEBOOK = Path(__file__).resolve().parents[1] / "codebooks" / "digital-service.yaml"
HOURS, SENTENCES, LONG, CODINGS = 5, 700, 13, 80


def make(root: Path) -> Folder:
    """Five finished hours, and two that nobody has read."""
    chance = random.Random(1)
    folder = make_study(root, title="Made-up interviews", county="Stockholms län")
    shutil.copy(CODEBOOK, root / "codebooks" / "codebook.yaml")
    book, _ = read_codebook(CODEBOOK, "")
    words = [word for code in book.codes.values() for word in f"{code.definition} {' '.join(code.examples)}".split()]
    rows = ["id;title;kind;municipality"]
    for number in range(HOURS + 2):
        cues = ["WEBVTT"]
        for at in range(SENTENCES):
            times = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.000" for s in (at * 5, at * 5 + 5)]
            said = " ".join(chance.choices(words, k=LONG)).replace(".", "").capitalize()
            cues.append(f"s{at + 1:04}\n{times[0]} --> {times[1]}\n<v S{at // 9 % 2 + 1}>{said}.")
        path = folder.transcripts / f"i{number}.vtt"
        path.write_text("\n\n".join(cues) + "\n", encoding="utf-8")
        rows.append(f"i{number};Intervju {number};interview;Haninge")
        if number < HOURS:
            code(folder, path, list(book.codes), chance)
    folder.sources.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def code(folder: Folder, path: Path, codes: list[str], chance: random.Random) -> None:
    """Codings of whole segments by anna, who has finished the source."""
    transcript, _ = read_transcript(path, path.stem, path.name)
    acts = [Act("", "", "anna", "finish")]
    for at in chance.sample(range(SENTENCES), CODINGS):
        anchor = make_anchor(transcript, at, 0, at, len(transcript.segments[at].text))
        acts.append(Act("", "", "anna", "code", anchor=anchor, code=chance.choice(codes)))
    journal = folder.journal(path.stem, "anna")
    Writer(journal, read_journal(journal, journal.name)).append(acts)


def timed(root: Path, *words: str) -> dict[str, float]:
    """Seconds of wall time of one run, and the most memory that it held."""
    begun = time.perf_counter()
    running = subprocess.Popen([*QUALKIT, "suggest", *words, "--coder", "anna"], cwd=root, stdout=-3, stderr=-3)
    most = 0.0
    while running.poll() is None:
        most = max(most, held(running.pid))
        time.sleep(0.05)
    assert running.returncode == 0
    return {"seconds": time.perf_counter() - begun, "MB": most}


def seconds(root: Path) -> dict[str, dict[str, float]]:
    """Whole commands, in the order in which a study meets them."""
    figures = {"letters alone: an hour": timed(root, "i6", "--without-model")}
    figures["letters alone: --evaluate"] = timed(root, "--evaluate", "--without-model")
    (root / "transcripts" / "i6.anna.jsonl").unlink()
    if can_embed():
        figures["language model: an hour, nothing was read before"] = timed(root, "i5")
        figures["language model: an hour"] = timed(root, "i6")
        figures["language model: the same again"] = timed(root, "i6")
        figures["language model: --evaluate"] = timed(root, "--evaluate")
    return figures


def shares() -> dict[str, dict[str, float]]:
    """The test half of the sentences: shares of those that fit a code, and of those that fit none."""
    whole, _ = read_codebook(CODEBOOK, "")
    found = {}
    for count, codes in (("8 codes", set(sentences_of("test")) - {NOTHING}), ("57 codes", set(whole.codes))):
        for way in ("letters", "meaning") if can_embed() else ("letters",):
            for what, learned in (("keywords, definition", False), ("... and learned", True)):
                got = tried(way, "test", codes, learned=learned)
                row = {"first": got.first, "among 3": got.among, "suggested": got.found, "off-topic": got.disturbed}
                found[f"{count}, {way}: {what}"] = {name: share.value or 0.0 for name, share in row.items()}
    return found


if __name__ == "__main__":
    report("Shares on the test half (targets for 8 codes by meaning, learned: 0.65, 0.85; off-topic 0.10)", shares())
    with tempfile.TemporaryDirectory() as place:
        make(root := Path(place) / "study")
        report("Seconds to suggest codes for an hour of transcript (target: at most 60 s)", seconds(root))
