"""Kaplan-Meier, Greenwood and the four intervals of eight patients, by hand.

Months, + censored: 2  3+  4  4  6+  7  9+  11+

  t   at risk  events  factor   S                    Greenwood's sum
  2      8       1      7/8     7/8                  1/(8*7)        = 1/56
  4      6       2      4/6     7/8 * 4/6 = 7/12     1/56 + 2/(6*4) = 3/168 + 14/168 = 17/168
  7      3       1      2/3     7/12 * 2/3 = 7/18    17/168 + 1/(3*2) = 17/168 + 28/168 = 45/168 = 15/56
"""

from fractions import Fraction as F
from math import exp, log, sqrt

import pytest

from livingreview.results.codes import IntervalMethod
from livingreview.results.estimates import NotEstimable
from livingreview.statistics.beta_product import beta_product_limits, mid_p_limits
from livingreview.statistics.life_table import life_table
from livingreview.statistics.survival_intervals import survival_at

TABLE = life_table([2, 3, 4, 4, 6, 7, 9, 11], [1, 0, 1, 1, 0, 1, 0, 0])
Z = 1.959963984540054  # 0.975 quantile of the normal distribution
ROUNDING = {"rel": 1e-12}  # the same formulas in doubles, a handful of operations


def test_life_table():
    assert list(TABLE.times) == [2, 3, 4, 6, 7, 9, 11]
    assert list(TABLE.at_risk) == [8, 7, 6, 4, 3, 2, 1]
    assert list(TABLE.events) == [1, 0, 2, 0, 1, 0, 0]
    assert list(TABLE.censored) == [0, 1, 0, 1, 0, 1, 1]
    assert F(7, 8) * F(4, 6) == F(7, 12) and F(7, 12) * F(2, 3) == F(7, 18)
    exact = [F(7, 8), F(7, 8), F(7, 12), F(7, 12), F(7, 18), F(7, 18), F(7, 18)]
    assert list(TABLE.survival) == pytest.approx([float(s) for s in exact], **ROUNDING)


def test_greenwood():
    assert F(1, 56) + F(2, 24) == F(17, 168) and F(17, 168) + F(1, 6) == F(15, 56)
    exact = [F(1, 56), F(1, 56), F(17, 168), F(17, 168), F(15, 56), F(15, 56), F(15, 56)]
    assert list(TABLE.greenwood) == pytest.approx([float(g) for g in exact], **ROUNDING)


def test_tied_events_one_after_the_other_give_the_same():
    # at month 4: 5/6 * 4/5 = 4/6, and 1/(6*5) + 1/(5*4) = 2/60 + 3/60 = 1/12 = 2/(6*4)
    assert F(5, 6) * F(4, 5) == F(4, 6) and F(1, 30) + F(1, 20) == F(2, 24)
    apart = life_table([2, 3, 4, 4.5, 6, 7, 9, 11], [1, 0, 1, 1, 0, 1, 0, 0])
    assert apart.survival[-1] == pytest.approx(TABLE.survival[-1], **ROUNDING)
    assert apart.greenwood[-1] == pytest.approx(TABLE.greenwood[-1], **ROUNDING)


def test_plain_at_seven():
    # variance S^2 * sum = 49/324 * 15/56 = 735/18144 = 35/864; 7/18 -+ 1.96 * 0.2013 = -0.0056 to 0.7834
    assert F(7, 18) ** 2 * F(15, 56) == F(35, 864)
    found = survival_at(TABLE, 7, method="plain")
    half = Z * sqrt(35 / 864)
    assert (found.low, found.high) == pytest.approx((7 / 18 - half, 7 / 18 + half), **ROUNDING)
    assert (round(found.low, 4), round(found.high, 4)) == (-0.0056, 0.7834)


def test_log_at_seven():
    # the variance of log S is the sum itself: 7/18 * exp(-+ 1.96 * sqrt(15/56)) = 7/18 * exp(-+ 1.0144)
    found = survival_at(TABLE, 7, method="log")
    half = Z * sqrt(15 / 56)
    assert (found.low, found.high) == pytest.approx((7 / 18 * exp(-half), 1.0), **ROUNDING)
    assert 7 / 18 * exp(half) > 1  # 1.0725, held at 1


