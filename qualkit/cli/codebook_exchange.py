"""qualkit codebook export | import"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import opening, output
from qualkit.cli.book import Book, agreed, open_book
from qualkit.cli.codebook_change import Yes
from qualkit.cli.matrix import made_at
from qualkit.cli.opening import CoderName
from qualkit.errors import QualkitError, errors_of, refuse_errors

if TYPE_CHECKING:
    from qualkit.model.codebook import Code, Codebook

_SHOWN = 10  # ids that a preview names
_IN, _OUT = ".xlsx, .csv or .qdc (REFI-QDA)", ".xlsx, .csv, .qdc (REFI-QDA), .md or .docx"


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=f"A name that ends in {_OUT}.", show_default=False)],
) -> None:
    """Write the codebook for other programs and people; what the format cannot hold is listed."""
    from qualkit.formats.codebooks import CodebookExport, write_codebook_file
    from qualkit.store.exports import write_export
    from qualkit.store.new_codebook import remarks_in
    from qualkit.store.revisions import codebook_path
    from qualkit.store.settings import FILE

    opened = opening.open_here(ctx)
    name = opened.study.settings.codebook
    refuse_errors([p for p in opened.problems if p.where.startswith((name, FILE))], "the codebook has errors")
    out = CodebookExport(opened.study.codebook, made_at(), __version__, opened.study.settings.delimiter)
    content, lost = write_codebook_file(out, file.name)
    write_export(opened.folder, file, content)
    output.say(f"written: {file} ({_size(opened.study.codebook)})")
    for what in [*lost, *remarks_in(codebook_path(opened))]:
        output.note(f"not in {file.name}: {what}")


def take_in(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=f"A file that ends in {_IN}.", show_default=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the study's codebook, which is kept beside it.")
    ] = False,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="The new codebook's name in codebooks/.")] = "",
    yes: Yes = False,
    coder: CoderName = "",
) -> None:
    """Take over a codebook from another program or a table: shown first, then a new file in codebooks/.

    With --replace, codes keep their ids (known by id, GUID or name) and all that the file does not say.
    """
    if replace and to:
        raise QualkitError("--replace and --to cannot both be", hint="give one of them")
    if replace:
        _replace(open_book(ctx, coder), file, yes)
    else:
        _new(ctx, file, to, yes)


def _read(file: Path, here: Codebook | None = None) -> Codebook:
    """The codebook of a file, with what a person must know of it said. QualkitError where it has errors."""
    from qualkit.formats.codebooks import codebook_format, read_codebook_file
    from qualkit.store.files import read_bytes

    codebook_format(file, incoming=True)
    codebook, remarks, problems = read_codebook_file(read_bytes(file), file.name, here)
    refuse_errors(problems, "nothing was imported: this codebook has errors")
    output.say(f"{file.name}: {_size(codebook)}")
    for remark in [*remarks, *(p.message for p in problems if p not in errors_of(problems))]:
        output.say(f"- {remark}")
    return codebook


def _new(ctx: typer.Context, file: Path, to: str, yes: bool) -> None:
    from qualkit.store.new_codebook import new_codebook_path, write_new_codebook

    opened = opening.open_here(ctx)
    path = new_codebook_path(opened.folder, to or file.stem)
    codebook = _read(file)
    name = opened.folder.name(path)
    if agreed(f"Write it to {name}?", yes):
        write_new_codebook(path, codebook)
        output.say(f"written: {name}; to use it, write in qualkit.yaml: codebook: {name}")


def _replace(book: Book, file: Path, yes: bool) -> None:
    from qualkit.store.revisions import replace_codebook

    opened, here = book.opened, book.opened.study.codebook
    name = opened.study.settings.codebook
    refuse_errors([p for p in opened.problems if p.where.startswith(name)], "nothing was imported: mend the codebook")
    codebook = _read(file, here)
    gone = [id for id in here.codes if id not in codebook.codes]
    _refuse_orphans(book, gone)
    _say_ids("new", [id for id in codebook.codes if id not in here.codes])
    _say_ids("gone", gone)
    _say_ids("changed", [what for id, one in codebook.codes.items() if (what := _changed(here.codes.get(id), one))])
    if codebook == here:
        output.say("nothing is different")
    elif agreed(f"Put it in the place of {name}, which is kept beside it as .old, with its comments?", yes):
        done = replace_codebook(opened, book.coder, codebook, f"imported {file.name}")
        output.say(f"{done.text}; to take it back: qualkit codebook undo")


def _refuse_orphans(book: Book, gone: Sequence[str]) -> None:
    from qualkit.coding.recoding import codings_with

    used = list(dict.fromkeys(coding.code for coding in codings_with(book.folded, gone)))
    if used:
        what = f"codings have codes that this file lacks: {', '.join(used[:_SHOWN])}"
        hint = "put their rows back, or merge or retire them first: qualkit codebook merge"
        raise QualkitError(f"{what}; nothing was changed", hint=hint)


def _changed(was: Code | None, becomes: Code) -> str:
    """A code's id with what is another now, so that an emptied column is seen; nothing where all is as it was."""
    names = [one.name for one in fields(becomes) if was and getattr(was, one.name) != getattr(becomes, one.name)]
    return f"{becomes.id} ({', '.join(names)})" if names else ""


def _say_ids(what: str, ids: Sequence[str]) -> None:
    if ids:
        more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
        output.say(f"{what}: {', '.join(ids[:_SHOWN])}{more}", indent=4)


def _size(codebook: Codebook) -> str:
    return f"{output.count(len(codebook.themes), 'theme')}, {output.count(len(codebook.codes), 'code')}"
