"""Voices -> speakers: how many there are, and what each of them sounds like.

The number is the larger of two that err on opposite sides. The eigengap of a graph of nearest neighbours, with as
many neighbours as make the gap widest (Park et al. 2019, "Auto-tuning spectral clustering for speaker diarization"),
tells similar voices apart and overlooks people who say little; average linkage at a likeness that pieces of one
voice seldom fall below keeps those. Who the speakers are is then read from the same tree of average linkage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Labels = NDArray[np.int64]

MOST = 10  # speakers, where the number is to be found
_SAMPLE = 1000  # pieces looked at together, spread evenly: a longer recording costs no more
_EACH = 4  # pieces a speaker, at least, for the eigengap
_FEWEST, _SHARE, _TRIES = 6, 0.3, 20  # neighbours: at least (beyond those next in time), share of pieces, tries
_APART = 0.55  # distance (1 - cosine) at which average linkage has long joined the pieces of one voice
_SURELY = 0.04  # share of the speech that such a cluster must have to count: odd pieces of one voice flock too
_TINY, _FOUND, _GIVEN = 1.0, 0.02, 0.01  # least of a speaker: seconds, share of the speech (number found, given)
_EXTRA = 15  # tiny clusters passed over, at most, on the way to the number given


def find_speakers(voices: Floats, seconds: Floats, speakers: tuple[int, int] | None = None) -> Floats:
    """(speakers, 192), each of length 1: the mean voices of the speakers; none without voices.

    `voices`: (pieces, 192), each of length 1, in order of time. `seconds`: (pieces,), how long each was heard.
    `speakers`: the fewest and the most there may be; None where nothing is known.
    """
    if len(voices) == 0:
        return voices
    if len(voices) > _SAMPLE:
        some = np.linspace(0, len(voices) - 1, _SAMPLE).astype(int)
        voices, seconds = voices[some], seconds[some]
    fewest, most = speakers or (1, MOST)
    tree = _tree(voices)
    speech = float(seconds.sum())
    tiny = max(_TINY, (_FOUND if fewest < most else _GIVEN) * speech)
    count = fewest
    if fewest < most:
        surely = int((_weights(_cut(tree, _APART, "distance"), seconds) >= max(_TINY, _SURELY * speech)).sum())
        count = min(max(_eigengap(voices, fewest, most), surely, fewest), most)
    labels = _divide(tree, seconds, count, tiny)
    weights = _weights(labels, seconds)
    largest = np.sort(np.argsort(-weights, kind="stable")[:count])
    means = np.stack([(voices * (seconds * (labels == label))[:, None]).sum(axis=0) for label in largest])
    centres: Floats = (means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return centres


def _eigengap(voices: Floats, fewest: int, most: int) -> int:
    """The number of groups in the graph of nearest neighbours, within the bounds where there are pieces enough."""
    from scipy.linalg import eigvalsh

    count = len(voices)
    most = min(most, count // _EACH)
    if most <= fewest:
        return fewest
    order = np.argsort(-(voices @ voices.T), axis=1, kind="stable")
    widest = max(_FEWEST, int(_SHARE * count))
    best = (np.inf, fewest)
    for neighbours in np.unique(np.linspace(_FEWEST, widest, _TRIES).astype(int)):
        near = np.zeros((count, count))
        np.put_along_axis(near, order[:, :neighbours], 1.0, axis=1)
        near = (near + near.T) / 2
        values = eigvalsh(np.diag(near.sum(axis=1)) - near)
        gaps = np.diff(values[: most + 1])
        gap = max(float(gaps.max() / max(values[-1], 1e-9)), 1e-9)
        found = fewest + int(gaps[fewest - 1 :].argmax())
        best = min(best, (float(neighbours) / count / gap, found))
    return best[1]


def _divide(tree: Any, seconds: Floats, count: int, tiny: float) -> Labels:
    """Labels of the tree cut where `count` clusters first are not tiny; where that never is, of `count` clusters."""
    for clusters in range(count, min(len(seconds), count + _EXTRA) + 1):
        labels = _cut(tree, clusters, "maxclust")
        if int((_weights(labels, seconds) >= tiny).sum()) >= count:
            return labels
    return _cut(tree, count, "maxclust")


def _tree(voices: Floats) -> Any:
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    if len(voices) < 2:
        return None
    apart = np.clip(1 - voices.astype(np.float64) @ voices.T.astype(np.float64), 0, 2)
    np.fill_diagonal(apart, 0)
    return linkage(squareform(apart, checks=False), "average")


def _cut(tree: Any, at: float, how: Literal["distance", "maxclust"]) -> Labels:
    from scipy.cluster.hierarchy import fcluster

    if tree is None:
        return np.zeros(1, np.int64)
    labels: Labels = np.asarray(fcluster(tree, at, how), np.int64) - 1  # fcluster counts from 1
    return labels


def _weights(labels: Labels, seconds: Floats) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = np.bincount(labels, weights=seconds).astype(np.float64)
    return weights
