"""What the rows of a matrix are, which excerpts they take, and which sources stand behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from qualkit.analysis.attribution import Voice, sources_of
from qualkit.errors import QualkitError
from qualkit.model.source import Source
from qualkit.model.study import Study

NONE = ""  # the row of what belongs to no case or has no value
_SOURCE_COLUMNS: dict[str, Callable[[Source], str]] = {
    "source": lambda source: source.id,
    "kind": lambda source: source.kind,
    "date": lambda source: source.date,
    "language": lambda source: source.language,
    "title": lambda source: source.title,
}


@dataclass(frozen=True)
class Rows:
    """The rows by key, in order; `keys` gives the rows of one voice, `sources` those behind a row."""

    by: str
    labels: dict[str, str]
    keys: Callable[[Source, Voice], tuple[str, ...]]
    sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)


def matrix_rows(study: Study, by: str = "") -> Rows:
    """Cases, or the values of a column of cases.csv or sources.csv. QualkitError for an unknown column."""
    unit = study.settings.case
    by = by or unit
    if by in (unit, "case"):
        labels = {case.id: case.name for case in study.cases}
        behind = {case: sources_of(study, case) for case in labels}
        behind[NONE] = tuple(source for source in study.sources if not source.cases)
        return Rows(by, labels, lambda _, voice: voice.cases or (NONE,), behind)
    case_columns = dict.fromkeys(name for case in study.cases for name in case.variables)
    if by in case_columns:
        return _by_case_column(study, by)
    source_columns = dict.fromkeys([*_SOURCE_COLUMNS, *(n for source in study.sources for n in source.variables)])
    if by in source_columns:
        return _by_source_column(study, by)
    known = ", ".join(dict.fromkeys([unit, *source_columns, *case_columns]))
    raise QualkitError(f"there is no column '{by}' to make rows from", hint=f"one of: {known}")


def _by_case_column(study: Study, by: str) -> Rows:
    value = {case.id: case.variables.get(by, NONE) for case in study.cases}
    behind: dict[str, dict[str, Source]] = {key: {} for key in sorted(set(value.values()) - {NONE})}
    for case, key in value.items():
        for source in sources_of(study, case):
            behind.setdefault(key, {})[source.id] = source
    for source in study.sources:
        if not source.cases:
            behind.setdefault(NONE, {})[source.id] = source

    def keys(_: Source, voice: Voice) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value[case] for case in voice.cases)) or (NONE,)

    return Rows(by, _labels(behind), keys, {key: tuple(sources.values()) for key, sources in behind.items()})


def _by_source_column(study: Study, by: str) -> Rows:
    def read(source: Source) -> str:
        known = _SOURCE_COLUMNS.get(by)
        return known(source) if known else source.variables.get(by, NONE)

    behind: dict[str, dict[str, Source]] = {key: {} for key in sorted({read(s) for s in study.sources} - {NONE})}
    for source in study.sources:
        behind.setdefault(read(source), {})[source.id] = source
    sources = {key: tuple(found.values()) for key, found in behind.items()}
    return Rows(by, _labels(behind), lambda source, _: (read(source),), sources)


def _labels(keys: dict[str, dict[str, Source]]) -> dict[str, str]:
    return {key: key or "(empty)" for key in keys}
