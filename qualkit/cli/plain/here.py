"""Where a coder is who works line by line, told so that it makes sense read aloud: one thing a line, no signs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.cli.plain.words import letters, named
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.coding.placed import Placed
    from qualkit.coding.selection import Selection
    from qualkit.coding.session import Session
    from qualkit.coding.text import Text
    from qualkit.model.act import Act
    from qualkit.model.codebook import Codebook
    from qualkit.model.transcript import Segment
    from qualkit.tui.desk import Desk
    from qualkit.tui.finding import Choice
    from qualkit.tui.playing import Voice

NO_WORDS = "this source holds no words"
_TOLD = 5  # words at the beginning and at the end of an excerpt that is told


@dataclass
class Plain:
    """One segment at a time. Codings have numbers, which stay theirs until the segment is told anew."""

    desk: Desk
    asks: bool  # a person types, who may be asked for what a command lacks
    searched: str = ""
    voice: Voice | None = None
    speed: float = 1.0
    follow: bool = True  # the cursor goes where the voice stops
    over: bool = False
    _numbers: list[str] = field(default_factory=list)
    _numbered: tuple[str, str] = "", ""  # the source and segment whose codings have them

    @property
    def session(self) -> Session:
        """The work on the source that is open."""
        return self.desk.session

    @property
    def selection(self) -> Selection:
        """The cursor, and what is chosen. QualkitError where there are no words."""
        if not self.session.text.total:
            raise QualkitError(NO_WORDS)
        return self.session.selection

    @property
    def codebook(self) -> Codebook:
        """The codebook as it is now."""
        return self.desk.opened.study.codebook

    @property
    def text(self) -> Text:
        """The words. QualkitError where the source has none."""
        if not self.session.text.total:
            raise QualkitError(NO_WORDS)
        return self.session.text

    @property
    def at(self) -> int:
        """The segment of the cursor."""
        return self.session.text.segment_of(self.session.selection.cursor) if self.session.text.total else 0

    @property
    def segment(self) -> Segment:
        """The same. QualkitError where there are no words."""
        return self.text.segments[self.at]

    # telling

    def show(self) -> None:
        """The segment: who and when, its words, its codings by number, doubts, notes, what is chosen."""
        self._numbered = "", ""
        if not self.session.text.total:
            output.say(NO_WORDS)
            return
        segment = self.segment
        head = f"segment {self.at + 1} of {len(self.text.segments)}", when(segment.start), segment.speaker or ""
        output.say(", ".join(filter(None, head)))
        output.say(segment.text)
        for id in self.numbers():
            self.say_coding(self.session.codings.by_id[id])
        for doubt in self.session.doubtful.get(self.at, ()):
            output.say(f"doubtful: {doubt}")
        self._say_notes(f"segment:{segment.id}", "note")
        if self.selection.anchor is not None:
            self.say_chosen()

    def say_coding(self, one: Placed, before: str = "") -> None:
        """A coding, why it is suggested, and its notes."""
        from qualkit.model.coding import SUGGESTED

        output.say(f"{before}{self.told(one)}")
        if one.coding.status == SUGGESTED and one.coding.reason:
            output.say(f"because of: {one.coding.reason}")
        self._say_notes(f"coding:{one.coding.id}", "note on it")

    def _say_notes(self, about: str, name: str) -> None:
        for memo in self.session.memos(about):
            if self.session.sees(memo.coder):
                whose = "" if memo.coder == self.session.coder else f" of {memo.coder}"
                output.say(f"{name}{whose}: {memo.text}")

    def numbers(self) -> list[str]:
        """The ids of the codings of this segment by number: those told, then those that came since."""
        here = self.desk.source.id, self.segment.id
        if here != self._numbered:
            self._numbered, self._numbers = here, []
        found = [one.coding.id for one in self.session.codings.within(self.at)]
        self._numbers += [id for id in found if id not in self._numbers]
        return self._numbers

    def told(self, one: Placed) -> str:
        """A coding in words, with its number where it has one here."""
        from qualkit.model.coding import SUGGESTED
        from qualkit.tui.choices import name_of

        numbers = self.numbers()
        number = f"{numbers.index(one.coding.id) + 1}. " if one.coding.id in numbers else ""
        whose = "" if self.session.is_own(one) else f"{one.coding.coder}: "
        suggested = "suggested: " if one.coding.status == SUGGESTED else ""
        return f"{number}{whose}{suggested}{name_of(self.codebook, one.coding.code)}, on {self._extent(one)}"

    def _extent(self, one: Placed) -> str:
        text, span = self.session.text, self.session.span_of(one)
        quote = beginning_and_end(one.coding.anchor.quote)
        if one.start[0] != one.end[0]:
            return f"segments {one.start[0] + 1} to {one.end[0] + 1}: {quote}"
        return "the whole segment" if span == text.words_of(one.start[0]) else f"these words: {quote}"

    def say_chosen(self) -> None:
        """What is chosen."""
        if self.selection.anchor is None:
            output.say("nothing is chosen: a code goes on the whole segment")
            return
        first, last = self.selection.span
        low, high = self.text.segment_of(first) + 1, self.text.segment_of(last) + 1
        over = f", segments {low} to {high}" if low != high else ""
        output.say(f"chosen, {output.count(last - first + 1, 'word')}{over}: {self.chosen_words()}")

    def chosen_words(self) -> str:
        """The beginning and end of what is chosen."""
        return beginning_and_end(self.text.text(self.selection.span))

    def say_cursor(self, unit: str = "sentence") -> None:
        """The word or sentence that the cursor is on."""
        span = self.text.unit(unit, self.selection.cursor)
        output.say(f"the cursor is on: {beginning_and_end(self.text.text(span))}")

    # doing

    def do(self, acts: Sequence[Act], said: str) -> None:
        """Write acts, and then say so."""
        if acts:
            self.desk.do(acts)
        output.say(said if acts else "nothing has changed")

    @contextmanager
    def on(self, words: str = "") -> Iterator[None]:
        """What an act is about: these words, else what is chosen, else the segment; then all is chosen as before."""
        selection = self.selection
        before = selection.anchor, selection.cursor, selection.held
        if words:
            selection.choose(named(self.text, self.at, words))
        elif selection.anchor is None:
            selection.choose(self.text.words_of(self.at))
        try:
            yield
        finally:
            selection.anchor, selection.cursor, selection.held = before

    def ask(self, question: str, otherwise: str = "", text: str = "") -> str:
        """What a command lacks, from the person who types; Enter takes `otherwise`; `text` stands there to be changed.

        QualkitError without an answer.
        """
        if not self.asks:
            raise QualkitError(
                f"this command lacks something: {question}?", hint="in a script it stands in the same line"
            )
        line = output.read_line(f"{question}{f' (Enter: {otherwise})' if otherwise else ''}? ", text)
        answer = (letters(line.strip()) or otherwise) if line is not None else ""
        if not answer:
            raise QualkitError("nothing was done")
        return answer

    def coding(self, said: str, fits: Callable[[Placed], bool], none: str) -> Placed:
        """The coding of this segment with that number or code; without either the only one that `fits`."""
        from qualkit.tui.choices import name_of
        from qualkit.tui.finding import Choice

        found = [one for one in self.session.codings.within(self.at) if fits(one)]
        if said.isdecimal():
            id = dict(enumerate(self.numbers(), start=1)).get(int(said))
            found = [one for one in found if one.coding.id == id]
        elif said and found:
            known = {one.coding.code: Choice(one.coding.code, name_of(self.codebook, one.coding.code)) for one in found}
            code = one_of("code here", said, list(known.values())).id
            found = [one for one in found if one.coding.code == code]
        if not found:
            raise QualkitError(f"{none}{f': {said}' if said else ''}", hint="w tells what stands here, with numbers")
        if len(found) > 1:
            those = [
                f"{self.numbers().index(one.coding.id) + 1}, {name_of(self.codebook, one.coding.code)}" for one in found
            ]
            raise QualkitError("there are several here", hint=f"say the number: {'; '.join(those)}")
        return found[0]


def one_of(kind: str, typed: str, choices: Sequence[Choice]) -> Choice:
    """The one that a name, an id or its beginning means. QualkitError where none or several are called so."""
    from qualkit.tui.finding import beginning, find

    exact = [one for one in choices if typed.casefold() in (one.id.casefold(), one.name.casefold())]
    found = exact or beginning(typed, choices)
    if len(found) == 1:
        return found[0]
    if found:
        those = ", ".join(f"{one.name} ({one.id})" for one in found)
        raise QualkitError(f"'{typed}' may be {those}", hint="write more of the name, or the id")
    near = " or ".join(one.name for one in find(typed, choices)[:3])
    raise QualkitError(f"no {kind} is called '{typed}'", hint=f"did you mean {near}?" if near else "")


def beginning_and_end(words: str) -> str:
    """Words, the middle left out where they are many; so told, they can be typed to name them."""
    told = words.split()
    if len(told) > 2 * _TOLD + 2:
        told = [*told[:_TOLD], "...", *told[-_TOLD:]]
    return " ".join(told)


def when(seconds: float | None) -> str:
    """A second of the recording as 0:01:02; nothing in documents."""
    from qualkit.transcribe.clip import clock

    return "" if seconds is None else clock(max(round(seconds), 0))
