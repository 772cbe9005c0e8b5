"""What a newcomer does: the README's commands, and `make demo` in a fresh clone with real sound and a real model."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[1]
POSIX = os.name == "posix"


def readme_block(heading: str, language: str = "sh") -> list[str]:
    """The lines of the first code block under a heading of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition(f"## {heading}")[2].partition("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found, heading
    return found.group(1).splitlines()


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("QUALKIT_", "VIRTUAL_ENV"))}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh clone of what is committed, with the working tree's changes to tracked files on top."""
    place = tmp_path_factory.mktemp("clone") / "qualkit"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(place)], check=True)
    changed = subprocess.run(
        ["git", "ls-files", "-m", "-o", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in changed:
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    return place


@pytest.fixture(scope="module")
def demo(clone: Path) -> tuple[Path, str]:
    """`make demo` in the clone, with an empty pip cache; the clone and what it printed."""
    done = subprocess.run(
        ["make", "demo"], cwd=clone, env=clean_environment() | {"PIP_NO_CACHE_DIR": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return clone, done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not POSIX, reason="make demo is for macOS and Linux")
def test_make_demo_ends_with_a_matrix_of_municipalities(demo: tuple[Path, str]) -> None:
    clone, printed = demo
    for name in ("Haninge", "Huddinge", "Botkyrka", "Salem", "Tyresö", "Nynäshamn", "Sigtuna"):
        assert re.search(rf"^{name} .*\d", printed, re.MULTILINE), printed
    assert "Try next:" in printed
    assert (clone / "exports" / "matrix.csv").stat().st_size > 500
    assert b'id="sound"' in (clone / "exports" / "report.html").read_bytes()
    assert openpyxl.load_workbook(clone / "exports" / "matrix.xlsx").sheetnames[:2] == ["Matris", "Utdrag"]


def by_hand(clone: Path) -> dict[tuple[str, str], set[tuple[str, str, int, int]]]:
    """(municipality, theme) -> excerpts, from the plain files alone: none of qualkit's own code is used."""
    people = list(
        csv.DictReader(io.StringIO((clone / "transcripts/participants.csv").read_text("utf-8-sig")), delimiter=";")
    )
    sources = csv.DictReader(io.StringIO((clone / "transcripts/sources.csv").read_text("utf-8-sig")), delimiter=";")
    home = {row["id"]: [name.strip() for name in row["municipality"].split(",") if name.strip()] for row in sources}
    case = {(row["source"], row["speaker"]): row["municipality"] for row in people if row["role"] == "participant"}
    cells = defaultdict(set)
    for path in (clone / "transcripts").glob("*.demo.jsonl"):
        source = path.name.split(".")[0]
        vtt = path.with_name(f"{source}.vtt")
        cues = re.findall(r"^(s\d+)\n.*-->.*\n<v (\S+?)>", vtt.read_text("utf-8"), re.MULTILINE) if vtt.exists() else []
        speaker = dict(cues)
        for line in path.read_text("utf-8").splitlines():
            act = json.loads(line)
            if act["act"] != "code":
                continue
            anchor = act["anchor"]
            assert anchor["first"] == anchor["last"]  # keywords code sentences, and a sentence has one speaker
            place = (source, anchor["first"], anchor["first_offset"], anchor["last_offset"])
            who = case.get((source, speaker.get(anchor["first"], "")), "")
            for name in [who] if who else home[source]:
                cells[name, act["code"].split(".")[0]].add(place)
    return cells


@pytest.mark.slow
@pytest.mark.skipif(not POSIX, reason="make demo is for macOS and Linux")
def test_the_matrix_is_what_the_journals_say(demo: tuple[Path, str]) -> None:
    clone, _ = demo
    cells = by_hand(clone)
    rows = list(csv.reader(io.StringIO((clone / "exports/matrix.csv").read_text("utf-8-sig")), delimiter=";"))
    themes = [
        "identitet",
        "myndighet",
        "vardag",
        "kommun",
        "teknik",
        "anvandare",
        "grans",
        "arbete",
        "samverkan",
        "center",
    ]
    shown = {row[1]: dict(zip(themes, row[2:12], strict=True)) for row in rows[1:-2]}
    focus_group = {
        name for (name, _), places in cells.items() for place in places if place[0] == "fokusgrupp-sodertorn"
    }
    assert focus_group == {"Haninge", "Huddinge", "Botkyrka"}
    checked = 0
    for name in ("Haninge", "Huddinge", "Botkyrka", "Salem", "Tyresö", "Nynäshamn", "Sigtuna"):
        for theme in themes:
            figure = shown[name][theme]
            assert (int(figure) if figure.isdigit() else 0) == len(cells.get((name, theme), ())), (name, theme)
            checked += figure.isdigit() and figure != "0"
    assert checked >= 12


@pytest.mark.slow
@pytest.mark.skipif(not POSIX, reason="make demo is for macOS and Linux")
def test_make_demo_again_does_only_what_is_missing(demo: tuple[Path, str]) -> None:
    clone, _ = demo
    kept = {path: path.read_bytes() for path in (clone / "transcripts").iterdir()}
    matrix = (clone / "exports" / "matrix.csv").read_bytes()
    lost = clone / "exports" / "matrix.xlsx"
    lost.unlink()
    done = subprocess.run(["make", "demo"], cwd=clone, env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "has a transcript already" in done.stdout
    assert {path: path.read_bytes() for path in (clone / "transcripts").iterdir()} == kept
    assert (clone / "exports" / "matrix.csv").read_bytes() == matrix and lost.exists()
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    assert not [line for line in status.stdout.splitlines() if "transcripts" in line or "exports" in line]


@pytest.mark.slow
@pytest.mark.skipif(not POSIX, reason="these are the commands for macOS and Linux")
def test_the_commands_of_the_readme(clone: Path) -> None:
    """Install as the README says, then every line of "The first matrix", in one shell that stops at an error."""
    lines = readme_block("Install") + readme_block("The first matrix")
    script = "\n".join(["set -e", *lines]).replace(".venv", ".venv-readme")
    done = subprocess.run(["bash", "-c", script], cwd=clone, env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert re.search(r"^Nynäshamn .*\d…", done.stdout, re.MULTILINE), done.stdout
    assert (clone / "my-study" / "exports" / "matrix.xlsx").exists()


def test_the_readme_names_real_commands() -> None:
    """Every `qualkit ...` of README and Makefile parses: the command and its options exist."""
    import typer.main

    from qualkit.cli.main import app

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(QUALKIT)", "qualkit")
    commands = re.findall(r"^\s*@?(qualkit .+)$", text + makefile, re.MULTILINE) + re.findall(
        r"`(qualkit [^`]+)`", text
    )
    assert len(commands) > 15
    root = typer.main.get_command(app)
    for line in commands:
        command, words = root, shlex.split(line)[1:]
        while words and hasattr(command, "commands"):
            assert words[0] in command.commands, line
            command, words = command.commands[words[0]], words[1:]
        options = {name for param in command.params for name in param.opts}
        for word in words:
            assert not word.startswith("-") or word in options, f"{line}: {word}"


def test_pages_and_schemas_are_what_the_program_says() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "docs" / "make_reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, made in module.PAGES.items():
        assert (ROOT / name).read_text(encoding="utf-8") == made()
