"""What pages, tables and drawings show, read back from the browser, is what the files of the build hold."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest
from browsing import plain

from livingreview.presentation.kit.format import PARTS, part
from livingreview.presentation.kit.labels import label
from livingreview.results.estimates import Estimate
from livingreview.results.exchange import read_results
from livingreview.results.rounding import rounded
from livingreview.words.method_names import method_words
from support import PAGES

WHOLE = ("n", "events")
REAL = ("time_months", "value", "low", "high", "level")


def numbers(row: dict[str, str]) -> dict[str, float | int | None]:
    """The numbers of a row of results.csv."""
    whole = {name: int(row[name]) if row[name] else None for name in WHOLE}
    return whole | {name: float(row[name]) if row[name] else None for name in REAL}


@pytest.fixture
def published(edition) -> dict[str, Estimate]:
    """Every row of results.csv by its key: its numbers, and the codes of results/*.json."""
    coded = {one.key: one for page in read_results(edition.folder / "results").values() for one in page.estimates}
    return {row["key"]: replace(coded[row["key"]], **numbers(row)) for row in edition.rows("results.csv")}


NUMBERS = """() => [...document.querySelectorAll(".num[data-key]")].map(
    number => ({ key: number.dataset.key, row: number.dataset.row, about: number.dataset.about, text: number.textContent }))"""


def test_every_number_on_every_page_is_the_row_of_the_results_rounded(open_tab, edition, published):
    tab = open_tab(edition)
    order = [row["key"] for row in edition.rows("results.csv")]
    seen = 0
    for page in PAGES:
        tab.goto(edition.url(page))
        for number in tab.evaluate(NUMBERS):
            found = published[number["key"]]
            parts = {name: part(found, name) for name in PARTS}
            assert number["text"] in parts.values(), (
                f"{page}: {number['key']} shows {number['text']}, not one of {parts}"
            )
            assert order[int(number["row"]) - 2] == number["key"], f"{page}: {number['key']} is not row {number['row']}"
            seen += 1
    assert seen > 150


TABLES = """() => [...document.querySelectorAll("article table")].map(table => ({
    id: table.id, rows: [...table.rows].map(row => [...row.cells].map(cell => ({
        text: cell.innerText, keys: [...cell.querySelectorAll(".num")].map(number => number.dataset.key) })))}))"""


def test_every_row_of_a_table_of_estimates_is_the_row_of_the_results(open_tab, edition, published):
    tab = open_tab(edition)
    rows = 0
    for page in PAGES:
        tab.goto(edition.url(page))
        for table in tab.evaluate(TABLES):
            header = [cell["text"].strip() for cell in table["rows"][0]]
            if header[:5] != ["Quantity", "Estimate", "Interval", "Patients", "Method"]:
                continue
            for row in table["rows"][1:]:
                if row[0]["text"] == "Nothing to show":
                    continue
                keys = set(chain.from_iterable(cell["keys"] for cell in row))
                assert len(keys) == 1, f"{page} {table['id']}: a row with {keys}"
                found = published[keys.pop()]
                value, interval, patients, method = (plain(cell["text"]) for cell in row[1:5])
                assert value == plain(part(found)), found.key
                if interval:
                    name = "range" if found.level == 1 else f"{found.level * 100:g} % CI"
                    assert interval == f"{plain(part(found, 'interval'))} ({name})", found.key
                else:
                    assert found.value is None or (found.low is None and found.high is None), found.key
                counts = [str(count) for count in (found.events, found.n) if count is not None]
                assert re.findall(r"\d+", patients) == (counts if found.n is not None else []), found.key
                assert method.startswith(plain(method_words(found))), found.key
                rows += 1
    assert rows > 15


def test_responses_in_the_table_are_count_share_and_interval(open_tab, edition, published):
    tab = open_tab(edition)
    tab.goto(edition.url("chapters/responses"))
    table = next(table for table in tab.evaluate(TABLES) if table["id"] == "tbl-responses")
    cells = [cell for row in table["rows"][1:] for cell in row[1:] if cell["keys"]]
    assert cells
    for cell in cells:
        key = set(cell["keys"])
        assert len(key) == 1
        found = published[key.pop()]
        assert plain(cell["text"]) == plain(f"{found.events} ({part(found)}; {part(found, 'interval')})")


def test_the_ledger_on_the_page_is_the_ledger_file(open_tab, reference):
    tab = open_tab(reference)
    tab.goto(reference.url("chapters/reproduction"))
    table = next(table for table in tab.evaluate(TABLES) if table["id"] == "tbl-ledger")
    rows = reference.rows("ledger.csv")
    shown = [[plain(cell["text"]) for cell in row] for row in table["rows"][1:]]
    assert len(shown) == len(rows)
    for cells, row in zip(shown, rows, strict=True):
        for cell in cells[:5]:
            assert cell in {plain(value) for value in row.values()} | {""}, f"{cells}: not in {row}"


MARKS = """() => {
    const middle = box => (box.left + box.right) / 2;
    return [...document.querySelectorAll(".lr-chart")].map(chart => ({
        kind: chart.dataset.kind, name: chart.dataset.name,
        drawings: [...chart.querySelectorAll(".lr-drawing svg")].filter(svg => svg.getBoundingClientRect().width > 0).map(svg => {
            // Where the axis of shares has its 0 % and its 100 %.
            const axis = [...svg.querySelectorAll("g.role-axis")].map(group => ({
                words: [...group.querySelectorAll(".role-axis-label text")].map(text => text.textContent),
                ticks: [...group.querySelectorAll(".role-axis-tick line")].map(line => middle(line.getBoundingClientRect())),
            })).find(found => found.words[0] === "0%" && found.words.at(-1) === "100%" && found.ticks.length === found.words.length
                && found.ticks.at(-1) - found.ticks[0] > 50);
            const share = x => axis ? (x - axis.ticks[0]) / (axis.ticks.at(-1) - axis.ticks[0]) : null;
            return {
                groups: [...svg.querySelectorAll("g.mark-text.role-mark")].map(group =>
                    [...group.querySelectorAll("text")].map(text => [text.getAttribute("aria-label"), text.textContent])),
                marks: [...svg.querySelectorAll("path[aria-label], line[aria-label]")].map(mark => {
                    const box = mark.getBoundingClientRect();
                    return { words: mark.getAttribute("aria-label"), from: share(box.left), to: share(box.right), top: box.top };
                }),
            };
        }),
    }));
}"""
CATEGORIES = {"sCR", "CR", "VGPR", "PR", "MR", "SD", "PD"}
SIZES = ("desktop", "narrow")  # the drawing of each
NEAR = 0.006  # of the axis: half a pixel of the narrow drawing, and the white between two bars


def results(edition, chapter: str) -> dict:
    """The results of a chapter; the landing page draws those of progression-free survival."""
    name = "progression-free-survival" if chapter == "index" else chapter.rpartition("/")[2]
    path = edition.folder / "results" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"estimates": [], "curves": []}


@pytest.fixture(scope="module")
def read() -> dict:
    """Drawings that were read already, by edition and size."""
    return {}


@pytest.fixture(params=SIZES)
def drawings(request, open_tab, edition, read) -> dict[str, list[tuple[str, dict]]]:
    """The visible drawings of every page, each with its kind, at one size of screen."""
    key = edition.name, request.param
    if key not in read:
        tab, read[key] = open_tab(edition, request.param), {}
        for page in PAGES:
            tab.goto(edition.url(page))
            charts = tab.evaluate(MARKS)
            assert all(len(chart["drawings"]) == 1 for chart in charts), page
            read[key][page] = [(chart["kind"], chart["drawings"][0]) for chart in charts]
    return read[key]


def parts_of(words: str) -> dict[str, str]:
    """`name: value` pairs of a mark."""
    return dict(pair.partition(": ")[::2] for pair in words.split("; "))


def table_below(group) -> dict[tuple[str, str], str]:
    """The counts under one curve by time and row; what a mark says it is, it shows."""
    found = {}
    for words, text in group:
        told = parts_of(words)
        assert told["count"] == text
        found[told["t"], told["row"]] = text
    return found


def table_of(curve: dict) -> dict[tuple[str, str], str]:
    """Counts by time and row; of a curve that is not known from the fewest to the most."""
    rows = (("At risk", "at_risk"), ("Censored", "censored"), ("Events", "events"))
    if envelope := curve.get("envelope"):
        spans = {row: ["–".join(map(str, sorted({*ends}))) for ends in envelope[column]] for row, column in rows}
        return {(f"{t:g}", row): count for row in spans for t, count in zip(envelope["t"], spans[row], strict=True)}
    risk = curve["risk_table"]
    return {
        (f"{t:g}", row): str(count)
        for row, column in rows
        for t, count in zip(risk["times"], risk[column], strict=True)
    }


def test_counts_under_every_curve_are_those_of_the_results(edition, drawings):
    seen = 0
    for page in PAGES:
        left = results(edition, page)["curves"]
        for kind, drawing in drawings[page]:
            if kind != "survival":
                continue
            for group in drawing["groups"]:
                shown = table_below(group)
                curve = next((curve for curve in left if shown.items() <= table_of(curve).items()), None)
                assert curve, f"{page}: no curve of the results has these counts: {shown}"
                left = [other for other in left if other is not curve]
                times = {t for t, _ in shown}
                assert len(times) >= 4 and len(shown) == 3 * len(times)
                for t in times:
                    spans = [shown[t, row].split("–") for row in ("At risk", "Censored", "Events")]
                    fewest, most = (sum(int(span[end]) for span in spans) for end in (0, -1))
                    assert fewest <= curve["at_risk"][0] <= most and (fewest == most or "envelope" in curve)
                seen += 1
    assert seen >= 3


def test_bars_of_response_are_as_long_as_the_shares_and_say_their_counts(edition, drawings):
    shares = [
        row for row in results(edition, "responses")["estimates"] if row["statistic"] == "proportion" and row["events"]
    ]
    known = [
        (
            " or ".join(one["level"] for one in row["group"] if one["variable"] == "response.category"),
            row["value"],
            row["events"],
        )
        for row in shares
    ]
    known = [row for row in known if row[0] in CATEGORIES]
    drawn, counts = [], []
    for _, drawing in drawings["chapters/responses"]:
        bars = [(parts_of(mark["words"]), mark) for mark in drawing["marks"] if "response: " in mark["words"]]
        drawn += [
            (told["response"], mark["to"] - mark["from"]) for told, mark in bars if told["response"] in CATEGORIES
        ]
        for group in drawing["groups"]:
            counts += [(parts_of(words)["count"], text) for words, text in group if "count: " in words]
    assert len(drawn) == len(known) > 0
    for (category, width), (name, share, _) in zip(sorted(drawn), sorted(known), strict=True):
        assert category == name and abs(width - share) < NEAR, f"{category}: {width} is drawn, {share} is known"
    assert counts and all(told == text for told, text in counts)
    assert Counter(text for _, text in counts) <= Counter(str(count) for *_, count in known)


def test_points_and_lines_stand_where_the_results_say(edition, drawings):
    """Every point of every chart is the value of an estimate of its chapter, in its name and in its place."""
    seen = 0
    for page in PAGES:
        found = [row for row in results(edition, page)["estimates"] if row["value"] is not None]
        values = {f"{row['value']:.10g}": row for row in found}
        highs = {f"{row['high']:.10g}" for row in found if row["high"] is not None}
        for kind, drawing in drawings[page]:
            for mark in drawing["marks"] if kind == "marks" else []:
                told = parts_of(mark["words"])
                if set(told) & {"value"} and re.fullmatch(r"0?\.\d+|[01]", told["value"]):
                    value = float(told["value"])
                    assert f"{value:.10g}" in values, f"{page}: {mark['words']}"
                    if "name" in told:
                        same = [label(Estimate.from_dict(row)) for row in found if abs(row["value"] - value) < 1e-10]
                        assert told["name"] in same, f"{page}: {mark['words']}: known are {same}"
                    centre = (mark["from"] + mark["to"]) / 2
                    assert abs(centre - value) < NEAR, f"{page}: {mark['words']} stands at {centre}"
                    seen += 1
                elif "high" in told and "low" in told and "name" in told:
                    high = float(told["high"])
                    assert f"{high:.10g}" in highs, f"{page}: {mark['words']}"
                    assert abs(mark["to"] - high) < NEAR, f"{page}: {mark['words']} ends at {mark['to']}"
    assert seen >= 1


def test_words_of_a_drawing_hold_its_numbers(open_tab, edition):
    """The text for those who do not see the drawing names the headline estimate of the results."""
    for chapter, key in (("progression-free-survival", "pfs.survival.36"), ("overall-survival", "os.survival.36")):
        tab = open_tab(edition)
        tab.goto(edition.url(f"chapters/{chapter}"))
        words = plain(tab.locator(".lr-drawing").first.get_attribute("aria-label"))
        row = next(row for row in results(edition, chapter)["estimates"] if row["key"] == key)
        assert row["value"] is None or f"{rounded(row['value'] * 100, 1)} %" in words
