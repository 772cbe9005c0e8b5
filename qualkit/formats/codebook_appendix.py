"""A codebook as the appendix of a report: headings and labelled paragraphs, in the language of the codebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from qualkit.formats.headings import in_language
from qualkit.formats.table import capital
from qualkit.model.codebook import KINDS, Code, Codebook

Say = Callable[[str], str]


@dataclass(frozen=True)
class Block:
    """A heading (level 1 to 3) or a paragraph (level 0), with a label before its text or none."""

    text: str
    level: int = 0
    label: str = ""


def blocks_of(codebook: Codebook) -> Iterator[Block]:
    """The appendix from its title to the log of changes."""
    say = in_language(codebook.language)
    yield Block(codebook.title or say("Codebook"), 1)
    yield from _paragraphs({say("version"): codebook.version, say("language"): codebook.language})
    for theme in codebook.themes:
        yield Block(theme.name, 2)
        yield from _paragraphs({say("id"): theme.id, **_names(theme.names, say), say("definition"): theme.definition})
        for code in theme.codes:
            yield Block(code.name, 3)
            yield from _paragraphs(_of_code(code, say))
    if codebook.questions:
        yield Block(capital(say("interview guide")), 2)
    for question in codebook.questions:
        asks = ", ".join(question.themes)
        yield Block(f"{question.text}{f' ({asks})' if asks else ''}", 0, question.id)
    if codebook.changes:
        yield Block(capital(say("changes")), 2)
    for change in codebook.changes:
        yield Block(change.what, 0, ", ".join(filter(None, (change.date, change.version, change.coder))))


def _of_code(code: Code, say: Say) -> dict[str, str]:
    return {
        say("id"): code.id,
        **_names(code.names, say),
        say("kind"): say(code.kind) if code.kind in KINDS else code.kind,
        say("definition"): code.definition,
        say("include"): code.include,
        say("exclude"): code.exclude,
        say("examples"): "\n".join(code.examples),
        say("keywords"): ", ".join(keyword.text for keyword in code.keywords),
        say("retired"): code.retired,
        say("replaced by"): ", ".join(code.replaced_by),
    }


def _names(names: Mapping[str, str], say: Say) -> dict[str, str]:
    return {f"{say('name')} ({language})": name for language, name in names.items()}


def _paragraphs(said: Mapping[str, str]) -> Iterator[Block]:
    return (Block(text, 0, capital(label)) for label, text in said.items() if text)
