"""Corrections of the text as acts: what became of which segments, and where every coding stands since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qualkit.coding.edit import Edited, change_speaker, correct, join, split
from qualkit.coding.session import Session
from qualkit.errors import QualkitError
from qualkit.model.act import Act, Part, TextChange
from qualkit.model.transcript import Segment, Transcript


def correction(session: Session, kind: str, what: str = "") -> Act:
    """The act of correcting the segment at the cursor. QualkitError where that cannot be done, or changes nothing.

    Kinds: "text" (`what`: the new text), "split" (before the cursor's word), "join" (with the next segment), "speaker"
    (`what`: the new label, empty for nobody).
    """
    if not session.text.total:
        raise QualkitError("there are no words here")
    at, offset, _ = session.text.place(session.selection.cursor)
    transcript, words, id = session.transcript, session.words, session.text.segments[at].id
    if kind == "text":
        edited = correct(transcript, words, id, what)
    elif kind == "split":
        edited = split(transcript, words, id, offset, taken=_ids_once_used(session))
    elif kind == "join":
        edited = join(transcript, words, id)
    else:
        edited = change_speaker(transcript, words, id, what or None)
    return _act(session, edited)


def _act(session: Session, edited: Edited) -> Act:
    change = _difference(session, edited)
    codings = [*session.state.codings.values(), *session.state.removed.values()]
    places = []
    for coding in codings:
        stands = session.place(coding.anchor)
        carried = edited.carry(stands) if stands else None
        if carried is not None and carried != coding.anchor:
            places.append((coding.id, carried))
    return Act("", "", session.coder, "edit", edit=replace(change, places=tuple(places)))


def _difference(session: Session, edited: Edited) -> TextChange:
    """The segments that are not the same, in a row; paragraphs are compared without their numbers."""
    old, new = session.transcript.segments, edited.transcript.segments
    numbered = old[0].start is None
    same = _but_for_numbers if numbered else Segment.__eq__
    low, most = 0, min(len(old), len(new))
    while low < most and same(old[low], new[low]):
        low += 1
    if low == len(old) == len(new):
        raise QualkitError("nothing was changed")
    tail = 0
    while tail < most - low and same(old[-1 - tail], new[-1 - tail]):
        tail += 1
    before, after = old[low : len(old) - tail], new[low : len(new) - tail]
    if not before or not after:  # a paragraph that is like its neighbour: take one more
        low, before, after = low - 1, old[low - 1 : len(old) - tail], new[low - 1 : len(new) - tail]
    return TextChange(
        low,
        tuple(Part(one, tuple(session.words.get(one.id, ()))) for one in before),
        tuple(Part(one, edited.words.get(one.id, ())) for one in after),
    )


def _but_for_numbers(one: Segment, other: Segment) -> bool:
    return one.text == other.text and one.speaker == other.speaker


def _ids_once_used(session: Session) -> set[str]:
    """Segment ids in anchors and in earlier corrections: an id never comes back."""
    used: set[str] = set()
    for act in session.acts:
        if act.anchor:
            used |= {act.anchor.first, act.anchor.last}
        if act.edit:
            used |= {part.segment.id for part in (*act.edit.before, *act.edit.after)}
    return used


def text_change(acts: Sequence[Act], before: Sequence[Act]) -> TextChange | None:
    """What acts do to the text: a correction, or the way back where they undo one. `before`: the acts so far."""
    by_id = {act.id: act for act in before}
    for act in acts:
        if act.edit is not None:
            return act.edit
        forwards = True
        while act.act == "undo" and act.target in by_id:
            act, forwards = by_id[act.target], not forwards
            if act.edit is not None:
                return act.edit if forwards else TextChange(act.edit.at, act.edit.after, act.edit.before)
    return None


def changed(transcript: Transcript, change: TextChange) -> Transcript:
    """The transcript after a change. QualkitError where it is not what the change was made on."""
    segments = list(transcript.segments)
    high = change.at + len(change.before)
    numbered = bool(segments) and segments[0].start is None
    found = segments[change.at : high]
    same = _but_for_numbers if numbered else Segment.__eq__
    if len(found) != len(change.before) or not all(
        same(one, part.segment) for one, part in zip(found, change.before, strict=True)
    ):
        hint = "correct it by hand (e); nothing was changed"
        raise QualkitError("the text was changed since, so this correction cannot be taken back", hint=hint)
    segments[change.at : high] = [part.segment for part in change.after]
    if numbered:
        segments = [replace(segment, id=f"p{number}") for number, segment in enumerate(segments, start=1)]
    return Transcript(transcript.source, tuple(segments))
