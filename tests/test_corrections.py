"""Corrected transcripts: what was corrected is written, and every other letter of the file stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.coding.correcting import correction
from qualkit.coding.session import Session
from qualkit.coding.text_change import changed, text_change
from qualkit.errors import QualkitError
from qualkit.model.act import Act, TextChange
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment, Transcript
from qualkit.store.corrections import with_segments
from qualkit.store.markdown import parse_markdown
from qualkit.store.vtt import parse_vtt

VTT = """\
WEBVTT

NOTE från rummet

s1
00:00:01.000 --> 00:00:02.000 align:start
<v S1>Hej <i>där</i> &amp; hej

NOTE emellan

s2
00:03.000 --> 00:04.000
<v S2>på dig

s3
00:00:05.000 --> 00:00:06.000
och hej då
"""
WORD = st.text("abå.<&", min_size=1, max_size=5)
KINDS = st.sampled_from(["text", "split", "join", "speaker"])


def segments(text: str) -> list[Segment]:
    return list(parse_vtt(text, "a.vtt")[0])


def test_one_cue_is_written_and_its_times_and_all_others_stay_letter_by_letter() -> None:
    one = replace(segments(VTT)[0], text="Hej < & då")
    new = with_segments(VTT, ".vtt", 0, 1, [one])
    assert new == VTT.replace("Hej <i>där</i> &amp; hej", "Hej &lt; &amp; då")


def test_notes_between_joined_cues_stay() -> None:
    first, second, third = segments(VTT)
    whole = replace(first, text=f"{first.text} {second.text}", end=second.end)
    new = with_segments(VTT, ".vtt", 0, 2, [whole])
    assert segments(new) == [whole, third] and "NOTE emellan" in new and "NOTE från rummet" in new


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_of_the_file_are_kept(end: str) -> None:
    text = VTT.replace("\n", end)
    last = segments(text)[2]
    parts = [replace(last, text="och", end=5.5), replace(last, id="s3-1", text="hej då", start=5.5)]
    new = with_segments(text, ".vtt", 2, 1, parts)
    assert segments(new)[2:] == parts and new.count("\n") == new.count(end)
    assert with_segments(new, ".vtt", 2, 2, [last]) == text


def test_paragraphs_of_documents_and_turns_of_transcripts() -> None:
    document = "# Rubrik\ntext här\n\n\nEtt stycke\npå två rader.\n\n- punkt"
    new = with_segments(document, ".md", 2, 1, [Segment("p3", "Ett stycke"), Segment("p4", "på två rader.")])
    assert new == "# Rubrik\ntext här\n\n\nEtt stycke\n\npå två rader.\n\n- punkt"
    spoken = "<!-- transcript: x -->\n\n**A:** ett två\n\n**B:** tre"
    new = with_segments(spoken, ".md", 1, 1, [Segment("p2", "tre fyra", "C")])
    assert new == "<!-- transcript: x -->\n\n**A:** ett två\n\n**C:** tre fyra"


def test_turns_over_two_lines_stay_on_two_lines() -> None:
    spoken = "<!-- transcript: x -->\n\n**A:** ett\ntvå\n\ntre"
    new = with_segments(spoken, ".md", 0, 1, [Segment("p1", "ett\ntvå fyra", "A")])
    assert new == "<!-- transcript: x -->\n\n**A:** ett\ntvå fyra\n\ntre"


def test_cues_without_ids_keep_theirs_when_one_is_split_before_them() -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nett två\n\n00:02.000 --> 00:03.000\ntre\n\n00:03.000 --> 00:04.000\nfyra\n"
    )
    one, *others = segments(text)
    parts = [replace(one, text="ett", end=1.5), replace(one, id="s0001-1", text="två", start=1.5)]
    new = with_segments(text, ".vtt", 0, 1, parts)
    assert segments(new) == [*parts, *others]
    assert segments(with_segments(new, ".vtt", 0, 2, [one])) == [one, *others]


@pytest.mark.parametrize(
    ("text", "suffix", "before", "after"),
    [
        ("Ett stycke.\n", ".md", 1, Segment("p1", "Ett stycke.", "A")),
        ("# Rubrik\n\nett\ntvå\n", ".md", 2, Segment("p1", "# Rubrik ett\ntvå")),
        ("<!-- transcript: x -->\n\n**A:** ett", ".md", 1, Segment("p1", "ett", "*A")),
    ],
)
def test_what_the_file_cannot_hold_is_refused(text: str, suffix: str, before: int, after: Segment) -> None:
    with pytest.raises(QualkitError, match=r"cannot hold|star"):
        with_segments(text, suffix, 0, before, [after])


@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "B", None]), st.lists(WORD, min_size=1, max_size=4)), min_size=1, max_size=5
    ),
    st.booleans(),
    st.lists(st.tuples(KINDS, st.integers(0, 99), st.lists(WORD, min_size=1, max_size=3)), max_size=6),
)
def test_any_corrections_are_the_same_in_the_file_and_in_the_program_and_go_back(
    rows: list[tuple[str | None, list[str]]], spoken: bool, wishes: list[tuple[str, int, list[str]]]
) -> None:
    """The file after each correction reads as what the session holds; undone in turn it holds the same bytes."""
    if spoken:
        made = [Segment(f"s{n}", " ".join(words), who, n * 2.0, n * 2 + 1.0) for n, (who, words) in enumerate(rows)]
        text = "WEBVTT\n\n" + "\n\n".join(with_one(segment) for segment in made) + "\n"
        suffix, read = ".vtt", lambda written: tuple(parse_vtt(written, "")[0])
    else:
        text = "\n\n".join(" ".join(words) for _, words in rows) + "\n"
        suffix, read = ".md", parse_markdown
    transcript, acts, texts = Transcript("a", read(text)), list[Act](), [text]
    for kind, where, words in wishes:
        session = Session(transcript, "anna", acts)
        session.selection.to(where % session.text.total)
        try:
            act = replace(correction(session, kind, " ".join(words)), id=f"{len(acts):026d}")
        except QualkitError:
            continue
        if kind == "speaker" and not spoken:
            continue  # a document has no speakers
        assert act.edit
        transcript = changed(transcript, act.edit)
        after = [part.segment for part in act.edit.after]
        texts.append(with_segments(texts[-1], suffix, act.edit.at, len(act.edit.before), after))
        acts.append(act)
        assert read(texts[-1]) == transcript.segments
    for act, before in zip(acts[::-1], texts[-2::-1], strict=True):
        back = text_change([Act("", "", "anna", "undo", target=act.id)], acts)
        assert back and back[0] is act
        back_in_text = back[1]
        transcript = changed(transcript, back_in_text)
        text = with_segments(texts.pop(), suffix, *parts_of(back_in_text))
        assert read(text) == read(before) == transcript.segments


def parts_of(change: TextChange) -> tuple[int, int, list[Segment]]:
    return change.at, len(change.before), [part.segment for part in change.after]


def with_one(segment: Segment) -> str:
    from qualkit.store.vtt import written_cue

    return written_cue(segment)


TALK = Transcript(
    "a", tuple(Segment(f"s{n}", text, "A", n, n + 1) for n, text in enumerate(["noll", "ett två", "tre"]))
)


def edited(transcript: Transcript, kind: str, what: str, word: int, id: str = "1") -> Act:
    session = Session(transcript, "anna")
    session.selection.to(word)
    return replace(correction(session, kind, what), id=id)


def test_the_way_back_of_a_text_that_was_changed_since_is_refused_once_and_then_passed_over() -> None:
    act = edited(TALK, "text", "ett fyra", 2)
    noted = Act("0", "", "anna", "memo", about="source", text="hej")
    other = replace(
        TALK, segments=(*TALK.segments[:1], replace(TALK.segments[1], text="något annat"), TALK.segments[2])
    )
    session = Session(other, "anna", [noted, act])
    with pytest.raises(QualkitError, match="changed since") as refused:
        session.undo()
    assert "undo again" in refused.value.hint
    assert [one.target for one in session.undo()] == ["0"]
    session.done([Act("2", "", "anna", "undo", target="0")])
    with pytest.raises(QualkitError, match="nothing to undo"):
        session.undo()
    assert [one.target for one in session.redo()] == ["2"]


def test_the_way_back_finds_its_segment_where_it_stands_today() -> None:
    act = edited(TALK, "text", "ett fyra", 2)
    assert act.edit
    now = changed(TALK, act.edit)
    before = replace(now, segments=(Segment("s9", "ny", "B", 0, 0.5), *now.segments))
    change = Session(before, "anna", [act]).text_change([Act("", "", "anna", "undo", target="1")])
    assert change and change.at == 2
    assert [one.text for one in changed(before, change).segments] == ["ny", "noll", "ett två", "tre"]
    paragraphs = Transcript("b", tuple(Segment(f"p{n}", text) for n, text in enumerate(["a", "b c", "d"], start=1)))
    act = edited(paragraphs, "text", "b x", 2)
    assert act.edit
    now = changed(paragraphs, act.edit)
    moved = Transcript("b", tuple(Segment(f"p{n}", text) for n, text in enumerate(["z", "a", "b x", "d"], start=1)))
    change = Session(moved, "anna", [act]).text_change([Act("", "", "anna", "undo", target="1")])
    assert change and [one.text for one in changed(moved, change).segments] == ["z", "a", "b c", "d"]
    twice = Transcript("b", tuple(Segment(f"p{n}", text) for n, text in enumerate(["z", "b x", "b x"], start=1)))
    with pytest.raises(QualkitError, match="changed since"):  # nobody knows which of the two was meant
        Session(twice, "anna", [replace(act, edit=replace(act.edit, at=0))]).undo()


def test_a_segment_never_gets_an_id_that_another_coder_made() -> None:
    act = edited(TALK, "split", "", 2)
    undo = Act("2", "", "anna", "undo", target="1")
    assert act.edit and act.edit.after[1].segment.id == "s1-1"
    session = Session(TALK, "bo", others=[act, undo])
    session.selection.to(2)
    theirs = replace(correction(session, "split"), id="3")
    assert theirs.edit and theirs.edit.after[1].segment.id == "s1-2"
    old = replace(theirs, coder="bo", edit=act.edit)  # made before others' ids were looked at, and taken back
    with pytest.raises(QualkitError, match="another segment has its id"):
        Session(TALK, "anna", [act, undo], others=[old, Act("4", "", "bo", "undo", target="3")]).redo()
    assert Session(TALK, "anna", [act, undo]).redo()
    joined = edited(changed(TALK, act.edit), "join", "", 1, id="5")
    assert joined.edit  # an undo of joining gives back an id that somebody made before
    assert Session(
        changed(changed(TALK, act.edit), joined.edit), "anna", [joined], others=[replace(act, coder="bo")]
    ).undo()


@pytest.mark.parametrize("label", ["S\u202e2", "An\u200bna", "\u2066S2\u2069"])
def test_a_label_with_signs_that_nobody_sees_is_refused(label: str) -> None:
    with pytest.raises(QualkitError, match="nobody sees"):
        edited(TALK, "speaker", label, 0)


def test_a_label_is_tidied_and_none_is_nobody() -> None:
    for written, kept in (("  Anna  K ", "Anna K"), ("A\u030asa", "Åsa"), ("  ", None)):
        act = edited(TALK, "speaker", written, 0)
        assert act.edit and act.edit.after[0].segment.speaker == kept
