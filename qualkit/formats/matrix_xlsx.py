"""The matrix as a workbook: figures that lead to their excerpts, and all that a reader needs to judge them."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING, Any

from qualkit.analysis.matrix import UNFINISHED_MARK
from qualkit.analysis.measures import MEASURES
from qualkit.formats.matrix import MatrixExport
from qualkit.formats.matrix_grid import Grid, Key, Line, Shown, grid_of, widths
from qualkit.formats.matrix_method import about
from qualkit.formats.matrix_tables import places, tables
from qualkit.formats.table import capital
from qualkit.formats.workbook import OPTIONS, Tables, clean, created, for_paper, height

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_TOP = 4  # lines above the headings: title, warning, what a figure is, what the signs mean
_MOST_NOTES = 2_000  # each is a drawing; with more, spreadsheets become slow to open
_MOST_LINKS = 65_530  # of a sheet, in Excel
_NOTE = {"x_scale": 2, "y_scale": 1.2, "font_size": 9}


def render(export: MatrixExport) -> bytes:
    """The file's bytes: the matrix, then a sheet for each of `matrix_tables.tables`. No cell holds a formula."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, dict(OPTIONS)) as book:
        book.set_properties({"title": export.study.settings.title, "created": created(export.made)})
        sheet, behind = book.add_worksheet(export.say("Matrix")), tables(export)
        links = Tables(book)
        for table in behind:
            links.add(table)
        _Sheet(book, sheet, export, f"'{behind[0].name}'", len(behind[0].headings)).write(grid_of(export))
    return links.fill(out.getvalue())


