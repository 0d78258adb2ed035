"""Every history behind a region, for a given number of events: a search in whole numbers that leaves nothing out.

Each r from n down to 2 is either in the set or not. A branch is dropped when some direction (l, m) proves it dead:
even the best of the r that remain leave l sum a(r) + m sum b(r) below its smallest value in the region. Sums are kept
in units of 2^-36, rounded down, and the bound grows by what rounding can have taken away, so no history is lost. The
last r, up to 20, are taken from a list of all their subsets, by size and sum of a(r). What is left lies in the region
up to 1e-7; closer than that to its edge exact fractions decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from livingreview.audit.region import SCALE, Region, terms

BITS = 36
WHOLE = 1 << BITS
STEP = 4096
DEAD = -(1 << 60)
NARROW, WIDE = 128, 2048
EDGE = 1e-7
LARGEST = 60
TAILS = {30: 12, 45: 16, 60: 20}  # patients at most: largest r of the list of subsets
SLICE = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """The first history as its r from large to small, how many there are, and whether the search came to its end."""

    first: tuple[int, ...] | None
    count: int
    complete: bool
    branches: int


@dataclass(frozen=True, slots=True)
class Tables:
    """What `n` patients give: terms by r, directions, and the best sum of j of {2..m} in each direction."""

    logs: np.ndarray
    greenwood: np.ndarray
    directions: np.ndarray
    best: np.ndarray
    slack: np.ndarray


@lru_cache(maxsize=64)
def tables(n: int) -> Tables:
    """Terms, directions and best sums of n patients, at most 60."""
    listed = terms(n)
    logs, greenwood = (
        np.array([0, 0, *(value * WHOLE // SCALE for value in values)], dtype=np.int64)
        for values in (listed.logs, listed.greenwood)
    )
    ratios = np.unique(np.round(np.geomspace(1.5 / n, 1.4, 16) * STEP)).astype(np.int64)
    slopes = np.column_stack([-ratios, np.full_like(ratios, STEP)])
    directions = np.vstack([slopes, -slopes, [[1, 0], [-1, 0], [0, 1], [0, -1]]]).astype(np.int64)
    best = np.full((n + 1, n + 1, len(directions)), DEAD, dtype=np.int64)
    best[:, 0, :] = 0
    values = logs[:, None] * directions[:, 0] + greenwood[:, None] * directions[:, 1]
    for m in range(2, n + 1):
        best[m, 1:m, :] = np.cumsum(-np.sort(-values[2 : m + 1], axis=0), axis=0)
    slack = 2 * n * np.maximum(directions, 0).sum(axis=1)
    return Tables(logs, greenwood, directions, best, slack)


@dataclass(slots=True)
class Block:
    """Branches side by side: the largest r still open, how many r to choose, both sums, the r chosen as bits."""

    m: np.ndarray
    left: np.ndarray
    logs: np.ndarray
    greenwood: np.ndarray
    chosen: np.ndarray

    def __len__(self) -> int:
        return len(self.m)

    def arrays(self) -> tuple[np.ndarray, ...]:
        """The columns in their order."""
        return self.m, self.left, self.logs, self.greenwood, self.chosen

    def __getitem__(self, which) -> Block:
        return Block(*(array[which] for array in self.arrays()))


def histories(region: Region, n: int, events: int, *, most: int, budget: int, unless: tuple[Region, ...] = ()) -> Found:
    """Count the histories of so many events inside the region and outside the regions of `unless`, up to `most`.

    `budget` limits the branches looked at; a search that reaches it is not complete. Not for more than 60 patients.
    """
    if events == 0:
        lies = region.holds(()) and not any(other.holds(()) for other in unless)
        return Found(() if lies else None, int(lies), True, 1)
    first: tuple[int, ...] | None = None
    count = branches = 0
    for leaves, looked_at in _leaves(region, n, events):
        branches += looked_at
        lying = inside(leaves, region, unless)
        count += len(lying)
        if first is None and len(lying):
            first = _members(int(lying[0]))
        if count >= most or branches > budget:
            return Found(first, min(count, most), False, branches)
    return Found(first, count, True, branches)


def _leaves(region: Region, n: int, events: int) -> Iterator[tuple[Block, int]]:
    """Blocks of whole histories that are not excluded, with the number of branches looked at for each."""
    table, least = tables(n), needed(region, n)
    one = np.ones(1, dtype=np.int64)
    stack = [Block(n * one, events * one, 0 * one, 0 * one, np.zeros(1, dtype=np.uint64))]
    size, tail = NARROW, next(largest for patients, largest in TAILS.items() if n <= patients)
    while stack:
        block = stack.pop()
        while stack and len(block) < size:
            block = _joined(stack.pop(), block)
        if len(block) > size:
            stack.append(block[: len(block) - size])
            block = block[len(block) - size :]
        ready = (block.m <= tail) | (block.left == 0)
        yield from _completed(block[ready], region, n)
        children = _children(block[~ready], table)
        alive = _alive(children, table, least)
        if alive.any():
            stack.append(children[alive])
        yield children[:0], len(alive)
        size = min(WIDE, size + size // 16)


@lru_cache(maxsize=64)
def _subsets(largest: int) -> tuple[Block, ...]:
    """All subsets of {2..largest} by size; those of one size in order of their sum of a(r)."""
    table = tables(LARGEST)
    empty = np.zeros(1, dtype=np.int64)
    block = Block(empty + 2, empty, empty, empty, np.zeros(1, dtype=np.uint64))
    for r in range(2, largest + 1):
        taken = Block(
            block.m,
            block.left + 1,
            block.logs + table.logs[r],
            block.greenwood + table.greenwood[r],
            block.chosen | np.uint64(1 << r),
        )
        block = _joined(block, taken)
    sizes = (block[block.left == size] for size in range(max(0, largest - 1) + 1))
    return tuple(one[np.argsort(one.logs, kind="stable")] for one in sizes)


def _completed(block: Block, region: Region, n: int) -> Iterator[tuple[Block, int]]:
    """Every branch with every subset of the open r that brings -ln S into its window."""
    low, high = (end * WHOLE // SCALE for end in region.logs)
    for open_, left in sorted({*zip(block.m.tolist(), block.left.tolist(), strict=True)}):
        mine = block[(block.m == open_) & (block.left == left)]
        listed = _subsets(open_ if left else 1)
        if left >= len(listed):
            continue
        tails = listed[left]
        start = np.searchsorted(tails.logs, low - mine.logs - 2 * n, side="left")
        stop = np.searchsorted(tails.logs, high + 2 - mine.logs, side="right")
        yield from _pairs(mine, tails, start, np.maximum(stop - start, 0))


def _pairs(block: Block, tails: Block, start: np.ndarray, counts: np.ndarray) -> Iterator[tuple[Block, int]]:
    """Branch i with tails start[i], start[i] + 1, …: counts[i] of them; about a million at a time."""
    upto = np.cumsum(counts)
    first = 0
    while first < len(counts):
        done = upto[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(upto, done + SLICE, side="right")))
        number = counts[first:last]
        rows = np.repeat(np.arange(first, last), number)
        offsets = np.arange(len(rows)) - np.repeat(np.cumsum(number) - number, number)
        one, tail = block[rows], tails[start[rows] + offsets]
        whole = Block(one.m, one.left, one.logs + tail.logs, one.greenwood + tail.greenwood, one.chosen | tail.chosen)
        yield whole, len(rows) // 8
        first = last


def needed(region: Region, n: int) -> np.ndarray:
    """The smallest l A + m B of the region in every direction, rounded down."""
    windows = []
    for low, high in (region.logs, region.greenwood):
        windows.append((low * WHOLE // SCALE, high * WHOLE // SCALE + 1))
    table = tables(n)
    (log_low, log_high), (low, high) = windows
    log, sum_ = table.directions[:, 0], table.directions[:, 1]
    return np.where(log > 0, log * log_low, log * log_high) + np.where(sum_ > 0, sum_ * low, sum_ * high)


def _children(block: Block, table: Tables) -> Block:
    """Every branch with its largest open r left out, and with it taken."""
    taken = Block(
        block.m - 1,
        block.left - 1,
        block.logs + table.logs[block.m],
        block.greenwood + table.greenwood[block.m],
        block.chosen | (np.uint64(1) << block.m.astype(np.uint64)),
    )
    return _joined(Block(block.m - 1, *block.arrays()[1:]), taken)


def _alive(block: Block, table: Tables, least: np.ndarray) -> np.ndarray:
    """Which branches no direction excludes."""
    reached = block.logs[:, None] * table.directions[:, 0] + block.greenwood[:, None] * table.directions[:, 1]
    return (reached + table.best[block.m, block.left] + table.slack >= least).all(axis=1)


def _joined(one: Block, other: Block) -> Block:
    return Block(*(np.concatenate(pair) for pair in zip(one.arrays(), other.arrays(), strict=True)))


def inside(leaves: Block, region: Region, unless: tuple[Region, ...] = ()) -> np.ndarray:
    """The leaves that lie in the region and in none of the others, as bits."""
    if not len(leaves):
        return leaves.chosen
    survival, greenwood = np.exp(-leaves.logs / WHOLE), leaves.greenwood / WHOLE
    error = survival * np.sqrt(greenwood)
    keep = _judged(region, survival, error, leaves)
    for other in unless:
        keep &= ~_judged(other, survival, error, leaves)
    return leaves.chosen[keep]


def _judged(region: Region, survival: np.ndarray, error: np.ndarray, leaves: Block) -> np.ndarray:
    """Which histories lie in the box; close to its edge in exact fractions."""
    distance = _distance(survival, float(region.box.survival.low), float(region.box.survival.high))
    if region.box.error is not None:
        of_error = _distance(error, float(region.box.error.low), float(region.box.error.high))
        distance = np.minimum(distance, of_error)
    inside = distance > 0
    for position in np.flatnonzero(np.abs(distance) <= EDGE):
        inside[position] = region.holds(_members(int(leaves.chosen[position])))
    return inside


def _distance(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """How far inside a window; negative outside."""
    return np.minimum(values - low, high - values)


def _members(bits: int) -> tuple[int, ...]:
    return tuple(r for r in range(bits.bit_length() - 1, 1, -1) if bits >> r & 1)
