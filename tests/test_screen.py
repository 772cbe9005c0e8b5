"""The coding screen driven by keys: what a key does to the journal, and what it draws."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from rich.style import Style

from qualkit.coding.anchor import make_anchor
from qualkit.coding.fold import State, fold
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.coding import Anchor
from qualkit.model.study import Settings
from qualkit.model.transcript import Word
from qualkit.store.journals import read_journal
from qualkit.store.transcripts import read_words
from qualkit.tui import keys
from qualkit.tui.app import CodingApp
from qualkit.tui.asking import Write
from qualkit.tui.desk import Desk
from qualkit.tui.lines import Line
from qualkit.tui.screen import CodingScreen
from tests.conftest import StudyHere

LINES = (
    "M: Hur går det?",
    "S1: Jo, det är många som",
    "S1: vill ha BankID. Andra vill skriva ut.",
    "S1: Så är det.",
    "M: Och sedan?",
    "S2: Lösenord förstås.",
)
GOLDEN = Path(__file__).parent / "golden"
RENEW = bool(os.environ.get("QUALKIT_GOLDEN"))
Look = Callable[[CodingScreen], Any]


@pytest.fixture
def coded(study: StudyHere) -> StudyHere:
    """A study with two sources of a few words, and a second coder's coding."""
    study.sources("a;Ett samtal;interview;Huddinge;;;;", "b;En sida;web page;Haninge;;;;")
    study.participants("a;M;M1;moderator;", "a;S1;P1;participant;", "a;S2;P2;participant;")
    study.spoken("a", *LINES)
    study.document("b", "# Rubrik\n\nVi hjälper till med BankID. Kom på tisdag.\n\nVälkommen!\n")
    return study


def drive(
    study: StudyHere, *pressed: str, source: str = "a", size: tuple[int, int] = (80, 24), look: Look | None = None
) -> Any:
    """Open the screen, press keys, and give what `look` sees at the end."""

    async def go() -> Any:
        desk = Desk(study.open(), "anna")
        desk.open(desk.opened.study.source_by_id[source])
        app = CodingApp(desk)
        try:
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                screen = app.screen
                for key in pressed:
                    await (pilot.pause() if key == "..." else pilot.press(key))
                await pilot.pause()
                return look(screen) if look else None  # type: ignore[arg-type]
        finally:
            desk.close()

    return asyncio.run(go())


def typed(text: str) -> list[str]:
    """The keys of a text, as Pilot wants them."""
    return ["space" if sign == " " else sign for sign in text]


def journal(study: StudyHere, source: str = "a", coder: str = "anna") -> list[Act]:
    path = study.root / "transcripts" / f"{source}.{coder}.jsonl"
    return list(read_journal(path, path.name).acts)


def state(study: StudyHere, source: str = "a") -> State:
    return fold(source, journal(study, source))


def codings(study: StudyHere, source: str = "a") -> list[tuple[str, str, str]]:
    return [(c.anchor.quote, c.code, c.status) for c in state(study, source).codings.values()]


def of_study(study: StudyHere) -> State:
    """What holds in anna's journal of the codebook."""
    path = study.root / "codebooks" / "codebook.anna.jsonl"
    return fold("", read_journal(path, path.name).acts)


def notes(found: State) -> dict[str, str]:
    return {memo.about: memo.text for memo in found.memos.values()}


def quote(screen: CodingScreen) -> str:
    return screen.session.text.text(screen.session.selection.span)


def line(name: str) -> Look:
    return lambda screen: screen.query_one(f"#{name}", Line).text


def shown(screen: CodingScreen) -> str:
    """The screen as text, without colours."""
    app = screen.app
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(piece.text for piece in strip).rstrip() for strip in strips) + "\n"


# moving and choosing


@pytest.mark.parametrize(
    ("pressed", "wanted"),
    [
        (["j"], "Jo,"),
        (["down", "l", "right"], "är"),
        (["j", "l", "h", "left"], "det?"),
        (["j", ")"], "Andra"),
        (["j", ")", "("], "Jo,"),
        ([">"], "Jo,"),
        ([">", ">", "<"], "Jo,"),
        (["end"], "förstås."),
        (["end", "home"], "Hur"),
        (["end", "k"], "Och"),
        (["pagedown"], "Lösenord"),
        (["end", "pageup"], "Hur"),
        (["j", "shift+right", "shift+right"], "Jo, det är"),
        (["j", "shift+right", "shift+left"], "Jo,"),
        (["j", "shift+down", "shift+down"], "Jo, det är många som vill ha BankID. Andra vill skriva ut."),
        (["j", "ctrl+shift+right"], "Jo, det är många som vill ha BankID."),
        (["j", "ctrl+shift+down", "ctrl+shift+down", "ctrl+shift+up"], "Jo, det är många som vill ha BankID. "
         "Andra vill skriva ut. Så är det."),
        (["j", "v", "l", "j"], "Jo, det är många som"),
        (["j", "s"], "Jo, det är många som vill ha BankID."),
        (["j", "s", "o", "shift+right"], "det är många som vill ha BankID."),
        (["j", "s", "escape"], "BankID."),
        (["j", "shift+down", "shift+down", "shift+up"], "Jo, det är många som"),
        (["j", "ctrl+shift+right", "ctrl+shift+right", "ctrl+shift+left"], "Jo, det är många som vill ha BankID."),
        (["ctrl+down", "ctrl+right", "l", "ctrl+left", "ctrl+left", "ctrl+up"], "Hur"),
        (["ctrl+d", "ctrl+u"], "Hur"),
        (["j", "s", "s"], "Jo, det är många som vill ha BankID. Andra vill skriva ut."),
        (["j", "s", "s", "s"], "Jo, det är många som vill ha BankID. Andra vill skriva ut. Så är det."),
        (["slash", *typed("vill"), "enter", "f3", "shift+f3"], "vill"),
        (["slash", *typed("BANKID"), "enter"], "BankID."),
        (["slash", *typed("vill"), "enter", "f3"], "vill"),
        (["g"], "Jo,"),
    ],
)  # fmt: skip
def test_keys_move_and_choose(coded: StudyHere, pressed: list[str], wanted: str) -> None:
    assert drive(coded, *pressed, look=quote) == wanted


