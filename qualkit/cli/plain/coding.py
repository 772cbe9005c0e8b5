"""Codes, suggestions, notes, undo, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.cli.plain.here import Plain, one_of
from qualkit.cli.plain.words import behind, ends, named, place
from qualkit.errors import QualkitError
from qualkit.model.coding import SUGGESTED

if TYPE_CHECKING:
    from qualkit.coding.placed import Placed
    from qualkit.coding.text import Span
    from qualkit.model.act import Act
    from qualkit.tui.finding import Choice


def code(plain: Plain, rest: str) -> None:
    """Put a code on words that are named, else on what is chosen, else on the segment."""
    id, words = _code_and_words(plain, rest or plain.ask("which code"))
    put(plain, id, words)


def _code_and_words(plain: Plain, rest: str) -> tuple[str, str]:
    """A code's id and the words behind the colon; a colon may stand in the name of a code."""
    known = {name.casefold() for one in plain.codebook.codes.values() for name in (one.id, one.name)}
    colons = [at for at, sign in enumerate(rest) if sign == ":"]
    cut = next((at for at in colons[::-1] if rest[:at].strip().casefold() in known), colons[0] if colons else len(rest))
    cut = len(rest) if rest.casefold() in known else cut
    return code_called(plain, rest[:cut].strip()), rest[cut + 1 :].strip()


def code_called(plain: Plain, name: str) -> str:
    """The id of the code that a name, a shortcut, an id or the beginning of one means; retired ones are refused."""
    from qualkit.tui.choices import codes

    shortcuts = {one.shortcut.casefold(): one.id for one in plain.codebook.open_codes.values() if one.shortcut}
    retired = [one for one in plain.codebook.codes.values() if one.retired]
    if any(name.casefold() in (one.id.casefold(), one.name.casefold()) for one in retired):
        raise QualkitError(f"the code '{name}' is retired, so that no new codings are made with it")
    return shortcuts.get(name.casefold()) or one_of("code", name, codes(plain.codebook)).id


def put(plain: Plain, code: str, words: str = "") -> None:
    """Put a code on."""
    with plain.on(words):
        plain.desk.do(plain.session.code(code))
    last = plain.session.acts[-1]
    output.say(f"coded: {plain.told(plain.session.codings.by_id[last.target or last.id])}")


def code_again(plain: Plain, rest: str) -> None:
    """The last code once more."""
    from qualkit.tui.choices import recent

    used = recent(plain.session)
    if not used:
        raise QualkitError("no code was used here yet")
    put(plain, code_called(plain, used[0]), rest)


def new_code(plain: Plain, rest: str) -> None:
    """A new code, named or in vivo, under a theme: into the codebook, and put on; what is missing is asked for."""
    from qualkit.tui.choices import as_name, themes

    if plain.desk.read_only:
        raise QualkitError("read-only here: no code can be added")
    with plain.on():
        words = plain.text.text(plain.selection.span)
    name, theme, definition = (*(" ".join(part.split()) for part in rest.split(";", 2)), "", "", "")[:3]
    name = name or (as_name(words) if theme else plain.ask("what is the new code called", as_name(words)))
    if known := next((one for one in plain.codebook.codes.values() if one.name.casefold() == name.casefold()), None):
        output.say(f"there is a code {known.name} already")
        put(plain, code_called(plain, known.id))
        return
    under = one_of("theme", theme, themes(plain.codebook)) if theme else _theme_asked_for(plain)
    definition = definition or plain.ask("what does it mean, its definition", f"”{' '.join(words.split())}”")
    made = plain.desk.new_code(under.id, name, definition)
    output.say(f"in the codebook now: {made.name}, id {made.id}, under {under.name}")
    put(plain, made.id)


def _theme_asked_for(plain: Plain) -> Choice:
    from qualkit.tui.choices import themes

    found = themes(plain.codebook)
    for one in found:
        output.say(f"theme {one.name}")
    while True:
        answer = plain.ask("under which theme")
        try:
            return one_of("theme", answer, found)
        except QualkitError as error:
            output.say(error.what)


def remove(plain: Plain, rest: str) -> None:
    """Take a code away; a suggestion is rejected."""
    one = plain.coding(rest, plain.session.is_own, "no code of yours here")
    told = plain.told(one)
    plain.do(plain.session.remove(one), f"{'rejected' if one.coding.status == SUGGESTED else 'taken away'}: {told}")


def answer(yes: bool) -> Callable[[Plain, str], None]:
    """Accept or reject suggestions of this segment: the one gone to, the first, one by number or code, or all."""
    said = "accepted" if yes else "rejected"

    def tell(plain: Plain, rest: str) -> None:
        wish = plain.session.accept if yes else plain.session.reject
        those = _waiting(plain) if rest == "all" else [_suggestion(plain, rest)]
        if not those:
            raise QualkitError("no suggestion in this segment", hint="s goes to the next one")
        told = [plain.told(one) for one in those]
        plain.desk.do([act for one in those for act in wish(one)])
        for one in told:
            output.say(f"{said}: {one}")
        _say_what_waits(plain)

    return tell


