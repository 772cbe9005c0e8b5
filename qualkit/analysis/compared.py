"""What coders are compared on: the sources that they finished, and where each of them marked what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from qualkit.analysis.excerpts import Excerpt, coded_excerpts
from qualkit.coding.fold import State
from qualkit.coding.units import Line, in_line, span_of
from qualkit.errors import QualkitError
from qualkit.model.coding import APPLIED
from qualkit.model.noun import replace
from qualkit.model.source import Source
from qualkit.model.study import Material, Study

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

OTHER = -1  # the row of codes that were not asked for


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be compared. No coders: all who have finished a source; no codes (or themes), no sources: all.

    `themes`: themes are compared, not codes. `unfinished`: a source counts where two of the coders have coded in it or
    finished it, and whoever has not is missing there; else where all of them have finished it.
    """

    coders: Sequence[str] = ()
    codes: Collection[str] = ()
    themes: bool = False
    sources: Collection[str] = ()
    unfinished: bool = False


@dataclass(frozen=True)
class Compared:
    """Coders on some sources, whose texts are laid end to end; positions are code points of that one line.

    `marks` holds a line for each stretch that a coder marked: coder, row (OTHER for codes not asked for), begin, end.
    """

    coders: tuple[str, ...]
    sources: tuple[Source, ...]
    lines: tuple[Line, ...]
    borders: Ints  # where each source begins, and where the last one ends
    worked: NDArray[np.bool_]  # (coders, sources)
    kind: str  # of the rows: "code" or "theme"
    rows: Mapping[str, str]  # id -> name of each that was asked for
    marks: Ints
    left_out: Mapping[str, int] = field(default_factory=dict)  # source -> excerpts whose words were not found again
    not_compared: Mapping[str, str] = field(default_factory=dict)  # source -> why


def compare(study: Study, material: Material, folded: Mapping[str, State], wanted: Wanted) -> Compared:
    """The coders on their common sources. QualkitError where there is nothing to compare."""
    rows, row_of = _rows(study, wanted.codes, wanted.themes)
    chosen = [source for source in study.sources if not wanted.sources or source.id in wanted.sources]
    busy = {
        source.id: _busy(folded[source.id], wanted.unfinished) for source in chosen if source.id in material.transcripts
    }
    names = tuple(dict.fromkeys(wanted.coders or sorted(set().union(*busy.values()))))
    _refuse_too_few(names, wanted)
    least = 2 if wanted.unfinished else len(names)
    kept = tuple(source for source in chosen if len(busy.get(source.id, set()) & set(names)) >= least)
    if not kept:
        many = not wanted.coders and len(names) > 2
        raise QualkitError(_nothing(names, wanted.unfinished), hint=_way_out(wanted.unfinished, many=many))
    lines = tuple(in_line(material.transcripts[source.id]) for source in kept)
    borders = np.array([0, *np.cumsum([len(line.text) for line in lines])], np.int64)
    excerpts = coded_excerpts(replace(study, sources=kept), material, folded, coders=names)
    starts = {source.id: (line, int(start)) for source, line, start in zip(kept, lines, borders, strict=False)}
    left_out = Counter(e.source.id for e in excerpts if e.uncertain and not row_of.keys().isdisjoint(e.codes))
    worked = np.array([[name in busy[source.id] for source in kept] for name in names])
    not_compared = _not_compared(chosen, busy, names, least, material)
    marks = _marks(excerpts, names, row_of, starts)
    kind = "theme" if wanted.themes else "code"
    return Compared(names, kept, lines, borders, worked, kind, rows, marks, left_out, not_compared)


def _marks(
    excerpts: Sequence[Excerpt], names: Sequence[str], row_of: Mapping[str, int], starts: Mapping[str, tuple[Line, int]]
) -> Ints:
    """The lines of `Compared.marks`, each once."""
    coder = {name: number for number, name in enumerate(names)}
    marks: set[tuple[int, int, int, int]] = set()
    for excerpt in excerpts:
        line, start = starts[excerpt.source.id]
        if not excerpt.uncertain and (span := span_of(line, excerpt.anchor)):
            begin, end = start + span[0], start + span[1]
            marks |= {(coder[c.coder], row_of.get(c.code, OTHER), begin, end) for c in excerpt.codings}
    return np.array(sorted(marks), np.int64).reshape(-1, 4)


def _rows(study: Study, codes: Collection[str], themes: bool) -> tuple[dict[str, str], dict[str, int]]:
    """Id -> name of each row, in the codebook's order, and code -> the row in which it counts."""
    book = study.codebook
    known = {*book.codes, *(theme.id for theme in book.themes)}
    for code in codes:
        if code not in known:
            raise QualkitError(f"there is no code or theme '{code}'", hint="qualkit codebook show lists them")
    chosen = [code for code in book.codes.values() if not codes or code.id in codes or code.theme in codes]
    names = {theme.id: theme.name for theme in book.themes} if themes else {code.id: code.name for code in chosen}
    keys = list(dict.fromkeys(code.theme if themes else code.id for code in chosen))
    return {key: names[key] for key in keys}, {c.id: keys.index(c.theme if themes else c.id) for c in chosen}


def _busy(state: State, unfinished: bool) -> set[str]:
    """Who counts for a source: who has finished it, or, where that is asked for, who has coded in it."""
    coding = {coding.coder for coding in state.codings.values() if coding.status == APPLIED}
    return state.finished | coding if unfinished else set(state.finished)


def _refuse_too_few(names: Sequence[str], wanted: Wanted) -> None:
    if len(names) > 1:
        return
    if wanted.coders:
        raise QualkitError(f"agreement needs two coders or more, not {names[0]} alone", hint="name another one, too")
    who = f"only {names[0]} has" if names else "nobody has"
    raise QualkitError(
        f"{who} {'coded anything' if wanted.unfinished else 'finished a source'}: there is nothing to compare",
        hint=_way_out(wanted.unfinished),
    )


def _nothing(names: Sequence[str], unfinished: bool) -> str:
    if unfinished:
        return f"there is no source in which two of {', '.join(names)} have coded"
    return f"there is no source that {' and '.join(names)} have all finished"


def _way_out(unfinished: bool, *, many: bool = False) -> str:
    if unfinished:
        return "code the same source twice, each coder under a name of their own: --coder NAME"
    name = "name those that you mean, as in `qualkit agree anna bertil`; or " if many else ""
    return (
        f"{name}`qualkit finish SOURCE --coder NAME` says that a coder is done with it;"
        " --unfinished compares what is there, wherever two or more have coded"
    )


def _not_compared(
    chosen: Sequence[Source], busy: Mapping[str, set[str]], names: Sequence[str], least: int, material: Material
) -> dict[str, str]:
    why = {}
    for source in chosen:
        if source.id not in material.transcripts:
            why[source.id] = "no transcript"
        elif len(busy[source.id] & set(names)) < least:
            missing = [name for name in names if name not in busy[source.id]]
            why[source.id] = f"not finished by {', '.join(missing)}"
    return why
