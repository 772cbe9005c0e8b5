"""What `qualkit suggest --evaluate` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.suggestion_quality import CodeQuality, Quality, Share
    from qualkit.cli.suggest_reading import Asked, Prepared

NOTHING = "nobody has coded yet (keywords do not count), so there is nothing to try suggestions on"
FEW = 30  # coded passages, below which figures say little
HEADINGS = ["code", "coded", "suggested", "right", "precision", "95 %", "recall", "95 %"]


def evaluate_them(prepared: Prepared, asked: Asked) -> None:
    """Try suggestions on all that is known, and show how good they are."""
    from qualkit.analysis.suggestion_quality import judged, quality

    if not any(one.codes for one in prepared.known):
        raise QualkitError(NOTHING, hint="qualkit code")
    with output.progress("trying", len(prepared.known)) as done:
        found = quality(judged(prepared.reader, prepared.known, asked.most, done))
    order = list(prepared.opened.study.codebook.codes)
    rows = [_row(one.code, one) for one in sorted(found.codes, key=lambda one: order.index(one.code))]
    output.figures(HEADINGS, [*rows, _row("all", found)])
    output.say()
    _tell(found)


def _row(name: str, one: CodeQuality | Quality) -> list[str]:
    counts = [str(number) for number in (one.recall.of, one.precision.of, one.precision.hits)]
    return [name, *counts, *_figure(one.precision), *_figure(one.recall)]


def _tell(found: Quality) -> None:
    from qualkit.coding.suggest import PARTS

    for what, share in _shares(found):
        value, interval = _figure(share)
        output.say(f"{what}: {value} ({interval or 'none was read: qualkit finish'}), {share.hits} of {share.of}")
    output.say()
    apart = "sources" if found.sources >= PARTS else "passages of the same sources, which flatters"
    output.say(f"each passage was judged by what was learned from other {apart}; intervals of 95 %: Wilson 1927")
    if found.first.of < FEW:
        output.say(f"with {output.count(found.first.of, 'coded passage')}, these figures say little yet")
    output.say("what they mean, and how suggestions are made: docs/suggestions.md")


def _shares(found: Quality) -> list[tuple[str, Share]]:
    return [
        ("passages with a code: the right one first", found.first),
        ("passages with a code: a right one among the first three", found.among),
        ("passages with a code: a right one is suggested", found.found),
        ("passages with a code that draw a suggestion", found.drawn),
        ("passages without a code that draw a suggestion", found.disturbed),
    ]


def _figure(share: Share) -> list[str]:
    """A share and its interval in per cent."""
    if share.value is None or share.interval is None:
        return ["-", ""]
    low, high = share.interval
    return [f"{100 * share.value:.0f} %", f"{100 * low:.0f}–{100 * high:.0f}"]
