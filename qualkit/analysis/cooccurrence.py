"""Which codes come together: a matrix of codes x codes, each figure a number of excerpts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from qualkit.analysis.asked import asked_in
from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.heads import Heads, matrix_heads
from qualkit.analysis.matrix import Cell, Matrix, MatrixRequest, counting_coder, recorded
from qualkit.analysis.measures import Figures, added_up
from qualkit.analysis.rows import study_lines
from qualkit.analysis.zeros import NOT_MENTIONED, Zeros, finished_sources
from qualkit.coding.fold import State
from qualkit.errors import QualkitError
from qualkit.model.study import Material, Study
from qualkit.model.transcript import Transcript

WITHIN: Mapping[str, str] = {
    "excerpt": "stand on the same words as the column's code",
    "overlap": "share a letter with an excerpt of the column's code",
    "turn": "touch a turn (what one speaker says until the next one speaks) that has the column's code, too",
}


def cooccurrence(
    study: Study,
    material: Material,
    folded: Mapping[str, State],
    excerpts: Sequence[Excerpt],
    request: MatrixRequest,
    within: str,
) -> Matrix:
    """For each two codes (or themes), the excerpts of the row's code that meet the column's: see WITHIN.

    On the diagonal are all excerpts of a code. Only for "excerpt" the two halves are the same: three short excerpts of
    one code can lie in a long one of another. QualkitError for an unknown `within`.
    """
    if within not in WITHIN:
        raise QualkitError(f"codes cannot be counted within '{within}'", hint=f"one of: {', '.join(WITHIN)}")
    heads = matrix_heads(study, request.columns, request.kinds, request.where)
    behind = _behind(material, excerpts, heads, within, moderator=request.moderator)
    names = heads.shown({key for pair in behind for key in pair})
    lines = [line for line in study_lines(study, material, moderator=request.moderator)
             if request.where.possible(line.known)]  # fmt: skip
    finished = finished_sources(folded, excerpts, counting_coder(request), request.statuses)
    zeros = Zeros(study.codebook, material, finished, request.where, heads.codes, asked_in(study, material, folded))
    reasons = {name: (zeros.why(lines, name), bool(zeros.unfinished(lines, name))) for name in names}
    all_of = [tuple(range(len(excerpt.voices))) for excerpt in excerpts]
    cells = {
        (row, column): _cell(behind.get((row, column), ()), all_of, reasons[row], reasons[column])
        for row in names
        for column in names
    }
    sums = added_up({key: len(found) for key, found in behind.items()}, names, names)
    basis = zeros.basis(lines, recorded(material))
    return Matrix(
        request,
        (request.columns[0],),
        names,
        names,
        cells,
        {key: figure for key, figure in sums.items() if None in key},
        _uniques(behind),
        {key: (name,) for key, name in names.items()},
        dict.fromkeys(names, basis),
        tuple(n for n, excerpt in enumerate(excerpts) if excerpt.uncertain),
        heads.column_of,
        within=within,
    )


def _cell(
    found: tuple[int, ...],
    voices: Sequence[tuple[int, ...]],
    one: tuple[str, bool],
    other: tuple[str, bool],
) -> Cell:
    """`one` and `other`: why either of the two has nothing, and whether it is unfinished."""
    if found:
        return Cell(len(found), None, one[1] or other[1], found, tuple(voices[n] for n in found))
    return Cell(0, other[0] if one[0] == NOT_MENTIONED else one[0])


def _behind(
    material: Material, excerpts: Sequence[Excerpt], heads: Heads, within: str, *, moderator: bool
) -> dict[tuple[str, str], tuple[int, ...]]:
    counted = [n for n, e in enumerate(excerpts) if not e.uncertain and (moderator or not e.moderated)]
    own = {
        n: frozenset(heads.column_of[code] for code in excerpts[n].codes if code in heads.column_of) for n in counted
    }
    found: dict[tuple[str, str], list[int]] = {}
    for source, numbers in groupby(counted, key=lambda n: excerpts[n].source.id):
        transcript, those = material.transcripts[source], list(numbers)
        meeting = dict(_meeting(transcript, {n: excerpts[n] for n in those}, own, within))
        for n in those:
            for row in own[n]:
                for column in meeting[n]:
                    found.setdefault((row, column), []).append(n)
    return {key: tuple(numbers) for key, numbers in found.items()}


def _meeting(
    transcript: Transcript, excerpts: Mapping[int, Excerpt], own: Mapping[int, frozenset[str]], within: str
) -> Iterator[tuple[int, set[str] | frozenset[str]]]:
    """For each excerpt of a source, the columns that it meets, its own among them."""
    if within == "excerpt":
        yield from ((n, own[n]) for n in excerpts)
    elif within == "turn":
        turn = _turns(transcript)
        touched = {
            n: {turn[at] for at in range(transcript.index[e.anchor.first], transcript.index[e.anchor.last] + 1)}
            for n, e in excerpts.items()
        }
        columns: dict[int, set[str]] = {}
        for n, turns in touched.items():
            for one in turns:
                columns.setdefault(one, set()).update(own[n])
        yield from ((n, set().union(*(columns[one] for one in turns))) for n, turns in touched.items())
    else:
        yield from _overlapping(transcript, excerpts, own)


def _overlapping(
    transcript: Transcript, excerpts: Mapping[int, Excerpt], own: Mapping[int, frozenset[str]]
) -> Iterator[tuple[int, set[str]]]:
    """From the first letter to the last: an excerpt meets those that began before it and have not ended."""
    index = transcript.index
    spans = {
        n: ((index[e.anchor.first], e.anchor.first_offset), (index[e.anchor.last], e.anchor.last_offset))
        for n, e in excerpts.items()
    }
    met = {n: set(own[n]) for n in excerpts}
    standing: list[int] = []
    for n in sorted(spans, key=lambda n: spans[n]):
        standing = [other for other in standing if spans[other][1] > spans[n][0]]
        for other in standing:
            met[n] |= own[other]
            met[other] |= own[n]
        standing.append(n)
    yield from met.items()


def _turns(transcript: Transcript) -> list[int]:
    """The number of the turn of each segment; a segment without a speaker is a turn of its own."""
    turns: list[int] = []
    before = None
    for segment in transcript.segments:
        same = turns and segment.speaker is not None and segment.speaker == before
        turns.append(turns[-1] if same else len(turns))
        before = segment.speaker
    return turns


def _uniques(behind: Mapping[tuple[str, str], tuple[int, ...]]) -> Figures:
    found: dict[tuple[str | None, str | None], set[int]] = {(None, None): set()}
    for (row, column), numbers in behind.items():
        for key in ((row, None), (None, column), (None, None)):
            found.setdefault(key, set()).update(numbers)
    return {key: len(numbers) for key, numbers in found.items()}
