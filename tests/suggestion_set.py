"""The made-up sentences of suggestions.yaml, by half: what suggestions are measured on."""

from __future__ import annotations

from pathlib import Path

import yaml

FILE = Path(__file__).with_name("suggestions.yaml")
NOTHING = "nothing"  # sentences that fit no code


def sentences_of(half: str) -> dict[str, list[str]]:
    """Code -> its sentences in the "development" or the "test" half; NOTHING -> those that fit none."""
    halves: dict[str, dict[str, list[str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return halves[half]
