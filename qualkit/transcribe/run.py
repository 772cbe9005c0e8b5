"""One source from its recording to its transcript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.model.source import Source
from qualkit.model.transcript import Segment, Word
from qualkit.store.files import keep_old, put_back, stamp_of
from qualkit.store.project import Folder
from qualkit.store.transcripts import write_transcript, write_words
from qualkit.transcribe.audio import Recording, stretches
from qualkit.transcribe.engines import Hear
from qualkit.transcribe.speakers import cut_segments, turns_beside

Progress = Callable[[float], None]
"""Told the seconds of the recording that are done."""


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
    """Write transcripts/<source>.vtt and .words.jsonl; both or, when stopped before the end, neither.

    A transcript that stood there before, corrected by hand perhaps, is kept beside the new one.
    """
    path = folder.transcripts / f"{source.id}.vtt"
    before = stamp_of(path)
    turns = turns_beside(recording.path)
    made = cut_segments(hear_words(recording.path, hear, progress), turns)
    if not made:
        hint = "listen to it: is the sound there, and is it speech in the source's language?"
        raise QualkitError("no speech was found in this recording", where=str(recording.path), hint=hint)
    segments = tuple(segment for segment, _ in made)
    with put_back(folder.words(source.id)) as words:
        write_words(words, ((segment.id, said) for segment, said in made))
        keep_old(path)
        write_transcript(path, segments, note=note, expected=before)
    return segments
