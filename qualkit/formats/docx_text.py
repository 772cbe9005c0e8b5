"""Word (.docx): its paragraphs as plain text.

A .docx is a zip file with XML in it, and only the words are wanted: the standard library's zipfile and defusedxml (one
small package without any of its own, which refuses entity bombs) read them. python-docx would bring lxml, megabytes of
compiled code, for the same paragraphs.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qualkit.errors import Problem, QualkitError
from qualkit.formats.turns import Block

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST = 100_000_000  # bytes of XML; an interview of three hours has one million
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = {_W + "del", _W + "moveFrom", _W + "pPr", _W + "rPr", _FALLBACK}  # deleted, moved away, written twice
_SIGNS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_BESIDE = {"word/comments.xml": "comments", "word/footnotes.xml": "footnotes", "word/endnotes.xml": "endnotes"}
_HINT = "open it in the program that made it, save it as .docx or plain text (.txt), and add that"


def is_docx(content: bytes) -> bool:
    """Whether these bytes are a Word document, whatever the file is called."""
    if not content.startswith(b"PK\3\4"):
        return False
    try:
        return "word/document.xml" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def docx_blocks(content: bytes, name: str) -> tuple[list[Block], list[Problem]]:
    """The paragraphs with their numbers in the place of line numbers, and what beside them is not read."""
    root, parts = _document(content, name)
    blocks: list[Block] = []
    for number, words in enumerate(_paragraphs(root), start=1):
        if words.strip():
            blocks.append((number, [row.strip() for row in words.strip().split("\n") if row.strip()]))
    problems = [
        Problem(name, f"the {what} of this Word file are not read", "copy those you need into the text", warning=True)
        for part, what in _BESIDE.items()
        if any(" ".join(_paragraphs(notes)).strip() for notes in parts.get(part, ()))
    ]
    return blocks, problems


def _document(content: bytes, name: str) -> tuple[Element, dict[str, list[Element]]]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            held = {one.filename: one.file_size for one in archive.infolist()}
            if sum(held.get(part, 0) for part in ("word/document.xml", *_BESIDE)) > _MOST:
                raise QualkitError("this Word file is too large to be a text", where=name, hint=_HINT)
            trees: dict[str, Element] = {
                part: fromstring(archive.read(part).replace(_STRICT[1:-1].encode(), _W[1:-1].encode()))
                for part in ("word/document.xml", *_BESIDE)
                if part in held
            }
        return trees["word/document.xml"], {part: [tree] for part, tree in trees.items()}
    except DefusedXmlException as error:
        raise QualkitError("this Word file holds XML that no word processor writes", where=name, hint=_HINT) from error
    except (zipfile.BadZipFile, zlib.error, ParseError, RuntimeError, EOFError, KeyError, ValueError, OSError) as error:
        raise QualkitError(
            "this Word file is damaged: .docx files cannot be read so", where=name, hint=_HINT
        ) from error


def _paragraphs(element: Element) -> Iterator[str]:
    """The text of each paragraph in order; one within another (a text box) follows it."""
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if one.tag == _W + "p":
            words, inner = _words(one)
            yield words
            waiting += reversed(inner)
        elif one.tag not in _LEFT_OUT:
            waiting += reversed(one)


def _words(paragraph: Element) -> tuple[str, list[Element]]:
    """A paragraph's own words, and the paragraphs inside it."""
    words: list[str] = []
    inner: list[Element] = []
    waiting = list(reversed(paragraph))
    while waiting:
        one = waiting.pop()
        if one.tag == _W + "p":
            inner.append(one)
        elif one.tag == _W + "t":
            words.append(one.text or "")
        elif one.tag in _SIGNS:
            words.append(_SIGNS[one.tag])
        elif one.tag not in _LEFT_OUT:
            waiting += reversed(one)
    return "".join(words), inner
