"""OpenDocument spreadsheets: a zip file with XML in it (OASIS, Open Document Format 1.3, parts 2 and 3).

Written here, for the libraries that write it are no longer kept, or hold the whole sheet in memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "config": "urn:oasis:names:tc:opendocument:xmlns:config:1.0",
        "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
        "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    }.items()
)
_CANNOT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"  +|^ | $|\t")
_PAPER = (  # A4, lying, as wide as a page
    '<office:automatic-styles><style:page-layout style:name="lying"><style:page-layout-properties '
    'fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape" style:scale-to-X="1" '
    'style:scale-to-Y="0"/></style:page-layout></office:automatic-styles><office:master-styles>'
    '<style:master-page style:name="Default" style:page-layout-name="lying"/></office:master-styles>'
)
_AT_ONCE = 500  # rows
_CHARACTER = 0.2  # centimetres a character of a column's width


@dataclass(frozen=True, slots=True)
class _Look:
    """Properties of a cell, its paragraph and its letters; decimals of a number, and a mark behind it."""

    cell: str = ""
    paragraph: str = ""
    letters: str = ""
    decimals: int | None = None
    mark: str = ""


_GRID = 'fo:border="0.5pt solid #BFBFBF"'
_WRAP = 'fo:wrap-option="wrap" style:vertical-align="top"'
_GREY = f'{_GRID} fo:background-color="#F2F2F2"'
_MIDDLE, _BOLD = 'fo:text-align="center"', 'fo:font-weight="bold"'
_LOOKS = {
    "text": _Look(_WRAP),
    "plain": _Look(),
    "title": _Look(letters=f'{_BOLD} fo:font-size="14pt"'),
    "warning": _Look(letters=f'{_BOLD} fo:color="#9C0006"'),
    "head": _Look(f'fo:background-color="#E7E6E6" {_WRAP}', "", _BOLD),
    "name": _Look(_GRID, "", _BOLD),
    "words": _Look(f"{_GRID} {_WRAP}"),
    "zero": _Look(_GRID, _MIDDLE, 'fo:color="#595959"'),
    "figure": _Look(_GRID, _MIDDLE, "", 0),
    "figure open": _Look(_GRID, _MIDDLE, "", 0, "…"),
    "decimal": _Look(_GRID, _MIDDLE, "", 1),
    "decimal open": _Look(_GRID, _MIDDLE, "", 1, "…"),
    "total": _Look(_GREY, _MIDDLE, _BOLD, 0),
    "total decimal": _Look(_GREY, _MIDDLE, _BOLD, 1),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what people read, the number that it holds or None, and its look, one of this module's."""

    text: str
    value: float | None = None
    look: str = "text"


@dataclass(frozen=True)
class Sheet:
    """A sheet: widths of its columns in characters, rows as they are made, and how much stays in sight."""

    name: str
    widths: Sequence[int]
    rows: Iterable[Sequence[Cell]]
    frozen: tuple[int, int] = (0, 1)  # columns, rows
    filters: str = ""  # cells with a button for each column: "A1:C9"
    coloured: str = ""  # cells that are the darker the larger their figure is


def spreadsheet(sheets: Sequence[Sheet], title: str, made: str) -> bytes:
    """The file's bytes; `made` is ISO 8601. A text is always a text, never a formula."""
    meta = f"<dc:title>{_xml(title)}</dc:title><meta:creation-date>{_xml(made[:19])}</meta:creation-date>"
    parts: dict[str, Iterable[str]] = {
        "content.xml": _content(sheets),
        "meta.xml": [_document("meta", f"<office:meta>{meta}</office:meta>")],
        "styles.xml": [_document("styles", _PAPER)],
        "settings.xml": [_document("settings", _settings(sheets))],
        "META-INF/manifest.xml": [_manifest()],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", (1980, 1, 1, 0, 0, 0)), _MIME)  # first and not compressed
        for name, texts in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            pieces = iter(texts)
            with archive.open(entry, "w", force_zip64=True) as file:
                while some := "".join(islice(pieces, _AT_ONCE)):
                    file.write(some.encode("utf-8"))
    return out.getvalue()


def _document(kind: str, inside: str) -> str:
    root = f"office:document-{kind}"
    return f'{_XML}<{root} {_NAMES} office:version="1.3">{inside}</{root}>'


def _manifest() -> str:
    files = {"/": _MIME} | {f"{name}.xml": "text/xml" for name in ("content", "meta", "styles", "settings")}
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in files.items()
    )
    return f'{_XML}<manifest:manifest {_NAMES} manifest:version="1.3">{entries}</manifest:manifest>'


