"""REFI-QDA codebook (.qdc), the exchange format of NVivo, ATLAS.ti, MAXQDA and others.

Written strictly, by the schema of 18 March 2019; read leniently: any namespace or none, GUIDs with or without braces.
Include, exclude and examples stand in the description, in paragraphs of their own: coders need them there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qualkit.errors import QualkitError
from qualkit.formats.codebook_tree import Node, Tree, guid_of
from qualkit.formats.codebooks import CodebookExport
from qualkit.model.codebook import Code, Theme

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SPACE = "urn:QDA-XML:codebook:1.0"
_HINT = "export the codebook again in the program that made it, as REFI-QDA codebook (.qdc)"
_CANNOT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 has no way to write
_PART = re.compile(r"(?:\n\n|^)(Include|Exclude|Example): ")
_KEY = {"Include": "include", "Exclude": "exclude", "Example": "examples"}


def render(export: CodebookExport) -> bytes:
    """The file's bytes: a theme is a code that cannot be coded with, its codes stand under it."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("CodeBook", {"xmlns": _SPACE, "origin": f"qualkit {export.version}"})
    codes = SubElement(root, "Codes")
    for theme in export.codebook.themes:
        parent = _element(codes, theme, "false")
        for code in theme.codes:
            _element(parent, code, "true")
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()


def _element(parent: Element, noun: Theme | Code, codable: str) -> Element:
    from xml.etree.ElementTree import SubElement

    said = {"guid": guid_of(noun.id), "name": _CANNOT.sub("\ufffd", noun.name), "isCodable": codable}
    element = SubElement(parent, "Code", said | ({"color": noun.colour} if noun.colour else {}))
    if text := _description(noun):
        SubElement(element, "Description").text = _CANNOT.sub("\ufffd", text)
    return element


def _description(noun: Theme | Code) -> str:
    parts = [noun.definition] if noun.definition else []
    if isinstance(noun, Code):
        said = [("Include", noun.include), ("Exclude", noun.exclude), *(("Example", text) for text in noun.examples)]
        parts += [f"{label}: {text}" for label, text in said if text]
    return "\n\n".join(parts)


def read(content: bytes, name: str) -> Tree:
    """The codes of the file. QualkitError where it is damaged or no codebook."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(content)
    except (ParseError, ValueError, LookupError, DefusedXmlException) as error:
        raise QualkitError("this file is damaged: no REFI-QDA codebook", where=name, hint=_HINT) from error
    codes = next((one for one in root.iter() if _local(one.tag) == "Codes"), None)
    if codes is None:
        raise QualkitError("this file holds no codes: no REFI-QDA codebook", where=name, hint=_HINT)
    tree = Tree([_node(one) for one in codes if _local(one.tag) == "Code"])
    sets = [_said(one).get("name", "?") for one in root.iter() if _local(one.tag) == "Set"]
    tree.remarks += [f"the set '{one}' is not read: a code belongs to one theme here" for one in sets]
    return tree


def _node(element: Element) -> Node:
    said = _said(element)
    below = {kind: [one for one in element if _local(one.tag) == kind] for kind in ("Description", "Code")}
    node = Node(said.get("name", "").strip(), guid=said.get("guid", "").strip("{} \t").lower())
    node.heading = said.get("isCodable", "true").strip().lower() in ("false", "0")
    text = "\n\n".join("".join(one.itertext()) for one in below["Description"]).replace("\r\n", "\n").strip()
    if text:
        node.fields |= _parts(text)
    if found := re.fullmatch(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})", said.get("color", "").strip()):
        digits = found.group(1)
        node.fields["colour"] = "#" + (digits if len(digits) == 6 else "".join(sign * 2 for sign in digits))
    node.children = [_node(one) for one in below["Code"]]
    return node


def _parts(text: str) -> dict[str, object]:
    """A description cut at our labels."""
    first, *rest = _PART.split(text)
    fields: dict[str, object] = {"definition": first.strip()}
    examples: list[str] = []
    for label, words in zip(rest[::2], rest[1::2], strict=True):
        if label == "Example" or _KEY[label] in fields:
            examples.append(words.strip() if label == "Example" else f"{label}: {words.strip()}")
        else:
            fields[_KEY[label]] = words.strip()
    return fields | ({"examples": tuple(examples)} if examples else {})


def _said(element: Element) -> dict[str, str]:
    return {_local(key): text for key, text in element.attrib.items()}


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
