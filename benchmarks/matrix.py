"""The theme matrix as a whole command, on a made-up corpus of 200 documents x 50 codings over 40 codes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from corpus import make_corpus
from harness import EMPTY, QUALKIT, report, time_commands

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "corpus"
        make_corpus(root)
        figures = time_commands(
            {
                "python -c pass": EMPTY,
                "python -c 'import pandas'": [sys.executable, "-c", "import pandas"],
                "qualkit matrix --codes --to m.csv": [*QUALKIT, "matrix", "--codes", "--to", "m.csv"],
                "qualkit matrix --codes --to m.xlsx": [*QUALKIT, "matrix", "--codes", "--to", "m.xlsx"],
                "qualkit check": [*QUALKIT, "check"],
            },
            cwd=root,
        )
    report("Seconds for 10,000 codings in 200 documents (target: matrix to CSV at most 1.0 s)", figures)
