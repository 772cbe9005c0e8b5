"""Doubtful stretches as `transcribe` and `status` show them, with the way to listen to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING

from qualkit.cli import output

if TYPE_CHECKING:
    from qualkit.model.doubt import Stretch


def show(doubts: Mapping[str, Sequence[Stretch]], most: int | None = None) -> bool:
    """Source -> its stretches, in the order of time; of each source the `most` longest where it has more.

    Gives whether there are any.
    """
    from qualkit.transcribe.clip import clock

    rows = [
        [source, clock(int(stretch.start)), clock(ceil(stretch.end)), "; ".join(stretch.told)]
        for source, stretches in doubts.items()
        for stretch in _longest(stretches, most)
    ]
    if not rows:
        return False
    output.say("Doubtful stretches: listen to them before you trust the text.")
    output.table(["source", "from", "to", "what is doubtful"], rows)
    for source, stretches in doubts.items():
        if most and len(stretches) > most:
            output.say(f"... and {output.count(len(stretches) - most, 'shorter one')}: qualkit status {source}")
    output.say(f"To listen: qualkit clip SOURCE FROM TO, such as qualkit clip {' '.join(rows[0][:3])}")
    return True


def _longest(stretches: Sequence[Stretch], most: int | None) -> list[Stretch]:
    kept = sorted(stretches, key=lambda stretch: stretch.end - stretch.start, reverse=True)[:most]
    return sorted(kept, key=lambda stretch: stretch.start)
