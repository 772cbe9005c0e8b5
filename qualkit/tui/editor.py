"""A text in the user's own editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from qualkit.errors import QualkitError

_WINDOWS = sys.platform == "win32"
_KNOWN = ("notepad",) if _WINDOWS else ("nano", "vim", "vi")  # where nothing is set: the first of these
_HINT = "set EDITOR to the one you use"


def edited(text: str) -> str:
    """The text as it was saved in $VISUAL or $EDITOR, else in one that the system has.

    The file lies in the user's temporary folder while the editor is open, readable by nobody else, and is gone then.
    Raises QualkitError where no editor could be started, or where it ended with an error.
    """
    words = editor_words()
    descriptor, name = tempfile.mkstemp(suffix=".md", prefix="qualkit-note-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        if subprocess.run([*words, name], check=False).returncode:
            what = f"the editor {Path(words[0]).name} ended with an error"
            raise QualkitError(what, hint="the note is as it was")
        return Path(name).read_text(encoding="utf-8-sig", errors="replace").rstrip("\n")
    except OSError as error:
        raise QualkitError(f"the editor could not be started: {words[0]}", hint=_HINT) from error
    finally:
        Path(name).unlink(missing_ok=True)


def editor_words() -> list[str]:
    """The words of the command that opens the editor. QualkitError where there is none."""
    if wish := (os.environ.get("VISUAL") or os.environ.get("EDITOR") or "").strip():
        return split(wish, windows=_WINDOWS)
    if found := next(filter(None, map(shutil.which, _KNOWN)), None):
        return [found]
    raise QualkitError("no editor was found on this machine", hint=_HINT)


def split(command: str, *, windows: bool) -> list[str]:
    """A command as words; a path with blanks in it may stand in quotes or, where such a file is there, without."""
    try:
        words = shlex.split(command, posix=not windows)
    except ValueError as error:
        raise QualkitError(f"a quote is not closed in the editor's name: {command}", hint=_HINT) from error
    parts = command.split(" ")
    paths = (count for count in range(len(parts), 1, -1) if Path(" ".join(parts[:count])).is_file())
    if count := next(paths, 0):
        return [" ".join(parts[:count]), *filter(None, parts[count:])]
    return [word.strip('"') for word in words] if windows else words
