"""Agreement from codings: units, who is compared on what, the command and its workbook."""

from __future__ import annotations

import math

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.analysis.compared import Wanted, compare
from qualkit.analysis.excerpts import states
from qualkit.analysis.grid import Grid, Measuring, added_up
from qualkit.analysis.reliability import FIGURES, OVERALL, Reliability, reliability
from qualkit.cli import output
from qualkit.coding.agreement import COEFFICIENTS, LEVELS, agreement
from qualkit.coding.anchor import make_anchor
from qualkit.coding.intervals import drawn, interval
from qualkit.coding.unitising import alpha_u
from qualkit.coding.units import UNITS, in_line, span_of
from qualkit.model.act import Act
from qualkit.model.codebook import Code, Codebook, Theme
from qualkit.model.source import Source
from qualkit.model.study import Material, Study
from qualkit.model.transcript import Segment, Transcript
from tests.conftest import StudyHere

# Units


def units_of(transcript: Transcript, unit: str) -> list[str]:
    line = in_line(transcript)
    return [line.text[begin:end] for begin, end in UNITS[unit][1](line)]


TALK = Transcript(
    "t",
    (
        Segment("s1", "Hej. Vad gör du?", "A"),
        Segment("s2", "Jag läser.", "B"),
        Segment("s3", "Och skriver! Mycket.", "B"),
        Segment("s4", "", "A"),
        Segment("s5", "Ingen vet vem.", None),
        Segment("s6", "Heller inte här.", None),
        Segment("s7", "Jaså.", "A"),
    ),
)


def test_units_of_a_transcript() -> None:
    spoken = ["Hej. Vad gör du?", "Jag läser.", "Och skriver! Mycket.", "Ingen vet vem.", "Heller inte här.", "Jaså."]
    assert units_of(TALK, "segment") == spoken
    assert units_of(TALK, "turn") == [spoken[0], spoken[1] + spoken[2], *spoken[3:]]
    assert units_of(TALK, "sentence") == [
        *(
            "Hej.",
            "Vad gör du?",
            "Jag läser.",
            "Och skriver!",
            "Mycket.",
            "Ingen vet vem.",
            "Heller inte här.",
            "Jaså.",
        ),
    ]
    assert units_of(TALK, "source") == ["".join(spoken)]
    assert units_of(Transcript("e", ()), "source") == []
    assert "".join(units_of(TALK, "character")) == "".join(spoken)


def test_an_excerpt_is_its_words_without_the_blanks_around_them() -> None:
    line = in_line(TALK)
    begin, end = span_of(line, make_anchor(TALK, 0, 4, 2, 4)) or (0, 0)
    assert line.text[begin:end] == "Vad gör du?Jag läser.Och"
    assert span_of(line, make_anchor(TALK, 0, 4, 0, 5)) is None


# From codings to figures, against lists of characters


def made(
    texts: list[list[str]], codings: list[tuple[str, int, int, int, str]], finished: list[tuple[str, int]]
) -> tuple[Study, Material]:
    """A study in memory: texts as paragraphs; codings as coder, text, begin, end (in the line), code."""
    codes = tuple(Code(id, id, "t") for id in ("a", "b"))
    sources = tuple(Source(f"d{number}") for number in range(len(texts)))
    study = Study(codebook=Codebook(themes=(Theme("t", "t", codes=codes),)), sources=sources)
    transcripts = {
        f"d{number}": Transcript(f"d{number}", tuple(Segment(f"p{n}", text) for n, text in enumerate(paragraphs, 1)))
        for number, paragraphs in enumerate(texts)
    }
    acts: dict[str, list[Act]] = {source.id: [] for source in sources}
    for number, (coder, text, begin, end, code) in enumerate(codings):
        transcript = transcripts[f"d{text}"]
        anchor = make_anchor(transcript, *place(transcript, begin), *place(transcript, end - 1, behind=1))
        acts[f"d{text}"].append(Act(f"{number:032x}", "", coder, "code", anchor=anchor, code=code))
    for number, (coder, text) in enumerate(finished):
        acts[f"d{text}"].append(Act(f"f{number:031x}", "", coder, "finish"))
    return study, Material(transcripts, {source: tuple(done) for source, done in acts.items()})