def _content(sheets: Sequence[Sheet]) -> Iterator[str]:
    begin, _, end = _document("content", "\0").partition("\0")
    yield begin
    widths = sorted({width for sheet in sheets for width in sheet.widths})
    columns = "".join(
        f'<style:style style:name="w{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * _CHARACTER:.2f}cm"/></style:style>'
        for width in widths
    )
    row = '<style:style style:name="row" style:family="table-row"><style:table-row-properties '
    row += 'style:use-optimal-row-height="true"/></style:style>'
    row += '<style:style style:name="sheet" style:family="table" style:master-page-name="Default"/>'
    yield f"<office:automatic-styles>{columns}{row}{''.join(map(_style, _LOOKS))}</office:automatic-styles>"
    yield "<office:body><office:spreadsheet>"
    for sheet in sheets:
        yield f'<table:table table:style-name="sheet" table:name={quoteattr(_xml(sheet.name))}>'
        yield "".join(f'<table:table-column table:style-name="w{width}"/>' for width in sheet.widths)
        yield from map(_row, sheet.rows)
        yield f"{_colours(sheet)}</table:table>"
    ranges = "".join(
        f"<table:database-range table:name={quoteattr(f'f{number}')} "
        f'table:target-range-address={quoteattr(_range(sheet, sheet.filters))} table:display-filter-buttons="true"/>'
        for number, sheet in enumerate(sheets)
        if sheet.filters
    )
    yield f"<table:database-ranges>{ranges}</table:database-ranges>" if ranges else ""
    yield f"</office:spreadsheet></office:body>{end}"


def _range(sheet: Sheet, cells: str) -> str:
    name = "'" + sheet.name.replace("'", "''") + "'"
    return ":".join(f"{name}.{corner}" for corner in cells.split(":"))


def _colours(sheet: Sheet) -> str:
    """From white for nothing to blue for the largest figure: LibreOffice's own addition to the format."""
    if not sheet.coloured:
        return ""
    ends = (("number", "#FFFFFF"), ("maximum", "#7FB2D9"))
    scale = "".join(
        f'<calcext:color-scale-entry calcext:value="0" calcext:type="{kind}" calcext:color="{colour}"/>'
        for kind, colour in ends
    )
    where = f"calcext:target-range-address={quoteattr(_range(sheet, sheet.coloured))}"
    inside = f"<calcext:conditional-format {where}><calcext:color-scale>{scale}</calcext:color-scale>"
    return f"<calcext:conditional-formats>{inside}</calcext:conditional-format></calcext:conditional-formats>"


def _style(name: str) -> str:
    look, id = _LOOKS[name], name.replace(" ", "-")
    shown, style = "", ""
    if look.decimals is not None:
        places = f'number:decimal-places="{look.decimals}" number:min-decimal-places="{look.decimals}"'
        shown = f'<number:number {places} number:min-integer-digits="1"/>'
        shown += f"<number:text>{look.mark}</number:text>" if look.mark else ""
        shown = f'<number:number-style style:name="n-{id}">{shown}</number:number-style>'
        style = f' style:data-style-name="n-{id}"'
    looks = (("table-cell", look.cell), ("paragraph", look.paragraph), ("text", look.letters))
    inside = "".join(f"<style:{kind}-properties {those}/>" for kind, those in looks if those)
    return f'{shown}<style:style style:name="{id}" style:family="table-cell"{style}>{inside}</style:style>'


def _row(cells: Sequence[Cell]) -> str:
    return f'<table:table-row table:style-name="row">{"".join(map(_cell, cells))}</table:table-row>'


def _cell(cell: Cell) -> str:
    look = f'table:style-name="{cell.look.replace(" ", "-")}"'
    if cell.value is not None:
        kind = f'office:value-type="float" office:value="{cell.value}"'
    else:
        kind = 'office:value-type="string"' if cell.text else ""
    return f"<table:table-cell {look} {kind}>{_paragraphs(cell.text)}</table:table-cell>"


def _paragraphs(text: str) -> str:
    """Lines are paragraphs; blanks that XML would drop have elements of their own."""
    return "".join(f"<text:p>{_BLANKS.sub(_blanks, _xml(line))}</text:p>" for line in text.splitlines()) if text else ""


def _blanks(found: re.Match[str]) -> str:
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'


def _xml(text: str) -> str:
    return escape(_CANNOT.sub("\ufffd", text))


def _settings(sheets: Sequence[Sheet]) -> str:
    """Which rows and columns stay in sight."""
    tables = "".join(_entry(_frozen(sheet), f" config:name={quoteattr(_xml(sheet.name))}") for sheet in sheets)
    named = f'<config:config-item-map-named config:name="Tables">{tables}</config:config-item-map-named>'
    view = _entry(_setting("ViewId", "string", "view1") + named)
    views = f'<config:config-item-map-indexed config:name="Views">{view}</config:config-item-map-indexed>'
    return f'<office:settings><config:config-item-set config:name="ooo:view-settings">{views}{_SET_END}'


_SET_END = "</config:config-item-set></office:settings>"


def _entry(inside: str, name: str = "") -> str:
    return f"<config:config-item-map-entry{name}>{inside}</config:config-item-map-entry>"


def _setting(name: str, kind: str, value: object) -> str:
    return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'


def _frozen(sheet: Sheet) -> str:
    columns, rows = sheet.frozen
    modes = {"HorizontalSplitMode": 2 if columns else 0, "VerticalSplitMode": 2 if rows else 0, "ActiveSplitRange": 2}
    places = {"HorizontalSplitPosition": columns, "VerticalSplitPosition": rows}
    places |= {"PositionRight": columns, "PositionBottom": rows}
    return "".join(
        _setting(name, kind, value)
        for kind, values in (("short", modes), ("int", places))
        for name, value in values.items()
    )
