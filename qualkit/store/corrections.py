"""A corrected transcript on the disk: what was corrected is written, and every other letter of the file stays.

The text and the times of its words change together or not at all, and what another program changed meanwhile is never
written over.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from qualkit.errors import QualkitError
from qualkit.model.act import TextChange
from qualkit.model.transcript import Segment, Word
from qualkit.store.files import Stamp, decode, encode_like, put_back, read_bytes, write_atomically
from qualkit.store.labels import line_starts
from qualkit.store.markdown import is_spoken, paragraphs_in, parse_markdown, written_paragraph
from qualkit.store.transcripts import known_doubts, write_words
from qualkit.store.vtt import cues_in_vtt, parse_vtt, with_ids, written_cue, written_words


def with_segments(text: str, suffix: str, at: int, before: int, after: Sequence[Segment]) -> str:
    """A file's text in which `before` segments from position `at` became others.

    One segment that stays one keeps its times as they are written; what stood between two joined ones stands behind.
    Where their number changes, cues without an id get theirs. Raises QualkitError where the file could not hold them.
    """
    if suffix == ".md":
        spoken = is_spoken(text)
        places = [(first, first, last) for first, last in paragraphs_in(text)]
        written = [written_paragraph(segment, spoken=spoken) for segment in after]
    else:
        text = text if before == len(after) else with_ids(text)
        places = cues_in_vtt(text)
        written = [written_cue(segment) for segment in after]
        if before == len(after) == 1:
            places[at] = (places[at][1], *places[at][1:])
            written = [written_words(after[0])]
    starts = [*line_starts(text), len(text)]
    gone = [text[starts[first - 1] : _end_of(text, starts, last)] for first, _, last in places[at : at + before]]
    begin, end = starts[places[at][0] - 1], _end_of(text, starts, places[at + before - 1][2])
    between = text[begin:end]
    for block in gone:
        between = between.replace(block, "", 1)
    line_end = "\r\n" if "\r\n" in text else "\n"
    new = (line_end * 2).join(part.replace("\n", line_end) for part in [*written, *filter(None, [between.strip()])])
    whole = text[:begin] + new + text[end:]
    _refuse_other(whole, suffix, at, len(places) - before, after)
    return whole


def _refuse_other(text: str, suffix: str, at: int, others: int, after: Sequence[Segment]) -> None:
    """Refuse a file that does not read as what is on the screen: a speaker in a document, half a heading."""
    found = parse_markdown(text) if suffix == ".md" else parse_vtt(text, "")[0]
    read = found[at : at + len(after)]
    if len(found) != others + len(after) or [(s.speaker, s.text) for s in read] != [(s.speaker, s.text) for s in after]:
        hint = "a document has no speakers, and a heading is one line" if suffix == ".md" else "write it in other signs"
        raise QualkitError("the transcript's file cannot hold that; nothing was changed", hint=hint)


def _end_of(text: str, starts: Sequence[int], line: int) -> int:
    """Where a line (counted from 1) ends, before its line end."""
    end = starts[line] if line < len(starts) else len(text)
    while end > starts[line - 1] and text[end - 1] in "\r\n":
        end -= 1
    return end


@contextlib.contextmanager
def corrected(
    path: Path,
    words_path: Path,
    expected: Stamp,
    change: TextChange,
    words: Mapping[str, Sequence[Word]],
) -> Iterator[Stamp]:
    """Write what segments became, and all words with the doubts that there are then; gives the file's new stamp.

    What fails meanwhile leaves both files as they were. Raises QualkitError where the file is not what was read.
    """
    content = read_bytes(path)
    if Stamp.of(content) != expected:
        hint = "leave and open the source again: your codings are safe, and find their words"
        raise QualkitError("another program changed this transcript meanwhile", where=str(path), hint=hint)
    after = [part.segment for part in change.after]
    text = with_segments(decode(content), path.suffix, change.at, len(change.before), after)
    new = encode_like(text, content)
    with put_back(words_path), put_back(path):
        if words_path.exists():
            gone = {part.segment.id for part in change.before}
            kept = [doubt for doubt in known_doubts(words_path) if doubt.segment not in gone]
            write_words(words_path, words.items(), [*kept, *(doubt for part in change.after for doubt in part.doubts)])
        write_atomically(path, new, expected=expected)
        yield Stamp.of(new)
