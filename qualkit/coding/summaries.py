"""The summaries that hold after all acts: one of a coder for a cell; an undo takes back the last, or a whole import."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from qualkit.coding.fold import standing
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.summary import LONGEST, CellName, Ground, Summary

Summaries = Mapping[CellName, Sequence[Summary]]
"""Of each cell, one for each coder who wrote one, in the order of coders' names."""

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def fold_summaries(acts: Iterable[Act]) -> Summaries:
    """The summaries after these acts. An act counts once, in the order of ids; undone acts do not count."""
    found: dict[tuple[CellName, str], Summary] = {}
    for act in standing(acts):
        if act.act == "summary" and act.cell is not None:
            found.pop((act.cell, act.coder), None)
            if act.text:
                found[act.cell, act.coder] = Summary(act.id, act.cell, act.text, act.coder, act.time, act.rests)
    cells: dict[CellName, list[Summary]] = {}
    for summary in sorted(found.values(), key=lambda one: one.coder):
        cells.setdefault(summary.cell, []).append(summary)
    return cells


def own(summaries: Summaries, cell: CellName, coder: str) -> Summary | None:
    """A coder's own summary of a cell."""
    return next((one for one in summaries.get(cell, ()) if one.coder == coder), None)


def written(
    summaries: Summaries, cell: CellName, coder: str, text: str, rests: Sequence[Ground], reason: str = ""
) -> Act | None:
    """The act by which a coder says this of a cell ("" = nothing); None where it stands so already.

    The same text over other excerpts is an act: it was read again, and holds. QualkitError for a text that is too long.
    """
    before, text = own(summaries, cell, coder), plain(text)
    if (length := len(text.encode("utf-16-le")) // 2) > LONGEST:
        raise QualkitError(
            f"a summary of {length} characters is longer than a cell of a spreadsheet holds",
            hint=f"at most {LONGEST}; a longer text is a document of the study: qualkit add",
        )
    same = (before.text, set(before.rests)) == (text, set(rests)) if before else not text
    if same:
        return None
    return Act(
        "", "", coder, "summary", target=before.id if before else "", text=text, reason=reason, cell=cell,
        rests=tuple(rests) if text else (),
    )  # fmt: skip


def overtaken(journal: Iterable[Act], acts: Sequence[Act]) -> list[Act]:
    """Those of a coder's new acts whose cell says something else in the coder's journal than when they were made."""
    now = fold_summaries(journal)

    def stands(act: Act) -> str:
        mine = own(now, act.cell, act.coder) if act.cell else None
        return mine.id if mine else ""

    return [act for act in acts if stands(act) != act.target]


def taken_back(acts: Sequence[Act]) -> list[Act]:
    """The acts that an undo takes back, of one coder's journal: the last summary, or all that an import wrote.

    QualkitError where there is none.
    """
    done = [act for act in standing(acts) if act.act == "summary"]
    if not done:
        raise QualkitError("nothing to undo")
    same = [done[-1]]
    for act in reversed(done[:-1]):
        if not act.reason or act.reason != done[-1].reason:
            break
        same.append(act)
    return same


def plain(text: str) -> str:
    """A text as it is kept: NFC, lines that end with \\n, no blanks around it, no signs that a spreadsheet cannot hold.

    So it is the same, letter by letter, when it comes back from one. Tabs become blanks: LibreOffice drops them.
    """
    text = (
        text.replace("\t", " ")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
    )
    return unicodedata.normalize("NFC", _NOT_TEXT.sub("", text)).strip()


def digest(text: str) -> str:
    """Twelve hexadecimal digits that tell texts apart."""
    return sha256(text.encode("utf-8")).hexdigest()[:12]
