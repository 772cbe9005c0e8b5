"""A matrix is counted again in the plainest way, coding by coding: every measure, row, column, filter and zero.

Nothing here is shared with the program but the nouns, the placing of anchors and the count of words. What a filter
leaves open is tried out: each comparison that is not known may be true or false.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from qualkit.analysis.columns import study_columns
from qualkit.analysis.excerpts import coded_excerpts
from qualkit.analysis.matrix import MatrixRequest, theme_matrix
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.select import narrowed
from qualkit.analysis.where import read_where
from qualkit.coding.anchor import make_anchor
from qualkit.coding.fold import State
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.codebook import Code, Codebook, GuideQuestion, Theme
from qualkit.model.coding import STATUSES, Anchor, Asking, Coding
from qualkit.model.keyword import count_words
from qualkit.model.source import Case, Participant, Source
from qualkit.model.study import Material, Study
from qualkit.model.transcript import Segment, Transcript

CODERS, DAYS = ("anna", "bo"), ("2026-01-15", "2026-01-31", "2026-02-01")
MODERATOR = Participant("", "", "", "moderator")
Line = dict[str, Any]  # noun -> what it is; a noun that is left out is not known
Tree = tuple[Any, ...]
GONE = -1  # where a question is asked whose words are gone


@dataclass
class Here:
    study: Study
    material: Material
    folded: dict[str, State]
    lost: set[str] = field(default_factory=set)  # ids of codings whose words are gone
    marks: dict[str, list[tuple[str, int]]] = field(default_factory=dict)  # (question, segment or GONE) by source


def book(draw: st.DrawFn) -> Codebook:
    kinds = [draw(st.sampled_from(["need", "question", ""])) for _ in range(4)]
    codes = [Code(f"c{n}", f"C {n}", f"t{n // 2}", kinds[n], retired="true" if n == 3 else "") for n in range(4)]
    asks = draw(st.sampled_from([(), ("t0",), ("t0", "t1")]))
    questions = (GuideQuestion("q0", "?", asks), GuideQuestion("q1", "?", asks[1:]))
    return Codebook(themes=tuple(Theme(f"t{n}", f"T {n}", codes=tuple(codes[n * 2 : n * 2 + 2])) for n in range(2)),
                    questions=questions)  # fmt: skip


def some(draw: st.DrawFn, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in values if draw(st.booleans()))


def transcript(draw: st.DrawFn, source: str, *, spoken: bool) -> Transcript:
    voices = st.sampled_from(["S1", "S2", "S3", None] if spoken else [None])
    return Transcript(source, tuple(
        Segment(f"s{n}", f"ord{n} " + "mer " * n + "slut", draw(voices),
                *((n * 100.0, n * 100.0 + 90) if spoken else ()))
        for n in range(draw(st.integers(1, 4)))
    ))  # fmt: skip


@st.composite
def studies(draw: st.DrawFn) -> Here:
    groups, sizes = st.sampled_from(["A", "B", ""]), st.sampled_from(["5", "12"])
    cases = tuple(Case(f"01{n}0", f"Ort {n}", {"g": draw(groups), "n": draw(sizes)}) for n in range(3))
    sources, people, texts, folded, lost, marks = [], [], {}, {}, set(), {}
    for n in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["focus group", "interview", "web page"]))
        homes, day = some(draw, tuple(case.id for case in cases)), draw(st.sampled_from(["", *DAYS]))
        asked = draw(st.sampled_from([(), (), ("q0",), ("q1",)]))
        source = Source(f"x{n}", f"X {n}", kind, homes, day, asked=asked)
        sources.append(source)
        if draw(st.integers(0, 4)):
            texts[source.id] = transcript(draw, source.id, spoken=kind != "web page")
        for number, speaker in enumerate(some(draw, ("S1", "S2", "S3")) if kind != "web page" else ()):
            role = "moderator" if draw(st.integers(0, 3)) == 0 else "participant"
            home = draw(st.sampled_from([None, *(case.id for case in cases)]))
            name = f"P{number}" if draw(st.booleans()) else f"Q{n}{number}"
            job = {"job": draw(st.sampled_from(["b", "c", ""]))}
            people.append(Participant(source.id, speaker, name, role, home, job))
        codings = {}
        for number in range(draw(st.integers(2, 8))):
            coding = made(draw, source.id, texts.get(source.id), f"{source.id}-{number}")
            codings[coding.id] = coding
            if coding.anchor.first == "gone":
                lost.add(coding.id)
        ended, askings = set(draw(st.sampled_from([(), CODERS[:1], CODERS]))), {}
        marks[source.id] = marked(draw, texts.get(source.id))
        for number, (question, at) in enumerate(marks[source.id]):
            askings[f"m{number}"] = Asking(
                f"m{number}", asking(texts[source.id], at), question, draw(st.sampled_from(CODERS))
            )
        folded[source.id] = State(codings=codings, finished=ended, askings=askings)
    study = Study(codebook=book(draw), sources=tuple(sources), participants=tuple(people), cases=cases)
    acts = {source.id: tuple(Act(f"{coder}{source.id}", "", coder, "finish") for coder in CODERS) for source in sources}
    return Here(study, Material(texts, acts), folded, lost, marks)


def marked(draw: st.DrawFn, text: Transcript | None) -> list[tuple[str, int]]:
    if text is None or draw(st.booleans()):
        return []
    places = st.sampled_from([GONE, *range(len(text.segments)), *range(len(text.segments))])
    return draw(st.lists(st.tuples(st.sampled_from(["q0", "q1"]), places), max_size=3))


def asking(text: Transcript, at: int) -> Anchor:
    gone = Anchor("gone", 0, "gone", 9, "zzz qqq xxx")
    return gone if at == GONE else make_anchor(text, at, 0, at, len(text.segments[at].text))


def made(draw: st.DrawFn, source: str, text: Transcript | None, id: str) -> Coding:
    if text is None or draw(st.integers(0, 11)) == 0:
        anchor = Anchor("gone", 0, "gone", 9, "zzz qqq xxx")
    else:
        first = draw(st.integers(0, len(text.segments) - 1))
        last = min(first + draw(st.integers(0, 2)), len(text.segments) - 1)
        begin, end = draw(st.sampled_from([0, 4])), draw(st.sampled_from([1, 4, len(text.segments[last].text)]))
        anchor = make_anchor(text, first, begin if end > begin else 0, last, end)
    code, status = f"c{draw(st.integers(0, 3))}", draw(st.sampled_from([*STATUSES, "applied", "applied"]))
    return Coding(
        id, source, anchor, code, draw(st.sampled_from(CODERS)), f"{draw(st.sampled_from(DAYS))}T12:00:00Z", status
    )


# --- filters, in words and as a tree

FIELDS = {
    "municipality": "case", "g": "case", "n": "case", "source": "source", "kind": "source", "date": "source",
    "participant": "participant", "job": "participant", "role": "participant",
    "code": "code", "theme": "code", "code.kind": "code", "status": "status", "coder": "coder", "coded": "coded",
    "question": "question",
}  # fmt: skip


def value(name: str, line: Line) -> str:
    one = line[FIELDS[name]]
    if one is None or isinstance(one, str):
        return one or ""
    if isinstance(one, Case | Source) and name in ("municipality", "source"):
        return one.id
    if name == "participant":
        return str(one.id)
    if name in ("g", "n", "job"):
        return str(one.variables.get(name, ""))
    return str(one.id if name == "code" else getattr(one, name.rpartition(".")[2]))


def values(here: Here, name: str) -> list[str]:
    study, noun = here.study, FIELDS[name]
    ones: list[Any] = {
        "case": study.cases, "source": study.sources, "code": study.codebook.codes.values(), "status": STATUSES,
        "coder": CODERS, "coded": DAYS, "participant": [p for s in study.sources for p in speaking(here, s)],
        "question": ("q0", "q1"),
    }[noun]  # fmt: skip
    return sorted({value(name, {noun: one}) for one in ones})


@st.composite
def filters(draw: st.DrawFn, here: Here, names: list[str], most: int) -> tuple[Tree | None, str]:
    trees = [draw(comparisons(here, names)) for _ in range(draw(st.integers(0 if most > 1 else 1, most)))]
    while len(trees) > 1:
        (first, one), (second, two) = trees.pop(), trees.pop()
        word = draw(st.sampled_from(["and", "or"]))
        trees.append(((word, first, second), f"({one} {word} {two})"))
        if draw(st.integers(0, 3)) == 0:
            tree, text = trees.pop()
            trees.append((("not", tree), f"not {text}"))
    return trees[0] if trees else (None, "")


@st.composite
def comparisons(draw: st.DrawFn, here: Here, names: list[str]) -> tuple[Tree, str]:
    name = draw(st.sampled_from(names))
    known = values(here, name)
    signs = ["=", "!=", "in", "not in", *(["<", "<=", ">", ">="] if name in ("n", "date", "coded") else [])]
    sign = draw(st.sampled_from(signs))
    if "in" in sign:
        wanted = draw(st.lists(st.sampled_from([*known, ""]), min_size=1, max_size=2))
        return (sign, name, wanted), f"{name} {sign} ({', '.join(map(quoted, wanted))})"
    several = ["2026-01", "2026"] if name in ("date", "coded") else ["7"] if name == "n" and sign[0] in "<>" else []
    wanted = [draw(st.sampled_from([*(one for one in known if one), *several] or [""]))]
    if wanted == [""] and sign not in ("=", "!="):
        sign = "="
    return (sign, name, wanted), f"{name} {sign} {quoted(wanted[0])}"


def quoted(text: str) -> str:
    return f'"{text}"'


def outcomes(tree: Tree | None, line: Line) -> set[bool]:
    """What a filter may say of a line."""
    if tree is None:
        return {True}
    if tree[0] == "not":
        return {not one for one in outcomes(tree[1], line)}
    if tree[0] in ("and", "or"):
        pairs = product(outcomes(tree[1], line), outcomes(tree[2], line))
        return {(one and two) if tree[0] == "and" else (one or two) for one, two in pairs}
    sign, name, wanted = tree
    if FIELDS[name] not in line:
        return {True, False}
    if name == "question":
        return {any(one in wanted for one in line["question"] or ("",)) == (sign in ("=", "in"))}
    has = value(name, line)
    if sign in ("=", "!=", "in", "not in"):
        days = name in ("date", "coded")
        fits = any(has == one or (days and one and has[: len(one)] == one) for one in wanted)
        return {fits == (sign in ("=", "in"))}
    if not has:
        return {False}
    here, there = (float(has), float(wanted[0])) if name == "n" else (has[: len(wanted[0])], wanted[0])
    return {{"<": here < there, "<=": here <= there, ">": here > there, ">=": here >= there}[sign]}  # type: ignore[operator]


def nouns(tree: Tree | None) -> set[str]:
    if tree is None:
        return set()
    return set().union(*map(nouns, tree[1:])) if tree[0] in ("and", "or", "not") else {FIELDS[tree[1]]}


# --- counting again


def speaking(here: Here, source: Source) -> list[Participant]:
    rows = {one.speaker: one for one in here.study.participants if one.source == source.id}
    text = here.material.transcripts.get(source.id)
    labels = {segment.speaker for segment in text.segments if segment.speaker} - set(rows) if text else set()
    strangers = [Participant(source.id, str(label), f"{source.id}/{label}") for label in labels]
    return [one for one in rows.values() if one.role != "moderator"] + strangers


@dataclass
class Question:
    """What is asked of the matrix, with its filters as trees."""

    by: tuple[str, ...]
    columns: tuple[str, ...]
    where: Tree | None
    groups: tuple[tuple[Tree | None, str], ...]
    moderator: bool
    statuses: tuple[str, ...]
    coders: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def personal(self) -> bool:
        asked = nouns(self.where).union(*(nouns(tree) for tree, _ in self.groups))
        return "participant" in asked | ({FIELDS[name] for name in self.by} if not self.groups else set())

    def rows(self, line: Line) -> list[str]:
        if self.groups:
            return [text for tree, text in self.groups if outcomes(tree, line) == {True}]
        return ["\x1f".join(value(name, line) for name in self.by or ("municipality",))]

    def column(self, code: Code) -> str:
        parts = {"theme": code.theme, "code": code.id, "kind": code.kind}
        return "\x1f".join(parts[name] for name in self.columns)

    def takes(self, code: Code) -> bool:
        return not self.kinds or code.kind in self.kinds


def possible_lines(here: Here, q: Question) -> dict[str, list[Line]]:
    """Row -> who could speak there, in which source, for which case."""
    by_id = here.study.case_by_id
    found: dict[str, list[Line]] = defaultdict(list)
    for source in here.study.sources:
        homes = [by_id[one] for one in source.cases] or [None]
        people = speaking(here, source)
        lines = [(by_id[one.case] if one.case else home, one) for one in people for home in homes]
        text = here.material.transcripts.get(source.id)
        unsaid = text is not None and any(segment.speaker is None for segment in text.segments)
        if not people or unsaid or (source.cases and not q.personal):
            lines += [(home, None) for home in homes]
        if q.moderator and any(one.source == source.id and one.moderator for one in here.study.participants):
            lines += [(home, MODERATOR) for home in homes]
        for home, person in lines:
            line = {"case": home, "source": source, "participant": person}
            if True in outcomes(q.where, line):
                for row in q.rows(line):
                    found[row].append(line)
    return found


@dataclass
class Behind:
    excerpts: set[Any] = field(default_factory=set)
    timed: set[Any] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    words: dict[Any, int] = field(default_factory=dict)

    def count(self, measure: str) -> int:
        return {
            "sources": len(self.sources), "participants": len(self.people), "words": sum(self.words.values()),
            "presence": int(bool(self.excerpts)), "per-hour": len(self.timed),
        }.get(measure, len(self.excerpts))  # fmt: skip


def voices(here: Here, source: Source, anchor: Anchor) -> list[tuple[Participant | None, Any, int, bool]]:
    """(person, speaker, words, only moderators) of each voice."""
    segments = here.material.transcripts[source.id].segments
    ids = [segment.id for segment in segments]
    rows = {one.speaker: one for one in here.study.participants if one.source == source.id}
    said: dict[Any, int] = {}
    asked = 0
    for at in range(ids.index(anchor.first), ids.index(anchor.last) + 1):
        begin = anchor.first_offset if ids[at] == anchor.first else 0
        end = anchor.last_offset if ids[at] == anchor.last else None
        words = segments[at].text[begin:end]
        speaker = segments[at].speaker
        if speaker in rows and rows[speaker].moderator:
            asked += count_words(words)
        elif words.strip():
            said[speaker] = said.get(speaker, 0) + count_words(words)
    if not said:
        return [(MODERATOR, None, asked, True)]
    strangers = {label: Participant(source.id, label, f"{source.id}/{label}") for label in said if label}
    return [(rows.get(label) or strangers.get(label), label, words, False) for label, words in said.items()]


def counted(here: Here, q: Question) -> dict[tuple[str | None, str | None], Behind]:
    """By (row, column), (row, None), (None, column) and (None, None)."""
    found: dict[tuple[str | None, str | None], Behind] = defaultdict(Behind)
    by_id = here.study.case_by_id
    for source in here.study.sources:
        for coding in here.folded[source.id].codings.values():
            code = here.study.codebook.codes[coding.code]
            counts = coding.status in q.statuses and (not q.coders or coding.coder in q.coders) and q.takes(code)
            if coding.id in here.lost or not counts:
                continue
            span = (source.id, coding.anchor.span)
            for person, speaker, words, moderated in voices(here, source, coding.anchor):
                if moderated and not q.moderator:
                    continue
                own = person.case if person and not moderated else None
                for home in [by_id[own]] if own else [by_id[one] for one in source.cases] or [None]:
                    line = {"case": home, "source": source, "participant": person}
                    coded = {"code": code, "status": coding.status, "coder": coding.coder, "coded": coding.time[:10]}
                    coded["question"] = answered(here, source, coding.anchor.first)
                    if outcomes(q.where, line | coded) != {True}:
                        continue
                    for row in q.rows(line):
                        for key in product((row, None), (q.column(code), None)):
                            cell = found[key]
                            cell.excerpts.add(span)
                            cell.sources.add(source.id)
                            cell.words[span, speaker] = words
                            if person and not moderated:
                                cell.people.add(person.id)
                            if source.kind != "web page":
                                cell.timed.add(span)
    return found


def answered(here: Here, source: Source, first: str) -> tuple[str, ...]:
    """The questions of the last breath in which something was asked at this segment or before."""
    segments, marks = here.material.transcripts[source.id].segments, here.marks[source.id]
    places = {at for _, at in marks}
    at = next(n for n, segment in enumerate(segments) if segment.id == first)
    while at >= 0 and at not in places:
        at -= 1
    if at < 0:
        return ()

    def same(one: int, other: int) -> bool:
        return other in places and segments[one].speaker == segments[other].speaker is not None

    low = high = at
    while low and same(low, low - 1):
        low -= 1
    while high + 1 < len(segments) and same(high, high + 1):
        high += 1
    return tuple({question for question, at in marks if low <= at <= high})


def could_answer(here: Here, q: Question, source: Source) -> list[tuple[Line, bool]]:
    """What an excerpt of a source may answer, and whether it is marked where; nothing, if the filter does not ask."""
    if "question" not in nouns(q.where):
        return [({}, True)]
    text, marks = here.material.transcripts.get(source.id), here.marks[source.id]
    found = {answered(here, source, segment.id) for segment in text.segments} if text else set()
    lost = {question for question, at in marks if at == GONE}
    known = set(source.asked) or {question for question, _ in marks}
    spoken = text is None or any(one.speaker or one.start is not None for one in text.segments)
    unmarked = ((known or ({"q0", "q1"} if spoken else set())) - {one for those in found for one in those}) | lost
    every = [(those, True) for those in found | {()}] + [((one,), False) for one in unmarked]
    return [({"question": those}, sure) for those, sure in every]


def zero(here: Here, q: Question, lines: list[Line], codes: list[Code]) -> tuple[str, bool]:
    """(why there is nothing, whether something is not finished)."""
    there = [(line, code) for line in lines for code in codes if True in outcomes(q.where, line | {"code": code})]
    sources = {line["source"].id: line["source"] for line, _ in there}
    fitting = [
        (line | answer, code, sure)
        for line, code in there
        for answer, sure in could_answer(here, q, line["source"])
        if True in outcomes(q.where, line | answer | {"code": code})
    ]
    unread = any(not sure or not read(here, q, line, code) for line, code, sure in fitting)
    if not set(sources) & set(here.material.transcripts):
        return "no material", unread
    if unread:
        return "not yet coded", unread
    for line, code, _ in fitting:
        asked = set(line["source"].asked) or {question for question, _ in here.marks[line["source"].id]}
        about = {one.id for one in here.study.codebook.questions if code.theme in one.themes}
        if not about or not asked or about & asked:
            return "not mentioned", unread
    return "not asked", unread


def read(here: Here, q: Question, line: Line, code: Code) -> bool:
    """Whether somebody who counts would have coded it there."""
    source, state = line["source"], here.folded[line["source"].id]
    for coding in state.codings.values():
        if coding.id in here.lost and coding.status in q.statuses and (not q.coders or coding.coder in q.coders):
            known = {"source": source, "code": here.study.codebook.codes[coding.code], "status": coding.status,
                     "coder": coding.coder, "coded": coding.time[:10]}  # fmt: skip
            if True in outcomes(q.where, known):
                return False
    ended = [coder for coder in state.finished if not q.coders or coder in q.coders]
    sure = any(outcomes(q.where, line | {"code": code, "coder": one, "status": "applied"}) == {True} for one in ended)
    return "applied" in q.statuses and sure


ROWS = st.sampled_from([(), ("g",), ("kind",), ("source",), ("job",), ("participant",), ("role",), ("n", "kind"),
                        ("municipality", "job"), ("kind", "g")])  # fmt: skip
SHAPES = st.sampled_from([("theme",), ("code",), ("kind",), ("kind", "theme")])


@st.composite
def questions(draw: st.DrawFn) -> tuple[Here, Question, str]:
    here = draw(studies())
    names = [name for name in FIELDS if any(values(here, name))]
    tree, text = draw(filters(here, names + ["question"] * draw(st.sampled_from([0, 20])), 3))
    of_lines = [name for name in names if FIELDS[name] in ("case", "source", "participant")]
    groups = tuple(draw(filters(here, of_lines, 1)) for _ in range(2)) if draw(st.integers(0, 3)) == 0 else ()
    statuses = STATUSES if "status" in nouns(tree) else draw(st.sampled_from([("applied",), ("suggested", "applied")]))
    by, columns = (() if groups else draw(ROWS)), draw(SHAPES)
    coders = draw(st.sampled_from([(), (), ("bo",)]))
    kinds = draw(st.sampled_from([(), (), ("need",)]))
    if len(groups) == 2 and groups[0][1] == groups[1][1]:
        groups = ()
    by = tuple(name for name in by if name != "job" or here.study.participants)
    return here, Question(by, columns, tree, groups, draw(st.booleans()), statuses, coders, kinds), text


@settings(max_examples=120, deadline=None)
@given(questions(), st.sampled_from(list(MEASURES)))
def test_a_matrix_is_what_a_plain_count_gives(asked: tuple[Here, Question, str], measure: str) -> None:
    here, q, text = asked
    study, columns = here.study, study_columns(here.study, here.material)
    where, groups = read_where(text, columns), tuple(read_where(one, columns) for _, one in q.groups)
    found = coded_excerpts(study, here.material, here.folded, statuses=q.statuses, coders=q.coders)
    found = narrowed(study, here.material, found, where)
    request = MatrixRequest(measure, q.by, q.columns, q.kinds, q.statuses, q.coders, q.moderator, where, groups)
    try:
        result = theme_matrix(study, here.material, here.folded, found, request)
    except QualkitError as refused:
        assert "asks for moderators" in refused.what and not q.moderator
        return
    again, lines = counted(here, q), possible_lines(here, q)
    assert {key for key in again if None not in key} <= set(result.cells)
    assert set(lines) <= set(result.rows)
    added: dict[tuple[str | None, str | None], int] = defaultdict(int)
    for (row, column), cell in result.cells.items():
        behind = again.get((row, column), Behind())
        codes = [code for code in study.codebook.codes.values() if q.column(code) == column and q.takes(code)]
        why, unread = zero(here, q, lines.get(row, []), codes)
        assert cell.zero == (None if behind.excerpts else why), (row, column)
        assert cell.unfinished == (unread and bool(behind.excerpts)), (row, column)
        spans = [(found[n].source.id, found[n].anchor.span) for n in cell.excerpts]
        assert set(spans) == behind.excerpts and len(spans) == len(behind.excerpts)
        for key in product((row, None), (column, None)):
            added[key] += behind.count(measure)
    for key in added:
        figure = result.sums[key] if None in key else result.cells[key].value  # type: ignore[index]
        assert figure == approx(shared(added[key], measure, key, added, hours(here, lines)))
        if None in key:
            once, spent = again.get(key, Behind()).count(measure), hours(here, lines, once=True)
            part = once if measure.endswith("share") else shared(once, measure, key, added, spent)
            assert result.uniques.get(key, 0) == approx(part)
    for column, difference in result.differences.items():
        one, two = (result.cells[row, column] for row in list(result.rows)[:2])
        if difference is not None:
            assert difference == one.value - two.value and {one.zero, two.zero} <= {None, "not mentioned"}


def hours(here: Here, lines: dict[str, list[Line]], *, once: bool = False) -> dict[str | None, float]:
    """Hours of recording behind each row, and under None behind all: row by row, or each source once."""
    lasting = {id: (text.segments[-1].end or 0) / 3600 for id, text in here.material.transcripts.items()}
    of_rows = {row: {line["source"].id for line in those} for row, those in lines.items()}
    found: dict[str | None, float] = {row: sum(lasting.get(id, 0) for id in ids) for row, ids in of_rows.items()}
    found[None] = sum(lasting.get(id, 0) for id in set().union(*of_rows.values())) if once else sum(found.values())
    return found


def shared(
    count: int,
    measure: str,
    key: tuple[str | None, str | None],
    added: dict[tuple[str | None, str | None], int],
    spent: dict[str | None, float],
) -> float:
    """The count as the measure shows it; what nothing divides is 0."""
    over = {"row-share": added[key[0], None] / 100, "column-share": added[None, key[1]] / 100,
            "per-hour": spent.get(key[0], 0.0)}.get(measure, 1.0)  # fmt: skip
    return count / over if over else 0.0
