"""What a reader can work out about a withheld count from all that are shown."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from scipy.optimize import linprog

from livingreview.counts import Split, Tally

NEARLY = 1e-6


def possible(name: str, tally: Tally, shown: Collection[str], withheld: Collection[str]) -> tuple[float, float]:
    """The smallest and largest value of a count that agree with every shown one and every split.

    A withheld count is at least 1, as zeros are never withheld; one that no estimate shows is at least 0. That
    a count is zero may always be known: nobody can have such a property, or everybody has another. Linear relaxation of the integer problem, so the true range of whole numbers lies within.
    """
    unknown, splits = _connected(name, tally, shown)
    columns = {found: position for position, found in enumerate(unknown)}
    rows, sums = np.zeros((len(splits), len(unknown))), np.zeros(len(splits))
    for row, split in enumerate(splits):
        for member, sign in ((split.whole, -1.0), *((part, 1.0) for part in split.parts)):
            if member in columns:
                rows[row, columns[member]] += sign
            else:
                sums[row] -= sign * tally.counts[member]
    bounds = [(1 if found in withheld else 0, None) for found in unknown]
    aim = np.zeros(len(unknown))
    aim[columns[name]] = 1
    return _limit(aim, rows, sums, bounds), -_limit(-aim, rows, sums, bounds)


def _limit(aim: np.ndarray, rows: np.ndarray, sums: np.ndarray, bounds: list) -> float:
    if not len(rows):
        return -np.inf if aim.sum() < 0 else bounds[int(aim.argmax())][0]
    found = linprog(aim, A_eq=rows, b_eq=sums, bounds=bounds)
    return float(found.fun) if found.status == 0 else -np.inf  # unbounded


def _connected(name: str, tally: Tally, shown: Collection[str]) -> tuple[list[str], list[Split]]:
    """The unknown counts linked to this one by splits, and those splits."""
    unknown, splits, todo = {name: None}, {}, [name]
    while todo:
        current = todo.pop()
        for position, split in enumerate(tally.splits):
            members = (split.whole, *split.parts)
            if current not in members or position in splits:
                continue
            splits[position] = split
            fresh = [
                member for member in members if member not in shown and member not in unknown and tally.counts[member]
            ]
            unknown |= dict.fromkeys(fresh)
            todo += fresh
    return list(unknown), list(splits.values())


def neighbours(name: str, tally: Tally, shown: Collection[str]) -> list[str]:
    """Shown counts whose withholding can blur this one, the least loss first: parts, then small counts."""
    _, splits = _connected(name, tally, shown)
    wholes = {split.whole for split in tally.splits}
    members = {member for split in splits for member in (split.whole, *split.parts) if member in shown}
    useful = [member for member in members if tally.counts[member] > 0]
    return sorted(useful, key=lambda member: (member in wholes, tally.counts[member], member))


def proves_small(limits: tuple[float, float], smallest: int) -> bool:
    """Whether a count with this range must be one of 1 to `smallest` - 1."""
    low, high = limits
    return low > NEARLY and np.floor(high + NEARLY) < smallest
