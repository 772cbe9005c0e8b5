"""Words and their inflections: Porter's Snowball stemmers (https://snowballstem.org), one a language."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

_ALGORITHMS = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "et": "estonian", "fi": "finnish",
    "fr": "french", "it": "italian", "nb": "norwegian", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


def can_inflect(language: str) -> bool:
    """Whether inflections of words in this language (sv, en, en-GB, ...) are known."""
    return _short(language) in _ALGORITHMS


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """What gives the stem of a folded word: `utskrifterna` and `utskrift` have one. KeyError for other languages.

    The ending behind a colon (`cv:t`, `1177:s`) is taken off first, as Swedish writes it behind short forms.
    """
    import snowballstemmer  # takes 50 ms, and few codebooks ask

    stem = snowballstemmer.stemmer(_ALGORITHMS[_short(language)]).stemWord
    return lambda word: stem(word.partition(":")[0])


def _short(language: str) -> str:
    return language.casefold().replace("_", "-").partition("-")[0]
