"""The HTML report in a real browser, where there is one: keys, filters, and nothing that hostile answers could do.

Needs `playwright` and Chromium; neither is among the tools of a plain checkout.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from flask2fastapi.verify.reports.html_report import html_report

from .examples import verification

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """The report, opened as a file; anything that a page must not do fails the test."""
    file = tmp_path / "report.html"
    file.write_text(html_report(verification()), "utf-8")
    bad: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page.on("console", lambda message: bad.append(message.text))
    page.on("pageerror", lambda error: bad.append(str(error)))
    page.on("dialog", lambda dialog: (bad.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: bad.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    yield page
    page.close()
    assert bad == []


def current(page: Any) -> Any:
    return page.locator(".current")


def test_j_and_k_go_through_causes_and_cases(page: Any) -> None:
    page.keyboard.press("j")
    assert "books.delete" in current(page).inner_text()
    page.keyboard.press("j")
    assert "theme" in current(page).inner_text()
    page.keyboard.press("k")
    assert "books.delete" in current(page).inner_text()
    assert page.evaluate("document.activeElement === document.querySelector('.current')")


def test_a_slash_searches_and_o_opens_what_is_found(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("not found accept")
    assert page.inner_text("#shown") == "1 of 13 cases shown"
    page.keyboard.press("Enter")
    page.keyboard.press("o")
    assert current(page).evaluate("item => item.open")
    assert '"Not Found"' in current(page).inner_text()
    page.keyboard.press("x")
    assert page.inner_text("#shown") == "13 of 13 cases shown"


def test_routes_and_verdicts_filter(page: Any) -> None:
    page.select_option("#route", "=books.item")
    assert page.inner_text("#shown") == "4 of 13 cases shown"
    page.click(".chip.different")
    assert page.inner_text("#shown") == "3 of 13 cases shown"
    assert page.locator(".cause:visible").count() == 0
    page.click("#reset")
    page.click(".chip.crashed", modifiers=["Shift"])
    assert page.inner_text("#shown") == "1 of 13 cases shown"


def test_light_and_dark(page: Any) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) == "rgb(15, 19, 24)"
    page.keyboard.press("t")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [1280, 700, 360])
def test_nothing_is_wider_than_the_window(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_texts_can_be_read_in_both_schemes(page: Any) -> None:
    """Contrast of at least 4.5 between every text and its ground (WCAG 2.2, 1.4.3)."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(CONTRAST) == []


CONTRAST = """() => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const parts = numbers(color).map((part) => part / 255);
    const [r, g, b] = parts.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (numbers(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const bad = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || ["SCRIPT", "OPTION"].includes(element.tagName)) continue;
    const [one, two] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => a - b);
    const ratio = (two + 0.05) / (one + 0.05);
    if (ratio < 4.5) bad.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...bad];
}"""
