"""Files that are missing, and files that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator

from qualkit.errors import Problem, place
from qualkit.store.copies import conflict_copies
from qualkit.store.material import journal_paths
from qualkit.store.project import OpenStudy
from qualkit.store.transcripts import SUFFIXES, transcript_path


def file_problems(opened: OpenStudy) -> list[Problem]:
    """What sources.csv says against what lies in the folders."""
    return [*_missing(opened), *_orphans(opened), *_conflict_copies(opened)]


def _missing(opened: OpenStudy) -> Iterator[Problem]:
    folder = opened.folder
    for source in opened.study.sources:
        where = place(folder.name(folder.sources), source.line)
        text = transcript_path(folder.transcripts, source.id)
        for part, path in zip(source.recording, folder.recording(source), strict=True):
            if not path.is_file():
                hint = "put the file back, or correct the column recording"
                if text:  # sound is often kept apart: figures do not need it
                    hint = f"fine if it is kept elsewhere on purpose; else {hint}"
                yield Problem(where, f"the recording {part} is missing", hint, warning=text is not None)
            if source.recording.count(part) > 1:
                yield Problem(where, f"the recording names {part} twice", "take one of them out")
        if not source.recording and text is None:
            hint = f"put its text into transcripts/{source.id}.md, or name its recording"
            yield Problem(where, f"source '{source.id}' has neither a recording nor a text", hint)
        texts = [
            f"{source.id}{suffix}" for suffix in SUFFIXES if (folder.transcripts / f"{source.id}{suffix}").exists()
        ]
        if len(texts) > 1:
            hint = "move the one that is not the source's text out of the folder"
            yield Problem(where, f"source '{source.id}' has two texts, and {texts[0]} counts: {', '.join(texts)}", hint)


def _orphans(opened: OpenStudy) -> Iterator[Problem]:
    folder, known = opened.folder, opened.study.source_by_id
    for path in sorted(folder.transcripts.glob("*")):
        if path.suffix in SUFFIXES and path.stem not in known and path.stem.casefold() != "readme":
            hint = "add a row for it to sources.csv, or move it out of the folder"
            yield Problem(
                folder.name(path), f"no source is called '{path.stem}', so this text counts for nothing", hint, True
            )
    for source, journals in journal_paths(folder).items():
        for path in journals.values() if source not in known else ():
            hint = "was the id changed in sources.csv? change it back, or rename this file too"
            yield Problem(folder.name(path), f"these codings belong to no source: there is no '{source}'", hint)


def _conflict_copies(opened: OpenStudy) -> Iterator[Problem]:
    folder = opened.folder
    for _, _, journal, copy in conflict_copies(opened):
        message = f"this is another copy of {journal.name}, left by a shared drive"
        hint = "qualkit merge takes in the acts that only it has, and sets it aside"
        yield Problem(folder.name(copy), message, hint, warning=True)
