"""What two copies of the study do not say alike; what is here stays unless somebody chooses what is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import PurePosixPath

from qualkit.model.codebook import Codebook
from qualkit.model.study import Settings
from qualkit.model.transcript import Segment, Transcript

Cells = tuple[tuple[str, str, str], ...]
"""(what, here, there)"""
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Difference:
    """What both copies have and do not say alike. What is here stays, unless what is there is `taken`."""

    file: str  # from the study's root
    key: str  # of the row; "" for a file as a whole
    cells: Cells
    taken: bool = False
    summary: str = ""
    choice: bool = True  # whether what is there may be taken

    @property
    def name(self) -> str:
        """How it is named to take what is there: a file, or a file and a row."""
        file = PurePosixPath(self.file).name
        return f"{file}:{self.key}" if self.key else file


def takes(theirs: Collection[str], file: str, key: str = "") -> bool:
    """Whether the names that somebody gave choose what is there: everything, the file, or this row of it."""
    short = PurePosixPath(file).name
    return not {EVERYTHING, file, short, f"{short}:{key}", f"{file}:{key}"}.isdisjoint(theirs)


def text_difference(ours: Transcript, theirs: Transcript) -> tuple[str, Cells]:
    """How much of a text differs, in words; then each segment that does, with what is said in it."""
    here, there = ({segment.id: segment for segment in one.segments} for one in (ours, theirs))
    both = [id for id in here if id in there]
    words = [id for id in both if here[id].text != there[id].text]
    said = [id for id in both if here[id].text == there[id].text and here[id].speaker != there[id].speaker]
    times = [id for id in both if id not in words and id not in said and here[id] != there[id]]
    counts = {
        "other words": words, "another speaker": said, "other times": times,
        "only here": [id for id in here if id not in there], "only there": [id for id in there if id not in here],
    }  # fmt: skip
    summary = (
        ", ".join(f"{len(ids)} {what}" for what, ids in counts.items() if ids) or "the same segments in another order"
    )
    odd = {id for what, ids in counts.items() if what != "other times" for id in ids}
    cells = [(id, _said(here.get(id)), _said(there.get(id))) for id in {**here, **there} if id in odd]
    return f"of {len(here)} segments: {summary}", tuple(cells)


def _said(segment: Segment | None) -> str:
    return "" if segment is None else f"{segment.speaker}: {segment.text}" if segment.speaker else segment.text


def codebook_difference(ours: Codebook, theirs: Codebook) -> Cells:
    """Each thing that two codebooks do not say alike."""
    return _different(_entries(ours), _entries(theirs))


def settings_difference(ours: Settings, theirs: Settings) -> Cells:
    """The settings that differ, but for who codes: everybody has a name of their own."""
    return _different(_settings(ours), _settings(theirs))


def _entries(book: Codebook) -> dict[str, str]:
    """Everything that a codebook says, a name for each."""
    said = {"title": book.title, "language": book.language, "version": book.version}
    for what, those in (("theme", book.themes), ("code", book.codes.values()), ("question", book.questions)):
        for one in those:
            names = [part.name for part in fields(one) if part.name not in ("id", "codes")]
            said |= {f"{what} {one.id}: {name}": _written(getattr(one, name)) for name in names}
    return said


def _settings(settings: Settings) -> dict[str, str]:
    names = [part.name for part in fields(settings) if part.name != "coder"]
    return {name: _written(getattr(settings, name)) for name in names}


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_written, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_written(one)}" for key, one in value.items())
    return str(getattr(value, "text", value))


def _different(here: Mapping[str, str], there: Mapping[str, str]) -> Cells:
    both = ((what, here.get(what, ""), there.get(what, "")) for what in {**here, **there})
    return tuple((what, ours, theirs) for what, ours, theirs in both if ours != theirs)