def place(transcript: Transcript, position: int, behind: int = 0) -> tuple[int, int]:
    for number, segment in enumerate(transcript.segments):
        if position < len(segment.text):
            return number, position + behind
        position -= len(segment.text)
    raise AssertionError("behind the end")


def found(study: Study, material: Material, measuring: Measuring, wanted: Wanted | None = None) -> Reliability:
    return reliability(compare(study, material, states(study, material), wanted or Wanted()), measuring)


TEXTS = [["aaaaaa", "bbb"], ["cccccccc", "dd", "eeeee"]]
LENGTHS = [9, 15]
marks = st.tuples(
    st.sampled_from(["anna", "bo", "cia"]),
    st.integers(0, 1),
    st.integers(0, 14),
    st.integers(1, 9),
    st.sampled_from("ab"),
).filter(lambda one: one[2] < LENGTHS[one[1]])


@settings(deadline=None)
@given(st.lists(marks, min_size=1, max_size=12), st.booleans(), st.booleans())
def test_characters_in_runs_are_characters_one_by_one(
    marked: list[tuple[str, int, int, int, str]], uncoded: bool, count: bool
) -> None:
    codings = [(who, text, begin, min(begin + long, LENGTHS[text]), code) for who, text, begin, long, code in marked]
    coders = ["anna", "bo", "cia"]
    study, material = made(TEXTS, codings, [(coder, text) for coder in coders for text in (0, 1)])
    result = found(study, material, Measuring("character", uncoded, count))
    tables = {}
    for code in "ab":
        values = {(coder, text): [0] * LENGTHS[text] for coder in coders for text in (0, 1)}
        for who, text, begin, end, _ in {one for one in codings if one[4] == code}:
            for position in range(begin, end):
                values[who, text][position] += 1
        tables[code] = [[*values[coder, 0], *values[coder, 1]] for coder in coders]
    kept = [any(tables[code][c][n] for code in "ab" for c in range(3)) or uncoded for n in range(24)]
    most = max(value for table in tables.values() for row in table for value in row)
    assert result.units == sum(kept)
    for row in result.rows[:-1]:
        table = [[value if count else min(value, 1) for value, keep in zip(line, kept, strict=True) if keep]
                 for line in tables[row.key]]  # fmt: skip
        for name in COEFFICIENTS:
            expected = agreement(table, name, categories=range(most + 1 if count else 2) if most else (0, 1)).value
            ours = row.figures[name].value
            assert ours is expected is None or ours == pytest.approx(expected, abs=1e-9), (row.key, name)
        assert row.coded == tuple(sum(value > 0 for value in line) for line in table)
        assert row.by_all == sum(all(values) for values in zip(*table, strict=True))
        assert row.by_any == sum(any(values) for values in zip(*table, strict=True))
    assert {row.key for row in result.rows[:-1]} | set(result.unused) == {"a", "b"}


