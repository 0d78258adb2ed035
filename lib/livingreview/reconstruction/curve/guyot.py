"""Patients behind a printed Kaplan-Meier curve and its risk table, after Guyot and others (2012)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from livingreview.cohort.problems import CohortError, Problem
from livingreview.reconstruction.curve.digitised import RISK_FILE, DigitisedArm, Note
from livingreview.reconstruction.curve.interval import Interval, fitted, spread
from livingreview.statistics.life_table import LifeTable, life_table

RESOLUTION = 0.0005  # of a careful reading of a curve, as a fraction of 1
BETWEEN = 0.001  # events go between clicks only where the fit is better by more, root mean square of survival
PRICES = (0.3, 1.0, 3.0, 10.0, 30.0)  # of an event, in the units of `fitted`; tried in turn for a total of events


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """Reconstructed patients of one arm.

    Attributes
    ----------
    arm : what was digitised
    times : ndarray, shape (n,), in the unit of the curve, in increasing order
    events : ndarray of bool, shape (n,)
    notes : what was assumed, as codes with facts
    """

    arm: DigitisedArm
    times: NDArray[np.float64]
    events: NDArray[np.bool_]
    notes: tuple[Note, ...]

    def life_table(self) -> LifeTable:
        """Their Kaplan-Meier life table."""
        return life_table(self.times, self.events)


def guyot(arm: DigitisedArm) -> Reconstruction:
    """As many patients as the risk table counts at time 0, with the digitised curve and the risk table.

    Parameters
    ----------
    arm : cleaned curve and risk table; where they are printed, censoring ticks and the total of events

    Raises
    ------
    CohortError
        Where a printed total of events contradicts curve and risk table.

    Notes
    -----
    The inverted Kaplan-Meier equations of Guyot et al. [1]_: with n at risk and survival P reconstructed
    so far, the d events at a drop to S bring P (1 - d / n) near S; whoever else leaves the risk table in
    an interval was censored there; in the last interval the rate of censoring so far goes on, and who is
    left is censored at the end of the curve; a fall lies in the middle of the two clicks that enclose it, unless
    the click itself is the drop (`falls`), its events evenly between them; a printed total of events corrects the last interval first.
    The paper spreads censorings evenly over an interval. Here an even spread (or the ticks, as Rogula
    et al. [2]_ use them) is what is expected, and departed from where the drops say so: the height of a
    drop tells how many were at risk.

    References
    ----------
    .. [1] BMC Med Res Methodol 2012;12:9. doi:10.1186/1471-2288-12-9
    .. [2] MDM Policy Pract 2022;7(1). doi:10.1177/23814683221077643
    """
    done, turned = _with_total(_near_total(_intervals(arm, between=False), arm), arm)
    if (unexplained := _misfit(done)) > BETWEEN:
        other = _with_total(_near_total(_intervals(arm, between=True), arm), arm)
        done, turned = other if _misfit(other[0]) < unexplained - BETWEEN else (done, turned)
    times, events = _patients(done)
    return Reconstruction(arm, times, events, (*arm.notes, *_notes(done, turned, arm.total_events is not None)))


def _near_total(intervals: list[Interval], arm: DigitisedArm) -> list[Interval]:
    """All intervals; with a total of events, those nearest to it among the ways to fit the curve about as well."""
    best = _chained(intervals, arm, 0.0)
    if arm.total_events is None:
        return best
    excess = _events(best) - arm.total_events
    for price in PRICES:
        found = _chained(intervals, arm, price if excess > 0 else -price)
        if abs(_events(found) - arm.total_events) < abs(_events(best) - arm.total_events):
            best = found
        if (_events(found) - arm.total_events) * excess <= 0:
            break
    return best


def _chained(intervals: list[Interval], arm: DigitisedArm, price: float) -> list[Interval]:
    """Every interval fitted, one after the other; an event costs `price`."""
    resolution = max(RESOLUTION, arm.noise)
    done: list[Interval] = []
    survival = 1.0
    for interval in intervals:
        if interval.last:
            interval = _last(interval, done, survival, resolution, price, arm.total_events)
        else:
            interval = fitted(interval.expecting(_guessed(interval, survival)), survival, resolution, price)
        survival *= float(np.prod(interval.factors()))
        done.append(interval)
    return done


def _events(intervals: list[Interval]) -> int:
    return sum(int(one.events.sum()) for one in intervals)


def _intervals(arm: DigitisedArm, *, between: bool) -> list[Interval]:
    """One for every column of the risk table in which somebody is at risk.

    `between` allows a fall that two clicks enclose together with a column to have happened before the column.
    """
    counted = arm.at_risk > 0
    begins, counts, empty = arm.risk_times[counted], arm.at_risk[counted], arm.risk_times[~counted]
    end = stop = float(arm.last_time)
    if len(empty) and end >= empty[0]:
        end, stop = float(empty[0]), None  # all have left before a column that counts nobody
    heights = arm.survival[np.maximum(np.searchsorted(arm.times, begins, side="left") - 1, 0)]
    falls = np.flatnonzero(np.diff(arm.survival) < 0) + 1
    found = []
    for position, (begin, count) in enumerate(zip(begins, counts, strict=True)):
        last = position == len(begins) - 1
        until = end if last else begins[position + 1]
        closed = last and stop is not None
        here = falls[_within(arm.times[falls], begin, until, closed)]
        first = np.maximum(arm.since[here], begin)
        drops, halves = (first + arm.times[here]) / 2, (arm.times[here] - first) / 2
        targets, unseen = arm.survival[here], np.zeros(len(here), dtype=bool)
        beyond = falls[arm.times[falls] > until][:1]
        if between and not last and len(beyond) and arm.since[beyond[0]] < until:
            middle = (np.maximum(arm.since[beyond], begin) + until) / 2
            halves = np.append(halves, until - middle)
            drops, targets = np.append(drops, middle), np.append(targets, arm.survival[beyond])
            unseen = np.append(unseen, True)
        found.append(
            Interval(
                start=float(begin),
                end=float(until),
                at_start=int(count),
                at_end=0 if last else int(counts[position + 1]),
                drops=drops,
                targets=targets,
                halves=halves,
                unseen=unseen,
                ticks=None if arm.ticks is None else arm.ticks[_within(arm.ticks, begin, until, closed)],
                last=last,
                ceiling=1.0
                if last
                else float(np.min(heights[position + 1 :] * counts[position + 1] / counts[position + 1 :])),
                stop=stop if last else None,
                events=np.zeros(len(drops), dtype=int),
                censored=np.zeros(len(drops) + 1, dtype=int),
                expected=np.zeros(len(drops) + 1),
            )
        )
    return found


def _within(times: NDArray, begin: float, end: float, closed: bool) -> NDArray[np.bool_]:
    return (times >= begin) & ((times <= end) if closed else (times < end))


def _guessed(interval: Interval, survival: float) -> float:
    """First guess of the paper: who should be at risk at the end by the curve alone, less who is."""
    seen = interval.targets[~interval.unseen]
    at_end = seen[-1] if len(seen) else survival
    share = min(at_end / survival, 1.0) if survival > 0 else 1.0
    return float(np.clip(interval.at_start * share - interval.at_end, 0, interval.leaving))


def _last(
    interval: Interval, done: list[Interval], survival: float, resolution: float, price: float, total: int | None
) -> Interval:
    """The last interval, whose end no risk table counts: as many censored as the rate so far says, or the total."""
    lost = sum(int(one.censored.sum()) for one in done)
    exposure = sum((one.at_start + one.at_end) / 2 * (one.end - one.start) for one in done)
    rate = lost / exposure if exposure > 0 else 0.0
    guess = -np.expm1(-rate * (interval.end - interval.start)) * interval.at_start

    def fit(censored: float) -> Interval:
        return fitted(interval.expecting(censored), survival, resolution, price)

    found = fit(guess)
    wanted = None if total is None else total - _events(done)
    if wanted is None or price or wanted == found.events.sum() or interval.ticks is not None:
        return found
    low, high = 0, interval.at_start
    while low < high:  # the more are censored on the way, the fewer events the same drops stand for
        middle = (low + high) // 2
        low, high = (middle + 1, high) if fit(middle).events.sum() > wanted else (low, middle)
    return min((found, fit(low)), key=lambda one: abs(int(one.events.sum()) - wanted))


def _with_total(intervals: list[Interval], arm: DigitisedArm) -> tuple[list[Interval], int]:
    """With exactly the printed total: patients turned, one by one, where it harms the curve least; and how many."""
    turned = 0
    events = _events(intervals)
    wanted = events if arm.total_events is None else arm.total_events
    step = 1 if wanted > events else -1
    while events != wanted:
        choices = [
            (position, changed)
            for position, one in enumerate(intervals)
            for drop in np.flatnonzero(~one.unseen)
            if (changed := _turned(one, drop, step)) is not None
        ]
        if not choices:
            raise _contradicted(arm, events)
        intervals = min(
            ([*intervals[:position], changed, *intervals[position + 1 :]] for position, changed in choices), key=_misfit
        )
        events += step
        turned += 1
    return intervals, turned


def _turned(interval: Interval, drop: int, step: int) -> Interval | None:
    """One event more at a drop for the nearest censoring less, or the other way round; None where there is none."""
    events, censored = interval.events.copy(), interval.censored.copy()
    gap = drop + 1
    if step > 0:
        there = np.flatnonzero(censored)
        if not len(there):
            return None
        gap = there[np.argmin(np.abs(there - gap))]
    elif not events[drop]:
        return None
    events[drop] += step
    censored[gap] -= step
    return replace(interval, events=events, censored=censored)


def _misfit(intervals: list[Interval]) -> float:
    """Root mean square error of survival after the drops that were clicked."""
    reached = np.cumprod(np.concatenate([one.factors() for one in intervals]))
    targets = np.concatenate([one.targets for one in intervals])
    seen = ~np.concatenate([one.unseen for one in intervals])
    return float(np.sqrt(np.sum((reached - targets)[seen] ** 2) / max(seen.sum(), 1)))


def _contradicted(arm: DigitisedArm, events: int) -> CohortError:
    facts = {"arm": arm.arm, "events": events}
    return CohortError([Problem(RISK_FILE, "total-contradicted", facts, None, "total_events", str(arm.total_events))])


def _patients(intervals: list[Interval]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Times in increasing order and event flags, an event before a censoring at the same time."""
    failed = np.concatenate([one.failing() for one in intervals])
    censored = np.concatenate(
        [spread(one, gap, int(count)) for one in intervals for gap, count in enumerate(one.censored)]
    )
    times = np.concatenate((failed, censored))
    events = np.arange(len(times)) < len(failed)
    order = np.lexsort((~events, times))
    return times[order], events[order]


def _notes(intervals: list[Interval], turned: int, total: bool) -> list[Note]:
    """What the reconstruction had to assume."""
    notes: list[Note] = [("turned", {"count": turned})] if turned else []
    if intervals[0].last and intervals[0].ticks is None and not total:
        notes.append(("censoring-guessed", {}))
    if between := sum(int(one.events[one.unseen].sum()) for one in intervals):
        notes.append(("between-clicks", {"count": between}))
    for one in intervals:
        if one.leaving == 0 and not one.unseen.all():
            notes.append(("nobody-leaves", {"start": one.start, "end": one.end}))
    if intervals[0].ticks is not None:
        missing = np.concatenate([one.expected - one.censored for one in intervals])
        if more := int(np.maximum(-missing, 0).sum()):
            notes.append(("beyond-ticks", {"count": more}))
        if fewer := int(np.maximum(missing, 0).sum()):
            notes.append(("ticks-without-patient", {"count": fewer}))
    return notes
