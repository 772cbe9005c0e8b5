"""Recordings as samples: PyAV decodes whatever ffmpeg knows, without an ffmpeg program."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualkit.errors import QualkitError
from qualkit.store.files import explained
from qualkit.transcribe.container import COPY_AGAIN, audio_stream, beginning, go_to, opened, stated_seconds

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
_GAP, _LONGEST_GAP = 0.25, 600.0  # seconds that are missing between two frames; more is a broken clock
SLACK = 1.0  # seconds that a container's stated length may be off

Files = Path | Sequence[Path]
"""A recording: a file, or several that follow each other, whose times run on."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a recording. `seconds` is the length of sound that is there, `stated` what it claims.

    `stamp` is its size in bytes and the time of its last change in nanoseconds, from before it was read.
    """

    path: Path
    seconds: float
    stated: float
    stamp: tuple[int, int]

    @property
    def cut_off(self) -> bool:
        """Whether less sound is there than the file claims."""
        return self.stated - self.seconds > max(SLACK, 0.01 * self.stated)

    @property
    def how_cut_off(self) -> str:
        """The same in words."""
        return f"this recording is cut off: it says {self.stated:.0f} s and holds {self.seconds:.0f} s"


@dataclass(frozen=True, slots=True)
class Recording:
    """One file, or several that are one interview: the next begins where the one before it ends, without a gap."""

    parts: tuple[Part, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in the order of time."""
        return tuple(part.path for part in self.parts)

    @property
    def begins(self) -> tuple[float, ...]:
        """Seconds of the recording at which each part begins."""
        return tuple(accumulate((part.seconds for part in self.parts[:-1]), initial=0.0))

    @property
    def seconds(self) -> float:
        """The length of all parts together."""
        return sum(part.seconds for part in self.parts)

    @property
    def cut_off(self) -> Part | None:
        """The first part that is cut off."""
        return next((part for part in self.parts if part.cut_off), None)


def probe(files: Files) -> Recording:
    """Length and soundness of a recording, without decoding it. QualkitError where there is no sound to read."""
    return Recording(tuple(_probed(path) for path in _paths(files)))


def refuse_changed(recording: Recording) -> None:
    """QualkitError where one of the files is no longer what it was when it was probed: a recorder still writes."""
    for part in recording.parts:
        with explained(part.path):
            now = _stamp(part.path)
        if now != part.stamp:
            raise _changed(part.path)


def decode(files: Files, *, start: float = 0.0, rate: int = RATE, channels: int = 1) -> Iterator[Samples]:
    """The sound from `start` on as blocks of float32 samples from -1 to 1; those of two channels take turns.

    Broken packets, and what comes before the first sound of a video, become silence: times are a player's times.
    Only a few seconds before `start` are decoded for nothing. Of files that follow others, none has a time of its own:
    each begins where `probe` says that the one before it ends, to a twentieth of a second.
    """
    *before, last = _paths(files)
    for path in before:
        seconds = _probed(path).seconds
        if start < seconds:
            yield from _decoded(path, start, rate, channels, seconds)
        start = max(0.0, start - seconds)
    yield from _decoded(last, start, rate, channels)


def native(files: Files) -> tuple[int, int]:
    """(samples a second, channels) of a recording as it is; more than 48,000 and more than two are said as these.

    Of several files, the most that one of them has.
    """
    rates, channels = [], []
    for path in _paths(files):
        with opened(path) as container:
            stream = audio_stream(container, path)
            rates.append(min(stream.rate or RATE, _HIGHEST_RATE))
            channels.append(min(max(stream.channels, 1), 2))
    return max(rates), max(channels)


def shown(files: Files) -> str:
    """How messages name a recording."""
    return " | ".join(map(str, _paths(files)))


def _paths(files: Files) -> tuple[Path, ...]:
    return (files,) if isinstance(files, Path) else tuple(files)


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _changed(path: Path) -> QualkitError:
    what = "this recording changed while it was read; nothing was written"
    hint = "is it still being recorded or copied? wait until that is done, then run the command again"
    return QualkitError(what, where=str(path), hint=hint)


def _probed(path: Path) -> Part:
    import av

    heard, last, begins = 0.0, 0.0, None
    with opened(path) as container:
        stamp = _stamp(path)
        stream = audio_stream(container, path)
        with contextlib.suppress(av.FFmpegError):  # what was read until then is what there is
            for packet in container.demux():
                if packet.pts is None or packet.time_base is None:
                    continue
                ends = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                last = max(last, ends)
                if packet.stream.index == stream.index:
                    heard = max(heard, ends)
                    begins = packet.pos if begins is None else begins
        start = beginning(container)
        stated = stated_seconds(container, path, begins or 0, heard - last)
    heard -= max(start, 0.0)
    if _stamp(path) != stamp:
        raise _changed(path)
    if heard <= 0:
        raise QualkitError("this recording holds no sound", where=str(path), hint=COPY_AGAIN)
    return Part(path, heard, max(stated, heard), stamp)


def _decoded(path: Path, start: float, rate: int, channels: int, ends: float = 0.0) -> Iterator[Samples]:
    """The sound of one file from `start` on; where its end is damaged, silence up to `ends` seconds of it."""
    import av

    resampler: Any = None
    shape, made = None, None  # made: where we are after `start`, in samples a channel
    with opened(path) as container:
        begins = beginning(container)
        stream = audio_stream(container, path)
        go_to(container, stream, begins + start - RUN_UP if start > RUN_UP else None)
        for frame in _frames(container, stream):
            since, least = None if frame.time is None else frame.time - begins - start, _GAP
            if made is None:  # the first frame; after a jump it lies before `start`, and says where
                if since is None and start > RUN_UP:
                    continue
                made = min(0, round((-start if since is None else since) * rate)) if start else 0
                least = 0.0
            now = frame.format.name, frame.layout.name, frame.sample_rate
            held: Iterator[Samples] = iter(())
            if now != shape:  # the first frame, or a file put together from parts
                held = _samples(resampler, None)
                resampler, shape = av.AudioResampler(format="flt", layout=_LAYOUTS[channels], rate=rate), now
            lacking = 0.0 if since is None else since - made / rate
            parts = [_silence(lacking, rate, channels)] if least < lacking < _LONGEST_GAP else []
            for part in chain(held, parts, _samples(resampler, frame)):
                before, made = made, made + len(part) // channels
                if made > 0:
                    yield part[max(0, -before) * channels :]
        for part in _samples(resampler, None):
            before, made = made or 0, (made or 0) + len(part) // channels
            if made > 0:
                yield part[max(0, -before) * channels :]
    if (lacking := ends - start - (made or 0) / rate) > _GAP:
        yield _silence(lacking, rate, channels)


def _silence(seconds: float, rate: int, channels: int) -> Samples:
    import numpy as np

    return np.zeros(int(seconds * rate) * channels, np.float32)


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


def stretches(files: Files, seconds: float = STRETCH) -> Iterator[tuple[float, Samples]]:
    """(beginning in seconds, samples) of stretches of about that length, cut where the sound is quietest."""
    import numpy as np

    held: list[Samples] = []
    size, begins = 0, 0
    for block in decode(files):
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
