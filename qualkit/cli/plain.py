"""qualkit code --plain: the same work line by line, for screen readers, slow connections and scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.coding.placed import Placed
    from qualkit.coding.session import Session
    from qualkit.model.act import Act
    from qualkit.tui.desk import Desk


def run(desk: Desk) -> None:
    """Ask for one command after the other, until q or the end of the input."""
    plain = _Plain(desk)
    try:
        for remark in desk.remarks:
            output.note(remark)
        plain.show()
        while (line := output.read_line(f"{desk.source.id} {plain.at + 1}> ")) is not None:
            word, _, rest = line.strip().partition(" ")
            if word in ("q", "quit"):
                break
            plain.carry_out(word or "n", rest.strip())
        desk.remember()
    finally:
        desk.close()


@dataclass
class _Plain:
    """One segment at a time."""

    desk: Desk

    @property
    def session(self) -> Session:
        return self.desk.session

    @property
    def at(self) -> int:
        """The segment of the cursor."""
        text = self.session.text
        return text.segment_of(self.session.selection.cursor) if text.total else 0

    def carry_out(self, word: str, rest: str) -> None:
        """One command; what cannot be done is said, and nothing ends."""
        act = _BY_WORD.get(word)
        if act is None:
            output.say(f"there is no '{word}'; ? lists what there is")
            return
        try:
            act(self, rest)
        except QualkitError as error:
            output.say(" - ".join(filter(None, (error.what, error.hint))))

    def show(self, _: str = "") -> None:
        """The segment with its codes, suggestions, doubts and note."""
        session = self.session
        if not session.text.segments:
            output.say("this source holds no words")
            return
        segment = session.text.segments[self.at]
        head = [f"{self.at + 1}/{len(session.text.segments)}", _when(segment.start), segment.speaker or ""]
        output.say("  ".join(filter(None, head)))
        output.say(segment.text)
        for one in session.codings.within(self.at):
            output.say(f"  {self.told(one)}")
        for doubt in session.doubtful.get(self.at, ()):
            output.say(f"  doubtful: {doubt}")
        for memo in session.memos(f"segment:{segment.id}"):
            if session.sees(memo.coder):
                output.say(f"  note: {memo.text}")

    def told(self, one: Placed) -> str:
        """A coding in words."""
        from qualkit.tui.choices import name_of

        name = name_of(self.desk.opened.study.codebook, one.coding.code)
        whose = "" if self.session.is_own(one) else f"{one.coding.coder}, "
        words = " ".join(one.coding.anchor.quote.split())
        return f"{whose}{one.coding.status}: {name} [{one.coding.code}] on: {words}"

    def do(self, acts: Sequence[Act], said: str) -> None:
        """Write acts and say so."""
        if acts:
            self.desk.do(acts)
        output.say(said if acts else "nothing has changed")

    def go_to(self, segment: int) -> None:
        """Another segment."""
        last = len(self.session.text.segments) - 1
        if not 0 <= segment <= last:
            output.say("this is the last segment" if segment > last else "this is the first segment")
            return
        self.session.go_to(segment)
        self.show()

    def step(self, by: int) -> None:
        """The next segment (1) or the one before (-1); those without words are passed over."""
        segments, at = self.session.text.segments, self.at + by
        while 0 <= at < len(segments) and not segments[at].text:
            at += by
        self.go_to(at)

    def found(self, there: bool, what: str) -> None:
        """Show where a search led, or say that it led nowhere."""
        if there:
            self.show()
        else:
            output.say(what)

    def code_called(self, name: str) -> str:
        """The id of the code that a name or some of its letters mean."""
        from qualkit.tui.choices import codes, recent
        from qualkit.tui.finding import find

        choices = codes(self.desk.opened.study.codebook)
        found = find(name, choices, recent(self.session)) if name else []
        exact = [one for one in choices if name.casefold() in (one.id.casefold(), one.name.casefold())]
        if not exact and not found:
            raise QualkitError(f"no code is called '{name}'", hint="codes lists them")
        return (exact or found)[0].id

    def choose(self, words: str) -> None:
        """These words of the segment, or all of it."""
        text = self.session.text
        if not text.total:
            raise QualkitError("this source holds no words")
        span = text.words_of(self.at)
        if words:
            begins = text.segments[self.at].text.casefold().find(words.casefold())
            if begins < 0:
                raise QualkitError("these words do not stand in this segment")
            span = text.between(self.at, begins, self.at, begins + len(words)) or span
        self.session.selection.choose(span)

    def suggestion(self) -> Placed:
        """The first suggestion of the segment."""
        from qualkit.model.coding import SUGGESTED

        own = [one for one in self.session.codings.within(self.at) if self.session.is_own(one)]
        waiting = [one for one in own if one.coding.status == SUGGESTED]
        if not waiting:
            raise QualkitError("no suggestion in this segment", hint="s goes to the next one")
        return waiting[0]


def _when(seconds: float | None) -> str:
    from qualkit.transcribe.clip import clock

    return "" if seconds is None else clock(seconds)


def _code(plain: _Plain, rest: str) -> None:
    name, _, words = rest.partition(":")
    code = plain.code_called(name.strip())
    plain.choose(words.strip())
    plain.do(plain.session.code(code), f"coded: {code}")
    plain.session.go_to(plain.at)


def _take_away(plain: _Plain, rest: str) -> None:
    code = plain.code_called(rest)
    own = [one for one in plain.session.codings.within(plain.at) if plain.session.is_own(one)]
    met = [one for one in own if one.coding.code == code]
    if not met:
        raise QualkitError(f"'{code}' does not stand in this segment")
    plain.do(plain.session.remove(met[0]), f"taken away: {code}")


def _answer(yes: bool) -> Callable[[_Plain, str], None]:
    def answer(plain: _Plain, rest: str) -> None:
        one = plain.suggestion()
        act = plain.session.accept if yes else plain.session.reject
        plain.do(act(one), f"{'accepted' if yes else 'rejected'}: {one.coding.code}")

    return answer


def _note(plain: _Plain, rest: str) -> None:
    if not plain.session.text.segments:
        raise QualkitError("this source holds no words", hint="ms makes a note on the source")
    segment = plain.session.text.segments[plain.at]
    plain.do(plain.session.memo(f"segment:{segment.id}", rest), "noted")


def _note_on_source(plain: _Plain, rest: str) -> None:
    plain.do(plain.session.memo("source", rest), "noted")


def _correct(plain: _Plain, rest: str) -> None:
    from qualkit.coding.correcting import correction

    plain.do([correction(plain.session, "text", rest)], "corrected")


def _finish(plain: _Plain, rest: str) -> None:
    done = plain.session.finished
    plain.do(plain.session.finish(), "open again" if done else "finished")


def _search(plain: _Plain, rest: str) -> None:
    found = plain.session.text.find(rest, plain.session.selection.cursor)
    if found:
        plain.session.go_to(plain.session.text.segment_of(found[0]))
    plain.found(bool(found), f"'{rest}' does not stand here")


def _go(plain: _Plain, rest: str) -> None:
    if not rest.isdecimal():
        raise QualkitError("which segment?", hint="g 12")
    plain.go_to(int(rest) - 1)


def _open(plain: _Plain, rest: str) -> None:
    source = plain.desk.opened.study.source_by_id.get(rest)
    if source is None:
        known = ", ".join(one.id for one in plain.desk.sources())
        raise QualkitError(f"there is no source '{rest}'", hint=known)
    plain.desk.remember()
    plain.desk.open(source)
    plain.show()


def _codes(plain: _Plain, rest: str) -> None:
    for code in plain.desk.opened.study.codebook.codes.values():
        output.say(f"{code.id}  {code.name}: {code.definition}")


def _others(plain: _Plain, rest: str) -> None:
    plain.session.show_others(not plain.session.with_others)
    plain.show()


def _help(plain: _Plain, rest: str) -> None:
    for words, what, _ in COMMANDS:
        output.say(f"{words:<24}{what}")


COMMANDS: tuple[tuple[str, str, Callable[[_Plain, str], None]], ...] = (
    ("n, Enter", "the next segment", lambda plain, _: plain.step(1)),
    ("p", "the previous segment", lambda plain, _: plain.step(-1)),
    ("g NUMBER", "go to that segment", _go),
    ("u", "the next segment without a code",
     lambda plain, _: plain.found(plain.session.next_uncoded(), "every segment has a code")),
    ("s", "the next suggestion", lambda plain, _: plain.found(plain.session.next_suggestion(), "no suggestion waits")),
    ("d", "the next doubtful segment",
     lambda plain, _: plain.found(plain.session.next_doubtful(), "nothing doubtful is known")),
    ("/ WORDS", "search", _search),
    ("w", "show this segment again", _Plain.show),
    ("c CODE", "put a code on this segment; c CODE: WORDS on these words of it", _code),
    ("x CODE", "take a code of this segment away", _take_away),
    ("y", "accept the suggestion here", _answer(True)),
    ("no", "reject it", _answer(False)),
    ("m TEXT", "a note on this segment", _note),
    ("ms TEXT", "a note on the source", _note_on_source),
    ("e TEXT", "the words of this segment anew; codings stay on theirs", _correct),
    ("undo", "undo", lambda plain, _: plain.do(plain.session.undo(), "taken back")),
    ("redo", "redo", lambda plain, _: plain.do(plain.session.redo(), "done again")),
    ("finish", "mark the source as finished, or open it again", _finish),
    ("codes", "the codes of the codebook", _codes),
    ("others", "other coders' codings, shown or not", _others),
    ("open SOURCE", "another source", _open),
    ("?", "this help", _help),
    ("q", "quit; all is on the disk", _help),
)  # fmt: skip
_BY_WORD = {words.partition(" ")[0].rstrip(","): act for words, _, act in COMMANDS}
