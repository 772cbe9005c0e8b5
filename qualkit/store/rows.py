"""Rows of sources.csv, participants.csv and cases.csv -> nouns, with every problem at its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from qualkit.errors import Problem, QualkitError, place
from qualkit.model.source import ROLES, SOURCE_KINDS, Case, Participant, Source
from qualkit.store.parts import split_parts
from qualkit.store.register import find_municipality, nearest_names
from qualkit.store.settings import ID_RULE, valid_id
from qualkit.store.tables import Row, Table, heading_name

_SWEDISH = {
    "intervju": "interview", "fokusgrupp": "focus group", "verkstad": "workshop", "studiebesök": "study visit",
    "webbsida": "web page", "webb": "web page", "dokument": "document", "deltagare": "participant",
    "samtalsledare": "moderator", "intervjuare": "moderator",
}  # fmt: skip
_SOURCE_COLUMNS = {"id", "source", "title", "kind", "date", "language", "recording", "asked"}
_PARTICIPANT_COLUMNS = {"source", "speaker", "participant", "role"}


@dataclass
class Cases:
    """The study's cases and how they are named; finds a case by name or id, and notes what cannot be found."""

    unit: str
    cases: list[Case] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _by_name: dict[str, str] = field(default_factory=dict)

    @property
    def municipal(self) -> bool:
        """Whether cases are municipalities, so that the register knows their names."""
        return self.unit == "municipality"

    def read(self, table: Table, file: str) -> None:
        """Take in cases.csv."""
        for row in table.rows:
            written = row.get("code") or row.get("id") or row.get("name") or row.get(self.unit)
            known = find_municipality(written) or find_municipality(row.get("name")) if self.municipal else None
            if (self.municipal and known is None) or not written:
                self._unknown(written, place(file, row.line))
                continue
            id = known.code if known else written
            name = row.get("name") or (known.name if known else written)
            coded = row.get("code")
            if known and (find_municipality(name) != known or (coded.isdecimal() and int(coded) != int(known.code))):
                message = f"code {coded or known.code} is not '{name}': {known.code} is {known.name}"
                self.problems.append(Problem(place(file, row.line), message, "correct the code or the name"))
            if {id.casefold(), name.casefold()} & self._by_name.keys():
                self.problems.append(Problem(place(file, row.line), f"{name} stands twice", "delete one of the rows"))
                continue
            self._by_name |= {id.casefold(): id, name.casefold(): id}
            self.cases.append(Case(id, name, _variables(row, {"code", "id", "name"}), row.line))

    def find(self, written: str, where: str) -> str | None:
        """The id of a case as people write it; None, with the problem noted, when it is unknown."""
        if (id := self._by_name.get(written.casefold())) is not None:
            return id
        known = find_municipality(written) if self.municipal else None
        if known is None:
            self._unknown(written, where)
            return None
        if known.code not in self._by_name.values():
            self.problems.append(
                Problem(
                    where,
                    f"{known.name} is not among the cases of this study",
                    f"add a row to codebooks/cases.csv for code {known.code} and name {known.name}",
                )
            )
            return None
        return known.code

    def named(self, written: str) -> str:
        """The same for a name given with a command: QualkitError where it is unknown."""
        kept, self.problems = self.problems, []
        try:
            if (id := self.find(written, "")) is None:
                raise QualkitError(self.problems[0].message, hint=self.problems[0].hint)
            return id
        finally:
            self.problems = kept

    def _unknown(self, written: str, where: str) -> None:
        if self.municipal and re.fullmatch(r"\d{3}", written) and find_municipality("0" + written):
            hint = f"a spreadsheet dropped the zero: write 0{written}, in a column formatted as text"
        else:
            near = nearest_names(written, tuple(case.name for case in self.cases)) if self.municipal else []
            hint = f"did you mean {' or '.join(near)}?" if near else "use a name or code of codebooks/cases.csv"
        self.problems.append(Problem(where, f"unknown {self.unit} '{written}'", hint))


