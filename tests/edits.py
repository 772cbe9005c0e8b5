"""Made-up interviews, excerpts on them, and edits whose result is known: for tests and benchmarks of anchors.

Words keep their identity through every edit, so the right place of an excerpt is known without looking for it.
"""

from __future__ import annotations

import random
import time
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

from qualkit.coding.anchor import make_anchor
from qualkit.coding.place import UNCERTAIN, Placement, place_all
from qualkit.model.coding import Anchor
from qualkit.model.transcript import Segment, Transcript
from qualkit.store.vtt import parse_vtt, write_vtt

COMMON = (
    "det är att och jag som på i en vi så inte har man för med de om till av den då kan men var ju sig sen ett också "
    "alltså nu här när där vad ska hade liksom mycket bara väl någon hur från eller lite skulle hela tiden in ut upp"
)
STEMS = (
    "bibliotek hjälp fråga dator skriv papper telefon bank besök disk kö kommun lösen konto språk blankett medborgar "
    "service kontor handlägg myndighet termin utskrift surfplatta appar legitim bokning tjänst möte samverk person "
    "äldre ungdom familj skola vård region avgift regel sekretess ansvar kunskap tid rum öppet stöd kurs handledning"
)
ENDINGS = ("", "en", "et", "ar", "or", "er", "na", "arna", "s", "ens", "a", "ade", "at", "ing", "ningen", "lig", "ligt")
PHRASES = ("Ja, precis.", "Ja.", "Mm.", "Nej.", "Det är så.", "Jag vet inte.", "Ja, det är ju det.", "Okej, tack.")
QUESTIONS = ("Och hur är det hos er?", "Vill du berätta mer om det?", "Hur gör ni då?")
RIGHT, UNSURE, GONE = "right", "uncertain", "taken out, uncertain"
PARTLY, WRONG, LOST = "begins or ends elsewhere", "wrong", "lost"
LETTERS = "abcdefghijklmnoprstuvyåäö"


@dataclass(eq=False, slots=True)
class Said:
    """One word with its punctuation: as it was written first, as it is written later, and when it was said."""

    old: str
    new: str
    sentence: int
    start: float = 0.0
    end: float = 0.0


@dataclass(slots=True)
class Part:
    """A segment, with its words."""

    id: str
    speaker: str
    start: float
    end: float
    words: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """An excerpt: its words, whether the sign behind its last word belongs to it, and its anchor in the old text."""

    words: tuple[Said, ...]
    whole: bool
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Rates:
    """What happens to how many: words, sentences and segments, as shares."""

    inserted: float = 0.04
    deleted: float = 0.04
    split: float = 0.05
    joined: float = 0.05
    replaced_inside: float = 0.0  # words of excerpts that become other words
    inserted_inside: float = 0.0  # excerpts that a sentence is put into
    deleted_inside: float = 0.0  # excerpts that lose a stretch of up to half of their words
    deleted_whole: float = 0.0  # excerpts that lose all their words


USUAL = Rates()
INSIDE = Rates(replaced_inside=0.05, inserted_inside=0.1, deleted_inside=0.1, deleted_whole=0.05)


