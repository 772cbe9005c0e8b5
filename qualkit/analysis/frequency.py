"""Which words and phrases come up how often, and in how many sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from sys import intern

from qualkit.analysis.passages import Passage
from qualkit.analysis.stopwords import stopwords
from qualkit.model.keyword import words_in

SHORTEST, LONGEST = 2, 4  # words of a phrase

Stop = Callable[[str], Collection[str]]  # language -> words that are not counted


@dataclass(frozen=True, slots=True)
class Frequency:
    """A word or phrase, folded; how often it comes up, in how many sources, and how often in each group."""

    text: str
    times: int
    sources: int
    groups: Mapping[str, int]


def frequent_words(found: Iterable[Passage], *, least: int = 1, stop: Stop = stopwords) -> list[Frequency]:
    """The words that come up `least` times or more, the most frequent first; small words are left out."""
    return _counted(_runs(found), lambda words, small: (word for word in words if word not in small), least, stop)


def frequent_phrases(found: Iterable[Passage], *, least: int = 2, stop: Stop = stopwords) -> list[Frequency]:
    """The same for two to four words in a row that begin and end with a word that is not small.

    Nothing but blanks stands between the words of a phrase. A phrase that comes up only within a longer one that is
    listed is left out.
    """
    runs = _runs(found)
    pairs = Counter(pair for _, words in runs for pair in pairwise(words))
    known = {pair for pair, count in pairs.items() if count >= least}  # no phrase comes up more often than its parts
    listed = _counted(runs, partial(_phrases, known), least, stop)
    times = {one.text: one.times for one in listed}
    within = {part for text, count in times.items() for part in _parts(text.split(" ")) if times.get(part) == count}
    return [one for one in listed if one.text not in within]


Run = tuple[Passage, list[str]]
Units = Callable[[list[str], Collection[str]], Iterable[str]]


def _runs(found: Iterable[Passage]) -> list[Run]:
    """The folded words of each text, in stretches with nothing but blanks between them."""
    runs: list[Run] = []
    for passage in found:
        text, before = passage.segment.text, -1
        for word, start, end in words_in(text):
            if before < 0 or not text[before:start].isspace():
                runs.append((passage, []))
            runs[-1][1].append(intern(word))
            before = end
    return runs


def _counted(runs: Sequence[Run], units: Units, least: int, stop: Stop) -> list[Frequency]:
    times = Counter(text for passage, words in runs for text in units(words, stop(passage.language)))
    often = sorted((text for text, count in times.items() if count >= least), key=lambda text: (-times[text], text))
    sources: dict[str, set[str]] = {text: set() for text in often}
    groups: dict[str, Counter[str]] = {text: Counter() for text in often}
    for passage, words in runs:
        for text in units(words, stop(passage.language)):
            if text in sources:
                sources[text].add(passage.source.id)
                for group in passage.groups:
                    groups[text][group] += 1
    return [Frequency(text, times[text], len(sources[text]), groups[text]) for text in often]


def _phrases(known: Collection[tuple[str, str]], words: list[str], small: Collection[str]) -> Iterator[str]:
    for start, first in enumerate(words):
        if first not in small:
            for end in range(start + 1, min(start + LONGEST, len(words))):
                if (words[end - 1], words[end]) not in known:
                    break
                if words[end] not in small:
                    yield " ".join(words[start : end + 1])


def _parts(words: list[str]) -> Iterator[str]:
    """The phrases within a longer one."""
    for length in range(SHORTEST, len(words)):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])