def test_suggestions_and_excerpts_are_jumped_to_and_chosen(coded: StudyHere) -> None:
    coded.run("apply", "a")
    assert drive(coded, "tab", look=quote) == "vill ha BankID."
    assert drive(coded, "shift+tab", look=quote) == "Lösenord förstås."
    assert drive(coded, "tab", "tab", "shift+tab", look=quote) == "vill ha BankID."
    drive(coded, "j", "j", "l", "c", *typed("losen"), "enter")
    assert drive(coded, "j", "j", "w", look=quote) == "vill ha BankID."
    assert drive(coded, "j", "j", "w", "w", look=quote) == "Jo, det är många som vill ha BankID."


def test_the_mouse_points_and_drags(coded: StudyHere) -> None:
    async def go() -> tuple[str, str]:
        desk = Desk(coded.open(), "anna")
        desk.open(desk.opened.study.source_by_id["a"])
        app = CodingApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            screen: Any = app.screen
            gutter = screen.view.layout_of_rows.columns.gutter
            await pilot.click(screen.view, offset=(gutter + 5, 2))
            pointed = quote(screen)
            await pilot.mouse_down(screen.view, offset=(gutter, 2))
            await pilot.hover(screen.view, offset=(gutter + 9, 2))
            screen.view.on_mouse_move  # noqa: B018 (Pilot moves without a button)
            await pilot.mouse_up(screen.view, offset=(gutter + 9, 2))
            await pilot.click(screen.view, offset=(gutter + 9, 2), shift=True)
            return pointed, quote(screen)

    pointed, dragged = asyncio.run(go())
    assert pointed == "det" and dragged == "Jo, det är"


# coding


def test_the_palette_finds_a_code_and_puts_it_on_the_sentence(coded: StudyHere) -> None:
    drive(coded, "j", "c", *typed("bank"), "enter")
    assert codings(coded) == [("Jo, det är många som\nvill ha BankID.", "id.bankid", "applied")]
    act = journal(coded)[0]
    assert (act.act, act.coder, act.origin) == ("code", "anna", "hand") and act.anchor and act.anchor.start == 4.0


def test_the_palette_takes_letters_without_their_dots_and_shows_the_definition(coded: StudyHere) -> None:
    def look(screen: CodingScreen) -> str:
        return shown(screen)

    picture = drive(coded, "j", "c", *typed("losen"), look=look)
    assert "Glömda lösenord." in picture and "> Lösenord" in picture
    drive(coded, "j", "c", *typed("losen"), "escape")
    assert codings(coded) == []


def test_the_mouse_chooses_in_the_palette(coded: StudyHere) -> None:
    async def go() -> None:
        desk = Desk(coded.open(), "anna")
        desk.open(desk.opened.study.source_by_id["a"])
        app = CodingApp(desk)
        try:
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.pause()
                await pilot.press("j", "s", "c")
                await pilot.pause()
                await pilot.click("#found", offset=(10, 3))  # the blank row between list and definition
                await pilot.click("#found", offset=(10, 2))
                await pilot.pause()
        finally:
            desk.close()

    asyncio.run(go())
    assert codings(coded) == [("Jo, det är många som\nvill ha BankID.", "ut.skriva", "applied")]


def test_a_choice_over_segments_is_coded_and_coded_again_with_one_key(coded: StudyHere) -> None:
    drive(coded, "j", "shift+down", "shift+down", "c", *typed("skriva"), "enter", "escape", "end", "s", "full_stop")
    assert codings(coded) == [
        ("Jo, det är många som\nvill ha BankID. Andra vill skriva ut.", "ut.skriva", "applied"),
        ("Lösenord förstås.", "ut.skriva", "applied"),
    ]


def test_a_code_that_was_taken_back_is_not_put_on_again(coded: StudyHere) -> None:
    here = ["c", *typed("skriva"), "enter", "escape"]
    drive(coded, "j", "s", "c", *typed("bank"), "enter", "escape", "end", *here, "u", "full_stop")
    assert [code for _, code, _ in codings(coded)] == ["id.bankid", "id.bankid"]
    assert "no code was used" in drive(coded, "u", "u", "full_stop", look=line("below"))
    assert "no code of yours" in drive(coded, "x", look=line("below")) and codings(coded) == []


def test_a_suggestion_that_was_accepted_counts_as_the_last_code(coded: StudyHere) -> None:
    coded.run("apply", "a")
    drive(coded, "tab", "y", "escape", "home", "full_stop")
    assert ("Hur går det?", "id.bankid", "applied") in codings(coded)


def test_several_codes_on_one_excerpt_and_one_taken_away(coded: StudyHere) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter", "c", *typed("skriva"), "enter")
    assert [code for _, code, _ in codings(coded)] == ["id.bankid", "ut.skriva"]
    drive(coded, "j", "x", *typed("skriva"), "enter")
    assert [code for _, code, _ in codings(coded)] == ["id.bankid"]
    drive(coded, "j", "x")
    assert codings(coded) == [] and journal(coded)[-1].act == "remove"


def test_a_capital_letter_puts_its_code_on(coded: StudyHere) -> None:
    path = coded.root / "codebooks" / "codebook.yaml"
    path.write_text(
        path.read_text("utf-8").replace("kind: need\n        definition: Få", "shortcut: å\n        definition: Få"),
        "utf-8",
    )
    drive(coded, "j", "Å")
    assert [code for _, code, _ in codings(coded)] == ["ut.skriva"]


