"""Recordings as samples: PyAV decodes whatever ffmpeg knows, without an ffmpeg program."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualkit.errors import QualkitError
from qualkit.store.files import explained

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

RATE = 16_000  # samples a second, mono: what speech models take
STRETCH = 300.0  # seconds decoded at a time, so that memory does not grow with length
SEARCH = 30.0  # seconds before a stretch's end in which its quietest moment is sought
RUN_UP = 2.0  # seconds before a jump's aim from which a decoder begins: it needs some to sound right
_LAYOUTS = {1: "mono", 2: "stereo"}
_HIGHEST_RATE = 48_000
_UNKNOWN_SIZE = 0x7FFF0000  # from here on, a WAV's size is what programs write that do not know it yet
_GAP, _LONGEST_GAP = 0.25, 600.0  # seconds that are missing between two frames; more is a broken clock
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

    @property
    def how_cut_off(self) -> str:
        """The same in words."""
        return f"this recording is cut off: it says {self.stated:.0f} s and holds {self.seconds:.0f} s"


def probe(path: Path) -> Recording:
    """Length and soundness of a recording, without decoding it. QualkitError where there is no sound to read."""
    import av

    heard, last, begins = 0.0, 0.0, None
    with _opened(path) as container:
        stream = _audio_stream(container, path)
        with contextlib.suppress(av.FFmpegError):  # what was read until then is what there is
            for packet in container.demux():
                if packet.pts is None or packet.time_base is None:
                    continue
                ends = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                last = max(last, ends)
                if packet.stream.index == stream.index:
                    heard = max(heard, ends)
                    begins = packet.pos if begins is None else begins
        start = _beginning(container)
        stated = _stated(container, path, begins or 0, heard - last)
    heard -= max(start, 0.0)
    if heard <= 0:
        raise QualkitError("this recording holds no sound", where=str(path), hint=_COPY_AGAIN)
    return Recording(path, heard, max(stated, heard))


def decode(path: Path, *, start: float = 0.0, rate: int = RATE, channels: int = 1) -> Iterator[Samples]:
    """The sound from `start` on as blocks of float32 samples from -1 to 1; those of two channels take turns.

    Broken packets, and what comes before the first sound of a video, become silence: times are a player's times.
    Only a few seconds before `start` are decoded for nothing.
    """
    import av
    import numpy as np

    resampler: Any = None
    shape, made = None, None  # made: where we are after `start`, in samples a channel
    with _opened(path) as container:
        begins = _beginning(container)
        stream = _audio_stream(container, path)
        _go_to(container, stream, begins + start - RUN_UP if start > RUN_UP else None)
        for frame in _frames(container, stream):
            since = None if frame.time is None else frame.time - begins - start
            if made is None:  # the first frame; after a jump it lies before `start`, and says where
                if since is None and start > RUN_UP:
                    continue
                made = min(0, round((-start if since is None else since) * rate)) if start else 0
            now = frame.format.name, frame.layout.name, frame.sample_rate
            held: Iterator[Samples] = iter(())
            if now != shape:  # the first frame, or a file put together from parts
                held = _samples(resampler, None)
                resampler, shape = av.AudioResampler(format="flt", layout=_LAYOUTS[channels], rate=rate), now
            lacking = 0.0 if since is None else since - made / rate
            parts = [np.zeros(int(lacking * rate) * channels, np.float32)] if _GAP < lacking < _LONGEST_GAP else []
            for part in chain(held, parts, _samples(resampler, frame)):
                before, made = made, made + len(part) // channels
                if made > 0:
                    yield part[max(0, -before) * channels :]
        yield from _samples(resampler, None)


def native(path: Path) -> tuple[int, int]:
    """(samples a second, channels) of a recording as it is; more than 48,000 and more than two are said as these."""
    with _opened(path) as container:
        stream = _audio_stream(container, path)
        return min(stream.rate or RATE, _HIGHEST_RATE), min(max(stream.channels, 1), 2)


def _go_to(container: Any, stream: Any, seconds: float | None) -> None:
    """Jump to the last place at or before this time from which a decoder can begin; else stay at the beginning."""
    import av

    if seconds is not None and stream.time_base:
        with contextlib.suppress(av.FFmpegError):  # a kind of file that cannot jump is read from its beginning
            container.seek(int(seconds / stream.time_base), stream=stream, backward=True)


def _beginning(container: Any) -> float:
    """Seconds at which the file begins for a player: the sound of a video may come in later."""
    import av

    return container.start_time / av.time_base if container.start_time else 0.0


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """What can be decoded; a file that breaks off ends there."""
    import av

    with contextlib.suppress(av.FFmpegError):
        for packet in container.demux(stream):
            with contextlib.suppress(av.FFmpegError):
                yield from packet.decode()


def _samples(resampler: Any, frame: Any) -> Iterator[Samples]:
    """A frame resampled; with None, what the resampler still holds."""
    import numpy as np

    for part in resampler.resample(frame) if resampler else ():
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
            cut = quietest(sound, int((seconds - SEARCH) * RATE), len(sound))
            yield begins / RATE, sound[:cut]
            begins += cut
            held, size = [sound[cut:]], len(sound) - cut
    if size:
        yield begins / RATE, np.concatenate(held)


def quietest(sound: Samples, earliest: int, latest: int) -> int:
    """The middle of the quietest half second between two places, as an index; `latest` where there is no room."""
    import numpy as np

    window, earliest = RATE // 2, max(earliest, 0)
    power = np.cumsum(np.square(sound[earliest:latest], dtype=np.float64))
    if len(power) <= window:
        return latest
    return earliest + int(np.argmin(power[window:] - power[:-window])) + window // 2


def _opened(path: Path) -> Any:
    import av

    if not path.exists():
        hint = "check the column recording of sources.csv, or put the file back in audio/"
        raise QualkitError("the recording is missing", where=str(path), hint=hint)
    if path.is_dir():
        raise QualkitError("this is a folder, not a recording", where=str(path), hint="name the sound file in it")
    if path.stat().st_size == 0:
        raise QualkitError("the recording is empty (0 bytes)", where=str(path), hint=_COPY_AGAIN)
    with explained(path):
        try:
            return av.open(str(path), metadata_errors="replace")
        except PermissionError:
            raise
        except av.FFmpegError as error:
            if _looks_like_text(path):
                raise _text_instead(path) from error
            what = "this recording cannot be read: it is damaged, cut off, or no sound file"
            raise QualkitError(what, where=str(path), hint=_COPY_AGAIN) from error


def _audio_stream(container: Any, path: Path) -> Any:
    if container.streams.audio:
        return container.streams.audio[0]
    if _looks_like_text(path):
        raise _text_instead(path)
    what = "this video has no sound" if container.streams.video else "this file holds no sound"
    raise QualkitError(what, where=str(path), hint="was the microphone off? look for a separate sound file")


def _text_instead(path: Path) -> QualkitError:
    hint = "choose the sound file; notes and transcripts are added as .md, .txt, .vtt or .srt"
    return QualkitError("this is a text file, not a recording", where=str(path), hint=hint)


def _looks_like_text(path: Path) -> bool:
    with open(path, "rb") as file:
        head = file.read(4096)
    return b"\0" not in head and sum(byte < 9 or 13 < byte < 32 for byte in head) == 0


def _stated(container: Any, path: Path, begins: int, behind: float) -> float:
    """Seconds of sound that a file claims; 0 where it claims nothing.

    `begins` is the byte at which the sound begins, `behind` how much earlier it ends than all else in the file
    (a video's sound may end before its pictures), 0 or less. What a decoder reckons from the bit rate is no claim.
    """
    import av

    kind = container.format.name
    if kind == "aac" or (kind == "mp3" and not _counts_frames(path, begins)):
        return 0.0
    if stated := _stated_by_wav(path):
        return stated
    return container.duration / av.time_base + behind if container.duration else 0.0


def _counts_frames(path: Path, begins: int) -> bool:
    """Whether the frame of an mp3 before its sound says how many follow."""
    with open(path, "rb") as file:
        file.seek(max(begins - 3000, 0))
        head = file.read(6000)
    return any(name in head for name in (b"Xing", b"Info", b"VBRI"))


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
            return size / rate if rate and size < _UNKNOWN_SIZE else 0.0
        at += 8 + size + size % 2
    return 0.0
