"""A codebook as rows of a table: a row a theme or code, `Theme > Code` in the first column, the definition as its memo.

MAXQDA imports the columns Code and Memo of such a sheet; the others are ours. Tables that people made themselves come
in as well: by their headings, English or Swedish, with or without ids.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from qualkit.errors import QualkitError
from qualkit.formats.codebook_tree import Node, Tree, Written
from qualkit.model.codebook import Code, Codebook
from qualkit.model.keyword import Keyword

COLUMNS = {
    "path": "Code", "definition": "Memo", "include": "Include", "exclude": "Exclude", "examples": "Examples",
    "keywords": "Keywords", "kind": "Kind", "id": "Id", "theme": "Theme", "colour": "Colour", "shortcut": "Shortcut",
    "retired": "Retired", "replaced_by": "Replaced by",
}  # fmt: skip
WIDTHS = {"path": 44, "definition": 50, "include": 34, "exclude": 34, "examples": 50, "keywords": 40, "id": 26}
_ALSO = {
    "kod": "path", "koder": "path", "codes": "path", "code name": "path", "kodnamn": "path",
    "definition": "definition", "description": "definition", "beskrivning": "definition", "code memo": "definition",
    "kommentar": "definition", "comment": "definition",
    "inkludera": "include", "hör hit": "include", "exkludera": "exclude", "hör inte hit": "exclude",
    "exempel": "examples", "example": "examples", "keyword": "keywords", "nyckelord": "keywords", "sökord": "keywords",
    "typ": "kind", "slag": "kind", "tema": "theme", "färg": "colour", "color": "colour", "kortkommando": "shortcut",
}  # fmt: skip
_MEANING = {heading.casefold(): name for name, heading in COLUMNS.items()} | _ALSO
_LISTS = ("examples", "keywords", "replaced_by")
_NAME = re.compile(r"name_.{2,3}", re.IGNORECASE)
_PARTED = re.compile(r"[\n;,](?![^()]*\))")  # a comma inside brackets belongs to its keyword
_STEP = re.compile(r"\s+>\s+|\s*\\\s*")  # MAXQDA takes both


def rows_of(codebook: Codebook) -> list[list[str]]:
    """The headings, and a row for each theme and code."""
    names = [*(theme.names for theme in codebook.themes), *(code.names for code in codebook.codes.values())]
    languages = list(dict.fromkeys(language for one in names for language in one))
    rows = [[*COLUMNS.values(), *(f"name_{language}" for language in languages)]]
    for theme in codebook.themes:
        said = {"path": theme.name, "definition": theme.definition, "id": theme.id, "colour": theme.colour}
        rows.append(_row(said, theme.names, languages))
        for code in theme.codes:
            said = {name: _cell(getattr(code, name)) for name in COLUMNS if name != "path"}
            rows.append(_row({**said, "path": f"{theme.name} > {code.name}"}, code.names, languages))
    return rows


def _row(said: dict[str, str], names: Mapping[str, str], languages: Sequence[str]) -> list[str]:
    return [said.get(column, "") for column in COLUMNS] + [names.get(language, "") for language in languages]


def _cell(value: object) -> str:
    """Keywords stand with commas, other lists a line an entry; further lines of an entry two blanks further in."""
    if not isinstance(value, tuple):
        return str(value)
    if any(isinstance(one, Keyword) for one in value):
        return ", ".join(one.text for one in value)
    return "\n".join(str(one).replace("\n", "\n  ") for one in value)


def tree_of(rows: Sequence[Sequence[str]], name: str) -> Tree:
    """What the rows of a table say. QualkitError where no column holds codes."""
    for number, row in enumerate(rows[:20]):
        meanings = [_meaning(cell) for cell in row]
        if "path" in meanings:
            return _Reading(meanings).tree(rows[number + 1 :], row)
    what = "no column of this table is headed Code (or Kod)"
    raise QualkitError(what, where=name, hint="write headings in the first row: Theme, Code, Memo, Keywords, ...")


def _meaning(cell: str) -> str:
    text = unicodedata.normalize("NFC", cell).strip()
    return text if _NAME.fullmatch(text) else _MEANING.get(text.casefold(), "")


class _Reading:
    def __init__(self, meanings: Sequence[str]) -> None:
        self.meanings = meanings
        self.nodes: list[Node] = []

    def tree(self, rows: Sequence[Sequence[str]], headings: Sequence[str]) -> Tree:
        for row in rows:
            said: dict[str, str] = {}
            for meaning, cell in zip(self.meanings, row, strict=False):
                if meaning and not said.get(meaning):
                    said[meaning] = unicodedata.normalize("NFC", cell).replace("\r\n", "\n").strip()
            if said.get("path") or said.get("id"):
                self.take(said)
        unread = [h for h, meaning in zip(headings, self.meanings, strict=False) if h.strip() and not meaning]
        twice = [m for m in dict.fromkeys(self.meanings) if m and list(self.meanings).count(m) > 1]
        remarks = [f"the column '{heading.strip()}' is not read" for heading in unread]
        remarks += [f"more than one column holds the {m}: the first with a text counts, row by row" for m in twice]
        return Tree(self.nodes, remarks=remarks)

    def take(self, said: dict[str, str]) -> None:
        path, theme = said.get("path") or said.get("id", ""), said.get("theme", "")
        node = Node(path, self.fields(said))
        if theme:
            parent = self.theme(theme)
            node.name = path.removeprefix(f"{parent.name} > ")
            parent.children.append(node)
        elif said.get("id") and "theme" in self.meanings:
            node.heading = True
            self.nodes.append(node)
        else:
            self.place(node, _STEP.split(path))

    def theme(self, said: str) -> Node:
        for node in self.nodes:
            if said == node.fields.get("id"):
                return node
        for node in self.nodes:
            if said == node.name:
                node.heading = True
                return node
        self.nodes.append(Node(said, heading=True))
        return self.nodes[-1]

    def place(self, node: Node, steps: list[str]) -> None:
        """Put a code where its path says; what the path goes through is made where no row told of it."""
        level, node.name = self.nodes, steps[-1]
        for step in steps[:-1]:
            found = next((one for one in level if one.name == step), None)
            if found is None:
                level.append(found := Node(step, heading=level is self.nodes))
            level = found.children
        level.append(node)

    def fields(self, said: dict[str, str]) -> dict[str, object]:
        found: dict[str, object] = {}
        for meaning, text in said.items():
            if meaning == "keywords":
                words = [part.strip() for part in _PARTED.split(text)]
                found[meaning] = tuple(Written(word) for word in words if word)
            elif meaning in _LISTS:
                found[meaning] = tuple(_entries(text))
            elif meaning in Code.__dataclass_fields__ and meaning != "theme" and (text or meaning != "id"):
                found[meaning] = text
        names = {meaning[5:]: text for meaning, text in said.items() if _NAME.fullmatch(meaning) and text}
        if any(_NAME.fullmatch(meaning) for meaning in said):
            found["names"] = names
        return found


def _entries(text: str) -> list[str]:
    entries: list[str] = []
    for line in text.split("\n"):
        if line.startswith("  ") and entries:
            entries[-1] += "\n" + line[2:]
        elif line.strip():
            entries.append(line.strip())
    return entries
