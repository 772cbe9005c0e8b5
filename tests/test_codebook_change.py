"""The codebook changed by commands: acts that touch what they say, and an undo to the same bytes and codings."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from qualkit.analysis.excerpts import states
from qualkit.cli.main import app
from qualkit.cli.opening import keyword_of
from qualkit.coding.anchor import make_anchor
from qualkit.coding.fold import State
from qualkit.coding.recoding import by_rules
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.coding import Anchor, Coding
from qualkit.model.keyword import parse_keyword
from qualkit.model.noun import replace
from qualkit.store.codebooks import read_codebook
from qualkit.store.material import read_material
from tests.conftest import Ran, StudyHere

BOOK = "codebooks/codebook.yaml"
TALK = (
    "S1: Jag vill ha BankID i mobilen.",
    "S2: Jag glömde mitt lösenord i datorn.",
    "S1: Och lösenordet i mobilen.",
    "S2: Skriva ut går inte.",
)


def put(study: StudyHere, source: str, coder: str, *acts: tuple[str, str, int] | Act) -> list[Act]:
    """Write acts into a coder's journal: (act, code, number of the line that is coded)."""
    text = study.transcript(source)

    def made(kind: str, code: str, line: int) -> Act:
        last = len(text.segments[line - 1].text)
        return Act("", "", "", kind, anchor=make_anchor(text, line - 1, 0, line - 1, last), code=code)

    done = [one if isinstance(one, Act) else made(*one) for one in acts]
    return study.act(source, *(replace(one, coder=coder) for one in done), coder=coder)


@pytest.fixture
def coded(study: StudyHere) -> StudyHere:
    """Two coders on two sources: applied, suggested, rejected and removed codings."""
    study.sources("a;A;interview;Huddinge;;;;", "b;B;interview;Haninge;;;;")
    study.participants("a;S1;P1;participant;", "a;S2;P2;participant;", "b;S1;P3;participant;", "b;S2;P4;participant;")
    study.spoken("a", *TALK)
    study.spoken("b", *TALK)
    done = put(study, "a", "anna", ("code", "id.bankid", 1), ("code", "id.losen", 2), ("suggest", "id.losen", 3))
    put(study, "a", "anna", Act("", "", "", "reject", target=done[2].id), Act("", "", "", "finish"))
    bo = put(study, "b", "bo", ("code", "id.losen", 2), ("code", "id.bankid", 2), ("suggest", "id.losen", 3))
    put(study, "b", "anna", ("code", "id.losen", 1))
    put(study, "b", "bo", Act("", "", "", "remove", target=bo[2].id))
    return study


def folded(study: StudyHere) -> dict[str, State]:
    opened = study.open()
    return states(opened.study, read_material(opened.folder, opened.study.sources)[0])


def book(study: StudyHere) -> bytes:
    return (study.root / BOOK).read_bytes()


def codes(study: StudyHere) -> list[tuple[str, str, str, str]]:
    """(source, coder, code, status) of every coding."""
    return [(s, c.coder, c.code, c.status) for s, state in folded(study).items() for c in state.codings.values()]


def done(ran: Ran) -> str:
    assert ran.code == 0, ran.text
    return ran.out


def refused(study: StudyHere, *words: str) -> str:
    before = study.files()
    ran = study.run("codebook", *words)
    assert ran.code == 1 and ran.err.startswith("error: "), ran.text
    assert study.files() == before
    return ran.err


