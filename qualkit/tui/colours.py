"""Colours of codes on a light or a dark screen. They help the eye; names and signs say the same without them."""

from __future__ import annotations

from collections.abc import Sequence

from qualkit.model.codebook import Codebook

_DEFAULTS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")  # Okabe and Ito
_ONE, _MORE, _MOST = 0.35, 0.12, 0.60  # how much of the colour shines through: with one code, with each more, at most

RGB = tuple[int, int, int]


def rgb(written: str) -> RGB:
    """#0072B2 as three numbers from 0 to 255."""
    return int(written[1:3], 16), int(written[3:5], 16), int(written[5:7], 16)


def colours_of(codebook: Codebook) -> dict[str, RGB]:
    """Code id -> its colour: its own, its theme's, or one of eight that people with weak colour sight can tell."""
    return {
        code.id: rgb(code.colour or theme.colour or _DEFAULTS[number % len(_DEFAULTS)])
        for number, theme in enumerate(codebook.themes)
        for code in theme.codes
    }


def blended(ground: RGB, colours: Sequence[RGB]) -> RGB:
    """The background of words under these colours."""
    share = min(_ONE + _MORE * (len(colours) - 1), _MOST)
    mixed = [sum(colour[part] for colour in colours) / len(colours) for part in range(3)]
    red, green, blue = (round(below + (above - below) * share) for below, above in zip(ground, mixed, strict=True))
    return red, green, blue
