"""The codebook's keywords, applied: hits become suggested codings on the sentences that hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qualkit.coding.anchor import make_anchor
from qualkit.coding.covered import Covered
from qualkit.coding.fold import fold
from qualkit.coding.fold import standing as standing_acts
from qualkit.coding.keywords import Keywords
from qualkit.coding.place import UNCERTAIN, acts_to_follow, place_all
from qualkit.coding.sentences import sentences
from qualkit.model.act import Act
from qualkit.model.coding import KEYWORD, REJECTED, SUGGESTED, Anchor, Coding
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment, Transcript, Word


@dataclass(frozen=True, slots=True)
class Hit:
    """One code on one sentence, with the keyword and the words that it met as the reason."""

    anchor: Anchor
    code: str
    reason: str


def keyword_hits(
    transcript: Transcript,
    keywords: Keywords,
    words: Mapping[str, Sequence[Word]] | None = None,
    *,
    leave_out: Callable[[Segment], bool] = lambda _: False,
) -> Iterator[Hit]:
    """One hit for each code and sentence, in the order of the text; segments to leave out are not searched.

    A sentence is a text of its own: no phrase, NEAR or NOT reaches over its end.
    """
    for position, segment in enumerate(transcript.segments):
        if leave_out(segment):
            continue
        for start, end in sentences(segment.text) if keywords.touch(segment.text) else ():
            reasons: dict[str, str] = {}
            for code, keyword, begin, finish in keywords.hits(segment.text[start:end]):
                reasons.setdefault(code.id, f"{keyword.text}: {segment.text[start + begin : start + finish]}")
            if reasons:
                anchor = make_anchor(transcript, position, start, position, end, words)
                yield from (Hit(anchor, code, reason) for code, reason in reasons.items())


def new_hits(transcript: Transcript, hits: Iterable[Hit], before: Iterable[Coding]) -> list[Hit]:
    """The hits that say something new: their code was not yet put on, suggested for or turned down on that sentence.

    `before` are all the coder's codings of the source, at their present places, rejected and removed ones too.
    """
    known = Covered(transcript)
    for coding in before:
        known.add(coding.code, coding.anchor)
    return [hit for hit in hits if not known.touch(hit.code, hit.anchor)]


def acts_to_write(
    transcript: Transcript,
    keywords: Keywords,
    words: Mapping[str, Sequence[Word]],
    acts: Sequence[Act],
    *,
    coder: str,
    accept: bool = False,
    leave_out: Callable[[Segment], bool] = lambda _: False,
) -> list[Act]:
    """The acts that bring a coder's journal up to date with the keywords; none when nothing is new.

    Codings whose words moved are placed anew first. A coding that lost its words does not stand in the way of a new
    one, unless it was rejected. With `accept`, hits are applied, and so are the waiting suggestions that today's
    keywords still give.
    """
    hits = list(keyword_hits(transcript, keywords, words, leave_out=leave_out))
    before = codings_before(transcript, acts, words)
    act = "code" if accept else "suggest"
    made = before.followed + [
        Act("", "", coder, act, anchor=hit.anchor, code=hit.code, origin=KEYWORD, reason=hit.reason)
        for hit in new_hits(transcript, hits, before.codings)
    ]
    if not accept:
        return made
    today = Covered(transcript)
    for hit in hits:
        today.add(hit.code, hit.anchor)
    waiting = [c for c in before.codings if c.id in before.here and c.status == SUGGESTED and c.origin == KEYWORD]
    accepted = (c.id for c in waiting if today.touch(c.code, c.anchor))
    return [Act("", "", coder, "accept", target=id, origin=KEYWORD) for id in accepted] + made


@dataclass(frozen=True, slots=True)
class Before:
    """A coder's codings of a source, rejected and removed ones too, where their words stand now."""

    codings: tuple[Coding, ...]
    here: frozenset[str]  # ids of those that were not removed
    unread: frozenset[str]  # ids of those that keywords applied by themselves: nobody has said a word about them
    followed: list[Act]  # the acts that write down where words have moved


def codings_before(
    transcript: Transcript, acts: Sequence[Act], words: Mapping[str, Sequence[Word]] | None = None
) -> Before:
    """What was said about a source so far. A coding that lost its words is left out, unless it was rejected."""
    state = fold(transcript.source, acts)
    codings = [*state.codings.values(), *state.removed.values()]
    placed = place_all(transcript, [coding.anchor for coding in codings], words)
    standing = tuple(
        replace(coding, anchor=where.anchor)
        for coding, where in zip(codings, placed, strict=True)
        if where.certainty != UNCERTAIN or coding.status == REJECTED
    )
    return Before(standing, frozenset(state.codings), frozenset(_unread(acts)), acts_to_follow(codings, placed))


def _unread(acts: Sequence[Act]) -> Iterator[str]:
    for act in standing_acts(acts):
        if act.origin == KEYWORD and act.act in ("code", "accept"):
            yield act.target or act.id
