"""The coding screen in a real terminal, and killed at any moment."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from qualkit.coding.fold import fold
from qualkit.store.journals import read_journal
from qualkit.tui.desk import Desk
from tests.conftest import StudyHere
from tests.test_screen import coded, codings  # noqa: F401 (a fixture)

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ("qualkit.yaml", "codebooks", "transcripts/sources.csv", "transcripts/participants.csv")


class Terminal:
    """A command in a terminal that tmux keeps."""

    def __init__(self, words: list[str], columns: int = 110, rows: int = 30) -> None:
        self.socket = f"qualkit-{uuid.uuid4().hex[:8]}"
        command = " ".join(f"'{word}'" for word in words)
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), f"cd '{ROOT}' && {command}; sleep 60")

    def tmux(self, *words: str) -> str:
        # pytest's readline puts COLUMNS in the C environment only; one said out loud keeps it from the child
        done = subprocess.run(["tmux", "-L", self.socket, "-f", os.devnull, *words], check=True, capture_output=True,
                              text=True, encoding="utf-8", env=dict(os.environ))  # fmt: skip
        return done.stdout

    def press(self, *keys: str) -> None:
        for key in keys:
            self.tmux("send-keys", key)
            time.sleep(0.05)

    def type(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)
        time.sleep(0.1)

    def wait_for(self, text: str, seconds: float = 30) -> str:
        limit, screen = time.monotonic() + seconds, ""
        while time.monotonic() < limit:
            screen = self.tmux("capture-pane", "-p")
            if text in screen:
                return screen
            time.sleep(0.05)
        raise AssertionError(f"'{text}' never appeared; the screen:\n{screen}")

    def close(self) -> None:
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], capture_output=True, check=False)


def sample(root: Path) -> StudyHere:
    """The sample study, with a transcript of its own for a recording that a test has no model to hear."""
    study = StudyHere(root)
    for name in SAMPLE:
        source, to = ROOT / name, root / name
        if source.is_dir():
            shutil.copytree(source, to, dirs_exist_ok=True)
        else:
            shutil.copy(source, to)
    for path in (ROOT / "transcripts").glob("*.md"):
        shutil.copy(path, root / "transcripts" / path.name)
    study.spoken(
        "intervju-salem",
        "S1: Berätta om det senaste ärendet.",
        "S2: En äldre kvinna ville betala en räkning, men hon kom inte in på banken.",
        "S2: Hon hade inget BankID i sin nya telefon.",
        "S1: Vad gjorde du då?",
        "S2: Jag visade henne hur man skriver ut ett papper. Sedan åkte hon till baken.",
        "S2: Många har glömt sitt lösenord till e-posten.",
        "S1: Vad är svårt?",
        "S2: Många är rädda för att göra fel.",
        "S2: Andra har ingen dator hemma.",
    )
    return study


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_a_whole_session_in_a_terminal_and_then_the_matrix(tmp_path: Path) -> None:
    study = sample(tmp_path / "study")
    assert study.run("apply", "intervju-salem", "--coder", "anna").code == 0
    before = len(codings(study, "intervju-salem"))
    terminal = Terminal(
        [sys.executable, "-m", "qualkit", "--study", str(study.root), "code", "intervju-salem", "--coder", "anna"]
    )
    try:
        terminal.wait_for("Berätta om")
        for number, query in enumerate(("bankar", "e-legit", "utskrift", "epost", "oro")):
            terminal.press("g", "s", "c")
            terminal.wait_for("code ─")
            terminal.type(query)
            terminal.press("Enter")
            terminal.wait_for(f"coded {number + 1}/")
        terminal.press("Home", "Tab", "y")
        terminal.wait_for("accepted")
        terminal.press("n")
        terminal.wait_for("rejected")
        terminal.press("/")
        terminal.type("baken.")
        terminal.press("Enter")
        terminal.wait_for("1 word chosen")
        terminal.press("e", "End", "BSpace", "BSpace", "BSpace", "BSpace", "BSpace", "BSpace")
        terminal.type("banken.")
        terminal.press("Enter")
        terminal.wait_for("corrected")  # the words may stand on two rows
        terminal.press("!")
        terminal.wait_for("finished")
        terminal.press("c")
        terminal.type("oro")
        terminal.press("Enter", "u")
        terminal.wait_for("taken back: the code")
        terminal.press("q")
        time.sleep(0.5)
    finally:
        terminal.close()
    found = codings(study, "intervju-salem")
    assert [status for *_, status in found[:before]].count("rejected") >= 1
    assert len(found) == before + 5 or [status for *_, status in found].count("applied") == 6
    assert "till banken." in (study.root / "transcripts" / "intervju-salem.vtt").read_text("utf-8")
    matrix = study.run("matrix", "--coder", "anna")
    assert matrix.code == 0 and "Salem" in matrix.out


# Keys that make acts of every sort: codes, undo, redo, finishing, removing, splitting and joining segments.
KEYS = ["j", "s", "c", "b", "a", "n", "k", "\r", "j", ".", "l", ".", "u", "r", "!", "j", "j", ".", "k", "x", ".", "u"]
KEYS += ["l", "l", "-", "j", "s", ".", "k", "+", "u", "u"]
WATCHED = """
import os, sys
from textual.drivers.linux_driver import LinuxDriver
from qualkit.tui.desk import Desk
from qualkit.cli.main import main
desks, pipe = [], int(os.environ["SEEN"])
begin, write = Desk.__init__, LinuxDriver.write
def watched_begin(self, *words):
    begin(self, *words)
    desks.append(self)
