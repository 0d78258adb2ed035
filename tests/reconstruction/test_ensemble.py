"""Many members folded into ranges: pinned, bounded and free on numbers that can be checked by eye."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livingreview.published.printed import PrintedRow
from livingreview.reconstruction.ensemble import as_csv, curve_ranges, ranges
from livingreview.results.codes import Estimator, IntervalMethod, ReasonCode
from livingreview.results.curves import Curve, RiskTable
from livingreview.results.estimates import Estimate, Interval, estimate, not_estimable


def share(value: float | None, low: float | None = None, high: float | None = None, **more) -> Estimate:
    about = {"endpoint": "x", "statistic": "proportion", "unit": "fraction", "n": 28} | more
    result = (
        not_estimable(ReasonCode.NOBODY_EVALUATED)
        if value is None and low is None
        else Interval(value, low, high, 0.95, IntervalMethod.CLOPPER_PEARSON)
    )
    return estimate("x", result, **about)


def count(value: int, n: int | None = 28) -> Estimate:
    return estimate("x", value, endpoint="x", statistic="count", unit="patients", estimator=Estimator.COUNT, n=n)


def months(value: float | None) -> Estimate:
    return estimate(
        "x", Interval(value, 1.0, None, 0.95, IntervalMethod.LOG), endpoint="x", statistic="median", unit="months"
    )


ROW = PrintedRow("x", "x", "percent", "all", "", "50.0", "30.00", "70.00", "28", "abstract", "")


@pytest.mark.parametrize(
    ("members", "printed", "status"),
    [
        ([share(0.5, 0.3, 0.7), share(0.5, 0.3, 0.7)], [], "pinned"),
        ([share(0.5, 0.3, 0.7), share(0.5004, 0.3, 0.7)], [], "pinned"),  # read as 50.0 % both
        ([share(0.5, 0.3, 0.7), share(0.5006, 0.3, 0.7)], [], "bounded"),
        ([share(0.5, 0.3, 0.7), share(0.5, 0.2, 0.7)], [], "bounded"),  # the limits move
        ([share(0.5, 0.3, 0.7), share(0.5, 0.299, 0.7)], [ROW], "pinned"),  # print gives them
        ([share(0.5, 0.31, 0.7), share(0.5, 0.3, 0.7)], [ROW], "bounded"),  # but not these
        ([share(0.0), share(1.0)], [], "free"),  # anything at all
        ([share(0.0), share(0.5)], [], "bounded"),
        ([share(0.5), share(None)], [], "free"),  # not estimable in one of them
        ([share(None, 0.3, 0.7), share(None, 0.3, 0.7)], [], "bounded"),  # a range in every member
        ([share(None, 0.3, 0.7), share(0.5, 0.3, 0.7)], [], "free"),
        ([count(7), count(7)], [], "pinned"),
        ([count(0), count(7)], [], "bounded"),
        ([count(0), count(28)], [], "free"),
        ([count(0, None), count(7, None)], [], "free"),  # of how many is not known
        ([months(40.0), months(50.0)], [], "free"),  # a median has no largest value
        ([months(40.0), months(40.04)], [], "pinned"),
        ([months(None), months(None)], [], "bounded"),  # not reached in all: only its limits are read
        ([share(0.04, statistic="p"), share(0.04, statistic="p")], [], "free"),
    ],
)
def test_how_far_a_number_is_fixed(members, printed, status):
    (found,) = ranges([[one] for one in members], printed)
    assert found.identifiability == status


def test_the_ends_are_those_of_value_and_limits():
    members = [[share(0.5, 0.3, 0.7, events=14)], [share(0.4, 0.2, 0.8, events=11)]]
    (found,) = ranges(members, [])
    assert (found.lowest, found.highest, found.lowest_low, found.highest_low) == (0.4, 0.5, 0.2, 0.3)
    assert (found.lowest_high, found.highest_high, found.n, found.events, found.members) == (0.7, 0.8, 28, None, 2)
    assert (
        as_csv([found]).splitlines()[1]
        == "x,x,proportion,,fraction,0.95,,Clopper-Pearson,28,,2,0.4,0.5,0.2,0.3,0.7,0.8,,bounded"
    )


def test_a_curve_is_compared_time_by_time():
    table = RiskTable([0.0], [4], [0], [0])
    early = Curve("x", "x", (), Estimator.KAPLAN_MEIER, IntervalMethod.LOG_LOG, 0.95, [0.0, 2.0, 3.0], [1.0, 0.75, 0.75], [None] * 3, [None] * 3, [4, 4, 3],
                  [0, 0, 1], [0, 1, 1], table)  # fmt: skip
    late = replace(
        early, t=[0.0, 3.0, 4.0], survival=[1.0, 1.0, 0.5], at_risk=[4, 4, 2], censored=[0, 2, 2], events=[0, 0, 1]
    )
    found = curve_ranges([[early], [late]], ["x"], [0.0, 3.0, 3.5])
    assert [(row.months, row.survival_low, row.survival_high) for row in found] == [
        (0, 1, 1),
        (3, 0.75, 1),
        (3.5, 0.75, 1),
    ]
    assert [(row.at_risk_low, row.at_risk_high) for row in found] == [(4, 4), (3, 4), (2, 2)]
    assert [(row.events_low, row.events_high, row.censored_low, row.censored_high) for row in found] == [
        (0, 0, 0, 0), (0, 1, 0, 0), (0, 1, 1, 2),
    ]  # fmt: skip
