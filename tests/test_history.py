"""Who did what when, and the study as it was at a time."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from qualkit.analysis.history import DID, Asked, history
from qualkit.cli import moment
from qualkit.cli.main import app
from qualkit.coding.anchor import make_anchor
from qualkit.errors import QualkitError
from qualkit.model.act import ACTS, Act, LabelChange
from qualkit.model.noun import replace
from qualkit.store.journals import _encode, act_id
from tests.conftest import Ran, StudyHere

needs_zones = pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system keeps one time zone for a process")
TALK = ("S1: Jag vill ha BankID nu och inte sedan, sade jag till dem som satt där i kassan.", "S2: Glömt lösenord.")


@pytest.fixture(autouse=True)
def _in_stockholm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if hasattr(time, "tzset"):
        monkeypatch.setenv("TZ", "Europe/Stockholm")
        time.tzset()
        yield
        monkeypatch.undo()
        time.tzset()
    else:
        yield


def put(study: StudyHere, source: str, coder: str, at: str, act: Act, line: int = 0) -> str:
    """Write an act as it was done at a time (UTC); `line` is the one that is coded. Gives its id."""
    text = study.transcript(source)
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    if line:
        last = len(text.segments[line - 1].text)
        act = replace(act, anchor=make_anchor(text, line - 1, 0, line - 1, last))
    done = replace(act, id=act_id(int(when.timestamp() * 1000)), time=when.isoformat(), coder=coder)
    path = study.root / "transcripts" / f"{source}.{coder}.jsonl"
    with open(path, "ab") as file:
        file.write(_encode(done) + b"\n")
    return done.id


def act(kind: str, code: str = "", **more: str) -> Act:
    return Act("", "", "", kind, code=code, **more)  # type: ignore[arg-type]


@pytest.fixture
def coded(study: StudyHere) -> StudyHere:
    study.sources("a;A;interview;Huddinge;;;;", "b;B;interview;Haninge;;;;")
    study.participants("a;S1;P1;participant;", "a;S2;P2;participant;", "b;S1;P3;participant;", "b;S2;P4;participant;")
    study.spoken("a", *TALK)
    study.spoken("b", *TALK)
    one = put(study, "a", "anna", "2026-02-28T12:00:00", act("code", "id.bankid"), 1)
    two = put(study, "a", "anna", "2026-03-01T22:59:30", act("suggest", "id.losen", reason="lösen*: lösenord"), 2)
    put(study, "b", "bo", "2026-03-01T23:00:10", act("code", "id.losen"), 2)
    gone = put(study, "a", "anna", "2026-03-02T08:00:00", act("reject", target=two))
    put(study, "a", "bo", "2026-03-02T08:01:00", act("undo", target=gone))
    put(study, "a", "anna", "2026-03-02T08:02:00", act("recode", "id.losen", target=one))
    put(study, "a", "anna", "2026-03-02T08:03:00", act("memo", about="source", text="Nervös i början."))
    put(study, "a", "anna", "2026-03-02T08:04:00", act("finish"))
    return study


def done(ran: Ran) -> str:
    assert ran.code == 0, ran.text
    return ran.out


@needs_zones
def test_the_history_is_read_like_a_diary(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    from qualkit.cli import output

    monkeypatch.setattr(output, "width", lambda: 80)
    assert done(coded.run("history")) == (
        "2026-02-28  anna  a\n"
        '  13:00  coded        BankID: "Jag vill ha BankID nu och inte sedan, sade jag …"\n'
        "\n2026-03-01  anna  a\n"
        '  23:59  suggested    Lösenord: "Glömt lösenord."\n'
        "\n2026-03-02  bo  b\n"
        '  00:00  coded        Lösenord: "Glömt lösenord."\n'
        "\n2026-03-02  anna  a\n"
        '  09:00  turned down  Lösenord: "Glömt lösenord."  (taken back)\n'
        "\n2026-03-02  bo  a\n"
        '  09:01  took back    turned down: Lösenord: "Glömt lösenord."\n'
        "\n2026-03-02  anna  a\n"
        '  09:02  recoded      Lösenord (was BankID): "Jag vill ha BankID nu och inte …"\n'
        "  09:03  memo         Nervös i början.\n"
        "  09:04  finished\n"
    )


def test_no_line_is_wider_than_the_screen(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    from qualkit.cli import output

    monkeypatch.setattr(output, "width", lambda: 80)
    coded.write(
        "codebooks/codebook.yaml",
        (coded.root / "codebooks/codebook.yaml").read_bytes().replace(b"name: BankID", b"name: " + b"lang " * 40),
    )
    put(coded, "a", "anna", "2026-03-03T08:00:00", act("memo", text="ord " * 100))
    assert max(map(len, done(coded.run("history")).splitlines())) <= 80


@needs_zones
@pytest.mark.parametrize(
    ("words", "times"),
    [
        (("b",), ["00:00"]),
        (("b", "a", "--coder", "bo"), ["00:00", "09:01"]),
        (("--codebook",), []),
        (("--coder", "bo"), ["00:00", "09:01"]),
        (("--code", "id.bankid"), ["13:00", "09:02"]),
        (("--code", "ut.skriva"), []),
        (("--code", "id", "--coder", "bo"), ["00:00", "09:01"]),
        (("--until", "2026-03-01"), ["13:00", "23:59"]),
        (("--since", "2026-03-02", "--until", "2026-03-02T09:00"), ["00:00", "09:00"]),
        (("--most", "2"), ["09:03", "09:04"]),
    ],
)
def test_what_is_asked_for(coded: StudyHere, words: tuple[str, ...], times: list[str]) -> None:
    ran = coded.run("history", *words)
    assert [line.split()[0] for line in done(ran).splitlines() if line.startswith("  ")] == times
    assert ("6 acts before these: --most 8" in ran.err) == ("--most" in words)
    assert ("Nothing was done" in ran.out) == (not times)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("c",), "no source 'c'"),
        (("--coder", "cecilia"), "one of: anna, bo"),
        (("--since", "i går"), "'i går' is no day or time"),
        (("--until", "2026-02-30"), "no day or time"),
        (("--to", "exports/h.xlsx"), "end the name in one of: .csv"),
    ],
)
def test_what_cannot_be_asked(coded: StudyHere, words: tuple[str, ...], says: str) -> None:
    ran = coded.run("history", *words)
    assert ran.code == 1 and says in ran.err


@needs_zones
def test_the_history_as_a_file(coded: StudyHere) -> None:
    put(coded, "a", "anna", "2026-03-03T08:00:00", act("memo", text="=1+1"))
    file = coded.root / "exports" / "h.csv"
    done(coded.run("history", "a", "--to", str(file)))
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 8 and rows[-1]["Detalj"] == "'=1+1"
    assert rows[2] | {"Id": ""} == {
        "Tid (UTC)": "2026-03-02T08:00:00+00:00", "Tid här": "2026-03-02 09:00:00", "Kodare": "anna", "Källa": "a",
        "Handling": "avvisade", "Återtagen": "ja", "Koder": "id.losen", "Namn": "Lösenord", "Citat": "Glömt lösenord.",
        "Segment": "s0002", "Början": "0:00:04", "Detalj": "", "Ursprung": "", "Id": "",
    }  # fmt: skip
    assert rows[4]["Koder"] == "id.bankid -> id.losen" and rows[1]["Detalj"] == "lösen*: lösenord"


def test_changes_of_codebook_and_speakers_stand_in_it(coded: StudyHere) -> None:
    done(coded.run("codebook", "rename", "id.losen", "Konton", "--yes"))
    done(coded.run("speakers", "a", "--rename", "S1=Åsa"))
    done(coded.run("codebook", "undo", "--yes"))
    out = done(coded.run("history"))
    assert 'codebook     renamed id.losen: "Lösenord" is now "Konton"  (taken back)' in out
    assert 'took back    codebook: renamed id.losen: "Lösenord" is now "Konton"' in out
    assert "renamed      S1 -> Åsa" in out and "anna  (codebook)" in out
    of_book = done(coded.run("history", "--codebook"))
    assert of_book.count("renamed id.losen") == 2 and "Åsa" not in of_book and "coded" not in of_book
    assert "Åsa" in done(coded.run("history", "a", "--codebook")) and "(codebook)" not in done(
        coded.run("history", "a")
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("fix vill ha -> behöver", "corrected    vill ha -> behöver\n"),
        ("fix och inte ->", "corrected    och inte ->\n"),
        ("split och inte", "corrected    two segments of one\n"),
        ("join", "corrected    one segment of two\n"),
        ("speaker S9", "corrected    S1 -> S9\n"),
    ],
)
def test_what_a_correction_did_is_told(coded: StudyHere, line: str, told: str) -> None:
    words = ["--study", str(coded.root), "code", "a", "--plain"]
    assert CliRunner().invoke(app, words, input=f"go 1\n{line}\nundo\n").exit_code == 0
    out = done(coded.run("history", "a"))
    assert (
        told.replace("\n", "  (taken back)\n") in out
        and told.replace("corrected    ", "took back    corrected: ") in out
    )


def test_every_kind_of_act_has_words_and_none_is_lost() -> None:
    assert set(DID) == set(ACTS)
    acts = [
        Act(f"{n:026d}", "2026-01-01T00:00:00+00:00", "anna", kind, labels=(LabelChange("A", "B", ()),))
        for n, kind in enumerate([*ACTS, "of tomorrow"])
    ]
    told = history({"a": acts}, Asked())
    assert len(told) == len(acts) and all(entry.did for entry in told) and told[-1].did == "of tomorrow"


def test_a_torn_journal_is_told(coded: StudyHere) -> None:
    with open(coded.root / "transcripts" / "a.bo.jsonl", "ab") as file:
        file.write(b'{"v":1,"id"')
    ran = coded.run("history")
    assert ran.code == 0 and "1 problem in the journals" in ran.err


# The study as it was


@needs_zones
@pytest.mark.parametrize(
    ("at", "bankid", "losen"),
    [
        ("2026-02-27", 0, 0),
        ("2026-02-28T12:59", 0, 0),
        ("2026-02-28T13:00", 1, 0),
        ("2026-03-01", 1, 0),
        ("2026-03-02T00:00:09", 1, 0),
        ("2026-03-02T00:00:10", 1, 1),
        ("2026-03-02", 0, 2),
    ],
)
def test_codings_as_they_were_then(coded: StudyHere, at: str, bankid: int, losen: int) -> None:
    out = done(coded.run("excerpts", "--at", at))
    assert (out.count("id.bankid  applied"), out.count("id.losen  applied")) == (bankid, losen)
    assert f"at the end of {at}; texts, codebook and tables as they are today" in " ".join(out.split())


@needs_zones
def test_a_matrix_of_then_says_so(coded: StudyHere) -> None:
    from openpyxl import load_workbook

    files = [coded.root / "exports" / name for name in ("m.csv", "m.xlsx")]
    words = [word for file in files for word in ("--to", str(file))]
    out = done(coded.run("matrix", "--codes", "--at", "2026-03-01", *words))
    remark = "codings as they were at the end of 2026-03-01; texts, codebook and tables as they are today"
    assert remark in " ".join(out.split()) and "finished" in out
    remark = "kodningar som de var vid slutet av 2026-03-01; texter, kodbok och tabeller som de är i dag"
    assert remark in files[0].read_bytes().decode("utf-8-sig")
    rows = {row[0]: row[1] for row in load_workbook(files[1])["Metod"].iter_rows(values_only=True)}
    assert rows["Kodningar"] == remark
    cells = list(csv.reader(io.StringIO(files[0].read_bytes().decode("utf-8-sig")), delimiter=";"))
    assert [row[2:4] for row in cells if row[1:2] == ["Huddinge"]] == [["1", "inte kodat än"]], "finished later"
    done(coded.run("matrix", "--codes", *words[:2]))
    assert remark not in files[0].read_bytes().decode("utf-8-sig")


@needs_zones
def test_agreement_of_then(coded: StudyHere) -> None:
    put(coded, "b", "bo", "2026-03-03T08:00:00", act("finish"))
    put(coded, "b", "anna", "2026-03-03T08:00:00", act("finish"))
    file = coded.root / "exports" / "a.xlsx"
    ran = coded.run("agree", "anna", "bo", "--at", "2026-03-02")
    assert ran.code == 1 and "there is no source that anna and bo have all finished" in ran.err
    out = done(coded.run("agree", "anna", "bo", "--at", "2026-03-03", "--to", str(file)))
    assert out.startswith("codings as they were at the end of 2026-03-03")
    from openpyxl import load_workbook

    rows = {row[0]: row[1] for row in load_workbook(file)["Metod"].iter_rows(values_only=True)}
    assert rows["Kodningar"].startswith("kodningar som de var vid slutet av 2026-03-03")


@needs_zones
@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        ("2026-03-28", "2026-03-27T23:00:00+00:00", "2026-03-28T23:00:00+00:00"),
        ("2026-03-29", "2026-03-28T23:00:00+00:00", "2026-03-29T22:00:00+00:00"),
        ("2026-03-29 14:30", "2026-03-29T12:30:00+00:00", "2026-03-29T12:31:00+00:00"),
        ("2026-10-25T14:30:05", "2026-10-25T13:30:05+00:00", "2026-10-25T13:30:06+00:00"),
    ],
)
def test_days_are_those_of_the_calendar_here(day: str, begins: str, ends: str) -> None:
    assert moment.begins(day) == datetime.fromisoformat(begins)
    assert moment.ends(day) == datetime.fromisoformat(ends)


@pytest.mark.parametrize("written", ["", "2026", "2026-13-01", "2026-01-01T25:00", "2026-01-01T", "1/3 2026"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(QualkitError, match="is no day or time"):
        moment.ends(written)


def test_a_time_that_cannot_be_read_is_shown_as_it_is_written() -> None:
    assert moment.local("i går") == "i går"
