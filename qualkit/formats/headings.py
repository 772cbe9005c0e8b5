"""Headings and remarks of what is exported, in the study's language: English stands in the code, Swedish beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from qualkit.formats.swedish_coders import CODERS
from qualkit.formats.swedish_remarks import REMARKS
from qualkit.formats.swedish_words import WORDS

SWEDISH = WORDS | REMARKS | CODERS
Say = Callable[[str], str]


def in_language(language: str) -> Say:
    """From an English text of ours to that text in a language: Swedish for "sv", "sv-SE" and "sv_SE"; else English.

    Texts may hold places to fill (`say("{n} of {total}").format(...)`). KeyError where Swedish is missing: a test
    reads the code and finds every text before a user does.
    """
    if re.split("[-_]", language)[0].casefold() != "sv":
        return str
    return SWEDISH.__getitem__


def told(say: Say, text: str, templates: Iterable[str]) -> str:
    """A text in a language that was made from one of these templates ("only {coder}"); as it is, if from none."""
    for template in templates:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template))
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return say(template).format(**found.groupdict())
    return text
