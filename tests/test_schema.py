"""The JSON Schema that editors use, and the loader: they say the same of every codebook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import errors_of
from qualkit.model.keyword import KeywordError, parse_keyword
from qualkit.store.codebooks import parse_codebook, read_codebook
from qualkit.store.keys import KEYWORD, LETTER, NOUNS
from qualkit.store.new import make_study
from qualkit.store.schema import FILES, MARK, schema, schema_text
from qualkit.store.settings import read_settings

ROOT = Path(__file__).resolve().parents[1]
BOOKS = Path(__file__).with_name("codebooks")
GOOD, BAD = sorted((BOOKS / "good").glob("*.yaml")), sorted((BOOKS / "bad").glob("*.yaml"))


def plain(node: yaml.Node | None) -> Any:
    """A document as an editor sees it: YAML 1.2, in which `no` and 2026-03-01 are texts."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(one) for one in node.value]
    if node is None:
        return None
    text = str(node.value)
    if node.style:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"[-+]?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"[-+]?\d*\.\d+", text) else text


def valid(path: Path, noun: str = "codebook") -> bool:
    validator = jsonschema.Draft7Validator(schema(noun))
    return bool(validator.is_valid(plain(yaml.compose(path.read_text(encoding="utf-8")))))


@pytest.mark.parametrize("path", [*GOOD, ROOT / "codebooks/digital-service.yaml"], ids=lambda path: path.stem)
def test_schema_and_loader_take_a_good_codebook(path: Path) -> None:
    assert errors_of(read_codebook(path, path.name)[1]) == []
    assert valid(path)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_schema_and_loader_refuse_a_bad_codebook(path: Path) -> None:
    problems = read_codebook(path, path.name)[1]
    assert errors_of(problems) != []
    assert not valid(path)
    where = r"[\w-]+\.yaml" if path.stem in ("empty", "only-a-comment") else r"[\w-]+\.yaml:\d+:\d+"
    for problem in problems:
        assert re.fullmatch(where, problem.spot) and problem.message and problem.hint


VALUES: list[Any] = [
    "x", "", " ", "a b", "a, b", "#0072B2", "2026-03-01", "need", "no", "-", "*", "å", "ab", 1, 1.5, -1, True, None,
    [], ["x"], ["", "x"], ["a, b"], [1], [["x"]], [{"a": "b"}], [{}], [{"id": "y"}], [{"id": "y z"}], {}, {"a": "b"},
]  # fmt: skip


@pytest.mark.parametrize("noun", ["codebook", "theme", "code", "question", "change"])
def test_schema_and_loader_agree_on_every_key_with_every_sort_of_value(noun: str) -> None:
    validator = jsonschema.Draft7Validator(schema("codebook"))
    for key in [*NOUNS[noun], "name_en", "name_", "other"]:
        for value in VALUES:
            code = {"id": "t.a", "definition": "D"}
            theme = {"id": "t", "codes": [code]}
            question, change = {"id": "q", "text": "Q", "themes": []}, {"what": "x"}
            book = {"themes": [theme], "questions": [question], "changes": [change]}
            nouns = {"codebook": book, "theme": theme, "code": code, "question": question, "change": change}
            nouns[noun][key] = value
            text = json.dumps(book, ensure_ascii=False)
            found = errors_of(parse_codebook(text, "x.yaml")[1])
            found = [one for one in found if "names the unknown theme" not in one.message]  # needs the whole file
            blank = (key, value) == ("kind", " ")  # the loader takes it for nothing
            assert validator.is_valid(plain(yaml.compose(text))) is (not found) or blank, (key, value, found)


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("colour: #0072B2", "#0072B2"),
        ("name: Frågor om #metoo", "#metoo"),
        ("examples:\n  - #metoo nu  ", "#metoo nu"),
        ("keywords: # Ett, två", None),
        ("name: C# # ja", None),
        ('name: "x" #y', None),
        ("definition: |\n  ord #x", None),
    ],
)
def test_what_yaml_takes_for_a_remark_is_told(line: str, lost: str | None) -> None:
    code = "\n".join(f"        {one}" for one in line.split("\n"))
    text = f"themes:\n  - id: t\n    codes:\n      - id: a\n{code}\n        include: x\n"
    told = [one.message for one in parse_codebook(text, "x.yaml")[1] if one.warning]
    assert told == ([f"YAML takes {lost} for a remark, so it is not read"] if lost else [])


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("", True),
        ("title: x\ncoder: åsa-1\ndelimiter: tab\nvocabulary: [Nacka]\nkeys: {undo: ctrl+k}\n", True),
        ('vocabulary: ["Nacka, Salem"]', False),
        ("coder: a.b", False),
        ("delimiter: dash", False),
        ("keys: [a]", False),
        ("title: [a]", False),
        ("colour: x", False),
    ],
)
def test_schema_and_loader_agree_on_settings(tmp_path: Path, text: str, good: bool) -> None:
    path = tmp_path / "qualkit.yaml"
    path.write_text(text, encoding="utf-8")
    assert (errors_of(read_settings(path)[1]) == []) is good
    assert valid(path, "settings") is good


@pytest.mark.parametrize("key", [*NOUNS["settings"], "other"])
def test_schema_and_loader_agree_on_every_setting(tmp_path: Path, key: str) -> None:
    path = tmp_path / "qualkit.yaml"
    for value in VALUES:
        path.write_text(json.dumps({key: value}, ensure_ascii=False), encoding="utf-8")
        blank = (key, value) == ("delimiter", " ")  # the loader takes it for nothing
        assert valid(path, "settings") is (errors_of(read_settings(path)[1]) == []) or blank, value


def test_letters_are_what_python_takes_for_one() -> None:
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x30000)]))
    assert re.sub(LETTER, "", "".join(re.findall(r"[^\W_]", every))) == ""
    assert set(re.findall(LETTER, every[:0x250])) == set(re.findall(r"[^\W_]", every[:0x250]))


def test_what_init_and_the_sample_study_name_is_there(tmp_path: Path) -> None:
    folder = make_study(tmp_path / "ny")
    files = [folder.settings, folder.root / "codebooks/codebook.yaml"]
    for path in [*files, ROOT / "qualkit.yaml", ROOT / "codebooks/digital-service.yaml"]:
        first, _, _ = path.read_text(encoding="utf-8").partition("\n")
        named = path.parent / first.removeprefix(MARK)
        noun = "settings" if path.name == "qualkit.yaml" else "codebook"
        assert named.read_text(encoding="utf-8") == schema_text(noun)


@given(st.text("abåÅ1*-:'\"_.,+ \t\u2019", max_size=9))
def test_editors_take_every_keyword_that_can_match(text: str) -> None:
    try:
        parse_keyword(text)
    except KeywordError:
        return
    assert re.fullmatch(rf"\s*(?:{KEYWORD})\s*", text)


@pytest.mark.parametrize("noun", sorted(FILES))
def test_schemas_are_schemas(noun: str) -> None:
    jsonschema.Draft7Validator.check_schema(schema(noun))
