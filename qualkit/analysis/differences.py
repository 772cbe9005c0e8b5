"""Where two coders differ: passages with what each of them marked, the largest difference first."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qualkit.analysis.compared import Compared, Wanted, compare
from qualkit.analysis.excerpts import coded_excerpts
from qualkit.coding.anchor import JOIN
from qualkit.coding.fold import State
from qualkit.coding.units import Line, span_of
from qualkit.errors import QualkitError
from qualkit.model.coding import Anchor
from qualkit.model.noun import replace
from qualkit.model.source import Source
from qualkit.model.study import Material, Study

ALIKE = 0.5  # share of the letters of either that two excerpts must have in common to be about the same words


@dataclass(frozen=True, slots=True)
class Mark:
    """A code that a coder put on a stretch of a source's line (code points), and the codings that say so."""

    coder: str
    code: str
    begin: int
    end: int
    anchor: Anchor
    ids: tuple[str, ...]

    @property
    def quote(self) -> str:
        """The words, without the blanks at their ends."""
        return self.anchor.quote.strip()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch on which two coders differ. `marks` are those of the first and those of the second coder."""

    source: Source
    line: Line
    kind: str  # "only anna", "other ends", "other codes", "other codes and ends"
    size: int  # code points on which the two do not have the same codes
    marks: tuple[tuple[Mark, ...], tuple[Mark, ...]]
    shared: tuple[str, ...]  # codes that both put on the same words within it

    @property
    def all(self) -> tuple[Mark, ...]:
        """The marks of both, in the order of the text."""
        return tuple(sorted((*self.marks[0], *self.marks[1]), key=lambda mark: (mark.begin, mark.end, mark.code)))

    @property
    def begin(self) -> int:
        """Where it begins in the line."""
        return self.all[0].begin

    @property
    def end(self) -> int:
        """Where it ends in the line."""
        return max(mark.end for mark in self.all)

    @property
    def ids(self) -> tuple[str, ...]:
        """The codings that it is about."""
        return tuple(id for mark in self.all for id in mark.ids)

    @property
    def speakers(self) -> tuple[str, ...]:
        """The labels of those who speak in it."""
        parts = _parts(self.line, self.begin, self.end)
        labels = (self.line.transcript.segments[number].speaker for number, _ in parts)
        return tuple(dict.fromkeys(label for label in labels if label))


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both coders marked alike: the marks to keep of it, and the codings that say so."""

    source: Source
    marks: tuple[Mark, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two coders on their common sources: where they differ, the largest first, and what they agree on."""

    compared: Compared
    passages: tuple[Passage, ...]
    agreed: tuple[Agreed, ...]

    @property
    def coders(self) -> tuple[str, ...]:
        """The two names."""
        return self.compared.coders


def differences(study: Study, material: Material, folded: Mapping[str, State], wanted: Wanted) -> Comparison:
    """Where two coders differ, on the sources that `compare` takes. QualkitError where there is nothing to compare.

    Marks belong to one passage that overlap and have the same code, or about the same words. Marks that are exactly
    the same are agreed on, and so are those that cover the same words with the same codes, however they are cut.
    """
    if len(set(wanted.coders)) != 2:
        raise QualkitError("two coders are compared, not one with itself", hint="qualkit compare anna bertil")
    compared = compare(study, material, folded, wanted)
    marks = _marks(study, material, folded, compared)
    passages: list[Passage] = []
    agreed: list[Agreed] = []
    for source, line in zip(compared.sources, compared.lines, strict=True):
        first, second = (marks.get((source.id, coder), {}) for coder in compared.coders)
        both = [Agreed(source, (first[key],), first[key].ids + second[key].ids) for key in first if key in second]
        rest = [m for m in (*first.values(), *second.values()) if not (_key(m) in first and _key(m) in second)]
        for group in _groups(rest):
            passage = _passage(source, line, group, compared.coders, both)
            if passage.size:
                passages.append(passage)
            else:
                both.append(Agreed(source, passage.marks[0], passage.ids))
        agreed += both
    place = {source.id: number for number, source in enumerate(compared.sources)}
    passages.sort(key=lambda passage: (-passage.size, place[passage.source.id], passage.begin))
    return Comparison(compared, tuple(passages), tuple(agreed))


def said(line: Line, begin: int, end: int) -> str:
    """The words between two places of the line, a segment a line."""
    return JOIN.join(text for _, text in _parts(line, begin, end))


def _marks(
    study: Study, material: Material, folded: Mapping[str, State], compared: Compared
) -> dict[tuple[str, str], dict[tuple[str, int, int], Mark]]:
    """(source id, coder) -> what is marked, each once, in the order of the text."""
    lines = {source.id: line for source, line in zip(compared.sources, compared.lines, strict=True)}
    found: dict[tuple[str, str], dict[tuple[str, int, int], Mark]] = {}
    excerpts = coded_excerpts(replace(study, sources=compared.sources), material, folded, coders=compared.coders)
    for excerpt in excerpts:
        span = None if excerpt.uncertain else span_of(lines[excerpt.source.id], excerpt.anchor)
        for coding in excerpt.codings if span else ():
            if span and coding.code in compared.rows:
                those = found.setdefault((excerpt.source.id, coding.coder), {})
                mark = Mark(coding.coder, coding.code, *span, excerpt.anchor, ())
                mark = those.setdefault(_key(mark), mark)
                those[_key(mark)] = replace(mark, ids=(*mark.ids, coding.id))
    return found


def _key(mark: Mark) -> tuple[str, int, int]:
    return mark.code, mark.begin, mark.end


def _groups(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The marks that belong together, directly or through others."""
    groups: list[list[Mark]] = []
    reached: list[list[Mark]] = []  # groups that the next mark may belong to: marks come in the order of the text
    for mark in sorted(marks, key=lambda one: (one.begin, one.end, one.code, one.coder)):
        joined, apart = [mark], []
        for group in reached:
            if all(one.end <= mark.begin for one in group):
                groups.append(group)
            elif any(_together(mark, one) for one in group):
                joined += group
            else:
                apart.append(group)
        reached = [*apart, joined]
    return groups + reached


def _together(one: Mark, other: Mark) -> bool:
    shared = min(one.end, other.end) - max(one.begin, other.begin)
    either = max(one.end, other.end) - min(one.begin, other.begin)
    return shared > 0 and (one.code == other.code or shared >= ALIKE * either)


def _passage(
    source: Source, line: Line, group: Sequence[Mark], coders: Sequence[str], agreed: Sequence[Agreed]
) -> Passage:
    first, second = (tuple(mark for mark in group if mark.coder == coder) for coder in coders)
    both = [m for one in agreed for m in one.marks if any(m.begin < g.end and g.begin < m.end for g in group)]
    size = _size((*first, *both), (*second, *both), group)
    shared = tuple(dict.fromkeys(mark.code for mark in both))
    return Passage(source, line, _kind(first, second, coders), size, (first, second), shared)


def _kind(first: Sequence[Mark], second: Sequence[Mark], coders: Sequence[str]) -> str:
    if not first or not second:
        return f"only {coders[0] if first else coders[1]}"
    if {mark.code for mark in first} == {mark.code for mark in second}:
        return "other ends"
    same = {(mark.begin, mark.end) for mark in first} == {(mark.begin, mark.end) for mark in second}
    return "other codes" if same else "other codes and ends"


def _size(first: Sequence[Mark], second: Sequence[Mark], within: Sequence[Mark]) -> int:
    """Code points on which the two do not have the same codes, under the marks of one passage."""
    cuts = sorted({end for mark in (*first, *second) for end in (mark.begin, mark.end)})
    codes = {mark.code for mark in within}
    return sum(
        end - begin for begin, end in pairwise(cuts) if _codes(first, begin) & codes != _codes(second, begin) & codes
    )


def _codes(marks: Sequence[Mark], at: int) -> set[str]:
    return {mark.code for mark in marks if mark.begin <= at < mark.end}


def _parts(line: Line, begin: int, end: int) -> Iterator[tuple[int, str]]:
    """(number of a segment, its words between the two places)."""
    for number in range(max(bisect_right(line.starts, begin) - 1, 0), bisect_left(line.starts, end)):
        start = line.starts[number]
        if text := line.transcript.segments[number].text[max(begin - start, 0) : end - start]:
            yield number, text