def test_log_log_at_seven():
    # the variance of log(-log S) is sum / log(S)^2: standard error 0.5175 / 0.9445 = 0.5480
    found = survival_at(TABLE, 7, method="log-log")
    half = Z * sqrt(15 / 56) / -log(7 / 18)
    assert (found.low, found.high) == pytest.approx(((7 / 18) ** exp(half), (7 / 18) ** exp(-half)), **ROUNDING)


def assert_root(distribution, limit, probability):
    """The limit is where the distribution function passes the probability: exact up to the 2^-53 of the bisection."""
    step = F(1, 2**50)
    assert distribution(F(limit) - step) < probability < distribution(F(limit) + step)


def test_beta_product_at_seven():
    # events one by one at risk 8, 6, 5, 3; two remain. Weights c_i = product over j of Y_j / (Y_j - Y_i):
    #   upper  c8 = 6*5*3 / (-2 * -3 * -5) = -3   c6 = 8*5*3 / (2 * -1 * -3) = 20
    #          c5 = 8*6*3 / (3 * 1 * -2) = -24    c3 = 8*6*5 / (5 * 3 * 2) = 8           sum 1
    #   lower  each times 2 / (2 - Y): 1, -10, 16, -16;  c2 = 8*6*5*3 / (6 * 4 * 3 * 1) = 10   sum 1
    def upper(w):
        return -3 * w**8 + 20 * w**6 - 24 * w**5 + 8 * w**3

    def lower(w):
        return w**8 - 10 * w**6 + 16 * w**5 - 16 * w**3 + 10 * w**2

    assert upper(F(1)) == lower(F(1)) == 1
    found = survival_at(TABLE, 7, method="beta product")
    assert_root(lower, found.low, F(1, 40))
    assert_root(upper, found.high, F(39, 40))


def test_beta_product_of_two_events():
    # events at risk 5 and 3, two remain.  upper: c5 = 3/(3-5) = -3/2, c3 = 5/(5-3) = 5/2
    # lower: c5 = 3*2/(-2 * -3) = 1, c3 = 5*2/(2 * -1) = -5, c2 = 5*3/(3 * 1) = 5
    low, high = beta_product_limits([5, 3], 2)
    assert_root(lambda w: w**5 - 5 * w**3 + 5 * w**2, low, F(1, 40))
    assert_root(lambda w: F(5, 2) * w**3 - F(3, 2) * w**5, high, F(39, 40))
    assert (round(low, 10), round(high, 10)) == (0.0734570787, 0.9392212795)


def test_mid_p_of_two_events():
    # half of each distribution function above: w^5 (1/2 - 3/4) + w^3 (-5/2 + 5/4) + 5/2 w^2
    low, high = mid_p_limits([5, 3], 2)
    for limit, probability in ((low, F(1, 40)), (high, F(39, 40))):
        assert_root(lambda w: -F(1, 4) * w**5 - F(5, 4) * w**3 + F(5, 2) * w**2, limit, probability)
    assert (round(low, 10), round(high, 10)) == (0.1026760206, 0.9147409156)


def test_the_last_of_eight_fails():
    # As above, but the last patient fails at 11: 0 of S is left then, and for good.
    #   events at risk 8, 6, 5, 3, 1: c8 = 6*5*3*1 / (-2 * -3 * -5 * -7) = 3/7   c6 = 8*5*3*1 / (2 * -1 * -3 * -5) = -4
    #   c5 = 8*6*3*1 / (3 * 1 * -2 * -4) = 6   c3 = 8*6*5*1 / (5 * 3 * 2 * -2) = -4   c1 = 8*6*5*3 / (7 * 5 * 4 * 2) = 18/7
    def upper(w):
        return F(3, 7) * w**8 - 4 * w**6 + 6 * w**5 - 4 * w**3 + F(18, 7) * w

    assert upper(F(1)) == 1
    table = life_table([2, 3, 4, 4, 6, 7, 9, 11], [1, 0, 1, 1, 0, 1, 0, 1])
    for month in (11, 12, 36):
        found = survival_at(table, month)
        assert (found.value, found.low, found.method, found.reason) == (0, 0, "beta product", None)
        assert_root(upper, found.high, F(39, 40))
    assert isinstance(survival_at(TABLE, 12), NotEstimable)  # the last was censored at 11


def test_before_the_first_event():
    # all eight are followed through month 1: lower limit L with L^8 = 1/40
    found = survival_at(TABLE, 1)
    assert (found.value, found.high) == (1, 1)
    assert found.method == IntervalMethod.NO_EVENTS
    assert found.low**8 == pytest.approx(1 / 40, **ROUNDING)
