"""Where two coders differ, what holds in the end, and the files that say it."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from qualkit.analysis.compared import Wanted
from qualkit.analysis.differences import Comparison, differences
from qualkit.analysis.excerpts import states
from qualkit.cli import output
from qualkit.cli.main import app
from qualkit.coding.anchor import make_anchor
from qualkit.coding.fold import State, fold
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.coding import Coding
from qualkit.store.material import read_material
from tests.conftest import Ran, StudyHere
from tests.test_agree import LENGTHS, TEXTS, made, marks

BANK, LOSEN, SKRIVA = "id.bankid", "id.losen", "ut.skriva"
FIRST = "Hon hade glömt sitt lösenord till banken och kom hit."
SECOND = "Vi visar hur man skriver ut ett papper."
THIRD = "=SUM(A1) <script>alert('hej')</script> & mer text."


def code(study: StudyHere, coder: str, paragraph: int, words: str, *codes: str, source: str = "d") -> list[Act]:
    """Put codes on these words of a paragraph (or from the first to the last of two, with | between)."""
    transcript = study.transcript(source)
    head, _, tail = words.partition("|")
    begin = transcript.segments[paragraph].text.index(head)
    last = paragraph + 1 if tail else paragraph
    end = transcript.segments[last].text.index(tail or head) + len(tail or head)
    anchor = make_anchor(transcript, paragraph, begin, last, end)
    return study.act(source, *(Act("", "", coder, "code", anchor=anchor, code=one) for one in codes), coder=coder)


def finish(study: StudyHere, *coders: str, source: str = "d") -> None:
    for coder in coders:
        study.act(source, Act("", "", coder, "finish"), coder=coder)


@pytest.fixture
def two(study: StudyHere) -> StudyHere:
    """anna and bo: other ends, other codes, only one of them, and one place on which they agree."""
    study.sources("d;=Titel & <b>;document;Huddinge;;;;", "e;Annat;document;Huddinge;;;;")
    study.document("d", "\n\n".join([FIRST, SECOND, THIRD, "Tack."]) + "\n")
    study.document("e", FIRST + "\n")
    code(study, "anna", 0, "glömt sitt lösenord till banken", LOSEN)
    code(study, "bo", 0, "sitt lösenord", LOSEN)
    code(study, "anna", 1, SECOND, SKRIVA)
    code(study, "bo", 1, SECOND, BANK)
    code(study, "bo", 2, THIRD, BANK)
    code(study, "anna", 3, "Tack.", SKRIVA)
    code(study, "bo", 3, "Tack.", SKRIVA)
    finish(study, "anna", "bo")
    return study


def found(study: StudyHere, *coders: str) -> Comparison:
    opened = study.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded = states(opened.study, material)
    return differences(opened.study, material, folded, Wanted(coders or ("anna", "bo"), unfinished=True))


def shown(comparison: Comparison) -> list[tuple[str, int, list[str], list[str]]]:
    return [
        (one.kind, one.size, *([f"{mark.code} {mark.quote}" for mark in those] for those in one.marks))
        for one in comparison.passages
    ]


# Passages


def test_passages_are_those_where_they_differ_the_largest_first(two: StudyHere) -> None:
    assert shown(found(two)) == [
        ("only bo", len(THIRD), [], [f"{BANK} {THIRD}"]),
        ("other codes", len(SECOND), [f"{SKRIVA} {SECOND}"], [f"{BANK} {SECOND}"]),
        ("other ends", 18, [f"{LOSEN} glömt sitt lösenord till banken"], [f"{LOSEN} sitt lösenord"]),
    ]
    assert [(one.source.id, [mark.quote for mark in one.marks]) for one in found(two).agreed] == [("d", ["Tack."])]


def test_the_other_way_round_it_is_the_same(two: StudyHere) -> None:
    turned = [(kind, size, theirs, ours) for kind, size, ours, theirs in shown(found(two, "bo", "anna"))]
    assert turned == shown(found(two))


def test_the_same_words_cut_otherwise_are_agreed_on(study: StudyHere) -> None:
    study.sources("d;D;document;Huddinge;;;;")
    study.document("d", f"{FIRST}\n\n{SECOND}\n")
    code(study, "anna", 0, "Hon hade glömt ", LOSEN)
    code(study, "anna", 0, "sitt lösenord", LOSEN)
    code(study, "bo", 0, "Hon hade glömt sitt lösenord", LOSEN)
    code(study, "anna", 1, SECOND, BANK)
    code(study, "bo", 1, SECOND, BANK, SKRIVA)
    first, second = shown(found(study))
    assert first == ("only bo", len(SECOND), [], [f"{SKRIVA} {SECOND}"])
    assert second[:2] == ("other ends", 1), "the blank between the two"
    assert found(study).passages[0].shared == (BANK,)
    code(study, "anna", 0, "glömt sitt", LOSEN)
    comparison = found(study)
    assert len(comparison.passages) == 1 and len(comparison.agreed) == 2
    assert [mark.coder for one in comparison.agreed for mark in one.marks] == ["anna"] * 4


def test_codes_on_other_words_of_one_paragraph_are_passages_of_their_own(study: StudyHere) -> None:
    study.sources("d;D;document;Huddinge;;;;")
    study.document("d", f"{FIRST}\n\n{SECOND}\n")
    code(study, "anna", 0, "Hon hade|papper.", LOSEN)
    code(study, "bo", 0, "Hon hade", BANK)
    code(study, "bo", 1, "papper", SKRIVA)
    assert [(kind, size) for kind, size, _, _ in shown(found(study))] == [
        ("only anna", len(FIRST + SECOND)), ("only bo", 8), ("only bo", 6),
    ]  # fmt: skip


@settings(deadline=None)
@given(st.lists(marks, min_size=1, max_size=14))
def test_every_letter_on_which_they_differ_is_in_a_passage(marked: Sequence[tuple[str, int, int, int, str]]) -> None:
    codings = [
        (w, text, begin, min(begin + n, LENGTHS[text]), code) for w, text, begin, n, code in marked if w != "cia"
    ]
    study, material = made(TEXTS, codings, [(coder, text) for coder in ("anna", "bo") for text in (0, 1)])
    comparison = differences(study, material, states(study, material), Wanted(("anna", "bo")))
    has = {(who, text, at, code) for who, text, begin, end, code in codings for at in range(begin, end)}
    differ = {(t, at, c) for who, t, at, c in has if ({"anna": "bo", "bo": "anna"}[who], t, at, c) not in has}
    seen = set()
    for passage in comparison.passages:
        text = int(passage.source.id[1:])
        codes = {mark.code for mark in passage.all}
        inside = {one for one in differ if one[0] == text and one[2] in codes
                  and any(m.begin <= one[1] < m.end and m.code == one[2] for m in passage.all)}  # fmt: skip
        assert passage.size == len({at for _, at, _ in inside}) > 0
        assert not inside & seen, "each once"
        seen |= inside
    assert seen == differ
    ids = [id for one in (*comparison.passages, *comparison.agreed) for id in one.ids]
    assert len(ids) == len(set(ids)) == len(codings), "every coding is in a passage or agreed on"
    sizes = [passage.size for passage in comparison.passages]
    assert sizes == sorted(sizes, reverse=True)


# The command


def test_the_terminal_shows_them_side_by_side_in_eighty_columns(
    two: StudyHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "WIDE", 80)
    before = two.files()
    ran = two.run("compare", "anna", "bo")
    assert ran.code == 0 and two.files() == before
    assert max(map(len, ran.out.splitlines())) <= 80
    text = " ".join(ran.out.split())
    assert "passage anna bo" in text and "1. d - id.bankid" in text and f"{len(THIRD)} letters" in text
    assert "anna and bo differ on 3 passages and agree on 1 place" in text
    assert "not compared, not finished by anna, bo: e" in ran.err


def test_sources_codes_and_unfinished_ones_are_chosen_as_in_agree(two: StudyHere) -> None:
    code(two, "anna", 0, FIRST, BANK, source="e")
    code(two, "bo", 0, FIRST, LOSEN, source="e")
    assert "3 passages" in two.run("compare", "anna", "bo").out
    assert "4 passages" in two.run("compare", "anna", "bo", "--all").out
    assert "1 passage " in two.run("compare", "anna", "bo", "--unfinished", "--source", "e").out
    assert "1 passage " in two.run("compare", "anna", "bo", "--code", LOSEN).out
    assert "3 passages" in two.run("compare", "anna", "bo", "--code", "id").out


def test_the_terminal_shows_the_largest_and_says_how_to_see_all(two: StudyHere) -> None:
    ran = two.run("compare", "anna", "bo", "--most", "1")
    assert "1. d" in ran.out and "2. d" not in ran.out and "3 passages" in ran.out
    assert "shown: the largest 1; all of them: --most 3" in ran.out
    assert "shown: the largest" not in two.run("compare", "anna", "bo", "--most", "3").out
    assert two.run("compare", "anna", "bo", "--most", "0").code == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("anna", "anna"), "two coders are compared"),
        (("anna", "cia"), "no coder is called 'cia'"),
        (("anna", "bo", "--source", "x"), "there is no source 'x'"),
        (("anna", "bo", "--source", "e"), "there is no source that anna and bo have all finished"),
        (("anna", "bo", "--to", "a.docx"), "no format is known for 'a.docx'"),
        (("anna", "bo", "--decide", "--coder", "bo"), "bo is compared here"),
        (("anna", "bo", "--undo"), "consensus has decided nothing here"),
    ],
)
def test_what_cannot_be_compared_says_why(two: StudyHere, words: tuple[str, ...], says: str) -> None:
    before = two.files()
    ran = two.run("compare", *words)
    assert ran.code == 1 and says in ran.err and two.files() == before


# Decisions


def decide(study: StudyHere, answers: str, *words: str) -> Ran:
    command = ["--study", str(study.root), "compare", "anna", "bo", "--decide", *words]
    result = CliRunner().invoke(app, command, input=answers, prog_name="qualkit")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def state(study: StudyHere, source: str = "d") -> State:
    opened = study.open()
    material, problems = read_material(opened.folder, opened.study.sources)
    assert problems == []
    return fold(source, material.acts[source])


def consensus(study: StudyHere, coder: str = "consensus") -> list[tuple[str, str]]:
    codings: list[Coding] = [one for one in state(study).codings.values() if one.coder == coder]
    return sorted((one.code, one.anchor.quote) for one in codings)


AGREED = [(SKRIVA, "Tack.")]


@pytest.mark.parametrize(
    ("answer", "codings"),
    [
        ("a", [(LOSEN, "glömt sitt lösenord till banken"), (SKRIVA, SECOND)]),
        ("B", [(BANK, SECOND), (BANK, THIRD), (LOSEN, "sitt lösenord")]),
        ("bo", [(BANK, SECOND), (BANK, THIRD), (LOSEN, "sitt lösenord")]),
        ("ab", [(BANK, SECOND), (BANK, THIRD), (LOSEN, "glömt sitt lösenord till banken"), (LOSEN, "sitt lösenord"),
                (SKRIVA, SECOND)]),
        ("neither", []),
    ],
)  # fmt: skip
def test_each_answer_gives_the_consensus_its_codings(
    two: StudyHere, answer: str, codings: list[tuple[str, str]]
) -> None:
    ran = decide(two, f"{answer}\n" * 3)
    assert ran.code == 0 and "all decided. Next: qualkit finish d --coder consensus" in ran.out
    assert consensus(two) == sorted([*AGREED, *codings])
    assert len(state(two).memos) == 3
    before = two.files()
    ran = decide(two, "")
    assert "to decide: 0 of 3 passages" in ran.out and two.files() == before
    assert two.run("check").code == 0 and two.run("finish", "d", "--coder", "consensus").code == 0


def test_it_goes_on_where_it_was_left(two: StudyHere) -> None:
    ran = decide(two, "hm\ns\na\nq\n")
    assert "one of: anna, bo, a, b" in ran.err and "2 passages left" in ran.out
    assert consensus(two) == sorted([*AGREED, (SKRIVA, SECOND)])
    ran = decide(two, "b\n")  # then nobody answers
    assert "to decide: 2 of 3 passages" in ran.out and "1 passage left" in ran.out
    assert (BANK, THIRD) in consensus(two)
    assert "to decide: 1 of 3 passages" in decide(two, "", "--coder", "consensus").out
    assert "to decide: 3 of 3 passages" in decide(two, "", "--coder", "en-annan").out


def test_a_decision_is_on_the_disk_before_the_next_question(two: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def answer(*_: object, **__: object) -> str:
        seen.append(len(state(two).memos))
        if len(seen) == 3:
            raise KeyboardInterrupt
        return "b"

    monkeypatch.setattr(output, "answer", answer)
    assert two.run("compare", "anna", "bo", "--decide").code == 130
    assert seen == [0, 1, 2] and len(state(two).memos) == 2


def test_decisions_are_undone_one_by_one(two: StudyHere) -> None:
    decide(two, "b\na\nn\n")
    whole = consensus(two)
    ran = two.run("compare", "anna", "bo", "--undo")
    assert ran.code == 0 and f"taken back: neither anna nor bo: {LOSEN}" in ran.out
    assert consensus(two) == whole and len(state(two).memos) == 2
    assert f"taken back: anna, not bo: {SKRIVA}, {BANK}" in two.run("compare", "anna", "bo", "--undo").out.replace(
        f"{BANK}, {SKRIVA}", f"{SKRIVA}, {BANK}"
    )
    assert consensus(two) == sorted([*AGREED, (BANK, THIRD)])
    assert "to decide: 2 of 3 passages" in decide(two, "a\na\n").out
    assert consensus(two) == sorted([*whole, (LOSEN, "glömt sitt lösenord till banken")])
    for _ in range(3):
        assert two.run("compare", "anna", "bo", "--undo").code == 0
    assert consensus(two) == AGREED and two.run("compare", "anna", "bo", "--undo").code == 1


def test_what_changed_since_is_asked_about_again(two: StudyHere) -> None:
    decide(two, "b\nb\nb\n")
    code(two, "anna", 2, THIRD, LOSEN)
    ran = decide(two, "a\n")
    assert "to decide: 1 of 3 passages" in ran.out
    assert consensus(two) == sorted([*AGREED, (LOSEN, THIRD), (BANK, SECOND), (LOSEN, "sitt lösenord")])
    mine = next(one for one in state(two).codings.values() if one.coder == "anna" and one.anchor.quote == "Tack.")
    two.act("d", Act("", "", "anna", "remove", target=mine.id), coder="anna")
    ran = decide(two, "n\n")
    assert "to decide: 1 of 4 passages" in ran.out, "they agreed on it before"
    assert (SKRIVA, "Tack.") not in consensus(two)


def test_an_agreement_that_comes_later_takes_the_place_of_a_decision(two: StudyHere) -> None:
    decide(two, "n\nn\nn\n")
    code(two, "anna", 2, THIRD, BANK)
    ran = decide(two, "")
    assert "as anna and bo agree: 1 coding" in ran.out and "to decide: 0 of 2 passages" in ran.out
    assert consensus(two) == sorted([*AGREED, (BANK, THIRD)]) and len(state(two).memos) == 2


def test_what_was_taken_over_and_taken_away_by_hand_does_not_come_back(two: StudyHere) -> None:
    decide(two, "")
    taken = next(one for one in state(two).codings.values() if one.coder == "consensus")
    two.act("d", Act("", "", "consensus", "remove", target=taken.id), coder="consensus")
    decide(two, "")
    assert consensus(two) == []


# Files


class Page(HTMLParser):
    """What a page holds: its tags, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.open += [tag] if tag != "meta" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def written(study: StudyHere, name: str) -> bytes:
    file = study.root / "exports" / name
    ran = study.run("compare", "anna", "bo", "--to", str(file))
    assert ran.code == 0, ran.text
    return file.read_bytes()


