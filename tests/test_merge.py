"""Two copies of a study become one: nothing that either had is missing, and a second merge changes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.cli import output
from qualkit.coding.anchor import make_anchor
from qualkit.coding.fold import State, fold
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.coding import Anchor
from qualkit.model.noun import replace
from qualkit.store import journals, merging
from qualkit.store.journals import contradictions, read_journal, writing
from qualkit.store.material import journal_paths, read_material
from qualkit.store.merging import carry_out, plan_merge
from qualkit.store.project import Folder
from qualkit.store.revisions import read_revisions
from tests.conftest import Ran, StudyHere, run

BOOK = "codebooks/codebook.yaml"
TEXT = "BankID krånglar för många här.\n\nLösenordet är borta igen.\n\nVi vill skriva ut papper.\n"


def coding(study: StudyHere, paragraph: int, code: str = "id.bankid", source: str = "d") -> Act:
    transcript = study.transcript(source)
    anchor = make_anchor(transcript, paragraph, 0, paragraph, len(transcript.segments[paragraph].text))
    return Act("", "", "", "code", anchor=anchor, code=code)


def done(study: StudyHere, coder: str, *acts: Act, source: str = "d") -> list[Act]:
    return study.act(source, *(replace(act, coder=coder) for act in acts), coder=coder)


def copy_of(study: StudyHere, name: str) -> StudyHere:
    root = study.root.parent / name
    shutil.copytree(study.root, root, ignore=shutil.ignore_patterns(".qualkit"))
    other = StudyHere.__new__(StudyHere)
    other.root = root
    return other


def merge(study: StudyHere, other: StudyHere, *words: str) -> Ran:
    ran = study.run("merge", str(other.root), "--yes", *words)
    assert ran.code == 0, ran.text
    return ran


def acts_of(study: StudyHere) -> dict[str, set[Act]]:
    opened = study.open()
    material, problems = read_material(opened.folder, opened.study.sources)
    assert [one for one in problems if not one.warning] == []
    return {source: set(acts) for source, acts in material.acts.items()}


def state(study: StudyHere) -> dict[str, State]:
    return {source: fold(source, acts) for source, acts in acts_of(study).items()}


@pytest.fixture
def ours(study: StudyHere) -> StudyHere:
    study.sources("d;Dokument;document;Huddinge;;;;", "e;Samtal;interview;Haninge;;;audio/e.wav;")
    study.document("d", TEXT)
    study.spoken("e", "S1: Vad gör du?", "S2: Jag söker BankID.")
    study.participants("e;S1;fråga;moderator;", "e;S2;svar;participant;")
    done(study, "anna", coding(study, 0))
    return study


@pytest.fixture
def theirs(ours: StudyHere) -> StudyHere:
    return copy_of(ours, "kims kopia")


# Acts of two coders, whatever the order

STEP = st.tuples(
    st.integers(0, 1),  # which copy
    st.sampled_from(["anna", "bo"]),
    st.sampled_from(["code", "suggest", "accept", "reject", "remove", "memo", "finish", "reopen", "undo", "merge"]),
    st.integers(0, 20),  # the target, among the acts that the copy has
    st.integers(-3, 3),  # years that the clock is off
)
ANCHOR = Anchor("p1", 0, "p1", 6, "BankID", "", " krånglar för många här.\n\nLösenord")


class Clock(datetime):
    """A clock that is off by some years."""

    off = 0
    steps = 0

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        Clock.steps += 1
        return datetime(2026 + Clock.off, 1, 1, tzinfo=UTC) + timedelta(seconds=Clock.steps)


def take(copy: StudyHere, other: StudyHere) -> None:
    carry_out(plan_merge(copy.open(), other.root))


@given(st.lists(STEP, max_size=14))
@settings(max_examples=25, deadline=None)
def test_any_interleaving_of_two_coders_merged_in_either_direction_gives_the_same_state(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str, str, int, int]]
) -> None:
    root = tmp_path_factory.mktemp("merged")
    two = [StudyHere(root / "one"), StudyHere(root / "two")]
    for study in two:
        study.sources("d;Dokument;document;Huddinge;;;;")
        study.document("d", TEXT)
    written: list[Act] = []
    with mock.patch.object(journals, "datetime", Clock):
        for which, coder, kind, number, off in steps:
            study, Clock.off = two[which], off
            if kind == "merge":
                take(study, two[1 - which])
                continue
            known = sorted(acts_of(study)["d"], key=lambda act: act.id)
            target = known[number % len(known)].id if known else "0" * 26
            act = Act("", "", coder, kind, anchor=ANCHOR, code="id.bankid", target=target, about="source", text="x")
            written += study.act("d", act, coder=coder)
    for act in written:
        assert act.id > act.target, "an act comes after what it is aimed at, whatever the clocks say"
    again = [copy_of(study, f"{study.root.name} again") for study in two]
    take(two[0], two[1])
    take(two[1], two[0])
    take(again[1], again[0])
    take(again[0], again[1])
    everywhere = [*two, *again]
    assert all(acts_of(study)["d"] == set(written) for study in everywhere), "nothing that either had is missing"
    expected = fold("d", written)
    assert all(state(study)["d"] == expected for study in everywhere)
    before = [study.files() for study in everywhere]
    for one, other in zip(everywhere, everywhere[1:] + everywhere[:1], strict=True):
        assert plan_merge(one.open(), other.root).empty
        take(one, other)
    assert [study.files() for study in everywhere] == before, "a merge run again changes nothing"


def test_an_act_on_one_from_a_clock_that_is_ahead_is_not_lost(ours: StudyHere) -> None:
    with mock.patch.object(journals, "datetime", Clock):
        Clock.off = 3
        (ahead,) = done(ours, "bo", replace(coding(ours, 1), act="suggest"))
        Clock.off = 0
        (accepted,) = done(ours, "anna", Act("", "", "", "accept", target=ahead.id))
        assert accepted.id > ahead.id and state(ours)["d"].codings[ahead.id].status == "applied"
        (undone,) = done(ours, "cia", Act("", "", "", "undo", target=accepted.id))
    assert undone.id > accepted.id and state(ours)["d"].codings[ahead.id].status == "suggested"


# The same id, and not the same act


def test_two_acts_with_one_id_are_an_error_with_both_lines_and_one_state(ours: StudyHere) -> None:
    (act,) = done(ours, "bo", coding(ours, 1))
    path = ours.root / "transcripts" / "d.bo.jsonl"
    forged = path.read_bytes().replace(b"id.bankid", b"id.losen")
    ours.write("transcripts/d.anna.jsonl", (ours.root / "transcripts/d.anna.jsonl").read_bytes() + forged)
    ran = ours.run("check")
    assert ran.code == 1
    assert "transcripts/d.bo.jsonl:1: this act has the id of the one in transcripts/d.anna.jsonl:2" in ran.out
    assert ours.run("matrix").code == 1, "no figure is made of one of them"
    acts = [*read_journal(path, "x").acts, *read_journal(ours.root / "transcripts/d.anna.jsonl", "y").acts]
    states = [fold("d", order) for order in permutations(acts)]
    assert all(one == states[0] for one in states) and act.id in states[0].codings


def test_the_same_line_twice_is_no_contradiction(ours: StudyHere) -> None:
    path = ours.root / "transcripts" / "d.anna.jsonl"
    path.write_bytes(path.read_bytes() * 2)
    assert contradictions({"x": read_journal(path, "x"), "y": read_journal(path, "y")}) == []
    assert ours.run("check").code == 0


def test_a_copy_that_contradicts_ours_is_refused_with_both_lines(ours: StudyHere, theirs: StudyHere) -> None:
    path = theirs.root / "transcripts" / "d.anna.jsonl"
    path.write_bytes(path.read_bytes().replace(b"id.bankid", b"ut.skriva"))
    before = ours.files()
    ran = ours.run("merge", str(theirs.root), "--yes")
    assert ran.code == 1 and ours.files() == before
    assert f"{path}:1" in ran.err and "transcripts/d.anna.jsonl:1" in ran.err


# What is shown, and a yes


def test_nothing_is_written_before_a_yes(ours: StudyHere, theirs: StudyHere) -> None:
    done(theirs, "kim", coding(theirs, 1, "id.losen"), Act("", "", "", "finish"))
    before = ours.files(), theirs.files()
    asked = ours.run("merge", str(theirs.root))
    assert "transcripts/d.kim.jsonl, a new journal: 2 acts come in (1 code, 1 finish)" in asked.out
    assert (ours.files(), theirs.files()) == before
    assert "Merged." in merge(ours, theirs).out
    assert theirs.files() == before[1], "the other copy is only read"
    assert state(ours)["d"].finished == {"kim"} and len(state(ours)["d"].codings) == 2
    again = merge(ours, theirs)
    assert "Nothing to merge" in again.out


@pytest.mark.parametrize(
    ("line", "says"),
    [(b"hej\n", "not a whole act"), (b'{"v":9,"id":"x","act":"weave"}\n', "newer qualkit")],
)
def test_a_damaged_or_newer_journal_is_refused_and_nothing_is_written(
    ours: StudyHere, theirs: StudyHere, line: bytes, says: str
) -> None:
    done(theirs, "kim", coding(theirs, 1))
    path = theirs.root / "transcripts" / "d.kim.jsonl"
    path.write_bytes(path.read_bytes() + line + path.read_bytes())
    theirs.sources("d;Dokument;document;Huddinge;;;;", "f;Ny;document;;;;;")
    before = ours.files()
    ran = ours.run("merge", str(theirs.root), "--yes")
    assert ran.code == 1 and f"{path}:2" in ran.err and says in ran.err and "nothing was merged" in ran.err
    assert ours.files() == before


def test_a_torn_last_line_of_the_other_copy_is_told_and_the_whole_ones_come_in(
    ours: StudyHere, theirs: StudyHere
) -> None:
    done(theirs, "kim", coding(theirs, 1))
    with (theirs.root / "transcripts/d.kim.jsonl").open("ab") as file:
        file.write(b'{"v":1,"id":"torn')
    ran = merge(ours, theirs)
    assert "the last line is torn" in ran.out and len(state(ours)["d"].codings) == 2
    assert ours.run("check").code == 0


@pytest.mark.parametrize("folder", ["", "nowhere", "empty"])
def test_what_is_no_other_copy_is_refused(ours: StudyHere, folder: str) -> None:
    (ours.root.parent / "empty").mkdir()
    ran = ours.run("merge", str(ours.root.parent / folder if folder else ours.root))
    assert ran.code == 1 and ("this is the study itself" in ran.err or "there is no s" in ran.err)


# Tables


def rows(study: StudyHere, name: str) -> list[str]:
    return (study.root / name).read_text("utf-8-sig").splitlines()


def test_rows_that_only_they_have_come_in_with_their_columns(ours: StudyHere, theirs: StudyHere) -> None:
    headings = "titel,id,typ,kommun,längd"
    theirs.sources("Annan titel,d,document,Huddinge,", '"Ny, källa",f,document,Haninge,"3,5"', headings=headings)
    theirs.document("f", "Ny text.\n")
    ran = merge(ours, theirs)
    assert "transcripts/sources.csv: 1 row comes in: f" in ran.out and "transcripts/f.md" in ran.out
    assert "Annan titel" in ran.out and "--theirs sources.csv:d" in ran.out
    assert rows(ours, "transcripts/sources.csv") == [
        "id;title;kind;municipality;date;language;recording;asked;längd",
        "d;Dokument;document;Huddinge;;;;;",
        "e;Samtal;interview;Haninge;;;audio/e.wav;;",
        "f;Ny, källa;document;Haninge;;;;;3,5",
    ]
    assert ours.transcript("f").segments[0].text == "Ny text."
    assert "Nothing to merge" in merge(ours, theirs).out


@pytest.mark.parametrize("name", ["all", "sources.csv", "sources.csv:d", "transcripts/sources.csv"])
def test_a_row_that_differs_stays_or_is_taken(ours: StudyHere, theirs: StudyHere, name: str) -> None:
    theirs.sources("d;Annan;document;Haninge;;;;", "e;Samtal;interview;Haninge;;;audio/e.wav;")
    before = ours.files()
    ran = merge(ours, theirs)
    for words in ("d: 2 differences", "here   Dokument", "there  Annan", "here   Huddinge", "there  Haninge"):
        assert words in ran.out
    assert ours.files() == before
    assert "what is there is taken" in merge(ours, theirs, "--theirs", name).out
    assert rows(ours, "transcripts/sources.csv")[1] == "d;Annan;document;Haninge;;;;"
    ran = merge(ours, theirs, "--theirs", name)
    assert "Nothing to merge" in ran.out


def test_one_row_of_two_is_taken_and_a_name_that_fits_nothing_is_told(ours: StudyHere, theirs: StudyHere) -> None:
    theirs.participants("e;S1;fråga;participant;", "e;S2;annan;participant;")
    ran = merge(ours, theirs, "--theirs", "participants.csv:e/S2", "--theirs", "sources")
    assert "--theirs sources: nothing of that name differs" in ran.out
    assert rows(ours, "transcripts/participants.csv")[1:] == ["e;S1;fråga;moderator;", "e;S2;annan;participant;"]


def test_cases_are_known_by_their_code_however_a_row_names_them(ours: StudyHere, theirs: StudyHere) -> None:
    theirs.cases("Nynäshamn;0192", "Haninge;136", "Salem;0128", headings="name;code")
    ran = merge(ours, theirs)
    assert "codebooks/cases.csv: 1 row comes in: 0128" in ran.out and "codebooks/cases.csv, 0136: 1" in ran.out
    assert rows(ours, "codebooks/cases.csv") == ["code;name", "0126;Huddinge", "0136;Haninge", "0192;Nynäshamn",
                                                 "0128;Salem"]  # fmt: skip


@pytest.mark.parametrize("whose", [0, 1])
@pytest.mark.parametrize("row", ["d;Igen;document;;;;;", ";Utan id;document;;;;;", "g;a;b;c;d;e;f;g;h;i"])
def test_tables_with_errors_are_refused(ours: StudyHere, theirs: StudyHere, whose: int, row: str) -> None:
    (ours, theirs)[whose].sources("d;Dokument;document;Huddinge;;;;", "e;Samtal;interview;Haninge;;;audio/e.wav;", row)
    done(theirs, "kim", coding(theirs, 1))
    before = ours.files()
    ran = ours.run("merge", str(theirs.root), "--yes")
    assert ran.code == 1 and "sources.csv:4" in ran.err and ours.files() == before


def test_sources_whose_ids_differ_in_capitals_are_refused(ours: StudyHere, theirs: StudyHere) -> None:
    theirs.sources("D;Dokument;document;Huddinge;;;;")
    ran = ours.run("merge", str(theirs.root), "--yes")
    assert ran.code == 1 and "the source 'D' is called 'd' here" in ran.err


# Texts


def test_a_text_that_differs_stays_and_codings_of_the_other_find_their_words(
    ours: StudyHere, theirs: StudyHere
) -> None:
    theirs.document("d", "Ett stycke som bara finns där.\n\n" + TEXT + "\nEtt till, som bara finns där.\n")
    done(theirs, "kim", coding(theirs, 2, "id.losen"), coding(theirs, 4, "ut.skriva"))
    before = (ours.root / "transcripts/d.md").read_bytes()
    ran = merge(ours, theirs)
    assert "transcripts/d.md: of 3 segments: 3 other words, 2 only there" in ran.out
    assert "d: of 3 codings in the text that stays, 1 will not find their words" in ran.out
    assert (ours.root / "transcripts/d.md").read_bytes() == before
    shown = ours.run("excerpts").out
    assert "Lösenordet är borta igen." in shown
    assert "1 excerpt uncertain" in ours.run("matrix").err or "uncertain" in ours.run("matrix").text


def test_of_a_long_text_what_differs_is_shown(
    ours: StudyHere, theirs: StudyHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "screen", lambda _: 80)
    ours.document("d", "ord " * 200 + "blankettler " + "mer " * 200)
    theirs.document("d", "ord " * 200 + "blanketter " + "mer " * 200)
    ran = merge(ours, theirs)
    assert "ord blankettler mer" in " ".join(ran.out.split()) and "ord blanketter mer" in " ".join(ran.out.split())
    assert max(len(line) for line in ran.out.splitlines() if str(ours.root.parent) not in line) <= 80
    assert "will not find" in ran.out, "the codings of the text that stood there before"
    done(ours, "bo", coding(ours, 0))
    done(ours, "anna", Act("", "", "", "undo", target=min(acts_of(ours)["d"], key=lambda act: act.id).id))
    assert "d: of 1 coding in the text that stays, all find their words" in merge(ours, theirs).out


def test_a_text_that_is_taken_leaves_ours_beside_it(ours: StudyHere, theirs: StudyHere) -> None:
    old = (ours.root / "transcripts/d.md").read_bytes()
    ours.write("transcripts/d.words.jsonl", '{"segment":"p1","words":[["gammal",0,1,1]]}\n')
    theirs.document("d", TEXT.replace("många", "rätt många"))
    ran = merge(ours, theirs, "--theirs", "d.md")
    assert "texts that come in: transcripts/d.md" in ran.out
    kept = list((ours.root / "transcripts").glob("d.md.*.old"))
    assert [one.read_bytes() for one in kept] == [old]
    assert not (ours.root / "transcripts/d.words.jsonl").exists(), "times of other words"
    assert "rätt många" in ours.transcript("d").segments[0].text
    assert "Nothing to merge" in merge(ours, theirs, "--theirs", "d.md").out


def test_a_taken_text_of_the_other_kind_takes_the_place_of_ours(ours: StudyHere, theirs: StudyHere) -> None:
    (theirs.root / "transcripts/d.md").unlink()
    theirs.spoken("d", "S1: BankID krånglar för många här.")
    theirs.write("transcripts/d.words.jsonl", '{"segment":"s0001","words":[["BankID",0,1,1]]}\n')
    merge(ours, theirs, "--theirs", "all")
    names = sorted(path.name.split(".2")[0] for path in (ours.root / "transcripts").glob("d.*"))
    assert names == ["d.anna.jsonl", "d.md", "d.vtt", "d.words.jsonl"]  # d.md.<time>.old
    assert not (ours.root / "transcripts/d.md").exists()
    assert "Nothing to merge" in merge(ours, theirs).out


def test_line_ends_are_no_difference(ours: StudyHere, theirs: StudyHere) -> None:
    for path in [*theirs.root.rglob("*.md"), *theirs.root.rglob("*.vtt"), *theirs.root.rglob("*.yaml")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for path in theirs.root.rglob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    ran = merge(ours, theirs)
    assert "differs" not in ran.out and "Nothing to merge" in ran.out


# Codebook and settings


def test_a_codebook_stays_unless_it_is_taken_and_missing_codes_are_told(ours: StudyHere, theirs: StudyHere) -> None:
    book = (ours.root / "codebooks/codebook.yaml").read_text("utf-8")
    added = book.replace(
        "  - id: ut\n", "      - id: id.pass\n        name: Pass\n        definition: Ny.\n  - id: ut\n"
    )
    theirs.write("codebooks/codebook.yaml", added.replace("Skaffa BankID.", "Skaffa och förnya BankID."))
    done(theirs, "kim", coding(theirs, 1, "id.pass"))
    ran = merge(ours, theirs)
    said = " ".join(ran.out.split())
    assert "code id.bankid: definition here Skaffa BankID. there Skaffa och förnya BankID." in said
    assert "code id.pass: name here - there Pass" in said and "--theirs codebook.yaml" in said
    assert "that figures must wait: id.pass (1)" in said
    assert (ours.root / "codebooks/codebook.yaml").read_text("utf-8") == book
    assert "id.pass" in ours.run("check").out
    ran = merge(ours, theirs, "--theirs", "codebook.yaml")
    assert "must wait" not in ran.out and ours.run("check").code == 0
    assert "Nothing to merge" in merge(ours, theirs).out


def test_a_codebook_with_errors_is_not_taken(ours: StudyHere, theirs: StudyHere) -> None:
    theirs.write("codebooks/codebook.yaml", "title: Prov\nthemes:\n  - name: utan id\n")
    ran = ours.run("merge", str(theirs.root), "--yes", "--theirs", "all")
    assert ran.code == 1 and "the other codebook has errors" in ran.err


def test_settings_stay_each_coders_own(ours: StudyHere, theirs: StudyHere) -> None:
    theirs.write("qualkit.yaml", "title: Annan\ncodebook: codebooks/codebook.yaml\ncoder: kim\n")
    before = ours.files()
    ran = merge(ours, theirs, "--theirs", "all")
    assert "there  Annan" in ran.out and "kim" not in ran.out.replace(str(theirs.root), "")
    assert ours.files() == before


# Recordings


def test_recordings_are_listed_and_copied_when_asked(ours: StudyHere, theirs: StudyHere) -> None:
    theirs.write("audio/e.wav", b"ljud")
    theirs.write("audio/e.rttm", "SPEAKER")
    outside = theirs.root.parent / "hemligt.wav"
    outside.write_bytes(b"x")
    theirs.sources("d;Dokument;document;Huddinge;;;;", "e;Samtal;interview;Haninge;;;audio/e.wav;",
                   "g;Ut;interview;;;;../hemligt.wav;")  # fmt: skip
    ran = merge(ours, theirs)
    assert "recordings only there: audio/e.wav  (--recordings)" in ran.out
    assert not (ours.root / "audio/e.wav").exists()
    merge(ours, theirs, "--recordings")
    assert (ours.root / "audio/e.wav").read_bytes() == b"ljud" and (ours.root / "audio/e.rttm").exists()
    assert "Nothing to merge" in merge(ours, theirs, "--recordings").out


# The codebook changed as acts


def change(study: StudyHere, *words: str) -> str:
    ran = study.run("codebook", *words, "--yes")
    assert ran.code == 0, ran.text
    return ran.out


def codes_of(study: StudyHere) -> list[str]:
    return sorted(coding.code for one in state(study).values() for coding in one.codings.values())


def revisions(study: StudyHere) -> set[Act]:
    found, problems = read_revisions(study.open())
    assert problems == []
    return set(found)


def test_a_codebook_that_only_they_changed_comes_in_and_can_be_taken_back_here(
    ours: StudyHere, theirs: StudyHere
) -> None:
    before = (ours.root / BOOK).read_bytes()
    change(theirs, "rename", "id.losen", "Konton", "--coder", "kim")
    change(theirs, "merge", "id.bankid", "--into", "id.losen", "--coder", "kim")
    ran = merge(ours, theirs)
    assert "codebooks/codebook.kim.jsonl, a new journal: 2 acts come in (2 revise)" in ran.out
    assert "as it was before kim changed it there: renamed id.losen" in ran.out and "what is there is taken" in ran.out
    assert (ours.root / BOOK).read_bytes() == (theirs.root / BOOK).read_bytes()
    assert revisions(ours) == revisions(theirs) and codes_of(ours) == ["id.losen"]
    assert "0 errors, 1 warning" in ours.run("check").out and "Nothing to merge" in merge(ours, theirs).out
    change(ours, "undo")
    assert codes_of(ours) == ["id.bankid"]
    change(ours, "undo")
    assert (ours.root / BOOK).read_bytes() == before
    assert "Nothing to merge" in merge(ours, theirs).out and (ours.root / BOOK).read_bytes() == before
    merge(theirs, ours)
    assert revisions(ours) == revisions(theirs) and codes_of(theirs) == ["id.bankid"]


def test_a_merge_killed_between_a_change_of_the_codebook_and_its_file_brings_the_file(
    ours: StudyHere, theirs: StudyHere
) -> None:
    change(theirs, "rename", "id.losen", "Konton", "--coder", "kim")
    with mock.patch.object(merging, "write_atomically", side_effect=Killed), pytest.raises(Killed):
        carry_out(plan_merge(ours.open(), theirs.root))
    assert revisions(ours) == revisions(theirs) and ours.open().study.codebook.codes["id.losen"].name != "Konton"
    merge(ours, theirs)
    assert ours.open().study.codebook.codes["id.losen"].name == "Konton"


def test_two_changed_the_codebook_and_both_journals_hold_all_changes(ours: StudyHere, theirs: StudyHere) -> None:
    done(ours, "anna", coding(ours, 1, "id.losen"))
    change(ours, "rename", "ut.skriva", "Papper")
    change(theirs, "merge", "id.bankid", "--into", "id.losen", "--coder", "kim")
    mine = (ours.root / BOOK).read_bytes()
    merge(ours, theirs)
    merge(theirs, ours)
    assert revisions(ours) == revisions(theirs) and len(revisions(ours)) == 2
    assert (ours.root / BOOK).read_bytes() == mine and codes_of(ours) == ["id.losen", "id.losen"] == codes_of(theirs)
    assert "nothing is left to merge" not in change(ours, "merge", "id.bankid", "--into", "id.losen")
    assert ours.open().study.codebook.codes["id.bankid"].retired
    assert "nothing is left to merge" in change(ours, "merge", "id.bankid", "--into", "id.losen")


def test_a_split_whose_codes_are_only_in_their_codebook_is_made_here(ours: StudyHere, theirs: StudyHere) -> None:
    change(ours, "rename", "ut.skriva", "Papper")
    change(theirs, "split", "id.bankid", "--into", "Mobil,Dator", "--rest", "Mobil", "--coder", "kim")
    merge(ours, theirs)
    done(ours, "anna", coding(ours, 2))
    change(ours, "split", "id.bankid", "--into", "Mobil,Dator", "--rest", "Dator")
    there = ours.open().study.codebook.codes
    assert set(codes_of(ours)) <= set(there) and there["id.bankid"].retired


def test_ones_own_change_can_be_taken_back_where_a_later_one_of_theirs_is_not_in_the_file(
    ours: StudyHere, theirs: StudyHere
) -> None:
    before = (ours.root / BOOK).read_bytes()
    change(ours, "rename", "id.losen", "Konton")
    change(theirs, "rename", "id.losen", "Inloggning", "--coder", "kim")
    merge(ours, theirs)
    ran = ours.run("codebook", "undo", "--yes")
    assert ran.code == 0 and "as kim wrote it: renamed id.losen" in ran.err and '"Konton" (anna' in ran.out
    assert (ours.root / BOOK).read_bytes() == before


def test_a_conflict_copy_of_a_codebook_journal_is_taken_in(ours: StudyHere, theirs: StudyHere) -> None:
    change(ours, "rename", "id.losen", "Konton")
    journal = ours.root / "codebooks/codebook.anna.jsonl"
    shutil.copytree(ours.root / "codebooks", theirs.root / "codebooks", dirs_exist_ok=True)
    change(theirs, "rename", "id.losen", "Inloggning")
    content = (theirs.root / "codebooks/codebook.anna.jsonl").read_bytes()
    copy = ours.write("codebooks/codebook.anna (Kims konflikterande kopia).jsonl", content)
    assert "another copy of codebook.anna.jsonl" in ours.run("check").out
    ran = ours.run("merge", "--yes")
    assert ran.code == 0 and "codebooks/codebook.anna.jsonl: 1 act comes in (1 revise)" in ran.out
    assert not copy.exists() and journal.read_bytes() == content


def test_two_acts_of_the_codebook_with_one_id_are_an_error(ours: StudyHere, theirs: StudyHere) -> None:
    change(ours, "rename", "id.losen", "Konton")
    shutil.copytree(ours.root / "codebooks", theirs.root / "codebooks", dirs_exist_ok=True)
    content = (ours.root / "codebooks/codebook.anna.jsonl").read_bytes()
    theirs.write("codebooks/codebook.anna.jsonl", content.replace(b'"about":"rename"', b'"about":"retire"'))
    before = ours.files()
    ran = ours.run("merge", str(theirs.root), "--yes")
    assert ran.code == 1 and "codebook.anna.jsonl:1" in ran.err and ours.files() == before


# Conflict copies beside the journals

COPIES = [
    "d.anna (Kims konflikterande kopia 2026-11-22).jsonl",
    "d.anna (conflicted copy 2026-11-22 101010.5).jsonl",
    "d.anna-DESKTOP-4F.jsonl",
    "d.anna.sync-conflict-20261122-101010-ABC.jsonl",
    "d.anna (1).jsonl",
]


@pytest.mark.parametrize("name", COPIES)
def test_a_conflict_copy_is_taken_in_and_set_aside(ours: StudyHere, theirs: StudyHere, name: str) -> None:
    done(theirs, "anna", coding(theirs, 1, "id.losen"))
    done(ours, "anna", coding(ours, 2, "ut.skriva"))
    content = (theirs.root / "transcripts/d.anna.jsonl").read_bytes()
    copy = ours.write(f"transcripts/{name}", content)
    warned = ours.run("check")
    assert warned.code == 0 and "another copy of d.anna.jsonl" in warned.out and "qualkit merge" in warned.out
    ran = ours.run("merge", "--yes")
    assert ran.code == 0 and "transcripts/d.anna.jsonl: 1 act comes in (1 code)" in ran.out
    assert not copy.exists() and (copy.with_name(name + ".old")).read_bytes() == content
    assert sorted(one.code for one in state(ours)["d"].codings.values()) == ["id.bankid", "id.losen", "ut.skriva"]
    assert list(journal_paths(Folder(ours.root))["d"]) == ["anna"]
    assert "no conflict copies" in ours.run("merge").out


@pytest.mark.parametrize("name", COPIES)
def test_a_conflict_copy_in_the_other_folder_comes_into_the_right_journal(
    ours: StudyHere, theirs: StudyHere, name: str
) -> None:
    done(theirs, "anna", coding(theirs, 1, "id.losen"))
    path = theirs.root / "transcripts/d.anna.jsonl"
    theirs.write(f"transcripts/{name}", path.read_bytes())
    shutil.copy(ours.root / "transcripts/d.anna.jsonl", path)
    merge(ours, theirs)
    assert list(journal_paths(Folder(ours.root))["d"]) == ["anna"]
    assert sorted(one.code for one in state(ours)["d"].codings.values()) == ["id.bankid", "id.losen"]
    assert "Nothing to merge" in merge(ours, theirs).out


def test_what_only_looks_like_a_copy_is_left_alone(ours: StudyHere) -> None:
    done(ours, "anna-DESKTOP", coding(ours, 1))
    ours.write("transcripts/d.anna (2).jsonl", (ours.root / "transcripts/d.anna-DESKTOP.jsonl").read_bytes())
    before = ours.files()
    assert "no conflict copies" in ours.run("merge").out and ours.files() == before


def test_a_damaged_conflict_copy_is_refused(ours: StudyHere) -> None:
    line = (ours.root / "transcripts/d.anna.jsonl").read_bytes()
    ours.write("transcripts/d.anna (1).jsonl", line + b"hej\n" + line)
    before = ours.files()
    ran = ours.run("merge", "--yes")
    assert ran.code == 1 and "d.anna (1).jsonl:2" in ran.err and ours.files() == before


# Stopped on the way


class Killed(BaseException):
    """The power goes."""


def everything_differs(ours: StudyHere, theirs: StudyHere) -> None:
    done(theirs, "kim", coding(theirs, 1))
    done(theirs, "anna", coding(theirs, 2))
    change(theirs, "rename", "ut.skriva", "Papper", "--coder", "kim")
    (theirs.root / "transcripts/d.md").unlink()
    theirs.spoken("d", "S1: BankID krånglar för många här.")
    theirs.write("transcripts/d.words.jsonl", '{"segment":"s0001","words":[["BankID",0,1,1]]}\n')
    theirs.spoken("e", "S1: Vad gör du då?", "S2: Jag söker BankID.")
    ours.write("transcripts/e.words.jsonl", '{"segment":"s0001","words":[["Vad",0,1,1]]}\n')
    theirs.sources("d;Annan;document;Huddinge;;;;", "e;Samtal;interview;Haninge;;;audio/e.wav;", "f;F;document;;;;;")
    theirs.document("f", "Ny.\n")
    theirs.write(BOOK, (theirs.root / BOOK).read_text("utf-8") + "# rad\n")


def stops_at(number: int) -> Callable[[Callable[..., object]], Callable[..., object]]:
    steps = [0]

    def watched(does: Callable[..., object]) -> Callable[..., object]:
        def step(*words: object, **named: object) -> object:
            steps[0] += 1
            if steps[0] > number:
                raise Killed
            return does(*words, **named)

        return step

    return watched


def test_a_merge_that_is_killed_anywhere_is_mended_by_the_next_one(ours: StudyHere, theirs: StudyHere) -> None:
    everything_differs(ours, theirs)
    whole = copy_of(ours, "whole")
    merge(whole, theirs, "--theirs", "all")
    expected = {name: content for name, content in whole.files().items() if not name.endswith(".old")}
    for number in range(40):
        hurt = copy_of(ours, f"hurt {number}")
        watched = stops_at(number)
        with mock.patch.multiple(
            merging, write_atomically=watched(merging.write_atomically), keep_old=watched(merging.keep_old),
            take_in=watched(merging.take_in),
        ), mock.patch.object(Path, "unlink", watched(Path.unlink)):  # fmt: skip
            plan = plan_merge(hurt.open(), theirs.root, ["all"])
            try:
                carry_out(plan)
            except Killed:
                pass
            else:
                break
        merge(hurt, theirs, "--theirs", "all")
        got = hurt.files()
        assert {name: content for name, content in got.items() if not name.endswith(".old")} == expected, number
        assert ours.files()["transcripts/d.md"] in got.values(), "our text is kept"
    else:
        raise AssertionError("never ended")
    assert number > 8


def test_a_disk_that_fills_up_says_that_the_merge_goes_on(ours: StudyHere, theirs: StudyHere) -> None:
    everything_differs(ours, theirs)

    def full(*_: object, **__: object) -> None:
        raise QualkitError("the disk is full; nothing was changed", where="x", hint="free some space")

    plan = plan_merge(ours.open(), theirs.root)
    with (
        mock.patch.object(merging, "write_atomically", full),
        pytest.raises(QualkitError, match="stopped on its way") as caught,
    ):
        carry_out(plan)
    assert caught.value.hint == "free some space; then run the same merge again: it goes on from here"


def test_a_file_that_changed_since_the_preview_stops_the_merge_before_it_begins(
    ours: StudyHere, theirs: StudyHere
) -> None:
    everything_differs(ours, theirs)
    plan = plan_merge(ours.open(), theirs.root)
    ours.sources("d;Ändrad;document;Huddinge;;;;")
    before = ours.files()
    with pytest.raises(QualkitError, match="another program changed this file"):
        carry_out(plan)
    assert ours.files() == before


def test_a_journal_that_somebody_writes_to_is_not_waited_for(ours: StudyHere, theirs: StudyHere) -> None:
    done(theirs, "anna", coding(theirs, 1))
    plan = plan_merge(ours.open(), theirs.root)
    before = ours.files()
    lock = Folder(ours.root).lock("d", "anna")
    with writing(path := ours.root / "transcripts/d.anna.jsonl", "x", lock), pytest.raises(QualkitError) as caught:
        carry_out(plan)
    assert "another qualkit is writing" in caught.value.what and caught.value.where == str(path)
    assert ours.files() == before


# Two branches meet


def git(root: Path, *words: str) -> str:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"]
    done = subprocess.run(["git", *who, *words], cwd=root, env=env, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_two_git_branches_meet_as_a_merge_does(tmp_path: Path) -> None:
    root = tmp_path / "study"
    assert run("init", str(root), "--county", "Stockholms län").code == 0
    study = StudyHere.__new__(StudyHere)
    study.root = root
    note = tmp_path / "d.md"
    note.write_text(TEXT, encoding="utf-8")
    assert study.run("add", str(note), "--municipality", "Salem").code == 0
    code = (root / "codebooks/codebook.yaml").read_text("utf-8")
    first = next(line.split("id: ")[1].strip() for line in code.splitlines() if "      - id: " in line)
    done(study, "anna", coding(study, 0, first))
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "begun")
    for branch, coders in {"desk": ["anna", "bo"], "laptop": ["anna", "kim"]}.items():
        git(root, "checkout", "-q", "-b", branch, "main")
        for number, coder in enumerate(coders):
            done(study, coder, coding(study, number + 1, first), Act("", "", "", "finish"))
        new = tmp_path / f"{branch}.md"
        new.write_text(f"Ny text från {branch}.\n", encoding="utf-8")
        assert study.run("add", str(new), "--municipality", "Tyresö").code == 0
        git(root, "add", "-A")
        git(root, "commit", "-qm", branch)
    by_hand = {}
    for branch in ("desk", "laptop"):
        git(root, "checkout", "-q", branch)
        by_hand[branch] = copy_of(study, branch)
        shutil.rmtree(by_hand[branch].root / ".git")
    merge(by_hand["desk"], by_hand["laptop"])
    states = [state(by_hand["desk"])]
    for branch, other in (("desk", "laptop"), ("laptop", "desk")):
        git(root, "checkout", "-q", "-b", f"{branch}-merged", branch)
        git(root, "merge", "-q", "--no-edit", other)
        assert study.run("check").code == 0
        states.append(state(study))
    assert states[0] == states[1] == states[2]
    assert set(states[0]) == {"d", "desk", "laptop"} and len(states[0]["d"].codings) == 5
    assert states[0]["d"].finished == {"anna", "bo", "kim"}


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_row_that_both_branches_changed_is_an_error_of_check(tmp_path: Path, ours: StudyHere) -> None:
    assert run("init", str(tmp_path / "new")).code == 0
    ours.write(".gitattributes", (tmp_path / "new/.gitattributes").read_bytes())
    git(ours.root, "init", "-q", "-b", "main")
    git(ours.root, "add", "-A")
    git(ours.root, "commit", "-qm", "begun")
    for branch in ("desk", "laptop"):
        git(ours.root, "checkout", "-q", "-b", branch, "main")
        ours.sources(f"d;{branch};document;Huddinge;;;;", "e;Samtal;interview;Haninge;;;audio/e.wav;")
        git(ours.root, "commit", "-qam", branch)
    git(ours.root, "merge", "-q", "--no-edit", "desk")
    ran = ours.run("check")
    assert ran.code == 1 and "two sources have the id 'd'" in ran.out
