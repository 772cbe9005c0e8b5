"""Registering recordings and documents as sources: all of them, or none."""

from __future__ import annotations

import contextlib
import filecmp
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from qualkit.errors import Problem, QualkitError, place
from qualkit.model.noun import replace
from qualkit.model.transcript import Word
from qualkit.store.files import explained, read_text, write_text
from qualkit.store.markdown import is_spoken
from qualkit.store.new import SOURCE_HEADINGS
from qualkit.store.parts import MARK, common_name, join_parts, split_parts
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
    """A source to be: its file, or the parts of its recording; its row; and its text, where there is one."""

    files: tuple[Path, ...]
    cells: dict[str, str]
    text: Text | None = None
    transcript: Path | None = None  # the text's own file, where `files` are the recording

    @property
    def id(self) -> str:
        """The source's id."""
        return self.cells["id"]

    @property
    def name(self) -> str:
        """What messages call the file or the files."""
        return ", ".join(file.name for file in self.files)

    @property
    def recording(self) -> tuple[str, ...]:
        """Where its parts are or will be, from the study's root; none for a text."""
        return split_parts(self.cells["recording"])


def additions(
    opened: OpenStudy, groups: Iterable[Sequence[Path]], cells: dict[str, str], read_file: ReadFile
) -> list[Addition]:
    """What adding these files would do, a source a group; raises before anything is written. `cells` hold for each.

    A recording and a transcript of the same name are one source.
    """
    for name in split_list(cells.get(opened.study.settings.case, "")):
        opened.cases.named(name)
    found: dict[str, Addition] = {}
    for files in groups:
        one = _addition(opened, tuple(files), cells, read_file)
        before = found.get(one.id.casefold())
        found[one.id.casefold()] = _together(before, one) if before else one
    return list(found.values())


def _together(one: Addition, other: Addition) -> Addition:
    """A recording with its transcript. QualkitError for any other two files."""
    recording, spoken = (other, one) if one.text else (one, other)
    if one.transcript or recording.text or spoken.text is None or not spoken.text.spoken:
        what = f"{one.name} and {other.name} would both be the source '{one.id}'"
        raise QualkitError(what, hint="add them one at a time, each with --id")
    return replace(recording, text=spoken.text, transcript=spoken.files[0])


def _refuse_known(opened: OpenStudy, id: str, name: str) -> None:
    """No id may stand for two sources; capitals make no difference on most disks."""
    for source in opened.study.sources:
        if source.id.casefold() == id.casefold():
            hint = f"is it that source's transcript or recording? qualkit add FILE --to {source.id}"
            raise QualkitError(
                f"there is a source '{source.id}' already; {name} was not added",
                where=place("transcripts/sources.csv", source.line),
                hint=f"{hint}; if not, give it another id with --id",
            )


def refuse_known_recording(opened: OpenStudy, recording: Sequence[str]) -> None:
    """QualkitError where a source has one of these paths, from the study's root, as its recording already."""
    new = {part.casefold() for part in recording}
    for source in opened.study.sources:
        for part in source.recording:
            if part.casefold() in new:
                raise QualkitError(
                    f"'{source.id}' has a recording called {PurePosixPath(part).name} already",
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


def _addition(opened: OpenStudy, files: tuple[Path, ...], cells: dict[str, str], read_file: ReadFile) -> Addition:
    for file in files:
        if not file.exists():
            raise QualkitError("there is no such file", where=str(file), hint="check the name and the folder")
        if file.is_dir():
            raise QualkitError("this is a folder, not a file", where=str(file), hint="name the files in it")
    file, name = files[0], common_name(files).removesuffix(".transcript")  # Zoom's, beside a recording without it
    id = cells.get("id") or source_id(name)
    if not valid_id(id):
        raise QualkitError(
            f"'{id}' cannot be the id of a source", where=str(file), hint=f"choose one with --id: {ID_RULE}"
        )
    _refuse_known(opened, id, file.name)
    there = transcript_path(opened.folder.transcripts, id)
    in_place = len(files) == 1 and there is not None and there.resolve() == file.resolve()
    text = _in_place(file) if in_place else read_together(files, read_file)
    if text and there and there.resolve() != file.resolve():
        raise QualkitError(
            f"there is a text of '{id}' already", where=str(there), hint="give this one another id with --id"
        )
    kind = cells.get("kind") or ("interview" if text is None or text.spoken else "document")
    recording = () if text else recording_paths(opened, files)
    refuse_known_recording(opened, recording)
    row = {**cells, "id": id, "title": cells.get("title") or name, "kind": kind, "recording": join_parts(recording)}
    return Addition(files, row, text)


def read_together(files: Sequence[Path], read_file: ReadFile) -> Text | None:
    """The text in a file, None for a recording. Several files are its parts: QualkitError for a text among them."""
    texts = [read_file(file) for file in files]
    for file, text in zip(files, texts, strict=True):
        if text and len(files) > 1:
            hint = "only recordings can be parts of one source; add texts by themselves"
            raise QualkitError("this is no recording", where=str(file), hint=hint)
    return texts[0]


def _in_place(file: Path) -> Text:
    """A text that lies in the study under its id already, and stays as it is."""
    return Text("", file.suffix, spoken=file.suffix == SUFFIXES[0] or is_spoken(read_text(file)))


def recording_paths(opened: OpenStudy, files: Sequence[Path]) -> tuple[str, ...]:
    """Where the parts of a recording are or will be, from the study's root: their own places inside it, else audio/."""
    found: dict[str, str] = {}
    for file in files:
        path = _recording_path(opened, file)
        if MARK in path:
            what = f"the sign {MARK} stands between the parts of a recording, so it cannot be in a file's name"
            raise QualkitError(what, where=str(file), hint="rename the file")
        if path.casefold() in found:
            raise QualkitError(
                f"two of the parts are called {file.name}", where=str(file), hint="rename one of the two"
            )
        found[path.casefold()] = path
    return tuple(found.values())


def _recording_path(opened: OpenStudy, file: Path) -> str:
    """Where the recording is or will be, from the study's root: its own place inside the study, else audio/."""
    file, root = file.resolve(), opened.folder.root.resolve()
    if file.is_relative_to(root):
        return file.relative_to(root).as_posix()
    return f"audio/{unicodedata.normalize('NFC', file.name)}"  # a Mac writes å as two characters


def _bring_in(opened: OpenStudy, one: Addition) -> Iterator[Path]:
    """Copy the files into the study where they are not there yet; gives each file made."""
    folder = opened.folder
    if one.recording:
        yield from bring_recording(opened, one.files, one.recording)
    if one.text is None or (target := folder.transcripts / f"{one.id}{one.text.suffix}").exists():
        return
    write_text(target, one.text.text)
    yield target
    if one.text.words and not folder.words(one.id).exists():
        write_words(folder.words(one.id), one.text.words.items())
        yield folder.words(one.id)


def bring_recording(opened: OpenStudy, files: Sequence[Path], recording: Sequence[str]) -> Iterator[Path]:
    """Copy a recording's parts, and the RTTM files beside them, to their place in the study; gives each file made."""
    for given, part in zip(files, recording, strict=True):
        target = opened.folder.root / part
        for there, here in ((given, target), (given.with_suffix(".rttm"), target.with_suffix(".rttm"))):
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
