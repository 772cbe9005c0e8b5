"""Registering recordings and documents as sources: all of them, or none."""

from __future__ import annotations

import contextlib
import filecmp
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qualkit.errors import Problem, QualkitError, place
from qualkit.model.transcript import Word
from qualkit.store.files import explained, read_text, write_text
from qualkit.store.markdown import is_spoken
from qualkit.store.new import SOURCE_HEADINGS
from qualkit.store.project import OpenStudy
from qualkit.store.rows import split_list
from qualkit.store.settings import ID_RULE, valid_id
from qualkit.store.tables import heading_name, write_table
from qualkit.store.transcripts import SUFFIXES, transcript_path, write_words


@dataclass(frozen=True, slots=True)
class Text:
    """What the study keeps of a text file: the text as it will stand, and what in the file could not be placed."""

    text: str
    suffix: str  # .vtt or .md
    form: str = ""  # what the file was read as, in words for people; "" for a plain document
    problems: tuple[Problem, ...] = ()
    spoken: bool = False  # a transcript, not a document
    words: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)  # segment id -> its words


# Gives a file's text, or None for a recording; QualkitError where it is neither. It is an argument, since
# formats and recordings are known further up than the study's own files.
ReadFile = Callable[[Path], Text | None]


@dataclass(frozen=True, slots=True)
class Addition:
    """A source to be: its file, its row, and its text where the file is no recording or a transcript comes with it."""

    file: Path
    cells: dict[str, str]
    text: Text | None = None
    transcript: Path | None = None  # the text's own file, where `file` is the recording

    @property
    def id(self) -> str:
        """The source's id."""
        return self.cells["id"]


def additions(opened: OpenStudy, files: Sequence[Path], cells: dict[str, str], read_file: ReadFile) -> list[Addition]:
    """What adding these files would do; raises before anything is written. `cells` hold for each of them.

    A recording and a transcript of the same name are one source.
    """
    for name in split_list(cells.get(opened.study.settings.case, "")):
        opened.cases.named(name)
    found: dict[str, Addition] = {}
    for file in files:
        one = _addition(opened, file, cells, read_file)
        before = found.get(one.id.casefold())
        found[one.id.casefold()] = _together(before, one) if before else one
    return list(found.values())


def _together(one: Addition, other: Addition) -> Addition:
    """A recording with its transcript. QualkitError for any other two files."""
    recording, spoken = (other, one) if one.text else (one, other)
    if one.transcript or recording.text or spoken.text is None or not spoken.text.spoken:
        what = f"{one.file.name} and {other.file.name} would both be the source '{one.id}'"
        raise QualkitError(what, hint="add them one at a time, each with --id")
    return replace(recording, text=spoken.text, transcript=spoken.file)


def _refuse_known(opened: OpenStudy, id: str, file: Path) -> None:
    """No id may stand for two sources; capitals make no difference on most disks."""
    for source in opened.study.sources:
        if source.id.casefold() == id.casefold():
            hint = f"is it that source's transcript or recording? qualkit add FILE --to {source.id}"
            raise QualkitError(
                f"there is a source '{source.id}' already; {file.name} was not added",
                where=place("transcripts/sources.csv", source.line),
                hint=f"{hint}; if not, give it another id with --id",
            )


def refuse_known_recording(opened: OpenStudy, recording: str) -> None:
    """QualkitError where a source has the recording at this path, from the study's root, already."""
    for source in opened.study.sources:
        if recording and source.recording.casefold() == recording.casefold():
            raise QualkitError(
                f"'{source.id}' has a recording called {Path(recording).name} already",
                where=place("transcripts/sources.csv", source.line),
                hint="nothing to do if it is the same recording; else rename this one",
            )


