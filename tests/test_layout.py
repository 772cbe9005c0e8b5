"""Lines and tables on screens of any width: no id, heading or command is torn."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.cli import output
from qualkit.cli.layout import broken, columns, table_lines
from tests.conftest import StudyHere

SCREENS = (60, 80, 120)
LONG_ID = "fokusgrupp-vasterhaninge1"  # 25 letters
WORDS = st.text("abåö-./:", min_size=1, max_size=25)
TEXT = st.lists(WORDS, max_size=12).map(" ".join)


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(output, "screen", lambda _: request.param)
    return int(request.param)


# Tables


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    count = draw(st.integers(1, 6))
    heading = st.sampled_from(["source", "kind", "municipality", "finished by", "of the words"])
    rows = st.lists(st.tuples(WORDS, *[TEXT] * (count - 1)).map(list), max_size=4)
    return [draw(heading) for _ in range(count)], draw(rows)


@given(tables(), st.integers(30, 160), st.integers(0, 3))
def test_every_word_is_whole_and_every_line_fits(
    table: tuple[list[str], list[list[str]]], room: int, drop: int
) -> None:
    headings, rows = table
    least = range(1, min(1 + drop, len(headings)))
    lines = table_lines(headings, rows, room, least=least)
    text = " ".join(lines)
    kept = [row[i] for row in rows for i in range(len(headings)) if i not in least]
    for word in " ".join(kept).split():
        assert word in text
    assert all(columns(line) <= room for line in lines)


def test_columns_are_left_out_in_their_order_and_named() -> None:
    headings, rows = ["source", "kind", "municipality", "segments"], [[LONG_ID, "focus group", "Haninge", "7"]]

    def shown(room: int) -> list[str]:
        return table_lines(headings, rows, room, numbers=(3,), least=(1, 2))

    assert shown(70)[0].split() == headings
    assert shown(60)[0].split() == ["source", "municipality", "segments"] and shown(60)[-1].endswith("screen: kind)")
    assert shown(40)[0].split() == ["source", "segments"]
    assert shown(40)[2] == f"{LONG_ID}         7" and shown(40)[-2:] == [
        "(no room on this screen: kind,",
        "    municipality)",
    ]
    assert shown(34) == [LONG_ID, "    kind: focus group;", "    municipality: Haninge;", "    segments: 7"]
    assert table_lines(["a", "b", "finished by"], [["x" * 30, "word word word", "bo"]], 38)[1:] == [
        "    b: word word word; finished by: bo"
    ]


def test_a_sentence_gives_way_before_short_cells() -> None:
    lines = table_lines(["source", "what is doubtful"], [["a b c", "a voice in another language, or none"]], 40)
    assert lines == [
        "source  what is doubtful",
        "─" * 40,
        "a b c   a voice in another language, or",
        "        none",
    ]


def test_a_cell_of_several_lines_keeps_them() -> None:
    assert table_lines(["a", "b"], [["one\ntwo", "three"]], 40)[2:] == ["one  three", "two"]


def test_ids_and_headings_of_status_and_speakers_are_whole(study: StudyHere, screen: int) -> None:
    study.sources(
        f"{LONG_ID};;focus group;Huddinge, Haninge, Nynäshamn;;;;",
        "b;;study visit;Nynäshamn;;;;",
        "c;;;Haninge;;;audio/c.wav;",
    )
    study.participants(f"{LONG_ID};Anna Karlsson;deltagare-vasterhaninge-1;moderator;")
    study.spoken(LONG_ID, "Anna Karlsson: Jag har skrivit till kommunikationsavdelningen om BankID.", "S2: Jaha.")
    study.document("b", "Text.")
    study.run("finish", "b")
    for command, ids in ((("status",), [LONG_ID, "finished"]), (("speakers", LONG_ID), ["deltagare-vasterhaninge-1"])):
        shown = study.run(*command).out
        for whole in [*ids, "municipality"]:
            assert whole in shown, shown
        assert max(map(columns, shown.splitlines())) <= screen
    rows = {line.split()[0]: line for line in study.run("status").out.splitlines() if line.strip()}
    assert ("study visit" in rows["b"]) == (screen == 120)


def test_the_list_of_models_fits(screen: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from qualkit.transcribe import models
    from tests.conftest import run

    monkeypatch.setattr(models, "here", lambda: iter([("small", Path("/m/small"))]))
    shown = run("models", "list").out.partition("To be had: ")[2]
    assert "KBLab/kb-whisper-small" in shown and max(map(columns, shown.splitlines())) <= screen
    assert [line.split() for line in shown.splitlines()[1:2]] == [["name", "for", "download,", "about"]]


# Lines


@given(TEXT, st.integers(30, 100), st.integers(0, 9))
def test_a_broken_line_has_the_same_words(text: str, room: int, indent: int) -> None:
    line = " " * indent + text
    parts = broken(line, room)
    assert " ".join(parts).split() == line.split()
    assert all(len(part) <= room or len(part.split()) == 1 for part in parts)


def test_a_command_stands_on_one_line() -> None:
    command = f"qualkit speakers {LONG_ID} --undo"
    line = f"done, and in anna's journal; to take it back: {command}"
    assert broken(line, 80) == ["done, and in anna's journal; to take it back:", f"    {command}"]
    assert broken(line, len(line)) == [line]
    assert command not in " ".join(broken(line, 40).pop(0)), "where it cannot fit, it is broken between words"
    assert all(word in broken(line, 40)[1] or word in broken(line, 40)[2] for word in command.split())
    clip = f"qualkit clip {LONG_ID} 0:00:01 0:00:09"
    assert clip in "\n".join(broken(f"To listen: qualkit clip SOURCE FROM TO, such as {clip}", 60))


def test_what_stands_below_keeps_the_indentation() -> None:
    assert broken("         save and close it there", 24) == ["         save and close", "         it there"]
    assert broken("  try: save and close it there", 24) == ["  try: save and close it", "    there"]


class Screen(io.StringIO):
    """A terminal; or a file."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize("terminal", [True, False])
def test_a_screen_gets_broken_lines_and_a_file_whole_ones(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    for stream, write in (("stdout", output.say), ("stderr", output.note)):
        screen = Screen(terminal)
        monkeypatch.setattr(f"sys.{stream}", screen)
        write("word " * 30 + "end")
        assert len(screen.getvalue().splitlines()) == (3 if terminal else 1)
        assert all(len(line) <= 60 for line in screen.getvalue().splitlines()) == terminal


# Progress


def test_a_stage_stands_in_the_place_of_the_whole_until_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown() -> list[tuple[str, float]]:
        (bars,) = output._on_screen
        return [(task.description, task.completed) for task in bars.tasks if task.visible]

    monkeypatch.setattr("sys.stderr", Screen(terminal=True))
    with output.progress("1 recording", 10) as whole:
        whole(10)
        with output.progress("finding speakers", 20) as stage:
            stage(5)
            assert shown() == [("finding speakers", 5)]
        assert shown() == [("1 recording", 10)]
        with pytest.raises(KeyboardInterrupt), output.progress("finding speakers", 20):
            raise KeyboardInterrupt
        assert shown() == [("1 recording", 10)]
    assert not output._on_screen