@settings(deadline=None)
@given(st.lists(marks, min_size=1, max_size=12), st.booleans())
def test_a_draw_of_one_segment_alone_has_the_letters_of_that_segment(
    marked: list[tuple[str, int, int, int, str]], uncoded: bool
) -> None:
    codings = [(who, text, begin, min(begin + long, LENGTHS[text]), "a") for who, text, begin, long, _ in marked]
    study, material = made(TEXTS, codings, [(coder, text) for coder in ("anna", "bo", "cia") for text in (0, 1)])
    compared = compare(study, material, states(study, material), Wanted())
    grid = Grid(compared, Measuring("character", uncoded))
    plain = grid.plain([0, 2])
    coded = grid.coded(compared.marks, [0, 2], plain)
    each = np.eye(len(plain.lines))
    alone = coded.drawn(each, added_up(each, plain.lines))

    def said(who: str, text: int, at: int) -> bool:
        return any(c[0] == who and c[1] == text and c[2] <= at < c[3] for c in codings)

    expected = []
    for text, begin, end in [(0, 0, 6), (0, 6, 9), (1, 0, 8), (1, 8, 10), (1, 10, 15)]:  # the segments of TEXTS
        here = [at for at in range(begin, end) if uncoded or any(said(who, text, at) for who in ("anna", "bo", "cia"))]
        if here:
            expected.append((len(here), sum(said("anna", text, at) != said("cia", text, at) for at in here)))
    assert list(zip(alone.pairable.tolist(), alone.differing.tolist(), strict=True)) == expected
    assert np.allclose(alone.lines.sum(axis=0), coded.sums().lines)


@settings(deadline=None)
@given(st.lists(marks, min_size=1, max_size=12), st.sampled_from(["segment", "sentence", "turn", "source"]))
def test_a_unit_is_coded_where_a_letter_of_it_is(marked: list[tuple[str, int, int, int, str]], unit: str) -> None:
    codings = [(who, text, begin, min(begin + long, LENGTHS[text]), code) for who, text, begin, long, code in marked]
    coders = ["anna", "bo", "cia"]
    study, material = made(TEXTS, codings, [(coder, text) for coder in coders for text in (0, 1)])
    result = found(study, material, Measuring(unit))
    spans = [(text, *span) for text in (0, 1) for span in UNITS[unit][1](in_line(material.transcripts[f"d{text}"]))]
    assert result.units == len(spans)
    for row in result.rows[:-1]:
        table = [
            [
                int(
                    any(
                        c[0] == coder and c[1] == text and c[4] == row.key and c[2] < end and c[3] > begin
                        for c in codings
                    )
                )
                for text, begin, end in spans
            ]
            for coder in coders
        ]
        for name in COEFFICIENTS:
            expected, ours = agreement(table, name, categories=(0, 1)).value, row.figures[name].value
            assert ours is expected is None or ours == pytest.approx(expected, abs=1e-9), (row.key, name)


@pytest.mark.parametrize("level", LEVELS)
def test_counts_of_excerpts_are_values_with_distances(level: str) -> None:
    counts = {"anna": [1, 2, 4, 0], "bo": [1, 3, 2, 0]}
    codings = [
        (who, text, at, at + 1, "a") for who, each in counts.items() for text, n in enumerate(each) for at in range(n)
    ]
    study, material = made([["x" * 9]] * 4, codings, [(who, text) for who in counts for text in range(4)])
    row = found(study, material, Measuring("source", count=True, level=level)).rows[0]
    table = list(counts.values())
    assert row.figures["alpha"].value == pytest.approx(agreement(table, level=level, categories=range(5)).value)
    assert row.figures["percent"].value == 0.5 and row.figures["bp"].value == pytest.approx(1 - 0.5 / (1 - 1 / 5))


def test_alpha_u_takes_texts_one_after_the_other() -> None:
    codings = [("anna", 1, 2, 8, "a"), ("bo", 1, 4, 9, "a")]
    study, material = made([["x" * 9], *TEXTS[1:]], codings, [(coder, 1) for coder in ("anna", "bo")])
    row = found(study, material, Measuring()).rows[0]
    assert row.figures["alpha_u"].value == alpha_u([[[2, 6]], [[4, 5]]], 0, 15).value
    assert "5 sources or more to draw from, not 1" in row.figures["alpha_u"].why_no_interval


