"""Speaker labels where they stand in a transcript's file, so that one can be exchanged and no other letter changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qualkit.errors import QualkitError

_JOINERS = ("\u200c", "\u200d")  # ZWNJ and ZWJ: Persian, Hindi and others write words with them
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and marks by their category, but nothing is drawn
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


def plain(written: str) -> str:
    """A label as people compare it: composed letters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", written).split())


def new_label(written: str) -> str:
    """A label that a transcript and a table can hold. QualkitError where they cannot."""
    label = plain(written)
    if not label:
        raise QualkitError("a speaker needs a label", hint="write the old and the new one: S1=Anna")
    if not _visible(label):
        raise QualkitError(f"the label {label!a} holds a sign that nobody sees", hint="type it anew")
    return label


def _visible(label: str) -> bool:
    """Whether no sign of it is hidden or turns the others round; joiners inside a word belong to it in many scripts."""
    words = "".join(sign if sign not in _JOINERS else "" for sign in label)
    joined = all(not word.startswith(_JOINERS) and not word.endswith(_JOINERS) for word in label.split())
    return joined and not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") or sign in _BLANK for sign in words)
