"""What the commands that change a codebook share: the study, what a change touches, the question, the act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from qualkit.cli import opening, output
from qualkit.errors import QualkitError, refuse_errors

if TYPE_CHECKING:
    from qualkit.coding.fold import State
    from qualkit.model.act import Act
    from qualkit.model.codebook import Code
    from qualkit.model.coding import Coding
    from qualkit.model.study import Material
    from qualkit.store.codebook_edit import CodebookFile
    from qualkit.store.project import OpenStudy

_QUOTES, _ROWS, _WORDS = 3, 15, 60  # of the codings that a change touches: quotes, sources, letters of a quote


@dataclass(frozen=True)
class Book:
    """A study whose codebook is to change: its codings, the changes before, and who changes it."""

    opened: OpenStudy
    material: Material
    folded: dict[str, State]
    revisions: list[Act]
    coder: str

    @property
    def codes(self) -> dict[str, Code]:
        """The codes of the codebook as it is."""
        return self.opened.study.codebook.codes

    def code(self, id: str) -> Code:
        """A code of the codebook. QualkitError for an unknown one."""
        from difflib import get_close_matches

        if id not in self.codes:
            near = get_close_matches(id, self.codes, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "qualkit codebook show lists them"
            raise QualkitError(f"there is no code '{id}'", hint=hint)
        return self.codes[id]

    def written(self, about: str, codes: str, *, gone: Sequence[str], kept: Sequence[str]) -> Act | None:
        """The last change of this kind with these codes, if it stands and the codebook shows it.

        It need not: the change may have been stopped, or come from a copy whose codebook was not taken in a merge.
        """
        from qualkit.coding.recoding import same_revision
        from qualkit.store.revisions import is_unwritten

        done = same_revision(self.revisions, about, codes)
        shown = all(code in self.codes for code in kept)
        shown = shown and all(self.codes[code].retired for code in gone if code in self.codes)
        return done if done and shown and not is_unwritten(self.opened, done) else None


def open_book(ctx: typer.Context, coder: str) -> Book:
    """The study. QualkitError where a journal has errors, for then nobody knows what a change would touch."""
    from qualkit.analysis.excerpts import states
    from qualkit.store.material import read_material
    from qualkit.store.revisions import read_revisions

    opened = opening.open_here(ctx)
    name = opening.coder_name(opened, coder)
    material, problems = read_material(opened.folder, opened.study.sources)
    acts, found = read_revisions(opened)
    refuse_errors([p for p in [*problems, *found] if ".jsonl" in p.where], "nothing was changed: a journal has errors")
    return Book(opened, material, states(opened.study, material), acts, name)


def show_touched(codings: Sequence[Coding], codes: Sequence[str], what: str) -> None:
    """How many codings there are, by source and coder, and some of their words."""
    if not codings:
        output.say(f"No coding has {' or '.join(codes)}.")
        return
    output.say(f"{output.count(len(codings), 'coding')} with {' or '.join(codes)}: {what}.", indent=4)
    _show_counts(codings)
    quotes = list(dict.fromkeys((coding.source, coding.anchor.quote) for coding in codings))
    for source, quote in quotes[:_QUOTES]:
        output.say(f'  {source}: "{beginning(quote, _WORDS)}"', indent=4)
    if len(quotes) > _QUOTES:
        output.say(f"  ... and {output.count(len(quotes) - _QUOTES, 'excerpt')} more")


def _show_counts(codings: Sequence[Coding]) -> None:
    cells = Counter((coding.source, coding.coder) for coding in codings)
    coders, sources = sorted({coder for _, coder in cells}), list(dict.fromkeys(source for source, _ in cells))
    rows = [[source, *(str(cells[source, coder]) for coder in coders)] for source in sources[:_ROWS]]
    if len(sources) > _ROWS:
        rest = [str(sum(cells[source, coder] for source in sources[_ROWS:])) for coder in coders]
        rows.append([f"{len(sources) - _ROWS} more", *rest])
    output.figures(["source", *coders], rows)


def beginning(text: str, letters: int) -> str:
    """The first letters of a text in one line, cut between words."""
    import textwrap

    return textwrap.shorten(text, letters, placeholder=" …")


def agreed(question: str, yes: bool) -> bool:
    """Whether it was said to do it; where not, that nothing was done."""
    if yes or output.agreed(question):
        return True
    output.say("nothing was changed")
    return False


def carry_out(book: Book, act: Act, edit: Callable[[CodebookFile], None]) -> Act:
    """Change the codebook; gives the act. What a change that was stopped half-way left is put in order first."""
    from qualkit.store.revisions import revise

    set_aside(book)
    done = revise(book.opened, book.coder, act, edit)
    output.say(f"{act.text}; to take it back: qualkit codebook undo")
    return done


def set_aside(book: Book) -> None:
    """Take back a change of the codebook that was stopped before it reached the file."""
    from qualkit.coding.recoding import done_by, last_revision
    from qualkit.store.revisions import before, is_unwritten, take_back

    last = last_revision(book.revisions)
    if last is None or not is_unwritten(book.opened, last):
        return
    if done_by(book.material.acts, last):
        what = f"the codebook is as it was before this, but codings are not: {last.text}"
        raise QualkitError(what, hint="qualkit codebook undo, then go on")
    take_back(book.opened, book.coder, last, before(book.opened, last))
    output.note(f"set aside, for it was stopped before it reached the codebook: {last.text}")
