"""WebVTT: read as programs write it, written as the W3C specification says."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import count

from qualkit.errors import Problem, place
from qualkit.model.transcript import Segment
from qualkit.store.labels import Label, line_starts

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:[cibuv]|ruby|rt|lang|font)(?:[\s.][^<>]*)?>|<[\d:.]+>", re.IGNORECASE
)  # `<hostar>` is text
_BLOCKS = ("NOTE", "STYLE", "REGION")


def parse_vtt(text: str, name: str) -> tuple[tuple[Segment, ...], list[Problem]]:
    """The cues as segments. Missing ids, hours, header and speakers, commas in times and CRLF are all fine.

    Times that end before they begin are an error, cues that overlap or go backwards a warning: the words
    are kept in the order of the file.
    """
    segments, problems, _ = _cues(text, name)
    return tuple(segments), problems


def labels_in_vtt(text: str) -> Iterator[Label]:
    """Each speaker label of each cue, in the order of the file; a cue with several counts for the first."""
    starts = line_starts(text)
    segments, _, lines = _cues(text, "")
    for segment, (_, first, last) in zip(segments, lines, strict=True):
        begin, end = starts[first - 1], starts[last] if last < len(starts) else len(text)
        for voice in _VOICE.finditer(text, begin, end):
            written = voice.group(1)
            if speaker := _speaker(" ".join(line.strip() for line in re.split(r"[\r\n]+", written))):
                start = voice.start(1) + len(written) - len(written.lstrip())
                yield Label(segment.id, speaker, start, start + len(written.strip()))


def vtt_label(speaker: str) -> str:
    """A label as it is written behind `<v `."""
    return _escape(" ".join(speaker.split()))


def cues_in_vtt(text: str) -> list[tuple[int, int, int]]:
    """Of each cue the line on which it begins, the first line of its words, and its last line; counted from 1."""
    return _cues(text, "")[2]


def with_ids(text: str) -> str:
    """The same file, every cue with its id: one that is told from the cues above would change with their number."""
    segments, _, lines = _cues(text, "")
    starts, line_end = line_starts(text), "\r\n" if "\r\n" in text else "\n"
    parts, at = [], 0
    for segment, (line, words, _) in zip(segments, lines, strict=True):
        if words - line == 1:  # the first line is that with the times
            parts += [text[at : starts[line - 1]], segment.id, line_end]
            at = starts[line - 1]
    return "".join([*parts, text[at:]])


def written_cue(segment: Segment) -> str:
    """A cue as strict WebVTT, without a line end behind it."""
    times = f"{_stamp(segment.start or 0.0)} --> {_stamp(segment.end or 0.0)}"
    return f"{segment.id}\n{times}\n{written_words(segment)}"


def written_words(segment: Segment) -> str:
    """The words of a cue with its speaker's voice; none where the speaker is unknown."""
    said = _escape(" ".join(segment.text.split()))
    speaker = vtt_label(segment.speaker or "")
    return f"<v {speaker}>{said}" if speaker else said


def _cues(text: str, name: str) -> tuple[list[Segment], list[Problem], list[tuple[int, int, int]]]:
    """The cues, what is odd in them, and the lines of each: where it begins, where its words do, where they end."""
    segments: list[Segment] = []
    lines: list[tuple[int, int, int]] = []
    problems: list[Problem] = []
    blocks = _blocks(text.removeprefix("\ufeff"))
    written = {block[0].strip() for _, block in blocks if len(block) > 1 and "-->" in block[1]}
    seen: set[str] = set()
    taken, counters = set(written), dict[str, Iterator[int]]()
    for number, (line, block) in enumerate(blocks):
        if number == 0 and block[0].startswith("WEBVTT"):
            line, block = _below_header(line, block)
        at = next((i for i, row in enumerate(block[:2]) if "-->" in row), None)
        if at is None and (not block or block[0].split()[0] in _BLOCKS):
            continue
        if at is None:
            message = "this text has no time line, so it would be lost; it is not read"
            problems.append(Problem(place(name, line), message, "put a line such as 00:01.000 --> 00:02.000 above it"))
            continue
        timing = _TIMING.match(block[at])
        if timing is None:
            message = f"'{block[at].strip()}' is no time line"
            problems.append(Problem(place(name, line + at), message, "write it as 00:01:02.500 --> 00:01:04.000"))
            continue
        start, end = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
        id = block[0].strip() if at == 1 else ""
        if id in seen:
            message = f"two cues have the id '{id}'"
            problems.append(Problem(place(name, line), message, "give the second one another id, or none"))
        if not id or id in seen:
            id = _free_id(taken, segments[-1].id if written and segments else "", counters)
        seen.add(id)
        taken.add(id)
        problems += _order_problems(segments, start, end, place(name, line + at))
        problems += _text_problems(block[at + 1 :], name, line + at + 1)
        speaker, words = _cue_text(block[at + 1 :])
        segments.append(Segment(id, words, speaker, start, end))
        lines.append((line, line + at + 1, line + len(block) - 1))
    return segments, problems, lines


