"""The measuring instrument: themes, codes, keywords and the interview guide's questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from qualkit.model.keyword import Keyword

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


@dataclass(frozen=True)
class Codebook:
    """Themes and guide questions of one study."""

    title: str = ""
    language: str = "sv"
    version: str = "1"
    themes: tuple[Theme, ...] = ()
    questions: tuple[GuideQuestion, ...] = ()

    @cached_property
    def codes(self) -> dict[str, Code]:
        """Code id -> code, in the codebook's order."""
        return {code.id: code for theme in self.themes for code in theme.codes}

    def questions_about(self, theme: str) -> tuple[GuideQuestion, ...]:
        """The guide questions tied to a theme; empty when the guide does not ask about it."""
        return tuple(question for question in self.questions if theme in question.themes)
