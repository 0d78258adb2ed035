import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinned import FIXED, TO_ROUNDING, cases, close, patients, split

from livingreview.results.codes import IntervalMethod, ReasonCode
from livingreview.results.estimates import Interval, NotEstimable, not_estimable
from livingreview.statistics.life_table import life_table
from livingreview.statistics.proportions import clopper_pearson
from livingreview.statistics.survival_intervals import (
    METHODS,
    greenwood_limits,
    limits_at_every_time,
    survival_at,
)

GREENWOOD = ("plain", "log", "log-log")


@pytest.mark.parametrize("method", GREENWOOD)
@pytest.mark.parametrize("case", cases("survival", "plain"))
def test_greenwood_intervals_equal_survfit(case, method):
    time, event = np.array(case["input"]["time"]), np.array(case["input"]["event"])
    level, table = case["input"]["level"], life_table(time, event)
    for t, survival, low, high in case["results"][method]:
        found = survival_at(table, t, method=method, level=level)
        named = method
        if not np.any(event[time <= t]):  # R gives the point itself; ours is the exact binomial bound
            named, low, high = IntervalMethod.NO_EVENTS, ((1 - level) / 2) ** (1 / np.sum(time >= t)), 1
        if survival == 0:  # R gives no limits
            named, (_, low, high) = "beta product", next(row for row in case["results"]["beta_product"] if row[0] == t)
        assert (found.level, found.method) == (level, named)
        assert close(found.value, survival) and close(found.low, low) and close(found.high, high)
        assert found.reason is None


@pytest.mark.parametrize("case", cases("survival", "beta_product"))
def test_beta_product_interval_equals_another_computation(case):
    table, level = life_table(case["input"]["time"], case["input"]["event"]), case["input"]["level"]
    for t, low, high in case["results"]["beta_product"]:
        found = survival_at(table, t, method="beta product", level=level)
        assert close(found.low, low) and close(found.high, high)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", cases("survival", "plain"))
def test_past_the_last_follow_up_nothing_is_estimable(case, method):
    """R carries the last value on if asked to; ours is known only where it is 0."""
    table = life_table(case["input"]["time"], case["input"]["event"])
    for t, survival in case["results"]["later"]:
        found = survival_at(table, t, method=method)
        if survival == 0:
            assert (found.value, found.low) == (0, 0) and found == survival_at(table, table.last_time, method=method)
        else:
            assert found == not_estimable(ReasonCode.NOBODY_FOLLOWED, time=float(t))


@pytest.mark.parametrize("method", [*GREENWOOD, "beta product"])
@pytest.mark.parametrize(("remaining", "bound"), [(28, 0.877), (14, 0.768), (3, 0.292)])
def test_no_events_gives_the_bound_of_those_still_at_risk(method, remaining, bound):
    durations = [2.0] * (28 - remaining) + [10.0] * remaining
    found = survival_at(life_table(durations, [0] * 28), 9, method=method)
    assert (found.value, found.high, round(found.low, 3)) == (1, 1, bound)
    assert close(found.low, clopper_pearson(remaining, remaining).low)
    assert found.method == (IntervalMethod.NO_EVENTS if method in GREENWOOD else method)


def test_no_events_by_mid_p_halves_the_chance_of_the_bound():
    found = survival_at(life_table([10.0] * 28, [0] * 28), 9, method="mid-p beta product")
    assert (found.value, found.high) == (1, 1) and close(found.low, 0.05 ** (1 / 28))


@pytest.mark.parametrize("method", METHODS)
def test_a_censoring_at_the_time_itself_was_observed_through_it(method):
    table = life_table([6, 6, 6, 6], [0, 0, 0, 0])
    assert survival_at(table, 6, method=method) == survival_at(table, 5, method=method)
    assert close(survival_at(table, 6, method=method).low, (0.05 if method == "mid-p beta product" else 0.025) ** 0.25)


@pytest.mark.parametrize("method", METHODS)
def test_later_events_do_not_matter_before_them(method):
    table = life_table([1, 2, 5, 8, 9], [0, 1, 1, 0, 0])
    longer = life_table([1, 2, 7, 7, 7], [0, 1, 1, 1, 1])
    assert survival_at(table, 4.9, method=method) == survival_at(longer, 4.9, method=method)


@pytest.mark.parametrize("time", [3, 3.5, 36])
@pytest.mark.parametrize("method", [*GREENWOOD, "beta product"])
def test_survival_zero_stays_zero_with_the_upper_limit_of_the_beta_product(method, time):
    found = survival_at(life_table([1, 2, 3], [1, 1, 1]), time, method=method)
    assert found == Interval(0.0, 0.0, pytest.approx(clopper_pearson(0, 3).high, abs=1e-15), 0.95, "beta product")


