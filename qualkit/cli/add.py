"""qualkit add"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
from qualkit.errors import QualkitError, refuse_errors

if TYPE_CHECKING:
    from qualkit.store.adding import Addition, ReadFile, Text

_FILES = "Recordings, notes (.md .txt .docx), transcripts (.vtt .srt .json .txt .docx)."


def add(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help=_FILES)],
    municipality: Annotated[
        str, typer.Option("--municipality", "-m", help="Name or SCB code; several with commas.")
    ] = "",
    kind: Annotated[
        str, typer.Option(help="interview, focus group, workshop, study visit, web page or document.")
    ] = "",
    date: Annotated[str, typer.Option(help="When it was recorded or written: 2026-03-01.")] = "",
    title: Annotated[str, typer.Option(help="A title; else the file's name.")] = "",
    language: Annotated[str, typer.Option(help="sv, en, ...; else the study's.")] = "",
    id: Annotated[str, typer.Option("--id", help="The source's id, for a single file; else from its name.")] = "",
) -> None:
    """Register recordings, documents and transcripts as sources. Files from outside the study are copied into it.

    A transcript that Teams, Zoom, YouTube, Whisper or a person made is known by what it holds: its speakers and times
    are kept. Text that only looks like one is added with --kind document.
    """
    from qualkit.store.adding import add as add_all
    from qualkit.store.adding import additions

    if (id or title) and len(files) > 1:
        raise QualkitError("--id and --title go with a single file", hint="add the files one at a time")
    opened = opening.open_here(ctx)
    refuse_errors([p for p in opened.problems if ".csv" in p.where], "nothing was added: the tables have errors")
    cells = {"id": id, "title": title, "kind": _kind(kind), "date": _date(date), "language": language}
    cells[opened.study.settings.case] = municipality
    new = additions(opened, files, cells, _reader(cells["kind"]))
    add_all(opened, new)
    for one in new:
        _tell(one)
    output.say("Next: qualkit transcribe" if any(one.cells["recording"] for one in new) else "Next: qualkit apply")


def _tell(one: Addition) -> None:
    output.say(f"added {one.id}: {one.cells['recording'] or one.file.name} ({one.cells['kind']})")
    if one.text and one.text.form:
        output.say(f"  read as {one.text.form}")
    if one.text:
        output.problems(one.text.problems, stderr=True)


def _reader(kind: str) -> ReadFile:
    """What a file holds; the kind given says whether text with labels can be a transcript."""
    from qualkit.formats.incoming import is_text, read_incoming
    from qualkit.store.files import read_bytes, read_head

    spoken = {"interview": True, "focus group": True, "workshop": True, "document": False, "web page": False}.get(kind)

    def read(file: Path) -> Text | None:
        text = None
        if is_text(read_head(file), file.name):
            text = read_incoming(read_bytes(file), file.name, spoken=spoken)
        if text is None:
            _check_recording(file)
        return text

    return read


def _kind(written: str) -> str:
    from qualkit.model.source import SOURCE_KINDS
    from qualkit.store.rows import known_word

    if (kind := known_word(written, SOURCE_KINDS)) is None:
        raise QualkitError(f"unknown kind '{written}'", hint=f"one of: {', '.join(SOURCE_KINDS)}")
    return kind


def _date(text: str) -> str:
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise QualkitError(f"'{text}' is no date", hint="write it as 2026-03-01") from error


def _check_recording(file: Path) -> None:
    """QualkitError where it cannot be read; a remark, while the recorder is still at hand, where it is cut off."""
    from qualkit.transcribe.audio import probe

    recording = probe(file)
    if recording.cut_off:
        output.note(f"warning: {file}: {recording.how_cut_off}")
        output.note("  try: copy it again from the recorder, before qualkit transcribe")
