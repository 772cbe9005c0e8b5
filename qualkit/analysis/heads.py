"""What the columns of a matrix are: themes, codes or kinds of code, or two of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from qualkit.analysis.rows import SEPARATOR
from qualkit.analysis.where import Where
from qualkit.errors import QualkitError
from qualkit.model.codebook import KINDS, Code, Codebook, Theme
from qualkit.model.noun import replace
from qualkit.model.study import Study

NO_KIND = "(no kind)"

# name: (the key of a code's column, and its heading)
HEADS: Mapping[str, Callable[[Code, Mapping[str, Theme]], tuple[str, str]]] = {
    "theme": lambda code, themes: (code.theme, themes[code.theme].name),
    "code": lambda code, _: (code.id, code.name),
    "kind": lambda code, _: (code.kind, code.kind or NO_KIND),
}


@dataclass(frozen=True)
class Heads:
    """The columns by key, with their names, in the codebook's order, and the codes that count in each."""

    names: Mapping[str, str]
    codes: Mapping[str, tuple[Code, ...]]
    column_of: Mapping[str, str]  # code id -> column

    def without(self, columns: Collection[str]) -> Heads:
        """The same without these columns."""
        names = {key: name for key, name in self.names.items() if key not in columns}
        codes = {key: those for key, those in self.codes.items() if key in names}
        return replace(self, names=names, codes=codes, column_of={
            code: key for code, key in self.column_of.items() if key in names
        })  # fmt: skip

    def shown(self, used: Collection[str]) -> dict[str, str]:
        """The columns without those of retired codes that nothing is coded with.

        Nobody could have found them, and a zero would say that somebody looked.
        """
        return {
            key: name
            for key, name in self.names.items()
            if key in used or not all(code.retired for code in self.codes[key])
        }


def matrix_heads(study: Study, columns: Sequence[str], kinds: Sequence[str], where: Where) -> Heads:
    """The columns of the codes of these kinds (none = all) that the filter lets through. QualkitError for others."""
    for name in columns:
        if name not in HEADS:
            raise QualkitError(f"there are no columns '{name}'", hint=f"one of: {', '.join(HEADS)}")
    for kind in kinds:
        if kind not in KINDS:
            raise QualkitError(f"there is no kind '{kind}' of code", hint=f"one of: {', '.join(KINDS)}")
    chosen = [code for code in _ordered(study.codebook, columns) if not kinds or code.kind in kinds]
    themes = {theme.id: theme for theme in study.codebook.themes}
    names: dict[str, str] = {}
    codes: dict[str, tuple[Code, ...]] = {}
    column_of = {}
    for code in chosen:
        if where.possible({"code": code}):
            found = [HEADS[column](code, themes) for column in columns]
            key = SEPARATOR.join(part for part, _ in found)
            names[key] = " / ".join(name for _, name in found)
            codes[key] = (*codes.get(key, ()), code)
            column_of[code.id] = key
    return Heads(names, codes, column_of)


def _ordered(book: Codebook, columns: Sequence[str]) -> list[Code]:
    """The codes in the codebook's order; where kinds come first, kind by kind."""
    codes = list(book.codes.values())
    if columns[0] != "kind":
        return codes
    known = [*KINDS, ""]
    return sorted(codes, key=lambda code: known.index(code.kind) if code.kind in known else len(known))