def read_sources(table: Table, cases: Cases, file: str) -> tuple[list[Source], list[Problem]]:
    """The rows of sources.csv; a row without a usable id, or with one that was used before, is left out."""
    sources: dict[str, Source] = {}
    taken: dict[str, int] = {}
    problems: list[Problem] = []
    for row in table.rows:
        where, id = place(file, row.line), row.get("id") or row.get("source")
        if not valid_id(id):
            message = f"the source id '{id}' cannot be part of a file name" if id else "this row has no id"
            problems.append(Problem(where, message, ID_RULE))
            continue
        if (before := taken.setdefault(id.casefold(), row.line)) != row.line:
            hint = "give one of them another id (capitals make no difference)"
            problems.append(Problem(where, f"two sources have the id '{id}', the first on line {before}", hint))
            continue
        kind = _word(row.get("kind"), SOURCE_KINDS, "kind", where, problems) or _guess_kind(row)
        found = (cases.find(part, where) for part in split_list(row.get(cases.unit)))
        if (day := row.get("date")) and not _is_date(day):
            problems.append(Problem(where, f"'{day}' is no date", "write it as 2026-03-01"))
        if (language := row.get("language").casefold()) and not re.fullmatch(r"[a-z]{2,3}", language):
            hint = "write the short form: sv for Swedish, en for English"
            problems.append(Problem(where, f"'{row.get('language')}' is no language code", hint))
        sources[id] = Source(
            id=id,
            title=row.get("title") or id,
            kind=kind,
            cases=tuple(dict.fromkeys(case for case in found if case)),
            date=day,
            language=language,
            recording=split_parts(row.get("recording")),
            asked=tuple(filter(None, re.split(r"[\s,;|]+", row.get("asked")))),
            variables=_variables(row, _SOURCE_COLUMNS | {cases.unit}),
            line=row.line,
        )
    return list(sources.values()), problems


def read_participants(
    table: Table, sources: list[Source], cases: Cases, file: str
) -> tuple[list[Participant], list[Problem]]:
    """The rows of participants.csv."""
    people: dict[tuple[str, str], Participant] = {}
    problems: list[Problem] = []
    known = {source.id for source in sources}
    for row in table.rows:
        where, source, speaker = place(file, row.line), row.get("source"), row.get("speaker")
        if source not in known:
            problems.append(Problem(where, f"there is no source '{source}'", "use an id of sources.csv"))
            continue
        if not speaker:
            problems.append(Problem(where, "this row names no speaker", "write the label of the transcript: S1"))
            continue
        if (source, speaker) in people:
            message = f"speaker {speaker} of '{source}' stands twice, first on line {people[source, speaker].line}"
            problems.append(Problem(where, message, "delete one of the rows"))
            continue
        people[source, speaker] = Participant(
            source=source,
            speaker=speaker,
            id=row.get("participant") or f"{source}/{speaker}",
            role=_word(row.get("role"), ROLES, "role", where, problems) or "participant",
            case=cases.find(row.get(cases.unit), where) if row.get(cases.unit) else None,
            variables=_variables(row, _PARTICIPANT_COLUMNS | {cases.unit}),
            line=row.line,
        )
    return list(people.values()), problems


def split_list(cell: str) -> list[str]:
    """A cell that names several things: split at commas, semicolons, `|` and line breaks."""
    return [part for part in (part.strip() for part in re.split(r"[,;|\n]+", cell)) if part]


def known_word(written: str, known: tuple[str, ...]) -> str | None:
    """The English word for what was written in English or Swedish; "" stays "", None for an unknown word."""
    word = _SWEDISH.get(written.casefold(), written.casefold())
    return word if not word or word in known else None


def _word(written: str, known: tuple[str, ...], what: str, where: str, problems: list[Problem]) -> str:
    if (word := known_word(written, known)) is None:
        problems.append(Problem(where, f"unknown {what} '{written}'", f"one of: {', '.join(known)}"))
    return word or ""


def _guess_kind(row: Row) -> str:
    return "interview" if row.get("recording") else "document"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _variables(row: Row, known: set[str]) -> dict[str, str]:
    folded = {name.casefold() for name in known}
    return {heading_name(name): value for name, value in row.cells.items() if name and name.casefold() not in folded}
