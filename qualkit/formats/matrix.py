"""A theme matrix as something to hand on, and the table of formats that hold one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.matrix import Matrix
from qualkit.coding.fold import State
from qualkit.formats.endings import writer
from qualkit.formats.headings import in_language
from qualkit.model.study import Material, Study


@dataclass(frozen=True)
class MatrixExport:
    """A matrix with the excerpts behind its figures and what a reader must know; `made` is ISO 8601."""

    matrix: Matrix
    excerpts: Sequence[Excerpt]
    study: Study
    made: str
    version: str
    remark: str = ""  # what else a reader must know of where the codings come from
    material: Material = field(default_factory=Material)
    folded: Mapping[str, State] = field(default_factory=dict)
    note: str = ""  # of a matrix made for publication: what was held back; else it holds personal data

    @property
    def say(self) -> Callable[[str], str]:
        """From an English text of ours to that text in the study's language."""
        return in_language(self.study.settings.language)

    @property
    def decimal(self) -> str:
        """The sign before decimals, as the study's language has it."""
        return "," if self.say("yes") == "ja" else "."

    @property
    def case_ids(self) -> bool:
        """Whether rows are cases, so that their ids (SCB codes) stand beside the names."""
        return self.matrix.by in ((self.study.settings.case,), ("case",))


def clock(seconds: float | None) -> str:
    """Seconds as h:mm:ss; "" for None."""
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


MATRIX_FORMATS: Mapping[str, str] = {
    ".csv": "qualkit.formats.matrix_csv",
    ".xlsx": "qualkit.formats.matrix_xlsx",
    ".ods": "qualkit.formats.matrix_ods",
    ".docx": "qualkit.formats.matrix_docx",
    ".html": "qualkit.formats.matrix_html",
    ".md": "qualkit.formats.matrix_md",
}


def matrix_format(file: PurePath, others: Sequence[str] = ()) -> Callable[[MatrixExport], bytes]:
    """The function that makes a matrix of the format that a file's name ends in.

    QualkitError for others; `others` are endings of which it tells, too.
    """
    render: Callable[[MatrixExport], bytes] = writer(file, MATRIX_FORMATS, others)
    return render
