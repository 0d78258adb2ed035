"""A printed chapter: a paper of its own, on A4, with banner and citation, without navigation, nothing cut."""

from __future__ import annotations

import re

from browsing import until

from support import PAGES

# A4 less the margins of the style sheet, in the browser's pixels of 1/96 inch.
WIDTH, HEIGHT = round((210 - 32) / 25.4 * 96), round((297 - 38) / 25.4 * 96)
MOST_PAGES = 12

BLOCKS = """() => [...document.querySelectorAll("figure, .lr-chart, .lr-key-result, .lr-contradicts, .lr-card, tr, .lr-absent li")]
    .filter(element => element.checkVisibility()).map(element => {
        const box = element.getBoundingClientRect();
        return { what: `${element.tagName}.${element.className} ${element.id} ${element.innerText.slice(0, 30)}`,
            inside: getComputedStyle(element).breakInside, height: box.height, right: box.right };
    })"""
WIDE = """width => [...document.querySelectorAll("main *, .bd-header-announcement *")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > width + 1 && !e.closest("svg g"))
    .map(e => `${e.tagName}.${e.getAttribute("class")} ${e.innerText?.slice(0, 30)} ${Math.round(e.getBoundingClientRect().right)}`)"""
SEEN = """selector => [...document.querySelectorAll(selector)]
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().height > 0)
    .map(e => `${e.tagName}.${e.className}`)"""
NAVIGATION = (
    "nav, .bd-sidebar, .bd-header, .bd-header-article, .prev-next-footer, .skip-link, #pst-back-to-top, button, dialog, "
    ".headerlink, .lr-save, .lr-reading, .lr-about, .pst-js-only, input, .page-toc"
)


def pages_of(pdf: bytes) -> int:
    """The number of pages, as the root of the page tree says it."""
    return max(
        int(count)
        for count in re.findall(rb"/Type\s*/Pages[^>]*?/Count (\d+)|/Count (\d+)", pdf)
        for count in count
        if count
    )


def paper(open_tab, edition):
    tab = open_tab(edition)
    tab.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    tab.emulate_media(media="print", reduced_motion="reduce")
    return tab


def test_a_chapter_prints_whole_on_few_pages(open_tab, edition, record_property):
    tab = paper(open_tab, edition)
    counted, found = {}, []
    for page in PAGES:
        tab.goto(edition.url(page))
        counted[page] = pages_of(tab.pdf(format="A4", prefer_css_page_size=True, print_background=True))
        for block in tab.evaluate(BLOCKS):
            if block["height"] > HEIGHT:
                found.append(f"{page}: {block['what']} is {block['height']:.0f} px high, a page {HEIGHT}")
            if block["inside"] not in ("avoid", "avoid-page") and not block["what"].startswith("DIV.lr-chart"):
                found.append(f"{page}: {block['what']} may be split")
        found += [f"{page}: cut off at the edge: {words}" for words in tab.evaluate(WIDE, WIDTH)]
    record_property("printed pages", counted)
    assert found == []
    assert {page: count for page, count in counted.items() if not 1 <= count <= MOST_PAGES} == {}


def test_a_printed_chapter_has_banner_and_citation_and_no_navigation(open_tab, edition):
    tab = paper(open_tab, edition)
    for page in PAGES:
        tab.goto(edition.url(page))
        assert tab.evaluate(SEEN, NAVIGATION) == [], page
        assert tab.locator(".bd-header-announcement .lr-edition").is_visible(), page
        assert tab.locator(".lr-citation").is_visible() and not tab.locator(".lr-cite details").is_visible(), page
        below = tab.evaluate(
            """() => document.querySelector(".lr-citation").getBoundingClientRect().top
                >= document.querySelector("article").getBoundingClientRect().bottom - 1"""
        )
        assert below, f"{page}: the citation is not at the foot"
        headings = tab.locator("h1:visible").all_inner_texts()
        assert len(headings) == 1, f"{page}: {headings}"


def test_paper_is_white_and_shows_the_wide_drawing_whatever_was_on_the_screen(open_tab, demo):
    tab = open_tab(demo, "phone", color_scheme="dark")
    tab.goto(demo.url("chapters/progression-free-survival"))
    tab.locator(".lr-drawing").first.focus()
    until(tab, "document.querySelector('.lr-chart').dataset.live === 'yes'")
    tab.locator("article a:has(> .num)").first.focus()
    tab.locator(".lr-about").wait_for()
    tab.emulate_media(media="print", color_scheme="dark")
    tab.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    assert tab.evaluate(SEEN, ".lr-about, .lr-live, .lr-chart-narrow") == [], "of the screen, on paper"
    assert tab.evaluate(SEEN, ".lr-chart-wide") == ["DIV.lr-chart-wide"]
    dark = tab.evaluate(
        """() => [document.documentElement, document.body, ...document.querySelectorAll("main *, .bd-header-announcement")]
            .filter(e => e.checkVisibility() && !e.closest("svg")).flatMap(e => {
                const [r, g, b, a] = getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number);
                const [tr, tg, tb] = getComputedStyle(e).color.match(/[\\d.]+/g).map(Number);
                const bad = (a !== 0 && r + g + b < 600) || (e.innerText && tr + tg + tb > 480);
                return bad ? [`${e.tagName}.${e.getAttribute("class")} ${getComputedStyle(e).backgroundColor} ${getComputedStyle(e).color}`] : [];
            })"""
    )
    assert dark == []
