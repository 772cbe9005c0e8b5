"""What a file for publication says of itself, and whether it holds words that must not be in it."""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence

from qualkit.analysis.zeros import HELD_BACK_SIGN

RULE = (
    "For publication. A cell behind which stand 1 to {few} people is held back ({sign}), and with it as many others"
    " as keep anybody from computing it from the sums; a cell that is held back may be a zero. Rows and columns of 1"
    " to {few} people are left out, of the sums too. Nobody who coded, no recording, source or memo is named."
)
_MARK = re.compile(r"<[^<>]*>")


def rule(say: Callable[[str], str], threshold: int) -> str:
    """What was held back, as readers are told."""
    return say(RULE).format(few=threshold - 1, sign=HELD_BACK_SIGN)


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
        pattern = re.compile(rf"(?<!\w){written}(?:['’:]?s)?(?!\w)")
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
    """A text with its marks beside it: a word may stand in either, and may be cut in two by them."""
    text = content.decode("utf-8-sig", errors="replace")
    return _folded(html.unescape("\n".join([text, _MARK.sub("\n", text), _MARK.sub("", text)])))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
