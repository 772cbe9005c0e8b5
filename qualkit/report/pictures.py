"""The pictures that can be made of a matrix: one table that help, the command and tests read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from qualkit.errors import QualkitError
from qualkit.formats.matrix import MatrixExport, matrix_format
from qualkit.report.bars import bars
from qualkit.report.heatmap import heatmap
from qualkit.report.map import map_picture
from qualkit.report.view import View


@dataclass(frozen=True, slots=True)
class Picture:
    """`draw` makes the SVG of a view, and of one of its columns where `by_column`."""

    draw: Callable[[View, str], str]
    by_column: bool = False


SUFFIXES = (".svg", ".png")
PICTURES: Mapping[str, Picture] = {
    "heatmap": Picture(lambda view, _: heatmap(view)),
    "bars": Picture(bars, by_column=True),
    "map": Picture(map_picture, by_column=True),
}


_ELSEWHERE = {
    "saturation": "qualkit saturation --to FILE.svg, or .png: its choices are there",
    "cooccurrence": "qualkit cooccur --to FILE.svg, or .png: its choices are there",
}


def known(name: str, suffix: str) -> None:
    """QualkitError where there is no picture of that name, or none is written to files that end so."""
    if name in _ELSEWHERE:
        raise QualkitError(f"'{name}' is a picture of another command", hint=_ELSEWHERE[name])
    if name not in PICTURES:
        what = f"there is no picture '{name}'" if name else "which picture?"
        raise QualkitError(what, hint=f"--picture with one of: {', '.join(PICTURES)}")
    if suffix not in SUFFIXES:
        raise QualkitError("a picture is written as .svg or .png", hint="end its file's name in one of them")


def matrix_maker(file: PurePath) -> Callable[[MatrixExport], bytes]:
    """The function that makes a matrix's file: its heat map as a picture, or a format that holds all of it."""
    if file.suffix.lower() in SUFFIXES:
        return lambda export: drawn(heatmap(View(export)), file)
    return matrix_format(file, SUFFIXES)


def picture(name: str, view: View, column: str = "") -> str:
    """The SVG of a known picture; `column` by its id or name. QualkitError where it has none, or none of that name."""
    if column and not PICTURES[name].by_column:
        able = ", ".join(one for one, those in PICTURES.items() if those.by_column)
        raise QualkitError(f"'{name}' shows all columns", hint=f"of one column there are: {able}")
    return PICTURES[name].draw(view, _column(view, column) if column else "")


def drawn(svg: str, file: PurePath) -> bytes:
    """The bytes of a picture's file: PNG, where its name ends so, else SVG."""
    if file.suffix.lower() == ".png":
        from qualkit.report.png import png

        return png(svg)
    return svg.encode("utf-8") + b"\n"


def _column(view: View, name: str) -> str:
    columns = view.columns
    folded = name.strip().casefold()
    found = [key for key, words in columns.items() if folded in (key.casefold(), words.casefold())]
    if not found:
        raise QualkitError(f"there is no column '{name}'", hint=f"one of: {', '.join(columns)}")
    return found[0]
