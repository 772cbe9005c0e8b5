"""The report page without a browser: what is in it, what is not, and that nothing in it can do harm."""

from __future__ import annotations

import hashlib
import io
import json
import re
from base64 import b64decode, b64encode
from dataclasses import replace
from html.parser import HTMLParser

import av
import pytest

from qualkit.model.act import Act
from qualkit.report.contents import Extras
from qualkit.report.page import page
from qualkit.report.view import View
from tests.conftest import StudyHere
from tests.reported import HARD, reported, view_of
from tests.sound import tone, write_sound
from tests.test_shapes import code


class Read(HTMLParser):
    """The elements of a page with their attributes, and the text of each script and style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._in = dict(attrs).get("id") or tag

    def handle_data(self, data: str) -> None:
        if self._in:
            self.texts[self._in] = self.texts.get(self._in, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_page_needs_nothing_else_and_may_load_nothing(study: StudyHere) -> None:
    html = page(view_of(reported(study))).decode("utf-8")
    read = Read(html)
    assert not {"src", "href"} & {name for tag, found in read.elements if tag != "a" for name in found}
    assert [found["href"] for found in read.all("a")] == ["#matrix"] and "@import" not in html
    policy = next(found["content"] for found in read.all("meta") if found.get("http-equiv"))
    assert policy and policy.startswith("default-src 'none'; ") and "unsafe" not in policy and "http" not in policy
    for name in ("style", "script"):
        digest = b64encode(hashlib.sha256(read.texts[name].encode("utf-8")).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy, "what the browser hashes is what the policy names"
    assert not [name for _, found in read.elements for name in found if name.startswith("on") or name == "style"]


def test_words_of_the_study_stay_words(study: StudyHere) -> None:
    reported(study)
    study.cases("0126;Huddinge", f'0136;"{HARD.replace(chr(34), chr(34) * 2)}"', "0192;Nynäshamn", "0127;Botkyrka")
    study.sources(
        "hu;Intervju <Huddinge>;interview;0126;;sv;;",
        "ha;Webb;web page;0136;;sv;;q-annat",
        "bo;F;focus group;0127;;sv;;",
    )
    read = Read(page(view_of(study)).decode("utf-8"))
    assert len(read.all("script")) == 2, "the data and the script"
    data = json.loads(read.texts["data"])
    assert [excerpt[0] for excerpt in data["excerpts"]][1] == HARD
    assert data["sources"][0][0] == "Intervju <Huddinge>" and "<" not in read.texts["data"]


@pytest.mark.parametrize("measure", ["excerpts", "participants", "row-share", "per-hour"])
def test_every_figure_has_the_excerpts_behind_it(study: StudyHere, measure: str) -> None:
    view = view_of(reported(study), measure=measure)
    matrix = view.export.matrix
    read = Read(page(view).decode("utf-8"))
    data = json.loads(read.texts["data"])
    found = {(i, j): [data["excerpts"][n][0] for n in numbers] for i, j, numbers in data["cells"]}
    for i, row in enumerate(matrix.rows):
        for j, column in enumerate(matrix.columns):
            behind = [view.export.excerpts[n].anchor.quote for n in matrix.cells[row, column].excerpts]
            assert found.get((i, j), []) == behind


def test_the_table_can_be_heard(study: StudyHere) -> None:
    read = Read(page(view_of(reported(study))).decode("utf-8"))
    cells = [found for found in read.all("td") if (found["class"] or "").startswith(("zero", "step"))]
    said = [found.get("aria-label") for found in cells]
    assert said == [
        None,
        "inte nämnt",
        "inte frågat",
        None,
        "inget material",
        "inget material",
        "2 hittills",
        "inte kodat än",
    ]
    assert all(found.get("scope") in ("col", "row") for found in read.all("th")) and read.all("caption")
    assert len(read.all("main")) == len(read.all("h1")) == 1
    ids = [found["id"] for _, found in read.elements if found.get("id")]
    assert len(ids) == len(set(ids))
    named = [found for name in ("aria-labelledby", "aria-describedby") for _, found in read.elements if found.get(name)]
    assert all(
        set((found.get("aria-labelledby") or found["aria-describedby"] or "").split()) <= set(ids) for found in named
    )


@pytest.mark.parametrize(
    ("language", "words"), [("sv", "ur intervjuer: personuppgifter"), ("en", "from interviews: personal data")]
)
def test_the_page_says_that_it_holds_personal_data(study: StudyHere, language: str, words: str) -> None:
    view = view_of(reported(study, language))
    html = page(view).decode("utf-8")
    assert words in html.split("<main>")[0] and f'<html lang="{language}">' in html
    note = "Celler med färre än tre deltagare visas inte."
    published = page(View(replace(view.export, note=note))).decode("utf-8")
    assert words not in published and note in published.split("<main>")[0]


def test_coders_and_memos_enter_only_when_asked_for(study: StudyHere) -> None:
    reported(study)
    coding = code(study, "hu", "ut.skriva", 1, coder="cecilia-kodare")
    study.act(
        "hu",
        Act("", "", "cecilia-kodare", "memo", about=f"coding:{coding}", text="hemlig tanke"),
        coder="cecilia-kodare",
    )
    for words, inside in (
        ([], set()),
        (["--coder", "cecilia-kodare"], set()),
        (["--with-coders"], {"cecilia-kodare"}),
        (["--with-memos"], {"hemlig tanke"}),
    ):
        assert study.run("report", *words).code == 0
        html = (study.root / "exports/report.html").read_text("utf-8")
        assert {one for one in ("cecilia-kodare", "hemlig tanke") if one in html} == inside, words


def test_the_page_is_the_same_each_time(study: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    reported(study)
    pages = []
    for name in ("a.html", "b.html"):
        done = study.run("report", "--to", str(study.root / "exports" / name))
        assert done.code == 0 and "written" in done.out, done.text
        pages.append((study.root / "exports" / name).read_bytes())
    assert pages[0] == pages[1] and b"Gjord 2027-01-15" in pages[0]


@pytest.mark.parametrize(
    "words",
    [
        ["--by", "kind"],
        ["--by", "skr_group"],
        ["--codes", "--sort", "name"],
        ["--columns", "kind", "--columns", "theme"],
        ["--by", "role", "--by", "kind"],
        ["--where", "kind = interview"],
        ["--measure", "per-hour"],
        ["--moderator"],
    ],
)
def test_every_shape_becomes_a_page(study: StudyHere, words: list[str]) -> None:
    done = reported(study).run("report", *words)
    assert done.code == 0, done.text
    html = (study.root / "exports/report.html").read_text("utf-8")
    assert ('id="on-map"' in html) == ("--by" not in words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "exports/x.pdf"], "a report is a page"),
        (["--to", "exports/x.svg"], "which picture?"),
        (["--theme", "id"], "the page shows all columns"),
        (["--measure", "quotes"], "a report shows figures"),
    ],
)
def test_what_is_no_page_is_said(study: StudyHere, words: list[str], message: str) -> None:
    done = reported(study).run("report", *words)
    assert done.code == 1 and message in " ".join(done.err.split()), done.text


def test_a_study_without_anything_becomes_a_page(study: StudyHere) -> None:
    done = study.run("report")
    assert done.code == 0, done.text
    html = (study.root / "exports/report.html").read_text("utf-8")
    assert html.count("inget material") > 6 and not re.search(r"undefined|None", html.split("<script>")[0])


def test_sound_is_inside_the_page(study: StudyHere) -> None:
    view = view_of(reported(study))
    read = Read(page(view, Extras(sounds={0: b"ID3mp3"})).decode("utf-8"))
    assert json.loads(read.texts["sound"]) == {"0": b64encode(b"ID3mp3").decode()}
    assert "sound" not in Read(page(view).decode("utf-8")).texts


def test_the_command_cuts_the_sound_of_each_excerpt(study: StudyHere) -> None:
    reported(study)
    study.sources("hu;Intervju;interview;Huddinge;2026-03-01;sv;audio/hu.wav;", "ha;Webb;web page;Haninge;;sv;;q-annat",
                  "bo;Fokus;focus group;Botkyrka;;sv;audio/gone.wav;")  # fmt: skip
    write_sound(study.root / "audio" / "hu.wav", tone(6))
    done = study.run("report", "--sound")
    assert done.code == 0 and "1 excerpt with sound, 3 without" in done.err, done.text
    assert "bo: some excerpts have no sound" in done.err
    read = Read((study.root / "exports/report.html").read_text("utf-8"))
    data, sound = json.loads(read.texts["data"]), json.loads(read.texts["sound"])
    assert [data["excerpts"][int(n)][0] for n in sound] == ["BankID krånglar ofta här."]
    with av.open(io.BytesIO(b64decode(next(iter(sound.values()))))) as clip:
        stream = clip.streams.audio[0]
        assert (stream.codec_context.name, stream.sample_rate, stream.channels) == ("mp3float", 16_000, 1)
        assert clip.duration == pytest.approx(2.1 * av.time_base, rel=0.1), "1.5 seconds, and air on both sides"


def spoken_by_many(study: StudyHere) -> StudyHere:
    """Three focus groups of six people who each speak of everything; of printing, in Huddinge, only one."""
    study.write("qualkit.yaml", "title: Prov\nlanguage: sv\ncodebook: codebooks/codebook.yaml\n")
    towns = {"a": "Huddinge", "b": "Haninge", "c": "Nynäshamn"}
    study.sources(*(f"{source};Samtal med Kim;focus group;{town};;sv;;" for source, town in towns.items()))
    study.participants(*(f"{source};S{n};P{n}{source};participant;" for source in towns for n in range(6)))
    for source in towns:
        study.spoken(source, *(f"S{n % 6}: Om dator och papper, {source} {n}." for n in range(18)))
        for n in range(18):
            if source != "a" or n < 13:
                code(study, source, ("id.bankid", "id.losen", "ut.skriva")[n // 6], n, coder="cecilia-kodare")
        study.act(source, Act("", "", "cecilia-kodare", "finish"), coder="cecilia-kodare")
    return study


def test_a_page_for_publication_holds_back_and_names_nobody(study: StudyHere) -> None:
    spoken_by_many(study)
    file = study.root / "exports" / "report.html"
    for words, quotes in ((["--codes"], False), (["--codes", "--with-quotes"], True)):
        done = study.run("report", "--publish", *words)
        assert done.code == 0 and "cells held back (few people): Huddinge: Skriva ut" in done.out, done.text
        html = file.read_text("utf-8")
        read = Read(html)
        assert "För publicering" in html.split("<main>")[0] and "personuppgifter" not in html
        assert not {one for one in ("cecilia", "Kim", ".vtt", "s0001") if one in html}
        signs = [found.get("class") for found in read.all("td") if (found["class"] or "").startswith(("zero", "step"))]
        assert "zero-held-back" in signs and "visas inte" in html
        data = json.loads(read.texts["data"])
        assert bool(data["excerpts"]) == quotes and ('<label class="wide" hidden>' in html) != quotes
        assert {title for title, *_ in data["sources"]} <= {""}
        assert "papper, a 12." not in html and ("papper, c 16." in html) == quotes
    picture = study.run("report", "--publish", "--codes", "--picture", "map", "--theme", "ut.skriva")
    assert picture.code == 0 and "zero-held-back" in (study.root / "exports" / "map.svg").read_text("utf-8")
    for words in (["--sound"], ["--with-coders"], ["--with-memos"]):
        refused = study.run("report", "--publish", *words)
        assert refused.code == 1 and "no sound, no coder and no memo" in refused.err
    study.write("withheld.txt", "Huddinge\n")
    before = file.read_bytes()
    refused = study.run("report", "--publish")
    assert refused.code == 1 and "would hold Huddinge" in refused.err and file.read_bytes() == before
