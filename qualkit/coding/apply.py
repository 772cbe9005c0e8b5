"""The codebook's keywords, applied: hits become suggested codings on the sentences that hold them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qualkit.coding.anchor import make_anchor, place_anchor
from qualkit.coding.fold import fold
from qualkit.coding.sentences import sentences
from qualkit.model.act import Act
from qualkit.model.codebook import Code, Codebook
from qualkit.model.coding import SUGGESTED, Anchor, Coding
from qualkit.model.keyword import Keyword, words_in
from qualkit.model.transcript import Segment, Transcript, Word


@dataclass(frozen=True, slots=True)
class Hit:
    """One code on one sentence, with the keyword and the words that it met as the reason."""

    anchor: Anchor
    code: str
    reason: str


class Keywords:
    """All keywords of a codebook, ready to be met by words: exact first words in a table, prefixes by length."""

    def __init__(self, codebook: Codebook) -> None:
        self._exact: dict[str, list[tuple[Code, Keyword]]] = defaultdict(list)
        self._prefix: dict[str, list[tuple[Code, Keyword]]] = defaultdict(list)
        for code in codebook.codes.values():
            for keyword in code.keywords:
                first, is_prefix = keyword.words[0]
                (self._prefix if is_prefix else self._exact)[first].append((code, keyword))
        self._lengths = sorted({len(prefix) for prefix in self._prefix})
        self._met: dict[str, list[tuple[Code, Keyword]]] = {}

    def hits(self, text: str) -> Iterator[tuple[Code, Keyword, int, int]]:
        """(code, keyword, start, end) wherever a keyword matches the text."""
        words = list(words_in(text))
        for position, (word, start, _) in enumerate(words):
            for code, keyword in self._beginning(word):
                following = words[position : position + len(keyword.words)]
                if _matches(keyword, [folded for folded, _, _ in following]):
                    yield code, keyword, start, following[-1][2]

    def _beginning(self, word: str) -> list[tuple[Code, Keyword]]:
        """The keywords whose first word this could be."""
        if (met := self._met.get(word)) is None:
            met = list(self._exact.get(word, ()))
            for length in self._lengths:
                if length > len(word):
                    break
                met += self._prefix.get(word[:length], ())
            self._met[word] = met
        return met


def _matches(keyword: Keyword, words: Sequence[str]) -> bool:
    if len(words) < len(keyword.words):
        return False
    pairs = zip(keyword.words, words, strict=True)
    return all(word.startswith(text) if prefix else word == text for (text, prefix), word in pairs)


def keyword_hits(
    transcript: Transcript,
    keywords: Keywords,
    words: Mapping[str, Sequence[Word]] | None = None,
    *,
    leave_out: Callable[[Segment], bool] = lambda _: False,
) -> Iterator[Hit]:
    """One hit for each code and sentence, in the order of the text; segments to leave out are not searched."""
    for position, segment in enumerate(transcript.segments):
        if leave_out(segment):
            continue
        found = list(keywords.hits(segment.text))
        for start, end in sentences(segment.text) if found else ():
            reasons: dict[str, str] = {}
            for code, keyword, begins, ends in found:
                if start <= begins and ends <= end:
                    reasons.setdefault(code.id, f"{keyword.text}: {segment.text[begins:ends]}")
            if reasons:
                anchor = make_anchor(transcript, position, start, position, end, words)
                yield from (Hit(anchor, code, reason) for code, reason in reasons.items())


def new_hits(transcript: Transcript, hits: Iterable[Hit], before: Iterable[Coding]) -> list[Hit]:
    """The hits that say something new: their code was not yet put on, suggested for or turned down on that sentence.

    `before` are all the coder's codings of the source, at their present places, rejected and removed ones too.
    """
    end_of_segment, index = 1 << 60, transcript.index
    known: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for coding in before:
        anchor = coding.anchor
        if anchor.first == anchor.last:
            known[coding.code, anchor.first].append((anchor.first_offset, anchor.last_offset))
        else:
            known[coding.code, anchor.first].append((anchor.first_offset, end_of_segment))
            known[coding.code, anchor.last].append((0, anchor.last_offset))
            for segment in transcript.segments[index.get(anchor.first, 0) + 1 : index.get(anchor.last, 0)]:
                known[coding.code, segment.id].append((0, end_of_segment))
    return [
        hit
        for hit in hits
        if not any(
            start < hit.anchor.last_offset and hit.anchor.first_offset < end
            for start, end in known[hit.code, hit.anchor.first]
        )
    ]


def acts_to_write(
    transcript: Transcript,
    keywords: Keywords,
    words: Mapping[str, Sequence[Word]],
    acts: Sequence[Act],
    *,
    coder: str,
    accept: bool = False,
    leave_out: Callable[[Segment], bool] = lambda _: False,
) -> list[Act]:
    """The acts that bring a coder's journal up to date with the keywords; none when nothing is new.

    With `accept`, hits are applied, and open suggestions that came from keywords are accepted.
    """
    state = fold(transcript.source, acts)
    before = [
        replace(coding, anchor=place_anchor(transcript, coding.anchor).anchor)
        for coding in [*state.codings.values(), *state.removed.values()]
    ]
    hits = new_hits(transcript, keyword_hits(transcript, keywords, words, leave_out=leave_out), before)
    made = [
        Act(
            "",
            "",
            coder,
            "code" if accept else "suggest",
            anchor=hit.anchor,
            code=hit.code,
            origin="keyword",
            reason=hit.reason,
        )
        for hit in hits
    ]
    waiting = [c for c in state.codings.values() if c.status == SUGGESTED and c.origin == "keyword"] if accept else []
    return [Act("", "", coder, "accept", target=coding.id) for coding in waiting] + made
