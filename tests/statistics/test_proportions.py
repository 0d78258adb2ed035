from fractions import Fraction
from math import comb, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinned import FIXED, TO_A_ROOT, cases, close

from livingreview.results.estimates import NotEstimable
from livingreview.statistics.proportions import clopper_pearson, fisher, wilson


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
    assert compute(0, 0) == NotEstimable("no patient was evaluated")
    for count in (-1, 29):
        with pytest.raises(ValueError, match=f"count {count} is not between 0 and the denominator 28"):
            compute(count, 28)


@pytest.mark.parametrize("case", cases("proportions", "odds_ratio"))
def test_fisher_equals_r(case):
    interval, p = fisher(case["input"]["table"], level=case["input"]["level"])
    assert close(p, case["results"]["p"][0])
    for found, expected in zip(
        (interval.value, interval.low, interval.high), case["results"]["odds_ratio"], strict=True
    ):
        assert close(found, expected, TO_A_ROOT)


@pytest.mark.parametrize(
    "table", [[[0, 0], [3, 4]], [[3, 4], [0, 0]], [[0, 3], [0, 4]], [[3, 0], [4, 0]], [[0, 0], [0, 0]]]
)
def test_fisher_with_an_empty_margin_is_not_estimable(table):
    assert fisher(table) == NotEstimable("a row or column of the table is empty")


@FIXED
@given(*[st.integers(0, 12)] * 4)
def test_fisher_p_sums_the_tables_at_most_as_probable(a, b, c, d):
    if 0 in (a + b, c + d, a + c, b + d):
        return
    weight = {x: comb(a + c, x) * comb(b + d, a + b - x) for x in range(max(0, a - d), min(a + b, a + c) + 1)}
    expected = Fraction(sum(w for w in weight.values() if w <= weight[a]), sum(weight.values()))
    interval, p = fisher([[a, b], [c, d]])
    assert close(p, float(expected))
    assert interval.low <= interval.value <= interval.high
    assert (interval.value == 0) == (a == min(weight)) and (interval.value == inf) == (a == max(weight))


@FIXED
@given(*[st.integers(1, 12)] * 4)
def test_fisher_of_the_transposed_table_is_the_same(a, b, c, d):
    (one, p), (other, q) = fisher([[a, b], [c, d]]), fisher([[a, c], [b, d]])
    assert close(p, q)
    for x, y in ((one.value, other.value), (one.low, other.low), (one.high, other.high)):
        assert close(x, y, TO_A_ROOT)
