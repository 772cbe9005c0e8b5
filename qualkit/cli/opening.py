"""What commands share: the study that is meant, its sources, its codings, and who codes."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import moment, output
from qualkit.errors import QualkitError, refuse_errors

if TYPE_CHECKING:
    from qualkit.analysis.compared import Compared
    from qualkit.coding.fold import State
    from qualkit.model.keyword import Keyword
    from qualkit.model.source import Source
    from qualkit.model.study import Material
    from qualkit.store.project import OpenStudy

Sources = Annotated[list[str] | None, typer.Argument(help="Ids of sources; none = all.", show_default=False)]
At = Annotated[str, typer.Option("--at", help=f"Codings as they were then. {moment.HELP}")]
CoderName = Annotated[str, typer.Option("--coder", help="Whose journal: your name.", envvar="QUALKIT_CODER")]


@dataclass(frozen=True)
class CodedStudy:
    """A study with its texts and the state of its journals."""

    opened: OpenStudy
    material: Material
    folded: dict[str, State]


def open_here(ctx: typer.Context) -> OpenStudy:
    """The study named with --study, or the one around the current folder."""
    from qualkit.store.project import find_folder, open_study

    if ctx.obj and not ctx.obj.exists():
        raise QualkitError("there is no such folder", where=str(ctx.obj), hint="check the folder after --study")
    return open_study(find_folder(ctx.obj or Path.cwd(), upwards=not ctx.obj))


@contextlib.contextmanager
def unswept() -> Iterator[None]:
    """Texts and codings are millions of things without a cycle: to look for cycles there takes a seventh longer."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # nor are they looked through later; what nobody holds any more goes all the same
        if was:
            gc.enable()


@unswept()
def open_coded(ctx: typer.Context, at: str = "", *, across: bool = True) -> CodedStudy:
    """The study with all its material; refuses when an error in its files would make a result wrong.

    With `at` (a day or a time), its codings are those of then; texts, codebook and tables are today's.
    `across`: also what one file says against another, such as a code that the codebook does not have.
    """
    from qualkit.analysis.cross import cross_problems
    from qualkit.analysis.excerpts import states
    from qualkit.analysis.history import at_time
    from qualkit.store.material import read_material

    end = moment.ends(at) if at else None
    opened = open_here(ctx)
    material, problems = read_material(opened.folder, opened.study.sources)
    material = at_time(material, end) if end else material
    folded = states(opened.study, material)
    problems = [*opened.problems, *problems]
    problems += cross_problems(opened.study, material, folded, ()) if across else []
    refuse_errors(problems, "the study has errors that would make the result wrong")
    return CodedStudy(opened, material, folded)


def known_coders(coded: CodedStudy, name: str) -> tuple[str, ...]:
    """The coder asked for, as a filter; nothing for all. QualkitError where nobody of that name has a journal."""
    if name:
        refuse_unknown_coder(coded.opened, name)
    return (name,) if name else ()


def refuse_unknown_coder(opened: OpenStudy, name: str) -> None:
    """QualkitError where nobody of that name has a journal."""
    from qualkit.store.material import journal_paths
    from qualkit.store.revisions import codebook_journals

    journals = [*journal_paths(opened.folder).values(), codebook_journals(opened)]
    known = sorted({coder for those in journals for coder in those})
    if name not in known:
        hint = f"one of: {', '.join(known)}" if known else "nobody has coded yet: qualkit apply"
        raise QualkitError(f"no coder is called '{name}'", hint=hint)


def tell_left_out(compared: Compared) -> None:
    """What does not count where coders are compared, and why."""
    if lost := sum(compared.left_out.values()):
        output.note(f"{output.count(lost, 'excerpt')} uncertain and not counted: qualkit anchors")
    for why in dict.fromkeys(compared.not_compared.values()):
        those = [source for source, reason in compared.not_compared.items() if reason == why]
        output.note(f"not compared, {why}: {', '.join(those)}")


def refuse_unknown(what: str, id: str, known: Iterable[str], where: str = "") -> None:
    """QualkitError for an id that is not there; `where` says what lists those that are."""
    from difflib import get_close_matches

    if id not in (ids := list(known)):
        near = " or ".join(get_close_matches(id, ids, n=3))
        hint = f"did you mean {near}?" if near else where or f"one of: {', '.join(ids[:8])}"
        raise QualkitError(f"there is no {what} '{id}'", hint=hint)


def chosen(opened: OpenStudy, names: Sequence[str] | None) -> list[Source]:
    """The sources with these ids, in the study's order; all of them without names."""
    known = opened.study.source_by_id
    for name in names or ():
        refuse_unknown("source", name, known, "qualkit status lists the sources")
    return [source for source in opened.study.sources if not names or source.id in names]


def coder_name(opened: OpenStudy, given: str) -> str:
    """--coder, else the one in qualkit.yaml, else the name of the user of this machine."""
    from qualkit.store.material import journal_paths
    from qualkit.store.settings import ID_RULE, valid_coder

    name = given or opened.study.settings.coder or _user()
    if not valid_coder(name):
        raise QualkitError(f"the coder name '{name}' cannot be part of a file name", hint=f"--coder NAME: {ID_RULE}")
    for other in {coder for journals in journal_paths(opened.folder).values() for coder in journals}:
        if other != name and other.casefold() == name.casefold():  # one file on Windows and macOS, two on Linux
            what = f"there is a coder '{other}' already, whose files '{name}' would share on Windows and macOS"
            raise QualkitError(what, hint=f"--coder {other}, or another name")
    return name


def _user() -> str:
    import getpass

    try:
        return "".join(c for c in getpass.getuser() if c.isalnum() or c in "-_") or "coder"
    except (OSError, KeyError, ImportError):  # a container or a system without names of users
        return "coder"


def keyword_of(text: str, language: str) -> Keyword:
    """A keyword of the command line, in the codebook's language. QualkitError where it can never match."""
    from qualkit.model.inflection import can_inflect
    from qualkit.model.keyword import KeywordError, parse_keyword

    try:
        keyword = parse_keyword(text)
    except KeywordError as error:
        raise QualkitError(f"the keyword '{text}' can never match: {error}", hint="see README: keywords") from None
    if keyword.inflected and not can_inflect(language):
        what = f"the keyword '{text}' has a plus, but inflections in '{language}' are not known"
        raise QualkitError(what, hint="write a star, or each form as a keyword of its own")
    return keyword
