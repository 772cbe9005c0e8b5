"""qualkit codebook explore: words, phrases, keywords in context, what keywords meet, and how codes are used."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.analysis.code_use import always_together, code_use, untouched
from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.frequency import frequent_phrases, frequent_words
from qualkit.analysis.keyword_use import in_context, keyword_use, keywords_met, overlaps, to_try
from qualkit.analysis.passages import Passage, passages, words_said
from qualkit.analysis.stopwords import stopwords
from qualkit.analysis.stretches import Stretches
from qualkit.coding.anchor import make_anchor
from qualkit.formats.explored import explored_format
from qualkit.formats.table import Table
from qualkit.model.codebook import Code, Codebook, Theme
from qualkit.model.coding import APPLIED, REJECTED, Coding
from qualkit.model.keyword import count_words, parse_keyword, words_in
from qualkit.model.noun import replace
from qualkit.model.source import Source
from qualkit.model.study import Material, Study
from qualkit.model.transcript import Segment, Transcript
from tests.conftest import StudyHere


def said(*texts: str, source: str = "a", language: str = "sv") -> list[Passage]:
    segments = tuple(Segment(f"s{number}", text, "S1") for number, text in enumerate(texts, start=1))
    transcript = Transcript(source, segments)
    return [Passage(Source(source), transcript, number, language) for number in range(len(segments))]


def book(**keywords: list[str]) -> Codebook:
    codes = tuple(Code(id, id, "t", keywords=tuple(map(parse_keyword, words))) for id, words in keywords.items())
    return Codebook(themes=(Theme("t", "T", codes=codes),))


# words and phrases


def test_words_are_counted_without_small_ones() -> None:
    found = [*said("Jag har BankID, bankid-dosan och BankID."), *said("Är det BankID?", source="b")]
    assert [(one.text, one.times, one.sources) for one in frequent_words(found)] == [
        ("bankid", 3, 2), ("bankid-dosan", 1, 1),
    ]  # fmt: skip
    assert [one.text for one in frequent_words(found, least=2)] == ["bankid"]


def test_small_words_are_those_of_the_language_of_the_source() -> None:
    found = [*said("the och bok", language="en-GB"), *said("the och bok"), *said("the och bok", language="fi")]
    assert {one.text: one.times for one in frequent_words(found)} == {"bok": 3, "och": 2, "the": 2}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_small_words_are_written_as_keywords_see_words(language: str) -> None:
    assert len(stopwords(language)) > 150
    for word in stopwords(language):
        assert [folded for folded, _, _ in words_in(word)] == [word]
    assert not stopwords(language) & {"hjälp", "problem", "dator", "help", "computer", "library", "behöver"}


@given(st.lists(st.text("abå -,.", max_size=30), max_size=5))
@settings(max_examples=50)
def test_every_word_is_counted_once(texts: list[str]) -> None:
    found = said(*texts)
    counted = frequent_words(found, stop=lambda _: frozenset())
    assert sum(one.times for one in counted) == sum(map(count_words, texts)) == words_said(found)[0]
    assert [one.times for one in counted] == sorted((one.times for one in counted), reverse=True)


def test_phrases_begin_and_end_with_a_word_that_is_not_small() -> None:
    found = said("Vi söker jobb på datorn. Söker jobb på datorn, idag.", "söker jobb, på datorn", "söker jobb nu")
    assert {one.text: one.times for one in frequent_phrases(found)} == {"söker jobb": 4, "söker jobb på datorn": 2}


def test_a_phrase_does_not_end_with_a_small_word() -> None:
    found = said("tre böcker på svenska", "tre böcker på finska")
    assert [one.text for one in frequent_phrases(found)] == ["tre böcker"]


def test_a_phrase_that_only_stands_in_a_longer_one_is_left_out() -> None:
    found = said("ny mobil utan pengar", "ny mobil utan pengar")
    assert [one.text for one in frequent_phrases(found)] == ["ny mobil utan pengar"]
    found += said("ny mobil")
    assert [(one.text, one.times) for one in frequent_phrases(found)] == [
        ("ny mobil", 3), ("ny mobil utan pengar", 2),
    ]  # fmt: skip


# keywords


def test_a_keyword_in_context_goes_on_beside_its_segment() -> None:
    found = said("Första raden.", "Jag (skrev ut) två sidor.", "Sista raden är lång.")
    (one,) = in_context(keywords_met(found, to_try([parse_keyword("skrev ut")], "sv")), 3)
    assert (one.before, one.met.words, one.after) == ("Första raden. / Jag (", "skrev ut", ") två sidor. / Sista")
    (one,) = in_context(keywords_met(found, to_try([parse_keyword("skrev ut")], "sv")), 1)
    assert (one.before, one.after) == ("Jag (", ") två")


@given(st.lists(st.text("ab /.\n", max_size=20), min_size=1, max_size=4), st.integers(1, 6))
@settings(max_examples=50)
def test_context_is_what_stands_beside_the_words(texts: list[str], words: int) -> None:
    found = said(*texts)
    met = list(keywords_met(found, to_try([parse_keyword("a*")], "sv")))
    whole = "".join(" / ".join(texts).split())
    for one in in_context(met, words):
        assert "".join((one.before + one.met.words + one.after).split()) in whole
        assert sum("a" in word or "b" in word for word in one.before.split()) <= words
    starts = [start for text in texts for word, start, _ in words_in(text) if word.startswith("a")]
    assert [one.start for one in met] == starts


def test_what_keywords_meet() -> None:
    found = [*said("BankID och bankid.", "Bankids. Bank-ID."), *said("mobilt bankID", source="b")]
    uses = keyword_use(found, book(a=["bankid*", "mobil*"], b=["cv"]))
    assert [(one.code, one.keyword, one.times, one.sentences, sorted(one.sources)) for one in uses] == [
        ("a", "bankid*", 4, 3, ["a", "b"]), ("a", "mobil*", 1, 1, ["b"]), ("b", "cv", 0, 0, []),
    ]  # fmt: skip
    assert uses[0].forms == Counter({"bankid": 3, "bankids": 1})


def test_sentences_that_were_coded_or_rejected() -> None:
    texts = ["Bankid här. Bankid där. Bankid. Bankid nu."]
    found, excerpts, _ = coded(texts, *(("a", coder, 0, *span) for coder, *span in [
        ("anna", 0, 0, 6), ("bo", 0, 0, 3), ("bo", 12, 0, 18), ("anna", 24, 0, 30),
    ]))  # fmt: skip
    excerpts[1:] = [with_coding(excerpt, status=REJECTED) for excerpt in excerpts[1:]]
    excerpts[3] = replace(with_coding(excerpts[3], status=APPLIED), uncertain=True)
    stretches = Stretches(Material({"a": found[0].transcript}), excerpts)
    (use,) = keyword_use(found, book(a=["bankid"]), stretches)
    assert (use.sentences, use.coded, use.rejected) == (4, 1, 1)


def test_no_keyword_reaches_over_the_end_of_a_sentence() -> None:
    assert keyword_use(said("Vi ska skriva. Ut gick han."), book(a=["skriva ut"]))[0].times == 0


def test_keywords_of_two_codes_that_meet_the_same_words() -> None:
    found = said("mobilt bankid, bankid", "söka jobb")
    codebook = book(a=["bankid*", "mobilt bankid"], b=["bank*", "jobb"], c=["jobb", "Jobb", "cv"], d=["CV"])
    assert [(one.first, one.second, one.times, one.example) for one in overlaps(found, codebook)] == [
        (("a", "bankid*"), ("b", "bank*"), 2, "bankid"),
        (("a", "mobilt bankid"), ("b", "bank*"), 1, "mobilt bankid"),
        (("b", "jobb"), ("c", "jobb"), 1, "jobb"),
        (("b", "jobb"), ("c", "Jobb"), 1, "jobb"),
        (("c", "cv"), ("d", "CV"), 0, ""),
    ]


# codes


def coded(
    texts: list[str], *codings: tuple[str, str, int, int, int, int]
) -> tuple[list[Passage], list[Excerpt], Stretches]:
    """Codings as (code, coder, first segment, offset, last segment, offset)."""
    found = said(*texts)
    transcript = found[0].transcript
    source = Source("a", cases=("0126",))
    excerpts = [
        Excerpt(source, anchor, (Coding(str(number), "a", anchor, code, coder, "", APPLIED),))
        for number, (code, coder, *span) in enumerate(codings)
        for anchor in [make_anchor(transcript, *span)]
    ]
    return found, excerpts, Stretches(Material({"a": transcript}), excerpts)


def with_coding(excerpt: Excerpt, status: str) -> Excerpt:
    (coding,) = excerpt.codings
    return replace(excerpt, codings=(replace(coding, status=status),))


def test_codes_that_always_stand_together() -> None:
    _, excerpts, stretches = coded(
        ["Ett två tre fyra fem sex.", "Sju åtta nio."],
        ("a", "anna", 0, 0, 0, 7), ("b", "anna", 0, 4, 0, 11),
        ("a", "anna", 1, 0, 1, 3), ("b", "anna", 0, 20, 1, 5),
        ("c", "bo", 0, 0, 0, 25), ("c", "anna", 1, 0, 1, 3),
        ("d", "anna", 0, 0, 0, 1), ("d", "anna", 0, 2, 0, 3),
    )  # fmt: skip
    pairs = always_together(book(a=[], b=[], c=[], d=[]), excerpts, stretches)
    assert [(one.first, one.second, one.both) for one in pairs] == [("a", "b", True), ("a", "d", False)]
    assert [(one.first_with, one.first_all, one.second_with, one.second_all) for one in pairs] == [
        (2, 2, 2, 2), (1, 2, 2, 2),
    ]  # fmt: skip
    assert always_together(book(a=[], b=[], c=[], d=[]), excerpts, stretches, least=3) == []


def test_how_often_codes_are_used() -> None:
    _, excerpts, _ = coded(["Ett två tre."], ("a", "anna", 0, 0, 0, 3), ("a", "bo", 0, 4, 0, 7))
    uses = {use.code.id: use for use in code_use(book(a=[], b=[]), excerpts)}
    assert (uses["a"].codings, uses["a"].excerpts, uses["a"].sources, uses["a"].coders) == (2, 2, 1, 2)
    assert (uses["b"].codings, uses["b"].excerpts) == (0, 0)


def test_segments_that_no_code_touches() -> None:
    texts = ["Ett två tre.", "Fyra fem.", "Sex.", "Sju åtta.", "Nio."]
    found, _, stretches = coded(texts, ("a", "anna", 0, 8, 1, 4), ("a", "anna", 3, 4, 4, 0))
    (of_source,) = untouched(found, stretches)
    assert [one.segment.text for one in of_source.passages] == ["Sex.", "Nio."]
    assert (of_source.words, of_source.all_words, of_source.all_segments, of_source.begun) == (2, 9, 5, True)
    (of_source,) = untouched(found, stretches, least=2)
    assert (of_source.passages, of_source.all_segments) == ((), 3)


# the command


@pytest.fixture
def explored(study: StudyHere) -> StudyHere:
    study.sources(
        "a;Ett;interview;Huddinge;;;;", "b;Två;focus group;Haninge|Nynäshamn;;;;", "c;Tre;document;Haninge;;;;"
    )
    study.participants("a;S1;Leda;moderator;", "a;S2;P1;participant;Haninge", "b;S1;P2;participant;")
    study.spoken("a", "S1: Hur går det med BankID?", "S2: Jag glömde mitt lösenord till BankID.", "S2: Skriva ut nu.")
    study.spoken("b", "S1: Gamla telefoner och gamla datorer.", "S2: BankID krånglar för oss alla här.")
    study.document("c", "# Besök\n\nDe ville skriva ut. BankID är svårt.\n")
    return study


def explore(study: StudyHere, *words: str) -> list[list[str]]:
    """The rows of the CSV that a command writes, headings first."""
    file = study.root / "exports" / "x.csv"
    ran = study.run("codebook", "explore", *words, "--to", str(file))
    assert ran.code == 0, ran.text
    return list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig")), delimiter=";"))


def test_words_by_case_and_role(explored: StudyHere) -> None:
    headings, total, *rows = explore(explored, "words", "--by", "kommun", "--least", "1")
    assert headings == ["ord", "antal", "källor", "sökord för", "Haninge", "Nynäshamn"]
    assert total == ["alla ord", "28", "3", "", "28", "11"]
    assert rows[0] == ["bankid", "3", "3", "id.bankid", "3", "1"]
    headings, *rows = explore(explored, "words", "--by", "role")
    assert headings[4:] == ["samtalsledare", "deltagare", "(ingen)"]
    assert ["bankid", "4", "3", "id.bankid", "1", "2", "1"] in rows
    assert explore(explored, "words", "--by", "date")[0][4:] == ["(tom)"]
    assert explore(explored, "words", "--where", "participant = P1", "--least", "1")[2] == [
        "bankid", "1", "1", "id.bankid",
    ]  # fmt: skip
    assert "skriva ut" in [row[0] for row in explore(explored, "words", "--phrases", "--small")]
    shown = explored.run("codebook", "explore", "words", "--by", "kommun", "--most", "1")
    assert "all words     28       28         11" in shown.out and "more: --most" in shown.err


def test_keywords_in_context(explored: StudyHere) -> None:
    rows = explore(explored, "context", "bankid*", "--words", "2")
    assert rows[1:] == [
        ["a", "0:00:04", "s0002", "P1", "", "bankid*", "lösenord till", "BankID", ". / Skriva ut"],
        ["b", "0:00:04", "s0002", "S2", "", "bankid*", "gamla datorer. /", "BankID", "krånglar för"],
        ["c", "", "p2", "", "", "bankid*", "skriva ut.", "BankID", "är svårt."],
    ]
    assert [row[3] for row in explore(explored, "context", "bankid*", "--moderator")[1:]] == ["Leda", "P1", "S2", ""]
    assert [row[0] for row in explore(explored, "context", "bankid*", "--sort", "after")[1:]] == ["b", "a", "c"]
    assert [row[0] for row in explore(explored, "context", "bankid*", "--sort", "before")[1:]] == ["b", "a", "c"]
    assert [row[4] for row in explore(explored, "context", "--code", "ut")[1:]] == ["ut.skriva"] * 2
    shown = explored.run("codebook", "explore", "context", "bankid*").out.splitlines()
    assert len({line.index("[BankID]") for line in shown[:3]}) == 1 and shown[3] == "3 places"


def test_what_keywords_meet_and_how_that_was_coded(explored: StudyHere) -> None:
    assert explored.run("apply", "b", "c", "--accept").code == 0
    rows = explore(explored, "keywords")
    assert rows[0] == ["kod", "sökord", "antal", "meningar", "källor", "kodade", "avvisad", "funna ord"]
    assert rows[1] == ["id.bankid", "bankid*", "3", "3", "3", "2", "0", "bankid 3"]
    assert rows[3] == ["id.losen", "söka jobb", "0", "0", "0", "0", "0", ""]
    shown = explored.run("codebook", "explore", "keywords").out
    assert "söka jobb" not in shown and "1 of 4 keywords meet nothing: --never" in shown
    shown = explored.run("codebook", "explore", "keywords", "--never").out
    assert "söka jobb" in shown and "bankid" not in shown
    assert explore(explored, "keywords", "lösen*", "telefon*")[1:] == [
        ["lösen*", "1", "1", "1", "lösenord 1"], ["telefon*", "1", "1", "1", "telefoner 1"],
    ]  # fmt: skip


def test_codes_and_untouched_segments(explored: StudyHere) -> None:
    explored.run("apply", "--accept")
    assert [(row[0], row[2]) for row in explore(explored, "codes")[1:]] == [
        ("id.bankid", "3"), ("id.losen", "1"), ("ut.skriva", "2"),
    ]  # fmt: skip
    assert [row[4] for row in explore(explored, "untouched", "--least", "1")[1:]] == [
        "Gamla telefoner och gamla datorer.", "# Besök",
    ]  # fmt: skip
    assert [row[0] for row in explore(explored, "words", "--untouched")[1:]] == ["alla ord", "gamla"]
    shown = explored.run("codebook", "explore", "untouched").out
    assert "  0:00:02 s0001 S1  Gamla telefoner och gamla datorer." in shown and "1 of 2" in shown


def test_nothing_coded_and_nothing_found(explored: StudyHere) -> None:
    ran = explored.run("codebook", "explore", "untouched")
    assert "nothing in them is coded yet: a, b, c" in ran.err
    assert "Never used: id.bankid, id.losen, ut.skriva" in explored.run("codebook", "explore", "codes").out
    assert "No words are met by keywords of two codes" in explored.run("codebook", "explore", "overlaps").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["words", "--by", "x"], "no column 'x'"),
        (["words", "--to", "x.pdf"], "no format is known"),
        (["words", "--where", "source = d"], "nothing has 'd'"),
        (["context"], "no keyword is named"),
        (["context", "+++"], "can never match"),
        (["context", "a", "--code", "ut"], "cannot both be"),
        (["context", "a", "--sort", "x"], "no order 'x'"),
        (["keywords", "--code", "x"], "no code or theme 'x'"),
    ],
)
def test_slips_are_told(explored: StudyHere, words: list[str], says: str) -> None:
    ran = explored.run("codebook", "explore", *words)
    assert ran.code == 1 and says in ran.err and "try: " in ran.err


@pytest.mark.parametrize("what", ["words", "keywords", "overlaps", "codes", "untouched", "context"])
def test_every_table_becomes_a_workbook(explored: StudyHere, what: str) -> None:
    from openpyxl import load_workbook

    explored.run("apply", "--accept")
    more = ["bankid*"] if what == "context" else []
    rows = explore(explored, what, *more)
    file = explored.root / "exports" / "x.xlsx"
    assert explored.run("codebook", "explore", what, *more, "--to", str(file)).code == 0
    (sheet,) = load_workbook(file).worksheets
    assert [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] == rows


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_cell_of_a_table_is_a_formula(suffix: str) -> None:
    from openpyxl import load_workbook

    table = Table("Words", [("word", 10), ("times", 10)], [["=1+1", 2], ["+46", 1]], 2)
    content = explored_format(Path(f"x{suffix}"))(table, Study(), "2026-03-01T12:00:00+00:00")
    if suffix == ".csv":
        assert content.decode("utf-8-sig") == "word;times\r\n'=1+1;2\r\n'+46;1\r\n"
    else:
        (sheet,) = load_workbook(io.BytesIO(content)).worksheets
        assert [[cell.data_type for cell in row] for row in sheet.iter_rows()] == [["s", "s"], ["s", "n"], ["s", "n"]]


def test_a_filter_and_moderators() -> None:
    transcript = Transcript("a", (Segment("s1", "Hej hej.", "S1"), Segment("s2", "Nej.", None)))
    study = Study(sources=(Source("a", language="en"),))
    found = passages(study, Material({"a": transcript}))
    assert [(one.segment.text, one.language, one.groups) for one in found] == [
        ("Hej hej.", "en", ()),
        ("Nej.", "en", ()),
    ]
