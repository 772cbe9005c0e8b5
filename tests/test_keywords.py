"""What a word is, and where keywords match."""

from __future__ import annotations

import contextlib
import itertools
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.coding.apply import Hit, acts_to_write, keyword_hits, new_hits
from qualkit.coding.fold import fold as fold_acts
from qualkit.coding.keywords import Keywords
from qualkit.model.act import Act
from qualkit.model.codebook import Code, Codebook, Theme
from qualkit.model.coding import Anchor, Coding
from qualkit.model.inflection import stems_asked, stems_said
from qualkit.model.keyword import Keyword, KeywordError, Term, Word, count_words, fold, parse_keyword, words_in
from qualkit.model.noun import replace
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


@pytest.mark.parametrize(
    ("keyword", "text", "found"),
    [
        ("bankid", "BankID-dosan, mobil-bankid, bankidet", ["BankID-dosan", "mobil-bankid"]),
        ("dosa", "bankid-dosa", ["bankid-dosa"]),
        ("*dosa", "bankdosa, dosan, bankid-dosa-kod", ["bankdosa", "bankid-dosa-kod"]),
        ("*bankid*", "mobilbankidet BANKID bank id", ["mobilbankidet", "BANKID"]),
        ("post-adress", "e-post-adress", ["e-post-adress"]),
        ("mobilt bankid", "Mobilt BankID-krångel", ["Mobilt BankID-krångel"]),
        ("utskrift+", "utskrifterna utskrift utskriftens utskriva", ["utskrifterna", "utskrift", "utskriftens"]),
        ("cv+", "cv:t cv cvn", ["cv:t", "cv"]),
        ("skriv+ ut", "skriver ut, skriva ut, skrev ut", ["skriver ut", "skriva ut"]),
        ("bank-biljett+", "bank-biljetterna", ["bank-biljetterna"]),
        ("NEAR(skriv*, ut, 3)", "skriva det här papperet ut", ["skriva det här papperet ut"]),
        ("NEAR(skriv*, ut, 2)", "skriva det här papperet ut", []),
        ("NEAR(skriv*, ut, 3)", "ut ska jag skriva. Skriva ut", ["ut ska jag skriva", "Skriva ut"]),
        ("NEAR(ut, ut, 1)", "ut ut", ["ut ut"]),
        ("NEAR(ut, ut, 1)", "ut", []),
        ("NEAR(boka en, tid, 1)", "boka en ny tid, tid boka en", ["boka en ny tid", "tid boka en"]),
        ("NEAR(a, b, c, 1)", "c x a b", ["c x a b"]),
        ("NEAR(a, b, 0)", "a x b a", ["b a"]),
        ("NEAR(bank*, bankid, 3)", "bankid bank y bankid", ["bankid bank", "bank y bankid"]),
        ('NEAR("söka jobb", nu, 5)', "nu ska vi söka jobb", ["nu ska vi söka jobb"]),
        ("bank* NOT bankid*", "banken bankid bankkort", ["banken", "bankkort"]),
        ("rädd NOT inte rädd NOT rädd om", "inte rädd, rädd om, rädd", ["rädd"]),
        ("rädd NOT NEAR(inte, rädd, 1)", "inte så rädd men rädd ändå", ["rädd"]),
        ("söka NOT söka jobb", "söka jobb och söka bostad", ["söka"]),
        ('"söka jobb" NOT "inte söka jobb"', "inte söka jobb. Söka jobb", ["Söka jobb"]),
        ('"NOT" a', "not a", ["not a"]),
        ("near not", "near not", ["near not"]),
    ],
)
def test_compounds_inflections_near_and_not(keyword: str, text: str, found: list[str]) -> None:
    assert met(keyword, text) == found


