"""A bug keeps its traceback, and the words of an interview stay inside."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import StudyHere

SECRET = "hemliga ord ur intervjun"

SCRIPT = """
import sys
from qualkit.cli import main
from qualkit.store import project
def broken(*words, **more):
    try:
        {{}}["{secret}"]
    except KeyError as error:
        raise {kind}("{secret}") from error
project.open_study = broken
sys.argv = ["qualkit", "--study", sys.argv[1], "status"]
main.main()
"""


def crash(study: StudyHere, kind: str, **more: str) -> subprocess.CompletedProcess[str]:
    code = f"exec({SCRIPT.format(secret=SECRET, kind=kind)!r})"
    return subprocess.run(
        [sys.executable, "-c", code, str(study.root)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **more},
    )


@pytest.mark.parametrize("kind", ["RuntimeError", "ValueError", "UnicodeError", "AssertionError"])
def test_a_bug_shows_its_frames_and_not_its_words(study: StudyHere, kind: str) -> None:
    before = study.files()
    done = crash(study, kind)
    assert done.returncode == 70
    assert SECRET not in done.stdout + done.stderr
    assert "in open_here" in done.stderr and "in broken" in done.stderr and "main.py" in done.stderr
    assert kind in done.stderr and "please report" in done.stderr
    assert done.stdout == ""
    assert study.files() == before


def test_the_words_are_there_for_the_one_who_asks(study: StudyHere) -> None:
    done = crash(study, "RuntimeError", QUALKIT_DEBUG="1")
    assert done.returncode == 1 and SECRET in done.stderr


def test_output_that_nobody_reads_to_the_end_is_no_bug(study: StudyHere) -> None:
    code = "import sys\nfrom qualkit.cli import main\nsys.argv = ['qualkit', 'codebook', 'show']\nmain.main()"
    study.write("codebooks/codebook.yaml", "themes:\n" + "".join(
        f"  - id: t{n}\n    name: {'x' * 200}\n" for n in range(2000)
    ))  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "QUALKIT_STUDY": str(study.root)},
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read().decode()
        running.stderr.close()
    assert running.returncode == 0 and said == ""
