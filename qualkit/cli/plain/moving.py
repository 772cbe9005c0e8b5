"""Moving and choosing words, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable

from qualkit.cli import output
from qualkit.cli.plain.here import Plain
from qualkit.cli.plain.words import named
from qualkit.errors import QualkitError

_RANGE = re.compile(r"(\d+)\s*(?:-|–|to)\s*(\d+)")


def number(said: str, otherwise: int = 1) -> int:
    """A number that a command takes; negative ones go back."""
    try:
        return int(said.replace("−", "-")) if said else otherwise
    except ValueError as error:
        raise QualkitError(f"'{said}' is no number") from error


def show(plain: Plain, _: str = "") -> None:
    """The segment anew."""
    plain.show()


def where(plain: Plain, _: str = "") -> None:
    """Where one is: the source, how much is done, the segment."""
    session, source = plain.session, plain.desk.source
    coded, asking, waiting = session.progress()
    output.say(f"source {source.id}{': ' if source.title else ''}{source.title}")
    output.say(f"{coded} of {output.count(asking, 'segment')} coded, {output.count(waiting, 'suggestion')} waiting")
    if session.uncertain:
        output.say(f"{output.count(len(session.uncertain), 'excerpt')} not found again: qualkit anchors")
    states = ("finished", session.finished), ("others' codings are told", session.with_others)
    for what, is_so in (*states, ("open elsewhere: read-only here", plain.desk.read_only)):
        if is_so:
            output.say(what)
    plain.show()
    if session.text.total:
        plain.say_cursor("word")


def step(by: int) -> Callable[[Plain, str], None]:
    """To the next segment (1) or the one before (-1) that has words."""

    def go(plain: Plain, rest: str) -> None:
        segments, at = plain.text.segments, plain.at
        count = number(rest) * by
        way = 1 if count > 0 else -1
        for _ in range(abs(count)):
            at += way
            while 0 <= at < len(segments) and not segments[at].text:
                at += way
        if not 0 <= at < len(segments):
            raise QualkitError(f"segment {plain.at + 1} of {len(segments)}: this is too far")
        _go_to(plain, at)

    return go


def _go_to(plain: Plain, segment: int) -> None:
    plain.session.go_to(segment)
    plain.show()


def go(plain: Plain, rest: str) -> None:
    """To a segment by number, time or id."""
    segments = plain.text.segments
    if rest in plain.session.transcript.index:
        _go_to(plain, plain.session.transcript.index[rest])
    elif ":" in rest:
        _go_to(plain, _at_time(plain, rest))
    elif not rest.isdecimal():
        raise QualkitError("which segment?", hint="go 12, or go 0:12:30")
    elif not 1 <= int(rest) <= len(segments):
        raise QualkitError(f"there is no segment {rest}: segment {len(segments)} is the last segment")
    else:
        _go_to(plain, int(rest) - 1)


def _at_time(plain: Plain, time: str) -> int:
    from qualkit.coding.spoken_at import word_at
    from qualkit.transcribe.clip import seconds_of

    if plain.segment.start is None:
        raise QualkitError("this source has no times", hint="go NUMBER")
    return plain.text.segment_of(word_at(plain.session, seconds_of(time)))


def to_end(last: bool) -> Callable[[Plain, str], None]:
    """To the first or the last word."""

    def to(plain: Plain, rest: str) -> None:
        plain.selection.drop()
        plain.selection.to(plain.text.total - 1 if last else 0)
        plain.show()

    return to


def move(unit: str) -> Callable[[Plain, str], None]:
    """The cursor to the next words, sentences or turns."""

    def go(plain: Plain, rest: str) -> None:
        text, selection, count = plain.text, plain.selection, number(rest)
        at, way, segment = selection.cursor, 1 if count > 0 else -1, plain.at
        for _ in range(abs(count)):
            to = text.step(unit, at, way)
            if (to - at) * way <= 0:
                raise QualkitError(f"there is no {unit} so far {'ahead' if way > 0 else 'back'}")
            at = to
        selection.drop()
        selection.to(at)
        if plain.at != segment:
            plain.show()
        plain.say_cursor("word" if unit == "word" else "sentence")

    return go


def next_uncoded(plain: Plain, _: str) -> None:
    """To the next segment without a code."""
    _found(plain, plain.session.next_uncoded(), "every segment has a code")


def next_doubtful(plain: Plain, _: str) -> None:
    """To the next doubtful segment."""
    _found(plain, plain.session.next_doubtful(), "nothing doubtful is known")


def next_suggestion(plain: Plain, rest: str) -> None:
    """To the next suggestion, whose words are chosen."""
    count = number(rest)
    for _ in range(abs(count)):
        found = plain.session.next_suggestion(1 if count > 0 else -1)
        if not found:
            raise QualkitError("no suggestion waits")
    plain.show()


def _found(plain: Plain, there: bool, nothing: str) -> None:
    if not there:
        raise QualkitError(nothing)
    plain.show()


def search(by: int) -> Callable[[Plain, str], None]:
    """To the next or previous place of words, or of those searched for before; the cursor is on the first of them."""

    def find(plain: Plain, rest: str) -> None:
        plain.searched = rest or plain.searched
        if not plain.searched:
            raise QualkitError("search for what?", hint="/ WORDS")
        before = plain.selection.cursor if plain.session.text.total else 0
        found = plain.session.text.find(plain.searched, before, by)
        if not found:
            raise QualkitError(f"'{plain.searched}' does not stand here")
        plain.selection.drop()
        plain.selection.to(found[0])
        if (found[0] - before) * by <= 0:
            output.say(f"gone on from the {'beginning' if by > 0 else 'end'} of the source")
        plain.show()

    return find


# choosing


def choose(plain: Plain, rest: str) -> None:
    """Choose words, a unit, segments, or nothing; without any of these say what is chosen."""
    text, selection = plain.text, plain.selection
    if rest in ("sentence", "segment", "turn"):
        selection.choose(text.unit(rest, selection.span[0]))
    elif rest in ("nothing", "none"):
        selection.drop()
    elif found := _RANGE.fullmatch(rest):
        low, high = (int(one) - 1 for one in found.groups())
        if not 0 <= low <= high < len(text.segments):
            raise QualkitError(f"there are the segments 1 to {len(text.segments)}")
        selection.choose((text.words_of(low)[0], text.words_of(high)[1]))
    elif rest:
        selection.choose(named(text, plain.at, rest))
    plain.say_chosen()


def choose_excerpt(plain: Plain, rest: str) -> None:
    """Choose the words of an excerpt, whose ends then can be moved."""
    plain.session.choose(plain.coding(rest, lambda _: True, "no excerpt here"))
    plain.say_chosen()


def extend(by: int) -> Callable[[Plain, str], None]:
    """Let what is chosen grow (1) or shrink (-1) by units: at its end, or with a negative number at its beginning."""

    def go(plain: Plain, rest: str) -> None:
        from qualkit.coding.text import UNITS

        selection = plain.selection
        first, last = selection.span
        if by < 0 and selection.anchor is None:
            raise QualkitError("nothing is chosen", hint="choose WORDS, or excerpt NUMBER")
        unit, _, count = rest.partition(" ") if rest.partition(" ")[0] in UNITS else ("word", "", rest)
        times = number(count)
        way = by if times > 0 else -by
        selection.anchor, selection.cursor = (first, last) if times > 0 else (last, first)
        for _ in range(abs(times)):
            if by > 0 or selection.cursor != selection.anchor:
                selection.move(unit, way, extend=True)
        plain.say_chosen()

    return go
