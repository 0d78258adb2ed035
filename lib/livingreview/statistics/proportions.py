"""Binomial proportions with exact and score intervals."""

from __future__ import annotations

from math import sqrt

from scipy.special import betainccinv, betaincinv, ndtri

from livingreview.results.codes import IntervalMethod, ReasonCode
from livingreview.results.estimates import Interval, NotEstimable, not_estimable

NOBODY = not_estimable(ReasonCode.NOBODY_EVALUATED)


def clopper_pearson(count: int, n: int, *, level: float = 0.95) -> Interval | NotEstimable:
    """Exact two-sided interval of a proportion, as a fraction of 1.

    Parameters
    ----------
    count : int, 0 <= count <= n
    n : int, the denominator; 0 gives NotEstimable

    Notes
    -----
    Tails of alpha/2 each; at 0 the lower and at n the upper limit is the boundary itself and the
    other limit still has alpha/2, as R's `binom.test`.
    Source: Clopper and Pearson, Biometrika 1934;26:404-413.
    """
    _checked(count, n)
    if n == 0:
        return NOBODY
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betainccinv(count + 1, n - count, tail))
    return Interval(count / n, low, high, level, IntervalMethod.CLOPPER_PEARSON)


def wilson(count: int, n: int, *, level: float = 0.95) -> Interval | NotEstimable:
    """Score interval of a proportion without continuity correction; arguments as `clopper_pearson`.

    Source: Wilson, J Am Stat Assoc 1927;22:209-212. R: `prop.test(correct = FALSE)`.
    """
    _checked(count, n)
    if n == 0:
        return NOBODY
    share, z = count / n, float(ndtri(0.5 + level / 2))
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if count == 0 else centre - half
    high = 1.0 if count == n else centre + half
    return Interval(share, low, high, level, IntervalMethod.WILSON)


def _checked(count: int, n: int) -> None:
    if not 0 <= count <= n:
        raise ValueError(f"count {count} is not between 0 and the denominator {n}")
