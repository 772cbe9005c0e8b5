"""The desk of one coder: a study, the source that is open on it, its journal; for the screen and for `--plain`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

from qualkit.coding.session import Session
from qualkit.coding.text_change import changed
from qualkit.errors import QualkitError, errors_of
from qualkit.model.act import Act, TextChange
from qualkit.model.codebook import Code
from qualkit.model.coding import of_study
from qualkit.model.source import Source
from qualkit.model.transcript import Transcript, Word
from qualkit.store.corrections import corrected
from qualkit.store.files import LockedError, Stamp, stamp_of
from qualkit.store.journals import Writer
from qualkit.store.material import journal_writer, read_material
from qualkit.store.places import read_drafts, read_places, write_drafts, write_places
from qualkit.store.project import OpenStudy, open_study
from qualkit.store.revisions import add, codebook_writer, read_revisions
from qualkit.store.transcripts import read_doubts, read_words, transcript_path

ELSEWHERE = "open elsewhere: read-only here"


class Desk:
    """One source at a time, whose journal nobody else writes meanwhile. `remarks`: what was odd in its files."""

    def __init__(self, opened: OpenStudy, coder: str) -> None:
        self.opened, self.coder = opened, coder
        self.places = read_places(opened.folder, coder)
        self.read_only = False
        self.remarks: list[str] = []
        self._held = ExitStack()
        self._writer: Writer | None = None
        self._others: list[Act] = []
        self._book: list[Act] = []  # all coders' acts in the journals of the codebook: notes on codes and the study
        self.drafts: dict[str, str] = {}  # notes that are being typed, by what they are about
        self.source: Source
        self.session: Session
        self._file: tuple[Path, Stamp]

    def sources(self) -> list[Source]:
        """The sources that have a text, in the study's order."""
        folder = self.opened.folder.transcripts
        return [source for source in self.opened.study.sources if transcript_path(folder, source.id)]

    def where_left(self) -> Source:
        """The source where the coder left last time, else the study's first. QualkitError where none has a text."""
        found = self.sources()
        if not found:
            hint = "qualkit transcribe makes transcripts of recordings; qualkit add takes in documents"
            raise QualkitError("no source of this study has a text to code yet", hint=hint)
        return next((source for source in found if source.id == self.places.source), found[0])

    def open(self, source: Source) -> Session:
        """Put a source on the desk, and the one before it away. The desk is as it was where that fails."""
        path = transcript_path(self.opened.folder.transcripts, source.id)
        stamp = stamp_of(path) if path else Stamp(None)
        material, problems = read_material(self.opened.folder, [source])
        transcript = material.transcripts.get(source.id)
        if transcript is None or path is None:
            self._refuse(source, [problem.message for problem in problems])
        held = ExitStack()
        writer = self._lock(held, source)
        acts = material.acts[source.id]
        own = [act for act in acts if act.coder == self.coder] if writer is None else writer.acts
        self._book, found = read_revisions(self.opened)
        problems += found
        self._others = [act for act in (*acts, *self._book) if act.coder != self.coder]
        session = self._session(source, transcript, own, read_words(self.opened.folder.words(source.id)))
        self.close()
        self.source, self.session, self._held, self._writer = source, session, held, writer
        self.read_only, self._file = writer is None, (path, stamp)
        self.drafts = {} if self.read_only else read_drafts(self.opened.folder, self.coder, source.id)
        self.remarks = [f"{problem.where}: {problem.message}" for problem in errors_of(problems)]
        self._go_to(*self.places.cursors.get(self.source.id, ("", 0)))
        return self.session

    def _session(
        self, source: Source, transcript: Transcript, acts: Sequence[Act], words: Mapping[str, Sequence[Word]]
    ) -> Session:
        return Session(
            transcript,
            self.coder,
            [*acts, *(act for act in self._book if act.coder == self.coder)],
            others=self._others,
            words=words,
            doubts=read_doubts(self.opened.folder.words(source.id), transcript),
            leave_out=self.opened.study.moderates(source.id),
        )

    def _refuse(self, source: Source, found: list[str]) -> NoReturn:
        hint = f"qualkit transcribe {source.id}" if source.recording else "qualkit check says what is missing"
        raise QualkitError(found[0] if found else f"'{source.id}' has no transcript yet", hint=hint)

    def _lock(self, held: ExitStack, source: Source) -> Writer | None:
        """The journal, open for writing; nothing where another program has it."""
        if self._writer is not None and source.id == self.source.id:
            self._held.close()
        try:
            return held.enter_context(journal_writer(self.opened.folder, source.id, self.coder))
        except LockedError:
            return None

    def do(self, acts: Sequence[Act]) -> set[int] | None:
        """Write acts, and only then let the session know of them; gives the segments that look different.

        Acts that change the text change its file first; then there is a new session, and None: all is different.
        """
        if self._writer is None:
            raise QualkitError(f"this journal is {ELSEWHERE}")
        change = self.session.text_change(acts)
        if change is not None:
            self._rewrite(change, acts, self._writer)
            return None
        if any(self._is_of_study(act) for act in acts):
            return self.session.done(self._append_to_book(acts, self._writer))
        self._writer.follow(self._book)
        return self.session.done(self._writer.append(acts))

    def _is_of_study(self, act: Act) -> bool:
        """Whether an act is a note on a code or the study, or the undo of one: that stands where the note stands."""
        return of_study(act.about) or (act.act == "undo" and any(act.target == one.id for one in self._book))

    def _append_to_book(self, acts: Sequence[Act], writer: Writer) -> list[Act]:
        """Write into the coder's journal of the codebook; gives what is new there, by another screen of theirs too."""
        known = {act.id for act in self._book}
        with codebook_writer(self.opened, self.coder) as book:
            book.follow(writer.acts)  # so that the last act is the last one in the order of ids as well
            book.append(acts)
            new = [act for act in book.acts if act.id not in known]
        self._book += new
        return new

    def _rewrite(self, change: TextChange, acts: Sequence[Act], writer: Writer) -> None:
        transcript = changed(self.session.transcript, change)
        gone = {part.segment.id for part in change.before}
        words = {id: said for id, said in self.session.words.items() if id not in gone}
        words |= {part.segment.id: part.words for part in change.after if part.words}
        path, stamp = self._file
        with corrected(path, self.opened.folder.words(self.source.id), stamp, change, words) as new:
            writer.follow([*self._others, *self._book])  # the act says where their codings stand since
            writer.append(acts)
        self._file = path, new
        old = self.session
        segment, offset, _ = old.text.place(old.selection.cursor) if old.text.total else (0, 0, 0)
        self.session = self._session(self.source, transcript, writer.acts, words)
        self.session.show_others(old.with_others)
        self.session.passed = old.passed
        id = old.transcript.segments[segment].id
        self._go_to(id if id in transcript.index else transcript.segments[change.at].id, offset)

    def new_code(self, theme: str, name: str, definition: str) -> Code:
        """A new code, written into the codebook's file."""
        code = add(self.opened, self.coder, theme, name, definition)
        self.opened = open_study(self.opened.folder)
        return code

    def draft(self, about: str, text: str | None) -> None:
        """Keep what is typed of a note, for the case that the program ends; None: it is a note now, or was left."""
        drafts = {**self.drafts, about: text or ""} if text is not None else dict(self.drafts)
        if text is None:
            drafts.pop(about, None)
        if drafts != self.drafts:
            self.drafts = drafts
            write_drafts(self.opened.folder, self.coder, self.source.id, drafts)

    def remember(self) -> None:
        """Where the coder is now, for the next time."""
        text = self.session.text
        self.places.source = self.source.id
        if text.total:
            segment, start, _ = text.place(self.session.selection.cursor)
            self.places.cursors[self.source.id] = (text.segments[segment].id, start)
        write_places(self.opened.folder, self.coder, self.places)

    def _go_to(self, segment: str, offset: int) -> None:
        at = self.session.transcript.index.get(segment)
        if at is not None:
            self.session.selection.to(self.session.text.word_at(at, offset))

    def close(self) -> None:
        """Let go of the journal."""
        self._held.close()
        self._writer = None
