"""Engines: one function each, from samples to words as they come."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qualkit.model.transcript import Word
from qualkit.store.transcripts import normalised

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """How an engine listens. The defaults are the measured ones: docs/transcription.md."""

    model: Path
    language: str
    beam: int = 5
    batch: int = 8
    compute_type: str = "int8"
    threads: int = 0  # 0 = one a core


Hear = Callable[["Samples"], Iterator[Sequence[Word]]]
"""Samples (mono, 16,000 a second) -> the words of each stretch of speech; times in seconds of the samples."""


def faster_whisper(settings: HearingSettings) -> Hear:
    """CTranslate2's Whisper, batched and never conditioned on previous text, which makes loops in Swedish."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    threads = settings.threads or os.cpu_count() or 1
    model = WhisperModel(
        str(settings.model),
        device="cpu",
        compute_type=settings.compute_type,
        cpu_threads=threads,
        local_files_only=True,
    )
    pipeline = BatchedInferencePipeline(model)

    def hear(sound: Samples) -> Iterator[Sequence[Word]]:
        segments, _ = pipeline.transcribe(
            sound,
            language=settings.language if model.model.is_multilingual else "en",
            beam_size=settings.beam,
            batch_size=settings.batch,
            vad_filter=True,
            condition_on_previous_text=False,
            word_timestamps=True,
        )
        for segment in segments:
            heard = segment.words or ()
            yield [Word(normalised(w.word), float(w.start), float(w.end), float(w.probability)) for w in heard]

    return hear


ENGINES: dict[str, Callable[[HearingSettings], Hear]] = {"faster-whisper": faster_whisper}
