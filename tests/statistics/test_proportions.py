from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinned import FIXED, cases, close

from livingreview.results.codes import ReasonCode
from livingreview.results.estimates import not_estimable
from livingreview.statistics.proportions import clopper_pearson, wilson


@pytest.mark.parametrize(
    ("compute", "name", "method"), [(clopper_pearson, "exact", "Clopper-Pearson"), (wilson, "wilson", "Wilson")]
)
@pytest.mark.parametrize("case", cases("proportions", "exact"))
def test_intervals_equal_r(case, compute, name, method):
    count, n, level = (case["input"][key] for key in ("count", "n", "level"))
    found = compute(count, n, level=level)
    low, high = case["results"][name]
    assert close(found.low, low) and close(found.high, high)
    assert (found.value, found.level, found.method) == (count / n, level, method)


@pytest.mark.parametrize(
    ("count", "percent"), [(0, (0, 12.3)), (28, (87.7, 100)), (1, (0.1, 18.3)), (20, (51.3, 86.8))]
)
def test_exact_interval_of_28_as_printed(count, percent):
    found = clopper_pearson(count, 28)
    assert (round(100 * found.low, 1), round(100 * found.high, 1)) == percent


@FIXED
@given(st.integers(1, 30), st.data())
def test_each_exact_limit_leaves_half_of_alpha_in_its_tail(n, data):
    count = data.draw(st.integers(0, n))
    found = clopper_pearson(count, n)
    low, high = Fraction(found.low), Fraction(found.high)
    upper = sum(comb(n, k) * low**k * (1 - low) ** (n - k) for k in range(count, n + 1))
    lower = sum(comb(n, k) * high**k * (1 - high) ** (n - k) for k in range(count + 1))
    assert low == 0 if count == 0 else close(float(upper), 0.025)
    assert high == 1 if count == n else close(float(lower), 0.025)


@pytest.mark.parametrize("compute", [clopper_pearson, wilson])
def test_no_denominator_and_impossible_counts(compute):
    assert compute(0, 0) == not_estimable(ReasonCode.NOBODY_EVALUATED)
    for count in (-1, 29):
        with pytest.raises(ValueError, match=f"count {count} is not between 0 and the denominator 28"):
            compute(count, 28)
