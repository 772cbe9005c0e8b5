"""A coder's work without a screen: words, choosing, and the acts that wishes become."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.coding.fold import fold
from qualkit.coding.selection import Selection
from qualkit.coding.session import Session
from qualkit.coding.text import UNITS, Text
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.doubt import Doubt
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment, Transcript


def spoken(*lines: str) -> Transcript:
    """A transcript of "S1: words" lines, two seconds each."""
    segments = []
    for number, line in enumerate(lines):
        speaker, _, text = line.rpartition(": ")
        segments.append(Segment(f"s{number}", text, speaker or None, number * 2.0, number * 2.0 + 1.5))
    return Transcript("a", tuple(segments))


TALK = spoken(
    "M: Hur går det?",
    "S1: Jo, det är många som",
    "S1: vill ha BankID. Andra vill skriva ut.",
    "S1: Så är det.",
    "M: Och sedan?",
    "S2: Lösenord förstås.",
)
WORD = st.text("abcåäö.?", min_size=1, max_size=6)
TALKS = st.lists(st.tuples(st.sampled_from(["M", "S1"]), st.lists(WORD, max_size=6)), min_size=1, max_size=8).map(
    lambda rows: spoken(*(f"{who}: {' '.join(words)}" for who, words in rows))
)


class Desk:
    """A session whose acts are kept in a list instead of a file."""

    def __init__(self, transcript: Transcript = TALK, acts: tuple[Act, ...] = (), **what: object) -> None:
        self.numbers = count(len(acts) + 1)
        self.session = Session(transcript, "anna", acts, **what)  # type: ignore[arg-type]

    def do(self, acts: list[Act]) -> set[int]:
        return self.session.done([self.dated(act) for act in acts])

    def dated(self, act: Act) -> Act:
        number = next(self.numbers)
        return replace(act, id=f"{number:026d}", time=f"2026-01-01T00:00:{number:02d}Z")

    def code(self, first: int, last: int, code: str) -> None:
        self.session.selection.choose((first, last))
        self.do(self.session.code(code))

    def codings(self) -> list[tuple[str, str, str]]:
        state = fold("a", self.session.acts)
        return [(c.anchor.quote, c.code, c.status) for c in state.codings.values()]


# words


def test_words_sentences_segments_and_turns_are_found_over_borders() -> None:
    text = Text(TALK)
    assert text.total == len(" ".join(segment.text for segment in TALK.segments).split())
    word = text.word_at(1, 0)
    assert text.text(text.unit("word", word)) == "Jo,"
    assert text.text(text.unit("sentence", word)) == "Jo, det är många som vill ha BankID."
    assert text.text(text.unit("segment", word)) == "Jo, det är många som"
    assert text.text(text.unit("turn", word)).startswith("Jo, det") and text.unit("turn", word)[1] == text.word_at(3, 9)


def test_paragraphs_of_a_document_are_turns_of_their_own() -> None:
    text = Text(Transcript("d", (Segment("p1", "Ett två. Tre"), Segment("p2", "fyra fem."))))
    assert text.unit("turn", 0) == (0, 2)
    assert text.unit("sentence", 2) == (2, 2)


@given(TALKS)
def test_every_word_lies_in_its_units_and_at_its_place(transcript: Transcript) -> None:
    text = Text(transcript)
    for word in range(text.total):
        segment, start, end = text.place(word)
        written = transcript.segments[segment].text[start:end]
        assert written and not any(sign.isspace() for sign in written)
        assert text.word_at(segment, start) == text.word_at(segment, end - 1) == word
        spans = [text.unit(unit, word) for unit in UNITS]
        assert all(first <= word <= last for first, last in spans)
        assert spans[2][0] >= spans[3][0] and spans[2][1] <= spans[3][1]


@given(TALKS, st.sampled_from(UNITS))
def test_steps_forwards_meet_every_unit_and_end(transcript: Transcript, unit: str) -> None:
    text = Text(transcript)
    at, seen = 0, []
    while text.total:
        seen.append(text.unit(unit, at))
        if (following := text.step(unit, at, 1)) <= at:
            break
        assert text.step(unit, following, -1) == text.unit(unit, at)[0]
        at = following
    covered = [word for first, last in seen for word in range(first, last + 1)]
    assert covered == list(range(text.total))


def test_search_goes_round_and_back() -> None:
    text = Text(TALK)
    first = text.find("VILL", 0)
    assert first and text.text(first) == "vill" and text.place(first[0])[0] == 2
    second = text.find("vill", first[0])
    assert second and second > first
    assert text.find("vill", second[0]) == first
    assert text.find("vill", second[0], -1) == first
    assert text.find("vill ha", 0) == (first[0], first[0] + 1)
    assert text.find("finns inte", 0) is None and text.find(" ", 0) is None


# choosing


@given(TALKS, st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from([1, -1]), st.booleans()), max_size=30))
def test_any_walk_stays_in_the_text_and_a_choice_keeps_its_anchor(
    transcript: Transcript, walk: list[tuple[str, int, bool]]
) -> None:
    text = Text(transcript)
    if not text.total:
        return
    selection = Selection(text)
    for unit, by, extend in walk:
        before = selection.cursor if selection.anchor is None else selection.anchor
        selection.move(unit, by, extend=extend)
        assert 0 <= selection.cursor < text.total
        assert (selection.anchor is None) if not extend else (selection.anchor == before)
        low, high = selection.span
        assert 0 <= low <= high < text.total


def test_a_choice_grows_by_units_and_shrinks_again() -> None:
    text = Text(TALK)
    selection = Selection(text, text.word_at(2, 0))
    for unit, wanted in (("word", "vill ha"), ("sentence", "vill ha BankID."), ("sentence", "skriva ut.")):
        selection.move(unit, 1, extend=True)
        assert text.text(selection.span).endswith(wanted)
    selection.move("sentence", -1, extend=True)
    assert text.text(selection.span) == "vill ha BankID."
    selection.move("segment", 1, extend=True)
    selection.move("segment", 1, extend=True)
    assert text.text(selection.span).endswith("Så är det.")
    selection.move("segment", -1, extend=True)
    assert text.text(selection.span).endswith("skriva ut.")
    selection.swap()
    selection.move("turn", -1, extend=True)
    assert text.text(selection.span).startswith("Jo, det")
    selection.move("word", 1, extend=True)
    assert text.text(selection.span).startswith("det är")
    selection.move("turn", 1, extend=True)
    assert selection.span == (selection.anchor, selection.anchor)


def test_grow_takes_the_sentence_then_the_segment_then_the_turn() -> None:
    text = Text(TALK)
    selection = Selection(text, text.word_at(2, 0))
    found = []
    for _ in range(3):
        selection.grow()
        found.append(text.text(selection.span))
    assert found[0] == "Jo, det är många som vill ha BankID."
    assert found[1].endswith("skriva ut.") and found[2].endswith("Så är det.")


# acts


def test_without_a_choice_the_sentence_is_coded() -> None:
    desk = Desk()
    desk.session.selection.to(desk.session.text.word_at(2, 5))
    desk.do(desk.session.code("id.bankid"))
    assert desk.codings() == [("Jo, det är många som\nvill ha BankID.", "id.bankid", "applied")]


def test_several_codes_stand_on_one_excerpt_but_none_twice() -> None:
    desk = Desk()
    desk.code(0, 2, "a")
    desk.do(desk.session.code("b"))
    with pytest.raises(QualkitError, match="already"):
        desk.session.code("a")
    assert [code for _, code, _ in desk.codings()] == ["a", "b"]
    assert sorted(one.lane for one in desk.session.here()) == [0, 1]


def test_a_suggestion_is_accepted_by_coding_its_words_and_rejected_by_removing_it() -> None:
    desk = Desk()
    desk.session.selection.choose((0, 2))
    suggested = [replace(act, act="suggest") for act in desk.session.code("a")]
    desk.do(suggested)
    desk.do(desk.session.code("a"))
    assert desk.codings()[0][2] == "applied"
    desk = Desk()
    desk.do(suggested)
    desk.do(desk.session.remove(desk.session.suggestion()))
    assert desk.codings()[0][2] == "rejected" and not desk.session.here()


def test_suggestions_are_walked_in_a_row_both_ways() -> None:
    desk = Desk()
    for first, code in ((0, "a"), (4, "b"), (4, "c")):
        desk.session.selection.choose((first, first + 1))
        desk.do([replace(act, act="suggest") for act in desk.session.code(code)])
    desk.session.go_to(0)
    walked = []
    for by in (1, 1, 1, -1):
        assert desk.session.next_suggestion(by)
        walked.append(desk.session.suggestion().coding.code)
    assert walked == ["a", "b", "c", "b"]
    for _ in range(3):
        desk.do(desk.session.accept(desk.session.suggestion()))
        desk.session.next_suggestion()
    assert not desk.session.next_suggestion() and desk.session.progress()[2] == 0


def test_the_next_suggestion_is_the_next_one_from_the_cursor() -> None:
    desk = Desk()
    for first, code in ((0, "a"), (4, "b"), (12, "c")):
        desk.session.selection.choose((first, first))
        desk.do([replace(act, act="suggest") for act in desk.session.code(code)])
    desk.session.go_to(0)
    desk.session.next_suggestion()
    desk.session.selection.drop()
    desk.session.selection.to(10)
    desk.session.next_suggestion()
    assert desk.session.suggestion().coding.code == "c"


def test_ends_of_an_excerpt_move_with_all_its_codes_in_one_undo() -> None:
    desk = Desk()
    desk.code(0, 2, "a")
    desk.code(0, 2, "b")
    desk.session.choose_excerpt()
    desk.session.selection.move("word", 1, extend=True)
    desk.do(desk.session.move_ends())
    assert {quote for quote, _, _ in desk.codings()} == {"Hur går det?\nJo,"}
    desk.do(desk.session.undo())
    assert {quote for quote, _, _ in desk.codings()} == {"Hur går det?"}
    desk.do(desk.session.redo())
    assert {quote for quote, _, _ in desk.codings()} == {"Hur går det?\nJo,"}


def test_moving_ends_asks_for_one_excerpt() -> None:
    desk = Desk()
    with pytest.raises(QualkitError, match="first choose"):
        desk.session.move_ends()
    desk.session.selection.choose((0, 3))
    with pytest.raises(QualkitError, match="no excerpt"):
        desk.session.move_ends()
    desk.code(0, 1, "a")
    desk.code(2, 3, "b")
    desk.session.selection.choose((0, 4))
    with pytest.raises(QualkitError, match="one excerpt"):
        desk.session.move_ends()


def test_ends_are_those_of_the_excerpt_that_is_chosen_and_not_of_one_chosen_before() -> None:
    desk = Desk()
    desk.code(0, 1, "a")
    desk.code(2, 4, "b")
    chosen = desk.session.selection
    desk.session.go_to(0)
    desk.session.choose_excerpt()
    chosen.to(9)  # somewhere else: the excerpt is not chosen any more
    chosen.choose((1, 5))
    with pytest.raises(QualkitError, match="one excerpt"):
        desk.session.move_ends()
    desk.session.go_to(0)
    desk.session.choose_excerpt()
    for _ in range(4):
        chosen.move("word", 1, extend=True)
    chosen.swap()
    for _ in range(3):
        chosen.move("word", 1, extend=True)
    assert chosen.span == (3, 5)  # nothing of it is left, and another excerpt is met
    desk.do(desk.session.move_ends())
    assert [(code, desk.session.text.between(*one.start, *one.end)) for one in desk.session.codings.in_order()
            for code in [one.coding.code]] == [("b", (2, 4)), ("a", (3, 5))]  # fmt: skip


def test_choosing_an_excerpt_again_takes_the_next_one_there() -> None:
    desk = Desk()
    desk.code(0, 2, "a")
    desk.code(0, 9, "b")
    desk.session.go_to(0)
    desk.session.choose_excerpt()
    assert desk.session.selection.span == (0, 2)
    desk.session.choose_excerpt()
    assert desk.session.selection.span == (0, 9)
    desk.code(0, 5, "c")
    desk.code(0, 5, "d")
    desk.session.go_to(0)
    spans = []
    for _ in range(4):
        desk.session.choose_excerpt()
        spans.append(desk.session.selection.span)
    assert spans == [(0, 2), (0, 5), (0, 9), (0, 2)]


def test_a_memo_is_replaced_and_taken_away_and_undone() -> None:
    desk = Desk()
    desk.do(desk.session.memo("source", "ett"))
    desk.do(desk.session.memo("source", "två"))
    assert [memo.text for memo in desk.session.memos("source")] == ["två"]
    assert desk.session.memo("source", " två ") == []
    desk.do(desk.session.memo("source", ""))
    assert desk.session.memos("source") == []
    desk.do(desk.session.undo())
    desk.do(desk.session.undo())
    assert [memo.text for memo in desk.session.memos("source")] == ["ett"]


def test_other_coders_are_not_seen_unless_asked_for_and_never_changed() -> None:
    other = Desk()
    other.code(0, 2, "a")
    theirs = [replace(act, coder="bo") for act in other.session.acts]
    desk = Desk(others=theirs)
    assert not desk.session.codings.by_id and desk.session.progress()[0] == 0
    desk.session.show_others(True)
    one = desk.session.here()[0]
    assert one.coding.coder == "bo"
    for wish in (desk.session.remove, desk.session.accept):
        with pytest.raises(QualkitError, match="nobody decides"):
            wish(one)
    desk.session.show_others(False)
    assert not desk.session.codings.by_id


def test_uncoded_and_doubtful_segments_are_walked_round() -> None:
    doubts = [Doubt("loop", 4.0, 5.0, "s2"), Doubt("missing", 9.6, 9.9)]
    desk = Desk(doubts=doubts, leave_out=lambda segment: segment.speaker == "M")
    text, selection = desk.session.text, desk.session.selection
    found = []
    for _ in range(3):
        desk.session.next_doubtful()
        found.append(text.segment_of(selection.cursor))
    assert found == [2, 4, 2]
    desk.code(text.word_at(1, 0), text.word_at(2, 99), "a")
    found = []
    for _ in range(3):
        desk.session.next_uncoded()
        found.append(text.segment_of(selection.cursor))
    assert found == [3, 5, 3]
    assert desk.session.progress() == (2, 4, 0)


# undo


WISHES = st.lists(st.sampled_from(["code", "remove", "memo", "finish", "undo", "redo", "move"]), max_size=25)


@given(WISHES, st.randoms())
def test_a_restart_sees_the_same_and_undo_goes_all_the_way_back(wishes: list[str], random: object) -> None:
    desk = Desk()
    session = desk.session
    for wish in wishes:
        session.selection.choose(tuple(sorted((random.randrange(20), random.randrange(20)))))  # type: ignore[attr-defined]
        try:
            if wish == "code":
                desk.do(session.code(random.choice("abc")))  # type: ignore[attr-defined]
            elif wish == "remove" and session.here():
                desk.do(session.remove(session.here()[0]))
            elif wish == "memo":
                desk.do(session.memo("source", str(random.random())))  # type: ignore[attr-defined]
            elif wish == "move":
                desk.do(session.move_ends())
            elif wish in ("finish", "undo", "redo"):
                desk.do(getattr(session, wish)())
        except QualkitError:
            continue
        again = Session(TALK, "anna", session.acts)
        assert again.state == session.state
        assert {id: one.span for id, one in again.codings.by_id.items()} == {
            id: one.span for id, one in session.codings.by_id.items()
        }
    while True:
        try:
            desk.do(session.undo())
        except QualkitError:
            break
    assert session.state.codings == session.state.memos == {} and not session.finished


def test_undo_and_redo_over_a_restart_and_redo_ends_with_a_new_act() -> None:
    desk = Desk()
    desk.code(0, 1, "a")
    desk.code(2, 3, "b")
    desk.do(desk.session.undo())
    later = Desk(acts=tuple(desk.session.acts))
    later.do(later.session.undo())
    assert later.codings() == []
    later.do(later.session.redo())
    later.do(later.session.redo())
    assert [code for _, code, _ in later.codings()] == ["a", "b"]
    later.do(later.session.undo())
    later.code(5, 6, "c")
    with pytest.raises(QualkitError, match="nothing to redo"):
        later.session.redo()


def test_undo_leaves_what_commands_wrote_by_the_hundred() -> None:
    desk = Desk()
    desk.code(0, 1, "a")
    desk.do([replace(act, act="suggest", origin="keyword") for act in desk.session.code("b")])
    desk.do(desk.session.undo())
    assert [(code, status) for _, code, status in desk.codings()] == [("b", "suggested")]


def test_headings_ask_for_no_code() -> None:
    texts = ["# Om oss", "#digital hjälp", "## Mer", "Kom hit."]
    document = Transcript("b", tuple(Segment(f"p{n}", text) for n, text in enumerate(texts, start=1)))
    desk = Desk(document)
    assert desk.session.progress() == (0, 2, 0)
    desk.session.next_uncoded()
    assert desk.session.text.segment_of(desk.session.selection.cursor) == 1
    desk.session.next_uncoded()
    assert desk.session.text.segment_of(desk.session.selection.cursor) == 3
    desk.code(0, 1, "x")
    assert desk.session.progress() == (0, 2, 0) and len(desk.codings()) == 1
    assert Desk(spoken("A: # hej")).session.progress() == (0, 1, 0)


def test_done_tells_which_segments_look_different() -> None:
    desk = Desk()
    text = desk.session.text
    desk.session.selection.choose((text.word_at(1, 0), text.word_at(3, 0)))
    assert desk.do(desk.session.code("a")) == {1, 2, 3}
    assert desk.do(desk.session.memo("source", "x")) == set()
    desk.do(desk.session.undo())
    assert desk.do(desk.session.undo()) == {1, 2, 3}
