"""A text in the user's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path


def edited(text: str) -> str | None:
    """The text as it was saved in $VISUAL or $EDITOR (else the system's own); None where no editor could be started.

    The file lies in the user's temporary folder while the editor is open, readable by nobody else, and is gone then.
    """
    fallback = "notepad" if sys.platform == "win32" else "nano"
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or fallback
    words = [command] if Path(command).exists() else shlex.split(command, posix=sys.platform != "win32")
    descriptor, name = tempfile.mkstemp(suffix=".md", prefix="qualkit-note-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run([*words, name], check=False)
        return Path(name).read_text(encoding="utf-8", errors="replace").rstrip("\n")
    except OSError:
        return None
    finally:
        Path(name).unlink(missing_ok=True)
