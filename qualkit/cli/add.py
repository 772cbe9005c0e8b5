"""qualkit add"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
from qualkit.errors import QualkitError, refuse_errors

if TYPE_CHECKING:
    from qualkit.model.source import Source
    from qualkit.store.adding import Addition, ReadFile, Text
    from qualkit.store.project import OpenStudy

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
    id: Annotated[str, typer.Option("--id", help="The new source's id; else from the file's name.")] = "",
    to: Annotated[str, typer.Option("--to", metavar="SOURCE", help="Bring the file to a source that is there.")] = "",
    again: Annotated[bool, typer.Option("--again", help="With --to: replace the text that is there already.")] = False,
    as_one: Annotated[
        bool, typer.Option("--as-one", help="The files are parts of one recording, in the order of their names.")
    ] = False,
) -> None:
    """Register recordings, documents and transcripts as sources. Files from outside the study are copied into it.

    A transcript that Teams, Zoom, YouTube, Whisper or a person made is known by what it holds: its speakers and times
    are kept. Text that only looks like one is added with --kind document. A recording and a transcript of the same name
    are one source; with --to, a transcript is brought to a recording that is a source already, or the other way round.
    """
    from qualkit.store.parts import in_natural_order, refuse_twice

    refuse_twice(files)
    opened = opening.open_here(ctx)
    refuse_errors([p for p in opened.problems if ".csv" in p.where], "nothing was added: the tables have errors")
    groups = [in_natural_order(files)] if as_one else [(file,) for file in files]
    cells = {"id": id, "title": title, "kind": _kind(kind), "date": _date(date), "language": language}
    cells[opened.study.settings.case] = municipality
    if to:
        _bring(opened, to, groups, cells, again)
        return
    if again:
        raise QualkitError("--again goes with --to", hint="qualkit add FILE --to SOURCE --again")
    _add_new(opened, groups, cells)


def _add_new(opened: OpenStudy, groups: Sequence[tuple[Path, ...]], cells: dict[str, str]) -> None:
    from qualkit.store.adding import add as add_all
    from qualkit.store.adding import additions

    new = additions(opened, groups, cells, _reader(cells["kind"]))
    if len(new) > 1 and cells["title"]:
        raise QualkitError("--title goes with a single source", hint="add the files one at a time, or --as-one")
    add_all(opened, new)
    for one in new:
        _tell(one)
    waiting = any(one.cells["recording"] and not one.text for one in new)
    output.say("Next: qualkit transcribe" if waiting else "Next: qualkit apply")


def _tell(one: Addition) -> None:
    if len(one.recording) > 1:
        output.say(f"added {one.id}: {len(one.recording)} files as one ({one.cells['kind']}), in this order")
        for part in one.recording:
            output.say(f"  {part}")
        output.say("  if it is another: change the column recording of transcripts/sources.csv now")
    else:
        output.say(f"added {one.id}: {one.cells['recording'] or one.name} ({one.cells['kind']})")
    if one.transcript:
        output.say(f"  with its transcript {one.transcript.name}")
    if one.text:
        _tell_text(one.text)


def _tell_text(text: Text) -> None:
    if text.form:
        output.say(f"  read as {text.form}")
    output.problems(text.problems, stderr=True)


def _bring(opened: OpenStudy, to: str, groups: Sequence[tuple[Path, ...]], cells: dict[str, str], again: bool) -> None:
    """A transcript or a recording for a source that is there."""
    from qualkit.store.adding import read_together
    from qualkit.store.placing import place_text

    (source,) = opening.chosen(opened, [to])
    if len(groups) > 1 or any(cells.values()):
        what = "--to takes one file (parts of one: --as-one), and no option that describes a source"
        raise QualkitError(what, hint=f"the row of '{to}' stays; correct it in transcripts/sources.csv")
    files = groups[0]
    text = read_together(files, _reader(source.kind))
    if text is None:
        _bring_recording(opened, source, files)
        return
    path = place_text(opened, source, files[0], text, again=again)
    output.say(f"{to}: {files[0].name} is its {'transcript' if text.spoken else 'text'} now ({path.name})")
    _tell_text(text)
    if source.recording and not text.spoken:
        output.say("  no speakers or times are in it: if these are notes, add them by themselves, without --to")
    _tell_codings(opened, source)


def _bring_recording(opened: OpenStudy, source: Source, files: Sequence[Path]) -> None:
    from qualkit.store.placing import place_recording
    from qualkit.store.transcripts import transcript_path

    output.say(f"{source.id}: has the recording {place_recording(opened, source, files)} now")
    if not transcript_path(opened.folder.transcripts, source.id):
        output.say(f"Next: qualkit transcribe {source.id}")


def _tell_codings(opened: OpenStudy, source: Source) -> None:
    """What became of the codings, and who has no row in participants.csv."""
    from qualkit.analysis.excerpts import coded_excerpts, states
    from qualkit.model.coding import STATUSES
    from qualkit.store.material import read_material

    material, _ = read_material(opened.folder, [source])
    excerpts = coded_excerpts(opened.study, material, states(opened.study, material), statuses=STATUSES)
    lost = sum(excerpt.uncertain for excerpt in excerpts)
    if excerpts:
        followed = f"  {output.count(len(excerpts) - lost, 'coded excerpt')} found again in the new text"
        output.say(f"{followed}, {lost} not: qualkit check" if lost else followed)
    speakers = material.transcripts[source.id].speakers
    if unknown := [speaker for speaker in speakers if (source.id, speaker) not in opened.study.speakers]:
        output.say(f"  without a row in participants.csv: {', '.join(unknown)}; qualkit check gives the lines")


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
        output.note(f"warning: {file}: {recording.cut_off.how_cut_off}")
        output.note("  try: copy it again from the recorder, before qualkit transcribe")
