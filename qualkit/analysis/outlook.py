"""What will hold of the codings, once acts, texts and codebook are those that a merge leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qualkit.coding.fold import fold
from qualkit.coding.place import UNCERTAIN, place_all
from qualkit.model.codebook import Codebook
from qualkit.model.study import Material


@dataclass(frozen=True, slots=True)
class Outlook:
    """Codings whose words will not be found, by source, and codings that the codebook will not explain, by code."""

    codings: Mapping[str, int]  # source -> all its codings
    lost: Mapping[str, int]  # source -> codings whose words will not be found again
    unknown: Mapping[str, int]  # code that the codebook will not have -> codings with it


def outlook(material: Material, codebook: Codebook, texts: Iterable[str]) -> Outlook:
    """What the codings come to; excerpts are looked for in the texts of the sources named."""
    codings: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    searched = set(texts)
    for source, acts in material.acts.items():
        those = fold(source, acts).codings.values()
        unknown.update(coding.code for coding in those if coding.code not in codebook.codes)
        transcript = material.transcripts.get(source)
        if transcript is not None and source in searched:
            codings[source] = len(those)
            found = place_all(transcript, [coding.anchor for coding in those])
            lost[source] = sum(placement.certainty == UNCERTAIN for placement in found)
    return Outlook(codings, lost, unknown)
