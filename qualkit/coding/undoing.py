"""Which act an undo takes back, told by the journal alone, so that it is the same after a restart.

Undo names the act that goes; redo names the undo. A correction whose text was changed since cannot be taken back: the
first undo says so, and the next one goes past it, to the act before (`passed`). Excerpts with several codes are moved
with an act for each coding: these go and come back together. What commands write by the hundred (suggestions of
keywords, labels of speakers, places of guide questions) is taken back by those commands, not one by one here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from qualkit.errors import QualkitError
from qualkit.model.act import Act

BY_COMMANDS = ("suggest", "rename", "join", "revise", "recode", "summary", "ask")


def to_undo(acts: Sequence[Act], passed: Collection[str] = ()) -> list[Act]:
    """The acts that an undo takes back, of one coder's acts. QualkitError where there is none."""
    done = [act for act in _stacks(acts)[0] if act.id not in passed]
    if not done:
        raise QualkitError("nothing to undo")
    return _together(done)


def to_redo(acts: Sequence[Act], passed: Collection[str] = ()) -> list[Act]:
    """The undos that are to be undone. QualkitError where there is none."""
    _, taken_back, undo_of = _stacks(acts)
    undone = [act for act in taken_back if undo_of[act.id].id not in passed]
    if not undone:
        raise QualkitError("nothing to redo")
    return [undo_of[act.id] for act in _together(undone)]


def _stacks(acts: Sequence[Act]) -> tuple[list[Act], list[Act], dict[str, Act]]:
    """The acts that stand and those that were taken back, the last one last, and the undo of each of these."""
    by_id = {act.id: act for act in acts}
    done: dict[str, Act] = {}
    undone: dict[str, Act] = {}
    undo_of: dict[str, Act] = {}
    for act in sorted(by_id.values(), key=lambda act: act.id):
        if act.act == "undo":
            target = by_id.get(act.target)
            again = target is not None and target.act == "undo"
            what = by_id.get(target.target) if again and target else target
            if what is None or not _is_ours(what):
                continue
            gone, stays = (undone, done) if again else (done, undone)
            gone.pop(what.id, None)
            stays.pop(what.id, None)
            stays[what.id] = what
            undo_of[what.id] = act
        elif _is_ours(act):
            done[act.id] = act
            undone.clear()
    return list(done.values()), list(undone.values()), undo_of


def _is_ours(act: Act) -> bool:
    if act.about.startswith("revise:"):  # what a change of the codebook did to codings goes back with that change
        return False
    return act.act not in BY_COMMANDS and not (act.act == "code" and act.origin == "keyword")


def _together(acts: Sequence[Act]) -> list[Act]:
    """The last act, with those before it that moved codings of the same excerpt to the same place."""
    last = acts[-1]
    found = [last]
    for act in acts[-2::-1]:
        if act.act != "place" or act.anchor != last.anchor or any(act.target == one.target for one in found):
            break
        found.append(act)
    return found if last.act == "place" else [last]
