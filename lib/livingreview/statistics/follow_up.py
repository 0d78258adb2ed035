"""Median follow-up by the reverse Kaplan-Meier method."""

from __future__ import annotations

from numpy.typing import ArrayLike

from livingreview.results.estimates import Interval
from livingreview.statistics.life_table import checked, life_table
from livingreview.statistics.quantiles import median_survival
from livingreview.statistics.survival_intervals import Method


def median_follow_up(
    durations: ArrayLike, events: ArrayLike, *, method: Method = "log-log", level: float = 0.95
) -> Interval:
    """Reverse Kaplan-Meier median: being censored is the event, the event censors.

    Parameters and result as in `median_survival`. Ties: a censoring, being the event here,
    precedes an event at the same time, as R's `survfit(Surv(time, status == 0) ~ 1)`.
    Source: Schemper and Smith, Control Clin Trials 1996;17:343-346.

    Examples
    --------
    >>> median_follow_up([6, 12, 18], [0, 1, 0]).value
    18.0
    """
    times, flags = checked(durations, events)
    return median_survival(life_table(times, ~flags), method=method, level=level)
