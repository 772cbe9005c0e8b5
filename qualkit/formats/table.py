"""A table of a study as something to hand on: workbooks and other programs' spreadsheets hold several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Content = str | int


@dataclass(frozen=True)
class Table:
    """A sheet: its name, (heading, width in characters) of each column, and its lines, made as they are read."""

    name: str
    headings: Sequence[tuple[str, int]]
    lines: Iterable[Sequence[Content]]
    count: int  # of lines
    filters: bool = True


def column_letters(number: int) -> str:
    """The letters of a column, from 0: A to Z, AA and so on."""
    before, letter = divmod(number, 26)
    return (column_letters(before - 1) if before else "") + chr(ord("A") + letter)


def capital(text: str) -> str:
    """A text as a heading begins."""
    return text[:1].upper() + text[1:]