def test_alpha_u_and_its_interval_leave_out_what_a_coder_did_not_work_on() -> None:
    coders, texts = ("anna", "bo", "cia"), [[letter * 12] for letter in "uvwxyz"]
    codings = [(who, text, 2 + text % 3 * n, 6 + text, "a") for text in range(6) for n, who in enumerate(coders)]
    whole = made(texts[1:], [(who, text - 1, *rest) for who, text, *rest in codings if text], [])
    part = made(texts, [one for one in codings if one[1] or one[0] != "cia"], [])
    wanted = Wanted(unfinished=True)
    one, other = (found(*study, Measuring(), wanted).rows[0].figures["alpha_u"] for study in (whole, part))
    assert one.low is not None and one.low < one.high
    assert (other.value, other.low, other.high) == pytest.approx((one.value, one.low, one.high))


# The command, on the ten segments of Krippendorff 2004, p. 224: percent .6, alpha .095

ANNA, BO = [0, 1], [1, 2, 5, 7]
NUMBERS = ("ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio")
TEN = "\n\n".join(f"Stycke nummer {word}." for word in NUMBERS)


def code(
    study: StudyHere, source: str, coder: str, places: list[int], code: str = "id.bankid", *, end: int = 0
) -> None:
    transcript = study.transcript(source)
    acts = [
        Act("", "", coder, "code", code=code,
            anchor=make_anchor(transcript, at, 0, at, end or len(transcript.segments[at].text)))
        for at in places
    ]  # fmt: skip
    study.act(source, *acts, coder=coder)


def finish(study: StudyHere, source: str, *coders: str) -> None:
    for coder in coders:
        study.act(source, Act("", "", coder, "finish"), coder=coder)


@pytest.fixture
def ten(study: StudyHere) -> StudyHere:
    """Ten paragraphs; anna and bo have coded them and finished."""
    study.sources("d;=Stycken;document;Huddinge;;;;", "e;Annat;document;Huddinge;;;;")
    study.document("d", TEN + "\n")
    code(study, "d", "anna", ANNA)
    code(study, "d", "bo", BO)
    code(study, "d", "anna", [4], "ut.skriva")
    code(study, "d", "bo", [4], "ut.skriva")
    finish(study, "d", "anna", "bo")
    return study


def figures(study: StudyHere, *words: str) -> dict[str, list[str]]:
    """The first cells of each line of the table."""
    ran = study.run("agree", *words)
    assert ran.code == 0, ran.text
    lines = ran.out.split("\n\n")[1].splitlines()
    return {line.split()[0]: line.split() for line in lines if line and not line.startswith("─")}


def test_agree_shows_the_figures_of_each_code_and_overall(ten: StudyHere) -> None:
    shown = figures(ten)
    assert shown["code"] == ["code", "both/any", "agree", "alpha", "95", "%", "kappa", "alpha-U", "match"]
    assert list(shown) == ["code", "id.bankid", "ut.skriva", "overall"]
    # kappa: 1 - .4 / (1 - (.2 * .4 + .8 * .6)); match: the excerpt of both, of six
    assert shown["id.bankid"][1:5] == ["1/5", "60", "%", "0.10"]
    assert shown["id.bankid"][6] == "to" and shown["id.bankid"][8] == "0.09"
    assert shown["id.bankid"][-2:] == ["33", "%"]
    # no interval: in more than a third of the draws of ten, the one unit with the code is not there
    assert shown["ut.skriva"][1:7] == ["1/1", "100", "%", "1.00", "-", "1.00"]
    # pooled: 1 - (.4 + 0) / (.44 + .18)
    assert shown["overall"][1:4] == ["2/6", "80", "%"] and shown["overall"][8] == "0.35"
    ran = ten.run("agree")
    assert "unit: segment" in ran.out and "1 source, 10 units: coded or not" in ran.out
    assert "- 95 % of alpha of ut.skriva: coded too seldom" in ran.out
    assert "used by nobody, and left out: id.losen" in ran.out
    assert "not compared, no transcript: e" in ran.err


def test_a_narrow_screen_shows_the_main_figures_side_by_side(ten: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "screen", lambda _: 60)
    ran = ten.run("agree")
    assert ran.out.count("\ncode") == 1 and "alpha-U" not in ran.out and "match" not in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 60
    assert "--all" in ran.out and ten.run("agree", "--all").out.count("\ncode") > 1


