"""A matrix that is as hard to write as real material, made by hand, and readers that take each format apart again."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

from qualkit.analysis.attribution import Voice
from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.matrix import MatrixRequest, theme_matrix
from qualkit.coding.fold import State
from qualkit.formats.matrix import MatrixExport
from qualkit.formats.safe import unsafe
from qualkit.model.codebook import Code, Codebook, GuideQuestion, Theme
from qualkit.model.coding import Anchor, Coding, Memo
from qualkit.model.source import Case, Participant, Source
from qualkit.model.study import Material, Settings, Study
from qualkit.model.transcript import Segment, Transcript

LONG = ("Det här är en lång berättelse om åtta ärenden. " * 120)[:5000].rstrip()
QUOTES = [
    "=1+1", "+46 70 000", "-minus", "@handtag", "\tindrag", "'=apostrof", "åäö ÅÄÖ é",
    'hon sa "ja", och ’nej’; slut', "rad ett\nrad två\n\nrad fyra", "emoji 🙂 och 👩🏽‍💻", "עברית ו-English והמשך",
    "a | b * c _d_ `e` <b>fet</b> &amp; [x](y) ~z~ \\ #", "_x0041_ är ingen bokstav", "två  blanksteg, tre   här", LONG,
]  # fmt: skip
NAMES = {"0001": "=SUM(A1)", "0002": "-Å|strand", "0003": "@Ö <i>ton</i>", "0004": '+"Väst", 🙂'}
THEMES = {"t1": "=Tema & ett", "t2": "+Två|delar", "t3": "עברית", "t4": "-inte frågat"}


def hard_export(language: str = "sv", measure: str = "excerpts") -> MatrixExport:
    """Row 1: figures and "not mentioned" and "not asked"; row 2: not yet coded; rows 3 and 4: no material."""
    sources = (
        Source("a", "=cmd()|' /C calc'!A0", "interview", ("0001",), "2026-01-01", asked=("q",)),
        Source("b", "@Webb", "web page", ("0002",)),
        Source("c", "+Utan text", "document", ("0003",)),
    )
    themes = tuple(
        Theme(id, name, "=definition", codes=(Code(f"{id}.k", f"+kod {id}", id, "need", "-def"),))
        for id, name in THEMES.items()
    )
    questions = (GuideQuestion("q", "Fråga?", ("t1", "t2", "t3")), GuideQuestion("annan", "=Annan?", ("t4",)))
    people = (Participant("a", "S1", "@P1", case="0001", variables={"=roll": "-x"}),)
    cases = tuple(Case(id, name) for id, name in NAMES.items())
    settings = Settings("=Studie 🙂", language)
    study = Study(settings, Codebook("=Kodbok", language, "1", themes, questions), sources, people, cases)
    spoken = tuple(Segment(f"s{n:04d}", text, "S1", 10.0 * n, 10.0 * n + 9) for n, text in enumerate(QUOTES))
    material = Material({"a": Transcript("a", spoken), "b": Transcript("b", (Segment("p1", "Ett stycke."),))})
    excerpts = [_excerpt(sources[0], segment, "t1.k", Voice("@P1", ("0001",), 2)) for segment in spoken]
    excerpts += [_excerpt(sources[1], Segment("p1", "Ett stycke."), "t2.k", Voice(None, ("0002",), 2))]
    folded = {source.id: State() for source in sources}
    folded["a"].finished.add("=anna")
    folded["a"].memos["m"] = Memo("m", f"coding:{excerpts[0].codings[0].id}", "+minns\n=detta", "=anna", "")
    request = MatrixRequest(measure, quotes=20)
    matrix = theme_matrix(study, material, folded, excerpts, request)
    return MatrixExport(matrix, excerpts, study, "2026-01-02T03:04:05+00:00", "0", "", material, folded)


def _excerpt(source: Source, segment: Segment, code: str, voice: Voice) -> Excerpt:
    anchor = Anchor(segment.id, 0, segment.id, len(segment.text), segment.text, start=segment.start, end=segment.end)
    coding = Coding(
        f"{source.id}{segment.id}", source.id, anchor, code, "=anna", "2026-01-01T00:00:00+00:00", reason="-ord"
    )
    return Excerpt(source, anchor, (coding,), (voice,))


@dataclass
class Read:
    """What a reader found: the rows of the matrix with their headings, and every other text."""

    rows: list[list[str]]
    texts: list[str]


def read_csv(content: bytes) -> Read:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    return Read([[unsafe(cell) for cell in row] for row in rows], [])


def read_xlsx(content: bytes) -> Read:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type in ("s", "n", "inlineStr") for cell in cells), "no formula, no error"
    rows = [["" if one is None else str(one) for one in row] for row in book.worksheets[0].values][4:]
    texts = [str(cell.value) for cell in cells if cell.value is not None]
    return Read(rows, [re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), text) for text in texts])


def read_ods(content: bytes) -> Read:
    xml = zipfile.ZipFile(io.BytesIO(content)).read("content.xml")
    assert b"table:formula" not in xml
    tables = [
        [_ods_cells(row) for row in table.iter() if _name(row) == "table-row"]
        for table in ElementTree.fromstring(xml).iter()
        if _name(table) == "table"
    ]
    return Read(tables[0][4:], [cell for table in tables for row in table for cell in row])


def _ods_cells(row: ElementTree.Element) -> list[str]:
    """LibreOffice writes cells that are alike once, with their number: of empty ones behind the last, 16,000."""
    found: list[str] = []
    for cell in row:
        if _name(cell) == "table-cell":
            times = next((int(value) for name, value in cell.attrib.items() if name.endswith("columns-repeated")), 1)
            found += [_ods_text(cell)] * min(times, 20)
    return found


def _name(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _ods_text(cell: ElementTree.Element) -> str:
    return "\n".join(_inside(part) for part in cell if _name(part) == "p")


def _inside(node: ElementTree.Element) -> str:
    text = node.text or ""
    for part in node:
        count = next((int(value) for name, value in part.attrib.items() if name.endswith("}c")), 1)
        text += "\t" if _name(part) == "tab" else " " * count
        text += part.tail or ""
    return text


def read_docx(content: bytes) -> Read:
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml"))
    body = next(node for node in root if _name(node) == "body")
    tables = [
        [[_docx_text(cell) for cell in row if _name(cell) == "tc"] for row in node if _name(row) == "tr"]
        for node in body
        if _name(node) == "tbl"
    ]
    rows = [[*line, *tail[2:]] for line, tail in zip(tables[0], tables[1], strict=True)]
    cells = [cell for table in tables for row in table for cell in row]
    return Read(rows, [*cells, *(_docx_text(node) for node in body if _name(node) == "p")])


def _docx_text(node: ElementTree.Element) -> str:
    signs = {"t": lambda one: one.text or "", "br": lambda _: "\n", "tab": lambda _: "\t"}
    return "".join(signs.get(_name(one), lambda _: "")(one) for one in node.iter())


def read_md(content: bytes) -> Read:
    lines = content.decode("utf-8").splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith("| ---"))
    end = next(n for n, line in enumerate(lines) if n > begin and not line.startswith("|"))
    rows = [_md_cells(line) for line in (lines[begin - 1], *lines[begin + 1 : end])]
    return Read(rows, [_plain(line) for line in lines])


def _md_cells(line: str) -> list[str]:
    return [
        _plain(cell)
        for cell in re.split(r" (?<!\\)\| ", f" {line.removesuffix('|')[2:].rstrip(' ')} ".removeprefix(" "))
    ]


def _plain(text: str) -> str:
    return unescape(re.sub(r"\\([\\`*_\[\]|~])", r"\1", text.strip(" ").replace("<br>", "\n")))


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.texts: list[str] = [""]
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        known = dict(attrs)
        self.ids |= {known["id"] or ""} if "id" in known else set()
        self.links += [known["href"] or ""] if "href" in known else []
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def read_html(content: bytes) -> Read:
    page = _Html()
    page.feed(content.decode("utf-8"))
    assert set(page.tags) & {"b", "i", "script", "img"} == set(), "the study's words are words"
    assert {link.removeprefix("#") for link in page.links} == {id for id in page.ids if id}
    rows = [[cell.rstrip("\n") for cell in row] for row in page.rows]
    rows[-1][-1] = ""  # the parser goes on behind the table
    return Read(rows, page.texts)


READERS: dict[str, Callable[[bytes], Read]] = {
    ".csv": read_csv, ".xlsx": read_xlsx, ".ods": read_ods, ".docx": read_docx, ".html": read_html, ".md": read_md,
}  # fmt: skip
