"""Survival of a group at one time, and as a curve: what every chapter with survival in it needs."""

from __future__ import annotations

from math import ceil, floor
from typing import cast

import numpy as np
import pandas as pd

from livingreview.results.codes import Estimator, Group, IntervalMethod, Statistic
from livingreview.results.curves import MAX_CURVE_POINTS, Curve
from livingreview.results.estimates import Estimate, Interval, estimate
from livingreview.statistics.life_table import LifeTable, life_table
from livingreview.statistics.risk_table import risk_table
from livingreview.statistics.survival_intervals import Method, survival_at

TABLE_STEP = 6  # months between the columns under a curve
FEW_EVENTS = 10  # below this the beta product stands beside the log-log interval


def milestone(
    table: LifeTable, time: float, method: Method, level: float, *, key: str, endpoint: str, group: Group = ()
) -> Estimate:
    """Survival at one time; n is the size of the group, events those up to then."""
    return estimate(
        key,
        survival_at(table, time, method=method, level=level),
        endpoint=endpoint,
        group=group,
        statistic=Statistic.SURVIVAL,
        unit="fraction",
        time_months=time,
        estimator=Estimator.KAPLAN_MEIER,
        n=table.n,
        events=table.events_by(time),
    )


def survival_curve(
    derived: pd.DataFrame,
    endpoint: str,
    *,
    level: float,
    key: str,
    group: Group = (),
    start: float = 0.0,
    whole_months: bool = False,
) -> Curve:
    """The Kaplan-Meier curve from `start` on, with its log-log band, exact where nobody or everybody had an event. With `whole_months` the curve is
    read at those alone, so that no point of it is the time of a patient.
    """
    table = life_table(derived["months"], derived["event"])
    times = _months(table, start) if whole_months else _grid(table, start)
    points = cast(list[Interval], [survival_at(table, time, level=level) for time in times])  # all within follow-up
    grid = np.arange(0, table.last_time + TABLE_STEP, TABLE_STEP)
    marks = risk_table(derived["months"], derived["event"], grid[grid >= start].tolist())
    counts = risk_table(derived["months"], derived["event"], times)
    after = [table.event_free_through(time) for time in times]
    return Curve(
        key=key,
        endpoint=endpoint,
        group=group,
        estimator=Estimator.KAPLAN_MEIER,
        interval=IntervalMethod.LOG_LOG,
        level=level,
        t=times,
        survival=[point.value or 0.0 for point in points],
        low=[point.low for point in points],
        high=[point.high for point in points],
        at_risk=counts.at_risk,
        censored=[
            table.n - table.events_by(time) - left + _censored_at(table, time)
            for time, left in zip(times, after, strict=True)
        ],
        events=[table.events_by(time) for time in times],
        risk_table=marks,
        censor_times=_ticks(table),
    )


def _censored_at(table: LifeTable, time: float) -> int:
    return int(table.censored[table.times == time].sum())


def _grid(table: LifeTable, start: float) -> list[float]:
    """The start, and every later time at which someone failed or was censored: limits before the first event move.

    Evenly thinned where there are too many.
    """
    return _thinned([start, *(float(t) for t in table.times[table.times > start])])


def _months(table: LifeTable, start: float) -> list[float]:
    """Whole months of follow-up, every second or third where there are too many."""
    first, last = ceil(start), floor(table.last_time)
    return [float(t) for t in range(first, last + 1, max(1, ceil((last - first + 1) / MAX_CURVE_POINTS)))]


def _ticks(table: LifeTable) -> list[float]:
    """The times at which someone was censored; none where the ticks would run together into a band.

    A selection of them would say that nobody was censored in between.
    """
    times = table.times[table.censored > 0]
    return times.tolist() if times.size <= MAX_CURVE_POINTS else []


def _thinned(times: list[float]) -> list[float]:
    if len(times) <= MAX_CURVE_POINTS:
        return times
    kept = np.unique(np.linspace(0, len(times) - 1, MAX_CURVE_POINTS).round().astype(int))
    return [times[position] for position in kept]
