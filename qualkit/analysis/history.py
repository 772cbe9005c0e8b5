"""Who did what when: the acts of all journals in one order, in words, and the study as it was at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from qualkit.coding.fold import standing
from qualkit.model.act import Act, TextChange
from qualkit.model.coding import Anchor
from qualkit.model.noun import replace
from qualkit.model.study import Material

CODEBOOK = "(codebook)"  # where the source's id stands otherwise

DID: Mapping[str, str] = {  # what a journal calls an act: what people call it
    "code": "coded",
    "suggest": "suggested",
    "accept": "accepted",
    "reject": "turned down",
    "remove": "took away",
    "place": "placed",
    "recode": "recoded",
    "memo": "memo",
    "finish": "finished",
    "reopen": "opened again",
    "rename": "renamed",
    "join": "joined",
    "edit": "corrected",
    "revise": "codebook",
    "summary": "summary",
    "ask": "asked",
    "undo": "took back",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: the codes that it is about (of a coding with another code: before, after), the words that it is on.

    `detail` is what else it says: a memo's text, the speakers' labels, what was changed, what was taken back.
    """

    act: Act
    source: str  # or CODEBOOK
    codes: tuple[str, ...] = ()
    anchor: Anchor | None = None
    detail: str = ""
    undone: bool = False

    @property
    def did(self) -> str:
        """The act in a word or two; of a kind that is new here, as the journal calls it."""
        return DID.get(self.act.act, self.act.act)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which acts are asked for; an empty field asks for all."""

    sources: Collection[str] = ()
    coders: Collection[str] = ()
    codes: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None


def history(acts: Mapping[str, Iterable[Act]], asked: Asked) -> list[Entry]:
    """The acts that are asked for, by source (or CODEBOOK), oldest first."""
    found = [entry for source, those in acts.items() for entry in _entries(source, those) if _fits(entry, asked)]
    return sorted(found, key=lambda entry: entry.act.id)


def when(act: Act) -> datetime:
    """The time of an act; the beginning of time where a hand-made line says none."""
    try:
        time = datetime.fromisoformat(act.time)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def at_time(material: Material, end: datetime) -> Material:
    """The texts of today with the acts that were done before a time."""
    acts = {source: tuple(act for act in those if when(act) < end) for source, those in material.acts.items()}
    return replace(material, acts=acts)


def _entries(source: str, acts: Iterable[Act]) -> Iterator[Entry]:
    by_id = {act.id: act for act in sorted(acts, key=lambda act: act.id)}
    stand = {act.id for act in standing(by_id.values())}
    code_of: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    for act in by_id.values():
        made = by_id.get(act.target)
        codes = _codes(act, made, code_of, entries)
        if act.id in stand and act.act in ("code", "suggest", "recode"):
            code_of[act.id if act.anchor and not act.target else act.target] = act.code
        anchor = act.anchor or (entries[act.target].anchor if act.target in entries else None)
        entries[act.id] = Entry(act, source, codes, anchor, _detail(act, entries), act.id not in stand)
        yield entries[act.id]


def _codes(act: Act, made: Act | None, code_of: Mapping[str, str], entries: Mapping[str, Entry]) -> tuple[str, ...]:
    if act.act == "undo":
        return entries[act.target].codes if act.target in entries else ()
    if act.act == "revise":
        return tuple(act.code.split())
    if act.cell:
        return tuple(which for what, which in act.cell.column if what in ("theme", "code"))
    before = code_of.get(act.target, made.code if made else "")
    return tuple(dict.fromkeys(code for code in (before, act.code) if code))


def _detail(act: Act, entries: Mapping[str, Entry]) -> str:
    if act.act == "undo" and act.target in entries:
        target = entries[act.target]
        return f"{target.did}{': ' if target.detail else ''}{target.detail}"
    if act.edit:
        return _corrected(act.edit)
    if act.labels:
        return ", ".join(f"{change.old} -> {change.new}" for change in act.labels)
    if act.cell:
        return f"{' / '.join(which for _, which in act.cell.row)}: {act.text or '(taken away)'}"
    return act.text or act.reason


def _corrected(edit: TextChange) -> str:
    """What a correction did: the words that differ, before and after; or a cut, a join, another speaker."""
    before, after = ([part.segment for part in parts] for parts in (edit.before, edit.after))
    if len(before) != len(after):
        return "two segments of one" if len(before) < len(after) else "one segment of two"
    old, new = (" ".join(segment.text for segment in those).split() for those in (before, after))
    if old == new:
        return f"{before[0].speaker or 'nobody'} -> {after[0].speaker or 'nobody'}"
    low = next((n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new)))
    tail = 0
    while tail < min(len(old), len(new)) - low and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return f"{' '.join(old[low : len(old) - tail])} -> {' '.join(new[low : len(new) - tail])}".strip()


def _fits(entry: Entry, asked: Asked) -> bool:
    tests: tuple[tuple[object, Callable[[], bool]], ...] = (
        (asked.sources, lambda: entry.source in asked.sources),
        (asked.coders, lambda: entry.act.coder in asked.coders),
        (asked.codes, lambda: not set(asked.codes).isdisjoint(entry.codes)),
        (asked.since, lambda: asked.since is not None and when(entry.act) >= asked.since),
        (asked.until, lambda: asked.until is not None and when(entry.act) < asked.until),
    )
    return all(test() for wanted, test in tests if wanted)
