"""The house: who may import whom, how large a module may be, and what starts fast."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "qualkit"
ROOMS = ["errors", "model", "store", "transcribe", "coding", "analysis", "formats", "report", "tui", "cli"]
PURE = ("model", "coding", "analysis")
LOUD = {"rich", "typer", "textual", "av", "faster_whisper", "whisper", "ctranslate2"}
DOING = {"os", "shutil", "tempfile", "socket", "subprocess", "pathlib", "io"}
MODULES = sorted(ROOT.rglob("*.py"))


def imports(path: Path) -> list[tuple[str, bool]]:
    """(module, whether inside a function) of each import; those for type checkers only are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    in_functions = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in in_functions) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found.append((node.module, id(node) in in_functions))
            found += [(f"{node.module}.{alias.name}", id(node) in in_functions) for alias in node.names]
    return found


def room(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_room_imports_only_from_rooms_above_it(path: Path) -> None:
    own = room(path)
    if own not in ROOMS:
        return  # __init__, __main__ and data
    for module, _ in imports(path):
        parts = module.split(".")
        if parts[0] == "qualkit" and len(parts) > 1 and parts[1] in ROOMS and parts[1] != own:
            assert ROOMS.index(parts[1]) < ROOMS.index(own), f"{path} imports {module}"


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in PURE], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_pure_rooms_do_nothing(path: Path) -> None:
    for module, _ in imports(path):
        top = module.split(".")[0]
        assert top not in LOUD | DOING, f"{path} imports {module}"
        assert not module.startswith("qualkit.store"), f"{path} imports {module}"
    assert not [
        n
        for n in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(n, ast.Call) and ast.unparse(n.func) == "open"
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_pandas_has_one_doorway_and_textual_one_importer(path: Path) -> None:
    for module, inside in imports(path):
        if module.split(".")[0] == "pandas":
            assert inside, f"{path}: pandas is imported in a function"
            assert path == ROOT / "analysis" / "frame.py" or room(path) == "formats", path
        if module.split(".")[0] == "textual":
            assert room(path) == "tui", path
            assert path.stem not in ("keys", "desk", "choices", "finding", "colours", "editor", "playing"), path


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_nouns_change_in_one_way_only(path: Path) -> None:
    assert "dataclasses.replace" not in [module for module, _ in imports(path)], "it knows no structs: model/noun.py"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_output_prints_and_modules_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300, f"{path} is longer than 300 lines"
    if path != ROOT / "cli" / "output.py":
        calls = [ast.unparse(node.func) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        assert not {"print", "sys.stdout.write", "sys.stderr.write", "typer.echo"} & set(calls), path


@pytest.mark.parametrize("path", sorted((ROOT / "cli").rglob("*.py")), ids=lambda p: p.name)
def test_functions_of_the_command_line_are_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            body = [
                part for part in node.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            ]
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines <= 20, f"{path.name}: {node.name} has {lines} lines"


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["matrix", "--help"], ["transcribe", "--help"], ["code", "--help"]]
)
def test_help_loads_neither_pandas_nor_an_engine(words: list[str]) -> None:
    script = (
        "import sys\nfrom qualkit.cli.main import main\n"
        f"sys.argv = ['qualkit', *{words!r}]\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "heavy = {'pandas', 'numpy', 'faster_whisper', 'ctranslate2', 'av', 'yaml', 'xlsxwriter'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_the_coding_screen_loads_neither_pandas_nor_an_engine(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from tests.conftest import StudyHere\n"
        "from qualkit.tui.app import CodingApp\nfrom qualkit.tui.desk import Desk\n"
        f"study = StudyHere(Path({str(tmp_path / 'study')!r}))\n"
        "study.sources('a;Ett;interview;Huddinge;;;;')\nstudy.spoken('a', 'S1: Vi har BankID.', 'S1: Ja.')\n"
        "async def go():\n"
        "    desk = Desk(study.open(), 'anna')\n    desk.open(desk.opened.study.sources[0])\n"
        "    async with CodingApp(desk).run_test() as pilot:\n"
        "        await pilot.press('j', 's', 'c', 'b', 'a', 'enter', 'u')\n"
        "asyncio.run(go())\n"
        "heavy = {'pandas', 'numpy', 'faster_whisper', 'ctranslate2', 'av', 'onnxruntime'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", cwd=ROOT.parent)
    assert done.returncode == 0, done.stderr
