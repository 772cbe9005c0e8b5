"""A made-up study of any size, for benchmarks: documents, codes and codings, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from qualkit.coding.anchor import make_anchor
from qualkit.model.act import Act
from qualkit.model.noun import replace
from qualkit.model.transcript import Transcript
from qualkit.store.journals import Writer, read_journal
from qualkit.store.markdown import parse_markdown
from qualkit.store.new import make_study
from qualkit.store.project import Folder
from qualkit.store.register import municipalities

WORDS = [
    "bibliotek",
    "hjälp",
    "fråga",
    "dator",
    "skriva",
    "papper",
    "telefon",
    "bank",
    "besökare",
    "disken",
    "tid",
    "kö",
    "kommun",
    "lösen",
    "konto",
    "språk",
]


def make_corpus(
    root: Path,
    *,
    documents: int = 200,
    codings: int = 50,
    codes: int = 40,
    seed: int = 1,
    coders: Sequence[str] = ("anna",),
    everywhere: bool = False,
) -> Folder:
    """A study with `documents` documents of 40 paragraphs and `codings` codings each over `codes` codes.

    They are of one county, or `everywhere`: of all 290 municipalities, one after another. Further coders have finished
    every document, too: two codings of three are the first coder's, the rest their own.
    """
    chance = random.Random(seed)
    folder = make_study(root, title="Made-up corpus", county="Stockholms län")
    (root / "codebooks" / "codebook.yaml").write_text(_codebook(codes), encoding="utf-8")
    names = [one.name for one in municipalities() if everywhere or one.county == "Stockholms län"]
    if everywhere:
        cases = [f"{one.code};{one.name}" for one in municipalities()]
        folder.cases.write_text("\n".join(["code;name", *cases]) + "\n", encoding="utf-8")
    rows = ["id;title;kind;municipality;date;language;recording;asked"]
    for number in range(documents):
        id = f"d{number:04d}"
        name = names[number % len(names)] if everywhere else chance.choice(names)
        rows.append(f"{id};Dokument {number};document;{name};2026-01-01;sv;;")
        paragraphs = [" ".join(chance.choices(WORDS, k=chance.randint(15, 45))) + "." for _ in range(40)]
        text = "\n\n".join(paragraphs) + "\n"
        (folder.transcripts / f"{id}.md").write_text(text, encoding="utf-8")
        _code(folder, Transcript(id, parse_markdown(text)), codings, codes, chance, coders)
    folder.sources.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def _code(
    folder: Folder, transcript: Transcript, codings: int, codes: int, chance: random.Random, coders: Sequence[str]
) -> None:
    first = [_coding(transcript, coders[0], codes, chance) for _ in range(codings)]
    for number, coder in enumerate(coders):
        acts = first
        if number:
            acts = [_coding(transcript, coder, codes, chance) if chance.random() < 1 / 3 else act for act in first]
            acts = [replace(act, coder=coder) for act in acts]
        finish = [Act("", "", coder, "finish")] if len(coders) > 1 else []
        path = folder.journal(transcript.source, coder)
        Writer(path, read_journal(path, path.name)).append([*acts, *finish])


def _coding(transcript: Transcript, coder: str, codes: int, chance: random.Random) -> Act:
    position = chance.randrange(len(transcript.segments))
    length = len(transcript.segments[position].text)
    start = chance.randrange(length - 10)
    anchor = make_anchor(transcript, position, start, position, chance.randint(start + 5, length))
    return Act("", "", coder, "code", anchor=anchor, code=f"c{chance.randrange(codes):02d}")


def _codebook(codes: int) -> str:
    lines = ["title: Made-up", "version: 1", "language: sv", "themes:"]
    for number in range(codes):
        if number % 8 == 0:
            lines += [f"  - id: t{number // 8}", f"    name: Tema {number // 8}", "    codes:"]
        lines += [f"      - id: c{number:02d}", f"        name: Kod {number}", "        definition: Påhittad."]
    return "\n".join(lines) + "\n"
