from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinned import FIXED, cases, close

from livingreview.results.codes import Estimator, ReasonCode
from livingreview.results.estimates import NotEstimable, not_estimable
from livingreview.statistics.paired import bowker, paired_bounds

small = st.integers(0, 3)


@pytest.mark.parametrize("case", cases("paired", "p"))
def test_exact_bowker_of_two_categories_equals_binom_test(case):
    table = [[3, case["input"]["gained"]], [case["input"]["lost"], 4]]
    assert close(bowker(table).p, case["results"]["p"][0])


@FIXED
@given(st.integers(0, 40), st.integers(0, 40))
def test_exact_bowker_of_two_categories_is_twice_the_smaller_tail(gained, lost):
    n = gained + lost
    if n == 0:
        assert bowker([[2, 0], [0, 3]]) == not_estimable(ReasonCode.NO_CHANGE)
        return
    tail = Fraction(sum(comb(n, k) for k in range(min(gained, lost) + 1)), 2**n)
    assert close(bowker([[2, gained], [lost, 3]]).p, float(min(Fraction(1), 2 * tail)))


@pytest.mark.parametrize("case", cases("paired", "exact"))
def test_exact_bowker_equals_enumeration_in_r(case):
    found = bowker(case["input"]["table"])
    assert close(found.p, case["results"]["exact"][0])
    assert (found.df, found.estimator) == (None, Estimator.EXACT_BOWKER)


@pytest.mark.parametrize("case", cases("paired", "chi_square"))
def test_bowker_equals_mcnemar_test(case):
    found = bowker(case["input"]["table"], exact=False)
    statistic, df, p = case["results"]["chi_square"]
    assert close(found.statistic, statistic) and found.df == df and close(found.p, p)
    assert found.estimator == Estimator.BOWKER


@FIXED
@given(st.lists(st.lists(small, min_size=3, max_size=3), min_size=3, max_size=3))
def test_bowker_ignores_the_diagonal_and_the_direction(table):
    counts = np.array(table)
    found = bowker(counts)
    assert found == bowker(counts - np.diag(np.diag(counts)))
    if not isinstance(found, NotEstimable):
        turned = bowker(counts.T)
        assert close(turned.statistic, found.statistic) and close(turned.p, found.p)
        assert 0 < found.p <= 1


def test_an_empty_pair_has_no_degree_of_freedom():
    assert bowker([[4, 5, 0], [1, 6, 7], [0, 2, 2]], exact=False).df == 2


@pytest.mark.parametrize("exact", [True, False])
def test_nobody_changed(exact):
    assert bowker([[3, 0], [0, 4]], exact=exact) == not_estimable(ReasonCode.NO_CHANGE)


def test_too_many_tables_to_enumerate():
    table = 40 * (np.ones((4, 4), int) - np.eye(4, dtype=int))  # 81^6 tables
    assert bowker(table) == not_estimable(ReasonCode.TOO_MANY_TABLES)
    assert bowker(table, exact=False).p == 1


@pytest.mark.parametrize("table", [[[1, 2, 3], [4, 5, 6]], [1, 2]])
def test_a_table_of_change_is_square(table):
    with pytest.raises(ValueError, match="square"):
        bowker(table)


def tables(before, after):
    """Every table of counts with these margins."""
    k = len(before)
    row_choices = [[row for row in product(range(total + 1), repeat=k) if sum(row) == total] for total in before]
    return [
        rows for rows in product(*row_choices) if [sum(column) for column in zip(*rows, strict=True)] == list(after)
    ]


@FIXED
@given(
    st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=3, max_size=3),
    st.lists(st.booleans(), min_size=9, max_size=9),
)
def test_bounds_equal_the_enumeration_of_all_tables(table, flags):
    before, after = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    counted = np.reshape(flags, (3, 3))
    totals = [int(np.sum(np.array(rows)[counted])) for rows in tables(before, after)]
    assert paired_bounds(before, after, counted) == (min(totals), max(totals))


@FIXED
@given(*[st.integers(0, 40)] * 4)
def test_bounds_of_one_cell_are_those_of_frechet(a, b, c, d):
    # rows (a, b), (c, d); the upper right cell
    n, row, column = a + b + c + d, a + b, b + d
    assert paired_bounds([a + b, c + d], [a + c, b + d], [[0, 1], [0, 0]]) == (
        max(0, row + column - n),
        min(row, column),
    )


def test_bounds_need_the_same_patients():
    with pytest.raises(ValueError, match="same patients"):
        paired_bounds([3, 4], [3, 5], [[False, True], [False, False]])
