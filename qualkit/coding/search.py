"""Where an excerpt's words may be in a transcript."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log2

from qualkit.coding.align import Alignment, Pair, same_words
from qualkit.coding.flow import Flow
from qualkit.coding.weigh import Found, Wanted, weighed

FREQUENT, FEW = 60, 4  # words that stand together more often than that are passed over, but for the rarest few
STEP = 12  # words put in or taken out within an excerpt's surroundings that still lead to one window
SLACK = 8  # words beside a window
LONG = 120  # words of an excerpt whose edges are not looked at again
WINDOWS, PLACES = 4, 12  # how many are looked at closely
FAINT = 0.2  # how much of the best window's weight another needs to be looked at


def exact(flow: Flow, wanted: Wanted) -> Found | None:
    """The one place where the excerpt stands letter for letter with all that was kept of its surroundings."""
    text, words = flow.in_one_line, wanted.text.replace("\n", " ")
    places = flow.occurrences(wanted.run.words)
    if len(places) == 1:
        at = flow.run.begins[places[0]] - wanted.run.begins[0]
        at = at if at >= 0 and text.startswith(words, at) else -1
    else:
        at = text.find(words) if places or not wanted.run.words else -1
        at = -1 if at >= 0 and text.find(words, at + 1) >= 0 else at
    if at < 0 or not wanted.anchor.quote:
        return None
    start = at + len(wanted.anchor.before)
    return Found(start, start + len(wanted.anchor.quote), 1.0, 1.0, 1.0, 2.0, corrected=True)


def search(flow: Flow, wanted: Wanted) -> list[Found]:
    """The places that hold the excerpt's words or most of them, and those that hold the words around it."""
    windows = list(_windows(flow, wanted))
    same = set(_same(flow, wanted, windows))
    alike = {span for window in windows if (span := _aligned(flow, wanted, *window))}
    found = {weighed(flow, wanted, *span) for span in same | alike}
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (-one.alike, -one.around, one.start, one.end)):
        if (one.start, one.end) in same or not any(overlap(flow, one, other) for other in kept):
            kept.append(one)
    return kept


def overlap(flow: Flow, one: Found, other: Found) -> bool:
    """Whether two places share words; an empty one also where no word lies between the two."""
    if one.start < one.end and other.start < other.end:
        return one.start < other.end and other.start < one.end
    (low, high), (first, last) = flow.run.held(one.start, one.end), flow.run.held(other.start, other.end)
    return low <= last and first <= high


def near(flow: Flow, wanted: Wanted, first: int, last: int) -> Iterator[Found]:
    """The likeliest place in a row of segments (positions `first` to `last`), and every one with the same words."""
    low, _ = flow.run.held(flow.position(first, 0), len(flow.text))
    _, high = flow.run.held(0, flow.position(last, len(flow.transcript.segments[last].text)))
    for alone in (False, True):
        if span := _aligned(flow, wanted, low, high, alone=alone):
            yield weighed(flow, wanted, *span)
    places = flow.occurrences(wanted.run.words[wanted.first : wanted.last])
    for at in places[bisect_left(places, low) : bisect_left(places, high)]:
        yield weighed(flow, wanted, *_standing(flow, wanted, at))