MERGE = ("merge", "id.losen", "--into", "id.bankid")
SPLIT = ("split", "id.losen", "--into", "I datorn,I mobilen", "--where", "I datorn=dator*", "--rest", "I mobilen")
COMMANDS = {
    "rename": ("rename", "id.losen", "Konton: alla"),
    "move": ("move", "id.losen", "ut"),
    "retire": ("retire", "id.losen"),
    "merge": MERGE,
    "merge of two": ("merge", "id.losen", "ut.skriva", "--into", "id.bankid", "--no-words"),
    "split": SPLIT,
    "add": ("add", "ut", "Ny kod åäö", "--definition", "Vad den är."),
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_each_change_is_taken_back_to_the_same_bytes_and_codings(coded: StudyHere, words: tuple[str, ...]) -> None:
    coded.write(BOOK, b"\xef\xbb\xbf" + book(coded).replace(b"\n", b"\r\n") + b"# sist")
    before, state = book(coded), folded(coded)
    assert "to take it back: qualkit codebook undo" in done(
        coded.run("codebook", *words, "--yes", "--coder", "cecilia")
    )
    assert book(coded) != before
    assert coded.run("check").code == 0
    assert "taken back" in done(coded.run("codebook", "undo", "--yes"))
    assert book(coded) == before and folded(coded) == state
    assert coded.run("check").code == 0
    assert "no change of the codebook is there" in refused(coded, "undo")


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_nothing_happens_before_a_yes(
    coded: StudyHere, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qualkit.cli import output

    asked: list[str] = []
    monkeypatch.setattr(output, "agreed", lambda question: asked.append(question))
    before = coded.files()
    assert "nothing was changed" in done(coded.run("codebook", *words))
    assert coded.files() == before and len(asked) == 1 and asked[0].endswith("?")
    coded.run("codebook", "retire", "ut.skriva", "--yes")
    before = coded.files()
    assert "nothing was changed" in done(coded.run("codebook", "undo"))
    assert coded.files() == before


def test_several_changes_are_taken_back_one_by_one(coded: StudyHere) -> None:
    kept = [(book(coded), folded(coded))]
    for words in (("rename", "id.losen", "L"), MERGE, ("move", "id.bankid", "ut"), ("retire", "ut.skriva")):
        done(coded.run("codebook", *words, "--yes"))
        kept.append((book(coded), folded(coded)))
    assert [change.version for change in read_codebook(coded.root / BOOK, "b")[0].changes] == ["2", "3", "4", "5"]
    for before in reversed(kept[:-1]):
        done(coded.run("codebook", "undo", "--yes"))
        assert (book(coded), folded(coded)) == before


def test_a_change_touches_only_its_lines_of_the_file(coded: StudyHere) -> None:
    coded.write(BOOK, book(coded).replace(b"BankID\n        kind", b"BankID   # kvar\n        kind"))
    before = book(coded).decode().splitlines()
    done(coded.run("codebook", "rename", "id.losen", "Konton", "--yes"))
    after = book(coded).decode().splitlines()
    assert [line for line in before if line not in after] == ["version: 1", "        name: Lösenord"]
    assert len(after) == len(before) + 5 and after[2:-5] != before[2:]
    assert [line for line in after[:-5] if line not in before] == ["version: 2", "        name: Konton"]
    assert after[-5:] == [
        "changes:", after[-4], "    version: 2", "    coder: anna",
        '    what: "renamed id.losen: \\"Lösenord\\" is now \\"Konton\\""',
    ]  # fmt: skip


def test_the_preview_says_how_many_whose_where_and_which_words(coded: StudyHere) -> None:
    out = done(coded.run("codebook", *MERGE, "--yes"))
    assert "4 codings with id.losen: they get id.bankid." in out
    assert [line.split() for line in out.splitlines() if line[:2] in ("so", "a ", "b ")] == [
        ["source", "anna", "bo"], ["a", "2", "0"], ["b", "1", "1"],
    ]  # fmt: skip
    assert '  a: "Jag glömde mitt lösenord i datorn."' in out and "  ... and 1 excerpt more" in out
    assert "5 codings changed" in out, "the one that was removed is recoded, too"


def test_a_merge_recodes_all_coders_in_the_journals_of_one(coded: StudyHere) -> None:
    journals = {name: content for name, content in coded.files().items() if name.endswith((".anna.jsonl", ".bo.jsonl"))}
    done(coded.run("codebook", *MERGE, "--yes", "--coder", "cecilia"))
    assert {name: coded.files()[name] for name in journals} == journals
    assert codes(coded) == [
        ("a", "anna", "id.bankid", "applied"),
        ("a", "anna", "id.bankid", "applied"),
        ("a", "anna", "id.bankid", "rejected"),
        ("b", "bo", "id.bankid", "applied"),
        ("b", "anna", "id.bankid", "applied"),
    ], "of the two by bo on the same words one went"
    assert {c.code for state in folded(coded).values() for c in state.removed.values()} == {"id.bankid", "id.losen"}
    kept = read_codebook(coded.root / BOOK, "b")[0]
    assert [k.text for k in kept.codes["id.bankid"].keywords] == ["bankid*", "lösenord*", "söka jobb"]
    assert kept.codes["id.losen"].retired and kept.codes["id.losen"].replaced_by == ("id.bankid",)
    assert "id.losen" not in done(coded.run("matrix", "--codes"))
    done(coded.run("apply"))
    assert "id.losen" not in {code for _, _, code, _ in codes(coded)}


def test_what_was_turned_down_does_not_come_back_under_the_other_code(coded: StudyHere) -> None:
    done(coded.run("codebook", *MERGE, "--yes"))
    done(coded.run("apply", "a"))
    assert ("a", "anna", "id.bankid", "suggested") not in codes(coded)


def test_keywords_are_offered(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    from qualkit.cli import output

    asked: list[str] = []
    monkeypatch.setattr(output, "agreed", lambda question: asked.append(question) or len(asked) == 1)
    done(coded.run("codebook", *MERGE))
    assert asked == ["Merge id.losen into id.bankid?", "Give id.bankid their 2 keywords and 0 examples, too?"]
    kept = read_codebook(coded.root / BOOK, "b")[0]
    assert len(kept.codes["id.bankid"].keywords) == 1 and kept.codes["id.losen"].retired


def test_a_merge_takes_what_came_later(coded: StudyHere) -> None:
    before, state = book(coded), folded(coded)
    done(coded.run("codebook", *MERGE, "--yes"))
    after = book(coded)
    assert "nothing is left to merge" in done(coded.run("codebook", *MERGE, "--yes"))
    late = put(coded, "a", "bo", ("code", "id.losen", 4))
    ran = coded.run("check")
    assert ran.code == 0 and "transcripts/a.bo.jsonl:1: 1 coding(s) still with the code 'id.losen'" in ran.out
    assert "qualkit codebook merge id.losen --into id.bankid" in ran.out
    done(coded.run("codebook", *MERGE, "--yes"))
    assert book(coded) == after and coded.run("check").out == "No problems.\n"
    done(coded.run("codebook", "undo", "--yes"))
    assert book(coded) == before and folded(coded)["a"].codings.pop(late[0].id).code == "id.losen"
    assert folded(coded)["b"] == state["b"]


def test_a_coding_from_a_clock_that_is_ahead_is_recoded(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime, timedelta

    from qualkit.store import journals

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(hours=2)

    with monkeypatch.context() as patched:
        patched.setattr(journals, "datetime", Ahead)
        put(coded, "a", "bo", ("code", "id.losen", 4))
    done(coded.run("codebook", *MERGE, "--yes"))
    assert "id.losen" not in {code for _, _, code, _ in codes(coded)}
    done(coded.run("codebook", "undo", "--yes"))
    assert ("a", "bo", "id.losen", "applied") in codes(coded)


# Split


def test_a_split_by_rules(coded: StudyHere) -> None:
    out = done(coded.run("codebook", *SPLIT, "--yes"))
    assert "id.i-datorn: 2 codings" in out and "id.i-mobilen: 1 coding\n" in out
    kept = read_codebook(coded.root / BOOK, "b")[0]
    new = kept.codes["id.i-datorn"]
    assert (new.name, new.theme, new.kind, new.definition) == ("I datorn", "id", "question", "Glömda lösenord.")
    assert kept.codes["id.losen"].replaced_by == ("id.i-datorn", "id.i-mobilen")
    assert ("a", "anna", "id.losen", "rejected") in codes(coded)
    assert coded.run("check").out == "No problems.\n"


@pytest.mark.parametrize(("language", "fits"), [("sv", ["x"]), ("en", [])])
def test_rules_know_the_inflections_of_the_codebooks_language(language: str, fits: list[str]) -> None:
    said = Coding("x", "a", Anchor("s1", 0, "s1", 12, "Utskrifterna"), "id.losen", "anna", "")
    assert list(by_rules([said], [("id.papper", parse_keyword("utskrift+"))], language)) == fits


def test_keywords_of_the_command_line_that_cannot_match_are_refused() -> None:
    assert keyword_of("print+", "en-GB").inflected
    for text, language in (("print+", "tlh"), ("pri*nt", "en")):
        with pytest.raises(QualkitError, match=f"the keyword '{re.escape(text)}'"):
            keyword_of(text, language)


def typed(study: StudyHere, keys: str, *words: str) -> str:
    """What the command says when these lines are typed into it."""
    result = CliRunner().invoke(app, ["--study", str(study.root), "codebook", *words], input=keys)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_split_excerpt_by_excerpt_goes_on_where_it_was_left(coded: StudyHere) -> None:
    before, state = book(coded), folded(coded)
    split = ("split", "id.losen", "--into", "Ett,Två")
    out = typed(coded, "y\n1\ns\nx\nb\nb\n2\nq\n", *split)
    assert "3 of 3" in out and ">>Jag glömde mitt lösenord i datorn.<<" in out and "1  id.ett: Ett" in out
    assert "2 codings still with id.losen" in out
    changed = book(coded)
    applied = [code for _, _, code, status in codes(coded) if status == "applied" and code != "id.bankid"]
    assert sorted(applied) == ["id.losen", "id.losen", "id.tva"]
    assert "--into id.ett,id.tva" in coded.run("check").out
    out = typed(coded, "y\n2\n1\n", *split)
    assert "1 of 2" in out and "still with" not in out and book(coded) == changed
    assert coded.run("check").out == "No problems.\n"
    done(coded.run("codebook", "undo", "--yes"))
    assert book(coded) == before and folded(coded) == state


def test_the_end_of_what_is_typed_stops_a_split(coded: StudyHere) -> None:
    assert "3 codings still with id.losen" in typed(coded, "y\n", "split", "id.losen", "--into", "Ett,Två")


def test_all_codings_on_the_same_words_are_decided_together(coded: StudyHere) -> None:
    put(coded, "a", "bo", ("code", "id.losen", 2))
    assert "1 of 3" in typed(coded, "y\n1\n1\n1\n", "split", "id.losen", "--into", "Ett,Två")
    assert [code for source, _, code, status in codes(coded) if source == "a" and status == "applied"] == [
        "id.bankid", "id.ett", "id.ett",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("rename", "id.lose", "X"), "did you mean id.losen"),
        (("rename", "id.losen", "Lösenord"), "called so already"),
        (("rename", "id.losen", " "), "needs a name"),
        (("move", "id.losen", "id"), "in the theme 'id' already"),
        (("move", "id.losen", "uf"), "one of: id, ut"),
        (("merge", "id.losen", "--into", "id.losen"), "cannot both stay and go"),
        (("merge", "id.nej", "--into", "id.losen"), "no code 'id.nej'"),
        (("split", "id.losen", "--into", "Ett"), "two codes or more"),
        (("split", "id.losen", "--into", "Ett,id.losen"), "two codes or more"),
        (("split", "id.losen", "--into", "A,B", "--where", "C=x"), "'C' is none of the codes"),
        (("split", "id.losen", "--into", "A,B", "--where", "x"), "does not say which code"),
        (("split", "id.losen", "--into", "A,B", "--where", "A=*"), "can never match"),
        (("add", "nej", "X", "--definition", "Y"), "no theme 'nej'"),
        (("add", "id", "X", "--definition", " "), "needs a name and a definition"),
    ],
)
def test_what_cannot_be_done_changes_nothing(coded: StudyHere, words: tuple[str, ...], says: str) -> None:
    assert says in refused(coded, *words, "--yes")


def test_a_retired_code_gets_nothing_new(coded: StudyHere) -> None:
    done(coded.run("codebook", "retire", "id.bankid", "--yes"))
    before = codes(coded)
    done(coded.run("apply"))
    assert {code for _, _, code, _ in codes(coded)[len(before) :]} <= {"id.losen", "ut.skriva"}
    assert "retired" in done(coded.run("codebook", "show", "id.bankid"))
    assert "id.bankid" in done(coded.run("excerpts")) and "id.bankid" in done(coded.run("matrix", "--codes"))
    assert "retired already" in refused(coded, "retire", "id.bankid")
    assert "is retired" in refused(coded, "merge", "id.losen", "--into", "id.bankid")


def test_an_undo_leaves_no_coding_without_its_code(coded: StudyHere) -> None:
    done(coded.run("codebook", *COMMANDS["add"], "--yes"))
    put(coded, "a", "anna", ("code", "ut.ny-kod-aao", 4))
    assert "1 coding made since would be left with a code that goes: ut.ny-kod-aao" in refused(coded, "undo", "--yes")
    done(coded.run("codebook", "merge", "ut.ny-kod-aao", "--into", "ut.skriva", "--yes"))
    done(coded.run("codebook", "undo", "--yes"))


# By hand


def test_a_code_deleted_by_hand_is_told_with_the_ways_out(coded: StudyHere) -> None:
    text = book(coded).decode()
    start, end = text.index("      - id: id.losen"), text.index("  - id: ut\n")
    coded.write(BOOK, text[:start] + text[end:])
    ran = coded.run("check")
    assert ran.code == 1
    assert "transcripts/a.anna.jsonl:2: 3 applied, 1 rejected coding(s) with the code 'id.losen'" in ran.out
    assert "(anna 3, bo 1; a and 1 more)" in ran.out and "put 'id.losen' back" in ran.out
    assert "qualkit codebook merge id.losen --into CODE" in ran.out
    before = book(coded)
    done(coded.run("codebook", *MERGE, "--yes"))
    assert coded.run("check").out == "No problems.\n"
    done(coded.run("codebook", "undo", "--yes"))
    assert book(coded) == before and coded.run("check").code == 1


def test_an_undo_finds_its_lines_among_others(coded: StudyHere) -> None:
    before = book(coded)
    done(coded.run("codebook", "rename", "id.losen", "Konton", "--yes"))
    coded.write(BOOK, b"# ny rad\n" + book(coded).replace(b"Papper.", b"P\xc3\xa5 papper."))
    done(coded.run("codebook", "undo", "--yes"))
    assert book(coded) == b"# ny rad\n" + before.replace(b"Papper.", b"P\xc3\xa5 papper.")
    done(coded.run("codebook", "rename", "id.losen", "Konton", "--yes"))
    coded.write(BOOK, book(coded).replace(b"name: Konton", b"name: Annat"))
    assert "were changed since" in refused(coded, "undo", "--yes")


def test_a_journal_that_another_program_holds_stops_a_change_before_it_begins(coded: StudyHere) -> None:
    from qualkit.store.material import journal_writer
    from qualkit.store.project import Folder

    with journal_writer(Folder(coded.root), "b", "anna"):
        assert "another qualkit is writing" in refused(coded, *MERGE, "--yes")


def test_errors_in_a_journal_of_the_codebook_are_told(coded: StudyHere) -> None:
    coded.write("codebooks/codebook.bo.jsonl", '{"v": 1}\n')
    assert "codebooks/codebook.bo.jsonl:1: this line is not a whole act" in coded.run("check").out
    assert "a journal has errors" in refused(coded, *MERGE, "--yes")


# Killed

KILLED = """
import os, sys
from qualkit.store import files, journals
from qualkit.cli import main
left = int(sys.argv.pop())
def counted(before):
    def dying(*words):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return before(*words)
    return dying
files.sync = counted(files.sync)
journals.sync = counted(journals.sync)
files.os.replace = counted(os.replace)
main.main()
"""


def killed(study: StudyHere, moment: int, *words: str) -> bool:
    """Run the command, and kill it before it has put its n-th piece on the disk; whether it was killed."""
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, "--study", str(study.root), "codebook", *words, "--yes", str(moment)],
        capture_output=True, text=True, encoding="utf-8", env={**os.environ, "QUALKIT_CODER": "cecilia"},
    )  # fmt: skip
    assert ran.returncode in (0, 9), ran.stderr
    return ran.returncode == 9


