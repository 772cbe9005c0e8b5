"""A codebook as a Word document, for the appendix of a report."""

from __future__ import annotations

from qualkit.formats.codebook_appendix import Block, blocks_of
from qualkit.formats.codebooks import CodebookExport
from qualkit.formats.word import document, heading, paragraph


def render(export: CodebookExport) -> bytes:
    """The file's bytes: the same codebook gives the same ones."""
    book = export.codebook
    return document(map(_part, blocks_of(book)), title=book.title, language=book.language, made=export.made)


def _part(block: Block) -> str:
    if block.level:
        return heading(block.text, block.level)
    return paragraph(block.text, f"{block.label}:" if block.label else "")
