"""A recording in several files: how they stand in one cell, in which order, and what they are called together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path

from qualkit.errors import QualkitError

MARK = "|"  # stands between the parts: Windows has no file names with it, and spreadsheets leave it alone
_PART_WORD = re.compile(r"(?:^|[\W_]+)(?:part|del|pt|fil|file)?[\W_]*$", re.IGNORECASE)


def split_parts(cell: str) -> tuple[str, ...]:
    """The files that a cell of the column recording names, in order; a line break stands between two of them as well.

    Backslashes become slashes.
    """
    parts = (part.strip().replace("\\", "/") for part in re.split(r"[|\n]", cell))
    return tuple(part for part in parts if part)


def join_parts(parts: Iterable[str]) -> str:
    """Such a cell; `split_parts` reads it."""
    return f" {MARK} ".join(parts)


def in_natural_order(files: Iterable[Path]) -> tuple[Path, ...]:
    """Files in the order of their names, with numbers in them as numbers: part 2 before part 10."""
    return tuple(sorted(files, key=lambda file: (_natural(_stem(file)), str(file))))


def common_name(files: Sequence[Path]) -> str:
    """What their names begin with, without the number and the word for it: `Möte del 1` and `Möte del 2` give `Möte`.

    A single file's own name; the first one's where the names have nothing in common.
    """
    stems = [_stem(file) for file in files]
    if len(stems) == 1:
        return stems[0]
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    shared = "".join(letters[0] for letters in alike)
    rests = [stem[len(shared) :] for stem in stems]
    for same in (r"\d", r"[^\W\d_]"):  # neither a number nor a word is cut in two
        if any(re.match(same, rest) for rest in rests):
            shared = re.sub(f"{same}+$", "", shared)
    return _PART_WORD.sub("", shared) or stems[0]


def _stem(file: Path) -> str:
    return unicodedata.normalize("NFC", file.stem)


def _natural(stem: str) -> list[str | int]:
    """Words and numbers in turns, words first, so that two of them can be compared."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", stem.casefold())]


def refuse_twice(files: Sequence[Path]) -> None:
    """QualkitError where two of these are one file, however it is written."""
    places: set[Path] = set()
    for file in files:
        if file.resolve() in places:
            raise QualkitError("this file is named twice", where=str(file), hint="name each file once")
        places.add(file.resolve())
