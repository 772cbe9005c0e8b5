"""Every text that an export shows has its Swedish: found by reading the code, not by waiting for a user."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from qualkit.analysis.cooccurrence import WITHIN
from qualkit.analysis.heads import HEADS
from qualkit.analysis.history import DID
from qualkit.analysis.measures import MEASURES
from qualkit.analysis.reliability import FIGURES, OVERALL
from qualkit.analysis.zeros import ZEROS
from qualkit.cli import moment
from qualkit.coding.units import UNITS
from qualkit.formats import agreement, agreement_xlsx, comparison, explored, history_csv, matrix_method
from qualkit.formats.headings import SWEDISH, in_language, told
from qualkit.formats.swedish_coders import CODERS
from qualkit.formats.swedish_remarks import REMARKS
from qualkit.formats.swedish_words import WORDS
from qualkit.model.codebook import KINDS
from qualkit.model.coding import STATUSES
from qualkit.model.source import ROLES, SOURCE_KINDS

ROOT = Path(__file__).resolve().parents[1] / "qualkit"
PLACES = sorted(path for room in ("formats", "report") for path in (ROOT / room).glob("*.py"))
TOLD = re.compile(r"""\bsay\((["'])(.*?)\1\)""")  # in a template
TABLES: dict[str, list[str]] = {  # texts that the code says by their name, not letter by letter
    "heads": list(HEADS),
    "measures": [*(one.meaning for one in MEASURES.values()), *(one.nothing for one in MEASURES.values())],
    "names of measures": list(MEASURES),
    "codes x codes": list(WITHIN.values()),
    "zeros": [*ZEROS, *matrix_method.ZERO_WORDS.values()],
    "totals": [text for lines in matrix_method.TOTALS.values() for line in lines for text in line],
    "ours": [*SOURCE_KINDS, *ROLES, *STATUSES, *KINDS],
    "coders beside each other": [*comparison.KINDS, *comparison.REASONS],
    "agreement": [*FIGURES.values(), OVERALL, *agreement.FORMULAS.values(), *(words for words, _ in UNITS.values())],
    "agreement, by kind": [text for kind in ("code", "theme") for text in agreement.by_kind(kind)],
    "agreement, why not": list(agreement_xlsx.WHYS),
    "agreement, headings": [*agreement_xlsx._PAIR, *agreement_xlsx._SOURCE],
    "history": [*history_csv.HEADINGS, *DID.values()],
    "groups": list(explored.OURS),
    "remarks": [matrix_method.PERSONAL, moment.told("{time}")],
}


def said(path: Path) -> list[ast.expr]:
    """What `say(...)` is given in a module."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    names = [
        (call, call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")) for call in calls
    ]
    return [call.args[0] for call, name in names if name == "say" and call.args]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.name)
def test_what_the_code_says_is_there_in_swedish(path: Path) -> None:
    for text in said(path):
        assert not isinstance(text, ast.JoinedStr), f"{ast.unparse(text)}: fill the text in after it is said"
        for part in [text.body, text.orelse] if isinstance(text, ast.IfExp) else [text]:
            if isinstance(part, ast.Constant):
                assert part.value in SWEDISH, part.value


@pytest.mark.parametrize("name", TABLES)
def test_what_stands_in_tables_is_there_in_swedish(name: str) -> None:
    assert [text for text in TABLES[name] if text and text not in SWEDISH] == []


def test_what_templates_say_is_there_in_swedish() -> None:
    texts = [text for path in ROOT.glob("report/template/*.html") for text in TOLD.findall(path.read_text("utf-8"))]
    assert len(texts) > 20 and [text for _, text in texts if text not in SWEDISH] == []


def test_the_test_sees_what_is_said() -> None:
    assert sum(len(said(path)) for path in PLACES) > 100


def test_places_to_fill_are_the_same_in_both_languages() -> None:
    for english, swedish in SWEDISH.items():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", swedish)), english


def test_swedish_for_swedish_studies_english_for_all_others() -> None:
    assert [in_language(language)("yes") for language in ("sv", "SV", "sv-FI", "en", "de", "")] == [
        "ja", "ja", "ja", "yes", "yes", "yes",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["sv", "sv-SE", "sv_SE", "SV"])
def test_swedish_is_swedish_however_it_is_written(language: str) -> None:
    assert in_language(language)("Matrix") == "Matris" and in_language("svan")("Matrix") == "Matrix"


def test_a_text_that_was_filled_in_is_told_with_what_it_was_filled_with() -> None:
    say = in_language("sv")
    assert told(say, "only anna", comparison.KINDS) == "bara anna"
    assert told(say, "not finished by anna, bo", comparison.REASONS) == "inte färdig hos anna, bo"
    assert told(str, "only anna", comparison.KINDS) == "only anna"
    assert told(say, "something else", comparison.KINDS) == "something else"


def test_the_same_text_is_put_the_same_way_in_all_tables() -> None:
    tables = [WORDS, REMARKS, CODERS]
    assert sum(map(len, tables)) == len(SWEDISH)
