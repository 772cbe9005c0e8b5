"""Who speaks when, found from the sound alone: on the CPU, with onnxruntime, in one pass over the recording.

`voices` hears up to three people at once and takes a voiceprint of each; `clustering` finds the speakers among the
voiceprints; here every lane of every minute is given to the speakers it sounds like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qualkit.errors import QualkitError
from qualkit.transcribe.clustering import find_speakers
from qualkit.transcribe.speakers import Turn, named_turns
from qualkit.transcribe.voices import Stretch, cut, listen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_REACH = 300  # ticks (10 ms) from a piece that a lane is taken to stay the same voice
_SOFT = 0.05  # likeness (cosine) by which a speaker is e times as probable
_SURE = 0.75  # of a piece's say goes to the speaker it is most like, the rest to all by likeness


def find_turns(
    blocks: Iterable[NDArray[np.float32]],
    models: Path,
    *,
    speakers: tuple[int, int] | None = None,
    threads: int = 0,
    progress: Callable[[float], None] | None = None,
) -> list[Turn]:
    """Turns in the order of their beginnings, of speakers S1, S2, ... in the order in which they are first heard.

    `blocks`: consecutive samples of any number, mono, 16,000 a second, from -1 to 1. `models`: the folder of the two
    networks. `speakers`: (n, n) where their number is known, (fewest, most) where it is not quite. `threads`: 0 = one
    a core. `progress` is told the seconds heard so far. Turns of two speakers overlap where both speak at once.
    """
    if speakers is not None and not 1 <= speakers[0] <= speakers[1]:
        hint = "give a number from 1, or the fewest and the most in this order"
        raise QualkitError(f"there cannot be {speakers[0]} to {speakers[1]} speakers", hint=hint)
    stretches = list(listen(blocks, models, threads, progress))
    centres = _centres(stretches, speakers)
    if len(centres) == 0:
        return []
    spans: list[list[tuple[int, int]]] = [[] for _ in centres]
    begins = 0
    for stretch in stretches:
        speaking = _speaking(stretch.lanes, _shares(stretch, centres))
        for speaker, held in enumerate(spans):
            edges = np.flatnonzero(np.diff(speaking[:, speaker].astype(np.int8), prepend=0, append=0)) + begins
            held += [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
        begins += len(stretch.lanes)
    return named_turns([[(start / 100, end / 100) for start, end in held] for held in spans])


def _centres(stretches: list[Stretch], speakers: tuple[int, int] | None) -> Floats:
    """(speakers, 192), from the pieces in which one voice is heard alone where there are enough of them."""
    pieces = [(piece.solo, len(piece.ticks) / 100) for stretch in stretches for piece in cut(stretch.lanes)]
    voices = np.concatenate([np.zeros((0, 192), np.float32), *(stretch.voices for stretch in stretches)])
    solo = np.array([alone for alone, _ in pieces], bool)
    if solo.sum() < max(2, speakers[0] if speakers else 0):
        solo[:] = True
    seconds = np.array([length for _, length in pieces], np.float32)
    return find_speakers(voices[solo], seconds[solo], speakers)


def _shares(stretch: Stretch, centres: Floats) -> Floats:
    """(lanes, ticks, speakers): how probable each speaker is while a lane is heard; 0 where that is not known."""
    pieces = cut(stretch.lanes)
    ticks, lanes = stretch.lanes.shape
    likeness = stretch.voices @ centres.T
    soft = np.exp((likeness - likeness.max(axis=1, keepdims=True)) / _SOFT) if len(pieces) else likeness
    shares = np.zeros((lanes, ticks, len(centres)), np.float32)
    for piece, say in zip(pieces, soft, strict=True):
        say = (1 - _SURE) * say / say.sum() + _SURE * (np.arange(len(say)) == say.argmax())
        middle = 1.05 - np.abs(np.linspace(-1, 1, len(piece.ticks), dtype=np.float32))
        shares[piece.lane, piece.ticks] += middle[:, None] * say
    shares /= np.maximum(shares.sum(axis=2, keepdims=True), 1e-9)
    for lane in range(lanes):
        known = shares[lane].any(axis=1)
        at, asked = np.flatnonzero(known), np.flatnonzero(stretch.lanes[:, lane] & ~known)
        if len(at) and len(asked):
            after = np.clip(np.searchsorted(at, asked), 0, len(at) - 1)
            before = np.maximum(after - 1, 0)
            near = np.where(np.abs(at[before] - asked) < np.abs(at[after] - asked), at[before], at[after])
            close = np.abs(near - asked) <= _REACH
            shares[lane, asked[close]] = shares[lane, near[close]]
    return shares


def _speaking(lanes: NDArray[np.bool_], shares: Floats) -> NDArray[np.bool_]:
    """(ticks, speakers): the likeliest speaker of one lane, and of two lanes at once the likeliest two."""
    count = shares.shape[2]
    speaking = np.zeros((len(lanes), count), bool)
    active = lanes.sum(axis=1)
    together = shares.sum(axis=0)
    alone = np.flatnonzero((active == 1) | (active > 0) & (count == 1))
    speaking[alone, together[alone].argmax(axis=1)] = together[alone].max(axis=1) > 0
    both = np.flatnonzero(active > 1) if count > 1 else alone[:0]
    if len(both):
        first, second = np.argsort(~lanes[both], axis=1, kind="stable")[:, :2].T
        pairs = shares[first, both][:, :, None] + shares[second, both][:, None, :]
        pairs[:, np.arange(count), np.arange(count)] = -1
        best = pairs.reshape(len(both), -1).argmax(axis=1)
        speaking[both, best // count] = speaking[both, best % count] = True
    return speaking
