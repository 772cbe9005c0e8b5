"""Why a cell of a matrix is zero: four zeros, tried in this order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.measures import HOUR
from qualkit.analysis.rows import Line
from qualkit.analysis.where import CODED, Where
from qualkit.coding.fold import State
from qualkit.model.codebook import Code, Codebook
from qualkit.model.coding import APPLIED
from qualkit.model.source import Source
from qualkit.model.study import Material

NO_MATERIAL, NOT_CODED, NOT_ASKED, NOT_MENTIONED = "no material", "not yet coded", "not asked", "not mentioned"
ZEROS = {NO_MATERIAL: "–", NOT_CODED: "…", NOT_ASKED: "/", NOT_MENTIONED: "0"}


class Basis(NamedTuple):
    """What the figures of a row rest on: how much material there is, whether anything was found in it or not."""

    sources: int
    read: int  # with a transcript
    finished: int
    participants: int  # who speak for the row in sources with a transcript; moderators are left out
    hours: float  # of recording, up to the last words


@dataclass(frozen=True)
class Zeros:
    """Why cells are zero, from the sources behind their row that a filter lets through."""

    book: Codebook
    material: Material
    finished: Collection[str]
    where: Where
    codes: Mapping[str, Sequence[Code]]  # column -> its codes

    def sources(self, lines: Collection[Line], column: str = "") -> tuple[Source, ...]:
        """The sources that could have an excerpt there, each once."""
        if column and self.where.asks("code"):
            possible = (
                line
                for line in lines
                if any(self.where.possible({**line.known, "code": code}) for code in self.codes[column])
            )
        else:
            possible = (line for line in lines)
        return tuple({line.source.id: line.source for line in possible if line.source}.values())

    def unfinished(self, sources: Collection[Source]) -> bool:
        """Whether some source is not coded to the end."""
        return any(source.id not in self.finished for source in sources)

    def why(self, sources: Collection[Source], column: str) -> str:
        """The reason, for a column in which these sources have nothing."""
        if not any(source.id in self.material.transcripts for source in sources):
            return NO_MATERIAL
        if self.unfinished(sources):
            return NOT_CODED
        themes = dict.fromkeys(code.theme for code in self.codes[column])
        questions = [{question.id for question in self.book.questions_about(theme)} for theme in themes]
        if not all(questions):  # a theme that the guide does not ask about may come up anywhere
            return NOT_MENTIONED
        asked = any(not source.asked or any(one & set(source.asked) for one in questions) for source in sources)
        return NOT_MENTIONED if asked else NOT_ASKED

    def basis(self, lines: Collection[Line], lengths: Mapping[str, float]) -> Basis:
        """What the figures of a row with these lines rest on; `lengths`: seconds of recording by source."""
        sources = self.sources(lines)
        read = sum(source.id in self.material.transcripts for source in sources)
        finished = sum(source.id in self.finished for source in sources)
        heard = (line for line in lines if line.source and line.source.id in self.material.transcripts)
        people = {line.person.id for line in heard if line.person and not line.person.moderator}
        hours = sum(lengths.get(source.id, 0.0) for source in sources) / HOUR
        return Basis(len(sources), read, finished, len(people), hours)


def finished_sources(
    folded: Mapping[str, State],
    excerpts: Sequence[Excerpt],
    where: Where,
    counts: Callable[[str], bool],
    statuses: Collection[str],
) -> set[str]:
    """The sources that were coded to the end by a coder who counts.

    A source with an excerpt that lost its words is not, for that excerpt may belong to any cell; and where other
    codings than the applied ones are counted, none is, for their absence says nothing about the material.
    """
    if APPLIED not in statuses or not where.possible({"status": APPLIED}):
        return set()
    open_again = {excerpt.source.id for excerpt in excerpts if excerpt.uncertain}
    return {
        source
        for source, state in folded.items()
        if source not in open_again
        and any(counts(coder) and where.possible({"coder": coder}) for coder in state.finished)
    }


def coding_known(coding_status: str, coder: str, time: str, code: Code | None) -> dict[str, object]:
    """What a filter can know of a coding; its day is that of UTC."""
    return dict(zip(CODED, (code, coding_status, coder, time[:10]), strict=True))
