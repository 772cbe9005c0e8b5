"""A whole codebook as the text of a new YAML file, in the order and with the quotes that people write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from qualkit.model.codebook import Code, Codebook, GuideQuestion, Theme
from qualkit.store.marks import Loader
from qualkit.store.yaml_text import quote, scalar

_WIDE = 110  # columns after which a list is written with dashes


def codebook_text(codebook: Codebook, first_line: str = "") -> str:
    """YAML that reads as this codebook; `first_line` is a comment above it."""
    lines = [first_line] if first_line else []
    lines += _texts({"title": codebook.title})
    lines += [f"version: {codebook.version if codebook.version.isdecimal() else scalar(codebook.version)}"]
    lines += _texts({"language": codebook.language})
    lines += _list("themes", [_theme(theme) for theme in codebook.themes])
    lines += _list("questions", [_question(question) for question in codebook.questions])
    changes = [
        [f"date: {scalar(one.date)}", *_texts({"version": one.version, "coder": one.coder, "what": one.what})]
        for one in codebook.changes
    ]
    return "\n".join([*lines, *_list("changes", changes)]) + "\n"


def _theme(theme: Theme) -> list[str]:
    said = {"id": theme.id, "name": theme.name, **_names(theme.names)}
    lines = _texts({**said, "colour": theme.colour, "definition": theme.definition})
    return lines + _list("codes", [_code(code) for code in theme.codes])


def _code(code: Code) -> list[str]:
    lines = _texts({"id": code.id, "name": code.name, **_names(code.names), "retired": code.retired})
    lines += _flow("replaced_by", code.replaced_by)
    lines += _texts({"kind": code.kind, "colour": code.colour, "definition": code.definition})
    lines += _texts({"include": code.include, "exclude": code.exclude})
    if code.examples:
        lines += ["examples:", *(f"  - {quote(text)}" for text in code.examples)]
    lines += _flow("keywords", [keyword.text for keyword in code.keywords], quoted=True)
    return lines + _texts({"shortcut": code.shortcut})


def _question(question: GuideQuestion) -> list[str]:
    return [*_texts({"id": question.id, "text": question.text}), *(_flow("themes", question.themes) or ["themes: []"])]


def _names(names: Mapping[str, str]) -> dict[str, str]:
    return {f"name_{language}": name for language, name in names.items()}


def _texts(said: Mapping[str, str]) -> list[str]:
    return [line for key, text in said.items() if text for line in _text(key, text)]


def _text(key: str, text: str) -> Iterator[str]:
    """A key with its text; one of several lines stands as it is, indented, where YAML reads it so."""
    block = [f"{key}: |-", *(f"  {line}" if line else "" for line in text.split("\n"))]
    if "\n" in text and all(line.isprintable() for line in block) and _means("\n".join(block), text):
        yield from block
    else:
        yield f"{key}: {scalar(text)}"


def _means(written: str, text: str) -> bool:
    try:
        node = yaml.compose(written, Loader=Loader)
    except yaml.YAMLError:
        return False
    return isinstance(node, yaml.MappingNode) and node.value[0][1].value == text


def _flow(key: str, texts: Sequence[str], *, quoted: bool = False) -> list[str]:
    """A list in brackets, or with dashes where it would be too wide; nothing for an empty one."""
    if not texts:
        return []
    said = [quote(text) if quoted or any(sign in text for sign in ",[]{}") else scalar(text) for text in texts]
    line = f"{key}: [{', '.join(said)}]"
    return [line] if len(line) <= _WIDE else [f"{key}:", *(f"  - {text}" for text in said)]


def _list(key: str, entries: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"{key}:"] if entries else []
    for entry in entries:
        first, *rest = entry
        lines += [f"  - {first}", *(f"    {line}" if line else "" for line in rest)]
    return lines
