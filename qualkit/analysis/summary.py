"""A summary as a cell shows it, and what came, changed or went since it was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qualkit.model.summary import Ground, Summary


@dataclass(frozen=True, slots=True)
class Since:
    """What a summary does not know of its cell: numbers of excerpts that came or say something else, how many went."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    gone: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    def words(self, say: Callable[[str], str] = str) -> str:
        """In a few words; "" where there is nothing."""
        counts = ((len(self.new), "{n} new"), (len(self.changed), "{n} changed"), (self.gone, "{n} gone"))
        return ", ".join(say(text).format(n=n) for n, text in counts if n)


@dataclass(frozen=True, slots=True)
class CellSummary:
    """A summary, and what became of its cell since."""

    summary: Summary
    since: Since = Since()


def since(summary: Summary, grounds: Sequence[tuple[int, Ground]]) -> Since:
    """What differs between the excerpts that a summary rests on and those of its cell now (number, ground).

    An excerpt is the same where it has one of the codings, or else the same words: coded anew, they are no news.
    """
    left = dict(enumerate(summary.rests))
    holders = {coding: place for place, one in left.items() for coding in one.codings}
    places: dict[str, list[int]] = {}
    for place, one in left.items():
        places.setdefault(one.said, []).append(place)
    changed, others = [], []
    for number, ground in grounds:
        known = {holders[coding] for coding in ground.codings if coding in holders}
        for place in known:
            left.pop(place, None)
        if not known:
            others.append((number, ground.said))
        elif all(summary.rests[place].said != ground.said for place in known):
            changed.append(number)
    new = []
    for number, said in others:
        again = next((place for place in places.get(said, ()) if place in left), None)
        if again is None:
            new.append(number)
        else:
            del left[again]
    return Since(tuple(new), tuple(changed), len(left))


def in_words(summaries: Sequence[CellSummary], say: Callable[[str], str] = str) -> str:
    """The summaries of a cell, with a mark on those that do not know all of it; of several, whose they are.

    `say` puts the mark into another language.
    """
    texts = []
    for one in summaries:
        name = f"{one.summary.coder}: " if len(summaries) > 1 and one.summary.coder else ""
        mark = " " + say("[since then: {what}]").format(what=one.since.words(say)) if one.since else ""
        texts.append(f"{name}{one.summary.text}{mark}")
    return "\n\n".join(texts)
