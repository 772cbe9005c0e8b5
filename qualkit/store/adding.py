"""Registering recordings and documents as sources: all of them, or none."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qualkit.errors import QualkitError, place
from qualkit.store.files import explained, read_text, write_text
from qualkit.store.new import SOURCE_HEADINGS
from qualkit.store.project import OpenStudy
from qualkit.store.rows import split_list
from qualkit.store.settings import ID_RULE, valid_id
from qualkit.store.tables import heading_name, write_table
from qualkit.store.transcripts import normalised, transcript_path
from qualkit.store.vtt import parse_vtt, write_vtt

DOCUMENTS = (".md", ".txt")
TRANSCRIPTS = (".vtt", ".srt")
_OFFICE = (".docx", ".doc", ".odt", ".pdf", ".html", ".htm", ".rtf", ".pptx", ".xlsx")


@dataclass(frozen=True, slots=True)
class Addition:
    """One file and the row that it gets."""

    file: Path
    cells: dict[str, str]

    @property
    def id(self) -> str:
        """The source's id."""
        return self.cells["id"]


def additions(
    opened: OpenStudy, files: Sequence[Path], cells: dict[str, str], check_recording: Callable[[Path], object]
) -> list[Addition]:
    """What adding these files would do; raises before anything is written. `cells` hold for each of them."""
    for name in split_list(cells.get(opened.study.settings.case, "")):
        opened.cases.named(name)
    found: dict[str, Addition] = {}
    for file in files:
        one = _addition(opened, file, cells, check_recording)
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


def _addition(
    opened: OpenStudy, file: Path, cells: dict[str, str], check_recording: Callable[[Path], object]
) -> Addition:
    if not file.exists():
        raise QualkitError("there is no such file", where=str(file), hint="check the name and the folder")
    id = cells.get("id") or source_id(file.stem)
    if not valid_id(id):
        raise QualkitError(
            f"'{id}' cannot be the id of a source", where=str(file), hint=f"choose one with --id: {ID_RULE}"
        )
    suffix = file.suffix.lower()
    if suffix in _OFFICE:
        hint = "save it as plain text (.txt) or Markdown (.md) in the program that made it, and add that"
        raise QualkitError(f"{suffix} files cannot be read", where=str(file), hint=hint)
    text = suffix in DOCUMENTS + TRANSCRIPTS
    if text and (there := transcript_path(opened.folder.transcripts, id)) and there.resolve() != file.resolve():
        raise QualkitError(
            f"there is a text of '{id}' already", where=str(there), hint="give this one another id with --id"
        )
    if not text:
        check_recording(file)
    kind = cells.get("kind") or ("document" if suffix in DOCUMENTS else "interview")
    recording = "" if text else _recording_path(opened, file)
    return Addition(
        file, {**cells, "id": id, "title": cells.get("title") or file.stem, "kind": kind, "recording": recording}
    )


def _recording_path(opened: OpenStudy, file: Path) -> str:
    """Where the recording is or will be, from the study's root: its own place inside the study, else audio/."""
    file, root = file.resolve(), opened.folder.root.resolve()
    if file.is_relative_to(root):
        return file.relative_to(root).as_posix()
    return f"audio/{unicodedata.normalize('NFC', file.name)}"  # a Mac writes å as two characters


def _bring_in(opened: OpenStudy, one: Addition) -> Iterator[Path]:
    """Copy the file into the study where it is not there yet; gives each file made."""
    folder, suffix = opened.folder, one.file.suffix.lower()
    if suffix in DOCUMENTS + TRANSCRIPTS:
        target = folder.transcripts / f"{one.id}{'.md' if suffix in DOCUMENTS else '.vtt'}"
        if not target.exists():
            text = normalised(read_text(one.file))
            write_text(target, _as_vtt(text, one.file) if suffix in TRANSCRIPTS else text)
            yield target
        return
    for file, target in (
        (one.file, folder.root / one.cells["recording"]),
        (one.file.with_suffix(".rttm"), (folder.root / one.cells["recording"]).with_suffix(".rttm")),
    ):
        if file.exists() and not _same(file, target):
            _copy(file, target)
            yield target


def _as_vtt(text: str, file: Path) -> str:
    segments, problems = parse_vtt(text, file.name)
    errors = [problem for problem in problems if not problem.warning]
    if errors:
        raise QualkitError(errors[0].message, where=errors[0].where, hint=errors[0].hint)
    return write_vtt(segments)


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
