"""What a word is, and where keywords match."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.coding.apply import Hit, Keywords, acts_to_write, keyword_hits, new_hits
from qualkit.coding.fold import fold as fold_acts
from qualkit.model.act import Act
from qualkit.model.codebook import Code, Codebook, Theme
from qualkit.model.coding import Anchor, Coding
from qualkit.model.keyword import Keyword, KeywordError, count_words, fold, parse_keyword, words_in
from qualkit.model.transcript import Segment, Transcript


def codebook(**keywords: list[str]) -> Codebook:
    codes = tuple(Code(id, id, "t", keywords=tuple(map(parse_keyword, words))) for id, words in keywords.items())
    return Codebook(themes=(Theme("t", "T", codes=codes),))


def met(keyword: str, text: str) -> list[str]:
    """The slices of the text that a single keyword meets."""
    return [text[start:end] for _, _, start, end in Keywords(codebook(a=[keyword])).hits(text)]


def test_words() -> None:
    text = "E-post, BankID-dosa (1177:s) och Anna's x_y - 20 000 a--b ’hej’."
    assert [word for word, _, _ in words_in(text)] == [
        "e-post", "bankid-dosa", "1177:s", "och", "anna's", "x", "y", "20", "000", "a", "b", "hej",
    ]  # fmt: skip
    assert count_words(text) == 12


@settings(max_examples=60)
@given(st.text("abåäö .,-:'_1\u0301\u05b0\u00ad’!\n", max_size=30))
def test_words_are_counted_as_they_are_found(text: str) -> None:
    assert count_words(text) == len(list(words_in(text)))


@pytest.mark.parametrize(
    ("keyword", "text", "found"),
    [
        ("bankid*", "BankID, bankid-dosan och mobilt bankidet.", ["BankID", "bankid-dosan", "bankidet"]),
        ("bankid*", "mobilbankid", []),
        ("cv", "Mitt CV, cv:t och cvn", ["CV"]),
        ("cv*", "cv:t cvn", ["cv:t", "cvn"]),
        ("söka jobb", "Jag vill söka  Jobb, söka ett jobb, söka jobbet", ["söka  Jobb"]),
        ("söka jobb*", "söka\njobben", ["söka\njobben"]),
        ("skriv* ut", "skriva ut och skriver ut ute", ["skriva ut", "skriver ut"]),
        ('"söka jobb"', "söka jobb", ["söka jobb"]),
        ("”cv”", "cv", ["cv"]),
        ("kort", "Kört kort KORT", ["kort", "KORT"]),
        ("kört", "kort kört KÖRT", ["kört", "KÖRT"]),
        ("lås", "las läs lås LÅS", ["lås", "LÅS"]),
        ("las*", "låsa lasa", ["lasa"]),
        ("e-post", "e-post epost e post E‑post e‐post", ["e-post", "E‑post", "e‐post"]),
        ("epost*", "e\u00adpost", []),
        ("bibliotek*", "biblio\u00adteket", ["biblio\u00adteket"]),
        ("bankid-*", "bankid bankid-dosa", ["bankid-dosa"]),
        ("anna's", "Anna’s Anna's", ["Anna’s", "Anna's"]),
        ("straße", "STRASSE", ["STRASSE"]),
        ("a a", "a a a", ["a a", "a a"]),
        ("1177", "1177 1177:s 11777", ["1177"]),
    ],
)
def test_where_a_keyword_matches(keyword: str, text: str, found: list[str]) -> None:
    assert met(keyword, text) == (found if keyword != "epost*" else ["e\u00adpost"])


def test_letters_written_as_two_characters_match_and_are_not_cut() -> None:
    text = unicodedata.normalize("NFD", "Mitt lösenord, på båten")
    assert met("lösenord*", text) == [unicodedata.normalize("NFD", "lösenord")]
    assert met("lo", text) == [] and met("pa", text) == [] and met("senord", text) == []
    assert met(unicodedata.normalize("NFD", "lösenord"), "lösenord") == ["lösenord"]
    assert [fold(word) for word, _, _ in words_in(text)] == ["mitt", "lösenord", "på", "båten"]


@pytest.mark.parametrize("text", ["", "  ", '""', "*", "a *", "*a", "a*b", "a**", "!", "a!", "-a", "a-", "a--b", "_"])
def test_keywords_that_can_never_match(text: str) -> None:
    with pytest.raises(KeywordError):
        parse_keyword(text)


WORDS = st.sampled_from(
    ["bank", "bankid", "bankid-dosa", "e-post", "e", "post", "lås", "las", "lösen", "ut", "UT", "1177:s"]
)
GLUE = st.sampled_from([" ", ", ", ". ", "-", "\n", " (", "’", "–", ""])
TEXTS = st.lists(st.tuples(WORDS, GLUE), max_size=12).map(lambda parts: "".join(word + glue for word, glue in parts))
ANY_TEXT = st.one_of(TEXTS, st.text(max_size=40), TEXTS.map(lambda text: unicodedata.normalize("NFD", text)))
KEYWORDS = st.lists(
    st.lists(st.tuples(WORDS, st.sampled_from(["", "*"])).map("".join), min_size=1, max_size=3).map(" ".join),
    min_size=1, max_size=6,
)  # fmt: skip


def reference(keyword: Keyword, text: str) -> set[tuple[int, int]]:
    """Slow and plain: every pair of places, read as words of its own between word boundaries."""
    spans = [(start, end) for _, start, end in words_in(text)]
    found = set()
    for first, (start, _) in enumerate(spans):
        for last in range(first, len(spans)):
            if last - first + 1 == len(keyword.words):
                said = [fold(text[begin:end]) for begin, end in spans[first : last + 1]]
                if all(
                    word[: len(want)] == want and (prefix or len(word) == len(want))
                    for word, (want, prefix) in zip(said, keyword.words, strict=True)
                ):
                    found.add((start, spans[last][1]))
    return found


@given(KEYWORDS, ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_the_fast_matcher_agrees_with_the_plain_one(written: list[str], text: str) -> None:
    book = codebook(**{f"c{number}": [keyword] for number, keyword in enumerate(written)})
    fast: dict[str, set[tuple[int, int]]] = {code: set() for code in book.codes}
    for code, _, start, end in Keywords(book).hits(text):
        assert (start, end) not in fast[code.id], "one match is one hit"
        fast[code.id].add((start, end))
    assert fast == {code.id: reference(code.keywords[0], text) for code in book.codes.values()}


@given(KEYWORDS, ANY_TEXT)
@settings(max_examples=200, deadline=None)
def test_a_hit_is_what_its_keyword_describes(written: list[str], text: str) -> None:
    for _, keyword, start, end in Keywords(codebook(a=written)).hits(text):
        said = [word for word, _, _ in words_in(text[start:end])]
        assert len(said) == len(keyword.words)
        for word, (want, prefix) in zip(said, keyword.words, strict=True):
            assert word.startswith(want) if prefix else word == want
        for beside in (text[start - 1 : start], text[end : end + 1]):
            assert not beside.isalnum()


@given(ANY_TEXT)
def test_words_lie_apart_in_order_and_hold_every_letter(text: str) -> None:
    position = 0
    for word, start, end in words_in(text):
        assert position <= start < end and word
        assert not any(letter.isalnum() for letter in text[position:start])
        position = end
    assert not any(letter.isalnum() for letter in text[position:])


def test_every_letter_of_every_script_is_a_word() -> None:
    """Also those that are a letter and a mark when composed; found by chance first."""
    letters = (chr(code) for code in range(0x110000) if unicodedata.category(chr(code))[0] in "LN")
    assert [letter for letter in letters if len(list(words_in(unicodedata.normalize("NFC", letter)))) != 1] == []


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=10))
def test_a_word_of_letters_is_a_keyword_that_meets_itself(word: str) -> None:
    word = unicodedata.normalize("NFC", word)
    assert met(word, f"({word})") == [word]
    assert met(word + "*", f"({word})") == [word]


def recorded(*texts: str) -> Transcript:
    return Transcript("s", tuple(Segment(f"s{n}", text, "S1", float(n), n + 1.0) for n, text in enumerate(texts, 1)))


def hits_in(transcript: Transcript, book: Codebook) -> list[Hit]:
    return list(keyword_hits(transcript, Keywords(book)))


def test_a_hit_stands_on_the_sentence_once_for_each_code() -> None:
    transcript = recorded("Hej. Mitt BankID och bankid strular med CV. Nej.", "Inget här.", "cv")
    found = hits_in(transcript, codebook(a=["bankid*"], b=["cv"]))
    assert [(hit.code, hit.anchor.quote, hit.reason) for hit in found] == [
        ("a", "Mitt BankID och bankid strular med CV.", "bankid*: BankID"),
        ("b", "Mitt BankID och bankid strular med CV.", "cv: CV"),
        ("b", "cv", "cv: cv"),
    ]
    assert (found[2].anchor.first, found[2].anchor.start) == ("s3", 3.0)


def test_a_phrase_over_the_end_of_a_sentence_is_none() -> None:
    assert hits_in(recorded("Vi får söka. Jobb finns."), codebook(a=["söka jobb"])) == []


def test_segments_left_out_are_not_searched() -> None:
    found = keyword_hits(
        recorded("cv", "cv"), Keywords(codebook(a=["cv"])), leave_out=lambda segment: segment.id == "s1"
    )
    assert [hit.anchor.first for hit in found] == ["s2"]


def coding(first: str, start: int, last: str, end: int, code: str = "a") -> Coding:
    return Coding("x", "s", Anchor(first, start, last, end, ""), code, "anna", "")


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ([], ["s1", "s2", "s3"]),
        ([coding("s2", 0, "s2", 2)], ["s1", "s3"]),
        ([coding("s2", 0, "s2", 2, "b")], ["s1", "s2", "s3"]),
        ([coding("s2", 2, "s2", 9)], ["s1", "s2", "s3"]),
        ([coding("s1", 0, "s2", 1)], ["s3"]),
        ([coding("s1", 1, "s3", 1)], []),
    ],
)
def test_a_hit_inside_a_coding_with_its_code_says_nothing_new(before: list[Coding], left: list[str]) -> None:
    transcript = recorded("cv", "cv", "cv")
    found = new_hits(transcript, hits_in(transcript, codebook(a=["cv"])), before)
    assert [hit.anchor.first for hit in found] == left


def numbered(acts: list[Act], start: int) -> list[Act]:
    from dataclasses import replace

    return [replace(act, id=f"{start + n:04d}") for n, act in enumerate(acts)]


def test_applying_twice_adds_nothing_and_what_was_turned_down_does_not_come_back() -> None:
    transcript, keywords = recorded("Ett cv.", "Två cv.", "Tre cv."), Keywords(codebook(a=["cv"]))
    acts = numbered(acts_to_write(transcript, keywords, {}, [], coder="anna"), 0)
    assert [act.act for act in acts] == ["suggest"] * 3
    acts += [Act("0010", "", "anna", "reject", target="0000"), Act("0011", "", "anna", "remove", target="0001")]
    assert acts_to_write(transcript, keywords, {}, acts, coder="anna") == []
    accepted = acts_to_write(transcript, keywords, {}, acts, coder="anna", accept=True)
    assert [(act.act, act.target) for act in accepted] == [("accept", "0002")]
    state = fold_acts("s", [*acts, *numbered(accepted, 20)])
    assert {id: one.status for id, one in state.codings.items()} == {"0000": "rejected", "0002": "applied"}
