"""Speakers shown, renamed and joined: two files and a journal that always say the same, and an undo that is exact."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualkit.coding.fold import fold, standing
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.coding import Anchor
from qualkit.store import journals
from qualkit.store.journals import Writer, read_journal
from qualkit.store.markdown import MARK
from qualkit.store.material import journal_writer
from qualkit.store.project import Folder
from qualkit.store.relabel import SpeakerFiles, carry_out, renaming
from tests.conftest import Ran, StudyHere

PEOPLE = "source;speaker;participant;role;municipality;ålder"
ROWS = (
    "a;S1;M1;moderator;;",
    "a;S2;P1;participant;Haninge;30",
    "b;S1;P9;participant;;",
    "a;S3;P2;participant;Huddinge;41",
)
SAID = ("S1: Välkomna hit.", "S2: Jag vill ha BankID nu.", "S3: Och jag ett lösenord.", "S2: Just det.", "S4: Jaha.")


@pytest.fixture
def talk(study: StudyHere) -> StudyHere:
    """A group of four, of whom three have rows."""
    study.sources("a;Samtal;focus group;Huddinge;;;;", "b;B;interview;Haninge;;;;")
    study.participants(*ROWS, headings=PEOPLE)
    study.spoken("a", *SAID)
    study.spoken("b", "S1: Hej.")
    return study


def vtt(study: StudyHere) -> str:
    return (study.root / "transcripts" / "a.vtt").read_bytes().decode()


def table(study: StudyHere) -> list[str]:
    return (study.root / "transcripts" / "participants.csv").read_bytes().decode("utf-8-sig").splitlines()


def named(study: StudyHere) -> list[str | None]:
    return [segment.speaker for segment in study.transcript("a").segments]


def both(study: StudyHere) -> tuple[bytes, bytes]:
    files = study.files()
    return files[
        next(name for name in files if name.startswith("transcripts/a.") and not name.endswith("jsonl"))
    ], files["transcripts/participants.csv"]


def acts(study: StudyHere, coder: str = "anna") -> list[Act]:
    return list(read_journal(study.root / "transcripts" / f"a.{coder}.jsonl", "j").acts)


def changes(done: list[Act]) -> list[Act]:
    """The changes of labels that stand."""
    return [act for act in standing(done) if act.labels]


def done(ran: Ran) -> str:
    assert ran.code == 0, ran.err
    return ran.out


def refused(study: StudyHere, *words: str) -> str:
    before = study.files()
    ran = study.run("speakers", "a", *words)
    assert ran.code == 1 and ran.err.startswith("error: "), ran.text
    assert study.files() == before
    return ran.err


# Showing


def test_shares_words_rows_and_where_to_listen(study: StudyHere) -> None:
    study.sources("a;Samtal;focus group;Huddinge;;;audio/a.wav;")
    study.participants("a;Per;M1;moderator;", "a;S2;P1;deltagare;0136", "a;S9;P9;participant;")
    study.write(
        "transcripts/a.vtt",
        "WEBVTT\n\n00:00.000 --> 00:32.000\n<v Per>Ett två tre fyra fem sex sju åtta nio.\n\n"
        "00:29.000 --> 00:36.000\n<v S2>Ja.\n\n00:40.000 --> 00:45.000\n<v S2>Det är så här.\n\n"
        "00:50.000 --> 00:58.000\nNågon.\n\n00:58.000 --> 00:58.000\n<v S3>Hm.\n",
    )
    ran = study.run("speakers", "a")
    rows = {
        line.split()[0]: " ".join(line.split()[1:])
        for line in done(ran).partition("to listen")[0].splitlines()
        if line.strip()
    }
    assert rows["Per"].startswith("M1 moderator - 62% 0.5 9 Ett två tre fyra fem sex sju åtta …")
    assert rows["S2"].startswith("P1 participant Haninge 23% 0.2 5 Ja. Det är så här.")
    assert rows["S3"].startswith("- - Huddinge 0% 0.0 1 Hm.")
    assert rows["(nobody)"].startswith("- - Huddinge 15% 0.1 1 Någon.")
    assert "no row in participants.csv: S3  (" in ran.out and "not in the transcript: S9\n" in ran.out
    assert "  Per  qualkit clip a 0:00:00 0:00:10\n" in ran.out
    assert "  S2  qualkit clip a 0:00:40 0:00:45\n" in ran.out, "5 seconds alone beat 7 of which 3 are talked into"
    assert "  S3 " not in ran.out.partition("to listen")[2], "a cue without length cannot be heard"


def test_turns_that_share_a_span_share_its_time_by_words(study: StudyHere) -> None:
    study.sources("a;;interview;Huddinge;;;;")
    span = "00:00.000 --> 00:40.000"
    study.write("transcripts/a.vtt", f"WEBVTT\n\n{span}\n<v S1>ett två tre\n\n{span}\n<v S2>fyra\n")
    shown = done(study.run("speakers", "a"))
    assert "75%      0.5      3" in shown and "25%      0.2      1" in shown and "listen" not in shown


def test_without_times_the_words_are_shared(study: StudyHere) -> None:
    study.sources("a;;interview;Huddinge;;;;")
    study.document("a", f"{MARK}\n\n**Åsa:** Ett två tre.\n\n**Bo Ek:** Fyra.\n")
    shown = done(study.run("speakers", "a"))
    assert "of the words" in shown and "minutes" not in shown and "75%" in shown and "Bo Ek" in shown


@pytest.mark.parametrize(
    ("text", "says"),
    [("WEBVTT\n\n00:00.000 --> 00:01.000\nHej.\n", "tells no speakers apart"), ("", "no speakers apart")],
)
def test_nobody_to_show(study: StudyHere, text: str, says: str) -> None:
    study.sources("a;;interview;Huddinge;;;audio/a.wav;")
    assert "qualkit transcribe a" in refused(study)
    study.write("transcripts/a.vtt", text)
    assert says in refused(study) and "there is no speaker 'S1' in 'a'" in refused(study, "--rename", "S1=Anna")
    study.write("transcripts/a.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\n<v S1>Hej.\n")
    assert "no speaker of 'a' was renamed or joined" in refused(study, "--undo")


def test_clips_hold_the_sound_of_each_speaker(study: StudyHere) -> None:
    from tests.sound import write_sound
    from tests.test_clip import heard, ladder, second

    study.sources("a;;interview;Huddinge;;;audio/a.flac;")
    write_sound(study.root / "audio" / "a.flac", ladder(10))
    cues = "00:02.000 --> 00:04.000\n<v Bo/Ek>Hej.\n\n00:06.000 --> 00:08.000\n<v Bo:Ek>Hej.\n"
    study.write("transcripts/a.vtt", f"WEBVTT\n\n{cues}")
    shown = done(study.run("speakers", "a", "--clips"))
    files = [study.root / "exports" / name for name in ("a-Bo-Ek.mp3", "a-Bo-Ek-2.mp3")]
    assert f"  Bo/Ek  {files[0]}\n  Bo:Ek  {files[1]}\n" in shown
    assert [second(heard(file), 1.0) for file in files] == [2, 6]
    study.sources("a;;interview;Huddinge;;;;")
    assert "has no sound" in study.run("speakers", "a", "--clips").err


# Renaming


def test_a_rename_changes_the_labels_and_the_row_and_nothing_else(talk: StudyHere) -> None:
    before, rows = vtt(talk), table(talk)
    shown = done(talk.run("speakers", "a", "--rename", "S2=Åsa Öst"))
    assert "S2 becomes Åsa Öst: 2 segments of transcripts/a.vtt, line 3 of transcripts/participants.csv" in shown
    assert "in anna's journal" in shown and "qualkit speakers a --undo" in shown
    assert vtt(talk) == before.replace("<v S2>", "<v Åsa Öst>")
    assert table(talk) == [row.replace("a;S2;", "a;Åsa Öst;") for row in rows]
    (act,) = acts(talk)
    assert (act.act, act.coder) == ("rename", "anna") and act.time
    (change,) = act.labels
    assert (change.old, change.new, change.segments) == ("S2", "Åsa Öst", ("s0002", "s0004"))
    assert (
        change.row and change.row.before == "a;S2;P1;participant;Haninge;30\n" and ("ålder", "30") in change.row.cells
    )
    assert done(talk.run("check")).count("warning") == 2, "S4 still has no row; the counting line names warnings too"


@pytest.mark.parametrize(
    "label",
    [
        "\u200b",
        "\u2060\ufeff",
        "\u202eannA",
        "An\u2066na",
        "An\u00adna",
        "\u200dAnna",
        "Anna\u200c B",
        "\u3164",
        "\x07",
    ],
)
def test_a_label_that_cannot_be_seen_as_it_is_is_refused(talk: StudyHere, label: str) -> None:
    assert "a sign that nobody sees" in refused(talk, "--rename", f"S2={label}")


@pytest.mark.parametrize("label", ["می\u200cخواهم", "क्\u200dष", "Åsa Öst", "李 明", "Bo 👩\u200d🏫"])
def test_joiners_inside_a_word_belong_to_it(talk: StudyHere, label: str) -> None:
    done(talk.run("speakers", "a", "--rename", f"S2={label}"))
    assert label in named(talk)


def test_what_was_not_done_is_not_told(talk: StudyHere) -> None:
    with journal_writer(Folder(talk.root), "a", "anna"):
        ran = talk.run("speakers", "a", "--rename", "S2=Eva")
    assert ran.code == 1 and "another qualkit" in ran.err and "becomes" not in ran.out


def test_one_command_renames_several_and_exchanges_two(talk: StudyHere) -> None:
    before = both(talk)
    done(talk.run("speakers", "a", "--rename", "S2=S3", "--rename", "S3=S2", "--rename", "S4=Bo"))
    assert named(talk) == ["S1", "S3", "S2", "S3", "Bo"] and len(acts(talk)) == 1
    assert [row.split(";")[1:3] for row in table(talk)[1:]] == [["S1", "M1"], ["S3", "P1"], ["S1", "P9"], ["S2", "P2"]]
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before


@pytest.mark.parametrize(
    "label", ["A<B", "A > B", "Bo & Co", "&lt;", "R&amp;D", "Å ä ö", "李", "a=b", "S1:", "-->", "P 1,5;", 'Ann "Pia"']
)
def test_any_sign_can_stand_in_a_label(talk: StudyHere, label: str) -> None:
    before = both(talk)
    done(talk.run("speakers", "a", "--rename", f"S2={label}"))
    assert named(talk) == ["S1", label, "S3", label, "S4"]
    assert talk.open().study.speakers["a", label].id == "P1"
    done(talk.run("speakers", "a", "--rename", f"{label}=S2"))
    assert named(talk)[1] == "S2"
    done(talk.run("speakers", "a", "--undo"))
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--rename", "S2"], "does not say who becomes whom"),
        (["--rename", "S9=Anna"], "there is no speaker 'S9' in 'a'"),
        (["--rename", "S2="], "a speaker needs a label"),
        (["--rename", "S2=A\x07"], "a sign that nobody sees"),
        (["--rename", "S2=S2"], "called so already"),
        (["--rename", "S2=S1"], "--join S2=S1"),
        (["--rename", "S2=S4"], "transcripts/a.vtt: there is a speaker 'S4' already"),
        (["--rename", "S2=A", "--rename", "S2=B"], "'S2' is named twice"),
        (["--rename", "S2=A", "--rename", "S3=A"], "cannot both become 'A'"),
        (["--join", "S2=Anna"], "--rename S2=Anna"),
        (["--join", "S2=S2"], "cannot both stay and go"),
        (["--join", "S4=S2", "--join", "S2=S1"], "cannot both stay and go"),
        (["--join", "S3=S2"], "participants.csv:5: S3 and S2 are not the same participant: P2 and P1 (line 3)"),
        (["--join", "S2=S1", "--undo"], "one thing at a time"),
        (["--undo"], "nothing to take back"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(talk: StudyHere, words: list[str], says: str) -> None:
    assert says in refused(talk, *words)


def test_a_row_that_was_written_first_waits_for_its_speaker(talk: StudyHere) -> None:
    talk.participants(*ROWS, "a;Eva;P4;participant;", headings=PEOPLE)
    assert "there is a speaker 'Eva' already" in refused(talk, "--rename", "S2=Eva")
    before = both(talk)
    assert "no row of" in done(talk.run("speakers", "a", "--rename", "S4=Eva"))
    assert named(talk)[-1] == "Eva" and both(talk)[1] == before[1]
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before


def test_a_row_without_words_can_be_given_to_a_speaker(talk: StudyHere) -> None:
    talk.participants(*ROWS, "a;S8;P4;participant;", headings=PEOPLE)
    before = both(talk)
    done(talk.run("speakers", "a", "--rename", "S8=S4"))
    assert talk.open().study.speakers["a", "S4"].id == "P4"
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before, "S4's words stay S4's"


def test_turns_of_a_transcript_without_times(talk: StudyHere) -> None:
    (talk.root / "transcripts" / "a.vtt").unlink()
    text = f"{MARK}\r\n\r\n# Samtal\r\n\r\n  ** S1 :** Hej **S1:** där.\r\n\r\n**S2:**\r\nJa.\r\n\r\n**S2:** Nej.\r\n"
    talk.document("a", text)
    texts = [segment.text for segment in talk.transcript("a").segments]
    done(talk.run("speakers", "a", "--rename", "S1=Bo Ek", "--rename", "S2=S1"))
    assert named(talk) == [None, "Bo Ek", "S1", "S1"]
    assert [segment.text for segment in talk.transcript("a").segments] == texts
    assert both(talk)[0].decode() == text.replace("** S1 :", "** Bo Ek :").replace("**S2:", "**S1:")
    assert "a star" in refused(talk, "--rename", "S1=A*")
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk)[0].decode() == text


ODD = [
    "\ufeffWEBVTT - x\r\n\r\nNOTE <v S2> är ingen\r\n\r\nSTYLE\r\n::cue(v[voice=S2]) {}\r\n\r\n7\r\n"
    "00:01,000 --> 00:02,000 align:left\r\n<v.hög S2>Hej\r\n<i>där</i> <v S2>du</v>\r\n\r\n"
    "00:03.000 --> 00:04.000\r\n<v\r\nS2>Ja.",
    "1\r00:01.000 --> 00:02.000\r<v  S2 >Nej\r\r2\r00:02.000 --> 00:03.000\r<v S1>Jo\r",
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_every_other_letter_of_a_transcript_stays(talk: StudyHere, text: str, code: str) -> None:
    talk.write("transcripts/a.vtt", text.removeprefix("\ufeff" if code == "utf-16" else "").encode(code))
    before, segments = both(talk), talk.transcript("a").segments
    done(talk.run("speakers", "a", "--rename", "S2=Å"))
    after = talk.transcript("a").segments
    assert [(s.id, s.text, s.start, s.end) for s in after] == [(s.id, s.text, s.start, s.end) for s in segments]
    assert {s.speaker for s in after} <= {"Å", "S1"}
    assert b"\xc5" in both(talk)[0] or b"\xc3\x85" in both(talk)[0]
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before


TABLES: dict[str, bytes] = {
    "comma, BOM": "\ufeffsource,speaker,participant,role\na,S2,P1,participant\na,S3,P1,\n".encode(),
    "tab, CRLF": b"source\tspeaker\tparticipant\r\na\tS2\tP1\r\n\r\na\tS3\tP1\r\n",
    "Swedish, cp1252": "källa;talare;deltagare;kommun;Ålder\na;S2;P1;0136;30\na;S3;P1;Haninge;30\n".encode("cp1252"),
    "everything quoted": b'"source";"speaker";"participant"\n"a";"S2";"P1"\n"a";"S3";"P1"\n',
    "sep=, no end": b'sep=;\nsource;speaker;participant;note\na;S2;P1;"rad 1\nrad; 2"\na;S3;P1;',
    "other order, spaces": b"note;participant; speaker ;source\n;P1; S2 ;a\n;P1;S3;a\n",
    "utf-16": "source;speaker;participant\r\na;S2;P1\r\na;S3;P1\r\n".encode("utf-16"),
    "a wide row": b"source;speaker;participant;;\na;S2;P1;;\na;S3;P1\n",
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_a_table_keeps_its_form_and_comes_back_byte_by_byte(talk: StudyHere, content: bytes) -> None:
    talk.write("transcripts/participants.csv", content)
    before = both(talk)
    done(talk.run("speakers", "a", "--rename", "S3=Ö;,\tÄ"))
    assert {"S2", "Ö;, Ä"} == {person.speaker for person in talk.open().study.participants}
    done(talk.run("speakers", "a", "--join", "Ö;, Ä=S2"))
    assert [person.speaker for person in talk.open().study.participants] == ["S2"]
    assert b"P1" in both(talk)[1] or "P1".encode("utf-16-le") in both(talk)[1]
    done(talk.run("speakers", "a", "--undo"))
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before


def test_a_cell_in_quotes_stays_in_quotes(talk: StudyHere) -> None:
    talk.write("transcripts/participants.csv", TABLES["everything quoted"])
    done(talk.run("speakers", "a", "--rename", "S3=Eva"))
    assert both(talk)[1] == TABLES["everything quoted"].replace(b'"S3"', b'"Eva"')


def test_a_bold_word_of_a_document_is_no_speaker(talk: StudyHere) -> None:
    (talk.root / "transcripts" / "a.vtt").unlink()
    talk.document("a", "**Tider:** 10-18\n")
    assert "no speaker 'Tider'" in refused(talk, "--rename", "Tider=Eva") and "no speakers apart" in refused(talk)


def test_a_letter_that_the_tables_encoding_lacks(talk: StudyHere) -> None:
    talk.write("transcripts/participants.csv", "källa;talare;Ålder\na;S2;30\n".encode("cp1252"))
    done(talk.run("speakers", "a", "--rename", "S2=Łucja"))
    assert talk.open().study.speakers["a", "Łucja"].variables == {"Ålder": "30"}
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk)[1].decode("utf-8-sig") == "källa;talare;Ålder\na;S2;30\n"


def test_signs_that_cannot_be_read_are_not_lost(talk: StudyHere) -> None:
    talk.write("transcripts/participants.csv", b"source;speaker;note\na;S2;\x81\xe5\n")
    assert "participants.csv: this table holds signs that cannot be read" in refused(talk, "--rename", "S2=A")
    talk.participants()
    talk.write("transcripts/a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v S2>\x81\xe5\n")
    assert "a.vtt: this transcript holds signs that cannot be read" in refused(talk, "--rename", "S2=A")


def test_a_table_with_errors_is_mended_first(talk: StudyHere) -> None:
    talk.participants(*ROWS, "a;S2;P7;participant;", headings=PEOPLE)
    assert "participants.csv has errors" in refused(talk, "--rename", "S2=A")


# Joining


def test_joining_gives_the_words_to_the_one_who_stays(talk: StudyHere) -> None:
    before, rows = vtt(talk), table(talk)
    shown = done(talk.run("speakers", "a", "--join", "S4=S2"))
    assert "S4 becomes one with S2: 1 segment of transcripts/a.vtt, no row of transcripts/participants.csv" in shown
    assert vtt(talk) == before.replace("<v S4>", "<v S2>") and table(talk) == rows
    assert [(c.old, c.new, c.segments, c.row) for c in acts(talk)[0].labels] == [("S4", "S2", ("s0005",), None)]


def test_the_row_of_the_joined_one_goes(talk: StudyHere) -> None:
    talk.participants(*ROWS[:3], "a;S3;;deltagare;0136;", "a;S4;P1;;;30", headings=PEOPLE)
    before = both(talk)
    shown = done(talk.run("speakers", "a", "--join", "S3=S2", "--join", "S4=S2"))
    assert "line 5 of transcripts/participants.csv goes, line 3 stays" in shown
    assert table(talk) == [PEOPLE, *ROWS[:3]] and named(talk) == ["S1", "S2", "S2", "S2", "S2"]
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before


@pytest.mark.parametrize(
    ("goes", "stays", "says"),
    [
        ("a;S3;P2;participant;;", "a;S2;P1;participant;;", "not the same participant: P2 and P1"),
        ("a;S3;P2;participant;;", "a;S2;;participant;;", "not the same participant: P2 and nothing"),
        ("a;S3;;moderator;;", "a;S2;P1;;;", "not the same role: moderator and nothing"),
        ("a;S3;;;Haninge;", "a;S2;;;Nynäshamn;", "not the same municipality: Haninge and Nynäshamn"),
        ("a;S3;;;Haninge;", "a;S2;;;;", "not the same municipality: Haninge and nothing"),
        ("a;S3;;;;40", "a;S2;;;;30", "not the same ålder: 40 and 30"),
        ("a;S3;;;Huddinge;", "a;S2;P1;;;", ""),
        ("a;S3;;participant;;", "a;S2;P1;;Haninge;30", ""),
        ("a;S3;P1;deltagare;0136;", "a;S2;P1;participant;Haninge;", ""),
    ],
)
def test_rows_that_say_different_things_are_not_joined(talk: StudyHere, goes: str, stays: str, says: str) -> None:
    talk.participants(stays, goes, headings=PEOPLE)
    if says:
        assert says in refused(talk, "--join", "S3=S2")
    else:
        done(talk.run("speakers", "a", "--join", "S3=S2"))
        assert table(talk) == [PEOPLE, stays]


def test_a_row_goes_over_to_one_who_has_none(talk: StudyHere) -> None:
    before = both(talk)
    assert "line 5 of" in done(talk.run("speakers", "a", "--join", "S3=S4"))
    assert table(talk)[-1] == "a;S4;P2;participant;Huddinge;41"
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before
    talk.spoken("a", *SAID, "S5: Nej.")
    assert "several rows would become that of 'S5'" in refused(talk, "--join", "S3=S5", "--join", "S2=S5")


def test_two_voices_in_one_cue_are_told_apart_first(talk: StudyHere) -> None:
    talk.write("transcripts/a.vtt", vtt(talk) + "\ns9\n00:30.000 --> 00:31.000\n<v S4>Ja <v S1>nej\n")
    assert "a.vtt: S4 stands in s9 together with another" in refused(talk, "--join", "S4=S1")
    talk.write("transcripts/a.vtt", vtt(talk) + "\ns10\n00:32.000 --> 00:33.000\n<v S3>Ja <v S4>nej\n")
    talk.participants(headings=PEOPLE)
    assert "S4 stands in s10 together" in refused(talk, "--join", "S3=S2", "--join", "S4=S2")
    done(talk.run("speakers", "a", "--rename", "S1=Per"))
    assert "<v S4>Ja <v Per>nej" in vtt(talk)


# What follows from it


def code(study: StudyHere) -> None:
    anchor = Anchor("s0004", 0, "s0005", 5, "Just det.\nJaha.", start=8.0, end=11.5)
    study.act("a", Act("", "", "bo", "code", anchor=anchor, code="id.bankid"), coder="bo")


def test_codings_stay_and_count_as_the_rows_say(talk: StudyHere) -> None:
    code(talk)
    shown = talk.run("excerpts", "--source", "a").out
    assert "P1, a/S4, Haninge, Huddinge" in shown
    before, folded = talk.files(), fold("a", acts(talk, "bo"))
    done(talk.run("speakers", "a", "--rename", "S2=Åsa", "--coder", "bo"))
    assert talk.run("excerpts", "--source", "a").out == shown
    assert fold("a", acts(talk, "bo")) == folded, "the same codings, whatever the speakers are called"
    done(talk.run("speakers", "a", "--join", "S4=Åsa", "--coder", "bo"))
    assert "P1, Haninge\n" in talk.run("excerpts", "--source", "a").out
    done(talk.run("speakers", "a", "--undo"))
    assert "P1, a/S4, Haninge, Huddinge" in talk.run("excerpts", "--source", "a").out
    done(talk.run("speakers", "a", "--undo"))
    after = talk.files()
    assert {name for name in after if after[name] != before.get(name)} == {
        "transcripts/a.anna.jsonl", "transcripts/a.bo.jsonl",
    }  # fmt: skip
    assert after["transcripts/a.bo.jsonl"].startswith(before["transcripts/a.bo.jsonl"])


# Undo


def test_several_undos_in_a_row_by_whoever_comes(talk: StudyHere) -> None:
    states = [both(talk)]
    for words in (["--rename", "S1=Per"], ["--join", "S4=S2", "--coder", "bo"], ["--rename", "S2=Eva"]):
        done(talk.run("speakers", "a", *words))
        states.append(both(talk))
    for state in (*states[2::-1],):
        assert "taken back: " in done(talk.run("speakers", "a", "--undo", "--coder", "cia"))
        assert both(talk) == state
    assert "nothing to take back" in refused(talk, "--undo")
    assert [(act.act, act.coder) for act in acts(talk, "cia")] == [("undo", "cia")] * 3
    everyone = [*acts(talk), *acts(talk, "bo"), *acts(talk, "cia")]
    assert not changes(everyone) and len(everyone) == 6


def test_undo_says_who_did_it(talk: StudyHere) -> None:
    done(talk.run("speakers", "a", "--rename", "S2=Eva", "--coder", "bo"))
    time = acts(talk, "bo")[0].time[:16].replace("T", " ")
    shown = done(talk.run("speakers", "a", "--undo"))
    assert f"taken back: rename S2 to Eva (bo, {time} UTC)" in shown
    assert "as before: 2 segments, 1 row of participants.csv" in shown and "but:" not in shown


def test_an_edited_transcript_is_taken_back_as_far_as_it_goes(talk: StudyHere) -> None:
    done(talk.run("speakers", "a", "--rename", "S2=Eva"))
    talk.spoken("a", *SAID[:1], "Bo: Jag vill ha BankID nu.", "Eva: Och jag.", "Eva: Just det.", "S4: Jaha.")
    shown = done(talk.run("speakers", "a", "--undo"))
    assert named(talk) == ["S1", "Bo", "S2", "S2", "S4"], "a new name was nobody's: all that has it was S2's"
    assert "but: segment s0003 became Eva since; now S2 too" in shown
    assert "but: segment s0002 of S2 got another speaker since, or went" in shown
    assert table(talk)[2] == ROWS[1]


def test_what_was_joined_and_edited_since(talk: StudyHere) -> None:
    done(talk.run("speakers", "a", "--join", "S4=S2"))
    talk.spoken("a", *SAID[:3], "S4: Just det.", "S2: Jaha.", "S2: En till.")
    shown = done(talk.run("speakers", "a", "--undo"))
    assert named(talk) == ["S1", "S2", "S3", "S4", "S4", "S2"] and "but:" not in shown
    done(talk.run("speakers", "a", "--join", "S4=S2"))
    talk.spoken("a", *SAID[:3])
    shown = done(talk.run("speakers", "a", "--undo"))
    assert "but: segments s0004, s0005 of S4 got another speaker since, or went" in shown


def test_a_join_is_not_taken_back_in_a_transcript_that_was_made_anew(talk: StudyHere) -> None:
    """Transcribed again, the same ids stand on other words, which may be anybody's."""
    talk.participants(headings=PEOPLE)
    done(talk.run("speakers", "a", "--join", "S2=S3"))
    corrected = vtt(talk).replace("Just det.", "Just det, ja.")
    talk.write("transcripts/a.vtt", corrected)
    assert "but:" not in done(talk.run("speakers", "a", "--undo")), "a corrected word is no new transcript"
    assert named(talk) == ["S1", "S2", "S3", "S2", "S4"]
    done(talk.run("speakers", "a", "--join", "S4=S1"))
    talk.spoken("a", "S1: Nu hörs.", "S1: Allt.", "S2: På ett.", "S2: Annat.", "S1: Sätt.")
    before = named(talk)
    assert "but: the transcript was made anew since; left as it is: segment s0005 of S4" in done(
        talk.run("speakers", "a", "--undo")
    )
    assert named(talk) == before


