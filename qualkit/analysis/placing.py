"""A person decides where an uncertain excerpt stands: what they choose, and the acts that write it down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qualkit.analysis.excerpts import LEAST, Excerpt
from qualkit.coding.anchor import make_anchor
from qualkit.coding.fold import fold, standing
from qualkit.coding.place import acts_to_follow, place_all
from qualkit.coding.recoding import ABOUT
from qualkit.errors import QualkitError
from qualkit.model.act import Act
from qualkit.model.coding import Anchor, Coding
from qualkit.model.transcript import Transcript, Word

UNDONE = ("place", "remove")  # the acts that `qualkit anchors` writes; a `remove` of a codebook's change is not its own


def own_codings(excerpt: Excerpt, coder: str) -> tuple[Coding, ...]:
    """The codings of this coder on an excerpt."""
    return tuple(coding for coding in excerpt.codings if coding.coder == coder)


def own_coding(excerpt: Excerpt, coder: str, beginning: str) -> Coding:
    """The coding of this coder whose id begins so. QualkitError where it is another's, or where several begin so."""
    named = [coding for coding in excerpt.codings if coding.id.lower().startswith(beginning.strip().lower())]
    own = [coding for coding in named if coding.coder == coder]
    if not own:
        whose = named[0].coder
        raise QualkitError(f"this is a coding of {whose}, not of {coder}", hint=f"if that is you: --coder {whose}")
    if len(own) > 1:
        raise _several(beginning)
    return own[0]


def chosen_place(
    excerpt: Excerpt, transcript: Transcript | None, choice: str, words: Mapping[str, Sequence[Word]]
) -> Anchor:
    """The anchor that a person chose: the number of a candidate, or the id of a segment for all of it.

    A number is always a candidate's; a segment whose id is a number is written #12.
    """
    if transcript is None:
        raise QualkitError(f"'{excerpt.source.id}' has no transcript, so there is no place", hint="put its file back")
    if choice.isdecimal() and 1 <= int(choice) <= len(excerpt.candidates):
        anchor = excerpt.candidates[int(choice) - 1].anchor
        if not words:
            return anchor
        first, last = transcript.index[anchor.first], transcript.index[anchor.last]
        return make_anchor(transcript, first, anchor.first_offset, last, anchor.last_offset, words)
    at = None if choice.isdecimal() else transcript.index.get(choice.removeprefix("#"))
    if at is not None and transcript.segments[at].text:
        return make_anchor(transcript, at, 0, at, len(transcript.segments[at].text), words)
    numbers = f"1 to {len(excerpt.candidates)}, or " if excerpt.candidates else ""
    hint = f"{numbers}a segment's id, with # before one that is a number"
    raise QualkitError(f"'{choice}' is no candidate of this excerpt, and no segment", hint=hint)


def acts_to_place(codings: Iterable[Coding], anchor: Anchor) -> list[Act]:
    """The acts that put codings where a person says."""
    return [Act("", "", c.coder, "place", anchor=anchor, target=c.id, reason="chosen") for c in codings]


def acts_to_record(
    transcript: Transcript, acts: Sequence[Act], others: Sequence[Act], words: Mapping[str, Sequence[Word]]
) -> list[Act]:
    """The acts that write down where a coder's moved codings are; those of `others` only help to find them."""
    own, company = fold(transcript.source, acts), fold(transcript.source, others)
    codings = [*own.codings.values(), *own.removed.values()]
    anchors = [coding.anchor for coding in [*codings, *company.codings.values()]]
    return acts_to_follow(codings, place_all(transcript, anchors, words)[: len(codings)])


def act_to_undo(acts: Iterable[Act], beginning: str) -> Act:
    """The last act on the coding whose id begins so. QualkitError where there is none, or more than one coding."""
    wanted = beginning.strip().lower()
    if len(wanted) < LEAST:
        raise QualkitError(f"'{beginning}' is not enough of a coding's id", hint=f"give {LEAST} letters or more")
    found = [
        act
        for act in standing(acts)
        if act.act in UNDONE and not act.about.startswith(ABOUT) and act.target.lower().startswith(wanted)
    ]
    if not found:
        raise QualkitError(
            f"no coding whose id begins with '{beginning}' was placed or removed", hint="whose is it? --coder"
        )
    if len({act.target for act in found}) > 1:
        raise _several(beginning)
    return found[-1]


def _several(beginning: str) -> QualkitError:
    return QualkitError(f"the ids of several codings begin with '{beginning}'", hint="give more of its letters")
