"""Weights that exclude event counts, and their check in whole numbers.

For any weights (k, l, m) and any set of different r in {2..n} with `events` members, sums A = sum a(r), B = sum b(r):

    k events + l A + m B = sum over the set of (k + l a(r) + m b(r)) <= M,
    M = sum over all r of max(0, k + l a(r) + m b(r)).

A count is therefore excluded if k count + min over the region of (l A + m B) > M. This is the dual of the linear
programme with 0 <= x(r) <= 1; who checks it needs no solver: n terms, added up. Source: weak duality; for example
Schrijver, Theory of Linear and Integer Programming, 1986, section 7.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livingreview.audit.region import SCALE, Region, terms

FINE = 10**15


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whole weights of the count, of -ln S and of Greenwood's sum for one region among n patients."""

    n: int
    region: Region
    weights: tuple[int, int, int]

    def excludes(self, events: int) -> bool:
        """Whether the weights prove that no history of so many events lies in the region."""
        need, most = self._sides()
        return self.weights[0] * events * SCALE + need > most

    def bound(self) -> int | None:
        """The smallest (weight of the count negative) or largest (positive) count that is not excluded."""
        need, most = self._sides()
        weight = self.weights[0] * SCALE
        if weight == 0:
            return None
        return (most - need) // weight if weight > 0 else -((most - need) // -weight)

    def _sides(self) -> tuple[int, int]:
        """(lower neighbour of min (l A + m B), upper neighbour of M)."""
        count, log, sum_ = self.weights
        (log_low, log_high), (low, high) = self.region.logs, self.region.greenwood
        need = log * (log_low if log > 0 else log_high) + sum_ * (low if sum_ > 0 else high)
        slack, start = max(log, 0) + max(sum_, 0), count * SCALE
        listed = terms(self.n)
        pairs = zip(listed.logs, listed.greenwood, strict=True)
        return need, sum(max(0, start + log * a + sum_ * b + slack) for a, b in pairs)

    def to_dict(self) -> dict[str, Any]:
        """What an independent check needs: the box in fractions and the weights."""
        box = self.region.box
        windows = {"survival": [str(box.survival.low), str(box.survival.high)]}
        if box.error is not None:
            windows["error"] = [str(box.error.low), str(box.error.high)]
        return {"scale": box.scale, **windows, "weights": list(self.weights)}


def whole(weights: tuple[float, float, float]) -> tuple[int, int, int]:
    """Weights as whole numbers; any rounding is allowed, because only the check makes a proof."""
    largest = max(abs(weight) for weight in weights)
    return tuple(round(weight / largest * FINE) for weight in weights) if largest > 0 else (0, 0, 0)
