"""What a visit transfers over the project's own server, and how still a page stays while it arrives."""

from __future__ import annotations

from browsing import until

FIRST, LATER = 220_000, 60_000
STILL = 0.02
WATCH_SHIFTS = """window.shift = 0; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""


def visit(tab, counted: list[int], url: str) -> int:
    """Bytes that came over the network for one page."""
    counted.clear()
    tab.goto(url, wait_until="load")
    tab.wait_for_timeout(150)
    return round(sum(counted))


def test_the_first_page_is_light_and_the_next_ones_are_lighter(open_tab, edition, record_property):
    tab = open_tab(edition)
    counted: list[int] = []
    inside = set()  # of a style sheet: the faces are counted with it
    network = tab.context.new_cdp_session(tab)
    network.send("Network.enable")
    network.on(
        "Network.requestWillBeSent",
        lambda event: inside.add(event["requestId"]) if event["request"]["url"].startswith("data:") else None,
    )
    network.on(
        "Network.loadingFinished",
        lambda event: counted.append(0 if event["requestId"] in inside else event["encodedDataLength"]),
    )
    first = visit(tab, counted, edition.url("index"))
    later = {page: visit(tab, counted, edition.url(page)) for page in edition.pages if page not in ("index", "search")}
    record_property("bytes", {"index": first, **later})
    assert 20_000 < first <= FIRST
    assert {page: size for page, size in later.items() if size > LATER} == {}


def test_nothing_jumps_while_a_page_arrives_or_a_chart_comes_alive(open_tab, edition):
    jumping = {}
    for size in ("desktop", "phone"):
        tab = open_tab(edition, size)
        tab.add_init_script(WATCH_SHIFTS)
        for page in edition.pages:
            tab.goto(edition.url(page), wait_until="load")
            for place, drawing in enumerate(tab.locator(".lr-drawing").all()):
                drawing.focus()
                until(tab, f"document.querySelectorAll('.lr-chart')[{place}].dataset.live === 'yes'")
            tab.wait_for_timeout(100)
            shift = tab.evaluate("window.shift")
            if shift > STILL:
                jumping[f"{page} {size}"] = round(shift, 3)
    assert jumping == {}
