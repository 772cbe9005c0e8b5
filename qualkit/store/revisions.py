"""The codebook changed as acts: first the coder's journal of the codebook, then its file, then the codings.

codebooks/<name>.<coder>.jsonl holds an act `revise` for each change, with the lines before and after. A change that is
stopped half-way leaves nothing half true: an act whose file was not written yet is known by the file, which is letter
by letter what it was before; a code that was merged or split while codings still have it is retired, so they still
count, and the same command goes on with them. Taking back goes the other way: codings, file, journal.
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from qualkit.errors import Problem, QualkitError, refuse_errors
from qualkit.model.act import Act, FileChange
from qualkit.model.codebook import Change, Code, Codebook
from qualkit.model.noun import replace
from qualkit.store.codebook_edit import CodebookFile, new_code, next_version
from qualkit.store.codebook_text import codebook_text
from qualkit.store.codebooks import parse_codebook
from qualkit.store.files import NewContent, Stamp, decode, encode_like, keep_old, read_bytes, write_atomically
from qualkit.store.journals import Writer, contradictions, writing
from qualkit.store.line_changes import line_changes, reversed_lines
from qualkit.store.material import journal_writer, read_journals
from qualkit.store.project import OpenStudy
from qualkit.store.schema import MARK

BY_HAND = "change these lines back in a text editor, or leave them as they are"

MENDED = "mend"


class ChangedSinceError(QualkitError):
    """The lines that a change wrote are not in the codebook any more, or never were in this copy of it."""


def codebook_path(opened: OpenStudy) -> Path:
    """The study's codebook file."""
    return opened.folder.root / opened.study.settings.codebook


def codebook_journals(opened: OpenStudy) -> dict[str, Path]:
    """Coder -> journal of the codebook: codebooks/<name>.<coder>.jsonl."""
    book, found = codebook_path(opened), {}
    stem = unicodedata.normalize("NFC", book.stem)
    for path in sorted(book.parent.glob("*.jsonl")):
        name, _, coder = unicodedata.normalize("NFC", path.stem).rpartition(".")
        if name == stem and coder:
            found[coder] = path
    return found


def read_revisions(opened: OpenStudy) -> tuple[list[Act], list[Problem]]:
    """Every coder's acts on the codebook, with the problems in their files."""
    problems: list[Problem] = []
    journals = read_journals({opened.folder.name(path): path for path in codebook_journals(opened).values()}, problems)
    problems += contradictions(journals)
    return [act for journal in journals.values() for act in journal.acts], problems


def codebook_writer(opened: OpenStudy, coder: str) -> AbstractContextManager[Writer]:
    """A coder's journal of the codebook, open for appending and locked against others."""
    path = codebook_journals(opened).get(coder) or new_codebook_journal(opened, coder)
    return writing(path, opened.folder.name(path), codebook_lock(opened, path))


def new_codebook_journal(opened: OpenStudy, coder: str) -> Path:
    """Where a coder's journal of the codebook begins."""
    book = codebook_path(opened)
    return book.with_name(f"{book.stem}.{coder}.jsonl")


def codebook_lock(opened: OpenStudy, journal: Path) -> Path:
    """The lock of a journal of the codebook."""
    return opened.folder.hidden / "locks" / f"{journal.stem}.codebook.lock"


def goes_on_from(opened: OpenStudy, there: OpenStudy) -> Act | None:
    """The change that another copy made to our codebook, letter by letter as it is here, and that nobody took back."""
    theirs = read_revisions(there)[0]
    undone = {act.target for act in (*read_revisions(opened)[0], *theirs) if act.act == "undo"}
    found = [
        act for act in theirs if act.id not in undone and is_unwritten(opened, act) and not is_unwritten(there, act)
    ]
    return max(found, key=lambda act: act.id, default=None)


def revise(opened: OpenStudy, coder: str, act: Act, edit: Callable[[CodebookFile], None] = lambda _: None) -> Act:
    """Change the codebook's file: `edit` says how, the act which codes (`code`), what (`about`) and in words (`text`).

    Gives the act as written. QualkitError where the file cannot be changed; then it counts as taken back.
    """
    path = codebook_path(opened)
    file = CodebookFile(path, opened.folder.name(path))
    before = file.yaml.text
    edit(file)
    file.log(today(), coder, act.text)
    return _carry_out(opened, replace(act, coder=coder), before, file.new_content())


