"""The history as CSV, a line an act: what a methods section and an audit trail are made from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

from qualkit.analysis.history import Entry
from qualkit.formats.headings import in_language
from qualkit.formats.matrix import clock
from qualkit.formats.safe import safe
from qualkit.model.study import Study

HEADINGS = (
    "Time (UTC)", "Time here", "Coder", "Source", "Act", "Taken back", "Codes", "Names", "Quote", "Segment", "Start",
    "Detail", "Origin", "Id",
)  # fmt: skip


def render(entries: Iterable[Entry], study: Study, local: Callable[[str], str]) -> bytes:
    """The file's bytes, UTF-8 with BOM; `local` writes a time (ISO 8601) as clocks show it. Details are as written."""
    say = in_language(study.settings.language)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=study.settings.delimiter, lineterminator="\r\n")
    writer.writerow([say(heading) for heading in HEADINGS])
    for entry in entries:
        act, anchor = entry.act, entry.anchor
        cells = (
            act.time,
            local(act.time),
            act.coder,
            entry.source,
            say("marked as finished" if entry.act.act == "finish" else entry.did),
            say("yes") if entry.undone else "",
            " -> ".join(entry.codes),
            " -> ".join(names(entry, study)),
            anchor.quote if anchor else "",
            anchor.first if anchor else "",
            clock(anchor.start) if anchor else "",
            entry.detail,
            act.origin if act.anchor else "",
            act.id,
        )
        writer.writerow([safe(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def names(entry: Entry, study: Study) -> list[str]:
    """The names of the codes that an act is about; the id of one that the codebook does not have."""
    codes = study.codebook.codes
    return [codes[id].name if id in codes else id for id in entry.codes]
