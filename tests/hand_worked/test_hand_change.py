"""Bowker (of two categories: McNemar) and the bounds from margins, by hand."""

from fractions import Fraction as F

import pytest

from livingreview.statistics.paired import bowker, paired_bounds

ROUNDING = {"rel": 1e-12}  # sums of a few binomial terms in doubles


def test_mcnemar_of_five_gained_and_one_lost():
    # of 6 who changed, 5 or 6 or 0 or 1 gained: 2 * (1 + 6) / 2^6 = 14/64 = 7/32
    assert F(2 * (1 + 6), 2**6) == F(7, 32)
    assert bowker([[0, 5], [1, 0]]).p == pytest.approx(7 / 32, **ROUNDING)
    assert bowker([[0, 1], [5, 0]]).p == pytest.approx(7 / 32, **ROUNDING)


def test_bowker_of_ten_patients():
    #             after
    # before    I  II  III       pair     n_ij  n_ji  total  (n_ij - n_ji)^2 / total
    #   I       1   2   1        I, II      2     0     2      4/2 = 2
    #   II      0   1   3        I, III     1     0     1      1/1 = 1
    #   III     0   1   1        II, III    3     1     4      4/4 = 1       sum 4
    assert F(4, 2) + F(1, 1) + F(4, 4) == 4
    table = [[1, 2, 1], [0, 1, 3], [0, 1, 1]]
    # contributions by chance:  total 2: 2 or 0, 1/2 each.  total 1: always 1.
    #                           total 4: 4 with 2/16, 1 with 8/16, 0 with 6/16
    # 4 or more with 2 + 1 + (4 or 1): 1/2 * 10/16 = 5/16;  with 0 + 1 + 4: 1/2 * 2/16 = 1/16;  together 3/8
    p = F(1, 2) * F(10, 16) + F(1, 2) * F(2, 16)
    assert p == F(3, 8)
    found = bowker(table)
    assert found.statistic == 4
    assert found.p == pytest.approx(3 / 8, **ROUNDING)
    assert bowker(table, exact=False).df == 3


def test_bowker_leaves_out_a_pair_that_nobody_used():
    # pairs (2, 0) and (3, 1): 2 + 1 = 3; at least 3 by chance: 2 + 4 or 2 + 1, or 0 + 4: 1/2 * 10/16 + 1/2 * 2/16 = 3/8
    found = bowker([[1, 2, 0], [0, 1, 3], [0, 1, 1]])
    assert found.statistic == 3
    assert found.p == pytest.approx(3 / 8, **ROUNDING)
    assert bowker([[1, 2, 0], [0, 1, 3], [0, 1, 1]], exact=False).df == 2


def test_bounds_of_two_categories():
    # before 4 without, 3 with; after 2 without, 5 with: gained - lost = 2. Gained at most min(4, 5) = 4
    # (and then lost 2), at least 4 - 2 = 2 (lost 0).
    assert paired_bounds([4, 3], [2, 5], [[False, True], [False, False]]) == (2, 4)
    assert paired_bounds([4, 3], [2, 5], [[False, False], [True, False]]) == (0, 2)
    assert paired_bounds([4, 3], [2, 5], [[False, True], [True, False]]) == (2, 6)


def test_bounds_of_three_categories():
    # before 2, 2, 1 in I, II, III; after 1, 1, 3.
    # Fewest better: one each stays in I, II and III, so the other of I and the other of II fill III: 2.
    # Most better: I to II, I to III, II to III twice, and III to I: all 4 who can get better.
    better = [[False, True, True], [False, False, True], [False, False, False]]
    assert paired_bounds([2, 2, 1], [1, 1, 3], better) == (2, 4)
