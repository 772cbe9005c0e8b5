"""The little language of keywords, and what a word is.

`bankid*` is a word that begins so, `cv` that whole word, `söka jobb` (quoted or not) a phrase whose
words may end in `*`. Case does not matter; å ä ö are letters of their own. A word is a run of letters
and digits with hyphens, colons and apostrophes inside it: `e-post`, `1177:s` and `BankID-dosa` are one
word each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2019": "'", "\u00ad": None})
# Marks that belong to the letter before them: the ring of an a written as two characters, and points and signs that
# other scripts keep apart even when composed (Hebrew, Arabic, Indic, Tibetan, Japanese).
_MARKS = (
    r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    r"\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0b01-\u0b03\u0b3c-\u0b57\u0f71-\u0fbc\u3099\u309a"
)
_RUN = rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*"
_WORD = re.compile(rf"{_RUN}(?:[-:'\u2010\u2011\u2019\u00ad]{_RUN})*")


class KeywordError(ValueError):
    """A keyword that can never match; the text says why, in words for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword as written, and its words: (folded text, whether it is a prefix)."""

    text: str
    words: tuple[tuple[str, bool], ...]


def fold(word: str) -> str:
    """A word as keywords see it: composed, lower case, plain hyphens. å ä ö stay what they are."""
    return unicodedata.normalize("NFC", word).translate(_HYPHENS).casefold()


def words_in(text: str) -> Iterator[tuple[str, int, int]]:
    """(folded word, start, end) for each word of a text; offsets in code points, half-open."""
    for match in _WORD.finditer(text):
        yield fold(match.group()), match.start(), match.end()


def count_words(text: str) -> int:
    """How many words a text has."""
    parts = text.replace(".", " ").replace(",", " ").split()
    return len(parts) if "".join(parts).isalnum() else len(_WORD.findall(text))  # plain text needs no pattern


def parse_keyword(text: str) -> Keyword:
    """The keyword that a person wrote. Raises KeywordError when it could never match anything."""
    inner = unicodedata.normalize("NFC", text).strip()
    if len(inner) >= 2 and inner[0] in "\"“”'" and inner[-1] in "\"“”'":
        inner = inner[1:-1].strip()
    if not inner:
        raise KeywordError("it is empty")
    return Keyword(text.strip(), tuple(_keyword_word(part) for part in inner.split()))


def _keyword_word(part: str) -> tuple[str, bool]:
    stem = part.removesuffix("*")
    if not stem:
        raise KeywordError("a star needs the beginning of a word before it")
    if "*" in stem:
        raise KeywordError(f"in '{part}' the star must stand at the end of a word")
    prefix = part.endswith("*")
    core = stem[:-1] if prefix and stem[-1] in "-:'" and len(stem) > 1 else stem
    if not _WORD.fullmatch(core):
        raise KeywordError(f"'{part}' is not one word: only letters, digits and inner hyphens can match")
    return fold(stem), prefix
