"""One sound file as PyAV opens it: its stream of sound, where it begins, and what it claims of its length."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from qualkit.errors import QualkitError
from qualkit.store.files import explained

COPY_AGAIN = "copy it again from the recorder or the phone; play it there to see that it is whole"
_UNKNOWN_SIZE = 0x7FFF0000  # from here on, a WAV's size is what programs write that do not know it yet


def opened(path: Path) -> Any:
    """The file, open for reading. QualkitError where that cannot be done, with the cause as a person would say it."""
    import av

    if not path.exists():
        hint = "check the column recording of sources.csv, or put the file back in audio/"
        raise QualkitError("the recording is missing", where=str(path), hint=hint)
    if path.is_dir():
        raise QualkitError("this is a folder, not a recording", where=str(path), hint="name the sound file in it")
    if path.stat().st_size == 0:
        raise QualkitError("the recording is empty (0 bytes)", where=str(path), hint=COPY_AGAIN)
    with explained(path):
        try:
            return av.open(str(path), metadata_errors="replace")
        except PermissionError:
            raise
        except av.FFmpegError as error:
            if _looks_like_text(path):
                raise _text_instead(path) from error
            what = "this recording cannot be read: it is damaged, cut off, or no sound file"
            raise QualkitError(what, where=str(path), hint=COPY_AGAIN) from error


def audio_stream(container: Any, path: Path) -> Any:
    """The first stream of sound. QualkitError where there is none."""
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


def beginning(container: Any) -> float:
    """Seconds at which the file begins for a player: the sound of a video may come in later."""
    import av

    return container.start_time / av.time_base if container.start_time else 0.0


def go_to(container: Any, stream: Any, seconds: float | None) -> None:
    """Jump to the last place at or before this time from which a decoder can begin; else stay at the beginning."""
    import av

    if seconds is not None and stream.time_base:
        with contextlib.suppress(av.FFmpegError):  # a kind of file that cannot jump is read from its beginning
            container.seek(int(seconds / stream.time_base), stream=stream, backward=True)


def stated_seconds(container: Any, path: Path, begins: int, behind: float) -> float:
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
