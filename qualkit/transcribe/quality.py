"""Which stretches of a transcript to doubt, from what was heard and how the recording sounds there.

Every check gives doubts of one kind or two. The figures below were chosen on made recordings of their own and tried on
others (benchmarks/quality.py; docs/transcription.md): "clean" are ten minutes of speech without faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from qualkit.model.doubt import Doubt
from qualkit.model.transcript import Segment, Word
from qualkit.transcribe.engines import Heard
from qualkit.transcribe.listen import LOOPS, UNSURE
from qualkit.transcribe.plan import Window
from qualkit.transcribe.profile import STEP, Profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

VOICE = 50  # chance in % from which somebody is taken to speak; faster-whisper's own
NO_VOICE = 15  # chance in % below which nobody is; of 1,434 clean words one is below, a wrongly timed "And", and
STRAYED = 1.0, 4  # so few seconds and words may be off in time; a person with a cold was below 25 for 0.8 s
AROUND = 0.25  # seconds that the times of a word may be off
SILENT = 25  # dB below the recording's own speech that are taken for silence; clean words lie at most 15 below
FOREIGN, TOLD = 0.7, 0.15  # chances of another language and of the one told; clean 0.65 and 0.21, foreign 0.79, 0.08
SPOKEN = 1.5  # seconds of voice in a piece from which its language can be told
FEWEST, TIMES = 8, 3  # words of a loop, and how often it comes; clean: six times "words", and twice a sentence
LONGEST_LOOP = 30  # words of what is repeated
CROWD, TEMPO = 5.0, 30.0  # seconds, and characters in each: ten syllables; clean at most 25, sped up to 2.5 times 35
GUESSES, CHANCE = 12, 0.4  # words in a row, and their mean confidence (geometric); clean at least 0.47
MISSED = 3.0  # seconds of voice without a word; clean at most 1.8
LONG_WORD = 1.5  # seconds at each end of a word that it can be heard in; clean words last at most 2.3 seconds
LOUD, NOISY = 10, 5.0  # dB below speech, and for how many seconds, that want an explanation


@dataclass(frozen=True)
class Told:
    """A whole recording as it was heard; times in its seconds. The arrays hold one number a STEP."""

    heard: tuple[Heard, ...]  # in the order of time
    language: str  # the one that the engine was told
    times: NDArray[np.float64]
    levels: NDArray[np.float64]  # dB
    voices: NDArray[np.float64]  # %

    @property
    def words(self) -> list[Word]:
        """All words in the order of time."""
        return sorted((word for one in self.heard for word in one.words), key=lambda word: word.start)

    @property
    def speech(self) -> float:
        """How loud speech is in this recording: the middle of the levels at which somebody speaks; dB."""
        spoken = self.levels[self.voices >= VOICE]
        return float(np.median(spoken)) if len(spoken) else float(np.max(self.levels, initial=0.0))

    def between(self, start: float, end: float) -> slice:
        """The steps that lie in a stretch, the one that it begins in with them."""
        return slice(*np.searchsorted(self.times, [start - STEP + 1e-6, end - 1e-6]))


Parts = Iterable[tuple[Window, Sequence[Heard], Profile]]
"""The windows of a recording, what was heard in each, and how it sounds; times in the window's seconds."""


def find_doubts(parts: Parts, language: str) -> list[Doubt]:
    """What is doubtful in a recording that was heard as `language`, in the order of time, each once."""
    told = told_of(parts, language)
    found = dict.fromkeys(doubt for check in CHECKS for doubt in check(told))
    return sorted(found, key=lambda doubt: (doubt.start, doubt.end))


def told_of(parts: Parts, language: str) -> Told:
    """The windows joined to one recording."""
    heard: list[Heard] = []
    times: list[NDArray[np.float64]] = [np.zeros(0)]
    levels, voices = list(times), list(times)
    for window, those, profile in sorted(parts, key=lambda part: part[0].start):
        heard += [one.later(window.start) for one in those]
        times.append(window.start + STEP * np.arange(len(profile.levels), dtype=np.float64))
        levels.append(np.array(profile.levels, float))
        voices.append(np.array(profile.voices, float))
    heard.sort(key=lambda one: one.words[0].start if one.words else 0.0)
    return Told(tuple(heard), language, np.concatenate(times), np.concatenate(levels), np.concatenate(voices))


def _foreign(told: Told) -> Iterator[Doubt]:
    """Pieces of speech that sound like another language than the one told."""
    for piece in (piece for one in told.heard for piece in one.pieces):
        other = piece.language != told.language and piece.probability >= FOREIGN and piece.told <= TOLD
        if other and STEP * np.sum(told.voices[told.between(piece.start, piece.end)] >= VOICE) >= SPOKEN:
            yield Doubt("language", piece.start, piece.end, detail=piece.language)


def _voiceless(told: Told) -> Iterator[Doubt]:
    """Words where nobody is found to speak."""
    for one in told.heard:
        for first, last in voiceless(told, one.words):
            start, end = one.words[first].start, one.words[last - 1].end
            loudest = np.max(told.levels[told.between(start, end)], initial=0.0)
            yield Doubt("silence" if loudest <= told.speech - SILENT else "noise", start, end)


def voiceless(told: Told, words: Sequence[Word]) -> list[tuple[int, int]]:
    """From which word to which (half-open) nobody is found to speak. What is shorter may only have a wrong time."""
    seconds, few = STRAYED
    runs = _true(np.array([_alone(told, word) for word in words], bool))
    return [(a, b) for a, b in runs if b - a >= few or words[b - 1].end - words[a].start >= seconds]


def _alone(told: Told, word: Word) -> bool:
    here = told.voices[told.between(word.start - AROUND, word.end + AROUND)]
    return len(here) > 0 and bool(np.max(here) < NO_VOICE)


