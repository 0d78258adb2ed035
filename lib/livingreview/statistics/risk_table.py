"""The numbers under a Kaplan-Meier curve, as KMunicate wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livingreview.results.curves import RiskTable
from livingreview.statistics.life_table import checked


def risk_table(durations: ArrayLike, events: ArrayLike, times: Sequence[float]) -> RiskTable:
    """Counts at risk, censored and failed at each of `times`.

    Parameters
    ----------
    durations, events : array-like, shape (n,); as in `life_table`
    times : grid, in the unit of the durations

    Notes
    -----
    At risk: duration >= t. Censored and events are counted before t, so that the three rows
    sum to n in every column. Source: Morris et al., BMJ Open 2019;9:e030215.

    Examples
    --------
    >>> table = risk_table([6, 12, 12, 18], [1, 1, 0, 0], [0, 12, 18])
    >>> table.at_risk, table.censored, table.events
    ([4, 3, 1], [0, 0, 1], [0, 1, 2])
    """
    duration, event = checked(durations, events)
    grid = np.asarray(times, dtype=float)
    censored, failed = _how_many_before(duration[~event], grid), _how_many_before(duration[event], grid)
    return RiskTable(
        times=[float(t) for t in grid],
        at_risk=(duration.size - censored - failed).tolist(),
        censored=censored.tolist(),
        events=failed.tolist(),
    )


def _how_many_before(durations: NDArray[Any], grid: NDArray[Any]) -> NDArray[np.int64]:
    return np.searchsorted(np.sort(durations), grid, side="left")
