"""--publish, of qualkit matrix and qualkit report"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import framing, matrix_shown, moment, output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.analysis.matrix import MatrixRequest
    from qualkit.analysis.publishing import Published
    from qualkit.cli.opening import CodedStudy
    from qualkit.formats.matrix import MatrixExport

WITHHELD = "withheld.txt"  # in the study's folder: words and names that no published file may hold
_SHOWN = 12  # cells named of each sort
Publish = Annotated[
    bool, typer.Option("--publish", help="To be published: small cells held back, nobody named (docs/matrix.md).")
]
Threshold = Annotated[int, typer.Option(help="With --publish: how many people a cell needs to be shown.")]
WithQuotes = Annotated[
    bool, typer.Option("--with-quotes", help="With --publish: the excerpts of the cells that are shown.")
]


@dataclass(frozen=True)
class Publication:
    """How a matrix is published: how many people a cell needs, whether with its excerpts, in which order, and as what.

    `maker` gives what makes a file's bytes; `shown`: in the terminal, too.
    """

    threshold: int
    quotes: bool
    order: tuple[str, str]
    maker: Callable[[Path], Callable[[MatrixExport], bytes]]
    shown: bool = True


def publish(
    coded: CodedStudy,
    found: Sequence[Excerpt],
    request: MatrixRequest,
    wanted: Publication,
    to: Sequence[Path],
    at: str,
    made: str,
) -> None:
    """Show a matrix as it may be published, say what was held back, and write it, unless it holds withheld words."""
    from qualkit.analysis.measures import MEASURES
    from qualkit.analysis.publishing import published

    study = coded.opened.study
    measure = MEASURES.get(request.measure)
    wordy = measure is not None and measure.summaries
    result = published(
        study, coded.material, coded.folded, found, request, wanted.threshold, quotes=wanted.quotes,
        dress=lambda matrix: framing.in_matrix(coded, matrix, found, at) if wordy else matrix,
    )  # fmt: skip
    _deliver(coded, result, wanted, to, at, made)


def _deliver(coded: CodedStudy, result: Published, wanted: Publication, to: Sequence[Path], at: str, made: str) -> None:
    from qualkit.analysis.sorting import sorted_matrix
    from qualkit.formats.headings import in_language
    from qualkit.formats.matrix import MatrixExport
    from qualkit.formats.publication import nobody_named, rule

    say = in_language(coded.opened.study.settings.language)
    matrix = nobody_named(say, sorted_matrix(result.matrix, *wanted.order))
    if wanted.shown:
        matrix_shown.show(matrix, True, moment.told(at) if at else "")
        output.say()
    _tell(result)
    remark, note = moment.told(at, say) if at else "", rule(say, wanted.threshold)
    export = MatrixExport(matrix, result.excerpts, result.study, made, __version__, remark, note=note)
    _write(coded, [(file, wanted.maker(file)(export), _words(file, wanted)(export)) for file in to])


def _words(file: Path, wanted: Publication) -> Callable[[MatrixExport], bytes]:
    """What makes the words of a file: of a PNG, which holds none that a program can read, those of the same as SVG."""
    return wanted.maker(file.with_suffix(".svg") if file.suffix.lower() == ".png" else file)


def _tell(result: Published) -> None:
    """What was held back, for those who publish: it stands in no file."""
    from qualkit.analysis.publishing import BESIDE, SMALL, SMALL_COLUMN, SMALL_ROW

    sentences = {
        SMALL_ROW: "rows left out (few people, or it could be computed)",
        SMALL_COLUMN: "columns left out (few people)",
        SMALL: "cells held back (few people)",
        BESIDE: "cells held back so that those cannot be computed",
    }
    for what, sentence in sentences.items():
        names = [": ".join(filter(None, (one.row, one.column))) for one in result.held if one.what == what]
        more = f"; and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        output.say(f"{sentence}: {'; '.join(names[:_SHOWN]) or 'none'}{more}", indent=4)


def _write(coded: CodedStudy, contents: Sequence[tuple[Path, bytes, bytes]]) -> None:
    """All files (name, bytes, the same with its words), or none where one holds a word that must not be in it."""
    from qualkit.formats.publication import words_found
    from qualkit.store.exports import write_export

    words = _withheld(coded)
    for file, _, told in contents:
        if found := words_found(told, words):
            hint = f"take them out of what it shows, or out of {WITHHELD} if they may be read"
            raise QualkitError(f"nothing was written: it would hold {', '.join(found)}", where=str(file), hint=hint)
    for file, content, _ in contents:
        write_export(coded.opened.folder, file, content)
        output.say(f"written: {file}")
    if contents:
        checked = f"none of the {output.count(len(words), 'word')} of {WITHHELD}"
        none = f"no {WITHHELD} in the study's folder, so no words were looked for"
        output.note(f"{checked} is in what was written" if words else none)


def _withheld(coded: CodedStudy) -> list[str]:
    from qualkit.formats.publication import words_in_list
    from qualkit.store.files import read_text

    path = coded.opened.folder.root / WITHHELD
    return words_in_list(read_text(path)) if path.exists() else []
