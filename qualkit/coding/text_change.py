"""What acts do to the text: a correction, or the way back from one, on the text as it stands today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qualkit.errors import QualkitError
from qualkit.model.act import Act, TextChange
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment, Transcript


def text_change(acts: Sequence[Act], before: Sequence[Act]) -> tuple[Act, TextChange] | None:
    """The correction that acts make or take back, and what becomes of the text. `before`: the acts so far."""
    by_id = {act.id: act for act in before}
    for act in acts:
        forwards = True
        while act.act == "undo" and act.target in by_id:
            act, forwards = by_id[act.target], not forwards
        if act.edit is not None:
            return act, act.edit if forwards else TextChange(act.edit.at, act.edit.after, act.edit.before)
    return None


def standing_now(transcript: Transcript, change: TextChange, taken: Iterable[str] = ()) -> TextChange:
    """The change at the place where its segments stand today: found by id, paragraphs by what they say.

    `taken` are ids that a segment must not get. QualkitError where the text is not the one that the change was made on.
    """
    numbered = is_numbered(transcript)
    count = len(change.before)
    if numbered:
        found = [at for at in range(len(transcript.segments) - count + 1) if _stands(transcript, change, at)]
        places = [at for at in found if at == change.at] or found
    else:
        first = transcript.index.get(change.before[0].segment.id)
        places = [first] if first is not None and _stands(transcript, change, first) else []
    here = {part.segment.id for part in change.before}
    new = set() if numbered else {part.segment.id for part in change.after} - here
    if len(places) != 1:
        raise QualkitError("its text was changed since", hint="correct it by hand (e)")
    if new & {*transcript.index, *taken}:
        raise QualkitError("another segment has its id since", hint="split it anew (-)")
    return replace(change, at=places[0])


def changed(transcript: Transcript, change: TextChange) -> Transcript:
    """The transcript after a change. QualkitError where it is not what the change was made on."""
    at = standing_now(transcript, change).at
    segments = list(transcript.segments)
    segments[at : at + len(change.before)] = [part.segment for part in change.after]
    if is_numbered(transcript):
        segments = [replace(segment, id=f"p{number}") for number, segment in enumerate(segments, start=1)]
    return Transcript(transcript.source, tuple(segments))


def ids_made(acts: Iterable[Act], after: str = "") -> set[str]:
    """Ids of segments that corrections made, of those later than the act `after`."""
    made: set[str] = set()
    for act in acts:
        if act.edit is not None and act.id > after:
            made |= {part.segment.id for part in act.edit.after} - {part.segment.id for part in act.edit.before}
    return made


def is_numbered(transcript: Transcript) -> bool:
    """Whether segments are paragraphs, whose ids are numbers in order."""
    return bool(transcript.segments) and transcript.segments[0].start is None


def same_but_for_numbers(one: Segment, other: Segment) -> bool:
    """Whether two paragraphs say the same."""
    return one.text == other.text and one.speaker == other.speaker


def _stands(transcript: Transcript, change: TextChange, at: int) -> bool:
    same = same_but_for_numbers if is_numbered(transcript) else Segment.__eq__
    found = transcript.segments[at : at + len(change.before)]
    return len(found) == len(change.before) and all(
        same(one, part.segment) for one, part in zip(found, change.before, strict=True)
    )
