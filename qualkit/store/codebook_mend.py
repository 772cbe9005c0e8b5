"""What is wrong in a codebook and can mean only one thing, put right letter by letter; every other letter stays.

A mend counts only where the loader finds fewer problems with it than without, and no code and no theme is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import yaml

from qualkit.errors import Problem
from qualkit.model.keyword import KeywordError, parse_keyword
from qualkit.store.codebooks import parse_codebook
from qualkit.store.keys import COLOUR, NOUNS, Key
from qualkit.store.marks import Loader, is_null
from qualkit.store.yaml_text import quote, scalar

_ALIKE = 0.8  # of two words, 1 = the same; `definiton` is meant to be `definition`, `description` may be something else
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_LOST_COLOUR = re.compile(r":[ \t]+(#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3}))(?!\S)")
_EVERY = [name for keys in NOUNS.values() for name in keys]
_COLON = re.compile(
    r" *(?:- +)?(?P<key>\w+): +(?P<text>[^\s\"'\[\]{}|>&*!#%@`][^#\r\n]*?)(?=[ \t]+#[ \t]|[ \t]*(?:[\r\n]|\Z))"
)

Mend = tuple[int, int, str]  # from, to, what stands there instead


def mended(text: str) -> str:
    """The codebook's text with all that is safe to mend mended; no line is added or taken away."""
    text = _with_colons(text)
    wrong, names = _state(text)
    for start, end, new in sorted(_mends(text), reverse=True):  # from the end, so that places before it still hold
        tried = text[:start] + new + text[end:]
        left, still = _state(tried)
        if len(left) < len(wrong) and names <= still:
            text, wrong, names = tried, left, still
    return text


def _state(text: str) -> tuple[list[Problem], set[str]]:
    """The problems of a codebook, and the ids that it has."""
    codebook, problems = parse_codebook(text, "")
    return problems, {*codebook.codes, *(theme.id for theme in codebook.themes)}


def _with_colons(text: str) -> str:
    """Quotes around texts with a colon and a blank inside, which YAML refuses (`name: Text: more`)."""
    while at := _refused_colon(text):
        found = _COLON.match(text, text.rfind("\n", 0, at) + 1)
        if found is None or not get_close_matches(found["key"], _EVERY, n=1, cutoff=_ALIKE):
            break
        tried = text[: found.start("text")] + quote(found["text"]) + text[found.end("text") :]
        if (then := _refused_colon(tried)) is None or 0 < then <= at:
            break
        text = tried
    return text


def _refused_colon(text: str) -> int | None:
    """Where YAML stops at a colon that it does not expect; 0: it reads all of it, None: it stops for another reason."""
    try:
        yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return mark.index if mark and "mapping values are not allowed" in str(error.problem) else None
    except yaml.YAMLError:
        return None
    return 0


def _mends(text: str) -> Iterator[Mend]:
    try:
        root = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError:
        return
    for known, mapping in _mappings(root, "codebook"):
        yield from _keys(text, known, mapping)
        for key, value in mapping.value:
            yield from _value(text, known.get(str(key.value)), key, value)


def _mappings(node: yaml.Node | None, noun: str) -> Iterator[tuple[Mapping[str, Key], yaml.MappingNode]]:
    """Every mapping of the codebook with the keys that it may have."""
    if not isinstance(node, yaml.MappingNode):
        return
    yield NOUNS[noun], node
    for key, value in node.value:
        found = NOUNS[noun].get(str(key.value))
        if found and found.noun and isinstance(value, yaml.SequenceNode):
            for one in value.value:
                yield from _mappings(one, found.noun)


def _keys(text: str, known: Mapping[str, Key], mapping: yaml.MappingNode) -> Iterator[Mend]:
    """Keys that are written a little wrong, and texts inside { } that a comma cut in two."""
    lacking = [name for name in known if name not in {str(key.value) for key, _ in mapping.value}]
    begun: yaml.Node | None = None
    for key, value in mapping.value:
        if str(key.value) in known or not isinstance(key, yaml.ScalarNode):
            begun = value if isinstance(value, yaml.ScalarNode) and not value.style and not is_null(value) else None
        elif mapping.flow_style and begun and is_null(value):
            start, end = begun.start_mark.index, key.end_mark.index
            yield start, end, quote(text[start:end])
        elif near := get_close_matches(key.value, lacking, n=1, cutoff=_ALIKE):
            yield key.start_mark.index, key.end_mark.index, near[0]


def _value(text: str, known: Key | None, key: yaml.Node, value: yaml.Node) -> Iterator[Mend]:
    if known and known.shape == "texts":
        entries = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for one in entries:
            yield from _entry(text, one)
        if isinstance(value, yaml.ScalarNode) and "," in value.value and not value.style:
            yield from _cut(value)
    elif isinstance(value, yaml.ScalarNode) and known and known.pattern == COLOUR:
        yield from _colour(text, key, value)
    elif isinstance(value, yaml.ScalarNode) and known and value.value.strip().casefold() in known.choices:
        yield value.start_mark.index, value.end_mark.index, scalar(value.value.strip().casefold(), value.style)


def _entry(text: str, entry: yaml.Node) -> Iterator[Mend]:
    """A text of a list with a colon and a blank inside, which YAML takes for a key (`- Hon sa: nej`)."""
    if isinstance(entry, yaml.MappingNode) and len(entry.value) == 1 and not entry.flow_style:
        key, value = entry.value[0]
        if isinstance(value, yaml.ScalarNode) and not key.style and not value.style:
            start, end = key.start_mark.index, value.end_mark.index
            if "\n" not in text[start:end]:
                yield start, end, quote(text[start:end])


def _cut(value: yaml.ScalarNode) -> Iterator[Mend]:
    """Keywords in a row without brackets: `keywords: bankid*, cv`."""
    words = [word.strip() for word in value.value.split(",")]
    try:
        for word in words:
            parse_keyword(word)
    except KeywordError:
        return
    yield value.start_mark.index, value.end_mark.index, f"[{', '.join(map(quote, words))}]"


def _colour(text: str, key: yaml.Node, value: yaml.ScalarNode) -> Iterator[Mend]:
    """A colour without quotes, which YAML takes for a remark, or without #, or of three digits."""
    if is_null(value):
        if found := _LOST_COLOUR.match(text, key.end_mark.index):
            yield found.start(1), found.end(1), quote(_six(found.group(1)))
    elif _HEX.fullmatch(value.value.strip()):
        yield value.start_mark.index, value.end_mark.index, quote(_six(value.value.strip()))


def _six(colour: str) -> str:
    digits = colour.removeprefix("#")
    return "#" + (digits if len(digits) == 6 else "".join(sign * 2 for sign in digits))
