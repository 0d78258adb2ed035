"""The last counts, at the edge of what is possible: one history, or a tree that proves there is none.

A node has some r in, some out, and j still to choose. In a direction (l, m) the best j of the free r reach at most
`bound`; where that stays below what the region needs, the node is dead. Otherwise the gap between them fixes every r
whose exchange would cost more than the gap (reduced-cost fixing), and the r at the edge of the best j is tried in and
out. All in whole numbers, rounded outwards as in `search`. Source: Dantzig, Fulkerson, Johnson, Oper Res
1954;2:393-410.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingreview.audit.enumeration import Found, needed, tables
from livingreview.audit.region import Region


@dataclass(slots=True)
class _Node:
    """What is chosen, what is free, how many of the free are still to choose."""

    chosen: list[int]
    free: np.ndarray
    left: int


def settled(region: Region, n: int, events: int, *, budget: int) -> Found:
    """One history of so many events, or none after a complete search; not complete beyond `budget` nodes."""
    table = tables(n)
    values = table.logs[:, None] * table.directions[:, 0] + table.greenwood[:, None] * table.directions[:, 1]
    lacking = needed(region, n) - table.slack
    stack = [_Node([], np.arange(2, n + 1), events)]
    nodes = 0
    while stack and nodes < budget:
        nodes += 1
        node = stack.pop()
        edge = _tightened(node, values, lacking)
        if edge is None:
            continue
        if not edge:
            rest = node.free.tolist() if node.left else []
            history = tuple(sorted([*node.chosen, *rest], reverse=True))
            if region.holds(history):
                return Found(history, 1, False, nodes)
            continue
        others = node.free[node.free != edge]
        stack.append(_Node(list(node.chosen), others, node.left))
        stack.append(_Node([*node.chosen, edge], others, node.left - 1))
    return Found(None, 0, not stack, nodes)


def _tightened(node: _Node, values: np.ndarray, lacking: np.ndarray) -> int | None:
    """Fix what must be in or out; then the r to branch on, 0 where nothing is free, None where the node is dead."""
    while True:
        size, left = len(node.free), node.left
        if not 0 <= left <= size:
            return None
        base = values[node.chosen].sum(axis=0)
        if left in (0, size):
            total = base + values[node.free].sum(axis=0) if left else base
            return 0 if (total >= lacking).all() else None
        mine = values[node.free]
        ordered = -np.sort(-mine, axis=0)
        gap = base + ordered[:left].sum(axis=0) - lacking
        if (gap < 0).any():
            return None
        must = (mine - ordered[left] > gap).any(axis=1)
        never = (ordered[left - 1] - mine > gap).any(axis=1)
        if (must & never).any():
            return None
        if not (must | never).any():
            tightest = int(np.argmin(gap / np.maximum(1, ordered[0] - ordered[-1])))
            edge = np.flatnonzero(mine[:, tightest] == ordered[left - 1, tightest])[0]
            return int(node.free[edge])
        node.chosen += node.free[must].tolist()
        node.left -= int(must.sum())
        node.free = node.free[~(must | never)]
