"""Summaries of cells: whose they are, what they rest on, and the way through a spreadsheet and back."""

from __future__ import annotations

import html
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from copy import copy
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.analysis.framework import Framework, framework
from qualkit.analysis.summary import Since, since
from qualkit.cli import output
from qualkit.coding.fold import fold
from qualkit.coding.summaries import fold_summaries, plain, written
from qualkit.errors import QualkitError
from qualkit.formats.sheets import sheets_of
from qualkit.model.act import Act
from qualkit.model.summary import LONGEST, CellName, Ground, Summary
from qualkit.store.material import read_material
from qualkit.store.revisions import read_revisions
from qualkit.tui import editor
from tests.conftest import StudyHere
from tests.test_shapes import code, three  # noqa: F401

HARD = (
    "=SUMMA(A1:A9)", "+46 70 påhittat", '-minus och "citat"', "@handle", "rad ett\nrad två\n\nrad fyra", "'apostrof",
    "smarta “citat” och ”svenska” – tankstreck…", "emoji 🙂 och עברית och åäö", "2026-01-02", "0140", "1,5", "TRUE",
    "två  blanksteg och\ten tabb", "_x0041_ & <b>inte fet</b>", "långt " * 800 + "slut",
)  # fmt: skip
CELL = CellName((("case", "0136"),), (("theme", "id"),))


def say(study: StudyHere, row: str, column: str, text: str, coder: str = "anna", *words: str) -> None:
    done = study.run("summary", row, column, "--text", text, "--coder", coder, *words)
    assert done.code == 0, done.text


def cells(study: StudyHere, *, by: tuple[str, ...] = (), columns: tuple[str, ...] = ("theme",)) -> Framework:
    opened = study.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded = {source: fold(source, acts) for source, acts in material.acts.items()}
    summaries = fold_summaries(read_revisions(opened)[0])
    return framework(opened.study, material, folded, summaries, by, columns)


def texts(study: StudyHere) -> dict[tuple[str, str], str]:
    frame = cells(study)
    return {frame.cells[name]: one.text for name, those in frame.summaries.items() for one in those}


# What holds


def test_a_summary_is_written_shown_replaced_and_taken_away(three: StudyHere) -> None:  # noqa: F811
    say(three, "Haninge", "id", "Först")
    say(three, "0136", "Identitet", "Sedan\när det så")
    assert texts(three) == {("0136", "id"): "Sedan\när det så"}
    shown = three.run("summary", "haninge", "ID").out
    assert "Skriv ut hos oss." not in shown and "Vi hjälper med BankID." in shown and "  är det så" in shown
    history = three.run("summary", "Haninge", "id", "--history").out
    assert history.index("Först") < history.rindex("Sedan")
    assert "(codebook)" in (log := three.run("history").out) and "summary      0136: Sedan är det så: id" in log
    say(three, "Haninge", "id", "")
    assert texts(three) == {}
    assert "No summary yet" in three.run("summary", "Haninge", "id").out


def test_the_same_words_over_the_same_excerpts_are_no_act(three: StudyHere) -> None:  # noqa: F811
    say(three, "Haninge", "id", "Ord")
    before = three.files()
    assert "says so already" in three.run("summary", "Haninge", "id", "--text", " Ord\r\n").out
    assert three.files() == before


def test_two_coders_keep_two_summaries_with_their_names(three: StudyHere) -> None:  # noqa: F811
    say(three, "Haninge", "id", "Annas ord")
    say(three, "Haninge", "id", "Bos ord", "bo")
    shown = three.run("matrix", "--measure", "summary").out
    assert "anna: Annas ord" in shown and "bo: Bos ord" in shown
    assert {path for path in three.files() if "codebook." in path and path.endswith("jsonl")} == {
        "codebooks/codebook.anna.jsonl", "codebooks/codebook.bo.jsonl"
    }  # fmt: skip
    three.run("summary", "undo", "--yes", "--coder", "bo")
    assert texts(three) == {("0136", "id"): "Annas ord"}


def test_a_copy_of_the_study_brings_its_summaries(three: StudyHere, tmp_path: Path) -> None:  # noqa: F811
    other = tmp_path / "copy"
    shutil.copytree(three.root, other)
    say(three, "Haninge", "id", "Annas ord")
    there = copy(three)
    there.root = other
    say(there, "Haninge", "id", "Bos ord", "bo")
    done = three.run("merge", str(other), "--yes")
    assert "codebook.bo.jsonl, a new journal: 1 act comes in (1 summary)" in done.out
    assert [one.text for one in cells(three).summaries[CELL]] == ["Annas ord", "Bos ord"]


