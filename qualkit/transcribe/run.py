"""One source from its recording to its transcript."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from qualkit.errors import QualkitError
from qualkit.model.source import Source
from qualkit.model.transcript import Segment, Word
from qualkit.store.files import locked, stamp_of
from qualkit.store.project import Folder
from qualkit.store.transcripts import replacing, write_transcript, write_words
from qualkit.transcribe import speeds
from qualkit.transcribe.audio import Recording, refuse_changed, shown, stretches
from qualkit.transcribe.plan import Window, cut, plan
from qualkit.transcribe.profile import Profile, has_speech, profile_of
from qualkit.transcribe.quality import by_segment, find_doubts
from qualkit.transcribe.resume import Partial
from qualkit.transcribe.speakers import Turn, cut_segments, turns_beside
from qualkit.transcribe.workers import Workers

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

Progress = Callable[[float], None]
"""Told the seconds of the recording that are done."""


def hear_words(recording: Recording, workers: Workers, partial: Partial, progress: Progress) -> list[Word]:
    """Every word of a recording, in order; times in its seconds. What is in `partial` is not heard again."""
    windows: list[Window] = []
    profiles: dict[Window, Profile] = {}

    def todo() -> Iterator[tuple[Window, Samples]]:
        for begins, sound in stretches(recording.paths):
            refuse_changed(recording)
            for window in plan(sound, begins):
                windows.append(window)
                if window in partial.done:
                    continue
                clip = cut(sound, begins, window)
                profile = profile_of(clip)
                if has_speech(profile):
                    profiles[window] = profile
                    yield window, clip
                else:
                    partial.add(window, [], profile)

    begun, sound = time.monotonic(), 0.0
    for window, heard in workers.hear(todo()):
        partial.add(window, heard, profiles.pop(window))
        sound += window.end - window.start
        progress(window.end)
    speeds.remember(workers.settings.name, sound=sound, work=time.monotonic() - begun)
    words = (word for window in windows for heard in partial.done[window] for word in window.in_recording(heard.words))
    return sorted(words, key=lambda word: word.start)


FindTurns = Callable[[Recording], list[Turn]]
"""Who speaks when in a recording, where no file beside it says so."""


def transcribe_source(
    folder: Folder,
    source: Source,
    recording: Recording,
    workers: Workers,
    note: str,
    progress: Progress,
    find_turns: FindTurns = lambda _: [],
) -> tuple[Segment, ...]:
    """Write transcripts/<source>.vtt and .words.jsonl; both or, when stopped before the end, neither.

    What was heard until then is kept in .qualkit/partial, and the same command goes on from there. A transcript that
    stood there before, corrected by hand perhaps, is kept beside the new one. QualkitError where another process is at
    the same source.
    """
    path = folder.transcripts / f"{source.id}.vtt"
    with _alone(folder, source, path):
        before = stamp_of(path)
        turns = turns_beside(recording)
        partial = Partial(folder.partial(source.id), recording, workers.settings)
        words = hear_words(recording, workers, partial, progress)
        made = cut_segments(words, turns or find_turns(recording)) if words else []
        refuse_changed(recording)
        if not made:
            hint = "listen to it: is the sound there, and is it speech in the source's language?"
            raise QualkitError("no speech was found in this recording", where=shown(recording.paths), hint=hint)
        segments = tuple(segment for segment, _ in made)
        doubts = by_segment(find_doubts(partial.parts(), workers.settings.language), made)
        with replacing(path) as file:
            write_words(file, ((segment.id, said) for segment, said in made), doubts)
            write_transcript(path, segments, note=note, expected=before)
        partial.clear()
        return segments


def _alone(folder: Folder, source: Source, path: Path) -> AbstractContextManager[None]:
    """Two that hear the same recording would each write what they hear into one file."""
    hint = "wait for it, or stop it there with Ctrl+C; what it heard is kept, and this command goes on from there"
    busy = f"another qualkit is transcribing '{source.id}' now"
    return locked(folder.transcribing(source.id), what=path, busy=busy, hint=hint)