def sound(study: StudyHere) -> None:
    """Nothing is half true: every coding has a code of the codebook, and no file is torn."""
    ran = study.run("check")
    assert ran.code == 0, ran.out
    assert study.run("matrix", "--codes").code == 0


@pytest.mark.parametrize("words", [COMMANDS["rename"], MERGE, SPLIT], ids=["rename", "merge", "split"])
@pytest.mark.parametrize("way", ["undo", "again"])
def test_killed_between_any_two_steps(coded: StudyHere, words: tuple[str, ...], way: str) -> None:
    before, state, start = book(coded), folded(coded), coded.files()
    moment, seen = 0, set()
    while True:
        for name in coded.files():
            if name not in start:
                (coded.root / name).unlink()
        for name, content in start.items():
            coded.write(name, content)
        if not killed(coded, moment, *words):
            break
        sound(coded)
        seen.add((book(coded) == before, folded(coded) == state))
        if way == "undo":
            if (coded.root / "codebooks" / "codebook.cecilia.jsonl").exists():
                done(coded.run("codebook", "undo", "--yes"))
            assert book(coded) == before and folded(coded) == state
        else:
            ran = coded.run("codebook", *words, "--yes", "--coder", "cecilia")
            assert ran.code == 0 or "called so already" in ran.err, ran.err
            assert {code for _, _, code, s in codes(coded) if s == "applied"} == AFTER[words[0]]
            done(coded.run("codebook", "undo", "--yes"))
            assert book(coded) == before and folded(coded) == state
        moment += 1
    assert moment >= 3 and (True, True) in seen


