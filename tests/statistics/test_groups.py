import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinned import FIXED, case_named, cases, close

from livingreview.estimates import NotEstimable
from livingreview.statistics.groups import landmark, logrank, mantel_byar
from livingreview.statistics.life_table import life_table
from livingreview.statistics.survival_intervals import survival_at

SPARSE = ("third group leaves before the first event", "other group leaves before the first event")
grouped = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.booleans()), min_size=2, max_size=30)


def since(case):
    return np.array(case["input"]["since"], dtype=float)


@pytest.mark.parametrize(
    "case", [case for case in cases("groups", "logrank") if case.id not in SPARSE and "landmark" not in case.id]
)
def test_logrank_equals_survdiff(case):
    found = logrank(case["input"]["time"], case["input"]["event"], case["input"]["group"])
    chi_square, df, p = case["results"]["logrank"]
    assert close(found.statistic, chi_square) and found.df == df and close(found.p, p)
    assert found.method == "log-rank"


def test_a_group_never_at_risk_at_an_event_takes_no_degree_of_freedom():
    case = case_named("groups", SPARSE[0])
    found = logrank(case["input"]["time"], case["input"]["event"], case["input"]["group"])
    chi_square, df, p = case["results"]["logrank"]
    assert close(found.statistic, chi_square) and found.df == df and close(found.p, p)


def test_without_an_event_where_both_groups_are_at_risk_nothing_is_compared():
    case = case_named("groups", SPARSE[1])
    assert case["results"]["logrank"][:2] == [0, 0]  # R: no degree of freedom is left
    assert isinstance(logrank(case["input"]["time"], case["input"]["event"], case["input"]["group"]), NotEstimable)


@pytest.mark.parametrize(
    ("events", "groups", "reason"),
    [
        ([1, 0, 1], ["a", "a", "a"], "fewer than two groups to compare"),
        ([0, 0, 0], ["a", "b", "a"], "no events in either group"),
    ],
)
def test_logrank_is_not_estimable(events, groups, reason):
    assert logrank([1, 2, 3], events, groups) == NotEstimable(reason)


@pytest.mark.parametrize("case", cases("groups", "exact"))
def test_mantel_byar_equals_the_score_test_of_coxph(case):
    found = mantel_byar(case["input"]["time"], case["input"]["event"], since(case))
    assert close(found.statistic, case["results"]["exact"][0]) and close(found.p, case["results"]["p"][0])
    assert (found.df, found.method) == (1, "Mantel-Byar")


def test_breslow_ties_agree_only_without_ties():
    untied, tied = (case_named("groups", name)["results"] for name in ("mantel-byar, untied", "mantel-byar, tied"))
    assert close(untied["breslow"][0], untied["exact"][0])
    assert not close(tied["breslow"][0], tied["exact"][0], 0.01)


@FIXED
@given(grouped)
def test_mantel_byar_with_states_from_the_start_is_the_logrank_test(rows):
    times, events, groups = zip(*rows, strict=True)
    found = mantel_byar(times, events, [-1 if inside else np.nan for inside in groups])
    plain = logrank(times, events, groups)
    if isinstance(found, NotEstimable):
        assert found.reason == "no event happened while both groups had patients at risk"
    else:
        assert found.statistic == pytest.approx(plain.statistic, abs=1e-9)
        assert found.p == pytest.approx(plain.p, abs=1e-9)


def plain_mantel_byar(times, events, since):
    """Statistic by a loop over the event times and the patients."""
    observed = expected = variance = 0.0
    for t in sorted({time for time, event in zip(times, events, strict=True) if event}):
        at_risk = [
            (time, event, entered < t) for time, event, entered in zip(times, events, since, strict=True) if time >= t
        ]
        n, n1 = len(at_risk), sum(inside for *_, inside in at_risk)
        d = sum(time == t and event for time, event, _ in at_risk)
        observed += sum(time == t and event and inside for time, event, inside in at_risk)
        expected += d * n1 / n
        if n > 1:
            variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
    return (observed - expected) ** 2 / variance if variance else None


@FIXED
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.booleans(), st.one_of(st.just(np.nan), st.integers(-1, 13))),
        min_size=1,
        max_size=30,
    )
)
def test_mantel_byar_equals_a_plain_loop_to_the_last_bit(rows):
    times, events, entered = zip(*rows, strict=True)
    found = mantel_byar(times, events, entered)
    assert (None if isinstance(found, NotEstimable) else found.statistic) == plain_mantel_byar(times, events, entered)


@FIXED
@given(grouped)
def test_a_state_entered_at_the_end_or_later_is_never(rows):
    times, events, inside = zip(*rows, strict=True)
    entered = [time / 2 if state else np.nan for time, state in zip(times, inside, strict=True)]
    late = [time / 2 if state else time + 1 for time, state in zip(times, inside, strict=True)]
    at_the_end = [time / 2 if state else time for time, state in zip(times, inside, strict=True)]
    assert (
        mantel_byar(times, events, entered)
        == mantel_byar(times, events, late)
        == mantel_byar(times, events, at_the_end)
    )


@pytest.mark.parametrize(
    ("events", "state_from"),
    [
        ([0, 0, 0], [1, np.nan, np.nan]),
        ([1, 1, 0], [np.nan, np.nan, np.nan]),
        ([1, 1, 1], [-1, -1, -1]),
        ([0, 0, 1], [1, np.nan, np.nan]),
    ],
)
def test_mantel_byar_is_not_estimable(events, state_from):
    assert mantel_byar([2, 3, 4], events, state_from) == NotEstimable(
        "no event happened while both groups had patients at risk"
    )


@pytest.mark.parametrize("case", cases("groups", "in_state"))
def test_landmark_equals_survfit_of_the_subset(case):
    time, event = np.array(case["input"]["time"]), np.array(case["input"]["event"])
    found = landmark(time, since(case), case["input"]["at"])
    assert list(np.flatnonzero(found.included) + 1) == case["results"]["included"]  # R counts from 1
    assert list(np.flatnonzero(found.in_state) + 1) == case["results"]["in_state"]
    assert found.excluded == len(time) - len(case["results"]["included"])
    for name, chosen in (("state", found.in_state), ("others", found.included & ~found.in_state)):
        table = life_table(time[chosen], event[chosen])
        for t, survival, low, high in case["results"][name]:
            at = survival_at(table, t)
            assert close(at.value, survival)
            if 0 < survival < 1:
                assert close(at.low, low) and close(at.high, high)
    compared = logrank(time[found.included], event[found.included], found.in_state[found.included])
    assert close(compared.statistic, case["results"]["logrank"][0])


def test_landmark_at_the_time_of_an_event_a_censoring_and_an_entry():
    found = landmark([5, 5, 6, 7, 8], [np.nan, 1, 5, 5.5, np.nan], 5)
    assert list(found.included) == [False, False, True, True, True]
    assert list(found.in_state) == [False, False, True, False, False]
    assert found.excluded == 2


def test_landmark_past_everyone_excludes_all():
    found = landmark([5, 6], [1, np.nan], 9)
    assert (found.included.any(), found.in_state.any(), found.excluded) == (False, False, 2)


def test_landmark_refuses_unequal_lengths():
    with pytest.raises(ValueError, match="same length"):
        landmark([5, 6], [1], 3)


def test_where_everybody_at_risk_fails_at_once_nothing_is_compared():
    assert logrank([5, 5], [1, 1], ["a", "b"]) == NotEstimable("at every event everybody at risk had it")
