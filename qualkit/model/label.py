"""What a speaker's label may be: signs that are seen, so that two labels that look alike are one."""

from __future__ import annotations

import unicodedata

from qualkit.errors import QualkitError

_JOINERS = ("\u200c", "\u200d")  # ZWNJ and ZWJ: Persian, Hindi and others write words with them
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and marks by their category, but nothing is drawn


def plain(written: str) -> str:
    """A label as people compare it: composed letters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", written).split())


def new_label(written: str) -> str:
    """A label that a transcript and a table can hold. QualkitError where they cannot."""
    label = plain(written)
    if not label:
        raise QualkitError("a speaker needs a label", hint="write the old and the new one: S1=Anna")
    if not _visible(label):
        raise QualkitError(f"the label {label!a} holds a sign that nobody sees", hint="type it anew")
    return label


def _visible(label: str) -> bool:
    """Whether no sign of it is hidden or turns the others round; joiners inside a word belong to it in many scripts."""
    words = "".join(sign if sign not in _JOINERS else "" for sign in label)
    joined = all(not word.startswith(_JOINERS) and not word.endswith(_JOINERS) for word in label.split())
    return joined and not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") or sign in _BLANK for sign in words)