def test_a_retired_code_gets_no_new_codings(coded: StudyHere) -> None:
    path = coded.root / "codebooks" / "codebook.yaml"
    drive(coded, "j", "s", "c", *typed("skriva"), "enter")
    retired = "kind: need\n        retired: 2026-03-01\n        shortcut: q\n        definition: Få"
    path.write_text(path.read_text("utf-8").replace("kind: need\n        definition: Få", retired), "utf-8")
    for pressed in (["Q"], ["."], ["i", *["backspace"] * 40, *typed("Skriva ut"), "enter"]):
        assert "retired" in drive(coded, "end", *pressed, look=line("below"))
    assert len(codings(coded)) == 1


def test_ends_of_an_excerpt_are_moved(coded: StudyHere) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter", "escape", "home")
    drive(coded, "j", "w", "shift+left", "equals_sign")
    assert codings(coded) == [("Jo, det är många som\nvill ha", "id.bankid", "applied")]
    drive(coded, "j", "w", "o", "shift+right", "equals_sign")
    assert codings(coded) == [("det är många som\nvill ha", "id.bankid", "applied")]
    assert journal(coded)[-1].act == "place"


def test_suggestions_are_answered_in_a_row(coded: StudyHere) -> None:
    coded.run("apply", "a")
    assert [status for *_, status in codings(coded)] == ["suggested"] * 2 or len(codings(coded)) >= 2
    before = len(codings(coded))
    drive(coded, "tab", "y", "n")
    found = [status for *_, status in codings(coded)]
    assert found[:2] == ["applied", "rejected"] and len(found) == before
    assert [act.act for act in journal(coded)[-2:]] == ["accept", "reject"]


def holds(study: StudyHere) -> dict[str, Any]:
    """All that acts can change, as it is on the disk."""
    found = state(study)
    return {
        "codings": sorted(codings(study)),
        "notes": {"".join(about.split(":")[:1]): text for about, text in notes(found).items()},
        "of the study": notes(of_study(study)),
        "finished": found.finished,
        "text": lines_of(study),
        "words": {id: said for id, said in read_words(study.root / "transcripts" / "a.words.jsonl").items() if said},
    }


def after_each(study: StudyHere, *steps: Sequence[str]) -> list[dict[str, Any]]:
    """Press the keys of each step on one screen, and give what holds after each."""

    async def go() -> list[dict[str, Any]]:
        desk = Desk(study.open(), "anna")
        desk.open(desk.opened.study.source_by_id["a"])
        app, found = CodingApp(desk), []
        try:
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.pause()
                for step in steps:
                    for key in step:
                        await (pilot.pause() if key == "..." else pilot.press(key))
                    await pilot.pause()
                    found.append(holds(study))
        finally:
            desk.close()
        return found

    return asyncio.run(go())


