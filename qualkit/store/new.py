"""A new study folder: everything in its place, nothing overwritten."""

from __future__ import annotations

import csv
import io
from importlib import resources
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.store.files import explained, write_atomically
from qualkit.store.project import FOLDERS, Folder
from qualkit.store.register import Municipality, counties, municipalities
from qualkit.store.schema import write_schemas

SOURCE_HEADINGS = ("id", "title", "kind", "municipality", "date", "language", "recording", "asked", "note")
PARTICIPANT_HEADINGS = ("source", "speaker", "participant", "role", "municipality")
CASE_HEADINGS = ("code", "name", "skr_group", "skr_group_name")

# Where two branches meet, journals and tables keep the lines of both: acts have an order of their own, and a row that
# both changed stands twice, which `qualkit check` says.
_GITATTRIBUTES = b"""\
* text=auto eol=lf
*.jsonl merge=union
*.words.jsonl -merge
transcripts/*.csv merge=union
codebooks/*.csv merge=union
"""
_SETTINGS = """\
# yaml-language-server: $schema=codebooks/settings.schema.json
# Settings of this study; every line may be left out. What they mean: README.
title: {title}
language: sv                        # language of the recordings, where sources.csv says nothing
codebook: codebooks/codebook.yaml
case: municipality                  # the unit of the matrix's rows
# model: KBLab/kb-whisper-small     # speech model: a folder, a name, or offline-base
# vocabulary: [Digidel, Kungsängen] # names that are said in the recordings, beside those of cases and codebook
# coder: anna                       # your name in the journals: letters and digits
delimiter: semicolon                # of the tables that qualkit writes: semicolon, comma or tab
"""


def make_study(root: Path, *, title: str = "", county: str = "") -> Folder:
    """Make the folders, settings, codebook template and tables. QualkitError where a study is already."""
    folder = Folder(root)
    if root.exists() and not root.is_dir():
        raise QualkitError("this is a file, not a folder", where=str(root), hint="choose another name")
    if folder.settings.exists():
        raise QualkitError("there is a study here already", where=str(folder.settings), hint="choose another folder")
    rows = [[one.code, one.name, one.skr_group, one.skr_group_name] for one in _of_county(county)]
    template = resources.files("qualkit.data").joinpath("codebook.yaml").read_bytes()
    quoted = '"' + (title or root.resolve().name).replace("\\", "\\\\").replace('"', '\\"') + '"'
    files = {
        root / "codebooks" / "codebook.yaml": template,
        folder.cases: _table([CASE_HEADINGS, *rows]),
        folder.sources: _table([SOURCE_HEADINGS]),
        folder.participants: _table([PARTICIPANT_HEADINGS]),
        root / ".gitattributes": _GITATTRIBUTES,
        root / ".gitignore": b".qualkit/\n",
        folder.settings: _SETTINGS.format(title=quoted).encode("utf-8"),
    }
    with explained(root, "write"):
        for name in FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        if not path.exists():
            write_atomically(path, content)
    write_schemas(root / "codebooks")
    return folder


def _of_county(county: str) -> list[Municipality]:
    if not county:
        return []
    wanted = county.casefold().removesuffix(" län").removesuffix("s")
    found = [one for one in municipalities() if one.county.casefold().removesuffix(" län").removesuffix("s") == wanted]
    if not found:
        raise QualkitError(f"there is no county '{county}'", hint=f"one of: {', '.join(counties())}")
    return found


def _table(rows: list[tuple[str, ...] | list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")
