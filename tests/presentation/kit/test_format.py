"""One formatter: half up, NBSP before the sign, and words where there is no number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livingreview.presentation.kit.format import NBSP, interval_name, number, part
from livingreview.results.codes import IntervalMethod, Reason, ReasonCode
from livingreview.results.estimates import Interval, estimate, not_estimable
from livingreview.results.rounding import rounded


def survival(result, **more):
    return estimate(
        "pfs.survival.36", result, endpoint="pfs", statistic="survival", unit="fraction", time_months=36, **more
    )


FOUND = survival(Interval(0.708042, 0.521848, 0.894236, 0.95, "plain"), n=28, events=7)


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (12.5, 0, "13"),
        (0.285 * 100, 0, "29"),
        (0.125, 2, "0.13"),
        (-0.04, 1, "0.0"),
        (-2.5, 0, "-3"),
        (99.95, 1, "100.0"),
        (2, 2, "2.00"),
    ],
)
def test_rounding_is_half_up_on_the_decimal_string(value, decimals, shown):
    assert rounded(value, decimals) == shown


@pytest.mark.parametrize(("mode", "shown"), [("half up", "0.13"), ("half to even", "0.12"), ("truncated", "0.12")])
def test_other_roundings_have_names(mode, shown):
    assert rounded(0.125, 2, mode) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("value", f"70.8{NBSP}%"),
        ("interval", f"52.2{NBSP}% to 89.4{NBSP}%"),
        ("full", f"70.8{NBSP}% (95{NBSP}% CI 52.2{NBSP}% to 89.4{NBSP}%)"),
        ("low", f"52.2{NBSP}%"),
        ("high", f"89.4{NBSP}%"),
        ("n", "28"),
        ("events", "7"),
        ("count", "7 of 28"),
        ("time", f"36{NBSP}months"),
        ("level", f"95{NBSP}%"),
    ],
)
def test_parts_of_an_estimate(name, shown):
    assert part(FOUND, name) == shown


def test_what_does_not_exist_is_said():
    absent = survival(not_estimable(ReasonCode.NOBODY_FOLLOWED, time=36.0))
    for name in ("value", "interval", "low", "n", "count", "level"):
        assert part(absent, name) == "not estimable"
    not_reached = estimate(
        "pfs.median",
        Interval(None, 20.5, None, 0.95, IntervalMethod.LOG_LOG, Reason(ReasonCode.NOT_REACHED)),
        endpoint="pfs",
        statistic="median",
        unit="months",
    )
    assert part(not_reached) == "not reached"
    assert part(not_reached, "interval") == f"20.5{NBSP}months to not reached"


def test_a_range_without_a_value_is_given_as_a_range():
    bounded = estimate(
        "x",
        Interval(None, 8, 19, 1.0, "margins", limits="cohort-range"),
        endpoint="response",
        statistic="deepened",
        unit="patients",
    )
    assert part(replace(bounded, identifiability="bounded")) == "between 8 and 19"


def test_an_unknown_part_is_an_error():
    with pytest.raises(KeyError, match="unknown part 'mean'"):
        part(FOUND, "mean")


@pytest.mark.parametrize(
    ("value", "unit", "limit", "shown"),
    [
        (0.72, "ratio", False, "0.72"),
        (1.025, "ratio", False, "1.025"),
        (0.89, "ratio", True, "0.890"),
        (0.0004, "p", False, "<0.001"),
        (0.0385, "p", False, "0.039"),
        (57.0, "years", False, f"57{NBSP}years"),
        (None, "months", False, "–"),
    ],
)
def test_units(value, unit, limit, shown):
    assert number(value, unit, limit=limit) == shown


@pytest.mark.parametrize("unit", ["patients", "fraction"])
def test_a_count_below_the_threshold_reads_less_than_it(unit):
    few = estimate("x", None, endpoint="safety", statistic="count", unit=unit, n=28)
    few = replace(few, high=4 if unit == "patients" else 4 / 28, limits="below-threshold", status="withheld")
    assert [part(few, name) for name in ("value", "count", "full")] == ["<5 of 28"] * 3
    assert part(few, "interval") == "not estimable" and interval_name(few) == ""
