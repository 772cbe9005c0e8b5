"""Every command of `qualkit code --plain`, once. What is typed, the help and docs/plain.md are made from this table.

A command names the keys of the coding screen (`tui/keys.py`) whose act it is; a test finds none left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from qualkit.cli import output
from qualkit.cli.plain import coding, listening, moving, sources, texting
from qualkit.cli.plain.here import Plain
from qualkit.errors import QualkitError
from qualkit.tui.keys import CHOOSE, CODE, MOVE, NOTE, SOURCE, TEXT, VOICE


class Command(NamedTuple):
    """One act: its words (the first one is the name), what it takes, what it does, and the keys that do the same."""

    words: tuple[str, ...]
    takes: str
    what: str
    act: Callable[[Plain, str], None]
    keys: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """How it is typed: next, n [NUMBER]."""
        return f"{', '.join(self.words)} {self.takes}".strip()


def _act(words: str, takes: str, what: str, act: Callable[[Plain, str], None], keys: str = "") -> Command:
    return Command(tuple(words.split()), takes, what, act, tuple(keys.split()))


def _help(plain: Plain, rest: str) -> None:
    wanted = rest.casefold()
    if wanted and wanted not in BY_WORD:
        raise QualkitError(f"there is no '{rest}'", hint="? lists what there is")
    for group, found in COMMANDS.items():
        if not wanted:
            output.say(f"{group}:")
        for one in found:
            if not wanted or wanted in one.words:
                output.say(f"{one.heading}: {one.what}")


_NOTE = "a note on {}; '+ TEXT' adds a line to it, '-' takes it away, without TEXT it is told"

COMMANDS: Mapping[str, tuple[Command, ...]] = {
    MOVE: (
        _act("next n", "[NUMBER]", "the next segment, or so many on; Enter alone too", moving.step(1),
             "segment.next"),
        _act("previous p", "[NUMBER]", "the segment before", moving.step(-1), "segment.previous"),
        _act("go g", "NUMBER", "a segment by its number, its time (go 0:12:30) or its id", moving.go),
        _act("first", "", "the first segment", moving.to_end(False), "start"),
        _act("last", "", "the last segment; the cursor is on its last word", moving.to_end(True), "end"),
        _act("word", "[NUMBER]", "the next word, -1: the one before", moving.move("word"), "word.next word.previous"),
        _act("sentence", "[NUMBER]", "the next sentence, -1: the one before", moving.move("sentence"),
             "sentence.next sentence.previous"),
        _act("turn", "[NUMBER]", "where somebody else begins to speak, -1: back", moving.move("turn"),
             "turn.next turn.previous"),
        _act("uncoded u", "", "the next segment without a code", moving.next_uncoded, "uncoded.next"),
        _act("suggestion s", "[NUMBER]", "the next suggestion, -1: the one before; its words are chosen",
             moving.next_suggestion, "suggestion.next suggestion.previous"),
        _act("doubtful d", "", "the next segment that may be misheard", moving.next_doubtful, "doubtful.next"),
        _act("search /", "[WORDS]", "search; without WORDS the same again", moving.search(1), "search search.next"),
        _act("search-back", "[WORDS]", "search backwards", moving.search(-1), "search.previous"),
        _act("where", "", "the source, how much is done, this segment, the cursor", moving.where),
        _act("show w", "", "this segment again; its codings are numbered anew", moving.show),
    ),
    CHOOSE: (
        _act("choose", "[WHAT]", "choose WORDS of this segment, WORDS ... WORDS over several, sentence, segment, "
             "turn, segments (3-5) or nothing", moving.choose, "choose.grow choose.drop"),
        _act("excerpt", "[NUMBER]", "choose the words of that coding, to move its ends", moving.choose_excerpt,
             "choose.excerpt"),
        _act("extend", "[UNIT] [NUMBER]", "let what is chosen grow by a word, sentence, segment or turn; a "
             "negative number: at its beginning",
             moving.extend(1), "extend.word extend.sentence extend.segment extend.turn"),
        _act("shrink", "[UNIT] [NUMBER]", "let it shrink; a negative number: at its beginning", moving.extend(-1),
             "shrink.word shrink.sentence shrink.segment shrink.turn"),
    ),
    CODE: (
        _act("code c", "CODE[: WORDS]", "put a code on WORDS (or WORDS ... WORDS), else on what is chosen, else on "
             "the segment", coding.code, "code"),
        _act("again .", "[WORDS]", "the last code again", coding.code_again, "code.again"),
        _act("new i", "[NAME][; THEME][; DEFINITION]", "a new code, put on at once; without NAME it is named from "
             "the words", coding.new_code, "code.new"),
        _act("remove x", "[NUMBER or CODE]", "take a code of this segment away", coding.remove, "code.remove"),
        _act("ends =", "[NUMBER: WORDS]", "let that excerpt, with all its codes, stand on WORDS (WORDS ... moves "
             "the beginning only, ... WORDS the end); without a number: on what is chosen", coding.move_ends,
             "excerpt.ends"),
        _act("accept y", "[NUMBER, CODE or all]", "accept the suggestion, or the one meant, or all of this segment",
             coding.answer(True), "suggestion.accept"),
        _act("reject no", "[NUMBER, CODE or all]", "reject it", coding.answer(False), "suggestion.reject"),
        _act("undo", "", "undo; what was done before a restart, too", coding.back(False), "undo"),
        _act("redo", "", "redo", coding.back(True), "redo"),
        _act("codes", "[LETTERS]", "the codes, or those that begin so", sources.codes),
        _act("about", "CODE", "all that the codebook says of a code", sources.about),
    ),
    NOTE: (
        _act("note m", "[TEXT]", _NOTE.format("this segment"), coding.note(coding.on_segment), "memo"),
        _act("note-excerpt me", "NUMBER [TEXT]", _NOTE.format("that coding of this segment"),
             coding.note_on_excerpt, "memo"),
        _act("note-source ms", "[TEXT]", _NOTE.format("this source"),
             coding.note(lambda _: ("source", "this source")), "memo"),
        _act("note-code mc", "CODE[: TEXT]", _NOTE.format("a code"), coding.note_on_code, "memo"),
        _act("note-study mt", "[TEXT]", _NOTE.format("the whole study"),
             coding.note(lambda _: ("study", "the whole study")), "memo"),
    ),
    TEXT: (
        _act("correct e", "[TEXT]", "all words of this segment anew, codings stay on theirs; without TEXT they are "
             "there to be changed", texting.correct,
             "text.correct"),
        _act("fix", "WORDS -> WORDS", "other words in the place of some of this segment", texting.fix,
             "text.correct"),
        _act("split", "[WORDS]", "two segments: the second begins with WORDS, or at the cursor", texting.split,
             "text.split"),
        _act("join", "", "one segment of this one and the next", texting.join, "text.join"),
        _act("speaker", "[NAME]", "another speaker of this segment; '-' for nobody; without NAME: who it is",
             texting.speaker, "text.speaker"),
    ),
    VOICE: (
        _act("play", "[segment]", "play from the cursor on, or only this segment", listening.play, "voice.play"),
        _act("stop", "", "stop", listening.stop, "voice.play"),
        _act("back b", "", "three seconds back, and on", listening.back, "voice.back"),
        _act("slower", "", "slower", listening.slower, "voice.slower"),
        _act("faster", "", "faster", listening.faster, "voice.faster"),
        _act("follow", "[on or off]", "the cursor goes where the voice stops, or stays", listening.follow,
             "voice.follow"),
    ),
    SOURCE: (
        _act("next-source", "", "the next source", sources.next_source(1), "source.next"),
        _act("previous-source", "", "the source before", sources.next_source(-1), "source.previous"),
        _act("open", "SOURCE", "another source", sources.open_source, "source.choose"),
        _act("sources", "", "the sources that have a text", sources.sources),
        _act("finish", "", "mark the source as finished", sources.finish(True), "source.finish"),
        _act("reopen", "", "open it again: there is more to code", sources.finish(False), "source.finish"),
        _act("others", "[on or off]", "tell other coders' codings and notes, or not", sources.others, "others"),
        _act("help ?", "[COMMAND]", "this help, or one line of it", _help, "help"),
        _act("quit q", "", "leave; all is on the disk already", sources.leave, "quit"),
    ),
}  # fmt: skip

NOT_HERE: Mapping[str, str] = {  # keys of the screen that have no command, and why
    "page.next": "nothing scrolls: `next 10`",
    "page.previous": "nothing scrolls: `previous 10`",
    "choose.on": "`extend` and `choose WORDS ... WORDS` say it in one line, so that no mode has to be remembered",
    "choose.swap": "`extend` and `shrink` take a negative number for the other end",
    "light": "no colours",
}

BY_WORD = {word: one for found in COMMANDS.values() for one in found for word in one.words}
