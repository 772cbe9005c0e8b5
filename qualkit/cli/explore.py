"""qualkit codebook explore: what the transcripts say, and what the codebook makes of it"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import explore_shown, filtering, opening, output
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.analysis.passages import Passage
    from qualkit.analysis.stretches import Stretches
    from qualkit.cli.opening import CodedStudy
    from qualkit.formats.explored import Say
    from qualkit.formats.table import Table
    from qualkit.model.codebook import Codebook

app = typer.Typer(no_args_is_help=True, help="What the transcripts say, and what the codebook makes of it.")

By = Annotated[str, typer.Option("--by", help="Also by a column of cases, sources or participants: kommun, role, ...")]
Moderator = Annotated[bool, typer.Option("--moderator", help="What moderators say, too; --by role does so.")]
Most = Annotated[int, typer.Option("--most", min=1, help="Lines in the terminal; a file holds all.")]
To = Annotated[list[Path] | None, typer.Option("--to", help="Write it to FILE.csv or FILE.xlsx; may be repeated.")]
Code = Annotated[str, typer.Option("--code", help="Only this code, or the codes of this theme.")]
GROUPS = ("case", "source", "participant")  # nouns that a filter may ask about


@dataclass(frozen=True)
class _Explored:
    """A study and what of its material is looked at."""

    coded: CodedStudy
    found: list[Passage]

    @property
    def codebook(self) -> Codebook:
        return self.coded.opened.study.codebook


def _explored(
    ctx: typer.Context, to: Sequence[Path] | None, where: str = "", by: str = "", *, moderator: bool = False
) -> _Explored:
    from qualkit.analysis.passages import column, passages
    from qualkit.formats.explored import explored_format
    from qualkit.store.tables import heading_name

    for file in to or ():
        explored_format(file)
    coded = opening.open_coded(ctx)
    study, material = coded.opened.study, coded.material
    level = column(study, material, heading_name(by)) if by else None
    wanted = filtering.read(coded, where, GROUPS)
    moderator = moderator or (level is not None and level.name == "role")
    found = passages(study, material, wanted, by=level, moderator=moderator)
    if not found:
        raise QualkitError("nothing was said that this asks for", hint="qualkit status says which sources have a text")
    return _Explored(coded, found)


def _write(explored: _Explored, make: Callable[[Say], Table], to: Sequence[Path] | None) -> None:
    """Write a table to files, in the study's language."""
    from qualkit.cli.matrix import made_at
    from qualkit.formats.explored import explored_format
    from qualkit.formats.headings import in_language
    from qualkit.store.exports import write_export

    opened = explored.coded.opened
    say = in_language(opened.study.settings.language)
    for file in to or ():
        write_export(opened.folder, file, explored_format(file)(make(say), opened.study, made_at()))
        output.say(f"written: {file}")


def _stretches(coded: CodedStudy, statuses: Sequence[str]) -> Stretches:
    """Where codings of these statuses stand; how many excerpts have no sure place is told."""
    from qualkit.analysis.stretches import Stretches

    excerpts = filtering.excerpts(coded, tuple(statuses), (), filtering.read(coded, ""))
    if lost := sum(excerpt.uncertain for excerpt in excerpts):
        output.note(f"{output.count(lost, 'excerpt')} uncertain and not counted: qualkit anchors")
    return Stretches(coded.material, excerpts)


@app.command("words")
def words(
    ctx: typer.Context,
    phrases: Annotated[bool, typer.Option("--phrases", help="Two to four words in a row instead.")] = False,
    where: filtering.Option = "",
    by: By = "",
    moderator: Moderator = False,
    untouched: Annotated[bool, typer.Option("--untouched", help="Only segments that no code touches.")] = False,
    small: Annotated[bool, typer.Option("--small", help="Small words (och, det, liksom; and, the), too.")] = False,
    least: Annotated[int, typer.Option(min=1, help="Only what comes up so often.")] = 2,
    most: Most = 40,
    to: To = None,
) -> None:
    """The words or phrases that come up most, in how many sources, and which codes have a keyword for them."""
    from qualkit.analysis.frequency import frequent_phrases, frequent_words
    from qualkit.analysis.stopwords import stopwords
    from qualkit.formats import explored as tables

    explored = _explored(ctx, to, where, by, moderator=moderator)
    found = explored.found
    if untouched:
        stretches = _stretches(explored.coded, ["applied"])
        found = [passage for passage in found if not stretches.touch(passage)]
    count = frequent_phrases if phrases else frequent_words
    counted = count(found, least=least, stop=(lambda _: frozenset()) if small else stopwords)
    make = partial(tables.words, counted=counted, found=found, codebook=explored.codebook)
    explore_shown.show_words(make(str), most)
    _write(explored, make, to)


