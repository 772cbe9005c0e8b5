"""Who speaks when in a stereo recording of which each channel has one person: microphones of their own, or a call.

A channel is followed in ticks of 20 ms: how loud it is, in decibels, after a filter that weakens hum. These numbers are
all that is kept of the sound: 4 MB for six hours. What is 12 dB above a channel's own noise is taken for speech. Over
all of it, the difference between the channels falls into two groups. They are two people where all of this is so:

- The groups lie _APART, 18 dB, or more: crosstalk of -10 dB and less. (Lapel microphones in one room: 22. Two people at
  the two sides of a room's stereo microphone: at most 17.)
- Each group is _LOUDER, 4.5 dB or more, in its own channel, in its loud moments. (A quiet person and a loud one: 7.5. A
  second microphone that dies, drops out or only hums: at most 1.7, whatever its gain.)
- _CLEAR, 77 %, or more lies near one of the two. (Both speak in 15 % of the time: 78 to 97. Nobody interrupts: 82 to
  100. Walking from one side to the other: at most 76.)
- No channel is as loud as the other was 0.04 to 3 s before: a correlation above _LATER, 0.6, and above that without
  delay. (Conversations: at most 0.2. Delayed copies: at least 0.9.)
- The word goes over _CHANGES, 6 times, or more, and each says two seconds and a hundredth of all: no bumps, no switch.
- A detector of voices hears somebody in _VOICED, half, of the longest turns of each. (Voices: at least 80 %. Music and
  crackling: at most 11.)

The figures: conversations put together from seven annotated voices, with crosstalk, gain, hiss, echo and codecs of many
strengths. What fails is left to the other ways. Several people who share a channel are taken for one: that is not heard
from loudness, so whoever transcribes is told, and can say how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from qualkit.transcribe.audio import RATE, Files, decode, native
from qualkit.transcribe.clip import stretch
from qualkit.transcribe.profile import voices_in
from qualkit.transcribe.speakers import Turn, named_turns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Floats = NDArray[np.float32]
    Flags = NDArray[np.bool_]
    Spans = list[tuple[float, float]]

TICK = 320  # samples from one tick to the next

_HUM = 81  # samples over which hum is taken for the middle around which a voice swings
_SILENT = -90.0  # decibels below full scale; nothing counts as quieter
_SPEECH = 12.0  # decibels above a channel's own noise from which on it is taken for speech
_REACH = 40.0  # decibels below a channel's loudest that are too quiet to be speech
_APART, _LOUDER, _CLEAR, _LATER, _CHANGES, _VOICED = 18.0, 4.5, 0.77, 0.6, 6, 0.5  # see above
_HEARD = 0.75  # share of a voice's ticks, at least, in which its own channel hears it
_OWN, _LITTLE = 2.0, 0.01  # seconds of speech, and share of all speech, at least, that a voice of its own says
_SPOKEN = 0.4  # seconds from which on a sound counts for that: bumps and clicks are shorter
_LAGS = range(2, 151)  # ticks by which a copy may be late
_SMOOTH, _PART = 15, 0.3  # ticks around one, and the share of them in which a voice is heard where it speaks
_TRIED, _LONGEST = 6, 8.0  # turns of each in which a voice is looked for, and seconds of each


def by_channel(files: Files) -> list[Turn]:
    """The turns of two people, one in each channel of a recording; none where its channels are otherwise."""
    if native(files)[1] < 2:
        return []
    spans = apart(decode(files, channels=2))
    voices = spans and all(_voiced(files, side, spans[side]) for side in (0, 1))
    return named_turns(spans) if voices else []


def apart(blocks: Iterable[Samples]) -> list[Spans]:
    """When the left and when the right channel speaks, in seconds; [] where they do not each have a sound of their own.

    `blocks`: samples of both channels in turn, RATE a second each, from -1 to 1, of any number.
    """
    levels = _levels(blocks)
    quiet, loud = _range(levels)
    active: Flags = levels > np.maximum(quiet + _SPEECH, loud - _REACH)
    spoken = active.any(axis=1)
    if not spoken.any() or _copied(np.maximum(levels, np.maximum(quiet + _SPEECH / 2, loud - _REACH))):
        return []
    difference = levels[:, 0] - levels[:, 1]
    low, high = _two_middles(difference[spoken])
    middle, margin = (low + high) / 2, (high - low) / 4
    left, right = spoken & (difference > middle + margin), spoken & (difference < middle - margin)
    if high - low < _APART or not _told_apart(levels, active, left, right):
        return []
    between = spoken & ~left & ~right  # both speak, or a word begins or ends
    both = [_spans(left | (between & active[:, 0])), _spans(right | (between & active[:, 1]))]
    return both if _both_speak(both) else []


def _told_apart(levels: Floats, active: Flags, left: Flags, right: Flags) -> bool:
    """Whether most of the speech is plainly of one of two groups, and each is louder in its own channel."""
    clear = left.sum() + right.sum()
    heard = (left & active[:, 0]).sum() + (right & active[:, 1]).sum()
    if clear < _CLEAR * active.any(axis=1).sum() or heard < _HEARD * clear or not (left.any() and right.any()):
        return False
    louder = np.percentile(levels[left], 90, axis=0) - np.percentile(levels[right], 90, axis=0)
    return bool(louder[0] >= _LOUDER and -louder[1] >= _LOUDER)


def _both_speak(both: list[Spans]) -> bool:
    own = [(start, end, side) for side in (0, 1) for start, end in both[side] if end - start >= _SPOKEN]
    said = [sum(end - start for start, end, side in own if side == whose) for whose in (0, 1)]
    changes = sum(one[2] != other[2] for one, other in pairwise(sorted(own)))
    return changes >= _CHANGES and min(said) >= max(_OWN, _LITTLE * sum(said))


def _voiced(files: Files, side: int, spans: Spans) -> bool:
    """Whether somebody is heard in the longest turns of this channel."""
    chances: list[int] = []
    for start, end in sorted(spans, key=lambda span: span[0] - span[1])[:_TRIED]:
        sound = stretch(files, start, min(end, start + _LONGEST), rate=RATE, channels=2)[side::2]
        chances += voices_in(sound.astype(np.float32) / np.float32(32_768))
    return sum(chance >= 50 for chance in chances) >= _VOICED * len(chances)


def _levels(blocks: Iterable[Samples]) -> Floats:
    """(ticks, 2) decibels."""
    tracks: list[NDArray[np.float16]] = [np.zeros((0, 2), np.float16)]
    before = np.zeros((_HUM, 2), np.float32)
    for sound in _seconds(blocks):
        held = np.concatenate([before, sound])
        before = held[-_HUM:]
        power = np.square(_without_hum(held)).reshape(-1, TICK, 2).mean(axis=1)
        tracks.append((10 * np.log10(np.maximum(power, 10 ** (_SILENT / 10)))).astype(np.float16))
    return np.concatenate(tracks).astype(np.float32)


def _seconds(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """(samples, 2) of a second each; the last is shorter, and what fills no tick is left out."""
    held: list[Samples] = []
    size = 0
    for block in blocks:
        held.append(block)
        size += len(block)
        if size >= 2 * RATE:
            sound = np.concatenate(held)
            whole = len(sound) // (2 * RATE) * 2 * RATE
            yield from sound[:whole].reshape(-1, RATE, 2)
            held, size = [sound[whole:]], len(sound) - whole
    if whole := size // (2 * TICK) * 2 * TICK:
        yield np.concatenate(held)[:whole].reshape(-1, 2)


def _without_hum(sound: Samples) -> Samples:
    """The sound less its mean over five milliseconds around: 50 Hz lose 20 decibels, voices nothing. _HUM shorter."""
    sums = np.cumsum(sound, axis=0, dtype=np.float64)
    slow = (sums[_HUM:] - sums[:-_HUM]) / _HUM
    clean: Samples = (sound[_HUM // 2 + 1 :][: len(slow)] - slow).astype(np.float32)
    return clean


def _range(levels: Floats) -> Floats:
    """(2, 2): how loud each channel is in its quiet and its loud moments; where it is switched off does not count."""
    on = [channel[channel > _SILENT + 1] for channel in levels.T]
    return np.array([np.percentile(one, [10, 99]) if len(one) else (_SILENT, _SILENT) for one in on], np.float32).T


def _copied(levels: Floats) -> bool:
    """Whether one channel is as loud as the other was a while before, rather than as it is now."""
    even = levels - levels.mean(axis=0)
    left, right = (even / np.maximum(np.linalg.norm(even, axis=0), 1e-6)).T
    now = max(_LATER, float(left @ right))
    return any(max(left[lag:] @ right[:-lag], right[lag:] @ left[:-lag]) > now for lag in _LAGS if lag < len(even))


def _two_middles(values: Floats) -> tuple[float, float]:
    """The medians of the two groups into which values fall best, sought from the outermost of them on."""
    low, high = np.percentile(values, [0.5, 99.5])
    for _ in range(20):
        upper = values > (low + high) / 2
        if upper.all() or not upper.any():
            break
        low, high = np.median(values[~upper]), np.median(values[upper])
    return float(low), float(high)


def _spans(speaking: Flags) -> Spans:
    """Seconds from and to; what is no longer than a click is smoothed away."""
    near = np.convolve(speaking, np.ones(_SMOOTH, np.float32) / _SMOOTH, mode="same") > _PART
    edges = np.flatnonzero(np.diff(near[: len(speaking)].astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    return [(start * TICK / RATE, end * TICK / RATE) for start, end in edges.tolist()]