def write_vtt(segments: tuple[Segment, ...], note: str = "") -> str:
    """The transcript as strict WebVTT; one voice a cue, none where the speaker is unknown."""
    parts = ["WEBVTT"]
    if note:
        parts.append("NOTE\n" + note.replace("-->", "->").strip())
    parts += [written_cue(segment) for segment in segments]
    return "\n\n".join(parts) + "\n"


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    """(line number, lines) of each stretch between empty lines."""
    found: list[tuple[int, list[str]]] = []
    block: list[str] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, row in enumerate([*lines, ""], start=1):
        if row.strip():
            block.append(row)
        elif block:
            found.append((number - len(block), block))
            block = []
    return found


def _below_header(line: int, block: list[str]) -> tuple[int, list[str]]:
    """The cue that follows the header without an empty line between them; nothing where there is none."""
    at = next((i for i, row in enumerate(block) if i and "-->" in row), len(block))
    if 1 < at < len(block) and ":" not in block[at - 1]:  # its id, not the header's `Kind: captions`
        at -= 1
    return line + at, block[at:]


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return (whole * 1000 + int((fraction or "").ljust(3, "0"))) / 1000


def _stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3600000:02d}:{whole // 60000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"


def _cue_text(lines: list[str]) -> tuple[str | None, str]:
    text = " ".join(line.strip() for line in lines)
    voice = _VOICE.search(text)
    speaker = _speaker(voice.group(1)) or None if voice else None
    words = html.unescape(_MARKUP.sub("", _VOICE.sub(" ", text)))
    return speaker, " ".join(words.split())


def _speaker(written: str) -> str:
    return unicodedata.normalize("NFC", html.unescape(written)).strip()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _free_id(taken: set[str], above: str, counters: dict[str, Iterator[int]]) -> str:
    """An id for a cue without one: counted where no cue has one, else that of the cue above with -1, -2, ...

    `counters` go on where they were, since counting from 1 for each of ten thousand cues takes minutes.
    """
    numbers = counters.setdefault(above, count(1))
    return next(id for n in numbers if (id := f"{above}-{n}" if above else f"s{n:04d}") not in taken)


def _text_problems(lines: list[str], name: str, line: int) -> list[Problem]:
    """What in a cue's text looks like a second cue or a second speaker."""
    found = [
        Problem(place(name, number), "a time line stands in the text of a cue", "put an empty line above the next cue")
        for number, row in enumerate(lines, start=line)
        if _TIMING.match(row)
    ]
    voices = {" ".join(voice.split()) for voice in _VOICE.findall(" ".join(lines))}
    if len(voices) > 1:
        message = f"{len(voices)} speakers stand in this cue, and all of it counts for the first"
        found.append(Problem(place(name, line), message, "give each speaker a cue of their own", warning=True))
    return found


def _order_problems(before: list[Segment], start: float, end: float, where: str) -> list[Problem]:
    if end < start:
        return [Problem(where, "this cue ends before it begins", "exchange or correct its two times")]
    previous = before[-1] if before else None
    if previous is None or previous.start is None or previous.end is None:
        return []
    if start < previous.start:
        hint = "cues stand in the order of their beginnings: move it or correct its time"
        return [Problem(where, "this cue begins before the one above it", hint, warning=True)]
    if (start, end) == (previous.start, previous.end):
        return []  # turns that share one span: nobody wrote down the times between them
    if start < previous.end - 0.0005:
        hint = "fine where two people speak at once; otherwise correct the times"
        return [Problem(where, "this cue begins before the one above it has ended", hint, warning=True)]
    return []
