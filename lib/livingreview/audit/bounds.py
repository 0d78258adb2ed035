"""Proven bounds on the event count: a linear programme finds weights, whole numbers prove them.

Smallest and largest sum of x(r) over r = 2..n with 0 <= x(r) <= 1, sum a(r) x(r) and sum b(r) x(r) in their windows.
Nothing rests on the solver's accuracy: its dual values are rounded and checked by `Certificate`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from livingreview.audit.certificate import Certificate, whole
from livingreview.audit.region import SCALE, Region, terms


@dataclass(frozen=True, slots=True)
class Bounds:
    """Counts from `low` to `high` are not excluded; none is where `low` is larger than `high`."""

    low: int
    high: int
    proofs: tuple[Certificate, ...]

    @property
    def empty(self) -> bool:
        """Whether no count at all is possible."""
        return self.low > self.high


def count_bounds(region: Region, n: int) -> Bounds:
    """Bounds on the number of events among n patients behind a region."""
    matrix, limits, scaling = _inequalities(region, n)
    least = _weights(matrix, limits, scaling, 1)
    if least is None:
        return _nothing(region, n, matrix, limits, scaling)
    proofs, low, high = [], 0, n
    for weights in (least, _weights(matrix, limits, scaling, -1)):
        if weights is None:
            continue
        proof = Certificate(n, region, whole(weights))
        found = proof.bound()
        if found is not None:
            proofs.append(proof)
            low, high = (max(low, found), high) if proof.weights[0] < 0 else (low, min(high, found))
    return Bounds(low, high, tuple(proofs))


def _inequalities(region: Region, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows `matrix x <= limits`, each divided by the upper limit of its sum."""
    listed = terms(n)
    rows, limits, scaling = [], [], []
    for values, (low, high) in ((listed.logs, region.logs), (listed.greenwood, region.greenwood)):
        row, top = np.array([value / SCALE for value in values]), max(high / SCALE, 1e-12)
        rows += [row / top, -row / top]
        limits += [high / SCALE / top, -low / SCALE / top]
        scaling += [1 / top, 1 / top]
    return np.array(rows).reshape(4, n - 1), np.array(limits), np.array(scaling)


def _weights(matrix, limits, scaling, sign: int) -> tuple[float, float, float] | None:
    """Dual values of the smallest (sign 1) or largest (sign -1) count; None where there is no history at all."""
    if matrix.shape[1] == 0:
        return (-float(sign), 0.0, 0.0)
    solved = linprog(np.full(matrix.shape[1], sign), A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs")
    if solved.status != 0:
        return None
    up_log, down_log, up_sum, down_sum = -solved.ineqlin.marginals * scaling
    return (-float(sign), down_log - up_log, down_sum - up_sum)


def _nothing(region: Region, n: int, matrix, limits, scaling) -> Bounds:
    """No count: the weights of the programme that breaks the windows as little as possible prove it."""
    size = matrix.shape[1]
    wider = np.hstack([matrix, -np.ones((4, 1))])
    cost = np.r_[np.zeros(size), 1.0]
    solved = linprog(cost, A_ub=wider, b_ub=limits, bounds=[(0, 1)] * size + [(0, None)], method="highs")
    if solved.status == 0:
        up_log, down_log, up_sum, down_sum = -solved.ineqlin.marginals * scaling
        proof = Certificate(n, region, whole((0.0, down_log - up_log, down_sum - up_sum)))
        if proof.excludes(0):
            return Bounds(1, 0, (proof,))
    return Bounds(0, n, ())
