"""`qualkit anchors`: what moved, what is uncertain, and what a person decides about it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from qualkit.cli.main import app
from qualkit.coding.anchor import make_anchor
from qualkit.model.act import Act
from qualkit.model.coding import Anchor
from tests.conftest import Ran, StudyHere

TALK = (
    "S1: Vad frågar de om hos er?",
    "S2: Ja. De frågar mest om BankID och om utskrifter.",
    "S1: Får ni hjälp av kommunen med det?",
    "S2: Ja. Men inte alltid när vi skulle behöva den.",
    "S2: Vi har en kurs på torsdagar också.",
)


@pytest.fixture
def talk(study: StudyHere) -> StudyHere:
    """One interview; anna has coded an answer and a whole sentence, bo the same sentence."""
    study.sources("a;A;interview;Haninge;;;;")
    study.spoken("a", *TALK)
    study.act("a", code(study, "Ja.", "s0004"), code(study, "Vi har en kurs på torsdagar också.", "s0005", "ut.skriva"))
    study.act("a", code(study, "Vi har en kurs på torsdagar också.", "s0005", coder="bo"), coder="bo")
    return study


def code(study: StudyHere, quote: str, segment: str, name: str = "id.bankid", coder: str = "anna") -> Act:
    return Act("", "", coder, "code", anchor=on(study, quote, segment), code=name)


def on(study: StudyHere, quote: str, segment: str) -> Anchor:
    transcript = study.transcript("a")
    at = transcript.index[segment]
    start = transcript.segments[at].text.index(quote)
    return make_anchor(transcript, at, start, at, start + len(quote))


def acts(study: StudyHere, coder: str = "anna") -> list[dict[str, str]]:
    path = study.root / "transcripts" / f"a.{coder}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ids(study: StudyHere, coder: str = "anna") -> list[str]:
    return [act["id"] for act in acts(study, coder) if act["act"] == "code"]


def without_the_answer(study: StudyHere) -> None:
    """The coded "Ja." is cut out; the one before it stands between other words."""
    study.spoken("a", *TALK[:3], TALK[3].replace("Ja. ", ""), *TALK[4:])


def told(ran: Ran) -> list[str]:
    return [line.strip() for line in ran.out.splitlines() if line.strip()]


# Looking


def test_nothing_has_moved(talk: StudyHere) -> None:
    before = talk.files()
    assert told(talk.run("anchors")) == ["0 moved, 0 uncertain of 2 excerpts"]
    assert talk.files() == before


def test_moved_and_uncertain_excerpts_are_listed_with_their_places(talk: StudyHere) -> None:
    talk.spoken("a", *TALK[:3], TALK[3].replace("Ja. ", ""), TALK[4].replace("Vi har", "Sedan har vi"))
    before = talk.files()
    lines = told(talk.run("anchors"))
    assert lines[0] == "moved  a  0:00:10 s0005"
    assert lines[1].startswith("ut.skriva  applied  anna  01") and lines[2].startswith("id.bankid  applied  bo  01")
    assert lines[3] == "Vi har en kurs på torsdagar också."
    assert lines[4].startswith("->  0:00:10 s0005  ") and "between the same words" in lines[4]
    assert lines[5] == "Sedan har vi en kurs på torsdagar också."
    assert lines[6] == "uncertain  a  0:00:08 s0004"
    assert lines[-3] == "1 moved, 1 uncertain of 2 excerpts"
    assert "--record" in lines[-2] and "--ask" in lines[-1]
    assert talk.files() == before, "looking writes nothing"


def test_the_list_of_one_source_and_one_coder(talk: StudyHere) -> None:
    without_the_answer(talk)
    assert "1 uncertain of 2 excerpts" in talk.run("anchors", "a").out
    assert "0 uncertain of 1 excerpt" in talk.run("anchors", "--coder", "bo").out
    assert talk.run("anchors", "b").code == 1
    assert "no coder is called 'cy'" in talk.run("anchors", "--coder", "cy").err


def test_a_deleted_transcript_loses_nothing(talk: StudyHere) -> None:
    (talk.root / "transcripts" / "a.vtt").unlink()
    ran = talk.run("anchors")
    assert ran.code == 0 and "its transcript is not there" in ran.out and "2 uncertain of 2 excerpts" in ran.out
    assert "put its file back" in talk.run("anchors", "--place", f"{ids(talk)[0]}=1").err
    talk.spoken("a", *TALK)
    assert "0 uncertain of 2" in talk.run("anchors").out


@pytest.mark.parametrize("text", ["WEBVTT\n", "", "WEBVTT\n\n00:00.000 --> 00:01.000\n\n"])
def test_an_empty_transcript_loses_nothing(talk: StudyHere, text: str) -> None:
    talk.write("transcripts/a.vtt", text)
    ran = talk.run("anchors")
    assert ran.code == 0 and "nothing like it was found" in ran.out and "2 uncertain of 2 excerpts" in ran.out


def test_status_counts_and_check_says_how_to_decide(talk: StudyHere) -> None:
    talk.spoken("a", *TALK[:3], TALK[3].replace("Ja. ", ""), TALK[4].replace("Vi har", "Sedan har vi"))
    out = talk.run("status").out
    assert "words not found again, left out of figures: a (1)  (qualkit anchors)" in out
    assert "words found at another place: a (1)  (qualkit anchors --record)" in out
    assert "decide: qualkit anchors a" in talk.run("check").out


def test_reading_writes_nothing_not_even_a_lock(talk: StudyHere) -> None:
    """A study may lie where nobody may write; what moved is placed anew at every reading."""
    talk.spoken("a", *TALK[:3], TALK[3].replace("Ja. ", ""), TALK[4].replace("Vi har", "Sedan har vi"))
    before = {path: path.stat().st_mtime_ns for path in talk.root.rglob("*")}
    for words in (["matrix"], ["excerpts"], ["status"], ["check"], ["anchors"]):
        assert talk.run(*words).code == 0
    assert "Sedan har vi en kurs" in talk.run("excerpts").out
    assert {path: path.stat().st_mtime_ns for path in talk.root.rglob("*")} == before


# Recording


def test_what_moved_is_recorded_once_in_ones_own_journal_and_read_from_there(talk: StudyHere) -> None:
    talk.spoken("a", *TALK[:4], "S2: Sedan har vi en kurs på onsdagar också.")
    assert "a: 1 recorded (anna)" in talk.run("anchors", "--record").out
    (act,) = [act for act in acts(talk) if act["act"] == "place"]
    assert (act["target"], act["reason"]) == (ids(talk)[1], "followed")
    assert act["anchor"]["quote"] == "Sedan har vi en kurs på onsdagar också."  # type: ignore[index]
    assert [act["act"] for act in acts(talk, "bo")] == ["code"]
    assert "nothing of anna has moved" in talk.run("anchors", "--record").out
    assert "a: 1 recorded (bo)" in talk.run("anchors", "--record", "--coder", "bo").out
    assert "0 moved" in talk.run("anchors").out
    talk.spoken("a", *TALK[:4], "S2: Och sedan har vi en kurs på onsdagar också.")
    assert "1 moved, 0 uncertain" in talk.run("anchors").out


def test_word_times_are_recorded_where_they_are_known(talk: StudyHere) -> None:
    words = [[" Sedan", 10.1, 10.2, 1], [" har", 10.2, 10.3, 1], [" vi", 10.3, 10.4, 1], [" en", 10.4, 10.5, 1]]
    words += [
        [" kurs", 10.5, 10.6, 1],
        [" på", 10.6, 10.7, 1],
        [" torsdagar", 10.7, 10.8, 1],
        [" också.", 10.8, 10.9, 1],
    ]
    talk.spoken("a", *TALK[:4], "S2: Sedan har vi en kurs på torsdagar också.")
    talk.write("transcripts/a.words.jsonl", json.dumps({"segment": "s0005", "words": words}) + "\n")
    talk.run("anchors", "--place", f"{ids(talk)[1]}=1")
    anchor = acts(talk)[-1]["anchor"]
    assert (anchor["start"], anchor["end"]) == (10.1, 10.9)  # type: ignore[index]


def test_apply_writes_down_what_moved_before_it_suggests(talk: StudyHere) -> None:
    talk.spoken("a", *TALK[:4], "S2: Sedan har vi en kurs på torsdagar också.")
    assert "a: 1 new, 1 followed their words" in talk.run("apply").out
    assert [act["act"] for act in acts(talk)][2:] == ["place", "suggest"]
    assert "a: 0 new\n" in talk.run("apply").out


# Deciding


def test_a_person_chooses_a_candidate_and_takes_it_back(talk: StudyHere) -> None:
    without_the_answer(talk)
    first = ids(talk)[0]
    lines = told(talk.run("anchors"))
    assert any(line.startswith("1  0:00:04 s0002") for line in lines) and "Ja." in lines
    ran = talk.run("anchors", "--place", f"{first[:20]}=1")
    assert ran.code == 0 and "placed at 0:00:04 s0002 (anna)" in ran.out
    assert acts(talk)[-1]["reason"] == "chosen"
    assert "0 moved, 0 uncertain of 2 excerpts" in talk.run("anchors").out
    assert "is as it was before (anna)" in talk.run("anchors", "--undo", first).out
    assert "1 uncertain of 2 excerpts" in talk.run("anchors").out
    assert "no coding whose id begins" in talk.run("anchors", "--undo", first).err


def test_a_person_chooses_a_whole_segment(talk: StudyHere) -> None:
    without_the_answer(talk)
    talk.run("anchors", "--place", f"{ids(talk)[0]}=s0004")
    assert acts(talk)[-1]["anchor"]["quote"] == "Men inte alltid när vi skulle behöva den."  # type: ignore[index]
    assert "0 uncertain" in talk.run("anchors").out


def test_a_number_is_a_candidate_and_never_a_segment_of_that_name(talk: StudyHere) -> None:
    """Cues that come from SubRip are called 1, 2, 3: a slip must not put an excerpt there."""
    without_the_answer(talk)
    path = talk.root / "transcripts" / "a.vtt"
    path.write_text(path.read_text(encoding="utf-8").replace("s0003", "9"), encoding="utf-8")
    first = ids(talk)[0]
    assert "'9' is no candidate" in talk.run("anchors", "--place", f"{first}=9").err
    assert "placed at 0:00:06 9 (anna)" in talk.run("anchors", "--place", f"{first}=#9").out
    assert "  try: a segment's id" in talk.run("anchors", "--place", f"{first}=9").err


def test_a_person_removes_a_coding_and_takes_that_back(talk: StudyHere) -> None:
    without_the_answer(talk)
    first = ids(talk)[0]
    assert "removed (anna)" in talk.run("anchors", "--remove", first).out
    assert "0 uncertain of 1 excerpt" in talk.run("anchors").out
    talk.run("anchors", "--undo", first)
    assert "1 uncertain of 2 excerpts" in talk.run("anchors").out


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--place", "{0}=9"], "'9' is no candidate of this excerpt, and no segment"),
        (["--place", "{0}=0"], "'0' is no candidate"),
        (["--place", "{0}=s0999"], "'s0999' is no candidate"),
        (["--place", "{0}"], "is not ID=N"),
        (["--place", "{0}="], "is not ID=N"),
        (["--place", "zzzzzzzzzz=1"], "there is no coding whose id begins with"),
        (["--place", "01=1"], "neither a source nor enough of a coding's id"),
        (["--remove", "zzzzzzzzzz"], "there is no coding"),
        (["--undo", "01"], "not enough of a coding's id"),
        (["--undo", "{0}"], "no coding whose id begins with"),
        (["--place", "{0}=1", "--coder", "bo"], "there is no coding"),
    ],
)
def test_what_cannot_be_decided_is_said_and_nothing_is_written(talk: StudyHere, words: list[str], error: str) -> None:
    without_the_answer(talk)
    before = talk.files()
    ran = talk.run("anchors", *(word.format(*ids(talk)) for word in words))
    assert ran.code == 1 and error in ran.err
    assert talk.files() == before


def test_nobody_decides_for_another(talk: StudyHere) -> None:
    """Not even where their own coding stands on the same words."""
    before, (of_bo,) = talk.files(), ids(talk, "bo")
    for words in (["--remove", of_bo], ["--place", f"{of_bo}=s0004"]):
        ran = talk.run("anchors", *words)
        assert ran.code == 1 and "this is a coding of bo, not of anna" in ran.err and "--coder bo" in ran.err
    assert talk.files() == before
    talk.run("anchors", "--remove", of_bo, "--coder", "bo")
    assert [act["act"] for act in acts(talk, "bo")] == ["code", "remove"]
    assert [act["act"] for act in acts(talk)] == ["code", "code"]


def test_what_a_change_of_the_codebook_took_away_is_taken_back_there_only(talk: StudyHere) -> None:
    sentence = "Men inte alltid när vi skulle behöva den."
    made, _ = talk.act("a", code(talk, sentence, "s0004", "id.losen"), code(talk, sentence, "s0004", "id.bankid"))
    assert talk.run("codebook", "merge", "id.losen", "--into", "id.bankid", "--yes").code == 0
    assert [act["act"] for act in acts(talk)][-1] == "remove"
    ran = talk.run("anchors", "--undo", made.id)
    assert ran.code == 1 and "was placed or removed" in ran.err


ANSWERS: list[tuple[list[str], list[str]]] = [
    (["1"], ["place"]),
    (["r"], ["remove"]),
    ([""], []),
    (["q"], []),
    (["s0004"], ["place"]),
    (["9", "x", "1"], ["place"]),
    ([], []),
]


@pytest.mark.parametrize(("answers", "done"), ANSWERS)
def test_one_after_the_other_at_the_terminal(talk: StudyHere, answers: list[str], done: list[str]) -> None:
    without_the_answer(talk)
    typed = "".join(f" {answer} \n" for answer in answers)
    ran = CliRunner().invoke(app, ["--study", str(talk.root), "anchors", "--ask"], input=typed)
    assert ran.exit_code == 0 and "uncertain  a" in ran.stdout and "q to stop: " in ran.stderr
    assert [act["act"] for act in acts(talk)][2:] == done
