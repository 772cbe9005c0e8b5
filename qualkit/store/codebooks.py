"""codebooks/<name>.yaml -> Codebook, with every problem at its line."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from qualkit.errors import Problem
from qualkit.model.codebook import KINDS, Change, Code, Codebook, GuideQuestion, Theme
from qualkit.model.inflection import can_inflect
from qualkit.model.keyword import Keyword, KeywordError, parse_keyword
from qualkit.store.files import read_text
from qualkit.store.keys import COLOUR, DAY, ID, NOUNS, SHORTCUT
from qualkit.store.marks import Keys, Reading, compose

_ID = re.compile(ID)
_COLOUR = re.compile(COLOUR)
_DATE = re.compile(DAY)
_SHORTCUT = re.compile(SHORTCUT)


def read_codebook(path: Path, name: str) -> tuple[Codebook, list[Problem]]:
    """The codebook and its problems; what has a problem is left out or kept as far as it can be read."""
    return parse_codebook(read_text(path), name)


def parse_codebook(text: str, name: str) -> tuple[Codebook, list[Problem]]:
    """The same from text; `name` is how problems call the file."""
    reading = Reading(name)
    node = compose(text, reading)
    keys = Keys(node, reading, "the codebook", NOUNS["codebook"])
    language = keys.text("language", "sv")
    themes = _Themes(reading, language)
    codebook = Codebook(
        title=keys.text("title"),
        language=language,
        version=keys.text("version", "1"),
        themes=tuple(filter(None, (themes.theme(one) for one in keys.nodes("themes")))),
        questions=tuple(filter(None, (themes.question(one) for one in keys.nodes("questions")))),
        changes=tuple(_change(one, reading) for one in keys.nodes("changes")),
    )
    keys.done()
    themes.check_replaced()
    if not codebook.themes and not reading.problems:
        reading.problem(node, "the codebook has no themes", "add `themes:` with a list under it")
    return codebook, reading.problems


def _change(node: yaml.Node, reading: Reading) -> Change:
    keys = Keys(node, reading, "a change", NOUNS["change"])
    change = Change(keys.text("date"), keys.text("version"), keys.text("coder"), keys.text("what"))
    keys.done()
    return change


class _Themes:
    """Reads themes, codes and questions, and knows which ids, shortcuts and themes it has seen."""

    def __init__(self, reading: Reading, language: str) -> None:
        self.reading = reading
        self.language = language
        self.seen: dict[str, dict[str, yaml.Node]] = {"theme": {}, "code": {}, "question": {}, "shortcut": {}}
        self.replaced: list[tuple[str, yaml.Node]] = []

    def theme(self, node: yaml.Node) -> Theme | None:
        keys = Keys(node, self.reading, "a theme", NOUNS["theme"])
        if (id := self.id(keys, "theme")) is None:
            return None
        keys.what = f"theme '{id}'"
        theme = Theme(
            id=id,
            name=keys.text("name") or id,
            definition=keys.text("definition"),
            colour=self.colour(keys),
            codes=tuple(filter(None, (self.code(one, id) for one in keys.nodes("codes")))),
            names=keys.names("name_"),
        )
        keys.done()
        return theme

    def code(self, node: yaml.Node, theme: str) -> Code | None:
        keys = Keys(node, self.reading, "a code", NOUNS["code"])
        if (id := self.id(keys, "code")) is None:
            return None
        keys.what = f"code '{id}'"
        replaced = keys.texts("replaced_by")
        code = Code(
            id=id,
            name=keys.text("name") or id,
            theme=theme,
            kind=self.kind(keys),
            definition=keys.text("definition"),
            include=keys.text("include"),
            exclude=keys.text("exclude"),
            examples=tuple(text for text, _ in keys.texts("examples")),
            keywords=self.keywords(keys),
            shortcut=self.shortcut(keys),
            colour=self.colour(keys),
            names=keys.names("name_"),
            retired=self.retired(keys),
            replaced_by=tuple(text for text, _ in replaced),
        )
        self.replaced += replaced
        if not code.definition:
            self.reading.problem(node, f"code '{id}' has no definition", "add a line `definition: ...` under it")
        keys.done()
        return code

    def question(self, node: yaml.Node) -> GuideQuestion | None:
        keys = Keys(node, self.reading, "a guide question", NOUNS["question"])
        if (id := self.id(keys, "question")) is None:
            return None
        keys.what = f"guide question '{id}'"
        themes = []
        for theme, where in keys.texts("themes"):
            if theme in self.seen["theme"]:
                themes.append(theme)
            else:
                self.reading.problem(where, f"question '{id}' names the unknown theme '{theme}'", "use a theme's id")
        if "themes" not in keys:
            hint = "add `themes: [...]`, or `themes: []` where it asks about none: it decides what counts as not asked"
            self.reading.problem(
                keys.node, f"question '{id}' does not say which themes it asks about", hint, warning=True
            )
        question = GuideQuestion(id, keys.text("text"), tuple(themes))
        if not question.text:
            self.reading.problem(keys.node, f"question '{id}' has no text", "add a line `text: ...`")
        keys.done()
        return question

    def id(self, keys: Keys, what: str) -> str | None:
        if not isinstance(keys.node, yaml.MappingNode):
            return None
        id = keys.text("id")
        if not id:
            self.reading.problem(keys.node, f"this {what} has no id", "add a line `id: ...`, short and without spaces")
            return None
        where = keys.node_of("id")
        if not _ID.fullmatch(id):
            better = re.sub(r"[^\w.]+", "-", id).strip("-.")
            hint = f"write '{better}': letters, digits, . - and _, no spaces"
            self.reading.problem(where, f"the {what} id '{id}' has a character that ids cannot have", hint)
        return id if self.first(what, id, where) else None

    def first(self, what: str, id: str, where: yaml.Node) -> bool:
        other = {"theme": "code", "code": "theme"}.get(what)
        if other and id in self.seen[other]:
            line = self.seen[other][id].start_mark.line + 1
            hint = f"give one an id of its own: `--code {id}` must mean one thing"
            self.reading.problem(where, f"{what} '{id}' has the id of the {other} on line {line}", hint)
        before = self.seen[what].setdefault(id, where)
        if before is where:
            return True
        line = before.start_mark.line + 1
        self.reading.problem(
            where, f"{what} '{id}' stands twice, first on line {line}", f"give one a {what} of its own"
        )
        return False

    def kind(self, keys: Keys) -> str:
        kind = keys.text("kind")
        if kind and kind not in KINDS:
            self.reading.problem(keys.node_of("kind"), f"unknown kind '{kind}'", f"one of: {', '.join(KINDS)}")
        return kind

    def retired(self, keys: Keys) -> str:
        written = keys.text("retired")
        if written.casefold() in ("", "false", "no"):
            return ""
        if written.casefold() not in ("true", "yes") and not _DATE.fullmatch(written):
            hint = "write the day, as in `retired: 2026-03-01`, or true"
            self.reading.problem(keys.node_of("retired"), f"'{written}' does not say since when", hint)
        return written

    def check_replaced(self) -> None:
        """Codes that are said to stand for a retired one, and are not there."""
        for code, where in self.replaced:
            if code not in self.seen["code"]:
                self.reading.problem(where, f"there is no code '{code}'", "name the ids of codes", warning=True)

    def shortcut(self, keys: Keys) -> str:
        key = keys.text("shortcut")
        if not key:
            return ""
        if not _SHORTCUT.fullmatch(key):
            self.reading.problem(keys.node_of("shortcut"), f"shortcut '{key}' is not one letter or digit", "such as: b")
            return ""
        return key if self.first("shortcut", key, keys.node_of("shortcut")) else ""

    def colour(self, keys: Keys) -> str:
        colour = keys.text("colour")
        if colour and not _COLOUR.fullmatch(colour):
            self.reading.problem(keys.node_of("colour"), f"'{colour}' is no colour", 'write it as "#0072B2", in quotes')
            return ""
        return colour

    def keywords(self, keys: Keys) -> tuple[Keyword, ...]:
        found: dict[object, Keyword] = {}
        for text, where in keys.texts("keywords"):
            try:
                keyword = parse_keyword(text)
            except KeywordError as error:
                self.reading.problem(where, f"the keyword '{text}' can never match: {error}", "see README: keywords")
                continue
            if keyword.inflected and not can_inflect(self.language):
                what = f"the keyword '{text}' has a plus, but inflections in '{self.language}' are not known"
                self.reading.problem(where, what, "write a star, or each form as a keyword of its own")
                continue
            if keyword.meaning in found:
                self.reading.problem(
                    where, f"the keyword '{text}' stands twice in this code", "delete one of them", warning=True
                )
            found.setdefault(keyword.meaning, keyword)
        return tuple(found.values())
