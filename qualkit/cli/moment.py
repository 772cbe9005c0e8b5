"""Days and times as people write and read them: in the time of this machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from qualkit.errors import QualkitError

_STEPS = {10: timedelta(days=1), 16: timedelta(minutes=1), 19: timedelta(seconds=1)}
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?")
HELP = "A day (2026-03-01) or a time (2026-03-01T14:30), as clocks here show it."


def begins(written: str) -> datetime:
    """When a day or time begins, with its zone. QualkitError where it is none."""
    return _read(written).astimezone()


def ends(written: str) -> datetime:
    """When a day, minute or second is over: what was done in it counts."""
    return (_read(written) + _STEPS[len(written.strip())]).astimezone()


def told(written: str, say: Callable[[str], str] = str) -> str:
    """What a reader must know of figures from an earlier time; `say` puts it into another language."""
    text = "codings as they were at the end of {time}; texts, codebook and tables as they are today"
    return say(text).format(time=written.strip())


def local(time: str, form: str = "%Y-%m-%d %H:%M") -> str:
    """A time of a journal (ISO 8601, UTC) as clocks here show it; as it is written where it is no time."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime(form)
    except ValueError:
        return time


def _read(written: str) -> datetime:
    """The time without a zone, so that adding a day means a day of the calendar, however long it was."""
    try:
        if not _WRITTEN.fullmatch(written.strip()):
            raise ValueError
        return datetime.fromisoformat(written.strip())
    except ValueError:
        hint = "write a day, 2026-03-01, or a time, 2026-03-01T14:30"
        raise QualkitError(f"'{written}' is no day or time", hint=hint) from None
