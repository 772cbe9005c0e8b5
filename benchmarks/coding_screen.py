"""What a coder feels: the coding screen in a real terminal of 120 x 40, on a made-up interview of three hours.

first paint: from the start of the process to the first words of the text. A key: from the press to the last byte of
what it draws (settled), and the milliseconds of CPU that it takes. Beside it the same text drawn with one widget a
segment, as Textual's tutorials do. Linux, for /proc. `--widgets FILE` runs that other drawing alone.
"""

from __future__ import annotations

import fcntl
import os
import pty
import random
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

from harness import held, report

SEGMENTS, CODINGS, MANY = 2000, 450, 20_000
QUIET = 0.12  # seconds without a byte after which the screen has settled
ROUNDS = 3
MARK = "Begynnelseordet"
CODES = {
    "tid": "Tid", "kostnad": "Kostnad", "tillit": "Tillit", "lag": "Lagen", "bankid": "BankID", "losen": "Lösenord",
    "utskrift": "Utskrift", "stod": "Stöd", "samverkan": "Samverkan", "plats": "Plats", "oro": "Oro", "sprak": "Språk",
}  # fmt: skip
SAID = (
    "biblioteket kommunen vi besökare hjälper för att aldrig egentligen tycker datorn skriva ut möte tillit "
    "kostar förvaltning alltid resurser frågor människor tjänst sade avdelning år skola vatten en av och det var "
    "att de i för med vår inte men mycket kommun samverkan personal "
)[:-1]


