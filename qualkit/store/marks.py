"""YAML with the line of every key and value, so that each problem says where it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

from qualkit.errors import Problem, place
from qualkit.store.keys import LISTS, Key

LOST = re.compile(r":?[ \t]+(?P<lost>#[^#\s].*?)[ \t]*(?=[\r\n]|\Z)")
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Reading:
    """A YAML file being read: its name, the problems found so far, and its text."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    text: str = ""

    def problem(self, node: yaml.Node | None, message: str, hint: str = "", *, warning: bool = False) -> None:
        """Note a problem at the line of a node."""
        mark = node.start_mark if node is not None else None
        where = place(self.name, mark.line + 1 if mark else None)
        self.problems.append(Problem(where, message, hint, warning, mark.column + 1 if mark else 0))

    def lost(self, node: yaml.Node, value: yaml.Node) -> None:
        """Note where a text ends at a # that stands close to a word: most likely it was meant as a part of the text."""
        at = (node if is_null(value) else value).end_mark.index
        found = LOST.match(self.text, at) if isinstance(value, yaml.ScalarNode) and not value.style else None
        if found:
            hint = f'to keep it, put it in quotes: "{found["lost"]}"'
            if not is_null(value):
                hint = "to keep it, put the whole text in quotes; a remark begins with a # and a blank"
            self.problem(node, f"YAML takes {found['lost']} for a remark, so it is not read", hint, warning=True)


def compose(text: str, reading: Reading) -> yaml.Node | None:
    """The document's root node; None, with the problem noted, when it is no YAML."""
    reading.text = text
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        column = mark.column + 1 if mark else 0
        reading.problems.append(Problem(place(reading.name, line), *_explain(error, text, line), column=column))
        return None
    except yaml.YAMLError as error:
        reading.problems.append(Problem(reading.name, f"not readable as YAML: {error}", "save it as UTF-8 text"))
        return None
    return node


def _explain(error: yaml.MarkedYAMLError, text: str, line: int | None) -> tuple[str, str]:
    lines = text.split("\n")
    written = lines[line - 1] if line and line <= len(lines) else ""
    if "\t" in written[: len(written) - len(written.lstrip())] or "'\\t'" in str(error.problem):
        return "a tab stands where YAML wants spaces", "replace the tab by spaces, two for each step in"
    if "mapping values are not allowed" in str(error.problem):
        return "a colon inside the text confuses YAML", 'put the text in quotes: name: "Text: more"'
    if "alias" in f"{error.context} {error.problem}":
        return "a star at the beginning of a text confuses YAML", 'put the text in quotes: keywords: ["*dosa"]'
    what = " ".join(str(part) for part in (error.context, error.problem) if part)
    return f"not readable as YAML: {what}", "look at the indentation and the quotes on this line and the one above"


def is_null(node: yaml.Node) -> bool:
    """Whether nothing is written there, or `null`; the C parser gives a plain text the style "", the other one None."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null" and not node.style


class Keys:
    """A mapping being read key by key; at `done`, what is in no table and nobody asked for is a problem."""

    def __init__(
        self, node: yaml.Node | None, reading: Reading, what: str, known: Mapping[str, Key] | None = None
    ) -> None:
        self.known = known
        self.node = node
        self.reading = reading
        self.what = what
        self.values: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        self._asked: list[str] = list(known or ())
        if isinstance(node, yaml.MappingNode):
            self._take(node)
        elif node is not None:
            reading.problem(node, f"{what} must be a list of `key: value` lines", "look at the indentation")

    def _take(self, node: yaml.MappingNode) -> None:
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in self.values:
                self.reading.problem(key, f"{self.what} has '{name}' twice", "delete one of them")
            self.values[name] = (key, value)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def node_of(self, key: str) -> yaml.Node:
        """The node of a value that is there, for its line."""
        return self.values[key][1]

    def text(self, key: str, default: str = "") -> str:
        """A scalar as text: exactly what is written, so 0140 stays 0140 and `no` stays `no`."""
        self._ask(key, "text")
        if key not in self.values:
            return default
        node = self.values[key][1]
        if not isinstance(node, yaml.ScalarNode):
            self.reading.problem(node, f"'{key}' must be text", "put it in quotes on one line")
            return default
        self.reading.lost(self.values[key][0], node)
        if is_null(node):
            return default
        return unicodedata.normalize("NFC", str(node.value)).strip()

    def nodes(self, key: str) -> list[yaml.Node]:
        """The nodes of a list; a single value counts as a list of one."""
        self._ask(key, *LISTS)
        if key not in self.values:
            return []
        node = self.values[key][1]
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if isinstance(node, yaml.ScalarNode):
            return [] if is_null(node) else [node]
        self.reading.problem(node, f"'{key}' must be a list", "begin each line of it with a dash")
        return []

    def texts(self, key: str) -> list[tuple[str, yaml.Node]]:
        """The texts of a list with their nodes."""
        found: list[tuple[str, yaml.Node]] = []
        for node in self.nodes(key):
            if isinstance(node, yaml.ScalarNode):
                self.reading.lost(node, node)
                found.append((unicodedata.normalize("NFC", str(node.value)), node))
            else:
                self.reading.problem(node, f"'{key}' must be a list of texts", "put text with a colon in quotes")
        return found

    def _ask(self, key: str, *shapes: str) -> None:
        """Note that a key is read; one that stands otherwise in the table is a mistake of ours."""
        if self.known is None:
            self._asked.append(key)
        elif not key.startswith("name_") and self.known[key].shape not in shapes:
            raise TypeError(f"{key} is no {shapes[0]} in the table of keys")

    def names(self, prefix: str) -> dict[str, str]:
        """Translations: `name_en: ...` gives {"en": ...}."""
        keys = [key for key in self.values if key.startswith(prefix) and len(key) in (len(prefix) + 2, len(prefix) + 3)]
        self._asked += keys
        return {key.removeprefix(prefix): self.text(key) for key in keys}

    def done(self) -> None:
        """Every key that was not asked for is unknown."""
        for name in self._unasked():
            key, value = self.values[name]
            near = get_close_matches(name, self._asked, n=1, cutoff=0.6)
            hint = f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(dict.fromkeys(self._asked))}"
            if (isinstance(value, yaml.ScalarNode) and value.value == "" and " " in name) or self._flow_slip(value):
                hint = "text with a comma inside { } needs quotes, or it is cut in two"
            self.reading.problem(key, f"{self.what} has the unknown key '{name}'", hint)

    def _unasked(self) -> Iterator[str]:
        return (name for name in self.values if name not in self._asked)

    def _flow_slip(self, value: yaml.Node) -> bool:
        """`{sv: Oro, skam}` makes a key `skam` with nothing behind it."""
        flow = isinstance(self.node, yaml.MappingNode) and bool(self.node.flow_style)
        return flow and isinstance(value, yaml.ScalarNode) and value.value == ""
