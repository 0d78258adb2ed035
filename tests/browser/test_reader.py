"""What a reader does with a page: pointing, keys, saving, copying, searching. Texts are compared with the files of the build."""

from __future__ import annotations

import csv
import io
import re
import struct
from contextlib import suppress

import pytest
from browsing import Edition, plain, until
from playwright.sync_api import TimeoutError
from test_site import listed, violations

from livingreview.results.rounding import rounded

PFS = "chapters/progression-free-survival"
MRD = "chapters/minimal-residual-disease"
SCRIPT = "livingreview-vega.js"
LIVE = ".lr-live svg"


def enliven(tab, number: int = 0):
    """Point at a chart and wait until it is live."""
    chart = tab.locator(".lr-chart").nth(number)
    chart.locator(".lr-drawing").scroll_into_view_if_needed()
    chart.locator(".lr-drawing").hover()
    chart.locator(LIVE).wait_for()
    until(tab, "chart => chart.dataset.live === 'yes'", chart.element_handle())
    return chart


def plot(chart) -> dict[str, float]:
    """Where the plot of the curves is on the screen."""
    return chart.locator(f"{LIVE} .curves_group > g > path.background").first.bounding_box()


def read_at(tab, chart, x: float, y: float) -> str:
    """What stands under the chart once the pointer has come to rest at a place."""
    reading = chart.locator(".lr-reading")
    before = reading.text_content()
    tab.mouse.move(x, y)
    with suppress(TimeoutError):  # the same step as before is the same text
        arguments = [reading.element_handle(), before]
        until(tab, "([line, before]) => line.textContent !== before", arguments, timeout=700)
    return plain(reading.inner_text())


def curve(edition: Edition, name: str) -> list[dict[str, str]]:
    """The published table of a curve; of one that is not known, of the area in which it may run."""
    envelope = edition.folder / "curves" / f"{name}-envelope.csv"
    return edition.rows(f"curves/{envelope.name}" if envelope.is_file() else f"curves/{name}.csv")


def percent(share: str) -> str:
    return f"{rounded(float(share) * 100, 1)} %"


def said(rows: list[dict[str, str]], t: float) -> str:
    """What the row that holds at a time says."""
    row = [row for row in rows if float(row["t"]) <= t][-1]
    if "survival_low" in row:
        low, high = percent(row["survival_low"]), percent(row["survival_high"])
        fewest, most = row["at_risk_low"], row["at_risk_high"]
        ends = low if low == high else f"somewhere between {low} and {high}"
        return f"{ends}, {fewest if fewest == most else f'{fewest}–{most}'} at risk"
    limits = f" ({percent(row['low'])} to {percent(row['high'])})" if row["low"] and row["high"] else ""
    return f"{percent(row['survival'])}{limits}, {row['at_risk']} at risk"


def time_of(words: str) -> float:
    return float(re.search(r"[Aa]t ([\d.]+) months", words).group(1))


@pytest.mark.parametrize("disk", [False, True], ids=["served", "disk"])
def test_pointing_at_a_curve_reads_the_row_of_the_published_table(open_tab, edition, disk):
    tab = open_tab(edition, disk=disk)
    tab.goto(edition.url(PFS, disk=disk))
    rows = curve(edition, "pfs")
    tab.mouse.wheel(0, 400)
    tab.wait_for_timeout(150)
    assert not any(SCRIPT in url for url in open_tab.watch.requests), "the script came before anybody touched a chart"
    before = tab.locator(".lr-drawing").bounding_box()
    chart = enliven(tab)
    assert sum(SCRIPT in url for url in open_tab.watch.requests) == 1
    after = tab.locator(".lr-drawing").bounding_box()
    assert abs(after["height"] - before["height"]) <= 2 and abs(after["width"] - before["width"]) <= 2
    place = plot(chart)
    known = sorted({float(row["t"]) for row in rows})
    times = []
    for share in (0.02, 0.2, 0.35, 0.5, 0.65, 0.8, 0.98):
        words = read_at(tab, chart, place["x"] + share * place["width"], place["y"] + place["height"] / 3)
        t = time_of(words)
        assert t in known
        assert words.endswith(f": {said(rows, t)}."), words
        times.append(t)
    assert times == sorted(times) and len(set(times)) >= 5


