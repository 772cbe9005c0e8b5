"""The only module that prints. Results go to stdout; progress, remarks and errors go to stderr."""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from qualkit.cli.layout import broken, columns, table_lines
from qualkit.errors import ContentError, Problem, QualkitError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

WIDE = 160  # columns of a table that goes to a file or another program
BAR = 24  # columns of a progress bar: with its name, figures and times it fits a screen of 80, mostly one of 60
SHOWN = 20  # problems listed with an error; `qualkit check` lists all

_OBEYED = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))  # signs of a text that a terminal would obey

_on_screen: list[Progress] = []


def say(text: str = "", *, indent: int = 0) -> None:
    """A line of the result, or several; `indent` stands before what a screen has no room for in the line."""
    _write(sys.stdout, text, indent)


def count(number: int, what: str) -> str:
    """A number with its noun: 1 excerpt, 2 excerpts."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def note(text: str) -> None:
    """A remark beside the result."""
    _write(sys.stderr, text)


def _write(stream: TextIO, text: str, indent: int = 0) -> None:
    if room := screen(stream):
        text = "\n".join(part for line in text.translate(_OBEYED).split("\n") for part in broken(line, room, indent))
    stream.write(text + "\n")


def screen(stream: TextIO) -> int | None:
    """Columns of a screen, on which long lines are broken; None for a file or another program, which get them whole."""
    return _console(stream).width if stream.isatty() else None


def size(number: float) -> str:
    """Bytes as people read them: 484 MB, 1.5 GB."""
    return f"{number / 1e6:.0f} MB" if number < 999.5e6 else f"{number / 1e9:.1f} GB"


def agreed(question: str) -> bool:
    """Whether a person says yes; no answer is a no."""
    import typer

    return typer.confirm(question, default=False, err=True)


def read_line(question: str, text: str = "") -> str | None:
    """A line that a person types or a script sends, without blanks around it; None at the end of the input.

    `text` stands there to be changed, where the terminal can do that.
    """
    sys.stdout.flush()
    if sys.stdin.isatty() and sys.stdout.isatty() and _lines_can_be_changed():
        return _typed(question, text)
    sys.stderr.write(question.translate(_OBEYED))
    sys.stderr.flush()
    if line := sys.stdin.readline():
        return line.strip()
    if question:
        note("")
    return None


def _lines_can_be_changed() -> bool:
    """Whether the keys that change a line know our letters: in another locale than UTF-8 they cut a line at an å."""
    import locale

    return not hasattr(locale, "nl_langinfo") or locale.nl_langinfo(locale.CODESET).upper() == "UTF-8"


def _typed(question: str, text: str) -> str | None:
    """A line of a terminal, with the arrows and the lines before; Windows has these without `readline`."""
    with contextlib.ExitStack() as last, contextlib.suppress(EOFError):
        with contextlib.suppress(ImportError):
            import readline

            readline.set_startup_hook(lambda: readline.insert_text(text))
            last.callback(readline.set_startup_hook)
        return input(question.translate(_OBEYED)).strip()
    note("")
    return None


def someone_types() -> bool:
    """Whether a person types what `read_line` gives, not a script; a script is read as UTF-8 from here on."""
    if sys.stdin.isatty():
        return True
    with contextlib.suppress(AttributeError, ValueError):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")  # type: ignore[union-attr]
    return False


def answer(question: str, known: Mapping[str, str], *, none: str) -> str:
    """What a person's answer means, asked again until it is one of `known`; `none` where nobody is there to answer."""
    while (line := read_line(question)) is not None:
        if (meaning := known.get(line.casefold())) is not None:
            return meaning
        note(f"one of: {', '.join(known)}")
    return none


def key(keys: Sequence[str]) -> str:
    """The key of these that a person presses; the last of them where nobody is there to press one."""
    import typer

    while True:
        pressed = typer.getchar() if sys.stdin.isatty() else (sys.stdin.readline() or keys[-1])
        if pressed.strip().lower()[:1] in keys:
            return pressed.strip().lower()[:1]


