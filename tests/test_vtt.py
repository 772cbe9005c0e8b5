"""WebVTT: read as programs write it, written as the specification says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.errors import Problem
from qualkit.model.transcript import Segment, Word
from qualkit.store.transcripts import read_transcript, read_words, transcript_path, write_transcript, write_words
from qualkit.store.vtt import parse_vtt, write_vtt


def read(text: str) -> tuple[Segment, ...]:
    segments, problems = parse_vtt(text, "a.vtt")
    assert problems == []
    return segments


def told(text: str) -> list[tuple[int, str, bool]]:
    return [(int(p.where.removeprefix("a.vtt:")), p.message, p.warning) for p in parse_vtt(text, "a.vtt")[1]]


ONE = (Segment("s1", "Hej på dig", "S1", 1.5, 2.0),)


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\ns1\n00:00:01.500 --> 00:00:02.000\n<v S1>Hej på dig\n",
        "\ufeffWEBVTT - titel\nKind: captions\nLanguage: sv\n\ns1\n00:01.500 --> 00:02.000\n<v S1>Hej på dig",
        "WEBVTT\r\n\r\ns1\r\n00:00:01,500 --> 00:00:02,000\r\n<v S1>Hej\r\npå dig</v>\r\n\r\n",
        "WEBVTT\r\rs1\r0:0:01.5 --> 0:0:2\r<v S1>Hej på dig\r",
        "s1\n00:00:01,5 --> 00:00:02,0\n<v S1>Hej på dig",
        "\n\n  s1  \n 00:01.500  -->  00:02.000  align:start position:10%\n<v S1> Hej   på dig ",
        "WEBVTT\n\nNOTE en\ntvå\n\nSTYLE\n::cue {}\n\nREGION\nid:x\n\ns1\n00:01.5 --> 00:02\n<v S1>Hej på dig",
        "WEBVTT\ns1\n00:01.5 --> 00:02\n<v S1>Hej på dig",
        "WEBVTT\nKind: captions\ns1\n00:01.5 --> 00:02\n<v S1>Hej på dig",
        "WEBVTT\n \ns1\n00:01.5-->00:02\n<v.loud S1>Hej <b>på</b> <c.x>dig</c><00:00:01.700>",
        "WEBVTT\n\ns1\n00:01.5 --> 00:02\n<V  S1>Hej p&aring; <lang sv>dig</lang>",
    ],
)
def test_many_ways_of_one_cue(text: str) -> None:
    assert read(text) == ONE


def test_subrip_without_header_hours_and_speakers() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,500\nHej\n\n2\n01:00:03,250 --> 01:00:04,000\n- Du\n- Jag\n"
    assert read(text) == (Segment("1", "Hej", None, 1.0, 2.5), Segment("2", "- Du - Jag", None, 3603.25, 3604.0))


def test_cues_without_ids_get_free_ones() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\na\n\ns0003\n00:02.000 --> 00:03.000\nb\n\n00:03.000 --> 00:04.000\nc\n"
    assert [segment.id for segment in read(text)] == ["s0001", "s0003", "s0003-1"]


def test_a_cue_put_in_between_leaves_the_others_their_ids() -> None:
    cue = "{}\n00:0{}.000 --> 00:0{}.500\n{}\n\n"
    before = "WEBVTT\n\n" + "".join(cue.format(f"s000{n}", n, n, n) for n in (1, 2, 3))
    split = before.replace("s0003", "00:02.600 --> 00:02.900\nny\n\ns0003")
    segments, problems = parse_vtt(split, "a.vtt")
    assert [segment.id for segment in segments] == ["s0001", "s0002", "s0002-1", "s0003"]
    assert problems == []


def test_a_header_with_a_cue_below_it_loses_nothing() -> None:
    (only,) = read("WEBVTT\n00:01.000 --> 00:02.000\nHej\n")
    assert (only.text, only.id) == ("Hej", "s0001")
    _, problems = parse_vtt("WEBVTT\n00:01.000 --> 00:00.500\nHej\n", "a.vtt")
    assert [problem.where for problem in problems] == ["a.vtt:2"]


@pytest.mark.parametrize("id", ["WEBVTT", "WEBVTT 2", "NOTE", "NOTE 3", "STYLE", "REGION"])
def test_an_id_that_looks_like_a_block_of_its_own_is_an_id(id: str) -> None:
    text = f"WEBVTT\n\na\n00:00.000 --> 00:01.000\nEtt\n\n{id}\n00:01.000 --> 00:02.000\nTvå\n"
    assert [(segment.id, segment.text) for segment in read(text)] == [("a", "Ett"), (id, "Två")]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("A &amp; B &lt;3 &gt;", "A & B <3 >"),
        ("A & B", "A & B"),
        ("&amp;lt;", "&lt;"),
        ("a&nbsp;b", "a b"),
        ("<hostar> Ja <ohörbart>", "<hostar> Ja <ohörbart>"),
        ("om a < b och c > d", "om a < b och c > d"),
        ("<i>Ja</i>, <u>visst</u>", "Ja, visst"),
        ('<font color="#fff">Ja</font>', "Ja"),
        ("<ruby>Ja<rt>ja</rt></ruby>", "Jaja"),
    ],
)
def test_entities_and_tags_go_but_no_words(written: str, text: str) -> None:
    assert read(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{written}\n")[0].text == text


def test_a_speaker_with_blanks_and_entities() -> None:
    (only,) = read("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Åsa &amp; Bo >Hej\n")
    assert only.speaker == "Åsa & Bo"


def test_two_speakers_in_a_cue_are_told_and_their_words_kept_apart() -> None:
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\n<v A>Hej</v><v B>Hopp</v>\n"
    segments, (problem,) = parse_vtt(text, "a.vtt")
    assert segments == (Segment("1", "Hej Hopp", "A", 1.0, 2.0),)
    assert (problem.where, problem.warning) == ("a.vtt:5", True) and "2 speakers" in problem.message
    assert told(text.replace("<v B>", "<v A>")) == []


def test_overlap_and_going_backwards_are_warnings_and_reversed_times_an_error() -> None:
    text = """WEBVTT

