"""Every key of the coding screen, once. Bindings, the footer, the help and docs/keys.md are made from this table.

Nothing needs AltGr on a Nordic keyboard (no brackets, @ | ~ \\ $), nor a key that old terminals cannot tell
from another (Ctrl+I is Tab, Ctrl+M is Enter). Capital letters are left to the codebook's shortcuts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from qualkit.errors import Problem


class Key(NamedTuple):
    """One act: `id` is what a user writes to move it, `short` its name in the footer, if it stands there."""

    id: str
    keys: str  # as Textual writes them, with commas between
    act: str
    what: str
    when: str
    short: str = ""


MOVE, CHOOSE, CODE, NOTE, TEXT, VOICE, SOURCE = (
    "Moving", "Choosing words", "Coding", "Notes", "Correcting the text", "The voice", "The source and the screen"
)  # fmt: skip

KEYS = (
    Key("segment.next", "j,down", "move('segment',1)", "next segment", MOVE),
    Key("segment.previous", "k,up", "move('segment',-1)", "previous segment", MOVE),
    Key("word.next", "l,right", "move('word',1)", "next word", MOVE),
    Key("word.previous", "h,left", "move('word',-1)", "previous word", MOVE),
    Key("sentence.next", "),ctrl+right", "move('sentence',1)", "next sentence", MOVE),
    Key("sentence.previous", "(,ctrl+left", "move('sentence',-1)", "previous sentence", MOVE),
    Key("turn.next", ">,ctrl+down", "move('turn',1)", "next turn: somebody else speaks", MOVE),
    Key("turn.previous", "<,ctrl+up", "move('turn',-1)", "previous turn", MOVE),
    Key("page.next", "pagedown,ctrl+d", "page(1)", "a screenful further", MOVE),
    Key("page.previous", "pageup,ctrl+u", "page(-1)", "a screenful back", MOVE),
    Key("start", "home", "ends(0)", "the first word", MOVE),
    Key("end", "end", "ends(1)", "the last word", MOVE),
    Key("uncoded.next", "g", "next_uncoded", "next segment without a code", MOVE, "uncoded"),
    Key("suggestion.next", "tab", "next_suggestion(1)", "next suggestion", MOVE, "suggestion"),
    Key("suggestion.previous", "shift+tab", "next_suggestion(-1)", "previous suggestion", MOVE),
    Key("doubtful.next", "d", "next_doubtful", "next stretch that may be misheard", MOVE),
    Key("search", "/", "search", "search the text; Enter alone: the same words again", MOVE, "search"),
    Key("search.next", "f3", "search_on(1)", "search on", MOVE),
    Key("search.previous", "shift+f3", "search_on(-1)", "search backwards", MOVE),
    Key("extend.word", "shift+right", "move('word',1,True)", "extend (or shrink, from the left end) by a word", CHOOSE),
    Key("shrink.word", "shift+left", "move('word',-1,True)", "shrink (or extend to the left) by a word", CHOOSE),
    Key("extend.segment", "shift+down", "move('segment',1,True)", "extend by a segment", CHOOSE),
    Key("shrink.segment", "shift+up", "move('segment',-1,True)", "shrink by a segment", CHOOSE),
    Key("extend.sentence", "ctrl+shift+right", "move('sentence',1,True)", "extend by a sentence", CHOOSE),
    Key("shrink.sentence", "ctrl+shift+left", "move('sentence',-1,True)", "shrink by a sentence", CHOOSE),
    Key("extend.turn", "ctrl+shift+down", "move('turn',1,True)", "extend by a turn", CHOOSE),
    Key("shrink.turn", "ctrl+shift+up", "move('turn',-1,True)", "shrink by a turn", CHOOSE),
    Key("choose.on", "v", "hold", "from here on, every move extends; again: it does not", CHOOSE),
    Key("choose.grow", "s", "grow", "choose the sentence; again: the segment; again: the turn", CHOOSE, "sentence"),
    Key("choose.excerpt", "w", "choose_excerpt", "choose the excerpt here; again: the next one here", CHOOSE),
    Key("choose.swap", "o", "swap", "let the other end of what is chosen be the one that moves", CHOOSE),
    Key("choose.drop", "escape", "drop", "choose nothing", CHOOSE),
    Key("code", "c,enter", "code", "put a code on what is chosen, or on the sentence: type to find it", CODE, "code"),
    Key("code.again", ".", "code_again", "the last code again", CODE),
    Key("code.new", "i", "code_in_vivo", "a new code, named from the words that are chosen", CODE),
    Key("code.remove", "x,delete", "remove", "take a code away here", CODE),
    Key("excerpt.ends", "=", "move_ends", "let the excerpt stand on what is chosen now: moves its ends", CODE),
    Key("suggestion.accept", "y", "answer(True)", "accept the suggestion, and go to the next", CODE, "accept"),
    Key("suggestion.reject", "n", "answer(False)", "reject the suggestion, and go to the next", CODE, "reject"),
    Key("undo", "u,ctrl+z", "undo", "undo; what was done before a restart, too", CODE, "undo"),
    Key("redo", "r,ctrl+y", "redo", "redo", CODE),
    Key("memo", "m", "memo", "a note on the excerpt, segment, source, code or study", NOTE, "note"),
    Key("text.correct", "e", "correct", "correct the words of this segment; codings stay on theirs", TEXT, "correct"),
    Key("text.split", "-", "split", "two segments: the second begins at the cursor", TEXT),
    Key("text.join", "+", "join", "one segment of this one and the next", TEXT),
    Key("text.speaker", "p", "speaker", "another speaker of this segment", TEXT),
    Key("voice.play", "space", "play", "play from the cursor; again: stop", VOICE, "play"),
    Key("voice.back", "b", "back", "three seconds back, and on", VOICE),
    Key("voice.slower", "comma", "pace(-1)", "slower", VOICE),
    Key("voice.faster", ";", "pace(1)", "faster", VOICE),
    Key("voice.follow", "f", "follow", "the cursor goes with the voice, or stays", VOICE),
    Key("source.next", "ctrl+n", "go_to_source(1)", "next source", SOURCE),
    Key("source.previous", "ctrl+p", "go_to_source(-1)", "previous source", SOURCE),
    Key("source.choose", "t", "choose_source", "another source: type to find it", SOURCE),
    Key("source.finish", "!", "finish", "mark the source as finished, or open it again", SOURCE),
    Key("others", "a", "others", "show other coders' codings beside one's own, or not", SOURCE),
    Key("light", "f2", "light", "light or dark", SOURCE),
    Key("help", "?,f1", "help", "this help", SOURCE, "help"),
    Key("quit", "q", "quit", "quit; all is on the disk already", SOURCE, "quit"),
)

_NAMES = {
    "down": "↓", "up": "↑", "left": "←", "right": "→", "pagedown": "PgDn", "pageup": "PgUp", "escape": "Esc",
    "enter": "Enter", "tab": "Tab", "space": "Space", "delete": "Del", "home": "Home", "end": "End", "comma": ",",
}  # fmt: skip


def shown(keys: str) -> list[str]:
    """Keys as a person reads them: Shift+→, Ctrl+Z, F3."""
    return ["+".join(_part(part) for part in key.split("+")) if len(key) > 1 else key for key in keys.split(",")]


def _part(part: str) -> str:
    return _NAMES.get(part) or (part.upper() if len(part) == 1 or part[1:].isdigit() else part.capitalize())


def moved(chosen: Mapping[str, str]) -> list[Key]:
    """The table with the keys that a user has moved."""
    return [key._replace(keys=chosen.get(key.id, key.keys)) for key in KEYS]


def problems(chosen: Mapping[str, str], where: str) -> list[Problem]:
    """What is wrong with the keys that a user has moved."""
    known = {key.id for key in KEYS}
    found = [
        Problem(where, f"there is no key named '{id}'", "docs/keys.md lists the names")
        for id in chosen
        if id not in known
    ]
    taken: dict[str, str] = {}
    for key in moved(chosen):
        for one in key.keys.split(","):
            if (other := taken.setdefault(one, key.id)) != key.id:
                hint = "give one of them another key under `keys:`"
                found.append(Problem(where, f"the key {one} is for both '{other}' and '{key.id}'", hint))
    return found


FOOTER = (
    "help",
    "code",
    "suggestion.next",
    "suggestion.accept",
    "suggestion.reject",
    "undo",
    "memo",
    "quit",
    "choose.grow",
    "text.correct",
    "voice.play",
    "uncoded.next",
    "search",
)  # the most needed first: it is cut at the right


def footer(table: Iterable[Key]) -> list[tuple[str, str]]:
    """(key, name) of the acts in the footer."""
    found = sorted((key for key in table if key.short), key=lambda key: FOOTER.index(key.id))
    return [(shown(key.keys)[0], key.short) for key in found]


def groups(table: Iterable[Key]) -> dict[str, list[Key]]:
    """The table by what the keys are for."""
    found: dict[str, list[Key]] = {}
    for key in table:
        found.setdefault(key.when, []).append(key)
    return found
