"""F4: a note in the user's own editor, also where none is there or its name is written oddly."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from qualkit.errors import QualkitError
from qualkit.tui import editor
from qualkit.tui.app import CodingApp
from tests.conftest import StudyHere
from tests.test_screen import coded, drive, notes, shown, state, typed  # noqa: F401 (a fixture)

OTHER = "import sys, pathlib; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text('utf-8') + ' och mer', 'utf-8')"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that adds two words."""
    script = tmp_path / "my editor" / "edit.py"
    script.parent.mkdir()
    script.write_text(OTHER, encoding="utf-8")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(CodingApp, "suspend", lambda self: nullcontext())
    return script


def test_a_note_goes_on_in_the_own_editor(coded: StudyHere, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setenv("EDITOR", f"'{sys.executable}' '{own}'")
    drive(coded, "m", *typed("source"), "enter", "...", *typed("ett"), "f4", *typed("!"), "escape")
    assert notes(state(coded)) == {"source": "ett och mer!"}


@pytest.mark.parametrize("command", ["no-such-editor", "'no end", "false"])
def test_an_editor_that_does_not_work_is_told_and_the_note_stays(
    coded: StudyHere,  # noqa: F811
    own: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    monkeypatch.setenv("EDITOR", command)
    pressed = ["m", *typed("source"), "enter", "...", *typed("ett"), "f4"]
    assert "editor" in drive(coded, *pressed, look=shown)
    drive(coded, *pressed, *typed("!"), "escape")
    assert notes(state(coded)) == {"source": "ett!"}


def test_a_terminal_that_cannot_step_aside_is_told(coded: StudyHere) -> None:  # noqa: F811
    assert "no other program" in drive(coded, "m", *typed("source"), "enter", "...", "f4", look=shown)


def test_without_a_wish_an_editor_of_the_system_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}" if name == editor._KNOWN[-1] else None)
    assert editor.editor_words() == [f"/bin/{editor._KNOWN[-1]}"]
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(QualkitError, match="no editor"):
        editor.editor_words()


def test_editors_are_named_with_blanks_quotes_and_backslashes(own: Path) -> None:
    assert editor.split("code --wait", windows=False) == ["code", "--wait"]
    assert editor.split(r'"C:\Program Files\N++\n.exe" -multiInst', windows=True) == [
        r"C:\Program Files\N++\n.exe",
        "-multiInst",
    ]
    assert editor.split(r"C:\bin\vim.exe", windows=True) == [r"C:\bin\vim.exe"]
    for windows in (True, False):
        assert editor.split(f"{own} -w", windows=windows) == [str(own), "-w"]
