"""Registering recordings and documents as sources: all of them, or none."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    """One file, the row that it gets, and its text where it is no recording."""

    file: Path
    cells: dict[str, str]
    text: Text | None = None

    @property
    def id(self) -> str:
        """The source's id."""
        return self.cells["id"]


def additions(opened: OpenStudy, files: Sequence[Path], cells: dict[str, str], read_file: ReadFile) -> list[Addition]:
    """What adding these files would do; raises before anything is written. `cells` hold for each of them."""
    for name in split_list(cells.get(opened.study.settings.case, "")):
        opened.cases.named(name)
    found: dict[str, Addition] = {}
    for file in files:
        one = _addition(opened, file, cells, read_file)
        _refuse_known(opened, one)
        key = one.id.casefold()
        if key in found:
            what = f"{found[key].file.name} and {file.name} would both be the source '{one.id}'"
            raise QualkitError(what, hint="add them one at a time, each with --id")
        found[key] = one
    return list(found.values())


def _refuse_known(opened: OpenStudy, one: Addition) -> None:
    """Neither an id nor a recording may stand for two sources; capitals make no difference on most disks."""
    recording = one.cells["recording"].casefold()
    for source in opened.study.sources:
        where = place("transcripts/sources.csv", source.line)
        if source.id.casefold() == one.id.casefold():
            hint = "give this one another id with --id, or delete that row"
            what = f"there is a source '{source.id}' already; {one.file.name} was not added"
            raise QualkitError(what, where=where, hint=hint)
        if recording and source.recording.casefold() == recording:
            hint = "nothing to do if it is the same recording; else rename this one"
            what = f"'{source.id}' has a recording called {one.file.name} already"
            raise QualkitError(what, where=where, hint=hint)


def add(opened: OpenStudy, new: Sequence[Addition]) -> None:
    """Bring the files into the study and write their rows in sources.csv."""
    table = opened.tables["sources"]
    headings = list(table.headings) or list(SOURCE_HEADINGS)
    names = {heading_name(heading).casefold(): heading_name(heading) for heading in headings}
    headings += [key for key in dict.fromkeys(key for one in new for key in one.cells) if key.casefold() not in names]
    made: list[Path] = []
    try:
        for one in new:
            for path in _bring_in(opened, one):
                made.append(path)
        added = [{names.get(key.casefold(), key): cell for key, cell in one.cells.items()} for one in new]
        write_table(table, [*(row.cells for row in table.rows), *added], headings, opened.study.settings.delimiter)
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
    id = cells.get("id") or source_id(file.stem)
    if not valid_id(id):
        raise QualkitError(
            f"'{id}' cannot be the id of a source", where=str(file), hint=f"choose one with --id: {ID_RULE}"
        )
    there = transcript_path(opened.folder.transcripts, id)
    text = _in_place(file) if there and there.resolve() == file.resolve() else read_file(file)
    if text and there and there.resolve() != file.resolve():
        raise QualkitError(
            f"there is a text of '{id}' already", where=str(there), hint="give this one another id with --id"
        )
    kind = cells.get("kind") or ("interview" if text is None or text.spoken else "document")
    recording = "" if text else _recording_path(opened, file)
    row = {**cells, "id": id, "title": cells.get("title") or file.stem, "kind": kind, "recording": recording}
    return Addition(file, row, text)


def _in_place(file: Path) -> Text:
    """A text that lies in the study under its id already, and stays as it is."""
    return Text("", file.suffix, spoken=file.suffix == SUFFIXES[0] or is_spoken(read_text(file)))


def _recording_path(opened: OpenStudy, file: Path) -> str:
    """Where the recording is or will be, from the study's root: its own place inside the study, else audio/."""
    file, root = file.resolve(), opened.folder.root.resolve()
    if file.is_relative_to(root):
        return file.relative_to(root).as_posix()
    return f"audio/{unicodedata.normalize('NFC', file.name)}"  # a Mac writes å as two characters


def _bring_in(opened: OpenStudy, one: Addition) -> Iterator[Path]:
    """Copy the file into the study where it is not there yet; gives each file made."""
    folder = opened.folder
    if one.text:
        target = folder.transcripts / f"{one.id}{one.text.suffix}"
        if target.exists():
            return
        write_text(target, one.text.text)
        yield target
        if one.text.words and not folder.words(one.id).exists():
            write_words(folder.words(one.id), one.text.words.items())
            yield folder.words(one.id)
        return
    for file, target in (
        (one.file, folder.root / one.cells["recording"]),
        (one.file.with_suffix(".rttm"), (folder.root / one.cells["recording"]).with_suffix(".rttm")),
    ):
        if file.exists() and not _same(file, target):
            _copy(file, target)
            yield target


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
