"""qualkit codebook add | rename | move | retire | merge | undo"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit.cli import moment, output
from qualkit.cli.book import Book, agreed, carry_out, open_book, show_touched
from qualkit.cli.opening import CoderName
from qualkit.errors import QualkitError

if TYPE_CHECKING:
    from qualkit.model.act import Act
    from qualkit.model.coding import Coding
    from qualkit.store.codebook_edit import CodebookFile

CodeId = Annotated[str, typer.Argument(metavar="CODE", help="A code's id.", show_default=False)]
ThemeId = Annotated[str, typer.Argument(metavar="THEME", help="A theme's id.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def add(
    ctx: typer.Context,
    theme: ThemeId,
    name: Annotated[str, typer.Argument(help="The new code's name; its id is made from it.", show_default=False)],
    definition: Annotated[str, typer.Option(help="What the code is for, in a sentence.")],
    yes: Yes = False,
    coder: CoderName = "",
) -> None:
    """Write a new code under a theme."""
    from qualkit.store.codebook_edit import new_code

    book = open_book(ctx, coder)
    _refuse_unknown_theme(book, theme)
    code = new_code(book.opened.study.codebook, theme, name, definition)
    if agreed(f'Add {code.id}: "{code.name}" to {theme}?', yes):
        carry_out(book, _act(code.id, "add", f'added {code.id}: "{code.name}"'), lambda file: file.add(code))


def rename(
    ctx: typer.Context,
    code: CodeId,
    name: Annotated[str, typer.Argument(help="Its new name; its id stays.", show_default=False)],
    yes: Yes = False,
    coder: CoderName = "",
) -> None:
    """Give a code another name. Its id is for life, so no coding changes."""
    book = open_book(ctx, coder)
    old, name = book.code(code), " ".join(name.split())
    if not name or name == old.name:
        raise QualkitError(f"'{code}' is called so already" if name else "a code needs a name", hint="give a new name")
    show_touched(_touched(book, [code]), [code], "they are shown with the new name")
    if agreed(f'Rename {code}: "{old.name}" to "{name}"?', yes):
        text = f'renamed {code}: "{old.name}" is now "{name}"'
        carry_out(book, _act(code, "rename", text), lambda file: file.rename(code, name))


def move(ctx: typer.Context, code: CodeId, theme: ThemeId, yes: Yes = False, coder: CoderName = "") -> None:
    """Put a code under another theme, where its codings count from then on."""
    book = open_book(ctx, coder)
    old = book.code(code)
    _refuse_unknown_theme(book, theme)
    if theme == old.theme:
        raise QualkitError(f"'{code}' is in the theme '{theme}' already", hint="name another theme")
    show_touched(_touched(book, [code]), [code], f"they count for the theme {theme}, no longer for {old.theme}")
    if agreed(f"Move {code} from {old.theme} to {theme}?", yes):
        text = f"moved {code} from {old.theme} to {theme}"
        carry_out(book, _act(code, "move", text), lambda file: file.move(code, theme))


def retire(ctx: typer.Context, code: CodeId, yes: Yes = False, coder: CoderName = "") -> None:
    """Keep a code and its codings, and make no new codings or suggestions with it."""
    from qualkit.store.revisions import today

    book = open_book(ctx, coder)
    if book.code(code).retired:
        hint = "to use it again: qualkit codebook undo, or delete the line in the file"
        raise QualkitError(f"'{code}' is retired already", hint=hint)
    touched = _touched(book, [code])
    show_touched(touched, [code], "they stay, and count")
    if agreed(f"Retire {code}?", yes):
        text = f"retired {code}; {output.count(len(touched), 'coding')} with it stay"
        carry_out(book, _act(code, "retire", text), lambda file: file.retire(code, today()))


def merge(
    ctx: typer.Context,
    codes: Annotated[list[str], typer.Argument(metavar="CODE...", help="Ids of codes that go.", show_default=False)],
    into: Annotated[str, typer.Option("--into", metavar="CODE", help="The id of the code that stays.")],
    words: Annotated[
        bool | None,
        typer.Option("--words/--no-words", help="Give it their keywords and examples, or not; else you are asked."),
    ] = None,
    yes: Yes = False,
    coder: CoderName = "",
) -> None:
    """Give all codings of some codes another one, and retire those codes. Run again, it takes what came since."""
    book = open_book(ctx, coder)
    codes = list(dict.fromkeys(codes))
    _refuse_merge(book, codes, into)
    act = _act(" ".join([*codes, into]), "merge", f"merged {', '.join(codes)} into {into}")
    touched, before = _touched(book, codes), book.written("merge", act.code, gone=codes, kept=[into])
    show_touched(touched, codes, f"they get {into}")
    if before and not touched:
        output.say("nothing is left to merge")
    elif agreed(f"Merge {', '.join(codes)} into {into}?", yes):
        taking = not before and _takes_words(book, codes, into, words, yes)
        _merge(book, codes, into, before or act, taking)


def undo(ctx: typer.Context, yes: Yes = False, coder: CoderName = "") -> None:
    """Take back the last change of the codebook, and what it did to codings; then the one before."""
    from qualkit.coding.recoding import done_by
    from qualkit.store.revisions import append_all, refuse_locked, take_back

    book = open_book(ctx, coder)
    last, content = _last(book)
    done = done_by(book.material.acts, last)
    _refuse_orphans(book, content, done)
    output.say(f"{last.text} ({last.coder}, {moment.local(last.time)})", indent=4)
    output.say(f"{output.count(sum(map(len, done.values())), 'coding')} become what they were before")
    if agreed("Take it back?", yes):
        refuse_locked(book.opened, done, book.coder)
        append_all(book.opened, book.coder, {s: [_undo(one) for one in reversed(those)] for s, those in done.items()})
        take_back(book.opened, book.coder, last, content)
        output.say("taken back")


def _last(book: Book) -> tuple[Act, bytes]:
    """The last change that can be taken back, and the codebook without it; others' that are not in the file are told.

    A change of a coder whose codebook was not taken in a merge is in its journal and on codings only.
    """
    from qualkit.coding.recoding import last_revision
    from qualkit.store.revisions import ChangedSinceError, before

    acts, missing = list(book.revisions), None
    while last := last_revision(acts):
        try:
            return last, before(book.opened, last)
        except ChangedSinceError as error:
            missing = missing or error
        if last.coder == book.coder:
            break
        output.note(f"left as it is, for this codebook does not have it as {last.coder} wrote it: {last.text}")
        acts = [act for act in acts if act.id != last.id]
    raise missing or QualkitError(
        "no change of the codebook is there to take back", hint="qualkit history shows what was done"
    )


def _act(codes: str, about: str, text: str) -> Act:
    from qualkit.model.act import Act

    return Act("", "", "", "revise", code=codes, about=about, text=text)


def _undo(act: Act) -> Act:
    from qualkit.model.act import Act

    return Act("", "", "", "undo", target=act.id)


def _touched(book: Book, codes: Sequence[str]) -> list[Coding]:
    from qualkit.coding.recoding import codings_with

    return codings_with(book.folded, codes)


def _refuse_unknown_theme(book: Book, theme: str) -> None:
    themes = [one.id for one in book.opened.study.codebook.themes]
    if theme not in themes:
        raise QualkitError(f"there is no theme '{theme}'", hint=f"one of: {', '.join(themes)}")


def _refuse_merge(book: Book, codes: Sequence[str], into: str) -> None:
    if book.code(into).retired:
        raise QualkitError(f"'{into}' is retired, so no coding can get it", hint="name a code that is in use")
    for code in codes:
        if code == into:
            raise QualkitError(f"'{into}' cannot both stay and go", hint="name the one that stays after --into only")
        if not _touched(book, [code]):
            book.code(code)  # one that was deleted by hand may go as long as codings have it


def _takes_words(book: Book, codes: Sequence[str], into: str, words: bool | None, yes: bool) -> bool:
    """Whether the code that stays gets the keywords and examples of those that go."""
    lacking = [book.code(into).lacks(book.codes[code]) for code in codes if code in book.codes]
    keywords, examples = (sum(len(one[part]) for one in lacking) for part in (0, 1))
    if words is not None or yes or not keywords + examples:
        return words is not False
    what = f"{output.count(keywords, 'keyword')} and {output.count(examples, 'example')}"
    return output.agreed(f"Give {into} their {what}, too?")


def _merge(book: Book, codes: Sequence[str], into: str, act: Act, taking: bool) -> None:
    from qualkit.coding.recoding import recodings
    from qualkit.store.revisions import append_all, refuse_locked, today

    def edit(file: CodebookFile) -> None:
        for code in codes:
            if code in book.codes:
                file.retire(code, today(), [into])
                if taking:
                    file.take_words(into, code)

    sources = recodings(book.folded, codes, into)
    refuse_locked(book.opened, sources, book.coder)
    done = act if act.id else carry_out(book, act, edit)
    append_all(book.opened, book.coder, recodings(book.folded, codes, into, done.id))
    output.say(f"{output.count(sum(map(len, sources.values())), 'coding')} changed")


def _refuse_orphans(book: Book, content: bytes, done: dict[str, list[Act]]) -> None:
    """Codes that would leave the codebook while codings have them."""
    from qualkit.coding.recoding import codings_with, without
    from qualkit.store.codebooks import parse_codebook
    from qualkit.store.files import decode

    gone = set(book.codes) - set(parse_codebook(decode(content), "")[0].codes)
    if left := codings_with(without(book.material.acts, done), gone):
        codes = ", ".join(sorted({coding.code for coding in left}))
        what = f"{output.count(len(left), 'coding')} made since would be left with a code that goes: {codes}"
        raise QualkitError(what, hint=f"give them another one first: qualkit codebook merge {codes} --into CODE")
