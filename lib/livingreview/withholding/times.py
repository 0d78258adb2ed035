"""At which months a curve may be read: between two of them lie no patients, or enough of them."""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Iterable
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from livingreview.counts import Timeline

BEFORE, THROUGH = 0, 1
Position = tuple[float, int]


class Readable:
    """The positions of a timeline that may be shown: a month, counted before or through it.

    `events` holds positions at which the number of events may be shown, `counts` those at which those
    censored and those still followed may be, too. Between any two of them no group, and no difference of one
    group and another inside it, has 1 to `smallest` - 1 events (or censored patients); nor are so few left.
    Of two positions that cannot both be shown the one first in `wanted` is.
    """

    def __init__(self, timeline: Timeline, smallest: int, wanted: Iterable[tuple[Position, bool]]) -> None:
        wanted = list(dict.fromkeys(wanted))
        order = sorted({(-1.0, THROUGH), *(position for position, _ in wanted), (np.inf, THROUGH)})
        groups = _protected(timeline)
        months, event = (np.asarray(values) for values in (timeline.months, timeline.event))
        events = np.stack([_counted(months[group & event], order) for group in groups])
        censored = np.stack([_counted(months[group & ~event], order) for group in groups])
        left = np.stack([group.sum() for group in groups])[:, None] - events - censored
        between = [_counted(other[flags], order) - events[0] for other, flags in map(_arrays, timeline.within)]
        ends = [order[0], *([order[-1]] if timeline.totals else [])]
        self.events = _Chain(order, events, between, smallest, ends)
        self.counts = _Chain(order, censored, list(left), smallest, ends)
        for position, all_counts in wanted:
            if self.events.fits(position) and (not all_counts or self.counts.fits(position)):
                self.events.keep(position)
                if all_counts:
                    self.counts.keep(position)


class _Chain:
    """Positions between which every flow, and at which every level, is zero or large enough."""

    def __init__(
        self, order: list[Position], flows: NDArray, levels: list[NDArray], smallest: int, ends: list[Position]
    ) -> None:
        self._column = {position: column for column, position in enumerate(order)}
        self._flows, self._smallest = flows, smallest
        self._level_safe = np.all([self._safe(level) for level in levels] or [np.ones(len(order), bool)], axis=0)
        self._kept = ends if len(ends) == 1 or self._steps(*ends) else []

    def __contains__(self, position: object) -> bool:
        return position in self._kept

    def fits(self, position: Position) -> bool:
        """Whether this position may be shown beside those kept."""
        if not self._kept or not self._level_safe[self._column[position]]:
            return False
        place = bisect(self._kept, position)
        neighbours = [*self._kept[max(0, place - 1) : place], *self._kept[place : place + 1]]
        return all(self._steps(*sorted((position, other))) for other in neighbours)

    def keep(self, position: Position) -> None:
        """Show this position."""
        if position not in self._kept:
            insort(self._kept, position)

    def _steps(self, early: Position, late: Position) -> bool:
        return bool(np.all(self._safe(self._flows[:, self._column[late]] - self._flows[:, self._column[early]])))

    def _safe(self, counts: NDArray) -> NDArray:
        return (counts == 0) | (np.abs(counts) >= self._smallest)


def _arrays(endpoint: tuple) -> tuple[NDArray, NDArray]:
    return np.asarray(endpoint[0], dtype=float), np.asarray(endpoint[1], dtype=bool)


def _protected(timeline: Timeline) -> list[NDArray]:
    """Everyone, every group, every difference of two nested ones, and what disjoint ones leave of others."""
    everyone = np.ones(len(timeline.months), dtype=bool)
    shown = [np.asarray(group, dtype=bool) for group in (*timeline.groups.values(), *timeline.beside.values())]
    groups = [everyone, *shown, *(one | other for one, other in combinations(shown, 2) if not np.any(one & other))]
    found = {group.tobytes(): group for group in groups}
    for one, other in permutations(groups, 2):
        if np.all(other | ~one):
            rest = other & ~one
            found[rest.tobytes()] = rest
    return [group for group in found.values() if group.any()]


def _counted(times: NDArray, order: list[Position]) -> NDArray:
    """How many of the times lie before (or through) each position."""
    times = np.sort(times)
    return np.array([np.searchsorted(times, month, side="right" if side else "left") for month, side in order])
