"""qualkit anchors"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import opening, output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.cli.opening import CodedStudy
    from qualkit.model.act import Act
    from qualkit.model.coding import Anchor, Coding

ASKED = "number of its place or a segment's id, r to remove it, Enter to leave it, q to stop: "


@dataclass(frozen=True)
class _Found:
    """The excerpts that are meant, the beginnings of their codings' ids, and whose journal is written."""

    coded: CodedStudy
    excerpts: list[Excerpt]
    ids: Mapping[str, str]
    coder: str


def anchors(
    ctx: typer.Context,
    sources: opening.Sources = None,
    record: Annotated[bool, typer.Option("--record", help="Write down the new places of those that moved.")] = False,
    ask: Annotated[bool, typer.Option("--ask", help="Ask about each uncertain one, here in the terminal.")] = False,
    place: Annotated[
        list[str] | None,
        typer.Option(metavar="ID=N", help="ID=N: it stands at candidate N; ID=SEGMENT: on all of that segment."),
    ] = None,
    remove: Annotated[list[str] | None, typer.Option(metavar="ID", help="Take this coding away.")] = None,
    undo: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Take back the last of these acts on it.")
    ] = None,
    coder: opening.CoderName = "",
) -> None:
    """Where excerpts went when their transcript was changed: see those that moved or are uncertain, and decide."""
    found = _open(ctx, sources, coder)
    for beginning in undo or ():
        _undo(found, beginning)
    for text in place or ():
        _place(found, text)
    for beginning in remove or ():
        _remove(found, beginning)
    if ask:
        _ask(found)
    if record:
        _record(found)
    if not (record or ask or place or remove or undo):
        _show(found)


def _open(ctx: typer.Context, names: list[str] | None, coder: str) -> _Found:
    from qualkit.analysis.excerpts import beginnings, coded_excerpts
    from qualkit.model.coding import STATUSES

    coded = opening.open_coded(ctx, across=False)
    study = coded.opened.study
    chosen = {source.id for source in opening.chosen(coded.opened, names)}
    coders = opening.known_coders(coded, coder)
    excerpts = coded_excerpts(study, coded.material, coded.folded, statuses=STATUSES, coders=coders)
    excerpts = [excerpt for excerpt in excerpts if excerpt.source.id in chosen]
    return _Found(coded, excerpts, beginnings(coded.folded), opening.coder_name(coded.opened, coder))


def _show(found: _Found) -> None:
    moved = [excerpt for excerpt in found.excerpts if excerpt.moved]
    uncertain = [excerpt for excerpt in found.excerpts if excerpt.uncertain]
    for excerpt in [*moved, *uncertain]:
        _show_one(found, excerpt)
    output.say(f"{len(moved)} moved, {len(uncertain)} uncertain of {output.count(len(found.excerpts), 'excerpt')}")
    if moved:
        output.say("moved ones count at their new places; to write these down: qualkit anchors --record")
    if uncertain:
        output.say("uncertain ones count nowhere: qualkit anchors --ask, or --place ID=N, or --remove ID")


def _show_one(found: _Found, excerpt: Excerpt) -> None:
    """The excerpt with its codings; where it moved to, or where it might stand."""
    stood = excerpt.codings[0].anchor
    output.say(f"{'uncertain' if excerpt.uncertain else 'moved'}  {excerpt.source.id}  {_where(stood)}")
    for coding in excerpt.codings:
        output.say(f"    {coding.code}  {coding.status}  {coding.coder}  {found.ids[coding.id]}")
    output.say(f"    {output.short(stood.quote)}")
    shown = excerpt.candidates if excerpt.uncertain else excerpt.candidates[:1]
    for number, one in enumerate(shown, start=1):
        mark = f"{number}" if excerpt.uncertain else "->"
        output.say(f"  {mark:>4}  {_where(one.anchor)}  {one.reason}")
        output.say(f"        {output.short(one.anchor.quote)}")
    if excerpt.uncertain and not shown:
        gone = excerpt.source.id not in found.coded.material.transcripts
        output.say("        its transcript is not there" if gone else "        nothing like it was found")
    output.say()


def _where(anchor: Anchor) -> str:
    from qualkit.formats.matrix import clock

    return " ".join(part for part in (clock(anchor.start), anchor.first) if part)


