"""Who may be speaking, moment by moment, and what each voice sounds like: two small networks, heard in a stream.

Time is counted in ticks of 10 ms. The segmentation network hears windows of ten seconds and keeps up to three
voices apart in each; neighbouring windows are joined into three lanes. A lane is one voice for some seconds, no
longer: that the voice in a lane now is the one of ten minutes ago is for `clustering` to find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]  # mono, RATE a second, from -1 to 1
    Floats = NDArray[np.float32]
    Ticks = NDArray[np.int64]

RATE = 16_000  # samples a second
TICK = RATE // 100  # samples between two ticks
SEGMENTATION = "segmentation-3.0.onnx"
EMBEDDING = "campplus_zh_en_advanced.onnx"

_WINDOW = 1000  # ticks that the segmentation network hears at once
_STEP = 250  # ticks from one window to the next
_STRETCH = 6000  # ticks that are finished, and then forgotten, together
_BATCH = 4
_ONE, _TWO = 0.5, 0.25  # chances from which on somebody, or two at once, are taken to speak
_PIECE, _HOP = 150, 75  # ticks of voice for one embedding, and to the next
_GAP = 30  # ticks of silence inside a piece, at most
_SHORT = 40  # a piece of fewer ticks says too little of a voice to found a speaker on
_TINY = 10
_BANDS = 80
_SHIFT, _FIELD = 270, 991  # samples from one frame of the segmentation network to the next, and that a frame sees
_CLASSES = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.float32)
_ORDERS = [list(order) for order in permutations(range(3))]


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of one lane: the ticks (ascending, of the stretch) that one embedding stands for."""

    lane: int
    ticks: Ticks
    solo: bool  # enough ticks, and nobody else speaks during them


@dataclass(frozen=True, slots=True)
class Stretch:
    """A minute of lanes. `lanes`: bool (ticks, 3). `voices`: float32 (pieces, 192) of length 1, as `cut` gives them."""

    lanes: NDArray[np.bool_]
    voices: Floats


def listen(
    blocks: Iterable[Samples], models: Path, threads: int = 0, progress: Callable[[float], None] | None = None
) -> Iterator[Stretch]:
    """Stretches in order, without a gap; `progress` is told the seconds finished. Holds little more than a minute."""
    segment, embed = _network(models / SEGMENTATION, threads), _network(models / EMBEDDING, threads)
    windows = _Lanes()
    done = 0
    for sound, ticks in _minutes(blocks):
        lanes = windows.finish(segment, sound, ticks)
        yield Stretch(lanes, _voices(embed, sound, cut(lanes)))
        done += ticks
        if progress:
            progress(done / 100)


