"""qualkit report"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import filtering, moment, opening, output, publishing
from qualkit.cli.excerpts import statuses
from qualkit.cli.matrix import made_at
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.analysis.matrix import MatrixRequest
    from qualkit.cli.opening import CodedStudy
    from qualkit.formats.matrix import MatrixExport


def report(
    ctx: typer.Context,
    to: Annotated[Path | None, typer.Option(help="FILE.html; with --picture FILE.svg or FILE.png.")] = None,
    picture: Annotated[str, typer.Option(help="Not a page but a picture: heatmap, bars or map.")] = "",
    theme: Annotated[str, typer.Option(help="The column that bars or map show; else all of them together.")] = "",
    measure: Annotated[str, typer.Option(help="What a figure is; docs/matrix.md has the list.")] = "excerpts",
    columns: Annotated[list[str] | None, typer.Option(help="theme, code or kind; twice for two levels.")] = None,
    codes: Annotated[bool, typer.Option("--codes", help="Codes as columns: the same as --columns code.")] = False,
    by: Annotated[list[str] | None, typer.Option(help="Rows: a column of cases, sources or participants.")] = None,
    where: filtering.Option = "",
    status: Annotated[str, typer.Option(help="applied, suggested, rejected; several with commas.")] = "applied",
    coder: Annotated[str, typer.Option(help="Only this coder's codings.")] = "",
    moderator: Annotated[bool, typer.Option("--moderator", help="Count excerpts of moderators alone, too.")] = False,
    sort: Annotated[str, typer.Option(help="Rows by name, sum, unique or a column.")] = "",
    sound: Annotated[bool, typer.Option("--sound", help="The sound of each excerpt is inside the page.")] = False,
    with_coders: Annotated[bool, typer.Option("--with-coders", help="Who coded stands on the page, too.")] = False,
    with_memos: Annotated[bool, typer.Option("--with-memos", help="Memos on codings stand on it, too.")] = False,
    at: opening.At = "",
    publish: publishing.Publish = False,
    threshold: publishing.Threshold = 5,
    with_quotes: publishing.WithQuotes = False,
) -> None:
    """The theme matrix as a page that needs no qualkit: heat map, map, and the excerpts behind each figure."""
    from qualkit.analysis.matrix import MatrixRequest
    from qualkit.store.tables import heading_name

    what = _What(picture, theme, sound, with_coders, with_memos)
    _refuse_contradictions(to, by or [], what, publish)
    coded = opening.open_coded(ctx, at)
    only = filtering.read(coded, where)
    shape = tuple(map(heading_name, by or ())), tuple(columns or (["code"] if codes else ["theme"]))
    which = filtering.which(only, statuses(status)), opening.known_coders(coded, coder)
    found = filtering.excerpts(coded, *which, only)
    request = MatrixRequest(measure, *shape, (), *which, moderator, only)
    file = to or coded.opened.folder.root / "exports" / what.name
    if publish:
        maker = partial(partial, _made, coded, what)
        wanted = publishing.Publication(threshold, with_quotes, (sort, ""), maker, shown=False)
        publishing.publish(coded, found, request, wanted, [file], at, made_at())
    else:
        _write(coded, file, _made(coded, what, file, _export(coded, request, found, sort, at)))


@dataclass(frozen=True)
class _What:
    """A page, or a picture (of one theme), and what is on the page only where it is asked for."""

    picture: str
    theme: str
    sound: bool
    coders: bool
    memos: bool

    @property
    def name(self) -> str:
        """The file that it becomes unless another is named."""
        return f"{self.picture}.svg" if self.picture else "report.html"


def _refuse_contradictions(to: Path | None, by: Sequence[str], what: _What, publish: bool) -> None:
    """Refuse a file's name or options that do not go together, before anything is read."""
    suffix = to.suffix.lower() if to else ""
    if len(by) > 2:
        raise QualkitError("rows have one or two levels", hint="give --by once or twice")
    if publish and (what.sound or what.coders or what.memos):
        hint = "leave out --sound, --with-coders and --with-memos, or --publish"
        raise QualkitError("what is published holds no sound, no coder and no memo", hint=hint)
    if what.picture or suffix in (".svg", ".png"):
        from qualkit.report.pictures import known

        known(what.picture, suffix or ".svg")
    elif suffix not in ("", ".html", ".htm"):
        raise QualkitError("a report is a page", where=str(to), hint="end its name in .html, or add --picture")
    elif what.theme:
        raise QualkitError("the page shows all columns", hint="--theme is for --picture bars and --picture map")


def _export(coded: CodedStudy, request: MatrixRequest, found: list[Excerpt], sort: str, at: str) -> MatrixExport:
    from qualkit.analysis.matrix import theme_matrix
    from qualkit.analysis.sorting import sorted_matrix
    from qualkit.formats.headings import in_language
    from qualkit.formats.matrix import MatrixExport

    study = coded.opened.study
    matrix = theme_matrix(study, coded.material, coded.folded, found, request)
    remark = moment.told(at, in_language(study.settings.language)) if at else ""
    about = study, made_at(), __version__, remark
    return MatrixExport(sorted_matrix(matrix, sort), found, *about, coded.material, coded.folded)


def _made(coded: CodedStudy, what: _What, file: Path, export: MatrixExport) -> bytes:
    """The bytes of the page or picture."""
    from qualkit.cli.report_sound import sounds
    from qualkit.report.contents import Extras, noted
    from qualkit.report.page import page
    from qualkit.report.pictures import drawn, picture
    from qualkit.report.view import View

    view = View(export)
    if what.picture:
        return drawn(picture(what.picture, view, what.theme), file)
    heard = sounds(coded.opened.folder, view) if what.sound else {}
    return page(view, Extras(heard, noted(coded.folded) if what.memos else {}, what.coders))


def _write(coded: CodedStudy, file: Path, content: bytes) -> None:
    from qualkit.store.exports import write_export

    write_export(coded.opened.folder, file, content)
    size = f" ({output.size(len(content))})" if len(content) >= 1e6 else ""
    output.say(f"written: {file}{size}")