def short(text: str, most: int = 100) -> str:
    """A text on one line; where it is longer than that, its beginning and end."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most // 2].rstrip()} ... {line[-most // 2 :].lstrip()}"


def width() -> int:
    """How many columns a table may take."""
    return screen(sys.stdout) or WIDE


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False)


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = (), least: Sequence[int] = ()
) -> None:
    """A table on stdout; `numbers` are the columns that stand to the right, `least` those that give way to others."""
    for line in table_lines(headings, rows, width(), numbers=numbers, least=least):
        say(line)


def figures(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of short cells, names left and figures right; in parts where it is wider than the screen."""
    lines = [headings, *rows]
    widths = _widths(lines)
    room = width()
    part: list[int] = []
    for column in range(1, len(headings)):
        if part and widths[0] + sum(widths[i] + 2 for i in [*part, column]) > room:
            _part_of_figures(lines, widths, [0, *part])
            say()
            part = []
        part.append(column)
    _part_of_figures(lines, widths, [0, *part])


def fits(lines: Sequence[Sequence[str]]) -> bool:
    """Whether `figures` shows this table (headings first) in one part."""
    return sum(column + 2 for column in _widths(lines)) - 2 <= width()


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    return [max(columns(line[column]) for line in lines) for column in range(len(lines[0]))]


def _part_of_figures(lines: Sequence[Sequence[str]], widths: Sequence[int], part: Sequence[int]) -> None:
    for number, line in enumerate(lines):
        blanks = {i: " " * (widths[i] - columns(line[i])) for i in part}
        say("  ".join(blanks[i] + line[i] if i else line[i] + blanks[i] for i in part).rstrip())
        if number == 0:
            say("─" * (sum(widths[i] + 2 for i in part) - 2))


def problems(found: Sequence[Problem], *, most: int | None = None, stderr: bool = False) -> None:
    """Each problem in two lines: what and where, then what to do."""
    write = note if stderr else say
    for problem in found[:most]:
        write(f"{'warning' if problem.warning else 'error'}  {problem.spot}: {problem.message}")
        if problem.hint:
            write(f"         {problem.hint}")
    if most is not None and len(found) > most:
        write(f"... and {len(found) - most} more")


def failed(error: QualkitError) -> None:
    """An act that could not be done."""
    note(f"error: {error.where + ': ' if error.where else ''}{error.what}")
    if isinstance(error, ContentError):
        problems(error.problems, most=SHOWN, stderr=True)
    if error.hint:
        note(f"  try: {error.hint}")


def crashed(error: BaseException) -> None:
    """A bug: the frames and the kind of error. The message is left out, for it may hold words of an interview."""
    note("".join(traceback.format_tb(error.__traceback__)).rstrip())
    note(f"{type(error).__name__} (its message is left out: it may hold words of your material)")
    note("This is a mistake in qualkit. Nothing is lost; please report the lines above.")


@contextlib.contextmanager
def progress(label: str, total: float) -> Iterator[Callable[[float], None]]:
    """A bar with the time left on stderr; plain lines where that is no terminal. Give it what is done so far.

    Inside another one it stands in its place, with its own name and time, until it is done.
    """
    if not sys.stderr.isatty():
        yield _plain_progress(label, total)
        return
    with _bars() as bars:
        outer = [task.id for task in bars.tasks if task.visible]
        for task in outer:
            bars.update(task, visible=False)
        ours = bars.add_task(label, total=total)
        try:
            yield lambda done: bars.update(ours, completed=min(done, total))
        finally:
            if outer:
                bars.remove_task(ours)
            for task in outer:
                bars.update(task, visible=True)


@contextlib.contextmanager
def _bars() -> Iterator[Progress]:
    """What is on the screen already, for a screen holds one, or a new one."""
    from rich import progress as parts

    if _on_screen:
        yield _on_screen[-1]
        return
    name, left = parts.TextColumn("{task.description}"), parts.TextColumn("left:")
    times = parts.TimeElapsedColumn(), left, parts.TimeRemainingColumn()
    shown = name, parts.BarColumn(BAR), parts.TaskProgressColumn(), *times
    with parts.Progress(*shown, console=_console(sys.stderr)) as bars:
        _on_screen.append(bars)
        try:
            yield bars
        finally:
            _on_screen.remove(bars)


def _plain_progress(label: str, total: float) -> Callable[[float], None]:
    said = -1

    def show(done: float) -> None:
        nonlocal said
        tenth = min(int(10 * done / total), 10) if total else 10
        if tenth > said:
            said = tenth
            note(f"{label}: {tenth * 10} %")

    return show
