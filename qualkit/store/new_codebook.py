"""A codebook that comes from elsewhere as a new file, and what a codebook's file says beside the codebook."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

from qualkit.errors import QualkitError
from qualkit.model.codebook import Codebook
from qualkit.store.codebook_text import codebook_text
from qualkit.store.files import Stamp, read_text, write_atomically
from qualkit.store.marks import Reading, compose
from qualkit.store.project import Folder
from qualkit.store.schema import CODEBOOK_LINE, write_schemas
from qualkit.store.settings import ID_RULE, valid_id

_REMARKS = ("references", "note")


def new_codebook_path(folder: Folder, name: str) -> Path:
    """codebooks/<name>.yaml. QualkitError where that file is there already, or the name cannot be one."""
    stem = name.removesuffix(".yaml").replace(" ", "-").replace(".", "-")
    if not valid_id(stem):
        raise QualkitError(f"'{name}' cannot be a codebook's name", hint=f"--to NAME: {ID_RULE}")
    path = folder.root / "codebooks" / f"{stem}.yaml"
    if path.exists():
        hint = "--to NAME for another name, or --replace for the place of the study's codebook"
        raise QualkitError("there is such a codebook already; nothing was changed", where=folder.name(path), hint=hint)
    return path


def write_new_codebook(path: Path, codebook: Codebook) -> None:
    """Write the file and the schema beside it; QualkitError where a codebook came there meanwhile."""
    write_atomically(path, codebook_text(codebook, CODEBOOK_LINE).encode("utf-8"), expected=Stamp(None))
    write_schemas(path.parent)


def remarks_in(path: Path) -> list[str]:
    """What stands in a codebook's file for its readers only, in words: "references (11), comments (3 lines)"."""
    text = read_text(path)
    found = Counter(_remarks(compose(text, Reading(path.name))))
    comments = sum(line.lstrip().startswith("#") for line in text.split("\n"))
    said = [f"{key} ({found[key]})" for key in _REMARKS if found[key]]
    said += [f"comments ({comments} line{'s' if comments != 1 else ''})"] if comments else []
    return [", ".join(said)] if said else []


def _remarks(node: yaml.Node | None) -> list[str]:
    if isinstance(node, yaml.SequenceNode):
        return [key for one in node.value for key in _remarks(one)]
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [key.value for key, _ in node.value if key.value in _REMARKS]
    return keys + [key for name, value in node.value if name.value not in _REMARKS for key in _remarks(value)]
