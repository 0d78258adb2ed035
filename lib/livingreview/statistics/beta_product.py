"""The beta product confidence procedure for a survival probability from few events."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil, prod

from livingreview.statistics.many_exponentials import mixture_quantile

DIGITS = 60  # 54 halvings of 1 have at most 54 decimals: the bisection itself rounds nothing
MOST_EXACT = 64  # factors; with more the fractions grow too long, and the sum is inverted numerically
Rates = Sequence[int]


def beta_product_limits(failed_at: Rates, remaining: int, *, level: float = 0.95) -> tuple[float, float]:
    """Exact limits of the beta product confidence procedure (BPCP).

    Parameters
    ----------
    failed_at : numbers at risk at each event, strictly decreasing; tied events one by one
    remaining : number observed event-free through the time asked for, < min(failed_at)
    level : float in (0, 1)

    Returns
    -------
    (low, high) : quantile alpha/2 of the product of Beta(Y_i, 1) over the events times
        Beta(remaining, 1), and quantile 1 - alpha/2 of the product over the events alone.
        Without events `high` is 1; with nobody remaining `low` is 0.

    Notes
    -----
    -log Beta(Y, 1) is exponential with rate Y, so a product over distinct Y has the
    distribution function sum_i c_i w^Y_i with c_i = prod_{j != i} Y_j / (Y_j - Y_i).
    The terms alternate in sign and cancel: they are summed with every digit that may cancel and 60 more.
    Source: Fay, Brittain, Proschan, Biostatistics 2013;14:723-736, and for the hypoexponential
    form, statistics of a sum of independent exponentials. Equals Clopper-Pearson without censoring.

    Examples
    --------
    Two of ten failed and nobody was censored: the Clopper-Pearson interval of eight of ten.

    >>> [round(limit, 4) for limit in beta_product_limits([10, 9], 8)]
    [0.4439, 0.9748]
    """
    _refuse_unordered(failed_at, remaining)
    alpha = 1 - level
    high = product_quantile(failed_at, 1 - alpha / 2) if failed_at else 1.0
    low = product_quantile([*failed_at, remaining], alpha / 2) if remaining else 0.0
    return low, high


def mid_p_limits(failed_at: Rates, remaining: int, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of the mid-p form of the procedure: shorter, and not guaranteed to cover.

    Parameters as in `beta_product_limits`.

    Returns
    -------
    (low, high) : quantiles alpha/2 and 1 - alpha/2 of the 50:50 mixture of the two products whose quantiles
        the exact limits are. Without events `high` is 1; with nobody remaining `low` is 0.

    Notes
    -----
    Source: Fay and Brittain, Statistics in Medicine 2016;35:2726-2740. Without censoring it is the mid-p
    interval of a binomial proportion.

    Examples
    --------
    >>> [round(limit, 4) for limit in mid_p_limits([10, 9], 8)]
    [0.4805, 0.965]
    """
    _refuse_unordered(failed_at, remaining)
    alpha = 1 - level
    both = [[*failed_at, remaining], failed_at]
    high = _mixture_quantile(both, 1 - alpha / 2) if failed_at else 1.0
    low = _mixture_quantile(both, alpha / 2) if remaining else 0.0
    return low, high


def product_quantile(rates: Rates, probability: float) -> float:
    """Quantile of the product of independent Beta(Y, 1) over distinct Y, by bisection to 2^-53.

    Parameters
    ----------
    rates : the Y, distinct whole numbers; a Y of 0 makes the product 0, none makes it 1
    probability : float in (0, 1)

    Examples
    --------
    >>> round(product_quantile([2, 1], 0.75), 12)
    0.5
    """
    return _mixture_quantile([rates], probability)


def product_probability(rates: Rates, value: float) -> float:
    """Probability that the product of independent Beta(Y, 1) over distinct Y is at most `value`.

    Parameters
    ----------
    rates : the Y, as in `product_quantile`
    value : float in [0, 1]

    Examples
    --------
    >>> product_probability([2, 1], 0.5)
    0.75
    """
    weights = _weights(rates, Fraction(1))
    with localcontext(prec=_digits(weights)):
        return float(_distribution(_terms(weights), Decimal(value))) if rates else float(value >= 1)


def _mixture_quantile(products: Sequence[Rates], probability: float) -> float:
    """Quantile of a product drawn from these with equal chances. One over nothing is 1, one with a rate of 0 is 0."""
    if max(map(len, products)) > MOST_EXACT:
        return mixture_quantile(products, probability)
    share = Fraction(1, len(products))
    weights = [pair for rates in products for pair in _weights(rates, share)]
    with localcontext(prec=_digits(weights)):
        terms, target = _terms(weights), Decimal(probability)
        low, high = Decimal(0), Decimal(1)
        for _ in range(53):
            middle = (low + high) / 2
            if _distribution(terms, middle) < target:
                low = middle
            else:
                high = middle
        return float((low + high) / 2)


def _weights(rates: Rates, share: Fraction) -> list[tuple[int, Fraction]]:
    """Each rate with its share in the distribution function."""
    if 0 in rates:
        return [(0, share)]
    return [
        (rate, prod((Fraction(other, other - rate) for other in rates if other != rate), start=share)) for rate in rates
    ]


def _digits(weights: Sequence[tuple[int, Fraction]]) -> int:
    """Digits to count with: all that may cancel, and 60 more."""
    cancelling = ceil(sum(abs(weight) for _, weight in weights)) * max((rate for rate, _ in weights), default=1)
    return cancelling.bit_length() // 3 + DIGITS  # a decimal digit is more than 3 bits


def _terms(weights: Sequence[tuple[int, Fraction]]) -> list[tuple[int, Decimal]]:
    return [(rate, Decimal(weight.numerator) / weight.denominator) for rate, weight in weights]


def _distribution(terms: Sequence[tuple[int, Decimal]], value: Decimal) -> Decimal:
    """sum of c w^Y, in the precision of the context."""
    return sum((weight * value**rate for rate, weight in terms), start=Decimal(0))


def _refuse_unordered(failed_at: Rates, remaining: int) -> None:
    if list(failed_at) != sorted(set(failed_at), reverse=True):
        raise ValueError("numbers at risk must be strictly decreasing")
    if failed_at and not 0 <= remaining < failed_at[-1]:
        raise ValueError("fewer must remain than were at risk at the last event")
