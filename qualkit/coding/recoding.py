"""What a change of the codebook does to codings: which it touches, the acts that give them other codes, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from qualkit.coding.fold import State, fold, standing
from qualkit.coding.keywords import Keywords
from qualkit.model.act import Act
from qualkit.model.codebook import Code, Codebook, Theme
from qualkit.model.coding import Coding
from qualkit.model.keyword import Keyword

ABOUT = "revise:"  # before the id of the change to which an act belongs


def codings_with(folded: Mapping[str, State], codes: Collection[str]) -> list[Coding]:
    """The codings with one of these codes, of all coders and statuses, source by source."""
    return [coding for state in folded.values() for coding in state.codings.values() if coding.code in codes]


def recodings(
    folded: Mapping[str, State], codes: Collection[str], into: str, revision: str = ""
) -> dict[str, list[Act]]:
    """By source, the acts that give all codings with these codes another one.

    Where the same coder has that one on the very same words already, one of the two goes. What was removed is recoded
    as well: a suggestion that was turned down, or taken away, does not come back under the other code.
    """
    found: dict[str, list[Act]] = {}
    for source, state in folded.items():
        there = {_sign(coding) for coding in state.codings.values() if coding.code == into}
        acts = []
        for coding in state.codings.values():
            if coding.code in codes and coding.code != into:
                acts.append(recoding(coding.id, "" if _sign(coding) in there else into, revision))
                there.add(_sign(coding))
        acts += [recoding(c.id, into, revision) for c in state.removed.values() if c.code in codes and c.code != into]
        if acts:
            found[source] = acts
    return found


def recoding(coding: str, into: str, revision: str) -> Act:
    """The act that gives a coding (by id) another code, or takes it away where there is none to give."""
    return Act("", "", "", "recode" if into else "remove", code=into, target=coding, about=ABOUT + revision)


def by_rules(
    codings: Iterable[Coding], rules: Sequence[tuple[str, Keyword | None]], language: str = "sv"
) -> dict[str, str]:
    """Coding's id -> the code of the first rule whose keyword its words hold; None fits all, no rule leaves it out.

    `language` is the codebook's, for inflections.
    """
    codes = [Code(str(n), "", "", keywords=(keyword,)) for n, (_, keyword) in enumerate(rules) if keyword]
    met = Keywords(Codebook(language=language, themes=(Theme("", "", codes=tuple(codes)),)))
    always = [n for n, (_, keyword) in enumerate(rules) if keyword is None]
    found = {}
    for coding in codings:
        fits = [int(code.id) for code, *_ in met.hits(coding.anchor.quote)] + always
        if fits:
            found[coding.id] = rules[min(fits)][0]
    return found


def _sign(coding: Coding) -> tuple[object, ...]:
    return coding.coder, coding.status, coding.anchor.span, coding.anchor.quote


def last_revision(acts: Iterable[Act]) -> Act | None:
    """The last change of the codebook that nobody took back."""
    done = [act for act in standing(acts) if act.act == "revise"]
    return done[-1] if done else None


def same_revision(acts: Iterable[Act], about: str, code: str) -> Act | None:
    """The last change of this kind with these codes that nobody took back."""
    return last_revision(act for act in acts if act.act == "undo" or (act.about, act.code) == (about, code))


def done_by(acts: Mapping[str, Sequence[Act]], revision: Act) -> dict[str, list[Act]]:
    """By source, the acts on codings that belong to a change and stand."""
    about = ABOUT + revision.id
    of_change = {source: [act for act in standing(those) if act.about == about] for source, those in acts.items()}
    return {source: those for source, those in of_change.items() if those}


def without(acts: Mapping[str, Sequence[Act]], left_out: Mapping[str, Sequence[Act]]) -> dict[str, State]:
    """The states as they would be without these acts."""
    gone = {act.id for those in left_out.values() for act in those}
    return {source: fold(source, (act for act in those if act.id not in gone)) for source, those in acts.items()}