class Speech:
    """Sentences with a few very common words, many rare ones, and phrases that come again and again."""

    def __init__(self, chance: random.Random, *, slips: float = 0.1, phrase: float = 0.12) -> None:
        self._chance = chance
        self._slips, self._phrase = slips, phrase
        rare = [stem + end for stem in STEMS.split() for end in ENDINGS]
        rare += ["".join(chance.choices(LETTERS, k=chance.randint(4, 10))) for _ in range(1500)]
        chance.shuffle(rare)
        self._words = [*COMMON.split(), *rare]
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(len(self._words))))
        self._sentences = 0

    def sentence(self) -> list[Said]:
        """A sentence, now and then one of the phrases that everybody says."""
        self._sentences += 1
        if self._chance.random() < self._phrase:
            words = self._chance.choice(PHRASES).split()
        else:
            words = [self.word() for _ in range(self._chance.randint(3, 18))]
            words[0] = words[0].capitalize()
            words[-1] += self._chance.choice("...?!")
            if len(words) > 6:
                words[self._chance.randrange(1, len(words) - 1)] += ","
        return [self._said(word) for word in words]

    def written(self, text: str) -> list[Said]:
        """A sentence that is given."""
        self._sentences += 1
        return [self._said(word) for word in text.split()]

    def word(self) -> str:
        """One word by its frequency."""
        at = bisect(self._weights, self._chance.random() * self._weights[-1])
        return self._words[min(at, len(self._words) - 1)]

    def _said(self, word: str) -> Said:
        old, new = word, word
        if self._chance.random() < 0.01:
            old, new = f'"{word}"', f"”{word}”"
        if self._chance.random() < self._slips:
            old = slip(self._chance, old)
        return Said(old, new, self._sentences)


def slip(chance: random.Random, word: str) -> str:
    """The word with one typing error in its letters."""
    letters = [at for at, letter in enumerate(word) if letter.isalnum()]
    at = chance.choice(letters)
    kind = chance.randrange(4) if len(letters) > 1 else chance.choice((0, 2))
    if kind == 0:
        return word[:at] + chance.choice(LETTERS) + word[at:]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + chance.choice(LETTERS) + word[at + 1 :]
    at = chance.choice(letters[:-1])
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def interview(chance: random.Random, speech: Speech, words: int) -> list[Part]:
    """An interview of about so many words: a moderator who asks the same again and again, and three others."""
    parts: list[Part] = []
    said, clock = 0, 0.0
    while said < words:
        if chance.random() < 0.3 and (not parts or parts[-1].speaker != "S1"):
            speaker, sentences = "S1", [speech.written(chance.choice(QUESTIONS))]
        else:
            speaker = chance.choice(("S2", "S3", "S4"))
            sentences = [speech.sentence() for _ in range(chance.choice((1, 1, 2, 3)))]
        part = Part(f"s{len(parts) + 1:04d}", speaker, clock, clock, [w for sentence in sentences for w in sentence])
        for word in part.words:
            word.start, word.end = clock, clock + 0.3
            clock += 0.35
        part.end = clock
        clock += chance.choice((0.0, 0.4, 1.0))
        said += len(part.words)
        parts.append(part)
    return parts


Places = dict[Said, tuple[int, int, int]]


def written(parts: Sequence[Part], *, new: bool, times: bool = True) -> tuple[Transcript, Places]:
    """The transcript, and word -> (segment, start, end) in it. Without times it is a document with numbered turns."""
    segments, places = [], {}
    for position, part in enumerate(parts):
        text = ""
        for word in part.words:
            text += " " if text else ""
            form = word.new if new else word.old
            places[word] = (position, len(text), len(text) + len(form))
            text += form
        start, end = (round(part.start, 3), round(part.end, 3)) if times else (None, None)
        segments.append(Segment(part.id if times else f"p{position + 1}", text, part.speaker, start, end))
    return Transcript("a", tuple(segments)), places


def mark(chance: random.Random, parts: Sequence[Part], count: int, *, times: bool = True) -> list[Marked]:
    """Excerpts as people make them: sentences, parts of sentences, phrases, stretches over several segments."""
    transcript, places = written(parts, new=False, times=times)
    flat = [word for part in parts for word in part.words]
    begins = [at for at, word in enumerate(flat) if at == 0 or flat[at - 1].sentence != word.sentence]
    begins.append(len(flat))
    return [_marked(chance, transcript, places, _stretch(chance, flat, begins)) for _ in range(count)]


def _stretch(chance: random.Random, flat: Sequence[Said], begins: Sequence[int]) -> Sequence[Said]:
    sentence = chance.randrange(len(begins) - 1)
    first, last = begins[sentence], begins[min(sentence + chance.choice((1, 1, 1, 2, 3)), len(begins) - 1)]
    if chance.random() < 0.3 and last - first > 3:
        first = chance.randrange(first, last - 2)
        last = chance.randrange(first + 1, min(first + 8, last))
    return flat[first:last]


