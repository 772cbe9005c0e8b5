"""Suggestions that learn: keywords, definitions and what was coded so far, fused; the best few codes of a passage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualkit.coding.apply import Before, Hit
from qualkit.coding.covered import Covered
from qualkit.coding.evidence import Evidence, Reader
from qualkit.coding.labelled import Labelled, Sentence
from qualkit.coding.learning import learn, shares_of
from qualkit.coding.thresholds import thresholds
from qualkit.model.act import Act
from qualkit.model.coding import LIKENESS
from qualkit.model.transcript import Transcript, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST = 3  # suggestions for a passage
BESIDE = 2.5  # a code that is less likely than the best by more than this (log odds) is not suggested beside it
PARTS = 5  # of what is known: each is scored by a model that has seen the others
MOST_NOTHING = 2000  # passages about nothing that a model learns from: more change nothing but the time
CLEAR = 1.5  # standard deviations from which a text is like a definition, in words
LEARNED = 0.5  # log odds from which what was coded so far is a reason
QUOTED = 60  # letters of an excerpt in a reason


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code for a passage: log odds against nothing, and why, in words."""

    code: str
    score: float
    reason: str


class Suggester:
    """Suggests codes for texts. `known`: what is learned from; the codebook's examples are always learned from.

    `done` hears how many of the known texts were gone through.
    """

    def __init__(
        self, reader: Reader, known: Sequence[Labelled], done: Callable[[float], None] = lambda _: None
    ) -> None:
        self._reader = reader
        kept = thinned(known)
        self._known = [*kept, *examples_of(reader)]
        self._seen, shares, counts = lesson(reader, kept)
        self._weights = learn(self._seen, shares, counts)
        parts = parts_of(kept, examples_of(reader))
        scores = cross_scores(self._seen, shares, counts, parts, done)[: len(kept)]
        self.thresholds = thresholds(scores, kept, [code.id for code in reader.codes])

    def scores(self, evidence: Evidence) -> Floats:
        """(texts, codes): log odds of each code against nothing."""
        return self._weights.scores(evidence)

    def suggest(self, texts: Sequence[str]) -> list[list[Suggestion]]:
        """For each text the codes that are likely enough, the best first."""
        evidence = self._reader.evidence(texts)
        scores, learned = self.scores(evidence), self._weights.learned(evidence) - self._weights.always
        return [
            [
                Suggestion(
                    self._reader.codes[at].id, row[at], self._reason(texts[number], number, at, evidence, learned)
                )
                for at in chosen(row, self.thresholds)
            ]
            for number, row in enumerate(scores)
        ]

    def _reason(self, text: str, row: int, at: int, evidence: Evidence, learned: Floats) -> str:
        code = self._reader.codes[at]
        why = []
        if evidence.keywords[row, at]:
            hits = self._reader.keywords.hits(text)
            why.append(next(f"{kw.text}: {text[start:end]}" for one, kw, start, end in hits if one.id == code.id))
        if evidence.likeness[row, at] >= CLEAR:
            why.append("like its definition")
        if (learned[row, at] >= LEARNED or not why) and (quote := self._nearest(evidence.vectors[[row]], code.id)):
            why.append(f"like “{quote}”")
        return "; ".join(why) or "like its definition"

    def _nearest(self, vector: object, code: str) -> str:
        """The text with that code that is most like this one."""
        import numpy as np

        rows = [row for row, one in enumerate(self._known) if code in one.codes]
        if not rows:
            return ""
        like = self._seen.vectors[rows] @ vector.T  # type: ignore[attr-defined]
        best = self._known[rows[int(np.argmax(like.toarray() if hasattr(like, "toarray") else like))]]
        words = " ".join(best.text.split())
        return words if len(words) <= QUOTED else words[:QUOTED].rsplit(" ", 1)[0] + " …"


def chosen(scores: Floats, least: Floats) -> list[int]:
    """The numbers of the codes that are likely enough, the best first."""
    order = sorted((at for at in range(len(scores)) if scores[at] >= least[at]), key=lambda at: (-scores[at], at))
    return [at for at in order if scores[at] >= scores[order[0]] - BESIDE]


def examples_of(reader: Reader) -> list[Labelled]:
    """The codebook's examples, each with its code."""
    return [Labelled("", text, frozenset({code.id})) for code in reader.codes for text in code.examples]


