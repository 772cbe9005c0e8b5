"""Reading commands: from a person, or from a script.

A person is told what cannot be done, and goes on. A script stops there, with the number of its line, for what comes
next would be done in another place than was meant; with `go_on` it goes on, and the end is a failure all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.cli.plain.commands import BY_WORD
from qualkit.cli.plain.here import Plain
from qualkit.cli.plain.listening import quiet, say_failure
from qualkit.cli.plain.sources import begin
from qualkit.cli.plain.words import letters
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.tui.desk import Desk


def run(desk: Desk, *, go_on: bool = False) -> None:
    """Carry out commands until `quit` or the end of the input. QualkitError where a line of a script cannot be done."""
    plain = Plain(desk, asks=output.someone_types())
    with ExitStack() as last:
        last.callback(desk.close)
        last.callback(desk.remember)
        last.callback(lambda: quiet(plain))
        begin(plain)
        if plain.asks:
            output.say("? lists the commands")
        failed = [number for number, line in _lines(plain) if not _is_done(plain, number, line, go_on)]
    if failed:
        what = f"{output.count(len(failed), 'line')} of the input could not be done: {', '.join(map(str, failed))}"
        raise QualkitError(what, hint="what the other lines say is done and on the disk")


def _lines(plain: Plain) -> Iterator[tuple[int, str]]:
    """Each line with its number. In a script, empty lines and those that begin with # say nothing."""
    number = 0
    while not plain.over:
        say_failure(plain)
        question = f"{plain.desk.source.id} {plain.at + 1}> " if plain.asks else ""
        if (line := output.read_line(question)) is None:
            return
        number += 1
        if plain.asks:
            yield number, line or "next"
        elif line and not line.startswith("#"):
            output.note(f"line {number}: {line}")
            yield number, line


def _is_done(plain: Plain, number: int, line: str, go_on: bool) -> bool:
    """Carry out one line. A person is told what cannot be done; a script ends there, or goes on and is False."""
    try:
        carry_out(plain, line)
    except QualkitError as error:
        if plain.asks:
            output.say("; ".join(filter(None, (error.what, error.hint))))
            return True
        at = ", ".join(filter(None, (f"line {number}", error.where)))
        told = QualkitError(error.what, where=at, hint=error.hint)
        if not go_on:
            output.note("stopped here; what stands above this line is done and on the disk")
            raise told from error
        output.failed(told)
        return False
    return True


def carry_out(plain: Plain, line: str) -> None:
    """Do what a line says. QualkitError where it cannot be done."""
    line = letters(line)
    sign = line[:1] if line[:1] in "/?=" else ""
    word, rest = (sign, line[1:]) if sign else (line.partition(" ")[0], line.partition(" ")[2])
    if (command := BY_WORD.get(word.casefold())) is None:
        raise QualkitError(f"there is no '{word}'", hint="? lists what there is")
    command.act(plain, rest.strip())
