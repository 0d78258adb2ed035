"""The log-rank test by hand, without and with ties."""

from fractions import Fraction as F
from math import erfc, sqrt

import pytest

from livingreview.statistics.groups import logrank

ROUNDING = {"rel": 1e-12}  # a handful of operations in doubles


def test_eight_patients_without_ties():
    # a: 2  4  5+  8      b: 3  6+  7  9+
    #
    #   t   at risk  of a  event in  expected in a  variance p(1 - p)
    #   2      8      4       a          1/2            1/4
    #   3      7      3       b          3/7           12/49
    #   4      6      3       a          1/2            1/4
    #   7      3      1       b          1/3            2/9
    #   8      2      1       a          1/2            1/4
    expected = F(1, 2) + F(3, 7) + F(1, 2) + F(1, 3) + F(1, 2)
    variance = F(1, 4) + F(12, 49) + F(1, 4) + F(2, 9) + F(1, 4)
    assert (expected, variance) == (F(95, 42), F(2147, 1764))
    # observed 3: (3 - 95/42)^2 / variance = (31/42)^2 * 1764/2147 = 961/2147
    assert (3 - expected) ** 2 / variance == F(961, 2147)
    found = logrank([2, 4, 5, 8, 3, 6, 7, 9], [1, 1, 0, 1, 1, 0, 1, 0], list("aaaabbbb"))
    assert found.statistic == pytest.approx(961 / 2147, **ROUNDING)
    assert found.p == pytest.approx(erfc(sqrt(961 / 2147 / 2)), **ROUNDING)  # chi-square with 1 df
    assert found.df == 1


def test_six_patients_with_a_tie():
    # a: 2  4  5+      b: 2  3+  6
    #
    #   t   at risk  of a  events  expected in a      variance d p (1 - p) (n - d)/(n - 1)
    #   2      6      3      2     2 * 1/2 = 1        2 * 1/2 * 1/2 * 4/5 = 2/5
    #   4      3      2      1     2/3                2/3 * 1/3           = 2/9
    #   6      1      0      1     0                  0
    expected, variance = 1 + F(2, 3), F(2, 5) + F(2, 9)
    assert (expected, variance) == (F(5, 3), F(28, 45))
    # observed 2: (1/3)^2 * 45/28 = 5/28
    assert (2 - expected) ** 2 / variance == F(5, 28)
    found = logrank([2, 4, 5, 2, 3, 6], [1, 1, 0, 1, 0, 1], list("aaabbb"))
    assert found.statistic == pytest.approx(5 / 28, **ROUNDING)
    assert found.p == pytest.approx(erfc(sqrt(5 / 56)), **ROUNDING)
