"""What lies behind a matrix, as tables: excerpts, codebook, sources, participants, and how it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from qualkit.analysis.columns import speaking
from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.matrix import recorded
from qualkit.formats.matrix import MatrixExport, clock
from qualkit.formats.matrix_grid import Key, column_names, heads, row_name
from qualkit.formats.matrix_method import method_lines
from qualkit.formats.summary_table import summary_tables
from qualkit.formats.table import Content, Table, capital
from qualkit.model.codebook import Code, Theme
from qualkit.model.coding import Coding
from qualkit.model.source import Participant, Source


def tables(export: MatrixExport) -> list[Table]:
    """All that lies behind a matrix; the excerpts come first. Of one for publication, what there is to show."""
    behind = [_codebook(export), _sources(export), _participants(export), _method(export)]
    found = [excerpt_table(export), *summary_tables(export), *behind]
    return [table for table in found if table.count or not export.note]


def excerpt_table(export: MatrixExport) -> Table:
    """A line for each excerpt behind each figure, cell by cell: those of a cell stand together (see `places`)."""
    say = export.say
    headings = [
        (" / ".join(heads(export)[export.case_ids :]), 20),
        (" / ".join(say(name) for name in export.matrix.request.columns), 26),
        (say("codes"), 28), (say("quote"), 80), (say("cases"), 20), (say("source"), 16), (say("title"), 26),
        (say("participants"), 14), (say("words"), 8), (say("time"), 9), (say("segment"), 10), (say("coder"), 12),
        (say("status"), 12), (say("reason"), 20), (say("memo"), 40),
    ]  # fmt: skip
    count = sum(len(cell.excerpts) for cell in export.matrix.cells.values())
    return Table(say("Excerpts"), _ours(headings), excerpt_lines(export), count)


def places(export: MatrixExport) -> dict[Key, tuple[int, int]]:
    """Cell of the matrix -> its first and last line in the table of excerpts, from 0."""
    found, at = {}, 0
    for row in export.matrix.rows:
        for column in export.matrix.columns:
            if count := len(export.matrix.cells[row, column].excerpts):
                found[row, column] = at, at + count - 1
                at += count
    return found


def excerpt_lines(export: MatrixExport) -> Iterator[tuple[Content, ...]]:
    """The lines of the table of excerpts. Participants and words are those that count for the row."""
    told, names = _Told(export), column_names(export)
    for row in export.matrix.rows:
        name = row_name(export, row)
        for column, heading in names.items():
            cell = export.matrix.cells[row, column]
            for number, voices in zip(cell.excerpts, cell.voices, strict=True):
                yield (name, heading, *told.cells(number, row, column, voices))


class _Told:
    """An excerpt in the words of a line; what many lines share is looked up once."""

    def __init__(self, export: MatrixExport) -> None:
        self._export, self._column_of = export, export.matrix.column_of
        self._names = {id: code.name for id, code in export.study.codebook.codes.items()}
        self._cases = {case.id: case.name for case in export.study.cases}
        self._memos: dict[str, list[str]] = {}
        for state in export.folded.values():
            for memo in state.memos.values():
                if memo.about.startswith("coding:"):
                    self._memos.setdefault(memo.about.removeprefix("coding:"), []).append(memo.text)

    def cells(self, number: int, row: str, column: str, voices: Sequence[int]) -> tuple[Content, ...]:
        excerpt = self._export.excerpts[number]
        codings: Sequence[Coding] = excerpt.codings
        if len(codings) > 1:  # of one alone it is clear that it counts
            counting = (row, column) if self._export.matrix.within else (column,)
            codings = [coding for coding in codings if self._column_of.get(coding.code) in counting]
        who = [excerpt.voices[voice] for voice in voices]
        memos = [text for coding in codings for text in self._memos.get(coding.id, ())] if self._memos else ()
        say, anchor, source = self._export.say, excerpt.anchor, excerpt.source
        return (
            _each([self._names[coding.code] for coding in codings], "; "),
            anchor.quote,
            _each([self._cases.get(case, case) for voice in excerpt.voices for case in voice.cases]),
            source.id,
            source.title,
            _each([voice.participant for voice in who if voice.participant]),
            sum([voice.words for voice in who]),
            clock(anchor.start),
            anchor.first,
            _each([coding.coder for coding in codings]),
            _each([say(coding.status) for coding in codings]),
            _each([coding.reason for coding in codings if coding.reason], "; "),
            _each(memos, "\n"),
        )


def _each(texts: Sequence[str], between: str = ", ") -> str:
    if len(texts) < 2:
        return texts[0] if texts else ""
    return between.join(dict.fromkeys(texts))


def _codebook(export: MatrixExport) -> Table:
    say, book = export.say, export.study.codebook
    headings = [
        (say("theme"), 26), (say("code"), 16), (say("name"), 26), (say("kind"), 12), (say("excerpts"), 10),
        (say("definition"), 50), (say("include"), 40), (say("exclude"), 40), (say("examples"), 40),
        (say("keywords"), 30), (say("guide questions"), 30), (say("retired"), 12), (say("replaced by"), 16),
    ]  # fmt: skip
    uses = Counter(code for excerpt in export.excerpts if not excerpt.uncertain for code in excerpt.codes)

    def line(theme: Theme, code: Code) -> tuple[Content, ...]:
        kind = say(code.kind) if code.kind else ""
        used = "" if export.note else uses[code.id]  # what is shown of excerpts there is not all
        return theme.name, code.id, code.name, kind, used, *_words(export, code)

    lines = [line(theme, code) for theme in book.themes for code in theme.codes]
    return Table(say("Codebook"), _ours(headings), lines, len(lines))


def _words(export: MatrixExport, code: Code) -> tuple[str, ...]:
    asked = "\n".join(question.text for question in export.study.codebook.questions_about(code.theme))
    keywords = ", ".join(keyword.text for keyword in code.keywords)
    described = code.definition, code.include, code.exclude, "\n".join(code.examples), keywords, asked
    return (*described, export.say("yes") if code.retired == "true" else code.retired, ", ".join(code.replaced_by))


def _sources(export: MatrixExport) -> Table:
    say, study = export.say, export.study
    variables = list(dict.fromkeys(name for source in study.sources for name in source.variables))
    headings = [
        (say("source"), 20), (say("title"), 36), (say("kind"), 14), (say("cases"), 26), (say("date"), 12),
        (say("length"), 9), (say("transcript"), 12), (say("participants"), 14), (say("excerpts"), 10),
        (say("finished by"), 18),
    ]  # fmt: skip
    lengths, coded = recorded(export.material), Counter(_certain(export))

    def line(source: Source) -> tuple[Content, ...]:
        cases = [study.case_by_id[case].name for case in source.cases if case in study.case_by_id]
        read = say("yes") if source.id in export.material.transcripts else say("no")
        people = len(speaking(study, export.material, source))
        state = export.folded.get(source.id)
        finished = ", ".join(sorted(state.finished)) if state else ""
        known = source.id, source.title, say(source.kind), ", ".join(cases), source.date, clock(lengths.get(source.id))
        return (*known, read, people, coded[source.id], finished, *(source.variables.get(n, "") for n in variables))

    return Table(
        say("Sources"), _ours(headings, variables), [line(source) for source in study.sources], len(study.sources)
    )


def _certain(export: MatrixExport) -> Iterator[str]:
    return (excerpt.source.id for excerpt in export.excerpts if not excerpt.uncertain)


def _participants(export: MatrixExport) -> Table:
    """Who speaks for which case, case by case; moderators speak for none."""
    say, study = export.say, export.study
    variables = list(dict.fromkeys(name for person in study.participants for name in person.variables))
    headings = [
        (say("case"), 22), (say("participant"), 18), (say("role"), 14), (say("source"), 22), (say("speaker"), 12),
        (say("excerpts"), 10),
    ]  # fmt: skip
    spoke = Counter(_spoke(export.excerpts))
    order: Mapping[str, int] = {case.id: number for number, case in enumerate(study.cases)}

    def line(case: str, source: Source, person: Participant) -> tuple[Content, ...]:
        name = study.case_by_id[case].name if case in study.case_by_id else case
        said = name, person.id, say(person.role), source.id, person.speaker, spoke[source.id, person.id]
        return (*said, *(person.variables.get(name, "") for name in variables))

    found = [
        (case, source, person)
        for source in study.sources
        for person in speaking(study, export.material, source)
        for case in ((person.case,) if person.case else source.cases or ("",))
    ]
    found.sort(key=lambda one: order.get(one[0], len(order)))
    return Table(say("Participants"), _ours(headings, variables), [line(*one) for one in found], len(found))


def _spoke(excerpts: Iterable[Excerpt]) -> Iterator[tuple[str, str]]:
    for excerpt in excerpts:
        yield from ((excerpt.source.id, who) for who in excerpt.participants)


def _method(export: MatrixExport) -> Table:
    say, lines = export.say, method_lines(export)
    return Table(say("Method"), _ours([(say("what"), 34), (say("how"), 90)]), lines, len(lines), filters=False)


def _ours(headings: Sequence[tuple[str, int]], variables: Sequence[str] = ()) -> list[tuple[str, int]]:
    """Our headings with a capital letter, then those of the study's own columns, as the study writes them."""
    return [*((capital(name), width) for name, width in headings), *((name, 18) for name in variables)]
