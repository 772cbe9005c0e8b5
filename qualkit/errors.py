"""What can go wrong, as people meet it.

Errors of content (a row, a line, a keyword) are data: a list of `Problem`, all shown at once.
An act that cannot be done is one `QualkitError`. Anything else is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the command tells the shell; docs/commands.md lists them for people."""

    DONE = 0
    FAILED = 1  # the act could not be done, or `check` found errors
    USAGE = 2  # the words of the command line are off
    BUG = 70  # a mistake in qualkit itself
    INTERRUPTED = 130  # Ctrl+C


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in the study that a person should look at. `where` is "file" or "file:line"; `column` counts from 1."""

    where: str
    message: str
    hint: str = ""
    warning: bool = False
    column: int = 0  # 0 = not known

    @property
    def spot(self) -> str:
        """ "file:line:column", as far as it is known."""
        return f"{self.where}:{self.column}" if self.column else self.where


class QualkitError(Exception):
    """An act that cannot be done: what happened, where ("file:line"), what to do."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint


class ContentError(QualkitError):
    """The study's own files hold errors that would make a result wrong; `problems` lists them."""

    def __init__(self, what: str, problems: Iterable[Problem], *, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.problems = tuple(problems)


def place(path: str, line: int | None = None) -> str:
    """ "file:line", or "file" where no line is known."""
    return f"{path}:{line}" if line else path


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that are errors, not warnings."""
    return [problem for problem in problems if not problem.warning]


def refuse_errors(problems: Iterable[Problem], what: str) -> None:
    """Raise `ContentError` saying `what`, if any of the problems is an error."""
    errors = errors_of(problems)
    if errors:
        raise ContentError(what, errors, hint="mend these first; `qualkit check` lists every problem of the study")
