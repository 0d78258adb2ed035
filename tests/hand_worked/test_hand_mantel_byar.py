"""The Mantel-Byar test of six patients by hand."""

from fractions import Fraction as F
from math import erfc, nan, sqrt

import pytest

from livingreview.statistics.groups import mantel_byar

ROUNDING = {"rel": 1e-12}  # a handful of operations in doubles
TIMES, EVENTS = [3, 5, 6, 7, 9, 10], [1, 1, 0, 1, 1, 0]


def test_six_patients():
    # patient  1: 3, never   2: 5, from 2   3: 6+, from 4   4: 7, never   5: 9, from 7   6: 10+, from 1
    #
    #   t   at risk  in the state (from < t)     fails  expected  variance
    #   3      6     2: patients 2 and 6           1      1/3       2/9
    #   5      5     3: patients 2, 3 and 6        2      3/5       6/25
    #   7      3     1: patient 6; 5 enters at 7   4      1/3       2/9
    #   9      2     2: patients 5 and 6           5      1         0
    expected = F(1, 3) + F(3, 5) + F(1, 3) + 1
    variance = F(2, 9) + F(6, 25) + F(2, 9)
    assert (expected, variance) == (F(34, 15), F(154, 225))
    # observed in the state: patients 2 and 5. (2 - 34/15)^2 / variance = 16/225 * 225/154 = 8/77
    assert (2 - expected) ** 2 / variance == F(8, 77)
    found = mantel_byar(TIMES, EVENTS, [nan, 2, 4, nan, 7, 1])
    assert found.statistic == pytest.approx(8 / 77, **ROUNDING)
    assert found.p == pytest.approx(erfc(sqrt(4 / 77)), **ROUNDING)  # chi-square with 1 df
    assert found.df == 1


def test_entering_a_little_earlier_counts_at_that_event():
    # with patient 5 in the state from 6.9 the row of t = 7 becomes 2 of 3: expected 2/3, variance 2/9
    expected, variance = F(1, 3) + F(3, 5) + F(2, 3) + 1, F(154, 225)
    assert (2 - expected) ** 2 / variance == F(9, 25) * F(225, 154) == F(81, 154)
    assert mantel_byar(TIMES, EVENTS, [nan, 2, 4, nan, 6.9, 1]).statistic == pytest.approx(81 / 154, **ROUNDING)


def test_calling_everyone_who_ever_enters_in_the_state_from_the_start_is_another_test():
    # guarantee time: with 2, 3, 5, 6 in the state at 0 the rows are 4/6, 4/5, 2/3, 2/2 and the two early
    # events 3 and 7 fall outside it: expected 2/3 + 4/5 + 2/3 + 1 = 47/15, variance 2/9 + 4/25 + 2/9 = 136/225
    expected, variance = F(2, 3) + F(4, 5) + F(2, 3) + 1, F(2, 9) + F(4, 25) + F(2, 9)
    assert (expected, variance) == (F(47, 15), F(136, 225))
    assert (2 - expected) ** 2 / variance == F(289, 136) == F(17, 8)
    assert mantel_byar(TIMES, EVENTS, [nan, 0, 0, nan, 0, 0]).statistic == pytest.approx(17 / 8, **ROUNDING)
