"""The theme matrix as a whole command, on made-up studies of 10,000 to 1,000,000 codings over 40 codes.

`--most 100000` leaves out the larger ones. The peer is what a notebook does: read the same journals, pivot them with
pandas, write pivot and codings with to_excel (openpyxl). Nothing is placed in today's texts there, and it has no
people, zeros, links or other sheets.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpus import make_corpus
from harness import EMPTY, QUALKIT, Figures, held, report

from qualkit.analysis.attribution import Voice
from qualkit.analysis.excerpts import Excerpt
from qualkit.model.coding import Anchor
from qualkit.model.source import Source

HERE = Path(__file__).resolve()
SIZES = {10_000: (200, 50), 100_000: (500, 200), 300_000: (1000, 300), 1_000_000: (2000, 500)}  # documents x codings
CELLS = (290, 60)  # summaries: rows x columns
FORMATS = ("csv", "xlsx")


def measure(words: Sequence[str], folder: Path, runs: int) -> dict[str, float]:
    """Seconds of wall time, the middle one of several runs, and the most memory (MB) of any."""
    taken, memory = [], 0.0
    for _ in range(runs):
        begun = time.perf_counter()
        process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            memory = max(memory, held(process.pid))
            time.sleep(0.01)
        taken.append(time.perf_counter() - begun)
        assert process.returncode == 0, words
    return {"seconds": sorted(taken)[len(taken) // 2], "MB": memory}


def commands(most: int) -> Figures:
    """Every size as CSV, the smaller ones as workbooks, and the peer beside those."""
    found: Figures = {}
    with tempfile.TemporaryDirectory() as place:
        for size, (documents, codings) in SIZES.items():
            if size > most:
                continue
            root = Path(place) / str(size)
            make_corpus(root, documents=documents, codings=codings)
            runs = 3 if size <= 100_000 else 1
            for form in FORMATS if size <= 100_000 else FORMATS[:1]:
                words = [*QUALKIT, "matrix", "--codes", "--to", f"m.{form}"]
                found[f"{size:,} codings to .{form}"] = measure(words, root, runs)
            if size <= 100_000:
                words = [sys.executable, str(HERE), "--peer", str(root)]
                found[f"{size:,} codings, pandas and openpyxl"] = measure(words, root, runs)
    return found


def peer(root: Path) -> None:
    """A pivot of the codings, and all of them as a second sheet, as a notebook would do it."""
    import pandas as pd

    homes = {row.split(";")[0]: row.split(";")[3] for row in (root / "transcripts" / "sources.csv").open()}
    acts = [
        {"case": homes[path.name.split(".")[0]], "code": act["code"], "quote": act["anchor"]["quote"], "id": act["id"]}
        for path in sorted((root / "transcripts").glob("*.jsonl"))
        for act in map(json.loads, path.open(encoding="utf-8"))
        if act["act"] == "code"
    ]
    table = pd.DataFrame(acts)
    with pd.ExcelWriter(root / "peer.xlsx", engine="openpyxl") as writer:
        table.pivot_table(index="case", columns="code", values="id", aggfunc="count", fill_value=0).to_excel(writer)
        table.to_excel(writer, sheet_name="Codings", index=False)


def _excerpt() -> Excerpt:
    return Excerpt(Source("s"), Anchor("p1", 0, "p1", 6, "BankID"), (), (Voice("P1", (), 1),))


def summaries() -> dict[str, float]:
    """Seconds to write 290 x 60 summaries of 48 words each as a workbook: in the matrix, and on their own sheet."""
    from qualkit.analysis.matrix import Cell, MatrixRequest, theme_matrix
    from qualkit.analysis.summary import CellSummary
    from qualkit.analysis.zeros import Basis
    from qualkit.formats.matrix import MatrixExport
    from qualkit.formats.matrix_xlsx import render
    from qualkit.model.study import Material, Study
    from qualkit.model.summary import CellName, Summary

    request = MatrixRequest("summary")
    matrix = theme_matrix(Study(), Material(), {}, [], request)
    rows = {f"{number:04d}": f"Kommun {number}" for number in range(CELLS[0])}
    columns = {f"t{number}": f"Tema {number}" for number in range(CELLS[1])}
    words = "Vi hjälper besökare med BankID och utskrifter, men personalen är osäker på var gränsen går. " * 3

    def summary(row: str, column: str) -> CellSummary:
        name = CellName((("case", row),), (("theme", column),))
        return CellSummary(Summary("", name, f"{row} {column} {words}", "anna", "2026-01-01T00:00:00+00:00"))

    cells = {
        (row, column): Cell(1, None, False, (0,), ((0,),), summaries=(summary(row, column),))
        for row in rows
        for column in columns
    }
    sums = {(row, None): 60 for row in rows} | {(None, column): 290 for column in columns} | {(None, None): 17_400}
    basis = dict.fromkeys(rows, Basis(1, 1, 1, 1, 0.5))
    levels = {row: (name,) for row, name in rows.items()}
    matrix = replace(
        matrix, rows=rows, columns=columns, cells=cells, sums=sums, uniques=sums, levels=levels, basis=basis
    )
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        render(MatrixExport(matrix, [_excerpt()], Study(), "2026-01-01T00:00:00+00:00", "0"))
        taken.append(time.perf_counter() - begun)
    return {"seconds": sorted(taken)[2], "MB": 0.0}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=max(SIZES))
    parser.add_argument("--peer", type=Path)
    asked = parser.parse_known_args()[0]
    if asked.peer:
        peer(asked.peer)
        sys.exit()
    figures = {"python -c pass": measure(EMPTY, HERE.parent, 5)}
    figures["290 x 60 summaries to a workbook"] = summaries()
    figures |= commands(asked.most)
    title = "Seconds and memory of `qualkit matrix --codes` (targets: 100,000 codings to .xlsx in 6 s and 400 MB, "
    report(title + "1,000,000 to .csv in 15 s and 1,500 MB, 290 x 60 summaries in 1.5 s)", figures)
