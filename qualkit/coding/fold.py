"""The state of a source is a fold over its acts, whatever order and however many copies they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from qualkit.model.act import Act
from qualkit.model.coding import APPLIED, REJECTED, SUGGESTED, Anchor, Asking, Coding, Memo
from qualkit.model.noun import replace

_MAKES = {"code": APPLIED, "suggest": SUGGESTED}
_TURNS = {"accept": APPLIED, "reject": REJECTED}
_CHANGES: dict[str, Callable[[Coding, Act], Coding]] = {
    "place": lambda coding, act: replace(coding, anchor=act.anchor or coding.anchor),
    "recode": lambda coding, act: replace(coding, code=act.code),
}


@dataclass
class State:
    """What holds for one source after all acts; everything by the id of the act that made it."""

    codings: dict[str, Coding] = field(default_factory=dict)
    removed: dict[str, Coding] = field(default_factory=dict)
    memos: dict[str, Memo] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)  # coders
    askings: dict[str, Asking] = field(default_factory=dict)


def fold(source: str, acts: Iterable[Act]) -> State:
    """The state after these acts. An act counts once, in the order of ids; undone acts do not count."""
    state = State()
    for act in standing(acts):
        _do(state, source, act)
    return state


def go_on(state: State, source: str, acts: Iterable[Act]) -> None:
    """Bring a state up to date with later acts, none of which is an undo."""
    for act in acts:
        _do(state, source, act)


def standing(acts: Iterable[Act]) -> list[Act]:
    """The acts that nobody took back, each once, in the order of their ids."""
    once: dict[str, Act] = {}
    for act in acts:
        known = once.setdefault(act.id, act)
        if (
            known is not act and known != act and repr(act) < repr(known)
        ):  # damage, and an error of its files: the same one in any order
            once[act.id] = act
    ordered = sorted(once.values(), key=lambda act: act.id)
    undone = _undone(ordered)
    return [act for act in ordered if act.id not in undone]


def _undone(ordered: list[Act]) -> set[str]:
    """Ids of the acts that an undo took back; an undo that was itself undone takes nothing back."""
    undone: set[str] = set()
    for act in reversed(ordered):
        if act.act == "undo" and act.id not in undone:
            undone.add(act.target)
    return undone


def _do(state: State, source: str, act: Act) -> None:
    if act.act in _MAKES and act.anchor is not None:
        status = _MAKES[act.act]
        state.codings[act.id] = Coding(
            act.id, source, act.anchor, act.code, act.coder, act.time, status, act.origin, act.reason
        )
    elif act.act in _TURNS and act.target in state.codings:
        state.codings[act.target] = replace(state.codings[act.target], status=_TURNS[act.act])
    elif act.act == "remove" and act.target in state.codings:
        state.removed[act.target] = state.codings.pop(act.target)
    elif act.act in _CHANGES:
        for codings in (state.codings, state.removed):
            if act.target in codings:
                codings[act.target] = _CHANGES[act.act](codings[act.target], act)
    elif act.act == "edit" and act.edit is not None:
        for target, anchor in act.edit.places:
            _place(state, target, anchor)
    elif act.act == "memo":
        state.memos.pop(act.target, None)
        if act.text:
            state.memos[act.id] = Memo(act.id, act.about, act.text, act.coder, act.time)
    elif act.act == "ask" and act.anchor is not None:
        state.askings[act.id] = Asking(act.id, act.anchor, act.code, act.coder)
    elif act.act == "finish":
        state.finished.add(act.coder)
    elif act.act == "reopen":
        state.finished.discard(act.coder)


def _place(state: State, target: str, anchor: Anchor) -> None:
    for codings in (state.codings, state.removed):
        if target in codings:
            codings[target] = replace(codings[target], anchor=anchor)
    if target in state.askings:
        state.askings[target] = replace(state.askings[target], anchor=anchor)