def watched_write(self, data):
    acts = desks[0].session.acts  # the screen cannot show what the session does not know
    write(self, data)
    if acts:
        os.write(pipe, (acts[-1].id + "\\n").encode())
Desk.__init__, LinuxDriver.write = watched_begin, watched_write
main()
"""


def killed(study: StudyHere, moment: float, chosen: random.Random) -> set[str]:
    """Open the screen in a pseudo-terminal, press keys, kill it at a moment; gives the acts that it may have shown."""
    import pty

    seen, told = os.pipe()
    os.set_inheritable(told, True)
    process, end = pty.fork()
    if process == 0:
        words = ["--study", str(study.root), "code", "a", "--coder", "anna"]
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "SEEN": str(told)}
        os.execvpe(sys.executable, [sys.executable, "-c", WATCHED, *words], environment)
    os.close(told)
    drawn, limit, pressed, hurry = b"", 0.0, 0, time.monotonic() + 60
    while time.monotonic() < min(limit or hurry, hurry):
        if select.select([end], [], [], 0.002)[0]:
            try:
                drawn += os.read(end, 1 << 16)
            except OSError as error:
                raise AssertionError(f"it ended by itself:\n{drawn[-3000:].decode(errors='replace')}") from error
        if not limit and b"BankID" in drawn:
            limit = time.monotonic() + moment
        if limit:
            os.write(end, KEYS[pressed % len(KEYS)].encode())
            pressed += 1
            time.sleep(chosen.uniform(0.0, 0.02))
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(end)
    with open(seen, encoding="ascii") as file:
        return set(file.read().split())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are Unix's")
def test_killed_at_any_moment_no_act_that_was_shown_is_missing(coded: StudyHere) -> None:  # noqa: F811
    chosen, shown = random.Random(5), set[str]()
    for number in range(200):
        shown |= killed(coded, chosen.uniform(0.0, 1.2), chosen)
        path = coded.root / "transcripts" / "a.anna.jsonl"
        journal = read_journal(path, path.name)
        assert shown <= {act.id for act in journal.acts}, number
        desk = Desk(coded.open(), "anna")
        session = desk.open(desk.opened.study.source_by_id["a"])
        assert not desk.read_only and not desk.remarks and not session.uncertain, number
        assert session.state == fold("a", desk.session.acts)
        desk.close()
    assert len(shown) > 200
