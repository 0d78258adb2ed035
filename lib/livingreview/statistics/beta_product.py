"""The beta product confidence procedure for a survival probability from few events."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil, prod

DIGITS = 60  # 54 halvings of 1 have at most 54 decimals: the bisection itself rounds nothing


def beta_product_limits(failed_at: Sequence[int], remaining: int, *, level: float = 0.95) -> tuple[float, float]:
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
    """
    if list(failed_at) != sorted(set(failed_at), reverse=True):
        raise ValueError("numbers at risk must be strictly decreasing")
    if failed_at and not 0 <= remaining < failed_at[-1]:
        raise ValueError("fewer must remain than were at risk at the last event")
    alpha = 1 - level
    high = product_quantile(failed_at, 1 - alpha / 2) if failed_at else 1.0
    low = product_quantile([*failed_at, remaining], alpha / 2) if remaining else 0.0
    return low, high


def product_quantile(rates: Sequence[int], probability: float) -> float:
    """Quantile of the product of independent Beta(Y, 1) over distinct Y, by bisection to 2^-53."""
    weights = [
        prod((Fraction(other, other - rate) for other in rates if other != rate), start=Fraction(1)) for rate in rates
    ]
    cancelling = ceil(sum(abs(weight) for weight in weights)) * max(rates)
    with localcontext(prec=cancelling.bit_length() // 3 + DIGITS):  # a decimal digit is more than 3 bits
        terms = [
            (rate, Decimal(weight.numerator) / weight.denominator) for rate, weight in zip(rates, weights, strict=True)
        ]
        target = Decimal(probability)
        low, high = Decimal(0), Decimal(1)
        for _ in range(53):
            middle = (low + high) / 2
            if sum(weight * middle**rate for rate, weight in terms) < target:
                low = middle
            else:
                high = middle
        return float((low + high) / 2)
