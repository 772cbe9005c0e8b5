"""qualkit doctor"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from qualkit import __version__
from qualkit.cli import opening, output
from qualkit.errors import ExitCode, QualkitError, errors_of

if TYPE_CHECKING:
    from qualkit.store.project import OpenStudy

Finding = tuple[bool, str]


def doctor(ctx: typer.Context) -> None:
    """What works on this machine and what does not: versions, models, sound, write access, disk."""
    checks: tuple[tuple[str, Callable[[typer.Context], Finding]], ...] = (
        ("versions", _versions),
        ("sound", _sound),
        ("models", _models),
        ("speakers", _speakers),
        ("study", _study),
        ("write access", _write_access),
        ("disk", _disk),
    )
    works = True
    for name, look in checks:
        try:
            good, words = look(ctx)
        except QualkitError as error:
            good, words = False, f"{error.what}{'. ' + error.hint if error.hint else ''}"
        works = works and good
        output.say(f"{'ok  ' if good else 'LOOK'}  {name}: {words}")
    if not works:
        raise typer.Exit(ExitCode.FAILED)


def _versions(ctx: typer.Context) -> Finding:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = [f"qualkit {__version__}", f"Python {platform.python_version()}", platform.system()]
    for package in ("faster-whisper", "av", "pydub", "pandas", "xlsxwriter"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            return False, f"{package} is not installed. Install qualkit anew: pip install ."
    return True, ", ".join(found)


def _sound(ctx: typer.Context) -> Finding:
    from qualkit.transcribe.selftest import decodes

    failing = [name for name, good in decodes().items() if not good]
    if failing:
        return False, f"cannot decode {', '.join(failing)}. Install qualkit anew: pip install ."
    return True, f"{', '.join(decodes())} can be decoded"


def _models(ctx: typer.Context) -> Finding:
    from qualkit.transcribe.models import DEFAULTS, here, model_name

    found = dict(here())
    opened = _opened(ctx)
    wanted = model_name(opened.study.settings.model, opened.study.settings.language) if opened else ""
    if (
        opened
        and wanted not in found
        and not any((root / wanted).is_dir() for root in (Path.cwd(), opened.folder.root))
    ):
        others = f" (here: {', '.join(found)})" if found else ""
        return False, f"this study uses {wanted}, which is not here{others}. qualkit models get {wanted}"
    if found:
        return True, ", ".join(found)
    return False, f"none here yet. For Swedish: qualkit models get {DEFAULTS['sv']}"


def _speakers(ctx: typer.Context) -> Finding:
    from qualkit.transcribe.speaker_models import NAME, are_here, find_speaker_models

    if not are_here():
        return True, f"models are not here (optional): qualkit models get {NAME}"
    return True, f"models are here: {find_speaker_models()}"


def _study(ctx: typer.Context) -> Finding:
    if (opened := _opened(ctx)) is None:
        return True, "none here; everything else can be looked at without one"
    errors = errors_of(opened.problems)
    words = f"{opened.folder.root}, {len(opened.study.sources)} sources"
    return not errors, f"{words}, {output.count(len(errors), 'error')}: qualkit check" if errors else words


def _write_access(ctx: typer.Context) -> Finding:
    from qualkit.store.files import write_atomically

    if (opened := _opened(ctx)) is None:
        return True, "nothing to try without a study"
    for place in (opened.folder.transcripts, opened.folder.root / "exports"):
        probe = place / ".qualkit-write-test"
        write_atomically(probe, b"")
        probe.unlink()
    return True, "transcripts/ and exports/ can be written"


def _opened(ctx: typer.Context) -> OpenStudy | None:
    """The study; None where there is none and none was named."""
    try:
        return opening.open_here(ctx)
    except QualkitError:
        if ctx.obj:
            raise
        return None


def _disk(ctx: typer.Context) -> Finding:
    import shutil

    place = ctx.obj if ctx.obj and ctx.obj.exists() else Path.cwd()
    free = shutil.disk_usage(place).free / 1e9
    return free > 1, f"{free:.0f} GB free" + ("" if free > 1 else ": a model and a transcript need room; free some")
