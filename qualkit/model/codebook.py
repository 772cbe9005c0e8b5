"""The measuring instrument: themes, codes, keywords and the interview guide's questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from qualkit.model.keyword import Keyword
from qualkit.model.noun import replace

KINDS = ("need", "question", "condition", "help", "cooperation", "form")


@dataclass(frozen=True, slots=True)
class Code:
    """What an excerpt is about. The id is for life; the name is free text."""

    id: str
    name: str
    theme: str
    kind: str = ""
    definition: str = ""
    include: str = ""
    exclude: str = ""
    examples: tuple[str, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    shortcut: str = ""
    colour: str = ""
    names: Mapping[str, str] = field(default_factory=dict)  # language -> name
    retired: str = ""  # a date, or "true": no new codings are made with it, old ones stay
    replaced_by: tuple[str, ...] = ()  # the codes that its codings got, or are to get

    def lacks(self, other: Code) -> tuple[tuple[Keyword, ...], tuple[str, ...]]:
        """The keywords and examples of another code that this one does not have."""
        known = {keyword.meaning for keyword in self.keywords}
        keywords = tuple(keyword for keyword in other.keywords if keyword.meaning not in known)
        return keywords, tuple(text for text in other.examples if text not in self.examples)


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of codes."""

    id: str
    name: str
    definition: str = ""
    colour: str = ""
    codes: tuple[Code, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuideQuestion:
    """A question of the interview guide and the ids of the themes that it asks about."""

    id: str
    text: str
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the codebook's own log: when (ISO date), the version that it made, who, and what, in words."""

    date: str
    version: str
    coder: str
    what: str


@dataclass(frozen=True)
class Codebook:
    """Themes and guide questions of one study, and how it came to be what it is."""

    title: str = ""
    language: str = "sv"
    version: str = "1"
    themes: tuple[Theme, ...] = ()
    questions: tuple[GuideQuestion, ...] = ()
    changes: tuple[Change, ...] = ()

    @cached_property
    def codes(self) -> dict[str, Code]:
        """Code id -> code, in the codebook's order."""
        return {code.id: code for theme in self.themes for code in theme.codes}

    @cached_property
    def open_codes(self) -> dict[str, Code]:
        """The codes with which new codings may be made: those that are not retired."""
        return {id: code for id, code in self.codes.items() if not code.retired}

    def with_code(self, code: Code) -> Codebook:
        """The codebook with one more code, the last of its theme."""
        themes = (
            replace(theme, codes=(*theme.codes, code)) if theme.id == code.theme else theme for theme in self.themes
        )
        return replace(self, themes=tuple(themes))

    def questions_about(self, theme: str) -> tuple[GuideQuestion, ...]:
        """The guide questions tied to a theme; empty when the guide does not ask about it."""
        return tuple(question for question in self.questions if theme in question.themes)