def _loops(told: Told) -> Iterator[Doubt]:
    """Words that come again and again, or a text that packs like a loop."""
    words = told.words
    for start, end in loops([word.text for word in words]):
        yield Doubt("loop", words[start].start, max(word.end for word in words[start:end]))
    for one in told.heard:
        if one.compression > LOOPS and one.words:
            yield Doubt("loop", one.words[0].start, one.words[-1].end)


def loops(texts: Sequence[str]) -> list[tuple[int, int]]:
    """From which word to which (half-open) the same words follow each other at least TIMES, FEWEST words in all.

    Letter case and punctuation are passed over. "Press once. Press twice. Press three times" is no loop.
    """
    kept = [(place, plain) for place, text in enumerate(texts) if (plain := re.sub(r"[\W_]+", "", text.lower()))]
    found: list[tuple[int, int]] = []
    for period in range(1, min(LONGEST_LOOP, len(kept) // TIMES) + 1):
        same = 0
        for i in range(period, len(kept) + 1):
            if i < len(kept) and kept[i][1] == kept[i - period][1]:
                same += 1
                continue
            if same + period >= max(FEWEST, TIMES * period):
                found.append((kept[i - same - period][0], kept[i - 1][0] + 1))
            same = 0
    return _joined(found)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made


def _fast(told: Told) -> Iterator[Doubt]:
    """More characters within CROWD seconds than a tongue can make."""
    words = told.words
    spans, first, size = [], 0, 0
    for last, word in enumerate(words):
        size += len(word.text)
        while first < last and word.end - words[first].start > CROWD:
            size -= len(words[first].text)
            first += 1
        if size >= CROWD * TEMPO:
            spans.append((first, last + 1))
    yield from (Doubt("fast", words[a].start, max(word.end for word in words[a:b])) for a, b in _joined(spans))


def _unsure(told: Told) -> Iterator[Doubt]:
    """What the engine calls a guess itself, and rows of words with little confidence."""
    for one in told.heard:
        if one.log_probability < UNSURE and one.words:
            yield Doubt("unsure", one.words[0].start, one.words[-1].end)
    words = told.words
    logs = [log(max(word.confidence, 0.01)) for word in words]
    low = [
        (i, i + GUESSES) for i in range(len(words) - GUESSES + 1) if exp(sum(logs[i : i + GUESSES]) / GUESSES) < CHANCE
    ]
    for start, end in _joined(low):
        guessed = [word for word in words[start:end] if word.confidence < CHANCE]
        yield Doubt("unsure", guessed[0].start, max(word.end for word in guessed))


def _missing(told: Told) -> Iterator[Doubt]:
    """Voices without words: speech that the engine did not understand, or left out."""
    for start, end in _gaps(told):
        here = told.between(start + STEP, end - STEP)
        spoken = np.flatnonzero(told.voices[here] >= VOICE)
        if STEP * len(spoken) >= MISSED:
            times = told.times[here]
            yield Doubt("missing", float(times[spoken[0]]), float(times[spoken[-1]] + STEP))


def _loud(told: Told) -> Iterator[Doubt]:
    """Sound about as loud as speech, without voices and without words; beats count as the second around them."""
    if not len(told.levels):
        return
    around = round(1 / STEP) + 1  # steps
    power = np.convolve(10 ** (told.levels / 10), np.ones(around) / around)[around // 2 :][: len(told.levels)]
    noisy = (power >= 10 ** ((told.speech - LOUD) / 10)) & (told.voices < VOICE)
    for start, end in _gaps(told):
        here = told.between(start, end)
        for a, b in _true(noisy[here]):
            if STEP * (b - a) >= NOISY:
                times = told.times[here]
                yield Doubt("loud", float(times[a]), float(times[b - 1] + STEP))


def _true(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """From where to where (half-open) the flags are all set."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _gaps(told: Told) -> Iterator[tuple[float, float]]:
    """From when to when no word is heard; a word that lasts longer than a tongue can is heard at its ends only."""
    spans = []
    for word in told.words:
        if word.end - word.start > 2 * LONG_WORD:
            spans += [(word.start, word.start + LONG_WORD), (word.end - LONG_WORD, word.end)]
        else:
            spans.append((word.start, word.end))
    at = float(told.times[0]) if len(told.times) else 0.0
    last = float(told.times[-1]) + STEP if len(told.times) else 0.0
    for start, end in [*sorted(spans), (last, last)]:
        if start > at:
            yield at, start
        at = max(at, end)


CHECKS: tuple[Callable[[Told], Iterator[Doubt]], ...] = (
    _foreign,
    _voiceless,
    _loops,
    _fast,
    _unsure,
    _missing,
    _loud,
)


Said = tuple[Segment, tuple[Word, ...]]


def by_segment(doubts: Iterable[Doubt], made: Sequence[Said]) -> list[Doubt]:
    """The doubts cut to the segments whose words they are about; those about no words stay as they are.

    So a segment that a person corrects takes its part of a stretch with it.
    """
    placed: list[Doubt] = []
    for doubt in doubts:
        parts = [_part(doubt, segment, words) for segment, words in made]
        placed += [part for part in parts if part] or [doubt]
    return placed


def _part(doubt: Doubt, segment: Segment, words: Sequence[Word]) -> Doubt | None:
    inside = [word for word in words if doubt.start <= (word.start + word.end) / 2 <= doubt.end]
    if inside:
        start, end = max(doubt.start, inside[0].start), min(doubt.end, max(word.end for word in inside))
        return Doubt(doubt.kind, round(start, 3), round(end, 3), segment.id, doubt.detail)
    return None
