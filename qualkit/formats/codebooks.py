"""A codebook as something to hand on or to take over, and the table of formats that hold one.

What a format cannot hold is found by reading back what was written, so no list of it can be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import PurePath
from typing import Any

from qualkit.errors import Problem, QualkitError
from qualkit.formats.codebook_tree import Tree, codebook_of
from qualkit.formats.endings import by_ending
from qualkit.model.codebook import Code, Codebook, Theme
from qualkit.model.noun import replace
from qualkit.store.codebook_text import codebook_text
from qualkit.store.codebooks import parse_codebook


@dataclass(frozen=True)
class CodebookExport:
    """A codebook to be written; `delimiter` is the study's, `made` ISO 8601."""

    codebook: Codebook
    made: str
    version: str
    delimiter: str = ";"


@dataclass(frozen=True)
class Form:
    """A format: what it is called, its module, and whether it comes in, too. The others are for readers of a report."""

    name: str
    module: str
    comes_in: bool = True

    def render(self, export: CodebookExport) -> bytes:
        """The file's bytes."""
        render: Callable[[CodebookExport], bytes] = import_module(self.module).render
        return render(export)

    def tree(self, content: bytes, name: str) -> Tree:
        """What a file of this format holds. QualkitError where it cannot be read."""
        read: Callable[[bytes, str], Tree] = import_module(self.module).read
        return read(content, name)


CODEBOOK_FORMATS: Mapping[str, Form] = {
    ".xlsx": Form("Excel workbook", "qualkit.formats.codebook_xlsx"),
    ".csv": Form("table", "qualkit.formats.codebook_csv"),
    ".qdc": Form("REFI-QDA codebook", "qualkit.formats.codebook_qdc"),
    ".md": Form("Markdown", "qualkit.formats.codebook_md", comes_in=False),
    ".docx": Form("Word", "qualkit.formats.codebook_docx", comes_in=False),
}


def codebook_format(file: PurePath, *, incoming: bool = False) -> Form:
    """The format that a file's name ends in. QualkitError for others."""
    known = [suffix for suffix, one in CODEBOOK_FORMATS.items() if one.comes_in or not incoming]
    form = by_ending(file, CODEBOOK_FORMATS)
    if incoming and not form.comes_in:
        hint = f"put the codes in a table, a row a code, and import that: {', '.join(known)}"
        raise QualkitError(f"{form.name} files are for reading, not for importing", where=file.name, hint=hint)
    return form


def read_codebook_file(
    content: bytes, name: str, here: Codebook | None = None
) -> tuple[Codebook, list[str], list[Problem]]:
    """The codebook of a file, what a person must know of it, and its problems. `here`: the one that it replaces."""
    form = codebook_format(PurePath(name), incoming=True)
    made, remarks = codebook_of(form.tree(content, name), here)
    book, problems = parse_codebook(codebook_text(made), name)
    return book, remarks, [replace(problem, where=name, column=0) for problem in problems]


def write_codebook_file(export: CodebookExport, name: str) -> tuple[bytes, list[str]]:
    """A file's bytes, and what of the codebook it cannot hold."""
    if not export.codebook.themes:
        raise QualkitError("the codebook has no themes to export", hint="qualkit codebook check says why")
    form = codebook_format(PurePath(name))
    content = form.render(export)
    if form.comes_in:
        held, _ = codebook_of(form.tree(content, name))
    else:
        held = for_readers(export.codebook)
    return content, losses(export.codebook, held)


def for_readers(codebook: Codebook) -> Codebook:
    """What of a codebook a report's appendix holds: all but what only the screen needs."""
    themes = tuple(
        replace(theme, colour="", codes=tuple(replace(code, colour="", shortcut="") for code in theme.codes))
        for theme in codebook.themes
    )
    return replace(codebook, themes=themes)


_WORDS = {
    "questions": "guide questions",
    "changes": "the log of changes",
    "id": "ids",
    "names": "names in other languages",
    "replaced_by": "what retired codes were replaced by",
    "kind": "kinds",
    "shortcut": "shortcuts",
    "colour": "colours",
    "retired": "since when codes are retired",
    "definition": "definitions",
    "name": "names",
}


def losses(codebook: Codebook, held: Codebook) -> list[str]:
    """What `held` lacks or says otherwise, in words: "keywords of 3 codes"."""
    lines = [
        _WORDS.get(one.name, one.name)
        for one in fields(Codebook)
        if one.name != "themes" and getattr(codebook, one.name) != getattr(held, one.name)
    ]
    pairs = list(zip(codebook.themes, held.themes, strict=False))
    codes = [pair for ours, theirs in pairs for pair in zip(ours.codes, theirs.codes, strict=False)]
    if len(codes) < len(codebook.codes) or len(pairs) < len(codebook.themes):
        lines.append("some themes or codes altogether")
    return lines + _differing(pairs, Theme, "theme") + _differing(codes, Code, "code")


def _differing(pairs: list[Any], noun: type, what: str) -> list[str]:
    lines = []
    for one in fields(noun):
        if one.name not in ("codes", "theme"):
            count = sum(_said(ours, one.name) != _said(theirs, one.name) for ours, theirs in pairs)
            if count:
                lines.append(f"{_WORDS.get(one.name, one.name)} of {count} {what}{'s' if count != 1 else ''}")
    return lines


def _said(noun: Any, name: str) -> Any:
    value = getattr(noun, name)
    return tuple(keyword.text for keyword in value) if name == "keywords" else value
