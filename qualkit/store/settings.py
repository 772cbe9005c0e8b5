"""qualkit.yaml: the few choices that hold for the whole study."""

from __future__ import annotations

import re
from pathlib import Path

from qualkit.errors import Problem
from qualkit.model.study import Settings
from qualkit.model.vocabulary import LEAST, is_told_apart
from qualkit.store.files import read_text
from qualkit.store.keys import DELIMITERS, NOUNS, WORD
from qualkit.store.marks import Keys, Reading, compose
from qualkit.store.tables import heading_name

FILE = "qualkit.yaml"
_WORD = re.compile(WORD)


def read_settings(path: Path) -> tuple[Settings, list[Problem]]:
    """The settings, with every problem found in them; an empty file gives the defaults."""
    reading = Reading(FILE)
    node = compose(read_text(path), reading)
    keys = Keys(node, reading, "the settings", NOUNS["settings"])
    defaults = Settings()
    delimiter = keys.text("delimiter") or "semicolon"
    if delimiter not in DELIMITERS:
        reading.problem(keys.node_of("delimiter"), f"unknown delimiter '{delimiter}'", "semicolon, comma or tab")
    coder = keys.text("coder")
    if coder and not valid_coder(coder):
        reading.problem(keys.node_of("coder"), f"the coder name '{coder}' cannot be part of a file name", ID_RULE)
    settings = Settings(
        title=keys.text("title"),
        language=keys.text("language", defaults.language),
        codebook=keys.text("codebook", defaults.codebook).replace("\\", "/"),
        case=heading_name(keys.text("case", defaults.case)),
        model=keys.text("model"),
        coder=coder if valid_coder(coder) else "",
        delimiter=DELIMITERS.get(delimiter, defaults.delimiter),
        vocabulary=_vocabulary(keys, reading),
        keys=_moved_keys(keys, reading),
    )
    keys.done()
    return settings, reading.problems


def _moved_keys(keys: Keys, reading: Reading) -> dict[str, str]:
    """`keys:` holds the name of a key of the coding screen and the key that it is to be instead."""
    if "keys" not in keys:
        return {}
    moved = Keys(keys.node_of("keys"), reading, "keys")
    return {name: key for name in moved.values if (key := moved.text(name))}


def _vocabulary(keys: Keys, reading: Reading) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for written, where in keys.texts("vocabulary"):
        word = " ".join(written.split())
        if not _WORD.fullmatch(word):
            reading.problem(where, f"'{word}' under vocabulary is no word", "write one on each line, after a dash")
            continue
        if not is_told_apart(word):
            message = f"'{word}' is too short to be told from other words, so it does not help"
            reading.problem(
                where, message, f"leave it out, or write a longer form: {LEAST} letters or more", warning=True
            )
        if word.casefold() in found:
            reading.problem(where, f"'{word}' stands twice under vocabulary", "delete one of them", warning=True)
        found.setdefault(word.casefold(), word)
    return tuple(found.values())


ID_RULE = "letters, digits, - and _ only: no spaces, dots or slashes"
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}


def valid_coder(name: str) -> bool:
    """Whether a coder's name can stand in a journal's file name; `words` stands there for the word times."""
    return valid_id(name) and name.casefold() != "words"


def valid_id(name: str) -> bool:
    """Whether a source's id or a coder's name can be part of a file name on every system."""
    plain = name.replace("-", "").replace("_", "")
    return bool(plain) and plain.isalnum() and name.casefold() not in _RESERVED
