"""The sound of the excerpts behind a matrix, for the report page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.report.view import View
    from qualkit.store.project import Folder


def sounds(folder: Folder, view: View) -> dict[int, bytes]:
    """Number of an excerpt -> its sound; what has none is left out and told."""
    from qualkit.transcribe.clip import small_clip

    wanted = sorted({number for cell in view.export.matrix.cells.values() for number in cell.excerpts})
    found: dict[int, bytes] = {}
    failed: dict[str, str] = {}
    with output.progress("sound", len(wanted)) as tell:
        for done, number in enumerate(wanted, start=1):
            excerpt = view.export.excerpts[number]
            if times := _times(excerpt):
                try:
                    found[number] = small_clip(folder.recording(excerpt.source), *times)
                except QualkitError as error:
                    failed.setdefault(excerpt.source.id, error.what)
            tell(done)
    for source, what in failed.items():
        output.note(f"{source}: some excerpts have no sound: {what}")
    output.note(f"{output.count(len(found), 'excerpt')} with sound, {len(wanted) - len(found)} without")
    return found


def _times(excerpt: Excerpt) -> tuple[float, float] | None:
    """From when to when an excerpt was said; None for documents, and where the text does not know."""
    start, end = excerpt.anchor.start, excerpt.anchor.end
    known = excerpt.source.recording and start is not None and end is not None and start < end
    return (start, end) if known and start is not None and end is not None else None
