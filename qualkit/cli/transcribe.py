"""qualkit transcribe"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qualkit import __version__
from qualkit.cli import opening, output
from qualkit.errors import ExitCode, QualkitError, refuse_errors

if TYPE_CHECKING:
    from qualkit.model.source import Source
    from qualkit.store.project import OpenStudy
    from qualkit.transcribe.audio import Recording
    from qualkit.transcribe.engines import Hear

Job = tuple["Source", "Recording"]


def transcribe(
    ctx: typer.Context,
    sources: opening.Sources = None,
    model: Annotated[str, typer.Option(help="A model's name, its folder, or offline-base.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Replace transcripts that are there already.")] = False,
    incomplete: Annotated[bool, typer.Option(help="Take recordings that are cut off as far as they go.")] = False,
    download: Annotated[bool, typer.Option("--download", help="Fetch the model first if it is not here.")] = False,
) -> None:
    """Turn recordings into transcripts, on this machine. A transcript that exists is left alone without --again."""
    opened = opening.open_here(ctx)
    refuse_errors([p for p in opened.problems if "sources.csv" in p.where], "sources.csv has errors")
    todo = _todo(opened, opening.chosen(opened, sources), again)
    jobs, failures = _probed(opened, todo, incomplete)
    try:
        _run_all(opened, jobs, failures, model, download)
    finally:
        for failure in failures:
            output.failed(failure)
    if failures:
        rest = "; the others are done" if len(failures) < len(todo) else ""
        output.note(f"{len(failures)} of {len(todo)} recordings failed{rest}")
        raise typer.Exit(ExitCode.FAILED)
    output.say("Next: qualkit apply" if jobs else "Nothing to transcribe.")


def _run_all(opened: OpenStudy, jobs: list[Job], failures: list[QualkitError], model: str, download: bool) -> None:
    """Each recording in turn; one that fails is noted and does not stop the others."""
    engines: dict[str, Hear] = {}
    for job in jobs:
        language = job[0].language or opened.study.settings.language
        try:
            if language not in engines:
                engines[language] = _engine(opened, model, language, download)
            _run(opened, job, engines[language], model, language)
        except QualkitError as error:
            failures.append(error)


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
            if recording.cut_off and not incomplete:
                hint = "copy it again from the recorder; to take what is there, use --incomplete"
                raise QualkitError(recording.how_cut_off, where=str(recording.path), hint=hint)
            jobs.append((source, recording))
        except QualkitError as error:
            failures.append(error)
    return jobs, failures


def _engine(opened: OpenStudy, model: str, language: str, download: bool) -> Hear:
    from qualkit.transcribe.engines import HearingSettings, faster_whisper
    from qualkit.transcribe.models import find_model, get_model, model_name

    name = model_name(model or opened.study.settings.model, language)
    folder = get_model(name) if download else find_model(name, opened.folder.root)
    return faster_whisper(HearingSettings(folder, language))


def _run(opened: OpenStudy, job: Job, hear: Hear, model: str, language: str) -> None:
    from qualkit.transcribe.models import model_name
    from qualkit.transcribe.run import transcribe_source

    source, recording = job
    name = Path(model_name(model or opened.study.settings.model, language)).name
    note = f"{source.title}\nTranscribed by machine ({name}, qualkit {__version__}): check it against the sound."
    with output.progress(source.id, recording.seconds) as done:
        segments = transcribe_source(opened.folder, source, recording, hear, note, done)
        done(recording.seconds)
    speakers = len({segment.speaker for segment in segments if segment.speaker})
    found = output.count(speakers, "speaker") if speakers else "speakers not told apart"
    length = f"{recording.seconds / 60:.1f} minutes, {output.count(len(segments), 'segment')}"
    output.say(f"{source.id}: {length}, {found}")
