"""The HTML report in a real browser, offline: Debian's chromium, headless."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.assistant import Assistant
from bot.settings import Settings
from evaluation import compare, evaluate, load_gold
from evaluation.ablation import VARIANTS, ablate
from evaluation.report.drawing import HEAT_LEVELS
from evaluation.report.page import heat_colours, render
from tests.evaluation.conftest import SMALL_GOLD

WIDTHS = (360, 768, 1440)
A4 = 718
"""CSS pixels between the margins that browsers print with."""
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; the test fails where there is none."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("chromium is not installed: run `make browser`, or install Debian's package chromium.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def page_file(small_gold: Path, small_assistant: Assistant, small_settings: Settings, tmp_path: Path) -> Path:
    """The report of the small gold, with a comparison, an ablation, and a question that tries to break the page."""
    questions = load_gold(small_gold)
    results = evaluate(questions, small_assistant, gold="<b>gold</b>.jsonl")
    hostile = results.questions[0].model_copy(
        update={
            "gold": questions[0].__class__(
                **{**SMALL_GOLD[0], "id": "x", "question": "<script>boom()</script>" + "長" * 400}
            )
        }
    )
    results = results.model_copy(update={"questions": (*results.questions, hostile)})
    rows = ablate(questions, small_settings, results, VARIANTS[:2])
    file = tmp_path / "report.html"
    file.write_text(render(results, compare(results, results), rows), encoding="utf-8")
    return file


def _open(
    browser: Browser, file: Path, width: int, scheme: Literal["light", "dark"] = "light"
) -> tuple[Page, list[str]]:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True)
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda request: troubles.append(request.url))
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((element) => { element.open = true; })")
    return page, troubles


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_quiet_and_nothing_overflows(
    browser: Browser, page_file: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page, troubles = _open(browser, page_file, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    cut = page.evaluate(
        """[...document.querySelectorAll('h1, h2, p, li, blockquote, figure, summary, form, label')]
           .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
           .map((element) => element.outerHTML)"""
    )
    assert cut == []
    assert troubles == []
    page.context.close()


def test_light_and_dark_differ_and_text_stands_out_in_both(browser: Browser, page_file: Path) -> None:
    for scheme, backdrop in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 27)")):
        page, _ = _open(browser, page_file, 768, scheme)  # type: ignore[arg-type]
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == backdrop
        inks = page.evaluate("[...document.querySelectorAll('svg text')].map((text) => getComputedStyle(text).fill)")
        assert set(inks) == {page.evaluate("getComputedStyle(document.body).color")}
        page.context.close()


def test_the_list_is_filtered_by_register_verdict_and_words(browser: Browser, page_file: Path) -> None:
    page, _ = _open(browser, page_file, 768)
    visible = page.locator("details.question:visible")
    assert visible.count() == 5
    page.select_option("#register", "yue")
    assert visible.count() == 1
    assert page.locator("#count").inner_text() == "1 of 5 questions"
    page.select_option("#register", "")
    page.select_option("#verdict", "rightly refused")
    assert [visible.nth(n).get_attribute("id") for n in range(visible.count())] == ["q-weather"]
    page.select_option("#verdict", "")
    page.fill("#words", "开办了多少 36")
    assert [visible.nth(n).get_attribute("id") for n in range(visible.count())] == ["q-courses"]
    page.context.close()


def test_answers_stand_beside_gold_with_citations_in_both_languages(browser: Browser, page_file: Path) -> None:
    page, _ = _open(browser, page_file, 1440)
    text = page.locator("#q-gates-en").inner_text()
    assert "a total of 214 self-service boarding gates" in text and "本处共管理 214 个自助登船闸口" in text
    sides = [page.locator("#q-gates-en section").nth(n).bounding_box() for n in range(2)]
    assert sides[0] and sides[1]
    assert sides[0]["y"] == sides[1]["y"] and sides[0]["x"] < sides[1]["x"]
    page.context.close()


def test_what_questions_hold_is_text_not_markup(page_file: Path) -> None:
    html = page_file.read_text(encoding="utf-8")
    assert "<script>boom" not in html and "&lt;script&gt;boom()" in html
    assert "<b>gold</b>" not in html


def test_the_file_needs_no_other(page_file: Path) -> None:
    html = page_file.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", html)
    assert not re.search(r"@import|url\((?!#)", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert html.count("<svg") == 4


def test_it_prints_on_white_and_within_the_page(browser: Browser, page_file: Path) -> None:
    page, _ = _open(browser, page_file, A4, "dark")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") == A4
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("form").is_visible()
    assert page.locator("figure").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.context.close()


def test_heat_runs_from_the_first_colour_over_the_middle_to_the_last() -> None:
    colours = heat_colours((0, 0, 0), (100, 100, 100), (200, 0, 100))
    assert len(colours) == HEAT_LEVELS
    assert (colours[0], colours[5], colours[10]) == ("#000000", "#646464", "#c80064")
    assert colours[1] == "#141414"
