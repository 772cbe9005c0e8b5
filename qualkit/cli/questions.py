"""qualkit questions"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.cli.opening import CodedStudy
    from qualkit.coding.answers import Answers
    from qualkit.coding.asked import Likely
    from qualkit.model.act import Act
    from qualkit.model.codebook import GuideQuestion
    from qualkit.model.coding import Anchor, Asking
    from qualkit.model.transcript import Transcript, Word

KEYS = {"y": "yes", "yes": "yes", "j": "yes", "ja": "yes", "n": "no", "no": "no", "nej": "no", "q": "quit"}


@dataclass(frozen=True)
class _Here:
    """One source: what is marked in it, and where its other questions may be asked."""

    coded: CodedStudy
    coder: str
    transcript: Transcript
    answers: Answers
    words: Mapping[str, Sequence[Word]]  # of the segments whose words have times

    @property
    def guide(self) -> tuple[GuideQuestion, ...]:
        return self.coded.opened.study.codebook.questions

    @property
    def source(self) -> str:
        return self.transcript.source

    def likely(self) -> list[Likely]:
        """The likely places of the questions that nobody has marked here."""
        from qualkit.analysis.asked import who_asks
        from qualkit.coding.asked import likely_places

        study, marked = self.coded.opened.study, {asking.question for asking, _ in self.answers.askings}
        left = [question for question in self.guide if question.id not in marked]
        return likely_places(self.transcript, left, who_asks(study, self.transcript))


def questions(
    ctx: typer.Context,
    sources: opening.Sources = None,
    mark: Annotated[
        tuple[str, str] | None, typer.Option(metavar="QUESTION SEGMENT", help="It is asked there: ids, of one source.")
    ] = None,
    unmark: Annotated[
        tuple[str, str] | None, typer.Option(metavar="QUESTION SEGMENT", help="Take back your own mark there.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Mark all places that are surely alike; ask nothing. Look at them afterwards.")
    ] = False,
    coder: opening.CoderName = "",
) -> None:
    """Where guide questions are asked: likely places, for you to confirm; answers are then filtered by question."""
    if (mark or unmark) and (yes or (mark and unmark) or len(sources or ()) != 1):
        raise QualkitError("--mark and --unmark are about one place", hint="qualkit questions SOURCE --mark ID SEGMENT")
    coded = opening.open_coded(ctx, across=False)
    if not coded.opened.study.codebook.questions:
        raise QualkitError(
            "the codebook has no guide questions", hint="write some under `questions:`, see docs/codebook.md"
        )
    for here in _opened(coded, sources, opening.coder_name(coded.opened, coder)):
        if mark:
            _mark(here, *mark)
        elif unmark:
            _unmark(here, *unmark)
        elif not _look(here, yes=yes):
            break


def _opened(coded: CodedStudy, names: list[str] | None, coder: str) -> Iterator[_Here]:
    from qualkit.coding.answers import answers_in
    from qualkit.store.transcripts import read_words

    for source in opening.chosen(coded.opened, names):
        if transcript := coded.material.transcripts.get(source.id):
            words = read_words(coded.opened.folder.words(source.id))
            yield _Here(coded, coder, transcript, answers_in(transcript, coded.folded[source.id]), words)
        elif names:
            raise QualkitError(f"'{source.id}' has no transcript yet", hint="qualkit status says what is missing")


def _look(here: _Here, *, yes: bool) -> bool:
    """Show a source, and have its likely places confirmed; False where the person has had enough."""
    from qualkit.coding.asked import SURE

    likely = here.likely()
    _show(here, likely)
    if yes:
        sure = [one for one in likely if one.likeness >= SURE]
        _write(here, [_act(here, one.question, one.position) for one in sure])
        output.say(f"  {len(sure)} marked ({here.coder}), {len(likely) - len(sure)} less sure")
        return True
    if not output.someone_types():
        return True
    return all(_confirm(here, one) for one in likely)


def _confirm(here: _Here, one: Likely) -> bool:
    """Ask whether a question is asked there; False where the person has had enough."""
    text = next(question.text for question in here.guide if question.id == one.question)
    output.say(f"\n  {one.question}: {text}\n  {_place(_anchor(here, one.position))}")
    said = output.answer("  asked here? y: yes, n: no, q: stop ", KEYS, none="quit")
    if said == "yes":
        _write(here, [_act(here, one.question, one.position)])
    return said != "quit"


def _show(here: _Here, likely: Sequence[Likely]) -> None:
    """What is marked and what may be, in the order of the text; then the questions without either."""
    index = here.transcript.index
    lines = [(index[at.first], f"{one.question}  marked by {one.coder}", at) for one, at in here.answers.askings]
    lines += [
        (one.position, f"{one.question}  {one.likeness:.0%} alike", _anchor(here, one.position)) for one in likely
    ]
    output.say(here.source)
    for _, what, anchor in sorted(lines, key=lambda line: line[:2]):
        output.say(f"  {what}  {_place(anchor)}")
    for lost in here.answers.lost:
        output.say(f"  {lost.question}  marked by {lost.coder}, its words were not found again: {_place(lost.anchor)}")
    found = {one.question for one, _ in here.answers.askings} | {one.question for one in likely}
    if none := [one.id for one in here.guide if one.id not in found]:
        output.say(f"  not found: {', '.join(none)}")


def _place(anchor: Anchor) -> str:
    from qualkit.formats.matrix import clock

    where = " ".join(part for part in (clock(anchor.start), anchor.first) if part)
    return f'{where}  "{output.short(anchor.quote)}"'


def _anchor(here: _Here, position: int) -> Anchor:
    """The whole segment, with the times of its words."""
    from qualkit.coding.anchor import make_anchor

    return make_anchor(here.transcript, position, 0, position, len(here.transcript.segments[position].text), here.words)


def _act(here: _Here, question: str, position: int) -> Act:
    from qualkit.model.act import Act

    return Act("", "", here.coder, "ask", anchor=_anchor(here, position), code=question)


def _write(here: _Here, acts: list[Act]) -> None:
    from qualkit.store.material import journal_writer

    if acts:
        with journal_writer(here.coded.opened.folder, here.source, here.coder) as journal:
            journal.append(acts)


def _mark(here: _Here, question: str, segment: str) -> None:
    """Mark a question in a segment. QualkitError where one of the two is unknown."""
    known = {
        "guide question": [one.id for one in here.guide],
        "segment with words": [one.id for one in here.transcript.segments if one.text.strip()],
    }
    for (what, ids), id in zip(known.items(), (question, segment), strict=True):
        opening.refuse_unknown(what, id, ids)
    if here.coder not in (one.coder for one in _marks(here, question, segment)):
        _write(here, [_act(here, question, here.transcript.index[segment])])
    output.say(f"{here.source}: {question} is asked in {segment} ({here.coder})")


def _marks(here: _Here, question: str, segment: str) -> list[Asking]:
    """The marks of a question that stand in a segment, or stood there before its words were lost."""
    every = [*here.answers.askings, *((one, one.anchor) for one in here.answers.lost)]
    return [one for one, at in every if one.question == question and at.first == segment]


def _unmark(here: _Here, question: str, segment: str) -> None:
    from qualkit.model.act import Act

    marks = _marks(here, question, segment)
    own = [one.id for one in marks if one.coder == here.coder]
    if not own:
        others = ", ".join(one.coder for one in marks)
        hint = f"it is a mark of {others}: --coder" if others else f"qualkit questions {here.source} lists the marks"
        raise QualkitError(f"{here.coder} has not marked {question} in {segment}", hint=hint)
    _write(here, [Act("", "", here.coder, "undo", target=id) for id in own])
    output.say(f"{here.source}: {question} is not marked in {segment} any more ({here.coder})")
