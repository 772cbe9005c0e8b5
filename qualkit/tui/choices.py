"""What there is to choose from, and how it is called: codes, codings, sources, what a note can be about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from qualkit.coding.fold import State
from qualkit.coding.placed import Placed
from qualkit.coding.session import Session
from qualkit.model.act import Act
from qualkit.model.codebook import Code, Codebook
from qualkit.model.coding import APPLIED, SUGGESTED, Anchor, of_study
from qualkit.model.source import Source
from qualkit.tui.finding import Choice

_NAME = 40  # letters of a code that is named from the words
ACTS = {
    "code": "the code {}", "suggest": "the suggestion {}", "accept": "accepting {}", "reject": "rejecting {}",
    "remove": "taking away {}", "place": "moving the ends of {}", "memo": "a note", "finish": "finishing",
    "reopen": "opening again", "edit": "a correction of the text", "rename": "renaming speakers",
    "join": "joining speakers",
}  # fmt: skip


def name_of(codebook: Codebook, code: str) -> str:
    """A code's name; its id where the codebook does not have it."""
    known = codebook.codes.get(code)
    return known.name if known else code


def codes(codebook: Codebook) -> list[Choice]:
    """Every code with which new codings may be made, with its theme and shortcut."""
    return [
        Choice(code.id, code.name, " ".join(filter(None, (theme.name, shortcut(code)))), _detail(code))
        for theme in codebook.themes
        for code in theme.codes
        if not code.retired
    ]


def shortcut(code: Code) -> str:
    """The key that puts a code on: its letter as a capital, so that no act loses its key."""
    return f"({code.shortcut.upper()})" if code.shortcut else ""


def _detail(code: Code) -> tuple[tuple[str, str], ...]:
    told = (
        ("definition", code.definition),
        ("include", code.include),
        ("exclude", code.exclude),
        ("examples", "; ".join(code.examples)),
    )
    return tuple((heading, text) for heading, text in told if text)


def codings(codebook: Codebook, found: Sequence[Placed]) -> list[Choice]:
    """Codings under the cursor."""
    return [
        Choice(
            one.coding.id, name_of(codebook, one.coding.code), one.coding.status, (("words", one.coding.anchor.quote),)
        )
        for one in found
    ]


def themes(codebook: Codebook) -> list[Choice]:
    """Every theme of the codebook."""
    return [
        Choice(theme.id, theme.name, "", (("definition", theme.definition),) if theme.definition else ())
        for theme in codebook.themes
    ]


def sources(found: Iterable[Source], finished: set[str]) -> list[Choice]:
    """Sources with a text."""
    return [
        Choice(one.id, f"{one.id}  {one.title}".strip(), "finished" if one.id in finished else one.kind)
        for one in found
    ]


def to_note(codebook: Codebook, session: Session, drafts: Collection[str] = ()) -> list[Choice]:
    """What a note can be about from here, the nearest first; those with a note say so, and drafts stand above all."""
    about: list[str] = []
    if session.text.total:
        here = session.here()
        about += [f"coding:{one.coding.id}" for one in here if session.is_own(one) and one.coding.status != SUGGESTED]
        about.append(f"segment:{session.text.segments[session.text.segment_of(session.selection.cursor)].id}")
    about.append("source")
    first = [f"code:{one.coding.code}" for one in session.here()] if session.text.total else []
    about += [*first, "study", *(f"code:{code}" for code in codebook.codes)]
    noted = {memo.about for memo in session.state.memos.values() if memo.coder == session.coder}
    beside = {**dict.fromkeys(noted, "has a note"), **dict.fromkeys(drafts, "was being written")}
    return [
        Choice(one, about_in_words(codebook, session, one), beside.get(one, ""))
        for one in dict.fromkeys([*drafts, *about])
    ]


def about_in_words(codebook: Codebook, session: Session, about: str) -> str:
    """What a note is about."""
    here = session.text.segments[session.text.segment_of(session.selection.cursor)].id if session.text.total else ""
    if about.startswith("segment:") and about != f"segment:{here}":
        return f"the segment {about.partition(':')[2]}"
    return _about(codebook, session.state, about)


def _about(codebook: Codebook, state: State, about: str) -> str:
    kind, _, id = about.partition(":")
    if kind == "coding" and id in state.codings:
        return f"the excerpt coded {name_of(codebook, state.codings[id].code)}"
    if kind == "code":
        return f"the code {name_of(codebook, id)}"
    return {"segment": "this segment", "source": "this source", "study": "the whole study"}.get(kind, about)


def recent(session: Session) -> list[str]:
    """Codes that this coder put on or accepted here and that still stand, the latest first."""
    made = (act.target or act.id for act in reversed(session.acts) if act.act in ("code", "accept"))
    codings = (session.state.codings.get(id) for id in made)
    return list(dict.fromkeys(coding.code for coding in codings if coding and coding.status == APPLIED))


def as_name(words: str) -> str:
    """Words as the name of a code."""
    plain = words.strip(" .,;:!?…\"'”’»«()-–—#*>").split()
    name = ""
    for word in plain:
        if name and len(name) + 1 + len(word) > _NAME:
            break
        name = f"{name} {word}".strip()
    return name[:1].upper() + name[1:]


def place_of(acts: Sequence[Act], id: str) -> Anchor | None:
    """The words that an act is about, or that the act was about which it took back; None where there are none."""
    by_id = {act.id: act for act in acts}
    act = by_id.get(id)
    while act is not None and act.act == "undo":
        act = by_id.get(act.target)
    if act is None:
        return None
    return act.anchor or (by_id[act.target].anchor if act.target in by_id else None)


def told(codebook: Codebook, acts: Sequence[Act], state: State, id: str) -> str:
    """An act in words; of an undo, what it took back."""
    by_id = {act.id: act for act in acts}
    act = by_id.get(id)
    while act is not None and act.act == "undo":
        act = by_id.get(act.target)
    if act is None:
        return "an act"
    if of_study(act.about):
        return f"a note on {_about(codebook, state, act.about)}"
    coding = state.codings.get(act.target) or state.removed.get(act.target)
    made = by_id.get(act.target)
    code = act.code or (coding.code if coding else "") or (made.code if made else "")
    return ACTS.get(act.act, act.act).format(name_of(codebook, code))
