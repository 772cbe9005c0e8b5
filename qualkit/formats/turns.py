"""Text and Word with turns: `Anna: Hej`, with or without time marks before, after or within the turn.

A time mark is a point between two words, whatever side of a turn a program writes it on. So a stretch of words begins
at the mark before it and ends at the mark behind it, and no time is made up: several turns between two marks all have
the span between those marks; before the first mark is from 0; behind the last, where no end is known, a turn ends
where it begins. All of this is told. Without two marks there are no times at all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from qualkit.errors import Problem, place
from qualkit.formats.labels import STAMP, label, speakers
from qualkit.formats.parsed import Parsed, nobody, numbered
from qualkit.model.transcript import Segment

Block = tuple[int, list[str]]  # the number of its first line, its lines: a paragraph
_STAMP = re.compile(STAMP)
_LEAD = re.compile(rf"\s*(?:{STAMP}[\s–-]*)+")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+)(?:[-.,](\d+))?")
_WRAPPED = 50  # a line of so many characters may have been broken by a program


@dataclass(slots=True)
class _Line:
    """A line taken apart: time marks at its beginning, a label, the rest."""

    number: int
    block: int
    first: bool  # in its block
    lead: list[str]
    name: str | None
    rest: str
    text: str


@dataclass(slots=True)
class _Piece:
    """Words of one speaker between two marks; `after` is how many marks stand before them."""

    line: int
    speaker: str | None
    after: int
    words: list[str] = field(default_factory=list)


def text_blocks(text: str) -> list[Block]:
    """The paragraphs of a plain text: lines between empty ones."""
    rows = list(enumerate(text.split("\n"), start=1))
    found = ([*group] for said, group in groupby(rows, key=lambda row: bool(row[1].strip())) if said)
    return [(block[0][0], [row for _, row in block]) for block in found]


def has_turns(blocks: Sequence[Block], *, spoken: bool = False) -> bool:
    """Whether this is a transcript: two speakers of whom one comes back, or two time marks, in a third of the text.

    `spoken` says that it is one, and only asks for two lines that begin with a label.
    """
    lines = _lines(blocks)
    known = speakers(line.name for line in lines if line.name)
    turns = [line for line in lines if line.name in known]
    if spoken and len(turns) > 1:
        return True
    marked = [line for line in lines if line.lead or (_STAMP.search(line.text) and line.text.rstrip()[-1] in "]#")]
    enough = 3 * len({line.block for line in [*turns, *marked]}) >= len(blocks)
    return enough and ((len(known) > 1 and max(known.values()) > 1) or len(marked) > 1)


def parse_turns(blocks: Sequence[Block], name: str) -> Parsed:
    """The turns with their speakers and, where at least two time marks rise, their times in seconds."""
    lines = _lines(blocks)
    known = speakers(line.name for line in lines if line.name)
    problems = [_no_label(line, name) for line in lines if line.name not in known and (line.name or "")[:1].isupper()]
    for line in lines:
        if line.name and line.name not in known:
            lead = match.group() if (match := _LEAD.match(line.text)) else ""
            line.name, line.lead, line.rest = None, _STAMP.findall(lead), line.text[len(lead) :].strip()
    head, lines = _head(lines)
    marks = [(line.number, raw) for line in lines for raw in _STAMP.findall(" ".join([*line.lead, line.rest]))]
    trusted, found = _trusted(marks, name)
    times = [_seconds(marks[at][1]) or 0.0 for at in sorted(trusted)]
    pieces, unplaced = _pieces(lines, trusted, name, labelled=bool(known))
    segments = [_segment(piece, times) for piece in pieces]
    problems += [*_of_head(head, name), *found, *unplaced, *(_of_spans(pieces, len(times), name) if times else ())]
    if not times:
        segments = [*(Segment("", words) for _, words in head), *segments]
    note = "\n".join(words for _, words in head) if times else ""
    return Parsed(numbered(segments), tuple(sorted(problems, key=_line_of)), note)


def _lines(blocks: Sequence[Block]) -> list[_Line]:
    found = []
    for at, (number, rows) in enumerate(blocks):
        for below, row in enumerate(rows):
            lead = match.group() if (match := _LEAD.match(row)) else ""
            marks, rest = _STAMP.findall(lead), row[len(lead) :].strip()
            name = None
            if begins := label(rest):
                name, mark, rest = begins
                marks += [mark] if mark else []
            found.append(_Line(number + below, at, below == 0, marks, name, rest, row.strip()))
    return found


def _head(lines: list[_Line]) -> tuple[list[tuple[int, str]], list[_Line]]:
    """(number, text) of each line before the first turn or time mark, and the lines from there on."""
    begins = next((at for at, line in enumerate(lines) if line.name or _STAMP.search(line.text)), 0)
    return [(line.number, line.text) for line in lines[:begins]], lines[begins:]


def _trusted(marks: Sequence[tuple[int, str]], name: str) -> tuple[set[int], list[Problem]]:
    """Which marks to believe: the longest row of them that never goes back, so that one slip costs one mark."""
    times = [_seconds(raw) for _, raw in marks]
    ends: list[float] = []
    last: list[int] = []
    before: dict[int, int | None] = {}
    for at, time in enumerate(times):
        if time is not None:
            length = bisect_right(ends, time)
            before[at] = last[length - 1] if length else None
            ends[length:], last[length:] = [time, *ends[length + 1 :]], [at, *last[length + 1 :]]
    trusted: set[int] = set()
    at_last = last[-1] if len(last) > 1 else None
    while at_last is not None:
        trusted.add(at_last)
        at_last = before[at_last]
    problems = []
    for at, (line, raw) in enumerate(marks):
        if at not in trusted:
            what = "does not fit between the times around it" if times[at] is not None else "is no possible time"
            what = "is the only time mark, which gives no turn a time" if len(marks) == 1 else what
            problems.append(_warning(name, line, f"{raw} {what}; it is kept as text", "correct it and add it again"))
    return trusted, problems


def _pieces(
    lines: Sequence[_Line], trusted: set[int], name: str, *, labelled: bool
) -> tuple[list[_Piece], list[Problem]]:
    pieces: list[_Piece] = []
    problems: list[Problem] = []
    begins = _turn_begins(lines)
    silent = _silent(lines, begins)
    seen = passed = 0  # marks of the text, and those of them that are believed
    current = _Piece(lines[0].number if lines else 0, None, 0)
    for line, new in zip(lines, begins, strict=True):
        if new:
            current = _Piece(line.number, line.name, passed)
            pieces.append(current)
            if line.name is None and labelled:
                problems.append(nobody(name, line.number))
            if line.number in silent:
                problems.append(_warning(name, line.number, "this turn has no words", "write them, or take it out"))
        for mark, part in _parts(line):
            if mark and seen in trusted:
                passed += 1
            words = "" if mark and seen in trusted else part
            seen += mark
            if words and current.after != passed and current.words:
                current = _Piece(line.number, current.speaker, passed)
                pieces.append(current)
            if words:
                current.words.append(words)
                current.after = passed
    return [piece for piece in pieces if piece.words or piece.speaker], problems


def _silent(lines: Sequence[_Line], begins: Sequence[bool]) -> set[int]:
    """The lines of those turns that have no words."""
    silent: set[int] = set()
    turn = 0
    for line, new in zip(lines, begins, strict=True):
        if new:
            turn = line.number
            silent.add(turn)
        if _STAMP.sub("", line.rest).strip():
            silent.discard(turn)
    return silent


def _turn_begins(lines: Sequence[_Line]) -> list[bool]:
    """Whether a turn begins with each line: a label, or words that cannot belong to the line above.

    Words below a lone label are that speaker's, also in a paragraph of their own. Where turns are paragraphs, a line
    without a label goes on with the one above. Where they are lines, it does so only below a line long enough to have
    been broken; and not with a time mark, where turns have one.
    """
    turns = [line for line in lines if line.name]
    tight = 2 * sum(not line.first for line in turns) > len(turns)
    marked = 2 * sum(bool(line.lead) for line in turns) > len(turns)
    found: list[bool] = []
    fresh, alone, above = True, False, None
    for line in lines:
        fresh = fresh or line.first
        words = bool(_STAMP.sub("", line.rest).strip())
        loose = above is not None and tight and len(above.text) < _WRAPPED
        new = bool(line.name) or (words and not alone and (fresh or loose or (marked and bool(line.lead))))
        found.append(new)
        alone = not words and (alone or bool(line.name))
        fresh, above = fresh and not (new or words), line
    return found


def _parts(line: _Line) -> Iterator[tuple[bool, str]]:
    """(whether it is a time mark, text) along the line."""
    yield from ((True, raw) for raw in line.lead)
    at = 0
    for match in _STAMP.finditer(line.rest):
        if words := line.rest[at : match.start()].strip():
            yield False, words
        yield True, match.group()
        at = match.end()
    if words := line.rest[at:].strip():
        yield False, words


def _segment(piece: _Piece, times: Sequence[float]) -> Segment:
    words = " ".join(" ".join(piece.words).split())
    if not times:
        return Segment("", words, piece.speaker)
    start = times[piece.after - 1] if piece.after else 0.0
    return Segment("", words, piece.speaker, start, times[piece.after] if piece.after < len(times) else start)


def _of_spans(pieces: Sequence[_Piece], marks: int, name: str) -> Iterator[Problem]:
    hint = "nothing needs to be done; a time mark at each turn would tell them apart"
    for after, group in groupby(pieces, key=lambda piece: piece.after):
        first, *more = group
        if after == marks:
            what = (
                "no time mark follows, so this turn and those below it end where they begin"
                if more
                else ("no time mark follows, so this turn ends where it begins")
            )
            yield _warning(name, first.line, what, "nothing needs to be done; its true end is not in the file")
        elif more:
            what = f"{len(more) + 1} turns stand between two time marks; each has the time of them all"
            yield _warning(name, more[0].line, what, hint)


def _of_head(head: Sequence[tuple[int, str]], name: str) -> Iterator[Problem]:
    if head:
        what = "this stands before the first turn; it is kept at the top of the transcript, without a speaker"
        yield _warning(name, head[0][0], what, "nothing needs to be done if it is a heading")


def _no_label(line: _Line, name: str) -> Problem:
    what = f"'{line.name}:' is taken for words, not for a speaker"
    return _warning(name, line.number, what, "if it is one, write each part of the name with a capital")


def _warning(name: str, line: int, what: str, hint: str) -> Problem:
    return Problem(place(name, line), what, hint, warning=True)


def _line_of(problem: Problem) -> int:
    return int(problem.where.rpartition(":")[2])


def _seconds(raw: str) -> float | None:
    """Seconds of a time mark; None for one that no clock shows, such as [00:61:00]."""
    match = _CLOCK.search(raw)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    if seconds > 59 or (match[1] and minutes > 59):
        return None
    return hours * 3600 + minutes * 60 + seconds + int((match[4] or "0").ljust(3, "0")) / 1000
