"""Correcting a transcript inside qualkit: every excerpt stays on its words, and the times stay with them."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qualkit.coding.anchor import JOIN, make_anchor, quote_at
from qualkit.coding.edit import Edited, change_speaker, correct, join, split
from qualkit.coding.place import place_anchor
from qualkit.coding.spoken import fit
from qualkit.errors import QualkitError
from qualkit.model.coding import Anchor
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment, Transcript, Word
from qualkit.store.markdown import parse_markdown
from qualkit.store.vtt import parse_vtt, write_vtt

TALK = Transcript(
    "a",
    (
        Segment("s1", "Vad frågar de om?", "S1", 0.0, 2.0),
        Segment("s2", "De frågar om BankID, mest de äldre.", "S2", 2.0, 6.0),
        Segment("s3", "Ja.", "S1", 6.0, 7.0),
    ),
)
WORDS = {
    "s2": (
        Word(" De", 2.0, 2.2, 0.9),
        Word(" frågar", 2.3, 2.8, 0.8),
        Word(" om", 2.9, 3.0, 0.9),
        Word(" BankID,", 3.2, 4.0, 0.4),
        Word(" mest", 4.6, 4.9, 0.9),
        Word(" de", 5.0, 5.1, 0.9),
        Word(" äldre.", 5.2, 5.8, 0.9),
    )
}


def on(transcript: Transcript, id: str, quote: str, words: dict[str, tuple[Word, ...]] | None = None) -> Anchor:
    at = transcript.index[id]
    start = transcript.segments[at].text.index(quote)
    return make_anchor(transcript, at, start, at, start + len(quote), words)


def said(transcript: Transcript, anchor: Anchor) -> str:
    first, last = transcript.index[anchor.first], transcript.index[anchor.last]
    return quote_at(transcript, first, anchor.first_offset, last, anchor.last_offset)


def carried(edited: Edited, anchor: Anchor) -> tuple[tuple[str, int, str, int], str]:
    now = edited.carry(anchor)
    assert now is not None
    assert said(edited.transcript, now) == now.quote
    return now.span, now.quote


# One change at a time


def test_a_corrected_word_carries_the_excerpts_around_it_and_takes_its_time() -> None:
    edited = correct(TALK, WORDS, "s2", "De frågar om Bank-ID, mest de riktigt äldsta.")
    assert carried(edited, on(TALK, "s2", "mest de äldre")) == (("s2", 22, "s2", 44), "mest de riktigt äldsta")
    assert carried(edited, on(TALK, "s2", "BankID")) == (("s2", 13, "s2", 20), "Bank-ID")
    assert carried(edited, on(TALK, "s2", "frågar om")) == (("s2", 3, "s2", 12), "frågar om")
    assert carried(edited, on(TALK, "s3", "Ja.")) == (("s3", 0, "s3", 3), "Ja.")
    assert [(w.text, w.start, w.end, w.confidence) for w in edited.words["s2"]][2:5] == [
        (" om", 2.9, 3.0, 0.9),
        (" Bank-ID,", 3.2, 4.0, 1.0),
        (" mest", 4.6, 4.9, 0.9),
    ]
    much, last = edited.words["s2"][-2:]
    assert (much.start, much.end, last.end) == (5.2, last.start, 5.8)


def test_words_put_in_lie_between_their_neighbours_and_words_taken_out_are_gone() -> None:
    edited = correct(TALK, WORDS, "s2", "Ja, de frågar mest om BankID, de äldre.")
    assert fit(edited.words["s2"], edited.transcript.segments[1].text)
    times = [(word.start, word.end) for word in edited.words["s2"]]
    assert times == sorted(times) and times[0][0] >= 2.0 and times[-1][1] == 5.8
    shorter = correct(TALK, WORDS, "s2", "De frågar om BankID.")
    assert [word.text for word in shorter.words["s2"]] == [" De", " frågar", " om", " BankID."]
    assert shorter.words["s2"][-1].end == 4.0


def test_what_is_written_beside_an_excerpt_is_no_part_of_it() -> None:
    for quote in ("BankID", "frågar om BankID", "De frågar om BankID, mest de äldre."):
        edited = correct(TALK, WORDS, "s2", "Nja. De frågar om BankID, mest de äldre. Tror jag.")
        assert carried(edited, on(TALK, "s2", quote))[1] == quote


def test_an_excerpt_all_of_whose_words_are_taken_out_is_not_carried() -> None:
    assert correct(TALK, WORDS, "s2", "De äldre.").carry(on(TALK, "s2", "om BankID, mest")) is None
    assert correct(TALK, {}, "s3", "").carry(on(TALK, "s3", "Ja.")) is None
    assert correct(TALK, {}, "s3", "").carry(replace(on(TALK, "s3", "Ja."), first="gone")) is None


def test_text_is_written_as_a_file_can_hold_it() -> None:
    edited = correct(TALK, {}, "s3", "  Ja\u0301\n\nvisst.  ")
    assert edited.transcript.segments[2].text == "J\u00e1 visst."


def test_a_split_gives_the_second_part_an_id_that_never_was() -> None:
    edited = split(TALK, WORDS, "s2", 20, taken={"s2-1", "s2-2"})
    assert [segment.id for segment in edited.transcript.segments] == ["s1", "s2", "s2-3", "s3"]
    first, second = edited.transcript.segments[1:3]
    assert (first.text, first.speaker, first.start, first.end) == ("De frågar om BankID,", "S2", 2.0, 4.0)
    assert (second.text, second.speaker, second.start, second.end) == ("mest de äldre.", "S2", 4.6, 6.0)
    assert carried(edited, on(TALK, "s2", "frågar")) == (("s2", 3, "s2", 9), "frågar")
    assert carried(edited, on(TALK, "s2", "mest")) == (("s2-3", 0, "s2-3", 4), "mest")
    assert carried(edited, on(TALK, "s2", "BankID, mest")) == (("s2", 13, "s2-3", 4), "BankID,\nmest")
    assert carried(edited, on(TALK, "s3", "Ja.")) == (("s3", 0, "s3", 3), "Ja.")
    assert fit(edited.words["s2"], first.text) and fit(edited.words["s2-3"], second.text)


def test_without_words_the_time_of_a_split_is_in_proportion() -> None:
    edited = split(TALK, {}, "s2", 21)
    assert edited.transcript.segments[1].end == edited.transcript.segments[2].start == pytest.approx(4.286)
    assert edited.words == {}


def test_a_split_within_a_word_shares_its_time() -> None:
    edited = split(TALK, WORDS, "s2", 17)
    assert [segment.text for segment in edited.transcript.segments[1:3]] == ["De frågar om Bank", "ID, mest de äldre."]
    assert [word.text for word in (edited.words["s2"][-1], edited.words["s2-1"][0])] == [" Bank", "ID,"]
    assert edited.words["s2"][-1].end == edited.words["s2-1"][0].start == pytest.approx(3.657)


def test_joining_keeps_the_first_ones_id_and_speaker() -> None:
    words = {**WORDS, "s3": (Word("Ja.", 6.1, 6.4, 0.9),)}
    edited = join(TALK, words, "s2")
    assert [segment.id for segment in edited.transcript.segments] == ["s1", "s2"]
    whole = edited.transcript.segments[1]
    assert (whole.text, whole.speaker, whole.start, whole.end) == (
        "De frågar om BankID, mest de äldre. Ja.",
        "S2",
        2.0,
        7.0,
    )
    assert carried(edited, on(TALK, "s3", "Ja.")) == (("s2", 36, "s2", 39), "Ja.")
    assert fit(edited.words["s2"], whole.text) and set(edited.words) == {"s2"}
    over = make_anchor(TALK, 1, 13, 2, 2)
    assert carried(edited, over)[1] == "BankID, mest de äldre. Ja"


def test_another_speaker_moves_nothing() -> None:
    edited = change_speaker(TALK, WORDS, "s2", " Anna ")
    assert edited.transcript.segments[1].speaker == "Anna"
    assert change_speaker(TALK, WORDS, "s2", "").transcript.segments[1].speaker is None
    anchor = on(TALK, "s2", "BankID")
    assert edited.carry(anchor) == anchor and edited.words == WORDS


def test_paragraphs_are_numbered_anew_as_their_file_will_be_read() -> None:
    document = Transcript("a", parse_markdown("Ett. Två.\n\nTre."))
    edited = split(document, {}, "p1", 4)
    assert [(segment.id, segment.text) for segment in edited.transcript.segments] == [
        ("p1", "Ett."),
        ("p2", "Två."),
        ("p3", "Tre."),
    ]
    assert carried(edited, on(document, "p2", "Tre.")) == (("p3", 0, "p3", 4), "Tre.")
    assert [s.id for s in join(document, {}, "p1").transcript.segments] == ["p1"]
    assert correct(document, {}, "p1", "Ett.\n\nTvå.").transcript.segments[0].text == "Ett.\nTvå."


@pytest.mark.parametrize(
    "change",
    [
        lambda: split(TALK, {}, "s2", 0),
        lambda: split(TALK, {}, "s2", 99),
        lambda: split(TALK, {}, "s2", len("De frågar om BankID, mest de äldre.")),
        lambda: join(TALK, {}, "s3"),
        lambda: correct(TALK, {}, "s9", "x"),
        lambda: correct(Transcript("a", (Segment("p1", "Ett."),)), {}, "p1", " \n "),
    ],
)
def test_what_cannot_be_done_is_said(change: object) -> None:
    with pytest.raises(QualkitError):
        change()  # type: ignore[operator]


# Whatever the transcript

TEXT = st.lists(
    st.sampled_from(["ja", "Nej.", "BankID,", "å\u0308", "😀", "x", "-", "precis"]), min_size=1, max_size=8
).map(" ".join)


@st.composite
def talks(draw: st.DrawFn) -> tuple[Transcript, dict[str, tuple[Word, ...]], Anchor]:
    """A transcript, word times for some of its segments, and an anchor that neither begins nor ends with a blank."""
    texts = draw(st.lists(TEXT, min_size=1, max_size=5))
    segments = [
        Segment(f"s{n}", text, draw(st.sampled_from(["S1", "S2"])), n * 10.0, n * 10.0 + 9)
        for n, text in enumerate(texts)
    ]
    words = {}
    for segment in segments:
        if draw(st.booleans()):
            parts = [f" {part}" for part in segment.text.split(" ")]
            begin = segment.start or 0.0
            words[segment.id] = tuple(Word(part, begin + n, begin + n + 0.5, 0.5) for n, part in enumerate(parts))
    first = draw(st.integers(0, len(texts) - 1))
    last = draw(st.integers(first, len(texts) - 1))
    start = draw(st.integers(0, len(texts[first]) - 1))
    end = draw(st.integers(start + 1 if first == last else 1, len(texts[last])))
    transcript = Transcript("a", tuple(segments))
    anchor = make_anchor(transcript, first, start, last, end, words)
    assume(anchor.quote == anchor.quote.strip())
    return transcript, words, anchor


def check(edited: Edited) -> None:
    """Ids once each, words that fit their texts in the order of time, and a file that reads as it was written."""
    segments = edited.transcript.segments
    assert len({segment.id for segment in segments}) == len(segments)
    assert set(edited.words) <= {segment.id for segment in segments}
    for segment in segments:
        if segment.id in edited.words:
            assert fit(edited.words[segment.id], segment.text)
            times = [time for word in edited.words[segment.id] for time in (word.start, word.end)]
            assert times == sorted(times)
    assert parse_vtt(write_vtt(segments), "a")[0] == segments


def flat(text: str) -> str:
    return text.replace(JOIN, " ")


@given(talks(), st.data())
@settings(max_examples=300, deadline=None)
def test_splitting_joining_and_naming_keep_every_excerpt_on_its_words(
    talk: tuple[Transcript, dict[str, tuple[Word, ...]], Anchor], data: st.DataObject
) -> None:
    transcript, words, anchor = talk
    quote = flat(anchor.quote)
    for _ in range(data.draw(st.integers(1, 4))):
        segment = data.draw(st.sampled_from(transcript.segments))
        blanks = [at for at, letter in enumerate(segment.text) if letter == " "]
        kind = data.draw(st.sampled_from(["split", "join", "name"]))
        if kind == "split" and blanks:
            edited = split(transcript, words, segment.id, data.draw(st.sampled_from(blanks)))
        elif kind == "join" and segment != transcript.segments[-1]:
            edited = join(transcript, words, segment.id)
        else:
            edited = change_speaker(transcript, words, segment.id, "S9")
        check(edited)
        now = edited.carry(anchor)
        assert now is not None and flat(now.quote) == quote == flat(said(edited.transcript, now))
        assert place_anchor(edited.transcript, now).certainty == "unchanged"
        transcript, words, anchor = edited.transcript, edited.words, now


@given(talks(), st.data())
@settings(max_examples=200, deadline=None)
def test_a_split_joined_again_is_as_it_was(
    talk: tuple[Transcript, dict[str, tuple[Word, ...]], Anchor], data: st.DataObject
) -> None:
    transcript, words, anchor = talk
    segment = data.draw(st.sampled_from(transcript.segments))
    blanks = [at for at, letter in enumerate(segment.text) if letter == " "]
    assume(blanks)
    there = split(transcript, words, segment.id, data.draw(st.sampled_from(blanks)))
    now = there.carry(anchor)
    assert now is not None
    back = join(there.transcript, there.words, segment.id)
    assert back.transcript == transcript and back.words == words
    again = back.carry(now)
    assert again is not None and (again.span, again.quote) == (anchor.span, anchor.quote)


LEFT = st.lists(st.sampled_from(["ja", "Nej.", "-", "😀", "är"]), max_size=6)
RIGHT = st.lists(st.sampled_from(["det,", "precis", "–", "å", "(så)"]), max_size=6)
MINE = st.lists(
    st.sampled_from(["BankID", "hjälp", "på", "biblioteket,", "(tror", "jag)", "1177"]), min_size=1, max_size=6
)


@given(LEFT, MINE, RIGHT, LEFT, RIGHT, st.booleans())
@settings(max_examples=300, deadline=None)
def test_what_is_written_around_an_excerpt_leaves_it_where_it_is(
    before: list[str], mine: list[str], after: list[str], new_before: list[str], new_after: list[str], timed: bool
) -> None:
    """Unless words change sides, or the excerpt's own come and go beside it: then nobody can say which are meant."""
    assume(" ".join(mine) not in "|".join(" ".join(part) for part in (before, after, new_before, new_after)))
    quote, old = " ".join(mine), [*before, *mine, *after]
    segment = Segment("s1", " ".join(old), "S1", 0.0, 60.0)
    words = {"s1": tuple(Word(f" {part}", n, n + 0.5, 0.5) for n, part in enumerate(old))} if timed else {}
    transcript = Transcript("a", (segment,))
    start = len(" ".join(before)) + bool(before)
    anchor = make_anchor(transcript, 0, start, 0, start + len(quote), words)
    edited = correct(transcript, words, "s1", " ".join([*new_before, *mine, *new_after]))
    check(edited)
    now = edited.carry(anchor)
    assert now is not None and now.quote == quote == said(edited.transcript, now)
