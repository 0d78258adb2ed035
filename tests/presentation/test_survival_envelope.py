"""A curve that is not known: the picture shows where it may run, and takes that from ensemble_curves.csv."""

from __future__ import annotations

import csv
import json

import pytest
from drawings import readable_on_a_phone

from livingreview import chapter
from livingreview.presentation.survival_figure import survival_figure
from livingreview.results.estimates import Results
from support import REFERENCE, ROOT

COHORT = chapter.load_cohort(REFERENCE)
PFS = chapter.progression_free_survival(COHORT, milestones=[12, 24, 36], interval="plain", level=0.95)
FIGURE = survival_figure(PFS, "pfs")
with (REFERENCE / "ensemble_curves.csv").open(encoding="utf-8", newline="") as opened:
    STORED = [row for row in csv.DictReader(opened) if row["key"] == "pfs"]


def layers(spec: dict) -> list[dict]:
    return spec["vconcat"][0]["layer"]


@pytest.mark.parametrize("spec", [FIGURE.wide, FIGURE.narrow], ids=["wide", "narrow"])
def test_the_area_is_that_of_the_ensemble(spec):
    steps = spec["datasets"]["steps"]
    assert [(row["t"], row["low"], row["high"]) for row in steps] == [
        (float(row["months"]), float(row["survival_low"]), float(row["survival_high"])) for row in STORED
    ]
    assert all((row["from"], row["to"]) == (row["low"], row["high"]) for row in steps)  # what is read off, and saved
    assert all(row["low"] <= row["survival"] <= row["high"] for row in steps)  # the documented cohort lies inside
    at = {row["t"]: (round(row["low"], 3), round(row["high"], 3)) for row in steps}
    assert (at[5], at[5.1], at[35], at[36]) == ((1, 1), (0.708, 1), (0.708, 1), (0.708, 0.708))


@pytest.mark.parametrize("spec", [FIGURE.wide, FIGURE.narrow], ids=["wide", "narrow"])
def test_the_area_does_not_look_like_a_confidence_band_nor_the_example_like_a_curve(spec):
    area, line, rule, point = layers(spec)
    kinds = [layer["mark"]["type"] for layer in (area, line, rule, point)]
    assert kinds == ["area", "line", "rule", "point"] and (area["name"], line["name"]) == ("band_0", "line_0")
    scale = area["encoding"]["color"]["scale"]
    assert scale["domain"] == ["may run in here (not a CI)", "one example", "printed value, our CI"]
    assert scale["range"][0] == "#767676" and area["encoding"]["color"]["legend"]["symbolType"] == "square"
    assert line["mark"]["strokeDash"] == [2, 2] and line["mark"]["strokeWidth"] < 2
    assert "legend" not in line["encoding"]["color"]  # the script takes a legend of the line for one of groups
    assert spec["datasets"]["censored"] == []


def test_what_is_printed_stands_in_the_picture_with_its_interval():
    (row,) = FIGURE.wide["datasets"]["printed"]
    found = PFS["pfs.survival.36.loglog_all_histories"]
    assert (row["t"], row["survival"], row["low"], row["high"]) == (36, found.value, found.low, found.high)


@pytest.mark.parametrize(("spec", "step"), [(FIGURE.wide, 6), (FIGURE.narrow, 12)], ids=["wide", "narrow"])
def test_the_numbers_under_the_axis_run_from_the_fewest_to_the_most(spec, step):
    found = {(row["row"], row["t"]): row["count"] for row in spec["datasets"]["counts0"]}
    assert {t for _, t in found} == {float(t) for t in range(0, 37, step)}
    for row in STORED:
        for name, column in (("At risk", "at_risk"), ("Censored", "censored"), ("Events", "events")):
            fewest, most = row[f"{column}_low"], row[f"{column}_high"]
            shown = found.get((name, float(row["months"])))
            assert shown in (None, fewest if fewest == most else f"{fewest}–{most}")
    assert found["At risk", 0] == "28" and found["Events", 36] == "7" and found["Events", 12] == "0–7"


def test_the_words_say_it_too():
    for words in (
        "Grey area: where the curve may run, no confidence interval",
        "at 12 months 70.8 % to 100.0 %",
        "at 36 months 70.8 %, over 310 cohorts",
        "Dotted: one of them, illustrative",
        "70.8 % (95 % CI 47.6 % to 85.2 %), n = 28",
    ):
        assert words in FIGURE.description
    assert FIGURE.note.startswith("Illustrative: one of many histories")
    assert "The grey area is no confidence interval" in FIGURE.note and FIGURE.illustrative


def test_the_landing_page_draws_the_same_from_stored_results():
    stored = json.loads(json.dumps(PFS.to_dict()))
    assert survival_figure(Results.from_dict(stored), "pfs") == FIGURE


def test_results_of_other_editions_know_nothing_of_it():
    demo = chapter.load_cohort(ROOT / "data" / "demo")
    found = chapter.progression_free_survival(demo, milestones=[36], interval="log-log", level=0.95)
    assert all("envelope" not in curve for curve in found.to_dict()["curves"])


def test_numbers_on_a_phone_are_large_enough():
    readable_on_a_phone(FIGURE)
