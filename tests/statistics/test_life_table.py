from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines.utils import survival_table_from_events
from pinned import FIXED, cases, close, patients, split

from livingreview.statistics.life_table import checked, life_table


@pytest.mark.parametrize("case", cases("survival", "rows"))
def test_rows_equal_survfit(case):
    table = life_table(case["input"]["time"], case["input"]["event"])
    rows = zip(table.times, table.at_risk, table.events, table.censored, table.survival, strict=True)
    for row, expected in zip(rows, case["results"]["rows"], strict=True):
        assert list(row[:4]) == expected[:4]
        assert close(row[4], expected[4])
    assert table.n == len(case["input"]["time"])


@FIXED
@given(patients)
def test_counts_are_recounted_from_the_patients(rows):
    times, events = (np.array(column) for column in split(rows))
    table = life_table(times, events)
    assert list(table.times) == sorted(set(times))
    assert list(table.at_risk) == [np.sum(times >= t) for t in table.times]
    assert list(table.events) == [np.sum((times == t) & (events == 1)) for t in table.times]
    assert list(table.censored) == [np.sum((times == t) & (events == 0)) for t in table.times]
    assert table.last_time == max(times)


@FIXED
@given(patients)
def test_survival_and_greenwood_equal_their_exact_fractions(rows):
    times, events = split(rows)
    table = life_table(times, events)
    survival, greenwood = Fraction(1), Fraction(0)
    for at, t in enumerate(table.times):
        r = sum(time >= t for time in times)
        d = sum(time == t and event == 1 for time, event in zip(times, events, strict=True))
        survival *= Fraction(r - d, r)
        greenwood = inf if d == r else greenwood + Fraction(d, r * (r - d))
        assert close(table.survival[at], float(survival), 1e-12)  # at most 13 roundings of doubles
        assert close(table.greenwood[at], float(greenwood), 1e-12)
    assert np.all((table.survival >= 0) & (table.survival <= 1))
    assert np.all(np.diff(table.survival) <= 0)


@FIXED
@given(patients, st.floats(0, 13))
def test_counts_at_any_time(rows, t):
    times, events = (np.array(column) for column in split(rows))
    table = life_table(times, events)
    assert table.events_by(t) == np.sum((times <= t) & (events == 1))
    assert table.event_free_through(t) == np.sum((times > t) | ((times == t) & (events == 0)))
    assert table.last_index(t) == sum(time <= t for time in set(times)) - 1


@FIXED
@given(st.data(), patients)
def test_order_of_patients_does_not_matter(data, rows):
    table = life_table(*split(rows))
    shuffled = life_table(*split(data.draw(st.permutations(rows))))
    assert list(table.survival) == list(shuffled.survival)
    assert list(table.greenwood) == list(shuffled.greenwood)


def test_an_event_precedes_a_censoring_at_the_same_time():
    table = life_table([3, 3], [0, 1])
    assert (list(table.at_risk), list(table.survival)) == ([2], [0.5])


def test_an_event_at_time_zero_counts():
    table = life_table([0, 4], [1, 0])
    assert (list(table.times), list(table.survival)) == ([0, 4], [0.5, 0.5])


def test_greenwood_is_infinite_once_everybody_failed():
    table = life_table([1, 2], [1, 1])
    assert list(table.survival) == [0.5, 0]
    assert list(table.greenwood) == [0.5, inf]


@pytest.mark.parametrize(
    ("durations", "events", "message"),
    [
        ([1, -0.5], [1, 0], "negative"),
        ([1, nan], [1, 0], "finite"),
        ([1, inf], [1, 0], "finite"),
        ([1, 2], [1, 2], "events must be 0"),
        ([1, 2], [1, nan], "events must be 0"),
        ([1, 2], [1], "same length"),
        ([[1, 2]], [[1, 0]], "same length"),
        ([], [], "no patients"),
    ],
)
def test_what_is_refused(durations, events, message):
    with pytest.raises(ValueError, match=message):
        checked(durations, events)
    with pytest.raises(ValueError, match=message):
        life_table(durations, events)


def test_flags_may_be_booleans():
    times, flags = checked([1, 2], [True, False])
    assert (times.dtype, flags.dtype) == (float, bool)
    assert (list(times), list(flags)) == ([1, 2], [True, False])


@FIXED
@given(patients)
def test_every_row_equals_a_plain_loop_to_the_last_bit(rows):
    times, events = split(rows)
    table = life_table(times, events)
    survival, greenwood, expected = 1.0, 0.0, []
    for t in sorted(set(times)):
        r = sum(time >= t for time in times)
        d = sum(time == t and event == 1 for time, event in zip(times, events, strict=True))
        survival *= (r - d) / r
        greenwood += d / (r * (r - d)) if r > d else inf
        expected.append((t, r, d, sum(time == t for time in times) - d, survival, greenwood))
    columns = (table.times, table.at_risk, table.events, table.censored, table.survival, table.greenwood)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected


@FIXED
@given(patients)
def test_the_counts_equal_those_of_lifelines(rows):
    times, events = split(rows)
    theirs = survival_table_from_events(np.array(times, dtype=float), np.array(events))
    theirs = theirs[theirs["removed"] > 0]  # it begins with a row at 0 even where nothing was observed
    table = life_table(times, events)
    assert list(table.times) == list(theirs.index)
    for ours, name in ((table.at_risk, "at_risk"), (table.events, "observed"), (table.censored, "censored")):
        assert list(ours) == list(theirs[name])
