"""The report page in a real browser, opened from the disk: keys, mouse, search, sound, and the rules of axe-core."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from qualkit.report.contents import Extras
from qualkit.report.page import page
from qualkit.transcribe.clip import small_clip
from tests.conftest import StudyHere
from tests.reported import HARD, reported, view_of
from tests.sound import tone, write_sound
from tests.test_report_page import spoken_by_many

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,  # a browser
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium here (.ci/run installs it)"),
]
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8") if CHROMIUM else ""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Opened:
    """The sample page in the browser, with every address that it asked for and every word of its console."""

    tab: Any
    asked: list[str]
    said: list[str]
    refused: dict[str, str] = field(default_factory=dict)  # address -> why it was not asked for

    def cell(self, row: str, column: int) -> Any:
        """A cell of the table by the name of its row and the number of its column, from 0."""
        return self.tab.locator("#grid tr", has_text=row).locator("td").nth(column)

    @property
    def focused(self) -> str:
        return str(self.tab.evaluate("document.activeElement.closest('tr')?.cells[0].textContent.trim().split(/\\s/)[0]"
                                     " + ' ' + document.activeElement.cellIndex"))  # fmt: skip

    def quotes(self, inside: str) -> list[str]:
        return list(self.tab.locator(f"{inside} blockquote").all_text_contents())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the reported study, with the sound of its first excerpt."""
    folder = tmp_path_factory.mktemp("memory stick å")
    sound = small_clip((write_sound(folder / "a.wav", tone(8)),), 1.0, 3.0)
    (folder / "report.html").write_bytes(page(view_of(reported(StudyHere(folder / "study"))), Extras({0: sound})))
    return folder / "report.html"


def test_a_language_that_no_browser_knows_stops_no_script(browser: Any, tmp_path: Path) -> None:
    study = reported(StudyHere(tmp_path / "study"), "sv_SE")
    (tmp_path / "report.html").write_bytes(page(view_of(study)))
    tab = browser.new_page()
    tab.goto((tmp_path / "report.html").as_uri())
    tab.locator("#search").fill("BANKID")
    playwright.expect(tab.locator("#status")).to_have_text("2 av 4 utdrag")
    tab.close()


@pytest.fixture
def opened(browser: Any, file: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """The page, 1,280 pixels wide and light unless the test says otherwise: (width, scheme)."""
    width, scheme = getattr(request, "param", (1280, "light"))
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", locale="sv-SE"
    )
    found = Opened(context.new_page(), [], [])
    found.tab.on("request", lambda request: found.asked.append(request.url))
    found.tab.on("requestfailed", lambda request: found.refused.update({request.url: request.failure}))
    found.tab.on("console", lambda message: found.said.append(message.text))
    found.tab.on("pageerror", lambda error: found.said.append(str(error)))
    found.tab.on("dialog", lambda dialog: found.said.append(dialog.message))
    found.tab.goto(file.as_uri())
    yield found
    context.close()


def test_it_asks_for_nothing_and_cannot(opened: Opened, file: Path) -> None:
    opened.tab.locator("#search").fill("bankid")
    opened.cell("Huddinge", 0).click()
    assert [url for url in opened.asked if not url.startswith("data:audio/mpeg")] == [file.as_uri()]
    assert opened.said == []
    tried = opened.tab.evaluate(
        """async () => {
            const image = new Image(), script = document.createElement("script");
            const style = document.createElement("link");
            image.src = script.src = style.href = "https://example.org/x";
            style.rel = "stylesheet";
            document.head.append(image, script, style);
            return await fetch("https://example.org/x").then(() => "went", () => "refused");
        }"""
    )
    assert tried == "refused"
    assert set(opened.refused) == {url for url in opened.asked if "example.org" in url}
    assert set(opened.refused.values()) == {"csp"}, "the browser itself refuses, before anything goes out"