BANKID = ["home", "j", "s", "c", *typed("bank"), "enter", "escape"]
NOTE = ["enter", "...", *typed("hej"), "escape"]
ACTS: dict[str, tuple[list[str], list[str], str, Callable[[Any], object]]] = {
    # what it is: (keys before, its keys, what it changes, what holds of that then)
    "code": ([], BANKID, "codings", lambda now: [code for _, code, _ in now] == ["id.bankid"]),
    "a shortcut": ([], ["home", "j", "Å"], "codings", lambda now: [code for _, code, _ in now] == ["ut.skriva"]),
    "the last code again": (BANKID, ["end", "full_stop"], "codings",
                            lambda now: ("Lösenord förstås.", "id.bankid", "applied") in now),
    "a second code": (BANKID, ["c", *typed("losen"), "enter"], "codings", lambda now: len(now) == 2),
    "a new code": ([], ["end", "i", "enter", "enter", "enter"], "codings",
                   lambda now: [words for words, *_ in now] == ["Lösenord förstås."]),
    "take away": (BANKID, ["x"], "codings", lambda now: now == []),
    "ends": (BANKID, ["w", "shift+left", "equals_sign"], "codings", lambda now: now[0][0].endswith("vill ha")),
    "ends of two": ([*BANKID, "w", "c", *typed("losen"), "enter"], ["w", "shift+left", "equals_sign"], "codings",
                    lambda now: {words for words, *_ in now} == {"Jo, det är många som\nvill ha"}),
    "accept": (["tab"], ["y"], "codings", lambda now: [status for *_, status in now].count("applied") == 1),
    "reject": (["tab"], ["n"], "codings", lambda now: [status for *_, status in now].count("rejected") == 1),
    "reject by taking away": (["tab"], ["x"], "codings", lambda now: "rejected" in [status for *_, status in now]),
    "a note on an excerpt": (BANKID, ["m", *typed("excerpt"), *NOTE], "notes", lambda now: now == {"coding": "hej"}),
    "a note on a segment": ([], ["m", *typed("segment"), *NOTE], "notes", lambda now: now == {"segment": "hej"}),
    "a note on the source": ([], ["m", *typed("source"), *NOTE], "notes", lambda now: now == {"source": "hej"}),
    "a note goes": (["m", *typed("source"), *NOTE],
                    ["m", *typed("source"), "enter", "...", *["backspace"] * 3, "escape"],
                    "notes", lambda now: now == {}),
    "a note on a code": ([], ["m", *typed("code BankID"), *NOTE], "of the study",
                         lambda now: now == {"code:id.bankid": "hej"}),
    "a note on the study": ([], ["m", *typed("study"), *NOTE], "of the study", lambda now: now == {"study": "hej"}),
    "correct": ([], ["home", "j", "e", "home", *typed("och "), "enter"], "text",
                lambda now: now[1] == ("S1", "och Jo, det är många som")),
    "split": ([], ["home", "j", "j", ")", "minus"], "text", lambda now: now[3] == ("S1", "Andra vill skriva ut.")),
    "join": ([], ["home", "j", "plus"], "text", lambda now: now[1][1].startswith("Jo, det är många som vill ha")),
    "speaker": ([], ["home", "j", "p", "backspace", "backspace", *typed("S9"), "enter"], "text",
                lambda now: now[1] == ("S9", "Jo, det är många som")),
    "words and their times": ([], ["home", "j", "j", "e", "home", *typed("och "), "enter"], "words",
                              lambda now: [word.text.strip() for word in now["s0003"]][:2] == ["och", "vill"]),
    "finish": ([], ["exclamation_mark"], "finished", lambda now: now == {"anna"}),
    "open again": (["exclamation_mark"], ["exclamation_mark"], "finished", lambda now: now == set()),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_every_act_changes_what_it_says_and_is_taken_back_and_done_again(coded: StudyHere, name: str) -> None:
    before, pressed, what, fits = ACTS[name]
    said = ["vill", " ha", " BankID.", " Andra", " vill", " skriva", " ut."]
    words = [[word, 6 + n / 8, 6.125 + n / 8, 0.9] for n, word in enumerate(said)]
    coded.write("transcripts/a.words.jsonl", json.dumps({"segment": "s0003", "words": words}) + "\n")
    path = coded.root / "codebooks" / "codebook.yaml"
    path.write_text(path.read_text("utf-8").replace("definition: Få", "shortcut: å\n        definition: Få"), "utf-8")
    if before[:1] == ["tab"]:
        coded.run("apply", "a")
    was, done, undone, redone = after_each(coded, before, pressed, ["u"], ["r"])
    assert fits(done[what]) and not fits(was[what])
    assert undone == was and redone == done
    assert coded.run("check").code == 0


def test_undo_and_redo_over_a_restart(coded: StudyHere) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter", "end", "s", "c", *typed("losen"), "enter")
    drive(coded, "u")
    assert [code for _, code, _ in codings(coded)] == ["id.bankid"]
    drive(coded, "ctrl+z")
    assert codings(coded) == []
    drive(coded, "r", "ctrl+y")
    assert [code for _, code, _ in codings(coded)] == ["id.bankid", "id.losen"]
    assert drive(coded, "u", "u", "u", look=line("below")) == "nothing to undo"


def test_a_code_named_from_the_words_is_written_into_the_codebook(coded: StudyHere) -> None:
    path = coded.root / "codebooks" / "codebook.yaml"
    path.write_text("# vår kodbok\n" + path.read_text("utf-8"), "utf-8")
    drive(coded, "end", "s", "i", "enter", *typed("utskr"), "enter", "enter")
    code = next(one for one in coded.open().study.codebook.codes.values() if one.name == "Lösenord förstås")
    assert code.theme == "ut" and "Lösenord förstås." in code.definition
    assert codings(coded) == [("Lösenord förstås.", code.id, "applied")]
    assert path.read_text("utf-8").startswith("# vår kodbok\n") and coded.run("check").code == 0


def test_a_code_that_was_typed_and_is_not_there_may_be_made(coded: StudyHere) -> None:
    drive(coded, "end", "c", *typed("Qwerty"), "enter", *typed("identitet"), "enter", "enter")
    code = next(one for one in coded.open().study.codebook.codes.values() if one.name == "Qwerty")
    assert code.theme == "id" and [found for _, found, _ in codings(coded)] == [code.id]
    before = (coded.root / "codebooks" / "codebook.yaml").read_bytes()
    drive(coded, "end", "c", *typed("Zzz"), "enter", "escape")
    assert (coded.root / "codebooks" / "codebook.yaml").read_bytes() == before


# notes, finishing, sources


def test_notes_are_written_on_everything_and_changed(coded: StudyHere) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter")
    for what in ("excerpt", "segment", "source", "the code", "study"):
        drive(coded, "j", "m", *typed(what), "enter", "...", *typed("hej"), "escape")
    coding = next(iter(state(coded).codings))
    assert notes(state(coded)) == {f"coding:{coding}": "hej", "segment:s0002": "hej", "source": "hej"}
    assert notes(of_study(coded)) == {"code:id.bankid": "hej", "study": "hej"}
    drive(coded, "j", "m", *typed("source"), "enter", "...", *typed(" igen"), "escape")
    assert notes(state(coded))["source"] == "hej igen"
    drive(coded, "u")
    assert notes(state(coded))["source"] == "hej"
    drive(coded, "r")
    assert notes(state(coded))["source"] == "hej igen"


def test_notes_on_codes_and_the_study_are_read_and_taken_back_from_any_source(coded: StudyHere) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter", "m", *typed("study"), "enter", "...", *typed("ett"), "escape")
    seen = ["m", *typed("study"), "enter", "..."]
    drive(coded, *seen, *typed(" två"), "escape", source="b")
    assert notes(of_study(coded)) == {"study": "ett två"} and journal(coded, "b") == []
    assert "ett två" in drive(coded, *seen, look=shown)
    assert drive(coded, "u", look=line("below")) == "taken back: a note on the whole study"
    assert notes(of_study(coded)) == {"study": "ett"} and len(codings(coded)) == 1
    drive(coded, "u", "r", "r", source="b")
    assert notes(of_study(coded)) == {"study": "ett två"}
    drive(coded, "u", "u", "u")
    assert notes(of_study(coded)) == {} and codings(coded) == []
    assert coded.run("check").code == 0 and "hej" not in coded.run("history").out


def test_notes_on_the_study_that_stand_in_a_journal_of_a_source_are_still_read(coded: StudyHere) -> None:
    coded.act("a", Act("", "", "anna", "memo", about="study", text="gammalt"), coder="anna")
    seen = ["m", *typed("study"), "enter", "..."]
    assert "gammalt" in drive(coded, *seen, look=shown)
    drive(coded, *seen, *typed(" nytt"), "escape")
    assert notes(of_study(coded)) == {"study": "gammalt nytt"}
    drive(coded, "u", "u")
    assert notes(of_study(coded)) == notes(state(coded)) == {}
    drive(coded, "r")
    assert notes(state(coded)) == {"study": "gammalt"}


def test_two_screens_of_one_coder_write_notes_on_the_study_one_after_the_other(coded: StudyHere) -> None:
    def look(screen: CodingScreen) -> str:
        other = Desk(coded.open(), "anna")
        other.open(other.opened.study.source_by_id["b"])
        other.do(other.session.memo("code:id.losen", "annorstädes"))
        other.close()
        screen.do(lambda: screen.session.memo("study", "här"))
        return ", ".join(memo.text for memo in screen.session.state.memos.values())

    assert drive(coded, look=look) == "annorstädes, här"


def test_no_window_is_closed_by_leaving(coded: StudyHere) -> None:
    drive(coded, "m", *typed("source"), "enter", "...", *typed("hej"), "ctrl+q", "escape", "...", "ctrl+q")
    assert [memo.text for memo in state(coded).memos.values()] == ["hej"]


def test_a_note_that_was_being_typed_is_offered_after_a_kill(coded: StudyHere) -> None:
    def typing(text: str) -> list[str]:
        return ["m", *typed("source"), "enter", "...", *typed(text)]

    hidden = coded.root / ".qualkit" / "coding"
    drive(coded, *typing("halvt"), look=lambda screen: screen.app.screen._tell_typed())
    assert notes(state(coded)) == {} and [path.name for path in hidden.glob("*.drafts.json")] == ["a.anna.drafts.json"]
    assert drive(coded, look=line("below")) == "the note on this source was not finished: m goes on with it"
    picture = drive(coded, "m", look=shown)
    assert "> this source" in picture and "was being written" in picture
    assert "not finished" not in drive(coded, look=line("below"), source="b")
    drive(coded, *typing("och helt"), "escape")
    assert notes(state(coded)) == {"source": "halvtoch helt"} and not list(hidden.glob("*.drafts.json"))
    assert drive(coded, look=line("below")) == ""


def test_a_moment_that_ends_after_the_note_was_kept_makes_no_draft(
    coded: StudyHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Write] = []
    dismiss = Write.dismiss

    def dismissed(window: Write, text: str | None = None) -> object:
        closed.append(window)
        return dismiss(window, text)

    monkeypatch.setattr(Write, "dismiss", dismissed)
    keys = ["m", *typed("source"), "enter", "...", *typed("hej"), "escape"]
    drive(coded, *keys, look=lambda _: closed[0]._tell_typed())
    assert notes(state(coded)) == {"source": "hej"} and not list((coded.root / ".qualkit").rglob("*.drafts.json"))


def test_a_note_that_cannot_be_written_is_not_lost(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise QualkitError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Desk, "do", full)
        drive(coded, "m", *typed("source"), "enter", "...", *typed("hej"), "escape")
    assert "not finished" in drive(coded, look=line("below")) and notes(state(coded)) == {}


def test_notes_of_others_are_not_marked_unless_asked_for(coded: StudyHere) -> None:
    coded.act("a", Act("", "", "bo", "memo", about="segment:s0001", text="hemligt"), coder="bo")
    assert " * Hur" not in drive(coded, look=shown)
    assert " * Hur" in drive(coded, "a", look=shown)


def test_a_source_is_finished_and_opened_again(coded: StudyHere) -> None:
    assert "finished" in drive(coded, "exclamation_mark", look=line("above"))
    assert state(coded).finished == {"anna"}
    drive(coded, "exclamation_mark")
    assert state(coded).finished == set()
    drive(coded, "u")
    assert state(coded).finished == {"anna"}


def test_the_next_source_is_opened_and_the_place_is_remembered(coded: StudyHere) -> None:
    drive(coded, "j", "l", "ctrl+n", "j", "s", "c", *typed("bank"), "enter", "q")
    assert codings(coded, "b") == [("Vi hjälper till med BankID.", "id.bankid", "applied")]
    desk = Desk(coded.open(), "anna")
    assert desk.where_left().id == "b"
    assert drive(coded, look=quote) == "det"
    assert drive(coded, "t", *typed("sida"), "enter", look=line("above")).startswith("b")
    assert drive(coded, "ctrl+p", look=line("above"), source="b").startswith("a")
    assert "coded 1/2" in drive(coded, look=line("above"), source="b")


def test_another_coder_is_seen_only_when_asked_for(coded: StudyHere) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter")
    (coded.root / "transcripts" / "a.anna.jsonl").rename(coded.root / "transcripts" / "a.bo.jsonl")
    text = (coded.root / "transcripts" / "a.bo.jsonl").read_text("utf-8").replace('"anna"', '"bo"')
    (coded.root / "transcripts" / "a.bo.jsonl").write_text(text, "utf-8")
    assert "BankID" not in drive(coded, "j", look=line("below"))
    picture = drive(coded, "a", look=shown)
    assert "bo: BankID" in picture and "others shown" in picture
    assert "nobody decides" not in drive(coded, "a", "j", "x", look=line("below"))
    assert journal(coded) == []


def test_a_second_screen_is_told_and_writes_nothing(coded: StudyHere) -> None:
    first = Desk(coded.open(), "anna")
    first.open(first.opened.study.source_by_id["a"])
    assert "read-only" in drive(coded, look=line("above"))
    assert "read-only" in drive(coded, "j", "c", *typed("bank"), "enter", look=line("below"))
    first.close()
    assert journal(coded) == []


# correcting the text


def lines_of(study: StudyHere, source: str = "a") -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in study.transcript(source).segments]


