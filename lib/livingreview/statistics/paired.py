"""The same patients classified twice: Bowker, and what margins alone allow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, product
from math import comb
from typing import Any

import numpy as np
from scipy.special import chdtrc

from livingreview.results.codes import Estimator, ReasonCode
from livingreview.results.estimates import NotEstimable, not_estimable
from livingreview.statistics.groups import Test

MAX_EXACT_TABLES = 2_000_000


def bowker(table: Sequence[Sequence[int]], *, exact: bool = True) -> Test | NotEstimable:
    """Bowker's test of symmetry of a square table of counts, shape (k, k).

    Parameters
    ----------
    table : rows before, columns after
    exact : condition on every n_ij + n_ji, so that each n_ij is binomial with probability one half
        and p is the probability of a statistic at least as large; otherwise chi-square

    Notes
    -----
    Pairs with n_ij + n_ji = 0 carry no information and no degree of freedom. (R's
    `mcnemar.test` keeps their degree of freedom and returns NaN.) Equals exact McNemar at k = 2.
    Source: Bowker, J Am Stat Assoc 1948;43:572-574.
    """
    counts = np.asarray(table, dtype=int)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError("a table of change must be square")
    pairs = [
        (int(counts[i, j]), int(counts[j, i]))
        for i, j in combinations(range(len(counts)), 2)
        if counts[i, j] + counts[j, i] > 0
    ]
    if not pairs:
        return not_estimable(ReasonCode.NO_CHANGE)
    statistic = sum((a - b) ** 2 / (a + b) for a, b in pairs)
    if not exact:
        return Test(statistic, len(pairs), float(chdtrc(len(pairs), statistic)), Estimator.BOWKER)
    if np.prod([a + b + 1 for a, b in pairs], dtype=float) > MAX_EXACT_TABLES:
        return not_estimable(ReasonCode.TOO_MANY_TABLES)
    totals = [a + b for a, b in pairs]
    p = 0.0
    for draw in product(*(range(total + 1) for total in totals)):
        drawn = sum((2 * k - total) ** 2 / total for k, total in zip(draw, totals, strict=True))
        if drawn >= statistic - 1e-9:
            p += float(np.prod([comb(t, k) / 2**t for k, t in zip(draw, totals, strict=True)]))
    return Test(statistic, None, min(1.0, p), Estimator.EXACT_BOWKER)


def paired_bounds(before: Sequence[int], after: Sequence[int], counted: Sequence[Sequence[bool]]) -> tuple[int, int]:
    """Fewest and most patients whose change is `counted`, over all tables with these margins.

    Parameters
    ----------
    before, after : counts by category, same order, same sum
    counted : shape (k, k); which (before, after) cells to count, for instance j > i for "better"

    Returns
    -------
    (fewest, most) : both attained. Source: Fréchet, Ann Univ Lyon A 1951;14:53-77; found here as
    a transport problem in integers.
    """
    if sum(before) != sum(after):
        raise ValueError("both margins must count the same patients")
    return _paired_bounds(tuple(before), tuple(after), tuple(tuple(row) for row in counted))


@lru_cache(maxsize=64)  # an ensemble of cohorts has the same margins in each
def _paired_bounds(before: tuple[int, ...], after: tuple[int, ...], counted: tuple[Any, ...]) -> tuple[int, int]:
    from scipy.optimize import LinearConstraint, milp  # a solver: only where patients are reconstructed

    k = len(before)
    rows = np.kron(np.eye(k), np.ones(k))
    columns = np.kron(np.ones(k), np.eye(k))
    margins = LinearConstraint(np.vstack([rows, columns]), [*before, *after], [*before, *after])
    cost = np.asarray(counted, dtype=float).ravel()
    fewest = milp(cost, constraints=margins, integrality=np.ones(k * k)).fun
    most = -milp(-cost, constraints=margins, integrality=np.ones(k * k)).fun
    return round(fewest), round(most)
