"""The words of a study that speech models seldom know: places, authorities, services, and what a researcher lists.

Names only. A keyword that is an everyday word is heard as well without being told, and a stem (`bankid*`) is no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualkit.model.codebook import Codebook
from qualkit.model.study import Study

LEAST = 5  # letters of a word that can be told from others by its sound
MOST = 120  # words of a study; with more, windows would be heard again for nothing (docs/transcription.md)
_WORD = re.compile(r"[^\W\d_]+")
_BEGINS = re.compile(r"(?:^|[.?!:;\"“”»(\[–—-])\s*$")
_NOUNS_AS_NAMES = ("de", "lb")  # languages that write every noun with a capital


def study_words(study: Study) -> tuple[str, ...]:
    """The words to listen for, each once, the most important first: at most MOST, each of LEAST letters or more.

    First what the researcher lists (`vocabulary:` in qualkit.yaml), then the cases that the sources are about, the
    names in the codebook, and the other cases.
    """
    own = {case for source in study.sources for case in source.cases}
    own |= {person.case for person in study.participants if person.case}
    about, others = ([case.name for case in study.cases if (case.id in own) == so] for so in (True, False))
    found: dict[str, str] = {}
    for word in (*study.settings.vocabulary, *about, *names_in(study.codebook), *others):
        if is_told_apart(word) and "," not in word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())[:MOST]


def is_told_apart(word: str) -> bool:
    """Whether a word has letters enough."""
    return sum(map(len, _WORD.findall(word))) >= LEAST


def names_in(codebook: Codebook) -> Iterator[str]:
    """The names in a codebook's prose, in its order: a capital within a sentence, or within the word (BankID)."""
    found: dict[str, str] = {}
    for text in _prose(codebook) if codebook.language not in _NOUNS_AS_NAMES else ():
        for match in re.finditer(r"(?<![\w-])[^\W\d_]+(?![\w-])", text):
            word = match.group()
            inside = not word.isupper() and any(letter.isupper() for letter in word[1:])
            if inside or (word[0].isupper() and not _BEGINS.search(text[: match.start()])):
                found.setdefault(word.casefold(), word)
    for key, word in found.items():
        if not (key.endswith("s") and key[:-1] in found):  # a genitive
            yield word


def _prose(codebook: Codebook) -> Iterator[str]:
    for theme in codebook.themes:
        yield theme.definition
        for code in theme.codes:
            yield from (code.name, code.definition, code.include, code.exclude, *code.examples)
    yield from (question.text for question in codebook.questions)
