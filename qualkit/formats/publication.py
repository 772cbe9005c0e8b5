"""What a file for publication says of itself, and whether it holds words that must not be in it."""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence

from qualkit.analysis.matrix import Matrix
from qualkit.analysis.publishing import PERSONAL
from qualkit.analysis.zeros import HELD_BACK_SIGN
from qualkit.model.noun import replace

RULE = (
    "For publication. A cell behind which stand 1 to {few} people is held back ({sign}), and with it as many others"
    " as keep anybody from computing it from the sums; a cell that is held back may be a zero. Rows and columns of 1"
    " to {few} people are left out, of the sums too. Nobody who coded, no recording, source or memo is named."
)
_MARK = re.compile(r"<[^<>]*>")
_QUOTED = re.compile(r"(?<!type)(?<!class)=\s*(?:\"([^\"]*)\"|'([^']*)')")  # values inside marks
_NO_WORDS = re.compile(
    r"<(style|script)(?=[\s>])(?![^<>]*application/json)[^<>]*>.*?</\1>", re.DOTALL
)  # ours, of every page
_ESCAPED = re.compile(r'\\(?:u([0-9a-fA-F]{4})|([nrtbf"/\\]))')  # in JSON
_UNSEEN = dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u2060\ufeff")) | {ord("’"): "'"}  # a break in a word, ...
_SLASHED = re.compile(r"\\([\W_])")  # in Markdown
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}


def rule(say: Callable[[str], str], threshold: int) -> str:
    """What was held back, as readers are told."""
    return say(RULE).format(few=threshold - 1, sign=HELD_BACK_SIGN)


def nobody_named(say: Callable[[str], str], matrix: Matrix) -> Matrix:
    """The matrix without the names that were asked for: of coders, and in a filter by people, recordings or coders."""
    where, coders = matrix.request.where, matrix.request.coders
    if where.columns & PERSONAL:
        where = replace(where, text=say("a choice of people, sources or coders, who are not named"))
    told = (say("not named"),) if coders else ()
    return replace(matrix, request=replace(matrix.request, where=where, coders=told))


def words_in_list(text: str) -> list[str]:
    """The words and names of a list, one a line; what stands behind # is a remark."""
    lines = (" ".join(line.partition("#")[0].split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def words_found(content: bytes, words: Sequence[str]) -> list[str]:
    """Those of the words that a file holds, whatever its format: capital or small, also with an s behind (Annas).

    Zipped formats are looked through part by part; what marks a text up is taken out first.
    """
    texts = [_plain(part) for part in _parts(content)]
    found = []
    for word in words:
        written = r"\s+".join(re.escape(part) for part in _folded(word).split())
        pattern = re.compile(rf"(?<!\w){written}(?:[':]?s)?(?!\w)")
        if any(pattern.search(text) for text in texts):
            found.append(word)
    return found


def _parts(content: bytes) -> Iterator[bytes]:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield from (archive.read(entry) for entry in archive.infolist())


def _plain(content: bytes) -> str:
    """All ways to read a text: words stand beside marks or as a value in one, are cut in two by them, or are in JSON.

    The names of marks and our own style and script are no words: <li> holds nobody who is called Li.
    """
    text = content.decode("utf-8-sig", errors="replace")
    marked = text
    if text.lstrip().startswith("<"):
        text = _NO_WORDS.sub("\n", text)
        marked = "\n".join(one or two for mark in _MARK.findall(text) for one, two in _QUOTED.findall(mark))
    told = html.unescape("\n".join([marked, _MARK.sub("\n", text), _MARK.sub("", text)]))
    unslashed = [_ESCAPED.sub(_sign, told), _SLASHED.sub(r"\1", told)] if "\\" in told else []
    return _folded("\n".join([told, *unslashed, *([told.replace('""', '"')] if '""' in told else [])]))


def _sign(escaped: re.Match[str]) -> str:
    code, letter = escaped.groups()
    return chr(int(code, 16)) if code else _SIGNS.get(letter, letter)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_UNSEEN)).casefold()
