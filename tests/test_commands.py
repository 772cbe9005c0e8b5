"""Each command end to end, on a small study, with an engine that hears what it is told."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.store.settings import read_settings
from qualkit.store.transcripts import read_words
from qualkit.transcribe import audio, diarize, models, speaker_models
from qualkit.transcribe.speakers import Turn
from tests.conftest import StudyHere, run
from tests.sound import FakeEngine, engine, talk, tone, words, write_sound

__all__ = ["engine"]

RTTM = "SPEAKER x 1 0.0 2.0 <NA> <NA> S1 <NA> <NA>\nSPEAKER x 1 2.0 9.0 <NA> <NA> S2 <NA> <NA>\n"


def rows(study: StudyHere, name: str = "transcripts/sources.csv") -> list[dict[str, str]]:
    text = (study.root / name).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def journal(study: StudyHere, source: str, coder: str = "anna") -> list[dict[str, str]]:
    path = study.root / "transcripts" / f"{source}.{coder}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@pytest.fixture
def spoken(study: StudyHere) -> StudyHere:
    """One interview with a moderator, one document."""
    study.sources("salem;Salem;interview;Huddinge;;sv;;", "besok;Besök;study visit;Nynäshamn;;;;")
    study.participants("salem;S1;Leda;moderator;", "salem;S2;P1;participant;Haninge")
    study.spoken("salem", "S1: Hur går det med BankID?", "S2: Jag glömde mitt lösenord. Sedan gick det bra.")
    study.document("besok", "# Besök\n\nDe ville skriva ut. BankID är svårt.\n")
    return study


# init


def test_init_makes_every_file_and_check_is_content(tmp_path: Path) -> None:
    root = tmp_path / 'Ny "studie": 1'
    ran = run("init", str(root), "--county", "Stockholm")
    assert ran.code == 0 and "qualkit add" in ran.out
    made = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    tables = {"codebooks/cases.csv", "transcripts/sources.csv", "transcripts/participants.csv"}
    schemas = {"codebooks/codebook.schema.json", "codebooks/settings.schema.json"}
    assert made == {"qualkit.yaml", "codebooks/codebook.yaml", ".gitattributes", ".gitignore", *tables, *schemas}
    assert {path.name for path in root.iterdir() if path.is_dir()} == {"audio", "codebooks", "transcripts", "exports"}
    cases = (root / "codebooks" / "cases.csv").read_bytes().decode("utf-8-sig").splitlines()
    assert len(cases) == 27 and cases[1].startswith("0114;Upplands Väsby")
    settings, problems = read_settings(root / "qualkit.yaml")
    assert settings.title == 'Ny "studie": 1' and not problems
    assert run("--study", str(root), "check").out == "No problems.\n"
    assert f"cd '{root}'" in ran.out, "a name with blanks can be pasted"


@pytest.mark.parametrize(
    ("county", "count"), [("stockholms län", 26), ("Gotland", 1), ("Västra Götalands län", 49), ("", 0)]
)
def test_init_knows_the_counties(tmp_path: Path, county: str, count: int) -> None:
    assert run("init", str(tmp_path / "s"), "--county", county).code == 0
    assert len((tmp_path / "s" / "codebooks" / "cases.csv").read_text("utf-8-sig").splitlines()) == count + 1


def test_init_refuses_a_second_time_and_an_unknown_county(study: StudyHere, tmp_path: Path) -> None:
    before = study.files()
    ran = run("init", str(study.root))
    assert ran.code == 1 and "a study here already" in ran.err and "qualkit.yaml" in ran.err
    assert study.files() == before
    ran = run("init", str(tmp_path / "ny"), "--county", "Stokholm")
    assert ran.code == 1 and "Stockholms län" in ran.err
    assert not (tmp_path / "ny").exists()
    (tmp_path / "fil").write_text("x")
    ran = run("init", str(tmp_path / "fil"))
    assert ran.code == 1 and "a file, not a folder" in ran.err


def test_init_never_overwrites_what_is_there(study: StudyHere) -> None:
    study.document("min", "Mina ord.")
    before = study.files()
    (study.root / "qualkit.yaml").unlink()
    assert run("init", str(study.root)).code == 0
    after = study.files()
    assert {name: after[name] for name in before if name != "qualkit.yaml"} == {
        name: content for name, content in before.items() if name != "qualkit.yaml"
    }


# add


def test_add_copies_recordings_with_their_speakers(study: StudyHere, tmp_path: Path) -> None:
    one = talk(tmp_path / "in" / "Intervju Åsa & Örjan (1).wav")
    two = talk(tmp_path / "in" / "grupp.FLAC".replace("FLAC", "flac"))
    one.with_suffix(".rttm").write_text(RTTM)
    ran = study.run("add", str(one), str(two), "-m", "0126", "--date", "20260301", "--language", "en")
    assert ran.code == 0 and "Next: qualkit transcribe" in ran.out
    assert [row["id"] for row in rows(study)] == ["intervju-asa-orjan-1", "grupp"]
    first = rows(study)[0]
    assert (first["title"], first["kind"], first["municipality"]) == ("Intervju Åsa & Örjan (1)", "interview", "0126")
    assert (first["date"], first["language"], first["asked"]) == ("2026-03-01", "en", "")
    assert (study.root / first["recording"]).read_bytes() == one.read_bytes()
    assert (study.root / first["recording"]).with_suffix(".rttm").read_text() == RTTM
    assert study.run("check").code == 0


def test_add_takes_a_name_as_a_mac_writes_it(study: StudyHere, tmp_path: Path, engine: FakeEngine) -> None:
    path = talk(tmp_path / unicodedata.normalize("NFD", "Åsa på plats.wav"))
    assert study.run("add", str(path), "-m", "Huddinge").code == 0
    assert rows(study)[0]["recording"] == "audio/Åsa på plats.wav"
    assert study.run("check").code == 0
    assert study.run("transcribe").code == 0


def test_add_takes_documents_and_transcripts(study: StudyHere, tmp_path: Path) -> None:
    (tmp_path / "Besök.md").write_text("# Besök\n\nDe ville skriva ut.\n", encoding="utf-8")
    (tmp_path / "webb.txt").write_bytes("\ufeffKommunen hjälper.\r\n\r\nMed allt.".encode("utf-16"))
    (tmp_path / "t.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna>Hej å hå.\n", encoding="utf-8")
    (tmp_path / "u.srt").write_bytes(b"1\r\n00:00:01,000 --> 00:00:02,500\r\nHej d\xe4r.\r\n")
    files = [str(tmp_path / name) for name in ("Besök.md", "webb.txt", "t.vtt", "u.srt")]
    assert study.run("add", *files, "--kind", "Document", "-m", "Huddinge").code == 0
    folder = study.root / "transcripts"
    assert (folder / "webb.md").read_bytes().decode() == "Kommunen hjälper.\n\nMed allt."
    assert "De ville skriva ut." in (folder / "besok.md").read_text(encoding="utf-8")
    assert study.transcript("t").segments[0].speaker == "Anna"
    assert study.transcript("u").segments[0].text == "Hej där."
    assert {row["recording"] for row in rows(study)} == {""}
    assert study.run("check").code == 0


def test_add_with_an_id_of_ones_own(study: StudyHere, tmp_path: Path) -> None:
    path = talk(tmp_path / "REC0001.wav")
    assert study.run("add", str(path), "--id", "Åsa_1", "--title", "Åsa", "-m", "Huddinge, Haninge").code == 0
    row = rows(study)[0]
    assert (row["id"], row["title"], row["municipality"]) == ("Åsa_1", "Åsa", "Huddinge, Haninge")
    two = [str(talk(tmp_path / name)) for name in ("a.wav", "b.wav")]
    ran = study.run("add", *two, "--id", "x")
    assert ran.code == 1 and "would both be the source 'x'" in ran.err
    ran = study.run("add", two[0], "--id", "a b")
    assert ran.code == 1 and "no spaces" in ran.err
    assert len(rows(study)) == 1


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".odt", ".HTML"])
def test_add_says_what_to_do_with_office_files(study: StudyHere, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"anteckningar{suffix}"
    path.write_bytes(b"PK\3\4")
    before = study.files()
    ran = study.run("add", str(path))
    assert ran.code == 1 and f"{suffix.lower()} files cannot be read" in ran.err and "plain text" in ran.err
    assert study.files() == before


@pytest.mark.parametrize("folder", [".", "..", "ljud", "ljud/"])
def test_add_says_that_a_folder_is_one(
    study: StudyHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "ljud").mkdir()
    monkeypatch.chdir(tmp_path)
    before = study.files()
    for more in ([], ["--id", "x"]):
        ran = study.run("add", folder, "-m", "Haninge", *more)
        assert ran.code == 1 and "this is a folder, not a file\n  try: name the files in it" in ran.err
    assert study.files() == before


@pytest.mark.parametrize("more", [[], ["--as-one"]])
def test_add_says_that_a_file_is_named_twice(
    study: StudyHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    talk(tmp_path / "a.wav")
    talk(tmp_path / "b.wav")
    monkeypatch.chdir(tmp_path)
    before = study.files()
    ran = study.run("add", "a.wav", "b.wav", str(tmp_path / "." / "a.wav"), "-m", "Haninge", *more)
    assert ran.code == 1 and "a.wav: this file is named twice\n  try: name each file once" in ran.err
    assert study.files() == before


def test_adding_twice_changes_nothing(study: StudyHere, tmp_path: Path) -> None:
    path = talk(tmp_path / "a.wav")
    assert study.run("add", str(path)).code == 0
    before = study.files()
    ran = study.run("add", str(path))
    assert ran.code == 1 and "there is a source 'a' already" in ran.err and "sources.csv:2" in ran.err
    ran = study.run("add", str(path), "--id", "b")
    assert ran.code == 1 and "'a' has a recording called a.wav already" in ran.err
    (tmp_path / "b").mkdir()
    ran = study.run("add", str(talk(tmp_path / "b" / "x y.wav")), str(talk(tmp_path / "b" / "x-y.flac")))
    assert ran.code == 1 and "would both be the source 'x-y'" in ran.err
    assert study.files() == before


def test_files_inside_the_study_stay_where_they_are(study: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    talk(study.root / "audio" / "2026" / "a.wav")
    study.document("besok", "Text.\r\n")
    before = study.files()
    monkeypatch.chdir(study.root)
    assert run("add", "audio/2026/a.wav", "transcripts/besok.md", "-m", "Huddinge").code == 0
    assert [(row["id"], row["recording"]) for row in rows(study)] == [("a", "audio/2026/a.wav"), ("besok", "")]
    assert {name: c for name, c in study.files().items() if "sources.csv" not in name} == {
        name: c for name, c in before.items() if "sources.csv" not in name
    }


def test_a_copy_made_by_hand_is_used_and_another_file_is_never_overwritten(study: StudyHere, tmp_path: Path) -> None:
    path = talk(tmp_path / "a.wav")
    study.write("audio/a.wav", path.read_bytes())
    assert study.run("add", str(path)).code == 0
    other = talk(tmp_path / "b.wav", 3.0)
    study.write("audio/b.wav", b"something else")
    before = study.files()
    ran = study.run("add", str(other))
    assert ran.code == 1 and "another file called b.wav is in audio/ already" in ran.err
    assert study.files() == before


def test_a_copy_that_fails_halfway_leaves_nothing(study: StudyHere, tmp_path: Path) -> None:
    path = talk(tmp_path / "a.wav")
    path.with_suffix(".rttm").write_text(RTTM)
    study.write("audio/a.rttm", "other speakers")
    before = study.files()
    ran = study.run("add", str(path))
    assert ran.code == 1 and "a.rttm" in ran.err
    assert study.files() == before


def test_add_keeps_the_tables_own_columns_and_headings(study: StudyHere, tmp_path: Path) -> None:
    study.write("transcripts/sources.csv", 'Kommun,id,Titel,Intervjuare,Väder\r\nHaninge,x,"X, den första",Lo,=sol\r\n')
    study.document("x", "Text.")
    assert study.run("add", str(talk(tmp_path / "a.wav")), "-m", "Huddinge").code == 0
    raw = (study.root / "transcripts" / "sources.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfKommun;id;Titel;Intervjuare;V\xc3\xa4der;kind;date;language;recording\n")
    first, second = rows(study)
    assert (first["Kommun"], first["Titel"], first["Väder"]) == ("Haninge", "X, den första", "=sol")
    assert (second["Kommun"], second["id"], second["Väder"]) == ("Huddinge", "a", "")


# transcribe


@pytest.fixture
def heard(study: StudyHere, engine: FakeEngine) -> StudyHere:
    """Two recordings, the first with speakers beside it."""
    study.sources("a;Samtal A;interview;Huddinge;;;audio/a.wav;", "b;B;interview;Haninge;;en;audio/b.flac;")
    talk(study.root / "audio" / "a.wav")
    talk(study.root / "audio" / "b.flac")
    study.write("audio/a.rttm", RTTM)
    return study


def test_transcribe_writes_text_speakers_and_words_that_fit(heard: StudyHere, engine: FakeEngine) -> None:
    ran = heard.run("transcribe")
    assert ran.code == 0 and "2 speakers" in ran.out and "not told apart" in ran.out
    assert [asked.language for asked in engine.asked] == ["sv", "en"]
    assert engine.models == ["KBLab/kb-whisper-small", "small"], "each language has its own model"
    told = heard.transcript("a")
    assert [(s.id, s.speaker, s.text) for s in told.segments] == [
        ("s0001", "S1", "Jag glömde mitt lösenord igen."),
        ("s0002", "S2", "Hur skaffar man BankID här? Det vet jag inte."),
    ]
    assert {s.speaker for s in heard.transcript("b").segments} == {None}
    for source in ("a", "b"):
        said = read_words(heard.root / "transcripts" / f"{source}.words.jsonl")
        for segment in heard.transcript(source).segments:
            assert "".join(word.text for word in said[segment.id]).strip() == segment.text
            assert segment.start == pytest.approx(said[segment.id][0].start)
            assert segment.end == pytest.approx(said[segment.id][-1].end)
    head = (heard.root / "transcripts" / "a.vtt").read_text(encoding="utf-8").split("\n\n")[:2]
    assert head[0] == "WEBVTT" and "Samtal A" in head[1] and "kb-whisper-small" in head[1]
    assert heard.run("check").code == 0


def test_transcribe_leaves_what_is_there_alone_without_again(heard: StudyHere, engine: FakeEngine) -> None:
    heard.spoken("a", "S1: Rättad för hand.")
    before = heard.files()["transcripts/a.vtt"]
    ran = heard.run("transcribe")
    assert ran.code == 0 and "--again" in ran.out and engine.heard == 1
    assert heard.files()["transcripts/a.vtt"] == before
    assert "Nothing to transcribe" in heard.run("transcribe", "a").out
    assert heard.run("transcribe", "--again", "a").code == 0
    assert "lösenord" in heard.files()["transcripts/a.vtt"].decode()
    assert engine.heard == 2


def test_a_recording_that_fails_does_not_stop_the_others(heard: StudyHere, engine: FakeEngine) -> None:
    heard.write("audio/a.wav", b"")
    ran = heard.run("transcribe")
    assert ran.code == 1 and "empty (0 bytes)" in ran.err and "1 of 2 recordings failed" in ran.err
    assert not (heard.root / "transcripts" / "a.vtt").exists()
    assert heard.transcript("b").segments
    heard.write("audio/a.wav", talk(heard.root / "audio" / "c.wav").read_bytes())
    engine.fails = lambda seconds: QualkitError("no memory left", hint="close programs")
    heard.root.joinpath("transcripts", "b.vtt").unlink()
    ran = heard.run("transcribe")
    assert ran.code == 1 and "2 of 2 recordings failed\n" in ran.err and ran.err.count("no memory left") == 2


def test_what_failed_is_told_even_without_a_model(heard: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str, root: Path | None = None) -> Path:
        raise QualkitError(f"the speech model '{name}' is not on this machine")

    monkeypatch.setattr(models, "find_model", none)
    heard.write("audio/a.wav", b"")
    ran = heard.run("transcribe")
    assert ran.code == 1 and "empty (0 bytes)" in ran.err and "is not on this machine" in ran.err


def test_without_a_model_no_recording_counts_as_done(heard: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str, root: Path | None = None) -> Path:
        raise QualkitError(f"the speech model '{name}' is not on this machine")

    monkeypatch.setattr(models, "find_model", none)
    heard.sources("a;;interview;Huddinge;;;audio/a.wav;", "b;;interview;Haninge;;;audio/b.flac;")
    ran = heard.run("transcribe")
    assert ran.err.count("error: ") == 1 and "2 of 2 recordings failed\n" in ran.err


@pytest.mark.parametrize("asked", ["0", "6-2", "0-3", "x", "2-", "2–", "-2", "-"])
def test_a_wrong_number_of_speakers_is_told_before_anything_is_heard(
    heard: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setattr(speaker_models, "find_speaker_models", lambda: Path("/nowhere"))
    ran = heard.run("transcribe", "--speakers", asked)
    assert ran.code == 1 and "is no number of speakers" in ran.err and engine.heard == 0


@pytest.mark.parametrize("asked", [("--quality", "bets"), ("--engine", "whisper"), ("--speakers", "two")])
def test_a_mistyped_word_is_told_even_where_nothing_is_to_be_done(study: StudyHere, asked: tuple[str, str]) -> None:
    ran = study.run("transcribe", *asked)
    assert ran.code == 1 and f"'{asked[1]}'" in ran.err and "Nothing" not in ran.out


def test_finding_speakers_has_a_progress_of_its_own(
    heard: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_turns(blocks: Iterable[Any], *_: Any, progress: Callable[[float], None], **__: Any) -> list[Turn]:
        seconds = sum(len(block) for block in blocks) / audio.RATE
        progress(seconds / 2)
        return [Turn("S1", 0, seconds)]

    monkeypatch.setattr(speaker_models, "find_speaker_models", lambda: Path("/nowhere"))
    monkeypatch.setattr(diarize, "find_turns", find_turns)
    ran = heard.run("transcribe", "b")
    assert ran.code == 0 and "finding speakers: 50 %\n" in ran.err


def test_ctrl_c_in_the_middle_writes_nothing(heard: StudyHere, engine: FakeEngine) -> None:
    before = heard.files()
    engine.fails = lambda seconds: KeyboardInterrupt()
    ran = heard.run("transcribe")
    assert ran.code == 130 and "stopped" in ran.err
    assert heard.files() == before


def test_ctrl_c_keeps_the_recordings_before_it(heard: StudyHere, engine: FakeEngine) -> None:
    engine.fails = lambda seconds: KeyboardInterrupt() if engine.heard == 2 else None
    assert heard.run("transcribe").code == 130
    assert heard.transcript("a").segments
    assert not (heard.root / "transcripts" / "b.vtt").exists()
    engine.fails = lambda seconds: None
    assert heard.run("transcribe").code == 0
    assert engine.heard == 3, "only the second is heard again"


def test_times_go_on_through_a_long_recording(
    study: StudyHere, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio.stretches, "__defaults__", (40.0,))
    study.sources("a;A;interview;Huddinge;;;audio/a.wav;")
    write_sound(study.root / "audio" / "a.wav", tone(100.0, 8_000, [(33, 34), (61, 62)]), 8_000)
    assert study.run("transcribe").code == 0
    starts = [segment.start or 0.0 for segment in study.transcript("a").segments]
    assert engine.heard >= 3 and starts == sorted(starts)
    assert any(33 < start < 34.5 for start in starts) and any(61 < start < 62.5 for start in starts)


def test_a_model_named_in_the_settings_or_the_command(heard: StudyHere, engine: FakeEngine) -> None:
    heard.write("qualkit.yaml", "codebook: codebooks/codebook.yaml\nmodel: modeller/min\n")
    heard.run("transcribe", "a")
    heard.run("transcribe", "b", "--model", "base")
    assert engine.models == ["modeller/min", "base"]


# codebook


def test_codebook_check_and_show(study: StudyHere) -> None:
    ran = study.run("codebook", "check")
    assert ran.code == 0 and "2 themes, 3 codes, 4 keywords, 2 guide questions" in ran.out and "No problems" in ran.out
    shown = study.run("codebook", "show").out
    assert all(part in shown for part in ("id.bankid", "id.losen", "ut.skriva", "Utskrift", "(question)", "q-id"))
    one = study.run("codebook", "show", "id.losen").out
    assert "Glömda lösenord." in one and "lösenord*, söka jobb" in one and "ut.skriva" not in one
    theme = study.run("codebook", "show", "ut").out
    assert "ut.skriva" in theme and "id.bankid" not in theme


# apply


def test_apply_suggests_with_reasons_and_twice_adds_nothing(spoken: StudyHere) -> None:
    ran = spoken.run("apply")
    assert ran.code == 0 and "3 codings suggested by anna" in ran.out
    acts = journal(spoken, "salem") + journal(spoken, "besok")
    assert [(a["act"], a["code"], a["reason"]) for a in acts] == [
        ("suggest", "id.losen", "lösenord*: lösenord"),
        ("suggest", "ut.skriva", "skriv* ut: skriva ut"),
        ("suggest", "id.bankid", "bankid*: BankID"),
    ]
    assert {(a["coder"], a["origin"]) for a in acts} == {("anna", "keyword")}
    before = spoken.files()
    assert "0 codings suggested" in spoken.run("apply").out
    assert spoken.files() == before


def test_apply_looks_at_moderators_only_when_asked(spoken: StudyHere) -> None:
    spoken.run("apply", "salem")
    assert [act["code"] for act in journal(spoken, "salem")] == ["id.losen"]
    spoken.run("apply", "salem", "--moderator")
    assert [act["code"] for act in journal(spoken, "salem")] == ["id.losen", "id.bankid"]
    assert not journal(spoken, "besok")


def test_a_rejected_suggestion_does_not_come_back(spoken: StudyHere) -> None:
    spoken.run("apply", "salem")
    spoken.act("salem", Act("", "", "anna", "reject", target=journal(spoken, "salem")[0]["id"]))
    before = spoken.files()
    assert "0 codings" in spoken.run("apply", "salem").out
    assert "0 codings" in spoken.run("apply", "salem", "--accept").out
    assert spoken.files() == before
    assert "1 excerpt" in spoken.run("excerpts", "--status", "rejected").out


def test_accept_takes_earlier_suggestions_too(spoken: StudyHere) -> None:
    spoken.run("apply", "salem")
    assert "0 excerpts" in spoken.run("excerpts").out
    assert "3 codings applied" in spoken.run("apply", "--accept").out
    assert [act["act"] for act in journal(spoken, "salem")] == ["suggest", "accept"]
    assert [act["act"] for act in journal(spoken, "besok")] == ["code", "code"]
    assert "3 excerpts" in spoken.run("excerpts").out


def test_each_coder_has_a_journal_of_their_own(spoken: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken.run("apply", "salem", "--coder", "bo")
    monkeypatch.setenv("QUALKIT_CODER", "cia")
    spoken.run("apply", "salem")
    assert len(journal(spoken, "salem", "bo")) == len(journal(spoken, "salem", "cia")) == 1
    assert not journal(spoken, "salem")


@pytest.mark.parametrize("error", [KeyError("uid 1234"), OSError("no name"), ImportError("pwd")])
def test_a_machine_without_user_names_has_a_coder_too(
    spoken: StudyHere, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", nobody)
    spoken.write("qualkit.yaml", "codebook: codebooks/codebook.yaml\n")
    assert "suggested by coder" in spoken.run("apply").out
    monkeypatch.setattr("getpass.getuser", lambda: "anna.lind@bibliotek")
    assert "suggested by annalindbibliotek" in spoken.run("apply").out


def test_apply_goes_on_past_a_source_without_a_transcript(spoken: StudyHere) -> None:
    spoken.sources("salem;;interview;Huddinge;;;audio/salem.wav;", "ny;;interview;Huddinge;;;audio/ny.wav;")
    ran = spoken.run("apply")
    assert ran.code == 0 and "ny: no transcript yet" in ran.out and len(journal(spoken, "salem")) == 1


# excerpts


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ([], 3),
        (["--code", "id.losen"], 1),
        (["--code", "id"], 2),
        (["--code", "ut"], 1),
        (["--municipality", "Haninge"], 1),
        (["-m", "0192"], 2),
        (["-m", "Nynäshamns kommun"], 2),
        (["-m", "Huddinge"], 0),
        (["--source", "besok"], 2),
        (["--speaker", "S2"], 1),
        (["--speaker", "P1"], 1),
        (["--status", "suggested"], 1),
        (["--status", "applied, suggested"], 4),
        (["--status", "rejected"], 0),
        (["--coder", "anna"], 3),
        (["--coder", "bo"], 0),
        (["--coder", "bo", "--status", "suggested"], 1),
        (["--code", "id", "-m", "Nynäshamn", "--source", "besok"], 1),
    ],
)
def test_excerpts_with_every_filter(spoken: StudyHere, words: list[str], count: int) -> None:
    spoken.run("apply", "--accept")
    spoken.participants("salem;S1;P0;participant;", "salem;S2;P1;participant;Haninge")
    spoken.run("apply", "salem", "--coder", "bo")  # finds what S1 says and, again, what S2 says
    bo = journal(spoken, "salem", "bo")
    spoken.act("salem", Act("", "", "bo", "remove", target=bo[-1]["id"]), coder="bo")
    before = spoken.files()
    ran = spoken.run("excerpts", *words)
    assert ran.code == 0 and ran.out.endswith(f"{count} excerpt{'s' * (count != 1)}\n"), ran.text
    assert spoken.files() == before


def test_excerpts_show_where_who_why_and_the_words(spoken: StudyHere) -> None:
    spoken.run("apply", "--accept")
    shown = spoken.run("excerpts", "--source", "salem").out
    assert "salem 0:00:04 s0002  P1, Haninge" in shown
    assert "id.losen  applied  anna  [lösenord*: lösenord]" in shown
    assert "Jag glömde mitt lösenord." in shown


# finish, status, check


def test_finish_and_reopen(spoken: StudyHere) -> None:
    assert "finished (anna)" in spoken.run("finish", "salem", "besok").out
    assert [act["act"] for act in journal(spoken, "salem")] == ["finish"]
    spoken.run("finish", "salem")
    assert len(journal(spoken, "salem")) == 1, "twice is once"
    spoken.run("finish", "salem", "--coder", "bo")
    assert "anna, bo" in spoken.run("status").out
    assert "open again" in spoken.run("finish", "salem", "--reopen").out
    assert [act["act"] for act in journal(spoken, "salem")] == ["finish", "reopen"]
    assert "not finished" not in spoken.run("status").out, "bo has finished it"
    spoken.run("finish", "salem", "--reopen", "--coder", "bo")
    assert "not finished: salem" in spoken.run("status").out


def test_status_says_what_is_missing(spoken: StudyHere) -> None:
    talk(spoken.root / "audio" / "ny.wav")
    spoken.sources(
        "salem;;interview;Huddinge;;;;", "besok;;study visit;Nynäshamn;;;;", "ny;;interview;Haninge;;;audio/ny.wav;"
    )
    spoken.participants()
    shown = spoken.run("status").out
    assert "not transcribed: ny" in shown and "not coded: salem, besok" in shown
    assert "no material: 1 of 3 cases: Haninge" in shown
    rows = {line.split()[0]: line.split() for line in shown.splitlines() if line}
    assert rows["ny"][3:5] == ["none", "yet"] and rows["salem"][3] == "2" and "problems" not in shown
    spoken.run("apply")
    assert "not coded" not in spoken.run("status").out


def test_status_of_a_new_study(study: StudyHere) -> None:
    assert "No sources yet: qualkit add" in study.run("status").out


def test_status_names_a_few_cases_without_material_and_all_when_asked(study: StudyHere) -> None:
    codes = ("0114", "0115", "0117", "0120", "0123", "0125", "0126", "0127")
    names = ["Upplands Väsby", "Vallentuna", "Österåker", "Värmdö", "Järfälla", "Ekerö", "Huddinge", "Botkyrka"]

    def shown(count: int, *words: str) -> str:
        study.cases(*(f"{code};{name}" for code, name in zip(codes[:count], names, strict=False)))
        (line,) = [line for line in study.run("status", *words).out.splitlines() if line.startswith("no material")]
        return line

    assert shown(8) == f"no material: 8 of 8 cases: {', '.join(names[:5])} and 3 more  (qualkit status --cases)"
    assert shown(8, "--cases") == f"no material: 8 of 8 cases: {', '.join(names)}"
    assert shown(6) == f"no material: 6 of 6 cases: {', '.join(names[:6])}", "one more name is as short as its count"
    study.sources("a;;interview;Huddinge;;;;")
    study.spoken("a", "S1: Hej.")
    assert shown(8, "a", "--cases").startswith("no material: 7 of 8")
    assert "no material" not in study.run("status", "a").out


def test_check_shows_everything_at_once_and_counts(spoken: StudyHere) -> None:
    assert spoken.run("check").out == "No problems.\n"
    spoken.document("vilse", "Text utan rad.")
    spoken.write("transcripts/borta.anna.jsonl", "")
    spoken.sources("salem;;interwiev;Huddinge;;;;", "besok;;study visit;;;;;q-x", "tom;;;Huddinge;;;;")
    before = spoken.files()
    ran = spoken.run("check")
    assert ran.code == 1
    for said in (
        "transcripts/vilse.md: no source is called 'vilse'",
        "transcripts/borta.anna.jsonl: these codings belong to no source",
        "transcripts/sources.csv:2: unknown kind 'interwiev'",
        "transcripts/sources.csv:3: 'q-x' under asked is no guide question",
        "transcripts/sources.csv:3: source 'besok' belongs to no municipality",
        "transcripts/sources.csv:4: source 'tom' has neither a recording nor a text",
    ):
        assert said in ran.out, ran.out
    assert "4 errors, 2 warnings." in ran.out
    assert spoken.files() == before


def test_check_knows_codes_that_left_the_codebook(spoken: StudyHere) -> None:
    spoken.run("apply", "--accept")
    book = (spoken.root / "codebooks" / "codebook.yaml").read_text(encoding="utf-8")
    spoken.write("codebooks/codebook.yaml", book.replace("id: id.losen", "id: id.passord"))
    ran = spoken.run("check")
    assert ran.code == 1 and "1 applied coding(s) with the code 'id.losen'" in ran.out


# models, doctor


def test_models_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "here", lambda: iter([("small", Path("/m/small"))]))
    assert run("models", "list").out.splitlines()[0].startswith(f"small: {Path('/m/small')} (")
    monkeypatch.setattr(models, "here", lambda: iter(()))
    ran = run("models", "list")
    assert ran.code == 0 and "qualkit models get KBLab/kb-whisper-small" in ran.out


def test_doctor(study: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "here", lambda: iter([("small", Path("/m/small"))]))
    ran = study.run("doctor")
    assert ran.code == 1 and "this study uses KBLab/kb-whisper-small, which is not here (here: small)" in ran.out
    study.write("qualkit.yaml", "model: small\n")
    before = study.files()
    ran = study.run("doctor")
    assert ran.code == 0 and "LOOK" not in ran.out
    looked_at = [line.split(":")[0].split(maxsplit=1)[1] for line in ran.out.splitlines()]
    assert looked_at == ["versions", "sound", "models", "speakers", "study", "write access", "disk"]
    assert all(part in ran.out for part in ("wav, mp3, m4a, ogg, flac", "small", "0 sources", "GB free"))
    assert study.files() == before
    monkeypatch.setattr(models, "here", lambda: iter(()))
    study.write("codebooks/codebook.yaml", "themes: [\n")
    ran = study.run("doctor")
    assert ran.code == 1 and ran.out.count("LOOK") == 2
    assert "qualkit models get" in ran.out and "1 error: qualkit check" in ran.out


def test_doctor_outside_a_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(models, "here", lambda: iter([("small", Path("/m/small"))]))
    ran = run("doctor")
    assert ran.code == 0 and "study: none here" in ran.out
    assert not list(tmp_path.iterdir())


def test_words_of_the_fake_engine_look_like_an_engines() -> None:
    assert [word.text for word in words("a b")] == [" a", " b"]


def test_again_keeps_the_transcript_that_was_corrected_by_hand(heard: StudyHere, engine: FakeEngine) -> None:
    assert heard.run("transcribe", "a").code == 0
    path = heard.root / "transcripts" / "a.vtt"
    by_hand = path.read_text("utf-8").replace("WEBVTT\n", "WEBVTT\n\nNOTE rättad för hand\n", 1)
    path.write_text(by_hand, "utf-8")
    for _ in range(2):
        assert heard.run("transcribe", "--again", "a").code == 0
    kept = sorted((heard.root / "transcripts").glob("a.vtt.*.old"))
    assert by_hand in [old.read_text("utf-8") for old in kept]
    assert path.read_text("utf-8") != by_hand and len(kept) <= 2
    assert heard.run("check").code == 0


@pytest.mark.parametrize(
    "name", ["codebooks/cases.csv", "transcripts/m.csv", "qualkit.csv/../audio/m.csv", "exprots/m.csv"]
)
def test_exports_never_lie_over_the_study(spoken: StudyHere, name: str) -> None:
    before = spoken.files()
    ran = spoken.run("matrix", "--to", str(spoken.root / name))
    assert ran.code == 1 and ("study's own files" in ran.err or "no such folder" in ran.err)
    assert spoken.files() == before


def test_accept_takes_only_what_the_keywords_still_give(spoken: StudyHere) -> None:
    spoken.run("apply")
    book = (spoken.root / "codebooks" / "codebook.yaml").read_text("utf-8")
    spoken.write("codebooks/codebook.yaml", book.replace("lösenord*", "passord*"))
    spoken.run("apply", "--accept")
    assert "id.losen" not in spoken.run("excerpts").out
    assert "id.losen" in spoken.run("excerpts", "--status", "suggested").out


def test_a_file_that_cannot_be_read_does_not_hide_the_other_problems(spoken: StudyHere) -> None:
    spoken.write("codebooks/codebook.yaml", "themes: [\n")
    (spoken.root / "transcripts" / "salem.vtt").unlink()
    (spoken.root / "transcripts" / "salem.vtt").mkdir()
    out = spoken.run("check").out
    assert "transcripts/salem.vtt: this is a folder" in out and "codebooks/codebook.yaml" in out


def test_kinds_and_columns_may_be_named_in_swedish(spoken: StudyHere, tmp_path: Path) -> None:
    note = tmp_path / "n.md"
    note.write_text("Hej.\n", "utf-8")
    assert spoken.run("add", str(note), "--kind", "studiebesök").code == 0
    assert "study visit" in spoken.run("status").out
    assert spoken.run("matrix", "--by", "Kommun").code == 0
