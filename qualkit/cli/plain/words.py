"""Words that a person names instead of pointing at them: in a segment, or from there to there."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.coding.text import Span, Text

_TO = re.compile(r"\s*(?:\.\.\.|…)\s*")
_QUOTES = "\"'”“»«"


def letters(line: str) -> str:
    """A line that was typed, as the texts are (NFC). QualkitError where it holds what is no letter or sign."""
    if any("\ud800" <= sign <= "\udfff" for sign in line):
        raise QualkitError("this line is not UTF-8", hint="save the script as UTF-8")
    if any((sign < " " and sign != "\t") or "\x7f" <= sign < "\xa0" for sign in line):
        raise QualkitError(
            "this line holds keys that are no letters", hint="type it again; this terminal has no arrows"
        )
    return unicodedata.normalize("NFC", line)


def places(text: str, words: str) -> list[tuple[int, int]]:
    """Where words stand in a text, as code points, half-open: as whole words, else as parts of words.

    Case does not matter, and blanks are all the same.
    """
    inner = r"\s+".join(map(re.escape, words.split()))
    if not inner:
        return []
    whole = [found.span() for found in re.finditer(rf"(?<!\w){inner}(?!\w)", text, re.IGNORECASE)]
    return whole or [found.span() for found in re.finditer(inner, text, re.IGNORECASE)]


def place(text: str, words: str) -> tuple[int, int]:
    """The one place of words in a segment's text. QualkitError where they do not stand there, or more than once."""
    found = places(text, words)
    if not words.strip():
        raise QualkitError("which words?")
    if not found:
        raise QualkitError(f"'{words}' does not stand in this segment")
    if len(found) > 1:
        raise QualkitError(
            f"'{words}' stands {len(found)} times in this segment", hint="add words that stand beside it"
        )
    return found[0]


def named(text: Text, at: int, words: str) -> Span:
    """The words that a person names: "vill ha BankID" of segment `at`, or "vill ... Tack" from there to there.

    The first part stands in that segment, the last one at the next place behind it, in a later segment too.
    """
    words = words.strip().strip(_QUOTES)
    first, last = ends(words)
    if last is None or places(text.segments[at].text, words):
        return _span(text, at, words)
    low = _span(text, at, first)
    return low[0], behind(text, low[1] + 1, last)[1]


def ends(words: str) -> tuple[str, str | None]:
    """What stands before and behind "..."; None behind where there is none."""
    first, *rest = _TO.split(words.strip(), maxsplit=1)
    return first, rest[0] if rest else None


def behind(text: Text, word: int, words: str) -> Span:
    """The first place of words from a word on, over segments. QualkitError where there is none."""
    for segment in range(text.segment_of(min(word, text.total - 1)), len(text.segments)):
        for start, end in places(text.segments[segment].text, words):
            found = text.between(segment, start, segment, end)
            if found is not None and found[0] >= word:
                return found
    raise QualkitError(f"'{words}' does not stand behind these words")


def _span(text: Text, at: int, words: str) -> Span:
    start, end = place(text.segments[at].text, words)
    return text.word_at(at, start), text.word_at(at, end - 1)
