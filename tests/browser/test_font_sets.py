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
from test_site import listed, text_faults

from support import PAGES

OURS = "Review Sans"
SIZE = {**SIZES, "paper": (PAPER_WIDTH, PAPER_HEIGHT)}
ONLY = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{folder}</dir><cachedir>{cache}</cachedir>
<alias binding="same"><family>sans-serif</family><prefer><family>{family}</family></prefer></alias></fontconfig>"""


def resize(tab: Page, size: str) -> None:
    """Make a tab a size of screen, or of paper."""
    width, height = SIZE[size]
    tab.set_viewport_size({"width": width, "height": height})
    tab.emulate_media(media="print" if size == "paper" else "screen")


@dataclass(frozen=True)
class Reader:
    """A browser on a machine with one family of fonts; ours comes with the page unless it does not load."""

    browser: Browser
    family: str  # that text is seen in

    def tab(self, size: str, **options) -> Page:
        """A tab of a size of screen, or of paper."""
        tab = self.browser.new_context(reduced_motion="reduce", **options).new_page()
        if self.family != OURS:
            for name in ("review-sans.css", "review-sans.js"):
                tab.route(f"**/_static/{name}*", lambda route: route.fulfill(body="", content_type="text/css"))
        resize(tab, size)
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


def wrong_text(reader: Reader, edition: Edition, *sizes: str) -> str:
    """What is wrong with the text of the pages of an edition, with everything opened that can be opened."""
    tab = reader.tab(sizes[0])
    found = {}
    for page in PAGES:
        tab.goto(edition.url(page), wait_until="load")
        for size in sizes:
            resize(tab, size)
            found[f"{page} {size}"] = text_faults(tab)
    tab.context.close()
    return listed(found)


@pytest.mark.parametrize("reader", FONTS, indirect=True)
def test_no_text_is_cut_off_or_lies_over_another_where_our_font_does_not_load(reader: Reader, edition: Edition):
    assert wrong_text(reader, edition, "narrow", "phone", "desktop", "paper") == ""


@pytest.mark.parametrize("reader", [OURS], indirect=True)
def test_no_text_is_cut_off_or_lies_over_another_on_paper(reader: Reader, edition: Edition):
    """On screens, test_site.py looks at it."""
    assert wrong_text(reader, edition, "paper") == ""


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
