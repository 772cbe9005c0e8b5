"""qualkit suggest"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
from qualkit.cli.suggest_quality import evaluate_them
from qualkit.cli.suggest_reading import Asked, Prepared, prepare, with_model
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.coding.labelled import Labelled
    from qualkit.coding.suggest import Suggester
    from qualkit.model.source import Source
    from qualkit.store.project import OpenStudy


def suggest(
    ctx: typer.Context,
    sources: opening.Sources = None,
    evaluate: Annotated[
        bool, typer.Option("--evaluate", help="Suggest nothing: say how good suggestions are, tried on what is coded.")
    ] = False,
    most: Annotated[int, typer.Option(min=1, max=5, help="Suggestions for a sentence, at most.")] = 3,
    moderator: Annotated[bool, typer.Option("--moderator", help="Look at what moderators say, too.")] = False,
    others: Annotated[
        bool, typer.Option("--others", help="Learn from other coders, too: then you are not independent of them.")
    ] = False,
    without_model: Annotated[
        bool, typer.Option("--without-model", help="Do without the language model, though it is installed.")
    ] = False,
    coder: opening.CoderName = "",
) -> None:
    """Suggest codes for sentences by keywords, definitions and what you coded so far; none is applied by itself."""
    if evaluate and sources:
        raise QualkitError("--evaluate tries suggestions on the whole study", hint="leave out the names of sources")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy loads: its threads take thrice the time here
    opened = opening.open_here(ctx)
    asked = Asked(opening.coder_name(opened, coder), most, moderator, others, with_model(without_model))
    prepared = prepare(opened, [] if evaluate else _todo(opened, sources, asked), asked)
    if evaluate:
        evaluate_them(prepared, asked)
    else:
        _suggest(prepared, asked)


def _todo(opened: OpenStudy, sources: list[str] | None, asked: Asked) -> list[Source]:
    """The sources that were named, or all that the coder has not finished."""
    from qualkit.coding.fold import fold
    from qualkit.store.material import read_material

    chosen = opening.chosen(opened, sources)
    if sources:
        return chosen
    material, _ = read_material(opened.folder, chosen)
    return [one for one in chosen if asked.coder not in fold(one.id, material.acts.get(one.id, ())).finished]


def _suggest(prepared: Prepared, asked: Asked) -> None:
    from qualkit.coding.suggest import Suggester

    _tell_learned(prepared.known)
    with output.progress("learning", len(prepared.known)) as done:
        suggester = Suggester(prepared.reader, prepared.known, done)
    total = 0
    with output.progress("suggesting", len(prepared.passages)) as done:
        for number, source in enumerate(prepared.passages, start=1):
            total += _suggest_in(prepared, source, suggester, asked)
            done(number)
    output.say(f"{total} codings suggested by {asked.coder}. Next: qualkit code (Tab: the next one, y: yes, n: no)")


def _suggest_in(prepared: Prepared, source: str, suggester: Suggester, asked: Asked) -> int:
    """Write the new suggestions for one source into the coder's journal; gives their number."""
    from qualkit.coding.apply import codings_before
    from qualkit.coding.suggest import acts_to_suggest, hits_for
    from qualkit.store.material import journal_writer
    from qualkit.store.transcripts import read_words

    folder, transcript = prepared.opened.folder, prepared.material.transcripts[source]
    words, passages = read_words(folder.words(source)), prepared.passages[source]
    suggested = suggester.suggest([passage.text for passage in passages])
    with journal_writer(folder, source, asked.coder) as journal:
        before = codings_before(transcript, journal.acts, words)
        pairs = list(zip(passages, suggested, strict=True))
        hits = hits_for(transcript, words, pairs, before, asked.most)
        journal.append(acts_to_suggest(hits, before, asked.coder))
    output.say(f"{source}: {len(hits)} new")
    return len(hits)


def _tell_learned(known: Sequence[Labelled]) -> None:
    coded = [one for one in known if one.codes]
    codes = {code for one in coded for code in one.codes}
    output.note(f"learned from {output.count(len(coded), 'coded excerpt')} of {output.count(len(codes), 'code')}")
    if len(coded) == len(known):
        output.note("no source is finished yet: what gets no code is learned from those (qualkit finish)")
