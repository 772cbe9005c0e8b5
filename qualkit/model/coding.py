"""A coding: an anchored span of a transcript, a code, and who said so."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

APPLIED, SUGGESTED, REJECTED = "applied", "suggested", "rejected"
STATUSES = (APPLIED, SUGGESTED, REJECTED)
KEYWORD, LIKENESS = "keyword", "likeness"  # origins of suggestions: `qualkit apply`, `qualkit suggest`
CONTEXT = 32  # code points kept before and after the quote


class Anchor(msgspec.Struct, frozen=True, gc=False):
    """Where an excerpt stands. Any one of these may go stale; together they find the words again.

    Offsets are code points of the segment's text, half-open; times are seconds, None in documents.
    """

    first: str  # segment id
    first_offset: int
    last: str
    last_offset: int
    quote: str
    before: str = ""
    after: str = ""
    start: float | None = None
    end: float | None = None

    @property
    def span(self) -> tuple[str, int, str, int]:
        """The place without the words: what makes two codings the same excerpt."""
        return self.first, self.first_offset, self.last, self.last_offset


class Coding(msgspec.Struct, frozen=True, gc=False):
    """An excerpt with one code by one coder. `id` is that of the act that made it."""

    id: str
    source: str
    anchor: Anchor
    code: str
    coder: str
    time: str  # ISO 8601, UTC
    status: str = APPLIED
    origin: str = "hand"  # "hand", KEYWORD, LIKENESS, "consensus"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """A place where a guide question is asked, by one coder. `id` is that of the act that marked it."""

    id: str
    anchor: Anchor
    question: str  # its id
    coder: str


@dataclass(frozen=True, slots=True)
class Memo:
    """A note tied to a coding, a segment, a source, a code or the study."""

    id: str
    about: str  # "coding:<id>", "segment:<id>", "source", "code:<id>", "study", "decided:<id>,<id>"
    text: str
    coder: str
    time: str


def of_study(about: str) -> bool:
    """Whether a note about this belongs to the whole study: a code's, or the study's own. No source holds it."""
    return about == "study" or about.startswith("code:")