@pytest.mark.parametrize(
    ("keyword", "forms"),
    [
        ("dosa+", "dosan dosans dosor dosorna"),
        ("hemsida+", "hemsidan hemsidorna"),
        ("dator+", "datorn datorns datorer datorerna"),
        ("nyckel+", "nyckeln"),
        ("konto+", "kontot kontots konton kontona"),
        ("lösenord+", "lösenordet lösenordets lösenorden"),
        ("ärende+", "ärendet ärenden ärendena"),
        ("kurs+", "kursen kurser kurserna kursernas"),
        ("chans+", "chansen chanser"),
        ("radio+", "radion"),
        ("plan+", "plan planen planerna"),
        ("cv+", "cv:t cv:n"),
    ],
)
def test_a_plus_knows_the_definite_forms_of_swedish(keyword: str, forms: str) -> None:
    assert met(keyword, forms) == forms.split()
    assert met("plan+", "pla") == met("roman+", "rom") == met("lösenord+", "lösen ord") == []


def test_english_has_its_own_inflections() -> None:
    book = replace(codebook(a=["print+ queue+"]), language="en")
    text = "printing queues, printed queue, prints a queue, e-print queueing"
    assert [text[start:end] for _, _, start, end in Keywords(book).hits(text)] == [
        "printing queues", "printed queue", "e-print queueing",
    ]  # fmt: skip


def test_a_plus_in_a_language_without_known_inflections_is_the_word_itself() -> None:
    book = replace(codebook(a=["print+"]), language="tlh")
    assert [start for _, _, start, _ in Keywords(book).hits("printing print")] == [9]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *((text, "empty") for text in ("", "  ", '""')),
        *((text, "star") for text in ("*", "a *", "a*b", "a**", "**", "*a*b", "* a", "bil*+")),
        *((text, "not one word") for text in ("!", "a!", "-a", "a-", "a--b", "_", "+", "a++", "a +", "a+*")),
        *((text, "between two keywords") for text in ("NOT", "NOT a", "a NOT", "a NOT NOT b")),
        *((text, "number") for text in ("NEAR(a, b)", "NEAR(a)", "NEAR()", "NEAR(a, b, c)", "NEAR(a, b, -1)")),
        *((text, "2 to 5") for text in ("NEAR(a, 3)", "NEAR(a, b, 51)", "NEAR(a, b, c, d, e, f, 3)")),
        *((text, "capitals") for text in ("near(a, b, 3)", "NEAR(a, b", "Near(a", "NEAR (a, b, 3)")),
        *((text, "stands alone") for text in ("x NEAR(a, b, 3)", "NEAR(a, b, 3) x", "NEAR(a, NEAR(b, c, 1), 2)")),
        *((text, "shuts out") for text in ("a NOT a", "bankid NOT bank*", "bankid-dosa NOT dosa", "a b c NOT b c")),
        *(
            (text, "shuts out")
            for text in ("bank* NOT *ban*", "cv+ NOT cv+", "cv NOT cv+", "NEAR(a, b, 3) NOT b", "a NOT b NOT a")
        ),
    ],
)
def test_keywords_that_can_never_match(text: str, why: str) -> None:
    with pytest.raises(KeywordError, match=why):
        parse_keyword(text)


@pytest.mark.parametrize(
    "text", ["bank* NOT bank", "a NOT a b", "e-post NOT post-kort", "cv NOT cv:*", "a NOT b", "bank+ NOT bank"]
)
def test_keywords_that_match_something_in_spite_of_their_not(text: str) -> None:
    assert parse_keyword(text).without


WORDS = st.sampled_from(
    ["bank", "bankid", "bankid-dosa", "e-post", "e", "post", "lås", "las", "lösen", "ut", "UT", "1177:s"]
)
GLUE = st.sampled_from([" ", ", ", ". ", "-", "\n", " (", "’", "–", ""])
TEXTS = st.lists(st.tuples(WORDS, GLUE), max_size=12).map(lambda parts: "".join(word + glue for word, glue in parts))
ANY_TEXT = st.one_of(TEXTS, st.text(max_size=40), TEXTS.map(lambda text: unicodedata.normalize("NFD", text)))
STARRED = st.sampled_from(["{}", "{}", "{}*", "*{}", "*{}*", "{}+"])
PHRASES = st.lists(st.builds(str.format, STARRED, WORDS), min_size=1, max_size=3).map(" ".join)
NEARS = st.tuples(st.lists(PHRASES, min_size=2, max_size=3), st.integers(0, 3)).map(
    lambda near: f"NEAR({', '.join(near[0])}, {near[1]})"
)
TERMS = st.one_of(PHRASES, PHRASES, NEARS)
KEYWORDS = st.lists(st.lists(TERMS, min_size=1, max_size=3).map(" NOT ".join), min_size=1, max_size=5)


