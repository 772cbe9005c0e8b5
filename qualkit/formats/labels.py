"""Who speaks, where it is written before the words: `Anna: Hej`. What is a label and what is only a colon.

A label once taken for a speaker becomes a voice that counts, so the rule is narrow, and what looks like a label and is
not taken is told. Labels are kept as they are written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

STAMP = (
    r"(?:\[\s*(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?\s*\]"  # [00:01:02], [01:02], [00:01:02.5]
    r"|\#(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[-.,]\d{1,3})?\#)"  # #00:01:02-3#, as f4 and easytranscript write it
)
_BOLD = r"(?:\*\*|__)?"
_LABEL = re.compile(
    rf"{_BOLD}(?P<name>[^\W_][^:*\[\]\#<>?!;\"“”\n]{{0,47}}?){_BOLD}\s*(?P<stamp>{STAMP})?\s*:{_BOLD}(?=\s|$)\s*"
)
_STOP = re.compile(
    r"\b(?!(?:dr|mr|mrs|ms|prof|st)\.)\w{2,}\.", re.IGNORECASE
)  # a sentence has ended; `Dr. Berg` and `A. Berg` are names
_MOST_WORDS = 5
# What stands at the top of a transcript with a colon after it, and is nobody's name.
_HEADINGS = frozenset(
    [
        "datum",
        "date",
        "tid",
        "time",
        "plats",
        "place",
        "ort",
        "kommun",
        "municipality",
        "ämne",
        "subject",
        "titel",
        "title",
        "projekt",
        "project",
        "fil",
        "file",
        "längd",
        "duration",
        "inspelning",
        "recording",
        "inspelad",
        "recorded",
        "språk",
        "language",
        "närvarande",
        "present",
        "transkriberad",
        "transcribed",
        "transkribering",
        "transcription",
        "intervju",
        "interview",
        "källa",
        "source",
        "version",
        "anteckning",
        "note",
        "obs",
    ]
)


def label(line: str) -> tuple[str, str, str] | None:
    """(name, time mark or "", the rest of the line) where a line begins as a turn may begin."""
    match = _LABEL.match(line)
    if match is None:
        return None
    name = " ".join(match["name"].split())
    bare = re.sub(r"\([^)]*\)", "", name)
    if _STOP.search(bare) or not 1 <= len(bare.split()) <= _MOST_WORDS or _is_heading(bare):
        return None
    return name, match["stamp"] or "", line[match.end() :]


def speakers(names: Iterable[str]) -> dict[str, int]:
    """Label -> how often it stands, of those that are speakers: written like a name, or short and said again."""
    return {
        name: times
        for name, times in Counter(names).items()
        if _like_a_name(name) or (times > 1 and len(name.split()) <= 3)
    }


def _is_heading(name: str) -> bool:
    first, *rest = name.casefold().split()
    return first in _HEADINGS and (not rest or rest[0] in ("av", "by", "den", "nr", "no", "för", "start", "slut"))


def _like_a_name(name: str) -> bool:
    words = re.sub(r"\([^)]*\)", "", name).split()
    return any(word[0].isalpha() for word in words) and all(word[0].isupper() or word[0].isdigit() for word in words)
