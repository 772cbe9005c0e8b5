"""Who speaks when, and words -> segments."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import QualkitError
from qualkit.model.transcript import Segment, Word
from qualkit.transcribe.speakers import LONG, PAUSE, Turn, cut_segments, read_rttm, speaker_of, speakers_of
from tests.sound import words


def texts(made: list[tuple[Segment, tuple[Word, ...]]]) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment, _ in made]


def test_rttm_is_read_in_the_order_of_time_and_other_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.rttm"
    path.write_bytes(
        b"\xef\xbb\xbfSPKR-INFO a 1 <NA> <NA> <NA> unknown S1 <NA> <NA>\r\n\r\n"
        b"SPEAKER a 1 5.0 2.5 <NA> <NA> S2 <NA> <NA>\r\nSPEAKER a 1 0.25 4 <NA> <NA> S1 <NA> <NA>\r\n; note"
    )
    assert read_rttm(path) == [Turn("S1", 0.25, 4.25), Turn("S2", 5.0, 7.5)]


@pytest.mark.parametrize(
    "line",
    ["SPEAKER a 1 5.0", "SPEAKER a 1 five 2 <NA> <NA> S1", "SPEAKER a 1 nan 2 <NA> <NA> S1", "SPEAKER a 1 1 -2 x x S1"],
)
def test_a_broken_line_of_rttm_is_named_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.rttm"
    path.write_text(f"SPEAKER a 1 0 1 <NA> <NA> S1 <NA> <NA>\n{line}\n")
    with pytest.raises(QualkitError, match="no line of RTTM") as caught:
        read_rttm(path)
    assert caught.value.where == f"{path}:2"
    assert "SPEAKER <file> 1" in caught.value.hint


@pytest.mark.parametrize(
    ("start", "end", "speaker"),
    [(1.0, 1.5, "S1"), (3.8, 4.1, "S1"), (3.9, 4.4, "S2"), (4.5, 4.5, "S2"), (7.2, 7.4, "S2"), (9.6, 9.8, "S3")],
)
def test_who_speaks_most_of_a_word_or_is_nearest(start: float, end: float, speaker: str) -> None:
    turns = [Turn("S1", 0, 4), Turn("S2", 4, 7), Turn("S3", 10, 12)]
    assert speaker_of(Word(" x", start, end, 1), turns) == speaker
    assert speaker_of(Word(" x", start, end, 1), []) is None


def test_where_two_speak_at_once_the_one_with_more_of_the_word_has_it() -> None:
    turns = [Turn("S1", 0, 4), Turn("S2", 3, 8)]
    assert speaker_of(Word(" x", 3.0, 3.5, 1), turns) == "S1"  # both have all of it: who began
    assert speaker_of(Word(" x", 3.8, 4.4, 1), turns) == "S2"


@pytest.mark.parametrize("border", [0.75, 1.15, 1.55, 1.95])
def test_a_change_of_speaker_falls_between_two_sentences(border: float) -> None:
    said = words("Hej på dig. Tack det går bra.")  # "dig." ends at 1.16
    made = cut_segments(said, [Turn("A", 0, border), Turn("B", border, 9)])
    assert texts(made) == [("A", "Hej på dig."), ("B", "Tack det går bra.")]


def test_a_change_far_from_any_sentence_stays_where_it_is() -> None:
    said = words("ett två tre fyra fem sex sju åtta nio tio")
    made = cut_segments(said, [Turn("A", 0, 2.0), Turn("B", 2.0, 9)])
    assert texts(made) == [("A", "ett två tre fyra fem"), ("B", "sex sju åtta nio tio")]


def test_a_short_answer_is_not_swallowed() -> None:
    said = words("Har du det? Ja. Då går vi vidare.")
    made = cut_segments(said, [Turn("A", 0, 1.2), Turn("B", 1.2, 1.6), Turn("A", 1.6, 9)])
    assert texts(made) == [("A", "Har du det?"), ("B", "Ja."), ("A", "Då går vi vidare.")]


def test_a_short_answer_to_an_open_sentence_is_not_swallowed() -> None:
    said = words("Har du det Ja. Då går vi vidare.")
    made = cut_segments(said, [Turn("A", 0, 1.2), Turn("B", 1.2, 1.6), Turn("A", 1.6, 9)])
    assert texts(made) == [("A", "Har du det"), ("B", "Ja."), ("A", "Då går vi vidare.")]


def test_segments_end_at_pauses() -> None:
    said = [*words("Först detta"), *words("sedan det", start=0.76 + PAUSE + 0.01)]
    assert texts(cut_segments(said, [])) == [(None, "Först detta"), (None, "sedan det")]
    near = [*words("Först detta"), *words("sedan det", start=0.76 + PAUSE - 0.01)]
    assert texts(cut_segments(near, [])) == [(None, "Först detta sedan det")]


def test_long_segments_end_with_their_sentence() -> None:
    sentence = " ".join(["ord"] * 9 + ["slut."])  # 4 seconds
    made = cut_segments(words(" ".join([sentence] * 8)), [])
    assert [segment.text.count("slut.") for segment, _ in made] == [4, 4]
    assert all((segment.end or 0) - (segment.start or 0) > LONG for segment, _ in made)
    assert [segment.id for segment, _ in made] == ["s0001", "s0002"]


def test_no_words_make_no_segments() -> None:
    assert cut_segments([], [Turn("A", 0, 1)]) == []


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    at, said = 0.0, []
    for _ in range(draw(st.integers(1, 60))):
        at += draw(st.floats(0, 3))
        end = at + draw(st.floats(0, 1))
        text = draw(st.sampled_from([" ja", " nej.", " Åsa?", " och", " så…", " mm,"]))
        said.append(Word(text, at, end, 1.0))
        at = end
    return said


turns_drawn = st.lists(
    st.builds(lambda who, a, b: Turn(who, a, a + b), st.sampled_from("ABC"), st.floats(0, 100), st.floats(0, 10)),
    max_size=12,
)


@given(spoken(), turns_drawn)
def test_looking_near_a_word_finds_what_looking_at_every_turn_finds(said: list[Word], turns: list[Turn]) -> None:
    turns = sorted(turns, key=lambda turn: turn.start)

    def plainly(word: Word) -> str | None:
        overlap = [min(word.end, turn.end) - max(word.start, turn.start) for turn in turns]
        return turns[overlap.index(max(overlap))].speaker if turns else None

    assert speakers_of(said, turns) == [plainly(word) for word in said]


@given(spoken(), turns_drawn)
def test_words_in_are_words_out_in_order_with_one_speaker_a_segment(said: list[Word], turns: list[Turn]) -> None:
    made = cut_segments(said, turns)
    assert [word for _, held in made for word in held] == said
    assert [segment.id for segment, _ in made] == [f"s{n:04d}" for n in range(1, len(made) + 1)]
    known: set[str | None] = {turn.speaker for turn in turns} if turns else {None}
    for segment, held in made:
        assert segment.text == "".join(word.text for word in held).strip()
        assert segment.speaker in known
        assert (segment.start, segment.end) == (held[0].start, held[-1].end)
        assert all(b.start - a.end <= PAUSE for a, b in pairwise(held))