def _waiting(plain: Plain) -> list[Placed]:
    """The own suggestions of this segment, the one gone to first."""
    session = plain.session
    own = [one for one in session.codings.within(plain.at) if session.is_own(one) and one.coding.status == SUGGESTED]
    return sorted(own, key=lambda one: one.coding.id != session.held)


def _suggestion(plain: Plain, rest: str) -> Placed:
    found = _waiting(plain)
    if rest or not found:
        return plain.coding(rest, lambda one: one in found, "no suggestion in this segment")
    return found[0]


def _say_what_waits(plain: Plain) -> None:
    if found := _waiting(plain):
        plain.say_coding(found[0], "here too: ")
    else:
        output.say(f"{output.count(plain.session.progress()[2], 'suggestion')} waiting in this source")


def move_ends(plain: Plain, rest: str) -> None:
    """Let an excerpt, with all its codes, stand on other words: named with its number, or those that are chosen."""
    if not rest:
        plain.do(plain.session.move_ends(), f"the excerpt stands here now: {plain.chosen_words()}")
        return
    said, _, words = rest.partition(":")
    one = plain.coding(said.strip(), plain.session.is_own, "no excerpt of yours here")
    new = _new_span(plain, one, words)
    with plain.on():
        plain.selection.choose(new, one.coding.id)
        plain.do(plain.session.move_ends(), f"the excerpt stands here now: {plain.chosen_words()}")


def _new_span(plain: Plain, one: Placed, words: str) -> Span:
    """The words that an excerpt is to have; "WORDS ..." names a new beginning only, "... WORDS" a new end only."""
    old = plain.session.span_of(one)
    first, last = ends(words)
    if old is None or not words.strip():
        raise QualkitError("on which words?", hint="ends 1: vill ha ... BankID")
    if last == "":
        start, end = place(plain.segment.text, first)
        found = plain.text.between(plain.at, start, plain.at, end)
        return (found[0] if found else old[0]), old[1]
    if first == "" and last:
        return old[0], behind(plain.text, old[0], last)[1]
    return named(plain.text, plain.at, words)


# notes


def note(about: Callable[[Plain], tuple[str, str]]) -> Callable[[Plain, str], None]:
    """A note on something of which there is one here: (about, in words)."""
    return lambda plain, rest: keep_note(plain, *about(plain), rest)


def on_segment(plain: Plain) -> tuple[str, str]:
    """This segment."""
    return f"segment:{plain.segment.id}", "this segment"


def note_on_excerpt(plain: Plain, rest: str) -> None:
    """A note on an excerpt of this segment."""
    said, _, text = rest.partition(":" if ":" in rest.split(" ")[0] or not rest[:1].isdecimal() else " ")
    own = plain.session.is_own
    one = plain.coding(
        said.strip(), lambda one: own(one) and one.coding.status != SUGGESTED, "no code that you applied here"
    )
    keep_note(plain, f"coding:{one.coding.id}", f"the excerpt {plain.told(one)}", text)


def note_on_code(plain: Plain, rest: str) -> None:
    """A note on a code of the codebook."""
    from qualkit.tui.choices import name_of

    id, text = _code_and_words(plain, rest or plain.ask("on which code"))
    keep_note(plain, f"code:{id}", f"the code {name_of(plain.codebook, id)}", text)


def keep_note(plain: Plain, about: str, what: str, text: str) -> None:
    """Keep a note; "+ TEXT" adds a line to it, "-" takes it away, nothing tells what stands there."""
    text = text.strip()
    notes = [memo for memo in plain.session.memos(about) if plain.session.sees(memo.coder)]
    own = next((memo.text for memo in notes[::-1] if memo.coder == plain.session.coder), "")
    if not text:
        for memo in notes:
            output.say(f"{memo.coder}: {memo.text}")
        if not notes:
            output.say(f"no note on {what}")
        return
    new = "" if text == "-" else f"{own}\n{text[2:]}".strip() if text.startswith("+ ") else text
    instead = f", in the place of: {own}" if own and new and not new.startswith(own) else ""
    plain.do(plain.session.memo(about, new), f"{'noted' if new else 'the note is gone'} on {what}{instead}")


# undo


def back(again: bool) -> Callable[[Plain, str], None]:
    """Undo, or redo: what it was about is told, where it was."""
    said = "done again" if again else "taken back"

    def go(plain: Plain, rest: str) -> None:
        from qualkit.tui.choices import place_of, told

        acts: Sequence[Act] = plain.session.redo() if again else plain.session.undo()
        plain.desk.do(acts)
        target = acts[0].target
        anchor = place_of(plain.session.acts, target)
        if anchor is not None and anchor.first in plain.session.transcript.index:
            at = plain.session.transcript.index[anchor.first]
            plain.selection.drop()
            plain.selection.to(plain.text.word_at(at, anchor.first_offset))
        output.say(f"{said}: {told(plain.codebook, plain.session.acts, plain.session.state, target)}")
        plain.show()

    return go
