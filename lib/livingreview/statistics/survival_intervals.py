"""Pointwise confidence intervals of a survival probability, by name of the method."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from livingreview.results.codes import IntervalMethod, ReasonCode
from livingreview.results.estimates import Interval, NotEstimable, not_estimable
from livingreview.statistics.beta_product import beta_product_limits, mid_p_limits
from livingreview.statistics.life_table import LifeTable

Method = Literal["plain", "log", "log-log", "beta product", "mid-p beta product"]
Limits = tuple[NDArray[np.float64], NDArray[np.float64]]
Values = TypeVar("Values", float, NDArray[np.float64])
METHODS: tuple[Method, ...] = ("plain", "log", "log-log", "beta product", "mid-p beta product")


def survival_at(
    table: LifeTable, time: float, *, method: Method = "log-log", level: float = 0.95
) -> Interval | NotEstimable:
    """Kaplan-Meier survival at one time with a pointwise interval.

    Parameters
    ----------
    table : LifeTable
    time : float, in the unit of the table
    method : 'plain' (S +- z SE, not clipped at 0 or 1), 'log', 'log-log' (Kalbfleisch and
        Prentice [1]_), 'beta product' (Fay, Brittain, Proschan [2]_) or its mid-p form [3]_
    level : float in (0, 1)

    Returns
    -------
    Interval of fractions; its `method` is the one that made the limits. NotEstimable past the last
    follow-up, unless S has reached 0: it stays 0 from then on.

    Notes
    -----
    The Greenwood intervals have no width at S = 1 and do not exist at S = 0, so both ends are exact:
    before the first event the limits are (alpha / 2)^(1 / Y) to 1, Y being the number observed
    event-free through `time` (`IntervalMethod.NO_EVENTS`), and from S = 0 on 0 to the upper limit of the
    beta product. The beta product methods name themselves at both ends.
    A censoring at exactly `time` was observed event-free through it.

    References
    ----------
    .. [1] The Statistical Analysis of Failure Time Data, 2nd ed, Wiley 2002, section 1.4.
    .. [2] Biostatistics 2013;14:723-736. doi:10.1093/biostatistics/kxt016
    .. [3] Fay and Brittain, Statistics in Medicine 2016;35:2726-2740. doi:10.1002/sim.6905
    """
    if method not in METHODS:
        raise ValueError(f"unknown interval method {method!r}; known: {', '.join(METHODS)}")
    if not time >= 0:
        raise ValueError("a time must be 0 or more")
    if time > table.last_time and not table.is_exhausted:
        return not_estimable(ReasonCode.NOBODY_FOLLOWED, time=float(time))
    at = table.last_index(time)
    survival = 1.0 if at < 0 else float(table.survival[at])
    events = table.events_by(time)
    named = _method_of_limits(method, events, survival)
    if named in ("plain", "log", "log-log"):
        return Interval(survival, *greenwood_limits(survival, float(table.greenwood[at]), named, level), level, named)
    limits = mid_p_limits if named == "mid-p beta product" else beta_product_limits
    low, high = limits(table.at_risk_at_events(time), table.event_free_through(time), level=level)
    return Interval(survival, low, high, level, named)


def _method_of_limits(method: Method, events: int, survival: float) -> IntervalMethod:
    """What makes the limits: the method asked for, or what takes its place at S = 1 and at S = 0."""
    if method in ("beta product", "mid-p beta product"):
        return IntervalMethod(method)
    if events == 0:
        return IntervalMethod.NO_EVENTS
    return IntervalMethod(method) if survival > 0 else IntervalMethod.BETA_PRODUCT


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
    survival: Values, greenwood: Values, method: str, level: float, functions: ModuleType = math
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