def replace_codebook(opened: OpenStudy, coder: str, codebook: Codebook, text: str) -> Act:
    """Write another codebook in the place of the study's, which is kept beside it as <name>.<time>.old.

    An act that `qualkit codebook undo` takes back; `text` says in words what was done.
    """
    path, day = codebook_path(opened), today()
    content = read_bytes(path)
    version = next_version(opened.study.codebook.version, day)
    changes = (*codebook.changes, Change(day, version, coder, text))
    first = next(iter(decode(content).splitlines()), "")
    first = first if first.startswith(MARK) else ""
    written = codebook_text(replace(codebook, version=version, changes=changes), first)
    new = NewContent(path, encode_like(written, content), Stamp.of(content))
    keep_old(path)
    act = Act("", "", coder, "revise", code=" ".join(codebook.codes), about="import", text=text)
    return _carry_out(opened, act, decode(content), new)


def mend_codebook(opened: OpenStudy, coder: str, text: str, content: bytes) -> Act:
    """Write the codebook with its slips mended; `content` is what was mended. An act that can be undone."""
    path = codebook_path(opened)
    new = NewContent(path, encode_like(text, content), Stamp.of(content))
    act = Act("", "", coder, "revise", about=MENDED, text="mended what was safe to mend in the codebook")
    return _carry_out(opened, act, decode(content), new)


def _carry_out(opened: OpenStudy, act: Act, before: str, new: NewContent) -> Act:
    """The act, then the file; an act whose file could not be written is taken back."""
    change = FileChange(new.expected.sha256 or "", line_changes(before, decode(new.content)))
    with codebook_writer(opened, act.coder) as journal:
        (done,) = journal.append([replace(act, change=change)])
        try:
            write_atomically(new.path, new.content, expected=new.expected)
        except BaseException:
            with contextlib.suppress(QualkitError):
                journal.append([Act("", "", act.coder, "undo", target=done.id)])
            raise
    return done


def add(opened: OpenStudy, coder: str, theme: str, name: str, definition: str) -> Code:
    """A new code under a theme, with an id made from its name; an act that `qualkit codebook undo` takes back."""
    code = new_code(opened.study.codebook, theme, name, definition)
    act = Act("", "", coder, "revise", code=code.id, about="add", text=f'added {code.id}: "{code.name}"')
    revise(opened, coder, act, lambda file: file.add(code))
    return code


def today() -> str:
    """The date here, as the codebook's file says it."""
    return f"{datetime.now().astimezone():%Y-%m-%d}"


def is_unwritten(opened: OpenStudy, act: Act) -> bool:
    """Whether the codebook's file is letter by letter what it was before this change: stopped, or changed back."""
    path = codebook_path(opened)
    return act.change is not None and path.exists() and Stamp.of(read_bytes(path)).sha256 == act.change.was


def before(opened: OpenStudy, act: Act) -> bytes:
    """The codebook's bytes as they are without this change. ChangedSinceError where its lines are not in it."""
    path = codebook_path(opened)
    content = read_bytes(path)
    if act.change is None or is_unwritten(opened, act):
        return content
    text = reversed_lines(decode(content), act.change.lines)
    name = opened.folder.name(path)
    if text is None:
        what = "the lines of the codebook that this change wrote were changed since; nothing was taken back"
        raise ChangedSinceError(what, where=name, hint=BY_HAND)
    if act.about != MENDED:  # what was mended was wrong before
        refuse_errors(parse_codebook(text, name)[1], "nothing was taken back: the codebook would have errors")
    return encode_like(text, content)


def take_back(opened: OpenStudy, coder: str, act: Act, content: bytes) -> None:
    """Write the codebook as it was (`before`), then the undo into the coder's journal of the codebook."""
    path = codebook_path(opened)
    with codebook_writer(opened, coder) as journal:
        if content != (now := read_bytes(path)):
            write_atomically(path, content, expected=Stamp.of(now))
        journal.append([Act("", "", coder, "undo", target=act.id)])


def refuse_locked(opened: OpenStudy, sources: Iterable[str], coder: str) -> None:
    """QualkitError, before anything is written, where a journal of these sources cannot be written to."""
    for source in sources:
        with journal_writer(opened.folder, source, coder):
            pass


def append_all(opened: OpenStudy, coder: str, acts: Mapping[str, Sequence[Act]]) -> None:
    """Write acts into the coder's journals, source by source."""
    for source, those in acts.items():
        if those:
            with journal_writer(opened.folder, source, coder) as journal:
                journal.append([replace(act, coder=coder) for act in those])
