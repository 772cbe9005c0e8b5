"""Codes as other programs keep them, a tree of any depth -> themes with codes.

What stands at the top with codes under it is a theme; what lies deeper is a code of that theme whose name tells the
way. Where a codebook is here already, a code keeps its id and all that the file does not say.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from qualkit.model.codebook import Change, Code, Codebook, GuideQuestion, Theme
from qualkit.model.noun import replace
from qualkit.store.codebook_edit import code_id

LOOSE = {"sv": "Koder utan tema", "en": "Codes without a theme"}
_OURS = uuid.UUID("6e3a8f0c-5d0b-4a57-9d0e-3b1c7f2a9e14")  # drawn once


@dataclass(frozen=True)
class Written:
    """A keyword as a file writes it; whether it can match is found when the whole codebook is read."""

    text: str


@dataclass
class Node:
    """A code or theme of a file. `fields` are those of `Code` that the file speaks of, texts or tuples of texts."""

    name: str
    fields: dict[str, Any] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    heading: bool = False  # surely a theme, with or without codes under it
    guid: str = ""


@dataclass
class Tree:
    """What a file holds. None stands for "the file does not speak of it"; `remarks` say what was not read."""

    nodes: list[Node] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)  # title, language, version
    questions: tuple[GuideQuestion, ...] | None = None
    changes: tuple[Change, ...] | None = None
    remarks: list[str] = field(default_factory=list)


def guid_of(id: str) -> str:
    """The GUID that stands for an id in other programs: always the same one, so that a file finds its way back."""
    return str(uuid.uuid5(_OURS, id))


def codebook_of(tree: Tree, here: Codebook | None = None) -> tuple[Codebook, list[str]]:
    """The codebook of a tree, and what a person must know of how it came to be. `here`: the one that it replaces."""
    return _Making(tree, here or Codebook()).codebook()


class _Making:
    def __init__(self, tree: Tree, here: Codebook) -> None:
        self.tree, self.here = tree, here
        self.remarks = list(tree.remarks)
        self.themes_here = {theme.id: theme for theme in here.themes}
        known = [*self.themes_here, *here.codes]
        self.by_guid = {guid_of(id): id for id in known}
        given = [str(node.fields["id"]) for node in _all(tree.nodes) if node.fields.get("id")]
        self.taken = {*known, *given, *filter(None, (self.by_guid.get(node.guid) for node in _all(tree.nodes)))}
        self.used: set[str] = set(given)
        self.undefined = 0

    def codebook(self) -> tuple[Codebook, list[str]]:
        themes = [self.theme(node) for node in self.with_themes()]
        said = {"title": self.here.title, "language": self.here.language, "version": self.here.version}
        said |= {key: text for key, text in self.tree.said.items() if text}
        changes = self.here.changes if self.tree.changes is None else self.tree.changes
        if self.undefined:
            what = "code has" if self.undefined == 1 else "codes have"
            self.remarks.append(f"{self.undefined} {what} no definition in this file: the name stands in its place")
        book = Codebook(themes=tuple(themes), questions=self.questions(themes), changes=changes, **said)
        return book, self.remarks

    def with_themes(self) -> list[Node]:
        """The top of the tree; codes that stand there alone come under a theme of their own."""
        loose = [node for node in self.tree.nodes if not (node.heading or node.children)]
        nodes = [node for node in self.tree.nodes if node.heading or node.children]
        if loose:
            name = LOOSE.get(self.tree.said.get("language", self.here.language), LOOSE["en"])
            self.remarks.append(f"codes that stand under no theme: {len(loose)}; they come under the theme '{name}'")
            nodes.append(Node(name, {}, loose, heading=True))
        return nodes

    def theme(self, node: Node) -> Theme:
        if not node.heading:
            self.remarks.append(f"'{node.name}' has codes under it: it becomes a theme, and is no code any more")
        id = self.id(node, {theme.name: theme.id for theme in self.here.themes})
        said = {key: node.fields[key] for key in ("definition", "colour", "names") if key in node.fields}
        codes = tuple(self.code(one, name, id) for one, name in self.below(node))
        old = self.themes_here.get(id, Theme(id, node.name))
        return replace(old, name=node.name or id, codes=codes, **said)

    def below(self, node: Node) -> Iterator[tuple[Node, str]]:
        """(code, name) of all under a theme."""
        for child in node.children:
            yield child, child.name
            for deep, name in self.below(child):
                full = f"{child.name} > {name}"
                if deep in child.children:
                    self.remarks.append(f"'{full}' lies deeper than a codebook here goes: it is a code of that name")
                yield deep, full

    def code(self, node: Node, name: str, theme: str) -> Code:
        known = {code.name: code.id for code in self.here.codes.values()}
        known |= {code.name: code.id for one in self.here.themes if one.id == theme for code in one.codes}
        id = self.id(node, known, name)
        said = {key: value for key, value in node.fields.items() if key != "id"}
        old = self.here.codes.get(id, Code(id, name, theme))
        code = replace(old, name=name or id, theme=theme, **said)
        if not code.definition:
            self.undefined += 1
            code = replace(code, definition=code.name)
        return code

    def id(self, node: Node, known: dict[str, str], name: str = "") -> str:
        """The id that the file gives, or that the GUID or the name has here, or a new one."""
        name = name or node.name
        if given := str(node.fields.get("id", "")):
            return given
        for old in (self.by_guid.get(node.guid), known.get(name)):
            if old and old not in self.used:
                self.used.add(old)
                return old
        new = code_id(name, self.taken)
        self.taken.add(new)
        self.used.add(new)
        return new

    def questions(self, themes: Sequence[Theme]) -> tuple[GuideQuestion, ...]:
        if self.tree.questions is not None:
            return self.tree.questions
        ids, kept = {theme.id for theme in themes}, []
        for question in self.here.questions:
            if gone := [id for id in question.themes if id not in ids]:
                self.remarks.append(f"guide question '{question.id}' no longer asks about {', '.join(gone)}")
            kept.append(replace(question, themes=tuple(id for id in question.themes if id in ids)))
        return tuple(kept)


def _all(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(node.children)
