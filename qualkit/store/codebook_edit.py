"""The codebook's file changed: a code renamed, moved, retired, added; every other line stays as it is.

Each change is made in the text and in what the text should mean. What is to be written is read again first, and is
refused where the two differ: no way of writing YAML that nobody thought of can cost a code.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import count
from pathlib import Path

import yaml

from qualkit.errors import QualkitError, errors_of, refuse_errors
from qualkit.model.codebook import Change, Code, Codebook
from qualkit.model.noun import replace
from qualkit.store.codebooks import parse_codebook
from qualkit.store.files import NewContent
from qualkit.store.yaml_text import BY_HAND, YamlText, dash_column, indent, lines_of, quote, scalar, value_of

STEP = 2  # blanks that a list stands further in than its key, where there is no list yet to follow
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"\d+(?=\D*$)")
_FOLDED = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ß": "ss", "ð": "d", "đ": "d", "ł": "l", "þ": "th"})


class CodebookFile:
    """A codebook's file as it was read, and the codebook that it is to hold."""

    def __init__(self, path: Path, name: str) -> None:
        """ContentError where it has errors, QualkitError where it cannot be changed without loss."""
        self.yaml = YamlText(path, name)
        self.name = name
        self.codebook, problems = parse_codebook(self.yaml.text, name)
        refuse_errors(problems, "nothing was changed: the codebook has errors")
        self._codes = dict(self.codebook.codes)
        self._version, self._changes = self.codebook.version, self.codebook.changes

    def code(self, id: str) -> Code:
        """A code as it is to be. QualkitError for an unknown one."""
        if id not in self._codes:
            raise QualkitError(f"there is no code '{id}'", where=self.name, hint="qualkit codebook show lists them")
        return self._codes[id]

    def rename(self, id: str, name: str) -> None:
        """Give a code another name; its id is for life."""
        self.yaml.set_text(self._code_node(id), "name", name, after=("id",))
        self._codes[id] = replace(self.code(id), name=name)

    def retire(self, id: str, day: str, replaced_by: Sequence[str] = ()) -> None:
        """Say since when (ISO date) no new codings are made with a code, and which codes stand for it."""
        node = self._code_node(id)
        if not self.code(id).retired:
            self.yaml.set_text(node, "retired", day, after=("id", "name"), bare=True)
            self._codes[id] = replace(self.code(id), retired=day)
        if new := [one for one in replaced_by if one not in self.code(id).replaced_by]:
            node = self._code_node(id)
            if value_of(node, "replaced_by") is None:
                self.yaml.add_lines(node, ("id", "name", "retired"), [f"replaced_by: [{', '.join(map(scalar, new))}]"])
            else:
                self.yaml.extend(node, "replaced_by", new)
            self._codes[id] = replace(self.code(id), replaced_by=(*self.code(id).replaced_by, *new))

    def move(self, id: str, theme: str) -> None:
        """Put a code, with the comments above and in it, behind the last code of another theme."""
        start, end, column = self._lines_of(self._code_node(id))
        block = self.yaml.text[start:end]
        self._theme_node(theme)  # refuses an unknown one
        self.yaml.put(start, end, "")
        self._append(self._theme_node(theme), "codes", lambda to: _further_in(block, to - column))
        self._codes[id] = replace(self.code(id), theme=theme)

    def add(self, code: Code) -> None:
        """Write a new code behind the last one of its theme: id, name, kind and definition."""
        if code.id in self._codes or code.id in {theme.id for theme in self.codebook.themes}:
            raise QualkitError(
                f"there is a code or theme '{code.id}' already", where=self.name, hint="choose another id"
            )
        if not code.definition.strip() or not code.name.strip():
            what = f"code '{code.id}' needs a name and a definition"
            raise QualkitError(what, hint="say in a sentence what the code is for")
        pairs = {"id": code.id, "name": code.name, "kind": code.kind, "definition": code.definition}
        lines = [f"{key}: {scalar(text)}" for key, text in pairs.items() if text]
        self._append(self._theme_node(code.theme), "codes", lambda to: self._entry(lines, to))
        self._codes[code.id] = code

    def take_words(self, id: str, other: str) -> None:
        """Give a code the keywords and examples of another one that it lacks."""
        mine = self.code(id)
        keywords, examples = mine.lacks(self.code(other))
        for key, texts in (("keywords", [keyword.text for keyword in keywords]), ("examples", examples)):
            if texts:
                self.yaml.extend(self._code_node(id), key, texts)
        more = (*mine.keywords, *keywords)
        self._codes[id] = replace(mine, keywords=more, examples=(*mine.examples, *examples))

    def log(self, day: str, coder: str, what: str) -> None:
        """Count the version up, and add a line to the file's log of changes."""
        self._version = next_version(self._version, day)
        self.yaml.set_text(self.yaml.root, "version", self._version, after=("title",), bare=True)
        change = Change(day, self._version, coder, what)
        self._changes = (*self._changes, change)
        version = scalar(change.version) if not change.version.isdecimal() else change.version
        lines = [f"date: {day}", f"version: {version}", f"coder: {scalar(coder)}", f"what: {quote(what)}"]
        self._append(self.yaml.root, "changes", lambda to: self._entry(lines, to))

    def new_content(self) -> NewContent:
        """What is to be written. QualkitError where it would not mean what was asked for."""
        after, problems = parse_codebook(self.yaml.text, self.name)
        themes = [replace(theme, codes=()) for theme in after.themes]
        wanted = replace(self.codebook, version=self._version, changes=self._changes, themes=())
        if (
            errors_of(problems)
            or after.codes != self._codes
            or themes != [replace(theme, codes=()) for theme in self.codebook.themes]
            or replace(after, themes=()) != wanted
        ):
            what = "the codebook is written in a way that qualkit cannot change safely; nothing was changed"
            raise QualkitError(what, where=self.name, hint=BY_HAND)
        return self.yaml.new_content()

    def _themes(self) -> list[yaml.MappingNode]:
        node = value_of(self.yaml.root, "themes")
        return [self.yaml.block(one, "a theme") for one in self.yaml.entries(node, "themes")] if node else []

    def _theme_node(self, id: str) -> yaml.MappingNode:
        for theme in self._themes():
            if _id(theme) == id:
                return theme
        hint = f"one of: {', '.join(theme.id for theme in self.codebook.themes)}"
        raise QualkitError(f"there is no theme '{id}'", where=self.name, hint=hint)

    def _code_node(self, id: str) -> yaml.MappingNode:
        node = value_of(self._theme_node(self.code(id).theme), "codes")
        entries = self.yaml.entries(node, "codes") if node else []
        found = next(one for one in entries if isinstance(one, yaml.MappingNode) and _id(one) == id)
        return self.yaml.block(found, f"code '{id}'")

    def _lines_of(self, entry: yaml.Node) -> tuple[int, int, int]:
        """Where the lines of a list's entry begin and end, comments right above it included, and its dash's column."""
        column, text = dash_column(self.yaml, entry), self.yaml.text
        start = self.yaml.line_start(entry.start_mark.index)
        while start > 0:
            above = self.yaml.line_start(start - len(self.yaml.newline))
            line = text[above:start]
            if not line.lstrip().startswith("#") or indent(line) != column:
                break
            start = above
        return start, self.yaml.block_end(entry, column), column

    def _entry(self, lines: Sequence[str], column: int) -> str:
        """Lines of a mapping as an entry of a list whose dashes stand in this column."""
        marks = ["- ", *["  "] * (len(lines) - 1)]
        pairs = zip(marks, lines, strict=True)
        return "".join(f"{' ' * column}{mark}{line}{self.yaml.newline}" for mark, line in pairs)

    def _append(self, mapping: yaml.MappingNode, key: str, make: Callable[[int], str]) -> None:
        """Put what `make` writes for a dash's column behind the last entry of a list, or into one that is empty."""
        text, node = self.yaml, value_of(mapping, key)
        column = mapping.start_mark.column
        if node is not None and (entries := text.entries(node, f"the list `{key}`")):
            to = dash_column(text, entries[-1])
            at = text.block_end(entries[-1], to)
        elif node is not None:
            to = column + STEP
            at = text.line_end(text.clear(node))
        else:
            to, head = column + STEP, f"{' ' * column}{key}:{text.newline}"
            at = text.block_end(mapping, column)
            text.put(at, at, head)
            at += len(head)
        text.put(at, at, make(to))


