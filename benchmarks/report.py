"""The report page of 290 municipalities x 60 codes with 10,000 codings: how long it takes to make, and to open."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from corpus import make_corpus
from harness import EMPTY, QUALKIT, Figures, report, time_commands

PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SEARCHED = """() => {
    const begun = performance.now();
    document.getElementById('search').value = 'bibliotek papper';
    update();
    document.body.offsetHeight;
    return (performance.now() - begun) / 1000;
}"""


def opened(page: Path, runs: int = 5) -> Figures:
    """Seconds until Chromium has drawn the page, and for a search in it; nothing where there is no Chromium."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        print("no Chromium here: not opened", file=sys.stderr)
        return {}
    from playwright.sync_api import sync_playwright

    taken: dict[str, list[float]] = {"opened in Chromium": [], "a search": []}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program)
        for number in range(runs + 1):
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            begun = time.perf_counter()
            tab.goto(page.as_uri())
            tab.evaluate(PAINTED)
            if number:
                taken["opened in Chromium"].append(time.perf_counter() - begun)
                taken["a search"].append(tab.evaluate(SEARCHED))
            tab.close()
        browser.close()
    return {
        name: {"min": min(all_), "median": sorted(all_)[len(all_) // 2], "max": max(all_)}
        for name, all_ in taken.items()
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "corpus"
        make_corpus(root, documents=290, codings=35, codes=60, everywhere=True)
        page = root / "exports" / "report.html"
        commands = {
            "python -c pass": EMPTY,
            "qualkit report --codes": [*QUALKIT, "report", "--codes"],
            "qualkit report --codes --picture heatmap": [*QUALKIT, "report", "--codes", "--picture", "heatmap"],
            "qualkit report --picture map --to map.png": [*QUALKIT, "report", "--picture", "map", "--to", "map.png"],
        }
        figures = time_commands(commands, runs=3, cwd=root) | opened(page)
        size = page.stat().st_size / 1e6
    report(f"Seconds for a page of {size:.1f} MB: 290 municipalities x 60 codes, 10,150 codings", figures)
