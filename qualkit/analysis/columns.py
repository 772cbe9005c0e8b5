"""What the rows of a matrix can be made of and what a filter can ask for: every column that a study knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qualkit.errors import QualkitError
from qualkit.model.codebook import Code, Codebook
from qualkit.model.coding import STATUSES
from qualkit.model.source import ROLES, SOURCE_KINDS, Case, Participant, Source
from qualkit.model.study import Material, Study

NONE = ""  # the value of what has none
TABLES = ("case", "source", "participant")  # the nouns that have a table
Known = Mapping[str, Any]
"""What is known of a line, by noun: a case, source or participant (or None: there is none), a code, and a coding's
status, coder and day, and the guide questions that it answers. A noun that is left out is not known."""


@dataclass(frozen=True)
class Column:
    """A column of one noun. `read` gives the ways in which its value may be written, the first as the key."""

    name: str
    noun: str
    read: Callable[[Any], tuple[str, ...]]
    values: tuple[str, ...] | None = None  # those that the study has; None = any
    also: tuple[str, ...] = ()  # their other spellings
    days: bool = False  # the values are days, 2026-03-01

    def of(self, known: Known) -> tuple[str, ...] | None:
        """The value in its spellings; None where the noun is not known."""
        if self.noun not in known:
            return None
        one = known[self.noun]
        return (NONE,) if one is None else self.read(one)

    def has(self, value: str) -> bool:
        """Whether something in the study has this value."""
        known = None if self.values is None else {spelling.casefold() for spelling in (*self.values, *self.also)}
        return known is None or value.casefold() in known


@dataclass(frozen=True)
class Columns:
    """A study's columns. Where two nouns have one of the same name, `source.kind` and `code.kind` tell them apart."""

    found: Mapping[str, Column] = field(default_factory=dict)  # noun.name -> column
    meaning: Callable[[str], str] = str  # what a name as people write it stands for (kommun: municipality)

    def named(self, name: str, nouns: tuple[str, ...], what: str) -> Column:
        """The column of one of these nouns. QualkitError with the known names, and where two tables have one so named.

        `kind` is that of a source: codings and codes come after the tables.
        """
        folded = {key.casefold(): column for key, column in self.found.items() if column.noun in nouns}
        named = [folded.get(key.casefold()) for key in (name, *(f"{noun}.{name}" for noun in nouns))]
        meant = [folded.get(f"{noun}.{self.meaning(name)}".casefold()) for noun in nouns]
        if fitting := [column for column in named if column] or [column for column in meant if column]:
            several = [f"{column.noun}.{column.name}" for column in fitting if column.noun in TABLES]
            if len(several) > 1:
                raise QualkitError(f"two tables have a column '{name}'", hint=f"say which: {' or '.join(several)}")
            return fitting[0]
        known = dict.fromkeys(column.name for column in self.found.values() if column.noun in nouns)
        raise QualkitError(f"there is no column '{name}' {what}", hint=f"one of: {', '.join(known)}")


def study_columns(study: Study, material: Material) -> Columns:
    """Every column of the study, in the order in which names are looked up."""
    columns = [
        *_of_cases(study),
        *_of_sources(study),
        *_of_participants(study, material),
        *_of_codes(study.codebook),
        *_of_codings(material),
        _of_questions(study.codebook),
    ]
    found: dict[str, Column] = {}
    for column in columns:
        found.setdefault(f"{column.noun}.{column.name}", column)
    return Columns(found)


def _of_cases(study: Study) -> list[Column]:
    def names(case: Case) -> tuple[str, ...]:
        return case.id, case.name

    values, ids = tuple(case.name for case in study.cases), tuple(case.id for case in study.cases)
    made = [Column(name, "case", names, values, ids) for name in dict.fromkeys([study.settings.case, "case"])]
    return made + _variables("case", study.cases)


def _of_sources(study: Study) -> list[Column]:
    def values(name: str) -> tuple[str, ...]:
        return _distinct(getattr(source, name) for source in study.sources)

    return [
        Column("source", "source", lambda source: (source.id,), values("id")),
        Column("kind", "source", lambda source: (source.kind,), SOURCE_KINDS),
        Column("date", "source", lambda source: (source.date,), days=True),
        Column("language", "source", lambda source: (source.language,), values("language")),
        Column("title", "source", lambda source: (source.title,), values("title")),
        *_variables("source", study.sources),
    ]


def _of_participants(study: Study, material: Material) -> list[Column]:
    people = _distinct(person.id for source in study.sources for person in speaking(study, material, source))
    return [
        Column("participant", "participant", lambda person: (person.id,), people),
        Column("role", "participant", lambda person: (person.role,), ROLES),
        *_variables("participant", study.participants),
    ]


def speaking(study: Study, material: Material, source: Source) -> tuple[Participant, ...]:
    """Who speaks in a source, moderators left out: its rows of participants.csv, and speakers who have no row."""
    people = [person for person in study.participants if person.source == source.id]
    transcript = material.transcripts.get(source.id)
    unknown = set(transcript.speakers if transcript else ()) - {person.speaker for person in people}
    strangers = (Participant(source.id, speaker, f"{source.id}/{speaker}") for speaker in sorted(unknown))
    return (*(person for person in people if not person.moderator), *strangers)


def _of_codes(book: Codebook) -> list[Column]:
    themes = {theme.id: theme.name for theme in book.themes}

    def theme(code: Code) -> tuple[str, ...]:
        return code.theme, themes.get(code.theme, code.theme)

    names = tuple(code.name for code in book.codes.values())
    kinds = _distinct(code.kind for code in book.codes.values())
    return [
        Column("code", "code", lambda code: (code.id, code.name), tuple(book.codes), names),
        Column("theme", "code", theme, tuple(themes), tuple(themes.values())),
        Column("kind", "code", lambda code: (code.kind,), kinds),
    ]


def _of_codings(material: Material) -> list[Column]:
    coders = _distinct(act.coder for acts in material.acts.values() for act in acts)
    return [
        Column("status", "status", lambda status: (status,), STATUSES),
        Column("coder", "coder", lambda coder: (coder,), coders),
        Column("coded", "coded", lambda day: (day,), days=True),
    ]


def _of_questions(book: Codebook) -> Column:
    ids = tuple(question.id for question in book.questions)
    return Column("question", "question", lambda answered: answered or (NONE,), ids)


def _variables(noun: str, rows: Iterable[Any]) -> list[Column]:
    values: dict[str, dict[str, None]] = {}
    for row in rows:
        for name, value in row.variables.items():
            values.setdefault(name, {})[value] = None
    return [Column(name, noun, _variable(name), _distinct(found)) for name, found in values.items()]


def _variable(name: str) -> Callable[[Any], tuple[str, ...]]:
    return lambda row: (row.variables.get(name, NONE),)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))
