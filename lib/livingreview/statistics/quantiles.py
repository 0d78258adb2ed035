"""Median survival with the Brookmeyer-Crowley interval."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from livingreview.results.codes import IntervalMethod, Reason, ReasonCode
from livingreview.results.estimates import Interval
from livingreview.statistics.life_table import LifeTable
from livingreview.statistics.survival_intervals import Method, limits_at_every_time

TOLERANCE = 1e-9  # a product of fractions may miss one half by rounding


def median_survival(table: LifeTable, *, method: Method = "log-log", level: float = 0.95) -> Interval:
    """Median time with the interval of all times whose pointwise interval contains one half.

    Parameters
    ----------
    table : LifeTable
    method : the pointwise interval to invert: 'plain', 'log' or 'log-log'
    level : float in (0, 1)

    Returns
    -------
    Interval in the unit of the table. A value or limit that was not reached is None; `reason`
    then says so.

    Notes
    -----
    Times before the first event are no candidates, and of several crossings of one half by a limit the
    first counts, as in R's `quantile.survfit`. Where S equals one half over an interval the median is its
    midpoint; where it stays there to the end of follow-up it is not bounded above.
    Source: Brookmeyer and Crowley, Biometrics 1982;38:29-41; midpoint as R's, which, unlike ours, also
    takes the midpoint to the last follow-up.
    """
    if method not in ("plain", "log", "log-log"):
        raise ValueError("the beta product limits also change at censorings and are not inverted; use log-log")
    lows, highs = limits_at_every_time(table, method=method, level=level)
    value = _crossing(table.times, table.survival)
    reason = None
    if value is None:
        at_half = bool(np.any(np.abs(table.survival - 0.5) <= TOLERANCE))
        reason = Reason(ReasonCode.HALF_TO_THE_END if at_half else ReasonCode.NOT_REACHED)
    named = IntervalMethod(method)
    return Interval(value, _crossing(table.times, lows), _crossing(table.times, highs), level, named, reason)


def _crossing(times: NDArray[Any], curve: NDArray[Any]) -> float | None:
    """First time at which a step function falls below one half; the midpoint if it rests there."""
    known = ~np.isnan(curve)
    times, curve = times[known], curve[known]
    reached = np.flatnonzero(curve <= 0.5 + TOLERANCE)
    if not reached.size:
        return None
    first = int(reached[0])
    if abs(curve[first] - 0.5) > TOLERANCE:
        return float(times[first])
    below = np.flatnonzero(curve < 0.5 - TOLERANCE)
    return float((times[first] + times[below[0]]) / 2) if below.size else None
