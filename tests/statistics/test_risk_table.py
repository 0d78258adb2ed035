import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinned import FIXED, cases, patients, split

from livingreview.results.curves import RiskTable
from livingreview.statistics.risk_table import risk_table


@pytest.mark.parametrize("case", cases("survival", "at_risk"))
def test_at_risk_equals_survfit(case):
    times, expected = zip(*case["results"]["at_risk"], strict=True)
    assert risk_table(case["input"]["time"], case["input"]["event"], times).at_risk == list(expected)


@FIXED
@given(patients, st.lists(st.floats(0, 15), max_size=8))
def test_every_column_is_recounted_and_sums_to_n(rows, grid):
    times, events = split(rows)
    table = risk_table(times, events, grid)
    assert table.times == grid
    assert table.at_risk == [sum(time >= t for time in times) for t in grid]
    for t, at_risk, censored, failed in zip(grid, table.at_risk, table.censored, table.events, strict=True):
        assert failed == sum(time < t and event == 1 for time, event in zip(times, events, strict=True))
        assert censored == sum(time < t and event == 0 for time, event in zip(times, events, strict=True))
        assert at_risk + censored + failed == len(rows)


def test_who_leaves_at_the_time_is_still_at_risk_and_counted_after_it():
    assert risk_table([6, 6, 9], [1, 0, 1], [0, 6, 6.5, 9, 12]) == RiskTable(
        [0, 6, 6.5, 9, 12], [3, 3, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 2]
    )


@pytest.mark.parametrize(("durations", "events"), [([-1, 2], [0, 1]), ([1, 2], [0, 2]), ([], [])])
def test_what_is_refused(durations, events):
    with pytest.raises(ValueError):
        risk_table(durations, events, [0])
