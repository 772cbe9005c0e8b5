"""qualkit clip"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.model.source import Source
    from qualkit.store.project import Folder


@dataclass(frozen=True)
class _Place:
    """What is to be cut: seconds of a source's recording."""

    folder: Folder
    source: Source
    start: float
    end: float


def clip(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="A source's id; or, alone, a coding's id or its beginning.")],
    start: Annotated[str, typer.Argument(help="From when: 12.5, 1:02 or 0:01:02.5.", show_default=False)] = "",
    end: Annotated[str, typer.Argument(help="To when.", show_default=False)] = "",
    to: Annotated[
        Path | None, typer.Option(help="FILE.mp3, .wav, .flac, .ogg or .m4a; else exports/<source>-<start>.mp3.")
    ] = None,
) -> None:
    """Cut a stretch out of a recording, by its times or by an excerpt's id, with a little air and short fades."""
    from qualkit.store.exports import write_export
    from qualkit.transcribe import clip as clips

    kind = clips.kind_of(to) if to else ".mp3"
    place = _by_times(ctx, source, start, end) if start else _by_coding(ctx, source)
    if not place.source.recording:
        hint = "a document has none; for a recording, fill in the column recording of sources.csv"
        raise QualkitError(f"the source '{place.source.id}' has no sound", hint=hint)
    file = to or place.folder.root / "exports" / clips.file_name(place.source.id, place.start)
    content = clips.clip(place.folder.recording(place.source), place.start, place.end, kind)
    write_export(place.folder, file, content)
    output.say(f"written: {file} ({place.source.id}, {clips.clock(place.start)} to {clips.clock(place.end)})")


def _by_times(ctx: typer.Context, source: str, start: str, end: str) -> _Place:
    from qualkit.transcribe.clip import seconds_of

    if not end:
        raise QualkitError("a clip needs two times", hint=f"qualkit clip {source} {start} END")
    begins, ends = seconds_of(start), seconds_of(end)
    opened = opening.open_here(ctx)
    return _Place(opened.folder, opening.chosen(opened, [source])[0], begins, ends)


def _by_coding(ctx: typer.Context, beginning: str) -> _Place:
    from qualkit.analysis.excerpts import coded_excerpts, excerpt_of
    from qualkit.model.coding import STATUSES
    from qualkit.transcribe.clip import clock

    coded = opening.open_coded(ctx)
    if beginning in coded.opened.study.source_by_id:
        hint = f"say from when to when: qualkit clip {beginning} 1:02 1:30"
        raise QualkitError(f"which stretch of '{beginning}'?", hint=hint)
    found = coded_excerpts(coded.opened.study, coded.material, coded.folded, statuses=STATUSES)
    excerpt = excerpt_of(found, beginning)
    if excerpt.uncertain:
        output.note("the words of this excerpt were not found again; the clip is of the time at which they were coded")
    start, end = excerpt.anchor.start, excerpt.anchor.end
    if start is None or end is None:
        raise QualkitError(f"the source '{excerpt.source.id}' has no times", hint="a document has no sound to cut")
    if start == end:
        hint = f"say when: qualkit clip {excerpt.source.id} {clock(start)} END"
        raise QualkitError("the transcript says when these words begin, not when they end", hint=hint)
    return _Place(coded.opened.folder, excerpt.source, start, end)
