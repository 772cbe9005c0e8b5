"""What the rows of a matrix are, which excerpts they take, and which sources stand behind them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from qualkit.analysis.attribution import Voice
from qualkit.analysis.columns import NONE, Column, Known, speaking, study_columns
from qualkit.analysis.where import Where
from qualkit.errors import QualkitError
from qualkit.model.source import Case, Participant, Source
from qualkit.model.study import Material, Study

SEPARATOR = "\x1f"  # between the levels of a key
MODERATOR = Participant("", "", NONE, "moderator")  # who speaks where only moderators do


@dataclass(frozen=True, slots=True)
class Line:
    """Who speaks in a source, and for which case; None: nobody, or no case. Without a source: a case of the study."""

    case: Case | None
    source: Source | None = None
    person: Participant | None = None

    @property
    def known(self) -> Known:
        """What a filter can know of it."""
        if self.source is None:
            return {"case": self.case}
        return {"case": self.case, "source": self.source, "participant": self.person}


@dataclass(frozen=True)
class Rows:
    """The rows by key, in order, with a label for each level; `keys` gives the rows of a line, `lines` those behind."""

    by: tuple[str, ...]
    labels: dict[str, tuple[str, ...]]
    keys: Callable[[Line], tuple[str, ...]]
    lines: dict[str, tuple[Line, ...]] = field(default_factory=dict)

    def without(self, rows: Collection[str]) -> Rows:
        """The same without these rows."""
        if not rows:
            return self
        labels = {key: label for key, label in self.labels.items() if key not in rows}
        lines = {key: those for key, those in self.lines.items() if key not in rows}
        return Rows(self.by, labels, lambda line: tuple(key for key in self.keys(line) if key not in rows), lines)


def matrix_rows(
    study: Study, material: Material, by: Sequence[str] = (), where: Where | None = None, *, moderator: bool = False
) -> Rows:
    """Cases, or the values of one or two columns of cases, sources or participants, as far as the filter lets them.

    Of two levels, the rows are the pairs that the material has, and each case without material. QualkitError for an
    unknown column.
    """
    levels = row_levels(study, material, by)

    def keys(line: Line) -> tuple[str, ...]:
        return (SEPARATOR.join(_value(level, line) for level in levels),)

    personal = any(level.noun == "participant" for level in levels)
    where = where or Where()
    silent = not personal and not where.asks("participant")
    lines = list(study_lines(study, material, moderator=moderator, silent=silent))
    if levels[0].noun == "case":
        there = {line.case.id for line in lines if line.case and where.possible(line.known)}
        lines += [Line(case) for case in study.cases if case.id not in there]
    behind = _behind(lines, keys, where)
    order = {case.id: number for number, case in enumerate(study.cases)}
    ranks = [order if is_case(level, study) else {} for level in levels]
    ordered = sorted(behind, key=lambda key: [_rank(rank, part) for rank, part in zip(ranks, parts(key), strict=True)])
    labels = {key: tuple(_label(study, level, part) for level, part in zip(levels, parts(key), strict=True))
              for key in ordered}  # fmt: skip
    return Rows(tuple(level.name for level in levels), labels, keys, behind)


def row_levels(study: Study, material: Material, by: Sequence[str]) -> list[Column]:
    """The columns that rows are made from; none named = the case. QualkitError for an unknown one."""
    columns = study_columns(study, material)
    levels = [columns.named(name, ("case", "source", "participant"), "to make rows from") for name in by]
    return levels or [columns.found[f"case.{study.settings.case}"]]


def group_rows(study: Study, material: Material, groups: Sequence[Where], where: Where, *, moderator: bool) -> Rows:
    """A row for each group; a line may belong to several."""

    def keys(line: Line) -> tuple[str, ...]:
        return tuple(group.text for group in groups if group.holds(line.known))

    silent = not any(one.asks("participant") for one in (where, *groups))
    lines = study_lines(study, material, moderator=moderator, silent=silent)
    behind = {group.text: () for group in groups} | _behind(lines, keys, where)
    return Rows(("group",), {group.text: (group.text,) for group in groups}, keys, behind)


def refuse_moderators(study: Study, material: Material, where: Where) -> None:
    """QualkitError where only moderators could pass a filter: their excerpts count only where they are asked for."""
    others = [None, *(person for source in study.sources for person in speaking(study, material, source))]
    if where.possible({"participant": MODERATOR}) and not any(where.possible({"participant": one}) for one in others):
        what = f"'{where.text}' asks for moderators, and excerpts of moderators alone are not counted"
        raise QualkitError(what, where="--where", hint="add --moderator")


def parts(key: str) -> list[str]:
    """The levels of a key."""
    return key.split(SEPARATOR)


def study_lines(study: Study, material: Material, *, moderator: bool, silent: bool = True) -> Iterator[Line]:
    """Every line that the material could have. `silent`: also for the cases of a source in which others speak."""
    for source in study.sources:
        people = speaking(study, material, source)
        homes = [study.case_by_id.get(case) for case in source.cases] or [None]
        for person in people:
            own = study.case_by_id.get(person.case) if person.case else None
            yield from (Line(home, source, person) for home in ([own] if own else homes))
        transcript = material.transcripts.get(source.id)
        unsaid = transcript and any(segment.speaker is None for segment in transcript.segments)
        if not people or unsaid or (silent and source.cases):
            yield from (Line(home, source) for home in homes)
        if moderator and any(person.moderator for person in study.participants if person.source == source.id):
            yield from (Line(home, source, MODERATOR) for home in homes)


class Voices:
    """The lines of a voice in an excerpt; each kind of voice is looked up once."""

    def __init__(self, study: Study, material: Material) -> None:
        self._cases = study.case_by_id
        self._people = {
            (source.id, person.id): person
            for source in study.sources
            for person in speaking(study, material, source)[::-1]
        }
        self._made: dict[tuple[str, str | None, tuple[str, ...], bool], tuple[Line, ...]] = {}

    def lines(self, source: Source, voice: Voice, *, moderated: bool) -> tuple[Line, ...]:
        """A line for each case that the voice counts for; the same tuple each time for the same kind of voice."""
        key = source.id, voice.participant, voice.cases, moderated
        if key not in self._made:
            person = MODERATOR if moderated else self._people.get((source.id, voice.participant or NONE))
            homes = [self._cases.get(case) for case in voice.cases] or [None]
            self._made[key] = tuple(Line(home, source, person) for home in homes)
        return self._made[key]


def _behind(
    lines: Sequence[Line] | Iterator[Line], keys: Callable[[Line], tuple[str, ...]], where: Where
) -> dict[str, tuple[Line, ...]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        if where.possible(line.known):
            for key in keys(line):
                found.setdefault(key, []).append(line)
    return {key: tuple(those) for key, those in found.items()}


def _value(level: Column, line: Line) -> str:
    value = level.of(line.known)
    return value[0] if value else NONE


def is_case(level: Column, study: Study) -> bool:
    """Whether a column holds the cases themselves, whatever the study calls them."""
    return level.noun == "case" and level.name in (study.settings.case, "case")


def _rank(order: dict[str, int], value: str) -> tuple[bool, int, str]:
    return value == NONE, order.get(value, 0), value


def _label(study: Study, level: Column, value: str) -> str:
    if is_case(level, study):
        return study.case_by_id[value].name if value in study.case_by_id else f"(no {level.name})"
    return value or "(empty)"
