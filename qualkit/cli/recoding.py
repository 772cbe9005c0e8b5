"""Which of several codes each excerpt gets, decided by a person with a key; each answer is on the disk at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.cli.book import Book

if TYPE_CHECKING:
    from qualkit.model.act import Act
    from qualkit.model.codebook import Code
    from qualkit.model.coding import Coding

_LATER, _BACK, _STOP = "s", "b", "q"
_LETTERS = "123456789acdefghijklmnoprtuvwxyz"  # keys for codes: no b, q and s


def one_by_one(book: Book, codes: Sequence[Code], waiting: Sequence[Coding], revision: str) -> list[Coding]:
    """Ask for each excerpt, all codings on the same words together; gives the codings without an answer."""
    places: dict[tuple[object, ...], list[Coding]] = {}
    for coding in waiting:
        places.setdefault((coding.source, coding.anchor.span), []).append(coding)
    excerpts = list(places.values())
    done: dict[int, list[Act]] = {}
    keys = {
        **{letter: code.id for letter, code in zip(_LETTERS, codes, strict=False)},
        _LATER: "",
        _BACK: "",
        _STOP: "",
    }
    at = 0
    while at < len(excerpts):
        _show(excerpts[at], f"{at + 1} of {len(excerpts)}", keys, codes)
        key = output.key(list(keys))
        if key == _STOP:
            break
        at = _back(book, excerpts, done, at) if key == _BACK else _give(book, excerpts, done, at, keys[key], revision)
    return [coding for number, those in enumerate(excerpts) if number not in done for coding in those]


def _give(
    book: Book, excerpts: Sequence[list[Coding]], done: dict[int, list[Act]], at: int, code: str, revision: str
) -> int:
    """Write the answer; gives the number of the next excerpt."""
    from qualkit.coding.recoding import recoding

    if code:
        done[at] = _write(book, excerpts[at], [recoding(coding.id, code, revision) for coding in excerpts[at]])
    return at + 1


def _back(book: Book, excerpts: Sequence[list[Coding]], done: dict[int, list[Act]], at: int) -> int:
    """Take the answer before this one back; gives the number of its excerpt."""
    from qualkit.model.act import Act

    at = max(at - 1, 0)
    _write(book, excerpts[at], [Act("", "", "", "undo", target=act.id) for act in done.pop(at, [])])
    return at


def _write(book: Book, codings: Sequence[Coding], acts: Sequence[Act]) -> list[Act]:
    from qualkit.model.noun import replace
    from qualkit.store.material import journal_writer

    if not acts:
        return []
    with journal_writer(book.opened.folder, codings[0].source, book.coder) as journal:
        return journal.append([replace(act, coder=book.coder) for act in acts])


def _show(codings: Sequence[Coding], number: str, keys: dict[str, str], codes: Sequence[Code]) -> None:
    from qualkit.formats.matrix import clock

    anchor, names = codings[0].anchor, {code.id: code.name for code in codes}
    where = " ".join(part for part in (codings[0].source, clock(anchor.start), anchor.first) if part)
    output.say(f"\n{number}  {where}  ({', '.join(dict.fromkeys(coding.coder for coding in codings))})")
    before, after = anchor.before.replace("\n", " "), anchor.after.replace("\n", " ")
    output.say(f"    ... {before}>>{anchor.quote}<<{after} ...", indent=4)
    for letter, code in keys.items():
        if code:
            output.say(f"  {letter}  {code}: {names[code]}")
    output.say(f"  {_LATER}  later    {_BACK}  back to the one before    {_STOP}  stop, and go on another time")
