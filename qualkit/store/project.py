"""The study folder: where everything lies, and how it is opened."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from qualkit.errors import Problem, QualkitError, place
from qualkit.model.codebook import Codebook
from qualkit.model.source import Source
from qualkit.model.study import Settings, Study
from qualkit.store import rows, settings
from qualkit.store.codebooks import read_codebook
from qualkit.store.tables import Table, read_table

FOLDERS = ("codebooks", "audio", "transcripts", "exports")


@dataclass(frozen=True, slots=True)
class Folder:
    """Every path of a study, from its root."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / settings.FILE

    @property
    def audio(self) -> Path:
        return self.root / "audio"

    @property
    def transcripts(self) -> Path:
        return self.root / "transcripts"

    @property
    def sources(self) -> Path:
        return self.transcripts / "sources.csv"

    @property
    def participants(self) -> Path:
        return self.transcripts / "participants.csv"

    @property
    def cases(self) -> Path:
        return self.root / "codebooks" / "cases.csv"

    @property
    def hidden(self) -> Path:
        return self.root / ".qualkit"

    def words(self, source: str) -> Path:
        return self.transcripts / f"{source}.words.jsonl"

    def journal(self, source: str, coder: str) -> Path:
        return self.transcripts / f"{source}.{coder}.jsonl"

    def lock(self, source: str, coder: str) -> Path:
        return self.hidden / "locks" / f"{source}.{coder}.lock"

    @property
    def speakers_lock(self) -> Path:
        return self.hidden / "locks" / ".speakers.lock"

    def transcribing(self, source: str) -> Path:
        return self.hidden / "locks" / f"{source}.lock"

    def partial(self, source: str) -> Path:
        return self.hidden / "partial" / f"{source}.jsonl"

    def recording(self, source: Source) -> tuple[Path, ...]:
        return tuple(_as_on_disk(self.root / part) for part in source.recording)

    def name(self, path: Path) -> str:
        """A path as messages show it: from the study's root, with forward slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def _as_on_disk(path: Path) -> Path:
    if not path.exists() and path.parent.is_dir():  # a Mac writes å in file names as two characters
        wanted = unicodedata.normalize("NFC", path.name)
        return next((p for p in path.parent.iterdir() if unicodedata.normalize("NFC", p.name) == wanted), path)
    return path


@dataclass(frozen=True)
class OpenStudy:
    """A study as it stands on disk, with every problem found on the way."""

    folder: Folder
    study: Study
    problems: tuple[Problem, ...] = ()
    tables: dict[str, Table] = field(default_factory=dict)
    cases: rows.Cases = field(default_factory=lambda: rows.Cases(Settings().case))


def find_folder(start: Path, *, upwards: bool = True) -> Folder:
    """The study that holds `start`: the nearest folder upwards with a qualkit.yaml, or only that folder itself."""
    start = start.resolve()
    for candidate in (start, *(start.parents if upwards else ())):
        if (candidate / settings.FILE).is_file():
            return Folder(candidate)
    if not upwards:
        hint = "check the folder after --study; a new study is made with: qualkit init DIR"
        raise QualkitError("there is no study here: no qualkit.yaml in this folder", where=str(start), hint=hint)
    raise QualkitError(
        "there is no study here: no qualkit.yaml in this folder or above it",
        where=str(start),
        hint="go to the study's folder (cd), name it with --study DIR, or make a new one: qualkit init DIR",
    )


def open_study(folder: Folder) -> OpenStudy:
    """Read settings, codebook and tables; problems are collected, not raised."""
    chosen, problems = settings.read_settings(folder.settings)
    codebook, found = _open_codebook(folder, chosen)
    problems += found
    tables = {path.stem: read_table(path, folder.name(path)) for path in _tables(folder)}
    problems += [problem for table in tables.values() for problem in table.problems]
    cases = rows.Cases(chosen.case)
    cases.read(tables["cases"], folder.name(folder.cases))
    sources, found = rows.read_sources(tables["sources"], cases, folder.name(folder.sources))
    problems += found
    people, found = rows.read_participants(tables["participants"], sources, cases, folder.name(folder.participants))
    problems += found + cases.problems
    problems += _unknown_questions(sources, codebook, folder.name(folder.sources))
    study = Study(chosen, codebook, tuple(sources), tuple(people), tuple(cases.cases))
    return OpenStudy(folder, study, tuple(problems), tables, cases)


def _tables(folder: Folder) -> tuple[Path, ...]:
    return folder.sources, folder.participants, folder.cases


def _open_codebook(folder: Folder, chosen: Settings) -> tuple[Codebook, list[Problem]]:
    path = folder.root / chosen.codebook
    if not path.is_file():
        hint = f"write it, or name another one after `codebook:` in {settings.FILE}"
        return Codebook(), [Problem(chosen.codebook, "the study's codebook is missing", hint)]
    return read_codebook(path, folder.name(path))


def _unknown_questions(sources: Iterable[Source], codebook: Codebook, name: str) -> list[Problem]:
    known = [question.id for question in codebook.questions]
    return [
        Problem(
            place(name, source.line),
            f"'{question}' under asked is no guide question of the codebook",
            f"use ids of its questions: {', '.join(known) or 'it has none'}",
        )
        for source in sources
        for question in source.asked
        if question not in known
    ]
