"""Words of the study as hints: a window that sounds like one of them is heard again, told of those words alone.

A list of words told before every window does more harm than good: the engine falls into the style of a list, and
recites it where nobody speaks. Told of the few words that it nearly heard, it gets most of them right, and what holds
none of them stays as it is (measured in docs/transcription.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from qualkit.transcribe.listen import LOOPS

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples
    from qualkit.transcribe.engines import Hear, Heard

CLOSE = 0.8  # likeness (0 to 1) of letters from which something heard may be a word of the study
NEAR = 0.7  # the same for further words, once the window is heard again
JOINED = 3  # words that may be one: `så detalje` is Södertälje
TOLD = 8  # words told at once, and
BYTES = 220  # their length: Whisper takes 223 tokens, and a token is at least a byte
SAME = 0.9  # likeness of the letters of both hearings
SURE = -0.05  # by how much the mean log probability may change


def with_words(hear: Hear, words: Sequence[str]) -> Hear:
    """The same engine, listening for words of the study. The same sound gives the same answer.

    The second hearing of a window is taken where a word comes up in it that did not before, nearly all else is the
    same, and the engine is no less sure.
    """

    def heard(clip: Samples, *, hints: str = "", careful: bool = False) -> list[Heard]:
        if careful:
            return hear(clip, careful=True)
        first = hear(clip, hints=hints)
        told = sounding(_text(first), words)
        if not told:
            return first
        again = hear(clip, hints=", ".join(told))
        return again if _better(first, again, told) else first

    return heard


def sounding(text: str, words: Iterable[str]) -> list[str]:
    """Which of the words something in the text sounds like, without being it; the most alike first."""
    words = list(words)
    spoken = list(_letters(_without(text, words)))
    likeness = {word: _likeness("".join(_words(word)), spoken) for word in words}
    near = sorted((word for word in words if likeness[word] >= NEAR), key=lambda word: -likeness[word])
    if not near or likeness[near[0]] < CLOSE:
        return []
    kept = near[:TOLD]
    while len(", ".join(kept).encode()) > BYTES:
        kept.pop()
    return kept


def _likeness(word: str, spoken: Iterable[str]) -> float:
    """How alike the most alike is; 0 where none is near."""
    matcher = SequenceMatcher(None, "", word, autojunk=False)
    best = 0.0
    for other in spoken:
        matcher.set_seq1(other)
        least = max(best, NEAR)
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least and matcher.ratio() >= least:
            best = matcher.ratio()
    return best


def _without(text: str, words: Sequence[str]) -> str:
    """The text with a line break for each word that was heard right."""
    return _spoken(words).sub("\n", text) if words else text


def _spoken(words: Iterable[str]) -> re.Pattern[str]:
    """Finds the words in a text, and their genitives; capitals make no difference."""
    longest = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest)})s?(?!\w)", re.IGNORECASE)


def _letters(text: str) -> Iterator[str]:
    """The letters of each word, and of up to JOINED words in a row, each once."""
    found = set()
    for line in text.split("\n"):
        said = _words(line)
        for count in range(1, JOINED + 1):
            found |= {"".join(said[at : at + count]) for at in range(len(said) - count + 1)}
    return iter(sorted(found))


def _better(first: Sequence[Heard], again: Sequence[Heard], told: Iterable[str]) -> bool:
    before, after = _text(first), _text(again)
    if not any(len(one.findall(after)) > len(one.findall(before)) for one in (_spoken([word]) for word in told)):
        return False
    if any(one.compression > LOOPS for one in again) or _sureness(again) - _sureness(first) < SURE:
        return False
    return SequenceMatcher(None, "".join(_words(before)), "".join(_words(after)), autojunk=False).ratio() >= SAME


def _sureness(heard: Sequence[Heard]) -> float:
    return sum(one.log_probability for one in heard) / max(1, len(heard))


def _text(heard: Iterable[Heard]) -> str:
    return "".join(word.text for one in heard for word in one.words)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
