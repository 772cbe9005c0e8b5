"""Recordings as samples: PyAV decodes whatever ffmpeg knows, without an ffmpeg program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualkit.errors import QualkitError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

RATE = 16_000  # samples a second, mono: what speech models take
STRETCH = 600.0  # seconds decoded at a time, so that memory does not grow with length
SEARCH = 30.0  # seconds before a stretch's end in which its quietest moment is sought
SLACK = 1.0  # seconds that a container's stated length may be off
_COPY_AGAIN = "copy it again from the recorder or the phone; play it there to see that it is whole"


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recording says of itself. `seconds` is the length of sound that is there, `stated` what it claims."""

    path: Path
    seconds: float
    stated: float

    @property
    def cut_off(self) -> bool:
        """Whether less sound is there than the file claims."""
        return self.stated - self.seconds > max(SLACK, 0.01 * self.stated)


def probe(path: Path) -> Recording:
    """Length and soundness of a recording, without decoding it. QualkitError where there is no sound to read."""
    import av

    with _opened(path) as container:
        stream = _audio_stream(container, path)
        heard = 0.0
        try:
            for packet in container.demux(stream):
                if packet.pts is not None and packet.time_base is not None:
                    heard = max(heard, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        except av.FFmpegError:
            pass  # what was read so far is what there is
        start = float(stream.start_time * stream.time_base) if stream.start_time and stream.time_base else 0.0
        stated = container.duration / av.time_base if container.duration else 0.0
        stated = max(stated, _stated_by_wav(path))
    heard -= max(start, 0.0)
    if heard <= 0:
        raise QualkitError("this recording holds no sound", where=str(path), hint=_COPY_AGAIN)
    return Recording(path, heard, max(stated, heard))


def decode(path: Path) -> Iterator[Samples]:
    """The sound as blocks of float32 samples from -1 to 1, mono, RATE a second; broken packets are passed over."""
    import av
    import numpy as np

    with _opened(path) as container:
        stream = _audio_stream(container, path)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                for part in resampler.resample(frame):
                    yield part.to_ndarray().reshape(-1).astype(np.float32, copy=False)
        for part in resampler.resample(None):
            yield part.to_ndarray().reshape(-1).astype(np.float32, copy=False)


def stretches(path: Path, seconds: float = STRETCH) -> Iterator[tuple[float, Samples]]:
    """(beginning in seconds, samples) of stretches of about that length, cut where the sound is quietest."""
    import numpy as np

    held: list[Samples] = []
    size, begins = 0, 0
    for block in decode(path):
        held.append(block)
        size += len(block)
        if size >= seconds * RATE:
            sound = np.concatenate(held)
            cut = _quietest(sound, int((seconds - SEARCH) * RATE))
            yield begins / RATE, sound[:cut]
            begins += cut
            held, size = [sound[cut:]], len(sound) - cut
    if size:
        yield begins / RATE, np.concatenate(held)


def _quietest(sound: Samples, earliest: int) -> int:
    """The middle of the quietest half second from `earliest` on, as an index."""
    import numpy as np

    window = RATE // 2
    power = np.cumsum(np.square(sound[max(earliest, 0) :], dtype=np.float64))
    if len(power) <= window:
        return len(sound)
    return max(earliest, 0) + int(np.argmin(power[window:] - power[:-window])) + window // 2


def _opened(path: Path) -> Any:
    import av

    if not path.exists():
        hint = "check the column recording of sources.csv, or put the file back in audio/"
        raise QualkitError("the recording is missing", where=str(path), hint=hint)
    if path.is_dir():
        raise QualkitError("this is a folder, not a recording", where=str(path), hint="name the sound file in it")
    if path.stat().st_size == 0:
        raise QualkitError("the recording is empty (0 bytes)", where=str(path), hint=_COPY_AGAIN)
    try:
        return av.open(str(path), metadata_errors="replace")
    except av.FFmpegError as error:
        if _looks_like_text(path):
            hint = "choose the sound file; notes and transcripts are added as .md, .txt or .vtt"
            raise QualkitError("this is a text file, not a recording", where=str(path), hint=hint) from error
        what = "this recording cannot be read: it is damaged, cut off, or no sound file"
        raise QualkitError(what, where=str(path), hint=_COPY_AGAIN) from error


def _audio_stream(container: Any, path: Path) -> Any:
    if not container.streams.audio:
        what = "this video has no sound" if container.streams.video else "this file holds no sound"
        raise QualkitError(what, where=str(path), hint="was the microphone off? look for a separate sound file")
    return container.streams.audio[0]


def _looks_like_text(path: Path) -> bool:
    with open(path, "rb") as file:
        head = file.read(4096)
    return b"\0" not in head and sum(byte < 9 or 13 < byte < 32 for byte in head) == 0


def _stated_by_wav(path: Path) -> float:
    """Seconds that a WAV header claims; decoders silently take the file's own length instead."""
    with open(path, "rb") as file:
        head = file.read(65_536)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return 0.0
    at, rate = 12, 0
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if name == b"fmt ":
            rate = int.from_bytes(head[at + 16 : at + 20], "little")
        if name == b"data":
            return size / rate if rate and size < 0xFFFFFF00 else 0.0
        at += 8 + size + size % 2
    return 0.0
