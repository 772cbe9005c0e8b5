"""Journals of another copy of the study, and copies of single journals that a shared drive left beside them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from qualkit.errors import Problem, QualkitError
from qualkit.model.act import Act
from qualkit.store.files import explained, fsync_folder
from qualkit.store.journals import Journal, contradictions, read_journal, writing
from qualkit.store.material import journal_paths, read_journals
from qualkit.store.project import Folder, OpenStudy
from qualkit.store.revisions import codebook_journals, codebook_lock, codebook_path, new_codebook_journal
from qualkit.store.settings import valid_coder

BOOK = ""  # where the source's id stands otherwise: journals of the codebook; ids of sources are never empty


@dataclass(frozen=True, slots=True)
class Incoming:
    """A journal of another copy, and those of its acts that are not here yet."""

    source: str  # or BOOK
    coder: str  # as the name of our journal says it
    path: Path  # ours, which need not be there yet
    theirs: Path
    acts: tuple[Act, ...]
    beside: bool = False  # a conflict copy beside ours, to be set aside when its acts are in


def incoming_of(opened: OpenStudy, there: OpenStudy, problems: list[Problem]) -> list[Incoming]:
    """What the journals of another copy bring to each of ours, those of the codebook too."""
    ours = _journals(opened)
    those = {path: (source, coder) for source, js in _journals(there).items() for coder, path in js.items()}
    those |= {path: (source, coder) for source, coder, _, path in conflict_copies(there)}
    found = []
    for path, (source, theirs) in those.items():
        coder = _same_name(ours.get(source, {}), theirs)
        found.append((source, coder, ours.get(source, {}).get(coder) or _new_journal(opened, source, coder), path))
    return _incoming(opened, found, problems, beside=False)


def incoming_beside(opened: OpenStudy, problems: list[Problem]) -> list[Incoming]:
    """What conflict copies beside our journals bring to them."""
    return _incoming(opened, list(conflict_copies(opened)), problems, beside=True)


def conflict_copies(opened: OpenStudy) -> Iterator[tuple[str, str, Path, Path]]:
    """(source or BOOK, coder, journal, its copy) of files such as `x.anna (Kims konflikterande kopia).jsonl`.

    Names alone cannot say it: x.anna-DESKTOP.jsonl may be the journal of a coder anna-DESKTOP. A copy is what is named
    like a journal with something behind it, and holds acts of that journal's coder and nobody else.
    """
    journals = {
        (path.parent, unicodedata.normalize("NFC", path.stem)): (source, coder, path)
        for source, those in _journals(opened).items()
        for coder, path in those.items()
        if valid_coder(coder)
    }
    for path in (one for place in (codebook_path(opened).parent, opened.folder.transcripts) for one in _jsonl(place)):
        stem = unicodedata.normalize("NFC", path.name).removesuffix(".jsonl")
        own = path.parent, stem
        like = [one for one in journals if one != own and one[0] == path.parent and stem.startswith(one[1])]
        if not like:
            continue
        source, coder, journal = journals[max(like, key=lambda one: len(one[1]))]
        try:
            acts = read_journal(path, opened.folder.name(path)).acts
        except QualkitError:
            continue
        if acts and {act.coder for act in acts} == {coder}:
            yield source, coder, journal, path


def take_in(opened: OpenStudy, incoming: Incoming) -> None:
    """Append the acts to our journal; a conflict copy is set aside then, with .old behind its name."""
    folder, name = opened.folder, opened.folder.name(incoming.path)
    if incoming.source == BOOK:
        lock = codebook_lock(opened, incoming.path)
    else:
        lock = folder.lock(incoming.source, incoming.coder)
    if incoming.acts:
        with writing(incoming.path, name, lock) as journal:
            journal.take_in(incoming.acts)
    if incoming.beside:
        ends = chain([".old"], (f"-{number}.old" for number in count(2)))
        new = next(path for end in ends if not (path := incoming.theirs.with_name(incoming.theirs.name + end)).exists())
        with explained(incoming.theirs, "rename"):
            incoming.theirs.rename(new)
            fsync_folder(new.parent)


def _jsonl(place: Path) -> list[Path]:
    return sorted(place.glob("*.jsonl"))


def _journals(opened: OpenStudy) -> dict[str, dict[str, Path]]:
    """Source id or BOOK -> coder -> journal."""
    return {BOOK: codebook_journals(opened), **journal_paths(opened.folder)}


def _new_journal(opened: OpenStudy, source: str, coder: str) -> Path:
    return new_codebook_journal(opened, coder) if source == BOOK else opened.folder.journal(source, coder)


def _incoming(
    opened: OpenStudy, found: Iterable[tuple[str, str, Path, Path]], problems: list[Problem], *, beside: bool
) -> list[Incoming]:
    folder, journals = opened.folder, _journals(opened)
    by_source: dict[str, list[tuple[str, Path, Path]]] = {}
    for source, coder, path, theirs in found:
        by_source.setdefault(source, []).append((coder, path, theirs))
    made = []
    for source, those in by_source.items():
        ours = read_journals(_named(folder, journals.get(source, {}).values()), problems)
        there = read_journals(_named(folder, (theirs for _, _, theirs in those)), problems)
        problems += contradictions({**ours, **there})
        made += [
            Incoming(source, coder, path, theirs, _new(there, ours, folder.name(theirs), folder.name(path)), beside)
            for coder, path, theirs in those
        ]
    return [one for one in made if one.acts or one.beside]


def _new(there: Mapping[str, Journal], ours: Mapping[str, Journal], theirs: str, name: str) -> tuple[Act, ...]:
    here = {act.id for act in ours[name].acts} if name in ours else set()
    acts = there[theirs].acts if theirs in there else ()
    return tuple({act.id: act for act in acts if act.id not in here}.values())


def _named(folder: Folder, paths: Iterable[Path]) -> dict[str, Path]:
    return {folder.name(path): path for path in paths}


def _same_name(journals: Iterable[str], coder: str) -> str:
    """How we write the coder's name: `Anna` and `anna` are one file on Windows and macOS."""
    return coder if coder in journals else next((n for n in journals if n.casefold() == coder.casefold()), coder)
