"""The study's texts and journals, read together; a file that cannot be read is a problem, not the end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from qualkit.errors import Problem, QualkitError, place
from qualkit.model.act import Act
from qualkit.model.coding import Coding
from qualkit.model.doubt import Stretch, together
from qualkit.model.source import Source
from qualkit.model.study import Material
from qualkit.model.transcript import Transcript
from qualkit.store.files import read_bytes
from qualkit.store.journals import Journal, Writer, contradictions, read_journal, writing
from qualkit.store.project import Folder
from qualkit.store.transcripts import read_doubts, read_transcript, transcript_path


def read_material(folder: Folder, sources: Iterable[Source]) -> tuple[Material, list[Problem]]:
    """The transcripts and all coders' acts of these sources, with the problems in their files."""
    transcripts: dict[str, Transcript] = {}
    acts: dict[str, tuple[Act, ...]] = {}
    problems: list[Problem] = []
    journals = journal_paths(folder)
    for source in sources:
        if path := transcript_path(folder.transcripts, source.id):
            try:
                transcripts[source.id], found = read_transcript(path, source.id, folder.name(path))
                problems += found
            except QualkitError as error:
                problems.append(Problem(folder.name(path), error.what, error.hint))
        acts[source.id] = tuple(_acts(folder, journals.get(source.id, {}).values(), problems))
    return Material(transcripts, acts), problems


def read_all_doubts(folder: Folder, material: Material) -> tuple[dict[str, list[Stretch]], list[Problem]]:
    """Source id -> the stretches of its transcript that are still doubtful, in the order of time."""
    found: dict[str, list[Stretch]] = {}
    problems: list[Problem] = []
    for source, transcript in material.transcripts.items():
        path = folder.words(source)
        try:
            found[source] = together(read_doubts(path, transcript))
        except QualkitError as error:
            problems.append(Problem(folder.name(path), error.what, error.hint, warning=True))
    return found, problems


def _acts(folder: Folder, paths: Iterable[Path], problems: list[Problem]) -> list[Act]:
    journals = read_journals({folder.name(path): path for path in paths}, problems)
    problems += contradictions(journals)
    return [act for journal in journals.values() for act in journal.acts]


def read_journals(paths: Mapping[str, Path], problems: list[Problem]) -> dict[str, Journal]:
    """The journals of these files, by the name that problems call them; what is wrong with them joins `problems`."""
    found: dict[str, Journal] = {}
    for name, path in paths.items():
        try:
            found[name] = read_journal(path, name)
            problems += found[name].problems
        except QualkitError as error:
            problems.append(Problem(name, error.what, error.hint))
    return found


def coding_place(folder: Folder, coding: Coding) -> str:
    """The file and line of the act that made a coding."""
    path = journal_paths(folder).get(coding.source, {}).get(coding.coder) or folder.journal(coding.source, coding.coder)
    lines = read_bytes(path).split(b"\n") if path.exists() else []
    made = f'"id":"{coding.id}"'.encode()
    return place(folder.name(path), next((n for n, line in enumerate(lines, start=1) if made in line), None))


def journal_writer(folder: Folder, source: str, coder: str) -> AbstractContextManager[Writer]:
    """A coder's journal for a source, open for appending and locked against others."""
    path = journal_paths(folder).get(source, {}).get(coder) or folder.journal(source, coder)
    return writing(path, folder.name(path), folder.lock(source, coder))


def journal_paths(folder: Folder) -> dict[str, dict[str, Path]]:
    """Source id -> coder -> journal file. A Mac may have written å in a file's name as two characters."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.transcripts.glob("*.jsonl")):
        parts = unicodedata.normalize("NFC", path.name).split(".")
        if len(parts) == 3 and parts[1].casefold() != "words":
            found.setdefault(parts[0], {})[parts[1]] = path
    return found