def thinned(known: Sequence[Labelled]) -> list[Labelled]:
    """All that has codes, and at most MOST_NOTHING of the rest, evenly."""
    nothing = [number for number, one in enumerate(known) if not one.codes]
    step = len(nothing) / MOST_NOTHING
    kept = set(nothing if step <= 1 else (nothing[int(at * step)] for at in range(MOST_NOTHING)))
    return [one for number, one in enumerate(known) if one.codes or number in kept]


def parts_of(known: Sequence[Labelled], examples: Sequence[Labelled] = ()) -> list[int]:
    """In which of PARTS parts each is: whole sources where there are as many, else turn about within each code.

    What shares words is in one part. So is an example of the codebook with the text that it was taken from; other
    examples are in none (PARTS).
    """
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    whole = len({one.source for one in known}) >= PARTS
    for number, one in enumerate(known):
        groups[one.source, 0 if whole else one.stretch if one.stretch >= 0 else -1 - number].append(number)
    parts, full = [0] * len(known), [0] * PARTS
    if whole:
        order = sorted(groups, key=lambda group: (-len(groups[group]), group))
    else:
        order = sorted(groups, key=lambda group: (sorted(known[groups[group][0]].codes), groups[group][0]))
    for place, group in enumerate(order):
        part = full.index(min(full)) if whole else place % PARTS
        full[part] += len(groups[group])
        for number in groups[group]:
            parts[number] = part
    return parts + _parts_of_examples(examples, known, parts)


def _parts_of_examples(examples: Sequence[Labelled], known: Sequence[Labelled], parts: Sequence[int]) -> list[int]:
    said = [(_plain(one.text), part) for one, part in zip(known, parts, strict=True)]
    texts = [_plain(one.text) for one in examples]
    return [
        next(
            (part for text, part in said if example in text or (text in example and 2 * len(text) > len(example))),
            PARTS,
        )
        for example in texts
    ]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?…\"'”»")


def lesson(reader: Reader, known: Sequence[Labelled]) -> tuple[Evidence, Floats, Floats]:
    """What is learned from these and from the codebook's examples, which come last: as `learn` takes it."""
    every = [*known, *examples_of(reader)]
    return reader.evidence([one.text for one in every]), shares_of(reader, every), counting(every)


def counting(known: Sequence[Labelled]) -> Floats:
    """Which tell how often there is something: those of the study, once something was read that has no code."""
    import numpy as np

    read = any(not one.codes for one in known)
    return np.array([float(read and bool(one.source)) for one in known])


def cross_scores(
    evidence: Evidence,
    shares: Floats,
    counts: Floats,
    parts: Sequence[int],
    done: Callable[[float], None] = lambda _: None,
) -> Floats:
    """The scores of the first len(parts) texts, each by a model that has seen all but its part.

    `done` hears the texts so far.
    """
    import numpy as np

    part = np.array([*parts, *[PARTS] * (len(shares) - len(parts))])
    found = np.zeros((len(parts), shares.shape[1]))
    ready = 0
    for number in sorted({*parts} - {PARTS}):
        out, seen = np.flatnonzero(part == number), np.flatnonzero(part != number)
        found[out] = learn(evidence.rows(seen), shares[seen], counts[seen]).scores(evidence.rows(out))
        ready += len(out)
        done(ready)
    return found


def hits_for(
    transcript: Transcript,
    words: Mapping[str, Sequence[Word]],
    wanted: Sequence[tuple[Sentence, Sequence[Suggestion]]],
    before: Before,
    most: int = MOST,
) -> list[Hit]:
    """The suggestions that say something new, at most `most` for a passage with those made earlier, answered or not."""
    covered, made = Covered(transcript), Covered(transcript)
    for coding in before.codings:
        covered.add(coding.code, coding.anchor)
        if coding.origin == LIKENESS:
            made.add(coding.id, coding.anchor)
    hits = []
    for passage, suggestions in wanted:
        anchor = passage.anchor(transcript, words)
        known, room = covered.codes(anchor), most - len(made.codes(anchor))
        new = [one for one in suggestions if one.code not in known][: max(room, 0)]
        hits += [Hit(anchor, one.code, one.reason) for one in new]
    return hits


def acts_to_suggest(hits: Sequence[Hit], before: Before, coder: str) -> list[Act]:
    """The acts of the coder's journal: places of moved words first, then a suggestion for each hit."""
    made = [
        Act("", "", coder, "suggest", anchor=hit.anchor, code=hit.code, origin=LIKENESS, reason=hit.reason)
        for hit in hits
    ]
    return [*before.followed, *made]
