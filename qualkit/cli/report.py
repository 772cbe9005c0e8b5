"""qualkit report"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import filtering, moment, opening, output
from qualkit.cli.excerpts import statuses
from qualkit.cli.matrix import made_at
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.excerpts import Excerpt
    from qualkit.analysis.matrix import Matrix
    from qualkit.cli.opening import CodedStudy
    from qualkit.report.view import View


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
) -> None:
    """The theme matrix as a page that needs no qualkit: heat map, map, and the excerpts behind each figure."""
    from qualkit.analysis.matrix import MatrixRequest, theme_matrix
    from qualkit.analysis.sorting import sorted_matrix
    from qualkit.store.tables import heading_name

    if len(by or []) > 2:
        raise QualkitError("rows have one or two levels", hint="give --by once or twice")
    file = _file(to, picture, theme)
    coded = opening.open_coded(ctx, at)
    only = filtering.read(coded, where)
    shape = tuple(map(heading_name, by or ())), tuple(columns or (["code"] if codes else ["theme"]))
    which = filtering.which(only, statuses(status)), opening.known_coders(coded, coder)
    found = filtering.excerpts(coded, *which, only)
    request = MatrixRequest(measure, *shape, (), *which, moderator, only)
    result = theme_matrix(coded.opened.study, coded.material, coded.folded, found, request)
    view = _view(coded, sorted_matrix(result, sort), found, at)
    if picture:
        _write(coded, file, _picture(view, picture, theme, file))
    else:
        _write(coded, file, _page(coded, view, sound, with_coders, with_memos))


def _file(to: Path | None, picture: str, theme: str) -> Path | None:
    """Refuse a file's name or options that do not go together, before anything is read."""
    suffix = to.suffix.lower() if to else ""
    if picture or suffix in (".svg", ".png"):
        from qualkit.report.pictures import known

        known(picture, suffix or ".svg")
    elif suffix not in ("", ".html", ".htm"):
        raise QualkitError("a report is a page", where=str(to), hint="end its name in .html, or add --picture")
    elif theme:
        raise QualkitError("the page shows all columns", hint="--theme is for --picture bars and --picture map")
    return to


def _picture(view: View, name: str, theme: str, file: Path | None) -> tuple[str, bytes]:
    from qualkit.report.pictures import drawn, picture

    return f"{name}.svg", drawn(picture(name, view, theme), file or Path(f"{name}.svg"))


def _page(coded: CodedStudy, view: View, sound: bool, coders: bool, memos: bool) -> tuple[str, bytes]:
    from qualkit.cli.report_sound import sounds
    from qualkit.report.contents import Extras, noted
    from qualkit.report.page import page

    heard = sounds(coded.opened.folder, view) if sound else {}
    return "report.html", page(view, Extras(heard, noted(coded.folded) if memos else {}, coders))


def _write(coded: CodedStudy, to: Path | None, made: tuple[str, bytes]) -> None:
    from qualkit.store.exports import write_export

    file = to or coded.opened.folder.root / "exports" / made[0]
    write_export(coded.opened.folder, file, made[1])
    large = len(made[1]) >= 1e6
    output.say(f"written: {file}{f' ({output.size(len(made[1]))})' if large else ''}")


def _view(coded: CodedStudy, result: Matrix, found: list[Excerpt], at: str) -> View:
    from qualkit.formats.headings import in_language
    from qualkit.formats.matrix import MatrixExport
    from qualkit.report.view import View

    study = coded.opened.study
    remark = moment.told(at, in_language(study.settings.language)) if at else ""
    about = study, made_at(), __version__, remark
    return View(MatrixExport(result, found, *about, coded.material, coded.folded))
