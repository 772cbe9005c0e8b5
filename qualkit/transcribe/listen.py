"""Hearing a window until nothing in it is left out: what an engine skipped or looped on is heard again in parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qualkit.transcribe.audio import RATE, quietest
from qualkit.transcribe.engines import Hear, Heard

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

GAP = 2.5  # seconds without a word that are heard again
LOOPS = 2.4  # compression from which a text is taken for a loop, and
UNSURE = -1.0  # mean log probability below which it is taken for a guess (both from Whisper's own paper)
DEEPEST = 2  # how often a part is heard again
SHORTEST = 8.0  # seconds of a part that is cut in two


def listen(hear: Hear, sound: Samples, depth: int = 0) -> list[Heard]:
    """What is heard in a window; times in its seconds. The same sound gives the same answer."""
    heard = hear(sound)
    if depth == DEEPEST:
        return heard
    if any(one.compression > LOOPS or one.log_probability < UNSURE for one in heard) and len(sound) > SHORTEST * RATE:
        middle = quietest(sound, len(sound) // 3, 2 * len(sound) // 3)
        return [
            *listen(hear, sound[:middle], depth + 1),
            *_later(listen(hear, sound[middle:], depth + 1), middle / RATE),
        ]
    again = [
        one
        for start, end in _gaps(heard, len(sound) / RATE)
        for one in _later(listen(hear, sound[int(start * RATE) : int(end * RATE)], depth + 1), start)
    ]
    found = [one for one in again if one.words and one.no_speech < 0.6 and one.log_probability > UNSURE]
    return sorted([*heard, *found], key=lambda one: one.words[0].start if one.words else 0.0)


def _gaps(heard: list[Heard], seconds: float) -> Iterator[tuple[float, float]]:
    """Stretches without a word; none where nothing was heard at all, for the engine has just said so."""
    words = [word for one in heard for word in one.words]
    if not words:
        return
    at = 0.0
    for start, end in [*((word.start, word.end) for word in words), (seconds, seconds)]:
        if start - at >= GAP:
            yield at, start
        at = max(at, end)


def _later(heard: list[Heard], seconds: float) -> list[Heard]:
    return [one.later(seconds) for one in heard]
