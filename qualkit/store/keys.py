"""What can stand in a codebook and in qualkit.yaml: one table, which the loader and the JSON Schema both read.

A pattern is of the whole text, in what the regular expressions of Python and JavaScript have in common: `\\w` is not,
for that of JavaScript knows no å.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qualkit.model.codebook import KINDS

DELIMITERS = {"semicolon": ";", ";": ";", "comma": ",", ",": ",", "tab": "\t", "\\t": "\t", "\t": "\t"}
COLOUR = "#[0-9a-fA-F]{6}"
DAY = r"\d{4}-\d\d-\d\d"
_LETTERS = (  # and digits: all that Python takes for one (tested); the last as they are, for `\U` is Python's
    r"0-9A-Za-z\u00aa\u00b2\u00b3\u00b5\u00b9\u00ba\u00bc-\u00be\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u1fff"
    r"\u2070-\u209c\u2100-\u218b\u2460-\u24ff\u2776-\u2793\u2c00-\u2dff\u2e2f\u3005-\u3007\u3021-\u3029\u3031-\u303c"
    r"\u3041-\ud7ff\uf900-\ufdff\ufe70-\ufefc\uff10-\uffdc"
    "\U00010000-\U0001efff\U0001f100-\U0001f10c\U0001fbf0-\U0001fbf9\U00020000-\U0003ffff"
)
LETTER = f"[{_LETTERS}]"
_MORE = rf"[{_LETTERS}\u0300-\u036f]"  # with the ring of an å that is written as two signs
_RUN = rf"{_MORE}+(?:[\-:\u00ad\u2010\u2011\u2019]{_MORE}+)*"
_WORD = rf"(?:\*[\-:']?)?{_RUN}(?:[\-:']?[*+])?"
_APART = "[\\s\"\u201c\u201d']"
ID = rf"{LETTER}(?:[.\-_]|{_MORE})*"
KEYWORD = rf"{_APART}*{_WORD}(?:{_APART}+{_WORD})*{_APART}*|.*NEAR\(.+\).*"  # all that can match, and a little more
SHORTCUT = LETTER
WORD = r"[^,]*[^,\s][^,]*"
CODER = rf"[\-_]*{LETTER}(?:[\-_]|{_MORE})*"
LISTS = ("texts", "nouns")


@dataclass(frozen=True)
class Key:
    """What stands behind a key: text, texts (a list, or one), nouns (a list of mappings), a mapping, or a remark.

    `pattern` and `choices` hold for each text that is not empty; with `needed`, none may be empty or missing.
    """

    doc: str
    shape: str = "text"
    needed: bool = False
    pattern: str = ""
    choices: tuple[str, ...] = ()
    noun: str = ""  # of a list of mappings: what they are


_REMARK = Key("A remark for readers of this file; qualkit does not read it.", "remark")
_ID = Key("The fixed name, for life: letters, digits, . - and _, no spaces.", needed=True, pattern=ID)
_COLOUR = Key('A colour as "#0072B2", in quotes.', pattern=COLOUR)

NOUNS: Mapping[str, Mapping[str, Key]] = {
    "codebook": {
        "title": Key("What the codebook is called."),
        "language": Key("The language of its names and definitions, such as sv."),
        "version": Key("Counted up by qualkit with each change."),
        "themes": Key("The themes with their codes.", "nouns", needed=True, noun="theme"),
        "questions": Key("The questions of the interview guide.", "nouns", noun="question"),
        "changes": Key("The log of changes, written by qualkit codebook.", "nouns", noun="change"),
        "references": _REMARK,
        "note": _REMARK,
    },
    "theme": {
        "id": _ID,
        "name": Key("The name on the screen and in tables; free text, in quotes where it holds a colon."),
        "definition": Key("What the theme is about."),
        "colour": _COLOUR,
        "codes": Key("The codes of the theme.", "nouns", noun="code"),
        "references": _REMARK,
        "note": _REMARK,
    },
    "code": {
        "id": _ID,
        "name": Key("The name on the screen and in tables; free text, in quotes where it holds a colon."),
        "kind": Key("The sort of code.", choices=KINDS),
        "definition": Key("What the code means, in a sentence.", needed=True),
        "include": Key("What belongs here."),
        "exclude": Key("What does not, and where it belongs: -> another code."),
        "examples": Key("Made-up sentences that show how it can sound.", "texts"),
        "keywords": Key(
            'Words that suggest the code: "bankid*" begins so, "cv" is a whole word, "söka jobb" words in a row.',
            "texts",
            pattern=KEYWORD,
        ),
        "shortcut": Key("One letter or digit for the coding screen, no other code's.", pattern=SHORTCUT),
        "colour": _COLOUR,
        "retired": Key(
            "The day since when no new codings are made with it (2026-03-01), or true.",
            pattern=rf"{DAY}|[Tt]rue|TRUE|[Yy]es|YES|[Ff]alse|FALSE|[Nn]o|NO",
        ),
        "replaced_by": Key("The codes that stand for a retired one.", "texts"),
        "references": _REMARK,
        "note": _REMARK,
    },
    "question": {
        "id": _ID,
        "text": Key("The question as it is asked.", needed=True),
        "themes": Key("The ids of the themes that it asks about: this decides what counts as not asked.", "texts"),
    },
    "change": {
        "date": Key("The day."),
        "version": Key("The version that it made."),
        "coder": Key("Who did it."),
        "what": Key("What was done."),
    },
    "settings": {
        "title": Key("The study's title."),
        "language": Key("The language of the recordings where sources.csv says nothing, such as sv."),
        "codebook": Key("The codebook's file, such as codebooks/codebook.yaml."),
        "case": Key("The column that holds the unit of the matrix's rows."),
        "model": Key("The speech model: a folder, a name, or offline-base; empty = the default of the language."),
        "coder": Key("Your name in the journals: letters, digits, - and _.", pattern=CODER),
        "delimiter": Key("What stands between the cells of tables that qualkit writes.", choices=tuple(DELIMITERS)),
        "vocabulary": Key(
            "Names that are said in the recordings, beside those of cases and codebook.", "texts", pattern=WORD
        ),
        "keys": Key("Keys of the coding screen: the name of one, and the key that it is to be instead.", "mapping"),
    },
}
NAMED = ("theme", "code")  # have names in other languages: name_en
