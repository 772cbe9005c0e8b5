"""`qualkit code --plain`: the same acts, line by line."""

from __future__ import annotations

from typer.testing import CliRunner

from qualkit.cli.main import app
from qualkit.cli.plain import COMMANDS
from qualkit.model.act import Act
from tests.conftest import StudyHere
from tests.test_screen import coded, codings, journal, lines_of, state  # noqa: F401 (a fixture)


def plain(study: StudyHere, *lines: str, source: str = "a") -> str:
    result = CliRunner().invoke(
        app, ["--study", str(study.root), "code", source, "--plain"], input="\n".join(lines) + "\n", prog_name="qualkit"
    )
    assert result.exit_code == 0, result.output
    return result.output


def test_a_whole_session_line_by_line(coded: StudyHere) -> None:  # noqa: F811
    said = plain(coded, "n", "c bank", "n", "c losen: Andra vill", "m hej",
                 "ms om allt", "e Vill ha BankID. Andra vill.", "finish", "q")  # fmt: skip
    assert [(quote, code) for quote, code, _ in codings(coded)] == [
        ("Jo, det är många som", "id.bankid"),
        ("Andra vill", "id.losen"),
    ]
    assert [memo.text for memo in state(coded).memos.values()] == ["hej", "om allt"]
    assert lines_of(coded)[2][1] == "Vill ha BankID. Andra vill." and state(coded).finished == {"anna"}
    assert "2/6" in said and "S1" in said


def test_undo_and_taking_away(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "n", "c bank", "c skriva", "x bank", "undo", "undo", "redo", "undo", "q")
    assert [code for _, code, _ in codings(coded)] == ["id.bankid"]


def test_suggestions_are_answered(coded: StudyHere) -> None:  # noqa: F811
    coded.run("apply", "a")
    said = plain(coded, "s", "y", "s", "no", "s")
    assert [status for *_, status in codings(coded)][:2] == ["applied", "rejected"]
    assert "suggested:" in said


def test_what_cannot_be_done_is_said_and_nothing_ends(coded: StudyHere) -> None:  # noqa: F811
    said = plain(
        coded,
        "hopp",
        "c finnsinte",
        "x bank",
        "y",
        "g x",
        "g 99",
        "p",
        "open c",
        "/ zzz",
        "undo",
        "u",
        "d",
        "codes",
        "?",
    )
    told = ["there is no 'hopp'", "no code is called", "does not stand", "no suggestion", "which segment"]
    told += ["last segment", "first segment", "no source 'c'", "nothing to undo", "nothing doubtful", "Skaffa BankID."]
    assert [one for one in told if one not in said] == []
    assert journal(coded) == [] and all(what in said for _, what, _ in COMMANDS)


def test_segments_without_words_are_passed_over_and_a_text_without_words_ends_nothing(coded: StudyHere) -> None:  # noqa: F811
    coded.spoken("a", "M: ett", "M: ", "M: tre")
    assert plain(coded, "n", "p").count("1/3") == 2
    coded.write("transcripts/a.vtt", "WEBVTT\n")
    said = plain(
        coded, "c bank", "m hej", "e hej", "n", "p", "s", "u", "d", "y", "x bank", "/ hej", "g 1", "w", "finish"
    )
    assert said.count("holds no words") >= 3 and state(coded).finished == {"anna"}


def test_notes_of_others_are_not_read_out_unless_asked_for(coded: StudyHere) -> None:  # noqa: F811
    coded.act("a", Act("", "", "bo", "memo", about="segment:s0001", text="hemligt"), coder="bo")
    assert "hemligt" not in plain(coded, "w") and "hemligt" in plain(coded, "others")


def test_another_source_and_the_end_of_the_input(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "open b", "n", "c bank", "others")
    assert codings(coded, "b")[0][0].startswith("Vi hjälper")
