"""What a file is, by the end of its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import PurePath
from typing import Any, TypeVar

from qualkit.errors import QualkitError

Kind = TypeVar("Kind")


def by_ending(file: PurePath, known: Mapping[str, Kind], others: Iterable[str] = ()) -> Kind:
    """What is known by the end of this name (".csv"), in small letters or capitals.

    QualkitError for other ends, with those that are known; `others` are ends of which it tells, too.
    """
    ending = file.suffix.lower()
    if ending not in known:
        ends = ", ".join([*known, *others])
        raise QualkitError(f"no format is known for '{file.name}'", hint=f"end the name in one of: {ends}")
    return known[ending]


def writer(file: PurePath, modules: Mapping[str, str], others: Iterable[str] = ()) -> Any:
    """The function `render` of the module (end of a name -> module) that writes such files; see `by_ending`."""
    return import_module(by_ending(file, modules, others)).render
