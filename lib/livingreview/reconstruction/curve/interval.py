"""One interval of a risk table: who fails at which drop of the curve, and who leaves between which drops."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

IMPOSSIBLE = 1e9
UNSEEN = 4.0  # the price of an event between clicks: of a penalty's order, far less than a misfit costs
MOST, MOST_PAIRS = 40, 60_000  # censorings between two drops that are tried: all, unless patients are very many


@dataclass(frozen=True, slots=True)
class Interval:
    """Patients between two columns of a risk table.

    Attributes
    ----------
    start, end : limits, in the unit of the curve
    at_start, at_end : int; at risk just before `start` and just before `end`
    drops, targets : ndarray, shape (n_drops,); times at which the curve falls, and survival after them
    halves : ndarray, shape (n_drops,); the fall happened within so much time before or after `drops`
    unseen : ndarray of bool, shape (n_drops,); True where the fall was not clicked but lies between two clicks, one
        of them beyond the end: it may have happened here, down to its target, or in the next interval
    ticks : ndarray of printed censoring times, None where none are printed
    last : whether nobody is left at the end
    ceiling : survival at the end is no higher, for the curve to come down to later points with those who leave later
    stop : the end of follow-up, where those still at risk are censored together; None before the last interval
    events : ndarray of int, shape (n_drops,)
    censored : ndarray of int, shape (n_drops + 1,); before the first drop, after it, …, after the last
    expected : ndarray, shape (n_drops + 1,); censorings expected in each of these gaps
    """

    start: float
    end: float
    at_start: int
    at_end: int
    drops: NDArray[np.float64]
    targets: NDArray[np.float64]
    halves: NDArray[np.float64]
    unseen: NDArray[np.bool_]
    ticks: NDArray[np.float64] | None
    last: bool
    ceiling: float
    stop: float | None
    events: NDArray[np.int64]
    censored: NDArray[np.int64]
    expected: NDArray[np.float64]

    @property
    def edges(self) -> NDArray[np.float64]:
        """Limits of the gaps between drops, shape (n_drops + 2,)."""
        return np.concatenate(([self.start], self.drops, [self.end]))

    @property
    def leaving(self) -> int:
        """How many fail or are censored."""
        return self.at_start - self.at_end

    def ticks_of(self, gap: int) -> NDArray[np.float64]:
        """Ticks in one gap; a tick at a drop comes after it."""
        return self.ticks[np.searchsorted(self.drops, self.ticks, side="right") == gap]

    def expecting(self, censored: float) -> Interval:
        """With so many censorings expected: at the ticks where there are any printed, else evenly in time."""
        gaps = np.diff(self.edges)
        if self.ticks is not None:
            return replace(self, expected=np.array([len(self.ticks_of(gap)) for gap in range(len(gaps))], dtype=float))
        return replace(self, expected=censored * gaps / max(gaps.sum(), np.finfo(float).tiny))

    def factors(self) -> NDArray[np.float64]:
        """What each drop multiplies survival by, shape (n_drops,)."""
        failed = np.cumsum(self.events) - self.events
        at_risk = self.at_start - failed - np.cumsum(self.censored)[:-1]
        return 1 - self.events / np.maximum(at_risk, 1)

    def failing(self) -> NDArray[np.float64]:
        """Times of the events, in order; those of one fall evenly over the time in which it lies."""
        within = [2 * np.arange(1, count + 1) - 1 - count for count in self.events]
        return np.concatenate(
            [np.empty(0)]
            + [
                drop + half * steps / max(len(steps), 1)
                for drop, half, steps in zip(self.drops, self.halves, within, strict=True)
            ]
        )


def fitted(interval: Interval, survival: float, resolution: float, price: float = 0.0) -> Interval:
    """The interval with the events and censorings that fit its drops best.

    Parameters
    ----------
    survival : what is reconstructed up to the start, a fraction of 1
    resolution : what the digitised curve can tell apart, a fraction of 1
    price : what an event costs beyond the fit; below 0 where more events are wanted

    Notes
    -----
    Dynamic programming over the number still to leave. Of all ways to have so many left after a drop,
    the one is kept with the least sum of squared errors of survival, in units of `resolution`, and
    squared departures from the expected censorings.
    """
    left = np.arange(interval.leaving + 1)
    cost = np.where(left == interval.leaving, 0.0, np.inf)
    reached, failed = np.full(len(left), survival), np.zeros(len(left), dtype=int)
    most = max(MOST, MOST_PAIRS // len(left), int(2 * interval.expected[:-1].max(initial=0)))
    before = left[None, :] + np.arange(min(len(left), most + 1))[:, None]
    possible, before = before < len(left), np.minimum(before, len(left) - 1)
    path = []
    for gap in range(len(interval.drops)):
        step = cost[before] + _penalties(interval, gap, before, left[None, :], failed[before])
        origin = before[np.where(possible, step, np.inf).argmin(axis=0), left]
        cost = cost[origin] + _penalties(interval, gap, origin, left, failed[origin])
        cost, reached, failed, events = _drop(interval, gap, cost, reached[origin], failed[origin], resolution, price)
        path.append((origin, events))
    end = len(interval.targets)
    remaining = int((cost + _penalties(interval, end, left, np.zeros_like(left), failed)).argmin())
    events, censored = np.zeros_like(interval.events), np.zeros_like(interval.censored)
    censored[end] = remaining
    for gap in reversed(range(end)):
        origin, happened = path[gap]
        events[gap] = happened[remaining]
        before = remaining + events[gap]
        remaining = int(origin[before])
        censored[gap] = remaining - before
    return replace(interval, events=events, censored=censored)


def _drop(interval: Interval, drop: int, cost, reached, failed, resolution: float, price: float):
    """Least cost, survival, events so far and events now, by the number left to leave after one drop.

    A drop stands for the number of events that leaves survival just above its target, or just below; one
    that nobody clicked for any number from which the next interval can reach the target.
    """
    left = np.arange(len(cost))
    at_risk, target, unseen = left + interval.at_end, interval.targets[drop], bool(interval.unseen[drop])
    fall = 1 - np.divide(target, reached, out=np.ones(len(left)), where=reached > 0)
    fewer = np.clip(np.floor(at_risk * fall + 1e-9), 0, left).astype(int)
    up_to = np.minimum(fewer + 1, left)
    events = np.minimum(np.arange(up_to.max() + 1)[:, None], up_to) if unseen else np.stack((fewer, up_to))
    survival = reached * (1 - events / np.maximum(at_risk, 1))
    missed = ((_next(survival, interval.at_end, target) if unseen else survival) - target) / resolution
    above = np.maximum(survival - interval.ceiling, 0) / resolution if drop == len(interval.drops) - 1 else 0.0
    total = (cost + (price + UNSEEN * unseen) * events + missed**2 + above**2).ravel()
    after = (left - events).ravel()
    order = np.argsort(-total, kind="stable")  # the cheapest way to a state is written last
    kept = np.full(len(left), -1)
    kept[after[order]] = order
    best = np.where(kept >= 0, total[kept], np.inf)
    return best, survival.ravel()[kept], (failed + events).ravel()[kept], events.ravel()[kept]


def _next(survival: NDArray[np.float64], at_risk: int, target: float) -> NDArray[np.float64]:
    """Survival after the number of events among those at risk that brings it nearest to the target."""
    fall = 1 - np.divide(target, survival, out=np.ones(survival.shape), where=survival > 0)
    return survival * (1 - np.clip(np.round(at_risk * fall), 0, at_risk) / max(at_risk, 1))


def _penalties(interval: Interval, gap: int, before, after, failed) -> NDArray[np.float64]:
    """What it costs to go from so many left to so many left by censoring in one gap; by less than none, all."""
    count = before - after
    if interval.last and gap == len(interval.drops):
        found = np.zeros(count.shape)  # whoever is left at the end of follow-up is censored there
    elif interval.ticks is not None:
        expected = interval.expected[gap]
        few, many = (4.0, 1 / expected) if expected else (0.0, 25.0)
        found = np.where(count < expected, few, many) * (count - expected) ** 2
    else:
        so_far = interval.leaving - after - failed
        found = (so_far - interval.expected[: gap + 1].sum()) ** 2 / (interval.expected.sum() + 1)
        if interval.edges[gap + 1] == interval.edges[gap]:
            found = found + IMPOSSIBLE * count
    return np.where(count < 0, np.inf, found)


def spread(interval: Interval, gap: int, count: int) -> NDArray[np.float64]:
    """Times of censorings in one gap: at its ticks, else evenly; of the last gap the rest at the end of follow-up."""
    low, high = interval.edges[gap], interval.edges[gap + 1]
    ticks = interval.ticks_of(gap) if interval.ticks is not None else np.array([])
    final = interval.stop is not None and gap == len(interval.drops)
    if len(ticks) and count:
        chosen = np.round(np.linspace(0, len(ticks) - 1, min(count, len(ticks)))).astype(int)
        further = np.full(count - len(chosen), len(ticks) - 1) if final else np.arange(count - len(chosen)) % len(ticks)
        return ticks[np.concatenate((chosen, further))]
    early = min(count, round(interval.expected[gap]), max(count - 1, 0)) if final and high > low else count
    early = 0 if final and high == low else early
    evenly = low + (high - low) * np.arange(1, early + 1) / (early + 1)
    evenly = np.minimum(
        evenly, np.nextafter(high, low)
    )  # in a gap of rounding's width the column still counts them gone
    return np.concatenate((evenly, np.full(count - early, high)))