@pytest.mark.parametrize("opened", [(w, s) for w in (1280, 400) for s in ("light", "dark")], indirect=True)
def test_axe_finds_nothing(opened: Opened) -> None:
    def violations() -> list[str]:
        found = opened.tab.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        assert len(found["passes"]) > 20, "axe looked"
        return [f"{one['impact']} {one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]

    opened.tab.evaluate(AXE)
    assert violations() == []
    opened.cell("Huddinge", 0).click()
    assert violations() == []


def test_a_published_page_without_quotes_is_whole(browser: Any, tmp_path: Path) -> None:
    study = spoken_by_many(StudyHere(tmp_path / "study"))
    assert study.run("report", "--publish", "--codes").code == 0
    context = browser.new_context()
    tab, said = context.new_page(), []
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto((study.root / "exports" / "report.html").as_uri())
    tab.evaluate(AXE)
    found = tab.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    assert [one["id"] for one in found["violations"]] == [] and said == []
    assert not tab.locator("#search").is_visible() and not tab.locator("#excerpts").is_visible()
    tab.locator("#grid td.zero-held-back").first.click()
    assert tab.locator("#cell-note").text_content() == "visas inte"
    assert tab.locator("#map-title").text_content()
    context.close()


@pytest.mark.parametrize("opened", [(1280, "light"), (400, "light")], indirect=True)
def test_it_fits_and_can_be_hit(opened: Opened) -> None:
    def small() -> list[str]:
        return list(opened.tab.evaluate(
            "[...document.querySelectorAll('button, select, input, td[tabindex], summary')]"
            ".filter(e => e.checkVisibility())"
            ".filter(e => Math.min((e.closest('label.check') ?? e).getBoundingClientRect().height,"
            " (e.closest('label.check') ?? e).getBoundingClientRect().width) < 24).map(e => e.outerHTML)"
        ))  # fmt: skip

    assert small() == []
    assert opened.tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing but the table is wider"
    opened.cell("Botkyrka", 0).click()
    assert small() == []


@pytest.mark.parametrize("opened", [(1280, "light"), (1280, "dark")], indirect=True)
def test_light_and_dark(opened: Opened) -> None:
    ground = opened.tab.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = opened.tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert ground == ("rgb(20, 25, 31)" if dark else "rgb(255, 255, 255)")
    opened.tab.emulate_media(media="print", color_scheme="dark")
    assert opened.tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", (
        "paper is white"
    )
    assert not opened.tab.locator("#filters").is_visible() and opened.tab.locator("#grid").is_visible()


def test_the_table_is_gone_through_with_keys(opened: Opened) -> None:
    opened.tab.locator("#grid td[tabindex='0']").focus()
    steps = {"ArrowRight": "Huddinge 2", "ArrowDown": "Haninge 2", "ArrowLeft": "Haninge 1", "End": "Haninge 6",
             "Home": "Haninge 1", "Control+End": "Unika 3", "Control+Home": "Huddinge 1", "PageDown": "Unika 1",
             "PageUp": "Huddinge 1", "ArrowUp": "Huddinge 1"}  # fmt: skip
    assert [opened.tab.keyboard.press(key) or opened.focused for key in steps] == list(steps.values())
    assert opened.tab.locator("#grid td[tabindex='0']").count() == 1, "one stop for Tab"
    opened.tab.keyboard.press("Enter")
    assert opened.tab.locator("#cell").is_visible() and opened.quotes("#cell-list") == ["BankID krånglar ofta här."]
    assert opened.tab.locator("#cell-title").text_content() == "Huddinge: Identitet"
    assert opened.tab.evaluate("document.activeElement.id") == "cell-title", "what a reader hears first"
    opened.tab.keyboard.press("Tab")
    assert opened.tab.evaluate("document.activeElement.closest('dialog') !== null")
    opened.tab.keyboard.press("Escape")
    assert not opened.tab.locator("#cell").is_visible() and opened.focused == "Huddinge 1"
    opened.tab.keyboard.press("ArrowRight")
    opened.tab.keyboard.press(" ")
    assert "inte nämnt: frågat eller öppet" in opened.tab.locator("#cell-note").text_content()


def test_the_focus_is_seen(opened: Opened) -> None:
    opened.tab.locator("#grid td[tabindex='0']").focus()
    opened.tab.keyboard.press("ArrowRight")
    assert opened.tab.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_every_figure_opens_as_many_excerpts(opened: Opened) -> None:
    cells = opened.tab.locator("#grid tbody td[class^='step'], #grid td.total")
    seen = []
    for number in range(cells.count()):
        cell = cells.nth(number)
        if not cell.is_visible():
            continue
        cell.click()
        seen.append((cell.text_content(), len(opened.quotes("#cell-list"))))
        opened.tab.locator("#close").click()
    assert seen == [("1", 1), ("1", 1), ("1", 1), ("1", 1), ("2…", 2), ("2", 2), ("3", 3), ("1", 1), ("4", 4)]


