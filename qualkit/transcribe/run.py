"""One source from its recording to its transcript."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.model.source import Source
from qualkit.model.transcript import Segment, Word
from qualkit.store.files import Stamp, write_atomically
from qualkit.store.project import Folder
from qualkit.store.transcripts import write_transcript, write_words
from qualkit.transcribe.audio import Recording, stretches
from qualkit.transcribe.engines import Hear
from qualkit.transcribe.speakers import Turn, cut_segments, read_rttm

Progress = Callable[[float], None]
"""Told the seconds of the recording that are done."""


def turns_beside(recording: Path) -> list[Turn]:
    """The turns of the RTTM file beside a recording; none where there is no such file."""
    rttm = recording.with_suffix(".rttm")
    return read_rttm(rttm) if rttm.exists() else []


def hear_words(recording: Path, hear: Hear, progress: Progress) -> list[Word]:
    """Every word of a recording, in order; times in seconds of the recording."""
    words: list[Word] = []
    for begins, sound in stretches(recording):
        for heard in hear(sound):
            words += [Word(w.text, begins + w.start, begins + w.end, w.confidence) for w in heard]
            if words:
                progress(words[-1].end)
    return words


def transcribe_source(
    folder: Folder, source: Source, recording: Recording, hear: Hear, note: str, progress: Progress
) -> tuple[Segment, ...]:
    """Write transcripts/<source>.vtt and .words.jsonl; both or, when stopped before the end, neither."""
    path = folder.transcripts / f"{source.id}.vtt"
    before = Stamp.of(path.read_bytes() if path.exists() else None)
    turns = turns_beside(recording.path)
    made = cut_segments(hear_words(recording.path, hear, progress), turns)
    if not made:
        hint = "listen to it: is the sound there, and is it speech in the source's language?"
        raise QualkitError("no speech was found in this recording", where=str(recording.path), hint=hint)
    segments = tuple(segment for segment, _ in made)
    with _put_back(folder.words(source.id)) as words:
        write_words(words, ((segment.id, said) for segment, said in made))
        write_transcript(path, segments, note=note, expected=before)
    return segments


@contextlib.contextmanager
def _put_back(path: Path) -> Iterator[Path]:
    """A file that is as it was before when what is done with it fails; at worst it is gone, never wrong."""
    before = path.read_bytes() if path.exists() else None
    try:
        yield path
    except BaseException:
        if before is not None and path.exists() and path.read_bytes() != before:
            with contextlib.suppress(QualkitError):
                write_atomically(path, before)
        if path.exists() and path.read_bytes() != before:
            path.unlink()
        raise
