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


def capital(text: str) -> str:
    """A text as a heading begins."""
    return text[:1].upper() + text[1:]
