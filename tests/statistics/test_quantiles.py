import pytest
from hypothesis import given
from pinned import FIXED, case_named, cases, close, patients, split

from livingreview.results.codes import Reason, ReasonCode
from livingreview.results.estimates import Interval
from livingreview.statistics.life_table import life_table
from livingreview.statistics.quantiles import median_survival
from livingreview.statistics.survival_intervals import survival_at

GREENWOOD = ("plain", "log", "log-log")
FLAT = "one half to the end"


@pytest.mark.parametrize("method", GREENWOOD)
@pytest.mark.parametrize("case", [case for case in cases("survival", "median_plain") if case.id != FLAT])
def test_median_and_interval_equal_quantile_survfit(case, method):
    table = life_table(case["input"]["time"], case["input"]["event"])
    found = median_survival(table, method=method, level=case["input"]["level"])
    for ours, theirs in zip((found.value, found.low, found.high), case["results"][f"median_{method}"], strict=True):
        assert close(ours, theirs)
    assert (found.method, found.level) == (method, case["input"]["level"])
    assert found.reason == (Reason(ReasonCode.NOT_REACHED) if found.value is None else None)


@pytest.mark.parametrize("method", GREENWOOD)
def test_flat_to_the_end_is_not_bounded_where_r_takes_the_midpoint(method):
    case = case_named("survival", FLAT)
    found = median_survival(life_table(case["input"]["time"], case["input"]["event"]), method=method)
    value, low, high = case["results"][f"median_{method}"]
    assert value == (2 + 5) / 2  # R: between the second event and the last follow-up
    assert found == Interval(None, low, high, 0.95, method, Reason(ReasonCode.HALF_TO_THE_END))


@pytest.mark.parametrize("method", GREENWOOD)
def test_midpoint_where_one_half_holds_over_an_interval(method):
    assert median_survival(life_table([2, 4, 6, 8], [1, 1, 1, 1]), method=method).value == 5


@pytest.mark.parametrize("n", [12, 24])
def test_one_half_is_recognised_after_rounding(n):
    half = n // 2
    table = life_table(range(1, n + 1), [1] * half + [0] + [1] * (half - 1))
    assert 0 < abs(table.survival[half - 1] - 0.5) < 1e-15  # a product of fractions; exactly it is one half
    assert median_survival(table).value == half + 1  # midpoint of the last event of the first half and the next one


@pytest.mark.parametrize("method", GREENWOOD)
def test_no_events_is_not_reached(method):
    assert median_survival(life_table([3, 9], [0, 0]), method=method) == Interval(
        None, None, None, 0.95, method, Reason(ReasonCode.NOT_REACHED)
    )


def test_one_patient_with_the_event_has_a_median_without_limits():
    assert median_survival(life_table([5], [1])) == Interval(5.0, None, None, 0.95, "log-log", None)


@pytest.mark.parametrize("method", GREENWOOD)
@FIXED
@given(patients)
def test_the_interval_inverts_the_pointwise_interval_of_the_same_name(method, rows):
    times, events = split(rows)
    table = life_table(times, events)
    found = median_survival(table, method=method)
    at_events = sorted({time for time, event in zip(times, events, strict=True) if event})
    limits = [(t, survival_at(table, t, method=method)) for t in at_events]
    limits = [(t, at) for t, at in limits if at.value > 0]  # at 0 there is no Greenwood limit to invert
    for side, bound in (("low", found.low), ("high", found.high)):
        below = [t for t, at in limits if getattr(at, side) <= 0.5]
        assert bound == (min(below) if below else None)  # no limit of these is one half exactly


@FIXED
@given(patients)
def test_the_median_splits_the_curve(rows):
    table = life_table(*split(rows))
    value = median_survival(table).value
    if value is None:
        assert min(table.survival) > 0.5 - 1e-9
    else:
        assert all(
            survival > 0.5 - 1e-9 for time, survival in zip(table.times, table.survival, strict=True) if time < value
        )
        assert any(
            survival < 0.5 + 1e-9 for time, survival in zip(table.times, table.survival, strict=True) if time <= value
        )


@pytest.mark.parametrize("method", ["beta product", "mid-p beta product"])
def test_the_beta_product_limits_are_not_inverted(method):
    with pytest.raises(ValueError, match="not inverted; use log-log"):
        median_survival(life_table([1, 2], [1, 0]), method=method)


@pytest.mark.parametrize("times", [[1, 2, 3.7, 5], [1.3, 2.9, 2.9, 4], [4, 9]])
def test_no_reason_names_a_time_of_a_patient(times):
    """A single time in a sentence would be that of one patient."""
    for events in ([1, 1, 0, 0], [1, 0, 0, 0], [0] * 4):
        reason = median_survival(life_table(times, events[: len(times)])).reason
        assert reason is None or not reason.facts
