"""Bars of response and the ribbons between them: every row is an estimate."""

from __future__ import annotations

from itertools import groupby

import pytest
from drawings import drawn, marks, readable_on_a_phone

from analyses.eight import eight
from livingreview import chapter
from livingreview.presentation.bars import response_figure
from livingreview.presentation.paths import path_table
from support import REFERENCE, ROOT


def made(folder):
    cohort = chapter.load_cohort(folder)
    results, labels = chapter.responses(cohort, level=0.95), chapter.timepoint_labels(cohort)
    return results, labels, response_figure(results.estimates, labels)


@pytest.fixture(scope="module")
def demo():
    return made(ROOT / "data" / "demo")


def test_the_title_is_the_finding(demo):
    assert demo[2].title == "Complete response or better: 28.8 % before transplantation, 59.2 % best response"


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_bars_are_the_estimates_end_to_end(demo, size):
    results, labels, figure = demo
    rows = getattr(figure, size)["datasets"]["shares"]
    names = {words: name for name, words in labels.items()}
    for words, bar in groupby(rows, key=lambda row: row["timepoint"]):
        bar = list(bar)
        for row in bar:
            stem = "not_evaluable" if row["response"] == "not assessed" else row["response"].lower()
            found = results[f"response.{names[words]}.{stem}"]
            assert (row["count"], row["share"]) == (found.events, found.value)
        assert [row["from"] for row in bar[1:]] == [row["to"] for row in bar[:-1]]
        assert bar[-1]["to"] == 1 and sum(row["count"] for row in bar) == 240


def test_ribbons_are_the_paths_of_three_patients_or_more(demo):
    results, _, figure = demo
    rows = figure.wide["datasets"]["ribbons"]
    drawn_paths = {row["path"]: row["count"] for row in rows}
    assert drawn_paths == {row.key: row.value for row in results.where(statistic="path") if row.value >= 3}
    for row in rows:
        assert row["right"] - row["left"] == pytest.approx(row["count"] / 240, abs=2e-4)
    assert {row["change"] for row in rows} == {"deeper", "the same", "shallower"}


def test_a_ribbon_runs_from_its_segment_to_its_segment(demo):
    _, labels, figure = demo
    bars = {
        (name, row["response"].lower()): row
        for row in figure.wide["datasets"]["shares"]
        for name, words in labels.items()
        if words == row["timepoint"]
    }
    by_path = {}
    for row in figure.wide["datasets"]["ribbons"]:
        by_path.setdefault(row["path"], []).append(row)
    for path, points in by_path.items():
        before, after, start, end = path.split(".")[2:]
        first, last = bars[before, start], bars[after, end]
        assert (points[0]["y"], points[-1]["y"]) == (first["bottom"], last["top"])
        for point, bar in ((points[0], first), (points[-1], last)):
            assert bar["from"] - 2e-4 <= point["left"] < point["right"] <= bar["to"] + 2e-4
    for side, place in (("left", 0), ("left", -1)):  # no two ribbons share a place
        edges = sorted((points[place]["y"], points[place][side], points[place]["right"]) for points in by_path.values())
        for one, two in zip(edges, edges[1:], strict=False):
            assert one[0] != two[0] or one[2] <= two[1] + 3e-4


def test_totals_alone_have_no_ribbons_and_say_why():
    results, labels, figure = made(REFERENCE)
    assert "ribbons" not in figure.wide["datasets"] and marks(figure.wide, "area") == []
    assert figure.note == "No ribbons join the bars: only the totals of each timepoint are known, not who changed."
    assert "cannot be shown" in path_table(results, labels, caption="c", name="tbl-paths").markdown


def test_thin_paths_are_said_together(tmp_path):
    results, labels, figure = made(eight(tmp_path))
    assert {row["path"] for row in figure.wide["datasets"]["ribbons"]} == {"response.path.before.after.pr.cr"}
    assert figure.description.endswith("From Before to After: PR to CR 3; other paths 5.")
    assert figure.note == ""
    body = path_table(results, labels, caption="c", name="tbl-paths").markdown
    assert "{num}`response.path.before.after.pr.cr`" in body and "  - 0\n" in body  # everybody is in the table
    assert "A dash stands" not in body


def test_one_timepoint_and_none(tmp_path):
    only = "patient_id,timepoint,response\nA,before,PR\n"
    assert made(eight(tmp_path / "one", responses=only))[2].note == ""
    none = made(eight(tmp_path / "none", responses=""))[2]
    assert none.markdown == "No picture is drawn: no response was recorded."


def test_a_number_stands_only_where_it_has_room(demo):
    _, texts = drawn(demo[2].narrow)
    words = {word for _, word in texts}
    assert {"91", "78", "65"} <= words and "3" not in words  # three patients are a line of three pixels
    readable_on_a_phone(demo[2])
