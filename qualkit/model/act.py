"""A journal's lines: what one coder did, never changed after it is written.

| act      | data                       | meaning                                             |
|----------|----------------------------|-----------------------------------------------------|
| code     | anchor, code, origin, ...  | a coding is applied                                 |
| suggest  | anchor, code, origin, ...  | a coding is suggested                               |
| accept   | target = coding            | a suggestion becomes applied                        |
| reject   | target = coding            | a suggestion is turned down; it does not come back  |
| remove   | target = coding            | a coding is taken away                              |
| place    | target = coding, anchor    | the coding's words stand there now; reason: why     |
| memo     | about, text, target = memo | a note, in the place of that one; without text none |
| ask      | anchor, code = question    | a guide question is asked there                     |
| finish   |                            | the coder has finished this source                  |
| reopen   |                            | the coder has not finished it after all             |
| rename   | labels                     | speakers of the transcript have other labels        |
| join     | labels                     | speakers are one with others of the transcript      |
| edit     | edit                       | segments of the transcript became others            |
| recode   | target = coding, code      | the coding has another code                         |
| revise   | code, text, change         | the codebook's file was changed                     |
| summary  | cell, text, rests, target  | what the coder says of a cell of the matrix; without text none |
| undo     | target = act               | that act counts as not done; an undo can be undone  |

`rename` and `join` say what was changed in the transcript and in participants.csv, so that it can be taken back there.
They change no coding: an excerpt stands on segments, and segments keep their ids.

`summary` stands in the coder's journal of the codebook, for it belongs to no source, in the place of the summary
`target`. It is that coder's own: another coder's summary of the same cell stays beside it. `reason` says which file it
came from.

`revise` stands in the coder's journal of the codebook. What it does to codings are acts of their own, `recode` and
`remove`, in the coder's journals of the sources; their `about` is "revise:<id>". They may name any coder's coding.

An `ask` stands for the source, whoever made it: where a question is asked is no matter of opinion. A coder takes their
own back with an undo.

A `memo` about a code or the study stands in the coder's journal of the codebook, too, for it belongs to no source.

`edit` stands behind the change in the transcript's file. It says where the codings of all coders stand since, for
whoever corrects knows which words became which.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from qualkit.model.coding import Anchor
from qualkit.model.doubt import Doubt
from qualkit.model.summary import CellName, Ground
from qualkit.model.transcript import Segment, Word

VERSION = 1
ACTS = (
    "code", "suggest", "accept", "reject", "remove", "place", "memo", "finish", "reopen", "rename", "join", "edit",
    "recode", "revise", "summary", "ask", "undo",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of participants.csv before and after, letter by letter with its line end; `after` is "" where it went."""

    line: int
    before: str
    after: str
    cells: tuple[tuple[str, str], ...]  # (heading, cell) before


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A speaker's label that became another, the segments that had it, and its row where it had one.

    `said`: the beginning of the SHA-256 of each segment's text, by which an undo knows a transcript that was made anew.
    """

    old: str
    new: str
    segments: tuple[str, ...]
    row: RowChange | None = None
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineChange:
    """Lines of a file before and after, letter by letter with their ends; `line` is the first of them after."""

    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """What became of a file: `was` is the SHA-256 of its bytes before."""

    was: str
    lines: tuple[LineChange, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment with its words and what was doubtful in it, as they were or became."""

    segment: Segment
    words: tuple[Word, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class TextChange:
    """Segments in a row, from position `at` (counted from 0), before and after; and (coding, where it stands since)."""

    at: int
    before: tuple[Part, ...]
    after: tuple[Part, ...]
    places: tuple[tuple[str, Anchor], ...] = ()


class Act(msgspec.Struct, frozen=True, gc=False):
    """One act. `id` sorts by time; `time` is ISO 8601 in UTC; fields that an act does not use stay empty."""

    id: str
    time: str
    coder: str
    act: str
    v: int = VERSION
    anchor: Anchor | None = None
    code: str = ""
    origin: str = "hand"
    reason: str = ""
    target: str = ""
    about: str = ""
    text: str = ""
    labels: tuple[LabelChange, ...] = ()
    change: FileChange | None = None
    edit: TextChange | None = None
    cell: CellName | None = None
    rests: tuple[Ground, ...] = ()
