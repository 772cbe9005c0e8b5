"""How `<`, `<=`, `>` and `>=` compare the values of a column: as days, as numbers, or letter by letter."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date

from qualkit.analysis.columns import NONE, Column
from qualkit.errors import QualkitError

ORDER: dict[str, Callable[[float | str, float | str], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_DAY_HINT = "write a day as 2026-03-01, a month as 2026-03, a year as 2026"


def order(column: Column, sign: str, wanted: str) -> Callable[[str], bool]:
    """Whether a value of the column stands so to the wanted one; an empty one is neither smaller nor greater.

    A month or a year is all of its days: after 2026-03 means from April on. QualkitError where the two cannot be
    compared, for the answer would be chance: a number with what is none, a day with what is none.
    """
    compare, values = ORDER[sign], [value for value in column.values or () if value]
    if column.days or (values and all(map(_is_day, values))):
        whole = period(wanted)
        return lambda value: value != NONE and compare(value[: len(whole)], whole)
    there = _number(wanted)
    strange = [value for value in values if _number(value) is None]
    if there is not None and strange:
        hint = f"leave the cell empty where it is not known, or compare with = or in; found: {', '.join(strange[:3])}"
        raise QualkitError(f"not every {column.name} is a number", where="--where", hint=hint)
    if there is None and values and not strange:
        raise QualkitError(f"'{wanted}' is no number, and every {column.name} is one", where="--where")

    def fits(value: str) -> bool:
        here = _number(value)
        if here is None or there is None:
            return value != NONE and compare(value.casefold(), wanted.casefold())
        return compare(here, there)

    return fits


def period(written: str) -> str:
    """A day, month or year as a person wrote it: what the days in it begin with. QualkitError for anything else."""
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", written, re.ASCII) or not _is_day(f"{written}-01-01"[:10]):
        raise QualkitError(f"'{written}' is no day", where="--where", hint=_DAY_HINT)
    return written


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _number(text: str) -> float | None:
    """A number as people write it: with a comma, and blanks of any width between thousands."""
    plain = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    return float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None
