"""qualkit codebook check --fix"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from qualkit.cli import output
from qualkit.cli.book import agreed, open_book, set_aside

if TYPE_CHECKING:
    from qualkit.store.project import OpenStudy


def fix(ctx: typer.Context, coder: str, yes: bool) -> None:
    """Mend what is safe to mend, after showing it, and put the schemas for editors beside the codebook."""
    from qualkit.store.codebook_mend import mended
    from qualkit.store.files import decode, read_bytes
    from qualkit.store.revisions import codebook_path, mend_codebook
    from qualkit.store.schema import with_line, write_schemas

    book = open_book(ctx, coder)
    path = codebook_path(book.opened)
    content = read_bytes(path)
    before = decode(content)
    after = with_line(mended(before))
    changes, schemas = _changes(before, after), _schemas(path, after)
    for line in [*changes, *schemas] or ["There is nothing that can be mended without you."]:
        output.say(line, indent=4)
    if (changes or schemas) and agreed("Mend this?", yes):
        set_aside(book)
        if schemas:
            write_schemas(path.parent)
        if after != before:
            mend_codebook(book.opened, book.coder, after, content)
            output.say("mended; to take it back: qualkit codebook undo")


def offer(opened: OpenStudy) -> None:
    """Say what --fix would do, where there is something for it."""
    from qualkit.store.codebook_mend import mended
    from qualkit.store.files import decode, read_bytes
    from qualkit.store.revisions import codebook_path

    path = codebook_path(opened)
    if path.is_file():
        text = decode(read_bytes(path))
        if lines := len(_changes(text, mended(text))) // 2:
            output.note(f"{output.count(lines, 'line')} can be mended: qualkit codebook check --fix")
        for one in _schemas(path, text):
            output.note(f"--fix puts{one[1:]}")


def _schemas(path: Path, text: str) -> list[str]:
    """The schemas that are to come beside a codebook which names them."""
    from qualkit.store.schema import CODEBOOK_LINE, old_schemas

    old = old_schemas(path.parent) if CODEBOOK_LINE in text.splitlines() else []
    return [f"  a new {one.name} beside it, for editors" for one in old]


def _changes(before: str, after: str) -> list[str]:
    """Each line that changes, as it is and as it will be; a line for editors may come first."""
    old, new = before.splitlines(), after.splitlines()
    more = len(new) - len(old)
    lines = [f"  above line 1: {line}" for line in new[:more]]
    for number, (was, becomes) in enumerate(zip(old, new[more:], strict=True), start=1):
        if was != becomes:
            head = f"  line {number}: "
            lines += [head + was.strip(), " " * len(head) + becomes.strip()]
    return lines
