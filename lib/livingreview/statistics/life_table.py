"""The Kaplan-Meier life table: who was at risk, who failed, who was censored, at every time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class LifeTable:
    """Rows are the distinct observed times in increasing order.

    Attributes
    ----------
    times : ndarray, shape (n_times,), in the unit of the durations
    at_risk : ndarray of int, shape (n_times,); durations >= time
    events, censored : ndarray of int, shape (n_times,); at exactly this time
    survival : ndarray, shape (n_times,); Kaplan-Meier estimate from this time on
    greenwood : ndarray, shape (n_times,); sum of d / (r (r - d)), infinite once survival is 0
    n : int
    """

    times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    censored: NDArray[np.int64]
    survival: NDArray[np.float64]
    greenwood: NDArray[np.float64]
    n: int

    def last_index(self, time: float) -> int:
        """Index of the last row at or before `time`; -1 where there is none."""
        return int(np.searchsorted(self.times, time, side="right")) - 1

    def event_free_through(self, time: float) -> int:
        """Number observed event-free through `time`: censored at `time` counts, failed does not."""
        earlier = int(np.searchsorted(self.times, time, side="left"))
        return self.n - self.events_by(time) - int(np.sum(self.censored[:earlier]))

    def events_by(self, time: float) -> int:
        """Number of events at or before `time`."""
        return int(np.sum(self.events[: self.last_index(time) + 1]))

    def at_risk_at_events(self, time: float) -> list[int]:
        """Numbers at risk at the events up to `time`, tied events taken one after the other: strictly decreasing."""
        rows = np.flatnonzero(self.events[: self.last_index(time) + 1])
        return [int(self.at_risk[row]) - earlier for row in rows for earlier in range(int(self.events[row]))]

    @property
    def last_time(self) -> float:
        """The longest follow-up."""
        return float(self.times[-1])

    @property
    def is_exhausted(self) -> bool:
        """Whether the last patient at risk had the event: survival is 0 at the last time, and later too."""
        return bool(self.survival[-1] == 0)


def checked(durations: ArrayLike, events: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Durations as float and events as bool, both of shape (n,).

    Parameters
    ----------
    durations, events : array-like, shape (n,)

    Raises
    ------
    ValueError
        Nobody, unequal lengths, a duration that is negative or not finite, or an event flag
        other than 0 and 1. A CDISC `CNSR` column (1 = censored) must be turned round at intake.

    Examples
    --------
    >>> checked([6, 12], [1, 0])
    (array([ 6., 12.]), array([ True, False]))
    """
    times = np.asarray(durations, dtype=float)
    flags = np.asarray(events)
    if times.ndim != 1 or times.shape != flags.shape:
        raise ValueError("durations and events must be two sequences of the same length")
    if times.size == 0:
        raise ValueError("no patients: a survival estimate needs at least one")
    if not np.all(np.isfinite(times)) or np.any(times < 0):
        raise ValueError("durations must be finite and not negative")
    if flags.dtype != bool and not np.all(np.isin(flags, (0, 1))):
        raise ValueError("events must be 0 (censored) or 1 (event)")
    return times, flags.astype(bool)


def life_table(durations: ArrayLike, events: ArrayLike) -> LifeTable:
    """Kaplan-Meier life table of right-censored durations.

    Parameters
    ----------
    durations : array-like, shape (n,); any one unit, >= 0
    events : array-like of bool or 0/1, shape (n,); 1 = event

    Notes
    -----
    Ties: an event precedes a censoring at the same time. Estimate and variance follow
    Kaplan and Meier (1958) [1]_ and Greenwood (1926) [2]_.

    References
    ----------
    .. [1] J Am Stat Assoc 1958;53:457-481. doi:10.1080/01621459.1958.10501452
    .. [2] Reports on Public Health and Medical Subjects 1926;33:1-26.

    Examples
    --------
    Of two at 12 months, the event counts among three at risk; the censoring comes after it.

    >>> table = life_table([6, 12, 12, 18], [1, 1, 0, 0])
    >>> table.at_risk.tolist(), table.survival.tolist()
    ([4, 3, 1], [0.75, 0.5, 0.5])
    """
    times, flags = checked(durations, events)
    row_of, different = pd.factorize(times)  # hashed: few different times need no sorting of all patients
    order = np.argsort(different)
    removed = np.bincount(row_of)[order]
    observed = np.bincount(row_of[flags], minlength=len(different))[order]
    at_risk = times.size - np.cumsum(removed) + removed
    left = at_risk - observed
    with np.errstate(divide="ignore"):
        steps = np.where(left > 0, observed / (at_risk * np.maximum(left, 1)), np.inf)
    return LifeTable(
        times=different[order],
        at_risk=at_risk,
        events=observed,
        censored=removed - observed,
        survival=np.cumprod(left / at_risk, dtype=np.float64),
        greenwood=np.cumsum(steps),
        n=int(times.size),
    )
