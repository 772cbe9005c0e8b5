"""Word documents: headings, paragraphs and tables (ECMA-376, part 1). A .docx is a zip file with XML in it.

python-docx would bring lxml; what a report needs of the format is this page.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CORE = f"{_PACKAGE}/relationships/metadata/core-properties"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CANNOT = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIZES = {1: 36, 2: 28, 3: 24}  # half points
_SPELLING = {"sv": "sv-SE", "en": "en-GB"}  # Word asks for a country
_LONG, _SHORT, _MARGIN = 16838, 11906, 1000  # of a page of A4, in twentieths of a point


def heading(text: str, level: int) -> str:
    """A heading of level 1 to 3."""
    return f'<w:p><w:pPr><w:pStyle w:val="Heading{level}"/></w:pPr>{_run(text)}</w:p>'


def paragraph(text: str, label: str = "", *, style: str = "Normal") -> str:
    """A paragraph, with a label in bold before it or none; `style`: Normal, Quote or Warning."""
    before = _run(f"{label} ", "<w:b/>") if label else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{before}{_run(text)}</w:p>'


def table(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    """A table whose first row, the headings, comes again on each page; `widths` are parts of the page's width."""
    whole = sum(widths)
    grid = [(_LONG - 2 * _MARGIN) * width // whole for width in widths]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    lines = "".join(_row(row, grid, head=not number) for number, row in enumerate(rows))
    look = '<w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/>'
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{lines}</w:tbl>{_gap()}"


def document(parts: Iterable[str], *, title: str, language: str, made: str, lying: bool = False) -> bytes:
    """The file's bytes; `made` is ISO 8601 in UTC. The same parts give the same bytes."""
    wide, high = (_LONG, _SHORT) if lying else (_SHORT, _LONG)
    turned = ' w:orient="landscape"' if lying else ""
    margins = " ".join(f'w:{side}="{_MARGIN}"' for side in ("top", "right", "bottom", "left"))
    margins += ' w:header="600" w:footer="600" w:gutter="0"'
    paper = f'<w:sectPr><w:pgSz w:w="{wide}" w:h="{high}"{turned}/><w:pgMar {margins}/></w:sectPr>'
    files = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations({f"{_OFFICE}/officeDocument": "word/document.xml", _CORE: "docProps/core.xml"}),
        "docProps/core.xml": _properties(title, language, made),
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{"".join(parts)}{paper}</w:body></w:document>',
        "word/_rels/document.xml.rels": _relations({f"{_OFFICE}/styles": "styles.xml"}),
        "word/styles.xml": _styles(language),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (_HEAD + text).encode("utf-8"))
    return out.getvalue()


def _run(text: str, look: str = "") -> str:
    """Words; line breaks and tabs have elements of their own."""
    lines = escape(_CANNOT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))).split("\n")
    inside = "<w:br/>".join(_letters(line) for line in lines)
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{inside}</w:r>"


def _letters(line: str) -> str:
    return "<w:tab/>".join(f'<w:t xml:space="preserve">{part}</w:t>' for part in line.split("\t"))


def _row(cells: Sequence[str], widths: Sequence[int], *, head: bool) -> str:
    look = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
    return f"<w:tr>{look}{''.join(_cell(*one, head=head) for one in zip(cells, widths, strict=True))}</w:tr>"


def _cell(text: str, width: int, *, head: bool) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E7E6E6"/>' if head else ""
    words = _run(text, "<w:b/>" if head else "")
    inside = f'<w:p><w:pPr><w:pStyle w:val="Cell"/></w:pPr>{words}</w:p>'
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{inside}</w:tc>'


def _gap() -> str:
    return '<w:p><w:pPr><w:spacing w:after="120"/></w:pPr></w:p>'


def _types() -> str:
    parts = {
        "/word/document.xml": f"{_WORD}.document.main+xml",
        "/word/styles.xml": f"{_WORD}.styles+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    others = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return f'<Types xmlns="{_PACKAGE}/content-types">{rels}{others}</Types>'


def _relations(targets: dict[str, str]) -> str:
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _properties(title: str, language: str, made: str) -> str:
    spaces = f'xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    spaces += 'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    when = f'<dcterms:created xsi:type="dcterms:W3CDTF">{made[:19]}Z</dcterms:created>'
    said = f"<dc:title>{escape(_CANNOT.sub('', title))}</dc:title><dc:language>{escape(language)}</dc:language>"
    return f"<cp:coreProperties {spaces}>{said}{when}</cp:coreProperties>"


def _styles(language: str) -> str:
    spoken = f'<w:lang w:val="{escape(_SPELLING.get(language, language))}"/>'
    font = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>'
    made = [
        f'<w:docDefaults><w:rPrDefault><w:rPr>{font}<w:sz w:val="22"/>{spoken}</w:rPr></w:rPrDefault></w:docDefaults>',
        _style("Normal", "Normal", '<w:keepLines/><w:spacing w:after="80"/>', "", default=True),
        *(_heading(level) for level in _SIZES),
        _style("Quote", "Quote", '<w:spacing w:after="80"/><w:ind w:left="360"/>', ""),
        _style("Warning", "Warning", '<w:spacing w:after="80"/>', '<w:b/><w:color w:val="9C0006"/>'),
        _style("Cell", "Cell", '<w:spacing w:after="0"/>', '<w:sz w:val="18"/>'),
        _table_style(),
    ]
    return f'<w:styles xmlns:w="{_W}">{"".join(made)}</w:styles>'


def _style(id: str, name: str, lines: str, letters: str, *, default: bool = False) -> str:
    first = ' w:default="1"' if default else ""
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    look = f"<w:pPr>{lines}</w:pPr>" + (f"<w:rPr>{letters}</w:rPr>" if letters else "")
    named = f'<w:name w:val="{name}"/>{based}<w:qFormat/>'
    return f'<w:style w:type="paragraph"{first} w:styleId="{id}">{named}{look}</w:style>'


def _heading(level: int) -> str:
    lines = f'<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="{level - 1}"/>'
    return _style(f"Heading{level}", f"heading {level}", lines, f'<w:b/><w:sz w:val="{_SIZES[level]}"/>')


def _table_style() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/>' for side in sides)
    margins = '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    look = f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders>{margins}</w:tblPr>"
    return f'<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/>{look}</w:style>'
