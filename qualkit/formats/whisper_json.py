"""What Whisper programs write as JSON: openai-whisper and WhisperX, faster-whisper (a list), OpenAI's service, and
whisper.cpp, which calls its segments `transcription` and counts milliseconds."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qualkit.errors import Problem, place
from qualkit.formats.parsed import Parsed
from qualkit.model.transcript import Segment, Word

_SEGMENTS = re.compile(r'"(?:segments|transcription|start)"\s*:')
_LIST = re.compile(r'"(?:segments|transcription)"\s*:\s*\[|\A\s*\[')
_HINT = "make the transcript again, or save it as .vtt or .srt in the program that made it"


def is_json(text: str) -> bool:
    """Whether this begins as JSON does and speaks of segments; what it holds is for parse_whisper to say."""
    head = text.lstrip()[:200]
    begins = head.startswith("{") or (head.startswith("[") and head[1:].lstrip()[:1] == "{")
    return begins and _SEGMENTS.search(text) is not None


def parse_whisper(text: str, name: str) -> Parsed:
    """Segments with times in seconds and the speakers and words they have; one without words is left out."""
    try:
        found = _segments(json.loads(text))
    except (ValueError, RecursionError) as error:
        damaged = place(name, error.lineno if isinstance(error, json.JSONDecodeError) else None)
        return Parsed((), (Problem(damaged, "this JSON is damaged or cut off", _HINT),))
    if found is None:
        message = "this JSON is no transcript of Whisper: it has no segments with start, end and text"
        return Parsed((), (Problem(name, message, "add the transcript, not the settings or the figures beside it"),))
    segments: list[Segment] = []
    words: dict[str, tuple[Word, ...]] = {}
    problems: list[Problem] = []
    unknown: list[tuple[str, str]] = []  # (place, first words) of the segments without a speaker
    for number, (one, line) in enumerate(zip(found, _lines(text, found), strict=True), start=1):
        where, said, start, end = place(name, line), one.get("text"), _seconds(one, "start"), _seconds(one, "end")
        if not isinstance(said, str) or start is None or end is None or end < start:
            what = f"segment {number} of this JSON has no text, or no times that fit"
            problems.append(Problem(where, what, _HINT))
            continue
        if not (plain := " ".join(said.split())):
            continue
        if segments and start < (segments[-1].start or 0.0):
            what = f"segment {number} ('{plain[:20]}') begins before the one above it"
            problems.append(Problem(where, what, "it is kept in its place; correct its time", warning=True))
        segment = Segment(f"s{len(segments) + 1:04d}", plain, _speaker(one), start, end)
        segments.append(segment)
        if (spoken := tuple(_words(one))) and "".join(word.text for word in spoken).strip() == plain:
            words[segment.id] = spoken
        if segment.speaker is None:
            unknown.append((where, plain[:20]))
    if 0 < len(unknown) < len(segments):
        (where, first), lacking = unknown[0], f"{len(unknown)} of {len(segments)} segments"
        what = f"{lacking} have no speaker (first '{first}'); they are kept without one"
        problems.append(Problem(where, what, "write the speaker in the transcript", warning=True))
    return Parsed(tuple(segments), tuple(problems), words=words)


def _segments(found: Any) -> list[dict[str, Any]] | None:
    """The list of segments, wherever the program puts it; None where there is none."""
    if isinstance(found, dict):
        found = found.get("segments", found.get("transcription"))
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return None
    return found if all("text" in one and ("start" in one or "offsets" in one) for one in found) else None


def _lines(text: str, found: Sequence[Mapping[str, Any]]) -> list[int]:
    """The line on which each segment begins (many programs write the whole file in one); 0 where it is not found."""
    read = json.JSONDecoder().raw_decode
    listed = _LIST.search(text)
    before = at = listed.end() if listed else 0
    line, lines = text.count("\n", 0, at) + 1, []
    try:
        for one in found:
            at = text.index("{", at)
            line, before = line + text.count("\n", before, at), at
            told, at = read(text, at)
            lines.append(line if told == one else 0)
    except ValueError:  # a list of the same name stands inside another
        return [0] * len(found)
    return lines


def _seconds(one: dict[str, Any], which: str) -> float | None:
    offsets = one.get("offsets")
    if which not in one and isinstance(offsets, dict):  # whisper.cpp
        value = offsets.get({"start": "from", "end": "to"}[which])
        return value / 1000 if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
    value = one.get(which)
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    return float(value) if fits and value is not None else None


def _speaker(one: dict[str, Any]) -> str | None:
    speaker = one.get("speaker")
    return str(speaker).strip() or None if isinstance(speaker, str | int) and not isinstance(speaker, bool) else None


def _words(one: dict[str, Any]) -> Iterator[Word]:
    """The words with their times; a program that joins them with blanks of its own has none in them."""
    listed = one.get("words")
    for word in listed if isinstance(listed, list) else ():
        if not isinstance(word, dict) or not isinstance(text := word.get("word"), str):
            return
        start, end = _seconds(word, "start"), _seconds(word, "end")
        if start is None or end is None:  # WhisperX gives figures no times
            return
        sure = word.get("probability", word.get("score"))
        blank = "" if text[:1].isspace() or "score" not in word else " "
        yield Word(blank + text, start, end, float(sure) if isinstance(sure, int | float) else 1.0)
