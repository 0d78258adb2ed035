import pytest

from livingreview.statistics import beta_product
from livingreview.statistics.beta_product import beta_product_limits, mid_p_limits
from livingreview.statistics.many_exponentials import mixture_quantile
from livingreview.statistics.proportions import clopper_pearson

TOLERANCE = 1e-11  # the sum over the characteristic function is cut off at 1e-14; a quantile divides by a density


@pytest.mark.parametrize(
    "rates",
    [
        list(range(80, 20, -1)),
        list(range(200, 0, -3)),
        list(range(1000, 940, -1)),
        [500, 400, 300, 200, 100, 50, 20, 10, 5, 4, 3, 2],
    ],
    ids=["a run", "to the last", "early", "wide apart"],
)
def test_it_equals_exact_fractions(rates, monkeypatch):
    monkeypatch.setattr(beta_product, "MOST_EXACT", 100)
    followed = rates[-1] - 1
    for exact, mid_p in ((beta_product_limits, False), (mid_p_limits, True)):
        low, high = exact(rates, followed)
        products = [[*rates, followed], rates]
        below, above = (products, products) if mid_p else (products[:1], products[1:])
        if followed:
            assert mixture_quantile(below, 0.025) == pytest.approx(low, rel=TOLERANCE)
        assert mixture_quantile(above, 0.975) == pytest.approx(high, rel=TOLERANCE)


@pytest.mark.parametrize(("count", "n"), [(0, 3000), (1500, 3000), (2900, 3000), (1, 70)])
def test_many_events_without_censoring_are_binomial(count, n):
    low, high = beta_product_limits(list(range(n, count, -1)), count)
    expected = clopper_pearson(count, n)
    assert low == pytest.approx(expected.low, rel=TOLERANCE) and high == pytest.approx(expected.high, rel=TOLERANCE)


def test_early_events_of_many_then_few_who_fail_late():
    """Rates a thousandfold apart decay slowly; the limit lies just below that of the few alone."""
    few = beta_product_limits([7, 3, 2, 1], 0)[1]
    found = beta_product_limits([*range(3000, 2900, -1), 7, 3, 2, 1], 0)[1]
    assert found == pytest.approx(few * 2900 / 3000, rel=1e-3)