def test_many_codes_without_a_figure_are_not_all_named(ten: StudyHere) -> None:
    codes = "".join(f"      - {{id: c{n}, name: K{n}, definition: d}}\n" for n in range(8))
    book = ten.root / "codebooks" / "codebook.yaml"
    theme = f"  - id: nya\n    name: Nya\n    codes:\n{codes}questions:"
    book.write_text(book.read_text(encoding="utf-8").replace("questions:", theme), encoding="utf-8")
    for n in range(8):
        code(ten, "d", "anna", [9], f"c{n}")
    assert "- 95 % of alpha of ut.skriva, c0, c1, c2, c3 and 4 more: coded too seldom" in ten.run("agree").out


def test_every_coefficient_is_there_when_asked_for(ten: StudyHere) -> None:
    ran = ten.run("agree", "--all", "--code", "id.bankid")
    heads = " ".join(line for line in ran.out.splitlines() if line.startswith("code"))
    assert all(
        f"  {head} " in f"{heads} " for head in ("agree", "kappa", "pi", "BP", "AC1", "alpha", "alpha-U", "match")
    )
    assert heads.count("95 %") == 7
    row = next(line for line in ran.out.splitlines() if line.startswith("id.bankid"))
    # pi 1 - .4/.42, BP 1 - .4/.5, AC1 1 - .4/.58
    assert " 0.05 " in row and " 0.20 " in row and " 0.31 " in row
    assert "used by nobody" not in ran.out


def test_units_that_nobody_coded_can_be_left_out(ten: StudyHere) -> None:
    shown = figures(ten, "--without-uncoded")
    # six paragraphs hold some code: of them bankid is at one with both, at four with one, and at one with none
    assert shown["id.bankid"][1:4] == ["1/5", "33", "%"]
    assert "6 units: those that somebody coded" in ten.run("agree", "--without-uncoded").out
    only = figures(ten, "--without-uncoded", "--code", "id.bankid")
    assert only["id.bankid"] == shown["id.bankid"], "uncoded means: with no code of the codebook"


def test_units_are_chosen(ten: StudyHere) -> None:
    assert figures(ten, "--unit", "source")["id.bankid"][1:4] == ["1/1", "100", "%"]
    letters = len(TEN.replace("\n\n", ""))
    assert f"{letters} units" in ten.run("agree", "--unit", "character").out
    assert "from segments drawn anew" in ten.run("agree", "--unit", "character").out
    assert "unit: sentence (sentences within" in ten.run("agree", "--unit", "sentence").out
    ran = ten.run("agree", "--unit", "word")
    assert ran.code == 1 and "no unit 'word'" in ran.err and "character, segment, turn, sentence, source" in ran.err


def test_counts_are_compared_where_asked_for(ten: StudyHere) -> None:
    for level in ("ordinal", "interval"):
        ran = ten.run("agree", "--unit", "source", "--count", "--level", level)
        assert ran.code == 0 and "how many excerpts" in ran.out and f"alpha: {level}" in ran.out
        row = next(line for line in ran.out.splitlines() if line.startswith("id.bankid")).split()
        assert row[1:4] == ["1/1", "0", "%"] and row[4] == "0.00"  # one unit: 2 against 4
    ran = ten.run("agree", "--level", "ratio")
    assert ran.code == 1 and "nominal, ordinal, interval" in ran.err


def test_themes_are_rows_where_asked_for(ten: StudyHere) -> None:
    code(ten, "d", "anna", [8], "id.losen")
    assert list(figures(ten)) == ["code", "id.bankid", "id.losen", "ut.skriva", "overall"]
    shown = figures(ten, "--themes")
    assert list(shown) == ["theme", "id", "ut", "overall"] and shown["id"][1] == "1/6"
    assert "added up over the themes" in ten.run("agree", "--themes").out
    assert sheet(workbook(ten, "--themes"), "Agreement")[0]["Theme"] == "id"
    assert list(figures(ten, "--code", "ut", "--code", "id.losen")) == ["code", "id.losen", "ut.skriva", "overall"]
    ran = ten.run("agree", "--code", "nej")
    assert ran.code == 1 and "no code or theme 'nej'" in ran.err