def _minutes(blocks: Iterable[Samples]) -> Iterator[tuple[Samples, int]]:
    """The sound from the beginning of each stretch on, a window longer where it goes on; the stretch's ticks."""
    held: list[Samples] = []
    size, needed = 0, (_STRETCH + _WINDOW) * TICK
    for block in blocks:
        held.append(np.asarray(block, np.float32))
        size += len(block)
        if size >= needed:
            sound = np.concatenate(held)
            while len(sound) >= needed:
                yield sound, _STRETCH
                sound = sound[_STRETCH * TICK :]
            held, size = [sound], len(sound)
    rest = np.concatenate(held) if held else np.zeros(0, np.float32)
    while len(rest):
        ticks = min(_STRETCH, -(-len(rest) // TICK))
        yield rest, ticks
        rest = rest[ticks * TICK :]


def cut(lanes: NDArray[np.bool_]) -> list[Piece]:
    """The pieces of a stretch, lane by lane: where a voice speaks alone, else (when it never does) with others."""
    alone = lanes.sum(axis=1) == 1
    pieces = []
    for lane in range(lanes.shape[1]):
        runs = _runs(np.flatnonzero(lanes[:, lane] & alone), alone, lanes[:, lane])
        known = [Piece(lane, part, len(part) >= _SHORT) for run in runs for part in _parts(run)]
        heard = np.concatenate([piece.ticks for piece in known]) if known else np.zeros(0, np.int64)
        spoken = np.flatnonzero(lanes[:, lane])
        for run in np.split(spoken, np.flatnonzero(np.diff(spoken) > _GAP) + 1):
            if len(run) >= 2 * _TINY and not np.isin(run, heard).any():
                known += [Piece(lane, part, False) for part in _parts(run)]
        pieces += known
    return pieces


def _runs(ticks: Ticks, alone: NDArray[np.bool_], lane: NDArray[np.bool_]) -> list[Ticks]:
    """Ticks of a lane split where it is silent for long or another lane has the floor in between."""
    other = np.cumsum(alone & ~lane)
    gaps = np.diff(ticks)
    where = (gaps > _GAP) | (np.diff(other[ticks]) > 0)
    return [run for run in np.split(ticks, np.flatnonzero(where) + 1) if len(run) >= _TINY]


def _parts(run: Ticks) -> list[Ticks]:
    """Pieces of one length, half over the next; a run that is hardly longer than one stays whole."""
    if len(run) <= _PIECE * 5 // 4:
        return [run]
    begins = [*range(0, len(run) - _PIECE, _HOP), len(run) - _PIECE]
    return [run[at : at + _PIECE] for at in begins]


class _Lanes:
    """Joins the windows' voices to lanes: each window's in the order that agrees best with the lanes so far."""

    def __init__(self) -> None:
        self.votes = np.zeros((_STRETCH + _WINDOW, 6), np.float32)  # three lanes, anybody, two at once, windows
        self.heard = 0  # ticks from the beginning of the stretch to that of the next window

    def finish(self, segment: Any, sound: Samples, ticks: int) -> NDArray[np.bool_]:
        """The first `ticks` of the lanes, for which `sound` holds a window more where there is one."""
        starts = []
        while self.heard < ticks and (self.heard == 0 or self.heard + _WINDOW - _STEP < -(-len(sound) // TICK)):
            starts.append(self.heard)
            self.heard += _STEP
        for at in range(0, len(starts), _BATCH):
            some = starts[at : at + _BATCH]
            heard = segment.run(None, {"x": np.stack([_window(sound, start) for start in some])[:, None]})[0]
            for start, frames in zip(some, heard, strict=True):
                self._add(start, frames)
        mean = self.votes[:ticks] / np.maximum(self.votes[:ticks, 5:], 1)
        count = np.where(mean[:, 4] > _TWO, 2, mean[:, 3] > _ONE)
        rank = np.argsort(np.argsort(-mean[:, :3], axis=1, kind="stable"), axis=1, kind="stable")
        self.votes = np.concatenate([self.votes[ticks:], np.zeros((ticks, 6), np.float32)])
        self.heard -= ticks
        lanes: NDArray[np.bool_] = rank < count[:, None]
        return lanes

    def _add(self, start: int, frames: Floats) -> None:
        """`frames`: (frames, 7) log-probabilities of nobody, one of three, two of three."""
        centres = np.arange(_WINDOW) * TICK + TICK // 2
        at = np.clip(np.rint((centres - _FIELD // 2) / _SHIFT).astype(int), 0, len(frames) - 1)
        chance = np.exp(frames)[at]
        active = chance @ _CLASSES
        here = slice(start, start + _WINDOW)
        together = active.T @ self.votes[here, :3]
        order = max(_ORDERS, key=lambda order: float(sum(together[voice, lane] for lane, voice in enumerate(order))))
        self.votes[here, :3] += active[:, order]
        self.votes[here, 3] += 1 - chance[:, 0]
        self.votes[here, 4] += chance[:, 4:].sum(axis=1)
        self.votes[here, 5] += 1


def _window(sound: Samples, start: int) -> Samples:
    part = sound[start * TICK : (start + _WINDOW) * TICK]
    return np.pad(part, (0, _WINDOW * TICK - len(part)))


def _voices(embed: Any, sound: Samples, pieces: list[Piece]) -> Floats:
    """(pieces, 192), each of length 1."""
    voices = np.zeros((len(pieces), 192), np.float32)
    if not pieces:
        return voices
    end = max(int(piece.ticks[-1]) for piece in pieces) + 1
    features = spectra(sound[: (end + 2) * TICK])
    lengths: dict[int, list[int]] = {}
    for number, piece in enumerate(pieces):
        lengths.setdefault(len(piece.ticks), []).append(number)
    for numbers in lengths.values():
        for at in range(0, len(numbers), _BATCH):
            some = numbers[at : at + _BATCH]
            heard = np.stack([features[np.minimum(pieces[i].ticks, len(features) - 1)] for i in some])
            voices[some] = embed.run(None, {"x": heard - heard.mean(axis=1, keepdims=True)})[0]
    voices /= np.maximum(np.linalg.norm(voices, axis=1, keepdims=True), 1e-9)
    return voices


def spectra(sound: Samples) -> Floats:
    """Log mel energies (ticks, 80) as Kaldi reckons them, which is what the embedding network learned from."""
    size = 400
    sound = np.pad(sound, (0, max(0, size - len(sound))))
    frames = np.lib.stride_tricks.sliding_window_view(sound, size)[::TICK]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / (size - 1))) ** 0.85
    power = np.abs(np.fft.rfft((frames - 0.97 * before) * window.astype(np.float32), 512)) ** 2
    energy: Floats = np.log(np.maximum(power.astype(np.float32) @ _filters(), np.finfo(np.float32).eps))
    return energy


@cache
def _filters() -> Floats:
    """(257, 80): triangles on the mel scale from 20 to 8000 Hz."""
    mel = 1127 * np.log1p(np.arange(257) * RATE / 512 / 700)
    edges = np.linspace(1127 * np.log1p(20 / 700), 1127 * np.log1p(RATE / 2 / 700), _BANDS + 2)
    width = edges[1] - edges[0]
    filters: Floats = np.maximum(0, 1 - np.abs(mel[:, None] - edges[None, 1:-1]) / width).astype(np.float32)
    return filters


def _network(path: Path, threads: int) -> Any:
    import onnxruntime

    hint = "get it with: qualkit models get speakers, or name the folder it lies in"
    if not path.exists():
        raise QualkitError("a speaker model is missing", where=str(path), hint=hint)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # a third less memory, no slower
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own kinds have no common parent
        what = "this speaker model cannot be loaded: it is damaged or half copied"
        raise QualkitError(what, where=str(path), hint=hint) from error