def test_an_old_label_that_was_given_to_another_since_is_told(talk: StudyHere) -> None:
    done(talk.run("speakers", "a", "--rename", "S2=Eva"))
    talk.spoken("a", *(line.replace("S2:", "Eva:") for line in SAID[:4]), "S2: Jaha.")
    shown = done(talk.run("speakers", "a", "--undo"))
    assert named(talk) == ["S1", "S2", "S3", "S2", "S2"]
    assert "but: segment s0005 became S2 since; one speaker with the others now" in shown


@pytest.mark.parametrize("ahead", [0, 1])
def test_the_last_change_is_taken_back_first_whatever_the_clocks_say(
    talk: StudyHere, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    """Two coders share a folder, and the clock of the first one's machine is an hour ahead."""
    before = both(talk)
    with monkeypatch.context() as patched:
        patched.setattr(journals, "datetime", Ahead if ahead else datetime)
        done(talk.run("speakers", "a", "--rename", "S2=Eva", "--coder", "bo"))
    between = both(talk)
    done(talk.run("speakers", "a", "--rename", "Eva=Åsa"))
    assert "rename Eva to Åsa (anna" in done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == between
    assert "but:" not in done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before


class Ahead:
    """A clock that is an hour ahead."""

    @staticmethod
    def now(zone: tzinfo) -> datetime:
        return datetime.now(zone) + timedelta(hours=1)


def test_rows_that_were_edited_since(talk: StudyHere) -> None:
    done(talk.run("speakers", "a", "--rename", "S2=Eva"))
    talk.participants("a;Eva;P1;participant;Nynäshamn;31", headings=PEOPLE)
    assert "but:" not in done(talk.run("speakers", "a", "--undo"))
    assert table(talk)[1:] == ["a;S2;P1;participant;Nynäshamn;31"], "what was written since stays"
    done(talk.run("speakers", "a", "--rename", "S2=Eva"))
    talk.participants("a;Eva;P1;;;", "a;S2;P5;;;", headings=PEOPLE)
    assert "participants.csv:3: S2 has another row by now; it stays" in done(talk.run("speakers", "a", "--undo"))
    assert table(talk)[1:] == ["a;Eva;P1;;;", "a;S2;P5;;;"]
    talk.participants("a;S2;P1;;;", headings=PEOPLE)
    done(talk.run("speakers", "a", "--rename", "S2=Eva"))
    talk.participants(headings=PEOPLE)
    assert "the row of Eva is gone; it was: a;S2;P1;;;" in done(talk.run("speakers", "a", "--undo"))


def test_a_row_comes_back_into_a_table_with_other_columns_and_rows(talk: StudyHere) -> None:
    talk.participants(*ROWS[:2], "a;S3;P1;participant;Haninge;", "b;S1;P9;;;", headings=PEOPLE)
    done(talk.run("speakers", "a", "--join", "S3=S2"))
    talk.write(
        "transcripts/participants.csv",
        'speaker,source,municipality,participant,kön,role\nS1,a,,M1,,moderator\nS1,b,,P9,,\nS5,b,,"x\ny",,\n',
    )
    done(talk.run("speakers", "a", "--undo"))
    lines = table(talk)
    assert lines[3] == "S3,a,Haninge,P1,,participant" and lines[4:] == ['S5,b,,"x', 'y",,']
    (talk.root / "transcripts" / "participants.csv").unlink()
    talk.participants(*ROWS[:2], "a;S3;P1;participant;Haninge;", headings=PEOPLE)
    done(talk.run("speakers", "a", "--join", "S3=S2"))
    (talk.root / "transcripts" / "participants.csv").unlink()
    assert "it was: a;S3;P1;participant;Haninge;" in done(talk.run("speakers", "a", "--undo"))
    assert named(talk)[2] == "S3"


def test_an_undo_of_something_else_is_no_business_of_speakers(talk: StudyHere) -> None:
    code(talk)
    done(talk.run("speakers", "a", "--rename", "S2=Eva"))
    talk.act("a", Act("", "", "anna", "undo", target=acts(talk, "bo")[0].id))
    done(talk.run("speakers", "a", "--undo"))
    assert named(talk)[1] == "S2"


def test_a_newer_journal_stops_the_undo(talk: StudyHere) -> None:
    done(talk.run("speakers", "a", "--rename", "S2=Eva"))
    talk.write("transcripts/a.bo.jsonl", '{"v":1,"id":"7","time":"","coder":"bo","act":"split"}\n')
    assert "a journal has errors" in refused(talk, "--undo")


# Both files or neither


def interrupt(study: StudyHere, monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Something happens when the act is in the journal and the files are not written yet."""
    append = Writer.append

    def appended(self: Writer, make: Any) -> list[Act]:
        written = append(self, make)
        if make[0].act != "undo":
            change()
        return written

    monkeypatch.setattr(Writer, "append", appended)


@pytest.mark.parametrize("name", ["a.vtt", "participants.csv"])
def test_a_file_that_changes_meanwhile_is_not_overwritten(
    talk: StudyHere, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = talk.root / "transcripts" / name
    interrupt(talk, monkeypatch, lambda: path.write_bytes(path.read_bytes() + b"\n"))
    before = talk.files()
    ran = talk.run("speakers", "a", "--rename", "S2=Eva")
    assert ran.code == 1 and "another program changed this file" in ran.err and name in ran.err
    before[f"transcripts/{name}"] += b"\n"
    after = talk.files()
    assert {key: after[key] for key in before} == before
    assert [act.act for act in acts(talk)] == ["rename", "undo"] and not changes(acts(talk))


@pytest.mark.parametrize("error", [PermissionError(13, "open in Excel"), OSError(28, "full"), KeyboardInterrupt()])
@pytest.mark.parametrize("which", [1, 2])
def test_one_file_that_cannot_be_replaced_leaves_both(
    talk: StudyHere, monkeypatch: pytest.MonkeyPatch, error: BaseException, which: int
) -> None:
    replace, calls = os.replace, []

    def sometimes(old: str, new: Path) -> None:
        calls.append(new)
        if len(calls) == which:
            raise error
        replace(old, new)

    before = both(talk)
    monkeypatch.setattr(os, "replace", sometimes)
    assert talk.run("speakers", "a", "--rename", "S2=Eva").code != 0
    assert both(talk) == before and not changes(acts(talk))
    assert sorted(path.name for path in (talk.root / "transcripts").iterdir()) == [
        "a.anna.jsonl", "a.vtt", "b.vtt", "participants.csv", "sources.csv",
    ]  # fmt: skip


KILLED = """
import os, sys
replace, calls, which = os.replace, [], int(sys.argv[1])
def killed(old, new):
    calls.append(new)
    if len(calls) == which:
        os._exit(9)
    replace(old, new)
os.replace = killed
sys.argv = ["qualkit", *sys.argv[2:]]
from qualkit.cli.main import main
main()
"""


@pytest.mark.parametrize("which", [1, 2])
@pytest.mark.parametrize("words", [["--rename", "S2=Eva"], ["--join", "S3=S2"]])
def test_killed_between_the_files_it_can_be_taken_back_or_done_again(
    talk: StudyHere, which: int, words: list[str]
) -> None:
    talk.participants(*ROWS[:3], "a;S3;P1;participant;;30", headings=PEOPLE)
    before = both(talk)

    def kill(*more: str) -> None:
        command = [sys.executable, "-c", KILLED, str(which), "--study", str(talk.root), "speakers", "a", *more]
        assert subprocess.run(command, capture_output=True).returncode == 9

    kill(*words)
    assert "but:" not in done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before
    done(talk.run("speakers", "a", *words))
    after = both(talk)
    kill("--undo")
    done(talk.run("speakers", "a", "--undo"))
    assert both(talk) == before, "an undo that was killed is done again"
    kill(*words)
    assert talk.run("speakers", "a", *words).code == 0
    assert both(talk) == after


def test_of_two_coders_at_the_same_moment_one_is_refused_and_nothing_is_lost(
    talk: StudyHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read the files; bo writes while anna is between her look and her writing."""
    replace, second = os.replace, []

    def bo_comes_first(old: str, new: Path) -> None:
        monkeypatch.setattr(os, "replace", replace)
        opened = talk.open()
        files = SpeakerFiles(opened, opened.study.sources[0])
        with journal_writer(opened.folder, "a", "bo") as journal:
            try:
                carry_out(files, renaming(files, ["S3=Bo"]), journal, "bo")
            except QualkitError as error:
                second.append(error)
        replace(old, new)

    monkeypatch.setattr(os, "replace", bo_comes_first)
    done(talk.run("speakers", "a", "--rename", "S2=Eva"))
    assert named(talk) == ["S1", "Eva", "S3", "Eva", "S4"]
    assert "another qualkit is writing" in second[0].what and not changes(acts(talk, "bo"))
    done(talk.run("speakers", "a", "--rename", "S3=Bo", "--coder", "bo"))
    assert named(talk) == ["S1", "Eva", "Bo", "Eva", "S4"]


def test_a_journal_that_cannot_be_written_changes_nothing(talk: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    (talk.root / "transcripts" / "a.anna.jsonl").mkdir()
    before = both(talk)
    assert talk.run("speakers", "a", "--rename", "S2=Eva").code == 1
    assert both(talk) == before


# Anything goes, and comes back


LABELS = ["S1", "S2", "S3", "Åsa Öst", "B & <C>", "=", "D;d", 'E"e']


@st.composite
def studies(draw: st.DrawFn) -> tuple[list[tuple[str, str]], list[str], list[tuple[str, str, str]]]:
    said = draw(
        st.lists(st.tuples(st.sampled_from(LABELS[:4]), st.sampled_from(["Ja.", "BankID nu"])), min_size=1, max_size=8)
    )
    rows = draw(st.lists(st.sampled_from(LABELS[:5]), unique=True))
    steps = st.tuples(
        st.sampled_from(["--rename", "--join", "--undo"]), st.sampled_from(LABELS), st.sampled_from(LABELS)
    )
    return said, rows, draw(st.lists(steps, min_size=1, max_size=6))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(studies())
def test_undo_all_is_as_if_nothing_had_been_done(study: StudyHere, drawn: Any) -> None:
    said, rows, steps = drawn
    for path in (study.root / "transcripts").glob("*.jsonl"):
        path.unlink()
    study.sources("a;Samtal;focus group;Huddinge;;;;")
    quoted = ['"' + label.replace('"', '""') + '"' if set(label) & set(';"') else label for label in rows]
    study.participants(*(f"a;{label};P1;participant;" for label in quoted))
    study.spoken("a", *(f"{label}: {words}" for label, words in said))
    states, texts = [both(study)], [segment.text for segment in study.transcript("a").segments]
    for what, old, new in steps:
        ran = study.run("speakers", "a", what, *([] if what == "--undo" else [f"{old}={new}"]))
        if ran.code == 0 and what == "--undo":
            states.pop()
        elif ran.code == 0:
            states.append(both(study))
        assert both(study) == states[-1], (what, old, new)
        assert [segment.text for segment in study.transcript("a").segments] == texts
        assert [segment.id for segment in study.transcript("a").segments] == [
            f"s{n:04d}" for n in range(1, len(said) + 1)
        ]
    while len(states) > 1:
        states.pop()
        done(study.run("speakers", "a", "--undo"))
        assert both(study) == states[-1]


def test_an_act_reads_back_as_it_was_written(talk: StudyHere) -> None:
    done(talk.run("speakers", "a", "--rename", "S2=Eva"))
    (line,) = (talk.root / "transcripts" / "a.anna.jsonl").read_text("utf-8").splitlines()
    written = json.loads(line)
    assert written["labels"][0]["row"]["after"] == "a;Eva;P1;participant;Haninge;30\n" and written["v"] == 1
    talk.act("a", Act("", "", "anna", "finish"))
    assert "labels" not in json.loads((talk.root / "transcripts" / "a.anna.jsonl").read_text("utf-8").splitlines()[1])
