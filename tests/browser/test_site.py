"""Every page of both editions in a real browser: nothing from elsewhere, no error, accessible, fitting, complete."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest
from browsing import SIZES, Edition

from support import FURTHER, PAGES

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
START_AXE = """tags => {
    window.checked = axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false });
}"""
WHAT_AXE_FOUND = """async () => (await window.checked).violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id}: ${node.target.join(" ")}: ${node.any.concat(node.all, node.none).map(c => c.message)[0]}`))"""
STATEMENTS = {"chen-2026": "reconstructed from published numbers, not patient records", "demo": "simulated"}
QUIET = {"reduced_motion": "reduce"}  # a page half way between two colours has neither


def start_axe(tab) -> None:
    """Begin to look at the page as it stands: all rules of the tags, all elements."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(f"() => {{ {AXE} }}")
    tab.evaluate(START_AXE, TAGS)


def violations(tab) -> list[str]:
    """What axe-core finds on the page as it stands."""
    start_axe(tab)
    return tab.evaluate(WHAT_AXE_FOUND)


def listed(found: dict[str, list[str]]) -> str:
    """Each finding once, with the pages it is on."""
    where: dict[str, list[str]] = {}
    for page, words in found.items():
        for word in words:
            where.setdefault(word, []).append(page)
    return "".join(f"\n{word}: {', '.join(pages)}" for word, pages in where.items())


def visits(tab, edition: Edition, *, disk: bool = False) -> Iterator[str]:
    """Each page of the edition in turn."""
    for page in edition.pages:
        tab.goto(edition.url(page, disk=disk), wait_until="load")
        yield page


def test_the_pages_are_those_of_the_toc_and_two_more(edition):
    assert edition.pages == sorted([*PAGES, *FURTHER.get(edition.name, []), "search", "genindex"])


def test_no_page_asks_another_host_or_reports_an_error_from_disk(open_tab, edition):
    """What every other test asserts of the served pages when it closes its tabs."""
    tab = open_tab(edition, disk=True)
    for page in visits(tab, edition, disk=True):
        assert STATEMENTS[edition.name] in tab.locator(".lr-edition").inner_text(), page
        assert tab.locator("main h1:visible").count() == 1, page


def test_no_page_breaks_a_rule_of_wcag_in_light_or_dark_on_desktop_or_phone(open_tab, edition):
    looks = [("desktop", "light"), ("desktop", "dark")]
    if edition.name == "demo":  # has all that the other has; colours are those of desktop
        looks.append(("phone", "light"))
    tabs = {(size, theme): open_tab(edition, size, color_scheme=theme, **QUIET) for size, theme in looks}
    found = {}
    for page in edition.pages:
        for (_, theme), tab in tabs.items():
            tab.goto(edition.url(page), wait_until="load")
            assert tab.evaluate("document.documentElement.dataset.theme") == theme
            start_axe(tab)  # all of them are looked at at a time
        found |= {f"{page} {size} {theme}": tab.evaluate(WHAT_AXE_FOUND) for (size, theme), tab in tabs.items()}
    found = {place: broken for place, broken in found.items() if broken}
    assert not found, listed(found)


DUPLICATES = """() => {
    const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
    return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
}"""
WIDER = """width => document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > width + 1 && element.checkVisibility())
    .map(element => `${element.tagName}.${element.getAttribute("class")} ${element.getBoundingClientRect().right}`)"""
LABELS = """() => [...document.querySelectorAll(".lr-drawing svg")].filter(svg => svg.getBoundingClientRect().width > 0)
    .flatMap(svg => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll("text")].filter(text => text.textContent.trim()).map(text => {
            const box = text.getBoundingClientRect();
            const scale = frame.width / svg.viewBox.baseVal.width;
            return {
                words: text.textContent,
                size: parseFloat(getComputedStyle(text).fontSize) * scale,
                outside: box.left < frame.left - 1 || box.right > frame.right + 1
                    || box.top < frame.top - 1 || box.bottom > frame.bottom + 1,
                box: [box.left, box.top, box.right, box.bottom],
                svg: svg.closest(".lr-chart").dataset.name,
            };
        });
    })"""


def over_each_other(labels: list[dict]) -> list[str]:
    """Pairs of labels of one drawing that cover each other by more than a hairline."""
    found = []
    downwards = sorted(labels, key=lambda label: (label["svg"], label["box"][1]))
    for place, one in enumerate(downwards):
        a = one["box"]
        for other in downwards[place + 1 :]:
            b = other["box"]
            if one["svg"] != other["svg"] or b[1] >= a[3] - 3:
                break  # this and all that follow begin below the end of the one
            wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - b[1]
            if wide > 1.5 and high > 3:
                found.append(f"{one['svg']}: {one['words']} | {other['words']}")
    return found


def test_pairs_of_labels_are_found_wherever_they_stand():
    """A row of three, the last two over each other, and one of them under a label of another drawing."""
    boxes = {"a": [0, 0, 10, 12], "b": [12, 1, 30, 13], "c": [25, 4, 40, 16], "d": [0, 30, 9, 42]}
    labels = [{"svg": "one", "words": words, "box": box} for words, box in boxes.items()]
    labels.append({"svg": "two", "words": "e", "box": [0, 0, 50, 50]})
    assert over_each_other(labels[::-1]) == ["one: b | c"]


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


def _text_faults(tab) -> Iterator[str]:
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


def text_faults(tab) -> list[str]:
    """What is wrong with text that can be seen, with everything opened that can be opened."""
    tab.evaluate("document.querySelectorAll('article details').forEach(one => { one.open = true; })")
    return sorted(set(_text_faults(tab)))


def test_every_page_fits_its_screen_and_all_text_can_be_read(open_tab, edition):
    tab = open_tab(edition, **QUIET)
    found = {}
    for page in visits(tab, edition):
        wrong = [f"the id {name} stands twice" for name in tab.evaluate(DUPLICATES)]
        scopes = tab.locator("article table th").evaluate_all("cells => cells.map(cell => cell.getAttribute('scope'))")
        wrong += [f"a header of a table with the scope {scope}" for scope in set(scopes) - {"col", "row"}]
        found[page] = sorted(wrong)
        for size in ("narrow", "phone", "desktop"):
            width, height = SIZES[size]
            tab.set_viewport_size({"width": width, "height": height})
            wider = {f"wider than the screen: {words}" for words in tab.evaluate(WIDER, width)}
            found[f"{page} {size}"] = [*sorted(wider), *text_faults(tab)]
    assert not any(found.values()), listed(found)


WORDS = """() => {
    document.querySelectorAll(".pst-js-only").forEach(element => element.remove());
    return document.querySelector("main").innerText.replace(/\\s+/g, " ").trim();
}"""
DRAWN = """() => [...document.querySelectorAll(".lr-chart")].map(chart => [...chart.querySelectorAll("svg")]
    .filter(svg => svg.getBoundingClientRect().width > 200 && svg.getBoundingClientRect().height > 60).length)"""
COLOURS = """() => ["--pst-color-text-base", "--pst-color-background", "--pst-color-border", "--pst-color-link"]
    .filter(name => !getComputedStyle(document.documentElement).getPropertyValue(name).trim())"""


def test_without_javascript_every_page_is_complete(open_tab, edition):
    on, off = open_tab(edition), open_tab(edition, java_script_enabled=False)
    pages = [page for page in edition.pages if page != "search"]  # searching is a script
    for page in pages:
        on.goto(edition.url(page), wait_until="load")
        off.goto(edition.url(page), wait_until="load")
        drawn = off.evaluate(DRAWN)
        assert drawn == [1] * len(drawn) and len(drawn) == on.locator(".lr-chart").count(), page
        assert off.locator(".pst-js-only:visible").count() == 0, page
        assert off.evaluate(WORDS) == on.evaluate(WORDS), page
        if page in PAGES:
            assert off.locator(".lr-citation").is_visible()
    assert off.evaluate(COLOURS) == [], "colours of the theme that are not known without its script"


def test_what_looks_like_a_control_works_without_javascript_or_is_not_there(open_tab, reference):
    for size in ("desktop", "phone"):
        tab = open_tab(reference, size, java_script_enabled=False)
        tab.goto(reference.url("chapters/progression-free-survival"))
        assert tab.locator("button:visible").all_inner_texts() == []
        assert tab.locator(".prev-next-area a").count() == 2


@pytest.mark.parametrize(("size", "shown", "hidden"), [("desktop", "wide", "narrow"), ("phone", "narrow", "wide")])
def test_the_drawing_fits_the_screen(open_tab, reference, size, shown, hidden):
    tab = open_tab(reference, size)
    tab.goto(reference.url("chapters/progression-free-survival"))
    drawing = tab.locator(f".lr-chart-{shown} svg").first
    assert drawing.is_visible() and not tab.locator(f".lr-chart-{hidden} svg").first.is_visible()
    assert drawing.bounding_box()["width"] <= SIZES[size][0]
    words = tab.locator(".lr-chart [role=img]").first.get_attribute("aria-label")
    assert "70.8 %" in words and "Illustrative" in words


def test_the_chosen_theme_is_kept(open_tab, reference):
    tab = open_tab(reference, color_scheme="light")
    tab.goto(reference.url("index"))
    button = tab.locator(".theme-switch-button:visible")
    seen = []
    for _ in range(3):
        button.click()
        seen.append(tab.evaluate("document.documentElement.dataset.mode"))
    assert sorted(seen) == ["auto", "dark", "light"]
    while tab.evaluate("document.documentElement.dataset.mode") != "dark":
        button.click()
    tab.goto(reference.url("chapters/safety"))
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, paper.removeprefix("rgb(").rstrip(")").split(","))) < 60


def test_the_landing_page_gives_four_results_and_what_contradicts_them(open_tab, reference):
    tab = open_tab(reference)
    tab.goto(reference.url("index"))
    values = [text.replace("\N{NO-BREAK SPACE}", " ") for text in tab.locator(".lr-card-value").all_inner_texts()]
    assert values == ["70.8 %", "87.4 %", "53.6 %", "3.6 %"]
    words = tab.locator(".lr-contradicts").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    for number in ("0.72", "0.582 to 0.890", "1.025", "0.789 to 1.332", "abstract level"):
        assert number in words