def test_the_reading_is_at_the_pointer(open_tab, demo):
    tab = open_tab(demo)
    tab.goto(demo.url(PFS))
    chart = enliven(tab)
    place = plot(chart)
    ticks = chart.locator(f"{LIVE} .curves_group .role-axis-label").first.locator("text").all()
    labels = {float(tick.text_content()): tick.bounding_box() for tick in ticks if tick.text_content()}
    for month in (12.0, 24.0, 48.0):
        centre = labels[month]["x"] + labels[month]["width"] / 2
        assert abs(time_of(read_at(tab, chart, centre, place["y"] + 40)) - month) < 1


def test_the_arrow_keys_read_one_step_after_the_other(open_tab, edition):
    tab = open_tab(edition)
    tab.goto(edition.url(PFS))
    rows = curve(edition, "pfs")
    times = sorted({float(row["t"]) for row in rows})
    drawing = tab.locator(".lr-drawing").first
    drawing.focus()
    tab.locator(LIVE).first.wait_for()
    until(tab, "document.querySelector('.lr-chart').dataset.live === 'yes'")
    reading = tab.locator(".lr-reading").first
    assert reading.get_attribute("aria-live") == "polite"
    for key, place in [("ArrowRight", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("ArrowLeft", 0)]:
        tab.keyboard.press(key)
        words = plain(reading.inner_text())
        assert time_of(words) == times[place] and words.endswith(f": {said(rows, times[place])}.")
    tab.keyboard.press("ArrowLeft")
    assert time_of(plain(reading.inner_text())) == times[0]
    for _ in range(len(times) + 3):
        tab.keyboard.press("ArrowRight")
    assert time_of(plain(reading.inner_text())) == times[-1]
    outline = drawing.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none"


def test_a_key_pressed_before_the_chart_is_live_is_not_lost(open_tab, reference):
    tab = open_tab(reference)
    tab.goto(reference.url(PFS))
    tab.locator(".lr-drawing").first.focus()
    tab.keyboard.press("ArrowRight")
    until(tab, "document.querySelector('.lr-reading').textContent.includes('months')", timeout=8000)


def test_a_tap_on_a_phone_reads_the_curve(open_tab, demo):
    tab = open_tab(demo, "phone", has_touch=True, is_mobile=True)
    tab.goto(demo.url(PFS))
    rows = curve(demo, "pfs")
    drawing = tab.locator(".lr-drawing").first
    drawing.scroll_into_view_if_needed()
    drawing.tap()
    until(tab, "document.querySelector('.lr-chart').dataset.live === 'yes'")
    place = plot(tab.locator(".lr-chart").first)
    tab.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    until(tab, "document.querySelector('.lr-reading').textContent.includes('months')", timeout=5000)
    words = plain(tab.locator(".lr-reading").first.inner_text())
    assert words.endswith(f": {said(rows, time_of(words))}.")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 375


def landmark_curves(edition: Edition) -> dict[str, list[dict[str, str]]]:
    """The published tables of all groups by the name of the group."""
    groups = ("sustained", "not_sustained", "not_assessed")
    tables = [curve(edition, f"mrd-landmark-{name}") for name in groups]
    return {rows[0]["group"]: rows for rows in tables}


def test_curves_are_read_together_each_with_its_own_row(open_tab, demo):
    tab = open_tab(demo)
    tab.goto(demo.url(MRD))
    chart = enliven(tab)
    tables = landmark_curves(demo)
    place = plot(chart)
    for share in (0.3, 0.45, 0.6, 0.75):
        words = read_at(tab, chart, place["x"] + share * place["width"], place["y"] + 50)
        t = time_of(words)
        for group, rows in tables.items():
            assert f"{group}: {said(rows, t).rpartition(', ')[0]}" in words


def test_patients_at_risk_are_those_at_the_time_that_is_read(open_tab, demo):
    """A group without a step at that time says nothing of it: who had an event at its last step is no longer at risk."""
    tab = open_tab(demo)
    tab.goto(demo.url(MRD))
    chart = enliven(tab)
    place = plot(chart)
    told = 0
    for share in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        words = read_at(tab, chart, place["x"] + share * place["width"], place["y"] + 50)
        t = time_of(words)
        for group, rows in landmark_curves(demo).items():
            counted = re.search(rf"(?:months: |; ){re.escape(group)}: [^;]*?, (\d+) at risk", words)
            before = [row for row in rows if float(row["t"]) < t][-1:] or [{"censored": 0, "events": 0}]
            followed = int(rows[0]["at_risk"]) - int(before[0]["censored"]) - int(before[0]["events"])
            assert counted is None or int(counted[1]) == followed, f"{group} at {t:g}: {words}"
            told += counted is not None
    assert told >= 6, "the group whose step is read says how many are at risk"


def test_a_click_on_the_legend_leaves_one_group(open_tab, demo):
    tab = open_tab(demo)
    tab.goto(demo.url(MRD))
    chart = enliven(tab)
    opacities = f"""() => [...document.querySelectorAll("{LIVE} .curves_group .mark-line path")]
        .filter(path => path.getAttribute("d") && !path.closest(".role-legend"))
        .map(path => Number(path.getAttribute("opacity") ?? 1))"""
    assert sorted(set(tab.evaluate(opacities))) in ([1], [0.45, 1])  # where few are at risk a curve is faint
    chart.locator(f"{LIVE} .role-legend-label text").first.click()
    tab.wait_for_timeout(150)
    after = tab.evaluate(opacities)
    assert 1.0 in after and min(after) < 0.2


@pytest.mark.parametrize("live", [False, True], ids=["drawn", "live"])
def test_a_figure_is_saved_as_svg_png_and_csv(open_tab, demo, tmp_path, live):
    tab = open_tab(demo, accept_downloads=True)
    tab.goto(demo.url(PFS))
    chart = enliven(tab) if live else tab.locator(".lr-chart").first
    saved = {}
    for form in ("SVG", "PNG", "CSV"):
        with tab.expect_download(timeout=30_000) as waiting:
            chart.get_by_role("button", name=f"Save figure as {form}").click()
        saved[form] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved[form])
        assert saved[form].suffix == f".{form.lower()}" and saved[form].stem.startswith("progression-free-survival")
    drawing = saved["SVG"].read_text(encoding="utf-8")
    assert drawing.startswith("<svg") and "At risk" in drawing
    assert "currentColor" not in drawing and "var(--" not in drawing, "colours of the page are not known outside it"
    picture = saved["PNG"].read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n" and len(picture) > 10_000
    width, height = struct.unpack(">II", picture[16:24])
    assert width > 1000 and height > 500
    table = list(csv.DictReader(io.StringIO(saved["CSV"].read_text(encoding="utf-8"))))
    rows = curve(demo, "pfs")
    assert [float(row["t"]) for row in table] == [float(row["t"]) for row in rows]
    assert [float(row["survival"]) for row in table] == [float(row["survival"]) for row in rows]
    assert [row["at_risk"] for row in table] == [row["at_risk"] for row in rows]


