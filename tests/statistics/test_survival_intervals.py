import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinned import FIXED, TO_ROUNDING, cases, close, patients, split

from livingreview.estimates import Interval, NotEstimable
from livingreview.statistics.life_table import life_table
from livingreview.statistics.proportions import clopper_pearson
from livingreview.statistics.survival_intervals import METHODS, greenwood_limits, limits_at_every_time, survival_at

GREENWOOD = ("plain", "log", "log-log")


@pytest.mark.parametrize("method", GREENWOOD)
@pytest.mark.parametrize("case", cases("survival", "plain"))
def test_greenwood_intervals_equal_survfit(case, method):
    time, event = np.array(case["input"]["time"]), np.array(case["input"]["event"])
    level, table = case["input"]["level"], life_table(time, event)
    for t, survival, low, high in case["results"][method]:
        found = survival_at(table, t, method=method, level=level)
        assert (found.level, found.method) == (level, method)
        if not np.any(event[time <= t]):  # R gives the point itself; ours is the exact binomial bound
            low, high = ((1 - level) / 2) ** (1 / np.sum(time >= t)), 1
        if survival == 0:
            assert (found.value, found.low, found.high) == (0, None, None)
            assert found.reason.endswith("Greenwood's variance is undefined")
            continue
        assert close(found.value, survival) and close(found.low, low) and close(found.high, high)
        assert found.reason == ""


@pytest.mark.parametrize("case", cases("survival", "beta_product"))
def test_beta_product_interval_equals_another_computation(case):
    table, level = life_table(case["input"]["time"], case["input"]["event"]), case["input"]["level"]
    for t, low, high in case["results"]["beta_product"]:
        found = survival_at(table, t, method="beta product", level=level)
        assert close(found.low, low) and close(found.high, high)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", cases("survival", "plain"))
def test_past_the_last_follow_up_nothing_is_estimable(case, method):
    last = max(case["input"]["time"])
    beyond = [t for t in case["input"]["times"] if t > last] or [last + 0.5]
    assert not {t for t, *_ in case["results"]["plain"]} & set(beyond)  # R drops these times
    for t in beyond:
        found = survival_at(life_table(case["input"]["time"], case["input"]["event"]), t, method=method)
        assert found == NotEstimable(f"nobody was followed to {t:g} months; the longest follow-up is {last:g} months")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("remaining", "bound"), [(28, 0.877), (14, 0.768), (3, 0.292)])
def test_no_events_gives_the_bound_of_those_still_at_risk(method, remaining, bound):
    durations = [2.0] * (28 - remaining) + [10.0] * remaining
    found = survival_at(life_table(durations, [0] * 28), 9, method=method)
    assert (found.value, found.high, round(found.low, 3)) == (1, 1, bound)
    assert close(found.low, clopper_pearson(remaining, remaining).low)


@pytest.mark.parametrize("method", METHODS)
def test_a_censoring_at_the_time_itself_was_observed_through_it(method):
    table = life_table([6, 6, 6, 6], [0, 0, 0, 0])
    assert survival_at(table, 6, method=method) == survival_at(table, 5, method=method)
    assert close(survival_at(table, 6, method=method).low, 0.025**0.25)


@pytest.mark.parametrize("method", METHODS)
def test_later_events_do_not_matter_before_them(method):
    table = life_table([1, 2, 5, 8, 9], [0, 1, 1, 0, 0])
    longer = life_table([1, 2, 7, 7, 7], [0, 1, 1, 1, 1])
    assert survival_at(table, 4.9, method=method) == survival_at(longer, 4.9, method=method)


@pytest.mark.parametrize("method", GREENWOOD)
def test_survival_zero_has_no_greenwood_limits(method):
    found = survival_at(life_table([1, 2, 3], [1, 1, 1]), 3, method=method)
    reason = "every patient followed to this time had the event: Greenwood's variance is undefined"
    assert found == Interval(0.0, None, None, 0.95, method, reason)


def test_survival_zero_has_beta_product_limits():
    found = survival_at(life_table([1, 2, 3], [1, 1, 1]), 3, method="beta product")
    assert (found.value, found.low) == (0, 0)
    assert close(found.high, clopper_pearson(0, 3).high)


def test_plain_limits_are_not_clipped():
    # S 0.874 and its standard error 0.069 were printed with 73.88-100.92 %
    low, high = greenwood_limits(0.874, (0.069 / 0.874) ** 2, "plain", 0.95)
    assert (round(low, 4), round(high, 4)) == (0.7388, 1.0092)
    assert survival_at(life_table([1, 2, 3], [1, 1, 0]), 2, method="plain").low < 0


def test_log_limits_stop_at_one():
    assert greenwood_limits(0.874, (0.069 / 0.874) ** 2, "log", 0.95)[1] == 1


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="unknown interval method 'loglog'; known: plain, log, log-log, beta product"):
        survival_at(life_table([1], [1]), 1, method="loglog")


@pytest.mark.parametrize("method", METHODS)
@FIXED
@given(patients, st.integers(0, 12))
def test_an_interval_holds_its_point_and_has_a_width(method, rows, t):
    times, events = split(rows)
    found = survival_at(life_table(times, events), t, method=method)
    if t > max(times):
        assert isinstance(found, NotEstimable)
    elif found.low is None:
        assert (found.value, found.high, method == "beta product") == (0, None, False)
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
    if isinstance(narrow, Interval) and narrow.low is not None:
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
        if point.low is None:
            assert np.isnan(low[at]) and np.isnan(high[at])
        else:  # numpy and the C library may differ in the last bit of an exponential
            assert close(low[at], point.low, 1e-14) and close(high[at], point.high, 1e-14)
