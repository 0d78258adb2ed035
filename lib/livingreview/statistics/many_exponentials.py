"""Products of many beta variables: the distribution of a sum of exponentials from its characteristic function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, log, pi

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

SMALL = 1e-14  # what is left of the characteristic function where the sum over it ends
PERIOD = 45.0  # standard deviations between two images of the distribution: exp(-37) of it overlaps
AT_ONCE = 4_000_000  # complex numbers held at a time

Distribution = Callable[[float], float]


def mixture_quantile(products: Sequence[Sequence[int]], probability: float) -> float:
    """Quantile of one of several products of Beta(Y, 1), drawn with equal chances, for dozens to thousands of Y.

    Parameters
    ----------
    products : for each product its Y, distinct whole numbers; a Y of 0 makes it 0
    probability : float in (0, 1)

    Notes
    -----
    T = -log of a product is a sum of exponentials with rates Y, whose characteristic function is
    prod Y / (Y - iu), never above 1: nothing cancels. P(T <= t) is summed from it at equal steps, which is
    exact but for the tails (absolute error about 1e-13; tests compare exact fractions).
    Source: Davies, Biometrika 1973;60:415-417.

    Examples
    --------
    A run of Y from 60 to 31 is Beta(31, 30).

    >>> from scipy.stats import beta
    >>> round(mixture_quantile([range(60, 30, -1)], 0.75), 8), round(float(beta.ppf(0.75, 31, 30)), 8)
    (0.55151501, 0.55151501)
    """
    known = [_time_distribution(rates) for rates in products if 0 not in rates]
    nothing = (len(products) - len(known)) / len(products)  # products that are 0

    def exceeded(t: float) -> float:
        return nothing + sum(1 - below(t) for below in known) / len(products) - probability

    longest = max(sum(1 / rate for rate in rates) for rates in products if 0 not in rates)
    end = longest
    while exceeded(end) > 0:
        end *= 2
    return exp(-brentq(exceeded, 0.0, end, xtol=1e-15, rtol=1e-14))


def _time_distribution(rates: Sequence[int]) -> Distribution:
    """P(T <= t) for the sum T of independent exponentials with these rates."""
    fall = 1 / np.asarray(rates, dtype=float)
    step = 2 * pi / (PERIOD * float(np.sqrt(np.sum(fall**2))))
    last = step
    while -0.5 * float(np.sum(np.log1p((last * fall) ** 2))) > log(SMALL):
        last *= 1.25
    places = np.arange(int(last / step) + 1, dtype=np.float64) + 0.5
    transform = _characteristic(places * step, fall)

    def below(t: float) -> float:
        terms = (transform * np.exp(-1j * places * step * t)).imag / places
        return 0.5 - float(np.sum(terms)) / pi

    return below


def _characteristic(u: NDArray[np.float64], fall: NDArray[np.float64]) -> NDArray[np.complex128]:
    rows = max(1, AT_ONCE // fall.size)
    parts = [
        np.exp(-np.sum(np.log1p(-1j * u[start : start + rows, None] * fall), axis=1))
        for start in range(0, u.size, rows)
    ]
    return np.concatenate(parts)
