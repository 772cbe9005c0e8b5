"""One recording heard with two settings, excerpts on the first transcript, and where they are in the second.

The right place is known without looking for excerpts: the two whole texts are laid side by side, word for word.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from qualkit.coding.anchor import make_anchor
from qualkit.coding.place import UNCERTAIN, place_all
from qualkit.coding.sentences import sentences
from qualkit.model.coding import Anchor
from qualkit.model.keyword import words_in
from qualkit.model.transcript import Transcript, Word
from qualkit.transcribe.audio import probe
from qualkit.transcribe.engines import hearing_settings
from qualkit.transcribe.machine import Way
from qualkit.transcribe.models import find_model
from qualkit.transcribe.resume import Partial
from qualkit.transcribe.run import hear_words
from qualkit.transcribe.speakers import cut_segments, turns_beside
from qualkit.transcribe.workers import Workers
from tests.edits import PARTLY, RIGHT, UNSURE, WRONG


@dataclass(frozen=True)
class Heard:
    """A transcript and the words behind it, by segment."""

    transcript: Transcript
    words: dict[str, tuple[Word, ...]]


def heard(path: Path, language: str, *, beam: int) -> Heard:
    """A recording as Whisper base hears it, with the speakers that are known of it."""
    way = Way(jobs=2)
    settings = hearing_settings(
        find_model("offline-base"), language, "", engine="faster-whisper", quality="balanced", way=way
    )
    settings = replace(settings, beam=beam)
    with TemporaryDirectory() as place, Workers(settings) as workers:
        recording = probe(path)
        partial = Partial(Path(place) / "partial.jsonl", recording, settings)
        made = cut_segments(hear_words(recording, workers, partial, lambda _: None), turns_beside(recording))
    return Heard(Transcript("a", tuple(segment for segment, _ in made)), {segment.id: said for segment, said in made})


def excerpts(first: Heard, seed: int = 1) -> list[Anchor]:
    """Every sentence, every two in a row of one segment, and as many parts of three to eight words in a segment."""
    chance = random.Random(seed)
    found: list[Anchor] = []
    for at, segment in enumerate(first.transcript.segments):
        spans = sentences(segment.text)
        stretches = [*spans, *((one[0], other[1]) for one, other in pairwise(spans))]
        words = list(words_in(segment.text))
        for _ in spans:
            length = chance.randint(3, 8)
            begin = chance.randrange(max(1, len(words) - length + 1)) if words else 0
            stretches += [(part[0][1], part[-1][2]) for part in [words[begin : begin + length]] if part]
        found += [make_anchor(first.transcript, at, start, at, end, first.words) for start, end in stretches]
    return list(dict.fromkeys(found))


def tried(first: Heard, second: Heard, seconds: list[float] | None = None) -> Counter[str]:
    """What becomes of the excerpts of the first transcript in the second; `seconds` gets those that it took."""
    anchors = excerpts(first)
    old, new = _Words(first.transcript), _Words(second.transcript)
    pairs = _pairs(old.words, new.words)
    begun = time.process_time()
    placed = place_all(second.transcript, anchors, second.words)
    if seconds is not None:
        seconds.append(time.process_time() - begun)
    counted: Counter[str] = Counter()
    for was, now in zip(anchors, placed, strict=True):
        sure = now.certainty != UNCERTAIN
        counted[UNSURE if not sure else _outcome(pairs, old.held(was), new.held(now.anchor))] += 1
    return counted


class _Words:
    """All words of a transcript, folded, and which of them an anchor holds."""

    def __init__(self, transcript: Transcript) -> None:
        self._index = transcript.index
        self._places = [(n, *word) for n, segment in enumerate(transcript.segments) for word in words_in(segment.text)]
        self.words = [word for _, word, _, _ in self._places]

    def held(self, anchor: Anchor) -> tuple[int, int]:
        """From which word to before which."""
        first, last = (self._index[anchor.first], anchor.first_offset), (self._index[anchor.last], anchor.last_offset)
        inside = [at for at, (n, _, start, end) in enumerate(self._places) if first < (n, end) and (n, start) < last]
        return inside[0], inside[-1] + 1


def _pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """The words that are the same in both texts, in order, from before the beginnings to behind the ends."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    same = [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]
    return [(-1, -1), *same, (len(old), len(new))]


def _outcome(pairs: list[tuple[int, int]], was: tuple[int, int], now: tuple[int, int]) -> str:
    """Whether a row of words begins and ends where it must; where other words were heard, anywhere among them."""
    (low, begin), (end, high) = _between(pairs, was[0]), _between(pairs, was[1])
    if low <= now[0] <= begin and end <= now[1] <= high:
        return RIGHT
    return PARTLY if now[0] < high and low < now[1] else WRONG


def _between(pairs: list[tuple[int, int]], at: int) -> tuple[int, int]:
    """Where in the new text the border before a word of the old one may lie: from where to where."""
    return max(j for i, j in pairs if i < at) + 1, min(j for i, j in pairs if i >= at)
