"""What keywords meet: in context, how often, and where those of two codes meet the same words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from qualkit.analysis.passages import Passage
from qualkit.analysis.stretches import Stretches
from qualkit.coding.keywords import Keywords
from qualkit.coding.sentences import sentences
from qualkit.model.codebook import Code, Codebook, Theme
from qualkit.model.coding import APPLIED, REJECTED
from qualkit.model.keyword import Keyword, fold

_WORD = re.compile(r"\S*\w\S*")
BETWEEN = " / "  # stands where one segment ends and the next begins


@dataclass(frozen=True, slots=True)
class Met:
    """A keyword on the words that it meets: start and end in the segment, in code points, and those of its sentence."""

    passage: Passage
    code: str
    keyword: str
    start: int
    end: int
    sentence: tuple[int, int]

    @property
    def words(self) -> str:
        """The words that it meets, as they stand."""
        return self.passage.segment.text[self.start : self.end]


def keywords_met(found: Iterable[Passage], codebook: Codebook) -> Iterator[Met]:
    """Wherever a keyword of a code in use meets words, sentence by sentence as `qualkit apply` does it."""
    keywords = Keywords(codebook)
    for passage in found:
        text = passage.segment.text
        for start, end in sentences(text):
            for code, keyword, begin, finish in keywords.hits(text[start:end]):
                yield Met(passage, code.id, keyword.text, start + begin, start + finish, (start, end))


def to_try(keywords: Sequence[Keyword], language: str) -> Codebook:
    """A codebook that holds nothing but these keywords."""
    codes = (Code("", "", "", keywords=tuple(keywords)),)
    return Codebook(language=language, themes=(Theme("", "", codes=codes),))


@dataclass
class Use:
    """What a keyword meets. `coded`, `rejected`: of the sentences, those on which its code was applied or rejected."""

    code: str
    keyword: str
    times: int = 0
    sentences: int = 0
    coded: int = 0
    rejected: int = 0
    sources: set[str] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)  # the words that it meets, folded
    groups: Counter[str] = field(default_factory=Counter)


def keyword_use(found: Iterable[Passage], codebook: Codebook, stretches: Stretches | None = None) -> list[Use]:
    """What each keyword of the codes in use meets, in the codebook's order; those that meet nothing, too."""
    uses = {(c.id, k.text): Use(c.id, k.text) for c in codebook.open_codes.values() for k in c.keywords}
    seen: set[tuple[str, str, str, int, int]] = set()
    for met in keywords_met(found, codebook):
        use, passage = uses[met.code, met.keyword], met.passage
        use.times += 1
        use.sources.add(passage.source.id)
        use.forms[fold(" ".join(met.words.split()))] += 1
        use.groups.update(passage.groups)
        sentence = (met.code, met.keyword, passage.source.id, passage.position, met.sentence[0])
        if sentence not in seen:
            seen.add(sentence)
            use.sentences += 1
            statuses = stretches.statuses(passage, *met.sentence, met.code) if stretches else ()
            use.coded += APPLIED in statuses
            use.rejected += REJECTED in statuses and APPLIED not in statuses
    return list(uses.values())


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two keywords of different codes that meet the same words, how often, and an example."""

    first: tuple[str, str]  # (code, keyword)
    second: tuple[str, str]
    times: int
    example: str


def overlaps(found: Iterable[Passage], codebook: Codebook) -> list[Overlap]:
    """Where keywords of two codes meet the same words, the most frequent first; then those that are written alike."""
    times: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    examples: dict[tuple[tuple[str, str], tuple[str, str]], str] = {}
    keywords = [(code.id, keyword.text) for code in codebook.open_codes.values() for keyword in code.keywords]
    order = {one: number for number, one in enumerate(keywords)}
    here: dict[tuple[str, int, int], list[Met]] = defaultdict(list)
    for met in keywords_met(found, codebook):
        here[met.passage.source.id, met.passage.position, met.sentence[0]].append(met)
    for group in here.values():
        for one, other in _pairs(group):
            pair = _ordered((one.code, one.keyword), (other.code, other.keyword), order)
            times[pair] += 1
            examples.setdefault(pair, max(one.words, other.words, key=len))
    for pair in _alike(order):
        times.setdefault(pair, 0)
    listed = sorted(times, key=lambda pair: (-times[pair], order[pair[0]], order[pair[1]]))
    return [Overlap(*pair, times[pair], examples.get(pair, "")) for pair in listed]


Pair = tuple[tuple[str, str], tuple[str, str]]


def _ordered(one: tuple[str, str], other: tuple[str, str], order: Mapping[tuple[str, str], int]) -> Pair:
    return (one, other) if order[one] < order[other] else (other, one)


def _pairs(group: Sequence[Met]) -> Iterator[tuple[Met, Met]]:
    for number, one in enumerate(group):
        for other in group[number + 1 :]:
            if one.code != other.code and one.start < other.end and other.start < one.end:
                yield one, other


def _alike(order: Mapping[tuple[str, str], int]) -> Iterator[Pair]:
    """The same keyword in two codes."""
    written: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, keyword in order:
        written[fold(keyword)].append((code, keyword))
    for those in written.values():
        for number, one in enumerate(those):
            yield from ((one, other) for other in those[number + 1 :] if one[0] != other[0])


@dataclass(frozen=True, slots=True)
class InContext:
    """A keyword in context: the words that it meets, and those before and after them."""

    met: Met
    before: str
    after: str


def in_context(met: Iterable[Met], words: int) -> Iterator[InContext]:
    """Each with this many words on either side; they go on into the segments beside it, with a / between."""
    for one in met:
        segments, at = one.passage.transcript.segments, one.passage.position
        before, after = one.passage.segment.text[: one.start], one.passage.segment.text[one.end :]
        for segment in reversed(segments[:at]):
            if _words(before) >= words:
                break
            before = f"{segment.text}{BETWEEN}{before}"
        for segment in segments[at + 1 :]:
            if _words(after) >= words:
                break
            after = f"{after}{BETWEEN}{segment.text}"
        yield InContext(one, _nearest(before[::-1], words)[::-1], _nearest(after, words))


def _words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def _nearest(text: str, words: int) -> str:
    """The first words of a text, in one line; what stands close to its beginning stays close to it."""
    found = list(islice(_WORD.finditer(text), words))
    near = text[: found[-1].end()] if found else ""
    return " ".join(near.split()) if not near[:1].isspace() else " " + " ".join(near.split())
