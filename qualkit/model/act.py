"""A journal's lines: what one coder did, never changed after it is written.

| act      | data                       | meaning                                             |
|----------|----------------------------|-----------------------------------------------------|
| code     | anchor, code, origin, ...  | a coding is applied                                 |
| suggest  | anchor, code, origin, ...  | a coding is suggested                               |
| accept   | target = coding            | a suggestion becomes applied                        |
| reject   | target = coding            | a suggestion is turned down; it does not come back  |
| remove   | target = coding            | a coding is taken away                              |
| memo     | about, text                | a note                                              |
| finish   |                            | the coder has finished this source                  |
| reopen   |                            | the coder has not finished it after all             |
| undo     | target = act               | that act counts as not done; an undo can be undone  |
"""

from __future__ import annotations

from dataclasses import dataclass

from qualkit.model.coding import Anchor

VERSION = 1
ACTS = ("code", "suggest", "accept", "reject", "remove", "memo", "finish", "reopen", "undo")


@dataclass(frozen=True, slots=True)
class Act:
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
