"""A coding never moves off its words: it follows them, or it is shown as uncertain."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qualkit.coding.anchor import JOIN, make_anchor, quote_at
from qualkit.coding.place import LONG, Placement, place_anchor
from qualkit.model.coding import CONTEXT, Anchor
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment, Transcript, Word

NEAR = 12  # code points beside a quote that tell two places apart


def spoken(*texts: str, ids: Sequence[str] = ()) -> Transcript:
    """A recording: cues with ids that stay."""
    names = ids or [f"s{number}" for number in range(1, len(texts) + 1)]
    return Transcript(
        "a",
        tuple(
            Segment(id, text, "S1", float(n), n + 1.0) for n, (id, text) in enumerate(zip(names, texts, strict=True))
        ),
    )


def document(*texts: str) -> Transcript:
    """A document: paragraphs numbered from the top."""
    return Transcript("a", tuple(Segment(f"p{number}", text) for number, text in enumerate(texts, 1)))


def on(transcript: Transcript, quote: str, *, nth: int = 0) -> Anchor:
    """The anchor of the nth place of a quote within one segment."""
    found = [
        (position, at)
        for position, segment in enumerate(transcript.segments)
        for at in range(len(segment.text))
        if segment.text.startswith(quote, at)
    ]
    position, at = found[nth]
    return make_anchor(transcript, position, at, position, at + len(quote))


def where(placed: Placement) -> tuple[str, str, int]:
    return placed.certainty, placed.anchor.first, placed.anchor.first_offset


TALK = (
    "Vad frågar de om?",
    "De frågar om BankID, mest de som är äldre.",
    "Ja.",
    "Och hur går det då?",
    "Det går bra, men BankID är svårt för många.",
    "Ja.",
    "Tack för det.",
)


def anchor_at(transcript: Transcript, places: Sequence[int]) -> Anchor:
    first, first_offset, last, last_offset = places
    return make_anchor(transcript, first, first_offset, last, last_offset)


# Making


def test_an_anchor_holds_place_words_neighbours_and_times() -> None:
    anchor = make_anchor(spoken(*TALK), 1, 13, 1, 19)
    assert anchor == Anchor(
        "s2", 13, "s2", 19, "BankID", "Vad frågar de om?\nDe frågar om ", ", mest de som är äldre.\nJa.\nOch ", 1.0, 2.0
    )
    assert (len(anchor.before), len(anchor.after)) == (31, CONTEXT)


def test_an_anchor_over_segments() -> None:
    anchor = make_anchor(spoken(*TALK), 1, 21, 3, 3)
    assert anchor.quote == "mest de som är äldre.\nJa.\nOch"
    assert (anchor.span, anchor.start, anchor.end) == (("s2", 21, "s4", 3), 1.0, 4.0)


def test_an_anchor_of_everything_has_no_neighbours_and_a_document_no_times() -> None:
    anchor = make_anchor(document("Ett.", "Två."), 0, 0, 1, 4)
    assert anchor == Anchor("p1", 0, "p2", 4, "Ett.\nTvå.")


WORDS = {"s1": [Word(" Hej", 1.0, 1.2, 1), Word(" på", 1.3, 1.4, 1), Word(" dig.", 1.5, 1.9, 1)]}


@pytest.mark.parametrize(
    ("start", "end", "times"),
    [
        (0, 3, (1.0, 1.2)),
        (0, 11, (1.0, 1.9)),
        (4, 6, (1.3, 1.4)),
        (3, 7, (1.3, 1.9)),
        (5, 8, (1.3, 1.9)),
        (1, 2, (1.0, 1.2)),
        (7, 11, (1.5, 1.9)),
    ],
)
def test_times_are_those_of_the_words(start: int, end: int, times: tuple[float, float]) -> None:
    transcript = Transcript("a", (Segment("s1", "Hej på dig.", "S1", 0.5, 2.5),))
    anchor = make_anchor(transcript, 0, start, 0, end, WORDS)
    assert (anchor.start, anchor.end) == times


def test_times_of_two_segments_come_from_the_words_of_each() -> None:
    transcript = Transcript("a", (Segment("s1", "Hej på dig.", "S1", 0.5, 2.5), Segment("s2", "Hopp.", "S2", 3.0, 4.0)))
    words = {**WORDS, "s2": [Word("Hopp.", 3.1, 3.6, 1)]}
    anchor = make_anchor(transcript, 0, 7, 1, 5, words)
    assert (anchor.start, anchor.end) == (1.5, 3.6)


@pytest.mark.parametrize("text", ["Hej på er.", "Hej  på dig.", ""])
def test_words_that_no_longer_fit_the_text_give_no_times(text: str) -> None:
    transcript = Transcript("a", (Segment("s1", text, "S1", 0.5, 2.5),))
    anchor = make_anchor(transcript, 0, 0, 0, len(text), WORDS)
    assert (anchor.start, anchor.end) == (0.5, 2.5)


# Placing


def test_nothing_changed() -> None:
    for transcript in (spoken(*TALK), document(*TALK)):
        for nth in (0, 1):
            anchor = on(transcript, "Ja.", nth=nth)
            assert place_anchor(transcript, anchor) == Placement(anchor, "unchanged")


def test_a_correction_before_the_words_in_the_same_cue() -> None:
    anchor = on(spoken(*TALK), "mest de som är äldre")
    corrected = spoken(TALK[0], "De frågar ofta om BankID, mest de som är äldre.", *TALK[2:])
    assert where(place_anchor(corrected, anchor)) == ("moved", "s2", 26)


def test_a_correction_right_beside_a_short_quote_in_the_same_cue() -> None:
    anchor = on(spoken(*TALK), "BankID")
    corrected = spoken(TALK[0], "De frågar om BankID: mest de som är äldre.", *TALK[2:])
    assert where(place_anchor(corrected, anchor)) == ("unchanged", "s2", 13)
    corrected = spoken(TALK[0], "De frågade om BankID, mest de som är äldre.", *TALK[2:])
    assert where(place_anchor(corrected, anchor)) == ("moved", "s2", 14)


def test_a_correction_far_away_changes_nothing_but_the_neighbours() -> None:
    anchor = on(document(*TALK), "hur går det då")
    placed = place_anchor(document(TALK[0], "De frågar om Freja, mest de som är äldre!", *TALK[2:]), anchor)
    assert (placed.certainty, placed.anchor.span) == ("unchanged", anchor.span)
    assert placed.anchor.before == "om Freja, mest de som är äldre!\nJa.\nOch "[-CONTEXT:]


def test_a_correction_in_the_words_themselves_is_followed() -> None:
    anchor = on(spoken(*TALK), "De frågar om BankID, mest de som är äldre.")
    corrected = "De frågar om Bank-ID, mest de som är äldre."
    placed = place_anchor(spoken(TALK[0], corrected, *TALK[2:]), anchor)
    assert (placed.certainty, placed.anchor.span, placed.anchor.quote) == ("moved", ("s2", 0, "s2", 43), corrected)


def test_a_paragraph_put_in_above_renumbers_and_the_words_are_followed() -> None:
    anchor = on(document(*TALK), "BankID är svårt")
    assert where(place_anchor(document("Ny ingress.", *TALK), anchor)) == ("moved", "p6", 17)
    assert where(place_anchor(document(*TALK[1:]), anchor)) == ("moved", "p4", 17)


def test_renumbered_cues_are_followed() -> None:
    anchor = on(spoken(*TALK), "BankID är svårt")
    renumbered = spoken(*TALK, ids=[f"cue-{n}" for n in range(7)])
    assert where(place_anchor(renumbered, anchor)) == ("moved", "cue-4", 17)


def test_an_excerpt_over_segments_is_followed_and_ends_where_it_ended() -> None:
    before = document(*TALK)
    anchor = make_anchor(before, 1, 21, 3, 3)
    placed = place_anchor(document("Nytt.", *TALK), anchor)
    assert (placed.certainty, placed.anchor.span) == ("moved", ("p3", 21, "p5", 3))
    assert placed.anchor.quote == anchor.quote


@pytest.mark.parametrize("nth", [0, 1])
def test_a_repeated_answer_is_told_apart_by_what_stands_around_it(nth: int) -> None:
    anchor = on(document(*TALK), "Ja.", nth=nth)
    assert where(place_anchor(document("Nytt.", "Nytt.", *TALK), anchor)) == ("moved", ["p5", "p8"][nth], 0)


def test_two_places_that_look_the_same_are_uncertain() -> None:
    block = ("Samma fråga som förut?", "Ja.", "Samma slut som förut.")
    anchor = make_anchor(document(*block), 1, 0, 1, 3)
    assert place_anchor(document("Början.", *block, *block), anchor).certainty == "uncertain"
    assert place_anchor(document("Början.", *block, "Mitten.", *block, "Slut."), anchor).certainty == "uncertain"


@pytest.mark.parametrize(
    "answers", ["Ja, det är ju det. Ja, det är ju det.", "Ja, det är ju det. Ja, det är ju det då."]
)
def test_a_phrase_that_was_put_in_beside_the_same_phrase_is_uncertain(answers: str) -> None:
    before, after = "Och det gäller lösenord.", "Sedan kommer vi till frågan om papper."
    anchor = on(spoken(before, f"Ja, det är ju dte. {after}"), "Ja, det är ju dte.")
    now = place_anchor(spoken(before, f"{answers} {after}"), anchor)
    assert now.certainty == "uncertain"
    assert now.candidates
    assert where(place_anchor(spoken(before, f"Ja, det är ju det. {after}"), anchor)) == ("moved", "s2", 0)


def test_of_a_phrase_said_twice_in_a_row_and_now_once_nobody_knows_which_went() -> None:
    before, after = "Och hur är det hos er?", "Sedan kommer vi till frågan om papper."
    for nth in (0, 1):
        anchor = on(spoken(before, f"Mm. Mm. {after}"), "Mm.", nth=nth)
        assert place_anchor(spoken(before, f"Mm. {after}"), anchor).certainty == "uncertain"
        assert place_anchor(spoken(before, f"Mm. Mm. {after} Ja."), anchor).certainty == "unchanged"


def test_a_sentence_put_in_beside_an_excerpt_whose_first_word_became_another_is_not_taken_in() -> None:
    yes, said = "Ja, det är ju det.", "regelna disken är är kommunen är det, bokningen serviceet?"
    behind = "Hon hade kunnat hjälpa familjen."
    anchor = on(spoken("Handledning.", f"{yes} Osch att jrr {said}", behind), f"Osch att jrr {said}")
    later = spoken("Handledning.", f"{yes} Om att kunskap hade med tjänsterna. Och att jjrr {said}", behind)
    assert place_anchor(later, anchor).certainty == "uncertain"
    later = spoken("Handledning.", f"{yes} Och att jjrr {said}", behind)
    assert where(place_anchor(later, anchor)) == ("moved", "s2", len(yes) + 1)


def test_a_short_quote_whose_neighbours_are_gone_is_uncertain() -> None:
    anchor = on(document(*TALK), "Ja.")
    assert place_anchor(document("Något helt annat.", "Ja.", "Och mer av det."), anchor) == Placement(
        anchor, "uncertain"
    )


def test_the_answer_of_another_person_to_the_same_question_is_not_taken_instead() -> None:
    """The coded "Ja." was deleted; another one stands behind the same question."""
    talk = spoken(
        "Har ni BankID-hjälp hos er?", "Ja.", "Här i Haninge.", "Har ni BankID-hjälp hos er?", "Ja.", "Vi också."
    )
    anchor = on(talk, "Ja.")
    without = Transcript("a", talk.segments[:1] + talk.segments[2:])
    assert place_anchor(without, anchor) == Placement(anchor, "uncertain")


ROUND = ("Och du, har du BankID?", "Ja.", "Okej, tack för det.", "Nu går vi vidare.")


def test_a_corrected_word_inside_an_excerpt_is_followed() -> None:
    talk = spoken("Vad frågar de om?", "Många vill skriva ut från mobilen hos oss.", "Och sedan?")
    for quote in ("Många vill skriva ut från mobilen hos oss.", "skriva ut från mobilen"):
        anchor = on(talk, quote)
        corrected = spoken("Vad frågar de om?", "Många vill skriva ut från telefonen hos oss.", "Och sedan?")
        placed = place_anchor(corrected, anchor)
        assert (placed.certainty, placed.anchor.quote) == ("moved", quote.replace("mobilen", "telefonen"))
        other = spoken("Vad frågar de om?", "Ingen har nämnt det.", "Och sedan?")
        assert place_anchor(other, anchor).certainty == "uncertain"


def test_a_corrected_sign_keeps_a_short_answer_in_its_place() -> None:
    talk = spoken(*ROUND, *ROUND[:3])
    placed = place_anchor(spoken(ROUND[0], "Ja", *ROUND[2:], *ROUND[:3]), on(talk, "Ja."))
    assert (placed.certainty, placed.anchor.first, placed.anchor.quote) == ("moved", talk.segments[1].id, "Ja")


def test_an_answer_that_became_another_is_not_found_in_the_next_round() -> None:
    """A focus group asks everybody the same: question, answer and thanks are the same words, minutes apart."""
    talk = spoken(*ROUND, *ROUND[:3])
    anchor = on(talk, "Ja.")
    assert place_anchor(spoken(ROUND[0], "Nej.", *ROUND[2:], *ROUND[:3]), anchor) == Placement(anchor, "uncertain")
    longer = place_anchor(spoken(ROUND[0], "Ja, det har jag.", *ROUND[2:], *ROUND[:3]), anchor)
    assert (longer.anchor.span, longer.anchor.quote) == (("s2", 0, "s2", 3), "Ja,")


SPLIT = (
    Segment("s1", "Först pratade vi om lösenord.", "S1", 0.0, 4.0),
    Segment("n1", "Sedan om BankID och Freja, tror jag.", "S2", 4.0, 9.0),
)
WHOLE = Segment("s1", " ".join(half.text for half in SPLIT), "S1", 0.0, 9.0)


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("BankID och Freja", ("moved", "n1", 9)),
        ("Sedan", ("moved", "n1", 0)),
        ("Först", ("unchanged", "s1", 0)),
        ("lösenord.", ("unchanged", "s1", 20)),
        ("lösenord. Sedan om BankID", ("moved", "s1", 20)),
    ],
)
def test_a_split_cue_is_followed_into_its_halves_and_back(quote: str, place: tuple[str, str, int]) -> None:
    before, split = Transcript("a", (WHOLE,)), Transcript("a", SPLIT)
    anchor = on(before, quote)
    placed = place_anchor(split, anchor)
    assert where(placed) == place
    assert placed.anchor.quote.replace(JOIN, " ") == quote == said(split, placed.anchor).replace(JOIN, " ")
    back = place_anchor(before, placed.anchor)
    assert (back.certainty != "uncertain", back.anchor.span) == (True, anchor.span)


def test_a_cue_that_still_says_its_words_is_never_left_for_another() -> None:
    talk = spoken("Ett långt stycke text här.", "Ja.", "Ett annat långt stycke text.", "Slut.")
    anchor = on(talk, "Ja.")
    copies = (Segment("n1", "Ja."), Segment("n2", "Ett annat långt stycke text."))
    changed = Transcript("a", (talk.segments[0], *copies, *talk.segments[1:]))
    assert where(place_anchor(changed, anchor)) == ("unchanged", "s2", 0)
    without_times = [replace(segment, start=None, end=None) for segment in changed.segments]
    silent = replace(anchor, start=None, end=None)
    assert place_anchor(Transcript("a", tuple(without_times)), silent) == Placement(silent, "uncertain")


def test_a_long_quote_that_stands_once_is_followed_without_neighbours() -> None:
    words = "x" * (LONG - 5) + " ålder"[:5]
    anchor = make_anchor(document("a", words, "b"), 1, 0, 1, LONG)
    assert where(place_anchor(document("c", "d", "e " + words + " f"), anchor)) == ("moved", "p3", 2)
    assert place_anchor(document("c", words, words, "d"), anchor).certainty == "uncertain"
    short = make_anchor(document("a", words, "b"), 1, 0, 1, LONG - 1)
    assert place_anchor(document("c", "d", "e " + words + " f"), short).certainty == "uncertain"


def test_what_is_nowhere_is_uncertain() -> None:
    anchor = on(document(*TALK), "BankID")
    for left in (document(), document("Ja."), document(TALK[0])):
        assert place_anchor(left, anchor) == Placement(anchor, "uncertain")


def test_an_anchor_whose_ends_changed_places_is_searched_for() -> None:
    anchor = make_anchor(spoken("Ett", "Två"), 0, 0, 1, 3)
    assert place_anchor(spoken("Två", "Ett", ids=["s2", "s1"]), anchor).certainty == "uncertain"


# Whatever the transcript

POOL = [
    "Ja.",
    "Nej.",
    "Ja. Ja.",
    "Har ni BankID?",
    "Det är en lång mening om BankID och lösenord på bibliotek.",
    "å\U0001f600b",
    "x",
]
TEXT = st.one_of(st.sampled_from(POOL), st.text("ab å", min_size=1, max_size=20).map(str.strip).filter(bool))


@st.composite
def spans(draw: st.DrawFn, *, times: bool) -> tuple[Transcript, int, int, int, int]:
    texts = draw(st.lists(TEXT, min_size=1, max_size=8))
    transcript = spoken(*texts) if times else document(*texts)
    first = draw(st.integers(0, len(texts) - 1))
    last = draw(st.integers(first, min(first + 2, len(texts) - 1)))
    first_offset = draw(st.integers(0, len(texts[first]) - 1))
    low = first_offset + 1 if first == last else 1
    last_offset = draw(st.integers(low, len(texts[last])))
    return transcript, first, first_offset, last, last_offset


@given(st.one_of(spans(times=True), spans(times=False)))
@settings(max_examples=300, deadline=None)
def test_on_the_unchanged_transcript_every_anchor_is_unchanged(span: tuple[Transcript, int, int, int, int]) -> None:
    transcript, *places = span
    anchor = anchor_at(transcript, places)
    assert place_anchor(transcript, anchor) == Placement(anchor, "unchanged")
    whole = JOIN.join(segment.text for segment in transcript.segments)
    begin = sum(len(segment.text) + 1 for segment in transcript.segments[: places[0]]) + places[1]
    assert anchor.quote == whole[begin : begin + len(anchor.quote)]
    assert anchor.before == whole[max(0, begin - CONTEXT) : begin]
    assert anchor.after == whole[begin + len(anchor.quote) :][:CONTEXT]


def inserted(
    transcript: Transcript, places: Sequence[int], new: list[tuple[int, str]], *, times: bool
) -> tuple[Transcript, tuple[str, int, str, int]]:
    """The transcript with segments put in outside the span, and where the span is now."""
    first, first_offset, last, last_offset = places
    kept = {id(segment) for segment in transcript.segments[first : last + 1]}
    parts = list(transcript.segments)
    for number, (at, text) in enumerate(new):
        spots = [
            n for n in range(len(parts) + 1) if not (0 < n < len(parts) and {id(parts[n - 1]), id(parts[n])} <= kept)
        ]
        parts.insert(spots[at % len(spots)], Segment(f"new{number}", text, "S2", 0.0, 1.0))
    head = next(n for n, part in enumerate(parts) if part is transcript.segments[first])
    if not times:
        parts = [replace(part, id=f"p{n}", start=None, end=None) for n, part in enumerate(parts, 1)]
    now = (parts[head].id, first_offset, parts[head + last - first].id, last_offset)
    return Transcript("a", tuple(parts)), now


@given(spans(times=True), st.lists(st.tuples(st.integers(0, 20), TEXT), max_size=4))
@settings(max_examples=500, deadline=None)
def test_whatever_cues_are_put_in_an_anchor_is_right_or_uncertain(
    span: tuple[Transcript, int, int, int, int], new: list[tuple[int, str]]
) -> None:
    transcript, *places = span
    anchor = anchor_at(transcript, places)
    changed, now = inserted(transcript, places, new, times=True)
    placed = place_anchor(changed, anchor)
    if placed.certainty != "uncertain":
        assert placed.anchor.span == now
        assert said(changed, placed.anchor) == anchor.quote == placed.anchor.quote
    else:
        assert placed.anchor == anchor


@given(
    spans(times=False), st.lists(st.tuples(st.integers(0, 20), st.text("cdef", min_size=1, max_size=30)), max_size=4)
)
@settings(max_examples=500, deadline=None)
def test_whatever_paragraphs_are_put_in_an_anchor_is_right_or_uncertain(
    span: tuple[Transcript, int, int, int, int], new: list[tuple[int, str]]
) -> None:
    """Paragraph numbers change; the new paragraphs say something else than the quote.

    Where a document says the same twice between the same words, nobody could tell the two apart.
    """
    transcript, *places = span
    anchor = anchor_at(transcript, places)
    whole = JOIN.join(segment.text for segment in transcript.segments)
    assume(not any(anchor.quote in text for _, text in new))
    assume(places_of(anchor.before[-NEAR:] + anchor.quote + anchor.after[:NEAR], whole) == 1)
    changed, now = inserted(transcript, places, new, times=False)
    placed = place_anchor(changed, anchor)
    if placed.certainty != "uncertain":
        assert placed.anchor.span == now
        assert said(changed, placed.anchor) == anchor.quote == placed.anchor.quote


@given(spans(times=False), st.integers(1, 3))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])  # few words stand once
def test_far_away_paragraphs_never_make_it_uncertain_where_the_words_stand_once(
    span: tuple[Transcript, int, int, int, int], count: int
) -> None:
    transcript, *places = span
    anchor = anchor_at(transcript, places)
    whole = JOIN.join(segment.text for segment in transcript.segments)
    assume(places_of(anchor.quote, whole) == 1)
    assume(len(anchor.before) >= 12)
    changed, now = inserted(transcript, places, [(0, "Zzz Zzz")] * count, times=False)
    assert (place_anchor(changed, anchor).certainty, place_anchor(changed, anchor).anchor.span) == ("moved", now)


def said(transcript: Transcript, anchor: Anchor) -> str:
    first, last = transcript.index[anchor.first], transcript.index[anchor.last]
    return quote_at(transcript, first, anchor.first_offset, last, anchor.last_offset)


def places_of(words: str, text: str) -> int:
    """In how many places a text holds these words; line breaks are blanks."""
    words, text = words.replace(JOIN, " "), text.replace(JOIN, " ")
    return sum(text.startswith(words, at) for at in range(len(text)))
