"""Kaplan-Meier estimates with honest intervals that are no transformation of Greenwood's: bootstrap, t, likelihood."""

from __future__ import annotations

import math

import numpy as np
from printed_trials import row
from scipy.optimize import brentq
from scipy.stats import chi2, t

from livingreview.results.rounding import rounded

KINDS = ("bootstrap", "t", "profile likelihood")


def cohort(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Times, events and a landmark by which some but not all had the event, and somebody is still at risk."""
    while True:
        failed, lost = rng.exponential(1, n), rng.uniform(0.3, 3, n)
        times, events, landmark = np.minimum(failed, lost), failed <= lost, rng.uniform(0.2, 1.2)
        if ((times <= landmark) & events).sum() >= 2 and (times > landmark).sum() >= 3:
            return times, events, landmark


def at_risk(times: np.ndarray, events: np.ndarray, landmark: float) -> np.ndarray:
    """Numbers at risk at each event by the landmark; of tied patients those with an event leave first."""
    order = np.lexsort((~events, times))
    return np.array([len(times) - place for place, at in enumerate(order) if events[at] and times[at] <= landmark])


def survival(risk: np.ndarray) -> float:
    """Kaplan-Meier of single events at these numbers at risk."""
    return float(np.prod(1 - 1 / risk)) if len(risk) else 1.0


def profile(risk: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Limits by the likelihood ratio (Thomas and Grunkemeier, J Am Stat Assoc 1975;70:865-871).

    With hazards 1 / (r + m) survival is constrained by the multiplier m; both m are sought at which twice the
    difference of the log likelihoods reaches the quantile of chi squared with one degree of freedom.
    """
    most = chi2.ppf(level, 1)

    def beyond(m: float) -> float:
        return -2 * float(np.sum((risk - 1) * np.log1p(m / (risk - 1)) - risk * np.log1p(m / risk))) - most

    least = -(risk.min() - 1)
    low, high = brentq(beyond, least + 1e-12, -1e-9), brentq(beyond, 1e-9, 1e9)
    return survival(risk + low), survival(risk + high)


def limits(kind: str, rng: np.random.Generator, times: np.ndarray, events: np.ndarray, landmark: float):
    """95 % limits of survival at the landmark."""
    n, risk = len(times), at_risk(times, events, landmark)
    estimate = survival(risk)
    if kind == "t":
        half = t.ppf(0.975, n - 1) * estimate * math.sqrt(np.sum(1 / (risk * (risk - 1))))
        return estimate - half, min(estimate + half, 1.0)
    if kind == "profile likelihood":
        return profile(risk)
    draws = (rng.integers(0, n, n) for _ in range(200))
    return tuple(np.quantile([survival(at_risk(times[d], events[d], landmark)) for d in draws], [0.025, 0.975]))


def printed(kind: str, seed: int):
    """The row of a survival with an interval of this kind, and the row that prints its true number of events."""
    rng = np.random.default_rng(seed)
    n = int(rng.choice([18, 28, 45, 80]))
    times, events, landmark = cohort(rng, n)
    risk = at_risk(times, events, landmark)
    texts = [rounded(100 * one, 1) for one in (survival(risk), *limits(kind, rng, times, events, landmark))]
    about = {"endpoint": "os", "group": "all", "time_months": 36, "denominator": n}
    shown = row(
        id="os.survival.36", statistic="Kaplan-Meier percent", **about,
        printed=texts[0], printed_low=texts[1], printed_high=texts[2],
    )  # fmt: skip
    return shown, row(id="os.events.36", endpoint="os", group="all", statistic="count", printed=len(risk))
