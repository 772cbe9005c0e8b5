"""Who speaks when: RTTM beside a recording, and words -> segments of one speaker each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from qualkit.errors import Problem, QualkitError, place
from qualkit.model.source import Source
from qualkit.model.transcript import Segment, Word
from qualkit.store.files import read_text
from qualkit.store.project import Folder
from qualkit.transcribe.audio import Recording

PAUSE = 1.5  # seconds of silence that end a segment
LONG = 12.0  # seconds after which a segment ends with its sentence
SNAP = 2  # words that a change of speaker may move to fall between two sentences
_SENTENCE_END = (".", "?", "!", "…")


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker speaking, in seconds of the recording."""

    speaker: str
    start: float
    end: float


JOIN = 0.75  # seconds of silence, at most, inside a turn that was found from the sound
SHORTEST = 0.1  # seconds of such a turn


def named_turns(spans: Iterable[Iterable[tuple[float, float]]]) -> list[Turn]:
    """Spans in seconds, one list a speaker, joined over short pauses, in order; S1 is who is heard first."""
    found: list[tuple[float, float, int]] = []
    for speaker, held in enumerate(spans):
        joined: list[tuple[float, float]] = []
        for start, end in held:
            if joined and round(start - joined[-1][1], 3) <= JOIN:
                joined[-1] = joined[-1][0], end
            else:
                joined.append((start, end))
        found += [(start, end, speaker) for start, end in joined if round(end - start, 3) >= SHORTEST]
    names: dict[int, str] = {}
    return [Turn(names.setdefault(who, f"S{len(names) + 1}"), start, end) for start, end, who in sorted(found)]


def read_rttm(path: Path) -> list[Turn]:
    """The turns of an RTTM file, in the order of their beginnings; lines of other types are passed over."""
    turns = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        fields = line.split()
        if not fields or fields[0] != "SPEAKER":
            continue
        try:
            start, length, speaker = float(fields[3]), float(fields[4]), fields[7]
            if not (isfinite(start) and isfinite(length) and length >= 0):
                raise ValueError
        except (IndexError, ValueError) as error:
            raise QualkitError(
                "this is no line of RTTM",
                where=place(str(path), number),
                hint="write SPEAKER <file> 1 <start> <seconds> <NA> <NA> <speaker> <NA> <NA>",
            ) from error
        if length:  # a turn without length is a slip of the program that wrote it
            turns.append(Turn(speaker, start, start + length))
    return sorted(turns, key=lambda turn: (turn.start, turn.end))


def turns_beside(recording: Recording) -> list[Turn]:
    """The turns of the RTTM files beside a recording's parts, in its running time; none where there are no such files.

    Each file counts from the beginning of its own part; one label is one person in all of them.
    """
    return [
        Turn(turn.speaker, turn.start + begins, turn.end + begins)
        for begins, turns in zip(recording.begins, _read_beside(recording.paths), strict=False)
        for turn in turns
    ]


def _read_beside(parts: Sequence[Path]) -> list[list[Turn]]:
    """The turns beside each part. QualkitError where only some parts have an RTTM file."""
    files = [part.with_suffix(".rttm") for part in parts]
    there = [file for file in files if file.exists()]
    if there and len(there) < len(files):
        lacking = next(file for file in files if file not in there)
        hint = f"{there[0].name} is here: each part of a recording has such a file, or none has"
        raise QualkitError("who speaks in this part of the recording is not said", where=str(lacking), hint=hint)
    return [read_rttm(file) for file in there]


def rttm_problems(folder: Folder, sources: Iterable[Source]) -> list[Problem]:
    """What cannot be read in the RTTM files beside the study's recordings."""
    problems = []
    for source in sources:
        try:
            _read_beside(folder.recording(source))
        except QualkitError as error:
            problems.append(Problem(error.where, error.what, error.hint))
    return problems


def speaker_of(word: Word, turns: Sequence[Turn]) -> str | None:
    """Who speaks during most of a word; the nearest in time where nobody does; None without turns."""
    return speakers_of([word], turns)[0]


def speakers_of(words: Iterable[Word], turns: Sequence[Turn]) -> list[str | None]:
    """The same for many words: for each, only the turns around it are looked at, or six hours would take minutes."""
    turns = sorted(turns, key=lambda turn: turn.start)
    starts = [turn.start for turn in turns]
    longest: list[int] = []  # of all turns up to each, the one that ends last
    for i, turn in enumerate(turns):
        longest.append(longest[-1] if longest and turns[longest[-1]].end >= turn.end else i)
    ends = [turns[i].end for i in longest]
    found: list[str | None] = []
    for word in words:
        first, behind = bisect_left(ends, word.start), bisect_right(starts, word.end)
        near = [*longest[max(first - 1, 0) : first], *range(first, min(behind + 1, len(turns)))]
        overlap = [min(word.end, turns[i].end) - max(word.start, turns[i].start) for i in near]
        found.append(turns[near[max(range(len(near)), key=overlap.__getitem__)]].speaker if near else None)
    return found


def cut_segments(words: Sequence[Word], turns: Sequence[Turn]) -> list[tuple[Segment, tuple[Word, ...]]]:
    """Segments of one speaker each with their words, ids s0001, s0002, ...

    A segment ends where the speaker changes, at a pause, and with its sentence when it has become long.
    """
    speakers = _snapped(words, speakers_of(words, turns))
    groups: list[list[int]] = []
    for i in range(len(words)):
        if i == 0 or _ends_before(words, speakers, i, words[groups[-1][0]].start):
            groups.append([])
        groups[-1].append(i)
    made = []
    for number, group in enumerate(groups, start=1):
        said = tuple(words[i] for i in group)
        text = "".join(word.text for word in said).strip()
        segment = Segment(f"s{number:04d}", text, speakers[group[0]], said[0].start, said[-1].end)
        made.append((segment, said))
    return made


def _ends_before(words: Sequence[Word], speakers: Sequence[str | None], i: int, begun: float) -> bool:
    if speakers[i] != speakers[i - 1] or words[i].start - words[i - 1].end > PAUSE:
        return True
    return words[i - 1].end - begun > LONG and words[i - 1].text.rstrip().endswith(_SENTENCE_END)


def _snapped(words: Sequence[Word], speakers: list[str | None]) -> list[str | None]:
    """Changes of speaker moved by up to SNAP words to the end of a sentence: word times are not exact to a word."""
    changes = [i for i in range(1, len(words)) if speakers[i] != speakers[i - 1]]
    for i in changes:
        if words[i - 1].text.rstrip().endswith(_SENTENCE_END):
            continue
        for step in range(1, SNAP + 1):
            if i + step < len(words) and _boundary(words, i + step) and speakers[i + step] == speakers[i]:
                speakers[i : i + step] = [speakers[i - 1]] * step
                break
            if i - step > 0 and _boundary(words, i - step) and speakers[i - step - 1] == speakers[i - 1]:
                speakers[i - step : i] = [speakers[i]] * step
                break
    return speakers


def _boundary(words: Sequence[Word], i: int) -> bool:
    return words[i - 1].text.rstrip().endswith(_SENTENCE_END)
