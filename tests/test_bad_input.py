"""Bad input: one clear message with the file, the line and what to do, and no file changed."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualkit.model.act import Act
from qualkit.model.coding import Anchor
from qualkit.transcribe.plan import Window
from tests.conftest import CODEBOOK, Ran, StudyHere, run
from tests.sound import FakeEngine, cut, engine, talk, tone, write_sound, write_video

__all__ = ["engine"]

ROW = "salem;Salem;interview;Huddinge;2026-03-01;sv;audio/salem.wav;"
TALK = "S1: Jag glömde mitt lösenord. Hur får man BankID?"


@pytest.fixture
def coded(study: StudyHere) -> StudyHere:
    """A study with two transcripts, one participant each."""
    study.sources(ROW, "haninge;Haninge;interview;Haninge;;sv;;")
    study.participants("salem;S1;P1;participant;", "haninge;S1;P2;participant;")
    talk(study.root / "audio" / "salem.wav", 2.0)
    study.spoken("salem", TALK)
    study.spoken("haninge", TALK)
    return study


def fails(study: StudyHere, *command: str, code: int = 1) -> Ran:
    """The command fails with that code, shows no traceback, and changes no file."""
    before = study.files()
    ran = study.run(*command)
    assert ran.code == code, ran.text
    assert "Traceback" not in ran.text
    assert study.files() == before
    return ran


def unwrapped(text: str) -> str:
    return " ".join(text.split())


# No study, and the words of the command line


def test_no_study_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("status", "check", "apply", "matrix", "excerpts", "transcribe"):
        ran = run(command)
        assert ran.code == 1
        assert "no study here" in ran.err and "qualkit init DIR" in ran.err and str(tmp_path) in ran.err
        assert not ran.out
    assert not list(tmp_path.iterdir())


def test_a_study_folder_that_is_not_there_is_not_another_one(study: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(study.root)
    ran = run("--study", "studdy", "status")
    assert ran.code == 1 and "no such folder" in ran.err and "studdy" in ran.err
    assert run("--study", "studdy", "doctor").code == 1


@pytest.mark.parametrize(
    "words", [["nonsense"], ["add"], ["finish"], ["init"], ["status", "--nonsense"], ["matrix", "--to"]]
)
def test_wrong_words_of_the_command_line(study: StudyHere, words: list[str]) -> None:
    said = fails(study, *words, code=2)
    assert said.out == "" and ("Error" in said.err or "Usage: qualkit" in said.err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["apply", "salen"], "did you mean salem?"),
        (["finish", "xyz"], "qualkit status"),
        (["excerpts", "--status", "maybe"], "applied, suggested, rejected"),
        (["excerpts", "--code", "nope"], "codebook show"),
        (["excerpts", "-m", "Huding"], "Huddinge"),
        (["apply", "--coder", "a b"], "letters, digits"),
        (["apply", "--coder", "words"], "cannot be part of a file name"),
        (["matrix", "--to", "x.pdf"], ".xlsx"),
        (["codebook", "show", "nope"], "codebook show lists"),
        (["models", "get", "nope"], "no speech model called 'nope'"),
    ],
)
def test_unknown_names_say_which_are_known(coded: StudyHere, words: list[str], said: str) -> None:
    ran = fails(coded, *words)
    assert "error: " in ran.err and said in unwrapped(ran.err)


# Recordings


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("Anteckningar från besöket.\n", encoding="utf-8")


def _no_table(path: Path) -> None:
    cut(write_sound(path, tone(4.0)))


BAD: list[tuple[str, Callable[[Path], object], str, str]] = [
    ("tom.wav", _empty, "empty (0 bytes)", "copy it again"),
    ("text.wav", _text, "this is a text file", ".md"),
    ("halv.m4a", _no_table, "damaged, cut off", "copy it again"),
    ("film.mp4", lambda path: write_video(path, 1.0), "this video has no sound", "microphone"),
    ("skräp.mp3", lambda path: path.write_bytes(bytes(range(1, 256)) * 8), "cannot be read", "copy it again"),
]


@pytest.mark.parametrize(("name", "make", "what", "hint"), BAD, ids=[bad[0] for bad in BAD])
def test_a_bad_recording_is_not_added(
    study: StudyHere, tmp_path: Path, name: str, make: Callable[[Path], object], what: str, hint: str
) -> None:
    good = talk(tmp_path / "bra.wav", 1.0)
    make(tmp_path / name)
    ran = fails(study, "add", str(good), str(tmp_path / name), "-m", "Huddinge")
    assert what in ran.err and hint in ran.err and name in ran.err
    assert not list((study.root / "audio").iterdir())


@pytest.mark.parametrize(("name", "make", "what", "hint"), BAD, ids=[bad[0] for bad in BAD])
def test_a_bad_recording_is_not_transcribed(
    study: StudyHere, engine: FakeEngine, name: str, make: Callable[[Path], object], what: str, hint: str
) -> None:
    study.sources(f"a;A;interview;Huddinge;;sv;audio/{name};")
    make(study.root / "audio" / name)
    ran = fails(study, "transcribe")
    assert what in ran.err and hint in ran.err and name in ran.err
    assert "1 of 1 recordings failed" in ran.err
    assert not engine.asked, "no model is loaded for nothing"


CUT = [
    ("a.wav", {}), ("a.mp3", {}), ("a.flac", {}), ("a.m4a", {"movflags": "faststart"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options"), CUT, ids=[name for name, _ in CUT])
def test_a_recording_that_is_cut_off_needs_a_yes(
    study: StudyHere, tmp_path: Path, engine: FakeEngine, name: str, options: dict[str, str]
) -> None:
    path = cut(write_sound(tmp_path / name, tone(12.0), options=options))
    added = study.run("add", str(path), "-m", "Huddinge")
    assert added.code == 0
    assert "cut off: it says 12 s" in added.err and "copy it again" in added.err, "said while the recorder is at hand"
    ran = fails(study, "transcribe")
    assert "cut off: it says 12 s" in ran.err and "--incomplete" in ran.err and name in ran.err
    taken = study.run("transcribe", "--incomplete")
    assert taken.code == 0 and (study.root / "transcripts" / "a.vtt").exists()


def test_a_missing_recording(study: StudyHere, engine: FakeEngine, tmp_path: Path) -> None:
    study.sources(ROW)
    ran = fails(study, "transcribe")
    assert "the recording is missing" in ran.err and "salem.wav" in ran.err and "sources.csv" in ran.err
    checked = fails(study, "check")
    assert "transcripts/sources.csv:2" in checked.out and "audio/salem.wav is missing" in checked.out
    study.spoken("salem", TALK)
    checked = study.run("check")
    assert checked.code == 0 and "warning  transcripts/sources.csv:2" in checked.out and "on purpose" in checked.out
    ran = fails(study, "add", str(tmp_path / "none.wav"))
    assert "no such file" in ran.err and "none.wav" in ran.err


def test_rttm_that_is_none(study: StudyHere, engine: FakeEngine) -> None:
    study.sources(ROW)
    talk(study.root / "audio" / "salem.wav")
    study.write("audio/salem.rttm", "SPEAKER salem 1 0 4 <NA> <NA> S1 <NA> <NA>\nSPEAKER salem one\n")
    ran = fails(study, "transcribe")
    assert "salem.rttm:2" in ran.err and "no line of RTTM" in ran.err


def test_a_recording_without_speech(study: StudyHere, engine: FakeEngine) -> None:
    study.sources(ROW)
    talk(study.root / "audio" / "salem.wav")
    engine.text = ""
    ran = fails(study, "transcribe")
    assert "no speech was found" in ran.err and "salem.wav" in ran.err


def test_a_damaged_model_and_an_unknown_language(study: StudyHere, tmp_path: Path) -> None:
    study.sources(ROW)
    talk(study.root / "audio" / "salem.wav")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    ran = fails(study, "transcribe", "--model", str(tmp_path / "model"))
    assert "lacks model.bin" in ran.err
    (tmp_path / "model" / "model.bin").write_bytes(b"no model" * 100)
    assert "lacks tokenizer.json" in fails(study, "transcribe", "--model", str(tmp_path / "model")).err
    (tmp_path / "model" / "tokenizer.json").write_text("{}")
    ran = fails(study, "transcribe", "--model", str(tmp_path / "model"))
    assert "cannot be loaded" in ran.err and str(tmp_path / "model") in ran.err
    study.sources(ROW.replace(";sv;", ";svenska;"))
    ran = fails(study, "transcribe", "--model", str(tmp_path / "model"))
    assert "'svenska' is no language code" in ran.err and "sv for Swedish" in ran.err


# Tables


def test_two_sources_with_one_id(coded: StudyHere) -> None:
    coded.sources(ROW, ROW.replace("salem;", "Salem;", 1))
    for command in (["check"], ["apply"], ["transcribe"], ["matrix"]):
        ran = fails(coded, *command)
        assert "transcripts/sources.csv:3" in ran.text
        assert "two sources have the id 'Salem', the first on line 2" in ran.text
        assert "capitals make no difference" in ran.text


def test_adding_an_id_that_differs_in_capitals_only(coded: StudyHere, tmp_path: Path) -> None:
    ran = fails(coded, "add", str(talk(tmp_path / "x.wav")), "--id", "SALEM")
    assert "there is a source 'salem' already" in ran.err and "transcripts/sources.csv:2" in ran.err


def test_a_speaker_without_a_row(coded: StudyHere) -> None:
    coded.participants("haninge;S1;P2;participant;")
    ran = coded.run("check")
    assert ran.code == 0
    assert "warning  transcripts/participants.csv: speaker S1 of 'salem' has no row" in ran.out
    line = ran.out.partition("add a line, and who it is: ")[2].split("\n")[0]
    assert line == "salem;S1;salem-1;participant;"
    assert coded.run("matrix").code == 0, "a warning stops nothing"
    coded.participants("haninge;S1;P2;participant;", line)
    assert coded.run("check").out == "No problems.\n"
    coded.participants("Åsa,S1,haninge", headings="participant,talare,källa")
    assert "add a line, and who it is: salem-1,S1,salem\n" in coded.run("check").out


@pytest.mark.parametrize(
    ("written", "hint"),
    [("Huddige", "did you mean Huddinge"), ("136", "write 0136"), ("Atlantis", "use a name or code")],
)
def test_an_unknown_municipality_in_the_tables(coded: StudyHere, written: str, hint: str) -> None:
    coded.sources(ROW.replace("Huddinge", written))
    for command in ("check", "apply", "matrix"):
        ran = fails(coded, command)
        assert f"unknown municipality '{written}'" in ran.text and hint in ran.text
        assert "transcripts/sources.csv:2" in ran.text
    coded.sources(ROW)
    coded.participants(f"salem;S1;P1;participant;{written}")
    assert "transcripts/participants.csv:2" in fails(coded, "check").text
    coded.participants()
    coded.cases("0126;Huddinge", f"{written};")
    assert "codebooks/cases.csv:3" in fails(coded, "check").text


def test_an_unknown_municipality_when_adding(study: StudyHere, tmp_path: Path) -> None:
    path = talk(tmp_path / "a.wav")
    ran = fails(study, "add", str(path), "-m", "Hudinge")
    assert "unknown municipality 'Hudinge'" in ran.err and "did you mean Huddinge" in ran.err
    ran = fails(study, "add", str(path), "-m", "Malmö")
    assert "Malmö is not among the cases" in ran.err and "code 1280 and name Malmö" in ran.err
    ran = fails(study, "add", str(path), "-m", "Haninge, Hudinge")
    assert "did you mean Huddinge" in ran.err
    ran = fails(study, "add", str(path), "--kind", "chat")
    assert "unknown kind 'chat'" in ran.err and "interview" in ran.err
    ran = fails(study, "add", str(path), "--date", "1 mars")
    assert "'1 mars' is no date" in ran.err and "2026-03-01" in ran.err


def test_tables_saved_by_excel_simply_work(coded: StudyHere) -> None:
    coded.write(
        "transcripts/sources.csv",
        "id;Titel;Typ;Kommun;Datum\r\nbesok;Studiebesök i Nynäshamn;studiebesök;Nynäshamn;2026-02-03\r\n".encode(
            "cp1252"
        ),
    )
    coded.write("transcripts/participants.csv", b"source;Talare;Deltagare;Roll;Kommun\r\n")
    coded.write("codebooks/cases.csv", "sep=;\r\nKod;Namn\r\n0192;Nynäshamn\r\n0126;Huddinge\r\n".encode("cp1252"))
    coded.document("besok", "De ville skriva ut. Personalen hjälpte till.")
    (coded.root / "transcripts" / "salem.vtt").unlink()
    (coded.root / "transcripts" / "haninge.vtt").unlink()
    ran = coded.run("check")
    assert ran.code == 0, ran.text
    shown = coded.run("status").out
    assert "Nynäshamn" in shown and "study visit" in shown


def test_a_row_with_too_many_cells(coded: StudyHere) -> None:
    coded.write("transcripts/sources.csv", "id,title,kind\nsalem,Salem, i mars,interview\n")
    ran = fails(coded, "add", str(coded.root / "audio" / "salem.wav"))
    assert "transcripts/sources.csv:2" in ran.err and "4 cells" in ran.err and "quotes" in ran.err


# Codebook

DEFINED = "        definition: Få ut papper.\n"
SLIP = "      - {id: x.y, name: Oro, skam, definition: d}\n"
BROKEN = {  # what is wrong: what is written, what instead, where the problem is, what is said, what to do
    "unknown key": ("kind: need\n        definition: Skaffa", "keyword: x\n        definition: Skaffa", "keyword: x",
                    "unknown key 'keyword'", "did you mean 'keywords'?"),
    "twice": ("id: ut.skriva", "id: id.bankid", "id: id.bankid", "stands twice, first on line 10", "of its own"),
    "comma": ("      - id: ut.skriva", f"{SLIP}      - id: ut.skriva", "x.y", "unknown key 'skam'", "needs quotes"),
    "tab": (DEFINED, "\t definition: Papper.\n", "\t", "a tab stands where", "two for each step in"),
    "no definition": (DEFINED, "", "id: ut.skriva", "code 'ut.skriva' has no definition", "add a line `definition"),
    "space": ("id: ut.skriva", "id: skriva ut nu", "skriva ut nu", "'skriva ut nu'", "write 'skriva-ut-nu'"),
    "star": ('["skriv* ut"]', '["skriv*a ut"]', "skriv*a ut", "the keyword 'skriv*a ut' can never match", "keywords"),
    "kind": ("kind: question", "kind: fråga", "fråga", "unknown kind 'fråga'", "need, question"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_codebook(coded: StudyHere, name: str) -> None:
    old, new, at, what, hint = BROKEN[name]
    assert CODEBOOK.count(old) == 1
    text = CODEBOOK.replace(old, new)
    where = f"codebooks/codebook.yaml:{text[: text.rindex(at)].count(chr(10)) + 1}:"
    coded.write("codebooks/codebook.yaml", text)
    ran = fails(coded, "codebook", "check")
    found = [part for part in ran.out.split("error  ") if part.startswith(where)]
    assert found and what in found[0] and hint in found[0], ran.out
    for command in ("apply", "matrix", "excerpts", "check"):
        assert where in fails(coded, command).text


def test_all_problems_of_a_codebook_at_once(coded: StudyHere) -> None:
    text = CODEBOOK
    for name in ("unknown key", "space", "star", "kind"):
        text = text.replace(*BROKEN[name][:2])
    coded.write("codebooks/codebook.yaml", text)
    assert fails(coded, "codebook", "check").out.count("error  codebooks/codebook.yaml:") >= 4


@pytest.mark.parametrize(
    "written", ["./codebooks/codebook.yaml", "codebooks//codebook.yaml", "codebooks/codebook.yaml"]
)
def test_codebook_check_finds_its_problems_however_the_path_is_written(coded: StudyHere, written: str) -> None:
    coded.write("qualkit.yaml", f"codebook: {written}\n")
    coded.write("codebooks/codebook.yaml", CODEBOOK.replace("kind: question", "kind: fråga"))
    assert "unknown kind" in fails(coded, "codebook", "check").out


def test_a_missing_or_unreadable_codebook(coded: StudyHere) -> None:
    coded.write("codebooks/codebook.yaml", "themes: [\n")
    assert "codebook check" in fails(coded, "codebook", "show").err
    (coded.root / "codebooks" / "codebook.yaml").unlink()
    ran = fails(coded, "codebook", "check")
    assert "codebooks/codebook.yaml: the study's codebook is missing" in ran.out and "qualkit.yaml" in ran.out
    assert "missing" in fails(coded, "apply").err


def test_settings_with_mistakes(coded: StudyHere) -> None:
    coded.write("qualkit.yaml", "codebook: codebooks/codebook.yaml\ncodder: anna\ndelimiter: pipe\n")
    ran = fails(coded, "check")
    assert "qualkit.yaml:2" in ran.out and "did you mean 'coder'?" in ran.out
    assert "qualkit.yaml:3" in ran.out and "semicolon, comma or tab" in ran.out


# Transcripts


def test_a_vtt_with_reversed_times_stops_everything_that_counts(coded: StudyHere) -> None:
    coded.write("transcripts/salem.vtt", "WEBVTT\n\ns1\n00:00:09.000 --> 00:00:04.000\n<v S1>Mitt lösenord.\n")
    for command in ("check", "apply", "matrix", "excerpts"):
        ran = fails(coded, command)
        assert "transcripts/salem.vtt:4: this cue ends before it begins" in ran.text
        assert "exchange or correct its two times" in ran.text
    assert not list((coded.root / "transcripts").glob("*.anna.jsonl")), "not for the sources before it either"


def test_a_vtt_with_overlapping_times_is_a_warning(coded: StudyHere) -> None:
    cues = "s1\n00:01.000 --> 00:05.000\n<v S1>Hej.\n\ns2\n00:04.000 --> 00:06.000\n<v S1>Mitt lösenord.\n"
    coded.write("transcripts/salem.vtt", f"WEBVTT\n\n{cues}")
    ran = coded.run("check")
    assert ran.code == 0
    assert "warning  transcripts/salem.vtt:8: this cue begins before the one above it has ended" in ran.out
    assert coded.run("apply").code == 0


@pytest.mark.parametrize("name", ["x.vtt", "x.srt"])
def test_a_transcript_that_cannot_be_read_is_not_added(study: StudyHere, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("WEBVTT\n\n1\n00:09.000 --> 00:04.000\nHej.\n")
    ran = fails(study, "add", str(path), "-m", "Huddinge")
    assert f"{name}:4" in ran.err and "ends before it begins" in ran.err


def test_word_times_that_cannot_be_read(coded: StudyHere) -> None:
    coded.write("transcripts/haninge.words.jsonl", "{nonsense\n")
    ran = fails(coded, "apply")
    assert "haninge.words.jsonl" in ran.err and "or delete it" in ran.err


# Journals

ANCHOR = Anchor("s0001", 0, "s0001", 25, "Jag glömde mitt lösenord.")


def test_a_torn_last_line_is_reported_set_aside_and_nothing_is_lost(coded: StudyHere) -> None:
    coded.act("salem", Act("", "", "anna", "code", anchor=ANCHOR, code="id.losen"))
    path = coded.root / "transcripts" / "salem.anna.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"v":1,"id":"0')
    for command in ("check", "excerpts", "status", "matrix"):
        before = coded.files()
        assert coded.run(command).code == 0
        assert coded.files() == before
    shown = coded.run("check").out
    assert "warning  transcripts/salem.anna.jsonl:2: the last line is torn" in shown and "nothing to do" in shown
    assert "1 excerpt" in coded.run("excerpts").out
    assert coded.run("finish", "salem").code == 0
    assert path.read_bytes().startswith(whole) and b'"id":"0\n' not in path.read_bytes()
    assert path.with_suffix(".torn").read_bytes() == b'{"v":1,"id":"0\n'
    assert "torn" not in coded.run("check").out


@pytest.mark.parametrize("line", ['{"v":99,"id":"zz","time":"t","coder":"anna","act":"code"}', '{"v":1,"act":"dream"}'])
@pytest.mark.parametrize("end", ["\n", ""])
def test_an_act_of_a_newer_version_is_refused(coded: StudyHere, line: str, end: str) -> None:
    coded.act("salem", Act("", "", "anna", "finish"))
    path = coded.root / "transcripts" / "salem.anna.jsonl"
    path.write_bytes(path.read_bytes() + line.encode() + end.encode())
    for command in (["apply"], ["finish", "salem"], ["matrix"], ["excerpts"], ["check"]):
        ran = fails(coded, *command)
        assert "transcripts/salem.anna.jsonl:2" in ran.text and "newer qualkit" in ran.text
        assert "install the newest" in ran.text


def test_a_broken_line_in_the_middle_of_a_journal(coded: StudyHere) -> None:
    coded.act("salem", Act("", "", "anna", "finish"))
    path = coded.root / "transcripts" / "salem.anna.jsonl"
    path.write_bytes(b"<<<<<<< HEAD\n" + path.read_bytes())
    assert "salem.anna.jsonl:1" in fails(coded, "apply").err


def test_finish_marks_all_or_none(coded: StudyHere) -> None:
    (coded.root / "transcripts" / "haninge.vtt").unlink()
    ran = fails(coded, "finish", "salem", "haninge")
    assert "'haninge' has no transcript yet" in ran.err


# The machine


def _refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    real = open

    def reading_only(file: object, mode: str = "r", *rest: object, **named: object) -> object:
        if any(letter in mode for letter in "wax+"):
            no()
        return real(file, mode, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(tempfile, "mkstemp", no)
    monkeypatch.setattr("builtins.open", reading_only)


WRITING = [["apply"], ["finish", "salem"], ["matrix", "--to", "OUT.csv"], ["add", "NEW"], ["transcribe", "--again"]]


def _words(study: StudyHere, tmp_path: Path, words: list[str]) -> list[str]:
    there = {"OUT.csv": str(study.root / "exports" / "m.csv"), "NEW": str(tmp_path / "ny.wav")}
    return [there.get(word, word) for word in words]


@pytest.mark.parametrize("words", WRITING, ids=[words[0] for words in WRITING])
def test_a_folder_that_may_not_be_written(
    coded: StudyHere, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    talk(tmp_path / "ny.wav")
    _refuse(monkeypatch)
    ran = fails(coded, *_words(coded, tmp_path, words))
    assert "not allowed to write this file" in ran.err and "read-only" in ran.err


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind root")
@pytest.mark.parametrize("words", WRITING, ids=[words[0] for words in WRITING])
def test_a_folder_that_really_may_not_be_written(
    coded: StudyHere, engine: FakeEngine, tmp_path: Path, words: list[str]
) -> None:
    talk(tmp_path / "ny.wav")
    places = [coded.root, *(path for path in coded.root.rglob("*") if path.is_dir())]
    for place in places:
        place.chmod(0o555)
    try:
        assert "not allowed to write this file" in fails(coded, *_words(coded, tmp_path, words)).err
    finally:
        for place in places:
            place.chmod(0o755)


@pytest.mark.parametrize("words", WRITING, ids=[words[0] for words in WRITING])
def test_a_full_disk(
    coded: StudyHere, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    talk(tmp_path / "ny.wav")
    for source in ("salem", "haninge"):  # journals that are there already
        coded.act(source, Act("", "", "anna", "reopen"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = fails(coded, *_words(coded, tmp_path, words))
    assert "the disk is full; nothing was changed" in ran.err and "free some space" in ran.err
    monkeypatch.undo()


def test_a_disk_that_fills_up_between_two_files_of_one_transcript(
    coded: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert coded.run("transcribe", "--again", "salem").code == 0
    engine.text = "Något helt annat sades den här gången. Ja."
    real, calls = os.fsync, 0

    def full(file: int) -> None:
        nonlocal calls
        calls += stat.S_ISREG(os.fstat(file).st_mode)
        if calls == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file)

    monkeypatch.setattr(os, "fsync", full)
    ran = fails(coded, "transcribe", "--again", "salem")
    assert "the disk is full" in ran.err and calls >= 2


class Full:
    """A file on a disk that has only so much room left: what fits is written, the rest is not."""

    def __init__(self, file: Any, room: list[int]) -> None:
        self.file, self.room = file, room

    def write(self, content: bytes) -> int:
        fits = content[: self.room[0]]
        self.file.write(fits)
        self.file.flush()
        self.room[0] -= len(fits)
        if len(fits) < len(content):
            raise OSError(errno.ENOSPC, "No space left on device")
        return len(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def fills_up(monkeypatch: pytest.MonkeyPatch, name: str, bytes_left: int) -> list[int]:
    """The disk is full once so many bytes of that file are written; gives how many are left, as it goes on."""
    real_open, real_mkstemp, real_fdopen = open, tempfile.mkstemp, os.fdopen
    made: dict[int, str] = {}
    room = [bytes_left]

    def full(file: Any, called: str) -> Any:
        return Full(file, room) if called == name else file

    def opened(path: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        file = real_open(path, mode, *rest, **named)
        return full(file, Path(path).name) if "b" in mode and "r" not in mode else file

    def mkstemp(*_: Any, dir: Path, prefix: str, suffix: str) -> tuple[int, str]:
        descriptor, path = real_mkstemp(dir=dir, prefix=prefix, suffix=suffix)
        made[descriptor] = prefix.strip(".")
        return descriptor, path

    monkeypatch.setattr("builtins.open", opened)
    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    monkeypatch.setattr(os, "fdopen", lambda number, mode: full(real_fdopen(number, mode), made.get(number, "")))
    return room


@pytest.mark.parametrize(
    ("name", "room", "kept"),
    [("salem.jsonl", 40, 0), ("salem.jsonl", 1500, 1), ("salem.words.jsonl", 100, 4), ("salem.vtt", 50, 4)],
)
def test_a_disk_that_fills_while_the_machine_listens(
    coded: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, name: str, room: int, kept: int
) -> None:
    """In what was heard so far, in the words, in the transcript: nothing is lost, and the command goes on later."""
    four = [Window(at, at + 0.5) for at in (0.0, 0.5, 1.0, 1.5)]
    monkeypatch.setattr("qualkit.transcribe.run.plan", lambda sound, begins: four)
    assert coded.run("transcribe", "--again", "salem").code == 0
    engine.text, engine.heard = "Något helt annat sades den här gången. Ja.", 0
    (coded.root / "transcripts" / "salem.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nRättad för hand.\n")
    before = coded.files()
    with monkeypatch.context() as patch:
        left = fills_up(patch, name, room)
        ran = coded.run("transcribe", "--again", "salem", "--model", "other")
        assert left == [0]
    assert ran.code == 1 and "the disk is full; nothing was changed" in ran.err and name in ran.err
    assert "free some space and run it again" in ran.err and "Traceback" not in ran.err
    after = coded.files()
    assert {path: content for path, content in after.items() if not path.endswith(".old")} == {
        path: content for path, content in before.items() if not path.endswith(".old")
    }
    heard = engine.heard
    assert coded.run("transcribe", "--again", "salem", "--model", "other").code == 0
    assert engine.heard - heard == 4 - kept
    assert "helt" in (coded.root / "transcripts" / "salem.vtt").read_text(encoding="utf-8")


def test_a_transcript_saved_by_someone_else_while_the_machine_listens(coded: StudyHere, engine: FakeEngine) -> None:
    path = coded.root / "transcripts" / "salem.vtt"

    def save(_: float) -> None:
        path.write_text("WEBVTT\n\ns1\n00:01.000 --> 00:02.000\n<v S1>Rättad för hand.\n", encoding="utf-8")

    engine.fails = save
    ran = coded.run("transcribe", "--again", "salem")
    assert ran.code == 1 and "another program changed this file" in ran.err and "salem.vtt" in ran.err
    assert "Rättad för hand" in path.read_text(encoding="utf-8")
    assert not (coded.root / "transcripts" / "salem.words.jsonl").exists()
