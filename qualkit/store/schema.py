"""The JSON Schemas of codebooks and of qualkit.yaml, made from the loader's own table, and where a study keeps them.

They lie in codebooks/, named without a folder in the codebook's first line: so an editor finds them without a network,
on every machine that has the study, through git and on a shared drive. `.qualkit/` may be deleted and is in no git.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

from qualkit.store.files import read_bytes, write_atomically
from qualkit.store.keys import NAMED, NOUNS, Key

FILES = {"codebook": "codebook.schema.json", "settings": "settings.schema.json"}
MARK = "# yaml-language-server: $schema="
CODEBOOK_LINE = MARK + FILES["codebook"]


def schema_text(noun: str) -> str:
    """The schema of a file that holds this noun, as it ships."""
    title = {"codebook": "A codebook of qualkit", "settings": "The settings of a qualkit study (qualkit.yaml)"}[noun]
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    return json.dumps(head | schema(noun), ensure_ascii=False, indent=1) + "\n"


def schema(noun: str) -> dict[str, Any]:
    """What a mapping of this noun may hold."""
    keys = NOUNS[noun]
    found: dict[str, Any] = {"type": "object", "additionalProperties": False}
    found["properties"] = {name: {"description": key.doc} | _behind(key) for name, key in keys.items()}
    if noun in NAMED:
        found["patternProperties"] = {"^name_.{2,3}$": _text(Key("The name in another language."))}
    if needed := [name for name, key in keys.items() if key.needed]:
        found["required"] = needed
    if noun == "settings":
        found["type"] = ["object", "null"]
    return found


def _behind(key: Key) -> dict[str, Any]:
    if key.shape == "remark":
        return {}
    if key.shape == "mapping":
        return {"type": "object", "additionalProperties": _text(Key(""))}
    if key.shape == "nouns":
        found = {"type": "array" if key.needed else ["array", "null"], "items": schema(key.noun)}
        return found | ({"minItems": 1} if key.needed else {})
    if key.shape == "texts":
        one = _text(Key(key.doc, needed=bool(key.pattern), pattern=key.pattern))
        return {"anyOf": [{"type": "array", "items": one}, one, {"type": "null"}]}
    return _text(key)


def _text(key: Key) -> dict[str, Any]:
    """Any scalar: the loader takes it as the text that was written, so that `name: 1177` is a name."""
    if key.choices:
        return {"enum": [*key.choices, "", None]}
    kinds = ["string", "number", "boolean"] + ([] if key.needed else ["null"])
    if not key.pattern:
        return {"type": kinds} | ({"pattern": r"\S"} if key.needed else {})
    whole = rf"^\s*(?:{key.pattern})\s*$" if key.needed else rf"^\s*(?:{key.pattern})?\s*$"
    found: dict[str, Any] = {"type": kinds, "pattern": whole, "patternErrorMessage": key.doc}  # editors show that
    return found | _NUMBERS.get(key.pattern, {"minimum": 0})


_NUMBERS: dict[str, dict[str, Any]] = {
    NOUNS["code"]["colour"].pattern: {"type": ["string", "null"]},
    NOUNS["code"]["keywords"].pattern: {"type": ["string", "integer", "boolean"], "minimum": 0},
    NOUNS["code"]["retired"].pattern: {"type": ["string", "boolean", "null"]},
    NOUNS["settings"]["coder"].pattern: {"type": ["string", "integer", "boolean", "null"]},
    NOUNS["settings"]["vocabulary"].pattern: {},
    NOUNS["code"]["shortcut"].pattern: {"type": ["string", "integer", "null"], "minimum": 0, "maximum": 9},
}


def with_line(text: str) -> str:
    """A codebook's text with the line that names the schema, where no comment at its head names one."""
    head = re.match(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*", text)
    if head and MARK.rstrip("=") in head.group():
        return text
    found = re.search(r"\r\n|\n|\r", text)
    return CODEBOOK_LINE + (found.group() if found else "\n") + text


def old_schemas(folder: Path) -> list[Path]:
    """The schemas that this folder should hold and lacks, or has of another version."""
    paths = [folder / name for name in FILES.values()]
    return [path for path in paths if not path.exists() or read_bytes(path).replace(b"\r\n", b"\n") != _shipped(path)]


def write_schemas(folder: Path) -> None:
    """Put the schemas that ship into this folder, where they are missing or of another version."""
    for path in old_schemas(folder):
        write_atomically(path, _shipped(path))


def _shipped(path: Path) -> bytes:
    return resources.files("qualkit.data").joinpath(path.name).read_bytes()
