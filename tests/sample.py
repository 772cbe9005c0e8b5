"""The sample study of this folder, coded by its keywords, without hearing its recordings: their words are known."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import yaml

from qualkit.coding.anchor import make_anchor
from qualkit.model.act import Act
from tests.conftest import StudyHere

ROOT = Path(__file__).resolve().parents[1]
TABLES = [f"codebooks/{name}" for name in ("digital-service.yaml", "cases.csv")]
TABLES += [f"transcripts/{name}" for name in ("sources.csv", "participants.csv", "webb-sigtuna.md")]
TABLES += ["transcripts/studiebesok-nynashamn.md", "qualkit.yaml"]
FINISHED = ("intervju-salem", "intervju-tyreso", "studiebesok-nynashamn")  # the focus group and the page are not
PACE = 15  # hundredths of a second for a letter: slow, so that hours are no small figures


def sample_study(place: Path) -> StudyHere:
    """The sample study in a folder: its keywords' hits accepted by "anna", three of its five sources finished."""
    study = StudyHere(place)
    for name in TABLES:
        study.write(name, (ROOT / name).read_bytes())
    for recording in yaml.safe_load((ROOT / "audio" / "sample.yaml").read_text("utf-8"))["recordings"]:
        study.write(f"transcripts/{recording['name']}.vtt", _vtt(recording["turns"]))
    shutil.rmtree(study.root / "exports")
    for words in (["apply", "--accept", "--coder", "anna"], ["finish", "--coder", "anna", *FINISHED]):
        done = study.run(*words)
        assert done.code == 0, done.text
    _across_speakers(study)
    return study


def _across_speakers(study: StudyHere) -> None:
    """Two excerpts in which participants of different municipalities speak, one with a moderator between them."""
    transcript = study.transcript("fokusgrupp-sodertorn")
    spoken = transcript.segments
    moderated = [segment.speaker == "S1" for segment in spoken]
    beside = next(n for n in range(len(spoken)) if not any(moderated[n : n + 2]))
    around = next(n for n in range(len(spoken)) if moderated[n : n + 3] == [False, True, False])
    for first, last in ((beside, beside + 1), (around, around + 2)):
        assert spoken[first].speaker != spoken[last].speaker
        anchor = make_anchor(transcript, first, 0, last, len(spoken[last].text))
        study.act(transcript.source, Act("", "", "anna", "code", anchor=anchor, code="center.form"))


def _vtt(turns: list[dict[str, str]]) -> str:
    cues, at = [], 0
    for number, turn in enumerate(turns, start=1):
        text = re.sub(r"\s+", " ", turn["text"]).strip()
        begin, at = at, at + PACE * len(text)
        cues.append(f"s{number:04d}\n{_clock(begin)} --> {_clock(at)}\n<v {turn['speaker']}>{text}")
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def _clock(hundredths: int) -> str:
    seconds, rest = divmod(hundredths, 100)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:02d}0"