def word_meets(want: Word, said: str) -> bool:
    parts = said.split("-")
    those = ["-".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)]
    if want.inflected:
        return any(stems_asked(want.text, "sv") & stems_said(one, "sv") for one in those)
    pattern = ".*" * want.suffix + re.escape(want.text) + ".*" * want.prefix
    return any(re.fullmatch(pattern, one) for one in those)


def reference(keyword: Keyword, text: str) -> set[tuple[int, int]]:
    """Slow and plain: every choice of places for the phrases, of which those that hold a smaller one do not count."""
    spans = [(start, end) for _, start, end in words_in(text)]
    said = [fold(text[start:end]) for start, end in spans]

    def where(term: Term) -> set[tuple[int, int]]:
        stand = [
            [
                range(at, at + len(phrase))
                for at in range(len(said) - len(phrase) + 1)
                if all(map(word_meets, phrase, said[at : at + len(phrase)]))
            ]
            for phrase in term.phrases
        ]
        found = set()
        for chosen in itertools.product(*stand):
            taken = sorted(n for one in chosen for n in one)
            if len(set(taken)) == len(taken) and taken[-1] - taken[0] + 1 - len(taken) <= term.between:
                found.add((taken[0], taken[-1]))
        return {(a, b) for a, b in found if not any((c, d) != (a, b) and a <= c and d <= b for c, d in found)}

    shut = [span for term in keyword.without for span in where(term)]
    return {(spans[a][0], spans[b][1]) for a, b in where(keyword.term) if not any(c <= b and a <= d for c, d in shut)}


def parsed(written: list[str]) -> list[str]:
    """Those that can match something."""
    kept = []
    for text in written:
        with contextlib.suppress(KeywordError):
            parse_keyword(text)
            kept.append(text)
    return kept


@given(KEYWORDS, ANY_TEXT)
@settings(max_examples=150, deadline=None)
def test_the_fast_matcher_agrees_with_the_plain_one(written: list[str], text: str) -> None:
    book = codebook(**{f"c{number}": [keyword] for number, keyword in enumerate(parsed(written))})
    fast: dict[str, set[tuple[int, int]]] = {code: set() for code in book.codes}
    keywords, last = Keywords(book), (0, 0)
    for code, _, start, end in keywords.hits(text):
        assert (start, end) not in fast[code.id], "one match is one hit"
        assert (start, end) >= last, "in the order of the text"
        fast[code.id].add((start, end))
        last = start, end
    assert fast == {code.id: reference(code.keywords[0], text) for code in book.codes.values()}
    assert keywords.touch(text) or not any(fast.values())


@given(PHRASES, ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_a_keyword_said_never_to_match_never_does(phrase: str, text: str) -> None:
    """What NOT shuts out is told by words alone; this asks texts."""
    for other in [phrase, *phrase.split(), *(word.strip("*+")[:2] + "*" for word in phrase.split())]:
        try:
            parse_keyword(f"{phrase} NOT {other}")
        except KeywordError as error:
            if "shuts" in str(error):
                keyword = replace(parse_keyword(phrase), without=(parse_keyword(other).term,))
                assert reference(keyword, text) == set()


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
    assert hits_in(recorded("Vi får söka. Jobb finns."), codebook(a=["söka jobb", "NEAR(jobb, söka, 3)"])) == []
    kept = hits_in(recorded("Vi får söka. Jobb finns."), codebook(a=["söka NOT söka jobb"]))
    assert [hit.anchor.quote for hit in kept] == ["Vi får söka."]


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
