"""Headings and remarks of what is exported, in the study's language: English stands in the code, Swedish here."""

from __future__ import annotations

from collections.abc import Callable

SWEDISH: dict[str, str] = {}


def in_language(language: str) -> Callable[[str], str]:
    """A function from an English text of ours to that text in a language: Swedish for "sv" and "sv-SE", else English.

    Texts may hold places to fill (`say("{n} of {total}").format(...)`). KeyError where Swedish is missing: a test
    reads the code and finds every text before a user does.
    """
    if language.split("-")[0].casefold() != "sv":
        return str
    return SWEDISH.__getitem__
