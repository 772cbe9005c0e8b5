"""Words and their inflections: Porter's Snowball stemmers (https://snowballstem.org), one a language."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

_ALGORITHMS = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "et": "estonian", "fi": "finnish",
    "fr": "french", "it": "italian", "nb": "norwegian", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

_DEFINITE = re.compile(
    r"(?<=\w{3})(?:(?<=[aoiuyåäöé])n|(?<=[eo]r)n|(?<=el)n|(?<=[oiuyåäöé])t|(?<=[^\Waoiuyåäöée])et|(?<=[eo])na)s?\Z"
)


def can_inflect(language: str) -> bool:
    """Whether inflections of words in this language (sv, en, en-GB, ...) are known."""
    return _short(language) in _ALGORITHMS


def stems_asked(word: str, language: str) -> set[str]:
    """The stems that stand for a folded word of a keyword. KeyError for a language without a stemmer.

    In Swedish also that of its plural, for what looks like an ending may be the word's own: `kurs`, `dator`.
    """
    word, stem = _known(word), _stemmer(_short(language))
    return {stem(word), stem(word + "er")} if _short(language) == "sv" else {stem(word)}


def stems_said(word: str, language: str) -> set[str]:
    """The stems that a folded word of a text may have. KeyError for a language without a stemmer.

    Snowball's stemmer leaves many definite endings of Swedish (`hemsidan`, `datorns`, `kontot`, `lösenordet`,
    `ärendena`), so without them, too, where three letters are left. What only looks like one (`plan`) has both.
    """
    word, stem = _known(word), _stemmer(_short(language))
    return {stem(word), stem(_DEFINITE.sub("", word))} if _short(language) == "sv" else {stem(word)}


def _known(word: str) -> str:
    """Without the ending behind a colon (`cv:t`, `1177:s`), as Swedish writes it behind short forms."""
    return word.partition(":")[0]


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    import snowballstemmer  # takes 50 ms, and few codebooks ask

    stem: Callable[[str], str] = snowballstemmer.stemmer(_ALGORITHMS[language]).stemWord
    return stem


def _short(language: str) -> str:
    return language.casefold().replace("_", "-").partition("-")[0]
