"""Captions: WebVTT as Teams, Zoom and YouTube write it, and SubRip. store/vtt.py reads them; here their habits go.

What is taken out keeps its line, so that every warning names the line of the file that was given.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from qualkit.errors import Problem, errors_of, place
from qualkit.formats.labels import label, speakers
from qualkit.formats.parsed import Parsed, nobody, numbered
from qualkit.model.noun import replace
from qualkit.model.transcript import Segment
from qualkit.store.vtt import parse_vtt

_TIMING = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?\s*-->\s*(?:\d+:)?\d{1,2}:\d{1,2}", re.MULTILINE)
_GUID = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:/\d+(?:-\d+)?)?\s*$", re.MULTILINE | re.IGNORECASE)
_PART = re.compile(r"(.+/\d+)-\d+")
_WORD_TAG = re.compile(r"<\d[\d:.]*><c[.>]")
_TAG = re.compile(r"<[^>]*>")
_PLACED = re.compile(r"\{\\an?\d+\}")  # where on the screen a subtitle stands
_NOTHING = "<c></c>"  # keeps a line of a cue in its place, without words
_HEAD = 4000  # characters in which a file of captions shows itself


def is_vtt(text: str) -> bool:
    """Whether this is WebVTT, by its first line."""
    return text.startswith("WEBVTT")


def is_srt(text: str) -> bool:
    """Whether cues begin in the first lines, though no header says WebVTT."""
    first = next((at for at, row in enumerate(text[:_HEAD].split("\n")) if _TIMING.match(row)), None)
    return first is not None and sum(bool(row.strip()) for row in text.split("\n")[:first]) <= 1


def is_teams(text: str) -> bool:
    """Whether this is WebVTT whose cues have GUIDs for ids, and voices."""
    return is_vtt(text) and "<v " in text and _GUID.search(text) is not None


def is_zoom(text: str) -> bool:
    """Whether this is WebVTT without voices whose cues begin with names."""
    return is_vtt(text) and "<v " not in text and bool(_names(parse_vtt(text, "")[0]))


def is_youtube(text: str) -> bool:
    """Whether this is WebVTT with the time of each word in it, in two lines that roll."""
    return is_vtt(text) and _WORD_TAG.search(text) is not None


def parse_captions(text: str, name: str) -> Parsed:
    """Cues as they are; names that stand in their text become their speakers."""
    segments, problems = parse_vtt(_PLACED.sub("", text), name)
    if errors_of(problems):
        return Parsed(segments, tuple(problems))
    return _with_names(segments, problems, text, name)


def parse_teams(text: str, name: str) -> Parsed:
    """Teams cuts a turn into cues `GUID/24-0`, `GUID/24-1`: they are one segment here. GUIDs do not become ids."""
    segments, problems = parse_vtt(text, name)
    joined: list[Segment] = []
    turn = ""
    for segment in segments:
        part = _PART.fullmatch(segment.id)
        if joined and part and part[1] == turn and joined[-1].speaker == segment.speaker:
            above = joined[-1]
            words, end = f"{above.text} {segment.text}".strip(), max(above.end or 0.0, segment.end or 0.0)
            joined[-1] = replace(above, text=words, end=end)
        else:
            joined.append(segment)
        turn = part[1] if part else ""
    lines = _cue_lines(text)
    if any(segment.speaker for segment in segments) and len(lines) == len(segments):
        unknown = [line for line, one in zip(lines, segments, strict=True) if one.text and not one.speaker]
        problems += [nobody(name, line) for line in unknown]
    return Parsed(numbered([one for one in joined if one.text]), tuple(problems))


def parse_youtube(text: str, name: str) -> Parsed:
    """YouTube shows each line twice, below and then above the next; it is said once, at its first time."""
    rows = text.split("\n")
    above, last, within = "", "", -1  # within: which line of a cue's text this is; -1 outside of cues
    for at, row in enumerate(rows):
        if _TIMING.match(row):
            above, last, within = last, "", 0
        elif not row:
            within = -1
        elif within >= 0:
            words = " ".join(html.unescape(_TAG.sub("", row)).split())
            if words:
                last = words
            if not words or (within == 0 and words == above and not _WORD_TAG.search(row)):
                rows[at] = _NOTHING
            within += 1
    segments, problems = parse_vtt("\n".join(rows), name)
    return Parsed(numbered([segment for segment in segments if segment.text]), tuple(problems))


def _names(segments: Sequence[Segment]) -> set[str]:
    """The names that stand at the beginning of cues, where at least half of the cues begin so and one comes back."""
    found = [begins[0] for segment in segments if (begins := label(segment.text))]
    known = speakers(found)
    enough = 2 * sum(known.values()) >= len(segments) and max(known.values(), default=0) > 1
    return set(known) if enough else set()


def _with_names(segments: Sequence[Segment], problems: list[Problem], text: str, name: str) -> Parsed:
    known = _names(segments) if not any(segment.speaker for segment in segments) else set()
    voiced = bool(known) or any(segment.speaker for segment in segments)
    placed: list[Segment] = []
    for line, segment in zip(_cue_lines(text), segments, strict=True):
        begins = label(segment.text)
        if begins and begins[0] in known:
            segment = replace(segment, speaker=begins[0], text=begins[2])
        elif begins and known:
            what = f"'{begins[0]}:' is taken for words, not for a speaker"
            problems.append(Problem(place(name, line), what, "correct the transcript if it is one", warning=True))
        if segment.text and voiced and segment.speaker is None:
            problems.append(nobody(name, line))
        placed.append(segment)
    return Parsed(tuple(placed), tuple(problems))


def _cue_lines(text: str) -> list[int]:
    """The line of each cue's times: as many as there are segments where nothing is wrong with the file."""
    return [number for number, row in enumerate(text.split("\n"), start=1) if _TIMING.match(row)]
