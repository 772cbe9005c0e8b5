"""Headings and remarks of what is exported, in the study's language: English stands in the code, Swedish beside it."""

from __future__ import annotations

import re
from collections.abc import Callable

from qualkit.formats.swedish_remarks import REMARKS
from qualkit.formats.swedish_words import WORDS

SWEDISH = WORDS | REMARKS


def in_language(language: str) -> Callable[[str], str]:
    """From an English text of ours to that text in a language: Swedish for "sv", "sv-SE" and "sv_SE"; else English.

    Texts may hold places to fill (`say("{n} of {total}").format(...)`). KeyError where Swedish is missing: a test
    reads the code and finds every text before a user does.
    """
    if re.split("[-_]", language)[0].casefold() != "sv":
        return str
    return SWEDISH.__getitem__