def test_search_and_filters(opened: Opened) -> None:
    tab, status = opened.tab, opened.tab.locator("#status")
    assert status.get_attribute("role") == "status" and status.text_content() == "4 av 4 utdrag"
    tab.locator("#search").fill("BANKID")
    playwright.expect(status).to_have_text("2 av 4 utdrag")
    assert tab.locator("#list mark").all_text_contents() == ["BankID", "BankID"]
    assert [opened.cell(row, 0).get_attribute("class") for row in ("Huddinge", "Botkyrka")] == ["step3", "step6"]
    assert "out" in opened.cell("Haninge", 1).get_attribute("class"), "a figure without a hit is marked"
    assert tab.locator("#brackets").is_visible()
    opened.cell("Botkyrka", 0).click()
    assert "1 av 2 utdrag passar" in tab.locator("#cell-note").text_content()
    tab.locator("#cell-note button").click()
    assert len(opened.quotes("#cell-list")) == 2
    tab.keyboard.press("Escape")
    tab.locator("#kind").select_option("focus group")
    playwright.expect(status).to_have_text("1 av 4 utdrag")
    tab.locator("#filters button").click()
    playwright.expect(status).to_have_text("4 av 4 utdrag")
    tab.locator("#column").select_option(label="Utskrift")
    playwright.expect(status).to_have_text("1 av 4 utdrag")
    assert tab.locator("#grid thead th:visible").count() == 6 and not opened.cell("Huddinge", 0).is_visible()
    tab.locator("#row").select_option(label="Nynäshamn")
    playwright.expect(status).to_have_text("0 av 4 utdrag")
    assert tab.locator("#grid tbody tr:visible").count() == 1 and "Inget utdrag passar" in tab.inner_text("#list")
    assert tab.locator("#grid td[tabindex='0']").is_visible(), "Tab still finds the table"


def test_rows_without_material_are_shown_on_request(opened: Opened) -> None:
    assert opened.tab.locator("#grid tbody tr:visible").count() == 3
    opened.tab.get_by_label("Visa 1 rader utan material").check()
    assert opened.tab.locator("#grid tbody tr:visible").count() == 4


def test_hard_words_are_shown_as_they_are(opened: Opened) -> None:
    opened.cell("Haninge", 1).click()
    assert opened.quotes("#cell-list") == [HARD] and opened.said == []
    assert opened.tab.locator("#cell-list blockquote").get_attribute("dir") == "auto"


def test_the_map_shows_a_column_and_leads_to_excerpts(opened: Opened) -> None:
    tab = opened.tab
    assert tab.locator("#map-title").text_content() == "Karta: Identitet"
    tab.locator("#map-column").select_option(label="Utskrift")
    kinds = {code: tab.locator(f"#m-{code}").get_attribute("class") for code in ("0126", "0136", "0192", "0127")}
    assert kinds == {"0126": "zero-not-mentioned", "0136": "step3", "0192": "zero-no-material",
                     "0127": "zero-not-yet-coded"}  # fmt: skip
    assert tab.locator("#m-0136 title").text_content() == "Haninge: 1"
    assert "Botkyrka: inte kodat än" in tab.locator("#map-text").text_content()
    tab.locator("#places button").click()
    assert opened.quotes("#cell-list") == [HARD]
    tab.keyboard.press("Escape")
    assert not tab.locator("#cell").is_visible()
    tab.locator("#l-0136").scroll_into_view_if_needed()
    figure = tab.locator("#l-0136").bounding_box()
    tab.mouse.click(figure["x"] + figure["width"] / 2, figure["y"] + figure["height"] / 2)
    assert tab.locator("#cell-title").is_visible()
    assert opened.quotes("#cell-list") == [HARD]


def test_an_excerpt_is_heard_inside_the_page(opened: Opened) -> None:
    opened.cell("Huddinge", 0).click()
    player = opened.tab.locator("#cell-list audio")
    seconds = player.evaluate(
        "sound => new Promise(done => { sound.onloadedmetadata = () => done(sound.duration); sound.load(); })"
    )
    assert 2.4 < seconds < 2.9, "two seconds, with a little air"
    assert "0:00:02" in player.get_attribute("aria-label")


def test_without_scripts_the_table_stands(browser: Any, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(file.as_uri())
    assert tab.locator("#grid tbody tr:visible").count() == 4 and "kör" in tab.inner_text("noscript")
    context.close()
