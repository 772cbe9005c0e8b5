"""Transcripts that others made for a recording: brought to a source that is there, or added together with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualkit.model.act import Act
from qualkit.model.coding import Anchor
from qualkit.store import placing
from qualkit.store.tables import read_table
from qualkit.store.transcripts import read_words
from tests.conftest import StudyHere
from tests.sound import FakeEngine, engine, talk

__all__ = ["engine"]

TEAMS = """WEBVTT

0f1e2d3c-0000-4000-8000-000000000001/1-0
00:00:01.000 --> 00:00:03.000
<v Åsa Berg>Hur skaffar man BankID här?</v>

0f1e2d3c-0000-4000-8000-000000000001/2-0
00:00:03.000 --> 00:00:05.000
<v Per Nord>Det vet jag inte. Det gör banken.</v>
"""
TURNS = "Åsa: Hur skaffar man BankID?\n\nPer: Det gör banken.\n\nÅsa: Jaha.\n"
WORDS = """{"segments": [{"start": 1.0, "end": 2.0, "text": " Hej då.", "words": [
 {"word": " Hej", "start": 1.0, "end": 1.4, "probability": 0.9}, {"word": " då.", "start": 1.4, "end": 2.0}]}]}"""


@pytest.fixture
def heard(study: StudyHere, tmp_path: Path) -> StudyHere:
    """A recording that is a source, without a transcript; beside the study, a transcript of each form."""
    study.sources("a;Samtal;focus group;Huddinge;2026-03-01;sv;audio/a.wav;q-id")
    talk(study.root / "audio" / "a.wav")
    for name, text in (("möte.vtt", TEAMS), ("möte.txt", TURNS), ("möte.json", WORDS)):
        (tmp_path / name).write_text(text, "utf-8")
    return study


def texts(study: StudyHere) -> set[str]:
    """What lies in transcripts/ beside the tables."""
    names = (path.name for path in (study.root / "transcripts").iterdir() if path.suffix != ".csv")
    return {name.partition(".20")[0] + ".old" if name.endswith(".old") else name for name in names}


def transcribed(study: StudyHere) -> None:
    assert study.run("transcribe").code == 0
    assert texts(study) == {"a.vtt", "a.words.jsonl"}


# To a source that is there


def test_a_recording_that_came_is_to_be_transcribed_next(study: StudyHere, tmp_path: Path) -> None:
    study.sources("a;A;interview;Huddinge;;;;")
    ran = study.run("add", str(talk(tmp_path / "a.wav")), "--to", "a")
    assert ran.out == "a: has the recording audio/a.wav now\nNext: qualkit transcribe a\n"


def test_a_transcript_comes_to_a_recording_and_the_row_stays(heard: StudyHere, tmp_path: Path) -> None:
    table = heard.files()["transcripts/sources.csv"]
    ran = heard.run("add", str(tmp_path / "möte.vtt"), "--to", "a")
    assert ran.code == 0 and "read as Teams transcript: 2 segments, 2 speakers" in ran.out
    assert "without a row in participants.csv: Åsa Berg, Per Nord" in ran.out
    assert heard.files()["transcripts/sources.csv"] == table
    assert [segment.speaker for segment in heard.transcript("a").segments] == ["Åsa Berg", "Per Nord"]
    assert "Huddinge             2         0 " in heard.run("status").out
    assert "error  " not in heard.run("check").out
    assert "has a transcript already" in heard.run("transcribe").out


def test_without_times_it_is_markdown(heard: StudyHere, tmp_path: Path) -> None:
    heard.participants("a;Åsa;M;moderator;", "a;Per;P1;participant;Haninge")
    ran = heard.run("add", str(tmp_path / "möte.txt"), "--to", "a")
    assert ran.code == 0 and "no times" in ran.out and "participants.csv" not in ran.out
    assert texts(heard) == {"a.md"} and heard.transcript("a").speakers == ("Åsa", "Per")


def test_notes_are_not_called_a_transcript(heard: StudyHere, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Rummet\n\nDet var kallt.\n", "utf-8")
    ran = heard.run("add", str(tmp_path / "notes.md"), "--to", "a")
    assert ran.code == 0 and "is its text now (a.md)" in ran.out and "if these are notes" in ran.out
    ran = heard.run("add", str(tmp_path / "möte.txt"), "--to", "a", "--again")
    assert "is its transcript now" in ran.out and "notes" not in ran.out.partition("now")[2]


def test_a_transcript_is_replaced_only_when_asked_and_the_old_one_is_kept(
    heard: StudyHere, tmp_path: Path, engine: FakeEngine
) -> None:
    transcribed(heard)
    before = heard.files()
    ran = heard.run("add", str(tmp_path / "möte.vtt"), "--to", "a")
    assert ran.code == 1 and "'a' has a text already" in ran.err and "transcripts/a.vtt" in ran.err
    assert "--again" in ran.err and heard.files() == before
    assert heard.run("add", str(tmp_path / "möte.vtt"), "--to", "a", "--again").code == 0
    assert texts(heard) == {"a.vtt", "a.vtt.old"}, "word times of the old text are no longer true"
    (old,) = (heard.root / "transcripts").glob("*.old")
    assert old.read_bytes() == before["transcripts/a.vtt"]


def test_its_own_word_times_come_with_it(heard: StudyHere, tmp_path: Path, engine: FakeEngine) -> None:
    transcribed(heard)
    assert heard.run("add", str(tmp_path / "möte.json"), "--to", "a", "--again").code == 0
    held = read_words(heard.root / "transcripts" / "a.words.jsonl")
    assert {id: [word.text for word in said] for id, said in held.items()} == {"s0001": [" Hej", " då."]}


def test_a_source_never_has_two_texts(heard: StudyHere, tmp_path: Path, engine: FakeEngine) -> None:
    transcribed(heard)
    assert heard.run("add", str(tmp_path / "möte.txt"), "--to", "a", "--again").code == 0
    assert texts(heard) == {"a.md", "a.vtt.old"}
    assert heard.run("transcribe", "--again").code == 0
    assert texts(heard) == {"a.vtt", "a.words.jsonl", "a.vtt.old", "a.md.old"}
    assert "two texts" not in heard.run("check").out
    assert heard.run("add", str(tmp_path / "möte.txt"), "--to", "a", "--again").code == 0
    assert heard.transcript("a").speakers == ("Åsa", "Per")


def test_codings_follow_their_words_into_the_new_text(heard: StudyHere, tmp_path: Path, engine: FakeEngine) -> None:
    transcribed(heard)
    told = heard.transcript("a").segments[0]

    def coded(quote: str) -> Act:
        at = told.text.index(quote)
        before = told.text[max(0, at - 32) : at]
        anchor = Anchor(told.id, at, told.id, at + len(quote), quote, before, told.text[at + len(quote) :][:32])
        return Act("", "", "anna", "code", anchor=anchor, code="id.bankid")

    heard.act("a", coded("Hur skaffar man BankID"), coded("mitt lösenord igen"))
    ran = heard.run("add", str(tmp_path / "möte.vtt"), "--to", "a", "--again")
    assert ran.code == 0 and "1 coded excerpt found again in the new text, 1 not: qualkit check" in ran.out
    assert "Åsa Berg" in heard.run("excerpts").out
    assert heard.run("check").out.count("were not found again") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["möte.vtt", "--to", "b"], "there is no source 'b'"),
        (["möte.vtt", "möte.txt", "--to", "a"], "--to takes one file"),
        (["möte.vtt", "--to", "a", "--title", "X"], "transcripts/sources.csv"),
        (["möte.vtt", "--to", "a", "--id", "b"], "no option that describes a source"),
        (["möte.vtt", "--again"], "--again goes with --to"),
        (["möte.vtt", "--id", "a"], "qualkit add FILE --to a"),
        (["möte.vtt", "--id", "A"], "there is a source 'a' already"),
        (["ny.wav", "--to", "a"], "'a' has a recording already: audio/a.wav"),
        (["ny.wav", "--id", "a"], "qualkit add FILE --to a"),
    ],
)
def test_what_is_refused_changes_nothing_and_says_what_to_do(
    heard: StudyHere, tmp_path: Path, words: list[str], told: str
) -> None:
    talk(tmp_path / "ny.wav")
    before = heard.files()
    ran = heard.run("add", *(str(tmp_path / word) if "." in word else word for word in words))
    assert ran.code == 1 and told in ran.err and "try: " in ran.err
    assert heard.files() == before


def test_the_text_that_lies_there_already_is_left_alone(heard: StudyHere, tmp_path: Path) -> None:
    assert heard.run("add", str(tmp_path / "möte.vtt"), "--to", "a").code == 0
    before = heard.files()
    ran = heard.run("add", str(heard.root / "transcripts" / "a.vtt"), "--to", "a", "--again")
    assert ran.code == 1 and "this is the text of 'a' already" in ran.err and heard.files() == before


@pytest.mark.parametrize("name", ["möte.vtt", "möte.txt"])
def test_a_disk_that_fills_up_leaves_the_old_text(
    heard: StudyHere, tmp_path: Path, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    transcribed(heard)
    before = {path: content for path, content in heard.files().items() if "transcripts/a" in path}

    def full(path: Path, text: str) -> None:
        path.write_text(text[:10], "utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(placing, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        heard.run("add", str(tmp_path / name), "--to", "a", "--again")
    now = {path: content for path, content in heard.files().items() if "transcripts/a" in path}
    assert {path: content for path, content in now.items() if not path.endswith(".old")} == before


def test_a_recording_comes_to_a_transcript(study: StudyHere, tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text(TEAMS, "utf-8")
    assert study.run("add", str(tmp_path / "a.vtt"), "-m", "Huddinge").code == 0
    study.sources("a;Samtal;interview;Huddinge;;;;", "b;B;interview;Haninge;;;audio/b.wav;")
    talk(study.root / "audio" / "b.wav")
    ran = study.run("add", str(talk(tmp_path / "inspelning.wav")), "--to", "a")
    assert ran.code == 0 and "audio/inspelning.wav" in ran.out
    held = read_table(study.root / "transcripts" / "sources.csv", "sources.csv").rows
    assert [row.get("recording") for row in held] == ["audio/inspelning.wav", "audio/b.wav"]
    assert (study.root / "audio" / "inspelning.wav").read_bytes() == (tmp_path / "inspelning.wav").read_bytes()
    assert study.run("clip", "a", "0", "1").code == 0
    study.sources("a;Samtal;interview;Huddinge;;;;", "b;B;interview;Haninge;;;audio/b.wav;")
    before = study.files()
    ran = study.run("add", str(talk(tmp_path / "b.wav")), "--to", "a")
    assert ran.code == 1 and "'b' has a recording called b.wav already" in ran.err and study.files() == before


# Together in one command


@pytest.mark.parametrize("other", ["Samtal 1.vtt", "Samtal 1.transcript.vtt", "Samtal 1.txt"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_recording_and_its_transcript_are_one_source(
    study: StudyHere, tmp_path: Path, other: str, *, turned: bool
) -> None:
    talk(tmp_path / "Samtal 1.wav")
    (tmp_path / other).write_text(TURNS if other.endswith("txt") else TEAMS, "utf-8")
    files = [str(tmp_path / "Samtal 1.wav"), str(tmp_path / other)]
    ran = study.run("add", *(reversed(files) if turned else files), "-m", "Huddinge")
    assert ran.code == 0 and ran.out.count("added ") == 1 and f"with its transcript {other}" in ran.out
    assert "read as " in ran.out and "Next: qualkit apply" in ran.out
    (row,) = read_table(study.root / "transcripts" / "sources.csv", "sources.csv").rows
    assert (row.get("id"), row.get("title"), row.get("kind")) == ("samtal-1", "Samtal 1", "interview")
    assert row.get("recording") == "audio/Samtal 1.wav" and (study.root / "audio" / "Samtal 1.wav").is_file()
    assert len(study.transcript("samtal-1").segments) == (3 if other.endswith("txt") else 2)
    assert "error  " not in study.run("check").out


def test_a_folder_of_several_meetings(study: StudyHere, tmp_path: Path) -> None:
    for name in ("ett", "tva"):
        talk(tmp_path / f"{name}.wav")
    (tmp_path / "tva.vtt").write_text(TEAMS, "utf-8")
    (tmp_path / "tre.vtt").write_text(TEAMS, "utf-8")
    ran = study.run("add", *(str(tmp_path / name) for name in ("ett.wav", "tre.vtt", "tva.vtt", "tva.wav")))
    assert ran.code == 0 and "Next: qualkit transcribe" in ran.out, "one has no transcript yet"
    held = read_table(study.root / "transcripts" / "sources.csv", "sources.csv").rows
    assert [(row.get("id"), bool(row.get("recording"))) for row in held] == [
        ("ett", True), ("tre", False), ("tva", True),
    ]  # fmt: skip


def test_an_id_may_join_two_names_but_a_title_not_two_sources(study: StudyHere, tmp_path: Path) -> None:
    talk(tmp_path / "REC1.wav")
    (tmp_path / "möte.vtt").write_text(TEAMS, "utf-8")
    files = [str(tmp_path / "REC1.wav"), str(tmp_path / "möte.vtt")]
    before = study.files()
    ran = study.run("add", *files, "--title", "Möte")
    assert ran.code == 1 and "--title goes with a single source" in ran.err and study.files() == before
    assert study.run("add", *files, "--id", "mote", "--title", "Möte").code == 0
    (row,) = read_table(study.root / "transcripts" / "sources.csv", "sources.csv").rows
    assert (row.get("id"), row.get("title"), row.get("recording")) == ("mote", "Möte", "audio/REC1.wav")


@pytest.mark.parametrize(
    "names", [["a.wav", "a.md"], ["a.wav", "a.flac"], ["a.vtt", "a.srt"], ["a.wav", "a.vtt", "a.flac"]]
)
def test_other_files_of_one_name_are_not_one_source(study: StudyHere, tmp_path: Path, names: list[str]) -> None:
    for name in names:
        if name.endswith((".wav", ".flac")):
            talk(tmp_path / name)
        else:
            (tmp_path / name).write_text("Bara en anteckning.\n" if name.endswith("md") else TEAMS, "utf-8")
    before = study.files()
    ran = study.run("add", *(str(tmp_path / name) for name in names))
    assert ran.code == 1 and "would both be the source 'a'" in ran.err
    assert study.files() == before


def test_a_pair_that_fails_halfway_leaves_nothing(study: StudyHere, tmp_path: Path) -> None:
    talk(tmp_path / "a.wav")
    (tmp_path / "a.vtt").write_text(TEAMS, "utf-8")
    study.write("audio/a.wav", b"another recording")
    before = study.files()
    ran = study.run("add", str(tmp_path / "a.vtt"), str(tmp_path / "a.wav"))
    assert ran.code == 1 and "another file called a.wav" in ran.err
    assert study.files() == before