def new_code(codebook: Codebook, theme: str, name: str, definition: str, *, like: Code | None = None) -> Code:
    """A code under a theme with an id made from its name, in the way the theme's other ids are written.

    Where most ids of the theme begin with one word and a dot (`id.bankid`), so does the new one. `like`: a code that
    it takes its kind from.
    """
    name = " ".join(name.split())
    others = [code.id for one in codebook.themes if one.id == theme for code in one.codes]
    heads = Counter(id.rpartition(".")[0] for id in others).most_common(1)
    taken = {*codebook.codes, *(one.id for one in codebook.themes)}
    id = code_id(name, taken, heads[0][0] if heads else "")
    return Code(id, name, theme, like.kind if like else "", " ".join(definition.split()))


def code_id(name: str, taken: Collection[str], head: str = "") -> str:
    """An id from a name, unlike all those taken: `Ny kod åäö` gives ny-kod-aao, behind a head `t.` t.ny-kod-aao."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_FOLDED))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    stem = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", letters)).strip("-") or "code"
    stem = f"{head}.{stem}" if head else stem
    used = {id.casefold() for id in taken}
    return next(id for id in (f"{stem}{f'-{n}' if n > 1 else ''}" for n in count(1)) if id not in used)


def next_version(version: str, day: str) -> str:
    """The version after this one: its last number counts one up, and where it is a date, it becomes `day`."""
    if _DATE.fullmatch(version):
        return day if day != version else f"{version}.2"
    found = _NUMBER.search(version)
    if found is None:
        return f"{version} 2".strip()
    return version[: found.start()] + str(int(found.group()) + 1) + version[found.end() :]


def _id(node: yaml.MappingNode) -> str:
    value = value_of(node, "id")
    return unicodedata.normalize("NFC", str(value.value)).strip() if isinstance(value, yaml.ScalarNode) else ""


def _further_in(block: str, columns: int) -> str:
    """Lines moved to the right, or, where there is room, to the left; blank ones stay."""

    def moved(line: str) -> str:
        if not line.strip():
            return line
        return " " * columns + line if columns >= 0 else line[min(-columns, indent(line)) :]

    return "".join(moved(line) for line in lines_of(block))