def make_study(root: Path, segments: int, codings: int) -> Path:
    """A study with one interview of about 12.5 words a segment, and its codings; a quarter of them suggestions."""
    from qualkit.coding.anchor import make_anchor
    from qualkit.model.act import Act
    from qualkit.model.transcript import Segment, Transcript
    from qualkit.store.material import journal_writer
    from qualkit.store.new import make_study as make_folder
    from qualkit.store.project import Folder
    from qualkit.store.transcripts import write_transcript

    make_folder(root, title="Tre timmar", county="Stockholms län")
    chosen, clock, made = random.Random(7), 0.0, []
    for number in range(segments):
        words = [chosen.choice(SAID.split()) for _ in range(chosen.randint(5, 20))]
        text = f"{MARK} {' '.join(words)}." if number == 0 else " ".join(words).capitalize() + "."
        made.append(Segment(f"s{number:05d}", text, "I" if chosen.random() < 0.25 else "R1", clock, clock + 5.0))
        clock += 5.7
    write_transcript(root / "transcripts" / "a.vtt", tuple(made))
    codes = "".join(f"      - {{id: {id}, name: {name}, definition: Om {name}.}}\n" for id, name in CODES.items())
    themes = f"themes:\n  - id: t\n    name: Tema\n    definition: Allt.\n    codes:\n{codes}"
    book = f"title: Mått\nversion: 1\nlanguage: sv\n{themes}"
    (root / "codebooks" / "codebook.yaml").write_text(book, encoding="utf-8")
    (root / "qualkit.yaml").write_text("codebook: codebooks/codebook.yaml\ncoder: anna\n", encoding="utf-8")
    heading = "id;title;kind;municipality\na;Tre timmar;interview;Salem\n"
    (root / "transcripts" / "sources.csv").write_text(heading, encoding="utf-8")
    transcript, acts = Transcript("a", tuple(made)), []
    for _ in range(codings):
        first = chosen.randrange(1, segments)
        last = min(segments - 1, first + chosen.choice([0, 0, 0, 1, 1, 2, 4]))
        start = chosen.randrange(len(made[first].text) // 2)
        end = chosen.randrange(len(made[last].text) // 2, len(made[last].text)) + 1
        anchor = make_anchor(transcript, first, start, last, end)
        act = "suggest" if chosen.random() < 0.25 else "code"
        acts.append(Act("", "", "anna", act, anchor=anchor, code=chosen.choice(list(CODES))))
    with journal_writer(Folder(root), "a", "anna") as journal:
        journal.append(acts)
    return root


class Terminal:
    """A program in a pseudo-terminal of 120 x 40."""

    def __init__(self, words: list[str]) -> None:
        self.begun = time.perf_counter()
        self.process, self.end = pty.fork()
        if self.process == 0:
            environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.execvpe(sys.executable, [sys.executable, *words], environment)
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def read(self, seconds: float) -> bytes:
        if select.select([self.end], [], [], seconds)[0]:
            try:
                return os.read(self.end, 1 << 20)
            except OSError:
                return b""
        return b""

    def wait_for(self, text: str, seconds: float = 120) -> float:
        """Seconds from the start until the text is drawn."""
        seen, limit = b"", time.perf_counter() + seconds
        while text.encode() not in seen and time.perf_counter() < limit:
            seen += self.read(0.02)
        if text.encode() not in seen:
            raise SystemExit(f"'{text}' was never drawn:\n{seen[-2000:].decode(errors='replace')}")
        return time.perf_counter() - self.begun

    def settle(self) -> float | None:
        """When the last byte came, once it is quiet."""
        last = None
        while self.read(QUIET):
            last = time.perf_counter()
        return last

    def press(self, key: bytes) -> float:
        """Seconds from the key to the last byte that it draws."""
        begun = time.perf_counter()
        os.write(self.end, key)
        self.read(30)
        first = time.perf_counter()
        return (self.settle() or first) - begun

    def cpu(self) -> float:
        """Seconds on the CPU so far, all threads."""
        tasks = Path(f"/proc/{self.process}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def kill(self) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.end)


def keys(terminal: Terminal, key: bytes, times: int) -> dict[str, float]:
    """Milliseconds for a key pressed so often: settled (median, 95th of 100), and CPU for one."""
    before = terminal.cpu()
    taken = sorted(terminal.press(key) * 1000 for _ in range(times))
    cpu = (terminal.cpu() - before) * 1000 / times
    return {"median": statistics.median(taken), "p95": taken[min(times - 1, int(0.95 * times))], "cpu": cpu}


def screen(words: list[str], *, acts: bool) -> dict[str, float]:
    """One run of a program: what it takes to begin, to move and (with `acts`) to code."""
    terminal = Terminal(words)
    try:
        found = {"first paint, s": terminal.wait_for(MARK)}
        terminal.settle()
        move = keys(terminal, b"j", 50)
        found |= {"j settled, ms": move["median"], "j p95, ms": move["p95"], "j CPU, ms": move["cpu"]}
        found["memory, MB"] = held(terminal.process)
        if acts:
            opened, applied = [], []
            for _ in range(10):
                terminal.press(b"j")
                opened.append(terminal.press(b"c") * 1000)
                applied.append(terminal.press(b"\r") * 1000)
            found["palette opens, ms"], found["code put on, ms"] = statistics.median(opened), statistics.median(applied)
            found["code by ., ms"] = keys(terminal, b"j.", 10)["p95"]
            found["extend p95, ms"] = keys(terminal, b"\x1b[1;2C", 20)["p95"]
            found["page settled, ms"] = keys(terminal, b"\x1b[6~", 10)["median"]
        return found
    finally:
        terminal.kill()


def widgets(study: Path) -> None:
    """The same text with one widget a segment."""
    from textual.app import App, ComposeResult
    from textual.containers import VerticalScroll
    from textual.widgets import Static

    from qualkit.store.transcripts import read_transcript

    transcript, _ = read_transcript(study / "transcripts" / "a.vtt", "a", "a.vtt")

    class Widgets(App[None]):
        BINDINGS = [("j", "next", "")]  # noqa: RUF012
        at = 0

        def compose(self) -> ComposeResult:
            with VerticalScroll():
                for one in transcript.segments:
                    yield Static(f"{one.start:8.0f} {one.speaker or '':<4} {one.text}", markup=False)

        def action_next(self) -> None:
            found = self.query_one(VerticalScroll).children
            found[self.at].styles.text_style = "none"
            self.at += 1
            found[self.at].styles.text_style = "reverse"
            found[self.at].scroll_visible(animate=False)

    Widgets().run()


def figures() -> dict[str, dict[str, float]]:
    """The median of the rounds, each program in turn."""
    with tempfile.TemporaryDirectory() as folder:
        small = make_study(Path(folder) / "small", SEGMENTS, CODINGS)
        large = make_study(Path(folder) / "large", MANY, CODINGS * MANY // SEGMENTS)
        code = ["-m", "qualkit", "--study"]
        programs = {
            f"qualkit code, {SEGMENTS} segments": ([*code, str(small), "code", "a"], True),
            f"qualkit code, {MANY} segments": ([*code, str(large), "code", "a"], True),
            f"one widget a segment, {SEGMENTS}": ([__file__, "--widgets", str(small)], False),
        }
        runs = {name: [screen(words, acts=acts) for _ in range(ROUNDS)] for name, (words, acts) in programs.items()}
    columns = list(next(iter(runs.values()))[0])
    nothing = float("nan")
    return {
        name: {column: statistics.median(run.get(column, nothing) for run in found) for column in columns}
        for name, found in runs.items()
    }


if __name__ == "__main__":
    if "--widgets" in sys.argv:
        widgets(Path(sys.argv[sys.argv.index("--widgets") + 1]))
    else:
        report("The coding screen in a terminal of 120 x 40 (targets in docs/coding.md)", figures())
