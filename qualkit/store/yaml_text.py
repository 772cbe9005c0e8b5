"""YAML changed letter by letter: what is not meant to change keeps every byte, its comments, quotes and line ends.

A file is text with places in it that the parser knows; an edit exchanges the text between two places. Only what people
write in codebooks can be edited so: mappings and lists in lines of their own, without anchors, aliases and tags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from qualkit.errors import QualkitError, place
from qualkit.store.files import NewContent, Stamp, decode, encode_like, read_bytes
from qualkit.store.marks import Loader, Reading, compose, is_null

BY_HAND = "make this change in a text editor, then: qualkit codebook check"
_BREAK = re.compile(r"\r\n|\n|\r")
_WIDE = 120  # columns after which a list in brackets goes on in a new line


class YamlText:
    """A YAML file as it was read, and its text as it is to be."""

    def __init__(self, path: Path, name: str) -> None:
        """QualkitError where the file cannot be read, or not be edited without loss."""
        self.path, self.name = path, name
        self.content = read_bytes(path)
        self.text = decode(self.content)
        if encode_like(self.text, self.content) != self.content:
            raise QualkitError("this file holds signs that cannot be read", where=name, hint="save it as UTF-8")
        found = _BREAK.search(self.text)
        self.newline = found.group() if found else "\n"
        self._refuse_unsafe()

    @property
    def root(self) -> yaml.MappingNode:
        """The document as it is now."""
        reading = Reading(self.name)
        node = compose(self.text, reading)
        for problem in reading.problems:
            raise QualkitError(problem.message, where=problem.where, hint=problem.hint)
        if not isinstance(node, yaml.MappingNode):
            raise QualkitError("this file holds no `key: value` lines", where=self.name, hint=BY_HAND)
        return self.block(node, "the file")

    def new_content(self) -> NewContent:
        """What is to be written, and what must still stand there."""
        return NewContent(self.path, encode_like(self.text, self.content), Stamp.of(self.content))

    def refuse(self, node: yaml.Node, what: str) -> QualkitError:
        """The error for a place that cannot be edited."""
        return QualkitError(
            f"{what}, which qualkit cannot change without touching the rest; nothing was changed",
            where=place(self.name, node.start_mark.line + 1),
            hint=BY_HAND,
        )

    def block(self, node: yaml.Node, what: str) -> yaml.MappingNode:
        """The node as a mapping whose keys stand in lines of their own."""
        if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
            raise self.refuse(node, f"{what} is not written as lines `key: value`")
        return node

    def entries(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """The nodes of a list whose dashes stand in lines of their own; none for an empty list or value."""
        if is_empty(node):
            return []
        if not isinstance(node, yaml.SequenceNode) or node.flow_style:
            raise self.refuse(node, f"{what} is not written as a list with dashes")
        return list(node.value)

    def put(self, start: int, end: int, new: str) -> None:
        """Exchange the text between two places; the places of nodes read before do not hold any longer."""
        self.text = self.text[:start] + new + self.text[end:]

    def line_start(self, at: int) -> int:
        """Where the line of this place begins."""
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_end(self, at: int) -> int:
        """Where the line after this place begins; a last line without an end gets one."""
        if found := _BREAK.search(self.text, at):
            return found.end()
        self.text += self.newline
        return len(self.text)

    def end(self, node: yaml.Node) -> int:
        """Where the node's own letters end; the parser counts blank lines and comments behind it, too."""
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            text = self.text[node.start_mark.index : node.end_mark.index]
            return int(node.start_mark.index + len(text.rstrip()))
        if isinstance(node, yaml.MappingNode) and not node.flow_style:
            key, value = node.value[-1]
            return max(self.end(value), int(key.end_mark.index) + 1)
        if isinstance(node, yaml.SequenceNode) and not node.flow_style:
            return self.end(node.value[-1])
        return int(node.end_mark.index)

    def block_end(self, node: yaml.Node, column: int) -> int:
        """Where the lines of a node end, with the comments behind it that stand further in than `column`."""
        end = at = self.line_end(self.end(node))
        while at < len(self.text) and (found := _BREAK.search(self.text, at)):
            line = self.text[at : found.start()]
            if line.strip() and not (line.lstrip().startswith("#") and indent(line) > column):
                break
            at = found.end()
            end = at if line.strip() else end
        return end

    def insert_after(self, node: yaml.Node, column: int, lines: Sequence[str]) -> None:
        """New lines, as far in as `column`, below the lines of a node."""
        at = self.line_end(self.end(node))
        self.put(at, at, "".join(f"{' ' * column}{line}{self.newline}" for line in lines))

    def set_text(
        self, mapping: yaml.MappingNode, key: str, text: str, after: Sequence[str] = (), *, bare: bool = False
    ) -> None:
        """Give a key this text, quoted as it was; a new key goes below the last of the keys `after` that is there.

        `bare`: a number or a date, which needs no quotes where none stand.
        """
        if node := value_of(mapping, key):
            if not isinstance(node, yaml.ScalarNode):
                raise self.refuse(node, f"'{key}' is not a text")
            self._put_value(node, text if bare and not node.style else scalar(text, node.style))
        else:
            self.add_lines(mapping, after, [f"{key}: {text if bare else scalar(text)}"])

    def add_lines(self, mapping: yaml.MappingNode, after: Sequence[str], lines: Sequence[str]) -> None:
        """New lines in a mapping, below the last of these keys that is there, else below its last line."""
        nodes = [value or key for key, value in mapping.value if key.value in after]
        below = nodes[-1] if nodes else mapping
        self.insert_after(below, mapping.start_mark.column, lines)

    def clear(self, node: yaml.Node) -> int:
        """Take an empty value away (`[]`), with the blanks before it; gives where it stood."""
        start = len(self.text[: node.start_mark.index].rstrip(" "))
        self.put(start, self.end(node), "")
        return start

    def extend(self, mapping: yaml.MappingNode, key: str, texts: Sequence[str]) -> None:
        """Add texts to a list, in the way it is written: with dashes, in brackets, or one text alone."""
        node, quoted = value_of(mapping, key), [quote(text) for text in texts]
        if node is None:
            self.add_lines(mapping, (), [f"{key}: [{', '.join(quoted)}]"])
        elif is_empty(node):
            self._put_value(node, f"[{', '.join(quoted)}]")
        elif isinstance(node, yaml.SequenceNode) and node.flow_style:
            self._extend_flow(node, quoted)
        elif isinstance(node, yaml.SequenceNode):
            last = node.value[-1]
            self.insert_after(last, dash_column(self, last), [f"- {text}" for text in quoted])
        else:
            self._put_value(node, f"[{', '.join([quote(str(node.value)), *quoted])}]")

    def _put_value(self, node: yaml.Node, text: str) -> None:
        gap = " " if self.text[node.start_mark.index - 1] == ":" else ""
        self.put(node.start_mark.index, self.end(node), gap + text)

    def _extend_flow(self, node: yaml.SequenceNode, quoted: Sequence[str]) -> None:
        at = self.end(node.value[-1])
        column = at - self.line_start(at)
        added = ""
        for text in quoted:
            long = column + len(text) + 4 > _WIDE
            column = (node.value[0].start_mark.column if long else column + 2) + len(text)
            added += f",{self.newline + ' ' * node.value[0].start_mark.column if long else ' '}{text}"
        self.put(at, at, added)

    def _refuse_unsafe(self) -> None:
        _ = self.root  # says what is wrong with the file
        for event in yaml.parse(self.text, Loader=Loader):
            line = place(self.name, event.start_mark.line + 1 if event.start_mark else None)
            if anchor := getattr(event, "anchor", None):
                sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
                what = f"{sign}{anchor} makes YAML repeat one place at another"
                raise QualkitError(f"{what}; such a file cannot be changed safely", where=line, hint=BY_HAND)
            if tag := getattr(event, "tag", None):
                what = f"the tag {tag} gives a value another meaning"
                raise QualkitError(f"{what}; such a file cannot be changed safely", where=line, hint=BY_HAND)


