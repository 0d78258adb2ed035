"""Groups under each other: rows are estimates, limits beyond 0 and 100 % end in an arrow."""

from __future__ import annotations

import pytest
from drawings import readable_on_a_phone

from analyses.eight import eight
from livingreview import chapter
from livingreview.presentation.forest import forest_figure
from livingreview.presentation.subgroup_words import p_values_words, subgroups_answer
from livingreview.presentation.survival_figure import survival_figure
from livingreview.results.codes import IntervalMethod, Level
from livingreview.results.estimates import Interval, estimate
from support import REFERENCE, ROOT

USUAL = {"milestones": [12, 36], "interval": "log-log", "level": 0.95, "age_split": 65, "group_by": "msmart_risk"}


@pytest.fixture(scope="module")
def demo():
    return chapter.subgroups(chapter.load_cohort(ROOT / "data" / "demo"), **USUAL)


def test_rows_are_the_estimates_under_the_name_of_their_column(demo):
    figure = forest_figure(demo.estimates)
    rows = figure.wide["datasets"]["groups"]
    assert [row["name"] for row in rows[:5]] == ["All patients", "Sex", "female", "male", "Age"]
    assert [row["y"] for row in rows] == list(range(len(rows)))
    female = demo["subgroup.sex.female.pfs.survival.36"]
    assert (rows[2]["value"], rows[2]["low"], rows[2]["high"]) == (female.value, female.low, female.high)
    assert rows[2]["beside"] == f"{female.events} / {female.n}"
    risk = next(row for row in rows if row["name"] == "mSMART risk")
    assert risk["heading"] and risk["beside"] == "p = 0.004"
    assert figure.title == "Alive without progression at 36 months: 27.4 % to 71.9 % in 17 groups"
    readable_on_a_phone(figure)


def _group(low: float, high: float):
    about = {
        "endpoint": "subgroup",
        "statistic": "survival",
        "unit": "fraction",
        "time_months": 36,
        "n": 9,
        "events": 3,
    }
    return estimate(
        "subgroup.a.b.pfs.survival.36",
        Interval(0.5, low, high, 0.95, IntervalMethod.LOG_LOG),
        group=(Level("A", "b"),),
        **about,
    )


@pytest.mark.parametrize(
    ("low", "high", "drawn"), [(-0.1, 0.7, (0, 0.7, True, False)), (0.4, 1.2, (0.4, 1, False, True)), (0, 1, (0, 1, False, False))]
)  # fmt: skip
def test_limits_beyond_the_axis_are_cut_off_with_an_arrow(low, high, drawn):
    (row,) = [row for row in forest_figure([_group(low, high)]).wide["datasets"]["groups"] if not row["heading"]]
    assert (row["low"], row["high"], row["under"], row["over"]) == drawn


def test_an_estimate_without_limits_is_a_point():
    (row,) = [row for row in forest_figure([_group(None, None)]).wide["datasets"]["groups"] if not row["heading"]]
    assert (row["low"], row["high"]) == (0.5, 0.5)


def test_no_group_no_picture():
    found = chapter.subgroups(chapter.load_cohort(REFERENCE), **USUAL)
    assert forest_figure(found.estimates).markdown.startswith("No picture is drawn")
    assert survival_figure(found, "subgroup").markdown.startswith("No curve is drawn")
    assert "cannot be said" in subgroups_answer(found).markdown
    assert p_values_words(found).markdown.startswith("No p-value was computed")


def test_the_number_of_tests_is_said(demo, tmp_path):
    assert "7 log-rank p-values were computed" in p_values_words(demo).markdown
    assert "4 of them are below 0.05" in p_values_words(demo).markdown
    few = chapter.subgroups(chapter.load_cohort(eight(tmp_path)), **USUAL)
    assert p_values_words(few).markdown.startswith("No p-value was computed")


def test_a_figure_of_groups_names_them_all_and_counts_each(demo):
    figure = survival_figure(demo, "subgroup")
    assert (
        figure.title == "Alive without progression at 36 months: mSMART risk: high 45.8 %; mSMART risk: standard 65.6 %"
    )
    assert list(figure.wide["datasets"])[:2] == ["steps", "censored"]
    assert {"counts0", "counts1"} <= set(figure.wide["datasets"])
    line = figure.wide["vconcat"][0]["layer"][1]
    assert (
        line["encoding"]["color"]["legend"]
        and len(set(map(str, line["encoding"]["strokeDash"]["scale"]["range"]))) == 2
    )
    readable_on_a_phone(figure)
