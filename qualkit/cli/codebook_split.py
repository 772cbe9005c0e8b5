"""qualkit codebook split"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import output
from qualkit.cli.book import Book, agreed, carry_out, open_book, show_touched
from qualkit.cli.codebook_change import CodeId, Yes
from qualkit.cli.opening import CoderName, keyword_of
from qualkit.cli.recoding import one_by_one
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.model.act import Act
    from qualkit.model.codebook import Code
    from qualkit.model.coding import Coding
    from qualkit.model.keyword import Keyword
    from qualkit.store.codebook_edit import CodebookFile


@dataclass(frozen=True)
class _Split:
    """A code, those that it becomes, and the change that says so."""

    code: Code
    into: Sequence[Code]
    revision: str = ""

    @property
    def key(self) -> str:
        """The ids of all of them, by which the act is found again."""
        return " ".join([self.code.id, *(one.id for one in self.into)])

    def going(self, book: Book) -> Act | None:
        """The change, where it was begun before."""
        return book.written("split", self.key, gone=[self.code.id], kept=[one.id for one in self.into])


def split(
    ctx: typer.Context,
    code: CodeId,
    into: Annotated[
        list[str], typer.Option("--into", metavar="A,B", help="Names of new codes, or ids of others of its theme.")
    ],
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A=KEYWORD", help="Excerpts with this keyword get A; may be repeated, the first that fits."
        ),
    ] = None,
    rest: Annotated[str, typer.Option(metavar="B", help="What all others get; else they wait for a decision.")] = "",
    yes: Yes = False,
    coder: CoderName = "",
) -> None:
    """Make several codes of one: excerpt by excerpt you choose which it gets, or keywords do. The old code is retired.

    Stopped and run again, it goes on with the excerpts that still have the old code.
    """
    book = open_book(ctx, coder)
    plan = _plan(book, code, [name.strip() for one in into for name in one.split(",") if name.strip()])
    rules = _rules(plan, where or (), rest, book.opened.study.codebook.language)
    waiting = _waiting(book, plan)
    show_touched(waiting, [code], f"each gets one of {', '.join(one.id for one in plan.into)}")
    going = plan.going(book)
    question = f"{'Go on splitting' if going else 'Split'} {code} into {', '.join(one.id for one in plan.into)}?"
    if not agreed(question, yes):
        return
    plan = _begin(book, plan)
    left = _by_rules(book, plan, waiting, rules) if rules else waiting
    if left and not rules and not yes:
        left = one_by_one(book, plan.into, left, plan.revision)
    if left:
        output.say(f"{output.count(len(left), 'coding')} still with {code}; the same command goes on with them")


def _plan(book: Book, id: str, names: Sequence[str]) -> _Split:
    """What is to be done; names that are no codes yet become new ones."""
    from qualkit.store.codebook_edit import new_code

    old, codebook = book.code(id), book.opened.study.codebook
    known = {key: one for one in codebook.codes.values() if one.theme == old.theme for key in (one.name, one.id)}
    into: list[Code] = []
    for name in names:
        if (one := known.get(name)) is None:
            one = new_code(codebook, old.theme, name, old.definition or old.name, like=old)
            codebook = codebook.with_code(one)
        into.append(one)
    ids = {one.id for one in into}
    if len(ids) < 2 or len(ids) < len(into) or id in ids or any(one.retired for one in into):
        what = f"'{id}' can be split into two codes or more that are in use, each named once"
        raise QualkitError(what, hint=f'qualkit codebook split {id} --into "First name,Second name"')
    return _Split(old, into)


def _begin(book: Book, plan: _Split) -> _Split:
    """Write the new codes and retire the old one, unless that is done."""
    from qualkit.model.act import Act
    from qualkit.store.revisions import today

    ids = [one.id for one in plan.into]

    def edit(file: CodebookFile) -> None:
        for one in plan.into:
            if one.id not in book.codes:
                file.add(one)
        file.retire(plan.code.id, today(), ids)

    done = plan.going(book)
    if done is None:
        text = f"split {plan.code.id} into {', '.join(ids)}"
        done = carry_out(book, Act("", "", "", "revise", code=plan.key, about="split", text=text), edit)
    return _Split(plan.code, plan.into, done.id)


def _waiting(book: Book, plan: _Split) -> list[Coding]:
    """The codings that are to get another code; what was turned down stays as it is."""
    from qualkit.coding.recoding import codings_with
    from qualkit.model.coding import REJECTED

    return [coding for coding in codings_with(book.folded, [plan.code.id]) if coding.status != REJECTED]


def _rules(plan: _Split, where: Sequence[str], rest: str, language: str) -> list[tuple[str, Keyword | None]]:
    """(code, keyword) in the order in which they are tried; no keyword fits everything."""
    rules: list[tuple[str, Keyword | None]] = []
    for written in where:
        name, sign, keyword = written.partition("=")
        if not sign:
            raise QualkitError(f"'{written}' does not say which code", hint='write it as "Name=keyword*"')
        rules.append((_named(plan, name), keyword_of(keyword, language)))
    return [*rules, (_named(plan, rest), None)] if rest else rules


def _named(plan: _Split, name: str) -> str:
    for one in plan.into:
        if name.strip() in (one.id, one.name):
            return one.id
    raise QualkitError(f"'{name.strip()}' is none of the codes after --into", hint="write it as there")


def _by_rules(
    book: Book, plan: _Split, waiting: Sequence[Coding], rules: Sequence[tuple[str, Keyword | None]]
) -> list[Coding]:
    """Recode what a rule fits; gives the rest."""
    from qualkit.coding.recoding import by_rules, recoding
    from qualkit.store.revisions import append_all, refuse_locked

    chosen = by_rules(waiting, rules, book.opened.study.codebook.language)
    acts: dict[str, list[Act]] = {}
    for coding in waiting:
        if coding.id in chosen:
            acts.setdefault(coding.source, []).append(recoding(coding.id, chosen[coding.id], plan.revision))
    refuse_locked(book.opened, acts, book.coder)
    append_all(book.opened, book.coder, acts)
    for one in plan.into:
        output.say(f"{one.id}: {output.count(list(chosen.values()).count(one.id), 'coding')}")
    return [coding for coding in waiting if coding.id not in chosen]
