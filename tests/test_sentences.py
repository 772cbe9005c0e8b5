"""Sentences, as suggestions and units of coding need them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.coding.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Hej.|Jag heter Bo!|Och du?|Ja",
        "De frågar om t.ex. BankID.|Ja.",
        "Vi har bl.a. Skatteverket, m.m.|Sedan stänger vi.",
        "Från kl. 10 till kl. 12. Sedan lunch.|Ja.",
        "Ring nr. 5, tel. 08-123.|Tack.",
        "Det kostar ca. 100 kr.|Ja.",
        "Arbetsförmedlingen, Skatteverket o.s.v.|Men inte här.",
        "Fr.o.m. Maj gäller det.|Bra.",
        "Det tog 2.5 timmar.|3,5 är för mycket.",
        "Läs www.1177.se. |Eller ring.",
        "Anna B. Svensson kom.|Hon gick.",
        "Punkt 3. Hjälp finns.",
        "Jag vet inte… kanske det.|Nej",
        "Jag vet inte…|Kanske det.",
        "Jag vet inte... kanske det.",
        "Jag vet inte...|Kanske det.",
        "”Kan du hjälpa mig?”|Det kan jag.",
        "Hon sa ”nej.”|Sedan gick hon.",
        "”Ja.”|”Nej.”",
        "Vad?!|Va!|Är det sant?",
        "Ja.|Åtta kom.|Ärligt.|Östen.",
        "(Det var så.)|Sedan (kanske.)|Slut",
        "det stod hej. men ingen såg.",
        "Ja.|3 personer kom.",
        "Att göra:|- hjälpa|- lyssna|* mer|• slut",
        "Ja.|– Nej.|— Jo.",
        "Hon sa det. - och gick.",
        "Please see e.g. Anna.|Dr. Who agreed.",
        "Rad ett\nfortsätter här.|Ny mening\när lång.",
        "…",
        "...",
    ],
)
def test_sentences_by_hand(text: str) -> None:
    """The bars show where it is cut; list items stand on lines of their own."""
    parts = text.split("|")
    glue = "\n" if parts[1:] and all(part[0] in "-*•" for part in parts[1:]) else " "
    assert split(glue.join(parts)) == [part.strip() for part in parts]


def test_places_are_those_of_the_text() -> None:
    assert sentences("  Hej.   Du! ") == [(2, 6), (9, 12)]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert sentences(text) == []


PIECES = st.sampled_from(
    [
        "Hej",
        "då",
        "t.ex",
        "kl",
        "2",
        "Å",
        ".",
        "..",
        "…",
        "!",
        "?",
        " ",
        "  ",
        "\n",
        "”",
        '"',
        ")",
        "(",
        "-",
        "•",
        "\u00a0",
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=60)))
@settings(max_examples=400, deadline=None)
def test_sentences_hold_all_that_is_not_blank_and_lie_apart(text: str) -> None:
    position = 0
    for start, end in sentences(text):
        assert position <= start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@pytest.mark.parametrize(
    "text",
    [
        "Man läser journalen på 1177. Det är svårt med BankID.",
        "Det var 2025. Sedan kom fler.",
        "Bank, post osv. Vi hjälper alla.",
        "Bank, post m.m. Vi hjälper alla.",
    ],
)
def test_a_long_number_and_an_ending_abbreviation_may_end_a_sentence(text: str) -> None:
    assert len(sentences(text)) == 2
