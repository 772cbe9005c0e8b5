"""Speaker labels where they stand in a transcript's file, so that one can be exchanged and no other letter changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Label:
    """A speaker's label in a segment; it stands from `start` to `end` (code points) in the file's text."""

    segment: str
    speaker: str
    start: int
    end: int


def line_starts(text: str) -> list[int]:
    """Where each line of a file's text begins, whatever its line ends."""
    return [0, *(end.end() for end in _LINE_END.finditer(text))]


def exchanged(text: str, labels: Iterable[Label], new: Callable[[Label], str | None]) -> str:
    """The text with what `new` gives, as it is written in that file, in the place of labels; None leaves one."""
    parts, at = [], 0
    for label in labels:
        if (written := new(label)) is not None:
            parts += [text[at : label.start], written]
            at = label.end
    return "".join([*parts, text[at:]])
