"""Finding a code by typing some of its letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 60  # of 100: how alike a name must be to what was typed


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: what is seen of it, and what else it is found by."""

    id: str
    name: str
    beside: str = ""  # shown at the right: a theme, a key
    detail: tuple[tuple[str, str], ...] = ()  # (heading, text), shown when the cursor is on it


def _fold(text: str, *, plain: bool) -> str:
    """Lower case; with `plain`, å and ä are a, ö is o, é is e."""
    folded = unicodedata.normalize("NFC", text).casefold()
    if not plain:
        return folded
    return "".join(sign for sign in unicodedata.normalize("NFD", folded) if not unicodedata.combining(sign))


def find(typed: str, choices: Sequence[Choice], recent: Sequence[str] = ()) -> list[Choice]:
    """The choices that fit what was typed, best first: words that begin so, then those that are alike.

    Among equals the most recent (`recent`: ids, the latest first) stand first. With nothing typed, all of them stand
    there, the recent ones first. å ä ö may be typed as they are, which finds only these, or as a and o.
    """
    order = {id: number for number, id in enumerate(recent)}
    by_use = sorted(choices, key=lambda one: order.get(one.id, len(order)))
    wanted = " ".join(typed.split())
    if not wanted:
        return by_use
    query, texts = _as_typed(wanted, by_use)
    begins = [_begins(query, text) for text in texts]
    first = [one for rank in (0, 1) for one, found in zip(by_use, begins, strict=True) if found == rank]
    rest = [(one, text) for one, text, found in zip(by_use, texts, begins, strict=True) if found is None]
    return first + [one for one, _ in sorted(_alike(query, rest), key=lambda pair: -pair[1])]


def beginning(typed: str, choices: Sequence[Choice]) -> list[Choice]:
    """The choices whose name or id, or words of these, begin so: those that `find` puts first."""
    query, texts = _as_typed(" ".join(typed.split()), choices)
    return [one for one, text in zip(choices, texts, strict=True) if query and _begins(query, text) is not None]


def _as_typed(wanted: str, choices: Sequence[Choice]) -> tuple[str, list[str]]:
    """What was typed and what it is compared with; å ä ö are themselves where one of them was typed."""
    plain = _fold(wanted, plain=True) == _fold(wanted, plain=False)
    return _fold(wanted, plain=plain), [_fold(f"{one.name} {one.id}", plain=plain) for one in choices]


def _begins(query: str, text: str) -> int | None:
    """0 where the text begins so, 1 where its words do, one for each word typed; else None."""
    if text.startswith(query):
        return 0
    words = text.replace(".", " ").replace("-", " ").replace("/", " ").split()
    typed = query.replace(".", " ").replace("-", " ").split()
    return 1 if typed and all(any(word.startswith(part) for word in words) for part in typed) else None


def _alike(query: str, rest: Sequence[tuple[Choice, str]]) -> list[tuple[Choice, float]]:
    from rapidfuzz import fuzz

    scored = [(one, 100.0 if query in text else fuzz.partial_ratio(query, text)) for one, text in rest]
    return [(one, score) for one, score in scored if score >= ENOUGH + 40 / max(len(query), 1)]
