"""A codebook as the appendix of a report: headings and labelled paragraphs, in the language of the codebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qualkit.model.codebook import Code, Codebook

_LABELS = {
    "en": {
        "version": "Version", "language": "Language", "id": "Id", "kind": "Kind", "definition": "Definition",
        "include": "Include", "exclude": "Exclude", "examples": "Examples", "keywords": "Keywords",
        "retired": "Retired", "replaced_by": "Replaced by", "names": "Name", "questions": "Interview guide",
        "changes": "Changes", "themes": "Themes", "title": "Codebook",
    },
    "sv": {
        "version": "Version", "language": "Språk", "id": "Id", "kind": "Slag", "definition": "Definition",
        "include": "Hör hit", "exclude": "Hör inte hit", "examples": "Exempel", "keywords": "Sökord",
        "retired": "Används inte längre", "replaced_by": "Ersatt av", "names": "Namn", "questions": "Intervjuguide",
        "changes": "Ändringar", "themes": "Teman", "title": "Kodbok",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A heading (level 1 to 3) or a paragraph (level 0), with a label before its text or none."""

    text: str
    level: int = 0
    label: str = ""


def blocks_of(codebook: Codebook) -> Iterator[Block]:
    """The appendix from its title to the log of changes."""
    words = _LABELS.get(codebook.language, _LABELS["en"])
    yield Block(codebook.title or words["title"], 1)
    yield Block(codebook.version, 0, words["version"])
    yield Block(codebook.language, 0, words["language"])
    for theme in codebook.themes:
        yield Block(theme.name, 2)
        yield from _paragraphs({"id": theme.id, **_names(theme.names), "definition": theme.definition}, words)
        for code in theme.codes:
            yield Block(code.name, 3)
            yield from _paragraphs(_of_code(code), words)
    if codebook.questions:
        yield Block(words["questions"], 2)
    for question in codebook.questions:
        asks = ", ".join(question.themes)
        yield Block(f"{question.text}{f' ({asks})' if asks else ''}", 0, question.id)
    if codebook.changes:
        yield Block(words["changes"], 2)
    for change in codebook.changes:
        yield Block(change.what, 0, ", ".join(filter(None, (change.date, change.version, change.coder))))


def _of_code(code: Code) -> dict[str, str]:
    said = {"id": code.id, **_names(code.names), "kind": code.kind, "definition": code.definition}
    said |= {"include": code.include, "exclude": code.exclude, "examples": "\n".join(code.examples)}
    said |= {"keywords": ", ".join(keyword.text for keyword in code.keywords), "retired": code.retired}
    return {**said, "replaced_by": ", ".join(code.replaced_by)}


def _names(names: Mapping[str, str]) -> dict[str, str]:
    return {f"names ({language})": name for language, name in names.items()}


def _paragraphs(said: dict[str, str], words: dict[str, str]) -> Iterator[Block]:
    for key, text in said.items():
        kind, _, rest = key.partition(" ")
        if text:
            yield Block(text, 0, f"{words[kind]} {rest}".strip())
