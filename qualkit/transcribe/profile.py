"""How loud a recording is and where a voice is found in it, quarter second by quarter second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualkit.transcribe.audio import RATE

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

STEP = 0.25  # seconds
WILLING = 10  # chance of a voice, in %, from which a window is heard
_CHUNK = 512  # samples that the detector of voices hears at once
_QUIETEST = -100  # dB against full scale; digital silence


@dataclass(frozen=True, slots=True)
class Profile:
    """One number a STEP: `levels` in dB above -100 against full scale, `voices` the chance of a voice in %."""

    levels: tuple[int, ...] = ()
    voices: tuple[int, ...] = ()


def profile_of(sound: Samples) -> Profile:
    """The profile of mono sound."""
    levels = levels_in(sound)
    return Profile(levels, voices_in(sound)[: len(levels)])


def has_speech(profile: Profile) -> bool:
    """Whether anything in it may be speech: only where the detector finds nothing at all, nothing is heard."""
    return max(profile.voices, default=0) >= WILLING


def levels_in(sound: Samples) -> tuple[int, ...]:
    """For each STEP how loud it is."""
    import numpy as np

    size = int(STEP * RATE)
    steps = np.pad(sound, (0, -len(sound) % size)).reshape(-1, size)
    power = np.mean(np.square(steps, dtype=np.float64), axis=1)
    decibels = 10 * np.log10(np.maximum(power, 10 ** (_QUIETEST / 10)))
    return tuple(int(level) for level in np.clip(np.rint(decibels - _QUIETEST), 0, -_QUIETEST))


def voices_in(sound: Samples) -> tuple[int, ...]:
    """For each STEP the highest chance, in %, that the detector of faster-whisper gives somebody speaking in it."""
    import numpy as np
    from faster_whisper.vad import get_vad_model

    if not len(sound):
        return ()
    chances = np.ravel(get_vad_model()(np.pad(sound, (0, -len(sound) % _CHUNK))))
    middles = (np.arange(len(chances)) + 0.5) * _CHUNK / RATE
    highest = np.zeros(-(-len(sound) // int(STEP * RATE)))
    np.maximum.at(highest, np.minimum((middles / STEP).astype(int), len(highest) - 1), chances)
    return tuple(int(chance) for chance in np.rint(highest * 100))
