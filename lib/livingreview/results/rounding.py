"""Rounding by name, on the decimal string; the review itself rounds half up."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

MODES = {"half up": ROUND_HALF_UP, "half to even": ROUND_HALF_EVEN, "truncated": ROUND_DOWN}


def rounded(value: float, decimals: int, mode: str = "half up") -> str:
    """`value` with so many decimals; 12.5 gives 13 and -0.4 gives 0.

    Binary noise beyond 12 significant digits is removed first, so that 0.285 is a half.
    """
    exact = Decimal(f"{value:.12g}")
    result = exact.quantize(Decimal(1).scaleb(-decimals), rounding=MODES[mode])
    return f"{result + 0:f}" if result else f"{abs(result):f}"


def decimals_of(printed: str) -> int:
    """How many decimals a printed number shows; trailing zeros count."""
    return len(printed.partition(".")[2])
