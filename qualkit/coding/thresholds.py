"""How sure a suggestion must be: told by what was read and got no code, and by what was said to suggestions so far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qualkit.coding.labelled import Labelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

USUAL = -1.5  # log odds against nothing, where nobody has read enough yet
LOWEST = -2.0  # below, a code is so unlikely that it helps nobody
DISTURBED = 0.05  # share of the passages about nothing that may draw a suggestion
ENOUGH = 39  # of them, for that share to be known
FEWEST = 3  # answers by which a code gets a threshold of its own


def thresholds(scores: Floats, known: Sequence[Labelled], codes: Sequence[str]) -> Floats:
    """The least score of each code. `scores` (texts, codes) were given by models that had not seen the text."""
    import numpy as np

    nothing = [row for row, one in enumerate(known) if not one.codes]
    general = _general(scores[nothing].max(axis=1) if nothing and len(codes) else np.zeros(0))
    found = np.full(len(codes), general)
    for column, code in enumerate(codes):
        said = [(float(scores[row, column]), one.answers[code]) for row, one in enumerate(known) if code in one.answers]
        if len(said) >= FEWEST:
            found[column] = answered(said, general)
    return found


def _general(highest: Floats) -> float:
    """What at most DISTURBED of new passages about nothing exceed, if these (the highest score of each) are like them.

    The quantile of Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World, ch. 4; but one passage may
    always exceed it, so that among few a single odd one does not silence everything.
    """
    import numpy as np

    if len(highest) < 2:
        return USUAL
    rank = min(math.ceil((len(highest) + 1) * (1 - DISTURBED)), len(highest) - 1)
    return max(float(np.sort(highest)[rank - 1]), LOWEST if len(highest) >= ENOUGH else USUAL)


def answered(said: Sequence[tuple[float, bool]], general: float) -> float:
    """The threshold with the fewest regrets (rejected suggestions above it, accepted ones below), or the nearest such.

    `said`: the score of each suggestion, and whether it was accepted.
    """

    def regrets(least: float) -> int:
        return sum(yes != (score >= least) for score, yes in said)

    cuts = [general, *(score if yes else math.nextafter(score, math.inf) for score, yes in said)]
    return min((cut for cut in cuts if cut >= LOWEST), key=lambda cut: (regrets(cut), abs(cut - general)))
