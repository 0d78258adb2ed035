"""At which months a curve may be read: between two of them lie no patients, or enough of them."""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Iterable
from itertools import combinations, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livingreview.results.partitions import Timeline

BEFORE, THROUGH = 0, 1
Position = tuple[float, int]


class Readable:
    """The positions of a timeline that may be shown: a month, counted before or through it.

    Between any two of them no group, and no difference of one group and another inside it, has 1 to
    `smallest` - 1 events or censored patients; nor are so few left at any of them, or past one endpoint and
    not past another of `within`. A survival estimate at a
    position gives away both, so nothing is read where only one of them is safe. Of two positions that cannot
    both be shown the one first in `wanted` is. Where the total is withheld (`total_shown` false), enough must
    be left at every position that it is not given away. What happened up to a `known` position is printed elsewhere:
    such a position, which must be among those wanted, is there from the start.
    """

    def __init__(
        self,
        timeline: Timeline,
        smallest: int,
        wanted: Iterable[Position],
        *,
        total_shown: bool = True,
        known: Iterable[Position] = (),
    ) -> None:
        known, wanted = set(known), list(dict.fromkeys(wanted))
        order = sorted({(-1.0, THROUGH), *wanted, (np.inf, THROUGH)})
        months, event = (np.asarray(values) for values in (timeline.months, timeline.event))
        groups = _protected(timeline)
        events = np.stack([_counted(months[group & event], order) for group in groups])
        censored = np.stack([_counted(months[group & ~event], order) for group in groups])
        left = np.stack([group.sum() for group in groups])[:, None] - events - censored
        between = [level for one in timeline.within for level in _between(one, order, events[0], left[0])]
        self._column = {position: column for column, position in enumerate(order)}
        self._flows, self._smallest = np.concatenate([events, censored]), smallest
        self._level_safe = np.all([self._safe(level) for level in [*left, *between]], axis=0)
        if timeline.total and not total_shown:
            self._level_safe &= left[0] >= 2 * smallest
        ends = [order[0], order[-1]] if timeline.total and total_shown else [order[0]]
        sound = self._level_safe[0] and all(self._steps(*pair) for pair in combinations(ends, 2))
        self._kept = sorted({*(ends if sound else ()), *known})
        for position in wanted:
            self._insert(position)

    def __contains__(self, position: object) -> bool:
        return position in self._kept

    @property
    def positions(self) -> list[Position]:
        """All positions that may be shown, in order."""
        return [position for position in self._kept if 0 <= position[0] < np.inf]

    def _insert(self, position: Position) -> None:
        if not self._kept or position in self._kept or not self._level_safe[self._column[position]]:
            return
        place = bisect(self._kept, position)
        neighbours = self._kept[max(0, place - 1) : place + 1]
        if all(self._steps(*sorted((position, other))) for other in neighbours):
            insort(self._kept, position)

    def _steps(self, early: Position, late: Position) -> bool:
        return bool(np.all(self._safe(self._flows[:, self._column[late]] - self._flows[:, self._column[early]])))

    def _safe(self, counts: NDArray[Any]) -> NDArray[Any]:
        enough: NDArray[np.bool_] = (counts == 0) | (np.abs(counts) >= self._smallest)
        return enough


def _between(
    endpoint: tuple[Any, ...], order: list[Position], events: NDArray[Any], left: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """How many had only the earlier of two events by each position, and how many are followed for the later one only."""
    months, event = np.asarray(endpoint[0], dtype=float), np.asarray(endpoint[1], dtype=bool)
    return _counted(months[event], order) - events, left - (len(months) - _counted(months, order))


def _protected(timeline: Timeline) -> list[NDArray[Any]]:
    """Everyone, every group, every difference of two nested ones, and what disjoint ones leave of others.

    Any number of the groups of one column can be added up: those inside another group, and those that cover it.
    """
    everyone = np.ones(len(timeline.months), dtype=bool)
    shown = [np.asarray(group, dtype=bool) for group in (*timeline.groups.values(), *timeline.beside.values())]
    groups = [everyone, *shown, *(one | other for one, other in combinations(shown, 2) if not np.any(one & other))]
    found = {group.tobytes(): group for group in groups}
    for one, other in permutations(groups, 2):
        if np.all(other | ~one):
            rest = other & ~one
            found[rest.tobytes()] = rest
    for column in _columns(timeline):
        for one in shown:
            inside, around = column[np.all(one | ~column, axis=1)], column[np.any(one & column, axis=1)]
            rest = one & ~inside.any(axis=0)
            found[rest.tobytes()] = rest
            cover = around.any(axis=0)
            if np.all(cover | ~one):
                rest = cover & ~one
                found[rest.tobytes()] = rest
    return [group for group in found.values() if group.any()]


def _columns(timeline: Timeline) -> list[NDArray[Any]]:
    """The groups of each column, in rows, as far as nobody is in two of them."""
    columns: dict[str, list[Any]] = {}
    for key, group in (*timeline.groups.items(), *timeline.beside.items()):
        columns.setdefault(key.rpartition(".")[0], []).append(np.asarray(group, dtype=bool))
    stacked = [np.stack(groups) for groups in columns.values()]
    return [column for column in stacked if np.all(column.sum(axis=0) <= 1)]


def _counted(times: NDArray[Any], order: list[Position]) -> NDArray[Any]:
    """How many of the times lie before (or through) each position."""
    times = np.sort(times)
    return np.array([np.searchsorted(times, month, side="right" if side else "left") for month, side in order])
