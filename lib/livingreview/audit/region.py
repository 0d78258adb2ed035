"""Windows of S and SE as windows of two sums over the risk sets, in integers that are rounded outwards.

An event among r at risk adds a(r) = -ln(1 - 1/r) to -ln S and b(r) = 1 / (r (r - 1)) to Greenwood's sum G = (SE/S)^2;
tied events add what the same events one after the other add. So a history is a set of different r in {2..n}, with

    -ln S_high <= sum a(r) <= -ln S_low        (SE_low / S_high)^2 <= sum b(r) <= (SE_high / S_low)^2.

Integers are units of 1 / SCALE; of every irrational number both neighbours are kept, so a strict inequality between
them is a proof. Source of the sums: Greenwood, Reports on Public Health 33, 1926.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from livingreview.audit.scales import Box
from livingreview.audit.windows import Window

SCALE = 10**24
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Terms:
    """Lower neighbours of a(r) and b(r), by r - 2; the upper ones are one larger."""

    logs: list[int]
    greenwood: list[int]


@lru_cache(maxsize=64)
def terms(n: int) -> Terms:
    """a(r) and b(r) for r = 2..n. Decimal's logarithm is correctly rounded to 60 digits."""
    logarithms = [_EXACT.ln(Decimal(r)) for r in range(1, n + 1)]
    differences = [_EXACT.subtract(b, a) for a, b in zip(logarithms, logarithms[1:], strict=False)]
    return Terms(
        [int(_EXACT.multiply(value, SCALE)) for value in differences], [SCALE // (r * (r - 1)) for r in range(2, n + 1)]
    )


@dataclass(frozen=True, slots=True)
class Region:
    """Windows of the two sums in units of 1 / SCALE, and the box they come from."""

    box: Box
    logs: tuple[int, int]
    greenwood: tuple[int, int]

    def holds(self, at_risk: tuple[int, ...]) -> bool:
        """Whether this history gives an S and an SE inside the box; exact fractions throughout."""
        survival = Fraction(1)
        greenwood = Fraction(0)
        for r in at_risk:
            survival *= Fraction(r - 1, r)
            greenwood += Fraction(1, r * (r - 1))
        if survival not in self.box.survival:
            return False
        error = self.box.error
        return error is None or error.low**2 <= survival**2 * greenwood <= error.high**2


def region(box: Box, n: int) -> Region:
    """The region of a box among n patients."""
    most = sum(terms(n).logs) + 2 * n + SCALE
    low, high = box.survival.low, box.survival.high
    logs = (max(0, _minus_log(high) - 2), min(most, _minus_log(low) + 2) if low > 0 else most)
    greenwood = (0, SCALE)  # all b(r) together stay below 1
    if box.error is not None:
        least = box.error.low**2 / high**2 if high > 0 else Fraction(0)
        greatest = box.error.high**2 / low**2 if low > 0 else Fraction(1)
        greenwood = (int(least * SCALE), min(SCALE, int(greatest * SCALE) + 1))
    return Region(box, logs, greenwood)


def slices(whole: Region, n: int) -> list[Region]:
    """Regions that together make up this one, so narrow in S that the window of G hardly depends on S."""
    low, high = whole.box.survival.low, whole.box.survival.high
    number = 1 if whole.box.error is None else min(8, max(1, int((high / low - 1) * 400))) if low > 0 else 1
    ends = [low + (high - low) * Fraction(step, number) for step in range(number + 1)]
    pairs = zip(ends, ends[1:], strict=False)
    return [region(Box(whole.box.scale, Window(*pair), whole.box.error), n) for pair in pairs]


def _minus_log(value: Fraction) -> int:
    """-ln of a fraction, to one unit of 1 / SCALE."""
    if value <= 0:
        return 10**4 * SCALE
    ratio = _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return int(_EXACT.multiply(-_EXACT.ln(ratio), SCALE))
