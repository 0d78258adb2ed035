import pytest
from hypothesis import given
from pinned import FIXED, cases, close, patients, split

from livingreview.results.codes import Reason, ReasonCode
from livingreview.results.estimates import Interval
from livingreview.statistics.follow_up import median_follow_up
from livingreview.statistics.life_table import life_table
from livingreview.statistics.quantiles import median_survival


@pytest.mark.parametrize("case", cases("survival", "follow_up"))
def test_median_and_interval_equal_the_reversed_survfit(case):
    found = median_follow_up(case["input"]["time"], case["input"]["event"], level=case["input"]["level"])
    for ours, theirs in zip((found.value, found.low, found.high), case["results"]["follow_up"], strict=True):
        assert close(ours, theirs)


def test_nobody_censored_is_not_reached():
    assert median_follow_up([3, 5, 9], [1, 1, 1]) == Interval(
        None, None, None, 0.95, "log-log", Reason(ReasonCode.NOT_REACHED)
    )


def test_nobody_failed_is_the_median_of_the_follow_up():
    assert median_follow_up([3, 5, 9], [0, 0, 0]).value == 5


def test_a_censoring_precedes_an_event_at_the_same_time():
    # both at risk when the first is censored: S = 1/2 from 4 on, then flat; with the event first S would reach 0 at 4
    assert median_follow_up([4, 4], [0, 1]).reason.code == ReasonCode.HALF_TO_THE_END


def test_an_event_flag_of_two_is_refused():
    with pytest.raises(ValueError, match="events must be 0"):
        median_follow_up([1, 2], [0, 2])


@FIXED
@given(patients)
def test_it_is_the_median_of_the_swapped_flags(rows):
    times, events = split(rows)
    assert median_follow_up(times, events, method="log") == median_survival(
        life_table(times, [1 - event for event in events]), method="log"
    )
