"""Where the codebook's keywords meet a text: all of them in one pass, looked up by word.

Each distinct word of a language is compared with the keywords once and remembered, so a million words cost about a
million look-ups however many keywords there are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from qualkit.model.codebook import Code, Codebook
from qualkit.model.inflection import can_inflect, stems_asked, stems_said
from qualkit.model.keyword import Keyword, Phrase, Term, Word, raw_words_in, runs
from qualkit.model.keyword import fold as folded

Span = tuple[int, int]  # numbers of the first and the last word


class Keywords:
    """The keywords of all codes in use, ready to be met by words."""

    def __init__(self, codebook: Codebook) -> None:
        self._keywords = [(code, keyword) for code in codebook.open_codes.values() for keyword in code.keywords]
        self._words = _Words(codebook.language)
        self._starting: dict[int, list[tuple[Phrase, tuple[int, ...]]]] = defaultdict(list)  # by their first word
        self._asking: dict[Phrase, list[int]] = defaultdict(list)  # keywords that can begin with that phrase
        phrases = (phrase for _, keyword in self._keywords for term in keyword.terms for phrase in term.phrases)
        for phrase in dict.fromkeys(phrases):
            numbers = tuple(self._words.number(word) for word in phrase)
            self._starting[numbers[0]].append((phrase, numbers))
        for number, (_, keyword) in enumerate(self._keywords):
            self._asking[keyword.term.phrases[0]].append(number)
        self._known: dict[str, frozenset[int]] = {}

    def touch(self, text: str) -> bool:
        """Whether a word of some keyword is in the text, so that it is worth looking closer."""
        return any(self._meets(word) for word, _, _ in raw_words_in(text))

    def hits(self, text: str) -> Iterator[tuple[Code, Keyword, int, int]]:
        """(code, keyword, start, end) wherever a keyword matches the text, in its order."""
        words = list(raw_words_in(text))
        met = [self._meets(word) for word, _, _ in words]
        if not any(met):
            return
        spans = self._phrases(met)
        found = []
        for number in {number for phrase in spans for number in self._asking.get(phrase, ())}:
            keyword = self._keywords[number][1]
            shut = [span for term in keyword.without for span in places(term, spans)]
            for first, last in places(keyword.term, spans):
                if not any(begin <= last and first <= end for begin, end in shut):
                    found.append((first, last, number))
        for first, last, number in sorted(found):
            yield (*self._keywords[number], words[first][1], words[last][2])

    def _phrases(self, met: Sequence[frozenset[int]]) -> dict[Phrase, list[Span]]:
        """Where each phrase stands, from left to right."""
        spans: dict[Phrase, list[Span]] = defaultdict(list)
        for at, numbers in enumerate(met):
            for number in numbers:
                for phrase, wanted in self._starting.get(number, ()):
                    last = at + len(wanted)
                    if last <= len(met) and all(n in has for n, has in zip(wanted, met[at:last], strict=True)):
                        spans[phrase].append((at, last - 1))
        return spans

    def _meets(self, word: str) -> frozenset[int]:
        """The numbers of the keywords' words that a word, as it stands in the text, meets."""
        if (numbers := self._known.get(word)) is None:
            numbers = self._known[word] = self._words.met_by(folded(word))
        return numbers


class _Words:
    """The words of all keywords, each with a number, and which of them a word meets.

    A plus in a language whose inflections are not known means the word itself; reading a codebook says so.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._numbers: dict[Word, int] = {}
        self._open: dict[tuple[bool, bool], dict[str, int]] = defaultdict(dict)
        self._stems: dict[str, set[int]] = defaultdict(set)

    def number(self, word: Word) -> int:
        if word in self._numbers:
            return self._numbers[word]
        number = self._numbers[word] = len(self._numbers)
        if word.inflected and can_inflect(self._language):
            for stem in stems_asked(word.text, self._language):
                self._stems[stem].add(number)
        else:
            self._open[word.prefix, word.suffix][word.text] = number
        return number

    def met_by(self, whole: str) -> frozenset[int]:
        exact, ends, begins = self._open[False, False], self._open[False, True], self._open[True, False]
        met = {number for text, number in self._open[True, True].items() if text in whole}
        for run in runs(whole):
            if run in exact:
                met.add(exact[run])
            for cut in range(1, len(run) + 1):
                if (number := begins.get(run[:cut])) is not None:
                    met.add(number)
                if (number := ends.get(run[-cut:])) is not None:
                    met.add(number)
            if self._stems:
                for stem in stems_said(run, self._language):
                    met |= self._stems.get(stem, set())
        return frozenset(met)


def places(term: Term, spans: dict[Phrase, list[Span]]) -> list[Span]:
    """Where a term stands, from left to right; of several near each other, the shortest stretch from each place."""
    if len(term.phrases) == 1:
        return spans.get(term.phrases[0], [])
    those = [spans.get(phrase, []) for phrase in term.phrases]
    if not all(those):
        return []
    room = term.between + sum(map(len, term.phrases))
    found: dict[int, int] = {}  # last word -> first word: a stretch that holds a shorter one is none
    for begin in sorted({first for some in those for first, _ in some}):
        ends = [_shortest(those, number, span, begin + room) for number, span in _beginning(those, begin)]
        if known := [end for end in ends if end is not None]:
            found[min(known)] = begin
    return sorted((first, last) for last, first in found.items())


def _beginning(those: Sequence[list[Span]], begin: int) -> Iterator[tuple[int, Span]]:
    for number, some in enumerate(those):
        at = bisect_left(some, (begin, 0))
        if at < len(some) and some[at][0] == begin:
            yield number, some[at]


def _shortest(those: Sequence[list[Span]], taken: int, span: Span, limit: int) -> int | None:
    """The last word of the shortest stretch that begins with this span and holds one of each of the others, apart."""
    others = [some for number, some in enumerate(those) if number != taken]

    def ends(left: Sequence[list[Span]], used: tuple[Span, ...]) -> Iterator[int]:
        if not left:
            yield max(last for _, last in used)
            return
        for at in range(bisect_left(left[0], (span[0], 0)), len(left[0])):
            first, last = left[0][at]
            if last >= limit:
                break
            if all(last < begin or end < first for begin, end in used):
                yield from ends(left[1:], (*used, (first, last)))

    return min(ends(others, (span,)), default=None)
