"""The matrix as CSV: plain figures, zeros in words, UTF-8 with BOM and the study's delimiter."""

from __future__ import annotations

import csv
import io

from qualkit.analysis.matrix import NOBODY, NOT_MENTIONED
from qualkit.formats.matrix import MatrixExport
from qualkit.formats.safe import safe


def render(export: MatrixExport) -> bytes:
    """The file's bytes. Figures stay numbers; whether a row's sources are finished stands in columns of its own."""
    matrix = export.matrix
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=export.study.settings.delimiter, lineterminator="\r\n")
    head = ["code"] * export.case_ids + [matrix.by]
    tail = ["sum", "unique", "sources", "with transcript", "finished"]
    writer.writerow([safe(cell) for cell in [*head, *matrix.columns.values(), *tail]])
    for row, name in matrix.rows.items():
        figures: list[str | int] = []
        for column in matrix.columns:
            cell = matrix.cells[row, column]
            why = cell.zero if cell.zero or cell.value else NOBODY
            figures.append(why if why and why != NOT_MENTIONED else cell.value)
        sums = [matrix.sums[row, None], matrix.uniques.get((row, None), 0), *matrix.sources[row]]
        writer.writerow([*([safe(row)] * export.case_ids), safe(name), *figures, *sums])
    blank = [""] * export.case_ids
    writer.writerow([*blank, "sum", *(matrix.sums[None, c] for c in matrix.columns), matrix.sums[None, None]])
    uniques = [matrix.uniques.get((None, column), 0) for column in matrix.columns]
    writer.writerow([*blank, "unique", *uniques, "", matrix.uniques[None, None]])
    if matrix.left_out:
        writer.writerow([*blank, "left out as uncertain", len(matrix.left_out)])
    if export.remark:
        writer.writerow([*blank, export.remark])
    return out.getvalue().encode("utf-8-sig")
