"""What changed in a text, line by line, small enough for a journal and enough to take it back."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from qualkit.model.act import LineChange
from qualkit.store.yaml_text import lines_of


def line_changes(before: str, after: str) -> tuple[LineChange, ...]:
    """The lines that differ, each stretch with a line above and below it, by which its place is known again."""
    old, new = lines_of(before), lines_of(after)
    found = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(1):
        (_, i, _, j, _), (_, _, k, _, m) = group[0], group[-1]
        found.append(LineChange(j + 1, "".join(old[i:k]), "".join(new[j:m])))
    return tuple(found)


def reversed_lines(text: str, changes: Sequence[LineChange]) -> str | None:
    """The text as it was before these changes, wherever their lines stand by now; None where one cannot be found.

    A stretch that already is as it was stays. Of several places that look alike, the nearest is meant.
    """
    lines = lines_of(text)
    for change in reversed(changes):
        before, after = lines_of(change.before), lines_of(change.after)
        at = _find(lines, after, change.line - 1)
        if at is None and (core := _core(before, after)) and core[1]:
            before, after = core
            at = _find(lines, after, change.line)
        if at is not None:
            lines[at : at + len(after)] = before
        elif _find(lines, lines_of(change.before), change.line - 1) is None:
            return None
    return "".join(lines)


def _find(lines: Sequence[str], wanted: Sequence[str], near: int) -> int | None:
    places = [at for at in range(len(lines) - len(wanted) + 1) if list(lines[at : at + len(wanted)]) == list(wanted)]
    return min(places, key=lambda at: abs(at - near), default=None)


def _core(before: list[str], after: list[str]) -> tuple[list[str], list[str]] | None:
    """Both without the line above and below that they have in common, for those may have been changed since."""
    head = 1 if before and after and before[0] == after[0] else 0
    tail = 1 if len(before) > head and len(after) > head and before[-1] == after[-1] else 0
    if not head and not tail:
        return None
    return before[head : len(before) - tail], after[head : len(after) - tail]
