"""Guide questions: where they are asked, which stretch answers them, and what filters and zeros make of that."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.analysis.asked import asked_in
from qualkit.analysis.columns import study_columns
from qualkit.analysis.excerpts import coded_excerpts, states
from qualkit.analysis.matrix import MatrixRequest, theme_matrix
from qualkit.analysis.saturation import in_order
from qualkit.analysis.select import narrowed
from qualkit.analysis.where import read_where
from qualkit.cli import output
from qualkit.coding.anchor import make_anchor
from qualkit.coding.answers import answers, answers_in
from qualkit.coding.asked import LIKELY, SURE, likely_places
from qualkit.coding.correcting import correction
from qualkit.coding.fold import fold
from qualkit.coding.session import Session
from qualkit.coding.undoing import to_undo
from qualkit.model.act import Act
from qualkit.model.codebook import Codebook, GuideQuestion
from qualkit.model.coding import Anchor, Coding
from qualkit.model.source import Source
from qualkit.model.study import Material, Study
from qualkit.model.transcript import Segment, Transcript
from qualkit.store.material import read_material
from tests.conftest import StudyHere
from tests.guide_questions import FIRST_HALF, FREELY, QUESTIONS, SECOND_HALF

GUIDE = [GuideQuestion(id, text) for id, text in QUESTIONS.items()]


def talk(*lines: str, times: bool = True) -> Transcript:
    """Segments s0, s1, ... of "S1: words"; without a colon nobody says it."""
    segments = []
    for n, line in enumerate(lines):
        speaker, _, words = line.rpartition(": ")
        when = (n * 2.0, n * 2.0 + 1) if times else (None, None)
        segments.append(Segment(f"s{n}", words, speaker or None, *when))
    return Transcript("a", tuple(segments))


def whole(transcript: Transcript, at: int) -> Anchor:
    return make_anchor(transcript, at, 0, at, len(transcript.segments[at].text))


def ask(transcript: Transcript, question: str, at: int, id: str = "1", coder: str = "anna") -> Act:
    return Act(id, "2026", coder, "ask", anchor=whole(transcript, at), code=question)


TALK = talk("S1: Hej.", "S1: Vad är svårt?", "S2: Allt.", "S1: Och vem hjälper?", "S2: Min son.", "S2: Och grannen.")


# Likeness


def spoken(said: tuple[tuple[str, str], ...]) -> Transcript:
    """What moderators say, each followed by an answer."""
    return talk(*(line for _, text in said for line in (f"S1: {text}", "S2: Ja, det vet jag väl inte riktigt.")))


def found_in(said: tuple[tuple[str, str], ...], least: float) -> tuple[int, int]:
    """How many places are right and wrong."""
    places = likely_places(spoken(said), GUIDE, lambda segment: segment.speaker == "S1")
    right = [said[one.position // 2][0] == one.question for one in places if one.likeness >= least]
    return sum(right), len(right) - sum(right)


@pytest.mark.parametrize(("said", "shown", "sure"), [
    (FIRST_HALF, (10, 1), (10, 0)), (SECOND_HALF, (9, 1), (9, 0)), (FREELY, (5, 0), (3, 0)),
])  # fmt: skip
def test_how_many_questions_are_found_is_as_the_docs_say(
    said: tuple[tuple[str, str], ...], shown: tuple[int, int], sure: tuple[int, int]
) -> None:
    assert found_in(said, LIKELY) == shown
    assert found_in(said, SURE) == sure


def test_only_who_asks_is_looked_at_and_a_question_may_go_over_two_segments() -> None:
    half = ("S1: Tack. Vad upplever du som svårast", "S1: med att legitimera dig på nätet?")
    asks = talk("S2: Vad upplever du som svårast med att legitimera dig på nätet?", *half, "S2: Koden.")
    found = likely_places(asks, GUIDE[:2], lambda segment: segment.speaker == "S1")
    assert [(one.question, one.position) for one in found] == [("q2", 1)] and found[0].likeness >= 0.9
    assert likely_places(asks, GUIDE, lambda _: False) == [] == likely_places(asks, [], lambda _: True)


# The answer


def test_an_answer_goes_to_the_next_question_or_to_the_end() -> None:
    found = answers(TALK, [("q2", whole(TALK, 3)), ("q1", whole(TALK, 1))])
    assert [(one.questions, one.begin, one.end) for one in found] == [
        (("q1",), (1, 0), (3, 0)),
        (("q2",), (3, 0), (6, 0)),
    ]


def test_questions_in_one_breath_are_answered_together() -> None:
    text = talk("S1: Vad är svårt?", "S1: Och vem hjälper?", "S2: Min son.", "S1: Mer?", "Nej.")
    both = [("q1", whole(text, 0)), ("q2", whole(text, 1)), ("q3", whole(text, 1)), ("q1", whole(text, 3))]
    assert [one.questions for one in answers(text, both)] == [("q1", "q2", "q3"), ("q1",)]
    nobody = talk("Vad är svårt?", "Och vem hjälper?")  # who speaks is not known: the answer may stand in the first
    assert len(answers(nobody, [("q1", whole(nobody, 0)), ("q2", whole(nobody, 1))])) == 2


def test_what_comes_before_the_first_question_answers_none() -> None:
    found = answers_in(TALK, fold("a", [ask(TALK, "q1", 1)]))
    at = {n: found.at(whole(TALK, n)) for n in range(6)}
    assert at == {0: (), 1: ("q1",), 2: ("q1",), 3: ("q1",), 4: ("q1",), 5: ("q1",)}
    assert answers_in(TALK, fold("a", [])).at(whole(TALK, 3)) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=8), st.lists(
    st.sampled_from(["S1", "S2", ""]), min_size=6, max_size=6))  # fmt: skip
def test_answers_part_a_text_from_its_first_question_on(marks: list[tuple[str, int]], who: list[str]) -> None:
    text = talk(*(f"{one}: ord{n} mer" if one else f"ord{n} mer" for n, one in enumerate(who)))
    found = answers(text, [(question, whole(text, at)) for question, at in marks])
    assert [one.end for one in found[:-1]] == [one.begin for one in found[1:]]
    assert all(one.begin < one.end and one.questions for one in found)
    if marks:
        assert (found[0].begin, found[-1].end) == ((min(at for _, at in marks), 0), (6, 0))
    for question, at in marks:
        inside = [one for one in found if one.begin <= (at, 0) < one.end]
        assert len(inside) == 1 and question in inside[0].questions
    assert found == answers(text, [(question, whole(text, at)) for question, at in reversed(marks)])


# Marks in a journal


def test_a_mark_can_be_taken_back_and_two_coders_marks_all_count() -> None:
    acts = [ask(TALK, "q1", 1, "1"), ask(TALK, "q1", 3, "2", "bo"), ask(TALK, "q2", 3, "3")]
    found = answers_in(TALK, fold("a", acts))
    assert [one.questions for one in found.found] == [("q1",), ("q1", "q2")]
    gone = [*acts, Act("4", "2026", "bo", "undo", target="2"), Act("5", "2026", "anna", "undo", target="3")]
    assert [one.questions for one in answers_in(TALK, fold("a", gone)).found] == [("q1",)]
    back = [*gone, Act("6", "2026", "bo", "undo", target="4")]
    assert [one.questions for one in answers_in(TALK, fold("a", back)).found] == [("q1",), ("q1",)]


def test_a_mark_follows_its_words_when_another_editor_changed_the_text() -> None:
    acts = [ask(TALK, "q2", 3)]
    other = talk("S1: Hej.", "S1: Nytt här.", *(f"{one.speaker}: {one.text}" for one in TALK.segments[1:]))
    found = answers_in(other, fold("a", acts))
    assert [one.begin for one in found.found] == [(4, 0)] and not found.lost
    lost = answers_in(talk("S1: Hej.", "S2: Ett helt annat samtal."), fold("a", acts))
    assert not lost.found and [one.question for one in lost.lost] == ["q2"]


def test_a_correction_in_qualkit_carries_the_marks_of_all_coders() -> None:
    mark = ask(TALK, "q2", 3, "1", "bo")
    session = Session(TALK, "anna", (), others=(mark,))
    session.selection.to(session.text.words_of(3)[0])
    act = correction(session, "text", "Och vem brukar hjälpa?")
    assert act.edit is not None and [id for id, _ in act.edit.places] == ["1"]
    now = fold("a", [mark, Act("2", "", "anna", "edit", edit=act.edit)]).askings["1"].anchor
    assert now.quote == "Och vem brukar hjälpa?"


# What was asked


@pytest.mark.parametrize(
    ("asked", "marks", "text", "questions", "unmarked"),
    [
        ((), [], TALK, None, {"q1", "q2", "q3"}),  # nobody marked anything: all asked, and nobody knows where
        ((), [("q1", 1), ("q2", 3)], TALK, {"q1", "q2"}, set()),
        (("q3",), [("q1", 1)], TALK, {"q3"}, {"q3"}),  # sources.csv counts where it says something
        (("q1",), [], TALK, {"q1"}, {"q1"}),
        (("q1",), [], None, {"q1"}, {"q1"}),
        ((), [], None, None, {"q1", "q2", "q3"}),
        ((), [], talk("Ett stycke.", times=False), None, set()),  # nobody asks in a document
    ],
)
def test_what_was_asked(
    asked: tuple[str, ...],
    marks: list[tuple[str, int]],
    text: Transcript | None,
    questions: set[str] | None,
    unmarked: set[str],
) -> None:
    study = Study(codebook=Codebook(questions=tuple(GUIDE[:3])), sources=(Source("a", asked=asked),))
    acts = [ask(text, question, at, str(at)) for question, at in marks if text]
    found = asked_in(study, Material({"a": text} if text else {}), {"a": fold("a", acts)})["a"]
    assert (found.questions, found.unmarked) == (questions, unmarked)
    assert found.answers == {(), *((question,) for question, _ in marks)}


def test_a_question_whose_mark_lost_its_words_was_asked_but_nobody_knows_where() -> None:
    study = Study(codebook=Codebook(questions=tuple(GUIDE[:3])), sources=(Source("a"),))
    other = talk("S1: Hej.", "S2: Ett helt annat samtal.")
    found = asked_in(study, Material({"a": other}), {"a": fold("a", [ask(TALK, "q2", 3)])})["a"]
    assert (found.questions, found.unmarked, found.answers) == ({"q2"}, {"q2"}, {()})


# Filters and zeros


@pytest.fixture
def asked(study: StudyHere) -> StudyHere:
    """Three finished interviews: q-id is asked in a, only q-annat in b, and in c nobody marked anything."""
    sources(study)
    study.participants(*(f"{id};S1;Leda;moderator;" for id in "abc"), *(f"{id};S2;P{id};participant;" for id in "abc"))
    for id in "abc":
        study.spoken(id, "S2: Mitt BankID först.", "S1: Hur går det?", "S2: Mitt BankID sen.", "S1: Annat?", "S2: Nej.")
        study.act(id, code(study, id, 0), code(study, id, 2), Act("", "", "anna", "finish"))
    study.act("a", mark(study, "a", "q-id", 1), mark(study, "a", "q-annat", 3))
    study.act("b", mark(study, "b", "q-annat", 3), coder="bo")
    return study


def sources(study: StudyHere, b: str = "", c: str = "") -> None:
    study.sources(
        "a;a;interview;Huddinge;;sv;;", f"b;b;interview;Haninge;;sv;;{b}", f"c;c;interview;Nynäshamn;;sv;;{c}"
    )


def code(study: StudyHere, source: str, at: int, name: str = "id.bankid") -> Act:
    return Act("", "", "anna", "code", anchor=whole(study.transcript(source), at), code=name)


def mark(study: StudyHere, source: str, question: str, at: int) -> Act:
    return Act("", "", "anna", "ask", anchor=whole(study.transcript(source), at), code=question)


def cells(study: StudyHere, where: str = "") -> dict[str, list[str]]:
    """Case -> its cells of the themes id and ut: a figure, or why there is none."""
    opened = study.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded = states(opened.study, material)
    only = read_where(where, study_columns(opened.study, material))
    found = narrowed(opened.study, material, coded_excerpts(opened.study, material, folded), only)
    result = theme_matrix(opened.study, material, folded, found, MatrixRequest(where=only))
    return {
        row: [(cell := result.cells[key, column]).zero or cell.text for column in ("id", "ut")]
        for key, row in result.rows.items()
    }


def test_a_matrix_of_the_answers_to_one_question(asked: StudyHere) -> None:
    assert cells(asked, "question = q-id") == {
        "Huddinge": ["1", "not mentioned"],
        "Haninge": ["not asked", "not asked"],
        "Nynäshamn": ["not yet coded", "not yet coded"],  # nobody has marked where it is asked
    }
    assert cells(asked, "question = q-annat")["Haninge"] == ["not asked", "not mentioned"]
    assert cells(asked, 'question = ""') == {
        "Huddinge": ["1", "not mentioned"],
        "Haninge": ["2", "not mentioned"],  # all that comes before the first question
        "Nynäshamn": ["2", "not mentioned"],
    }
    assert [row[0] for row in cells(asked, "question in (q-id, q-annat) or case = Haninge").values()] == [
        "1", "2", "not yet coded",
    ]  # fmt: skip


def test_not_asked_is_told_by_the_marks_where_sources_csv_says_nothing(asked: StudyHere) -> None:
    for id in "abc":
        asked.act(id, *(Act("", "", "anna", "remove", target=one.id) for one in asked_codings(asked, id)))
    assert [row[0] for row in cells(asked).values()] == ["not mentioned", "not asked", "not mentioned"]
    assert [row[1] for row in cells(asked).values()] == ["not mentioned"] * 3  # the guide does not ask about it
    sources(asked, b="q-id", c="q-annat")
    assert [row[0] for row in cells(asked).values()] == ["not mentioned", "not mentioned", "not asked"]
    assert [row[0] for row in cells(asked, "question = q-id").values()] == [
        "not mentioned", "not yet coded", "not asked",
    ]  # fmt: skip


def asked_codings(study: StudyHere, source: str) -> list[Coding]:
    material, _ = read_material(study.open().folder, study.open().study.sources)
    return list(fold(source, material.acts[source]).codings.values())


def test_a_source_that_did_not_ask_needs_no_end(asked: StudyHere) -> None:
    asked.act("b", Act("", "", "anna", "reopen"))
    assert cells(asked, "question = q-id")["Haninge"] == ["not asked", "not asked"]
    asked.act("a", Act("", "", "anna", "reopen"))
    assert cells(asked, "question = q-id")["Huddinge"] == ["1…", "not yet coded"]


def test_a_mark_that_lost_its_words_leaves_its_question_open(asked: StudyHere) -> None:
    asked.spoken("b", "S2: Mitt BankID först.", "S1: Hur går det?", "S2: Mitt BankID sen.")
    assert cells(asked, "question = q-annat")["Haninge"] == ["not yet coded", "not yet coded"]
    assert cells(asked, "question = q-id")["Haninge"] == ["not asked", "not asked"]


def test_saturation_of_one_question_leaves_out_who_was_not_asked(asked: StudyHere) -> None:
    opened = asked.open()
    material, _ = read_material(opened.folder, opened.study.sources)
    folded, columns = states(opened.study, material), study_columns(opened.study, material)
    for where, sources in (("question = q-id", ["a", "c"]), ("question = q-annat", ["a", "b", "c"])):
        only = read_where(where, columns)
        found = narrowed(opened.study, material, coded_excerpts(opened.study, material, folded), only)
        assert list(in_order(opened.study, material, folded, found, only).codes) == sources


def test_excerpts_of_one_question(asked: StudyHere) -> None:
    ran = asked.run("excerpts", "--where", "question = q-id")
    assert ran.code == 0 and "BankID sen" in ran.out and "1 excerpt" in ran.out and "BankID först" not in ran.out
    assert "nothing has 'q-x' as its question" in asked.run("matrix", "--where", "question = q-x").err


# The command


@pytest.fixture
def talked(study: StudyHere) -> StudyHere:
    """An interview in which q-id is asked in other words, and q-annat in those of the guide; and a web page."""
    study.sources("a;a;interview;Huddinge;;sv;;", "w;w;web page;Haninge;;sv;;")
    study.participants("a;S1;Leda;moderator;", "a;S2;P1;participant;")
    study.spoken("a", "S1: Hej.", "S1: Och med BankID, hur går det?", "S2: Hur går det med BankID? Bra.", "S1: Annat?")
    study.document("w", "Hur går det med BankID?\n")
    return study


def marks(study: StudyHere, source: str = "a") -> set[tuple[str, str, str]]:
    material, _ = read_material(study.open().folder, study.open().study.sources)
    found = fold(source, material.acts.get(source, ())).askings.values()
    return {(one.question, one.anchor.first, one.coder) for one in found}


def test_likely_places_are_listed_in_order_and_a_script_writes_nothing(talked: StudyHere) -> None:
    before = talked.files()
    ran = talked.run("questions")
    lines = ran.out.splitlines()
    assert ran.code == 0 and lines[0] == "a" and talked.files() == before
    assert lines[1].startswith("  q-id  ") and '% alike  0:00:04 s0002  "Och med BankID, hur går det?"' in lines[1]
    assert lines[2] == '  q-annat  100% alike  0:00:08 s0004  "Annat?"'
    assert lines[3:] == ["w", "  not found: q-id, q-annat"]  # nobody asks in a document


def test_where_no_moderator_is_known_anybody_may_ask(talked: StudyHere) -> None:
    talked.participants()
    ran = talked.run("questions", "a")
    assert (
        "s0002" in ran.out
        and "s0004" in ran.out
        and '"Hur går det med BankID? Bra."' in ran.out
        and "s0001" not in ran.out
    )


def test_sure_places_are_marked_told_and_not_looked_for_again(talked: StudyHere) -> None:
    ran = talked.run("questions", "--yes")
    assert ran.code == 0 and "2 marked (anna), 0 less sure" in ran.out
    assert marks(talked) == {("q-id", "s0002", "anna"), ("q-annat", "s0004", "anna")}
    again = talked.run("questions", "a", "--yes")
    assert "q-id  marked by anna  0:00:04 s0002" in again.out and "0 marked" in again.out and len(marks(talked)) == 2
    assert 'asked        q-id: "Och med BankID, hur går det?"' in talked.run("history", "a").out


def test_in_a_terminal_each_place_is_confirmed(talked: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "someone_types", lambda: True)
    said = iter(["n", "vet ej", "ja"])
    monkeypatch.setattr(output, "read_line", lambda _: next(said))
    ran = talked.run("questions", "a")
    assert ran.code == 0 and "q-id: Hur går det med BankID?" in ran.out and "one of: y, yes" in ran.err
    assert marks(talked) == {("q-annat", "s0004", "anna")}
    monkeypatch.setattr(output, "read_line", lambda _: "q")
    assert talked.run("questions").code == 0 and len(marks(talked)) == 1


def test_a_mark_by_hand_and_back(talked: StudyHere) -> None:
    assert talked.run("questions", "a", "--mark", "q-id", "s0001").code == 0
    assert talked.run("questions", "a", "--mark", "q-id", "s0001", "--coder", "bo").code == 0
    talked.run("questions", "a", "--mark", "q-id", "s0001")  # once is enough
    assert marks(talked) == {("q-id", "s0001", "anna"), ("q-id", "s0001", "bo")}
    assert len(talked.files()["transcripts/a.anna.jsonl"].splitlines()) == 1
    assert talked.run("questions", "a", "--unmark", "q-id", "s0001").code == 0
    assert marks(talked) == {("q-id", "s0001", "bo")}
    refused = talked.run("questions", "a", "--unmark", "q-id", "s0001")
    assert refused.code == 1 and "anna has not marked q-id in s0001" in refused.err and "a mark of bo" in refused.err
    history = talked.run("history", "a").out
    assert "(taken back)" in history and "took back" in history


@pytest.mark.parametrize(("words", "told"), [
    (["--mark", "q-di", "s0001"], "did you mean q-id?"), (["--mark", "q-id", "s9"], "no segment with words 's9'"),
    (["--unmark", "q-id", "s0001"], "lists the marks"), (["--yes", "--mark", "q-id", "s0001"], "about one place"),
    (["w", "--mark", "q-id", "s0001"], "about one place"),
])  # fmt: skip
def test_what_cannot_be_done_is_told(talked: StudyHere, words: list[str], told: str) -> None:
    before = talked.files()
    ran = talked.run("questions", "a", *words)
    assert ran.code == 1 and told in ran.err and talked.files() == before


def test_a_mark_whose_words_were_lost_is_told_and_can_be_taken_back(talked: StudyHere) -> None:
    talked.run("questions", "a", "--mark", "q-annat", "s0004")
    talked.spoken("a", "S1: Hej.", "S2: Ett annat samtal helt och hållet.")
    ran = talked.run("questions", "a")
    assert "q-annat  marked by anna, its words were not found again" in ran.out
    assert talked.run("questions", "a", "--unmark", "q-annat", "s0004").code == 0 and not marks(talked)


def test_status_names_the_sources_in_which_nothing_is_marked_once_somebody_has_begun(talked: StudyHere) -> None:
    talked.sources(*(f"{id};{id};interview;Huddinge;;sv;;" for id in "ab"), "w;w;web page;Haninge;;sv;;")
    talked.spoken("b", "S1: Annat?", "S2: Nej, det var nog allt som jag ville säga.")
    assert "guide question" not in talked.run("status").out
    talked.run("questions", "b", "--mark", "q-annat", "s0002")
    assert "no guide question marked: a  (qualkit questions SOURCE)" in talked.run("status").out
    talked.spoken("b", "S1: Hej.")
    assert "guide questions whose words were not found again: b  (" in talked.run("status").out


def test_marks_of_a_question_that_the_codebook_lost_are_told_and_can_be_taken_back(talked: StudyHere) -> None:
    talked.act("a", mark(talked, "a", "q-old", 1))
    ran = talked.run("check")
    assert "'q-old' is marked as asked in 'a'" in ran.text and "--unmark q-old SEGMENT" in ran.text
    study = talked.open().study
    material, _ = read_material(talked.open().folder, study.sources)
    assert asked_in(study, material, states(study, material))["a"].questions is None  # not "only q-old was asked"
    assert talked.run("questions", "a", "--unmark", "q-old", "s0002").code == 0 and not marks(talked)


def test_an_undo_in_the_coding_screen_leaves_marks_alone(talked: StudyHere) -> None:
    talked.act("a", code(talked, "a", 2), mark(talked, "a", "q-id", 1))
    material, _ = read_material(talked.open().folder, talked.open().study.sources)
    assert [act.act for act in to_undo(material.acts["a"])] == ["code"]
