"""What `qualkit compare --decide` asks, and where the answers go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qualkit.cli import opening, output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.differences import Comparison, Passage
    from qualkit.cli.opening import CodedStudy
    from qualkit.model.act import Act

    Show = Callable[[Comparison, Sequence[tuple[int, Passage]]], None]

_SKIP, _QUIT = "skip", "quit"


def decide(coded: CodedStudy, found: Comparison, given: str, show: Show) -> None:
    """Take over what both agree on, then ask about each passage that waits; each answer is on disk before the next."""
    from qualkit.analysis.consensus import waiting

    coder = _coder(coded, found, given)
    taken = sum(_take_over(coded, found, source.id, coder) for source in found.compared.sources)
    passages = waiting(found, _settled(coded, found, coder))
    output.say(f"taken over by {coder}, as {' and '.join(found.coders)} agree: {output.count(taken, 'coding')}")
    output.say(f"to decide: {len(passages)} of {output.count(len(found.passages), 'passage')}")
    left = len(passages)
    for number, passage in enumerate(passages, 1):
        output.say()
        show(found, [(number, passage)])
        answer = output.answer(_question(found), _answers(found), none=_QUIT)
        if answer == _QUIT:
            break
        if answer != _SKIP:
            _write(coded, found, passage, answer, coder)
            left -= 1
    _tell_next(found, coder, left)


def undo(coded: CodedStudy, found: Comparison, given: str) -> None:
    """Take back the decision that was taken last on the sources compared."""
    from qualkit.analysis.consensus import last_decision
    from qualkit.model.act import Act
    from qualkit.store.material import journal_writer

    coder = _coder(coded, found, given)
    decisions = {}
    for source in found.compared.sources:
        if acts := last_decision(_acts(coded, source.id, coder)):
            decisions[source.id] = acts
    if not decisions:
        raise QualkitError(f"{coder} has decided nothing here", hint="decide with: qualkit compare A B --decide")
    source_id = max(decisions, key=lambda one: max(act.id for act in decisions[one]))
    taken = decisions[source_id]
    with journal_writer(coded.opened.folder, source_id, coder) as journal:
        journal.append([Act("", "", coder, "undo", target=act.id) for act in taken])
    words = next(act.text for act in taken if act.act == "memo")
    output.say(f"{source_id}: taken back: {words}. It is asked about again with --decide")


def _coder(coded: CodedStudy, found: Comparison, given: str) -> str:
    coder = opening.coder_name(coded.opened, given)
    if coder in found.coders:
        hint = "leave out --coder, or name a third one"
        raise QualkitError(f"{coder} is compared here, and cannot get the decisions as well", hint=hint)
    return coder


def _acts(coded: CodedStudy, source: str, coder: str) -> list[Act]:
    return [act for act in coded.material.acts.get(source, ()) if act.coder == coder]


def _settled(coded: CodedStudy, found: Comparison, coder: str) -> set[str]:
    from qualkit.analysis.consensus import settled

    sources = [source.id for source in found.compared.sources]
    return {id for one in sources for id in settled(_acts(coded, one, coder), coded.folded[one])}


def _take_over(coded: CodedStudy, found: Comparison, source: str, coder: str) -> int:
    """Write what both agree on; gives how many codings are new."""
    from qualkit.analysis.consensus import agreed_acts
    from qualkit.store.material import journal_writer

    with journal_writer(coded.opened.folder, source, coder) as journal:
        acts = agreed_acts(found, source, journal.acts, coded.folded[source], coder)
        journal.append(acts)
    return sum(act.act == "code" for act in acts)


def _write(coded: CodedStudy, found: Comparison, passage: Passage, answer: str, coder: str) -> None:
    from qualkit.analysis.consensus import decision_acts
    from qualkit.store.material import journal_writer

    with journal_writer(coded.opened.folder, passage.source.id, coder) as journal:
        journal.append(decision_acts(passage, answer, found.coders, journal.acts, coder))


def _question(found: Comparison) -> str:
    first, second = found.coders
    return f"who is right? a {first} | b {second} | ab both | n neither | s skip | q quit: "


def _answers(found: Comparison) -> dict[str, str]:
    """What may be answered, and what it means. Coders by name, too, where that is not an answer of its own."""
    from qualkit.analysis.consensus import BOTH, FIRST, NEITHER, SECOND

    answers = {"a": FIRST, "b": SECOND, "ab": BOTH, "n": NEITHER, "s": _SKIP, "q": _QUIT}
    answers |= {BOTH: BOTH, NEITHER: NEITHER, _SKIP: _SKIP, _QUIT: _QUIT}
    named = {coder.casefold(): meaning for coder, meaning in zip(found.coders, (FIRST, SECOND), strict=True)}
    return {**named, **answers}


def _tell_next(found: Comparison, coder: str, left: int) -> None:
    """What is left, and what to do now."""
    if left:
        output.say(f"{output.count(left, 'passage')} left: the same command goes on here; --undo takes back the last")
        return
    sources = " ".join(source.id for source in found.compared.sources)
    output.say(f"all decided. Next: qualkit finish {sources} --coder {coder}")
    output.say(f"then: qualkit matrix --coder {coder}; qualkit excerpts shows who was followed")
