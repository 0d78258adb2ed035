"""The built site in a real browser, opened from disk: desktop and phone, with and without JavaScript."""

from __future__ import annotations

import csv

import pytest
from find_browser import FLAGS, system_browser
from playwright.sync_api import sync_playwright

from support import PAGES, STATEMENT

SIZES = {"desktop": (1280, 900), "phone": (375, 800)}


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as running:
        opened = running.chromium.launch(executable_path=system_browser(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visit(chromium, built):
    """Opens pages; afterwards no page has asked another host or reported an error."""
    contexts, asked, errors = [], [], []

    def open_page(page: str, size: str = "desktop", javascript: bool = True):
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=javascript)
        contexts.append(context)
        tab = context.new_page()
        tab.on(
            "request",
            lambda request: asked.append(request.url) if not request.url.startswith(("file:", "data:")) else None,
        )
        tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.goto((built / "html" / f"{page}.html").as_uri(), wait_until="load")
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert (asked, errors) == ([], [])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_is_and_fits_its_screen(visit, page, size):
    tab = visit(page, size)
    assert STATEMENT in tab.locator(".lr-edition").inner_text()
    assert tab.locator("article h1").is_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


@pytest.mark.parametrize(("size", "shown", "hidden"), [("desktop", "wide", "narrow"), ("phone", "narrow", "wide")])
def test_the_drawing_fits_the_screen(visit, size, shown, hidden):
    tab = visit("chapters/progression-free-survival", size)
    drawing = tab.locator(f".lr-chart-{shown} svg").first
    assert drawing.is_visible() and not tab.locator(f".lr-chart-{hidden} svg").first.is_visible()
    assert drawing.bounding_box()["width"] <= SIZES[size][0]
    words = tab.locator(".lr-chart [role=img]").first.get_attribute("aria-label")
    assert "70.8 %" in words and "Illustrative" in words


def test_without_javascript_a_chapter_is_complete(visit):
    tab = visit("chapters/progression-free-survival", javascript=False)
    assert tab.locator(".lr-key-result").is_visible() and tab.locator(".lr-chart-wide svg").is_visible()
    assert "70.8" in tab.locator("table.lr-table").first.inner_text()


def test_headers_of_tables_have_their_scope(visit):
    tab = visit("chapters/responses")
    scopes = tab.locator("table th").evaluate_all("cells => cells.map(cell => cell.getAttribute('scope'))")
    assert scopes and set(scopes) == {"col", "row"}


def test_the_landing_page_gives_four_results_and_what_contradicts_them(visit):
    tab = visit("index")
    values = [text.replace("\N{NO-BREAK SPACE}", " ") for text in tab.locator(".lr-card-value").all_inner_texts()]
    assert values == ["70.8 %", "87.4 %", "53.6 %", "3.6 %"]
    words = tab.locator(".lr-contradicts").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    for number in ("0.72", "0.582 to 0.890", "1.025", "0.789 to 1.332", "abstract level"):
        assert number in words


def test_every_number_in_the_table_of_the_page_is_a_row_of_the_results(visit, built):
    tab = visit("chapters/progression-free-survival")
    shown = tab.locator("#tbl-pfs tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )
    with (built / "results.csv").open(encoding="utf-8", newline="") as opened:
        known = {row["key"]: row for row in csv.DictReader(opened)}
    plain = next(row for row in shown if "plain" in row[4])
    low, high = (f"{float(known['pfs.survival.36'][limit]) * 100:.1f}" for limit in ("low", "high"))
    assert plain[1].startswith("70.8") and low in plain[2] and high in plain[2]