def test_excerpts_match_that_overlap_enough(study: StudyHere) -> None:
    study.sources("d;D;document;Huddinge;;;;")
    study.document("d", "0123456789\n\nabcdefghij\n")
    code(study, "d", "anna", [0, 1])
    code(study, "d", "bo", [0], end=6)  # 6 letters of 10
    finish(study, "d", "anna", "bo")
    assert figures(study, "--overlap", "60")["id.bankid"][-2:] == ["67", "%"]
    assert figures(study, "--overlap", "61")["id.bankid"][-2:] == ["0", "%"]
    assert "overlap by 60 % or more" in study.run("agree", "--overlap", "60").out
    for wrong in ("0", "101"):
        assert study.run("agree", "--overlap", wrong).code == 1


def test_only_finished_sources_count_unless_asked(ten: StudyHere) -> None:
    ten.document("e", TEN + "\n")
    code(ten, "e", "anna", [0])
    code(ten, "e", "bo", [0])
    finish(ten, "e", "anna")
    ran = ten.run("agree")
    assert "1 source, 10 units" in ran.out and "not compared, not finished by bo: e" in ran.err
    ran = ten.run("agree", "--unfinished")
    assert "2 sources, 20 units" in ran.out and "not compared" not in ran.err
    finish(ten, "e", "bo")
    assert "2 sources, 20 units" in ten.run("agree").out
    assert "1 source, 10 units" in ten.run("agree", "--source", "e").out
    ran = ten.run("agree", "--source", "x")
    assert ran.code == 1 and "there is no source 'x'" in ran.err


def test_a_coder_who_was_not_at_work_is_missing_not_silent(ten: StudyHere) -> None:
    ten.document("e", TEN + "\n")
    code(ten, "e", "bo", BO)
    code(ten, "e", "cia", ANNA)
    ran = ten.run("agree", "anna", "bo", "cia")
    assert ran.code == 1 and "no source that anna and bo and cia have all finished" in ran.err
    assert "--unfinished" in ran.err
    shown = figures(ten, "anna", "bo", "cia", "--unfinished", "--code", "id.bankid")
    # in each source two of them agree on six of ten: nothing else is compared
    assert shown["id.bankid"][1:4] == ["2/10", "60", "%"]
    assert float(shown["id.bankid"][4]) == pytest.approx(alpha_of_both(), abs=0.005)
    ran = ten.run("agree", "anna", "bo", "cia", "--unfinished", "--code", "id.bankid")
    assert "alpha-U of id.bankid, overall: no source was coded by all of them" in ran.out


def alpha_of_both() -> float | None:
    lines = [[int(n in places) for n in range(10)] for places in (ANNA, BO)]
    return agreement([[*lines[0], *[None] * 10], [*lines[1], *lines[1]], [*[None] * 10, *lines[0]]]).value


def test_excerpts_that_lost_their_words_are_left_out_and_told(ten: StudyHere) -> None:
    ten.document("d", TEN.replace("nummer två", "zzz yyy xxx www") + "\n")
    ran = ten.run("agree")
    assert ran.code == 0
    # of both coders: one excerpt; its neighbours are so like each other that they could be others', too
    assert "3 excerpts uncertain and not counted: qualkit anchors" in ran.err
    assert figures(ten)["id.bankid"][1] == "0/2"


