"""Estimates and curve of one time-to-event endpoint, shared by PFS and OS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor

import numpy as np
import pandas as pd

from livingreview.endpoints.time_to_event import TimeToEvent
from livingreview.results.estimates import (
    MAX_CURVE_POINTS,
    Curve,
    Estimate,
    Interval,
    estimate,
)
from livingreview.results.partitions import COHORT, Tally, Timeline
from livingreview.statistics.follow_up import median_follow_up
from livingreview.statistics.life_table import LifeTable, life_table
from livingreview.statistics.quantiles import median_survival
from livingreview.statistics.risk_table import risk_table
from livingreview.statistics.survival_intervals import NO_EVENTS, Method, survival_at

TABLE_STEP = 6  # months between the columns under a curve
ALL_FOLLOW_UP = "count over all follow-up"
FEW_EVENTS = 10  # below this the beta product stands beside the log-log interval
KEY_OF: dict[Method, str] = {"log-log": "loglog", "beta product": "bpcp", "mid-p beta product": "bpcp_midp"}


def kaplan_meier_method(method: str) -> str:
    """The name a reader sees for an interval of a survival probability."""
    return f"Kaplan-Meier, {method}" if method == NO_EVENTS else f"Kaplan-Meier, {method} interval"


def survival_estimates(
    derived: pd.DataFrame,
    endpoint: TimeToEvent,
    *,
    milestones: Sequence[float],
    interval: Method,
    level: float,
) -> list[Estimate]:
    """Survival at the milestones and who was still followed then, and the median.

    Under the key itself by the chosen interval; beside it by log-log and, below ten events, by the beta product
    and its mid-p form, as far as these differ from it.
    """
    table = life_table(derived["months"], derived["event"])
    found = []
    for time in milestones:
        found.append(_followed(table, time, endpoint))
        for method in _methods(interval, table, time):
            suffix = "" if method == interval else f".{KEY_OF[method]}"
            found.append(
                milestone(
                    table,
                    time,
                    method,
                    level,
                    key=f"{endpoint.key}.survival.{time:g}{suffix}",
                    endpoint=endpoint.key,
                )
            )
    found.append(
        estimate(
            f"{endpoint.key}.median",
            _named(median_survival(table, method=_greenwood(interval), level=level)),
            endpoint=endpoint.key,
            statistic="median",
            unit="months",
            n=table.n,
            events=int(table.events.sum()),
        )
    )
    return found


def event_counts(derived: pd.DataFrame, key: str, endpoint: TimeToEvent, milestones: Sequence[float]) -> list[Estimate]:
    """How many patients had the event, in all follow-up and up to each milestone."""
    about = {"endpoint": endpoint.key, "statistic": "events", "unit": "patients", "n": len(derived)}
    by_then = [(time, int((derived["event"] & (derived["months"] <= time)).sum())) for time in milestones]
    return [
        estimate(key, int(derived["event"].sum()), method=ALL_FOLLOW_UP, **about),
        *(
            estimate(f"{key}.{time:g}", count, time_months=time, method="count up to the time", **about)
            for time, count in by_then
        ),
    ]


def milestone(
    table: LifeTable, time: float, method: Method, level: float, *, key: str, endpoint: str, group: str = "all"
) -> Estimate:
    """Survival at one time; n is the size of the group, events those up to then."""
    result = survival_at(table, time, method=method, level=level)
    if isinstance(result, Interval):
        result = replace(result, method=kaplan_meier_method(result.method))
    return estimate(
        key,
        result,
        endpoint=endpoint,
        group=group,
        statistic="survival",
        unit="fraction",
        time_months=time,
        method="Kaplan-Meier",
        n=table.n,
        events=table.events_by(time),
    )


def _followed(table: LifeTable, time: float, endpoint: TimeToEvent) -> Estimate:
    """How many were observed event-free through the time: log-log limits do not tell."""
    return estimate(
        f"{endpoint.key}.followed.{time:g}",
        table.event_free_through(time),
        endpoint=endpoint.key,
        statistic="followed",
        unit="patients",
        time_months=time,
        method="count followed without an event through the time",
        n=table.n,
    )


def _methods(interval: Method, table: LifeTable, time: float) -> list[Method]:
    """The chosen interval first. Where all or none are alive every method gives the same exact limits."""
    events, at = table.events_by(time), table.last_index(time)
    if events == 0 or table.survival[at] == 0:
        return [interval]
    few: list[Method] = ["beta product", "mid-p beta product"] if events < FEW_EVENTS else []
    return list(dict.fromkeys([interval, "log-log", *few]))


def _greenwood(interval: Method) -> Method:
    """A median inverts a Greenwood interval; the beta product has no closed curve to invert."""
    return interval if interval in ("plain", "log") else "log-log"


def _named(median: Interval) -> Interval:
    return replace(median, method=f"Kaplan-Meier median, Brookmeyer-Crowley on {median.method}")


def follow_up_estimate(derived: pd.DataFrame, key: str, endpoint: str, level: float) -> Estimate:
    """Reverse Kaplan-Meier median follow-up."""
    found = median_follow_up(derived["months"], derived["event"], level=level)
    named = Interval(found.value, found.low, found.high, level, f"reverse Kaplan-Meier, {found.method}", found.reason)
    return estimate(
        key,
        named,
        endpoint=endpoint,
        statistic="median follow-up",
        unit="months",
        n=len(derived),
        events=int((~derived["event"]).sum()),
    )


def survival_curve(
    derived: pd.DataFrame,
    endpoint: str,
    *,
    level: float,
    key: str,
    group: str = "all",
    start: float = 0.0,
    whole_months: bool = False,
) -> Curve:
    """The Kaplan-Meier curve from `start` on, with its log-log band, exact where nobody or everybody had an event. With `whole_months` the curve is
    read at those alone, so that no point of it is the time of a patient.
    """
    table = life_table(derived["months"], derived["event"])
    times = _months(table, start) if whole_months else _grid(table, start)
    points = [survival_at(table, time, level=level) for time in times]
    grid = np.arange(0, table.last_time + TABLE_STEP, TABLE_STEP)
    marks = risk_table(derived["months"], derived["event"], grid[grid >= start])
    counts = risk_table(derived["months"], derived["event"], times)
    after = [table.event_free_through(time) for time in times]
    return Curve(
        key=key,
        endpoint=endpoint,
        group=group,
        method=kaplan_meier_method("log-log"),
        level=level,
        t=times,
        survival=[point.value for point in points],
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


def whole_curve(cohort, derived: pd.DataFrame, endpoint: TimeToEvent, level: float) -> Curve:
    """The curve of all patients, as far as this cohort allows it to be drawn."""
    return survival_curve(
        derived,
        endpoint.key,
        level=level,
        key=endpoint.key,
        whole_months=cohort.smallest_shown > 1,
    )


def survival_tally(
    derived: pd.DataFrame, endpoint: TimeToEvent, events: str, estimates: Sequence[Estimate], within: tuple = ()
) -> Tally:
    """The counts behind the estimates and the curve of an endpoint; `events` names the count of all of them."""
    tally = Tally({COHORT: len(derived)}, outcomes=[events])
    censored = f"{endpoint.key}.censored"
    tally.split(COHORT, {events: int(derived["event"].sum())}, rest=censored)
    tally.show([found for found in estimates if found.statistic == "median"], events)
    tally.show([found for found in estimates if found.statistic == "median follow-up"], censored)
    group = endpoint.key
    everyone = np.ones(len(derived), dtype=bool)
    tally.timelines.append(
        Timeline(derived["months"], derived["event"], {group: everyone}, total=events, within=within)
    )
    tally.follow(estimates, group)
    tally.beside = _second_intervals(endpoint, estimates)
    return tally


def _second_intervals(endpoint: TimeToEvent, estimates: Sequence[Estimate]) -> dict[str, str]:
    """Further intervals, each with the number followed: two intervals of one estimate tell how many were at risk."""
    stem = f"{endpoint.key}.survival."
    return {
        found.key: f"{endpoint.key}.followed.{found.time_months:g}"
        for found in estimates
        if found.key.startswith(stem) and found.key != f"{stem}{found.time_months:g}"
    }


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