def test_undo_takes_back_one_after_the_other_and_leaves_other_acts_of_that_journal(three: StudyHere) -> None:  # noqa: F811
    say(three, "Haninge", "id", "Ett")
    assert three.run("codebook", "rename", "id.bankid", "E-legitimation", "--yes").code == 0
    say(three, "Haninge", "ut", "Två")
    for left in ({("0136", "id"): "Ett"}, {}):
        assert three.run("summary", "undo", "--yes").code == 0
        assert texts(three) == left
    assert "nothing to undo" in three.run("summary", "undo", "--yes").err
    assert "E-legitimation" in three.run("codebook", "show").out


def test_rows_may_be_values_of_a_column_and_keys_do_not_depend_on_how_they_were_asked_for(
    three: StudyHere,  # noqa: F811
) -> None:
    say(three, "A2", "id", "Om A2", "anna", "--by", "skr_group")
    say(three, "A2 / web page", "BankID", "Två nivåer", "anna", "--by", "skr_group", "--by", "kind")
    say(three, "Haninge", "need", "Ett slag")
    names = set(cells(three).summaries)
    assert CellName((("case.skr_group", "A2"),), (("theme", "id"),)) in names
    assert CellName((("case.skr_group", "A2"), ("source.kind", "web page")), (("code", "id.bankid"),)) in names
    assert CellName((("case", "0136"),), (("kind", "need"),)) in names
    assert cells(three, by=("municipality",)).levels == cells(three).levels == ("case",)
    assert "Om A2" in three.run("matrix", "--measure", "summary", "--by", "skr_group").out
    assert "1 cell of case.skr_group x theme with a summary are not shown" in three.run("summary").err


def test_a_summary_is_written_in_the_editor_beside_its_excerpts(
    three: StudyHere,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    say(three, "Haninge", "id", "Förr")
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\nfile = pathlib.Path(sys.argv[1])\ntext = file.read_text('utf-8')\n"
        "pathlib.Path(__file__).with_name('seen').write_text(text, 'utf-8')\n"
        "file.write_text(text.replace('Förr', 'Nu, och\\nså här', 1), 'utf-8')\n",
        "utf-8",
    )
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"')
    assert three.run("summary", "Haninge", "id", "--edit").code == 0
    seen = (tmp_path / "seen").read_text("utf-8")
    assert seen.startswith("Förr\n") and "#     Vi hjälper med BankID." in seen
    assert texts(three) == {("0136", "id"): "Nu, och\nså här"}
    before = three.files()
    assert three.run("summary", "Haninge", "id", "--edit").code == 0  # saved as it was: nothing is written
    assert three.files() == before


