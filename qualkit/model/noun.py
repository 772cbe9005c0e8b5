"""What all nouns have in common: they never change, so a noun with another value is a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace as replace  # type checkers know what it takes
else:
    import dataclasses

    def replace(noun: Any, /, **values: Any) -> Any:
        """The noun with other values in these fields: `copy.replace` of Python 3.13, for dataclasses and structs."""
        made = getattr(noun, "__replace__", None)
        return made(**values) if made else dataclasses.replace(noun, **values)