def test_only_applied_codings_count(ten: StudyHere) -> None:
    transcript = ten.transcript("d")
    for coder in ("bo", "eva"):
        anchor = make_anchor(transcript, 9, 0, 9, 6)
        ten.act("d", Act("", "", coder, "suggest", code="id.losen", anchor=anchor), coder=coder)
    assert "id.losen" not in figures(ten)
    assert "agreement of anna, bo\n" in ten.run("agree", "--unfinished").out, "suggestions are not eva's work yet"


@pytest.mark.parametrize(
    ("words", "says", "way"),
    [
        ((), "nobody has finished a source", "qualkit finish SOURCE --coder NAME"),
        (("--unfinished",), "only anna has coded anything", "--coder NAME"),
        (("anna",), "not anna alone", "name another one"),
        (("anna", "anna"), "not anna alone", "name another one"),
        (("anna", "bo"), "no coder is called 'bo'", "anna"),
    ],
)
def test_nothing_to_compare_says_what_to_do(study: StudyHere, words: tuple[str, ...], says: str, way: str) -> None:
    study.sources("d;D;document;Huddinge;;;;")
    study.document("d", TEN + "\n")
    code(study, "d", "anna", ANNA)
    ran = study.run("agree", *words)
    assert ran.code == 1 and says in ran.err and way in ran.err


def test_coders_who_coded_nothing_have_nothing_to_agree_on(ten: StudyHere) -> None:
    ran = ten.run("agree", "--code", "id.losen")
    assert ran.code == 1 and "anna, bo have coded nothing of this" in ran.err
    ten.document("e", TEN + "\n")
    finish(ten, "e", "cia", "dan", "anna")
    assert ten.run("agree", "cia", "dan").code == 1
    ran = ten.run("agree")
    assert ran.code == 1 and "qualkit agree anna bertil" in ran.err, "four coders, and no source of them all"
    code(ten, "e", "cia", [0, 1, 2])
    shown = figures(ten, "cia", "dan")  # a coder with nothing: chance would agree as often
    assert shown["id.bankid"][1:4] == ["0/3", "70", "%"] and shown["id.bankid"][8] == "0.00"


# The workbook


def workbook(study: StudyHere, *words: str) -> openpyxl.Workbook:
    """The workbook of an English study."""
    study.write("qualkit.yaml", "title: Prov\nlanguage: en\ncodebook: codebooks/codebook.yaml\ncoder: anna\n")
    file = study.root / "exports" / "a.xlsx"
    ran = study.run("agree", *words, "--to", str(file))
    assert ran.code == 0, ran.text
    return openpyxl.load_workbook(file)


def test_the_workbook_speaks_the_studys_language(ten: StudyHere) -> None:
    file = ten.root / "exports" / "a.xlsx"
    assert ten.run("agree", "--to", str(file)).code == 0
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Överensstämmelse", "Källor", "Metod"]
    first, second, overall = sheet(book, "Överensstämmelse")
    assert first["Krippendorffs alfa"] == pytest.approx(0.0952, abs=0.0001) and overall["Kod"] == "alla"
    assert "intervall för Cohens kappa" in second["Anmärkningar"] and "för sällan kodad" in second["Anmärkningar"]
    method = {line["Vad"]: line["Hur"] for line in sheet(book, "Metod")}
    assert method["Enhet"].startswith("segment: ") and "Koder som ingen använt" in method
    assert ten.run("agree", "--unit", "source", "--to", str(file)).code == 0
    first = sheet(openpyxl.load_workbook(file), "Överensstämmelse")[0]
    assert first["Cohens kappa"] == "-" and "Cohens kappa, Scotts pi" in first["Anmärkningar"]
    assert "alla kodare gav varje enhet samma värde" in first["Anmärkningar"]


