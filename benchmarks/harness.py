"""Time whole commands as a user meets them, several runs in turn, and print one table."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

Figures = dict[str, dict[str, float]]


def time_commands(commands: Mapping[str, Sequence[str]], *, runs: int = 5, cwd: Path | None = None) -> Figures:
    """Seconds of wall time for each command: all in turn, after one warm-up, so that drift hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, words in commands.items():
            begun = time.perf_counter()
            subprocess.run(words, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if number:
                taken[name].append(time.perf_counter() - begun)
    return {
        name: {"min": min(seconds), "median": statistics.median(seconds), "max": max(seconds)}
        for name, seconds in taken.items()
    }


def held(process: int) -> float:
    """The most memory that a process has held, in MB (Linux)."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def report(title: str, figures: Figures) -> None:
    """Print the table, and write it with --json FILE."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path)
    file = parser.parse_known_args()[0].json
    columns = list(next(iter(figures.values())))
    print(f"\n{title}\n")
    print(f"{'':<44}" + "".join(f"{column:>15}" for column in columns))
    for name, row in figures.items():
        print(f"{name:<44}" + "".join(f"{row[column]:>15.3f}" for column in columns))
    if file:
        file.write_text(json.dumps({"title": title, "figures": figures}, indent=1), encoding="utf-8")


QUALKIT = [sys.executable, "-m", "qualkit"]
EMPTY = [sys.executable, "-c", "pass"]