a
00:05.000 --> 00:07.000
Ett

b
00:06.999 --> 00:08.000
Två

c
00:06.000 --> 00:09.000
Tre

d
00:09.000 --> 00:08.000
Fyra
"""
    assert told(text) == [
        (8, "this cue begins before the one above it has ended", True),
        (12, "this cue begins before the one above it", True),
        (16, "this cue ends before it begins", False),
    ]
    assert [segment.text for segment in parse_vtt(text, "a")[0]] == ["Ett", "Två", "Tre", "Fyra"]


def test_cues_that_share_one_span_are_fine() -> None:
    assert told("WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n00:01.000 --> 00:02.000\nb\n") == []


def test_cues_that_touch_are_fine() -> None:
    assert told("WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n00:02.000 --> 00:02.000\nb\n") == []


def test_duplicate_ids_text_without_times_and_bad_times() -> None:
    text = """WEBVTT

1
00:01.000 --> 00:02.000
Ett

1
00:02.000 --> 00:03.000
Två

Text som hamnat fel
på två rader

3
00:02 -> 00:04
Tre

4
00:xx --> 00:05
Fyra
"""
    segments, problems = parse_vtt(text, "a.vtt")
    assert [(segment.id, segment.text) for segment in segments] == [("1", "Ett"), ("1-1", "Två")]
    assert [(p.where, p.warning) for p in problems] == [(f"a.vtt:{line}", False) for line in (7, 11, 14, 19)]
    assert "two cues have the id '1'" in problems[0].message
    assert "would be lost" in problems[1].message
    assert "'00:xx --> 00:05' is no time line" in problems[3].message


def test_a_missing_empty_line_between_two_cues_is_told() -> None:
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\nEtt\n2\n00:02.000 --> 00:03.000\nTvå\n"
    assert told(text) == [(7, "a time line stands in the text of a cue", False)]
    assert told("WEBVTT\n\n1\n00:01.000 --> 00:02.000\nEtt --> två\n") == []


def test_written_strictly() -> None:
    segments = (
        Segment("s0001", "Hej  på\ndig & <dig> --> nu", "S1", 0.0, 1.2344),
        Segment("s0002", "", None, 59.9996, 3600.0),
        Segment("x y", "Ja", "Åsa & <Bo>\n", 360000.5, 360001.0),
    )
    assert write_vtt(segments, "Gjord av qualkit --> nu\n") == (
        "WEBVTT\n\n"
        "NOTE\nGjord av qualkit -> nu\n\n"
        "s0001\n00:00:00.000 --> 00:00:01.234\n<v S1>Hej på dig &amp; &lt;dig&gt; --&gt; nu\n\n"
        "s0002\n00:01:00.000 --> 01:00:00.000\n\n\n"
        "x y\n100:00:00.500 --> 100:00:01.000\n<v Åsa &amp; &lt;Bo&gt;>Ja\n"
    )
    assert write_vtt(()) == "WEBVTT\n"


PLAIN = st.text(
    st.one_of(st.sampled_from("<>&-;.:/vcbi åÅ12"), st.characters(exclude_categories=["Cs", "Cc"])), max_size=25
).map(lambda text: " ".join(text.split()))
IDS = st.one_of(PLAIN, st.sampled_from(["NOTE", "WEBVTT", "STYLE x", "1", "s0001"])).filter(
    lambda name: bool(name) and "-->" not in name
)


@st.composite
def transcripts(draw: st.DrawFn) -> tuple[Segment, ...]:
    ids = draw(st.lists(IDS, max_size=6, unique=True))
    times = sorted(draw(st.lists(st.integers(0, 400_000_000), min_size=2 * len(ids), max_size=2 * len(ids))))
    return tuple(
        Segment(id, draw(PLAIN), draw(st.one_of(st.none(), _names())), times[2 * n] / 1000, times[2 * n + 1] / 1000)
        for n, id in enumerate(ids)
    )


def _names() -> st.SearchStrategy[str]:
    import unicodedata

    return PLAIN.map(lambda text: " ".join(unicodedata.normalize("NFC", text).split())).filter(bool)


@given(transcripts())
@settings(max_examples=300, deadline=None)
def test_reading_what_was_written_gives_the_same(segments: tuple[Segment, ...]) -> None:
    written = write_vtt(segments, "note")
    again, problems = parse_vtt(written, "a.vtt")
    assert again == segments
    assert problems == []
    assert write_vtt(again, "note") == written


@given(st.text(st.sampled_from("WEBVT NOTE0123456789:.,-><v/&;\n\r\tå"), max_size=120))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_reading_crash_and_ids_are_unique(text: str) -> None:
    segments, problems = parse_vtt(text, "a.vtt")
    assert len({segment.id for segment in segments}) == len(segments)
    assert all(problem.where.startswith("a.vtt:") for problem in problems)


def test_a_file_of_a_study(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    write_transcript(path, ONE)
    transcript, problems = read_transcript(path, "a", "transcripts/a.vtt")
    assert (transcript.segments, transcript.speakers, problems) == (ONE, ("S1",), [])
    assert transcript_path(tmp_path, "a") == path
    assert transcript_path(tmp_path, "b") is None


def test_an_empty_transcript_and_letters_in_two_pieces_are_warnings(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text("WEBVTT\n", "utf-8")
    assert [(p.where, p.warning) for p in read_transcript(path, "a", "a.vtt")[1]] == [("a.vtt", True)]
    path.write_text("WEBVTT\n\n1\n00:01.000 --> 00:02.000\na\u030a\n", "utf-8")
    (problem,) = read_transcript(path, "a", "a.vtt")[1]
    assert problem.where == "a.vtt:5" and problem.warning and isinstance(problem, Problem)


def test_words_are_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.words.jsonl"
    words = (Word(" Hej", 0.0, 0.51, 0.987), Word(" på", 0.51, 1.0, 1.0))
    write_words(path, [("s1", words), ("s2", ())])
    assert read_words(path) == {"s1": words, "s2": ()}
    assert read_words(tmp_path / "none.words.jsonl") == {}
