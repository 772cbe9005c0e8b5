"""What `qualkit codebook explore` finds, as tables for the terminal, and as CSV and workbooks."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath

from qualkit.analysis.code_use import CodeUse, Together, Untouched
from qualkit.analysis.frequency import Frequency
from qualkit.analysis.keyword_use import InContext, Overlap, Use
from qualkit.analysis.passages import EMPTY, NOBODY, Passage, words_said
from qualkit.coding.keywords import Keywords
from qualkit.formats.endings import by_ending
from qualkit.formats.matrix import clock
from qualkit.formats.safe import safe
from qualkit.formats.table import Content, Table, capital
from qualkit.formats.workbook import OPTIONS, Tables, created
from qualkit.model.codebook import Codebook
from qualkit.model.source import ROLES
from qualkit.model.study import Study

Say = Callable[[str], str]
OURS = (NOBODY, EMPTY, "(no case)", "(no municipality)", *ROLES)  # names of groups that the study has not given
_FORMS = 6  # forms of a keyword that a cell names
_FIGURE = 11  # characters of a column of figures


def words(say: Say, counted: Sequence[Frequency], found: Sequence[Passage], codebook: Codebook) -> Table:
    """A line for all words, and one for each word or phrase, with a column for each group."""
    known = Keywords(codebook)
    total, by_group = words_said(found)
    groups = list(dict.fromkeys(group for passage in found for group in passage.groups))
    lines: list[list[Content]] = [[say("all words"), total, len({one.source.id for one in found}), ""]]
    lines[0] += [by_group[group] for group in groups]
    for one in counted:
        hit_by = ", ".join(dict.fromkeys(code.id for code, *_ in known.hits(one.text)))
        lines.append([one.text, one.times, one.sources, hit_by, *(one.groups.get(group, 0) for group in groups)])
    headings = [(say("words"), 30), (say("times"), _FIGURE), (say("sources"), _FIGURE), (say("keyword of"), 30)]
    return _table(say("words"), [*headings, *((_named(say, group), _FIGURE) for group in groups)], lines)


def context(say: Say, found: Sequence[InContext], study: Study) -> Table:
    """A line for each place."""
    lines = []
    for one in found:
        passage = one.met.passage
        person = study.speakers.get((passage.source.id, passage.segment.speaker or ""))
        who = person.id if person else passage.segment.speaker or ""
        place = [passage.source.id, clock(passage.segment.start), passage.segment.id, who]
        lines.append([*place, one.met.code, one.met.keyword, one.before.strip(), one.met.words, one.after.strip()])
    headings = [
        (say("source"), 18), (say("time"), 9), (say("segment"), 10), (say("speaker"), 12), (say("code"), 22),
        (say("keyword"), 18), (say("before"), 50), (say("words met"), 20), (say("after"), 50),
    ]  # fmt: skip
    return _table(say("keywords in context"), headings, lines)


def keywords(say: Say, uses: Sequence[Use], found: Sequence[Passage], *, tried: bool) -> Table:
    """A line for each keyword; the code and what was coded only where they are the codebook's."""
    groups = list(dict.fromkeys(group for passage in found for group in passage.groups))
    headings = [(say("keyword"), 26), (say("times"), _FIGURE), (say("sentences"), _FIGURE), (say("sources"), _FIGURE)]
    if not tried:
        headings = [(say("code"), 26), *headings, (say("coded"), _FIGURE), (say("rejected"), _FIGURE)]
    lines: list[list[Content]] = []
    for use in uses:
        figures: list[Content] = [use.times, use.sentences, len(use.sources)]
        coded: list[Content] = [] if tried else [use.coded, use.rejected]
        lines.append([*([] if tried else [use.code]), use.keyword, *figures, *coded, _forms(use.forms)])
        lines[-1] += [use.groups[group] for group in groups]
    more = [(say("words met"), 50), *((_named(say, group), _FIGURE) for group in groups)]
    return _table(say("keywords"), [*headings, *more], lines)


def _named(say: Say, group: str) -> str:
    """The heading of a group: what we call it in the study's language, a value of the study's as it is."""
    return say(group) if group in OURS else group


def _forms(forms: Counter[str]) -> str:
    ordered = sorted(forms.items(), key=lambda one: (-one[1], one[0]))
    rest = sum(times for _, times in ordered[_FORMS:])
    shown = [f"{form} {times}" for form, times in ordered[:_FORMS]]
    return ", ".join([*shown, f"... {rest}"] if rest else shown)


def overlaps(say: Say, found: Sequence[Overlap]) -> Table:
    """A line for each pair of keywords."""
    lines: list[list[Content]] = [[one.times, *one.first, *one.second, one.example] for one in found]
    headings = [
        (say("times"), _FIGURE), (say("code"), 26), (say("keyword"), 22), (say("other code"), 26),
        (say("its keyword"), 22), (say("words met"), 30),
    ]  # fmt: skip
    return _table(say("overlaps"), headings, lines)


def codes(say: Say, uses: Sequence[CodeUse], pairs: Sequence[Together]) -> Table:
    """A line for each code, with the codes that it never stands without."""
    lines: list[list[Content]] = []
    for use in uses:
        beside = [pair.second for pair in pairs if pair.first == use.code.id and pair.first_with == pair.first_all]
        beside += [pair.first for pair in pairs if pair.second == use.code.id and pair.second_with == pair.second_all]
        figures = [use.excerpts, use.sources, use.cases, use.coders]
        lines.append([use.code.id, use.code.name, *figures, ", ".join(beside)])
    headings = [
        (say("code"), 30), (say("name"), 40), (say("excerpts"), _FIGURE), (say("sources"), _FIGURE),
        (say("cases"), _FIGURE), (say("coders"), _FIGURE), (say("always beside"), 50),
    ]  # fmt: skip
    return _table(say("codes"), headings, lines)


def untouched(say: Say, found: Sequence[Untouched]) -> Table:
    """A line for each segment, those of sources in which nothing is coded too."""
    lines = [
        [one.source, clock(segment.start), segment.id, segment.speaker or "", segment.text]
        for one in found
        for segment in (passage.segment for passage in one.passages)
    ]
    headings = [
        (say("source"), 18), (say("time"), 9), (say("segment"), 10), (say("speaker"), 12), (say("words"), 100),
    ]  # fmt: skip
    return _table(say("untouched"), headings, lines)


def _table(name: str, headings: Sequence[tuple[str, int]], lines: Sequence[Sequence[Content]]) -> Table:
    return Table(capital(name), headings, lines, len(lines))


def explored_format(file: PurePath) -> Callable[[Table, Study, str], bytes]:
    """What makes a file's bytes of a table, the study and the time (ISO 8601). QualkitError for an unknown name."""
    return by_ending(file, _FORMATS)


def _csv(table: Table, study: Study, _made: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=study.settings.delimiter, lineterminator="\r\n")
    for line in [[heading for heading, _ in table.headings], *table.lines]:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in line])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(table: Table, study: Study, made: str) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, OPTIONS) as book:
        book.set_properties({"title": study.settings.title, "created": created(made)})
        tables = Tables(book)
        tables.add(table)
    return tables.fill(out.getvalue())


_FORMATS: Mapping[str, Callable[[Table, Study, str], bytes]] = {".csv": _csv, ".xlsx": _xlsx}
