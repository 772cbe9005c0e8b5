"""Text that no spreadsheet takes for a formula."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run; other text as it is."""
    return f"'{text}" if text.startswith(_FORMULA) else text
