"""A codebook as Markdown, for the appendix of a report."""

from __future__ import annotations

import re

from qualkit.formats.codebook_appendix import Block, blocks_of
from qualkit.formats.codebooks import CodebookExport

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LIST = re.compile(r"(?m)^( *)([-+=]|\d+(?=[.)]))")


def render(export: CodebookExport) -> bytes:
    """The file's bytes; signs that Markdown would take for its own are escaped."""
    return ("\n\n".join(map(_written, blocks_of(export.codebook))) + "\n").encode("utf-8")


def _written(block: Block) -> str:
    if block.level:
        return f"{'#' * block.level} {_plain(' '.join(block.text.split()))}"
    text = "\\\n".join(line for line in _plain(block.text).split("\n") if line.strip())
    return f"**{_plain(block.label)}:** {text}"


def _plain(text: str) -> str:
    return _LIST.sub(_escaped, _MARKUP.sub(r"\\\1", text))


def _escaped(found: re.Match[str]) -> str:
    blanks, sign = found.groups()
    return f"{blanks}{sign}\\" if sign.isdecimal() else f"{blanks}\\{sign}"
