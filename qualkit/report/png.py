"""A picture as PNG: drawn from its SVG, with the letters of this machine."""

from __future__ import annotations

from functools import cache

from qualkit.errors import QualkitError
from qualkit.report.drawing import FONT, document, text

ZOOM = 2.0  # pixels of the PNG for each of the SVG: sharp on paper and on good screens


def png(svg: str) -> bytes:
    """The bytes of a PNG. QualkitError where this machine has no letters to draw with."""
    if not _has_letters():
        hint = "write it as .svg, or install a font such as DejaVu Sans"
        raise QualkitError("this machine has no font, so a PNG would have no words", hint=hint)
    return _drawn(svg)


def _drawn(svg: str) -> bytes:
    import resvg_py

    family = FONT.split(",")[0]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=ZOOM, font_family=family))


@cache
def _has_letters() -> bool:
    """Whether the letters that Swedish needs come out, and come out different."""
    drawn = [_drawn(document(40, 20, "", "", [text(2, 16, letter)])) for letter in ("", "å", "ä", "ö", "a")]
    return len(set(drawn)) == len(drawn)
