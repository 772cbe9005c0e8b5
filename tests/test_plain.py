"""`qualkit code --plain`: every act of the screen line by line, by a person or from a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

import pytest
from typer.testing import CliRunner

from qualkit.cli import output
from qualkit.cli.main import app
from qualkit.cli.plain.commands import BY_WORD, COMMANDS, NOT_HERE
from qualkit.cli.plain.words import named
from qualkit.coding.text import Text
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.tui import keys, playing
from tests.conftest import Ran, StudyHere
from tests.test_screen import GOLDEN, RENEW, coded, codings, journal, lines_of, state  # noqa: F401 (a fixture)

LONG = "Jo, det är många som vill ha BankID."


def script(study: StudyHere, *lines: str | bytes, source: str = "a", options: tuple[str, ...] = ()) -> Ran:
    """Lines from a file."""
    sent = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n"
    words = ["--study", str(study.root), "code", source, "--plain", *options]
    result = CliRunner().invoke(app, words, input=sent, prog_name="qualkit")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def plain(study: StudyHere, *lines: str, source: str = "a") -> str:
    """Lines from a file that can all be done; gives what is told."""
    ran = script(study, *lines, source=source)
    assert ran.code == 0, ran.text
    return ran.out


def typed(study: StudyHere, monkeypatch: pytest.MonkeyPatch, *lines: str, source: str = "a") -> str:
    """Lines that a person types, who is asked for what is missing; they stand behind what asks for them."""
    left: Iterator[str] = iter(lines)

    def read_line(question: str, text: str = "") -> str | None:
        line = next(left, None)
        output.say(f"{question}{line if line is not None else ''}")
        return line

    monkeypatch.setattr(output, "someone_types", lambda: True)
    monkeypatch.setattr(output, "read_line", read_line)
    ran = study.run("code", source, "--plain")
    assert ran.code == 0, ran.text
    return ran.out


def quotes(study: StudyHere, source: str = "a") -> list[str]:
    return [quote for quote, *_ in codings(study, source)]


# the table


def test_every_act_of_the_screen_has_a_command_or_a_reason_why_not() -> None:
    done = {key for one in BY_WORD.values() for key in one.keys}
    assert done | set(NOT_HERE) == {key.id for key in keys.KEYS}
    assert not done & set(NOT_HERE) and all(NOT_HERE.values())


def test_no_two_commands_have_the_same_word_and_help_tells_all(coded: StudyHere) -> None:  # noqa: F811
    every = [one for found in COMMANDS.values() for one in found]
    assert len(BY_WORD) == sum(len(one.words) for one in every)
    said = plain(coded, "?", "help uncoded").splitlines()
    assert [one for one in every if f"{one.heading}: {one.what}" not in said] == []
    assert said[-1] == "uncoded, u: the next segment without a code"


# moving and choosing


@pytest.mark.parametrize(
    ("lines", "segment", "cursor"),
    [
        (["n"], 2, "Jo,"),
        (["next 2", "p"], 2, "Jo,"),
        (["n", "n -1"], 1, "Hur"),
        (["go 6"], 6, "Lösenord"),
        (["g 0:00:06"], 3, "vill"),
        (["go s0004"], 4, "Så"),
        (["last"], 6, "förstås."),
        (["last", "first"], 1, "Hur"),
        (["word 3"], 2, "Jo,"),
        (["word 4", "word -2"], 1, "det?"),
        (["n", "sentence"], 3, "Andra"),
        (["n", "sentence", "sentence -1"], 2, "Jo,"),
        (["turn 2"], 5, "Och"),
        (["turn 2", "turn -1"], 2, "Jo,"),
        (["u"], 2, "Jo,"),
        (["n", "c bank", "u"], 3, "vill"),
        (["/ bankid"], 3, "BankID."),
        (["/vill", "/"], 3, "vill"),
        (["search vill", "search", "search"], 3, "vill"),
        (["last", "search-back det"], 4, "det."),
    ],
)
def test_moving(coded: StudyHere, lines: list[str], segment: int, cursor: str) -> None:  # noqa: F811
    said = plain(coded, *lines, "where")
    assert said.endswith(f"the cursor is on: {cursor}\n")
    assert said.rpartition("segment ")[2].startswith(f"{segment} of 6")


def test_searching_on_tells_that_it_began_again(coded: StudyHere) -> None:  # noqa: F811
    assert "gone on from the beginning" not in plain(coded, "/vill", "/")
    assert "gone on from the beginning" in plain(coded, "first", "/vill", "/", "/")
    assert "gone on from the end" in plain(coded, "first", "search-back vill")


def test_segments_without_words_are_passed_over(coded: StudyHere) -> None:  # noqa: F811
    coded.spoken("a", "M: ett", "M: ", "M: tre")
    said = plain(coded, "n", "p")
    assert said.count("segment 1 of 3") == 2 and "segment 2 of 3" not in said


def test_the_doubtful_are_gone_to_and_told(coded: StudyHere) -> None:  # noqa: F811
    said_words = ["vill", " ha", " BankID.", " Andra", " vill", " skriva", " ut."]
    words = [[word, 6 + n / 8, 6.125 + n / 8, 0.9] for n, word in enumerate(said_words)]
    known = {"segment": "s0003", "words": words, "doubts": [["loop", 6.0, 7.0, ""]]}
    coded.write("transcripts/a.words.jsonl", json.dumps(known) + "\n")
    said = plain(coded, "d")
    assert "segment 3 of 6" in said and "doubtful: the same words again" in said


@pytest.mark.parametrize(
    ("lines", "quote"),
    [
        (["n", "c bank"], "Jo, det är många som"),
        (["n", "c bank: det är"], "det är"),
        (["n", 'c bank: "DET  ÄR"'], "det är"),
        (["n", "c bank: många ... BankID"], "många som\nvill ha BankID."),
        (["n", "choose många … ha", "c bank"], "många som\nvill ha"),
        (["n", "choose sentence", "c bank"], "Jo, det är många som\nvill ha BankID."),
        (["n", "choose turn", "c bank"], f"{LONG} Andra vill skriva ut. Så är det."),
        (["n", "choose det", "choose segment", "c bank"], "Jo, det är många som"),
        (["choose 2-3", "c bank"], f"{LONG} Andra vill skriva ut."),
        (["n", "choose det", "choose nothing", "c bank"], "Jo, det är många som"),
        (["n", "choose det", "extend", "c bank"], "det är"),
        (["n", "choose det", "extend word 2", "shrink", "c bank"], "det är"),
        (["n", "choose det", "extend segment 2", "c bank"],
         "det är många som\nvill ha BankID. Andra vill skriva ut."),
        (["n", "choose det", "extend sentence", "c bank"], "det är många som\nvill ha BankID."),
        (["n", "choose är", "extend -1", "c bank"], "det är"),
        (["n", "choose det är", "shrink -1", "shrink 9", "c bank"], "är"),
        (["n", "choose det är", "shrink 9", "c bank"], "det"),
        (["n", "c bank: det", "excerpt 1", "extend", "c losen"], "det"),
    ],
)  # fmt: skip
def test_words_are_chosen_and_coded(coded: StudyHere, lines: list[str], quote: str) -> None:  # noqa: F811
    plain(coded, *lines)
    found = codings(coded)[0]
    assert (" ".join(found[0].split()), found[1]) == (" ".join(quote.split()), "id.bankid")


def test_what_is_chosen_stays_and_words_named_with_a_code_do_not(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "n", "choose det är", "c bank", "c losen", "p", "n", "c bank: många", "c losen")
    assert quotes(coded) == ["det är", "det är", "många", "Jo, det är många som"]


TEXT = ("ett två tre", "två fyra ett", "Stopp ... nej", "villa vill", "ja ja")


@pytest.mark.parametrize(
    ("at", "words", "wanted"),
    [
        (0, "två", "två"),
        (0, "ett ... fyra", "ett två tre två fyra"),
        (0, "två ... två", "två tre två"),
        (2, "Stopp ... nej", "Stopp ... nej"),
        (2, "stopp ... vill", "Stopp ... nej villa vill"),
        (3, "vill", "vill"),
        (3, "illa", "villa"),
    ],
)
def test_words_are_found_by_name(study: StudyHere, at: int, words: str, wanted: str) -> None:
    study.spoken("x", *(f"S: {one}" for one in TEXT))
    text = Text(study.transcript("x"))
    assert text.text(named(text, at, words)) == wanted


@pytest.mark.parametrize(
    ("at", "words", "says"),
    [(0, "fem", "does not stand in"), (1, "två ... tre", "behind"), (4, "ja", "stands 2 times")],
)
def test_words_that_do_not_stand_there(study: StudyHere, at: int, words: str, says: str) -> None:
    study.spoken("x", *(f"S: {one}" for one in TEXT))
    with pytest.raises(QualkitError, match=says):
        named(Text(study.transcript("x")), at, words)


# coding


def test_a_whole_session_line_by_line(coded: StudyHere) -> None:  # noqa: F811
    said = plain(coded, "n", "c bank", "n", "c losen: Andra vill", "m hej",
                 "ms om allt", "e Vill ha BankID. Andra vill.", "finish", "q", "c bank")  # fmt: skip
    assert codings(coded) == [
        ("Jo, det är många som", "id.bankid", "applied"),
        ("Andra vill", "id.losen", "applied"),
    ]
    assert [memo.text for memo in state(coded).memos.values()] == ["hej", "om allt"]
    assert lines_of(coded)[2][1] == "Vill ha BankID. Andra vill." and state(coded).finished == {"anna"}
    assert "coded: 1. BankID, on the whole segment" in said


def test_codes_are_called_by_name_id_shortcut_or_their_beginning(coded: StudyHere) -> None:  # noqa: F811
    book = coded.root / "codebooks/codebook.yaml"
    book.write_bytes(book.read_bytes().replace(b"name: Skriva ut\n", b'name: "Skriva: ut"\n        shortcut: k\n'))
    plain(coded, "n", "c LÖSENORD", "n", "c id.bankid", "n", "c K", "n", "c skriva: ut: sedan", "n", "c ut.sk")
    assert [code for _, code, _ in codings(coded)] == ["id.losen", "id.bankid", "ut.skriva", "ut.skriva", "ut.skriva"]
    assert quotes(coded)[3] == "sedan?"


def test_a_code_that_may_be_several_is_not_guessed(coded: StudyHere) -> None:  # noqa: F811
    ran = script(coded, "n", "c id")
    assert ran.code == 1 and "'id' may be BankID (id.bankid), Lösenord (id.losen)" in ran.err and not journal(coded)
    assert "did you mean Lösenord?" in script(coded, "c lsenord").err


def test_a_retired_code_gets_no_codings(coded: StudyHere) -> None:  # noqa: F811
    assert coded.run("codebook", "retire", "id.losen", "--yes").code == 0
    assert "is retired" in script(coded, "c id.losen").err and not codings(coded)


def test_the_last_code_again(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "n", "c losen", "n", ".", "n", "again det")
    assert codings(coded)[1:] == [
        ("vill ha BankID. Andra vill skriva ut.", "id.losen", "applied"),
        ("det.", "id.losen", "applied"),
    ]


def test_new_codes_typed_and_in_vivo(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "n", "new Många; identitet; Att det är många; fler.", "n", "choose skriva ut", "new ; ut ; Papper")
    codes = coded.open().study.codebook.codes
    made = [(one.name, one.theme, one.definition) for one in codes.values()][2:]
    assert ("Många", "id", "Att det är många; fler.") in made and ("Skriva ut", "ut", "Få ut papper.") in made
    assert [(quote, codes[code].name) for quote, code, _ in codings(coded)] == [
        ("Jo, det är många som", "Många"),
        ("skriva ut.", "Skriva ut"),  # there is one of that name
    ]


def test_a_new_code_is_asked_for_and_enter_takes_the_words(
    coded: StudyHere,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed(coded, monkeypatch, "n", "n", "choose Andra vill", "new", "", "Annat", "Utskrift", "", "q")
    (one,) = [one for one in coded.open().study.codebook.codes.values() if one.name == "Andra vill"]
    assert (one.theme, one.definition) == ("ut", "”Andra vill”") and codings(coded)[0][:2] == ("Andra vill", one.id)


@pytest.mark.parametrize("answers", [["", "finnsinte", ""], ["Namn", ""], ["Namn"]])
def test_a_new_code_that_is_not_told_whole_is_not_made(
    coded: StudyHere,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    answers: list[str],
) -> None:
    before = coded.files()
    typed(coded, monkeypatch, "n", "new", *answers)
    assert {name: text for name, text in coded.files().items() if name in before} == before and not journal(coded)


def test_codes_are_taken_away_by_name_or_number(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "n", "c bank: det", "c bank: som", "c losen", "x losen", "x 2")
    assert quotes(coded) == ["det"]
    plain(coded, "go 2", "x")
    assert quotes(coded) == []


def test_numbers_stay_those_that_were_told(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "n", "c bank: det", "c bank: är", "c bank: som", "show", "x 1", "x 2")
    assert quotes(coded) == ["som"]
    again = script(coded, "go 2", "c losen: det", "show", "x 2", "x 2")
    assert again.code == 1 and "no code of yours here: 2" in again.err


def test_which_of_several_is_asked(coded: StudyHere) -> None:  # noqa: F811
    ran = script(coded, "n", "c bank: det", "c bank: som", "x bank")
    assert "say the number: 1, BankID; 2, BankID" in ran.err
    assert len(codings(coded)) == 2


@pytest.mark.parametrize(
    ("lines", "quote"),
    [
        (["ends 1: Jo ... är"], "Jo, det är"),
        (["ends 1: ... BankID"], "det är många som\nvill ha BankID."),
        (["ends 1: Jo ..."], "Jo, det är många"),
        (["ends BankID: är"], "är"),
        (["excerpt 1", "extend word 2", "="], "det är många som\nvill"),
        (["excerpt", "shrink -1", "ends"], "är många"),
        (["excerpt", "shrink word 2", "extend -1", "ends"], "Jo, det"),
    ],
)
def test_the_ends_of_an_excerpt_are_moved(coded: StudyHere, lines: list[str], quote: str) -> None:  # noqa: F811
    begin = "n", "choose det är många", "c bank", "choose nothing"
    plain(coded, *begin, *lines)
    assert quotes(coded)[0].split() == quote.split()
    plain(coded, "undo")
    assert quotes(coded) == ["det är många"]


def test_all_codes_of_an_excerpt_move_together(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "n", "choose det är", "c bank", "c losen", "choose nothing", "ends 1: är många", "c skriva")
    assert quotes(coded) == ["är många"] * 2 + ["Jo, det är många som"]
    plain(coded, "undo", "undo", "redo", "undo")
    assert quotes(coded) == ["det är"] * 2


def test_suggestions_are_answered_in_a_row(coded: StudyHere) -> None:  # noqa: F811
    coded.run("apply", "a")
    said = plain(coded, "s", "y", "s", "no", "s")
    assert [status for *_, status in codings(coded)] == ["applied", "rejected", "suggested"]
    assert "suggested: BankID, on these words: vill ha BankID" in said.replace("Jo, det är många som ", "")
    assert "because of: bankid*: BankID\n" in said and "1 suggestion waiting" in said
    plain(coded, "undo", "undo", "s", "s -1")
    assert [status for *_, status in codings(coded)] == ["suggested"] * 3


def test_each_suggestion_of_a_segment_or_all_of_them(coded: StudyHere) -> None:  # noqa: F811
    coded.run("apply", "a")
    plain(coded, "go 3", "no 2", "y bank")
    assert [status for *_, status in codings(coded)][:2] == ["applied", "rejected"]
    plain(coded, "undo", "undo", "go 3", "y all")
    assert [status for *_, status in codings(coded)] == ["applied", "applied", "suggested"]
    plain(coded, "undo", "undo", "go 3", "no all")
    assert [status for *_, status in codings(coded)] == ["rejected", "rejected", "suggested"]
    assert "no suggestion in this segment" in script(coded, "go 3", "no all").err


def test_undo_and_redo_over_restarts(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "n", "c bank", "c skriva", "x bank", "undo", "undo", "redo", "undo", "q")
    assert [code for _, code, _ in codings(coded)] == ["id.bankid"]
    said = plain(coded, "last", "redo")
    assert [code for _, code, _ in codings(coded)] == ["id.bankid", "ut.skriva"]
    assert "done again: the code Skriva ut\nsegment 2 of 6" in said


# notes


def test_notes_on_everything(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "n", "c bank", "m om segmentet", "me 1 om utdraget", "ms om källan", "mc bank: om koden", "mt om allt")
    said = plain(coded, "go 2", "m", "me 1", "ms", "mc bank", "mt")
    assert [f"anna: om {one}\n" in said for one in ("segmentet", "utdraget", "källan", "koden", "allt")] == [True] * 5
    assert "note on it: om utdraget" in said and "note: om segmentet" in said
    plain(coded, "undo", "undo", "undo", "undo", "undo")
    assert (
        plain(coded, "go 2", "m", "me 1", "ms", "mc bank", "mt").count("no note on") == 5 and len(codings(coded)) == 1
    )


def test_a_note_gets_lines_and_goes(coded: StudyHere) -> None:  # noqa: F811
    assert "in the place of: ett" in plain(coded, "ms ett", "ms två", "ms + tre")
    assert [memo.text for memo in state(coded).memos.values()] == ["två\ntre"]
    plain(coded, "ms", "ms -")
    assert not state(coded).memos
    plain(coded, "undo")
    assert [memo.text for memo in state(coded).memos.values()] == ["två\ntre"]


def test_notes_of_others_are_not_read_out_unless_asked_for(coded: StudyHere) -> None:  # noqa: F811
    coded.act("a", Act("", "", "bo", "memo", about="segment:s0001", text="hemligt"), coder="bo")
    assert "hemligt" not in plain(coded, "w", "m", "others off")
    assert "note of bo: hemligt" in plain(coded, "others") and "bo: hemligt" in plain(coded, "others on", "m")


# the text


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["fix Andra -> Några"], [(3, "S1", "vill ha BankID. Några vill skriva ut.")]),
        (["fix Andra vill ->"], [(3, "S1", "vill ha BankID. skriva ut.")]),
        (["split Andra vill"], [(3, "S1", "vill ha BankID."), (4, "S1", "Andra vill skriva ut.")]),
        (["sentence", "split"], [(3, "S1", "vill ha BankID."), (4, "S1", "Andra vill skriva ut.")]),
        (["join"], [(3, "S1", "vill ha BankID. Andra vill skriva ut. Så är det.")]),
        (["speaker S2"], [(3, "S2", "vill ha BankID. Andra vill skriva ut.")]),
        (["speaker -"], [(3, None, "vill ha BankID. Andra vill skriva ut.")]),
    ],
)
def test_the_text_is_corrected_and_codings_stay_on_their_words(
    coded: StudyHere,  # noqa: F811
    lines: list[str],
    wanted: list[tuple[int, str | None, str]],
) -> None:
    before = coded.files()["transcripts/a.vtt"]
    plain(coded, "go 3", "c bank: ha BankID", *lines)
    told = [(segment.speaker, segment.text) for segment in coded.transcript("a").segments]
    assert [(at, *told[at - 1]) for at, *_ in wanted] == wanted
    (one,) = codings(coded)
    assert one[0].rstrip(".") == "ha BankID"
    plain(coded, "undo")
    assert coded.files()["transcripts/a.vtt"] == before


def test_a_new_speaker_is_told_and_who_there_is(coded: StudyHere) -> None:  # noqa: F811
    said = plain(coded, "speaker", "speaker S9", "speaker S1")
    assert "speaker: M\nspeakers of this source: M, S1, S2\n" in said
    assert said.count("new in this source") == 1


# the voice


class Spoken:
    """A voice that notes what it is asked for."""

    told: tuple[str, ...] = ()

    def __init__(self, files: object, player: object, ends: list[float]) -> None:
        self.ends, self.speed, self.failed, self.playing = ends, 1.0, "", False
        self._at = 0.0

    def play(self, second: float) -> None:
        Spoken.told += (f"play {second:g} to {max(self.ends):g} at {self.speed:g}",)
        self.playing, self._at = True, second

    def stop(self) -> None:
        Spoken.told += ("stop",) if self.playing else ()
        self.playing = False

    def position(self) -> float:
        return self._at + 2.2 if self._at else 0.0


@pytest.fixture
def heard(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> StudyHere:  # noqa: F811
    coded.sources("a;Ett samtal;interview;Huddinge;;;audio/a.wav;", "b;En sida;web page;Haninge;;;;")
    coded.write("audio/a.wav", b"")
    monkeypatch.setattr(playing, "find_player", lambda: object())
    monkeypatch.setattr(playing, "Voice", Spoken)
    Spoken.told = ()
    return coded


def test_the_voice_plays_stops_goes_back_and_changes_its_pace(heard: StudyHere) -> None:
    said = plain(heard, "n", "play", "slower", "back", "faster", "stop", "play segment", "next-source")
    assert Spoken.told == (
        "play 4 to 13.5 at 1", "stop", "play 6.2 to 13.5 at 0.8", "stop", "play 5.4 to 13.5 at 0.8", "stop",
        "play 7.6 to 13.5 at 1", "stop", "play 8 to 9.5 at 1", "stop",
    )  # fmt: skip
    assert "playing from 0:00:04\nspeed 0.8\n" in said and "stopped at 0:00:10\nsegment 4 of 6" in said


def test_the_cursor_stays_where_it_is_not_to_follow_and_the_end_is_silent(heard: StudyHere) -> None:
    said = plain(heard, "n", "follow", "play", "stop", "where", "follow on", "back")
    assert said.count("segment 2 of 6") == 2 and "stopped at 0:00:06\nsource a" in said and Spoken.told[-1] == "stop"


def test_why_nothing_is_heard_is_told(
    coded: StudyHere,  # noqa: F811
    heard: StudyHere,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "no recording" in script(heard, "play", source="b").err
    assert "nothing plays" in script(heard, "stop").err and "no 'play allt'" in script(heard, "play allt").err
    monkeypatch.setattr(Spoken, "play", lambda self, second: setattr(self, "failed", "no sound came"))
    assert plain(heard, "play", "w", "w").count("no sound came") == 1
    monkeypatch.setattr(playing, "find_player", lambda: None)
    for line in ("play", "back", "slower"):
        assert "no player of sound" in script(heard, line).err


# sources


def test_sources_are_gone_through_opened_and_finished(coded: StudyHere) -> None:  # noqa: F811
    said = plain(coded, "next-source", "n", "c bank", "previous-source", "open b", "open ett", "sources", "finish")
    assert quotes(coded, "b")[0].startswith("Vi hjälper") and state(coded).finished == {"anna"}
    assert [one for one in said.splitlines() if one.startswith("source ")] == [
        f"source {one}" for one in ("a: Ett samtal", "b: En sida", "a: Ett samtal", "b: En sida", "a: Ett samtal")
    ]
    assert "a: Ett samtal, interview, open now\nb: En sida, web page\n" in said


def test_finishing_twice_opens_nothing(coded: StudyHere) -> None:  # noqa: F811
    said = plain(coded, "finish", "finish", "where", "reopen", "reopen", "finish")
    assert "finished already" in said and "open already" in said and "\nfinished\n" in said
    assert [act.act for act in journal(coded)] == ["finish", "reopen", "finish"]
    plain(coded, "undo")
    assert not state(coded).finished


def test_others_codings_are_told_when_asked_for(coded: StudyHere) -> None:  # noqa: F811
    script(coded, "n", "c losen: det", options=("--coder", "bo"))
    said = plain(coded, "n", "others on", "others")
    assert said.count("1. bo: Lösenord, on these words: det") == 1
    assert "nobody decides for another" in script(coded, "go 2", "others on", "x 1").err or journal(coded) == []


def test_where_one_left(coded: StudyHere) -> None:  # noqa: F811
    plain(coded, "go 4", "word")
    assert plain(coded, "where").endswith("segment 4 of 6, 0:00:08, S1\nSå är det.\nthe cursor is on: är\n")


def test_codes_are_told(coded: StudyHere) -> None:  # noqa: F811
    assert "theme Identitet\nBankID, id id.bankid\nLösenord, id id.losen\ntheme Utskrift\n" in plain(coded, "codes")
    assert "BankID" not in plain(coded, "codes skriv") and "no code" in script(coded, "codes zz").err
    assert "BankID, id id.bankid\ntheme: Identitet\ndefinition: Skaffa BankID.\n" in plain(coded, "about bank")


# persons and scripts


CANNOT = (
    ("hopp", "there is no 'hopp'"), ("? hopp", "there is no 'hopp'"), ("c finnsinte", "no code is called"),
    ("c", "lacks something: which code"), ("c bank: finnsinte", "does not stand in this segment"),
    ("c bank: går ... zz", "'zz' does not stand behind"), ("new Namn", "lacks something"), ("x", "no code of yours"),
    ("new Namn; finnsinte; Text", "no theme is called"), ("x bank", "no code of yours"), ("y", "no suggestion in this"),
    ("no 7", "no suggestion in this"), ("excerpt 1", "no excerpt here"), ("ends", "first choose the words"),
    ("ends 1: det", "no excerpt of yours"), ("me 1 hej", "no code that you applied"), ("again", "no code was used"),
    ("undo", "nothing to undo"), ("redo", "nothing to redo"), ("go x", "which segment"), ("go 99", "6 is the last"),
    ("p", "too far"), ("n 9", "too far"), ("n två", "no number"), ("word -1", "no word so far back"),
    ("turn 5", "no turn so far ahead"), ("s", "no suggestion waits"), ("d", "nothing doubtful"),
    ("/ zzz", "'zzz' does not"),
    ("/", "search for what"), ("shrink", "nothing is chosen"), ("choose 2-9", "segments 1 to 6"),
    ("fix det", "which words"),
    ("fix zz -> y", "does not stand"), ("e Hur går det?", "nothing was changed"), ("split", "one part would be empty"),
    ("open c", "no source is called 'c'"), ("previous-source", "first source"), ("stop", "nothing plays"),
    ("others perhaps", "neither on nor off"), ("follow maybe", "neither on nor off"), ("choose zz", "does not stand"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "says"), CANNOT, ids=[line for line, _ in CANNOT])
def test_a_script_stops_where_a_line_cannot_be_done(coded: StudyHere, line: str, says: str) -> None:  # noqa: F811
    before = coded.files()
    ran = script(coded, "# note that", "", line, "c bank")
    assert ran.code == 1 and "error: line 3: " in ran.err and says in ran.err and "stopped here" in ran.err
    assert {name: text for name, text in coded.files().items() if text} == before  # a journal without a line is made


def test_a_script_goes_on_where_that_is_wished_and_fails_at_the_end(coded: StudyHere) -> None:  # noqa: F811
    ran = script(coded, "hopp", "n", "c bank", "undo", "undo", "c losen", options=("--go-on",))
    assert ran.code == 1 and "2 lines of the input could not be done: 1, 5" in ran.err
    assert [code for _, code, _ in codings(coded)] == ["id.losen"]


def test_a_person_is_told_and_goes_on_and_enter_is_the_next_segment(
    coded: StudyHere,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = typed(coded, monkeypatch, *(line for line, _ in CANNOT if not line.startswith(("new", "c", "mc"))), "first",
                 "", "c bank")  # fmt: skip
    assert "there is no 'hopp'; ? lists what there is" in said and "? lists the commands" in said
    assert quotes(coded) == ["Jo, det är många som"]


def test_the_end_of_the_input_is_the_end_and_the_place_is_remembered(coded: StudyHere) -> None:  # noqa: F811
    assert script(coded, "go 5").code == 0 and script(coded, "hopp", options=()).code == 1
    assert "segment 5 of 6" in plain(coded, "w")


def test_a_script_is_utf_8_with_or_without_a_mark_and_letters_in_parts_are_whole(coded: StudyHere) -> None:  # noqa: F811
    ran = script(coded, b"\xef\xbb\xbfms p\xc3\xa5\r", "go 6", "c lo\u0308sen: Lo\u0308senord")
    assert ran.code == 0, ran.text
    assert [memo.text for memo in state(coded).memos.values()] == ["på"]
    assert codings(coded) == [("Lösenord", "id.losen", "applied")]
    other = script(coded, "ms hej", b"ms p\xe5")
    assert other.code == 1 and "line 2: this line is not UTF-8" in other.err
    assert [memo.text for memo in state(coded).memos.values()] == ["hej"]


def test_keys_of_a_terminal_that_has_no_arrows_do_not_get_into_texts(
    coded: StudyHere,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = typed(coded, monkeypatch, "m hej\x1b[D", "e", "\x1b[1~Hej", "q")
    assert said.count("keys that are no letters") == 2 and not journal(coded)


def test_an_act_is_on_the_disk_before_it_is_told(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    seen: list[tuple[str, int]] = []
    say = output.say

    def watched(text: str = "", *, indent: int = 0) -> None:
        seen.append((text.split(" ")[0].rstrip(":"), len(journal(coded))))
        say(text, indent=indent)

    monkeypatch.setattr(output, "say", watched)
    plain(coded, "c bank", "m hej", "fix går -> gick", "speaker S1", "x", "undo", "redo", "finish")
    told = ["coded", "noted", "corrected", "the", "taken", "taken", "done", "finished"]
    marks = iter(count(1))
    found = [number for word, number in seen if word in told]
    assert found == [next(marks) for _ in told]


def test_a_journal_that_is_open_elsewhere_is_only_read(coded: StudyHere) -> None:  # noqa: F811
    from qualkit.store.material import journal_writer
    from qualkit.store.project import Folder

    with journal_writer(Folder(coded.root), "a", "anna"):
        for line in ("n", "where"):
            assert "open elsewhere: read-only here\n" in script(coded, line).out
        for line in ("c bank", "m hej", "speaker S9", "finish", "new Namn; ut; Text"):
            ran = script(coded, line)
            assert ran.code == 1 and "read-only here" in ran.err
    assert codings(coded) == [] and len(coded.open().study.codebook.codes) == 3


def test_signs_that_a_terminal_obeys_do_not_reach_it(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    coded.spoken("a", "M: ett\x1b[2J två\x9b3m tre")
    assert "\x1b" in plain(coded, "w")  # a file gets what stands there
    monkeypatch.setattr(output, "screen", lambda stream: 80)
    said = plain(coded, "w", "new Namn; ut; Text", "codes")
    assert "ett[2J två3m tre" in said and not {"\x1b", "\x9b"} & set(said)


def test_a_text_without_words_ends_nothing(coded: StudyHere) -> None:  # noqa: F811
    coded.write("transcripts/a.vtt", "WEBVTT\n")
    lines = ("c bank", "m hej", "e hej", "n", "p", "y", "x bank", "go 1", "choose x", "extend", "word", "ends 1: x",
             "fix a -> b", "speaker S1", "new N; ut; T", "last", "play segment")  # fmt: skip
    for line in lines:
        ran = script(coded, line)
        assert ran.code == 1 and "error: line 1: " in ran.err, line
    assert "holds no words" in plain(coded, "w", "where", "ms hej", "finish", "undo")
    assert [memo.text for memo in state(coded).memos.values()] == ["hej"]


def test_a_session_reads_well(coded: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    coded.run("apply", "a")
    script(coded, "go 2", "c skriva", "m Bos tanke", options=("--coder", "bo"))
    lines = (GOLDEN / "plain-session.txt").read_text(encoding="utf-8").splitlines()
    said = typed(coded, monkeypatch, *(line.removeprefix("> ") for line in lines))
    file = GOLDEN / "plain-session.out.txt"
    if RENEW:
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8")
    used = {BY_WORD[line.split()[0]].words[0] for line in lines if line.split() and line.split()[0] in BY_WORD}
    voice = {one.words[0] for one in COMMANDS[keys.VOICE]}
    assert used | voice == {one.words[0] for one in BY_WORD.values()}