def test_the_page_is_whole_and_every_word_escaped(two: StudyHere) -> None:
    content = written(two, "a.html").decode("utf-8")
    page = Page(content)
    assert page.open == [] and not {"script", "b", "img", "link", "iframe"} & set(page.tags)
    assert "http://" not in content and "https://" not in content and "default-src 'none'" in content
    assert THIRD in page.text and "=Titel & <b>" in page.text and "Lösenord" in page.text
    assert "glömt <mark>sitt lösenord</mark> till banken" in content
    assert page.tags.count("section") == 3 and page.tags.count("mark") == 5
    assert "inte färdig hos anna, bo" in page.text


def test_the_workbook_holds_no_formula_and_both_coders(two: StudyHere) -> None:
    written(two, "a.xlsx")
    book = openpyxl.load_workbook(two.root / "exports" / "a.xlsx")
    assert book.sheetnames == ["Skillnader", "Metod"]
    lines = list(book["Skillnader"].iter_rows(values_only=True))
    assert [line[4:6] for line in lines[1:]] == [("bara bo", 50), ("andra koder", 39), ("andra gränser", 18)]
    assert lines[0][7:9] == ("anna", "bo") and lines[1][1] == "=Titel & <b>"
    assert lines[1][7:9] == ("-", f"BankID:\n{THIRD}") and lines[2][7:9] == (
        f"Skriva ut:\n{SECOND}",
        f"BankID:\n{SECOND}",
    )
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_same_study_gives_the_same_files(two: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    for suffix in ("xlsx", "html"):
        assert written(two, f"a.{suffix}") == written(two, f"b.{suffix}")


def test_no_difference_is_said_everywhere(study: StudyHere) -> None:
    study.sources("d;D;document;Huddinge;;;;")
    study.document("d", FIRST + "\n")
    for coder in ("anna", "bo"):
        code(study, coder, 0, FIRST, LOSEN)
    finish(study, "anna", "bo")
    assert "differ on 0 passages and agree on 1 place" in study.run("compare", "anna", "bo").out
    assert "De skiljer sig inte åt." in written(study, "a.html").decode("utf-8")
    assert written(study, "a.xlsx")


def test_two_names_are_needed(two: StudyHere) -> None:
    with pytest.raises(QualkitError, match="two coders are compared"):
        found(two, "anna", "anna")
