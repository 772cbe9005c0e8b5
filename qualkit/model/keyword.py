"""The little language of keywords, and what a word is.

| written | meets |
|---|---|
| `cv` | that whole word |
| `bankid*`, `*dosa`, `*dosa*` | words that begin, end or go on both ways so |
| `biljett+` | the word and its inflections (biljetten, biljetterna), by the stemmer of the codebook's language |
| `söka jobb` (quoted or not) | words in a row; each may have its star or plus |
| `NEAR(skriv*, ut, 3)` | all of them, in any order, with at most 3 other words between the first and the last |
| `bank* NOT bankid*` | bank*, but not where the words are part of what stands behind NOT; several NOT may follow |

Case does not matter, but NEAR and NOT are written in capitals; å ä ö are letters of their own. A word is a run of
letters and digits with hyphens, colons and apostrophes inside it: `e-post`, `1177:s` and `BankID-dosa` are one word
each. The parts of a word with hyphens are met as well: `bankid` and `dosa` in `BankID-dosa`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2019": "'", "\u00ad": None})
# Marks that belong to the letter before them: the ring of an a written as two characters, and points and signs that
# other scripts keep apart even when composed (Hebrew, Arabic, Indic, Tibetan, Japanese).
_MARKS = (
    r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    r"\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0b01-\u0b03\u0b3c-\u0b57\u0f71-\u0fbc\u3099\u309a"
)
_RUN = rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*"
_WORD = re.compile(rf"{_RUN}(?:[-:'\u2010\u2011\u2019\u00ad]{_RUN})*")
_PARTS = re.compile(r"NEAR\((?P<near>[^()]*)\)|[\"“”](?P<quoted>[^\"“”]*)[\"“”]|(?P<word>\S+)")
_QUOTES = "\"“”'"
_INNER = ("-", ":", "'")
MOST_PARTS = 8  # hyphens at which a word is cut; what is longer is no compound
MOST_NEAR, FARTHEST = 5, 50  # phrases in a NEAR, and words between them: more would be a text, not a keyword


class KeywordError(ValueError):
    """A keyword that can never match; the text says why, in words for the person who wrote it."""


class Word(NamedTuple):
    """One word of a keyword, folded: open at its end (`bankid*`), at its beginning (`*dosa`), or inflected (`cv+`)."""

    text: str
    prefix: bool = False
    suffix: bool = False
    inflected: bool = False

    def covers(self, other: Word) -> bool:
        """Whether whatever meets the other word meets this one; no where that cannot be told."""
        if other.inflected:
            return self == other
        if self.inflected:
            return self.text == other.text and not (other.prefix or other.suffix)
        if not (other.prefix or other.suffix):
            return any(self.fits(run) for run in runs(other.text))
        return self.fits(other.text) and self.prefix >= other.prefix and self.suffix >= other.suffix

    def fits(self, word: str) -> bool:
        """Whether a folded word is met, inflections and the parts of a word with hyphens aside."""
        if self.prefix and self.suffix:
            return self.text in word
        if self.prefix:
            return word.startswith(self.text)
        return word.endswith(self.text) if self.suffix else word == self.text


Phrase = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase, or several near each other with at most `between` other words between the first and the last."""

    phrases: tuple[Phrase, ...]
    between: int = 0


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword as written, what it meets, and what its words must not be part of."""

    text: str
    term: Term
    without: tuple[Term, ...] = ()

    @property
    def meaning(self) -> tuple[Term, frozenset[Term]]:
        """What it says however it is written: two keywords with one meaning are one."""
        return self.term, frozenset(self.without)

    @property
    def terms(self) -> tuple[Term, ...]:
        """All of its terms, those behind NOT too."""
        return self.term, *self.without

    @property
    def inflected(self) -> bool:
        """Whether a word in it stands for its inflections."""
        return any(word.inflected for term in self.terms for phrase in term.phrases for word in phrase)


def fold(word: str) -> str:
    """A word as keywords see it: composed, lower case, plain hyphens. å ä ö stay what they are."""
    return unicodedata.normalize("NFC", word).translate(_HYPHENS).casefold()


def runs(word: str) -> list[str]:
    """A folded word and the words in it: e-post-adress, e-post, post-adress, e, post, adress."""
    if "-" not in word:
        return [word]
    parts = word.split("-", MOST_PARTS)
    return ["-".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)]


def words_in(text: str) -> Iterator[tuple[str, int, int]]:
    """(folded word, start, end) for each word of a text; offsets in code points, half-open."""
    for word, start, end in raw_words_in(text):
        yield fold(word), start, end


def raw_words_in(text: str) -> Iterator[tuple[str, int, int]]:
    """The same with each word as it stands in the text."""
    for match in _WORD.finditer(text):
        yield match.group(), match.start(), match.end()


def count_words(text: str) -> int:
    """How many words a text has."""
    parts = text.replace(".", " ").replace(",", " ").split()
    return len(parts) if "".join(parts).isalnum() else len(_WORD.findall(text))  # plain text needs no pattern


def parse_keyword(text: str) -> Keyword:
    """The keyword that a person wrote. Raises KeywordError when it could never match anything."""
    groups: list[list[re.Match[str]]] = [[]]
    for match in _PARTS.finditer(unicodedata.normalize("NFC", text)):
        if match["word"] == "NOT":
            groups.append([])
        else:
            groups[-1].append(match)
    if len(groups) > 1 and not all(groups):
        raise KeywordError("NOT stands between two keywords: what is meant, and what is not")
    term, *without = (_term(group) for group in groups)
    for other in without:
        if _shuts_out(other, term):
            raise KeywordError("what stands behind NOT shuts out all that stands before it")
    return Keyword(text.strip(), term, tuple(without))


def _term(parts: list[re.Match[str]]) -> Term:
    near = [part["near"] for part in parts if part["near"] is not None]
    if near and len(parts) > 1:
        raise KeywordError("NEAR(...) stands alone; only NOT may follow it")
    return _near(near[0]) if near else Term((_phrase(" ".join(part["quoted"] or part[0] for part in parts)),))


def _near(inside: str) -> Term:
    *phrases, number = (part.strip() for part in inside.split(","))
    if not number.isdecimal():
        raise KeywordError("NEAR ends with a number: how many words may stand between, as in NEAR(skriv*, ut, 3)")
    if not 2 <= len(phrases) <= MOST_NEAR or int(number) > FARTHEST:
        raise KeywordError(f"NEAR takes 2 to {MOST_NEAR} words or phrases and a number of at most {FARTHEST}")
    return Term(tuple(_phrase(phrase) for phrase in phrases), int(number))


def _phrase(written: str) -> Phrase:
    inner = written.strip()
    if len(inner) >= 2 and inner[0] in _QUOTES and inner[-1] in _QUOTES:
        inner = inner[1:-1].strip()
    if not inner:
        raise KeywordError("it is empty")
    return tuple(_word(part) for part in inner.split())


def _word(part: str) -> Word:
    if part.casefold().startswith(("near(", "(")):
        raise KeywordError("NEAR is written in capitals, with its commas and brackets, and the whole in quotes")
    plain = part.removesuffix("+")
    inflected = plain != part
    stem = plain.removesuffix("*")
    prefix = stem != plain
    core = stem.removeprefix("*")
    suffix = core != stem
    if not core and "*" in part:
        raise KeywordError("a star needs the beginning or the end of a word beside it")
    if "*" in core:
        raise KeywordError(f"in '{part}' the star must stand at the beginning or the end of a word")
    if inflected and (prefix or suffix):
        raise KeywordError(f"'{part}' has a star and a plus: a star meets all inflections already")
    bare = core[:-1] if prefix and core[-1:] in _INNER and len(core) > 1 else core
    bare = bare[1:] if suffix and bare[:1] in _INNER and len(bare) > 1 else bare
    if not _WORD.fullmatch(bare):
        raise KeywordError(f"'{part}' is not one word: only letters, digits and inner hyphens can match")
    return Word(fold(core), prefix, suffix, inflected)


def _shuts_out(other: Term, term: Term) -> bool:
    """Whether a term stands wherever the keyword's own does, so that nothing is left."""
    if other == term:
        return True
    if len(other.phrases) > 1:
        return False
    (short,) = other.phrases
    return any(
        all(one.covers(word) for one, word in zip(short, phrase[at:], strict=False))
        for phrase in term.phrases
        for at in range(len(phrase) - len(short) + 1)
    )
