"""Whether this machine decodes what recorders and phones make: a second of sound, there and back."""

from __future__ import annotations

import io
from typing import cast

_KINDS = {"wav": "pcm_s16le", "mp3": "libmp3lame", "m4a": "aac", "ogg": "libopus", "flac": "flac"}
_FORMATS = {"m4a": "ipod"}


def decodes() -> dict[str, bool]:
    """Kind of file -> whether a second of it comes back with its length."""
    return {kind: _comes_back(kind, codec) for kind, codec in _KINDS.items()}


def _comes_back(kind: str, codec: str) -> bool:
    import av
    import numpy as np

    rate, held = 48_000, io.BytesIO()
    try:
        with av.open(held, "w", format=_FORMATS.get(kind, kind)) as made:
            stream = cast(av.AudioStream, made.add_stream(codec, rate=rate, layout="mono"))
            sound = (8000 * np.sin(np.arange(rate) * 2 * np.pi * 440 / rate)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(sound[np.newaxis, :], format="s16", layout="mono")
            frame.sample_rate = rate
            frame.pts = 0
            resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate, frame_size=stream.frame_size)
            for part in [*resampler.resample(frame), *resampler.resample(None)]:
                made.mux(stream.encode(part))
            made.mux(stream.encode(None))
        held.seek(0)
        with av.open(held, "r") as container:
            heard = sum(frame.samples for frame in container.decode(audio=0))
    except (av.FFmpegError, ValueError):
        return False
    return 0.9 * rate <= heard <= 1.2 * rate
