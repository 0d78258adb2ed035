"""Comparing survival between groups: log-rank, landmark, Mantel-Byar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from livingreview.results.codes import Estimator, ReasonCode
from livingreview.results.estimates import NotEstimable, not_estimable
from livingreview.statistics.life_table import LifeTable, checked, life_table


@dataclass(frozen=True, slots=True)
class Test:
    """A test statistic, its degrees of freedom (None for an exact test) and two-sided p."""

    statistic: float
    df: int | None
    p: float
    estimator: Estimator

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
        return not_estimable(ReasonCode.ONE_GROUP)
    if not flags.any():
        return not_estimable(ReasonCode.NO_EVENTS)
    informative = [name for name in np.unique(labels) if times[labels == name].max() >= times[flags].min()]
    if len(informative) < 2:
        return not_estimable(ReasonCode.NEVER_BOTH_AT_RISK)
    if _all_at_once(life_table(times, flags)):
        return not_estimable(ReasonCode.ALL_AT_ONCE)
    kept = np.isin(labels, informative)
    found = multivariate_logrank_test(times[kept], labels[kept], flags[kept])
    return Test(float(found.test_statistic), int(found.degrees_of_freedom), float(found.p_value), Estimator.LOG_RANK)


def _all_at_once(table: LifeTable) -> bool:
    """Whether at every event everybody at risk had it."""
    return bool(np.all(table.events[table.events > 0] == table.at_risk[table.events > 0]))


@dataclass(frozen=True, slots=True)
class Landmark:
    """Who was still followed without the event after the landmark, shape (n,), and who of them was in which state."""

    followed: NDArray[np.bool_]
    groups: dict[str, NDArray[np.bool_]]

    @property
    def gone(self) -> int:
        """How many were not followed beyond the landmark."""
        return int(self.followed.size - self.followed.sum())


def landmark(durations: ArrayLike, states: ArrayLike, at: float) -> Landmark:
    """Split patients by their state as it was known at a landmark time.

    Parameters
    ----------
    durations : array-like, shape (n,)
    states : array-like of str, shape (n,); from what was known at `at`, never from later
    at : landmark time, same unit

    Notes
    -----
    Followed: duration > `at` (an event or censoring at the landmark itself is out). Times keep their
    origin: an estimate on a group is conditional on being event-free and followed at `at`.
    Source: Anderson, Cain, Gelber, J Clin Oncol 1983;1:710-719.
    """
    times, known = np.asarray(durations, dtype=float), np.asarray(states)
    if times.shape != known.shape:
        raise ValueError("durations and states must have the same length")
    followed = times > at
    return Landmark(followed, {str(state): followed & (known == state) for state in np.unique(known)})


def mantel_byar(
    durations: ArrayLike,
    events: ArrayLike,
    state_from: ArrayLike,
    *,
    state_until: ArrayLike | None = None,
    patient: ArrayLike | None = None,
    entry: ArrayLike | None = None,
) -> Test | NotEstimable:
    """Log-rank test of a state that patients enter, and may leave, during follow-up (time-dependent groups).

    Parameters
    ----------
    durations, events : array-like, shape (n,); as in `life_table`
    state_from : array-like, shape (k,); time the state was entered, NaN or later than the
        duration if never. The patient counts as outside the state through that time.
    state_until : array-like, shape (k,); time it was left, the last one that counts as inside;
        without it, never left
    patient : array-like of int, shape (k,); whose state it is, a place in `durations`; a patient
        may have several, one after the other. Without it there is one a patient, in their order.
    entry : array-like, shape (n,); at risk only after this time (left truncation), NaN if never;
        without it from the origin on, a time of zero included

    Notes
    -----
    At an event time t at risk is everyone with entry < t <= duration, the state group those of them with
    state_from < t <= state_until. Whoever is never in the state counts outside it: leaving them out would make
    the comparison depend on the future. Ties: hypergeometric variance; equals the score test of Cox's exact
    partial likelihood on (start, stop] rows. Source: Mantel and Byar, J Am Stat Assoc 1974;69:81-86.
    """
    times, flags = checked(durations, events)
    enters = np.full(times.size, -np.inf) if entry is None else np.asarray(entry, dtype=float)
    of = np.arange(times.size) if patient is None else np.asarray(patient)
    begins = np.maximum(np.asarray(state_from, dtype=float), enters[of])
    ends = times[of] if state_until is None else np.minimum(np.asarray(state_until, dtype=float), times[of])
    real = begins < ends  # whoever enters at the end or later was never in the state while at risk
    of, begins, ends = of[real], begins[real], ends[real]
    at_risk = enters < times
    failed = at_risk & flags
    t, d = np.unique(times[failed], return_counts=True)
    n = _how_many_before(enters[at_risk], t) - _how_many_before(times[at_risk], t)
    n1 = _how_many_before(begins, t) - _how_many_before(ends, t)
    several = n > 1
    share = n1[several] / n[several]
    observed = int((flags[of] & (ends == times[of])).sum())
    expected = _added(d * n1 / n)
    variance = _added(d[several] * share * (1 - share) * (n - d)[several] / (n[several] - 1))
    if variance == 0:
        return not_estimable(ReasonCode.NEVER_BOTH_AT_RISK)
    statistic = (observed - expected) ** 2 / variance
    return Test(statistic, 1, float(chdtrc(1, statistic)), Estimator.MANTEL_BYAR)


def _how_many_before(values: NDArray[Any], times: NDArray[Any]) -> NDArray[np.int64]:
    return np.searchsorted(np.sort(values), times, side="left")


def _added(terms: NDArray[Any]) -> float:
    """The sum in the order of time, one term after the other, as by hand; 0 without terms."""
    return float(np.cumsum(terms)[-1]) if terms.size else 0.0
