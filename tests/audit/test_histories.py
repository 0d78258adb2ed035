"""Which event counts can have produced a printed survival: every count is tried."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from livingreview.audit.histories import PrintedSurvival, RiskSets, Window, feasible_counts, risk_sets
from livingreview.published.printed import printed_number, read_published
from livingreview.results.rounding import rounded
from support import REFERENCE

ROWS = read_published(REFERENCE)
PFS, OS = (printed_number(ROWS, key) for key in ("pfs.survival.36", "os.survival.36"))


@pytest.mark.parametrize("repeats", [False, True], ids=["right censoring", "delayed entry"])
@pytest.mark.parametrize(
    ("row", "count", "histories"), [(PFS, 7, {False: 59, True: 564}), (OS, 3, {False: 5, True: 5})]
)
def test_seven_events_and_three_deaths_are_the_only_counts(row, count, histories, repeats):
    found = feasible_counts(PrintedSurvival.of(row), 28, repeats=repeats)
    assert list(found) == list(range(29))
    assert {k: number for k, number in found.items() if number} == {count: histories[repeats]}


@pytest.mark.parametrize(("row", "only", "most"), [(PFS, 7, 31), (OS, 3, 46)])
def test_the_counts_hold_up_to_more_patients_than_were_analysed_and_no_further(row, only, most):
    printed = PrintedSurvival.of(row)
    for n in range(28, most + 1):
        assert {k for k in range(12) if risk_sets(printed, n, k)} == {only}
    assert {k for k in range(12) if risk_sets(printed, most + 1, k)} == {only, only + 1}


def test_the_windows_are_those_of_three_decimals():
    printed = PrintedSurvival.of(PFS)
    assert (round(printed.survival.low, 6), round(printed.survival.high, 6)) == (0.7075, 0.7085)
    assert (round(printed.error.low, 6), round(printed.error.high, 6)) == (0.0945, 0.0955)
    printed = PrintedSurvival.of(OS)
    assert (round(printed.survival.low, 6), round(printed.survival.high, 6)) == (0.8735, 0.8745)
    assert (round(printed.error.low, 6), round(printed.error.high, 6)) == (0.0685, 0.0695)


def brute_force(printed: PrintedSurvival, n: int, events: int) -> set[tuple[int, ...]]:
    """The same search without any pruning."""
    found = set()
    for ascending in combinations(range(2, n + 1), events):
        survival = math.prod((r - 1) / r for r in ascending)
        error = survival * math.sqrt(sum(1 / (r * (r - 1)) for r in ascending))
        if survival in printed.survival and error in printed.error:
            found.add(ascending[::-1])
    return found


@pytest.mark.parametrize(("row", "events"), [(PFS, 5), (PFS, 6), (OS, 2), (OS, 3), (OS, 4), (OS, 5)])
def test_pruning_loses_nothing(row, events):
    printed = PrintedSurvival.of(row)
    assert {found.at_risk for found in risk_sets(printed, 28, events)} == brute_force(printed, 28, events)


def test_pruning_loses_nothing_where_windows_are_wide():
    printed = PrintedSurvival(Window(0.4001, 0.5999), Window(0.0, 1.0))
    for events in range(1, 8):
        assert {found.at_risk for found in risk_sets(printed, 12, events)} == brute_force(printed, 12, events)


def test_no_history_of_any_number_of_patients_up_to_28_prints_the_limits_of_overall_survival_directly():
    direct = []
    wide = PrintedSurvival(Window(0.87, 0.88), Window(0.06, 0.08))  # beyond every rounding of 87.4 and its limits
    for n in range(1, 29):
        for events in range(n + 1):
            direct += [found for found in risk_sets(wide, n, events) if printed_limits(found) == ["73.88", "100.92"]]
    assert direct == []


def test_one_history_prints_the_limits_of_progression_free_survival_directly():
    histories = risk_sets(PrintedSurvival.of(PFS), 28, 7)
    direct = [found.at_risk for found in histories if printed_limits(found) == ["52.18", "89.42"]]
    assert direct == [(28, 26, 25, 22, 21, 16, 15)]


def printed_limits(found: RiskSets) -> list[str]:
    return [rounded(limit * 100, 2) for limit in found.limits()]


def test_no_event_gives_survival_one_only():
    assert risk_sets(PrintedSurvival(Window(1, 1), Window(0, 0)), 28, 0) == [RiskSets((), 1.0, 0.0)]
    assert risk_sets(PrintedSurvival.of(PFS), 28, 0) == []
