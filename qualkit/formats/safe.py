"""Text that no spreadsheet takes for a formula."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_MADE_SAFE = re.compile(r"''*[=+\-@\t\r]")


def safe(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run; other text as it is."""
    return f"'{text}" if _FORMULA.match(text) else text


def unsafe(text: str) -> str:
    """The text that `safe` was given."""
    return text[1:] if _MADE_SAFE.match(text) else text
