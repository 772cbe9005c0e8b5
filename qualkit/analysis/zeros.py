"""Why a cell of a matrix is zero: four zeros, tried in this order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qualkit.analysis.asked import Asked
from qualkit.analysis.columns import Known
from qualkit.analysis.excerpts import Excerpt
from qualkit.analysis.measures import HOUR
from qualkit.analysis.rows import Line
from qualkit.analysis.where import CODED, QUESTION, Where
from qualkit.coding.fold import State
from qualkit.model.codebook import Code, Codebook
from qualkit.model.coding import APPLIED
from qualkit.model.source import Source
from qualkit.model.study import Material

NO_MATERIAL, NOT_CODED, NOT_ASKED, NOT_MENTIONED = "no material", "not yet coded", "not asked", "not mentioned"
ZEROS = {NO_MATERIAL: "–", NOT_CODED: "…", NOT_ASKED: "/", NOT_MENTIONED: "0"}
HELD_BACK, HELD_BACK_SIGN = "held back", "×"  # no zero: in a matrix for publication, a cell that is not shown


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
    finished: Mapping[str, Collection[str]]  # source -> the coders who coded it to the end
    where: Where
    codes: Mapping[str, Sequence[Code]]  # column -> its codes
    asked: Mapping[str, Asked]  # source -> what is known of the guide questions in it

    def sources(self, lines: Collection[Line], column: str | None = None) -> tuple[Source, ...]:
        """The sources that could have an excerpt there, each once."""
        possible = (line for line in lines if self._may_be(line, column))
        return tuple({line.source.id: line.source for line in possible if line.source}.values())

    def _may_be(self, line: Line, column: str | None, *, answering: bool = True) -> bool:
        """Whether a coding may be there; `answering` False: whatever questions were asked."""
        by_code, by_answer = column is not None and self.where.asks("code"), answering and self.where.asks(QUESTION)
        if not by_code and not by_answer:
            return True
        codes = self.codes[column] if by_code and column is not None else (None,)
        return any(self._possible(line, code, answering=answering) for code in codes)

    def _possible(self, line: Line, code: Code | None, *, answering: bool = True) -> bool:
        return any(self.where.possible(known) for known, _ in self._known(line, code, answering=answering))

    def _known(self, line: Line, code: Code | None, *, answering: bool = True) -> Iterator[tuple[Known, bool]]:
        """What a filter can know of a coding there, once for each answer that it may be in, and if that is marked."""
        known = {**line.known, "code": code} if code else line.known
        if not (answering and line.source and self.where.asks(QUESTION)):
            yield known, True
            return
        asked = self.asked[line.source.id]
        yield from (({**known, QUESTION: those}, True) for those in asked.answers)
        yield from (({**known, QUESTION: (question,)}, False) for question in asked.unmarked)

    def unfinished(self, lines: Collection[Line], column: str | None = None) -> set[str]:
        """The ids of the sources there that were not coded to the end.

        A coder's end counts for what that coder's applied codings would count for, on whatever day they were made: only
        then does it say something that there are none.
        """
        if not self.where.asks("status", "coder", "coded", QUESTION):
            return {source.id for source in self.sources(lines, column) if source.id not in self.finished}
        codes = self.codes[column] if column is not None else [code for codes in self.codes.values() for code in codes]
        return {
            line.source.id
            for line in lines
            for code in (codes if self.where.asks("code") else (None,))
            if line.source and any(self._open(line.source, *one) for one in self._known(line, code))
        }

    def _open(self, source: Source, known: Known, marked: bool) -> bool:
        coders = self.finished.get(source.id, ()) if marked else ()
        by_hand = ({**known, "coder": coder, "status": APPLIED} for coder in coders)
        return self.where.possible(known) and not any(self.where.holds(one) for one in by_hand)

    def why(self, lines: Collection[Line], column: str) -> str:
        """The reason, for a column in which the sources of these lines have nothing."""
        there = {line.source.id for line in lines if line.source and self._may_be(line, column, answering=False)}
        if there.isdisjoint(self.material.transcripts):
            return NO_MATERIAL
        if self.unfinished(lines, column):
            return NOT_CODED
        return (
            NOT_MENTIONED
            if any(self._asked(line, code) for line in lines for code in self.codes[column])
            else NOT_ASKED
        )

    def _asked(self, line: Line, code: Code) -> bool:
        """Whether somebody could have spoken of it: it was asked, or the guide does not ask about its theme."""
        if not line.source or (self.where.asks("code", QUESTION) and not self._possible(line, code)):
            return False
        questions = {question.id for question in self.book.questions_about(code.theme)}
        asked = self.asked[line.source.id].questions
        return not questions or asked is None or not questions.isdisjoint(asked)

    def basis(self, lines: Collection[Line], lengths: Mapping[str, float]) -> Basis:
        """What the figures of a row with these lines rest on; `lengths`: seconds of recording by source."""
        sources = self.sources(lines)
        read = sum(source.id in self.material.transcripts for source in sources)
        finished = len(sources) - len(self.unfinished(lines))
        there = (line for line in lines if self._may_be(line, None))
        heard = (line for line in there if line.source and line.source.id in self.material.transcripts)
        people = {line.person.id for line in heard if line.person and not line.person.moderator}
        hours = sum(lengths.get(source.id, 0.0) for source in sources) / HOUR
        return Basis(len(sources), read, finished, len(people), hours)


def finished_sources(
    folded: Mapping[str, State], excerpts: Sequence[Excerpt], counts: Callable[[str], bool], statuses: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The sources that were coded to the end by a coder who counts, with these coders.

    A source with an excerpt that lost its words is not, for that excerpt may belong to any cell; and where other
    codings than the applied ones are counted, none is, for their absence says nothing about the material.
    """
    if APPLIED not in statuses:
        return {}
    open_again = {excerpt.source.id for excerpt in excerpts if excerpt.uncertain}
    coders = {source: tuple(filter(counts, state.finished)) for source, state in folded.items()}
    return {source: those for source, those in coders.items() if those and source not in open_again}


def coding_known(coding_status: str, coder: str, time: str, code: Code | None) -> dict[str, object]:
    """What a filter can know of a coding; its day is that of UTC."""
    return dict(zip(CODED, (code, coding_status, coder, time[:10]), strict=True))