AFTER = {
    "rename": {"id.bankid", "id.losen"},
    "merge": {"id.bankid"},
    "split": {"id.bankid", "id.i-datorn", "id.i-mobilen"},
}


@pytest.mark.parametrize("words", [COMMANDS["rename"], MERGE, SPLIT], ids=["rename", "merge", "split"])
def test_an_undo_that_was_killed_is_undone_again(coded: StudyHere, words: tuple[str, ...]) -> None:
    before, state = book(coded), folded(coded)
    done(coded.run("codebook", *words, "--yes", "--coder", "cecilia"))
    start, moment = coded.files(), 0
    while True:
        for name, content in start.items():
            coded.write(name, content)
        if not killed(coded, moment, "undo"):
            break
        sound(coded)
        ran = coded.run("codebook", "undo", "--yes", "--coder", "cecilia")
        assert ran.code == 0 or "no change of the codebook is there" in ran.err
        assert book(coded) == before and folded(coded) == state
        moment += 1
    assert moment >= 3 and book(coded) == before and folded(coded) == state


def test_a_change_stopped_before_the_file_is_told_and_set_aside_by_the_next(coded: StudyHere) -> None:
    moment = 0
    while not (coded.root / "codebooks" / "codebook.cecilia.jsonl").exists():
        assert killed(coded, moment, *MERGE)
        moment += 1
    ran = coded.run("check")
    assert ran.code == 0 and "which cecilia began: merged id.losen into id.bankid" in ran.out
    ran = coded.run("codebook", "retire", "ut.skriva", "--yes")
    assert "set aside" in ran.err and ran.code == 0
    assert coded.run("check").out == "No problems.\n"
    lines = (coded.root / "codebooks" / "codebook.anna.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["act"] for line in lines] == ["undo", "revise"]