def add(opened: OpenStudy, new: Sequence[Addition]) -> None:
    """Bring the files into the study and write their rows in sources.csv."""
    table = opened.tables["sources"]
    headings = list(table.headings) or list(SOURCE_HEADINGS)
    names = {heading_name(heading).casefold(): heading_name(heading) for heading in headings}
    headings += [key for key in dict.fromkeys(key for one in new for key in one.cells) if key.casefold() not in names]
    added = [{names.get(key.casefold(), key): cell for key, cell in one.cells.items()} for one in new]
    with taken_back() as made:
        for one in new:
            for path in _bring_in(opened, one):
                made.append(path)
        write_table(table, [*(row.cells for row in table.rows), *added], headings, opened.study.settings.delimiter)


@contextlib.contextmanager
def taken_back() -> Iterator[list[Path]]:
    """A list of files that were made: when what is done in here fails, they are gone again."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def source_id(stem: str) -> str:
    """An id from a file's name: `Intervju Åsa (1).m4a` gives intervju-asa-1."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain.casefold()).strip("-")


def _addition(opened: OpenStudy, file: Path, cells: dict[str, str], read_file: ReadFile) -> Addition:
    if not file.exists():
        raise QualkitError("there is no such file", where=str(file), hint="check the name and the folder")
    stem = file.stem.removesuffix(".transcript")  # Zoom's, beside a recording without it
    id = cells.get("id") or source_id(stem)
    if not valid_id(id):
        raise QualkitError(
            f"'{id}' cannot be the id of a source", where=str(file), hint=f"choose one with --id: {ID_RULE}"
        )
    _refuse_known(opened, id, file)
    there = transcript_path(opened.folder.transcripts, id)
    text = _in_place(file) if there and there.resolve() == file.resolve() else read_file(file)
    if text and there and there.resolve() != file.resolve():
        raise QualkitError(
            f"there is a text of '{id}' already", where=str(there), hint="give this one another id with --id"
        )
    kind = cells.get("kind") or ("interview" if text is None or text.spoken else "document")
    recording = "" if text else recording_path(opened, file)
    refuse_known_recording(opened, recording)
    row = {**cells, "id": id, "title": cells.get("title") or stem, "kind": kind, "recording": recording}
    return Addition(file, row, text)


def _in_place(file: Path) -> Text:
    """A text that lies in the study under its id already, and stays as it is."""
    return Text("", file.suffix, spoken=file.suffix == SUFFIXES[0] or is_spoken(read_text(file)))


def recording_path(opened: OpenStudy, file: Path) -> str:
    """Where the recording is or will be, from the study's root: its own place inside the study, else audio/."""
    file, root = file.resolve(), opened.folder.root.resolve()
    if file.is_relative_to(root):
        return file.relative_to(root).as_posix()
    return f"audio/{unicodedata.normalize('NFC', file.name)}"  # a Mac writes å as two characters


def _bring_in(opened: OpenStudy, one: Addition) -> Iterator[Path]:
    """Copy the files into the study where they are not there yet; gives each file made."""
    folder = opened.folder
    if one.cells["recording"]:
        yield from bring_recording(opened, one.file, one.cells["recording"])
    if one.text is None or (target := folder.transcripts / f"{one.id}{one.text.suffix}").exists():
        return
    write_text(target, one.text.text)
    yield target
    if one.text.words and not folder.words(one.id).exists():
        write_words(folder.words(one.id), one.text.words.items())
        yield folder.words(one.id)


def bring_recording(opened: OpenStudy, file: Path, recording: str) -> Iterator[Path]:
    """Copy a recording, and the RTTM file beside it, to their place in the study; gives each file made."""
    target = opened.folder.root / recording
    for there, here in ((file, target), (file.with_suffix(".rttm"), target.with_suffix(".rttm"))):
        if there.exists() and not _same(there, here):
            _copy(there, here)
            yield here


def _same(file: Path, target: Path) -> bool:
    """Whether the file lies in its place already, or a whole copy of it does."""
    if file.resolve() == target.resolve():
        return True
    with explained(target):
        return target.is_file() and filecmp.cmp(file, target, shallow=False)


def _copy(file: Path, target: Path) -> None:
    if target.exists():
        what = f"another file called {target.name} is in audio/ already"
        raise QualkitError(what, where=str(file), hint="rename one of the two")
    beside = target.with_name(target.name + ".part")
    with explained(target, "write"):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(file, beside)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
