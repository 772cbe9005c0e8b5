"""What `qualkit codebook explore` found, in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.code_use import CodeUse, Together, Untouched
    from qualkit.analysis.keyword_use import InContext
    from qualkit.analysis.passages import Passage
    from qualkit.formats.table import Table

WORD_COLUMNS = 4  # of a table of words, before those of the groups
_IDS = 12  # ids of sources that a line names
_ROOM = 12  # columns that the words on either side of a keyword get at least


def show_words(table: Table, most: int) -> None:
    """All words and the most frequent ones; where there are groups, without sources and codes."""
    if len(table.headings) == WORD_COLUMNS:
        show(table, most + 1, least=["keyword of"])
        return
    kept = [0, 1, *range(WORD_COLUMNS, len(table.headings))]
    lines = [[str(line[i]) for i in kept] for line in islice(table.lines, most + 1)]
    output.figures([table.headings[i][0] for i in kept], lines)
    _say_more(table.count - most - 1, table.count - 1)


def show(table: Table, most: int, *, least: Sequence[str] = (), none: str = "") -> None:
    """The first lines of a table; `least` are the headings of columns that give way on a narrow screen."""
    headings, lines = [heading for heading, _ in table.headings], list(islice(table.lines, most))
    if not lines:
        output.say(none or "Nothing was found.")
        return
    numbers = [i for i, cell in enumerate(lines[0]) if isinstance(cell, int)]
    rows = [[str(cell) for cell in line] for line in lines]
    output.table(headings, rows, numbers=numbers, least=[headings.index(one) for one in least if one in headings])
    _say_more(table.count - most, table.count)


def _say_more(more: int, all_: int) -> None:
    if more > 0:
        output.note(f"{more} more: --most {all_}, or --to FILE.xlsx")


def in_order(found: Iterable[InContext], sort: str) -> list[InContext]:
    """In the order of the material, or by the words before (the nearest first) or after. QualkitError for others."""
    from qualkit.model.keyword import words_in

    if sort == "text":
        return list(found)
    if sort == "after":
        return sorted(found, key=lambda one: [word for word, _, _ in words_in(one.after)])
    if sort == "before":
        return sorted(found, key=lambda one: [word for word, _, _ in words_in(one.before)][::-1])
    raise QualkitError(f"there is no order '{sort}'", hint="one of: text, before, after")


def show_context(found: Sequence[InContext]) -> None:
    """A line for each place, the keyword below that of the line above."""
    heads = [_place(one) for one in found]
    head = max(map(len, heads), default=0)
    hit = max((len(one.met.words) for one in found), default=0)
    room = max((output.width() - head - hit - 4) // 2, _ROOM)
    for where, one in zip(heads, found, strict=True):
        before, after = _fitting(one.before[::-1], room)[::-1], _fitting(one.after, room)
        words = " ".join(one.met.words.split())
        output.say(f"{where:<{head}}  {before:>{room}}[{words}]{after}".rstrip(), indent=head + 2)


def _fitting(text: str, room: int) -> str:
    """The first words of a text that fit into so many columns."""
    return text if len(text) <= room else text[: room + 1].rpartition(" ")[0]


def _place(one: InContext) -> str:
    from qualkit.formats.matrix import clock

    passage = one.met.passage
    return " ".join(part for part in (passage.source.id, clock(passage.segment.start), passage.segment.id) if part)


def say_codes(uses: Sequence[CodeUse], pairs: Sequence[Together]) -> None:
    """What stands out: codes that are never used, and codes that are never used alone."""
    never = [use.code.id for use in uses if not use.codings and not use.code.retired]
    output.say(f"\nNever used: {', '.join(never)}" if never else "\nEvery code is used.", indent=4)
    for pair in pairs:
        sides = [(pair.first, pair.first_with, pair.first_all, pair.second)]
        sides += [(pair.second, pair.second_with, pair.second_all, pair.first)]
        told = [f"{code} stands with {other} in {some} of {all_} codings" for code, some, all_, other in sides]
        output.say(f"{'Always' if pair.both else 'One always'} together: {'; '.join(told)}", indent=4)


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_IDS]) + (f" and {len(ids) - _IDS} more" if len(ids) > _IDS else "")


def show_untouched(found: Sequence[Untouched], most: int) -> None:
    """How much of each source it is, then the segments of the sources that somebody began to code."""
    rows = [
        [one.source, f"{len(one.passages)} of {one.all_segments}", f"{one.words} of {one.all_words}", _percent(one)]
        for one in found
    ]
    output.table(["Source", "Segments without a code", "Words", "Percent"], rows, numbers=[1, 2, 3])
    begun = [passage for one in found if one.begun for passage in one.passages]
    for line in _lines(begun[:most]):
        output.say(line, indent=4)
    _say_more(len(begun) - most, len(begun))
    if waiting := [one.source for one in found if not one.begun]:
        output.note(f"not shown, for nothing in them is coded yet: {_ids(waiting)}")


def _percent(one: Untouched) -> str:
    return str(round(100 * one.words / one.all_words)) if one.all_words else ""


def _lines(found: Sequence[Passage]) -> Iterator[str]:
    from qualkit.formats.matrix import clock

    source = ""
    for passage in found:
        if passage.source.id != source:
            source = passage.source.id
            yield f"\n{source}"
        segment = passage.segment
        head = " ".join(part for part in (clock(segment.start), segment.id, segment.speaker) if part)
        yield f"  {head}  {' '.join(segment.text.split())}"
