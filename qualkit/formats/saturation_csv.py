"""Saturation as CSV: the curve, a line a source, and below it how much the answer depends on what one chooses."""

from __future__ import annotations

import csv
import io

from qualkit.analysis.saturation import Coded, curve, runs, sensitivity
from qualkit.formats.headings import in_language
from qualkit.formats.safe import safe
from qualkit.model.study import Study


def render(found: Coded, study: Study, base: int, run: int) -> bytes:
    """The file's bytes, UTF-8 with BOM, in the study's language; a run stands in the line of its first source."""
    say, delimiter = in_language(study.settings.language), study.settings.delimiter
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    headings = [say("source"), say("date"), say("new codes"), say("codes in all"), say("new codes of the run")]
    writer.writerow([*headings, say("percent of the base")])
    events = curve(list(found.codes.values()))
    made = {one.first: one for one in runs(events, base, run)}
    for number, (source, event) in enumerate(zip(found.codes, events, strict=True), start=1):
        one = made.get(number)
        counts = [one.new, _percent(one.percent, delimiter)] if one else ["", ""]
        writer.writerow([safe(source), study.source_by_id[source].date, len(event.new), event.total, *counts])
    writer.writerow([])
    writer.writerow([say("base"), say("run"), say("at most, percent"), say("reached")])
    for choice in sensitivity(events):
        reached = say("not reached") if choice.sources is None else choice.text
        writer.writerow([choice.base, choice.run, f"{choice.threshold:g}", reached])
    return out.getvalue().encode("utf-8-sig")


def _percent(percent: float | None, delimiter: str) -> str:
    return "" if percent is None else f"{percent:.1f}".replace(".", "," if delimiter == ";" else ".")
