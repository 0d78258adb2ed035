"""Which risk-set sequences can have produced a printed Kaplan-Meier estimate.

With d events among r at risk S is multiplied by (r - d) / r and Greenwood's sum grows by
d / (r (r - d)); tied events give exactly what the same events one after the other give. A
printed S, its standard error and n therefore leave finitely many sequences r1 > r2 > … > rk.
Assumed: Kaplan-Meier, Greenwood's standard error, S +- 1.96 SE, right censoring. Under delayed entry
with at most n at risk the numbers at risk need not fall; `repeats` covers that.

The reconstruction needs every sequence itself, and delayed entry, for few patients and narrow windows: that is done
here, by plain trial. The audit needs counts and proofs for any table, up to thousands of patients: `audit.search`
counts without listing, in whole numbers, and knows right censoring only. The tests hold the two against each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from livingreview.published.printed import PrintedRow
from livingreview.results.rounding import decimals_of

Z = 1.959963984540054
HALF_UNIT = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Window:
    """A closed interval that a printed number stands for."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class PrintedSurvival:
    """Windows of S and its standard error read from a printed estimate and its limits."""

    survival: Window
    error: Window

    @classmethod
    def of(cls, row: PrintedRow, unit: float = 0.0005) -> PrintedSurvival:
        """From percent; `unit` is half a unit of S and SE in the paper (three decimals).

        S is the printed value, not the centre of the limits; the standard error is half the width
        over 1.96, rounded to three decimals as the paper's arithmetic shows.
        """
        value = float(row.printed) / 100
        half_width = (float(row.printed_high) - float(row.printed_low)) / 200
        error = round(half_width / 1.96, 3)
        tolerance = float(HALF_UNIT.scaleb(-decimals_of(row.printed) - 2))
        return cls(
            Window(value - max(tolerance, unit) - 1e-12, value + max(tolerance, unit) + 1e-12),
            Window(error - unit - 1e-12, error + unit + 1e-12),
        )


@dataclass(frozen=True, slots=True)
class RiskSets:
    """One feasible history: the number at risk at every event, with S and SE after the last."""

    at_risk: tuple[int, ...]
    survival: float
    error: float

    def limits(self, z: float = Z) -> tuple[float, float]:
        """Plain limits, not clipped."""
        return self.survival - z * self.error, self.survival + z * self.error


def risk_sets(printed: PrintedSurvival, n: int, events: int, *, repeats: bool = False) -> list[RiskSets]:
    """Every sequence of this many events that gives the printed S and SE.

    Parameters
    ----------
    printed : windows of S and SE
    n : patients; the first number at risk is at most n
    events : length of the sequence; 0 gives S = 1 and SE = 0
    repeats : allow equal numbers at risk (delayed entry); right censoring does not
    """
    return list(_search(printed, n, events, 0 if repeats else 1))


def feasible_counts(printed: PrintedSurvival, n: int, *, repeats: bool = False) -> dict[int, int]:
    """Number of sequences for every event count from 0 to n."""
    return {k: len(risk_sets(printed, n, k, repeats=repeats)) for k in range(n + 1)}


def _search(printed: PrintedSurvival, n: int, events: int, drop: int) -> Iterator[RiskSets]:
    s_window, e_window = printed.survival, printed.error

    def extend(
        largest: int, left: int, survival: float, greenwood: float, chosen: tuple[int, ...]
    ) -> Iterator[RiskSets]:
        if left == 0:
            error = survival * math.sqrt(greenwood)
            if survival in s_window and error in e_window:
                yield RiskSets(chosen, survival, error)
            return
        for r in range(largest, 1, -1):
            following = r - drop
            if following < left and left > 1 and drop:
                return  # too few distinct numbers remain
            s, g = survival * (r - 1) / r, greenwood + 1 / (r * (r - 1))
            if s * _most(following, left - 1, drop) < s_window.low:
                return  # smaller r only lowers S further
            if s_window.low * math.sqrt(g) > e_window.high:
                return  # smaller r only widens the error further
            if s * _least(left - 1, drop) > s_window.high:
                continue
            yield from extend(following, left - 1, s, g, (*chosen, r))

    yield from extend(n, events, 1.0, 0.0, ())


def _most(largest: int, left: int, drop: int) -> float:
    """Largest factor that `left` further events can leave."""
    if left == 0:
        return 1.0
    if drop:
        return max(0.0, (largest - left) / largest) if largest > 0 else 0.0
    return ((largest - 1) / largest) ** left


def _least(left: int, drop: int) -> float:
    """Smallest factor: the events happen among the fewest possible."""
    return 1 / (left + 1) if drop else 0.5**left


def error_range(printed: PrintedSurvival, n: int, events: int) -> Window | None:
    """Smallest and largest standard error that this many events can give at the printed S."""
    any_error = PrintedSurvival(printed.survival, Window(0.0, math.inf))
    errors = [found.error for found in _search(any_error, n, events, 1)]
    return Window(min(errors), max(errors)) if errors else None
