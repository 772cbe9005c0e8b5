"""Transcripts that others made: each form as its program writes it, against a golden file beside it.

A golden file holds the form, the text as the study keeps it, and what is told. QUALKIT_GOLDEN=1 writes them anew; read
them then.
"""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.errors import QualkitError
from qualkit.formats import docx_text
from qualkit.formats.incoming import is_text, read_incoming
from qualkit.formats.labels import label
from qualkit.formats.turns import has_turns, parse_turns, text_blocks
from qualkit.model.transcript import Segment
from qualkit.store.adding import Text
from qualkit.store.markdown import MARK, parse_markdown, write_turns
from qualkit.store.transcripts import read_words
from qualkit.store.vtt import parse_vtt
from tests.conftest import StudyHere

HERE = Path(__file__).with_name("incoming")
FIXTURES = sorted(path for path in HERE.iterdir() if path.suffix != ".golden")
RENEW = bool(os.environ.get("QUALKIT_GOLDEN"))


def word(xml: str | bytes, **parts: str) -> bytes:
    """A .docx around a document.xml written by hand."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return held.getvalue()


def given_file(fixture: Path) -> tuple[bytes, str]:
    content = fixture.read_bytes()
    return (word(content), f"{fixture.stem}.docx") if fixture.suffix == ".xml" else (content, fixture.name)


def shown(text: Text) -> str:
    told = [f"{problem.where}: {problem.message}\n" for problem in text.problems]
    words = [f"{id}: {'|'.join(w.text for w in said)}\n" for id, said in text.words.items()]
    return "\n".join([f"{text.suffix} {text.form}".strip() + "\n", text.text, *told, *words])


def read(text: str | bytes, name: str = "a.txt", *, spoken: bool | None = None) -> Text:
    found = read_incoming(text.encode() if isinstance(text, str) else text, name, spoken=spoken)
    assert found is not None
    return found


def said(text: Text) -> list[tuple[str | None, str]]:
    segments = parse_markdown(text.text) if text.suffix == ".md" else parse_vtt(text.text, "x")[0]
    return [(segment.speaker, segment.text) for segment in segments]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_each_form_against_its_golden_file(fixture: Path) -> None:
    golden = fixture.with_name(fixture.name + ".golden")
    found = shown(read(*given_file(fixture)))
    if RENEW:
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["export.txt", "export", "export.dat", "export.md"])
def test_a_form_is_known_by_what_it_holds(fixture: Path, name: str) -> None:
    content, own = given_file(fixture)
    if fixture.name == "notes.txt" and name == "export.dat":
        return  # plain text counts as a document only where its name says so
    assert is_text(content[:4096], name)
    assert read(content, name).text == read(content, own).text


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_each_form_added_and_checked(study: StudyHere, tmp_path: Path, fixture: Path) -> None:
    content, name = given_file(fixture)
    (tmp_path / name).write_bytes(content)
    ran = study.run("add", str(tmp_path / name), "--id", "x", "-m", "Huddinge")
    assert ran.code == 0, ran.text
    text = read(content, name)
    assert study.files()[f"transcripts/x{text.suffix}"] == text.text.encode()
    assert ("interview" in ran.out) == text.spoken and (f"read as {text.form}" in ran.out) == bool(text.form)
    assert ran.err.count("warning  ") == len(text.problems)
    if text.words:
        held = read_words(study.root / "transcripts" / "x.words.jsonl")
        assert [w.text for w in held["s0001"]] == [" Jag", " glömde", " lösenordet."]
    checked = study.run("check")
    assert checked.code == 0 and "error  " not in checked.out
    assert study.run("apply").code == 0


def test_a_transcript_without_times_counts_for_its_speakers(study: StudyHere, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("Leda: Glömde du lösenord?\n\nAnna: Ja, mitt lösenord.\n\nLeda: Jaha.\n", "utf-8")
    assert study.run("add", str(path), "-m", "Huddinge").code == 0
    study.participants("x;Anna;P1;participant;Haninge", "x;Leda;L;moderator;")
    assert study.run("apply", "--accept").code == 0
    out = study.run("excerpts").out
    assert "Ja, mitt lösenord" in out and "Glömde du" not in out, "a moderator's words stay out"
    assert "Haninge" in study.run("matrix").out


def test_kind_says_whether_text_with_labels_is_a_transcript(study: StudyHere, tmp_path: Path) -> None:
    path = tmp_path / "faq.txt"
    path.write_text("Fråga: Vad?\n\nSvar: Det.\n\nFråga: Hur?\n\nSvar: Så.\n", "utf-8")
    assert study.run("add", str(path), "--kind", "document", "--id", "d").code == 0
    assert study.files()["transcripts/d.md"] == path.read_bytes()
    assert study.run("add", str(path), "--id", "i").code == 0
    assert study.transcript("i").speakers == ("Fråga", "Svar")
    two = "Moderator: Hej?\n\nAnna: Ja.\n"
    assert said(read(two)) == [(None, "Moderator: Hej?"), (None, "Anna: Ja.")]
    assert said(read(two, spoken=True)) == [("Moderator", "Hej?"), ("Anna", "Ja.")]


DOCUMENTS = [
    "Datum: 2026-03-01\nTid: 10:30\n\nTelefon: 08-123\n",
    "# Rubrik\n\nPersonalen sa: kom hit.\n\nSedan [10:30] gick vi. Och [11:45] åkte vi hem igen, till slut.\n",
    '{paus} Det var en "start" på något.\n',
    "**Öppettider:** 10-18\n\n**Personal:** tre\n",
    "",
    "\n \n",
]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_text_without_turns_stays_the_document_it_is(text: str) -> None:
    assert read(text) == Text(text, ".md")
    assert all(segment.speaker is None for segment in parse_markdown(text))


TURN = "Anna: Hej.\n\nBo: Hej då.\n\nAnna: Ja.\n"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Anna: Hej", ("Anna", "", "Hej")),
        ("**Anna:** Hej", ("Anna", "", "Hej")),
        ("**Anna Berg**: Hej", ("Anna Berg", "", "Hej")),
        ("Dr. Berg:\tHej", ("Dr. Berg", "", "Hej")),
        ("Anna-Karin (kommunen): Hej", ("Anna-Karin (kommunen)", "", "Hej")),
        ("P1 [0:01]: Hej", ("P1", "[0:01]", "Hej")),
        ("P1 #00:00:01-3#: Hej", ("P1", "#00:00:01-3#", "Hej")),
        ("Anna:", ("Anna", "", "")),
        ("https://www.1177.se", None),
        ("10:30 kom de", None),
        ("Jag sa. Sen: nej", None),
        ("Och då sa hon till mig: nej", None),
        ("Datum: 1 mars", None),
        ("Transkriberad av: Bo", None),
        (": Hej", None),
        ("- Anna: Hej", None),
    ],
)
def test_what_is_a_label(line: str, found: tuple[str, str, str] | None) -> None:
    assert label(line) == found


def test_time_marks_of_all_shapes() -> None:
    marks = ["[00:01]", "[0:00:02]", "[00:03.5]", "[00:00:04,25]", "#00:00:05-3#", "#00:00:06#", "[1:00:07.001]"]
    text = "\n\n".join(f"{mark} {'Anna' if at % 2 else 'Bo'}: Ord {at}." for at, mark in enumerate(marks))
    segments = parse_turns(text_blocks(text), "a").segments
    assert [segment.start for segment in segments] == [1.0, 2.0, 3.5, 4.25, 5.3, 6.0, 3607.001]
    assert [segment.end for segment in segments] == [2.0, 3.5, 4.25, 5.3, 6.0, 3607.001, 3607.001]


def test_one_mark_out_of_order_costs_no_other() -> None:
    text = "\n\n".join(f"[{time}] Anna: Ord." for time in ("00:10", "59:00", "00:20", "00:75", "00:30"))
    parsed = parse_turns(text_blocks(text + "\n\nBo: Nej."), "a")
    assert [segment.start for segment in parsed.segments] == [10, 10, 20, 20, 30, 30]
    assert [segment.text for segment in parsed.segments] == [
        "Ord.",
        "[59:00] Ord.",
        "Ord.",
        "[00:75] Ord.",
        "Ord.",
        "Nej.",
    ]
    told = [(problem.where, problem.message.partition(";")[0]) for problem in parsed.problems if "[" in problem.message]
    assert told == [
        ("a:3", "[59:00] does not fit between the times around it"), ("a:7", "[00:75] is no possible time"),
    ]  # fmt: skip


def test_a_single_mark_gives_no_times() -> None:
    found = read(TURN.replace("Ja.", "Ja. [00:10]"))
    assert found.suffix == ".md" and said(found)[-1] == ("Anna", "Ja. [00:10]")
    assert "only time mark" in found.problems[0].message


def test_a_line_without_a_speaker_between_lines_is_nobodys() -> None:
    text = "Anna: Hej.\nBo: Hej.\nDörren öppnas.\nAnna: Jag tänkte på det vi talade om förra veckan, om hur\nman gör.\n"
    found = read(text)
    assert said(found) == [
        ("Anna", "Hej."), ("Bo", "Hej."), (None, "Dörren öppnas."),
        ("Anna", "Jag tänkte på det vi talade om förra veckan, om hur man gör."),
    ]  # fmt: skip
    assert [(problem.where, problem.warning) for problem in found.problems] == [("a.txt:3", True)]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n[00:01]\n", "\n\n[00:01] "])
def test_words_below_a_lone_label_are_that_speakers(between: str) -> None:
    text = f"Anna:{between}Hej.\n\nBo:{between.replace('1', '5')}Hej då.\n\nAnna:{between.replace('1', '9')}Ja.\n"
    found = read(text)
    assert said(found) == [("Anna", "Hej."), ("Bo", "Hej då."), ("Anna", "Ja.")]
    assert (found.suffix == ".vtt") == ("[" in between)


def test_a_turn_without_words_is_told_and_kept() -> None:
    found = read(TURN.replace("Hej då.", ""))
    assert said(found) == [("Anna", "Hej."), ("Bo", ""), ("Anna", "Ja.")]
    assert [(problem.where, problem.message) for problem in found.problems] == [("a.txt:3", "this turn has no words")]


WORDS = st.text(st.sampled_from("abÅö .,:[]#*019-()\t"), max_size=14)
LINES = st.lists(
    st.one_of(WORDS, st.builds("{}: {}".format, st.sampled_from(["Anna", "P1", "Jag sa"]), WORDS),
              st.builds("[00:{:02d}] {}".format, st.integers(0, 70), WORDS)), max_size=9,
)  # fmt: skip


@given(LINES, st.sampled_from(["\n", "\n\n"]))
@settings(max_examples=300, deadline=None)
def test_no_word_is_lost_whatever_the_text(lines: list[str], between: str) -> None:
    text = between.join(lines)
    parsed = parse_turns(text_blocks(text), "a")
    kept = " ".join([parsed.note, *(f"{s.speaker or ''} {s.text}" for s in parsed.segments)])
    for letter in "abÅö":
        assert kept.count(letter) >= sum(line.count(letter) for line in lines if label(line) is None)
    spans = [(s.start, s.end) for s in parsed.segments if s.start is not None and s.end is not None]
    assert spans == sorted(spans) and all(start <= end for start, end in spans)
    assert all(problem.warning for problem in parsed.problems)
    has_turns(text_blocks(text))


# A transcript without times, as the study keeps it


def test_a_marker_is_no_part_of_the_text() -> None:
    text = f"{MARK}\n\n**Anna Berg:** Hej på dig.\n\nUtan namn.\n\n**Bo:**\n\n**:** **Obs:** nej\n"
    assert parse_markdown(text) == (
        Segment("p1", "Hej på dig.", "Anna Berg"), Segment("p2", "Utan namn."), Segment("p3", "", "Bo"),
        Segment("p4", "**Obs:** nej"),
    )  # fmt: skip
    assert parse_markdown("**Anna:** Hej") == (Segment("p1", "**Anna:** Hej"),), "documents stay as they were"


NAMES = st.text(st.sampled_from("AnåÖ .-(1):"), min_size=1, max_size=8).map(lambda name: " ".join(name.split()))
PLAIN = st.text(st.sampled_from("abc*: -<!>å"), min_size=1, max_size=20).map(lambda text: " ".join(text.split()))


@given(st.lists(st.tuples(st.one_of(st.none(), NAMES.filter(bool)), PLAIN.filter(bool)), max_size=6))
@settings(max_examples=300, deadline=None)
def test_turns_come_back_as_they_were_written(turns: list[tuple[str | None, str]]) -> None:
    segments = tuple(Segment(f"p{number}", words, name) for number, (name, words) in enumerate(turns, start=1))
    assert parse_markdown(write_turns(segments)) == segments


# Word


def paragraphs(*texts: str) -> str:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'


def test_comments_and_footnotes_are_told() -> None:
    note = paragraphs("Stämmer detta?")
    found = read(word(paragraphs("Text."), comments=note, footnotes=paragraphs(" ")), "a.docx")
    assert [problem.message for problem in found.problems] == ["the comments of this Word file are not read"]


def test_word_in_the_strict_form() -> None:
    strict = paragraphs("Hej.").replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert read(word(strict), "a.docx").text == "Hej.\n"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
CUE = "WEBVTT\n\n1\n00:00:05.000 --> 00:00:04.000\nHej\n"
BAD = {
    "damaged.docx": (b"PK\3\4 no zip", "damaged", ".docx"),
    "empty.docx": (b"", "damaged", ".docx"),
    "broken.docx": (word("<w:document"), "damaged", ".docx"),
    "bomb.docx": (word(BOMB), "no word processor writes", ".docx"),
    "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "password", "save it as .docx"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Word file", "save it as .docx"),
    "text.rtf": (rb"{\rtf1 Anna: Hej}", ".rtf files cannot be read", "plain text (.txt)"),
    "cut.json": (
        b'{"segments": [\n{"start": 0.0, "end"',
        "cut.json:2: this JSON is damaged",
        "make the transcript again",
    ),
    "deep.json": (b"[" * 200_000, "this JSON is damaged", "make the transcript again"),
    "other.json": (b'{"version": 1}', "no transcript of Whisper", "settings"),
    "times.json": (b'{"segments": [{"start": 2, "end": 1, "text": "a"}]}', "segment 1", "make the transcript again"),
    "nan.json": (b'{"segments": [{"start": NaN, "end": 1, "text": "a"}]}', "segment 1", "make the transcript again"),
    "back.vtt": (CUE.encode(), "back.vtt:4: this cue ends before it begins", "its two times"),
    "lost.vtt": (b"WEBVTT\n\nHej\n", "lost.vtt:3: this text has no time line", "put a line"),
    "time.srt": (b"1\n00:00:01,000 -> 00:00:02,000\nHej\n", "time.srt:1: this text has no time line", "put a line"),
}


@pytest.mark.parametrize("name", BAD)
def test_malformed_files_give_one_message_and_change_nothing(study: StudyHere, tmp_path: Path, name: str) -> None:
    content, what, hint = BAD[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "bra.txt").write_text(TURN, "utf-8")
    before = study.files()
    ran = study.run("add", str(tmp_path / "bra.txt"), str(tmp_path / name))
    assert ran.code == 1 and what in ran.err and hint in ran.err and name in ran.err
    assert ran.err.count("error: ") == 1 and "Traceback" not in ran.err
    assert study.files() == before


def test_a_word_file_too_large_to_be_a_text_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_text, "_MOST", 1000)
    with pytest.raises(QualkitError, match="too large"):
        read(word(paragraphs("a" * 2000)), "a.docx")


def test_warnings_of_json_name_the_line_of_the_segment() -> None:
    cue = '\n {{"offsets": {{"from": {}, "to": {}}},\n  "text": "{}"}}'
    rows = [cue.format(2000, 3000, 'a \\"{ [segments'), cue.format(3000, 4000, "b"), cue.format(1000, 1500, "c")]
    told = read(f'{{"model": {{"type": "base"}},\n"transcription": [{",".join(rows)}]}}', "a.json").problems
    assert [(problem.where, problem.message[:9]) for problem in told] == [("a.json:7", "segment 3")]
    row = '{"start": 0, "end": 1, "text": "a", "speaker": "A"},{"start": 1, "end": 2, "text": "b"}'
    listed = [
        f"[\n{row}]",
        f'{{"language": "sv",\n"segments":\n[{row}]}}',
        f'{{"x": {{"segments": [{{"y": 1}}]}},"segments": [{row}]}}',
    ]
    told = tuple(problem for text in listed for problem in read(text, "a.json").problems)
    assert [problem.where for problem in told] == ["a.json:2", "a.json:3", "a.json"], "only where the line is sure"


@given(st.binary(max_size=60), st.sampled_from(["a.docx", "a.json", "a.vtt", "a.txt", "a.wav"]))
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_reading_crash(content: bytes, name: str) -> None:
    for whole in (content, b"PK\3\4" + content, b'[{"start": 0, ' + content, b"WEBVTT\n\n" + content):
        try:
            read_incoming(whole, name)
        except QualkitError as error:
            assert error.where.startswith(name) and error.hint