def _marked(chance: random.Random, transcript: Transcript, places: Places, words: Sequence[Said]) -> Marked:
    first, start, _ = places[words[0]]
    last, _, end = places[words[-1]]
    whole = chance.random() < 0.7
    if not whole:
        end -= _tail(words[-1].old)
    return Marked(tuple(words), whole, make_anchor(transcript, first, start, last, end))


def _tail(word: str) -> int:
    return len(word) - len(word.rstrip('.,?!"”'))


def right_place(marked: Marked, places: Places) -> tuple[int, int, int, int] | None:
    """Where an excerpt's words are now: (segment, offset, segment, offset); None where none of them is left."""
    left = [word for word in marked.words if word in places]
    if not left:
        return None
    first, start, _ = places[left[0]]
    last, _, end = places[left[-1]]
    return first, start, last, end - (0 if marked.whole else _tail(left[-1].new))


def edited(
    chance: random.Random, speech: Speech, parts: Sequence[Part], marks: Iterable[Marked], rates: Rates
) -> list[Part]:
    """The parts after a day of corrections; the words of excerpts stay but for the rates that say otherwise."""
    parts = [replace(part, words=list(part.words)) for part in parts]
    names = {"S1": "Moderator", "S2": "P1", "S3": "P2", "S4": "P3"}
    kept = {word for one in marks for word in one.words}
    inner = {word for one in marks for word in one.words[:-1]}
    gone: set[Said] = set()
    put: dict[Said, list[Said]] = {}
    for one in marks:
        _inside(chance, speech, one, rates, gone, put)
    for part in parts:
        part.speaker = names[part.speaker]
        _delete(chance, part, kept, gone, rates)
        _insert(chance, speech, part, inner, put, rates)
    return _joined(chance, _split(chance, [part for part in parts if part.words], rates), rates)