def sheet(book: openpyxl.Workbook, name: str) -> list[dict[str, object]]:
    lines = list(book[name].iter_rows(values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_the_workbook_holds_every_figure(ten: StudyHere) -> None:
    book = workbook(ten)
    assert book.sheetnames == ["Agreement", "Sources", "Method"]
    first, second, overall = sheet(book, "Agreement")
    assert (first["Code"], first["Name"], overall["Code"]) == ("id.bankid", "BankID", OVERALL)
    assert (first["Units coded by anna"], first["Units coded by bo"], first["by all"], first["by any"]) == (2, 4, 1, 5)
    assert first["percent agreement"] == 0.6 and first["Krippendorff's alpha"] == pytest.approx(0.0952, abs=0.0001)
    assert first["Krippendorff's alpha, low"] < 0 < first["Krippendorff's alpha, high"]
    assert set(FIGURES.values()) <= set(first)
    assert (first["Matching excerpts"], first["Excerpts"], first["Share matching"]) == (
        2,
        6,
        pytest.approx(1 / 3, abs=1e-6),
    )
    assert second["Cohen's kappa"] == 1 and second["Cohen's kappa, low"] == "-"
    assert "interval of Cohen's kappa" in second["Remarks"] and "coded too seldom" in second["Remarks"]
    sources = sheet(book, "Sources")
    assert [(line["Source"], line["Compared"]) for line in sources] == [("d", "yes"), ("e", "no: no transcript")]
    assert sources[0]["Title"] == "=Stycken" and sources[0]["Coders at work"] == "anna, bo"
    method = {line["What"]: line["How"] for line in sheet(book, "Method")}
    assert method["Unit"].startswith("segment") and method["Units"] == "10: all"
    assert method["Codes that nobody used"] == "id.losen" and "1000 draws" in method["Low, high"]
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)


def test_an_interval_is_that_of_the_draws(ten: StudyHere) -> None:
    first = sheet(workbook(ten), "Agreement")[0]
    table = [[int(n in places) for n in range(10)] for places in (ANNA, BO)]
    draws = [times for some in drawn(10) for times in some.tolist()]
    for name in ("kappa", "alpha", "ac1"):
        figures = [agreement(table, name, weights=times, categories=(0, 1)).value for times in draws]
        ends = interval(np.array([math.nan if value is None else value for value in figures]))
        assert ends is not None
        shown = first[f"{FIGURES[name]}, low"], first[f"{FIGURES[name]}, high"]
        assert shown == pytest.approx(ends, abs=1e-6)


def test_pairs_show_who_differs(ten: StudyHere) -> None:
    code(ten, "d", "cia", ANNA)
    finish(ten, "d", "cia")
    book = workbook(ten)
    lines = list(book["Pairs"].iter_rows(min_row=2, values_only=True))
    assert {row[:2] for row in lines} == {("anna", "bo"), ("anna", "cia"), ("bo", "cia")}
    percent = [cell.value for cell in book["Pairs"][1]].index("percent agreement")
    by_pair = {row[:3]: row[percent] for row in lines}
    assert by_pair["anna", "cia", "id.bankid"] == 1 and by_pair["anna", "bo", "id.bankid"] == 0.6
    assert by_pair["anna", "bo", OVERALL] == 0.8
    assert by_pair["anna", "cia", OVERALL] == pytest.approx((1 + 0.9) / 2)
    assert sheet(book, "Agreement")[0]["percent agreement"] == pytest.approx((1 + 0.6 + 0.6) / 3, abs=1e-6)


def test_the_same_study_gives_the_same_bytes(ten: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    made = []
    for name in ("a.xlsx", "b.xlsx"):
        assert ten.run("agree", "--to", str(ten.root / "exports" / name)).code == 0
        made.append((ten.root / "exports" / name).read_bytes())
    assert made[0] == made[1]


def test_other_formats_are_refused_before_any_work(study: StudyHere) -> None:
    ran = study.run("agree", "--to", "a.csv")
    assert ran.code == 1 and "no format is known for 'a.csv'" in ran.err and ".xlsx" in ran.err


def test_comparing_changes_nothing_in_the_study(ten: StudyHere) -> None:
    before = ten.files()
    assert ten.run("agree", "--all").code == 0
    assert ten.files() == before
