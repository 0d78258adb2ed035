"""The median and its interval by hand: all times whose own interval holds one half."""

from fractions import Fraction as F

from livingreview.results.codes import Reason, ReasonCode
from livingreview.statistics.follow_up import median_follow_up
from livingreview.statistics.life_table import life_table
from livingreview.statistics.quantiles import median_survival

Z2 = F("1.959963984540054") ** 2  # square of the 0.975 quantile of the normal distribution


def half_is_within(survival, greenwood):
    """Whether S -+ z S sqrt(sum) holds one half, squared so that it stays exact."""
    return (survival - F(1, 2)) ** 2 <= Z2 * survival**2 * greenwood


def test_ten_patients_without_censoring():
    # months 1 to 10: S = 1 - k/10 from month k on, S^2 * sum = S (1 - S) / 10
    #   k   S     (S - 1/2)^2   3.8415 * S (1 - S) / 10   one half is within
    #   2   8/10     0.09            0.0615                no, above
    #   3   7/10     0.04            0.0807                yes
    #   7   3/10     0.04            0.0807                yes
    #   8   2/10     0.09            0.0615                no, below
    within = [k for k in range(1, 10) if half_is_within(F(10 - k, 10), F(k, 10 * (10 - k)))]
    assert within == [3, 4, 5, 6, 7]
    # the interval runs from month 3 to the month where S falls out of it, 8; S is 1/2 from 5 to 6
    found = median_survival(life_table(range(1, 11), [1] * 10), method="plain")
    assert (found.value, found.low, found.high) == (5.5, 3, 8)


def test_eight_patients_with_censoring():
    # 2  3+  4  4  6+  7  9+  11+: S 7/8, 7/12, 7/18 with Greenwood's sums 1/56, 17/168, 15/56
    #   2: (3/8)^2 = 0.1406 > 3.8415 * 49/64 * 1/56 = 0.0525: above one half
    #   4: (1/12)^2 = 0.0069 < 3.8415 * 49/144 * 17/168 = 0.1323: within
    #   7: (1/9)^2 = 0.0123 < 3.8415 * 49/324 * 15/56 = 0.1556: within, to the end
    assert [half_is_within(*row) for row in ((F(7, 8), F(1, 56)), (F(7, 12), F(17, 168)), (F(7, 18), F(15, 56)))] == [
        False,
        True,
        True,
    ]
    found = median_survival(life_table([2, 3, 4, 4, 6, 7, 9, 11], [1, 0, 1, 1, 0, 1, 0, 0]), method="plain")
    assert (found.value, found.low, found.high, found.reason) == (7, 4, None, None)


def test_one_half_to_the_last_follow_up():
    # 1  2  3+  5+: S = 3/4, then 3/4 * 2/3 = 1/2 from month 2 to the end
    assert F(3, 4) * F(2, 3) == F(1, 2)
    found = median_survival(life_table([1, 2, 3, 5], [1, 1, 0, 0]))
    assert (found.value, found.reason) == (None, Reason(ReasonCode.HALF_TO_THE_END))


def test_not_reached():
    # 1  2+  3+: S = 2/3 to the end
    found = median_survival(life_table([1, 2, 3], [1, 0, 0]))
    assert (found.value, found.reason) == (None, Reason(ReasonCode.NOT_REACHED))


def test_reverse_median_of_six_patients():
    # follow-up: 2+  3  5+  5  8+  9+, being censored is now the event and precedes the event at 5
    #   2: 5/6      5: of 4 at risk one is censored, 5/6 * 3/4 = 5/8      8: of 2, 5/8 * 1/2 = 5/16
    assert F(5, 6) * F(3, 4) == F(5, 8) > F(1, 2) > F(5, 8) * F(1, 2) == F(5, 16)
    assert median_follow_up([2, 3, 5, 5, 8, 9], [0, 1, 0, 1, 0, 0]).value == 8
