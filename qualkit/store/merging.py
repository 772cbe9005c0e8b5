"""Another copy of the study taken in: what would happen first, and then, after a yes, each file in one step.

Every step can be done again and changes nothing then, so that a merge that was stopped is mended by the same merge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qualkit.errors import Problem, QualkitError, errors_of, refuse_errors
from qualkit.model.codebook import Codebook
from qualkit.model.source import Source
from qualkit.model.study import Material
from qualkit.model.transcript import Transcript
from qualkit.store.adding import bring_recording
from qualkit.store.codebooks import parse_codebook
from qualkit.store.copies import BOOK, Incoming, incoming_beside, incoming_of, take_in
from qualkit.store.files import Stamp, decode, keep_old, read_bytes, refuse_changed, write_atomically
from qualkit.store.material import read_material
from qualkit.store.project import Folder, OpenStudy, open_study
from qualkit.store.revisions import goes_on_from
from qualkit.store.settings import FILE
from qualkit.store.table_merge import case_key, merge_tables, participant_key, source_key
from qualkit.store.transcripts import read_transcript, transcript_path
from qualkit.store.what_differs import Difference, codebook_difference, settings_difference, takes, text_difference


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it is to stand. `old` is a source's text that goes: kept beside, and its word times taken away."""

    path: Path
    content: bytes
    expected: Stamp | None  # what it held when it was read; None: that makes no difference
    old: Path | None = None
    words: Path | None = None


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do, and what differs; `material` and `codebook` are those that would stand then."""

    opened: OpenStudy
    journals: tuple[Incoming, ...] = ()
    files: tuple[NewFile, ...] = ()
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # table -> ids of the rows that come in
    texts: tuple[str, ...] = ()  # names of the texts that come in
    differences: tuple[Difference, ...] = ()
    recordings: Mapping[str, Path] = field(default_factory=dict)  # path from the study's root -> where it lies
    material: Material = field(default_factory=Material)
    codebook: Codebook = field(default_factory=Codebook)
    warnings: tuple[Problem, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would change (recordings aside)."""
        return not self.journals and not self.files


def plan_beside(opened: OpenStudy) -> MergePlan:
    """What the conflict copies that a shared drive left beside the journals would bring in."""
    problems: list[Problem] = []
    journals = incoming_beside(opened, problems)
    refuse_errors(problems, "nothing was merged: a journal has errors")
    return MergePlan(opened, tuple(journals), codebook=opened.study.codebook, warnings=_warnings(problems))


def plan_merge(opened: OpenStudy, other: Path, take: Collection[str] = ()) -> MergePlan:
    """What taking in the copy in the folder `other` would do; nothing is written. `take`: see `table_merge.takes`.

    QualkitError where there is no study; ContentError where a file of one of the two cannot be read whole.
    """
    there = open_study(_copy_folder(opened.folder, other))
    plan = _Merging(opened, there, take)
    plan.tables()
    plan.texts()
    plan.codebook()
    plan.settings()
    return plan.made()


def carry_out(plan: MergePlan, *, recordings: bool = False) -> None:
    """Do it, file by file. QualkitError where one cannot be written: the same merge goes on from there."""
    for file in plan.files:
        refuse_changed(file.path, file.expected)
    try:
        for journal in plan.journals:
            take_in(plan.opened, journal)
        for file in plan.files:
            _write(file)
        for part, there in plan.recordings.items() if recordings else ():
            list(bring_recording(plan.opened, [there], [part]))
    except QualkitError as error:
        hint = f"{error.hint}; then run the same merge again: it goes on from here".removeprefix("; then ")
        raise QualkitError(f"the merge stopped on its way: {error.what}", where=error.where, hint=hint) from error


def _write(file: NewFile) -> None:
    """A text never stands beside the word times of another: they go before it comes."""
    if file.words:
        file.words.unlink(missing_ok=True)
    if file.old:
        keep_old(file.old)
        if file.old != file.path:  # a source has one text, also when the power goes here: then the next merge brings it
            file.old.unlink()
    write_atomically(file.path, file.content, expected=file.expected)


def _copy_folder(ours: Folder, other: Path) -> Folder:
    if not (other / FILE).is_file():
        hint = f"name the folder of the other copy, the one that holds its {FILE}"
        what = f"there is no study here: no {FILE}" if other.is_dir() else "there is no such folder"
        raise QualkitError(what, where=str(other), hint=hint)
    if other.resolve() == ours.root.resolve():
        hint = "name another copy's folder, or none: then conflict copies of single journals are taken in"
        raise QualkitError("this is the study itself", where=str(other), hint=hint)
    return Folder(other.resolve())


def _warnings(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problem for problem in problems if problem.warning))


