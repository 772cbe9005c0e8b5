"""The command `qualkit`: its commands, the options before them, and the one error boundary."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from qualkit import __version__
from qualkit.cli import (
    add,
    agree,
    anchors,
    apply,
    check,
    clip,
    code,
    codebook,
    compare,
    cooccur,
    doctor,
    excerpts,
    finish,
    history,
    init,
    matrix,
    merge,
    models,
    output,
    questions,
    report,
    saturation,
    speakers,
    status,
    suggest,
    summary,
    transcribe,
)
from qualkit.errors import ExitCode, QualkitError

COLLECT = (100_000, 20, 100)  # a command lives seconds and makes few cycles: looking for them less saves a fifth


class Boundary(TyperGroup):
    """A known error becomes a message and an exit code; Ctrl+C says what it left; a bug keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except QualkitError as error:
            output.failed(error)
            raise typer.Exit(ExitCode.FAILED) from error
        except KeyboardInterrupt as error:
            output.note("\nstopped: what was finished is on disk, what was not is not; run it again to go on")
            raise typer.Exit(ExitCode.INTERRUPTED) from error
        except BrokenPipeError as error:
            _nobody_reads()
            raise typer.Exit(ExitCode.DONE) from error


app = typer.Typer(
    cls=Boundary,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: drawing boxes costs a third of the time that --help may take
    help="Qualitative research with interviews, focus groups and workshops, on your own machine: "
    "recording -> transcript -> coded excerpts -> theme matrix -> spreadsheet.",
)


def _version(wanted: bool) -> None:
    if wanted:
        output.say(f"qualkit {__version__}")
        raise typer.Exit


@app.callback()
def study(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option("--study", "-s", help="The study's folder; else the one you stand in.", envvar="QUALKIT_STUDY"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and stop.")
    ] = False,
) -> None:
    """Options before the command."""
    ctx.obj = folder


app.command("init")(init.init)
app.command("add")(add.add)
app.command("transcribe")(transcribe.transcribe)
app.command("speakers")(speakers.speakers)
app.add_typer(codebook.app, name="codebook")
app.command("apply")(apply.apply)
app.command("suggest")(suggest.suggest)
app.command("code")(code.code)
app.command("questions")(questions.questions)
app.command("excerpts")(excerpts.excerpts)
app.command("anchors")(anchors.anchors)
app.command("clip")(clip.clip)
app.command("finish")(finish.finish)
app.command("matrix")(matrix.matrix)
app.command("cooccur")(cooccur.cooccur)
app.command("saturation")(saturation.saturation)
app.add_typer(summary.app, name="summary")
app.command("report")(report.report)
app.command("agree")(agree.agree)
app.command("compare")(compare.compare)
app.command("merge")(merge.merge)
app.command("history")(history.history)
app.command("status")(status.status)
app.command("check")(check.check)
app.add_typer(models.app, name="models")
app.command("doctor")(doctor.doctor)


def _nobody_reads() -> None:
    """`qualkit excerpts | head`: what is left to print goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end_at_once(ended: SystemExit) -> None:
    """Ctrl+C does not wait for a speech engine that is deep in its work: what it was at is heard again next time."""
    if any(thread.name.startswith("hearing") for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else ExitCode.FAILED)
    raise ended


def main() -> None:
    """Run the command line; the process ends with one of `ExitCode`."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    gc.set_threshold(*COLLECT)
    try:
        try:
            app(prog_name="qualkit")
        except SystemExit as ended:
            _end_at_once(ended)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _nobody_reads()
        sys.exit(ExitCode.DONE)
    except Exception as error:
        if os.environ.get("QUALKIT_DEBUG"):
            raise
        output.crashed(error)
        sys.exit(ExitCode.BUG)
