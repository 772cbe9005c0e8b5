"""Where two coders differ as a workbook: a line a passage, the two side by side, and room to decide."""

from __future__ import annotations

import io
from collections.abc import Sequence

from qualkit.analysis.differences import Mark, Passage
from qualkit.formats.comparison import ComparisonExport, by_coder, method_lines, where
from qualkit.formats.workbook import clean, created, for_paper, height

_WIDTHS = (6, 24, 16, 14, 18, 11, 24, 48, 48, 20)


def render(export: ComparisonExport) -> bytes:
    """The file's bytes: sheets Differences and Method. No cell holds a formula."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, options) as book:
        book.set_properties({"title": export.study.settings.title, "created": created(export.made)})
        head = book.add_format({"bold": True, "bg_color": "#E7E6E6", "bottom": 1, "text_wrap": True, "valign": "top"})
        words = book.add_format({"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": "#D9D9D9"})
        say = export.say
        sheet, method = book.add_worksheet(say("Differences")), book.add_worksheet(say("Method"))
        headings = [say("No."), say("Source"), say("Begins at"), say("Speakers"), say("Difference")]
        headings += [say("Letters that differ"), say("Both have here"), *export.found.coders, say("Decision")]
        for column, (heading, width) in enumerate(zip(headings, _WIDTHS, strict=True)):
            sheet.write_string(0, column, clean(heading), head)
            sheet.set_column(column, column, width)
        for line, passage in enumerate(export.found.passages, start=1):
            texts = _texts(export, passage)
            sheet.set_row(line, height(["", *texts[:4], "", *texts[4:]], _WIDTHS))
            sheet.write_number(line, 0, line, words)
            sheet.write_number(line, 5, passage.size, words)
            for column, text in zip((1, 2, 3, 4, 6, 7, 8, 9), [*texts, ""], strict=True):
                sheet.write_string(line, column, clean(text), words)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(export.found.passages), 1), len(_WIDTHS) - 1)
        for_paper(sheet)
        for line, (label, text) in enumerate(method_lines(export)):
            method.write_string(line, 0, label, book.add_format({"bold": True, "valign": "top"}))
            method.write_string(line, 1, clean(text), book.add_format({"text_wrap": True, "valign": "top"}))
        method.set_column(0, 0, 34)
        method.set_column(1, 1, 90)
        for_paper(method)
    return out.getvalue()


def _texts(export: ComparisonExport, passage: Passage) -> list[str]:
    shared = "; ".join(export.code(code) for code in passage.shared)
    both = [_marks(export, marks) for marks in by_coder(passage)]
    return [passage.source.title, where(passage), ", ".join(passage.speakers), export.kind(passage), shared, *both]


def _marks(export: ComparisonExport, groups: Sequence[Sequence[Mark]]) -> str:
    """The codes, and under them the words."""
    said = (f"{'; '.join(export.code(mark.code) for mark in those)}:\n{those[0].quote}" for those in groups)
    return "\n\n".join(said) or "-"