def _inside(
    chance: random.Random,
    speech: Speech,
    one: Marked,
    rates: Rates,
    gone: set[Said],
    put: dict[Said, list[Said]],
) -> None:
    if chance.random() < rates.deleted_whole:
        gone.update(one.words)
    elif chance.random() < rates.deleted_inside and len(one.words) > 3:
        length = chance.randint(1, len(one.words) // 2)
        at = chance.randrange(len(one.words) - length + 1)
        gone.update(one.words[at : at + length])
    if chance.random() < rates.inserted_inside and len(one.words) > 3:
        put[one.words[chance.randrange(len(one.words) - 1)]] = speech.sentence()
    for word in one.words:
        if chance.random() < rates.replaced_inside:
            word.new = speech.word()


def _delete(chance: random.Random, part: Part, kept: set[Said], gone: set[Said], rates: Rates) -> None:
    for sentence in {word.sentence for word in part.words}:
        words = [word for word in part.words if word.sentence == sentence]
        if not kept.intersection(words) and chance.random() < rates.deleted:
            gone.update(words)
    part.words = [word for word in part.words if word not in gone]


def _insert(
    chance: random.Random,
    speech: Speech,
    part: Part,
    inner: set[Said],
    put: dict[Said, list[Said]],
    rates: Rates,
) -> None:
    words: list[Said] = []
    for at, word in enumerate(part.words):
        words += [word, *put.get(word, ())]
        following = part.words[at + 1] if at + 1 < len(part.words) else None
        ends = following is None or following.sentence != word.sentence
        if ends and word not in inner and chance.random() < rates.inserted:
            words += speech.sentence()
    part.words = words


def _split(chance: random.Random, parts: Sequence[Part], rates: Rates) -> list[Part]:
    done: list[Part] = []
    for part in parts:
        if len(part.words) < 4 or chance.random() >= rates.split:
            done.append(part)
            continue
        at = chance.randrange(1, len(part.words))
        time = next((word.start for word in part.words[at:] if word.end), part.end)
        done.append(replace(part, end=time, words=part.words[:at]))
        done.append(Part(f"{part.id}-1", part.speaker, time, part.end, part.words[at:]))
    return done


def _joined(chance: random.Random, parts: Sequence[Part], rates: Rates) -> list[Part]:
    done: list[Part] = []
    for part in parts:
        if done and chance.random() < rates.joined:
            done[-1] = replace(done[-1], end=part.end, words=[*done[-1].words, *part.words])
        else:
            done.append(part)
    return done


@dataclass(frozen=True, slots=True)
class Trial:
    """A transcript before and after edits, and its excerpts; the new one is read as a file of another editor is."""

    marks: tuple[Marked, ...]
    changed: frozenset[Marked]  # those whose own words are others now, but for typing errors
    transcript: Transcript
    places: Places

    def right(self, one: Marked) -> tuple[str, int, str, int] | None:
        """Where an excerpt belongs, as anchors tell it; None where its words were taken out."""
        if not (place := right_place(one, self.places)):
            return None
        first, start, last, end = place
        return self.transcript.segments[first].id, start, self.transcript.segments[last].id, end

    def outcome(self, one: Marked, now: Placement) -> str:
        """What has become of an excerpt. An uncertain one that did not keep its anchor would be lost."""
        right = self.right(one)
        if now.certainty == UNCERTAIN:
            return LOST if now.anchor != one.anchor else UNSURE if right else GONE
        if right is None:
            return WRONG
        if now.anchor.span == right:
            return RIGHT
        (first, start, last, end), index = right, self.transcript.index
        before = (index[now.anchor.last], now.anchor.last_offset) <= (index[first], start)
        behind = (index[last], end) <= (index[now.anchor.first], now.anchor.first_offset)
        return WRONG if before or behind else PARTLY


def trial(
    seed: int, rates: Rates = USUAL, *, words: int = 25_000, count: int = 500, phrase: float = 0.12, times: bool = True
) -> Trial:
    """An interview of about three hours, excerpts on it, and the same interview after a day of corrections."""
    chance = random.Random(seed)
    speech = Speech(chance, phrase=phrase)
    parts = interview(chance, speech, words)
    marks = tuple(mark(chance, parts, count, times=times))
    meant = {one: [word.new for word in one.words] for one in marks}
    parts = edited(chance, speech, parts, marks, rates)
    transcript, places = written(parts, new=True, times=times)
    if times:
        file = write_vtt(transcript.segments).replace("\n", "\r\n")
        transcript = Transcript("a", parse_vtt(file, "a")[0])
    said = [word for part in parts for word in part.words]
    at = {word: position for position, word in enumerate(said)}
    changed = {one for one in marks if _now(one, said, at) != meant[one]}
    return Trial(marks, frozenset(changed), transcript, places)


def _now(one: Marked, said: Sequence[Said], at: dict[Said, int]) -> list[str]:
    """What is said now from the first of an excerpt's words that is left to the last."""
    left = [at[word] for word in one.words if word in at]
    return [word.new for word in said[left[0] : left[-1] + 1]] if left else []


def tried(
    seeds: Iterable[int],
    rates: Rates = USUAL,
    *,
    only_changed: bool = False,
    seconds: list[float] | None = None,
    **how: Any,
) -> Counter[str]:
    """What has become of the excerpts of these runs; `seconds` gets those that placing took, a run each."""
    counted: Counter[str] = Counter()
    for seed in seeds:
        one = trial(seed, rates, **how)
        begun = time.process_time()
        placed = place_all(one.transcript, [marked.anchor for marked in one.marks])
        if seconds is not None:
            seconds.append(time.process_time() - begun)
        for marked, now in zip(one.marks, placed, strict=True):
            if marked in one.changed or not only_changed:
                counted[one.outcome(marked, now)] += 1
    return counted
