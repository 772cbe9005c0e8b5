"""What speaks for each code in a text: the codebook's keywords, likeness to its definition, and the text itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qualkit.coding.keywords import Keywords
from qualkit.model.codebook import Code, Codebook

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Matrix = Any  # numpy's dense or scipy's sparse: a row a text, of length 1
Space = Callable[[Sequence[str], str], Matrix]  # texts and their form ("query" or "passage") -> vectors
QUERY, PASSAGE = "query", "passage"  # what is said, and what it may be about
MOST_LIKE = 4.0  # standard deviations; beyond, a text is no more like a definition, but a copy of it


@dataclass(frozen=True)
class Evidence:
    """A row a text: its vector; a column a code: 1 where a keyword stands, and likeness to the definition.

    Likeness is in standard deviations from what texts of the study have to that definition, so that a definition to
    which everything is a little like has no advantage.
    """

    vectors: Matrix
    keywords: Floats
    likeness: Floats

    def rows(self, numbers: Any) -> Evidence:
        """The same for some of the texts."""
        return Evidence(self.vectors[numbers], self.keywords[numbers], self.likeness[numbers])


class Reader:
    """Reads texts for the codes in use. `background`: texts of the study, as many as tell what is usual in it."""

    def __init__(self, codebook: Codebook, space: Space, background: Sequence[str]) -> None:
        self.codes = list(codebook.open_codes.values())
        self.number = {code.id: number for number, code in enumerate(self.codes)}
        self.keywords = Keywords(codebook)
        self._space = space
        definitions = space([told(code) for code in self.codes], PASSAGE)
        self._definitions = definitions if not hasattr(definitions, "toarray") else definitions.toarray()
        usual = self._like(space(background, QUERY))
        self._mean, self._spread = usual.mean(axis=0), usual.std(axis=0) + 1e-6

    def evidence(self, texts: Sequence[str]) -> Evidence:
        """What speaks for each code in each text."""
        import numpy as np

        vectors = self._space(texts, QUERY)
        likeness = np.minimum((self._like(vectors) - self._mean) / self._spread, MOST_LIKE)
        found = np.zeros((len(texts), len(self.codes)))
        for row, text in enumerate(texts):
            for code, *_ in self.keywords.hits(text):
                found[row, self.number[code.id]] = 1.0
        return Evidence(vectors, found, likeness)

    def _like(self, vectors: Matrix) -> Floats:
        import numpy as np

        return np.asarray(vectors @ self._definitions.T, dtype=np.float64)


def told(code: Code) -> str:
    """A code in the words of its codebook."""
    return f"{code.name}. {code.definition} {code.include}".strip()


def centred(embed: Space, background: Sequence[str], codebook: Codebook) -> Space:
    """A language model's vectors around the middle of what is said, and of what codes are about, each in its form.

    Without this all of them point nearly the same way (Mu and Viswanath 2018, ICLR).
    """
    definitions = [told(code) for code in codebook.open_codes.values()]
    middle = {QUERY: embed(background, QUERY).mean(axis=0), PASSAGE: embed(definitions, PASSAGE).mean(axis=0)}

    def space(texts: Sequence[str], form: str) -> Matrix:
        import numpy as np

        vectors = np.asarray(embed(texts, form), dtype=np.float64) - middle[form]
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    return space
