"""A codebook as a Word document, for the appendix of a report.

A .docx is a zip file with XML in it; headings and paragraphs need four small files. python-docx would bring lxml.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

from qualkit.formats.codebook_appendix import Block, blocks_of
from qualkit.formats.codebooks import CodebookExport

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/></Types>'
)
_SIZES = {1: 36, 2: 28, 3: 24}  # half points
_SPELLING = {"sv": "sv-SE", "en": "en-GB"}  # Word asks for a country
_A4 = (  # twentieths of a point; without it, paper is American
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" '
    'w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
)
_CANNOT = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(export: CodebookExport) -> bytes:
    """The file's bytes: the same codebook gives the same ones."""
    body = "".join(map(_paragraph, blocks_of(export.codebook))) + _A4
    styles = _normal(export.codebook.language) + "".join(map(_heading, _SIZES))
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations("officeDocument", "word/document.xml"),
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": _relations("styles", "styles.xml"),
        "word/styles.xml": f'<w:styles xmlns:w="{_W}">{styles}</w:styles>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            one = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            one.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(one, (_HEAD + text).encode("utf-8"))
    return out.getvalue()


def _relations(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{_REL}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{one}</Relationships>'


def _normal(language: str) -> str:
    """The look of all text; the language is for the spelling checker."""
    font = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>'
    letters = f'<w:rPr>{font}<w:sz w:val="22"/><w:lang w:val={quoteattr(_SPELLING.get(language, language))}/></w:rPr>'
    look = f'<w:pPr><w:keepLines/><w:spacing w:after="80"/></w:pPr>{letters}'
    return f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>{look}</w:style>'


def _heading(level: int) -> str:
    kept = f'<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="{level - 1}"/>'
    look = f'<w:pPr>{kept}</w:pPr><w:rPr><w:b/><w:sz w:val="{_SIZES[level]}"/></w:rPr>'
    name = f'<w:name w:val="heading {level}"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/>'
    return f'<w:style w:type="paragraph" w:styleId="Heading{level}">{name}{look}</w:style>'


def _paragraph(block: Block) -> str:
    style = f'<w:pPr><w:pStyle w:val="Heading{block.level}"/></w:pPr>' if block.level else ""
    label = f"<w:r><w:rPr><w:b/></w:rPr>{_words(block.label + ': ')}</w:r>" if block.label else ""
    return f"<w:p>{style}{label}<w:r>{_words(block.text)}</w:r></w:p>"


def _words(text: str) -> str:
    lines = escape(_CANNOT.sub("\ufffd", text)).split("\n")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