@pytest.mark.parametrize("method", METHODS)
def test_where_the_last_patient_is_censored_later_is_not_known(method):
    table = life_table([1, 2, 3], [1, 1, 0])
    assert survival_at(table, 3, method=method).value == pytest.approx(1 / 3)
    assert survival_at(table, 3.5, method=method) == not_estimable(ReasonCode.NOBODY_FOLLOWED, time=3.5)
    tied = life_table([1, 3, 3], [1, 1, 0])  # the censored one was at risk after the event of the same time
    assert isinstance(survival_at(tied, 4, method=method), NotEstimable)


def test_three_thousand_events_to_the_last_patient():
    found = survival_at(life_table(range(1, 3001), [1] * 3000), 4000)
    assert close(found.high, clopper_pearson(0, 3000).high)


def test_plain_limits_are_not_clipped():
    # S 0.874 and its standard error 0.069 were printed with 73.88-100.92 %
    low, high = greenwood_limits(0.874, (0.069 / 0.874) ** 2, "plain", 0.95)
    assert (round(low, 4), round(high, 4)) == (0.7388, 1.0092)
    assert survival_at(life_table([1, 2, 3], [1, 1, 0]), 2, method="plain").low < 0


def test_log_limits_stop_at_one():
    assert greenwood_limits(0.874, (0.069 / 0.874) ** 2, "log", 0.95)[1] == 1


def test_an_unknown_method_is_refused():
    with pytest.raises(
        ValueError,
        match="unknown interval method 'loglog'; known: plain, log, log-log, beta product, mid-p beta product",
    ):
        survival_at(life_table([1], [1]), 1, method="loglog")


@pytest.mark.parametrize("method", METHODS)
@FIXED
@given(patients, st.integers(0, 12))
def test_an_interval_holds_its_point_and_has_a_width(method, rows, t):
    times, events = split(rows)
    found = survival_at(life_table(times, events), t, method=method)
    if isinstance(found, NotEstimable):
        assert t > max(times) and life_table(times, events).survival[-1] > 0
    else:
        assert found.low - 1e-12 <= found.value <= found.high + 1e-12  # S itself is rounded
        assert found.low < found.high
        if method != "plain":
            assert 0 <= found.low and found.high <= 1


@pytest.mark.parametrize("method", METHODS)
@FIXED
@given(patients, st.integers(0, 12))
def test_a_higher_level_is_wider(method, rows, t):
    table = life_table(*split(rows))
    narrow, wide = (survival_at(table, t, method=method, level=level) for level in (0.8, 0.95))
    if isinstance(narrow, Interval):
        assert wide.low <= narrow.low and narrow.high <= wide.high
        assert (wide.low, wide.high) != (narrow.low, narrow.high)


@FIXED
@given(st.lists(st.integers(1, 8), min_size=1, max_size=20), st.integers(0, 7))
def test_beta_product_without_censoring_is_clopper_pearson(times, t):
    # nobody is censored before t: all who live longer are censored past everything
    events = [int(time <= t) for time in times]
    alive = events.count(0)
    found = survival_at(life_table([*times], events), min(t, max(times)), method="beta product")
    expected = clopper_pearson(alive, len(times))
    assert found.low == pytest.approx(expected.low, abs=TO_ROUNDING)
    assert found.high == pytest.approx(expected.high, abs=TO_ROUNDING)


@pytest.mark.parametrize("method", GREENWOOD)
@FIXED
@given(patients)
def test_limits_at_every_time_equal_those_of_one_time_after_the_other(method, rows):
    table = life_table(*split(rows))
    low, high = limits_at_every_time(table, method=method)
    for at, time in enumerate(table.times):
        if table.events_by(time) == 0:
            assert (low[at], high[at]) == (1, 1)
            continue
        point = survival_at(table, time, method=method)
        if point.value == 0:  # a median inverts Greenwood's limits alone, as R's does
            assert np.isnan(low[at]) and np.isnan(high[at])
        else:  # numpy and the C library may differ in the last bit of an exponential
            assert close(low[at], point.low, 1e-14) and close(high[at], point.high, 1e-14)


@pytest.mark.parametrize("case", cases("survival", "beta_product"))
def test_the_mid_p_interval_lies_within_the_exact_one(case):
    table, level = life_table(case["input"]["time"], case["input"]["event"]), case["input"]["level"]
    for t, low, high in case["results"]["beta_product"]:
        found = survival_at(table, t, method="mid-p beta product", level=level)
        assert low <= found.low <= found.value + 1e-12 and found.value - 1e-12 <= found.high <= high + 1e-12
        assert (found.low, found.high) != (low, high)