def _same(flow: Flow, wanted: Wanted, windows: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where the same words stand in a row; where they often do, only in the windows."""
    words = wanted.run.words[wanted.first : wanted.last]
    places = flow.occurrences(words)
    if len(places) > PLACES:
        places = [at for low, high in windows for at in places[bisect_left(places, low) : bisect_left(places, high)]]
    for at in places:
        yield _standing(flow, wanted, at)


def _standing(flow: Flow, wanted: Wanted, at: int) -> tuple[int, int]:
    """The stretch of an excerpt whose words stand at a position."""
    pairs = [(n, at + n - wanted.first) for n in range(wanted.first - 1, wanted.last + 1)]
    known = [(i, j) for i, j in pairs if 0 <= i < len(wanted.run.words) and 0 <= j < len(flow.run.words)]
    return Alignment(wanted.run, flow.run, known).span(wanted.start, wanted.end)


def _windows(flow: Flow, wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Rows of words (from, to before) where many of the excerpt's words and those around it are in the same order."""
    weights: dict[int, float] = defaultdict(float)
    for shift, weight in _hits(flow, wanted.run.words):
        weights[shift // STEP] += weight
        weights[shift // STEP - 1] += weight
    tried: list[int] = []
    for bucket in sorted(weights, key=lambda b: (-weights[b], b)):
        if len(tried) == WINDOWS or weights[bucket] < FAINT * weights[(tried or [bucket])[0]]:
            break
        if not any(abs(bucket - other) <= 1 for other in tried):
            tried.append(bucket)
            low = bucket * STEP - SLACK
            yield max(low, 0), low + len(wanted.run.words) + 2 * (STEP + SLACK)


def _hits(flow: Flow, words: list[str]) -> Iterator[tuple[int, float]]:
    """(how many words farther on, weight) for each pair of words that is there, too; single words where no pair is."""
    known = [(flow.pairs.get(pair, []), i) for i, pair in enumerate(pairwise(words))]
    known = [one for one in known if one[0]] or [(flow.singles.get(word, []), i) for i, word in enumerate(words)]
    known.sort(key=lambda one: len(one[0]))
    for number, (places, i) in enumerate(known):
        if places and (len(places) <= FREQUENT or number < FEW):
            weight = log2(1 + len(flow.run.words) / len(places))
            yield from ((j - i, weight) for j in places)


def _aligned(flow: Flow, wanted: Wanted, low: int, high: int, *, alone: bool = False) -> tuple[int, int] | None:
    """Where the excerpt is in a row of words; `alone`: from its own words only, not from those around it."""
    window = flow.run.part(low, high)
    first, last = (wanted.first, wanted.last) if alone else (0, len(wanted.run.words))
    pairs = [(i + first, j) for i, j in same_words(wanted.run.part(first, last), window)]
    return (
        _fitted(flow, wanted, *Alignment(wanted.run, window, pairs).span(wanted.start, wanted.end)) if pairs else None
    )


def _fitted(flow: Flow, wanted: Wanted, start: int, end: int) -> tuple[int, int]:
    """Where of two equal words, one the excerpt's and one its neighbour's, the wrong one was taken: the other.

    Its own outermost word may stand right beside it, or one like it may have been taken farther out.
    """
    mine, run = wanted.run.words[wanted.first : wanted.last], flow.run
    first, last = run.held(start, end)
    if mine and first == last:  # a sign that was left
        return start, start
    if not mine or len(mine) > LONG:
        return start, end
    begins = [first]
    if run.words[first] == mine[0]:
        begins += [at for at in range(first + 1, last) if run.words[at] == mine[0]]
    else:
        begins += [first - n for n in range(1, len(mine)) if mine[: n + 1] == run.words[max(first - n, 0) : first + 1]]
    begin = max(begins, key=lambda at: _likeness(wanted.quote, run.words[at:last]))
    stops = [last]
    if run.words[last - 1] == mine[-1]:
        stops += [at for at in range(begin + 1, last) if run.words[at - 1] == mine[-1]]
    else:
        stops += [last + n for n in range(1, len(mine)) if mine[-n - 1 :] == run.words[last - 1 : last + n]]
    stop = max(stops, key=lambda at: _likeness(wanted.quote, run.words[begin:at]))
    if begin != first:
        start = _meeting(flow, wanted, (wanted.first, begin)).start(wanted.start)
    if stop != last:
        end = _meeting(flow, wanted, (wanted.last, stop)).end(wanted.end)
    return (start, end) if start < end else (end, end)


def _likeness(quote: str, words: list[str]) -> float:
    from rapidfuzz.distance import OSA

    return OSA.normalized_similarity(quote, " ".join(words))


def _meeting(flow: Flow, wanted: Wanted, at: Pair) -> Alignment:
    """Two runs that are known to belong together at one border between words."""
    mine, its = wanted.run.words, flow.run.words
    pairs = [(at[0] + n, at[1] + n) for n in (-1, 0)]
    return Alignment(wanted.run, flow.run, [(i, j) for i, j in pairs if 0 <= i < len(mine) and 0 <= j < len(its)])
