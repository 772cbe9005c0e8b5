"""The sources, the codebook, others' codings, help: line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.cli.plain.coding import code_called
from qualkit.cli.plain.here import Plain, one_of
from qualkit.cli.plain.listening import on_or_off, quiet
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.model.source import Source


def begin(plain: Plain) -> None:
    """Tell what was opened."""
    for remark in plain.desk.remarks:
        output.note(remark)
    source = plain.desk.source
    output.say(f"source {source.id}{': ' if source.title else ''}{source.title}")
    if plain.session.finished:
        output.say("finished")
    if plain.desk.read_only:
        output.say("open elsewhere: read-only here")
    plain.show()


def next_source(by: int) -> Callable[[Plain, str], None]:
    """To the next or previous source."""

    def go(plain: Plain, rest: str) -> None:
        found = plain.desk.sources()
        at = [one.id for one in found].index(plain.desk.source.id) + by
        if not 0 <= at < len(found):
            raise QualkitError("this is the last source" if by > 0 else "this is the first source")
        _open(plain, found[at])

    return go


def open_source(plain: Plain, rest: str) -> None:
    """Another source, by its id or title, or the beginning of one."""
    from qualkit.tui.choices import sources as to_choose

    found = to_choose(plain.desk.sources(), set())
    id = one_of("source", rest or plain.ask(f"which source, of {', '.join(one.id for one in found)}"), found).id
    _open(plain, plain.desk.opened.study.source_by_id[id])


def _open(plain: Plain, source: Source) -> None:
    quiet(plain)
    plain.voice = None
    plain.desk.remember()
    plain.desk.open(source)
    begin(plain)


def sources(plain: Plain, rest: str) -> None:
    """The sources with a text."""
    for one in plain.desk.sources():
        here = ", open now" if one.id == plain.desk.source.id else ""
        output.say(f"{one.id}: {', '.join(filter(None, (one.title, one.kind)))}{here}")


def finish(done: bool) -> Callable[[Plain, str], None]:
    """Mark the source as finished, or open it again."""

    def mark(plain: Plain, rest: str) -> None:
        if plain.session.finished == done:
            output.say("it is finished already" if done else "it is open already")
        else:
            plain.do(plain.session.finish(), "finished" if done else "open again")

    return mark


def others(plain: Plain, rest: str) -> None:
    """Other coders' codings and notes, told or not."""
    plain.session.show_others(on_or_off(rest, plain.session.with_others))
    output.say("others' codings and notes are told" if plain.session.with_others else "others' codings are not told")
    plain.show()


def codes(plain: Plain, rest: str) -> None:
    """The codes with which codings are made, by theme; with letters, those that begin so."""
    from qualkit.tui.choices import codes as to_choose
    from qualkit.tui.finding import beginning

    wanted = {one.id for one in (beginning(rest, to_choose(plain.codebook)) if rest else to_choose(plain.codebook))}
    for theme in plain.codebook.themes:
        if those := [one for one in theme.codes if one.id in wanted]:
            output.say(f"theme {theme.name}")
            for one in those:
                output.say(f"{one.name}, id {one.id}")
    if not wanted:
        raise QualkitError(f"no code is called '{rest}'")


def about(plain: Plain, rest: str) -> None:
    """All that the codebook says of a code."""
    from qualkit.tui.choices import codes as to_choose

    id = code_called(plain, rest or plain.ask("which code"))
    (one,) = [choice for choice in to_choose(plain.codebook) if choice.id == id]
    output.say(f"{one.name}, id {one.id}")
    code = plain.codebook.codes[id]
    output.say(f"theme: {next(theme.name for theme in plain.codebook.themes if theme.id == code.theme)}")
    for heading, text in one.detail:
        output.say(f"{heading}: {text}")
    if code.shortcut:
        output.say(f"shortcut: {code.shortcut}")


def leave(plain: Plain, rest: str) -> None:
    """The end."""
    plain.over = True
