"""Documents: paragraphs as segments."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.store.markdown import parse_markdown
from qualkit.store.transcripts import normalised, read_transcript


def texts(text: str) -> list[str]:
    return [segment.text for segment in parse_markdown(text)]


def test_paragraphs_headings_and_lists() -> None:
    text = (
        "# Titel\nIngress.\n\nStycke ett\nfortsätter.\n## Rubrik\n\n- ett\n- två\n\n\n  \n#tagg är text\n####### sju\n"
    )
    assert texts(text) == [
        "# Titel", "Ingress.", "Stycke ett\nfortsätter.", "## Rubrik", "- ett\n- två", "#tagg är text\n####### sju",
    ]  # fmt: skip


def test_ids_count_from_one_and_there_are_no_times_or_speakers() -> None:
    segments = parse_markdown("a\n\nb")
    assert [(s.id, s.speaker, s.start, s.end) for s in segments] == [("p1", None, None, None), ("p2", None, None, None)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_ends_and_bom_make_no_difference(end: str, bom: str) -> None:
    assert texts(bom + end.join(["# A", "b", "c", "", " \t", "d", ""])) == ["# A", "b\nc", "d"]


@pytest.mark.parametrize("text", ["", "\n\n", " \n\t\n", "\ufeff"])
def test_nothing(text: str) -> None:
    assert texts(text) == []


def test_words_stay_exactly_as_written() -> None:
    assert texts("En   *rad*  med <b>  \n  och indrag.\n") == ["En   *rad*  med <b>  \n  och indrag."]


LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\ufeff"), min_size=1, max_size=12)
BLOCKS = st.lists(
    st.lists(
        LINES.filter(lambda line: bool(line.strip()) and not line.lstrip().startswith("#")), min_size=1, max_size=3
    )
    .map("\n".join)
    .map(str.strip)
)


@given(BLOCKS, st.sampled_from(["\n\n", "\n \n", "\n\n\n"]))
def test_blocks_come_back_as_they_were(blocks: list[str], between: str) -> None:
    assert texts(between.join(blocks)) == blocks


@given(st.text(max_size=80))
def test_no_word_is_lost_or_made(text: str) -> None:
    plain = normalised(text)
    assert "".join("".join(texts(plain)).split()) == "".join(
        plain.replace("\ufeff", "", plain.startswith("\ufeff")).split()
    )


def test_a_document_of_a_study_in_the_encodings_of_old_programs(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        path.write_bytes("Besök på biblioteket.\r\n\r\nÅsa – ”hjälp”.".encode(encoding))
        transcript, problems = read_transcript(path, "a", "a.md")
        assert [segment.text for segment in transcript.segments] == ["Besök på biblioteket.", "Åsa – ”hjälp”."]
        assert problems == []
