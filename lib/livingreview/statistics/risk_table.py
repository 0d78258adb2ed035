"""The numbers under a Kaplan-Meier curve, as KMunicate wants them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from livingreview.results.curves import RiskTable
from livingreview.statistics.life_table import checked


def risk_table(durations, events, times: Sequence[float]) -> RiskTable:
    """Counts at risk, censored and failed at each of `times`.

    Parameters
    ----------
    durations, events : array-like, shape (n,); as in `life_table`
    times : grid, in the unit of the durations

    Notes
    -----
    At risk: duration >= t. Censored and events are counted before t, so that the three rows
    sum to n in every column. Source: Morris et al., BMJ Open 2019;9:e030215.
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


def _how_many_before(durations: NDArray, grid: NDArray) -> NDArray[np.int64]:
    return np.searchsorted(np.sort(durations), grid, side="left")