class _Sheet:
    """The first sheet."""

    def __init__(self, book: Workbook, sheet: Worksheet, export: MatrixExport, excerpts: str, columns: int) -> None:
        """`excerpts`: the name of the sheet that figures lead to, which has so many columns."""
        from xlsxwriter.utility import xl_col_to_name

        self.book, self.sheet, self.export, self.say = book, sheet, export, export.say
        self._links = {
            key: f"internal:{excerpts}!A{first + 2}:{xl_col_to_name(columns - 1)}{last + 2}"
            for key, (first, last) in places(export).items()
        }
        self._notes = len(self._links) <= _MOST_NOTES
        self._made: dict[str, Format] = {}
        self.widths: list[int] = []  # of columns, in characters

    def write(self, grid: Grid) -> None:
        """All of it, from the top line to the totals."""
        self.top()
        self.widths = widths(grid)
        headings = [*map(capital, grid.heads), *grid.columns, *map(capital, grid.tail)]
        for column, heading in enumerate(headings):
            self.sheet.write_string(_TOP, column, clean(heading), self.look("head"))
        for number, line in enumerate(grid.lines, start=_TOP + 1):
            self.line(number, line)
        self.shape(grid)

    def top(self) -> None:
        """What a reader must know before the first figure."""
        lines = about(self.export)
        for number, (text, look) in enumerate(zip(lines, ("title", "warning", "small", "small"), strict=True)):
            self.sheet.write_string(number, 0, clean(text), self.look(look))

    def line(self, number: int, line: Line) -> None:
        first = len(line.names)
        for column, text in enumerate(line.names):
            self.sheet.write_string(number, column, clean(text), self.look("total" if line.total else "name"))
        for column, cell in enumerate(line.cells, start=first):
            self.total(number, column, cell, "total") if line.total else self.cell(number, column, cell)
        for column, cell in enumerate(line.tail, start=first + len(line.cells)):
            first_two = column < first + len(line.cells) + 2
            self.total(number, column, cell, "total" if line.total or first_two else "material")
        words = [clean(cell.text) if cell.value is None else "" for cell in line.cells]
        self.sheet.set_row(number, height(words, self.widths[first:]))

    def cell(self, number: int, column: int, cell: Shown) -> None:
        """A figure with the link to its excerpts and a note, or the sign that says why there is none.

        Quotes are no link: LibreOffice puts a link on one line. Their excerpts are found by row and column.
        """
        link = self._links.get(cell.key) if cell.key else None
        look, text = self.look(self.sort(cell)), clean(cell.text)
        figure = cell.value is not None or cell.why
        if link and figure and len(self.sheet.hyperlinks) <= _MOST_LINKS:
            self.sheet.write_url(number, column, link, look, text[:255], self.say("Show the excerpts behind it"))
        if cell.value is None:
            self.sheet.write_string(number, column, text, look)
        else:
            self.sheet.write_number(number, column, cell.value, look)
        if cell.key and self._notes:
            self.sheet.write_comment(number, column, clean(self.note(cell.key, cell)), _NOTE)

    def note(self, key: Key, cell: Shown) -> str:
        """Which sources and people stand behind a figure."""
        behind, say = self.export.matrix.cells[key], self.say
        found = [self.export.excerpts[number] for number in behind.excerpts]
        sources = Counter(excerpt.source.title or excerpt.source.id for excerpt in found)
        who = dict.fromkeys(
            excerpt.voices[voice].participant
            for excerpt, voices in zip(found, behind.voices, strict=True)
            for voice in voices
        )
        people = ", ".join(person for person in who if person)
        lines = [say("{n} excerpts").format(n=len(found)) if len(found) > 1 else say("1 excerpt")]
        lines += [f"{title}: {count}" for title, count in sources.items()]
        lines += [say("Participants: {names}").format(names=people)] if people else []
        lines += [say("Some source of the row is not finished.")] if cell.open else []
        return "\n".join(lines)

    def total(self, number: int, column: int, cell: Shown, look: str) -> None:
        """A sum, or how much material there is."""
        if cell.value is None:
            self.sheet.write_blank(number, column, None, self.look(look))
        else:
            look += "" if isinstance(cell.value, int) else " decimal"
            self.sheet.write_number(number, column, cell.value, self.look(look))

    def sort(self, cell: Shown) -> str:
        """Which of the looks a cell has."""
        if cell.why:
            return "zero"
        if cell.value is None:
            return "words"
        return ("whole" if isinstance(cell.value, int) else "decimal") + (" open" if cell.open else "")

    def look(self, name: str) -> Format:
        """A format by its name."""
        if name not in self._made:
            self._made[name] = self.book.add_format(_LOOKS[name])
        return self._made[name]

    def shape(self, grid: Grid) -> None:
        """Widths, frozen panes, colours and paper."""
        sheet, first, count = self.sheet, len(grid.heads), len(grid.columns)
        rows = sum(not line.total for line in grid.lines)
        for column, width in enumerate(self.widths):
            sheet.set_column(column, column, width)
        narrow = [width * 2 // 3 for width in self.widths[first:]]  # bold, and broken between words
        sheet.set_row(_TOP, height([*grid.columns, *grid.tail], narrow))
        sheet.freeze_panes(_TOP + 1, first)
        if rows and count and not MEASURES[self.export.matrix.request.measure].wordy:
            scale: dict[str, Any] = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#7FB2D9"}
            scale |= {"min_type": "num", "min_value": 0}
            sheet.conditional_format(_TOP + 1, first, _TOP + rows, first + count - 1, scale)
        for_paper(sheet, _TOP)


_GRID: dict[str, Any] = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
_MIDDLE = _GRID | {"align": "center", "font_color": "#000000"}
_TOTAL = _MIDDLE | {"bold": True, "bg_color": "#F2F2F2"}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "warning": {"bold": True, "font_color": "#9C0006"},
    "small": {"font_color": "#404040"},
    "head": _GRID | {"bold": True, "bg_color": "#E7E6E6", "text_wrap": True},
    "name": _GRID | {"bold": True},
    "whole": _MIDDLE,
    "whole open": _MIDDLE | {"num_format": f'0"{UNFINISHED_MARK}"'},
    "decimal": _MIDDLE | {"num_format": "0.0"},
    "decimal open": _MIDDLE | {"num_format": f'0.0"{UNFINISHED_MARK}"'},
    "words": _GRID | {"font_color": "#000000", "text_wrap": True, "valign": "top"},
    "zero": _MIDDLE | {"font_color": "#595959"},
    "total": _TOTAL,
    "material": _MIDDLE | {"font_color": "#404040"},
    "material decimal": _MIDDLE | {"font_color": "#404040", "num_format": "0.0"},
    "total decimal": _TOTAL | {"num_format": "0.0"},
}
