"""Whether new sources still bring new codes.

Guest, Namey and Chen (2020), A simple method to assess and report thematic saturation in qualitative research, PLoS ONE
15(5): e0232076. The distinct codes of the first sources (base size) are the base. A run is so many sources in a row
(run length); the first begins behind the base, and each next one a source later. The codes that a run brings for the
first time, divided by those of the base, are its new information. Saturation is reached before the first run whose new
information is at most the threshold, and is reported as 6+2: six sources, and a run of two that brought no more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from qualkit.analysis.asked import asked_in
from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.rows import study_lines
from qualkit.analysis.where import QUESTION, Where
from qualkit.coding.fold import State
from qualkit.errors import QualkitError
from qualkit.model.study import Material, Study

BASES, RUNS, THRESHOLDS = (4, 5, 6), (2, 3), (5.0, 0.0)  # those that the paper compares; thresholds in percent


@dataclass(frozen=True, slots=True)
class Event:
    """One source: its codes that none had before it, and all distinct codes up to and with it."""

    new: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run: its first and last source (from 1), its new codes, also in percent of the base (None: it is empty)."""

    first: int
    last: int
    new: int
    percent: float | None


@dataclass(frozen=True, slots=True)
class Reached:
    """Where saturation was reached with these choices: the sources before the run, None if it was not."""

    base: int
    run: int
    threshold: float
    sources: int | None

    @property
    def text(self) -> str:
        """As the paper reports it."""
        return "not reached" if self.sources is None else f"{self.sources}+{self.run}"


@dataclass(frozen=True)
class Coded:
    """The finished sources in the order of their dates, those without one last, with the codes of each."""

    codes: Mapping[str, Collection[str]]  # source id -> codes (or themes)
    left_out: tuple[str, ...] = ()  # not coded to the end


def in_order(
    study: Study,
    material: Material,
    folded: Mapping[str, State],
    excerpts: Sequence[Excerpt],
    where: Where,
    *,
    themes: bool = False,
) -> Coded:
    """What each source that the filter lets through has of codes, or of themes, in these excerpts."""
    lines = study_lines(study, material, moderator=False)
    asked = asked_in(study, material, folded)
    fit = {
        line.source.id
        for line in lines
        if line.source
        and any(where.possible({**line.known, QUESTION: those}) for those in asked[line.source.id].possible)
    }
    ordered = sorted((source for source in study.sources if source.id in fit), key=lambda source: source.date or "~")
    done = [source.id for source in ordered if folded[source.id].finished and source.id in material.transcripts]
    found: dict[str, set[str]] = {source: set() for source in done}
    for excerpt in excerpts:
        if excerpt.source.id in found and not excerpt.uncertain and not excerpt.moderated:
            found[excerpt.source.id].update(excerpt.codes)
    theme = {code.id: code.theme for code in study.codebook.codes.values()}
    codes = {source: {theme[code] if themes else code for code in those} for source, those in found.items()}
    return Coded(codes, tuple(source.id for source in ordered if source.id not in found))


def curve(sources: Sequence[Collection[str]]) -> list[Event]:
    """What each source adds, in order; each is given by its codes."""
    known: dict[str, None] = {}
    events = []
    for codes in sources:
        new = tuple(sorted(set(codes) - known.keys()))
        known.update(dict.fromkeys(new))
        events.append(Event(new, len(known)))
    return events


def runs(events: Sequence[Event], base: int, length: int) -> list[Run]:
    """All runs, in order. QualkitError for a base or run below 1."""
    if base < 1 or length < 1:
        raise QualkitError("a base and a run have at least one source", hint="the paper compares 4, 5, 6 and 2, 3")
    found = []
    for begin in range(base, len(events) - length + 1):
        new = sum(len(event.new) for event in events[begin : begin + length])
        whole = events[base - 1].total
        found.append(Run(begin + 1, begin + length, new, 100 * new / whole if whole else None))
    return found


def reached(events: Sequence[Event], base: int, length: int, threshold: float) -> Reached:
    """Where new information (percent) first was at most the threshold."""
    for run in runs(events, base, length):
        if run.percent is not None and run.percent <= threshold:
            return Reached(base, length, threshold, run.first - 1)
    return Reached(base, length, threshold, None)


def sensitivity(events: Sequence[Event]) -> list[Reached]:
    """The same for each base, run and threshold that the paper compares."""
    return [reached(events, base, run, threshold) for base in BASES for run in RUNS for threshold in THRESHOLDS]
