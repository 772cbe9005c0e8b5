"""One hard table through every format and back. QUALKIT_GOLDEN=1 writes the golden files anew; read them then."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from qualkit.analysis.measures import MEASURES
from qualkit.formats.matrix import MATRIX_FORMATS, matrix_format
from tests.hard import NAMES, QUOTES, READERS, THEMES, Read, hard_export

HERE = Path(__file__).with_name("golden") / "matrix"
RENEW = bool(os.environ.get("QUALKIT_GOLDEN"))
PACKED = (".xlsx", ".ods", ".docx")
FORMATS = list(MATRIX_FORMATS)


def made(suffix: str, language: str = "sv", measure: str = "excerpts") -> bytes:
    return matrix_format(Path(f"m{suffix}"))(hard_export(language, measure))


def told(read: Read) -> str:
    """What a reader found, a cell a line."""
    return "\n".join([*("\t".join(map(repr, row)) for row in read.rows), *map(repr, read.texts)]) + "\n"


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_each_format_against_its_golden_file(suffix: str, language: str) -> None:
    """Of those that are packed, the cells and paragraphs; of the others the very bytes."""
    content = made(suffix, language)
    shown = told(READERS[suffix](content)).encode() if suffix in PACKED else content
    golden = HERE / (f"hard.{language}{suffix}" + (".txt" if suffix in PACKED else ""))
    if RENEW:
        golden.write_bytes(shown)
    assert shown == golden.read_bytes()


@pytest.mark.parametrize("suffix", FORMATS)
def test_names_figures_and_zeros_come_back(suffix: str) -> None:
    rows = READERS[suffix](made(suffix)).rows
    first, last = (2, 6)
    assert rows[0][first:last] == list(THEMES.values())
    assert {row[0]: row[1] for row in rows[1:5]} == NAMES
    cells = [row[first:last] for row in rows[1:5]]
    if suffix == ".csv":
        waiting, nothing, unasked, open_figure = "inte kodat än", "inget material", "inte frågat", "1"
    else:
        waiting, nothing, unasked, open_figure = "…", "–", "/", "1" if suffix == ".xlsx" else "1…"
    assert cells == [
        [str(len(QUOTES)), "0", "0", unasked],
        [waiting, open_figure, waiting, waiting],
        [nothing] * 4,
        [nothing] * 4,
    ]


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != ".csv"])
def test_every_quote_comes_back_word_for_word(suffix: str) -> None:
    texts = READERS[suffix](made(suffix)).texts
    if suffix in (".xlsx", ".ods"):
        assert set(QUOTES) <= set(texts), "a quote is a cell of its own"
        assert "+minns\n=detta" in texts and "=anna" in texts and "=roll" in map(str.lower, texts)
    else:
        for quote in QUOTES:
            assert any(quote in text for text in texts), quote


@pytest.mark.parametrize("suffix", FORMATS)
def test_quotes_as_figures_come_back(suffix: str) -> None:
    rows = READERS[suffix](made(suffix, measure="quotes")).rows
    for quote in QUOTES:
        assert " ".join(quote.split()) in rows[1][2], quote


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("language", ["sv", "en-GB"])
def test_every_measure_in_every_format(measure: str, language: str) -> None:
    for suffix in FORMATS:
        content = made(suffix, language, measure)
        assert content == made(suffix, language, measure), "the same bytes each time"
        assert len(READERS[suffix](content).rows) == 7


@pytest.mark.parametrize("suffix", sorted(set(FORMATS) - {".csv"}))
def test_a_reader_is_warned(suffix: str) -> None:
    assert any("personuppgifter" in text for text in READERS[suffix](made(suffix)).texts)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_libreoffice_reads_the_same(suffix: str, tmp_path: Path) -> None:
    """Opened by LibreOffice and saved in its own format: the same cells, and none of them a formula."""
    file = tmp_path / f"m{suffix}"
    file.write_bytes(made(suffix))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    words = ["soffice", home, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path / "out"), str(file)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    theirs = READERS[".ods"]((tmp_path / "out" / "m.ods").read_bytes())
    ours = READERS[".ods"](made(".ods"))
    assert [row[:6] for row in theirs.rows[:5]] == [row[:6] for row in ours.rows[:5]]
    lost = "\t" if suffix == ".ods" else ""  # LibreOffice drops tabs of this format, of its own files, too
    assert {quote.replace(lost, "") for quote in QUOTES} <= set(theirs.texts)
