"""Colours of figures, on white and on dark pages, and which figure gets which.

Blues from light to dark (ColorBrewer's Blues: Harrower and Brewer 2003, The Cartographic Journal 40(1), 27-37), which
people with any colour vision tell apart by their lightness. No colour says anything alone: figures stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor

STEPS = 6


@dataclass(frozen=True, slots=True)
class Palette:
    """`steps`: (ground, ink) of each step, from the smallest figures to the largest; `text` and `faint` are inks."""

    ground: str
    text: str
    faint: str
    rule: str
    accent: str
    raised: str  # the ground of headings and boxes
    steps: tuple[tuple[str, str], ...]


_INK, _WHITE = "#16202a", "#ffffff"
LIGHT = Palette(
    "#ffffff", _INK, "#52606d", "#c3ccd5", "#0b5cad", "#f2f5f8",
    (("#e3eef9", _INK), ("#c6dbef", _INK), ("#9ecae1", _INK), ("#6baed6", _INK), ("#2171b5", _WHITE),
     ("#08306b", _WHITE)),
)  # fmt: skip
DARK = Palette(
    "#14191f", "#e8edf2", "#a7b4c0", "#3d4955", "#7db8f0", "#1e252d",
    (("#17304a", "#e8edf2"), ("#1c4267", "#e8edf2"), ("#215a8e", "#ffffff"), ("#5b9bd0", "#0b1016"),
     ("#97c5ea", "#0b1016"), ("#dcecfa", "#0b1016")),
)  # fmt: skip


def level(figure: float, most: float) -> int:
    """The step of a figure, 1 to STEPS, where `most` is the largest there is; 0 for nothing."""
    if figure <= 0 or most <= 0:
        return 0
    return min(STEPS, max(1, ceil(STEPS * figure / most - 1e-9)))


def ranges(most: float, *, whole: bool) -> Mapping[int, tuple[float, float]]:
    """Step -> the smallest and largest figure that it stands for; of whole numbers, only the steps that have one."""
    found: dict[int, tuple[float, float]] = {}
    for step in range(1, STEPS + 1):
        above, upto = (step - 1) * most / STEPS, step * most / STEPS
        low, high = (floor(above + 1e-9) + 1, floor(upto + 1e-9)) if whole else (above, upto)
        if low <= high and most > 0:
            found[step] = low, high
    return found


def contrast(one: str, other: str) -> float:
    """How far apart two colours (#rrggbb) are in lightness: 1 to 21, as WCAG 2.2 defines the contrast ratio."""
    lights = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