def _place(found: _Found, text: str) -> None:
    """Put the coder's codings of one excerpt where they say."""
    from qualkit.analysis.excerpts import excerpt_of
    from qualkit.analysis.placing import own_coding

    beginning, sign, choice = text.partition("=")
    if not sign or not choice.strip():
        raise QualkitError(f"'{text}' is not ID=N", hint="as in: --place 01h8x2k9=2")
    excerpt = excerpt_of(found.excerpts, beginning)
    own_coding(excerpt, found.coder, beginning)
    _put(found, excerpt, choice.strip())


def _put(found: _Found, excerpt: Excerpt, choice: str) -> None:
    from qualkit.analysis.placing import acts_to_place, chosen_place, own_codings
    from qualkit.store.transcripts import read_words

    own = own_codings(excerpt, found.coder)
    words = read_words(found.coded.opened.folder.words(excerpt.source.id))
    anchor = chosen_place(excerpt, found.coded.material.transcripts.get(excerpt.source.id), choice, words)
    _write(found, excerpt.source.id, acts_to_place(own, anchor))
    ids = ", ".join(found.ids[coding.id] for coding in own)
    output.say(f"{excerpt.source.id}: {ids} placed at {_where(anchor)} ({found.coder})")


def _remove(found: _Found, beginning: str) -> None:
    from qualkit.analysis.excerpts import excerpt_of
    from qualkit.analysis.placing import own_coding

    excerpt = excerpt_of(found.excerpts, beginning)
    _take_away(found, excerpt, [own_coding(excerpt, found.coder, beginning)])


def _take_away(found: _Found, excerpt: Excerpt, codings: Sequence[Coding]) -> None:
    from qualkit.model.act import Act

    _write(found, excerpt.source.id, [Act("", "", found.coder, "remove", target=coding.id) for coding in codings])
    ids = ", ".join(found.ids[coding.id] for coding in codings)
    output.say(f"{excerpt.source.id}: {ids} removed ({found.coder})")


def _undo(found: _Found, beginning: str) -> None:
    from qualkit.analysis.placing import act_to_undo
    from qualkit.model.act import Act

    own = {source: [a for a in acts if a.coder == found.coder] for source, acts in found.coded.material.acts.items()}
    act = act_to_undo([act for acts in own.values() for act in acts], beginning)
    source = next(source for source, acts in own.items() if act in acts)
    _write(found, source, [Act("", "", found.coder, "undo", target=act.id)])
    output.say(f"{source}: {act.target} is as it was before ({found.coder})")


def _ask(found: _Found) -> None:
    """The uncertain excerpts of the coder, one after the other; a wrong answer is told, and asked again."""
    from qualkit.analysis.placing import own_codings

    for excerpt in found.excerpts:
        own = own_codings(excerpt, found.coder)
        if not excerpt.uncertain or not own:
            continue
        _show_one(found, excerpt)
        answer = output.read_line(ASKED)
        while answer not in (None, "", "q", "r") and not _answered(found, excerpt, answer):
            answer = output.read_line(ASKED)
        if answer in (None, "q"):
            return
        if answer == "r":
            _take_away(found, excerpt, own)


def _answered(found: _Found, excerpt: Excerpt, choice: str) -> bool:
    """Whether the answer named a place, where the excerpt stands now."""
    try:
        _put(found, excerpt, choice)
    except QualkitError as error:
        output.failed(error)
        return False
    return True


def _record(found: _Found) -> None:
    """Write down the new places of the coder's own codings."""
    from qualkit.analysis.placing import acts_to_record
    from qualkit.store.material import journal_writer
    from qualkit.store.transcripts import read_words

    folder, material = found.coded.opened.folder, found.coded.material
    moved = {e.source.id for e in found.excerpts if any(c.coder == found.coder for c in e.moved)}
    for source in sorted(moved):
        others = [act for act in material.acts[source] if act.coder != found.coder]
        with journal_writer(folder, source, found.coder) as journal:
            words = read_words(folder.words(source))
            done = journal.append(acts_to_record(material.transcripts[source], journal.acts, others, words))
        output.say(f"{source}: {len(done)} recorded ({found.coder})")
    if not moved:
        output.say(f"nothing of {found.coder} has moved")


def _write(found: _Found, source: str, acts: list[Act]) -> None:
    from qualkit.store.material import journal_writer

    with journal_writer(found.coded.opened.folder, source, found.coder) as journal:
        journal.append(acts)
