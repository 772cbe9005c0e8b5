"""The matrix as Markdown: a table, the quotes theme by theme, and how it was made. Marks in the text are no marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qualkit.formats.matrix import MatrixExport
from qualkit.formats.matrix_grid import grid_of, legend
from qualkit.formats.matrix_method import about, method_lines, warning
from qualkit.formats.matrix_quotes import how_many, quotes_by_column
from qualkit.formats.table import capital

_MARKS = re.compile(r"([\\`*_\[\]|~])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "&#9;", "\r": ""}


def render(export: MatrixExport) -> bytes:
    """The file's bytes, UTF-8."""
    return ("\n".join(_lines(export)) + "\n").encode("utf-8")


def _lines(export: MatrixExport) -> Iterator[str]:
    say, grid = export.say, grid_of(export)
    title, _, figures, _ = about(export)
    yield from (f"# {_text(title)}", "", f"**{_text(warning(export))}**", "", _text(figures), "")
    yield _row([*map(capital, grid.heads), *grid.columns, *map(capital, grid.tail)])
    yield _row(["---"] * len(grid.heads) + ["---:"] * (len(grid.columns) + len(grid.tail)), marks=True)
    for line in grid.lines:
        cells = [*line.names, *(cell.text for cell in (*line.cells, *line.tail))]
        yield _row([*cells, *[""] * (len(grid.heads) + len(grid.columns) + len(grid.tail) - len(cells))])
    yield ""
    yield from (f"- {_text(sign)}: {_text(meaning)}" for sign, meaning in legend(export))
    yield from ("", f"## {_text(say('Quotes'))}")
    for name, found in quotes_by_column(export):
        yield from ("", f"### {_text(name)}")
        for said in found:
            yield from ("", f"**{_text(said.row)}** ({_text(how_many(export, said))})", "")
            yield from (f"- “{_text(words)}” ({_text(where)})" for words, where in said.quotes)
    yield from ("", f"## {_text(say('Method'))}", "")
    yield _row([capital(say("what")), capital(say("how"))])
    yield _row(["---", "---"], marks=True)
    yield from (_row(line) for line in method_lines(export))


def _row(cells: Sequence[str], *, marks: bool = False) -> str:
    return f"| {' | '.join(cells if marks else map(_text, cells))} |"


def _text(text: str) -> str:
    """A text on one line, in which nothing is taken for a mark."""
    for sign, entity in _ENTITIES.items():
        text = text.replace(sign, entity)
    return "<br>".join(_MARKS.sub(r"\\\1", line) for line in text.split("\n"))
