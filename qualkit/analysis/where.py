"""The language of `--where`: which lines of a study count.

A line is one coding of one person, for one case. `skr_group = A2` asks for a value; `!=`, `<`, `<=`, `>`, `>=` and
`in (A1, A2)` compare; `and`, `or`, `not` and parentheses combine (`not` before `and` before `or`). A value with blanks
or signs in it stands in quotes. Capital letters do not matter. How values are compared says `order.py`.

What is not known of a line may be: tests give True, False or None (it depends), as in the logic of Kleene (1952,
Introduction to Metamathematics, section 64). So a filter can be asked whether a source could have such a line at all,
which is what decides why a cell is zero.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from qualkit.analysis.columns import Column, Columns, Known
from qualkit.analysis.order import ORDER, order, period
from qualkit.errors import QualkitError

Test = Callable[[Known], bool | None]
NOUNS = ("case", "source", "participant", "code", "status", "coder", "coded", "question")
CODED = ("code", "status", "coder", "coded")  # what is known only of a coding
QUESTION = "question"  # what is known only of an excerpt: the guide questions that it answers
_SHOWN = 12  # known values in a message

_TOKEN = re.compile(r'\s*(?:("[^"]*"|“[^”]*”|”[^”]*”|\'[^\']*\')|(!=|<=|>=|=|<|>|\(|\)|,)|([^\s()=<>!,"\']+))')


@dataclass(frozen=True)
class Where:
    """A filter; an empty one lets everything through. `nouns` and `columns` (noun.name) are what it asks about."""

    text: str = ""
    test: Test = lambda _: True
    nouns: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()

    def holds(self, known: Known) -> bool:
        """Whether a line of which everything is known counts."""
        return self.test(known) is True

    def possible(self, known: Known) -> bool:
        """Whether a line of which this much is known may count."""
        return self.test(known) is not False

    def asks(self, *nouns: str) -> bool:
        """Whether it asks about one of these nouns."""
        return not self.nouns.isdisjoint(nouns)


def read_where(text: str, columns: Columns, nouns: tuple[str, ...] = NOUNS) -> Where:
    """The filter that a person wrote. QualkitError for a mistake, with the columns or values there are."""
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        return Where()
    reader = _Reader(text, columns, nouns)
    test = reader.either()
    if reader.next is not None:
        raise reader.mistake(f"'{reader.next.text}' stands where 'and', 'or' or the end should")
    nouns_asked = frozenset(name.partition(".")[0] for name in reader.asked)
    return Where(text, test, nouns_asked, frozenset(reader.asked))


@dataclass(frozen=True)
class _Token:
    text: str
    sort: str  # "word", "value" (in quotes) or "sign"

    def is_word(self, word: str) -> bool:
        return self.sort == "word" and self.text.casefold() == word


class _Reader:
    """Reads a filter from left to right: a function for each level of the language."""

    def __init__(self, text: str, columns: Columns, nouns: tuple[str, ...]) -> None:
        self.text, self.columns, self.nouns = text, columns, nouns
        self.asked: set[str] = set()
        self.tokens = self.cut(text)
        self.at = 0

    def cut(self, text: str) -> list[_Token]:
        tokens, at = [], 0
        while at < len(text):
            if not (found := _TOKEN.match(text, at)):
                raise self.mistake(f"'{text[at:].strip()[:20]}' cannot be read: a quotation mark may be missing")
            quoted, sign, word = found.groups()
            tokens.append(_Token(quoted[1:-1], "value") if quoted else _Token(sign or word, "sign" if sign else "word"))
            at = found.end()
        return tokens

    @property
    def next(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *words: str) -> str:
        """The next word or sign, if it is one of these; else nothing is taken and the result is empty."""
        token = self.next
        if token and token.sort != "value" and token.text.casefold() in words:
            self.at += 1
            return token.text.casefold()
        return ""

    def either(self) -> Test:
        tests = [self.both()]
        while self.take("or"):
            tests.append(self.both())
        return _any(tests) if len(tests) > 1 else tests[0]

    def both(self) -> Test:
        tests = [self.one()]
        while self.take("and"):
            tests.append(self.one())
        return _not(_any([_not(test) for test in tests])) if len(tests) > 1 else tests[0]

    def one(self) -> Test:
        if self.take("not"):
            return _not(self.one())
        if self.take("("):
            inner = self.either()
            self.must(")")
            return inner
        return self.comparison()

    def comparison(self) -> Test:
        token = self.next
        if token is None or token.sort == "sign":
            raise self.mistake("the name of a column is missing")
        column = self.columns.named(token.text, self.nouns, "to filter by")
        self.at += 1
        self.asked.add(f"{column.noun}.{column.name}")
        sign = self.take("=", "!=", "<", "<=", ">", ">=", "in") or ("not in" if self.take("not") else "")
        if sign in ORDER:
            return _ordered(column, order(column, sign, self.value(column, known=False)))
        if sign in ("=", "!="):
            wanted = [self.value(column)]
        elif sign == "in" or (sign == "not in" and self.take("in")):
            wanted = self.values(column)
        else:
            raise self.mistake(f"after '{token.text}' comes =, !=, <, <=, >, >= or in (...)")
        test = _within(column, wanted) if column.days else _equal(column, wanted)
        return test if sign in ("=", "in") else _not(test)

    def values(self, column: Column) -> list[str]:
        self.must("(")
        found = [self.value(column)]
        while self.take(","):
            found.append(self.value(column))
        self.must(")")
        return found

    def value(self, column: Column, *, known: bool = True) -> str:
        token = self.next
        if token is None or token.sort == "sign":
            raise self.mistake(f"a value for '{column.name}' is missing")
        self.at += 1
        if known and token.text and not column.has(token.text):
            raise self.unknown(column, token.text)
        return token.text

    def unknown(self, column: Column, value: str) -> QualkitError:
        """A value that nothing in the study has is a slip: it would make a matrix of zeros."""
        known = column.values or ()
        listed = ", ".join(known[:_SHOWN]) + (", ..." if len(known) > _SHOWN else "")
        hint = f"one of: {listed}" if known else f"every {column.name} is empty"
        if near := get_close_matches(value, known, n=3):
            hint = f"did you mean {' or '.join(near)}?"
        named = [self.columns.found.get(f"{noun}.{column.name}") for noun in self.nouns]
        for other in (one for one in named if one and one.values is not None and one.has(value)):
            hint = f"write {other.noun}.{other.name}, for that has it"
        return QualkitError(f"nothing has '{value}' as its {column.name}", where="--where", hint=hint)

    def must(self, sign: str) -> None:
        if not self.take(sign):
            raise self.mistake(f"'{sign}' is missing")

    def mistake(self, what: str) -> QualkitError:
        hint = "for example: --where 'skr_group = A2 and not (kind in (document, \"web page\"))'"
        return QualkitError(f"the filter '{self.text}' cannot be read: {what}", where="--where", hint=hint)


def _not(test: Test) -> Test:
    def opposite(known: Known) -> bool | None:
        answer = test(known)
        return None if answer is None else not answer

    return opposite


def _any(tests: list[Test]) -> Test:
    def one_of(known: Known) -> bool | None:
        answers = [test(known) for test in tests]
        return True if True in answers else None if None in answers else False

    return one_of


def _equal(column: Column, wanted: list[str]) -> Test:
    folded = {value.casefold() for value in wanted}

    def equal(known: Known) -> bool | None:
        value = column.of(known)
        return None if value is None else any(spelling.casefold() in folded for spelling in value)

    return equal


def _within(column: Column, wanted: list[str]) -> Test:
    """Whether a day is one of these, or lies in one of these months or years."""
    periods = tuple(period(one) for one in wanted if one)

    def within(known: Known) -> bool | None:
        value = column.of(known)
        return None if value is None else value[0].startswith(periods) or value[0] in wanted

    return within


def _ordered(column: Column, fits: Callable[[str], bool]) -> Test:
    def ordered(known: Known) -> bool | None:
        value = column.of(known)
        return None if value is None else fits(value[-1])

    return ordered
