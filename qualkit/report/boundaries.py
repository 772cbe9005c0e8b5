"""Where Sweden's municipalities lie: boundaries that ship with qualkit (SCB, open data), simplified."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from importlib import resources

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude (WGS 84, degrees) of the corners; a ring inside another one is a hole."""

_FILES = ("stockholm.geojson", "municipalities.geojson")  # the finer first; one file, for their lines do not meet


def boundaries(codes: Collection[str]) -> dict[str, tuple[Ring, ...]]:
    """Code -> rings of the municipalities with these SCB codes; what is no such code is left out."""
    known = _read(_FILES[-1])
    wanted = [code for code in codes if code in known]
    found = next(found for found in map(_read, _FILES) if all(code in found for code in wanted))
    return {code: found[code] for code in wanted}


def in_counties(codes: Collection[str]) -> list[str]:
    """The codes of all municipalities in the counties of these: the first two digits are the county's."""
    counties = {code[:2] for code in codes if code in _read(_FILES[-1])}
    return [code for code in _read(_FILES[-1]) if code[:2] in counties]


@cache
def _read(name: str) -> dict[str, tuple[Ring, ...]]:
    text = resources.files("qualkit.data").joinpath(name).read_text(encoding="utf-8")
    return {
        feature["properties"]["code"]: tuple(
            tuple((x, y) for x, y in ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon
        )
        for feature in json.loads(text)["features"]
    }
