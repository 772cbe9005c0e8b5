"""Engines: one function each behind one protocol, from a clip of speech to what was heard in it."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from qualkit.errors import QualkitError
from qualkit.model.noun import replace
from qualkit.model.transcript import Word
from qualkit.store.transcripts import normalised
from qualkit.transcribe.audio import RATE, quietest
from qualkit.transcribe.machine import Way

if TYPE_CHECKING:
    from qualkit.transcribe.audio import Samples

TOGETHER = 16.0  # seconds from which a clip is heard as two halves at once, which meet in
AROUND = 4.0  # the quietest moment so many seconds around its middle
BEHIND = 2  # seconds of silence behind a clip, in which Whisper sees that it has ended
SHORTEST = 10  # seconds, at least, that it is given
PIECE = 5.0  # seconds in which a language is told; in 3 s speech is mistaken more often, in 8 s less is found
DEAD = {"la", "sa"}  # languages that nobody is interviewed in; a machine's voice sounds like Latin to Whisper
STATES = 50  # of Whisper's encoder a second
REPEATED = 3  # words (in Whisper's own parts of words) that do not come twice where it hears carefully


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """How an engine listens. The defaults are the measured ones: docs/transcription.md."""

    model: Path
    language: str
    name: str = ""  # the model's, as it was asked for
    engine: str = "faster-whisper"
    beam: int = 5
    halves: bool = True  # a long clip is heard as two halves at once
    device: str = "cpu"
    compute_type: str = "int8"
    jobs: int = 1  # threads that call the engine at once, and
    threads: int = 1  # those that each of them may use
    hints: str = ""  # words of the study, separated by commas: told where something sounds like them (hints.py)


@dataclass(frozen=True, slots=True)
class Piece:
    """A few seconds of a clip and what language they sound most like, and like the one told; chances from 0 to 1."""

    start: float
    end: float
    language: str
    probability: float
    told: float


@dataclass(frozen=True, slots=True)
class Heard:
    """One stretch as an engine heard it; times in seconds of the clip.

    `log_probability` is the mean of the tokens' natural logarithms, `no_speech` the probability (0 to 1) that
    nobody spoke, `compression` how many times smaller zlib makes the text (loops compress well); `pieces` what each
    few seconds of the clip sound like, told with the first stretch of it; empty where the engine does not say.
    """

    words: tuple[Word, ...]
    log_probability: float = 0.0
    no_speech: float = 0.0
    compression: float = 1.0
    pieces: tuple[Piece, ...] = ()

    def later(self, seconds: float) -> Heard:
        """The same with all times moved."""
        words = tuple(Word(w.text, w.start + seconds, w.end + seconds, w.confidence) for w in self.words)
        pieces = tuple(replace(p, start=p.start + seconds, end=p.end + seconds) for p in self.pieces)
        return replace(self, words=words, pieces=pieces)


class Hear(Protocol):
    """A clip of speech (mono, 16,000 samples a second, at most 30 seconds) -> what was heard in it.

    Several threads may call it at once.
    """

    def __call__(self, clip: Samples, *, hints: str = "", careful: bool = False) -> list[Heard]:
        """`hints`: words that may be in it, separated by commas. `careful`: no word of a phrase comes twice."""


class Quality(NamedTuple):
    """What a named quality means; what each costs is measured in docs/transcription.md."""

    beam: int
    halves: bool


QUALITIES = {"fast": Quality(2, halves=True), "balanced": Quality(5, halves=True), "best": Quality(5, halves=False)}


def refuse_unknown(quality: str, engine: str) -> None:
    """QualkitError for a quality or an engine that there is not."""
    for what, asked, known in (("quality", quality, QUALITIES), ("engine", engine, ENGINES)):
        if asked not in known:
            raise QualkitError(f"there is no {what} '{asked}'", hint=f"one of: {', '.join(known)}")


def hearing_settings(
    model: Path, language: str, name: str, *, engine: str, quality: str, way: Way, hints: str = ""
) -> HearingSettings:
    """The settings of a named quality, on a machine that hears in this way. QualkitError for an unknown name."""
    refuse_unknown(quality, engine)
    how = QUALITIES[quality]
    heard = (how.beam, how.halves, way.device, way.compute_type, way.jobs, way.threads, hints)
    return HearingSettings(model, language, name, engine, *heard)


def start(settings: HearingSettings) -> Hear:
    """The engine that the settings name, with its model loaded."""
    from qualkit.transcribe.hints import with_words

    hear = ENGINES[settings.engine](settings)
    return with_words(hear, settings.hints.split(", ")) if settings.hints else hear


def faster_whisper(settings: HearingSettings) -> Hear:
    """CTranslate2's Whisper, never conditioned on previous text, which makes loops in Swedish."""
    import onnxruntime
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    onnxruntime.disable_telemetry_events()  # on Windows the signs of qualkit/__init__.py are not heeded
    _known_language(settings.language)
    try:
        model = WhisperModel(
            str(settings.model),
            device=settings.device,
            compute_type=settings.compute_type,
            cpu_threads=settings.threads,
            num_workers=settings.jobs,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise _damaged(settings.model) from error
    _refuse_other_language(settings, model.model.is_multilingual)

    class Pipeline(BatchedInferencePipeline):  # type: ignore[misc]
        """Hears no more silence behind a clip than it needs (Whisper's way is to fill up 30 seconds), and says what
        language it sounds like, from the same work that its words come from."""

        parts: Sequence[tuple[float, float]] = ()
        pieces: tuple[Piece, ...] = ()

        def generate_segment_batched(self, features: Any, *asked: Any) -> Any:
            longest = max(end - start for start, end in self.parts)
            frames = 100 * max(SHORTEST, math.ceil(longest) + BEHIND)
            sound, told = super().generate_segment_batched(features[..., :frames], *asked)
            if model.model.is_multilingual:
                self.pieces = languages(model.model, sound, self.parts, settings.language)
            return sound, told

    def hear(clip: Samples, *, hints: str = "", careful: bool = False) -> list[Heard]:
        pipeline = Pipeline(model)  # one a call: it remembers the clip before
        pipeline.parts = parts(clip, halves=settings.halves)
        segments, _ = pipeline.transcribe(
            clip,
            language=settings.language,
            beam_size=settings.beam,
            batch_size=len(pipeline.parts),
            without_timestamps=False,  # with them, it seldom runs on behind the last word
            clip_timestamps=[{"start": start, "end": end} for start, end in pipeline.parts],
            condition_on_previous_text=False,
            hotwords=hints or None,
            no_repeat_ngram_size=REPEATED if careful else 0,
            word_timestamps=True,
        )
        heard = [
            Heard(_words(one.words), one.avg_logprob, one.no_speech_prob, one.compression_ratio) for one in segments
        ]
        return [replace(one, pieces=() if number else pipeline.pieces) for number, one in enumerate(heard)]

    return hear


def parts(clip: Samples, *, halves: bool) -> list[tuple[float, float]]:
    """What of a clip is heard as one, in seconds: all of it, or two halves of a long one.

    Halves that are decoded together share each reading of the model's numbers, which is what decoding waits for, and
    the encoder's work grows faster than the length; but each half knows less of what is talked about.
    """
    seconds = len(clip) / RATE
    if not halves or seconds < TOGETHER:
        return [(0.0, seconds)]
    middle = quietest(clip, len(clip) // 2 - int(AROUND * RATE), len(clip) // 2 + int(AROUND * RATE)) / RATE
    middle = round(middle, 2)  # what times are counted in
    return [(0.0, middle), (middle, seconds)]


def languages(model: Any, sound: Any, parts: Sequence[tuple[float, float]], told: str) -> tuple[Piece, ...]:
    """What each PIECE of a clip sounds like, asked of parts of what the encoder made of the whole: next to no work.

    `sound` is the encoder's answer for each part (in seconds of the clip), STATES a second. A language that is spoken
    for ten seconds of twenty is not heard in the whole.
    """
    import ctranslate2
    import numpy as np

    made: list[Piece] = []
    if model.device != "cpu":
        return ()
    for (begins, ends), encoded in zip(parts, np.array(sound), strict=True):
        count = max(1, round((ends - begins) / PIECE))
        size = int((ends - begins) * STATES) // count
        if not size:
            continue
        states = encoded[: count * size].reshape(count, size, -1)
        for number, chances in enumerate(model.detect_language(ctranslate2.StorageView.from_array(states))):
            heard = {name: chance for token, chance in chances if (name := token.strip("<|>")) not in DEAD}
            language = max(heard, key=heard.__getitem__)
            start = begins + number * size / STATES
            made.append(Piece(start, start + size / STATES, language, heard[language], heard.get(told, 0.0)))
    return tuple(made)


def _words(words: Sequence[Any] | None) -> tuple[Word, ...]:
    return tuple(Word(normalised(w.word), float(w.start), float(w.end), float(w.probability)) for w in words or ())


def openai_whisper(settings: HearingSettings) -> Hear:
    """OpenAI's own package (extra `openai`), for comparison and for checkpoints that exist in no other form."""
    try:
        import torch
        import whisper
    except ImportError as error:
        hint = 'pip install ".[openai]" in qualkit\'s own folder, or leave --engine out'
        raise QualkitError("OpenAI's own package is not installed", hint=hint) from error
    _known_language(settings.language)
    try:
        torch.set_num_threads(settings.jobs * settings.threads)
        model = whisper.load_model(str(settings.model), device="cpu")
    except (RuntimeError, ValueError, OSError, KeyError, EOFError) as error:
        raise _damaged(settings.model) from error
    _refuse_other_language(settings, model.is_multilingual)

    alone = threading.Lock()  # it keeps what it works on in the model itself

    def hear(clip: Samples, *, hints: str = "", careful: bool = False) -> list[Heard]:  # noqa: ARG001  (it cannot)
        with alone:
            told = model.transcribe(
                clip,
                language=settings.language,
                beam_size=settings.beam,
                temperature=0.0,  # no chance: what it loops on is heard again in parts (listen.py)
                condition_on_previous_text=False,
                initial_prompt=hints or None,
                word_timestamps=True,
                fp16=False,
                verbose=None,
            )
        return [_heard(segment) for segment in told["segments"]]

    return hear


def _heard(segment: Mapping[str, Any]) -> Heard:
    words = tuple(
        Word(normalised(word["word"]), float(word["start"]), float(word["end"]), float(word["probability"]))
        for word in segment["words"]
    )
    return Heard(words, segment["avg_logprob"], segment["no_speech_prob"], segment["compression_ratio"])


def _damaged(model: Path) -> QualkitError:
    what = "this speech model cannot be loaded: it is damaged, half copied, or made for another engine"
    return QualkitError(what, where=str(model), hint="download or copy it again, or name another one with --model")


def _refuse_other_language(settings: HearingSettings, multilingual: bool) -> None:
    if not multilingual and settings.language != "en":
        what = f"this speech model knows English only, and the recordings are in '{settings.language}'"
        hint = "name another one with --model, or write the language in the column language of sources.csv"
        raise QualkitError(what, where=str(settings.model), hint=hint)


ENGINES: dict[str, Callable[[HearingSettings], Hear]] = {
    "faster-whisper": lambda settings: faster_whisper(settings),
    "openai": lambda settings: openai_whisper(settings),
}


def _known_language(language: str) -> None:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    if language not in _LANGUAGE_CODES:
        hint = "write sv, en, ... in qualkit.yaml or in the column language of sources.csv"
        raise QualkitError(f"'{language}' is no language code that speech models know", hint=hint)
