"""Learning from what was coded: one model of all codes and of nothing, which begins with what the codebook says.

Multinomial logistic regression (Bishop 2006, Pattern Recognition and Machine Learning, 4.3.4) on the text's vector,
with normal priors around weights that trust keywords and definitions: without a coded excerpt it is these two, and each
excerpt moves it. What was read and got no code is its last class, "nothing". A score is the log of how much likelier a
code is than nothing. What all codes share against nothing has weights of its own, so that it is learned once, not by
each code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualkit.coding.evidence import Evidence, Reader
from qualkit.coding.labelled import Labelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Found on the development half of tests/suggestions.yaml (docs/suggestions.md).
ALWAYS, KEYWORD, LIKE = -4.0, 3.0, 0.5  # weights before anything was coded: a code, its keyword, its definition
HOLD_TEXT, HOLD_SHARED, HOLD_ALWAYS, HOLD_RULES = 0.2, 0.1, 1.0, 5.0  # how firmly weights stay (1 / variance)
STEPS, CLOSE = 60, 1e-6  # where the search for the best weights ends: steps, and share of the cost that one more gains


@dataclass(frozen=True)
class Weights:
    """What counts for each code (columns): the text (rows: its vector), the code itself, keyword and definition."""

    text: Floats
    always: Floats
    keyword: Floats
    like: Floats

    def scores(self, evidence: Evidence) -> Floats:
        """(texts, codes): log odds of each code against nothing."""
        return self.learned(evidence) + self.keyword * evidence.keywords + self.like * evidence.likeness

    def learned(self, evidence: Evidence) -> Floats:
        """The part of the scores that comes from what was coded so far."""
        found: Floats = evidence.vectors @ self.text + self.always
        return found


def learn(evidence: Evidence, shares: Floats, counts: Floats) -> Weights:
    """The weights after these texts; `shares` (texts, codes) sum to 1 in a row, or to 0 where it is nothing.

    `counts` (texts): 1 where a text also tells how often there is something at all; 0 where it tells only which code,
    as an example in the codebook does.
    """
    import numpy as np
    from scipy.optimize import minimize

    dimensions, codes = evidence.vectors.shape[1], shares.shape[1]
    vectors = evidence.vectors.astype(np.float32)  # half the time, and far more exact than any label
    turned = vectors.T.tocsr() if hasattr(vectors, "tocsr") else vectors.T
    before = np.zeros((dimensions + 3, codes))
    before[-3:] = np.array([[ALWAYS], [KEYWORD], [LIKE]])
    hold = np.concatenate([np.full(dimensions, HOLD_TEXT), [HOLD_ALWAYS, HOLD_RULES, HOLD_RULES]])[:, None]

    def weights(flat: Floats) -> tuple[Floats, Floats]:
        return flat[: before.size].reshape(before.shape), flat[before.size :]

    def loss(flat: Floats) -> tuple[float, Floats]:
        own, shared = weights(flat)
        text = (own[:-3] + shared[:, None]).astype(np.float32)
        found = vectors @ text + own[-3] + own[-2] * evidence.keywords + own[-1] * evidence.likeness
        highest = np.maximum(found.max(axis=1, keepdims=True), 0)
        odds = np.exp(found - highest)
        total = odds.sum(axis=1, keepdims=True) + counts[:, None] * np.exp(-highest)
        wrong = odds / total - shares
        gone = own - before
        slope = np.vstack([
            turned @ wrong.astype(np.float32), wrong.sum(axis=0), (wrong * evidence.keywords).sum(axis=0),
            (wrong * evidence.likeness).sum(axis=0),
        ])  # fmt: skip
        cost = (np.log(total) + highest).sum() - (shares * found).sum()
        cost += 0.5 * ((hold * gone * gone).sum() + HOLD_SHARED * (shared @ shared))
        each = slope[:-3].sum(axis=1) + HOLD_SHARED * shared
        return float(cost), np.concatenate([(slope + hold * gone).ravel(), each])

    start = np.concatenate([before.ravel(), np.zeros(dimensions)])
    if not len(shares):
        return _together(before, np.zeros(dimensions))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": CLOSE})
    return _together(*weights(found.x))


def _together(own: Floats, shared: Floats) -> Weights:
    return Weights(own[:-3] + shared[:, None], own[-3], own[-2], own[-1])


def shares_of(reader: Reader, known: Sequence[Labelled]) -> Floats:
    """(texts, codes): each code's share in the text's codes."""
    import numpy as np

    shares = np.zeros((len(known), len(reader.codes)))
    for row, one in enumerate(known):
        for code in one.codes:
            shares[row, reader.number[code]] = 1 / len(one.codes)
    return shares
