"""The few shapes that our pictures are made of, as SVG. Lengths are pixels, x to the right, y downwards.

Colours stand in attributes, so that every program shows them, and shapes that mean something have a class beside, by
which the page gives them the colours of a dark screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from qualkit.report.palette import LIGHT

FONT = "Arial, Helvetica, Liberation Sans, DejaVu Sans, Noto Sans, sans-serif"  # one of them is on every system
SIZE = 13
LINE = 1.3  # of a letter's height
_NARROW, _WIDE = set("fijlrtI.,:;'|!()[]/ -"), set("mwMWÅÄÖ@%–…")


def document(width: float, height: float, title: str, description: str, parts: Iterable[str]) -> str:
    """A whole picture, with a name and a description for those who do not see it."""
    size = f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title description"'
            f' font-family="{FONT}" font-size="{SIZE}" fill="{LIGHT.text}">',
            f'<title id="title">{plain(title)}</title>',
            f'<desc id="description">{plain(description)}</desc>',
            f'<rect width="100%" height="100%" fill="{LIGHT.ground}"/>',
            *parts,
            "</svg>",
        ]
    )


def text(
    x: float, y: float, words: str, *, anchor: str = "start", fill: str = "", size: float = SIZE, bold: bool = False,
    turn: float = 0, kind: str = "", id: str = "",
) -> str:  # fmt: skip
    """A line of text with its foot at y. `turn`: degrees, clockwise, about its foot."""
    more = f' text-anchor="{anchor}"' if anchor != "start" else ""
    more += f' fill="{fill}"' if fill else ""
    more += f' font-size="{_n(size)}"' if size != SIZE else ""
    more += ' font-weight="bold"' if bold else ""
    more += f' transform="rotate({_n(turn)} {_n(x)} {_n(y)})"' if turn else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{_named(kind, id)}{more}>{plain(words)}</text>'


def box(x: float, y: float, width: float, height: float, fill: str, *, line: str = "") -> str:
    """A rectangle."""
    more = f' stroke="{line}"' if line else ""
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}"{more}/>'


def shape(
    outline: str, fill: str, *, line: str = "", width: float = 1, kind: str = "", id: str = "", says: str = ""
) -> str:
    """A shape with holes; `outline` is the d of a path, `says` what a mouse that rests on it is told."""
    more = f' stroke="{line}" stroke-width="{_n(width)}" stroke-linejoin="round"' if line else ""
    told = f"><title>{plain(says)}</title></path>" if says else "/>"
    return f'<path d="{outline}" fill="{fill}" fill-rule="evenodd"{more}{_named(kind, id)}{told}'


def stroke(points: Iterable[tuple[float, float]], colour: str, *, width: float = 1, dashed: bool = False) -> str:
    """A line through points."""
    joined = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="{_n(width)}"{dashes}/>'


def outline(rings: Iterable[Iterable[tuple[float, float]]]) -> str:
    """The d of a path around rings of points."""
    return "".join("M" + "L".join(f"{_n(x)},{_n(y)}" for x, y in ring) + "Z" for ring in rings)


def breadth(words: str, size: float = SIZE) -> float:
    """About how wide a text is; rather too wide, for we do not know the font."""
    return size * sum(0.32 if c in _NARROW else 0.92 if c in _WIDE else 0.71 if c.isupper() else 0.57 for c in words)


def lines(words: str, width: float, most: int, size: float = SIZE) -> list[str]:
    """A text broken between words into lines of that width, and cut with … behind the last of so many."""
    found: list[str] = []
    for word in words.split():
        if found and breadth(f"{found[-1]} {word}", size) <= width:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > most:
        found = [*found[: most - 1], " ".join(found[most - 1 :])]
    return [cut(line, width, size) for line in found]


def cut(words: str, width: float, size: float = SIZE) -> str:
    """A text that fits the width, with … where something is left out."""
    if breadth(words, size) <= width:
        return words
    while words and breadth(words + "…", size) > width:
        words = words[:-1]
    return words.rstrip() + "…"


def plain(words: str) -> str:
    """Text inside an element or attribute; what XML cannot hold becomes U+FFFD."""
    kept = "".join(c if c in "\t\n\r" or " " <= c < "\ud800" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "\ufffd"
                   for c in words)  # fmt: skip
    return escape(kept)


def _named(kind: str, id: str) -> str:
    return (f' class="{kind}"' if kind else "") + (f' id="{id}"' if id else "")


def _n(number: float) -> str:
    """A length with one decimal at most."""
    return f"{number:.1f}".removesuffix(".0")
