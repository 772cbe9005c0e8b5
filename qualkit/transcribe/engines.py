"""Engines: one function each, from samples to words as they come."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qualkit.errors import QualkitError
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
    import onnxruntime
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    onnxruntime.disable_telemetry_events()  # on Windows the signs of qualkit/__init__.py are not heeded
    _known_language(settings.language)
    try:
        model = WhisperModel(
            str(settings.model),
            device="cpu",
            compute_type=settings.compute_type,
            cpu_threads=settings.threads or os.cpu_count() or 1,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as error:
        what = "this speech model cannot be loaded: it is damaged, half copied, or no model in CTranslate2 form"
        hint = "download or copy it again, or name another one with --model"
        raise QualkitError(what, where=str(settings.model), hint=hint) from error
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


def _known_language(language: str) -> None:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    if language not in _LANGUAGE_CODES:
        hint = "write sv, en, ... in qualkit.yaml or in the column language of sources.csv"
        raise QualkitError(f"'{language}' is no language code that speech models know", hint=hint)
