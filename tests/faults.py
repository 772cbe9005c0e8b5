"""Recordings with planted faults, made from a seed: real speech, and between it music, noise, languages, loops."""

from __future__ import annotations

import json
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from qualkit.model.doubt import Doubt
from qualkit.model.transcript import Word
from qualkit.transcribe.audio import RATE, decode, probe
from qualkit.transcribe.engines import hearing_settings
from qualkit.transcribe.machine import Way
from qualkit.transcribe.models import find_model
from qualkit.transcribe.quality import find_doubts
from qualkit.transcribe.resume import Partial
from qualkit.transcribe.run import hear_words
from qualkit.transcribe.workers import Workers

AUDIO = Path(__file__).resolve().parents[2] / "shared" / "data" / "audio"
Sound = npt.NDArray[np.float32]
Chance = np.random.Generator
PAUSE = 0.5  # seconds between two parts


@dataclass(frozen=True)
class Planted:
    """A fault and where it lies, in seconds."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True)
class Material:
    """What a recording is made of: recordings of the language told, and of another one."""

    own: tuple[str, ...]
    other: tuple[str, ...]


SWEDISH = Material(("swedish_four_voices",), ("english_read", "libri_4spk"))
ENGLISH = Material(("english_read", "libri_4spk"), ("swedish_four_voices",))


@cache
def recording(name: str) -> Sound:
    """A shared recording as mono samples."""
    return np.concatenate(list(decode(AUDIO / f"{name}.flac")))


@cache
def utterances(name: str) -> tuple[tuple[float, float], ...]:
    """From when to when somebody says something in it; long ones are cut by a quiet moment."""
    if (told := AUDIO / f"{name}.json").exists():
        spans = [(one["start"], one["end"]) for one in json.loads(told.read_text(encoding="utf-8"))]
    else:
        rows = [row.split() for row in (AUDIO / f"{name}.rttm").read_text(encoding="utf-8").splitlines()]
        spans = [(float(row[3]), float(row[3]) + float(row[4])) for row in rows]
    return tuple(part for start, end in spans for part in _short(recording(name), start, end))


def _short(sound: Sound, start: float, end: float) -> list[tuple[float, float]]:
    if end - start <= 12:
        return [(start, end)]
    frames = sound[int((start + 5) * RATE) : int((start + 11) * RATE)]
    power = np.convolve(frames**2, np.ones(RATE // 4), "valid")
    middle = start + 5 + (int(np.argmin(power)) + RATE / 8) / RATE
    return [(start, middle), *_short(sound, middle, end)]


def speech(names: tuple[str, ...], chance: Chance, seconds: float) -> Sound:
    """Whole utterances of one recording, one after the other, at least so long."""
    name = names[chance.integers(len(names))]
    spans = utterances(name)
    at = int(chance.integers(len(spans)))
    parts: list[Sound] = []
    while sum(map(len, parts)) < seconds * RATE:
        start, end = spans[at % len(spans)]
        parts.append(recording(name)[int(start * RATE) : int(end * RATE)])
        at += 1
    return np.concatenate(parts)


def loud(sound: npt.NDArray[np.float64] | Sound, level: float) -> Sound:
    """The sound at this level, dB against full scale."""
    power = np.sqrt(np.mean(np.square(sound, dtype=np.float64))) + 1e-9
    return (sound * (10 ** (level / 20) / power)).astype(np.float32)


def _times(seconds: float) -> npt.NDArray[np.float64]:
    return np.arange(int(seconds * RATE)) / RATE


def chords(chance: Chance, seconds: float) -> Sound:
    """Plucked chords, one a beat or two."""
    made, beat = np.zeros(int(seconds * RATE)), chance.uniform(0.6, 1.4)
    for start in np.arange(0, seconds, beat):
        part = made[int(start * RATE) : int((start + beat) * RATE)]
        at = np.arange(len(part)) / RATE
        root = 110 * 2 ** (chance.integers(12) / 12)
        for step in (0, int(chance.choice([3, 4])), 7, 12):
            for partial in range(1, 6):
                part += np.sin(2 * np.pi * root * 2 ** (step / 12) * partial * at) / partial * np.exp(-1.5 * at)
    return loud(made, 0)


def drums(chance: Chance, seconds: float) -> Sound:
    """Bass drum, snare and hi-hat."""
    made, step = np.zeros(int(seconds * RATE)), 30 / chance.uniform(80, 140)
    for number, start in enumerate(np.arange(0, seconds, step)):
        part = made[int(start * RATE) : int((start + 0.2) * RATE)]
        at = np.arange(len(part)) / RATE
        part += 0.3 * chance.normal(size=len(part)) * np.exp(-80 * at)
        if number % 4 == 0:
            part += 2 * np.sin(2 * np.pi * (50 + 80 * np.exp(-30 * at)) * at) * np.exp(-15 * at)
        if number % 4 == 2:
            part += 0.7 * chance.normal(size=len(part)) * np.exp(-20 * at)
    return loud(made, 0)


def melody(chance: Chance, seconds: float) -> Sound:
    """One instrument with vibrato, which detectors of voices half believe."""
    made, beat, note = np.zeros(int(seconds * RATE)), 60 / chance.uniform(70, 130), 60
    for start in np.arange(0, seconds, beat):
        part = made[int(start * RATE) : int((start + beat) * RATE)]
        at = np.arange(len(part)) / RATE
        note = int(np.clip(note + chance.integers(-4, 5), 50, 80))
        tone = 440 * 2 ** ((note - 69) / 12) * (1 + 0.01 * np.sin(2 * np.pi * 5.5 * at))
        phase = 2 * np.pi * np.cumsum(tone) / RATE
        swell = np.minimum(1, 20 * at) * np.minimum(1, 20 * np.maximum(beat - at, 0))
        part += sum(np.sin(partial * phase) / partial**1.2 for partial in range(1, 9)) * swell
    return loud(made, 0)


def band(chance: Chance, seconds: float) -> Sound:
    """All of them."""
    return chords(chance, seconds) + drums(chance, seconds) + 0.8 * melody(chance, seconds)


def noise(chance: Chance, seconds: float) -> Sound:
    """Noise that falls off towards high sounds: from white over pink to brown."""
    size = int(seconds * RATE)
    spectrum = np.fft.rfft(chance.normal(size=size))
    return loud(np.fft.irfft(spectrum / np.maximum(np.arange(len(spectrum)), 1) ** chance.uniform(0, 1), size), 0)


def hum(chance: Chance, seconds: float) -> Sound:
    """A mains hum with its overtones."""
    at, base = _times(seconds), chance.choice([50, 60])
    return loud(np.sum([np.sin(2 * np.pi * base * n * at) / n for n in (1, 2, 3, 5, 7)], axis=0), 0)


def room(chance: Chance, seconds: float, level: float = -66) -> Sound:
    """A quiet room."""
    return loud(noise(chance, seconds), level)


def faster(sound: Sound, factor: float) -> Sound:
    """Speech at a multiple of its tempo, at the same pitch: short pieces laid over each other."""
    size, hop = 640, 320
    count = int((len(sound) - size) / hop / factor)
    made = np.zeros(count * hop + size)
    for number in range(count):
        start = int(number * hop * factor)
        made[number * hop : number * hop + size] += np.hanning(size) * sound[start : start + size]
    return made.astype(np.float32)


def repeated(sound: Sound, chance: Chance, piece: float, seconds: float) -> Sound:
    """A piece of speech again and again, as a player does that hangs."""
    size = int(piece * RATE)
    starts = range(0, len(sound) - size, RATE // 10)
    start = max(starts, key=lambda start: float(np.sum(sound[start : start + size] ** 2)) * chance.uniform(0.5, 1))
    return np.tile(sound[start : start + size], int(seconds / piece) + 1)[: int(seconds * RATE)]


LEVEL = -26.0  # dB against full scale: about that of the shared recordings' speech


def _music(chance: Chance, _: Material) -> Sound:
    make = (band, chords, drums)[chance.integers(3)]
    return loud(make(chance, chance.uniform(12, 20)), LEVEL + chance.uniform(-8, 3))


def _instrument(chance: Chance, _: Material) -> Sound:
    return loud(melody(chance, chance.uniform(12, 20)), LEVEL + chance.uniform(-8, 3))


def _noise(chance: Chance, _: Material) -> Sound:
    make = (noise, hum)[chance.integers(2)]
    return loud(make(chance, chance.uniform(12, 20)), LEVEL + chance.uniform(-8, 3))


def _foreign(chance: Chance, material: Material) -> Sound:
    return speech(material.other, chance, chance.uniform(8, 16))


def _hanging(chance: Chance, material: Material) -> Sound:
    return repeated(speech(material.own, chance, 8), chance, chance.uniform(0.3, 0.9), chance.uniform(12, 20))


def _looped(chance: Chance, material: Material) -> Sound:
    return repeated(speech(material.own, chance, 8), chance, chance.uniform(1.2, 3), chance.uniform(12, 20))


def _rushed(chance: Chance, material: Material) -> Sound:
    return faster(speech(material.own, chance, 32), chance.uniform(2.3, 3))


def _drowned(chance: Chance, material: Material) -> Sound:
    sound = speech(material.own, chance, chance.uniform(10, 16))
    return loud(loud(sound, -6) + loud(noise(chance, len(sound) / RATE + 1)[: len(sound)], 0), LEVEL)


def _backwards(chance: Chance, material: Material) -> Sound:
    return speech(material.own, chance, chance.uniform(8, 14))[::-1]


FAULTS: tuple[tuple[str, Callable[[Chance, Material], Sound]], ...] = (
    ("music", _music),
    ("one instrument", _instrument),
    ("noise", _noise),
    ("another language", _foreign),
    ("another language, again", _foreign),
    ("a player that hangs", _hanging),
    ("a phrase in a loop", _looped),
    ("speech sped up", _rushed),
    ("speech under noise", _drowned),
    ("speech backwards", _backwards),
)


def made(seed: int, material: Material) -> tuple[Sound, list[Planted]]:
    """A recording with every fault once, in an order of chance, each between eight seconds or more of clean speech."""
    chance = np.random.default_rng(seed)
    parts = [speech(material.own, chance, 8)]
    planted = []
    for number in chance.permutation(len(FAULTS)):
        kind, make = FAULTS[number]
        fault = make(chance, material)
        pause = room(chance, PAUSE)
        start = (sum(map(len, parts)) + len(pause)) / RATE
        planted.append(Planted(kind, start, start + len(fault) / RATE))
        parts += [pause, fault, room(chance, PAUSE), speech(material.own, chance, 8)]
    sound = np.concatenate(parts)
    return sound + room(chance, len(sound) / RATE + 1)[: len(sound)], planted


OVERLAP = 1.0  # seconds that a doubt and a fault, or a clean stretch, must share


def doubts_in(sound: Sound, language: str) -> tuple[list[Word], list[Doubt]]:
    """What Whisper base hears in a recording as `qualkit transcribe` hears it, and what is doubtful in that."""
    way, model = Way(jobs=2), find_model("offline-base")
    settings = hearing_settings(model, language, "", engine="faster-whisper", quality="balanced", way=way)
    with TemporaryDirectory() as place, Workers(settings) as workers:
        path = Path(place) / "made.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        recording = probe(path)
        partial = Partial(Path(place) / "partial.jsonl", recording, settings)
        said = hear_words(recording, workers, partial, lambda _: None)
        return said, find_doubts(partial.parts(), language)


@dataclass(frozen=True)
class Tried:
    """A made recording with the words heard in it, the doubts in each fault, and those in clean speech."""

    seconds: float
    words: list[Word]
    found: list[tuple[Planted, list[Doubt]]]
    false: list[Doubt]

    def words_in(self, one: Planted) -> list[Word]:
        """The words that were written in a fault."""
        return [word for word in self.words if one.start <= (word.start + word.end) / 2 < one.end]


def tried(sound: Sound, planted: list[Planted], language: str) -> Tried:
    """A recording heard, and its doubts held against what was planted."""
    said, doubts = doubts_in(sound, language)
    found = [(one, [doubt for doubt in doubts if _overlap(doubt, one) >= OVERLAP]) for one in planted]
    false = [doubt for doubt in doubts if not any(doubt in those for _, those in found)]
    return Tried(len(sound) / RATE, said, found, [doubt for doubt in false if not _beside(doubt, planted)])


def _overlap(doubt: Doubt, one: Planted) -> float:
    return min(doubt.end, one.end) - max(doubt.start, one.start)


def _beside(doubt: Doubt, planted: list[Planted]) -> bool:
    """Whether all but a second of it lies in faults: the times of words are not exact."""
    inside = sum(max(0.0, _overlap(doubt, one)) for one in planted)
    return doubt.end - doubt.start - inside < OVERLAP
