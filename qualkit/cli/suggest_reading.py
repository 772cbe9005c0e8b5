"""What `qualkit suggest` reads before it says anything: the study, what was coded, and vectors of all texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qualkit.cli import output
from qualkit.errors import QualkitError, refuse_errors

if TYPE_CHECKING:
    from qualkit.coding.evidence import Reader, Space
    from qualkit.coding.labelled import Labelled, Sentence
    from qualkit.model.source import Source
    from qualkit.model.study import Material
    from qualkit.store.project import OpenStudy


@dataclass(frozen=True)
class Asked:
    """What the words of the command line ask for."""

    coder: str
    most: int
    moderator: bool
    others: bool
    model: bool


@dataclass(frozen=True)
class Prepared:
    """The study, what is learned from, and what reads texts for codes."""

    opened: OpenStudy
    material: Material
    known: Sequence[Labelled]
    passages: Mapping[str, Sequence[Sentence]]  # of the sources that are to get suggestions
    reader: Reader


def with_model(without: bool) -> bool:
    """Whether a language model is there and wanted; a remark where it is missing."""
    from qualkit.store.embeddings import can_embed

    if not without and not can_embed():
        output.note("without a language model, likeness is told by letters alone: pip install 'qualkit-study[embed]'")
    return can_embed() and not without


def prepare(opened: OpenStudy, todo: Sequence[Source], asked: Asked) -> Prepared:
    """Read the whole study, or nothing where one of its files has an error."""
    from qualkit.analysis.learned import Lesson, known_in, sentences_in, usual_texts
    from qualkit.coding.evidence import Reader
    from qualkit.coding.suggest import thinned
    from qualkit.store.material import read_material

    study = opened.study
    material, problems = read_material(opened.folder, study.sources)
    refuse_errors([*opened.problems, *problems], "nothing was suggested: the study has errors")
    if not study.codebook.open_codes:
        raise QualkitError("the codebook has no codes", hint="write some, then: qualkit codebook check")
    lesson = Lesson(asked.coder, asked.others, frozenset(one.id for one in todo), asked.moderator)
    known, usual = thinned(known_in(study, material, lesson)), usual_texts(study, material, lesson)
    found = {source: sentences_in(study, material, source, lesson) for source in material.transcripts}
    found = {source: passages for source, passages in found.items() if source in lesson.open}
    texts = [*usual, *(one.text for one in known), *(one.text for some in found.values() for one in some)]
    space = _by_meaning(opened, usual, texts) if asked.model else _by_letters(opened, usual)
    return Prepared(opened, material, known, found, Reader(study.codebook, space, usual))


def _by_letters(opened: OpenStudy, usual: Sequence[str]) -> Space:
    from qualkit.coding.evidence import told
    from qualkit.coding.ngrams import ngram_space

    return ngram_space([*usual, *(told(code) for code in opened.study.codebook.open_codes.values())])


def _by_meaning(opened: OpenStudy, usual: Sequence[str], texts: Sequence[str]) -> Space:
    """The language model reads everything here, where it can be stopped at any time and goes on from there."""
    from qualkit.coding.evidence import PASSAGE, QUERY, centred, told
    from qualkit.store.embeddings import Embeddings

    book = opened.study.codebook
    embeddings = Embeddings(opened.folder)
    definitions = [told(code) for code in book.open_codes.values()]
    if missing := [*embeddings.missing(texts, QUERY), *embeddings.missing(definitions, PASSAGE)]:
        with output.progress("reading", len(missing)) as done:
            for made in embeddings.make(missing):
                done(made)
    return centred(embeddings.vectors, usual, book)
