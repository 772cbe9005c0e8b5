"""Nouns are values: some are dataclasses and some structs, and nothing can tell."""

from __future__ import annotations

import copy
import gc
import pickle
from dataclasses import make_dataclass
from operator import lt
from typing import Any

import pytest

from qualkit.analysis.attribution import Voice
from qualkit.analysis.excerpts import Excerpt
from qualkit.model.act import Act, TextChange
from qualkit.model.coding import Anchor, Coding
from qualkit.model.noun import replace
from qualkit.model.source import Source
from qualkit.model.transcript import Segment

ANCHOR = Anchor("p1", 0, "p1", 6, "BankID", after=" är", start=1.0)
EDIT = TextChange(0, (), (), (("01", ANCHOR),))
ACT = Act("01", "2026", "anna", "code", anchor=ANCHOR, code="a", edit=EDIT)
CODING = Coding("01", "s", ANCHOR, "a", "anna", "2026")
EXCERPT = Excerpt(Source("s"), ANCHOR, (CODING,), (Voice("P1", ("0136",), 1),))
NOUNS = [(ANCHOR, "quote"), (ACT, "code"), (CODING, "code"), (EXCERPT, "moderated"), (Segment("p1", "Hej."), "text")]
KINDS = [type(noun).__name__ for noun, _ in NOUNS]


@pytest.mark.parametrize(("noun", "field"), NOUNS, ids=KINDS)
def test_nouns_are_values_that_never_change(noun: Any, field: str) -> None:
    for same in (copy.deepcopy(noun), pickle.loads(pickle.dumps(noun)), replace(noun)):
        assert same == noun and repr(same) == repr(noun)
    other = replace(noun, **{field: "något annat"})
    assert getattr(other, field) == "något annat" and other != noun
    assert replace(other, **{field: getattr(noun, field)}) == noun
    with pytest.raises(AttributeError):
        setattr(noun, field, "något annat")
    with pytest.raises(TypeError):
        replace(noun, wrong=1)
    with pytest.raises(TypeError):
        lt(noun, other)


@pytest.mark.parametrize("noun", [ANCHOR, ACT, CODING])
def test_those_that_are_looked_up_have_the_hash_of_their_values(noun: Any) -> None:
    other = replace(noun, **{type(noun).__match_args__[0]: "p2"})
    assert len({noun, copy.copy(noun), other}) == 2 and hash(copy.copy(noun)) == hash(noun) != hash(other)


@pytest.mark.parametrize("noun", [noun for noun, _ in NOUNS], ids=KINDS)
def test_they_are_written_and_compared_as_dataclasses_are(noun: Any) -> None:
    values = {name: getattr(noun, name) for name in type(noun).__match_args__}
    twin = make_dataclass(type(noun).__name__, list(values), frozen=True)(**values)
    assert repr(noun) == repr(twin), "of two lines with one id, the one that comes first in writing counts"
    assert noun != twin and twin != noun
    assert noun != tuple(values.values())


@pytest.mark.parametrize("noun", [ANCHOR, ACT, CODING, EXCERPT], ids=KINDS[:4])
def test_what_a_study_has_by_the_million_is_not_looked_through_for_cycles(noun: Any) -> None:
    assert not gc.is_tracked(noun) and not type(noun).__struct_config__.gc