def test_words_are_corrected_and_the_coding_stays_on_its_words(coded: StudyHere) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter")
    before = (coded.root / "transcripts" / "a.vtt").read_bytes()
    drive(coded, "j", "j", "e", "home", *typed("och "), "enter")
    assert lines_of(coded)[2] == ("S1", "och vill ha BankID. Andra vill skriva ut.")
    assert codings(coded) == [("Jo, det är många som\noch vill ha BankID.", "id.bankid", "applied")]
    assert "not found" not in drive(coded, look=line("above"))
    drive(coded, "u")
    assert (coded.root / "transcripts" / "a.vtt").read_bytes() == before
    assert codings(coded) == [("Jo, det är många som\nvill ha BankID.", "id.bankid", "applied")]
    drive(coded, "r")
    assert lines_of(coded)[2][1].startswith("och vill") and codings(coded)[0][0].endswith("och vill ha BankID.")


def test_segments_are_split_and_joined_and_get_another_speaker(coded: StudyHere) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter")
    drive(coded, "j", "j", ")", "minus")
    assert [text for _, text in lines_of(coded)][2:4] == ["vill ha BankID.", "Andra vill skriva ut."]
    drive(coded, "j", "j", "j", "p", "backspace", "backspace", *typed("S9"), "enter")
    assert lines_of(coded)[3] == ("S9", "Andra vill skriva ut.")
    drive(coded, "j", "plus")
    assert lines_of(coded)[1][1] == "Jo, det är många som vill ha BankID."
    assert codings(coded) == [("Jo, det är många som vill ha BankID.", "id.bankid", "applied")]
    drive(coded, "u", "u", "u")
    assert [f"{who}: {text}" for who, text in lines_of(coded)] == list(LINES)
    assert codings(coded)[0][0] == "Jo, det är många som\nvill ha BankID."


