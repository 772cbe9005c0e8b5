"""The matrix as one plain page that needs nothing else: a table whose figures lead to their excerpts below it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from qualkit.analysis.measures import MEASURES
from qualkit.formats.matrix import MatrixExport
from qualkit.formats.matrix_grid import Grid, Key, Shown, grid_of, legend
from qualkit.formats.matrix_method import about, method_lines, warning
from qualkit.formats.matrix_quotes import how_many, quotes_by_column
from qualkit.formats.table import capital

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin-top: 1.8rem; }
.warning { font-weight: 600; color: #9c0006; } .wide { overflow-x: auto; }
table { border-collapse: collapse; } th, td { border: 1px solid #bbb; padding: .25rem .6rem; vertical-align: top; }
caption { text-align: left; } th { background: #eee; text-align: left; } th[scope=row] { white-space: nowrap; }
td { text-align: center; } td.words { text-align: left; min-width: 16rem; }
tr.total td { background: #f2f2f2; font-weight: 600; } .zero { color: #595959; }
td a { color: inherit; display: block; } .words, blockquote { white-space: pre-line; }
blockquote { margin: .4rem 0 .4rem 1rem; } cite { font-style: normal; color: #595959; }
dl { display: grid; grid-template-columns: 15rem 1fr; } dl.signs { grid-template-columns: 3rem 1fr; }
dt { font-weight: 600; } dd { margin: 0; }
@media print { body { margin: 0; } .wide { overflow: visible; } tr, blockquote { break-inside: avoid; } }"""


def render(export: MatrixExport) -> bytes:
    """The page's bytes, UTF-8. Every word of the study is escaped, and the page may load nothing."""
    return ("\n".join(_Page(export).lines()) + "\n").encode("utf-8")


class _Page:
    def __init__(self, export: MatrixExport) -> None:
        self.export, self.say = export, export.say
        rows, columns = list(export.matrix.rows), list(export.matrix.columns)
        self._rows = {row: number for number, row in enumerate(rows, start=1)}
        self._columns = {column: number for number, column in enumerate(columns, start=1)}
        self._largest = max((cell.value for cell in export.matrix.cells.values()), default=0)

    def lines(self) -> Iterator[str]:
        say = self.say
        title, _, figures, _ = map(escape, about(self.export))
        language = escape(self.export.study.settings.language)
        yield f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        yield f'<h1>{title}</h1><p class="warning">{escape(warning(self.export))}</p>'
        yield from self.table(grid_of(self.export), figures)
        yield '<dl class="signs">'
        yield from (f"<dt>{escape(one)}</dt><dd>{escape(two)}</dd>" for one, two in legend(self.export))
        yield f"</dl><h2>{escape(say('Excerpts'))}</h2>"
        for name, cells in quotes_by_column(self.export, every=True):
            yield f"<h2>{escape(name)}</h2>"
            for said in cells:
                yield f'<h3 id="{self.place(said.key)}">{escape(said.row)} ({escape(how_many(self.export, said))})</h3>'
                for words, where in said.quotes:
                    yield f"<blockquote>{escape(words)} <cite>({escape(where)})</cite></blockquote>"
        yield f"<h2>{escape(say('Method'))}</h2><dl>"
        yield from (f"<dt>{escape(one)}</dt><dd>{escape(two)}</dd>" for one, two in method_lines(self.export))
        yield "</dl></body></html>"

    def table(self, grid: Grid, caption: str) -> Iterator[str]:
        """The matrix; what reads it aloud knows the headings of each cell."""
        headings = [*map(capital, grid.heads), *grid.columns, *map(capital, grid.tail)]
        yield f'<div class="wide" tabindex="0"><table><caption>{caption}</caption><thead><tr>'
        yield "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings) + "</tr></thead><tbody>"
        for line in grid.lines:
            names = "".join(f'<th scope="row">{escape(name)}</th>' for name in line.names)
            cells = [self.cell(cell) for cell in (*line.cells, *line.tail)]
            cells += ["<td></td>"] * (len(headings) - len(line.names) - len(cells))
            kind = ' class="total"' if line.total else ""
            yield f"<tr{kind}>{names}{''.join(cells)}</tr>"
        yield "</tbody></table></div>"

    def cell(self, cell: Shown) -> str:
        """A figure that leads to its excerpts, or the sign that says why there is none."""
        if cell.why:
            sign = f'<span title="{escape(cell.why)}">{escape(cell.text)}</span>'
            inside = f'<a href="#{self.place(cell.key)}">{sign}</a>' if cell.key else sign
            return f'<td class="zero">{inside}</td>'
        text = escape(cell.text)
        if cell.key is None:
            return f"<td>{text}</td>"
        if MEASURES[self.export.matrix.request.measure].quotes:
            return f'<td class="words"><a href="#{self.place(cell.key)}">{text}</a></td>'
        part = (cell.value or 0) / self._largest if self._largest else 0
        colour = f"rgba(127, 178, 217, {part:.2f})"
        return f'<td style="background: {colour}"><a href="#{self.place(cell.key)}">{text}</a></td>'

    def place(self, key: Key) -> str:
        """Where the excerpts of a cell stand in the page."""
        return f"r{self._rows[key[0]]}c{self._columns[key[1]]}"