def test_every_figure_and_table_of_every_chapter_can_be_saved(open_tab, edition):
    tab = open_tab(edition, accept_downloads=True)
    for page in edition.pages:
        tab.goto(edition.url(page))
        for chart in tab.locator(".lr-chart").all():
            for form in ("SVG", "PNG", "CSV"):
                with tab.expect_download(timeout=30_000) as waiting:
                    chart.get_by_role("button", name=f"Save figure as {form}").click()
                kept = waiting.value.path()
                assert kept.stat().st_size > 50, f"{page} {form}"
                if form == "CSV":
                    with kept.open(encoding="utf-8", newline="") as opened:
                        header, *rows = csv.reader(opened)
                    assert rows and not {"y", "top", "from", "to"} & set(header), f"{page}: {header}"
        tab.reload()  # a browser asks its user after ten files of one page
        tab.locator("article details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        for button in tab.locator(".lr-table-csv").all():
            with tab.expect_download(timeout=30_000) as waiting:
                button.click()
            table = tab.locator(f"table#{waiting.value.suggested_filename.removesuffix('.csv')}")
            cells = table.evaluate("table => [...table.rows].map(row => [...row.cells].map(cell => cell.innerText))")
            text = waiting.value.path().read_text(encoding="utf-8")
            saved = list(csv.reader(io.StringIO(text)))
            shown = [[plain(cell) for cell in row] for row in cells]
            assert [[cell.removeprefix("'") for cell in row] for row in saved] == shown, page
        assert tab.locator("article table").count() == tab.locator(".lr-table-csv").count(), f"{page}: a table without"


@pytest.mark.parametrize("disk", [False, True], ids=["served", "disk"])
def test_a_citation_is_copied_as_its_file_holds_it(open_tab, reference, disk):
    options = {} if disk else {"permissions": ["clipboard-read", "clipboard-write"]}
    tab = open_tab(reference, disk=disk, **options)
    tab.goto(reference.url(PFS, disk=disk))
    tab.locator(".lr-cite summary").click()
    for form, suffix in (("BibTeX", "bib"), ("RIS", "ris"), ("CSL-JSON", "json")):
        button = tab.locator(f".lr-copy[data-copy=cite-{suffix}]")
        button.click()
        until(tab, "button => button.textContent === 'Copied'", button.element_handle())
        if not disk:
            file = reference.folder / "html" / "cite" / f"progression-free-survival.{suffix}"
            copied = tab.evaluate("navigator.clipboard.readText()")
            assert copied.split() == file.read_text(encoding="utf-8").split(), form


NUMBER = "article a:has(> .num[data-key])"


@pytest.mark.parametrize("how", ["pointer", "keyboard"])
def test_a_number_says_what_it_rests_on_and_leads_to_its_row(open_tab, edition, how):
    tab = open_tab(edition, reduced_motion="reduce")
    tab.goto(edition.url(PFS))
    lines = (edition.folder / "html" / "results.csv").read_text(encoding="utf-8")
    lines = list(csv.reader(io.StringIO(lines)))
    columns = lines[0]
    version = tab.locator("meta[name=livingreview-data]").get_attribute("content")
    links = tab.locator(NUMBER)
    for place in range(0, links.count(), 4):
        link = links.nth(place)
        key = link.locator(".num").get_attribute("data-key")
        if how == "pointer":
            link.scroll_into_view_if_needed()
            tab.wait_for_timeout(100)
            link.hover()
        else:
            link.focus()
        card = tab.locator(".lr-about")
        card.wait_for()
        row = dict(zip(columns, next(line for line in lines if line[0] == key), strict=True))
        words = plain(card.inner_text())
        counts = [f"{row[column]} {name}" for column, name in (("n", "patients"), ("events", "events")) if row[column]]
        for told in (row["method"], *counts):
            assert told in words, f"{key}: {words}"
        assert f"data {version}" in words
        address = card.locator("a").evaluate("link => link.href")
        assert re.fullmatch(r".*/results\.csv#row=\d+", address)
        named = int(address.rpartition("=")[2])
        assert lines[named - 1][0] == key, "rows are counted from the header, which is row 1 (RFC 7111)"
        box = card.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1280 and 0 <= box["y"] and box["y"] + box["height"] <= 900
        assert link.get_attribute("aria-describedby") == card.get_attribute("id")
        tab.keyboard.press("Escape")
        assert card.count() == 0 and link.get_attribute("aria-describedby") is None
        tab.mouse.move(5, 5)


def test_what_a_number_says_can_be_pointed_at_and_goes_when_left(open_tab, reference):
    tab = open_tab(reference, reduced_motion="reduce")
    tab.goto(reference.url(PFS))
    tab.locator(NUMBER).first.hover()
    card = tab.locator(".lr-about")
    card.wait_for()
    box = card.bounding_box()
    tab.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2, steps=8)
    tab.wait_for_timeout(500)
    assert card.is_visible()
    tab.mouse.move(1000, 850)
    card.wait_for(state="detached", timeout=2000)