def test_paragraphs_are_corrected_too_and_later_codings_follow(coded: StudyHere) -> None:
    drive(coded, "end", "c", *typed("skriva"), "enter", source="b")
    before = (coded.root / "transcripts" / "b.md").read_bytes()
    drive(coded, "home", "j", ")", "minus", source="b")
    assert [text for _, text in lines_of(coded, "b")][1:3] == ["Vi hjälper till med BankID.", "Kom på tisdag."]
    assert next(iter(state(coded, "b").codings.values())).anchor.first == "p4"
    drive(coded, "u", source="b")
    assert (coded.root / "transcripts" / "b.md").read_bytes() == before
    assert next(iter(state(coded, "b").codings.values())).anchor.first == "p3"


def test_a_document_gets_no_speaker_and_undo_is_not_in_its_way(coded: StudyHere) -> None:
    before = (coded.root / "transcripts" / "b.md").read_bytes()
    look = line("below")
    assert "cannot hold" in drive(coded, "j", "p", *typed("Kim"), "enter", source="b", look=look)
    assert (coded.root / "transcripts" / "b.md").read_bytes() == before and journal(coded, "b") == []


def test_a_text_that_another_program_changed_is_not_written_over(coded: StudyHere) -> None:
    path = coded.root / "transcripts" / "a.vtt"

    def look(screen: CodingScreen) -> str:
        path.write_text(path.read_text("utf-8").replace("Och sedan?", "Och nu?"), "utf-8")
        screen.action_join()
        return line("below")(screen)

    assert "another program changed" in drive(coded, "j", look=look)
    assert "Och nu?" in path.read_text("utf-8") and journal(coded) == []


def test_a_correction_that_cannot_go_back_is_passed_over(coded: StudyHere) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter", "escape", "end", "e", "end", *typed(" Ja."), "enter")
    path = coded.root / "transcripts" / "a.vtt"
    path.write_text(path.read_text("utf-8").replace("förstås. Ja.", "förstås, ja."), "utf-8")
    said = drive(coded, "u", look=line("below"))
    assert "passed over" in said and "changed since" in said and "undo again" in said
    assert len(codings(coded)) == 1 and "förstås, ja." in path.read_text("utf-8")
    assert drive(coded, "u", "u", look=line("below")) == "taken back: the code BankID"
    assert codings(coded) == [] and "förstås, ja." in path.read_text("utf-8")
    assert drive(coded, "r", look=line("below")) == "done again: the code BankID"


def test_words_behind_the_text_follow_its_correction(coded: StudyHere) -> None:
    said = ["vill", " ha", " BankID.", " Andra", " vill", " skriva", " ut."]
    words = [[word, 6 + n / 8, 6.125 + n / 8, 0.9] for n, word in enumerate(said)]
    path = coded.write(
        "transcripts/a.words.jsonl",
        json.dumps({"segment": "s0003", "words": words, "doubts": [["loop", 6.0, 7.0, ""]]}) + "\n",
    )
    assert "same words again" in drive(coded, "d", look=line("below"))
    drive(coded, "j", "j", "e", "home", *typed("och "), "enter")
    found = read_words(path)["s0003"]
    assert [word.text.strip() for word in found][:3] == ["och", "vill", "ha"] and found[1].start == 6.0
    assert "nothing doubtful" in drive(coded, "d", look=line("below"))
    drive(coded, "u")
    assert read_words(path)["s0003"] == tuple(Word(*word) for word in words)
    assert "same words again" in drive(coded, "d", look=line("below"))
    drive(coded, "r")
    assert "nothing doubtful" in drive(coded, "d", look=line("below"))
    drive(coded, "u", "j", "j", "j", "minus", "...", "u")
    assert "same words again" in drive(coded, "d", look=line("below"))


