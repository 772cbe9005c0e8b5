"""Correcting the text, line by line; every coding stays on its words."""

from __future__ import annotations

from qualkit.cli import output
from qualkit.cli.plain.here import Plain
from qualkit.cli.plain.words import place
from qualkit.errors import QualkitError

_ARROW = "->"


def correct(plain: Plain, rest: str) -> None:
    """All words of the segment anew."""
    _correct(plain, "text", rest or plain.ask("the words of this segment", text=plain.segment.text), "corrected")


def fix(plain: Plain, rest: str) -> None:
    """Some words of the segment anew."""
    old, arrow, new = rest.partition(_ARROW)
    if not arrow:
        raise QualkitError("which words are to be which?", hint="fix bank id -> BankID")
    text = plain.segment.text
    start, end = place(text, old.strip())
    fixed = text[:start] + new.strip() + text[end:]
    _correct(plain, "text", fixed if new.strip() else " ".join(fixed.split()), "corrected")


def split(plain: Plain, rest: str) -> None:
    """Two segments: the second begins with these words, or at the cursor."""
    if rest:
        start, _ = place(plain.segment.text, rest)
        plain.selection.drop()
        plain.selection.to(plain.text.word_at(plain.at, start))
    _correct(plain, "split", "", "two segments now")


def join(plain: Plain, _: str) -> None:
    """One segment of this one and the next."""
    _correct(plain, "join", "", "one segment now")


def speaker(plain: Plain, rest: str) -> None:
    """Another speaker; "-" for nobody; without a name: who it is, and who there are."""
    known = plain.session.transcript.speakers
    if not rest:
        output.say(f"speaker: {plain.segment.speaker or 'nobody'}")
        output.say(f"speakers of this source: {', '.join(known) or 'none'}")
        return
    fresh = "" if rest == "-" or rest in known else ", who is new in this source"
    said = "nobody" if rest == "-" else rest
    _correct(plain, "speaker", "" if rest == "-" else rest, f"the speaker is {said} now{fresh}")


def _correct(plain: Plain, kind: str, what: str, said: str) -> None:
    from qualkit.coding.correcting import correction

    plain.desk.do([correction(plain.session, kind, what)])
    output.say(said)
    plain.show()
