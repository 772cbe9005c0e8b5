"""Agreement as a workbook: a line a code with every figure, pairs of coders, the sources, and how it was measured."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qualkit.analysis.reliability import FIGURES, NOT_ALL, OVERALL, TOO_FEW, TOO_RARE, Row
from qualkit.coding.agreement import ALL_ALIKE, NO_PAIRS, ONE_CATEGORY, UNDEFINED
from qualkit.coding.unitising import NOTHING_MARKED, NOWHERE_ELSE, ONE_CODER
from qualkit.formats.agreement import AgreementExport, method_lines
from qualkit.formats.comparison import REASONS
from qualkit.formats.headings import Say, told
from qualkit.formats.workbook import clean, created, for_paper

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

WHYS = (  # why a figure or its interval is not there
    NO_PAIRS, ONE_CATEGORY, ALL_ALIKE, NOTHING_MARKED, ONE_CODER, NOWHERE_ELSE, NOT_ALL, TOO_RARE, TOO_FEW,
)  # fmt: skip
Cell = str | int | float | None
_FIGURE = "0.00"


def render(export: AgreementExport) -> bytes:
    """The file's bytes. No cell holds a formula."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, options) as book:
        book.set_properties({"title": export.study.settings.title, "created": created(export.made)})
        found, say = export.found, export.say
        kind = say("Theme" if found.compared.kind == "theme" else "Code")
        lines = [_cells(row, say) for row in found.rows]
        _write(book, say("Agreement"), _headings(kind, found.compared.coders, say), lines, first=2)
        if found.pairs:
            lines = [[*pair, *_pair_cells(row, say)] for pair, rows in found.pairs.items() for row in rows]
            _write(book, say("Pairs"), [say("Coder"), say("Coder"), kind, *map(say, _PAIR)], lines, first=4)
        _write(book, say("Sources"), list(map(say, _SOURCE)), _sources(export), first=1)
        _write(book, say("Method"), [say("What"), say("How")], [list(line) for line in method_lines(export)], first=1)
    return out.getvalue()


def _headings(kind: str, coders: Sequence[str], say: Say) -> list[str]:
    ends = ("{figure}", say("{figure}, low"), say("{figure}, high"))
    figures = [end.format(figure=say(words)) for words in FIGURES.values() for end in ends]
    coded = [say("Units coded by {coder}").format(coder=coder) for coder in coders]
    matched = [say("Matching excerpts"), say("Excerpts"), say("Share matching")]
    return [kind, say("Name"), *coded, say("by all"), say("by any"), *figures, *matched, say("Remarks")]


def _cells(row: Row, say: Say) -> list[Cell]:
    coded: list[Cell] = [*_named(row, say), *row.coded, row.by_all, row.by_any]
    figures = [
        _figure(end) for name in FIGURES for one in [row.figures[name]] for end in (one.value, one.low, one.high)
    ]
    share = row.matched / row.excerpts if row.excerpts else None
    return [*coded, *figures, row.matched, row.excerpts, _figure(share), "; ".join(remarks(row, say))]


def _named(row: Row, say: Say) -> list[str]:
    return [say(OVERALL), ""] if row.key == OVERALL else [row.key, row.name]


def _figure(value: float | None) -> float | str:
    return UNDEFINED if value is None else round(value, 6) + 0.0


def remarks(row: Row, say: Say = str) -> list[str]:
    """Why figures and intervals of a row are not defined, each reason once."""
    missing: dict[str, list[str]] = {}
    for name, words in FIGURES.items():
        one = row.figures[name]
        if one.value is None:
            missing.setdefault(told(say, one.why, WHYS), []).append(say(words))
        elif one.low is None and one.why_no_interval:
            why = told(say, one.why_no_interval, WHYS)
            missing.setdefault(why, []).append(say("interval of {figure}").format(figure=say(words)))
    return [f"{', '.join(names)}: {why}" for why, names in missing.items()]


_PAIR = ["Name", "Units coded by the first", "by the second", "by both", "by either", *FIGURES.values()]
_PAIR += ["Matching excerpts", "Excerpts"]


def _pair_cells(row: Row, say: Say) -> list[Cell]:
    figures = [_figure(row.figures[name].value) for name in FIGURES]
    return [*_named(row, say), *row.coded, row.by_all, row.by_any, *figures, row.matched, row.excerpts]


_SOURCE = ["Source", "Title", "Compared", "Coders at work", "Excerpts left out as uncertain"]


def _sources(export: AgreementExport) -> list[list[Cell]]:
    compared, say = export.found.compared, export.say
    lines: list[list[Cell]] = []
    place = {source.id: number for number, source in enumerate(compared.sources)}
    for source in export.study.sources:
        if source.id in place:
            busy = compared.worked[:, place[source.id]]
            who = ", ".join(name for name, at_work in zip(compared.coders, busy, strict=True) if at_work)
            lines.append([source.id, source.title, say("yes"), who, compared.left_out.get(source.id, 0)])
        elif source.id in compared.not_compared:
            why = told(say, compared.not_compared[source.id], REASONS)
            lines.append([source.id, source.title, say("no: {why}").format(why=why), "", 0])
    return lines


def _write(
    book: Workbook, name: str, headings: Sequence[str], lines: Sequence[Sequence[Cell]], *, first: int
) -> Worksheet:
    """A sheet with a line of headings; its first columns stay in sight."""
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bg_color": "#E7E6E6", "bottom": 1, "text_wrap": True, "valign": "top"})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    figure = book.add_format({"num_format": _FIGURE, "valign": "top"})
    whole = book.add_format({"num_format": "0", "valign": "top"})
    undefined = book.add_format({"align": "right", "font_color": "#595959", "valign": "top"})
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, clean(heading), head)
        sheet.set_column(column, column, _width(heading, [line[column] for line in lines]))
    for number, line in enumerate(lines, start=1):
        for column, cell in enumerate(line):
            if isinstance(cell, str):
                sheet.write_string(number, column, clean(cell), undefined if cell == UNDEFINED else words)
            elif cell is not None:
                sheet.write_number(number, column, cell, figure if isinstance(cell, float) else whole)
    sheet.freeze_panes(1, first)
    for_paper(sheet)
    return sheet


def _width(heading: str, cells: Sequence[Cell]) -> int:
    """Characters: room for the words, and for headings in a few lines."""
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    return min(max(10, longest + 2, max(len(word) for word in heading.split()) + 2), 60)
