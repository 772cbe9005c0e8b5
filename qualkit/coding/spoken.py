"""The times of words when the text above them is corrected, cut in two or joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from qualkit.model.keyword import words_in
from qualkit.model.transcript import Segment, Word

_WORD = re.compile(r"\s*\S+")


def _plain(text: str) -> str:
    """A word without the signs around it, where it is more than signs."""
    return "".join(word for word, _, _ in words_in(text)) or text.strip()


def fit(words: Sequence[Word], text: str) -> bool:
    """Whether these are the words of a text."""
    return bool(words) and "".join(word.text for word in words).strip() == text


def corrected(words: Sequence[Word], old: str, new: str) -> tuple[Word, ...]:
    """The words of the new text: those that stay keep their times, those put for others share the time of these.

    A word that was put in lies between its neighbours. What a person wrote has confidence 1. Empty where the words
    did not fit the old text.
    """
    if not fit(words, old):
        return ()
    texts = _WORD.findall(new)
    if texts and words[0].text[:1].isspace():
        texts[0] = f" {texts[0]}"
    made: list[Word] = []
    matcher = SequenceMatcher(
        None, [_plain(word.text) for word in words], [_plain(text) for text in texts], autojunk=False
    )
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal":
            made += [
                Word(texts[j + n], words[i + n].start, words[i + n].end, words[i + n].confidence)
                for n in range(i_end - i)
            ]
        elif j < j_end:
            start = words[i].start if i < i_end else made[-1].end if made else words[0].start
            end = words[i_end - 1].end if i < i_end else words[i].start if i < len(words) else start
            made += spread(texts[j:j_end], start, max(start, end))
    return tuple(made)


def spread(texts: Sequence[str], start: float, end: float) -> list[Word]:
    """Words that share a stretch of time (seconds) in proportion to their letters."""
    letters = sum(len(text.strip()) for text in texts) or 1
    made, done = [], 0
    for text in texts:
        begin, done = done, done + len(text.strip())
        first, last = (round(start + (end - start) * part / letters, 3) for part in (begin, done))
        made.append(Word(text, first, last, 1.0))
    return made


def cut(
    segment: Segment, words: Sequence[Word], ends: int
) -> tuple[float | None, float | None, tuple[tuple[Word, ...], ...]]:
    """When the first part ends (at an offset of the text) and the second begins, in seconds, and the words of both."""
    if segment.start is None or segment.end is None:
        return None, None, ()
    if not fit(words, segment.text):
        time = segment.start + (segment.end - segment.start) * ends / len(segment.text)
        return round(time, 3), round(time, 3), ()
    left, right = _parted(words, ends)
    stop = min(max(left[-1].end, segment.start), segment.end)
    start = min(max(right[0].start, stop), segment.end)
    return round(stop, 3), round(start, 3), (tuple(left), tuple(right))


def _parted(words: Sequence[Word], ends: int) -> tuple[list[Word], list[Word]]:
    """The words up to an offset of their text and those behind it; one that lies across is cut, and its time too."""
    left: list[Word] = []
    position = len(words[0].text.lstrip()) - len(words[0].text)
    for number, word in enumerate(words):
        over = position + len(word.text) - ends
        if over > 0 and position >= ends:
            return left, list(words[number:])
        if over > 0:
            first, second = word.text[:-over], word.text[-over:]
            halves = spread([first, second], word.start, word.end)
            halves = [Word(half.text, half.start, half.end, word.confidence) for half in halves]
            return [*left, *(h for h in halves[:1] if h.text.strip())], [*halves[1:], *words[number + 1 :]]
        left.append(word)
        position += len(word.text)
    return left, []


def joined(words: Sequence[Word], others: Sequence[Word], text: str) -> tuple[Word, ...]:
    """The words of two segments in one; empty where they do not fit its text."""
    if words and others and not others[0].text[:1].isspace():
        others = [Word(f" {others[0].text}", others[0].start, others[0].end, others[0].confidence), *others[1:]]
    made = (*words, *others)
    return made if fit(made, text) else ()