def test_another_speaker_leaves_what_may_be_misheard(coded: StudyHere) -> None:
    words = [[" Så", 8.0, 8.2, 0.9], [" är", 8.2, 8.4, 0.9], [" det.", 8.4, 8.6, 0.9]]
    known = {"segment": "s0004", "words": words, "doubts": [["loop", 8.0, 9.0, ""]]}
    coded.write("transcripts/a.words.jsonl", json.dumps(known) + "\n")
    drive(coded, "d", "p", *["backspace"] * 4, *typed("S2"), "enter")
    assert lines_of(coded)[3] == ("S2", "Så är det.")
    assert "same words again" in drive(coded, "d", look=line("below"))


# the keys


def test_the_table_of_keys_has_no_double_and_nothing_that_nordic_keyboards_lack() -> None:
    pressed = [key for row in keys.KEYS for key in row.keys.split(",")]
    assert len(pressed) == len(set(pressed)) and len({row.id for row in keys.KEYS}) == len(keys.KEYS)
    assert not set("[]{}@|~\\$£€^`´¨") & set(pressed)
    assert not {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j"} & set(pressed)
    assert not [key for key in pressed if len(key) == 1 and key.isupper()]


def test_every_key_of_the_table_has_its_act(coded: StudyHere) -> None:
    for row in keys.KEYS:
        assert hasattr(CodingScreen, f"action_{row.act.partition('(')[0]}"), row


def test_keys_can_be_moved_in_the_settings(coded: StudyHere) -> None:
    coded.write("qualkit.yaml", 'codebook: codebooks/codebook.yaml\ncoder: anna\nkeys:\n  undo: "ctrl+k"\n')
    drive(coded, "j", "s", "c", *typed("bank"), "enter", "u")
    assert len(codings(coded)) == 1
    drive(coded, "ctrl+k")
    assert codings(coded) == []


def test_keys_that_cannot_be_moved_so_are_problems() -> None:
    found = keys.problems({"undo": "c", "nothing": "x"}, "qualkit.yaml")
    assert ["'nothing'" in problem.message for problem in found] == [True, False]
    assert "'code' and 'undo'" in found[1].message
    assert keys.problems(Settings().keys, "qualkit.yaml") == []


def test_the_help_lists_every_key(coded: StudyHere) -> None:
    picture = drive(coded, "question_mark", size=(120, 100), look=shown)
    assert all(row.what[:60] in picture for row in keys.KEYS)


# drawing


@pytest.mark.parametrize("size", [(20, 6), (40, 10), (80, 24), (200, 60)])
@pytest.mark.parametrize("source", ["a", "b"])
def test_any_size_draws_and_moves(coded: StudyHere, size: tuple[int, int], source: str) -> None:
    drive(coded, "j", "s", "c", *typed("bank"), "enter", "end", "home", "j", source=source, size=size)
    assert len(codings(coded, source)) == 1


def test_signs_that_a_terminal_obeys_are_not_drawn(coded: StudyHere) -> None:
    coded.document("b", "ett \x1b[31mtvå\ttre\x07\n")
    picture = drive(coded, source="b", look=shown)
    assert "ett  [31mtvå tre" in picture and not {"\x1b", "\x07", "\t"} & set(picture)


TURNED = "a\u202eb\u2066c\u200fd"


def test_signs_that_turn_letters_round_are_not_drawn_anywhere(coded: StudyHere) -> None:
    coded.document("b", f"ett {TURNED} två\n")
    path = coded.root / "codebooks" / "codebook.yaml"
    path.write_text(path.read_text("utf-8").replace("Skaffa BankID.", f"Skaffa {TURNED}."), "utf-8")
    for pressed in ([], ["c"], ["l", "i"], ["e"]):
        picture = drive(coded, *pressed, source="b", look=shown)
        assert "ett abcd två" in picture and not set("\u202e\u2066\u200f") & set(picture)
    assert "Skaffa abcd." in drive(coded, "c", source="b", look=shown)
    assert TURNED in coded.transcript("b").segments[0].text
    drive(coded, "s", "i", "enter", "enter", "enter", source="b")
    assert "Ett abcd två" in {code.name for code in coded.open().study.codebook.codes.values()}


def test_a_move_that_does_not_scroll_draws_few_rows(coded: StudyHere) -> None:
    coded.spoken("a", *(f"S{n % 3}: ord nummer {n} i samtalet, och några till." for n in range(400)))

    def count(pressed: Sequence[str]) -> int:
        async def go() -> int:
            desk = Desk(coded.open(), "anna")
            desk.open(desk.opened.study.source_by_id["a"])
            app = CodingApp(desk)
            async with app.run_test(size=(120, 40)) as pilot:
                await pilot.pause()
                view = app.screen.view  # type: ignore[attr-defined]
                drawn: set[int] = set()
                original = view.render_line
                view.render_line = lambda y: (drawn.add(y), original(y))[1]
                await pilot.press(*pressed)
                await pilot.pause()
                return len(drawn)

        return asyncio.run(go())

    for key in ("j", "l", "shift+right", ")"):
        assert 1 <= count([key]) <= 8, key


def test_a_crash_says_nothing_of_the_interview(coded: StudyHere, capfd: pytest.CaptureFixture[str]) -> None:
    from qualkit.cli import output

    async def go() -> Exception | None:
        desk = Desk(coded.open(), "anna")
        desk.open(desk.opened.study.source_by_id["a"])
        app = CodingApp(desk)

        def broken(*_: object) -> None:
            words = desk.session.text.segments[2].text
            raise ValueError(words)

        try:
            async with app.run_test() as pilot:
                app.screen.action_grow = broken  # type: ignore[attr-defined]
                await pilot.press("s")
        except ValueError:
            pass
        app._print_error_renderables()
        return app._exception

    error = asyncio.run(go())
    assert isinstance(error, ValueError)
    output.crashed(error)
    said = capfd.readouterr()
    assert "BankID" not in said.out + said.err and "mistake in qualkit" in said.err


LONG = "Att skaffa, förnya eller flytta BankID, också åt någon annan som har bett om det. " * 12 + "Slut."


def test_a_long_definition_leaves_room_for_the_list_and_says_where_it_was_cut(coded: StudyHere) -> None:
    path = coded.root / "codebooks" / "codebook.yaml"
    path.write_text(path.read_text("utf-8").replace("Skaffa BankID.", LONG), "utf-8")
    small = drive(coded, "j", "c", look=shown)
    assert all(text in small for text in ("─ code ─", "Jo, det är", "> BankID", "Skriva ut", "definition: Att", "…  "))
    assert "Slut." not in small and "Slut." in drive(coded, "j", "c", size=(80, 30), look=shown)


def test_a_message_that_is_too_long_for_its_row_goes_on_below_it(coded: StudyHere) -> None:
    picture = drive(coded, "j", "p", *typed("Kim"), "enter", source="b", look=shown).splitlines()
    assert picture[-2].endswith("a document has") and picture[-1] == " no speakers, and a heading is one line"
    assert "? help" in drive(coded, "j", "p", *typed("Kim"), "enter", "k", source="b", look=shown).splitlines()[-1]


def test_the_footer_of_a_small_screen_says_how_to_leave(coded: StudyHere) -> None:
    last = drive(coded, look=shown).splitlines()[-1]
    assert all(told in last for told in ("? help", "c code", "y accept", "u undo", "m note", "q quit"))


# pictures: text files that a person has looked at; QUALKIT_GOLDEN=1 writes them anew


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_screen_looks_as_it_did(coded: StudyHere, size: tuple[int, int]) -> None:
    long = "S1: Många kommer in med en lapp i handen och vet inte vad de ska göra. Då sätter vi oss ner tillsammans, "
    long += "tittar på skärmen och tar en sak i taget, men lösenordet har de ofta glömt hemma."
    coded.spoken("a", *LINES[:4], long, *LINES[4:])
    coded.run("apply", "a")
    drive(coded, "end", "s", "c", *typed("skriva"), "enter", "m", *typed("segment"), "enter", "...", "x", "escape")
    picture = drive(coded, "home", "tab", "y", "escape", "j", "l", "shift+right", size=size, look=shown)
    picture += drive(coded, "home", "j", "s", "c", *typed("los"), size=size, look=shown)
    path = GOLDEN / f"screen-{size[0]}x{size[1]}.txt"
    if RENEW:
        path.parent.mkdir(exist_ok=True)
        path.write_text(picture, encoding="utf-8", newline="\n")
    assert path.read_text("utf-8") == picture


def drawn_so(fits: Callable[[Style], object]) -> Look:
    """The stretches of the transcript drawn in such a style."""

    def look(screen: CodingScreen) -> list[str]:
        view = screen.view
        found = []
        for y in range(view.size.height):
            pieces = [(bool(piece.style and fits(piece.style)), piece.text) for piece in view.render_line(y)][4:-4]
            found += ["".join(text for _, text in those) for so, those in groupby(pieces, itemgetter(0)) if so]
        return found

    return look


def test_without_colour_the_words_of_each_excerpt_can_be_told(
    coded: StudyHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded.document("b", "# Rubrik\n\nett två tre fyra fem sex sju\n")
    coded.act("b", Act("", "", "anna", "suggest", code="ut.skriva", anchor=anchor_of(coded, "sex")), coder="anna")
    words = ["home", "j", "l", "v", "l", "l", "c", *typed("bank"), "enter", "escape"]  # två tre fyra
    more = ["home", "j", "l", "l", "v", "l", "l", "c", *typed("losen"), "enter", "escape", "home"]  # tre fyra fem
    drive(coded, *words, *more, source="b")
    bold_lines = drawn_so(lambda style: style.underline and style.bold)
    assert "två tre fyra fem" not in drive(coded, source="b", look=bold_lines)  # colours say it
    monkeypatch.setenv("NO_COLOR", "1")
    assert drive(coded, source="b", look=bold_lines) == ["två", "tre fyra", "fem"]
    assert drive(coded, source="b", look=drawn_so(lambda style: style.underline and not style.bold)) == ["sex"]
    assert drive(coded, "j", "w", source="b", look=drawn_so(lambda style: style.reverse)) == ["ett"]
    assert drive(coded, "j", "l", "w", source="b", look=drawn_so(lambda style: style.reverse)) == ["två tre fyra"]


def anchor_of(study: StudyHere, words: str) -> Anchor:
    transcript = study.transcript("b")
    at = next(n for n, one in enumerate(transcript.segments) if words in one.text)
    start = transcript.segments[at].text.index(words)
    return make_anchor(transcript, at, start, at, start + len(words))


@pytest.mark.parametrize("light", [True, False])
def test_nothing_is_told_by_colour_alone(coded: StudyHere, monkeypatch: pytest.MonkeyPatch, light: bool) -> None:
    """Without colours the same letters and signs stand on the screen, light or dark."""
    coded.run("apply", "a")
    drive(coded, "tab", "y", *(["f2"] if light else []), "q")
    with_colours = drive(coded, "home", look=shown)
    monkeypatch.setenv("NO_COLOR", "1")
    assert drive(coded, "home", look=shown) == with_colours
    rows = {row.split()[-1]: row for row in with_colours.splitlines() if "BankID" in row or "Lösenord" in row}
    assert any("╺" in row for row in rows.values()) and "╶" in rows["?Lösenord"]
