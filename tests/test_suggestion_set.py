"""The set that suggestions are measured on stays what it was before there was a method."""

from __future__ import annotations

import hashlib
from pathlib import Path

from qualkit.coding.sentences import sentences
from qualkit.store.codebooks import read_codebook
from tests.suggestion_set import FILE, NOTHING, sentences_of

CODEBOOK = Path(__file__).resolve().parents[1] / "codebooks" / "digital-service.yaml"


def test_the_set_is_the_one_that_was_written_first() -> None:
    content = FILE.read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(content).hexdigest() == "baee4dfeb6b4b1e2d328caeb45d7671508043cbc378c8929a0548e2f4dccad27"


def test_it_is_balanced_and_its_halves_have_nothing_in_common() -> None:
    book, _ = read_codebook(CODEBOOK, CODEBOOK.name)
    halves = [sentences_of("development"), sentences_of("test")]
    for half in halves:
        assert {code: len(said) for code, said in half.items()} == {
            code: 20 if code == NOTHING else 5 for code in halves[0]
        }
        assert len(half) == 9 and set(half) - {NOTHING} <= set(book.open_codes)
    every = [one for half in halves for said in half.values() for one in said]
    assert len(set(every)) == len(every) == 120
    assert all(len(sentences(one)) == 1 for one in every), "each is one sentence, as suggestions see it"
    examples = {example for code in book.codes.values() for example in code.examples}
    assert not examples & set(every)
