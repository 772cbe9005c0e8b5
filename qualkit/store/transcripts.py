"""transcripts/<source>.vtt | .md, and the word times behind a transcribed recording."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from qualkit.errors import Problem, QualkitError, place
from qualkit.model.doubt import Doubt, standing
from qualkit.model.transcript import Segment, Transcript, Word
from qualkit.store.files import Stamp, explained, keep_old, put_back, read_bytes, read_text, write_text
from qualkit.store.markdown import parse_markdown
from qualkit.store.vtt import parse_vtt, write_vtt

SUFFIXES = (".vtt", ".md")


class WordLine(msgspec.Struct, omit_defaults=True):
    """A line of words.jsonl: the words of one segment as [text, start, end, confidence], and what is doubtful in it.

    Doubts are [kind, start, end, detail]. Those about stretches without words stand in a line whose segment is "".
    """

    segment: str
    words: list[tuple[str, float, float, float]]
    doubts: list[tuple[str, float, float, str]] = []


def transcript_path(folder: Path, source: str) -> Path | None:
    """The file that holds a source's text, if there is one."""
    return next(_texts(folder, source), None)


def _texts(folder: Path, source: str) -> Iterator[Path]:
    """Each file that would be taken for the source's text, the one that counts first."""
    names = [source] if source.isascii() else [source, unicodedata.normalize("NFD", source)]  # as a Mac writes å
    paths = (folder / f"{name}{suffix}" for suffix in SUFFIXES for name in names)
    return (path for path in paths if path.exists())


def read_transcript(path: Path, source: str, name: str) -> tuple[Transcript, list[Problem]]:
    """The transcript and what is odd in it. `name` is how problems call the file."""
    text = read_text(path)
    problems: list[Problem] = []
    if path.suffix == ".md":
        segments = parse_markdown(text)
    else:
        segments, problems = parse_vtt(text, name)
    if not segments:
        problems.append(Problem(name, "this transcript holds no text", "add text, or delete the file", warning=True))
    if not unicodedata.is_normalized("NFC", text):
        line = next(i for i, row in enumerate(text.split("\n"), 1) if not unicodedata.is_normalized("NFC", row))
        message = "letters such as å are written as two characters here, so keywords may miss them"
        problems.append(Problem(place(name, line), message, "save the file in NFC form", warning=True))
    return Transcript(source, segments), problems


def write_transcript(
    path: Path, segments: tuple[Segment, ...], *, note: str = "", expected: Stamp | None = None
) -> None:
    """Write a recording's transcript as WebVTT."""
    write_text(path, write_vtt(segments, note), expected=expected)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """While a source's text is written at `path`: gives the file for the times of its words, which come with it.

    What fails leaves both as they were. Text that stood there, as .vtt or as .md, is kept beside the new one.
    """
    before = list(_texts(path.parent, path.stem))
    with put_back(path.with_suffix(".words.jsonl")) as words, put_back(path):
        for old in before:
            keep_old(old)
        yield words
        for old in before:
            if not old.samefile(path):  # a source has one text
                with explained(old, "replace"):
                    old.unlink()


def normalised(text: str) -> str:
    """Text as it enters the study: NFC and \\n line ends, once."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))


def write_words(path: Path, words: Iterable[tuple[str, Iterable[Word]]], doubts: Iterable[Doubt] = ()) -> None:
    """Write (segment id, its words) as words.jsonl, with the doubts about them."""
    doubted: dict[str, list[tuple[str, float, float, str]]] = {}
    for doubt in doubts:
        known = doubt.kind, round(doubt.start, 3), round(doubt.end, 3), doubt.detail
        doubted.setdefault(doubt.segment, []).append(known)
    lines = [
        WordLine(
            segment,
            [(w.text, round(w.start, 3), round(w.end, 3), round(w.confidence, 3)) for w in said],
            doubted.pop(segment, []),
        )
        for segment, said in words
    ]
    lines += [WordLine("", [], known) for known in doubted.values()]
    encoder = msgspec.json.Encoder()
    write_text(path, "".join(encoder.encode(line).decode() + "\n" for line in lines))


def read_words(path: Path) -> Mapping[str, tuple[Word, ...]]:
    """Segment id -> its words; empty where the file is missing (it may always be deleted)."""
    return {line.segment: tuple(Word(*word) for word in line.words) for line in _lines(path) if line.segment}


def read_doubts(path: Path, transcript: Transcript) -> list[Doubt]:
    """The doubts about a transcript that nobody has seen to yet; none where the file is missing.

    A segment whose text is not what was heard has been corrected by a person, and is not doubtful any more.
    """
    said = {line.segment: "".join(word[0] for word in line.words) for line in _lines(path)}
    return standing(known_doubts(path), said, transcript)


def known_doubts(path: Path) -> list[Doubt]:
    """Every doubt in the file, also those that somebody has seen to."""
    return [Doubt(*doubt[:3], line.segment, doubt[3]) for line in _lines(path) for doubt in line.doubts]


def _lines(path: Path) -> list[WordLine]:
    if not path.exists():
        return []
    decoder = msgspec.json.Decoder(WordLine)
    try:
        return [decoder.decode(line) for line in read_bytes(path).splitlines() if line]
    except msgspec.DecodeError as error:
        raise QualkitError(
            "the word times are not readable",
            where=str(path),
            hint="take it from a backup, or delete it: the text stays, but doubtful stretches are no longer known",
        ) from error
