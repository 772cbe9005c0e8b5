"""Agreement as a whole command, intervals included, on made-up corpora over 40 codes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from corpus import make_corpus
from harness import EMPTY, QUALKIT, report, time_commands

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        two, three = Path(place) / "two", Path(place) / "three"
        make_corpus(two, coders=("anna", "bertil"))
        make_corpus(three, documents=50, codings=200, coders=("anna", "bertil", "cecilia"))
        characters = [*QUALKIT, "-s", str(three), "agree", "--unit", "character"]
        figures = time_commands(
            {
                "python -c pass": EMPTY,
                "2 coders, 200 x 50 codings, segments": [*QUALKIT, "-s", str(two), "agree"],
                "2 coders, 200 x 50 codings, characters": [*QUALKIT, "-s", str(two), "agree", "--unit", "character"],
                "3 coders, 50 x 200 codings, segments": [*QUALKIT, "-s", str(three), "agree"],
                "3 coders, 50 x 200 codings, characters": characters,
                "the same, pairs and workbook, too": [*characters, "--to", str(Path(place) / "a.xlsx")],
            }
        )
    report("Seconds for qualkit agree (target: three coders, characters, under 5 s)", figures)
