"""Comparing survival between groups: log-rank, landmark, Mantel-Byar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from livingreview.estimates import NotEstimable
from livingreview.statistics.life_table import LifeTable, checked, life_table


@dataclass(frozen=True, slots=True)
class Test:
    """A test statistic, its degrees of freedom (None for an exact test) and two-sided p."""

    statistic: float
    df: int | None
    p: float
    method: str

    __test__ = False  # not a test case, whatever pytest thinks of the name


def logrank(durations: ArrayLike, events: ArrayLike, groups: ArrayLike) -> Test | NotEstimable:
    """Log-rank test of two or more groups.

    Parameters
    ----------
    durations, events : array-like, shape (n,); as in `life_table`
    groups : array-like of labels, shape (n,)

    Notes
    -----
    Ties: hypergeometric variance, as R's `survdiff`. A group that had nobody at risk at any event
    carries no information and no degree of freedom. Not estimable where fewer than two groups remain,
    or where at every event everybody at risk had it. Source: Mantel, Cancer Chemother Rep 1966;50:163-170.
    """
    from lifelines.statistics import multivariate_logrank_test  # half a second, and most chapters compare nothing

    times, flags = checked(durations, events)
    labels = np.asarray(groups)
    if len(np.unique(labels)) < 2:
        return NotEstimable("fewer than two groups to compare")
    if not flags.any():
        return NotEstimable("no events in either group")
    informative = [name for name in np.unique(labels) if times[labels == name].max() >= times[flags].min()]
    if len(informative) < 2:
        return NotEstimable("no event happened while both groups had patients at risk")
    if _all_at_once(life_table(times, flags)):
        return NotEstimable("at every event everybody at risk had it")
    kept = np.isin(labels, informative)
    found = multivariate_logrank_test(times[kept], labels[kept], flags[kept])
    return Test(float(found.test_statistic), int(found.degrees_of_freedom), float(found.p_value), "log-rank")


def _all_at_once(table: LifeTable) -> bool:
    """Whether at every event everybody at risk had it."""
    return bool(np.all(table.events[table.events > 0] == table.at_risk[table.events > 0]))


@dataclass(frozen=True, slots=True)
class Landmark:
    """Who was still followed without the event after the landmark, shape (n,), and how many were not."""

    included: NDArray[np.bool_]
    in_state: NDArray[np.bool_]
    excluded: int


def landmark(durations: ArrayLike, state_from: ArrayLike, at: float) -> Landmark:
    """Split patients by a state as it was at a landmark time.

    Parameters
    ----------
    durations : array-like, shape (n,)
    state_from : array-like, shape (n,); time at which the state was entered, NaN if never
    at : landmark time, same unit

    Notes
    -----
    Included: duration > `at` (an event or censoring at the landmark itself is out). In the
    state: entered at or before `at`; a later entry counts as not in it. Times keep their origin:
    an estimate on these patients is conditional on being event-free and followed at `at`.
    Source: Anderson, Cain, Gelber, J Clin Oncol 1983;1:710-719.
    """
    times = np.asarray(durations, dtype=float)
    since = np.asarray(state_from, dtype=float)
    if times.shape != since.shape:
        raise ValueError("durations and state_from must have the same length")
    included = times > at
    return Landmark(included, included & (since <= at), int(times.size - included.sum()))


def mantel_byar(durations: ArrayLike, events: ArrayLike, state_from: ArrayLike) -> Test | NotEstimable:
    """Log-rank test of a state that patients enter during follow-up (time-dependent groups).

    Parameters
    ----------
    durations, events : array-like, shape (n,); as in `life_table`
    state_from : array-like, shape (n,); time the state was entered, NaN or later than the
        duration if never. The patient counts as outside the state through that time.

    Notes
    -----
    At an event time t the state group is everyone at risk with state_from < t. Ties:
    hypergeometric variance; equals the score test of Cox's exact partial likelihood.
    Source: Mantel and Byar, J Am Stat Assoc 1974;69:81-86.
    """
    times, flags = checked(durations, events)
    since = np.asarray(state_from, dtype=float)
    entered = since < times  # whoever enters at the end or later was never in the state while at risk
    table = life_table(times, flags)
    t, n, d = (column[table.events > 0] for column in (table.times, table.at_risk, table.events))
    n1 = _how_many_before(since[entered], t) - _how_many_before(times[entered], t)
    several = n > 1
    share = n1[several] / n[several]
    observed = int((flags & entered).sum())
    expected = _added(d * n1 / n)
    variance = _added(d[several] * share * (1 - share) * (n - d)[several] / (n[several] - 1))
    if variance == 0:
        return NotEstimable("no event happened while both groups had patients at risk")
    statistic = (observed - expected) ** 2 / variance
    return Test(statistic, 1, float(chdtrc(1, statistic)), "Mantel-Byar")


def _how_many_before(values: NDArray, times: NDArray) -> NDArray[np.int64]:
    return np.searchsorted(np.sort(values), times, side="left")


def _added(terms: NDArray) -> float:
    """The sum in the order of time, one term after the other, as by hand; 0 without terms."""
    return float(np.cumsum(terms)[-1]) if terms.size else 0.0
