import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinned import FIXED, case_named, cases, close

from livingreview.results.codes import Estimator, ReasonCode
from livingreview.results.estimates import NotEstimable, not_estimable
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
    assert found.estimator == Estimator.LOG_RANK


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
        ([1, 0, 1], ["a", "a", "a"], ReasonCode.ONE_GROUP),
        ([0, 0, 0], ["a", "b", "a"], ReasonCode.NO_EVENTS),
    ],
)
def test_logrank_is_not_estimable(events, groups, reason):
    assert logrank([1, 2, 3], events, groups) == not_estimable(reason)


@pytest.mark.parametrize("case", cases("groups", "exact"))
def test_mantel_byar_equals_the_score_test_of_coxph(case):
    found = mantel_byar(case["input"]["time"], case["input"]["event"], since(case))
    assert close(found.statistic, case["results"]["exact"][0]) and close(found.p, case["results"]["p"][0])
    assert (found.df, found.estimator) == (1, Estimator.MANTEL_BYAR)


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
        assert found.reason.code == ReasonCode.NEVER_BOTH_AT_RISK
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
    assert mantel_byar([2, 3, 4], events, state_from) == not_estimable(ReasonCode.NEVER_BOTH_AT_RISK)


@pytest.mark.parametrize("case", cases("groups", "breslow_score"))
def test_a_state_left_again_and_late_entry_equal_the_score_test_of_coxph(case):
    given = case["input"]
    found = mantel_byar(
        given["time"],
        given["event"],
        given["from"],
        state_until=given["until"],
        patient=np.array(given["patient"]) - 1,  # R counts from 1
        entry=given["entry"],
    )
    assert close(found.statistic, case["results"]["score"][0]) and close(found.p, case["results"]["p_value"][0])
    assert close(case["results"]["breslow_score"][0], found.statistic, 1e-6) == ("untied" in case["name"])


@FIXED
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(-1, 13)), min_size=1, max_size=30))
def test_a_state_cut_in_two_is_the_same_state(rows):
    times, events, entered = zip(*rows, strict=True)
    whole = mantel_byar(times, events, entered)
    cut = [value + 1.5 for value in entered]
    pieces = mantel_byar(
        times,
        events,
        [*entered, *cut],
        state_until=[*cut, *[np.inf] * len(cut)],
        patient=[*range(len(cut))] * 2,
        entry=[-1] * len(cut),
    )
    assert whole == pieces


def test_a_state_counts_through_the_time_at_which_it_is_left():
    # At 4 patient 1 fails, in the state through 4 (of 2 at risk 1 in it); left a little earlier, it is outside.
    assert mantel_byar([4, 6], [1, 0], [1, np.nan], state_until=[4, np.inf]).statistic == pytest.approx(1)
    assert isinstance(mantel_byar([4, 6], [1, 0], [1, np.nan], state_until=[3.9, np.inf]), NotEstimable)


def test_who_enters_late_is_at_risk_only_after_that():
    # Both events come before the second patient enters: nobody is compared with the first and third.
    assert isinstance(mantel_byar([3, 9, 4], [1, 0, 1], [np.nan, 0, np.nan], entry=[0, 4, 0]), NotEstimable)
    assert not isinstance(mantel_byar([3, 9, 4], [1, 0, 1], [np.nan, 0, np.nan], entry=[0, 3, 0]), NotEstimable)


def test_who_never_enters_is_left_out():
    without = mantel_byar([3, 9, 4], [1, 0, 1], [np.nan, 1, np.nan], entry=[0, 0, 0])
    assert mantel_byar([3, 9, 4, 5], [1, 0, 1, 1], [np.nan, 1, np.nan, 1], entry=[0, 0, 0, np.nan]) == without


@pytest.mark.parametrize("case", cases("groups", "in_state"))
def test_landmark_equals_survfit_of_the_subset(case):
    time, event = np.array(case["input"]["time"]), np.array(case["input"]["event"])
    at = case["input"]["at"]
    found = landmark(time, np.where(since(case) <= at, "state", "others"), at)
    assert list(np.flatnonzero(found.followed) + 1) == case["results"]["included"]  # R counts from 1
    assert list(np.flatnonzero(found.groups["state"]) + 1) == case["results"]["in_state"]
    assert found.gone == len(time) - len(case["results"]["included"])
    for name, chosen in found.groups.items():
        table = life_table(time[chosen], event[chosen])
        for t, survival, low, high in case["results"][name]:
            at = survival_at(table, t)
            assert close(at.value, survival)
            if 0 < survival < 1:
                assert close(at.low, low) and close(at.high, high)
    compared = logrank(time[found.followed], event[found.followed], found.groups["state"][found.followed])
    assert close(compared.statistic, case["results"]["logrank"][0])


def test_landmark_at_the_time_of_an_event_and_a_censoring():
    found = landmark([5, 5, 6, 7, 8], ["a", "b", "b", "a", "c"], 5)
    assert list(found.followed) == [False, False, True, True, True]
    assert {name: list(np.flatnonzero(members)) for name, members in found.groups.items()} == {
        "a": [3],
        "b": [2],
        "c": [4],
    }
    assert found.gone == 2


def test_landmark_past_everyone_leaves_nobody():
    found = landmark([5, 6], ["a", "b"], 9)
    assert (found.followed.any(), found.groups["a"].any(), found.gone) == (False, False, 2)


def test_landmark_refuses_unequal_lengths():
    with pytest.raises(ValueError, match="same length"):
        landmark([5, 6], ["a"], 3)


def test_where_everybody_at_risk_fails_at_once_nothing_is_compared():
    assert logrank([5, 5], [1, 1], ["a", "b"]) == not_estimable(ReasonCode.ALL_AT_ONCE)