def test_a_line_that_was_deleted_in_the_editor_brings_no_excerpts_into_the_summary(
    three: StudyHere,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(editor, "edited", lambda text: "Mitt\n" + "\n".join(text.split("\n")[3:]))  # without our mark
    assert three.run("summary", "Haninge", "id", "--edit").code == 0
    assert texts(three) == {("0136", "id"): "Mitt"}


def test_what_was_written_and_cannot_be_kept_is_shown(three: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(editor, "edited", lambda text: "Ord " * 9000)
    done = three.run("summary", "Haninge", "id", "--edit")
    assert done.code == 1 and "longer than a cell" in done.err and "Ord Ord" in done.out


def test_a_summary_is_written_line_by_line_in_the_terminal(three: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(output, "someone_types", lambda: True)
    lines = iter(["Första raden", "andra raden", "", "", None])
    monkeypatch.setattr(output, "read_line", lambda _: next(lines))
    assert three.run("summary", "Haninge", "id").code == 0
    assert texts(three) == {("0136", "id"): "Första raden\nandra raden"}
    assert "kept" not in three.run("summary", "Haninge", "id").out  # an empty line alone leaves it as it is
    assert "kept" not in three.run("summary", "Haninge", "id").out  # and so does the end of the input
    assert texts(three) == {("0136", "id"): "Första raden\nandra raden"}


def test_unknown_rows_and_columns_are_refused_with_what_there_is(three: StudyHere) -> None:  # noqa: F811
    assert "no theme, code or kind 'idd'" in three.run("summary", "Haninge", "idd").err
    assert "unknown municipality 'Hanninge'" in (told := three.run("summary", "Hanninge", "id").err)
    assert "Haninge" in told
    assert "no row 'A9'" in three.run("summary", "A9", "id", "--by", "skr_group").err


def test_a_text_that_no_spreadsheet_holds_is_refused() -> None:
    assert written({}, CELL, "anna", "x" * LONGEST, ()) is not None
    with pytest.raises(QualkitError, match="longer than a cell"):
        written({}, CELL, "anna", "x" * (LONGEST + 1), ())
    with pytest.raises(QualkitError, match="longer than a cell"):
        written({}, CELL, "anna", "🙂" * (LONGEST // 2 + 1), ())


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_a_text_is_kept_the_same_however_often_it_comes(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(plain(text)) is None


@given(st.permutations(range(6)))
def test_the_order_in_which_journals_are_read_makes_no_difference(order: list[int]) -> None:
    def act(number: int, coder: str, **fields: object) -> Act:
        return Act(f"{number:026d}", f"2026-01-01T00:00:{number:02d}+00:00", coder, **fields)  # type: ignore[arg-type]

    acts = [act(1, "anna", act="summary", cell=CELL, text="ett"), act(2, "bo", act="summary", cell=CELL, text="bos"),
            act(3, "anna", act="summary", cell=CELL, text="två"), act(4, "anna", act="undo", target=f"{3:026d}"),
            act(5, "anna", act="memo", about="study", text="not"), act(6, "bo", act="summary", cell=CELL)]  # fmt: skip
    found = fold_summaries([acts[place] for place in order])
    assert {cell: [(one.coder, one.text) for one in those] for cell, those in found.items()} == {
        CELL: [("anna", "ett")]
    }


# What it rests on


def ground(said: str, *codings: str) -> Ground:
    return Ground(codings, said)


@pytest.mark.parametrize(
    ("rested", "now", "expected"),
    [
        ([ground("a", "1")], [ground("a", "1")], Since()),
        ([ground("a", "1")], [ground("a", "1"), ground("b", "2")], Since(new=(1,))),
        ([ground("a", "1")], [ground("a2", "1")], Since(changed=(0,))),
        ([ground("a", "1"), ground("b", "2")], [ground("a", "1")], Since(gone=1)),
        ([ground("a", "1")], [ground("a", "9")], Since()),  # coded anew
        ([ground("a", "1")], [ground("a", "1", "2")], Since()),  # another coder, the same words
        ([ground("ja", "1")], [ground("ja", "1"), ground("ja", "2")], Since(new=(1,))),  # said twice
        ([ground("a", "1"), ground("b", "2")], [ground("ab", "1", "2")], Since(changed=(0,))),
        ([ground("a")], [], Since(gone=1)),
        ([], [], Since()),
    ],
)
def test_what_came_changed_or_went_since(rested: list[Ground], now: list[Ground], expected: Since) -> None:
    summary = Summary("", CELL, "text", "anna", "", tuple(rested))
    assert since(summary, list(enumerate(now))) == expected


def test_a_summary_is_marked_when_its_cell_changes_and_until_it_is_read_again(three: StudyHere) -> None:  # noqa: F811
    say(three, "Huddinge", "id", "Mina ord")
    three.act("iv", Act("", "", "anna", "code", anchor=anchor_of(three, "iv", 1, 4), code="id.bankid"))
    text = three.root / "transcripts" / "fg.vtt"
    text.write_text(text.read_text("utf-8").replace("BankID krånglar ofta.", "BankID krånglar alltid."), "utf-8")
    gone = next(one for one in cells(three).excerpts if one.source.id == "iv" and one.anchor.first == "s0001")
    three.act("iv", Act("", "", "anna", "remove", target=gone.codings[0].id))
    assert "Mina ord [since then: 1 new, 2 changed, 1 gone]" in three.run("matrix", "--measure", "summary").out
    told = three.run("summary").out
    assert "Huddinge: Identitet (anna): 1 new, 2 changed, 1 gone" in told
    assert re.search(r"new +iv 0:00:04 s0002 P3: “Lösen”", told)
    assert re.search(r"changed +fg 0:00:04 s0002 P1: “BankID krånglar alltid", told)
    assert "new to anna" in three.run("summary", "Huddinge", "id").out
    assert three.run("summary", "Huddinge", "id", "--holds").code == 0
    assert "since then" not in three.run("matrix", "--measure", "summary").out
    assert "bo has no summary" in three.run("summary", "Huddinge", "id", "--holds", "--coder", "bo").err


def anchor_of(study: StudyHere, source: str, at: int, end: int):  # type: ignore[no-untyped-def]
    from qualkit.coding.anchor import make_anchor

    return make_anchor(study.transcript(source), at, 0, at, end + 1)


def test_a_filter_looks_at_cells_and_does_not_make_others(three: StudyHere) -> None:  # noqa: F811
    say(three, "Huddinge", "id", "Om alltihop")
    shown = three.run("matrix", "--measure", "summary", "--where", "kind = interview").out
    assert "Om alltihop" in shown and "since" not in shown
    assert "Om alltihop" not in three.run("matrix", "--measure", "summary", "--where", "skr_group = A2").out
    assert "no difference" in three.run("matrix", "--measure", "summary", "--difference", "skr_group = A1",
                                        "skr_group = A2").err  # fmt: skip


def test_an_earlier_day_has_the_summaries_of_then(three: StudyHere) -> None:  # noqa: F811
    say(three, "Huddinge", "id", "Idag")
    assert "Idag" not in three.run("matrix", "--measure", "summary", "--at", "2020-01-01").out


def test_a_damaged_journal_stops_summaries_from_being_shown_as_if_none_were_there(three: StudyHere) -> None:  # noqa: F811
    say(three, "Huddinge", "id", "Ord")
    journal = three.root / "codebooks" / "codebook.anna.jsonl"
    journal.write_bytes(b"{damaged\n" + journal.read_bytes())
    done = three.run("matrix", "--measure", "summary")
    assert done.code == 1 and "codebooks/codebook.anna.jsonl:1" in done.err


# Out and in again


def export(study: StudyHere, name: str = "s.xlsx", *words: str) -> Path:
    file = study.root / "exports" / name
    done = study.run("summary", "export", str(file), *words)
    assert done.code == 0, done.text
    return file


def edit(file: Path, change: Callable[[str, str, str], str]) -> None:
    """Give each summary the text that `change` makes of (row, column, text before)."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        new = change(str(row[0].value), str(row[1].value), str(row[2].value or ""))
        row[2].value = new or None
        if new:
            row[2].data_type = "s"
    book.save(file)


def test_the_table_has_a_line_a_cell_beside_its_excerpts_and_one_column_to_write_in(three: StudyHere) -> None:  # noqa: F811
    say(three, "Haninge", "id", "=Annas ord")
    say(three, "Haninge", "id", "Bos ord", "bo")
    sheet = openpyxl.load_workbook(export(three)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:7] == ["Kommun", "Kolumn", "Sammanfattning", "Utdrag", "Med deras ord", "Sedan dess",
                         "Vad andra säger"]  # fmt: skip
    lines = {(row[0].value, row[1].value): row for row in sheet.iter_rows(min_row=2)}
    assert set(lines) == {(row, column) for row in ("Huddinge", "Haninge") for column in ("Identitet", "Utskrift")}
    line = lines["Haninge", "Identitet"]
    assert [cell.value for cell in line[2:4]] == ["=Annas ord", "2"] and line[6].value == "bo: Bos ord"
    assert "wb: “Vi hjälper med BankID.”" in str(line[4].value)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet.protection.sheet and not line[2].protection.locked and line[3].protection.locked
    assert line[2].number_format == "@" and line[2].alignment.wrap_text
    empty = sheet.column_dimensions["C"]
    assert empty.number_format == "@" and empty.alignment.wrap_text and not empty.protection.locked
    assert len(sheets_of(export(three, "all.csv", "--all").read_bytes(), Path("all.csv"))[0]) == 1 + 3 * 2


@pytest.mark.parametrize("name", ["s.xlsx", "s.csv"])
def test_what_nobody_edited_changes_nothing(three: StudyHere, name: str) -> None:  # noqa: F811
    for number, column in enumerate(("id", "ut", "id.bankid", "id.losen", "ut.skriva")):
        say(three, "Huddinge", column, HARD[number])
    for columns in ("theme", "code"):
        file = export(three, name, "--columns", columns)
        before = three.files()
        done = three.run("summary", "import", str(file), "--yes")
        assert done.code == 0 and "nothing to take in" in done.out
        assert three.files() == before


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_come_back_letter_by_letter(three: StudyHere, text: str) -> None:  # noqa: F811
    for name in ("s.xlsx", "s.csv"):
        say(three, "Haninge", "id", text)
        file = export(three, name)
        rows = sheets_of(file.read_bytes(), file)[0]
        assert plain(text) in [row[2] for row in rows]
    edit(file := export(three), lambda row, column, _: text if (row, column) == ("Huddinge", "Utskrift") else "")
    assert three.run("summary", "import", str(file), "--yes").code == 0
    assert texts(three) == {("0126", "ut"): plain(text)}


def test_a_preview_says_from_what_to_what_and_asks(three: StudyHere) -> None:  # noqa: F811
    say(three, "Haninge", "id", "Förr")
    say(three, "Haninge", "ut", "Går bort")
    new = {("Haninge", "Identitet"): "Nu", ("Huddinge", "Identitet"): "Nytt"}
    edit(file := export(three), lambda row, column, _: new.get((row, column), ""))
    before = three.files()
    asked = three.run("summary", "import", str(file))
    assert "Take in 3 changes (1 taken away)?" in asked.err and three.files() == before
    assert "Haninge: Identitet\n  was:  Förr\n  now:  Nu" in asked.out
    assert "Haninge: Utskrift\n  was:  Går bort\n  now:  -" in asked.out
    assert three.run("summary", "import", str(file), "--yes").code == 0
    assert texts(three) == {("0136", "id"): "Nu", ("0126", "id"): "Nytt"}
    assert three.run("summary", "undo", "--yes").out.count("(taken away)") == 1  # the whole import goes back
    assert texts(three) == {("0136", "id"): "Förr", ("0136", "ut"): "Går bort"}


def test_what_changed_here_since_is_a_conflict_and_stays(three: StudyHere) -> None:  # noqa: F811
    for row in ("Haninge", "Huddinge"):
        say(three, row, "id", "Förr")
    file = export(three)
    say(three, "Haninge", "id", "Ändrat här")
    edit(file, lambda row, column, text: f"{row} i filen" if column == "Identitet" else text)
    done = three.run("summary", "import", str(file), "--yes")
    assert done.code == 1 and "  here: Ändrat här\n  file: Haninge i filen" in done.out
    assert texts(three) == {("0136", "id"): "Ändrat här", ("0126", "id"): "Huddinge i filen"}
    say(three, "Haninge", "id", "Haninge i filen")
    assert three.run("summary", "import", str(file), "--yes").code == 0  # both say the same now


def test_a_conflict_names_the_command_that_settles_it_whatever_the_rows_are(three: StudyHere) -> None:  # noqa: F811
    asked = ("--by", "skr_group", "--by", "kind", "--columns", "code")
    say(three, "A2 / web page", "BankID", "Förr", "anna", *asked)
    file = three.root / "s.xlsx"
    assert three.run("summary", "export", str(file), *asked).code == 0
    say(three, "A2 / web page", "BankID", "Ändrat här", "anna", *asked)
    edit(file, lambda row, column, text: "I filen" if text == "Förr" else text)
    told = next(line for line in three.run("summary", "import", str(file)).out.splitlines() if "settle" in line)
    words = shlex.split(told.partition("qualkit ")[2].removesuffix(" --edit"))
    assert "Ändrat här" in three.run(*words).out


def test_what_changes_while_a_person_is_asked_is_not_overwritten(
    three: StudyHere,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    say(three, "Haninge", "id", "Förr")
    file = export(three)
    edit(file, lambda row, column, text: "I filen" if text == "Förr" else text)
    monkeypatch.setattr(output, "agreed", lambda _: say(three, "Haninge", "id", "Under tiden") or True)  # type: ignore[func-returns-value]
    done = three.run("summary", "import", str(file))
    assert done.code == 1 and "1 cell changed here while you were asked" in done.err
    assert texts(three) == {("0136", "id"): "Under tiden"}


def test_what_changes_while_a_person_writes_is_told(three: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    say(three, "Haninge", "id", "Förr")
    monkeypatch.setattr(editor, "edited", lambda text: say(three, "Haninge", "id", "Under tiden") or "Mitt")  # type: ignore[func-returns-value]
    done = three.run("summary", "Haninge", "id", "--edit")
    assert done.code == 0 and "it was changed while you wrote" in done.err
    assert texts(three) == {("0136", "id"): "Mitt"}
    assert "Under tiden" in three.run("summary", "Haninge", "id", "--history").out
    assert "it was changed" not in three.run("summary", "Haninge", "id", "--text", "Igen").err


def test_what_changed_here_and_not_in_the_file_stays(three: StudyHere) -> None:  # noqa: F811
    say(three, "Haninge", "id", "Förr")
    file = export(three)
    say(three, "Haninge", "id", "Ändrat här")
    done = three.run("summary", "import", str(file), "--yes")
    assert done.code == 0 and "nothing to take in" in done.out
    assert texts(three) == {("0136", "id"): "Ändrat här"}


def test_excerpts_that_came_after_the_export_are_news_to_what_was_written_there(three: StudyHere) -> None:  # noqa: F811
    file = export(three)
    three.act("iv", Act("", "", "anna", "code", anchor=anchor_of(three, "iv", 1, 4), code="id.bankid"))
    edit(file, lambda row, column, _: "Nu" if (row, column) == ("Huddinge", "Identitet") else "")
    assert three.run("summary", "import", str(file), "--yes").code == 0
    assert "Huddinge: Identitet (anna): 1 new" in three.run("summary").out


def test_a_file_of_another_coder_is_refused(three: StudyHere) -> None:  # noqa: F811
    file = export(three, "s.xlsx", "--coder", "bo")
    done = three.run("summary", "import", str(file), "--yes")
    assert done.code == 1 and "--coder bo" in done.err


def test_lines_that_are_lost_copied_or_sorted_apart_are_told(three: StudyHere) -> None:  # noqa: F811
    say(three, "Haninge", "id", "Om Haninge")
    say(three, "Huddinge", "id", "Om Huddinge")
    swap = {"Haninge": "Om Huddinge", "Huddinge": "Om Haninge"}
    edit(file := export(three), lambda row, column, text: swap[row] if text else text)
    assert "2 texts stood at another cell before" in three.run("summary", "import", str(file)).err

    book = openpyxl.load_workbook(file := export(three))
    sheet = book.worksheets[0]
    sheet.append([cell.value for cell in sheet[2]])
    sheet["C2"], sheet[f"C{sheet.max_row}"] = "ett", "två"
    book.save(file)
    done = three.run("summary", "import", str(file), "--yes")
    assert done.code == 1 and done.out.count("the cell stands twice and says two things") == 2

    edit(file := export(three), lambda row, column, text: "ord" if column == "Utskrift" else text)
    book = three.root / "codebooks" / "codebook.yaml"
    three.run("codebook", "rename", "ut.skriva", "Skriva", "--yes")
    book.write_text(book.read_text("utf-8").replace("  - id: ut\n", "  - id: papper\n"), "utf-8")
    done = three.run("summary", "import", str(file), "--yes")
    assert done.code == 1 and "the study has no such row, theme or code any more: ord" in done.out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda sheet: sheet.delete_cols(8), "the column qualkit:cell is missing|no column is called qualkit:cell"),
        (lambda sheet: sheet.delete_cols(9), "the column qualkit:version is missing"),
        (lambda sheet: sheet.delete_cols(3), "the column Summary is missing"),
        (lambda sheet: sheet.__setitem__("H2", "x"), "what stands under qualkit:cell was changed"),
        (lambda sheet: sheet.__setitem__("C9", "lös text"), "has a summary and no qualkit:cell"),
        (lambda sheet: sheet.__setitem__("C2", "=1+1"), "this cell holds a formula"),
    ],
)
def test_a_table_that_was_broken_is_refused(three: StudyHere, change: Callable, told: str) -> None:  # type: ignore[type-arg] # noqa: F811
    book = openpyxl.load_workbook(file := export(three))
    change(book.worksheets[0])
    book.save(file)
    before = three.files()
    done = three.run("summary", "import", str(file), "--yes")
    assert done.code == 1 and re.search(told, done.err), done.err
    assert three.files() == before


def test_files_that_are_no_tables_are_refused(three: StudyHere) -> None:  # noqa: F811
    for name, content in {"a.xlsx": b"nothing", "b.ods": b"nothing", "c.csv": b"a;b\n1;2\n", "d.docx": b"",
                          "e.csv": b"", "f.xlsx": b""}.items():  # fmt: skip
        done = three.run("summary", "import", str(three.write(f"exports/{name}", content)), "--yes")
        assert done.code == 1 and done.err.startswith("error: "), name


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here: soffice")
def test_libreoffice_edits_the_workbook_and_the_words_are_the_same(three: StudyHere, tmp_path: Path) -> None:  # noqa: F811
    """Through its own format: opened and saved as .ods, edited there, saved as .xlsx again."""
    frame = cells(three, columns=("code",))
    keys = [key for key, cell in frame.matrix.cells.items() if cell.excerpts]
    for half in range(0, len(HARD), len(keys)):
        those = dict(zip(keys, map(plain, HARD[half : half + len(keys)]), strict=False))
        for (row, column), _ in those.items():
            say(three, row, column, f"TOKEN-{row}-{column}-{half}")
        ods = office(export(three, "s.xlsx", "--columns", "code"), "ods", tmp_path)
        type_into(ods, {f"TOKEN-{row}-{column}-{half}": text for (row, column), text in those.items()})
        xlsx = office(ods, "xlsx", tmp_path / "again")
        for file in (ods, xlsx):
            done = three.run("summary", "import", str(file), "--yes")
            assert done.code == 0, done.text
            frame = cells(three, columns=("code",))
            found = {frame.cells[name]: one[0].text for name, one in frame.summaries.items() if name in frame.cells}
            assert {key: found[key] for key in those} == those
            assert ("change" in done.out) == (file is ods)  # the second says the same


def office(file: Path, suffix: str, place: Path) -> Path:
    profile = place / "profile"
    subprocess.run(["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", suffix,
                    "--outdir", str(place), str(file)], check=True, capture_output=True, timeout=120)  # fmt: skip
    return place / f"{file.stem}.{suffix}"


def type_into(ods: Path, texts: dict[str, str]) -> None:
    """Exchange texts of cells, as LibreOffice writes them: a paragraph a line, more blanks as signs."""
    with zipfile.ZipFile(ods) as archive:
        parts = {entry: archive.read(entry) for entry in archive.infolist()}
    with zipfile.ZipFile(ods, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in parts.items():
            if entry.filename == "content.xml":
                xml = content.decode("utf-8")
                for old, new in texts.items():
                    lines = [html.escape(line, quote=False) for line in new.split("\n")]
                    lines = [line.replace("  ", " <text:s/>") for line in lines]
                    assert xml.count(f"<text:p>{old}</text:p>") == 1, old
                    xml = xml.replace(f"<text:p>{old}</text:p>", "".join(f"<text:p>{line}</text:p>" for line in lines))
                content = xml.encode("utf-8")
            archive.writestr(entry, content)


def test_files_of_the_matrix_show_summaries_where_figures_stand(three: StudyHere) -> None:  # noqa: F811
    say(three, "Haninge", "id", "=Annas ord\när text")
    say(three, "Nynäshamn", "id", "Inget sagt, inget frågat")
    file = three.root / "exports" / "m.xlsx"
    done = three.run("matrix", "--measure", "summary", "--to", str(file), "--to", str(file.with_suffix(".csv")))
    assert done.code == 0, done.text
    sheet = openpyxl.load_workbook(file).worksheets[0]
    found = {str(cell.value): cell for row in sheet.iter_rows() for cell in row}
    assert found["=Annas ord\när text"].data_type == "s" and found["=Annas ord\när text"].alignment.wrap_text
    lines = [[cell.value for cell in row] for row in openpyxl.load_workbook(file)["Sammanfattningar"].iter_rows()]
    assert ["Haninge", "Identitet", "=Annas ord\när text", "anna"] in [line[:4] for line in lines] and len(lines) == 3
    rows = sheets_of(file.with_suffix(".csv").read_bytes(), file.with_suffix(".csv"))[0]
    assert [row[1:4] for row in rows[1:4]] == [["Huddinge", "4", "2"], ["Haninge", "=Annas ord\när text", "3"],
                                               ["Nynäshamn", "Inget sagt, inget frågat", "inget material"]]  # fmt: skip
