"""Lines and tables for a screen of so many columns: broken between words, so that ids and commands can be copied."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

GAP = "  "  # between two columns
ROOMY = 16  # columns that a cell of several words keeps: below that a sentence becomes a pole
INDENT = 4  # of what stands below the beginning of a broken line, at least

_COMMAND = re.compile(r"\bqualkit [a-z][^;,()]*")
_JOINED = "\0"  # stands for a blank at which no line may end


def broken(line: str, room: int, indent: int = 0) -> list[str]:
    """A line in lines of at most `room` columns; a word that is longer stays whole, and so does a command that fits.

    `indent`: of all but the first; else that of the first, or a little.
    """
    if len(line) <= room:
        return [line]
    indent = indent or max(len(line) - len(line.lstrip(" ")), INDENT)
    joined = _COMMAND.sub(lambda found: _joined(found[0], room - indent), line)
    return [part.replace(_JOINED, " ") for part in _wrapped(joined, room, " " * indent)]


def _joined(command: str, room: int) -> str:
    whole = command.rstrip(" ")
    return whole.replace(" ", _JOINED) + command[len(whole) :] if len(whole) <= room else command


def _wrapped(text: str, room: int, indent: str = "") -> list[str]:
    wrapper = textwrap.TextWrapper(max(room, 1), subsequent_indent=indent, break_on_hyphens=False)
    wrapper.break_long_words = False
    return wrapper.wrap(text) or [""]


def table_lines(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    room: int,
    *,
    numbers: Sequence[int] = (),
    least: Sequence[int] = (),
) -> list[str]:
    """A table of at most `room` columns, its headings and cells broken between words only.

    `numbers`: the columns that stand to the right, never broken. `least`: those that are left out where the screen is
    narrow, the first one first; a line says which. Where that is not enough, each row has a paragraph with all cells.
    """
    narrow = [_narrowest(heading, [row[i] for row in rows], i in numbers) for i, heading in enumerate(headings)]
    shown = list(range(len(headings)))
    for column in least:
        if _total([narrow[i] for i in shown]) > room:
            shown.remove(column)
    if _total([narrow[i] for i in shown]) > room:
        return [line for row in rows for line in _paragraph(headings, row, room)]
    lines = [[line[i] for i in shown] for line in (headings, *rows)]
    widths = _narrowed(
        [max(map(columns, cells)) for cells in zip(*lines, strict=True)], [narrow[i] for i in shown], room
    )
    made = list(_set(lines, widths, [i in numbers for i in shown]))
    if left_out := [heading for i, heading in enumerate(headings) if i not in shown]:
        made += broken(f"(no room on this screen: {', '.join(left_out)})", room)
    return made


def columns(text: str) -> int:
    """How many columns the longest line of a text takes."""
    from rich.cells import cell_len

    return max(map(cell_len, text.split("\n")))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _narrowest(heading: str, cells: Sequence[str], number: bool) -> int:
    """How narrow a column may become."""
    words = [columns(word) for text in (heading, *cells) for word in text.split()]
    whole = [columns(cell) if number else min(columns(cell), ROOMY) for cell in cells]
    return max([*words, *whole], default=0)


def _narrowed(widths: Sequence[int], narrowest: Sequence[int], room: int) -> list[int]:
    """The widest column that can gives way, again and again."""
    fitted = [min(width, max(room, least)) for width, least in zip(widths, narrowest, strict=True)]
    while _total(fitted) > room:
        fitted[max((i for i, least in enumerate(narrowest) if fitted[i] > least), key=fitted.__getitem__)] -= 1
    return fitted


def _set(lines: Sequence[Sequence[str]], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    for number, line in enumerate(lines):
        for cells in zip_longest(*map(_cell, line, widths), fillvalue=""):
            blanks = [" " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True)]
            yield GAP.join(
                blank + cell if to_the_right else cell + blank
                for cell, blank, to_the_right in zip(cells, blanks, right, strict=True)
            ).rstrip()
        if number == 0:
            yield "─" * _total(widths)


def _cell(cell: str, width: int) -> list[str]:
    return [part for line in cell.split("\n") for part in _wrapped(line, width)]


def _paragraph(headings: Sequence[str], row: Sequence[str], room: int) -> list[str]:
    short = min(2 * ROOMY, room - INDENT)
    cells = [_joined(f"{heading}: {cell};", short) for heading, cell in zip(headings[1:], row[1:], strict=True)]
    indent = " " * INDENT
    lines = _wrapped(indent + " ".join(cells).removesuffix(";"), room, indent)
    return [*row[0].split("\n"), *(line.replace(_JOINED, " ") for line in lines)]
