"""Text under three sets of fonts: ours, and where ours does not load DejaVu or Liberation, as Debian has them.

Nothing is cut off, nothing lies over anything else: in both drawings of every figure, on pages, and on paper.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from browsing import SIZES, Edition
from find_browser import FLAGS, FONTS, font_folder, system_browser
from playwright.sync_api import Browser, Page, sync_playwright
from test_print import HEIGHT as PAPER_HEIGHT
from test_print import WIDTH as PAPER_WIDTH
from test_site import LABELS, listed, over_each_other

from support import PAGES

OURS = "Review Sans"
SIZE = {**SIZES, "paper": (PAPER_WIDTH, PAPER_HEIGHT)}
ONLY = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{folder}</dir><cachedir>{cache}</cachedir>
<alias binding="same"><family>sans-serif</family><prefer><family>{family}</family></prefer></alias></fontconfig>"""


@dataclass(frozen=True)
class Reader:
    """A browser on a machine with one family of fonts; ours comes with the page unless it does not load."""

    browser: Browser
    family: str  # that text is seen in

    def tab(self, size: str, **options) -> Page:
        """A tab of a size of screen, or of paper."""
        width, height = SIZE[size]
        tab = self.browser.new_context(viewport={"width": width, "height": height}, **options).new_page()
        if self.family != OURS:
            for name in ("review-sans.css", "review-sans.js"):
                tab.route(f"**/_static/{name}*", lambda route: route.fulfill(body="", content_type="text/css"))
        if size == "paper":
            tab.emulate_media(media="print", reduced_motion="reduce")
        return tab


@pytest.fixture(scope="module", params=[OURS, *FONTS])
def reader(request, tmp_path_factory) -> Iterator[Reader]:
    """Ours is read on the machine with the narrower of the others."""
    family = request.param
    system = "Liberation Sans" if family == OURS else family
    folder = font_folder(system)
    assert folder is not None, f"{system} is not on this machine: run `make test`, which says how to install it"
    place = tmp_path_factory.mktemp("fonts")
    place.joinpath("fonts.conf").write_text(ONLY.format(folder=folder, cache=place / "cache", family=system))
    with sync_playwright() as running:
        environment = {"FONTCONFIG_FILE": str(place / "fonts.conf")}
        opened = running.chromium.launch(executable_path=system_browser(), args=FLAGS, env=environment)
        yield Reader(opened, family)
        opened.close()


def seen_in(tab: Page, selector: str) -> set[str]:
    """The families that the browser really draws an element in."""
    session = tab.context.new_cdp_session(tab)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    return {font["familyName"] for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}


@pytest.mark.parametrize("disk", [False, True], ids=["served", "disk"])
def test_text_of_pages_and_drawings_is_seen_in_one_family(reader: Reader, demo: Edition, disk):
    tab = reader.tab("desktop")
    tab.goto(demo.url("chapters/safety", disk=disk))
    for selector in (
        "article p",
        "article h1",
        ".lr-drawing svg text",
        ".lr-table .num",
        ".bd-header-announcement span",
    ):
        assert seen_in(tab, selector) == {reader.family}, selector


# Text of a page, line by line, without that of drawings and formulas: what cuts it off, and what lies over it.
PAGE = """() => {
    const lines = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const outer = (element, test) => { while (element && !test(getComputedStyle(element))) element = element.parentElement; return element; };
    while (words.nextNode()) {
        const node = words.currentNode, parent = node.parentElement;
        if (!node.data.trim() || parent.closest("svg, math, script, style, noscript, select, dialog, .bd-sidebar") ) continue;
        if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const cutter = outer(parent, style => style.overflowX === "hidden" || style.overflowX === "clip");
        const mover = outer(parent, style => style.overflowX === "auto" || style.overflowX === "scroll");
        const stuck = outer(parent, style => style.position === "sticky" || style.position === "fixed");
        const edge = cutter && (!mover || mover.contains(cutter)) ? cutter.getBoundingClientRect() : null;
        const end = mover && mover !== document.documentElement ? Infinity : document.documentElement.clientWidth;
        for (const box of range.getClientRects()) {
            if (box.width < 1) continue;
            const cell = parent.closest("td, th");
            const beyond = cell && box.right > cell.getBoundingClientRect().right + 1;
            lines.push({ words: node.data.trim().slice(0, 40), box: [box.left, box.top, box.right, box.bottom], svg: "page",
                stuck: Boolean(stuck), outside: box.right > end + 1 || Boolean(beyond) || Boolean(edge && box.right > edge.right + 1) });
        }
    }
    return lines;
}"""


def found_on(tab: Page) -> Iterator[str]:
    """What is wrong with the text of a page and of its drawings."""
    labels = tab.evaluate(LABELS)
    assert labels or not tab.locator(".lr-chart").count(), "no drawing is visible"
    yield from (f"{label['size']:.1f} px high in {label['svg']}" for label in labels if label["size"] < 10)
    yield from (f"{text['words']} is shortened in {text['svg']}" for text in labels if "…" in text["words"])
    lines = [line for line in tab.evaluate(PAGE) if not line["stuck"]]
    for text in (*labels, *lines):
        if text["outside"]:
            yield f"{text['words']} is cut off in {text['svg']}"
    yield from (f"one over the other: {words}" for words in (*over_each_other(labels), *over_each_other(lines)))


@pytest.mark.parametrize("size", ["narrow", "phone", "desktop", "paper"])
def test_no_text_is_cut_off_or_lies_over_another(reader: Reader, edition: Edition, size):
    tab = reader.tab(size)
    found = {}
    for page in PAGES:
        tab.goto(edition.url(page), wait_until="load")
        tab.evaluate("document.querySelectorAll('article details').forEach(one => { one.open = true; })")
        found[page] = sorted(set(found_on(tab)))
    tab.context.close()
    assert not any(found.values()), listed(found)


@pytest.fixture(scope="module")
def kept() -> dict[str, bytes]:
    """Pictures that were seen before, by name, to compare with on the next machine."""
    return {}


def test_a_saved_drawing_is_the_same_picture_on_every_machine(reader: Reader, reference: Edition, kept):
    """Saved where the page has our faces, and looked at on a machine that has never heard of them."""
    tab = reader.tab("desktop", accept_downloads=True)
    tab.unroute_all()
    tab.goto(reference.url("chapters/responses"))
    seen = {}
    for form in ("SVG", "PNG"):
        with tab.expect_download(timeout=30_000) as waiting:
            tab.locator(".lr-chart").first.get_by_role("button", name=f"Save figure as {form}").click()
        seen[form] = waiting.value.path().read_bytes()
    assert seen["SVG"].count(b"@font-face") == 3 and b"data:font/woff2" in seen["SVG"]
    elsewhere = reader.tab("desktop")
    elsewhere.set_content(f'<img src="data:image/svg+xml;base64,{b64encode(seen["SVG"]).decode()}" width="600">')
    elsewhere.wait_for_function("document.images[0].complete && document.images[0].naturalWidth > 0")
    elsewhere.evaluate("document.images[0].decode()")
    seen["SVG"] = elsewhere.locator("img").screenshot()
    for form, picture in seen.items():
        assert kept.setdefault(form, picture) == picture, f"{form} is another picture in {reader.family}"
