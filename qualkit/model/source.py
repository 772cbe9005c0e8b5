"""Where the material comes from: sources, the participants who speak in them, and the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SOURCE_KINDS = ("interview", "focus group", "workshop", "study visit", "web page", "document")
ROLES = ("participant", "moderator")


@dataclass(frozen=True, slots=True)
class Source:
    """One recording or document: a row of sources.csv. `cases` are ids; `asked` are question ids."""

    id: str
    title: str = ""
    kind: str = "document"
    cases: tuple[str, ...] = ()
    date: str = ""
    language: str = ""
    recording: tuple[str, ...] = ()  # paths from the study folder, in order of time; empty for documents
    asked: tuple[str, ...] = ()  # empty = all
    variables: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """A person, by pseudonym, behind a speaker label of one source: a row of participants.csv."""

    source: str
    speaker: str
    id: str
    role: str = "participant"
    case: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None

    @property
    def moderator(self) -> bool:
        """Whether this person asks rather than answers."""
        return self.role == "moderator"


@dataclass(frozen=True, slots=True)
class Case:
    """The unit of the matrix's rows: a municipality unless the study says otherwise."""

    id: str
    name: str
    variables: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
