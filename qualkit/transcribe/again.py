"""A second hearing, alone and with care, of loops and of words where nobody speaks, before they are doubted."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qualkit.model.noun import replace
from qualkit.model.transcript import Word
from qualkit.transcribe.audio import RATE
from qualkit.transcribe.engines import Hear, Heard
from qualkit.transcribe.listen import LOOPS
from qualkit.transcribe.plan import Window
from qualkit.transcribe.profile import STEP, Profile, levels_in, voices_in
from qualkit.transcribe.quality import SILENT, loops, told_of, voiceless

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

SURE = -0.7  # mean log probability from which the second hearing counts; whole windows of clean speech lie above -0.45
NOBODY = 0.5  # chance that nobody speaks, from which it is asked where voices are; clean windows lie below 0.53
UNEASY = -0.5  # mean log probability below which it is asked too: finding voices takes time
MARGIN = 0.3  # seconds heard around the words


def again(hear: Hear, sound: Samples, heard: list[Heard]) -> list[Heard]:
    """What was heard in a window, with better words for its loops and its words without a voice where there are such.

    What the second hearing is not sure of, or loops on too, stays as it was; `quality` marks it.
    """
    words = sorted((word for one in heard for word in one.words), key=lambda word: word.start)
    gone: set[Word] = set()
    found: list[Heard] = []
    for start, end in sorted([*_heavy_loops(words), *_voiceless(sound, heard, words)]):
        if gone.intersection(words[start:end]):
            continue
        begins = max(0.0, words[start].start - MARGIN)
        part = sound[int(begins * RATE) : int((words[end - 1].end + MARGIN) * RATE)]
        second = hear(part, careful=True)
        if second and all(map(_convincing, second)) and not loops([w.text for one in second for w in one.words]):
            gone.update(words[start:end])
            found += [other.later(begins) for other in second]
    if not found:
        return heard
    kept = [replace(one, words=tuple(word for word in one.words if word not in gone)) for one in heard]
    return sorted([*kept, *found], key=lambda one: one.words[0].start if one.words else 0.0)


def _convincing(one: Heard) -> bool:
    fine = one.log_probability > SURE and one.no_speech < NOBODY and one.compression <= LOOPS
    return fine and bool(one.words)


def _heavy_loops(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Loops that no person speaks: what somebody does say three times is not heard again, for it would be changed."""
    found = loops([word.text for word in words])
    return [(start, end) for start, end in found if _packed("".join(w.text for w in words[start:end])) > LOOPS]


def _packed(text: str) -> float:
    content = text.encode()
    return len(content) / len(zlib.compress(content))


def _voiceless(sound: Samples, heard: list[Heard], words: Sequence[Word]) -> list[tuple[int, int]]:
    """From which word to which nobody is found to speak; looked for only where there is a reason."""
    levels = levels_in(sound)
    sure = all(one.log_probability > UNEASY and one.no_speech < NOBODY for one in heard)
    if sure and not _quiet(words, levels):
        return []
    window = Window(0.0, len(sound) / RATE)
    return voiceless(told_of([(window, heard, Profile(levels, voices_in(sound)))], ""), words)


def _quiet(words: Sequence[Word], levels: Sequence[int]) -> bool:
    """Whether any of the words lies in what is silence beside the loudest tenth of the window."""
    loud = sorted(levels)[len(levels) * 9 // 10] if levels else 0
    here = (levels[int(word.start / STEP) : int(word.end / STEP) + 1] for word in words)
    return any(max(some, default=0) <= loud - SILENT for some in here)
