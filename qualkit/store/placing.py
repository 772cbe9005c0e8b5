"""A text or a recording that comes for a source that is there already: its row, its codings and the rest stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qualkit.errors import QualkitError, place
from qualkit.model.source import Source
from qualkit.store.adding import Text, bring_recording, recording_paths, refuse_known_recording, taken_back
from qualkit.store.files import write_text
from qualkit.store.parts import join_parts
from qualkit.store.project import OpenStudy
from qualkit.store.tables import heading_name, write_table
from qualkit.store.transcripts import replacing, transcript_path, write_words


def place_text(opened: OpenStudy, source: Source, file: Path, text: Text, *, again: bool) -> Path:
    """Make this the source's text; gives its file. One that stood there is replaced only with `again`, and is kept."""
    folder = opened.folder
    there = transcript_path(folder.transcripts, source.id)
    if there and there.resolve() == file.resolve():
        raise QualkitError(f"this is the text of '{source.id}' already", where=str(file), hint="nothing to do")
    if there and not again:
        hint = "--again takes the new one; the old one is kept beside it, and codings follow their words"
        raise QualkitError(f"'{source.id}' has a text already", where=folder.name(there), hint=hint)
    target = folder.transcripts / f"{source.id}{text.suffix}"
    with replacing(target) as words:
        if text.words:
            write_words(words, text.words.items())
        else:  # times of words that are no longer there would be wrong
            words.unlink(missing_ok=True)
        write_text(target, text.text)
    return target


def place_recording(opened: OpenStudy, source: Source, files: Sequence[Path]) -> str:
    """Make this, or these parts, the recording of a source that has none; gives the cell of its row."""
    if source.recording:
        raise QualkitError(
            f"'{source.id}' has a recording already: {', '.join(source.recording)}",
            where=place("transcripts/sources.csv", source.line),
            hint="if that is the wrong one, correct the column recording there",
        )
    parts = recording_paths(opened, files)
    refuse_known_recording(opened, parts)
    recording = join_parts(parts)
    table = opened.tables["sources"]
    headings = [*table.headings]
    if "recording" not in map(heading_name, headings):
        headings.append("recording")
    rows = [{**row.cells, **({"recording": recording} if row.line == source.line else {})} for row in table.rows]
    with taken_back() as made:
        for path in bring_recording(opened, files, parts):
            made.append(path)
        write_table(table, rows, headings, opened.study.settings.delimiter)
    return recording