def value_of(mapping: yaml.MappingNode, key: str) -> yaml.Node | None:
    """The node of a key's value."""
    return next((value for name, value in mapping.value if name.value == key), None)


def is_empty(node: yaml.Node) -> bool:
    """Whether nothing stands there, or an empty list."""
    if isinstance(node, yaml.SequenceNode):
        return not node.value
    return is_null(node)


def dash_column(yaml_text: YamlText, entry: yaml.Node) -> int:
    """The column of the dash before an entry of a list."""
    start = yaml_text.line_start(entry.start_mark.index)
    before = yaml_text.text[start : entry.start_mark.index]
    if not re.fullmatch(r" *- +", before):
        raise yaml_text.refuse(entry, "this entry does not begin right behind its dash")
    return before.index("-")


def scalar(text: str, style: str | None = None) -> str:
    """A text as YAML, in one line: plain where that means the same, else in quotes."""
    if style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return text if style != '"' and _is_plain(text) else quote(text)


def quote(text: str) -> str:
    """A text in double quotes; whatever YAML takes for a line end or cannot hold is escaped."""
    return "".join(
        sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in json.dumps(text, ensure_ascii=False)
    )


def _is_plain(text: str) -> bool:
    try:
        node = yaml.compose(f"key: {text}", Loader=Loader)
    except yaml.YAMLError:
        return False
    value = node.value[0][1] if isinstance(node, yaml.MappingNode) and len(node.value) == 1 else None
    return isinstance(value, yaml.ScalarNode) and (value.tag, value.value) == ("tag:yaml.org,2002:str", text)


def indent(line: str) -> int:
    """How many blanks a line begins with."""
    return len(line) - len(line.lstrip(" "))


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends."""
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", text)
