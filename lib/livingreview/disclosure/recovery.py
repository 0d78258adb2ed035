"""What a reader can work out about a withheld count from all that are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from livingreview.results.partitions import Split, Tally

NEARLY = 1e-6
Bounds = tuple[float, float | None]
Linked = Mapping[str, list[tuple[int, Split]]]
Solved = dict[tuple[tuple[str, Bounds | None], ...], "_System"]  # by the unknown counts and what is known of each


def linked(tally: Tally) -> Linked:
    """The splits of which each count is the whole or a part, with their positions."""
    found: dict[str, list[tuple[int, Split]]] = {}
    for position, split in enumerate(tally.splits):
        for member in dict.fromkeys((split.whole, *split.parts)):
            found.setdefault(member, []).append((position, split))
    return found


@dataclass(slots=True)
class Reader:
    """Somebody who sees the `shown` counts, knows which are parts of which, and reckons.

    `bounds` says what is known of counts that are not shown: of a withheld one usually that it is at least 1,
    because zeros are shown. One that is neither shown nor in `bounds` is at least 0; where it is 0 a reader
    may always know: nobody can have such a property, or everybody has another. Linear relaxation of the integer
    problem, so the true range of whole numbers lies within.
    """

    tally: Tally
    shown: Collection[str]
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    linked: Linked = None  # type: ignore[assignment]  # made of the tally unless it is given
    solved: Solved = field(default_factory=dict)  # what readers of the same tally have worked out
    _systems: dict[str, _System] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.linked is None:
            self.linked = linked(self.tally)

    def limits(self, name: str) -> tuple[float, float]:
        """The smallest and the largest value of a count that agree with all that is shown."""
        system = self._system(name)
        return system.extreme(name, 1), system.extreme(name, -1)

    def misled(self, name: str, smallest: int) -> bool:
        """Whether a small count stays hidden; solutions found for others are tried first."""
        system = self._system(name)
        place = system.places[name]
        for sign in (0, 1, -1):
            if sign:
                system.extreme(name, sign)
            if protects((system.low[place], system.high[place]), smallest):
                return True
        return False

    def sum_limits(self, names: Collection[str]) -> tuple[float, float]:
        """The same of several counts of one split together."""
        system = self._system(next(iter(names)))
        return system.extreme_sum(names, 1), system.extreme_sum(names, -1)

    def unknown(self, name: str) -> bool:
        """Whether a count has to be reckoned: one of nobody, of which nothing is said, has not."""
        return name not in self.shown and (self.tally.counts[name] > 0 or name in self.bounds)

    def neighbours(self, name: str) -> list[str]:
        """Shown counts of somebody whose withholding can blur this one."""
        _, splits = self._connected(name)
        members = {member for split in splits for member in (split.whole, *split.parts) if member in self.shown}
        return sorted(member for member in members if self.tally.counts[member] > 0)

    def _connected(self, name: str) -> tuple[list[str], list[Split]]:
        """The unknown counts linked to this one by splits, and those splits."""
        unknown, splits, pending = {name: None}, {}, [name]
        while pending:
            for position, split in self.linked.get(pending.pop(), ()):
                if position in splits:
                    continue
                splits[position] = split
                fresh = [
                    member for member in (split.whole, *split.parts) if member not in unknown and self.unknown(member)
                ]
                unknown |= dict.fromkeys(fresh)
                pending += fresh
        return list(unknown), list(splits.values())

    def _system(self, name: str) -> _System:
        if name not in self._systems:
            unknown, splits = self._connected(name)
            same = tuple((found, self.bounds.get(found)) for found in sorted(unknown))
            if same not in self.solved:
                self.solved[same] = _System(unknown, splits, self)
            self._systems |= dict.fromkeys(unknown, self.solved[same])
        return self._systems[name]


class _System:
    """The unknown counts that hang together, and the range of each over the solutions found so far."""

    def __init__(self, unknown: list[str], splits: list[Split], reader: Reader) -> None:
        self.places = {found: place for place, found in enumerate(unknown)}
        self._rows, self._sums = np.zeros((len(splits), len(unknown))), np.zeros(len(splits))
        for row, split in enumerate(splits):
            for member, sign in ((split.whole, -1.0), *((part, 1.0) for part in split.parts)):
                if member in self.places:
                    self._rows[row, self.places[member]] += sign
                else:
                    self._sums[row] -= sign * reader.tally.counts[member]
        self._bounds = [reader.bounds.get(found, (0, None)) for found in unknown]
        self.low: NDArray[Any] = np.full(len(unknown), np.inf)
        self.high: NDArray[Any] = np.full(len(unknown), -np.inf)
        self._solutions: dict[tuple[frozenset[str], int], NDArray[Any] | None] = {}

    def extreme(self, name: str, sign: int) -> float:
        """The smallest (sign 1) or largest (-1) value of a count."""
        place = self.places[name]
        solution = self._solution([name], sign)
        if solution is None:
            (self.low if sign > 0 else self.high)[place] = -sign * np.inf
            return -sign * np.inf
        return float(solution[place])

    def extreme_sum(self, names: Collection[str], sign: int) -> float:
        """The smallest or largest value of several counts together."""
        solution = self._solution(names, sign)
        return -sign * np.inf if solution is None else float(sum(solution[self.places[name]] for name in names))

    def _solution(self, names: Collection[str], sign: int) -> NDArray[Any] | None:
        """All counts where those named are least or most; None where they are unbounded."""
        asked = frozenset(names), sign
        if asked not in self._solutions:
            self._solutions[asked] = self._solve(names, sign)
        return self._solutions[asked]

    def _solve(self, names: Collection[str], sign: int) -> NDArray[Any] | None:
        aim = np.zeros(len(self.places))
        aim[[self.places[name] for name in names]] = sign
        equalities = {"A_eq": self._rows, "b_eq": self._sums} if len(self._rows) else {}
        found = linprog(aim, bounds=self._bounds, **equalities)
        if found.status != 0:
            return None
        self.low, self.high = np.minimum(self.low, found.x), np.maximum(self.high, found.x)
        solution: NDArray[Any] = found.x
        return solution


def protects(limits: tuple[float, float], smallest: int) -> bool:
    """Whether a range hides a small count: it may be 0, or it may be `smallest`, and takes so many values at least.

    Without the number of values a range of 4 to 5 would do; who knows that 5 is never withheld would read 4.
    """
    low, high = np.ceil(limits[0] - NEARLY), np.floor(limits[1] + NEARLY)
    return bool(low <= 0 or (high >= smallest and high - low + 1 >= smallest))


def tells_no_more(limits: tuple[float, float], smallest: int) -> bool:
    """Whether a count said to be below the threshold may still be anything from 1 to `smallest` - 1."""
    low, high = limits
    return bool(low <= 1 + NEARLY and high >= smallest - 1 - NEARLY)
