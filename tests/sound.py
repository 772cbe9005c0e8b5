"""Sound for tests: tones with silences in every format, videos, and an engine that hears what it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from qualkit.errors import QualkitError
from qualkit.model.transcript import Word
from qualkit.transcribe import engines, machine, models, run, speaker_models, speeds, workers
from qualkit.transcribe.audio import RATE
from qualkit.transcribe.plan import Window

Sound = npt.NDArray[np.int16]

FORMATS = {
    "wav": ("pcm_s16le", "wav"),
    "mp3": ("libmp3lame", "mp3"),
    "m4a": ("aac", "ipod"),
    "ogg": ("libopus", "ogg"),
    "opus": ("libopus", "opus"),
    "flac": ("flac", "flac"),
    "webm": ("libopus", "webm"),
    "aac": ("aac", "adts"),
    "wma": ("wmav2", "asf"),
    "amr": ("libopencore_amrnb", "amr"),
    "mp4": ("aac", "mp4"),
    "mov": ("aac", "mov"),
}

_BIT_RATES = {"wmav2": 64_000, "libopencore_amrnb": 12_200}  # encoders without a default, or with a poor one

SAID = "Jag glömde mitt lösenord igen. Hur skaffar man BankID här? Det vet jag inte."


def tone(seconds: float, rate: int = 48_000, silences: Sequence[tuple[float, float]] = ()) -> Sound:
    """A tone of 440 Hz with stretches of silence, as 16-bit samples."""
    at = np.arange(int(seconds * rate)) / rate
    sound = 8000 * np.sin(2 * np.pi * 440 * at)
    for start, end in silences:
        sound[(at >= start) & (at < end)] = 0
    return sound.astype(np.int16)


def write_sound(
    path: Path,
    sound: Sound,
    rate: int = 48_000,
    *,
    stereo: bool = False,
    options: dict[str, str] | None = None,
    codec: dict[str, str] | None = None,
) -> Path:
    """Encode 16-bit samples into the format that the file's name ends in; two columns are two channels.

    AMR is what it always is: 8,000 samples a second, one channel.
    """
    stereo = stereo or sound.ndim == 2
    name, container = FORMATS[path.suffix[1:].lower()]
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format=container, options=options or {}) as made:
        aim = 8_000 if container == "amr" else rate
        layout = "stereo" if stereo and container != "amr" else "mono"
        stream: Any = made.add_stream(name, rate=aim, layout=layout, options=codec or {})
        if name in _BIT_RATES:
            stream.bit_rate = _BIT_RATES[name]
        _encode(made, stream, sound, rate, stereo)
    return path


def _encode(made: Any, stream: Any, sound: Sound, rate: int, stereo: bool = False) -> None:
    both = np.repeat(sound[:, None], 2, axis=1) if stereo and sound.ndim == 1 else sound
    frame = av.AudioFrame.from_ndarray(both.reshape(1, -1), "s16", "stereo" if stereo else "mono")
    frame.sample_rate, frame.pts = rate, 0
    aim = {"format": stream.format, "layout": stream.layout, "rate": stream.rate, "frame_size": stream.frame_size}
    resampler = av.AudioResampler(**aim)
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        made.mux(stream.encode(part))
    made.mux(stream.encode(None))


def write_video(path: Path, seconds: float, sound: Sound | None = None) -> Path:
    """A grey video, mp4 or webm, with sound or without."""
    path.parent.mkdir(parents=True, exist_ok=True)
    web = path.suffix == ".webm"
    with av.open(str(path), "w", options={} if web else {"movflags": "faststart"}) as made:
        pictures: Any = made.add_stream("libvpx" if web else "mpeg4", rate=10)
        pictures.width = pictures.height = 32
        pictures.pix_fmt = "yuv420p"
        voice: Any = (
            made.add_stream("libopus" if web else "aac", rate=48_000, layout="mono") if sound is not None else None
        )
        for number in range(int(seconds * 10)):
            frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 90, dtype=np.uint8), format="rgb24")
            frame.pts = number
            made.mux(pictures.encode(frame))
        made.mux(pictures.encode(None))
        if sound is not None:
            _encode(made, voice, sound, 48_000)
    return path


def talk(path: Path, seconds: float = 8.0) -> Path:
    """A small recording."""
    return write_sound(path, tone(seconds, 16_000), 16_000)


def cut(path: Path, part: float = 0.5) -> Path:
    """The file with its end missing."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    return path


def words(text: str, start: float = 0.0, each: float = 0.4) -> list[Word]:
    """A word each `each` seconds, as engines give them: with the space before it."""
    return [
        Word(f" {word}", start + i * each, start + (i + 0.9) * each, 0.9 - i % 3 * 0.1)
        for i, word in enumerate(text.split())
    ]


class FakeEngine:
    """Hears the same words in every recording, in two goes; notes how it was asked."""

    def __init__(self) -> None:
        self.asked: list[engines.HearingSettings] = []
        self.models: list[str] = []
        self.heard = 0
        self.text = SAID
        self.fails: Callable[[float], BaseException | None] = lambda seconds: None
        self.english_only = False

    def __call__(self, settings: engines.HearingSettings) -> engines.Hear:
        self.asked.append(settings)
        engines._refuse_other_language(settings, not self.english_only)
        return self.hear

    def hear(self, sound: npt.NDArray[np.float32], *, hints: str = "") -> list[engines.Heard]:
        self.heard += 1
        if (error := self.fails(len(sound) / RATE)) is not None:
            raise error
        said = words(self.text)
        return [engines.Heard(tuple(said[:3])), engines.Heard(tuple(said[3:]))]

    def find(self, name: str, root: Path | None = None) -> Path:
        self.models.append(name)
        return Path("/nowhere")


def _no_speaker_models() -> Path:
    raise QualkitError("the two networks for it are not here")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """Stands in for faster-whisper; no model is needed."""
    fake = FakeEngine()
    monkeypatch.setattr(engines, "faster_whisper", fake)
    monkeypatch.setattr(machine, "fastest", lambda model: machine.Way(jobs=1))
    monkeypatch.setattr(speeds, "remember", lambda model, sound, work: None)
    monkeypatch.setattr(workers, "listen", lambda hear, sound: hear(sound))
    monkeypatch.setattr(workers, "again", lambda hear, sound, heard: heard)
    monkeypatch.setattr(run, "plan", lambda sound, begins: [Window(begins, begins + len(sound) / RATE)])
    monkeypatch.setattr(run, "has_speech", lambda profile: True)
    monkeypatch.setattr(models, "find_model", fake.find)
    monkeypatch.setattr(speaker_models, "find_speaker_models", _no_speaker_models)
    return fake
