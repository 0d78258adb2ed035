"""Boxes from all transplanted to those analysed: the rows of the flow table."""

from __future__ import annotations

from drawings import readable_on_a_phone

from analyses.eight import eight
from livingreview import chapter
from livingreview.presentation.flow_figure import flow_figure

ROWS = [
    {"step": "Transplanted", "n": 64, "reason": None},
    {"step": "Maintenance started", "n": 40, "reason": "another drug"},
    {"step": "Analysed", "n": 28, "reason": None},
]


def test_boxes_are_the_rows_and_those_who_left_are_the_differences(tmp_path):
    rows = chapter.study(chapter.load_cohort(eight(tmp_path)), level=0.95).tables["flow"]
    figure = flow_figure(rows)
    assert figure.title == "8 of 20 patients were analysed"
    assert [(box["words"], box["n"]) for box in figure.wide["datasets"]["boxes"]] == [
        ("Transplanted", "20 patients"), ("Analysed", "8 patients"),
    ]  # fmt: skip
    (left,) = figure.wide["datasets"]["left"]
    assert left["words"].replace("\n", " ") == "12 left: maintenance shorter than 3 months"


def test_boxes_do_not_touch_and_arrows_join_them():
    for spec in (flow_figure(ROWS).wide, flow_figure(ROWS).narrow):
        boxes, arrows = spec["datasets"]["boxes"], spec["datasets"]["arrows"]
        for arrow, above, below in zip(arrows, boxes, boxes[1:], strict=False):
            assert (arrow["y"], arrow["to"]) == (above["bottom"], below["top"]) and below["top"] > above["bottom"]
        assert spec["height"] >= boxes[-1]["bottom"]
    readable_on_a_phone(flow_figure(ROWS))


def test_a_withheld_count_is_not_given_away_by_a_difference():
    rows = [ROWS[0], {**ROWS[1], "n": None}, ROWS[2]]
    figure = flow_figure(rows)
    assert [box["n"] for box in figure.wide["datasets"]["boxes"]] == ["64 patients", "number withheld", "28 patients"]
    assert {note["words"] for note in figure.wide["datasets"]["left"]} == {"Number of those who left withheld"}
    assert "24" not in figure.description and "12" not in figure.description


def test_one_step_and_none():
    assert flow_figure(ROWS[:1]).title == "64 patients were analysed"
    assert "not recorded" in flow_figure([]).markdown


def test_long_words_are_wrapped_and_cut():
    figure = flow_figure([{**ROWS[0], "step": "W" * 500}, ROWS[1]])
    lines = figure.narrow["datasets"]["boxes"][0]["words"].split("\n")
    assert len(lines) == 3 and lines[-1].endswith("…") and max(map(len, lines)) <= 36
