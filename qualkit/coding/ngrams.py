"""Texts as counts of letters in a row: likeness without a language model.

TF-IDF of character n-grams within words (Salton and Buckley 1988, Information Processing & Management 24: 513-523;
Damashek 1995, Science 267: 843-848): parts of words meet where words do not, which is what inflections and compounds
need. N-grams are hashed into DIMENSIONS (Weinberger et al. 2009, ICML), so nothing has to be remembered.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qualkit.model.keyword import words_in

if TYPE_CHECKING:
    from qualkit.coding.evidence import Matrix, Space

DIMENSIONS = 4096
SHORT, LONG = 3, 5  # letters in a row, the ends of the word counting as one


def ngrams(text: str) -> Iterator[str]:
    """The letters in a row of each word, folded."""
    for word, _, _ in words_in(text):
        whole = f" {word} "
        for length in range(SHORT, LONG + 1):
            for at in range(len(whole) - length + 1):
                yield whole[at : at + length]


def ngram_space(background: Sequence[str]) -> Space:
    """What makes vectors of texts; how rare letters in a row are is known from the background."""
    import numpy as np

    counted = _counts(background)
    rare = np.log((1 + counted.shape[0]) / (1 + np.diff(counted.tocsc().indptr)))

    def space(texts: Sequence[str], form: str) -> Matrix:  # noqa: ARG001
        from scipy.sparse import diags

        found = _counts(texts)
        found.data = np.log1p(found.data)
        found = found @ diags(rare)
        lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
        return diags(1 / np.maximum(lengths, 1e-9)) @ found

    return space


def _counts(texts: Sequence[str]) -> Matrix:
    import numpy as np
    from scipy.sparse import csr_matrix

    numbers: dict[str, int] = {}
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for text in texts:
        row: Counter[int] = Counter()
        for ngram in ngrams(text):
            if ngram not in numbers:
                numbers[ngram] = zlib.crc32(ngram.encode("utf-8")) % DIMENSIONS
            row[numbers[ngram]] += 1
        columns += row.keys()
        values += row.values()
        ends.append(len(columns))
    return csr_matrix((np.array(values, dtype=np.float64), columns, ends), shape=(len(texts), DIMENSIONS))
