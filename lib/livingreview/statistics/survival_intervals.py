"""Pointwise confidence intervals of a survival probability, by name of the method."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from livingreview.estimates import Interval, NotEstimable
from livingreview.statistics.beta_product import beta_product_limits
from livingreview.statistics.life_table import LifeTable

Method = Literal["plain", "log", "log-log", "beta product"]
Limits = tuple[NDArray[np.float64], NDArray[np.float64]]
Values = TypeVar("Values", float, NDArray[np.float64])
METHODS: tuple[Method, ...] = ("plain", "log", "log-log", "beta product")


def survival_at(
    table: LifeTable, time: float, *, method: Method = "log-log", level: float = 0.95
) -> Interval | NotEstimable:
    """Kaplan-Meier survival at one time with a pointwise interval.

    Parameters
    ----------
    table : LifeTable
    time : float, in the unit of the table
    method : 'plain' (S +- z SE, not clipped at 0 or 1), 'log', 'log-log' (Kalbfleisch and
        Prentice [1]_) or 'beta product' (Fay, Brittain, Proschan [2]_)
    level : float in (0, 1)

    Returns
    -------
    Interval of fractions, or NotEstimable past the last follow-up. Where S has reached 0
    the value is 0 and the Greenwood intervals do not exist (limits None, with the reason).

    Notes
    -----
    Before the first event every method gives (alpha / 2)^(1 / Y) to 1, Y being the number
    observed event-free through `time`: the exact binomial bound, never an interval of width 0.
    A censoring at exactly `time` was observed event-free through it.

    References
    ----------
    .. [1] The Statistical Analysis of Failure Time Data, 2nd ed, Wiley 2002, section 1.4.
    .. [2] Biostatistics 2013;14:723-736. doi:10.1093/biostatistics/kxt016
    """
    if method not in METHODS:
        raise ValueError(f"unknown interval method {method!r}; known: {', '.join(METHODS)}")
    if not time >= 0:
        raise ValueError("a time must be 0 or more")
    if time > table.last_time:
        return NotEstimable(
            f"nobody was followed to {time:g} months; the longest follow-up is {table.last_time:g} months"
        )
    alpha = 1 - level
    if table.events_by(time) == 0:
        remaining = table.event_free_through(time)
        return Interval(1.0, (alpha / 2) ** (1 / remaining), 1.0, level, method)
    at = table.last_index(time)
    survival = float(table.survival[at])
    if method == "beta product":
        failed_at = _one_by_one(table, at)
        limits = beta_product_limits(failed_at, table.event_free_through(time), level=level)
        return Interval(survival, *limits, level, method)
    if survival == 0:
        return Interval(
            0.0,
            None,
            None,
            level,
            method,
            "every patient followed to this time had the event: Greenwood's variance is undefined",
        )
    low, high = greenwood_limits(survival, float(table.greenwood[at]), method, level)
    return Interval(survival, low, high, level, method)


def limits_at_every_time(table: LifeTable, *, method: Method = "log-log", level: float = 0.95) -> Limits:
    """Greenwood limits at all times of the table at once.

    Parameters
    ----------
    table : LifeTable
    method : 'plain', 'log' or 'log-log', as in `survival_at`
    level : float in (0, 1)

    Returns
    -------
    (low, high) : ndarrays, shape (n_times,). Before the first event both are 1: the curve has not moved and
        the binomial bound of `survival_at` is not repeated here. NaN where S has reached 0.
    """
    low, high = np.ones_like(table.survival), np.ones_like(table.survival)
    gone = table.survival == 0
    low[gone] = high[gone] = math.nan
    moved = (np.cumsum(table.events) > 0) & ~gone
    low[moved], high[moved] = greenwood_limits(table.survival[moved], table.greenwood[moved], method, level, np)
    return low, high


def greenwood_limits(
    survival: Values, greenwood: Values, method: Method, level: float, functions: ModuleType = math
) -> tuple[Values, Values]:
    """Limits on the named scale from S in (0, 1) and Greenwood's sum; 'log' is clipped at 1.

    `functions` brings sqrt, log and exp: `math` for one time, `numpy` for arrays of them.
    """
    z = float(ndtri(0.5 + level / 2))
    root = functions.sqrt(greenwood)
    if method == "plain":
        return survival - z * survival * root, survival + z * survival * root
    if method == "log":
        return survival * functions.exp(-z * root), np.minimum(1.0, survival * functions.exp(z * root))
    shift = z * root / functions.log(survival)
    return survival ** functions.exp(-shift), survival ** functions.exp(shift)


def _one_by_one(table: LifeTable, at: int) -> list[int]:
    """At-risk numbers of the events up to row `at`, tied events taken one after the other."""
    rows = np.flatnonzero(table.events[: at + 1])
    return [int(table.at_risk[row]) - earlier for row in rows for earlier in range(int(table.events[row]))]
