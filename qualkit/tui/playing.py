"""The voice behind the text: stretches of the recording, handed to a player that the system has.

One small interface: a `Player` plays a file of sound and ends. The recording is cut at ends of segments, the next
stretch while the one before is heard; slower and faster are done here (the pitch stays), so that every player can do
it. What is heard lies in a folder that only the user may read, and is gone with it.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import wave
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualkit.errors import QualkitError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from qualkit.coding.session import Session
    from qualkit.model.source import Source
    from qualkit.store.project import Folder

RATE = 24_000  # samples a second: speech, small enough to be cut at once
FIRST, NEXT = 6.0, 25.0  # seconds that a stretch has at least: the first one short, so that it is heard soon
LEAST = 0.5  # share of a stretch: a player that ends before it was silent; ffplay says 0 where there is no sound card
SPEEDS = (0.5, 0.65, 0.8, 1.0, 1.25, 1.5, 2.0)
_FILE = "{}"
_PLAYERS = (
    ("ffplay", ("-nodisp", "-autoexit", "-loglevel", "quiet", _FILE)),
    ("mpv", ("--no-video", "--really-quiet", _FILE)),
    ("afplay", (_FILE,)),
    ("pw-play", (_FILE,)),
    ("paplay", (_FILE,)),
    ("aplay", ("-q", _FILE)),
    ("play", ("-q", _FILE)),
    ("powershell", ("-NoProfile", "-Command", "(New-Object Media.SoundPlayer '{}').PlaySync()")),
)


@dataclass(frozen=True, slots=True)
class Player:
    """A program that plays a file of sound and ends; `words` hold {} for the file."""

    words: tuple[str, ...]

    def start(self, file: Path) -> subprocess.Popen[bytes]:
        """Begin to play."""
        words = [word.replace(_FILE, str(file)) for word in self.words]
        hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0
        nothing = subprocess.DEVNULL
        return subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing, creationflags=hidden)


def find_player() -> Player | None:
    """The first player that this machine has."""
    for name, words in _PLAYERS:
        if found := shutil.which(name):
            return Player((found, *words))
    return None


def voice_of(folder: Folder, source: Source, session: Session, *, until: float | None = None) -> Voice:
    """The voice of a source, up to a second where one is given. QualkitError, with why, where nothing can be heard."""
    files = folder.recording(source)
    if not files:
        raise QualkitError("this source has no recording")
    if not all(file.is_file() for file in files):
        raise QualkitError("the recording is not there: qualkit check")
    if (player := find_player()) is None:
        raise QualkitError("no player of sound was found on this machine; ffplay (of ffmpeg) and mpv will do")
    ends = [segment.end for segment in session.text.segments if segment.end is not None]
    if not ends:
        raise QualkitError("this transcript has no times")
    return Voice(files, player, ends if until is None else [until])


@dataclass
class _Hearing:
    """One time of listening, from `play` to the end or `stop`; its thread writes into nothing else of the voice."""

    last: float  # the second of the recording that was heard last
    begun: tuple[float, float] | None = None  # (second of the recording, clock) of the stretch that is heard
    failed: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    process: subprocess.Popen[bytes] | None = None
    thread: threading.Thread | None = None


class Voice:
    """One recording that can be played from any second. `ends`: seconds at which segments end, in order."""

    def __init__(self, files: tuple[Path, ...], player: Player, ends: Sequence[float]) -> None:
        self._files, self._player, self._ends = files, player, sorted(ends)
        self.speed = 1.0
        self._now = _Hearing(0.0)

    @property
    def failed(self) -> str:
        """Why it went silent, if it did by itself."""
        return self._now.failed

    @property
    def playing(self) -> bool:
        """Whether something is or will be heard."""
        now = self._now
        return now.thread is not None and now.thread.is_alive() and not now.stop.is_set()

    def position(self) -> float:
        """The second of the recording that is heard now, or was heard last."""
        now = self._now
        if self.playing and now.begun is not None:
            now.last = now.begun[0] + (time.monotonic() - now.begun[1]) * self.speed
        return now.last

    def play(self, second: float) -> None:
        """Play from there to the end, or until `stop`, which has to come before the program's end."""
        self.stop()
        now = self._now = _Hearing(max(second, 0.0))
        now.thread = threading.Thread(target=self._run, args=(now,))  # no daemon: what was cut is deleted by it
        now.thread.start()

    def stop(self) -> None:
        """Be silent, at once: what is just being cut is thrown away later, by its thread."""
        self.position()
        self._now.stop.set()
        if self._now.process is not None:
            self._now.process.kill()

    def _run(self, now: _Hearing) -> None:
        with tempfile.TemporaryDirectory(prefix="qualkit-voice-", ignore_cleanup_errors=True) as folder:
            try:
                self._stretches(Path(folder), now)
            except (QualkitError, OSError) as error:
                now.failed = error.what if isinstance(error, QualkitError) else "the player could not be started"

    def _stretches(self, folder: Path, now: _Hearing) -> None:
        """One stretch after the other; the next is cut while one is heard."""
        stop, second = now.stop, now.last
        until, number = self._end_of(second, FIRST), 0
        ready = self._cut(folder / "0.wav", second, until)
        while ready and not stop.is_set():
            began, least = time.monotonic(), LEAST * (until - second) / self.speed
            process = now.process = self._player.start(folder / f"{number}.wav")
            now.begun, now.last = (second, began), second
            second, number = until, number + 1
            until = self._end_of(second, NEXT)
            ready = second < until and self._cut(folder / f"{number}.wav", second, until)
            while process.poll() is None and not stop.wait(0.02):
                pass
            if process.poll() is None:
                process.kill()
            if (process.wait() or time.monotonic() - began < least) and not stop.is_set():
                raise QualkitError("no sound came: the player ended at once; has this machine a sound card?")
            (folder / f"{number - 1}.wav").unlink(missing_ok=True)

    def _end_of(self, second: float, least: float) -> float:
        """The end of a segment, so long after that second; the end of the last one where there is none."""
        at = bisect_left(self._ends, second + least)
        return self._ends[min(at, len(self._ends) - 1)] if self._ends else second

    def _cut(self, file: Path, start: float, end: float) -> bool:
        """A stretch as a file of sound; False behind the end of the recording."""
        from qualkit.transcribe.audio import probe
        from qualkit.transcribe.clip import stretch

        end = min(end, probe(self._files).seconds)
        if end - start < 0.05:
            return False
        sound = stretch(self._files, start, end, rate=RATE, channels=1)
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes((sound if self.speed == 1.0 else paced(sound, self.speed)).tobytes())
        return True


def paced(sound: npt.NDArray[np.int16], speed: float) -> npt.NDArray[np.int16]:
    """The same speech slower or faster (0.5 to 2), at the same pitch."""
    import av
    import numpy as np
    from av.filter import Graph

    graph: Any = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="s16", layout="mono", time_base=Fraction(1, RATE))
    tempo, sink = graph.add("atempo", str(speed)), graph.add("abuffersink")
    source.link_to(tempo)
    tempo.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    source.push(frame)
    source.push(None)
    parts = []
    with contextlib.suppress(av.FFmpegError):  # the end
        while True:
            parts.append(sink.pull().to_ndarray().reshape(-1))
    return np.concatenate(parts) if parts else sound