@app.command("context")
def context(
    ctx: typer.Context,
    keywords: Annotated[
        list[str] | None, typer.Argument(metavar="[KEYWORD]...", help='As in a codebook: "bankid*".')
    ] = None,
    code: Code = "",
    words: Annotated[int, typer.Option("--words", min=1, help="Words on either side.")] = 10,
    sort: Annotated[str, typer.Option(help="text (the order of the material), before or after.")] = "text",
    where: filtering.Option = "",
    moderator: Moderator = False,
    most: Most = 50,
    to: To = None,
) -> None:
    """Keywords in context: every place that one meets, with the words around it."""
    from qualkit.analysis.keyword_use import in_context, keywords_met
    from qualkit.formats import explored as tables

    explored = _explored(ctx, to, where, moderator=moderator)
    book = _asked(explored, keywords or [], code)
    found = explore_shown.in_order(in_context(keywords_met(explored.found, book), words), sort)
    explore_shown.show_context(found[:most])
    output.say(f"{output.count(len(found), 'place')}{f', {most} shown: --most' if len(found) > most else ''}")
    _write(explored, partial(tables.context, found=found, study=explored.coded.opened.study), to)


@app.command("keywords")
def keywords(
    ctx: typer.Context,
    tried: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEYWORD]...", help="Keywords to try; none = those of the codebook."),
    ] = None,
    code: Code = "",
    never: Annotated[bool, typer.Option("--never", help="Show those that meet nothing instead.")] = False,
    where: filtering.Option = "",
    by: By = "",
    moderator: Moderator = False,
    most: Most = 100,
    to: To = None,
) -> None:
    """What keywords meet: how often, in which forms, and on how many of those sentences their code was applied."""
    from qualkit.analysis.keyword_use import keyword_use
    from qualkit.formats import explored as tables

    explored = _explored(ctx, to, where, by, moderator=moderator)
    book = _asked(explored, tried or [], code, all_of_it=True)
    uses = keyword_use(explored.found, book, None if tried else _stretches(explored.coded, ["applied", "rejected"]))
    shown = [use for use in uses if tried or bool(use.times) != never]
    make = partial(tables.keywords, found=explored.found, tried=bool(tried))
    explore_shown.show(make(str, shown), most, least=["rejected", "sentences", "words met"])
    if not tried:
        output.say(
            f"{sum(not use.times for use in uses)} of {output.count(len(uses), 'keyword')} meet nothing: --never"
        )
    _write(explored, partial(make, uses=uses), to)


@app.command("overlaps")
def overlaps(
    ctx: typer.Context, where: filtering.Option = "", moderator: Moderator = False, most: Most = 50, to: To = None
) -> None:
    """Where keywords of two codes meet the same words, or are the same."""
    from qualkit.analysis.keyword_use import overlaps as overlaps_of
    from qualkit.formats import explored as tables

    explored = _explored(ctx, to, where, moderator=moderator)
    make = partial(tables.overlaps, found=overlaps_of(explored.found, explored.codebook))
    explore_shown.show(make(str), most, none="No words are met by keywords of two codes.")
    _write(explored, make, to)


@app.command("codes")
def codes(ctx: typer.Context, where: filtering.Option = "", to: To = None) -> None:
    """How often each code is used, which never are, and which always stand on the same words as another."""
    from qualkit.analysis.code_use import always_together, code_use
    from qualkit.analysis.stretches import Stretches
    from qualkit.formats import explored as tables

    explored = _explored(ctx, to)
    coded = explored.coded
    excerpts = filtering.excerpts(coded, ("applied",), (), filtering.read(coded, where))
    uses = code_use(explored.codebook, excerpts)
    pairs = always_together(explored.codebook, excerpts, Stretches(coded.material, excerpts))
    used = tables.codes(str, [use for use in uses if use.codings], pairs)
    explore_shown.show(used, len(uses), least=["name", "coders", "cases"], none="No code is used yet.")
    explore_shown.say_codes(uses, pairs)
    _write(explored, partial(tables.codes, uses=uses, pairs=pairs), to)


@app.command("untouched")
def untouched(
    ctx: typer.Context,
    least: Annotated[int, typer.Option(min=1, help="Only segments of so many words.")] = 5,
    status: Annotated[str, typer.Option(help="applied, suggested, rejected; several with commas.")] = "applied",
    where: filtering.Option = "",
    moderator: Moderator = False,
    most: Most = 20,
    to: To = None,
) -> None:
    """The segments that no code touches, and how much of each source they are."""
    from qualkit.analysis.code_use import untouched as untouched_in
    from qualkit.cli.excerpts import statuses
    from qualkit.formats import explored as tables

    explored = _explored(ctx, to, where, moderator=moderator)
    found = untouched_in(explored.found, _stretches(explored.coded, statuses(status)), least)
    explore_shown.show_untouched(found, most)
    _write(explored, partial(tables.untouched, found=found), to)


def _asked(explored: _Explored, written: Sequence[str], code: str, *, all_of_it: bool = False) -> Codebook:
    """A codebook with the keywords that are meant: those written here, those of a code or theme, or all of them."""
    from qualkit.analysis.keyword_use import to_try
    from qualkit.model.noun import replace

    book = explored.codebook
    if written and code:
        raise QualkitError("keywords and --code cannot both be", hint="give one of them")
    if written:
        return to_try([opening.keyword_of(text, book.language) for text in written], book.language)
    if not code and not all_of_it:
        raise QualkitError("no keyword is named", hint='for example: qualkit codebook explore context "bankid*"')
    themes = [
        replace(one, codes=tuple(c for c in one.codes if not code or code in (c.id, one.id))) for one in book.themes
    ]
    if code and not any(one.codes for one in themes):
        raise QualkitError(f"there is no code or theme '{code}'", hint="qualkit codebook show lists them")
    return replace(book, themes=tuple(themes))
