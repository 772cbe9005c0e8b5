"""Corrections of the text as acts: what became of which segments, and where every coding stands since."""

from __future__ import annotations

from qualkit.coding.edit import Edited, change_speaker, correct, join, split
from qualkit.coding.session import Session
from qualkit.coding.text_change import is_numbered, same_but_for_numbers
from qualkit.errors import QualkitError
from qualkit.model.act import Act, Part, TextChange
from qualkit.model.coding import Asking, Coding
from qualkit.model.doubt import Doubt
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment


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
    state = session.state
    places = []
    anchored: list[Coding | Asking] = [*state.codings.values(), *state.removed.values(), *state.askings.values()]
    for one in anchored:
        stands = session.place(one.anchor)
        carried = edited.carry(stands) if stands else None
        if carried is not None and carried != one.anchor:
            places.append((one.id, carried))
    return Act("", "", session.coder, "edit", edit=replace(change, places=tuple(places)))


def _difference(session: Session, edited: Edited) -> TextChange:
    """The segments that are not the same, in a row; paragraphs are compared without their numbers."""
    old, new = session.transcript.segments, edited.transcript.segments
    same = same_but_for_numbers if is_numbered(session.transcript) else Segment.__eq__
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
    said = {(one.id, one.text) for one in before}  # another speaker: what is doubtful stays so
    return TextChange(
        low,
        tuple(Part(one, tuple(session.words.get(one.id, ())), _doubts(session, one)) for one in before),
        tuple(
            Part(one, edited.words.get(one.id, ()), _doubts(session, one) if (one.id, one.text) in said else ())
            for one in after
        ),
    )


def _doubts(session: Session, segment: Segment) -> tuple[Doubt, ...]:
    return tuple(doubt for doubt in session.doubts if doubt.segment == segment.id)


def _ids_once_used(session: Session) -> set[str]:
    """Segment ids in anchors and in earlier corrections, other coders' too: an id never comes back."""
    used: set[str] = set()
    for act in session.all_acts:
        if act.anchor:
            used |= {act.anchor.first, act.anchor.last}
        if act.edit:
            used |= {part.segment.id for part in (*act.edit.before, *act.edit.after)}
    return used
