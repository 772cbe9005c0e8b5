"""What two coders agree on after talking: codings of a third one, and the decisions behind them.

All acts of one decision name the codings that it is about, `decided:ID,ID`; a memo among them says in words what was
chosen. What the two marked alike is taken over with `agreed:ID,ID`. Where one of these codings is gone, or another has
come to the passage since, the passage is asked about again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from qualkit.analysis.differences import Comparison, Mark, Passage
from qualkit.coding.fold import State, standing
from qualkit.model.act import Act
from qualkit.model.coding import APPLIED

CONSENSUS = "consensus"  # the coder, and the origin of the codings
AGREED, DECIDED = "agreed:", "decided:"
FIRST, SECOND, BOTH, NEITHER = "a", "b", "both", "neither"


def settled(acts: Iterable[Act], state: State) -> set[str]:
    """Ids of the codings that were decided on or agreed on, as long as all of them still stand together."""
    there = {id for id, coding in state.codings.items() if coding.status == APPLIED}
    return {id for act in _decisions(acts) for id in _ids(act) if there.issuperset(_ids(act))}


def waiting(comparison: Comparison, known: Collection[str]) -> list[Passage]:
    """The passages that wait for a decision, the largest first; `known` are the ids that are settled."""
    return [one for one in comparison.passages if not set(one.ids) <= set(known)]


def agreed_acts(comparison: Comparison, source: str, acts: Sequence[Act], state: State, coder: str) -> list[Act]:
    """The acts that take over what both marked alike and is not taken over yet."""
    known = settled(acts, state)
    new = [one for one in comparison.agreed if one.source.id == source and not set(one.ids) <= known]
    reason = " and ".join(comparison.coders)
    return [
        act
        for one in new
        for about in [_about(AGREED, one.ids)]
        for act in (*_undone(acts, one.ids, coder), *(_code(mark, about, reason, coder) for mark in one.marks))
    ]


def decision_acts(passage: Passage, choice: str, coders: Sequence[str], acts: Sequence[Act], coder: str) -> list[Act]:
    """The acts of a decision (FIRST, SECOND, BOTH or NEITHER); earlier ones about these codings are undone."""
    kept = {FIRST: passage.marks[0], SECOND: passage.marks[1], BOTH: passage.all, NEITHER: ()}[choice]
    words = {
        FIRST: f"{coders[0]}, not {coders[1]}",
        SECOND: f"{coders[1]}, not {coders[0]}",
        BOTH: f"both {coders[0]} and {coders[1]}",
        NEITHER: f"neither {coders[0]} nor {coders[1]}",
    }[choice]
    about = _about(DECIDED, passage.ids)
    codes = ", ".join(dict.fromkeys(mark.code for mark in passage.all))
    once = {(mark.code, mark.begin, mark.end): mark for mark in kept}.values()
    memo = Act("", "", coder, "memo", about=about, text=f"{words}: {codes}")
    return [*_undone(acts, passage.ids, coder), *(_code(mark, about, words, coder) for mark in once), memo]


def last_decision(acts: Iterable[Act]) -> list[Act]:
    """The acts of the decision that was taken last and stands; none where there is none."""
    decided = [act for act in _decisions(acts) if act.about.startswith(DECIDED)]
    memo = max((act for act in decided if act.act == "memo"), key=lambda act: act.id, default=None)
    return [act for act in decided if memo and act.about == memo.about]


def _decisions(acts: Iterable[Act]) -> Iterator[Act]:
    return (act for act in standing(acts) if act.about.startswith((AGREED, DECIDED)))


def _undone(acts: Iterable[Act], ids: Collection[str], coder: str) -> list[Act]:
    """The acts that take back what was decided about any of these codings."""
    before = [act for act in _decisions(acts) if not set(ids).isdisjoint(_ids(act))]
    return [Act("", "", coder, "undo", target=act.id) for act in before]


def _code(mark: Mark, about: str, reason: str, coder: str) -> Act:
    anchor, origin = mark.anchor, CONSENSUS
    return Act("", "", coder, "code", anchor=anchor, code=mark.code, origin=origin, reason=reason, about=about)


def _about(kind: str, ids: Iterable[str]) -> str:
    return kind + ",".join(sorted(ids))


def _ids(act: Act) -> list[str]:
    return act.about.partition(":")[2].split(",")
