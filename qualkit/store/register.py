"""The register of Sweden's municipalities that ships with qualkit (facts from SCB and SKR)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Municipality:
    """A row of the register; `code` is SCB's, four digits as text."""

    code: str
    name: str
    official_name: str
    county: str
    skr_group: str
    skr_group_name: str


@cache
def municipalities() -> tuple[Municipality, ...]:
    """All 290, in the order of their codes."""
    with resources.files("qualkit.data").joinpath("municipalities.csv").open(encoding="utf-8") as file:
        return tuple(
            Municipality(
                row["code"],
                row["name"],
                row["official_name"],
                row["county"],
                row["skr_group_2023"],
                row["skr_group_name"],
            )
            for row in csv.DictReader(file)
        )


@cache
def _by_name() -> dict[str, Municipality]:
    known = {}
    for one in municipalities():
        for name in (one.code, one.name, one.official_name, one.official_name.replace(" kommun", " stad")):
            known[name.casefold()] = one
    return known | {"region gotland": known["gotland"]}


def find_municipality(name: str) -> Municipality | None:
    """By SCB code or name, whatever the case: `Haninge`, `Haninge kommun` and `0136`, `Solna stad` and `Solna`."""
    return _by_name().get(name.strip().casefold())


def nearest_names(name: str, others: tuple[str, ...] = ()) -> list[str]:
    """Up to three names that look like a misspelt one."""
    names = {one.name.casefold(): one.name for one in municipalities()} | {other.casefold(): other for other in others}
    return [names[near] for near in get_close_matches(name.strip().casefold(), names, n=3, cutoff=0.6)]


def counties() -> tuple[str, ...]:
    """The names of the counties, in the order of their codes."""
    return tuple(dict.fromkeys(one.county for one in municipalities()))
