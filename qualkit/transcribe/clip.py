"""Clips: a stretch of a recording cut out, with a little air and short fades, as a file that any player plays."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualkit.errors import QualkitError
from qualkit.transcribe.audio import SLACK, Files, decode, native, probe, shown

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

AIR = 0.3  # seconds before and after what was asked for, so that no word is clipped
FADE = 100  # milliseconds at each end
LONGEST = 1800.0  # seconds: a clip lies in memory
BITS, SMALL = 64_000, 24_000  # bits a second of each channel, where a codec loses something
KINDS = {  # suffix -> container and encoder, both inside PyAV's wheel
    ".wav": ("wav", "pcm_s16le"),
    ".flac": ("flac", "flac"),
    ".mp3": ("mp3", "libmp3lame"),
    ".ogg": ("ogg", "libopus"),
    ".m4a": ("ipod", "aac"),
}
_RATES = (16_000, 32_000, 44_100, 48_000)  # what each of these encoders takes; Opus is always 48,000
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:[.,]\d*)?)")


def seconds_of(text: str) -> float:
    """12.5, 1:02 or 0:01:02.5 as seconds. QualkitError for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if found:
        hours, minutes, rest = (float(part.replace(",", ".")) if part else 0.0 for part in found.groups())
        if (found[2] is None or rest < 60) and (found[1] is None or minutes < 60):
            return hours * 3600 + minutes * 60 + rest
    raise QualkitError(f"'{text}' is no time", hint="write seconds (12.5), 1:02 or 0:01:02.5")


def clock(seconds: float) -> str:
    """Seconds as 0:01:02 or 0:01:02.5, as `seconds_of` reads them."""
    tenths = round(seconds * 10)
    whole = f"{tenths // 36000}:{tenths // 600 % 60:02d}:{tenths // 10 % 60:02d}"
    return f"{whole}.{tenths % 10}" if tenths % 10 else whole


def file_name(source: str, start: float) -> str:
    """What a clip is called unless it is said: no colons, which Windows does not take."""
    return f"{source}-{clock(start).replace(':', '-')}.mp3"


def kind_of(file: Path) -> str:
    """The suffix of a clip's file. QualkitError where it is none that we write."""
    kind = file.suffix.lower()
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise QualkitError("a clip is written as sound", where=str(file), hint=f"end the name with one of: {known}")
    return kind


def clip(files: Files, start: float, end: float, kind: str) -> bytes:
    """The recording from `start` to `end` (seconds, as a player shows them) as the bytes of a sound file."""
    rate, channels = native(files)
    sound = stretch(files, start, end, rate=rate, channels=channels, air=AIR)
    return _encoded(_faded(sound, rate, channels), rate, channels, kind)


def small_clip(files: Files, start: float, end: float) -> bytes:
    """The same as an MP3 of SMALL bits a second, for speech inside a page: every browser plays it."""
    sound = stretch(files, start, end, rate=_RATES[0], channels=1, air=AIR)
    return _encoded(_faded(sound, _RATES[0], 1), _RATES[0], 1, ".mp3", SMALL)


def stretch(files: Files, start: float, end: float, *, rate: int, channels: int, air: float = 0.0) -> Samples:
    """The samples between two times with some air around them; less where the recording begins or ends."""
    import numpy as np

    if start >= end:
        hint = "first the time at which the clip begins, then the one at which it ends"
        raise QualkitError(f"a clip cannot begin at {clock(start)} and end at {clock(end)}", hint=hint)
    if end - start > LONGEST:
        hint = f"cut a shorter stretch, at most {LONGEST / 60:.0f} minutes"
        raise QualkitError(f"{(end - start) / 60:.0f} minutes are too long for a clip", hint=hint)
    begins = max(0.0, start - air)
    wanted, lacking = (round((moment - begins) * rate) * channels for moment in (end + air, end - SLACK))
    parts: list[Samples] = []
    found = 0
    with contextlib.closing(decode(files, start=begins, rate=rate, channels=channels)) as sound:  # type: ignore[type-var]
        for part in sound:
            parts.append(np.clip(np.rint(part[: wanted - found] * 32_768), -32_768, 32_767).astype(np.int16))
            found += len(parts[-1])
            if found >= wanted:
                break
    if found <= max(lacking, round((start - begins) * rate) * channels):
        length = probe(files).seconds
        hint = f"it is {clock(length)} long"
        raise QualkitError(f"the recording ends before {clock(end)}", where=shown(files), hint=hint)
    return np.concatenate(parts)


def _faded(sound: Samples, rate: int, channels: int) -> Samples:
    """The same, from silence and back to silence."""
    import numpy as np

    whole = _pydub().AudioSegment(sound.tobytes(), sample_width=2, frame_rate=rate, channels=channels)
    fade = min(FADE, len(whole) // 2)
    return np.frombuffer(whole.fade_in(fade).fade_out(fade).raw_data, np.int16) if fade else sound


def _pydub() -> Any:
    """pydub, without its remarks on import: it looks for an ffmpeg program, which is not needed here."""
    with warnings.catch_warnings():
        for about in (RuntimeWarning, SyntaxWarning, DeprecationWarning):  # ffmpeg; its patterns; audioop
            warnings.simplefilter("ignore", about)
        import pydub
    return pydub


def _encoded(sound: Samples, rate: int, channels: int, kind: str, bits: int = BITS) -> bytes:
    """The bytes of a file; the same for the same sound."""
    import av

    container, codec = KINDS[kind]
    layout = "stereo" if channels == 2 else "mono"
    aim = 48_000 if kind == ".ogg" or rate not in _RATES else rate
    held = io.BytesIO()
    with av.open(held, "w", format=container, options={"fflags": "+bitexact"}) as made:
        stream: Any = made.add_stream(codec, rate=aim, layout=layout)
        if kind in (".mp3", ".m4a", ".ogg"):
            stream.bit_rate = bits * channels
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        to_encoder = av.AudioResampler(format=stream.format, layout=layout, rate=aim, frame_size=stream.frame_size)
        for part in [*to_encoder.resample(frame), *to_encoder.resample(None)]:
            made.mux(stream.encode(part))
        made.mux(stream.encode(None))
    return held.getvalue()
