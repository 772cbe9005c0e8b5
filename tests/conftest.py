"""What tests share: a study built line by line, the command run in-process, and a look at all its files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qualkit.cli.main import app
from qualkit.model.act import Act
from qualkit.model.transcript import Transcript
from qualkit.store.material import journal_writer
from qualkit.store.project import Folder, OpenStudy, open_study
from qualkit.store.transcripts import read_transcript, transcript_path

CODEBOOK = """\
title: Prov
version: 1
language: sv
themes:
  - id: id
    name: Identitet
    name_en: Identity
    definition: Vem man är.
    codes:
      - id: id.bankid
        name: BankID
        kind: need
        definition: Skaffa BankID.
        keywords: ["bankid*"]
      - id: id.losen
        name: Lösenord
        kind: question
        definition: Glömda lösenord.
        keywords: ["lösenord*", "söka jobb"]
  - id: ut
    name: Utskrift
    definition: Papper.
    codes:
      - id: ut.skriva
        name: Skriva ut
        kind: need
        definition: Få ut papper.
        keywords: ["skriv* ut"]
questions:
  - id: q-id
    text: Hur går det med BankID?
    themes: [id]
  - id: q-annat
    text: Annat?
    themes: []
"""


@dataclass
class Ran:
    """What a run of the command gave."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything it printed, with paths of this run taken out of line breaks."""
        return self.out + self.err


class StudyHere:
    """A study in a temporary folder, with short ways to put things into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("qualkit.yaml", "title: Prov\ncodebook: codebooks/codebook.yaml\ncoder: anna\n")
        self.write("codebooks/codebook.yaml", CODEBOOK)
        self.cases("0126;Huddinge", "0136;Haninge", "0192;Nynäshamn")
        self.sources()
        self.participants()
        for name in ("audio", "exports"):
            (root / name).mkdir(exist_ok=True)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    def sources(self, *rows: str, headings: str = "id;title;kind;municipality;date;language;recording;asked") -> None:
        self.write("transcripts/sources.csv", "\n".join([headings, *rows]) + "\n")

    def participants(self, *rows: str, headings: str = "source;speaker;participant;role;municipality") -> None:
        self.write("transcripts/participants.csv", "\n".join([headings, *rows]) + "\n")

    def cases(self, *rows: str, headings: str = "code;name") -> None:
        self.write("codebooks/cases.csv", "\n".join([headings, *rows]) + "\n")

    def document(self, source: str, text: str) -> None:
        self.write(f"transcripts/{source}.md", text)

    def spoken(self, source: str, *lines: str) -> None:
        """A transcript with a cue of two seconds for each "S1: words"."""
        cues = []
        for number, line in enumerate(lines, start=1):
            speaker, _, words = line.partition(": ")
            voice = f"<v {speaker}>" if speaker else ""
            start, end = (
                f"00:{number * 2 // 60:02d}:{number * 2 % 60:02d}",
                f"00:{(number * 2 + 1) // 60:02d}:{(number * 2 + 1) % 60:02d}",
            )
            cues.append(f"s{number:04d}\n{start}.000 --> {end}.500\n{voice}{words}")
        self.write(f"transcripts/{source}.vtt", "WEBVTT\n\n" + "\n\n".join(cues) + "\n")

    def open(self) -> OpenStudy:
        return open_study(Folder(self.root))

    def transcript(self, source: str) -> Transcript:
        path = transcript_path(self.root / "transcripts", source)
        assert path is not None
        return read_transcript(path, source, path.name)[0]

    def act(self, source: str, *acts: Act, coder: str = "anna") -> list[Act]:
        with journal_writer(Folder(self.root), source, coder) as journal:
            return journal.append(acts)

    def files(self) -> dict[str, bytes]:
        """Every file of the study and its bytes, without qualkit's own cache."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".qualkit" not in path.parts
        }

    def run(self, *words: str) -> Ran:
        return run("--study", str(self.root), *words)


def run(*words: str) -> Ran:
    """Run the command in this process; a bug in it raises here."""
    result = CliRunner().invoke(app, list(words), prog_name="qualkit")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def study(tmp_path: Path) -> StudyHere:
    """An empty study with a small codebook and three cases."""
    return StudyHere(tmp_path / "study")


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("QUALKIT_")]:
        monkeypatch.delenv(name)


AUDIO = Path(__file__).resolve().parents[2] / "shared" / "data" / "audio"
