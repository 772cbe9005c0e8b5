"""Sentences of a text, for suggestions and units of coding."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+(?:[\"'“”‘»«(\[–—-]+\s*)?\w)|\n\s*(?=[-–—*•]\s)")
# Abbreviations that stand before their word, so that a capital after them begins no sentence; without their last stop.
# osv., m.m. and etc. stand behind theirs: before a capital they end it.
_ABBREVIATIONS = frozenset(
    {"t.ex", "bl.a", "d.v.s", "dvs", "s.k", "f.d", "fr.o.m", "t.o.m", "p.g.a", "pga", "kl", "ca", "nr", "tel", "resp"}
    | {"st", "e.g", "i.e", "mr", "mrs", "dr", "prof", "vs", "inkl", "exkl", "ev", "jfr", "max", "min", "sid"}
)


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence in code points, half-open, without blanks at its ends.

    A full stop or ellipsis ends a sentence only before a capital letter or digit, and not behind an
    abbreviation, an initial or an ordinal such as "3." (at most two digits, so not behind 1177 or a year).
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] in ".…" and not _ends(text, start, match):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))]


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    following = re.search(r"\w", text[match.end() :])
    if following is None or following.group().islower():
        return False
    before = text[start : match.start()].split()
    last = before[-1].lstrip("(\"'“”«»").casefold() if before else ""
    return (
        last not in _ABBREVIATIONS
        and not (len(last) == 1 and last.isalpha())
        and not (len(last) <= 2 and last.isdigit())
    )


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else None