def test_escape_gives_the_focus_back_to_the_number(open_tab, reference):
    tab = open_tab(reference)
    tab.goto(reference.url(PFS))
    link = tab.locator(NUMBER).first
    link.focus()
    tab.locator(".lr-about").wait_for()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('.lr-about') !== null")
    tab.keyboard.press("Escape")
    assert tab.locator(".lr-about").count() == 0
    assert link.evaluate("link => document.activeElement === link")


def test_a_number_says_what_it_rests_on_on_a_phone_within_the_screen(open_tab, reference):
    tab = open_tab(reference, "phone")
    tab.goto(reference.url(PFS))
    for link in tab.locator(NUMBER).all()[::5]:
        link.focus()
        card = tab.locator(".lr-about")
        card.wait_for()
        box = card.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 375 and box["y"] >= 0
        tab.keyboard.press("Escape")


def test_states_of_a_page_break_no_rule_of_wcag(open_tab, demo):
    """The card of a number, a live chart, the citation menu, the search and a phone's menu, light and dark."""
    found = {}
    for size in ("desktop", "phone"):
        tab = open_tab(demo, size, reduced_motion="reduce")
        for theme in ("light", "dark"):
            tab.emulate_media(color_scheme=theme)
            tab.goto(demo.url(MRD))
            enliven(tab)
            tab.locator(".lr-cite summary").click()
            tab.locator(NUMBER).first.scroll_into_view_if_needed()
            tab.wait_for_timeout(200)
            tab.locator(NUMBER).first.focus()
            tab.locator(".lr-about").wait_for()
            found[f"{size} {theme} page"] = violations(tab)
            tab.keyboard.press("Escape")
            tab.keyboard.press("Control+k")
            tab.locator("dialog#pst-search-dialog[open]").wait_for()
            found[f"{size} {theme} search"] = violations(tab)
            tab.keyboard.press("Escape")
            if size == "phone":
                tab.locator(".primary-toggle").click()
                tab.locator("#pst-primary-sidebar-modal[open]").wait_for()
                found[f"{size} {theme} menu"] = violations(tab)
                tab.keyboard.press("Escape")
    assert not any(found.values()), listed(found)