class _Merging:
    """The plan in the making."""

    def __init__(self, opened: OpenStudy, there: OpenStudy, take: Collection[str]) -> None:
        self.here, self.there, self.take = opened, there, take
        self.problems: list[Problem] = _same_ids(opened, there)
        self.journals = incoming_of(opened, there, self.problems)
        self.sources: dict[str, Source] = {source.id: source for source in there.study.sources}
        self.sources |= opened.study.source_by_id
        material, found = read_material(opened.folder, self.sources.values())
        self.problems += found
        self.transcripts = dict(material.transcripts)
        self.acts = {source: list(acts) for source, acts in material.acts.items()}
        for journal in (one for one in self.journals if one.source != BOOK):
            self.acts.setdefault(journal.source, []).extend(journal.acts)
        refuse_errors(dict.fromkeys(self.problems), "nothing was merged: a journal or a text has errors")
        self.files: list[NewFile] = []
        self.rows: dict[str, tuple[str, ...]] = {}
        self.new_texts: list[str] = []
        self.differences: list[Difference] = []
        self.book = opened.study.codebook

    def made(self) -> MergePlan:
        return MergePlan(
            self.here, tuple(self.journals), tuple(self.files), self.rows, tuple(self.new_texts),
            tuple(self.differences), dict(_recordings(self.here, self.there, self.sources.values())),
            Material(self.transcripts, {source: tuple(acts) for source, acts in self.acts.items()}),
            self.book, _warnings(self.problems),
        )  # fmt: skip

    def tables(self) -> None:
        settings = self.here.study.settings
        keys = {"sources": source_key, "participants": participant_key, "cases": case_key(settings.case)}
        for stem, key in keys.items():
            ours, theirs = self.here.tables[stem], self.there.tables[stem]
            names = self.here.folder.name(ours.path), str(theirs.path)
            merged = merge_tables(ours, theirs, names, key, self.take, settings.delimiter)
            self.differences += merged.differences
            if merged.content is not None:
                self.files.append(NewFile(ours.path, merged.content, ours.stamp))
                self.rows[names[0]] = merged.added

    def texts(self) -> None:
        for source in self.sources:
            theirs = transcript_path(self.there.folder.transcripts, source)
            if theirs is None:
                continue
            ours = transcript_path(self.here.folder.transcripts, source)
            text = _transcript(theirs, source)
            if ours is None:
                self.text(source, theirs, text, None)
            elif text.segments != self.transcripts[source].segments:
                name = self.here.folder.name(ours)
                summary, cells = text_difference(self.transcripts[source], text)
                taken = takes(self.take, name)
                self.differences.append(Difference(name, "", cells, taken, summary))
                if taken:
                    self.text(source, theirs, text, ours)
            elif not self.here.folder.words(source).exists():
                self.words(source)

    def text(self, source: str, theirs: Path, text: Transcript, ours: Path | None) -> None:
        """Let their text come in, with the times of its words."""
        same = ours is not None and ours.suffix == theirs.suffix
        path = ours if ours and same else self.here.folder.transcripts / f"{source}{theirs.suffix}"
        expected = Stamp.of(read_bytes(path) if same else None)
        words = self.here.folder.words(source)
        self.files.append(NewFile(path, read_bytes(theirs), expected, ours, words))
        self.new_texts.append(self.here.folder.name(path))
        self.transcripts[source] = text
        self.words(source)

    def words(self, source: str) -> None:
        theirs = self.there.folder.words(source)
        if theirs.exists():
            self.files.append(NewFile(self.here.folder.words(source), read_bytes(theirs), None))

    def codebook(self) -> None:
        name = self.here.study.settings.codebook
        ours, theirs = (one.folder.root / one.study.settings.codebook for one in (self.here, self.there))
        before = read_bytes(ours) if ours.exists() else None
        content = read_bytes(theirs) if theirs.exists() else b""
        if not content or (before is not None and _plain(before) == _plain(content)):
            return
        book, problems = parse_codebook(decode(content), str(theirs))
        change = goes_on_from(self.here, self.there)
        taken = before is None or change is not None or takes(self.take, name)
        if before is not None:
            cells = codebook_difference(self.book, book)
            summary = "" if cells else "the same codes; comments or layout differ"
            if change:
                summary = f"here it is as it was before {change.coder} changed it there: {change.text}"
            self.differences.append(Difference(name, "", cells, taken, summary))
        if taken:
            refuse_errors(errors_of(problems), "nothing was merged: the other codebook has errors")
            self.files.append(NewFile(ours, content, Stamp.of(before), None))
            self.book = book

    def settings(self) -> None:
        """What the two say of the whole study. Each keeps its own: a coder's name is in it."""
        if differ := settings_difference(self.here.study.settings, self.there.study.settings):
            self.differences.append(Difference(FILE, "", differ, choice=False))


def _same_ids(here: OpenStudy, there: OpenStudy) -> list[Problem]:
    ours = {source.id.casefold(): source.id for source in here.study.sources}
    return [
        Problem(
            str(there.folder.sources),
            f"the source '{source.id}' is called '{ours[source.id.casefold()]}' here",
            "give it the same id in both copies, its files too: capitals make no difference on Windows and macOS",
        )
        for source in there.study.sources
        if ours.get(source.id.casefold(), source.id) != source.id
    ]


def _transcript(path: Path, source: str) -> Transcript:
    return read_transcript(path, source, str(path))[0]


def _plain(content: bytes) -> str:
    return decode(content).replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def _recordings(here: OpenStudy, there: OpenStudy, sources: Collection[Source]) -> Iterator[tuple[str, Path]]:
    """Recordings that sources name, and that lie only in the other copy; none from outside of its folder."""
    ours, theirs = here.folder.root.resolve(), there.folder.root.resolve()
    for part in dict.fromkeys(part for source in sources for part in source.recording):
        target, lies = (ours / part).resolve(), (theirs / part).resolve()
        inside = target.is_relative_to(ours) and lies.is_relative_to(theirs)
        if inside and lies.is_file() and not target.exists():
            yield part, lies
