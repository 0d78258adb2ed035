"""Are there more than so many histories? Known ones are changed a little, and what still fits is kept.

One number at risk moves up, or one up and another down, by up to four; every history that is kept lies in a region, so
what is found is a proven lower limit. It says nothing where it finds too few: then only a complete search counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from livingreview.audit.enumeration import WHOLE, Block, inside, tables
from livingreview.audit.region import SCALE, Region

FARTHEST = 4
TOGETHER, ROUNDS = 40, 575


def more_than(most: int, regions: Sequence[Region], n: int, known: Sequence[tuple[int, ...]]) -> bool:
    """Whether more than `most` histories lie in the regions, starting from some that do; False says nothing."""
    removed, added = _moves(regions, n)
    change = _sums(added, n) - _sums(removed, n)
    waiting = [sum(1 << r for r in history) for history in known]
    found = set(waiting)
    for _ in range(ROUNDS):
        if not waiting or len(found) > most:
            break
        batch, waiting = np.array(waiting[:TOGETHER], dtype=np.uint64)[:, None], waiting[TOGETHER:]
        rows, moves = np.nonzero(((batch & removed) == removed) & ((batch & added) == 0))
        old, bits = _sums(batch[:, 0], n), (batch[rows, 0] ^ removed[moves]) | added[moves]
        made = Block(rows, rows, *(old[part][rows] + change[part][moves] for part in (0, 1)), bits)
        fresh = {history for one in regions for history in inside(made, one).tolist()} - found
        found |= fresh
        waiting += sorted(fresh)
    return len(found) > most


def _moves(regions: Sequence[Region], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Bits taken away and added by every move, r to r +- d alone or with s to s -+ e, that can stay in some region."""
    single = {
        step: [(r, r + step) for r in range(2, n + 1) if 2 <= r + step <= n]
        for step in range(-FARTHEST, FARTHEST + 1)
        if step
    }
    moves = [(1 << a, 1 << b) for pairs in single.values() for a, b in pairs]
    for up in range(1, FARTHEST + 1):
        for down in range(1, FARTHEST + 1):
            moves += [
                (1 << a | 1 << c, 1 << b | 1 << d)
                for a, b in single[up]
                for c, d in single[-down]
                if len({a, b, c, d}) == 4
            ]
    removed, added = np.array(moves, dtype=np.uint64).T
    change = abs(_sums(added, n) - _sums(removed, n))
    widths = [[(high - low) * WHOLE // SCALE for low, high in (one.logs, one.greenwood)] for one in regions]
    log, sum_ = np.max(widths, axis=0)
    stays = (change[0] <= log) & (change[1] <= sum_)
    return removed[stays], added[stays]


def _sums(bits: np.ndarray, n: int) -> np.ndarray:
    """Both sums over the numbers at risk that the bits name."""
    table = tables(n)
    members = np.array([(bits >> np.uint64(r)) & np.uint64(1) for r in range(n + 1)], dtype=np.int64)
    return np.array([table.logs, table.greenwood]) @ members
