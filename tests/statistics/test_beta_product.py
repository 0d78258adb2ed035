from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinned import FIXED, cases, close

from livingreview.statistics.beta_product import (
    beta_product_limits,
    mid_p_limits,
    product_probability,
    product_quantile,
)
from livingreview.statistics.proportions import clopper_pearson

at_risk = st.sets(st.integers(2, 40), min_size=1, max_size=8).map(lambda found: sorted(found, reverse=True))


@pytest.mark.parametrize("case", cases("beta_product", "limits"))
def test_limits_equal_another_computation(case):
    limits = beta_product_limits(**case["input"])
    for found, expected in zip(limits, case["results"]["limits"], strict=True):
        assert close(found, expected)  # the pinned root was sought to 1e-15 on the log scale


@pytest.mark.parametrize("case", cases("beta_product", "mid_p"))
def test_mid_p_limits_equal_another_computation(case):
    """By a Poisson mixture in R; without censoring by the definition of the binomial mid-p interval."""
    for found, expected in zip(mid_p_limits(**case["input"]), case["results"]["mid_p"], strict=True):
        assert close(found, expected)


def test_events_at_five_and_three_then_two_remain():
    low, high = beta_product_limits([5, 3], 2)
    assert (round(low, 10), round(high, 10)) == (0.0734570787, 0.9392212795)


@FIXED
@given(st.integers(1, 40), st.data())
def test_without_censoring_it_is_clopper_pearson(n, data):
    remaining = data.draw(st.integers(0, n))
    expected = clopper_pearson(remaining, n)
    low, high = beta_product_limits(list(range(n, remaining, -1)), remaining)
    assert close(low, expected.low) and close(high, expected.high)


def test_without_events_the_upper_limit_is_one():
    low, high = beta_product_limits([], 28)
    assert close(low, 0.025 ** (1 / 28)) and high == 1


def test_with_nobody_remaining_the_lower_limit_is_zero():
    assert beta_product_limits([1], 0) == (0, pytest.approx(0.975, abs=1e-15))


@FIXED
@given(at_risk, st.data())
def test_more_remaining_lifts_the_lower_limit_only(failed_at, data):
    fewer, more = sorted(data.draw(st.sets(st.integers(0, failed_at[-1] - 1), min_size=2, max_size=2)))
    before, after = beta_product_limits(failed_at, fewer), beta_product_limits(failed_at, more)
    assert before[0] < after[0] and before[1] == after[1]


@FIXED
@given(at_risk, st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=1000))
def test_quantile_inverts_the_distribution_function(rates, probability):
    def below(w, rates):  # P(product <= w), dropping the largest or the smallest rate in turn
        if len(rates) == 1:
            return w ** rates[0]
        first, *middle, last = rates
        return (first * below(w, [*middle, last]) - last * below(w, [first, *middle])) / (first - last)

    found = Fraction(product_quantile(rates, float(probability)))
    step = Fraction(1, 2**50)  # the quantile is bisected to 2^-53, then rounded to a double
    target = Fraction(float(probability))
    assert below(max(found - step, Fraction(0)), rates) <= target <= below(min(found + step, Fraction(1)), rates)


@pytest.mark.parametrize(
    ("failed_at", "remaining", "message"),
    [
        ([3, 5], 2, "strictly decreasing"),
        ([5, 5], 2, "strictly decreasing"),
        ([5, 3], 3, "fewer must remain"),
        ([5, 3], -1, "fewer must remain"),
    ],
)
def test_what_is_refused(failed_at, remaining, message):
    with pytest.raises(ValueError, match=message):
        beta_product_limits(failed_at, remaining)


def in_exact_fractions(rates, probability):
    """The same quantile with no rounding before the last step."""
    low, high = Fraction(0), Fraction(1)
    for _ in range(53):
        middle = (low + high) / 2
        below = Fraction(0)
        for rate in rates:
            weight = Fraction(1)
            for other in rates:
                weight *= Fraction(other, other - rate) if other != rate else 1
            below += weight * middle**rate
        low, high = (middle, high) if below < Fraction(probability) else (low, middle)
    return float((low + high) / 2)


@FIXED
@given(at_risk, st.sampled_from([0.005, 0.025, 0.5, 0.975, 0.995]))
def test_the_quantile_equals_that_in_exact_fractions_to_the_last_bit(rates, probability):
    assert product_quantile(rates, probability) == in_exact_fractions(rates, probability)


def test_many_consecutive_numbers_at_risk_cancel_without_loss():
    rates = list(range(60, 20, -1))
    assert product_quantile(rates, 0.025) == in_exact_fractions(rates, 0.025)


def test_few_events_among_a_million():
    failed_at = [1_000_000 - place for place in range(9)]
    low, high = beta_product_limits(failed_at, 999_991)  # no censoring: exactly binomial
    expected = clopper_pearson(999_991, 1_000_000)
    assert close(low, expected.low, 1e-12) and close(high, expected.high, 1e-12)


@FIXED
@given(at_risk, st.fractions(0, 1, max_denominator=1000))
def test_the_probability_is_that_whose_quantile_is_the_value(rates, value):
    probability = product_probability(rates, float(value))
    assert 0 <= probability <= 1
    if 1e-6 < probability < 1 - 1e-6:
        assert close(product_quantile(rates, probability), float(value))


def test_a_product_of_nothing_is_one():
    assert (product_probability([], 0.999), product_probability([], 1.0)) == (0, 1)
