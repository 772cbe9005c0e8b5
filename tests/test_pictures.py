"""Pictures of a matrix: every figure and zero is in them, words are told from markup, colours can be read."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from math import cos, radians
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.analysis.saturation import Coded
from qualkit.errors import QualkitError
from qualkit.model.study import Settings, Study
from qualkit.report import map as maps
from qualkit.report import png as pngs
from qualkit.report.boundaries import boundaries, in_counties
from qualkit.report.drawing import breadth, cut, document, lines, plain, text
from qualkit.report.palette import DARK, LIGHT, STEPS, Palette, contrast, level, ranges
from qualkit.report.pictures import PICTURES, picture
from qualkit.report.saturation import Choice, saturation_picture, ticks
from qualkit.store.register import municipalities
from tests.conftest import StudyHere
from tests.reported import HARD, reported, view_of
from tests.test_shapes import code

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_whole_and_named(study: StudyHere, name: str, language: str) -> None:
    view = view_of(reported(study, language))
    svg = picture(name, view)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img" and root[0].text and root[0].text.startswith("Prov å ä ö") and root[1].text
    assert {root[0].get("id"), root[1].get("id")} == set((root.get("aria-labelledby") or "").split())
    assert not re.search(r"href|src=|url\((?!#)|@import", svg), "a picture needs nothing but itself"
    assert svg == picture(name, view)
    words = " ".join(texts(svg))
    assert ("inte nämnt" if language == "sv" else "not mentioned") in words


def test_the_heat_map_has_every_figure_and_all_zeros(study: StudyHere) -> None:
    view = view_of(reported(study))
    shown = texts(picture("heatmap", view))
    start = shown.index("Huddinge")
    assert shown[start : start + 4] == ["Huddinge", "1", "0", "färdiga källor: 1 av 1 · deltagare: 1 · 1 min"]
    signs = [one for one in shown[start:] if one in ("1", "0", "/", "…", "2…")]
    assert signs == ["1", "0", "/", "1", "2…", "…", "1"], "and the first step of the legend"
    assert "Inget material: Nynäshamn" in shown and "–  inget material" in shown
    assert {look.zero for look in (view.look(row, c) for row in view.rows for c in view.export.matrix.columns)} == {
        "", "not mentioned", "not asked", "not yet coded",
    }  # fmt: skip


def test_bars_of_columns_and_of_one(study: StudyHere) -> None:
    view = view_of(reported(study))
    assert texts(picture("bars", view))[2:6] == ["Identitet", "3…", "Utskrift", "1…"]
    assert texts(picture("bars", view, "identitet"))[2:8] == ["Huddinge", "1", "Haninge", "/", "Botkyrka", "2…"]


def test_the_map_tells_zeros_apart_without_colour(study: StudyHere) -> None:
    root = ElementTree.fromstring(picture("map", view_of(reported(study)), "ut"))
    fills = {element.get("id"): element.get("fill") for element in root.iter(f"{SVG}path") if element.get("id")}
    assert fills == {"m-0126": LIGHT.ground, "m-0136": LIGHT.steps[2][0], "m-0192": "url(#zero-no-material)",
                     "m-0127": "url(#zero-not-yet-coded)"}  # fmt: skip
    said = {element.get("id"): element[0].text for element in root.iter(f"{SVG}path") if len(element)}
    assert said["m-0192"] == "Nynäshamn: inget material" and said["m-0136"] == "Haninge: 1"
    assert {element.get("id") for element in root.iter(f"{SVG}pattern")} >= {"zero-not-asked", "zero-no-material"}


def test_a_map_of_all_columns_says_why_a_row_is_empty(study: StudyHere) -> None:
    root = ElementTree.fromstring(picture("map", view_of(reported(study))))
    said = {element.get("id"): element[0].text for element in root.iter(f"{SVG}path") if len(element)}
    assert said["m-0192"] == "Nynäshamn: inget material" and said["m-0127"] == "Botkyrka: 2 hittills"


def test_every_municipality_has_a_place() -> None:
    codes = [one.code for one in municipalities()]
    assert set(boundaries(codes)) == set(codes)
    assert len(in_counties(["0136"])) == 26 and in_counties(["x"]) == []
    finer, coarser = (boundaries(those)["0136"] for those in (["0136"], ["0136", "1480"]))
    assert sum(map(len, finer)) > 2 * sum(map(len, coarser))


def test_the_map_is_true_to_shape_and_figures_stand_inside() -> None:
    codes = [one.code for one in municipalities()]
    known = boundaries(codes)
    placed = maps._projected(known)
    (west, south), (east, north) = known["0136"][0][0], known["2584"][0][0]
    (x1, y1), (x2, y2) = placed["0136"][0][0], placed["2584"][0][0]
    assert y2 < y1 and x2 > x1, "north is up, east is right"
    edge = [y for rings in known.values() for ring in rings for _, y in ring]
    narrow = cos(radians((min(edge) + max(edge)) / 2))
    assert (x2 - x1) / (y1 - y2) == pytest.approx((east - west) * narrow / (north - south))
    labels = {code: maps._label(rings) for code, rings in placed.items()}
    assert sum(label is not None for label in labels.values()) > 20
    for place, label in labels.items():
        if label:
            assert _inside((label[0], label[1] - 4), placed[place]), place


def _inside(point: tuple[float, float], rings: list[list[tuple[float, float]]]) -> bool:
    x, y = point
    crossings = 0
    for ring in rings:
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]):
                crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_colours_can_be_read(palette: Palette) -> None:
    assert len(palette.steps) == STEPS
    for ground in (palette.ground, palette.raised):
        for ink in (palette.text, palette.faint, palette.accent):
            assert contrast(ground, ink) >= 4.5, (ground, ink)
    for ground, ink in palette.steps:
        assert contrast(ground, ink) >= 4.5, (ground, ink)
    from_ground = [contrast(palette.ground, ground) for ground, _ in palette.steps]
    assert from_ground == sorted(from_ground), "larger figures stand out more"
    assert contrast("#000000", "#ffffff") == pytest.approx(21) and contrast("#777777", "#ffffff") < 4.5


@settings(max_examples=60)
@given(st.integers(1, 400), st.data())
def test_a_figure_lies_in_the_range_of_its_step(most: int, data: st.DataObject) -> None:
    figure = data.draw(st.integers(1, most))
    low, high = ranges(most, whole=True)[level(figure, most)]
    assert low <= figure <= high
    spans = list(ranges(most, whole=True).values())
    assert spans[0][0] == 1 and spans[-1][1] == most
    assert all(after[0] == before[1] + 1 for before, after in pairwise(spans))
    assert level(0, most) == 0 and level(most / 2 + 0.25, most) in ranges(most, whole=False)


@settings(max_examples=60)
@given(st.text(max_size=40), st.floats(20, 200))
def test_any_text_can_be_drawn(words: str, width: float) -> None:
    root = ElementTree.fromstring(document(10, 10, words, words, [text(0, 0, words)]))
    assert (root[-1].text or "") == unescape(plain(words)).replace("\r\n", "\n").replace("\r", "\n")
    assert breadth(cut(words, width)) <= max(width, breadth("…"))
    assert len(lines(words, width, 2)) <= 2


def test_words_of_the_study_are_no_markup(study: StudyHere) -> None:
    reported(study)
    study.write("qualkit.yaml", f"title: '{HARD}'\nlanguage: en\ncodebook: codebooks/codebook.yaml\n")
    root = ElementTree.fromstring(picture("heatmap", view_of(study)))
    assert HARD in (root[0].text or "") and not list(root.iter(f"{SVG}script"))


def test_png_has_the_swedish_letters(study: StudyHere, monkeypatch: pytest.MonkeyPatch) -> None:
    image = pngs.png(picture("heatmap", view_of(reported(study))))
    assert image.startswith(b"\x89PNG") and pngs._has_letters()
    pngs._has_letters.cache_clear()
    monkeypatch.setattr(pngs, "_drawn", lambda svg: b"nothing")
    with pytest.raises(QualkitError, match="no font"):
        pngs.png("<svg/>")
    pngs._has_letters.cache_clear()


def test_the_command_writes_pictures(study: StudyHere) -> None:
    reported(study)
    for name in ("bars.svg", "map.png"):
        done = study.run("report", "--picture", name[:-4], "--theme", "ID", "--to", str(study.root / "exports" / name))
        assert done.code == 0 and (study.root / "exports" / name).stat().st_size > 1000, done.text
    assert study.run("report", "--picture", "heatmap").code == 0
    assert "Huddinge" in (study.root / "exports/heatmap.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--picture", "pie"], "no picture 'pie'"),
        (["--picture", "saturation"], "qualkit saturation --to FILE.svg"),
        (["--picture", "cooccurrence"], "qualkit cooccur --to FILE.svg"),
        (["--picture", "map", "--by", "kind"], "no map of these rows"),
        (["--picture", "heatmap", "--theme", "id"], "shows all columns"),
        (["--picture", "bars", "--theme", "x"], "no column 'x'"),
        (["--picture", "bars", "--measure", "quotes"], "a report shows figures"),
        (["--picture", "bars", "--to", "exports/x.gif"], ".svg or .png"),
    ],
)
def test_what_cannot_be_drawn_is_said(study: StudyHere, words: list[str], message: str) -> None:
    done = reported(study).run("report", *words)
    assert done.code == 1 and message in " ".join(done.err.split()), done.text


def test_codes_that_come_together(study: StudyHere) -> None:
    reported(study)
    code(study, "hu", "id.losen", 0)
    for words, expected in (
        ([], ["BankID", "2…", "1…", "Lösenord", "1…", "2…", "Skriva ut", "1…"]),
        (["--themes"], ["Identitet", "3…", "Utskrift", "1…"]),
    ):
        file = study.root / "exports" / "pairs.svg"
        done = study.run("cooccur", *words, "--to", str(file))
        assert done.code == 0, done.text
        root = ElementTree.fromstring(file.read_text("utf-8"))
        shown = texts(file.read_text("utf-8"))
        assert [one for one in shown[shown.index(expected[0], 4) :] if one in expected and one != "…"] == expected
        coloured = [box.get("fill") for box in root.iter(f"{SVG}rect") if box.get("fill") in dict(LIGHT.steps)]
        assert len(coloured) == (3 if not words else 0), "two cells and one step of the legend; none for a code itself"


def test_the_saturation_curve_is_drawn_to_scale() -> None:
    found = Coded({"a": {"x", "y", "z"}, "b": {"x", "w"}, "c": {"x"}, "d": set()}, ("e",))
    svg = saturation_picture(found, Study(Settings("S", "en")), Choice(2, 2, 0), "2026-11-23", "0.1")
    root = ElementTree.fromstring(svg)
    curve = next(line for line in root.iter(f"{SVG}polyline") if line.get("stroke-width") == "2.5")
    points = [tuple(map(float, point.split(","))) for point in (curve.get("points") or "").split()]
    heights = [points[0][1] - y for _, y in points]
    assert heights == [0, 65, 65, 65], "3, 4, 4, 4 codes on 260 pixels"
    bars = [box for box in root.iter(f"{SVG}rect") if box.get("fill") == LIGHT.steps[2][0] and box.get("width") != "22"]
    assert [float(bar.get("height") or 0) for bar in bars] == [195, 65]
    dashed = next(line for line in root.iter(f"{SVG}polyline") if line.get("stroke-dasharray"))
    x = float((dashed.get("points") or "").split(",")[0])
    assert points[1][0] < x < points[2][0], "behind the second source"
    assert {"2+2", "base 2, run 2, at most 0 % new: 2+2", "Not finished, so left out: e"} <= set(texts(svg))


@pytest.mark.parametrize("sources", [{}, {"a": set()}, {f"s{n}": {f"c{n}"} for n in range(60)}])
def test_a_curve_of_few_or_many_sources(sources: dict[str, set[str]]) -> None:
    svg = saturation_picture(Coded(sources), Study(), Choice(4, 2, 5), "2026-11-23", "0.1")
    assert "inte uppnått" in " ".join(texts(svg))
    width = float(ElementTree.fromstring(svg).get("width") or 0)
    assert width == pytest.approx(48 + max(460, 44 + 12 + 26 * len(sources), 476 if sources else 0), abs=1)


@given(st.integers(1, 100_000))
def test_ticks_are_few_and_round(most: int) -> None:
    found = ticks(most)
    assert found[0] == 0 and 2 <= len(found) <= 8 and most - found[-1] < found[1]
    assert str(found[1]).strip("0") in ("1", "2", "5")


def test_matrix_and_saturation_write_pictures(study: StudyHere) -> None:
    reported(study)
    for words in (["matrix", "--to", "m.png"], ["matrix", "--to", "m.svg"], ["saturation", "--to", "s.png"]):
        file = study.root / "exports" / words[-1]
        done = study.run(*words[:-1], str(file))
        assert done.code == 0 and file.stat().st_size > 1000, done.text
    refused = study.run("matrix", "--to", str(study.root / "exports" / "m.gif"))
    assert refused.code == 1 and ".svg, .png" in refused.err
