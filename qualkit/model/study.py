"""Everything a study says about itself, except its texts and codings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from qualkit.model.act import Act
from qualkit.model.codebook import Codebook
from qualkit.model.source import Case, Participant, Source
from qualkit.model.transcript import Segment, Transcript


@dataclass(frozen=True, slots=True)
class Settings:
    """qualkit.yaml. `case` names the column that holds the unit of the matrix's rows."""

    title: str = ""
    language: str = "sv"
    codebook: str = "codebooks/codebook.yaml"
    case: str = "municipality"
    model: str = ""  # empty = the default of the language
    coder: str = ""
    delimiter: str = ";"
    vocabulary: tuple[str, ...] = ()  # words that speech models are told of
    keys: Mapping[str, str] = field(default_factory=dict)  # name of a key of the coding screen -> the key instead


@dataclass(frozen=True)
class Study:
    """Settings, codebook and the three tables."""

    settings: Settings = field(default_factory=Settings)
    codebook: Codebook = field(default_factory=Codebook)
    sources: tuple[Source, ...] = ()
    participants: tuple[Participant, ...] = ()
    cases: tuple[Case, ...] = ()

    @cached_property
    def source_by_id(self) -> dict[str, Source]:
        """Source id -> source."""
        return {source.id: source for source in self.sources}

    @cached_property
    def case_by_id(self) -> dict[str, Case]:
        """Case id -> case."""
        return {case.id: case for case in self.cases}

    @cached_property
    def speakers(self) -> dict[tuple[str, str], Participant]:
        """(source id, speaker label) -> the participant behind it."""
        return {(person.source, person.speaker): person for person in self.participants}

    def is_moderator(self, source: str, speaker: str | None) -> bool:
        """Whether a speaker of a source is a moderator; an unknown speaker is not."""
        person = self.speakers.get((source, speaker)) if speaker is not None else None
        return person is not None and person.moderator

    def moderates(self, source: str) -> Callable[[Segment], bool]:
        """Whether a segment of that source is spoken by a moderator."""
        return lambda segment: self.is_moderator(source, segment.speaker)


@dataclass(frozen=True)
class Material:
    """The texts of a study and what was done with them; both by source id."""

    transcripts: Mapping[str, Transcript] = field(default_factory=dict)
    acts: Mapping[str, tuple[Act, ...]] = field(default_factory=dict)
