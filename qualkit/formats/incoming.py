"""Texts and transcripts that others made: one table of forms, each known by what a file holds, not by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from qualkit.errors import Problem, QualkitError, errors_of
from qualkit.formats.captions import (
    is_srt,
    is_teams,
    is_vtt,
    is_youtube,
    is_zoom,
    parse_captions,
    parse_teams,
    parse_youtube,
)
from qualkit.formats.docx_text import docx_blocks, is_docx
from qualkit.formats.parsed import Parsed
from qualkit.formats.turns import Block, has_turns, parse_turns, text_blocks
from qualkit.formats.whisper_json import is_json, parse_whisper
from qualkit.store.adding import Text
from qualkit.store.files import decode
from qualkit.store.markdown import is_spoken, write_turns
from qualkit.store.transcripts import normalised
from qualkit.store.vtt import write_vtt

TEXTS = (".md", ".txt", ".vtt", ".srt", ".json", ".docx", "")
_CLOSED = {
    ".doc .odt .rtf .pages": "save it as Word (.docx) or plain text (.txt) in the program that made it, and add that",
    ".pdf .html .htm .pptx .xlsx": "save it as plain text (.txt) or Markdown (.md) in the program that made it,"
    " and add that",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, and a .docx with a password


@dataclass(frozen=True, slots=True)
class Form:
    """A form of transcript: what it is called, how it is known, and how it is read. `suffix` makes it sure."""

    name: str
    identify: Callable[[str], bool]
    parse: Callable[[str, str], Parsed]
    suffix: str = "-"


FORMS = (
    Form("Teams transcript", is_teams, parse_teams),
    Form("YouTube captions", is_youtube, parse_youtube),
    Form("Zoom transcript", is_zoom, parse_captions),
    Form("WebVTT", is_vtt, parse_captions, ".vtt"),
    Form("SubRip captions", is_srt, parse_captions, ".srt"),
    Form("Whisper JSON", is_json, parse_whisper, ".json"),
)


def is_text(head: bytes, name: str) -> bool:
    """Whether a file that begins so, in its first bytes, is a text or Word file rather than a recording."""
    if _suffix(name) in TEXTS[:-1] or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if head.startswith(b"PK\3\4") or head.startswith(_OLD_OFFICE) or _closed(name):
        return True
    return bool(head) and b"\0" not in head and not any(byte < 9 or 13 < byte < 32 for byte in head)


def read_incoming(content: bytes, name: str, *, spoken: bool | None = None) -> Text | None:
    """What the study keeps of such a file; None where it is neither text nor Word, or plain text named as a recording.

    `spoken` says that text with labels is a transcript (True) or is not (False); None leaves it to what it holds.
    QualkitError where the file is damaged or of a kind that cannot be read.
    """
    if is_docx(content):
        return _from_blocks(*docx_blocks(content, name), name, "Word", spoken)
    _refuse_closed(content, name)
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    text = normalised(decode(content))
    for form in FORMS:
        if form.suffix == _suffix(name) or form.identify(text):
            return _kept(form.parse(text, name), form.name)
    if is_spoken(text):
        return Text(text, ".md", "a transcript without times", spoken=True)
    blocks = text_blocks(text)
    if spoken is not False and has_turns(blocks, spoken=bool(spoken)):
        return _from_blocks(blocks, [], name, "text", spoken)
    return Text(text, ".md") if _suffix(name) in TEXTS else None


def _from_blocks(blocks: list[Block], problems: list[Problem], name: str, what: str, spoken: bool | None) -> Text:
    if spoken is not False and has_turns(blocks, spoken=bool(spoken)):
        parsed = parse_turns(blocks, name)
        return _kept(parsed, f"{what} with turns", problems)
    text = "\n\n".join("\n".join(rows) for _, rows in blocks)
    return Text(normalised(text) + "\n" if text else "", ".md", "Word", tuple(problems))


def _kept(parsed: Parsed, form: str, before: list[Problem] | None = None) -> Text:
    """As WebVTT where there are times, else as Markdown. An error of content stops the whole act."""
    problems = [*(before or ()), *parsed.problems]
    if errors := errors_of(problems):
        raise QualkitError(errors[0].message, where=errors[0].where, hint=errors[0].hint)
    speakers = len({segment.speaker for segment in parsed.segments if segment.speaker})
    voices = f"{speakers} speaker{'s' if speakers != 1 else ''}" if speakers else "no speakers named"
    held = f"{form}: {len(parsed.segments)} segment{'s' if len(parsed.segments) != 1 else ''}, {voices}"
    if not parsed.timed and parsed.segments:
        return Text(normalised(write_turns(parsed.segments)), ".md", f"{held}, no times", tuple(problems), True)
    text = normalised(write_vtt(parsed.segments, parsed.note))
    return Text(text, ".vtt", held, tuple(problems), True, parsed.words)


def _refuse_closed(content: bytes, name: str) -> None:
    suffix = _suffix(name)
    if content.startswith(_OLD_OFFICE):
        hint = "open it in Word (with its password), save it as .docx without one, and add that"
        raise QualkitError("this is an old Word file, or one with a password", where=name, hint=hint)
    if suffix == ".docx":  # and is_docx said no
        hint = "open it in Word, save it again as .docx or plain text (.txt), and add that"
        raise QualkitError("this Word file is damaged: such .docx files cannot be read", where=name, hint=hint)
    if hint := _closed(name):
        raise QualkitError(f"{suffix} files cannot be read", where=name, hint=hint)


def _closed(name: str) -> str:
    return next((hint for suffixes, hint in _CLOSED.items() if _suffix(name) in suffixes.split()), "")


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
