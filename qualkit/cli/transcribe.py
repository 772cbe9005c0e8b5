"""qualkit transcribe"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import doubtful, opening, output
from qualkit.errors import ExitCode, QualkitError, refuse_errors

if TYPE_CHECKING:
    from qualkit.model.source import Source
    from qualkit.store.project import OpenStudy
    from qualkit.transcribe.audio import Recording
    from qualkit.transcribe.engines import HearingSettings
    from qualkit.transcribe.run import FindTurns
    from qualkit.transcribe.speakers import Turn
    from qualkit.transcribe.workers import Workers

Job = tuple["Source", "Recording"]
Tools = tuple["Workers", "FindTurns"]
MOST_DOUBTS = 10  # stretches shown of each source; qualkit status SOURCE shows all


@dataclass(frozen=True)
class _How:
    """What was asked for; empty and 0 stand for the study's or the machine's own."""

    model: str
    engine: str
    quality: str
    jobs: int
    speakers: str
    download: bool


def transcribe(
    ctx: typer.Context,
    sources: opening.Sources = None,
    model: Annotated[str, typer.Option(help="A model's name, its folder, or offline-base.")] = "",
    quality: Annotated[str, typer.Option(help="fast, balanced or best: docs/transcription.md.")] = "balanced",
    engine: Annotated[str, typer.Option(help="faster-whisper, or openai (extra package).")] = "faster-whisper",
    speakers: Annotated[
        str, typer.Option(help="How many speak: 4, 2-6, or none; else found: from two channels, or by the models.")
    ] = "",
    jobs: Annotated[int, typer.Option(min=0, help="Windows heard at once; 0 = what suits this machine.")] = 0,
    again: Annotated[bool, typer.Option("--again", help="Replace transcripts that are there already.")] = False,
    incomplete: Annotated[bool, typer.Option(help="Take recordings that are cut off as far as they go.")] = False,
    download: Annotated[bool, typer.Option("--download", help="Fetch the model first if it is not here.")] = False,
) -> None:
    """Turn recordings into transcripts, on this machine. A transcript that exists is left alone without --again.

    Stopped or killed, the same command goes on from where it was.
    """
    from qualkit.transcribe.engines import refuse_unknown

    refuse_unknown(quality, engine)
    opened = opening.open_here(ctx)
    refuse_errors([p for p in opened.problems if "sources.csv" in p.where], "sources.csv has errors")
    todo = _todo(opened, opening.chosen(opened, sources), again)
    recordings, failures = _probed(opened, todo, incomplete)
    try:
        finished = _run_all(opened, recordings, failures, _How(model, engine, quality, jobs, speakers, download))
        _show_doubts(opened, finished)
    finally:
        for failure in failures:
            output.failed(failure)
    if failures:
        rest = "; the others are done" if finished else ""
        output.note(f"{len(todo) - len(finished)} of {len(todo)} recordings failed{rest}")
        raise typer.Exit(ExitCode.FAILED)
    output.say("Next: qualkit apply" if recordings else "Nothing to transcribe.")


def _run_all(opened: OpenStudy, recordings: list[Job], failures: list[QualkitError], how: _How) -> list[Source]:
    """Language by language, each with a model of its own; what fails is noted and does not stop the others.

    Gives the sources that are finished.
    """
    from qualkit.transcribe.workers import Workers

    find_turns = _find_turns(how.speakers, [recording for _, recording in recordings])
    by_language: dict[str, list[Job]] = {}
    for job in recordings:
        by_language.setdefault(job[0].language or opened.study.settings.language, []).append(job)
    total = sum(recording.seconds for _, recording in recordings)
    finished: list[Source] = []
    with output.progress(output.count(len(recordings), "recording"), total) as done:
        before = 0.0
        for language, group in by_language.items():
            try:
                settings = _settings(opened, language, how)
                with Workers(settings) as workers:
                    further = partial(_further, done, before)
                    finished += _run_group(opened, group, (workers, find_turns), failures, further)
            except QualkitError as error:
                failures.append(error)
            before += sum(recording.seconds for _, recording in group)
    return finished


def _run_group(
    opened: OpenStudy, group: list[Job], with_: Tools, failures: list[QualkitError], done: Callable[[float], None]
) -> list[Source]:
    before, finished = 0.0, []
    for source, recording in group:
        try:
            _run(opened, (source, recording), with_, partial(_further, done, before))
            finished.append(source)
        except QualkitError as error:
            failures.append(error)
        before += recording.seconds
        done(before)
    return finished


def _show_doubts(opened: OpenStudy, finished: list[Source]) -> None:
    """What to listen to in the new transcripts; of each the longest stretches."""
    from qualkit.store.material import read_all_doubts, read_material

    material, _ = read_material(opened.folder, finished)
    doubtful.show(read_all_doubts(opened.folder, material)[0], most=MOST_DOUBTS)


def _further(done: Callable[[float], None], before: float, seconds: float) -> None:
    done(before + seconds)


def _todo(opened: OpenStudy, sources: list[Source], again: bool) -> list[Source]:
    from qualkit.store.transcripts import transcript_path

    todo = []
    for source in sources:
        there = transcript_path(opened.folder.transcripts, source.id)
        if source.recording and there and not again:
            output.say(f"{source.id}: has a transcript already ({there.name}); --again would replace it")
        elif source.recording:
            todo.append(source)
    return todo


def _probed(opened: OpenStudy, todo: list[Source], incomplete: bool) -> tuple[list[Job], list[QualkitError]]:
    """The recordings that can be read, before any hour of work is spent."""
    from qualkit.transcribe.audio import probe

    jobs: list[Job] = []
    failures: list[QualkitError] = []
    for source in todo:
        try:
            recording = probe(opened.folder.recording(source))
            if (part := recording.cut_off) and not incomplete:
                hint = "copy it again from the recorder; to take what is there, use --incomplete"
                raise QualkitError(part.how_cut_off, where=str(part.path), hint=hint)
            jobs.append((source, recording))
        except QualkitError as error:
            failures.append(error)
    return jobs, failures


def _settings(opened: OpenStudy, language: str, how: _How) -> HearingSettings:
    import msgspec

    from qualkit.model.vocabulary import study_words
    from qualkit.transcribe import machine
    from qualkit.transcribe.engines import hearing_settings
    from qualkit.transcribe.hub import made_for_other
    from qualkit.transcribe.models import find_checkpoint, find_model, get_model, model_name

    name = model_name(how.model or opened.study.settings.model, language)
    if other := made_for_other(name, language):
        output.note(f"warning: {name} is made for {other}; check what it hears in recordings in '{language}'")
    if how.engine == "openai":
        folder = find_checkpoint(name, opened.folder.root)
    else:
        folder = get_model(name) if how.download else find_model(name, opened.folder.root)
    way = machine.fastest(folder)
    if how.jobs:
        way = msgspec.structs.replace(way, jobs=how.jobs)
    hints = ", ".join(sorted(study_words(opened.study)))  # in one order, so that work goes on where it was
    return hearing_settings(folder, language, name, engine=how.engine, quality=how.quality, way=way, hints=hints)


def _run(opened: OpenStudy, job: Job, with_: Tools, done: Callable[[float], None]) -> None:
    from qualkit.transcribe.run import transcribe_source

    (source, recording), (workers, find_turns) = job, with_
    model = Path(workers.settings.name).name
    note = f"{source.title}\nTranscribed by machine ({model}, qualkit {__version__}): check it against the sound."
    note += _parts(recording)
    segments = transcribe_source(opened.folder, source, recording, workers, note, done, find_turns)
    speakers = len({segment.speaker for segment in segments if segment.speaker})
    found = output.count(speakers, "speaker") if speakers else "speakers not told apart"
    length = f"{recording.seconds / 60:.1f} minutes, {output.count(len(segments), 'segment')}"
    output.say(f"{source.id}: {length}, {found}")


def _parts(recording: Recording) -> str:
    """Which file begins when, for players show one file at a time."""
    from qualkit.transcribe.clip import clock

    if len(recording.parts) == 1:
        return ""
    files = zip(recording.paths, recording.begins, strict=True)
    return "\nTimes run on over: " + ", ".join(f"{path.name} (from {clock(begins)})" for path, begins in files)


def _find_turns(asked: str, recordings: list[Recording]) -> FindTurns:
    """How speakers are told apart; without the models only a remark, unless a number was asked for.

    Two people may be told apart by the channels of a recording. Where models are lacking that are asked for, this is
    known before hours of work.
    """
    from qualkit.transcribe.channels import by_channel
    from qualkit.transcribe.speaker_models import find_speaker_models

    if asked == "none":
        return lambda _: []
    number = _range(asked)
    two = number in (None, (2, 2))
    try:
        by_voice: FindTurns = partial(_found_turns, find_speaker_models(), number)
    except QualkitError as error:
        if asked and not (two and all(by_channel(recording.paths) for recording in recordings)):
            raise
        remark = f"speakers are told apart only where an RTTM file or two channels say who speaks ({error.what})"
        by_voice = partial(_no_turns, remark)
    return partial(_turns_by_channel, by_voice) if two else by_voice


def _turns_by_channel(otherwise: FindTurns, recording: Recording) -> list[Turn]:
    from qualkit.transcribe.channels import by_channel

    turns = by_channel(recording.paths)
    if not turns:
        return otherwise(recording)
    more = "if there are more than two, say how many: --speakers 3 --again"
    output.note(f"{recording.paths[0].name}: one person in each channel, so the channels say who speaks; {more}")
    return turns


def _found_turns(models: Path, number: tuple[int, int] | None, recording: Recording) -> list[Turn]:
    from qualkit.transcribe.audio import decode
    from qualkit.transcribe.diarize import find_turns

    with output.progress("finding speakers", recording.seconds) as done:
        return find_turns(decode(recording.paths), models, speakers=number, progress=done)


def _no_turns(remark: str, _: Recording) -> list[Turn]:
    output.note(remark)
    return []


def _range(asked: str) -> tuple[int, int] | None:
    if not asked:
        return None
    fewest, to, most = asked.replace("–", "-").partition("-")
    most = most if to else fewest
    if not fewest.isdecimal() or not most.isdecimal() or not 1 <= int(fewest) <= int(most):
        raise QualkitError(f"'{asked}' is no number of speakers", hint="write 4, or 2-6, or none")
    return int(fewest), int(most)