def test_nothing_moves_for_those_who_ask_for_it(open_tab, reference):
    tab = open_tab(reference, reduced_motion="reduce")
    tab.goto(reference.url(PFS))
    enliven(tab)
    moving = tab.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap(element => ["", "::before", "::after"].map(part => {
            const style = getComputedStyle(element, part || null);
            const moves = [style.transitionDuration, style.animationDuration].some(time => parseFloat(time) > 0)
                || style.scrollBehavior === "smooth";
            return moves ? element.tagName + part : null;
        }).filter(Boolean))"""
    )
    assert moving == []


STOP = """() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    window.stops = window.stops || 0;
    element.dataset.stop = element.dataset.stop || String(window.stops++);
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
    const rects = [...element.getClientRects()];
    const seen = rects.some(part => {
        const hit = document.elementFromPoint(part.left + part.width / 2, part.top + Math.min(part.height / 2, 20));
        return hit && (hit === element || element.contains(hit) || hit.contains(element));
    });
    return { name: element.dataset.stop, words: (element.getAttribute("aria-label") || element.innerText || element.tagName).slice(0, 40),
        seen, ring, inside: box.bottom > 0 && box.top < innerHeight, card: element.closest(".lr-about") !== null };
}"""


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(open_tab, reference, size):
    tab = open_tab(reference, size, reduced_motion="reduce")
    tab.goto(reference.url(PFS))
    tab.keyboard.press("Tab")
    first = tab.evaluate("document.activeElement.innerText")
    assert first == "Skip to main content" and tab.locator(".skip-link a").is_visible()
    stops = []
    for _ in range(400):
        stop = tab.evaluate(STOP)
        if stop is None or any(stop["name"] == known["name"] for known in stops):
            break
        stops.append(stop)
        tab.keyboard.press("Tab")
    lost = [stop["words"] for stop in stops if not (stop["seen"] and stop["inside"])]
    assert lost == [], "focused, but not to be seen"
    assert [stop["words"] for stop in stops if not stop["ring"]] == [], "focused without a mark"
    order = tab.evaluate(
        """() => {
            const stops = [...document.querySelectorAll("[data-stop]")];
            return stops.map(element => Number(element.dataset.stop));
        }"""
    )
    assert order == sorted(order)
    reachable = tab.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input, summary, [tabindex]")]
            .filter(e => e.checkVisibility({ visibilityProperty: true }) && e.tabIndex >= 0 && e.getClientRects().length
                && !e.closest(".lr-about") && !e.dataset.stop && !e.disabled)
            .map(e => (e.getAttribute("aria-label") || e.innerText || e.outerHTML).slice(0, 60))"""
    )
    assert reachable == [], "never reached"
    assert tab.locator("[tabindex]").evaluate_all("all => all.every(element => element.tabIndex <= 0)")


def test_the_skip_link_leads_past_the_navigation(open_tab, reference):
    tab = open_tab(reference)
    tab.goto(reference.url(PFS))
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("disk", [False, True], ids=["served", "disk"])
def test_searching_finds_the_chapter(open_tab, reference, disk):
    tab = open_tab(reference, disk=disk)
    tab.goto(reference.url("index", disk=disk))
    tab.keyboard.press("Control+k")
    tab.locator("#pst-search-dialog input").fill("Greenwood")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html?*")
    tab.locator("ul.search li a").first.wait_for()
    found = tab.locator("ul.search li a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert any("chapters/methods.html" in link for link in found)
    tab.locator("ul.search li a", has_text="Methods").first.click()
    tab.wait_for_url("**/chapters/methods.html*")
    assert tab.locator("article h1").inner_text().startswith("Methods")
